//! Taking the latest act back.

use super::super::effect::{Effect, Origin};
use super::super::message::{Done, Message};
use super::super::model::{Layer, Model, Question};
use super::super::testing::{desk, evening, other_unit, press, shown};
use super::seen::submitted;
use super::update;
use crate::domain::ids::RecordId;
use crate::domain::incident::act::Act;
use crate::domain::incident::stage::Stage;
use crate::domain::incident::verb::Verb;
use crate::store::view::{Counts, QueueRow};

fn notice(model: &Model) -> String {
    model
        .notice
        .as_ref()
        .map(|it| it.text.clone())
        .unwrap_or_default()
}

/// The store has taken an act on this row.
fn taken(model: &mut Model, origin: Origin, row: &QueueRow) {
    let done = Done {
        verb: row.incident.last.verb.into(),
        shown: vec![shown(row)],
        counts: Counts::default(),
    };
    let result = Ok(Box::new(done));
    update(model, Message::Submitted { origin, result });
}

/// The row after it was given to another unit.
fn assigned(at: usize) -> QueueRow {
    let mut row = evening()[at].clone();
    row.incident.status = Stage::Assigned.status();
    row.incident.step.status = Stage::Assigned.step();
    row.incident.step.holder.unit = other_unit();
    row.incident.step.given_by = Some(row.incident.creator.clone());
    row.incident.last.verb = Verb::Assign;
    row
}

#[test]
fn nothing_done_is_nothing_to_undo() {
    let mut model = desk(80, 24);
    press(&mut model, "_");
    assert!(
        notice(&model).contains("没有可撤销的操作"),
        "{}",
        notice(&model)
    );
}

#[test]
fn what_has_happened_cannot_be_taken_back_and_says_so() {
    let mut model = desk(80, 24);
    let mut row = evening()[0].clone();
    row.incident.last.verb = Verb::Note;
    taken(&mut model, Origin::Key, &row);
    press(&mut model, "_");
    assert!(
        notice(&model).contains("记录不能撤销"),
        "{}",
        notice(&model)
    );
    assert!(model.desk.as_ref().unwrap().layers.is_empty());
}

#[test]
fn an_assignment_is_asked_about_once_and_recalled() {
    let mut model = desk(80, 24);
    let row = assigned(0);
    taken(&mut model, Origin::Key, &row);
    assert_eq!(submitted(&press(&mut model, "_")), []);
    let top = |model: &Model| model.desk.as_ref().unwrap().layers.last().cloned();
    assert!(matches!(
        top(&model),
        Some(Layer::Confirm(Question::Undo {
            verb: Verb::Assign,
            by: Verb::Recall,
            count: 1
        }))
    ));
    press(&mut model, "n");
    assert!(top(&model).is_none());
    let effects = press(&mut model, "_y");
    let acts = submitted(&effects);
    let [(origin, on, Act::Recall(args))] = acts.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(*on, row.id);
    assert!(!args.reason.is_empty());
    let mut after = evening()[0].clone();
    after.incident.last.verb = Verb::Recall;
    taken(&mut model, *origin, &after);
    assert!(notice(&model).contains("已撤回1件") || notice(&model).contains("已撤回 1 件"));
    press(&mut model, "_");
    assert!(
        notice(&model).contains("撤回不能撤销"),
        "{}",
        notice(&model)
    );
}

#[test]
fn several_are_taken_back_together() {
    let mut model = desk(80, 24);
    press(&mut model, "<space><space>n");
    press(&mut model, "话");
    let acts = submitted(&press(&mut model, "<ctrl-s>"));
    // As if both had been given out.
    taken(&mut model, acts[0].0, &assigned(0));
    taken(&mut model, acts[1].0, &assigned(1));
    let acts = submitted(&press(&mut model, "_y"));
    let ids: Vec<RecordId> = acts.iter().map(|(_, id, _)| *id).collect();
    assert_eq!(ids, [evening()[0].id, evening()[1].id]);
    assert!(acts.iter().all(|(_, _, act)| act.verb() == Verb::Recall));
}

/// Whoever accepts and at once goes on to give the work out has seen the
/// acceptance, though the disk answered it after the dialog was open.
#[test]
fn an_own_act_that_was_on_its_way_is_seen_by_the_dialog_that_was_opened_meanwhile() {
    let mut model = desk(80, 40);
    let accepts = submitted(&press(&mut model, "r"));
    assert_eq!(accepts[0].2.verb(), Verb::Accept);
    press(&mut model, "n");
    let mut row = evening()[0].clone();
    row.incident.status = Stage::Handling.status();
    row.incident.step.status = Stage::Handling.step();
    row.incident.last.verb = Verb::Accept;
    taken(&mut model, accepts[0].0, &row);
    let effects = press(&mut model, "已到场<ctrl-s>");
    let seen = effects.iter().find_map(|effect| match effect {
        Effect::Submit { targets, .. } => targets[0].seen,
        _ => None,
    });
    assert_eq!(seen.map(|seen| seen.stage), Some(Stage::Handling));
}
