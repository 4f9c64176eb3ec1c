//! The rules: whatever a record is and whatever a command says, `apply` gives
//! changes that keep its promises, or refuses and changes nothing.

use serde_json::Value;

use zhiban::domain::command::{Change, Command};
use zhiban::domain::counter::COUNTER_MAX;
use zhiban::domain::incident::refusal::Refusal;
use zhiban::domain::incident::stage::Stage;
use zhiban::domain::incident::table::{Cell, cell};
use zhiban::domain::incident::verb::VERBS;
use zhiban::domain::officer::{Officer, Reach};
use zhiban::domain::policy::Policy;
use zhiban::domain::record::{Record, Rev};
use zhiban::domain::time::Timestamp;
use zhiban::wire::bounds::from_json;
use zhiban::wire::command::WireCommand;

use super::draw::Draw;
use super::{seeds, shape, world};

pub fn run(data: &[u8]) {
    let mut draw = Draw::new(data);
    let step = &seeds::steps()[draw.below(seeds::steps().len())];
    let how = draw.byte();
    let officers = world::officers();
    let author = match draw.byte() {
        0 => step.author.clone(),
        other => officers[usize::from(other) % officers.len()].clone(),
    };
    let at = match draw.byte() {
        0 => step.command.made_at,
        255 => Timestamp::from_millis(i64::MAX),
        254 => Timestamp::from_millis(i64::MIN),
        minutes => world::minute(i64::from(minutes)),
    };
    let policy = if how & 4 == 0 {
        seeds::policy().clone()
    } else {
        policy(&mut draw)
    };
    let command = if how & 1 == 0 {
        step.command.clone()
    } else {
        let length = draw.below(64);
        let mut inner = Draw::new(draw.some(length));
        match from_json::<WireCommand>(&shape::text(&mut inner, seeds::commands())) {
            Ok(command) => command,
            Err(_) => return,
        }
    };
    let records = if how & 2 == 0 {
        step.before.clone()
    } else {
        let text = shape::text(&mut draw, seeds::made());
        match from_json::<Record>(&text) {
            Ok(record) => vec![record],
            Err(_) => return,
        }
    };
    check(&records, &command.to_domain(), &author, &policy, at);
}

/// A policy that the workstation would take.
fn policy(draw: &mut Draw<'_>) -> Policy {
    let length = draw.below(32);
    let mut inner = Draw::new(draw.some(length));
    let text = shape::text(&mut inner, std::slice::from_ref(seeds::policy_tree()));
    match from_json::<Policy>(&text) {
        Ok(policy) if policy.check().is_ok() => policy,
        _ => seeds::policy().clone(),
    }
}

fn check(records: &[Record], command: &Command, author: &Officer, policy: &Policy, at: Timestamp) {
    let before = records.to_vec();
    let context = world::context(author, policy, at);
    let outcome = zhiban::domain::apply(records, command, &context);
    let again = zhiban::domain::apply(records, command, &context);
    assert_eq!(outcome, again, "the same input gave two answers");
    assert_eq!(records, before, "apply changed what it was given");
    sound(&outcome, records, command, author, at);
    if let Ok(changes) = &outcome {
        step(changes, records, command, author);
    }
    let late = zhiban::domain::file_late(records, command, &context);
    sound(&late, records, command, author, at);
    for record in records {
        if let Some(incident) = record.incident() {
            let _state = incident.alarm_state(policy, at);
            let _overdue = incident.is_overdue(at);
            for verb in VERBS {
                let _verdict = zhiban::domain::allowed(incident, record.area, verb, author);
            }
        }
    }
}

/// What every change promises.
fn sound(
    outcome: &Result<Vec<Change>, Refusal>,
    records: &[Record],
    command: &Command,
    author: &Officer,
    at: Timestamp,
) {
    let changes = match outcome {
        Ok(changes) => changes,
        Err(refusal) => {
            assert!(!refusal.to_string().is_empty());
            round_trip(refusal);
            return;
        }
    };
    assert!(!changes.is_empty(), "an accepted act changes something");
    for Change { event, record } in changes {
        assert_eq!((event.command, event.on), (command.id, event.on));
        assert_eq!((event.author.id, event.at), (author.id, at));
        let was = records.iter().find(|was| was.id == record.id);
        match was {
            Some(was) if was.rev.0 < COUNTER_MAX => assert_eq!(record.rev, was.rev.next()),
            Some(_) => {}
            None => assert_eq!(record.rev, Rev(1), "a new record"),
        }
        if let Some(was) = was {
            assert_eq!((record.area, record.kind()), (was.area, was.kind()));
            assert_eq!((&record.sealed, record.parent), (&was.sealed, was.parent));
            kept(was, record);
        }
        if record.rev.0 <= COUNTER_MAX {
            round_trip(record);
        }
        round_trip(event);
        for word in sealed_words(record) {
            let text = serde_json::to_string(event).unwrap();
            assert!(!text.contains(&word), "{word} is sealed and in the event");
        }
    }
}

/// What a newer program put there stays.
fn kept(was: &Record, now: &Record) {
    if let (Some(was), Some(now)) = (was.incident(), now.incident()) {
        assert_eq!(was.extra, now.extra);
        assert_eq!(was.creator, now.creator);
        assert_eq!(was.registered_at, now.registered_at);
    }
}

/// The step that the table allows, by somebody who may.
fn step(changes: &[Change], records: &[Record], command: &Command, author: &Officer) {
    let Some(verb) = command.act.verb().incident() else {
        return;
    };
    let Some(change) = changes.last() else { return };
    let Some(now) = change.record.incident() else {
        panic!("an act on an incident ends with it");
    };
    assert_ne!(author.reach(verb, change.record.area), Reach::Nowhere);
    let Some(was) = records
        .iter()
        .find(|was| was.id == change.record.id)
        .and_then(Record::incident)
    else {
        return;
    };
    let (from, to) = (was.stage(), now.stage());
    if change.event.card.is_none() {
        match cell(verb, from) {
            Cell::Refused => panic!("{verb} worked at {}", from.name()),
            Cell::Stays(_) => assert_eq!(from, to),
            Cell::To(stages, _) => assert!(stages.contains(&to), "{verb} led to {}", to.name()),
        }
        assert_eq!(now.last.verb, verb);
    }
    if to == Stage::Closed && from != Stage::Closed {
        let strike = now.strike_off.as_ref().expect("closed by signatures");
        let signed = strike.signed.as_ref().expect("signed twice");
        assert_ne!(signed.by.id, strike.proposed.by.id);
    }
}

/// Words of the sealed part that are long enough to be nobody else's.
fn sealed_words(record: &Record) -> Vec<String> {
    let sealed = record.sealed.iter().flat_map(|sealed| &sealed.parties);
    let words = sealed.map(|party| party.doc_no.clone());
    words.filter(|word| word == "420607201001011234").collect()
}

fn round_trip<T>(value: &T)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let text = serde_json::to_vec(value).expect("what was made can be written");
    let read: T = from_json(&text)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&text)));
    assert_eq!(&read, value);
}

pub fn seeds() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for step in 0..u8::try_from(seeds::steps().len()).unwrap() {
        all.push(vec![step, 0, 0, 0]);
        all.push(vec![step, 1, 0, 0, 20, 1, step, 2, 10, 4, 1, 0]);
        all.push(vec![step, 2, 0, 0, 1, step, 1, 0, 0]);
        all.push(vec![step, 4, 1, 30, 9, 1, 0, 1, 0, 5, 1]);
        let record: Value = seeds::made()[usize::from(step)].clone();
        let mut raw = vec![step, 2, 0, 0, shape::RAW];
        raw.extend(serde_json::to_vec(&record).unwrap());
        all.push(raw);
    }
    all
}
