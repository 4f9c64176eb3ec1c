//! Suggested duplicates: asked while one types and on opening, looked at, and
//! back again.

use super::super::effect::{Effect, WantedFor};
use super::super::message::{Message, StoreNews};
use super::super::model::{Board, Layer, Model};
use super::super::suggested::SuggestFor;
use super::super::testing::{desk, evening, press, shown};
use super::seen::page;
use super::update;
use crate::domain::ids::RecordId;
use crate::domain::incident::alike::{Likeness, Matter, SameCategory, SamePlace};
use crate::domain::time::Millis;
use crate::store::alike::Suggestion;

fn asked(effects: &[Effect]) -> Option<(SuggestFor, Matter, RecordId)> {
    effects.iter().find_map(|effect| match effect {
        Effect::LoadAlike {
            whom,
            matter,
            except,
        } => Some((*whom, matter.clone(), *except)),
        _ => None,
    })
}

fn suggestion(at: usize) -> Suggestion {
    Suggestion {
        row: evening()[at].clone(),
        likeness: Likeness {
            place: SamePlace::Words,
            category: SameCategory::Exact,
            apart: Millis(12 * 60_000),
        },
    }
}

fn answer(model: &mut Model, whom: SuggestFor, found: Vec<Suggestion>) -> Vec<Effect> {
    let found = Some(found);
    update(model, Message::Alike { whom, found })
}

/// A new incident with category and area, and the question that it set off.
fn form() -> (Model, (SuggestFor, Matter, RecordId)) {
    let mut model = desk(80, 24);
    let mut effects = press(&mut model, "<f2>");
    assert_eq!(asked(&effects), None, "nothing is known yet");
    let slot = |model: &mut Model, wanted: super::super::form::Slot| {
        for _ in 0..20 {
            let dialog = super::dialog::top(model).unwrap();
            if dialog.form.focused().map(|field| field.slot) == Some(wanted) {
                return;
            }
            press(model, "<tab>");
        }
        panic!("the form has no {wanted:?}");
    };
    slot(&mut model, super::super::form::Slot::Category);
    press(&mut model, "<ctrl-l>邻里<enter>");
    slot(&mut model, super::super::form::Slot::Area);
    effects.extend(press(&mut model, "<ctrl-l>三岔<enter>"));
    let question = asked(&effects).expect("category and area are known");
    (model, question)
}

#[test]
fn a_new_incident_is_compared_as_soon_as_it_can_be() {
    let (mut model, (whom, matter, _)) = form();
    assert_eq!(matter.area.as_str(), "420607102201");
    assert_eq!(matter.place, "");
    let effects = answer(&mut model, whom, vec![suggestion(0)]);
    assert_eq!(asked(&effects), None, "the matter is the same");
    let text = page(&model);
    assert!(text.contains("疑似重复1件"), "{text}");
    assert!(text.contains("同一地点、同类别、相隔12分钟"), "{text}");
}

#[test]
fn another_place_is_another_question_but_one_at_a_time() {
    let (mut model, (whom, ..)) = form();
    for _ in 0..20 {
        let dialog = super::dialog::top(&mut model).unwrap();
        let slot = dialog.form.focused().map(|field| field.slot);
        if slot == Some(super::super::form::Slot::Place) {
            break;
        }
        press(&mut model, "<tab>");
    }
    let effects = press(&mut model, "二组");
    assert_eq!(asked(&effects), None, "the first answer is not here yet");
    let effects = answer(&mut model, whom, Vec::new());
    let (_, matter, _) = asked(&effects).expect("what was typed meanwhile is asked for then");
    assert_eq!(matter.place, "二组");
}

#[test]
fn a_suggestion_is_looked_at_and_the_form_is_as_it_was() {
    let (mut model, (whom, ..)) = form();
    answer(&mut model, whom, vec![suggestion(0), suggestion(1)]);
    press(&mut model, "<f7>");
    let desk = model.desk.as_ref().unwrap();
    assert_eq!(desk.board, Board::Detail);
    let opened = |model: &Model| model.desk.as_ref().unwrap().detail.as_ref().unwrap().id;
    assert_eq!(opened(&model), evening()[0].id);
    press(&mut model, "<ctrl-o>");
    assert!(page(&model).contains("疑似重复2件"));
    press(&mut model, "<f7>");
    assert_eq!(opened(&model), evening()[1].id, "the next one");
    press(&mut model, "<ctrl-o>");
    let layers = &model.desk.as_ref().unwrap().layers;
    assert!(matches!(layers.last(), Some(Layer::Dialog(_))));
}

#[test]
fn nothing_suggested_is_a_reason_and_no_jump() {
    let (mut model, (whom, ..)) = form();
    answer(&mut model, whom, Vec::new());
    press(&mut model, "<f7>");
    assert!(page(&model).contains("没有疑似重复的事件"));
    assert_eq!(model.desk.as_ref().unwrap().board, Board::Queue);
}

#[test]
fn an_opened_incident_is_compared_too_and_again_after_news() {
    let mut model = desk(80, 24);
    press(&mut model, "o");
    let row = evening()[0].clone();
    let open = |model: &mut Model| {
        let shown = Some(Box::new(shown(&row)));
        let (id, wanted) = (row.id, WantedFor::Detail);
        update(model, Message::Shown { id, wanted, shown })
    };
    let effects = open(&mut model);
    let (whom, _, except) = asked(&effects).expect("on opening");
    assert_eq!((whom, except), (SuggestFor::Detail(row.id), row.id));
    let effects = update(&mut model, Message::Store(StoreNews::Changed(vec![])));
    assert_eq!(asked(&effects), None, "one question at a time");
    let effects = answer(&mut model, whom, vec![suggestion(1)]);
    assert!(asked(&effects).is_some(), "something came meanwhile");
    assert!(page(&model).contains("疑似重复1件"));
    press(&mut model, "=");
    let detail = model.desk.as_ref().unwrap().detail.as_ref().unwrap();
    assert_eq!(detail.id, evening()[1].id);
    // The answer for the one that was left goes there and nowhere else.
    answer(&mut model, whom, vec![suggestion(2)]);
    assert!(!page(&model).contains("疑似重复"));
}
