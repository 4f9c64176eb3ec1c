//! What stands beside the hits of the search on a wide screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::render;
use super::scenes_more::search;
use crate::i18n::Language;
use crate::tui::app::model::{Layer, Model};
use crate::tui::app::testing::{id, press};
use crate::tui::widgets::dump;

fn seen(model: &Model) -> String {
    let area = Rect::new(0, 0, model.size.width, model.size.height);
    let mut buf = Buffer::empty(area);
    render(model, area, &mut buf);
    dump::lines(&buf).join("\n")
}

/// What only the pane says of each kind, in the order of the scene's hits.
const IN_FULL: [&[&str]; 6] = [
    &["可打时间", "资料未核实过", "电话 100 **** 0001"],
    &["承办", "当事人", "登记"],
    &["经过", "发布预警"],
    &["5 来电", "已报镇长", "请镇里先到场", "100****0077"],
    &["0710", "420607102"],
    &["石桥镇", "区划代码"],
];

#[test]
fn beside_the_hits_stands_what_the_one_under_the_hand_says_in_full() {
    for (steps, words) in IN_FULL.iter().enumerate() {
        let wide = seen(&search(Language::Chinese, (120, 40), steps));
        let narrow = seen(&search(Language::Chinese, (80, 24), steps));
        for word in *words {
            assert!(wide.contains(word), "{steps}: no {word} in\n{wide}");
        }
        // Every kind is told apart by something that the list has no room for.
        assert!(
            words.iter().any(|word| !narrow.contains(word)),
            "{steps}:\n{narrow}"
        );
    }
}

#[test]
fn no_number_of_a_person_is_whole_beside_the_hits_even_while_its_board_shows_it() {
    for steps in 0..IN_FULL.len() {
        let mut model = search(Language::Chinese, (120, 40), steps);
        let now = model.now;
        let desk = model.desk.as_mut().unwrap();
        let Some(Layer::Search(search)) = desk.layers.last() else {
            panic!("the search is open");
        };
        let under = search.current().unwrap().record.id;
        desk.network.revealed = Some((under, now));
        desk.duty.revealed = Some((under, now));
        let seen = seen(&model);
        for number in [
            "10012340001",
            "100 1234 0001",
            "10012340077",
            "100 1234 0077",
        ] {
            assert!(!seen.contains(number), "{steps}: {number} in\n{seen}");
        }
    }
}

#[test]
fn the_pane_follows_the_hand_without_a_read() {
    let mut model = search(Language::Chinese, (120, 40), 0);
    assert!(seen(&model).contains("可打时间"));
    let asked = press(&mut model, "<down>");
    assert!(asked.is_empty(), "{asked:?}");
    assert!(!seen(&model).contains("可打时间"));
    assert!(seen(&model).contains("承办"));
    // A hit that is gone takes its pane along.
    if let Some(Layer::Search(search)) = model.desk.as_mut().unwrap().layers.last_mut() {
        search.found.hits.retain(|hit| hit.record.id == id(0xFFFF));
    }
    assert!(!seen(&model).contains("承办"));
}
