//! One act on several incidents: what is marked, asked, done and told.

use super::super::effect::Origin;
use super::super::message::{Done, Message, NotDone};
use super::super::model::{Layer, Model};
use super::super::testing::{answer_queue, desk, desk_with, evening, press, shown};
use super::seen::{page, submitted};
use super::update;
use crate::domain::ids::RecordId;
use crate::domain::incident::act::Act;
use crate::domain::incident::refusal::Refusal;
use crate::domain::incident::verb::Verb;
use crate::domain::officer::Role;
use crate::store::view::Counts;

fn marked(model: &Model) -> Vec<RecordId> {
    let marks = &model.desk.as_ref().unwrap().marks;
    marks.aims().map(|aim| aim.id).collect()
}

fn done(at: usize) -> Done {
    Done {
        verb: Verb::Note.into(),
        shown: vec![shown(&evening()[at])],
        counts: Counts::default(),
    }
}

fn ids() -> Vec<RecordId> {
    evening().iter().map(|row| row.id).collect()
}

#[test]
fn marks_follow_the_record_and_show_and_go() {
    let mut model = desk(80, 24);
    press(&mut model, "<space><space>");
    assert_eq!(marked(&model), &ids()[..2]);
    assert!(page(&model).contains("已标记2"), "{}", page(&model));
    // The list turns round: the marks stay on their records.
    let effects = update(
        &mut model,
        Message::Store(super::super::message::StoreNews::Changed(vec![])),
    );
    let mut rows = evening();
    rows.reverse();
    answer_queue(&mut model, &effects, &rows);
    assert_eq!(marked(&model), &ids()[..2]);
    press(&mut model, "<esc>");
    assert_eq!(marked(&model), []);
    assert!(!page(&model).contains("已标记"));
    press(&mut model, "&");
    assert_eq!(marked(&model), ids(), "everything on the screen");
    press(&mut model, "<home><space>");
    assert_eq!(marked(&model).len(), ids().len() - 1, "one mark taken away");
}

#[test]
fn one_note_goes_to_each_as_an_entry_of_its_own() {
    let mut model = desk(80, 24);
    press(&mut model, "<space><space>n");
    let text = page(&model);
    assert!(text.contains("2件：红2"), "{text}");
    press(&mut model, "已通知各村");
    let effects = press(&mut model, "<ctrl-s>");
    let acts = submitted(&effects);
    let [
        (first, one, Act::Note(note)),
        (second, two, Act::Note(other)),
    ] = acts.as_slice()
    else {
        panic!("{effects:?}");
    };
    assert_eq!(vec![*one, *two], &ids()[..2]);
    assert_eq!(
        (note.text.as_str(), other.text.as_str()),
        ("已通知各村", "已通知各村")
    );
    assert_ne!(note.entry, other.entry, "two entries");
    assert!(model.desk.as_ref().unwrap().layers.is_empty());
    let answer = |model: &mut Model, origin: Origin, at| {
        let result = Ok(Box::new(done(at)));
        update(model, Message::Submitted { origin, result });
    };
    answer(&mut model, *first, 0);
    assert!(!page(&model).contains("已记录2件"));
    answer(&mut model, *second, 1);
    assert!(page(&model).contains("已记录2件"), "{}", page(&model));
    assert_eq!(marked(&model), [], "what is done is not marked any more");
}

#[test]
fn what_could_not_be_done_is_counted_named_and_stays_marked() {
    let mut model = desk(80, 24);
    press(&mut model, "<space><space>a");
    let text = page(&model);
    assert!(text.contains("知悉2件"), "it asks with the count: {text}");
    let acts = submitted(&press(&mut model, "<ctrl-s>"));
    assert_eq!(acts.len(), 2);
    assert!(
        acts.iter()
            .all(|(_, _, act)| act.verb() == Verb::Acknowledge)
    );
    let result = Ok(Box::new(done(0)));
    let origin = acts[0].0;
    update(&mut model, Message::Submitted { origin, result });
    let result = Err(NotDone::Refused(Box::new(Refusal::NotFound)));
    let origin = acts[1].0;
    update(&mut model, Message::Submitted { origin, result });
    let text = page(&model);
    assert!(text.contains("已知悉1件，未办1件（仍标着）"), "{text}");
    assert_eq!(marked(&model), [ids()[1]]);
}

#[test]
fn what_must_be_looked_at_one_by_one_is_denied_and_says_why() {
    let mut model = desk(80, 24);
    press(&mut model, "<space><space>e");
    assert!(model.desk.as_ref().unwrap().layers.is_empty());
    assert!(page(&model).contains("这一项要逐件办"), "{}", page(&model));
    // The row under the cursor is not acted on by mistake.
    assert_eq!(submitted(&press(&mut model, "v")), []);
}

/// Only a leader lowers; the others are told why, not asked.
#[test]
fn nothing_possible_is_a_reason_and_no_dialog() {
    let mut model = desk(80, 24);
    press(&mut model, "<space><space>U");
    assert!(model.desk.as_ref().unwrap().layers.is_empty());
    let mut model = desk_with(80, 24, Role::Leader);
    press(&mut model, "<space><space>U");
    let layers = &model.desk.as_ref().unwrap().layers;
    assert!(matches!(layers.last(), Some(Layer::Dialog(_))));
}

/// Nothing of the first case slips into the others.
#[test]
fn an_assignment_of_several_starts_from_blank_elements() {
    let mut model = desk(80, 40);
    let effects = update(
        &mut model,
        Message::Store(super::super::message::StoreNews::Changed(vec![])),
    );
    let mut rows = evening();
    rows[0].incident.elements.task = "只属于第一件的任务书".into();
    answer_queue(&mut model, &effects, &rows);
    press(&mut model, "<home><space>d");
    let text = page(&model);
    assert!(text.contains("派单1件"), "{text}");
    assert!(!text.contains("只属于第一件"), "{text}");
}

/// A second act on several before the disk has answered the first: what came of
/// either is told.
#[test]
fn what_came_of_two_acts_under_way_is_told_of_each() {
    let mut model = desk(80, 24);
    press(&mut model, "<space>n一");
    let first = submitted(&press(&mut model, "<ctrl-s>"));
    press(&mut model, "<home>n二");
    let second = submitted(&press(&mut model, "<ctrl-s>"));
    assert_ne!(first[0].0, second[0].0);
    let result = Err(NotDone::Refused(Box::new(Refusal::NotFound)));
    let origin = first[0].0;
    update(&mut model, Message::Submitted { origin, result });
    assert!(page(&model).contains("未办1件"), "{}", page(&model));
    let result = Ok(Box::new(done(0)));
    let origin = second[0].0;
    update(&mut model, Message::Submitted { origin, result });
    assert!(page(&model).contains("已记录1件"), "{}", page(&model));
}
