//! What a dialog opens with because the desk knows it.

use super::super::dialog::{Aim, Dialog};
use super::super::effect::{Effect, WantedFor};
use super::super::form::{Slot, Value};
use super::super::message::Message;
use super::super::model::Model;
use super::super::suggested::SuggestFor;
use super::super::testing::{centre, desk, evening, other_unit, press, shown};
use super::{dialog, update};
use crate::domain::incident::alike::{Likeness, SameCategory, SamePlace};
use crate::domain::incident::verb::Verb;
use crate::domain::time::Millis;
use crate::domain::unit::UnitRef;
use crate::store::alike::Suggestion;

/// What stands in a picked field, as the officer reads it.
fn picked(model: &mut Model, slot: Slot) -> Vec<String> {
    let dialog: &mut Dialog = dialog::top(model).unwrap();
    match dialog.form.field_mut(slot).map(|field| &field.value) {
        Some(Value::Pick(_, chosen)) => chosen.iter().map(|one| one.label.clone()).collect(),
        other => panic!("{other:?}"),
    }
}

/// An escalation that asks for the unit above, and the number of its dialog.
fn escalating() -> (Model, u64) {
    let mut model = desk(80, 24);
    let effects = press(&mut model, "Wu");
    let number = dialog::top(&mut model).unwrap().number;
    let asked = Effect::FindSuperior {
        dialog: number,
        of: centre().id,
    };
    assert!(effects.contains(&asked), "{effects:?}");
    (model, number)
}

fn answer(model: &mut Model, dialog: u64, unit: Option<UnitRef>) {
    update(model, Message::Superior { dialog, unit });
}

#[test]
fn an_escalation_opens_with_the_unit_above_the_holder() {
    let (mut model, number) = escalating();
    answer(&mut model, number, Some(other_unit()));
    assert_eq!(picked(&mut model, Slot::To), [other_unit().name]);
    let dialog = dialog::top(&mut model).unwrap();
    let code = other_unit().id.to_string();
    assert_eq!(dialog.form.code(Slot::To), Some(code.as_str()));
    assert!(!dialog.is_filled(), "the officer has put nothing in");
}

#[test]
fn what_the_officer_chose_first_is_not_overwritten() {
    let (mut model, number) = escalating();
    let dialog = dialog::top(&mut model).unwrap();
    dialog.form.choose(Slot::To, "x".into(), "own".into());
    answer(&mut model, number, Some(other_unit()));
    assert_eq!(picked(&mut model, Slot::To), ["own"]);
}

#[test]
fn without_a_superior_the_field_stays_empty() {
    let (mut model, number) = escalating();
    answer(&mut model, number, None);
    answer(&mut model, number + 1, Some(other_unit()));
    assert!(picked(&mut model, Slot::To).is_empty());
}

/// The first row under the hand of a wide screen, with the second suggested.
fn suggested() -> Model {
    let mut model = desk(120, 40);
    let rows = evening();
    let id = rows[0].id;
    let opened = Message::Shown {
        id,
        wanted: WantedFor::Detail,
        shown: Some(Box::new(shown(&rows[0]))),
    };
    update(&mut model, opened);
    let found = Suggestion {
        row: rows[1].clone(),
        likeness: Likeness {
            place: SamePlace::Words,
            category: SameCategory::Exact,
            apart: Millis(60_000),
        },
    };
    let answer = Message::Alike {
        whom: SuggestFor::Detail(id),
        found: Some(vec![found]),
    };
    update(&mut model, answer);
    model
}

#[test]
fn a_merge_opens_with_the_first_that_looks_alike() {
    let mut model = suggested();
    press(&mut model, "Wm");
    let found = picked(&mut model, Slot::Other);
    let title = &evening()[1].incident.title;
    assert!(found.len() == 1 && found[0].ends_with(title), "{found:?}");
    let dialog = dialog::top(&mut model).unwrap();
    assert!(!dialog.is_filled(), "the officer has put nothing in");
    press(&mut model, "<backspace>");
    assert!(picked(&mut model, Slot::Other).is_empty(), "and it can go");
}

#[test]
fn a_merge_takes_no_suggestion_of_another_incident() {
    let mut model = desk(120, 40);
    press(&mut model, "Wm");
    assert!(picked(&mut model, Slot::Other).is_empty());

    let mut model = suggested();
    let aim = Aim::of_row(&evening()[3]);
    super::verbs::start_on(&mut model, aim, Verb::Merge, crate::tui::keys::Danger::None);
    assert!(picked(&mut model, Slot::Other).is_empty());
}
