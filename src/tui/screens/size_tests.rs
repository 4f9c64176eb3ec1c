//! Every size of a terminal from 1x1 to 300x100, under every screen and layer,
//! and storms of them.

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::render;
use crate::domain::incident::verb::VERBS;
use crate::tui::app::message::Message;
use crate::tui::app::model::{Layer, Model, Question, SCREEN_MIN};
use crate::tui::app::testing::{desk, dialog_of, gate, press};
use crate::tui::app::update::update;
use crate::tui::widgets::dump;

/// What can be on the screen: how it is opened, and over how many.
enum Scene {
    Gate,
    Keys(&'static str),
    Verb(usize),
    Question(Question),
}

const KEYS: [&str; 14] = [
    "",
    "jj",
    "/工",
    "<f2>",
    "<f2><tab><enter>",
    "<f2><tab><tab><tab><tab><enter>",
    "<f3>",
    "?",
    "O",
    "o",
    "oJ",
    "<f12>",
    "<ctrl-q>",
    "o?",
];

fn scenes() -> Vec<Scene> {
    let questions = [
        Question::Enrol,
        Question::Found(Vec::new()),
        Question::Quit {
            unsent: 3,
            refused: 1,
            drafts: 2,
        },
    ];
    let verbs = (0..VERBS.len()).map(Scene::Verb);
    std::iter::once(Scene::Gate)
        .chain(KEYS.map(Scene::Keys))
        .chain(verbs)
        .chain(questions.map(Scene::Question))
        .collect()
}

fn open(scene: &Scene, size: Size) -> Model {
    let mut model = match scene {
        Scene::Gate => return gate(size.width, size.height),
        Scene::Keys(_) | Scene::Verb(_) | Scene::Question(_) => desk(size.width, size.height),
    };
    match scene {
        Scene::Gate => {}
        Scene::Keys(keys) => {
            press(&mut model, keys);
        }
        Scene::Verb(index) => dialog_of(&mut model, VERBS[*index]),
        Scene::Question(question) => {
            let desk = model.desk.as_mut().expect("somebody is signed in");
            desk.layers.push(Layer::Confirm(question.clone()));
        }
    }
    model
}

/// Draws it, and looks at what must hold at every size.
fn look(model: &Model) -> Vec<String> {
    let area = Rect::new(0, 0, model.size.width, model.size.height);
    let mut buf = Buffer::empty(area);
    let cursor = render(model, area, &mut buf);
    if let Some(cursor) = cursor {
        assert!(area.contains(cursor), "{cursor:?} outside of {area:?}");
    }
    let lines = dump::lines(&buf);
    if model.size.width < SCREEN_MIN.width || model.size.height < SCREEN_MIN.height {
        assert_eq!(cursor, None, "no field is shown at {area:?}");
        let below = lines.iter().skip(1).all(String::is_empty);
        assert!(below, "nothing but the notice at {area:?}: {lines:?}");
        assert!(!lines[0].is_empty() || area.width < 2, "{area:?}");
    } else {
        let filled = lines.iter().filter(|line| !line.is_empty()).count();
        assert!(filled >= 3, "a screen at {area:?}: {lines:?}");
    }
    lines
}

fn resize(model: &mut Model, size: Size) {
    update(model, Message::Resize(size));
}

#[test]
fn every_screen_is_drawn_at_every_kind_of_size() {
    for scene in scenes() {
        let mut model = open(&scene, Size::new(80, 24));
        for width in [1, 2, 59, 60, 80, 109, 110, 300] {
            for height in [1, 2, 15, 16, 24, 100] {
                resize(&mut model, Size::new(width, height));
                look(&model);
            }
        }
    }
}

#[test]
fn every_screen_can_be_opened_at_every_kind_of_size() {
    for scene in scenes() {
        for (width, height) in [(1, 1), (59, 16), (60, 15), (60, 16), (110, 16), (300, 100)] {
            let size = Size::new(width, height);
            look(&open(&scene, size));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_storm_of_sizes_leaves_everything_where_it_was(
        scene in any::<prop::sample::Index>(),
        sizes in proptest::collection::vec((1_u16..=300, 1_u16..=100), 1..8),
    ) {
        let scenes = scenes();
        let scene = scene.get(&scenes);
        let calm = Size::new(80, 24);
        let mut model = open(scene, calm);
        let before = look(&model);
        let cursor = |model: &Model| model.desk.as_ref().and_then(|desk| desk.queue.cursor);
        let record = cursor(&model);
        for (width, height) in sizes {
            resize(&mut model, Size::new(width, height));
            look(&model);
            prop_assert_eq!(cursor(&model), record, "the cursor stays on its record");
        }
        resize(&mut model, calm);
        prop_assert_eq!(look(&model), before);
    }
}
