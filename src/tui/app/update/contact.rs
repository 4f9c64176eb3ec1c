//! What is done about a contact of the mediation network, most of it by one
//! key.

use super::super::contact_form;
use super::super::dialog::{Aim, Kind, Waiting};
use super::super::effect::{Effect, Origin};
use super::super::form::Form;
use super::super::model::{Layer, Model, Question};
use super::super::network::{Contact, Source};
use super::super::words::names;
use super::dialog;
use crate::domain::command::Target;
use crate::domain::entry::{Call, CallOutcome, Direction};
use crate::domain::ids::RecordId;
use crate::domain::incident::act::{Act, CallLogged};
use crate::domain::network::act::{self, Line};
use crate::domain::network::verb::Verb;
use crate::domain::record::Record;
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::tui::keys::Action;

/// What its keys do.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::ContactCall => call(model),
        Action::ContactAnswered => ring(model, CallOutcome::Answered),
        Action::ContactNoAnswer => ring(model, CallOutcome::NoAnswer),
        Action::ContactBusy => ring(model, CallOutcome::Busy),
        Action::ContactDead => ring(model, CallOutcome::DeadNumber),
        Action::ContactVerify => verify(model),
        Action::ContactAmend => amend(model),
        Action::ContactTel => tel(model),
        _ => Vec::new(),
    }
}

fn amend(model: &mut Model) -> Vec<Effect> {
    let contact = model.desk.as_ref().and_then(|desk| desk.network.contact());
    match contact.map(|contact| contact.shown.record.clone()) {
        Some(record) => ask(model, Verb::AmendPerson, record),
        None => Vec::new(),
    }
}

/// The number that would be rung now, as a code that a telephone reads.
fn tel(model: &mut Model) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let Some((name, number)) = desk.network.contact().and_then(|contact| {
        let person = contact.person()?;
        let id = contact.shown.record.id;
        let backup = desk.network.vain(id) > 0 && !person.backup_phone.is_empty();
        let number = if backup || person.phone.is_empty() {
            &person.backup_phone
        } else {
            &person.phone
        };
        Some((person.name.clone(), number.clone()))
    }) else {
        return Vec::new();
    };
    desk.layers
        .push(Layer::Confirm(Question::Tel { name, number }));
    Vec::new()
}

/// Shows the numbers of whoever is under the hand: with a case that is what
/// they are wanted for, and it is logged so; without one, the officer says why.
fn call(model: &mut Model) -> Vec<Effect> {
    let entry = model.take_id();
    let now = model.now;
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let Some(contact) = desk.network.contact() else {
        return Vec::new();
    };
    let Source::Case(aim) = &desk.network.source else {
        let record = contact.shown.record.clone();
        return ask(model, Verb::Reveal, record);
    };
    vec![reveal(contact, entry, reason_of(aim), now)]
}

/// Why somebody is rung for a case.
fn reason_of(aim: &Aim) -> String {
    let name = names::number(aim.id, &aim.incident);
    t!("network.reason-case", case = name).into_owned()
}

/// Opens the form of a verb on whoever is under the hand.
fn ask(model: &mut Model, verb: Verb, record: Record) -> Vec<Effect> {
    let form = Form::new(contact_form::fields(verb, &record));
    let kind = Kind::Contact {
        verb,
        record: Box::new(record),
    };
    dialog::push(model, kind, form);
    Vec::new()
}

/// Hands the form on top in.
pub fn submit(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let entry = model.take_id();
    let Some(dialog) = dialog::top(model) else {
        return Vec::new();
    };
    let Kind::Contact { verb, record } = &dialog.kind else {
        return Vec::new();
    };
    match contact_form::read(*verb, record, &dialog.form, entry) {
        Err((slot, why)) => {
            dialog.form.fail(slot, why);
            Vec::new()
        }
        Ok(act) => {
            let effect = Effect::Submit {
                origin: Origin::Dialog(dialog.number),
                targets: vec![Target::seen(record)],
                act: Box::new(act.into()),
                made_at: now,
                draft: dialog.draft_key(),
            };
            dialog.waiting = Waiting::Store;
            vec![effect]
        }
    }
}

/// The act that logs a look at somebody's numbers.
fn reveal(contact: &Contact, entry: RecordId, reason: String, now: Timestamp) -> Effect {
    Effect::Submit {
        origin: Origin::Contact(contact.shown.record.id),
        targets: vec![Target::seen(&contact.shown.record)],
        act: Box::new(act::Act::Reveal(act::Reveal { entry, reason }).into()),
        made_at: now,
        draft: None,
    }
}

/// Logs that whoever is under the hand was rung: with the case, where there is
/// one, else with the contact.
fn ring(model: &mut Model, outcome: CallOutcome) -> Vec<Effect> {
    let entry = model.take_id();
    let next_entry = model.take_id();
    let now = model.now;
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let network = &mut desk.network;
    let Some(contact) = network.contact() else {
        return Vec::new();
    };
    let Some(person) = contact.person() else {
        return Vec::new();
    };
    let id = contact.shown.record.id;
    let line = match (network.vain(id), person.backup_phone.is_empty()) {
        (0, _) | (_, true) => Line::First,
        (_, false) => Line::Backup,
    };
    let logged = match &network.source {
        Source::Case(aim) => on_case(aim, contact, entry, outcome, now),
        Source::Unit(_) | Source::Nothing => Effect::Submit {
            origin: Origin::Key,
            targets: vec![Target::seen(&contact.shown.record)],
            act: Box::new(
                act::Act::Call(act::Call {
                    entry,
                    line,
                    outcome,
                    text: String::new(),
                })
                .into(),
            ),
            made_at: now,
            draft: None,
        },
    };
    let mut effects = vec![logged];
    if outcome != CallOutcome::Answered {
        network.rung_in_vain(id);
        let next = network.contact().map(|next| next.shown.record.id);
        // While one rings for a case, the next one's numbers are there at once.
        if let (Source::Case(aim), Some(contact)) = (&network.source, network.contact())
            && next != Some(id)
            && network.revealed.is_some_and(|(whose, _)| whose == id)
        {
            effects.push(reveal(contact, next_entry, reason_of(aim), now));
        }
    }
    effects
}

fn on_case(
    aim: &Aim,
    contact: &Contact,
    entry: RecordId,
    outcome: CallOutcome,
    now: Timestamp,
) -> Effect {
    let name = contact.person().map_or("", |person| &person.name);
    let with = format!("{name} {}", contact.unit_name).trim().to_owned();
    Effect::Submit {
        origin: Origin::Key,
        targets: vec![aim.target.clone()],
        act: Box::new(
            Act::Call(CallLogged {
                entry,
                call: Call {
                    direction: Direction::Out,
                    with,
                    phone: String::new(),
                    outcome,
                },
                text: String::new(),
            })
            .into(),
        ),
        made_at: now,
        draft: None,
    }
}

/// All that is known of whoever is under the hand was right today.
fn verify(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(contact) = model.desk.as_ref().and_then(|desk| desk.network.contact()) else {
        return Vec::new();
    };
    vec![Effect::Submit {
        origin: Origin::Key,
        targets: vec![Target::seen(&contact.shown.record)],
        act: Box::new(act::Act::VerifyPerson(act::VerifyPerson { on: now.date() }).into()),
        made_at: now,
        draft: None,
    }]
}
