//! Who may see what of a change or a record.
//!
//! The answer depends on the reader's grants, the record's kind, and where the
//! record belongs. It is always made from what is stored, for this reader and
//! now; nothing is sent and hidden later.

use serde_json::value::RawValue;

use super::super::storage::{FeedHead, Result, StoredChange, StoredRecord, whole};
use crate::domain::area::AreaCode;
use crate::domain::command::Event;
use crate::domain::incident::act::{
    Act, Amend, Assign, FinishWork, FollowUp, Reason, Register, Words,
};
use crate::domain::incident::conflict::Conflict;
use crate::domain::incident::{FourElements, Incident, Source};
use crate::domain::officer::{Officer, Sight};
use crate::domain::record::{Body, Kind, Record};
use crate::wire::feed::{FeedId, RecordName, WireChange};

/// Whether the officer may read the feed at all; stubs count as reading.
#[must_use]
pub fn may_read(officer: &Officer, feed: FeedId) -> bool {
    match feed {
        FeedId::Officer(id) => id == officer.id,
        FeedId::Area(area) => officer
            .grants
            .iter()
            .any(|grant| grant.area.contains(area) || area.contains(grant.area)),
    }
}

/// The feeds that the officer follows: those of areas, then the own one.
#[must_use]
pub fn feeds_of(officer: &Officer, areas: &[FeedHead]) -> Vec<FeedId> {
    areas
        .iter()
        .map(|head| head.feed)
        .filter(|feed| may_read(officer, *feed))
        .chain([FeedId::Officer(officer.id)])
        .collect()
}

/// How much of a record of `kind` in `area` this feed gives the officer.
#[must_use]
pub fn sight(officer: &Officer, feed: FeedId, kind: &Kind, area: AreaCode) -> Sight {
    match feed {
        FeedId::Officer(id) if id == officer.id => Sight::Open,
        FeedId::Officer(_) => Sight::Nothing,
        FeedId::Area(_) => officer.sight(kind, area),
    }
}

/// The change as this officer gets it.
///
/// # Errors
/// When what is stored cannot be read.
pub fn change_for(officer: &Officer, change: &StoredChange) -> Result<WireChange> {
    let stub = WireChange::stub(change.seq, change.tx);
    let now = sight(officer, change.feed, &change.kind, change.area_after);
    let shown = |event: String, record: String| {
        Ok(WireChange {
            event: Some(RawValue::from_string(event)?),
            record: Some(RawValue::from_string(record)?),
            ..stub.clone()
        })
    };
    match now {
        Sight::Sealed => shown(
            change.event.clone(),
            whole(&change.doc, change.sealed.as_deref()),
        ),
        Sight::Open => shown(change.event.clone(), change.doc.clone()),
        Sight::Board => shown(board_event(&change.event)?, board_record(&change.doc)?),
        Sight::Nothing => {
            let before = change.area_before.map_or(Sight::Nothing, |area| {
                sight(officer, change.feed, &change.kind, area)
            });
            Ok(match before {
                Sight::Nothing => stub,
                Sight::Board | Sight::Open | Sight::Sealed => WireChange {
                    gone: Some(RecordName {
                        kind: change.kind.clone(),
                        id: change.record,
                    }),
                    ..stub
                },
            })
        }
    }
}

/// The record's JSON text as this officer gets it; `None` when not at all.
///
/// # Errors
/// When what is stored cannot be read.
pub fn record_for(officer: &Officer, record: &StoredRecord) -> Result<Option<String>> {
    let sight = sight(officer, record.feed, &record.kind, record.area);
    record_at(sight, record)
}

/// The record's JSON text as somebody with this sight gets it.
///
/// # Errors
/// When what is stored cannot be read.
pub fn record_at(sight: Sight, record: &StoredRecord) -> Result<Option<String>> {
    Ok(match sight {
        Sight::Sealed => Some(record.whole()),
        Sight::Open => Some(record.doc.clone()),
        Sight::Board => Some(board_record(&record.doc)?),
        Sight::Nothing => None,
    })
}

/// An event's JSON text as this officer gets it.
///
/// # Errors
/// When what is stored cannot be read.
pub fn event_for(sight: Sight, event: &str) -> Result<Option<String>> {
    Ok(match sight {
        Sight::Sealed | Sight::Open => Some(event.to_owned()),
        Sight::Board => Some(board_event(event)?),
        Sight::Nothing => None,
    })
}

/// The record as it may hang on a wall.
fn board_record(doc: &str) -> Result<String> {
    let mut record: Record = serde_json::from_str(doc)?;
    record.sealed = None;
    if let Body::Incident(incident) = &mut record.body {
        board_incident(incident);
    }
    Ok(serde_json::to_string(&record)?)
}

/// Takes away whatever names or quotes a person.
fn board_incident(incident: &mut Incident) {
    incident.summary = String::new();
    incident.parties = Vec::new();
    incident.source = nameless(&incident.source);
    incident.elements = FourElements::default();
    incident.step.holder.person = None;
    for holder in incident.assist.iter_mut().chain(&mut incident.copies) {
        holder.person = None;
    }
    for grading in &mut incident.gradings {
        grading.reason = String::new();
    }
    if let Some(finish) = &mut incident.finish {
        finish.text = String::new();
    }
    if let Some(verified) = &mut incident.verified {
        verified.text = String::new();
    }
    for follow_up in &mut incident.follow_ups {
        follow_up.made.text = String::new();
    }
    if let Some(strike_off) = &mut incident.strike_off {
        strike_off.proposed.text = String::new();
        if let Some(signed) = &mut strike_off.signed {
            signed.text = String::new();
        }
    }
    if let Some(reopened) = &mut incident.reopened {
        reopened.text = String::new();
    }
    for card in &mut incident.conflicts {
        board_conflict(card);
    }
    if let Some(snooze) = &mut incident.alarm.snooze {
        snooze.reason = String::new();
    }
    // What a newer program added may name somebody.
    incident.extra = serde_json::Map::new();
}

fn board_conflict(card: &mut Conflict) {
    card.first.words = String::new();
    card.second.words = String::new();
    card.undone = None;
    if let Some(decided) = &mut card.decided {
        decided.words = String::new();
    }
}

fn nameless(source: &Source) -> Source {
    Source {
        channel: source.channel,
        name: String::new(),
        phone: String::new(),
    }
}

/// The event as it may hang on a wall. One that this program cannot read keeps
/// nothing but the fact that there was one.
fn board_event(text: &str) -> Result<String> {
    let Ok(mut event) = serde_json::from_str::<Event>(text) else {
        return Ok("{}".to_owned());
    };
    event.act = board_act(event.act);
    Ok(serde_json::to_string(&event)?)
}

fn board_act(act: Act) -> Act {
    match act {
        Act::Register(args) => Act::Register(Box::new(Register {
            summary: String::new(),
            source: nameless(&args.source),
            parties: Vec::new(),
            sealed: Vec::new(),
            ..*args
        })),
        Act::Snooze(mut args) => {
            args.reason = String::new();
            Act::Snooze(args)
        }
        Act::Note(mut args) => {
            args.text = String::new();
            Act::Note(args)
        }
        Act::Call(mut args) => {
            args.call.with = String::new();
            args.call.phone = String::new();
            args.text = String::new();
            Act::Call(args)
        }
        Act::Reveal(mut args) => {
            args.reason = String::new();
            Act::Reveal(args)
        }
        Act::Amend(args) => Act::Amend(Box::new(Amend {
            summary: None,
            task: None,
            schedule: None,
            path: None,
            owner: None,
            ..*args
        })),
        Act::Raise(mut args) => {
            args.reason = String::new();
            Act::Raise(args)
        }
        Act::Lower(mut args) => {
            args.reason = String::new();
            Act::Lower(args)
        }
        Act::Assign(mut args) => {
            args.lead.person = None;
            for helper in args.assist.iter_mut().chain(&mut args.copies) {
                helper.person = None;
            }
            Act::Assign(Box::new(Assign {
                elements: FourElements::default(),
                words: String::new(),
                ..*args
            }))
        }
        Act::Accept(mut args) => {
            args.on_behalf = None;
            Act::Accept(args)
        }
        Act::Return(mut args) => {
            args.reason = String::new();
            args.on_behalf = None;
            Act::Return(args)
        }
        Act::Finish(args) => Act::Finish(FinishWork {
            text: String::new(),
            on_behalf: None,
            ..args
        }),
        Act::FollowUp(args) => Act::FollowUp(FollowUp {
            text: String::new(),
            ..args
        }),
        Act::Verify(_) => Act::Verify(Words::default()),
        Act::ProposeStrikeOff(_) => Act::ProposeStrikeOff(Words::default()),
        Act::SignStrikeOff(_) => Act::SignStrikeOff(Words::default()),
        Act::SendBack(_) => Act::SendBack(Reason::default()),
        Act::DeclineStrikeOff(_) => Act::DeclineStrikeOff(Reason::default()),
        Act::Reopen(_) => Act::Reopen(Reason::default()),
        Act::Settle(mut args) => {
            args.words = String::new();
            Act::Settle(args)
        }
        Act::Acknowledge(_) => act,
    }
}
