//! Keys while a dialog waits for the store.

use super::super::dialog::Waiting;
use super::super::effect::{Effect, Origin};
use super::super::held::{HELD_AGE_MAX, HELD_KEYS_MAX};
use super::super::message::{Done, Message, NotDone};
use super::super::model::{Layer, Model};
use super::super::testing::{desk, press};
use super::update;
use crate::domain::incident::verb::Verb;
use crate::domain::time::Millis;
use crate::i18n::t;

/// A note that is on its way to the disk.
fn noted() -> (Model, u64) {
    let mut model = desk(80, 24);
    press(&mut model, "n");
    press(&mut model, "平静");
    let effects = press(&mut model, "<ctrl-s>");
    assert!(
        effects
            .iter()
            .any(|one| matches!(one, Effect::Submit { .. }))
    );
    let number = super::dialog::top(&mut model).unwrap().number;
    (model, number)
}

fn note(model: &mut Model) -> (String, Waiting) {
    let dialog = super::dialog::top(model).unwrap();
    (
        dialog.form.text(super::super::form::Slot::Text).to_owned(),
        dialog.waiting,
    )
}

fn stored(model: &mut Model, number: u64) -> Vec<Effect> {
    let counts = model.desk.as_ref().unwrap().counts;
    let done = Done {
        verb: Verb::Note.into(),
        shown: Vec::new(),
        counts,
    };
    let message = Message::Submitted {
        origin: Origin::Dialog(number),
        result: Ok(Box::new(done)),
    };
    update(model, message)
}

fn cursor(model: &Model) -> usize {
    model.desk.as_ref().unwrap().queue.cursor_index().unwrap()
}

fn said(model: &Model) -> String {
    model
        .notice
        .as_ref()
        .map_or_else(String::new, |notice| notice.text.clone())
}

#[test]
fn keys_after_handing_in_wait_for_the_store_and_are_done_after_it() {
    let (mut model, number) = noted();
    press(&mut model, "jj");
    assert_eq!(note(&mut model), ("平静".to_owned(), Waiting::Store));
    assert_eq!(said(&model), t!("dialog.waiting-kept"));
    assert_eq!(cursor(&model), 0, "not before the answer");
    stored(&mut model, number);
    assert!(model.desk.as_ref().unwrap().layers.is_empty());
    assert_eq!(cursor(&model), 2);
    update(&mut model, Message::Tick);
    assert_eq!(cursor(&model), 2, "done once");
}

#[test]
fn what_was_kept_can_open_and_fill_the_next_dialog() {
    let (mut model, number) = noted();
    press(&mut model, "jn");
    press(&mut model, "再电");
    stored(&mut model, number);
    assert_eq!(note(&mut model), ("再电".to_owned(), Waiting::Officer));
    assert_eq!(cursor(&model), 1);
}

#[test]
fn keys_that_waited_for_a_refused_act_are_dropped_and_counted() {
    let (mut model, number) = noted();
    press(&mut model, "ja");
    let message = Message::Submitted {
        origin: Origin::Dialog(number),
        result: Err(NotDone::NotStored("disk".to_owned())),
    };
    update(&mut model, message);
    assert_eq!(note(&mut model), ("平静".to_owned(), Waiting::Officer));
    assert_eq!(said(&model), t!("dialog.waiting-dropped", n = 2));
    press(&mut model, "了");
    assert_eq!(note(&mut model).0, "平静了", "it is the officer's again");
}

#[test]
fn old_keys_are_not_done_and_many_are_refused() {
    let (mut model, number) = noted();
    press(&mut model, "j");
    model.now = model.now.saturating_add(Millis(HELD_AGE_MAX.0 + 1));
    press(&mut model, "j");
    stored(&mut model, number);
    assert_eq!(cursor(&model), 0);
    assert_eq!(said(&model), t!("dialog.waiting-dropped", n = 2));

    let (mut model, number) = noted();
    press(&mut model, &"j".repeat(HELD_KEYS_MAX));
    assert_eq!(said(&model), t!("dialog.waiting-kept"));
    press(&mut model, "k");
    assert_eq!(said(&model), t!("dialog.waiting-full"));
    stored(&mut model, number);
    assert_eq!(
        cursor(&model),
        3,
        "the last row of four; the k was not kept"
    );
}

#[test]
fn leaving_does_not_wait_and_a_paste_is_refused() {
    let (mut model, _) = noted();
    update(&mut model, Message::Paste("吵".to_owned()));
    assert_eq!(note(&mut model).0, "平静");
    assert_eq!(said(&model), t!("dialog.waiting-paste"));
    press(&mut model, "j");
    press(&mut model, "<esc>");
    let layers = &model.desk.as_ref().unwrap().layers;
    assert!(!matches!(layers.last(), Some(Layer::Dialog(_))));
    assert_eq!(
        cursor(&model),
        0,
        "what was typed before leaving is dropped"
    );
}

/// A page that was read before an own act comes after the act's answer: it must
/// not put the row back to what it was, not even for a moment.
#[test]
fn a_page_from_before_an_own_act_does_not_bring_the_old_row_back() {
    use super::super::effect::Join;
    use super::super::testing::{evening, key, shown};
    use crate::store::view::QueuePage;

    const NEW: &str = "已改的题";
    let mut model = desk(80, 24);
    let rows = evening();
    let page = || {
        let rows = evening();
        Box::new(QueuePage {
            rows: rows.iter().map(|row| (key(row), row.clone())).collect(),
            ..QueuePage::default()
        })
    };
    let serial_of = |effects: &[Effect]| {
        effects.iter().find_map(|effect| match effect {
            Effect::LoadQueue {
                serial,
                join: Join::Replace,
                ..
            } => Some(*serial),
            _ => None,
        })
    };
    let answer = |serial| Message::Queue {
        serial,
        join: Join::Replace,
        page: page(),
    };
    let title = |model: &Model| {
        let queue = &model.desk.as_ref().unwrap().queue;
        let (_, row) = queue
            .rows
            .iter()
            .find(|(_, row)| row.id == rows[0].id)
            .unwrap();
        row.incident.title.clone()
    };
    let before = title(&model);
    assert_ne!(before, NEW);
    // A page is under way; then the officer's own act is stored.
    let asked = model.desk.as_mut().unwrap().queue.reload();
    let serial = serial_of(&asked).unwrap();
    let mut after = shown(&rows[0]);
    if let crate::domain::record::Body::Incident(incident) = &mut after.record.body {
        incident.title = NEW.to_owned();
    }
    let done = Done {
        verb: Verb::Accept.into(),
        shown: vec![after],
        counts: model.desk.as_ref().unwrap().counts,
    };
    let effects = update(
        &mut model,
        Message::Submitted {
            origin: Origin::Key,
            result: Ok(Box::new(done)),
        },
    );
    assert_eq!(serial_of(&effects), None, "one at a time");
    assert_eq!(title(&model), NEW);
    let effects = update(&mut model, answer(serial));
    assert_eq!(title(&model), NEW, "the old page is not shown");
    let anew = serial_of(&effects).expect("it is read anew");
    update(&mut model, answer(anew));
    assert_eq!(title(&model), before, "what is read after it counts");
}
