//! A desk from which the centre takes nothing: the officer is told why and what
//! to do, once, and nothing that is being written is disturbed.

use super::super::effect::Effect;
use super::super::form::Slot;
use super::super::gate::Purpose;
use super::super::message::{Message, Opened};
use super::super::model::{Layer, Model, Question};
use super::super::testing::{desk, press};
use super::update;
use crate::i18n::t;
use crate::sync::status::{Needs, Status};

fn told(model: &mut Model, needs: Needs) {
    let status = Status {
        needs,
        ..Status::default()
    };
    update(model, Message::Sync(status));
}

fn asks(model: &Model) -> bool {
    let layers = &model.desk.as_ref().unwrap().layers;
    matches!(layers.last(), Some(Layer::Confirm(Question::Enrol)))
}

fn opened(model: &Model) -> Opened {
    let desk = model.desk.as_ref().unwrap();
    Opened {
        officer: desk.officer.clone(),
        policy: desk.policy.clone(),
        places: desk.places.clone(),
        counts: desk.counts,
        drafts: Vec::new(),
        found: Vec::new(),
        service: "https://centre".to_owned(),
        trouble: None,
    }
}

#[test]
fn why_nothing_goes_out_is_said_once_and_again_when_asked() {
    let mut model = desk(80, 24);
    told(&mut model, Needs::Enrol);
    assert!(asks(&model));
    assert!(press(&mut model, "n").is_empty());
    told(&mut model, Needs::Enrol);
    assert!(!asks(&model), "not again and again");
    assert!(press(&mut model, "<f5>").is_empty());
    assert!(asks(&model), "when asked to");

    // The password makes another device of it; what is open stays open.
    assert!(press(&mut model, "y").is_empty());
    assert_eq!(model.gate.as_ref().unwrap().purpose, Purpose::Again);
    let effects = press(&mut model, "geheim<enter>");
    assert!(
        matches!(effects.as_slice(), [Effect::SignInAgain(_)]),
        "{effects:?}"
    );
    let fresh = Box::new(opened(&model));
    let effects = update(&mut model, Message::Enrolled(fresh));
    assert!(effects.contains(&Effect::LoadCounts));
    assert!(model.gate.is_none() && !asks(&model));
    let said = &model.notice.as_ref().unwrap().text;
    assert_eq!(*said, t!("screen.enrolled-anew"));
}

#[test]
fn it_does_not_come_between_an_officer_and_the_words_being_written() {
    let mut model = desk(80, 24);
    press(&mut model, "n半");
    told(&mut model, Needs::Enrol);
    assert!(!asks(&model));
    let said = &model.notice.as_ref().unwrap().text;
    assert_eq!(*said, t!("screen.enrol-anew"));
    press(&mut model, "句");
    let dialog = model.desk.as_mut().unwrap().dialog_mut().unwrap();
    assert_eq!(dialog.form.text(Slot::Text), "半句");
    let fresh = Box::new(opened(&model));
    update(&mut model, Message::Enrolled(fresh));
    let dialog = model.desk.as_mut().unwrap().dialog_mut().unwrap();
    assert_eq!(dialog.form.text(Slot::Text), "半句", "still open");
}

#[test]
fn what_could_not_be_read_on_signing_in_is_said_and_work_begins() {
    type Tells = fn(Box<Opened>) -> Message;
    for tells in [
        Message::Opened as Tells,
        Message::Enrolled,
        Message::Regranted,
    ] {
        let mut model = desk(80, 24);
        let mut begun = opened(&model);
        begun.trouble = Some("diskfails".to_owned());
        update(&mut model, tells(Box::new(begun)));
        assert!(model.desk.is_some());
        let said = model.notice.as_ref().map(|notice| notice.text.as_str());
        assert!(
            said.is_some_and(|said| said.contains("diskfails")),
            "{said:?}"
        );
    }
}
