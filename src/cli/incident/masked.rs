//! What a script is given of a record: as much as the screen shows. Sealed
//! parts stay out and numbers are masked; whoever needs a whole number reveals
//! it (`zhiban incident reveal`), which is logged.

use crate::domain::act::AnyAct;
use crate::domain::command::Event;
use crate::domain::duty::line::{LineKind, LogLine};
use crate::domain::entry::{Call, Entry, EntryKind};
use crate::domain::incident::Source;
use crate::domain::incident::act::Act;
use crate::domain::incident::party::Party;
use crate::domain::record::{Body, Record};
use crate::tui::app::words::names;

/// A record without what is sealed, its numbers masked.
pub fn record(record: &Record) -> Record {
    let mut record = record.clone();
    record.sealed = None;
    match &mut record.body {
        Body::Incident(incident) => people(&mut incident.source, &mut incident.parties),
        Body::Entry(entry) => numbers(&mut entry.what),
        Body::Place(_)
        | Body::Unit(_)
        | Body::Person(_)
        | Body::Policy(_)
        | Body::Officer(_)
        | Body::DutyShift(_)
        | Body::Handover(_)
        | Body::Unknown { .. } => {}
        Body::LogLine(line) => **line = log_line(line),
    }
    record
}

/// A line of a duty log, its number masked; the mark in its place lets the log
/// be verified all the same.
pub fn log_line(line: &LogLine) -> LogLine {
    let mut masked = line.without_number();
    if let (LineKind::Call(masked), LineKind::Call(call)) = (&mut masked.what, &line.what) {
        masked.call.phone = names::phone(&call.call.phone);
    }
    masked
}

/// An event, its numbers masked.
pub fn event(event: &Event) -> Event {
    let mut event = event.clone();
    match &mut event.act {
        AnyAct::Incident(Act::Register(args)) => {
            args.sealed = Vec::new();
            people(&mut args.source, &mut args.parties);
        }
        AnyAct::Incident(Act::Call(args)) => call(&mut args.call),
        // No other act on a case has a field for a number, and an act of duty
        // leaves its number out of its event.
        AnyAct::Incident(_) | AnyAct::Duty(_) => {}
    }
    event
}

/// A note or a call, its number masked.
pub fn entry(entry: &Entry) -> Entry {
    let mut entry = entry.clone();
    numbers(&mut entry.what);
    entry
}

fn people(source: &mut Source, parties: &mut [Party]) {
    source.phone = names::phone(&source.phone);
    for party in parties {
        party.phone = names::phone(&party.phone);
    }
}

fn numbers(what: &mut EntryKind) {
    match what {
        EntryKind::Note | EntryKind::Reveal { .. } | EntryKind::Late { call: None, .. } => {}
        EntryKind::Call(said)
        | EntryKind::Late {
            call: Some(said), ..
        } => call(said),
    }
}

fn call(call: &mut Call) {
    call.phone = names::phone(&call.phone);
}
