//! The sequencer: the one place where changes get their numbers.
//!
//! Inside one transaction it decides a command (`domain::apply`), gives a new
//! incident its number, writes the changes and the records' new states, and
//! bumps the feed's head last. A number that was thought of for a refused
//! command is never stored, so it is not lost.

use serde_json::value::RawValue;

use super::super::storage::{FeedHead, Shelf, StorageError, StoredChange, StoredRecord, Tx, View};
use super::audience;
use crate::domain;
use crate::domain::command::{Arrival, Change, Command, Context, LogEnd};
use crate::domain::duty::chain::Tail;
use crate::domain::ids::{PersonId, RecordId, UnitId};
use crate::domain::incident::act::Act;
use crate::domain::incident::number::{IncidentNumber, SERIAL_MAX};
use crate::domain::incident::refusal::Refusal;
use crate::domain::officer::{Officer, Sight};
use crate::domain::policy::{Policy, PolicyVersion};
use crate::domain::record::{Body, Kind, Record, Rev};
use crate::domain::time::Timestamp;
use crate::domain::unit::{Directory, PersonRef, UnitRef};
use crate::fault::fail_point;
use crate::wire::command::{Refused, Written};
use crate::wire::feed::{FeedId, Seq};
use crate::wire::proof::Digest;

/// A command with all that is known about how it came.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// What is wanted.
    pub command: &'a Command,
    /// The feed it writes to.
    pub feed: FeedId,
    /// Who wants it.
    pub author: &'a Officer,
    /// When the act counts as made.
    pub at: Timestamp,
    /// When and from where it reached the service.
    pub arrival: Option<Arrival>,
}

/// What became of it.
#[derive(Debug)]
pub enum Outcome {
    /// Written, not yet committed.
    Accepted {
        /// The changes, in order.
        changes: Vec<StoredChange>,
        /// The number of a new incident.
        number: Option<IncidentNumber>,
    },
    /// Nothing is written.
    Refused(Refused),
}

/// Where the changes were written.
#[must_use]
pub fn written(changes: &[StoredChange]) -> Vec<Written> {
    changes
        .iter()
        .map(|change| Written {
            feed: change.feed,
            seq: change.seq,
            chain: None,
        })
        .collect()
}

/// What follows from a command, by one of the domain's two answers to it.
type Rule = fn(&[Record], &Command, &Context<'_>) -> Result<Vec<Change>, Refusal>;

/// What would be written.
struct Ruled {
    head: FeedHead,
    changes: Vec<Change>,
    number: Option<IncidentNumber>,
}

/// Decides a command and writes what follows from it.
///
/// # Errors
/// When the storage fails; the caller's transaction must not be committed.
pub fn decide(tx: &Tx<'_>, ask: &Ask<'_>) -> Result<Outcome, StorageError> {
    write_by(tx, ask, domain::apply)
}

/// Files a command of somebody who may not do it any more; `ask.author` has
/// the grants of the moment of the act.
///
/// # Errors
/// As [`decide`].
pub fn file_late(tx: &Tx<'_>, ask: &Ask<'_>) -> Result<Outcome, StorageError> {
    write_by(tx, ask, domain::file_late)
}

/// What stands against a command; nothing is written.
///
/// # Errors
/// When the storage fails.
pub fn objection(tx: &Tx<'_>, ask: &Ask<'_>) -> Result<Option<Refused>, StorageError> {
    Ok(ruled(tx, ask, domain::apply)?.err())
}

fn write_by(tx: &Tx<'_>, ask: &Ask<'_>, rule: Rule) -> Result<Outcome, StorageError> {
    let Ruled {
        head,
        changes,
        number,
    } = match ruled(tx, ask, rule)? {
        Ok(ruled) => ruled,
        Err(refused) => return Ok(Outcome::Refused(refused)),
    };
    if let Some(number) = number {
        tx.give_serial(number)?;
        fail_point!("service.feed.serial-given", StorageError::RanOut("luck"));
    }
    if let Some(tail) = last_line(&changes) {
        tx.put_log_tail(ask.author.unit.id, tail)?;
    }
    let deeds = changes
        .into_iter()
        .map(|change| deed(change, ask.arrival))
        .collect::<Result<Vec<_>, _>>()?;
    let changes = append(tx, head, deeds, Bundle::Together)?;
    Ok(Outcome::Accepted { changes, number })
}

fn ruled(tx: &Tx<'_>, ask: &Ask<'_>, by: Rule) -> Result<Result<Ruled, Refused>, StorageError> {
    let refused = |refusal| Ok(Err(refusal));
    let rule = |rule| Ok(Err(Refused::Rule { rule }));
    let FeedId::Area(area) = ask.feed else {
        return refused(Refused::Feed);
    };
    let Some(head) = tx.feed(ask.feed)? else {
        return refused(Refused::Feed);
    };
    if !audience::may_read(ask.author, ask.feed) {
        return refused(Refused::Feed);
    }
    let Some(policy) = policy_at(tx, ask.feed, ask.command.policy)? else {
        return refused(Refused::Policy);
    };
    if let Some(made) = ask.command.act.makes_in()
        && !area.contains(made)
    {
        return rule(Refusal::AreaOutside);
    }
    let targets = targets(tx, ask)?;
    let number = number_for(tx, ask)?;
    let log = log_end(tx, ask)?;
    let directory = FeedDirectory {
        view: tx,
        feed: ask.feed,
    };
    let context = Context {
        at: ask.at,
        author: ask.author,
        policy: &policy,
        number,
        log,
        directory: &directory,
    };
    let changes = match by(&targets, ask.command, &context) {
        Ok(changes) => changes,
        Err(refusal) => return rule(refusal),
    };
    for change in &changes {
        // A new record must be new: an id that is taken would overwrite.
        let taken = tx.record_place(ask.feed, change.record.id)?;
        if change.record.rev != taken.map_or(Rev::NONE, |(_, rev)| rev).next() {
            return rule(Refusal::Exists);
        }
    }
    Ok(Ok(Ruled {
        head,
        changes,
        number,
    }))
}

/// The records that the command names, as far as its author may know of them.
/// A new record's id is looked at whoever may see it, or it could be taken.
fn targets(tx: &Tx<'_>, ask: &Ask<'_>) -> Result<Vec<Record>, StorageError> {
    let makes = ask.command.act.makes_in().is_some();
    let mut records = Vec::new();
    for target in &ask.command.targets {
        let Some(stored) = tx.record(ask.feed, target.id)? else {
            continue;
        };
        let sight = ask.author.sight(&stored.kind, stored.area);
        if makes || sight > Sight::Nothing {
            records.push(serde_json::from_str(&stored.whole())?);
        }
    }
    Ok(records)
}

/// Where the log of the author's centre goes on, for an act that writes a line.
fn log_end(tx: &Tx<'_>, ask: &Ask<'_>) -> Result<Option<LogEnd>, StorageError> {
    if !ask.command.act.writes_log() {
        return Ok(None);
    }
    Ok(Some(LogEnd {
        tail: tx.log_tail(ask.author.unit.id)?,
        received_at: ask.arrival.map_or(ask.at, |arrival| arrival.at),
    }))
}

/// How the log ends after these changes, where they have a line of it.
fn last_line(changes: &[Change]) -> Option<Tail> {
    changes
        .iter()
        .rev()
        .find_map(|change| match &change.record.body {
            Body::LogLine(line) => line.place.map(|place| Tail {
                no: place.no,
                link: place.link,
            }),
            _ => None,
        })
}

fn number_for(tx: &Tx<'_>, ask: &Ask<'_>) -> Result<Option<IncidentNumber>, StorageError> {
    let Some(Act::Register(args)) = ask.command.act.incident() else {
        return Ok(None);
    };
    let area = args
        .area
        .town()
        .or_else(|| args.area.district())
        .unwrap_or(args.area);
    let day = ask.at.date();
    let serial = tx.last_serial(area, day)? + 1;
    if serial > SERIAL_MAX {
        return Err(StorageError::RanOut("serial numbers"));
    }
    Ok(Some(IncidentNumber { area, day, serial }))
}

/// The policy of that version in this feed; version 0 is the one that ships.
///
/// # Errors
/// When the storage fails.
pub fn policy_at(
    view: &View<'_>,
    feed: FeedId,
    version: PolicyVersion,
) -> Result<Option<Policy>, StorageError> {
    if version.0 == Rev::NONE {
        return Ok(Some(Policy::shipped()));
    }
    let Some(newest) = view.policy(feed)? else {
        return Ok(None);
    };
    let doc = if newest.rev == version.0 {
        Some(newest.doc)
    } else {
        view.doc_at(feed, newest.id, version.0)?
    };
    let Some(doc) = doc else { return Ok(None) };
    let record: Record = serde_json::from_str(&doc)?;
    Ok(match record.body {
        Body::Policy(policy) => Some(*policy),
        _ => None,
    })
}

/// The feed's newest policy and its version.
///
/// # Errors
/// When the storage fails.
pub fn newest_policy(
    view: &View<'_>,
    feed: FeedId,
) -> Result<(PolicyVersion, Policy), StorageError> {
    if let Some(stored) = view.policy(feed)? {
        let record: Record = serde_json::from_str(&stored.doc)?;
        if let Body::Policy(policy) = record.body {
            return Ok((PolicyVersion(record.rev), *policy));
        }
    }
    Ok((PolicyVersion(Rev::NONE), Policy::shipped()))
}

/// Something to be written: the event's text and the record after it.
#[derive(Clone, Debug)]
pub struct Deed {
    /// The event's JSON text.
    pub event: String,
    /// The record after it.
    pub record: Record,
}

/// How the changes of one call belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bundle {
    /// All or none, also for whoever reads.
    Together,
    /// Each by itself; only the writing is shared.
    Apart,
}

fn deed(mut change: Change, arrival: Option<Arrival>) -> Result<Deed, StorageError> {
    change.event.arrival = arrival;
    Ok(Deed {
        event: serde_json::to_string(&change.event)?,
        record: change.record,
    })
}

/// Writes deeds to a feed and bumps its head.
///
/// # Errors
/// When the storage fails.
pub fn append(
    tx: &Tx<'_>,
    head: FeedHead,
    deeds: Vec<Deed>,
    bundle: Bundle,
) -> Result<Vec<StoredChange>, StorageError> {
    let first = head.head.next();
    let mut seq = head.head;
    let mut chain = head.chain;
    let mut changes = Vec::with_capacity(deeds.len());
    for Deed { event, record } in deeds {
        seq = seq.next();
        let mut change = put(tx, head.feed, (seq, first, bundle), event, &record)?;
        chain = chain.link(change.chained_text().as_bytes());
        change.chain = chain;
        tx.append_change(&change)?;
        fail_point!("service.feed.change-appended", StorageError::RanOut("luck"));
        changes.push(change);
    }
    fail_point!("service.feed.before-head", StorageError::RanOut("luck"));
    tx.bump_head(head.feed, seq, &chain)?;
    fail_point!("service.feed.after-head", StorageError::RanOut("luck"));
    Ok(changes)
}

fn put(
    tx: &Tx<'_>,
    feed: FeedId,
    (seq, first, bundle): (Seq, Seq, Bundle),
    event: String,
    record: &Record,
) -> Result<StoredChange, StorageError> {
    let before = tx.record_place(feed, record.id)?;
    let sealed = record
        .sealed
        .as_ref()
        .map(serde_json::to_string)
        .transpose()?;
    let doc = serde_json::to_string(&record.unsealed())?;
    let stored = StoredRecord {
        feed,
        id: record.id,
        kind: record.kind(),
        area: record.area,
        rev: record.rev,
        seq,
        shelf: shelf(record),
        parent: record.parent,
        doc,
        sealed,
    };
    tx.put_record(&stored)?;
    Ok(StoredChange {
        feed,
        seq,
        tx: match bundle {
            Bundle::Together => first,
            Bundle::Apart => seq,
        },
        record: record.id,
        kind: stored.kind,
        area_before: before.map(|(area, _)| area),
        area_after: record.area,
        rev: record.rev,
        event,
        doc: stored.doc,
        sealed: stored.sealed,
        // Whoever appends it knows what stands before it.
        chain: Digest::ZERO,
    })
}

fn shelf(record: &Record) -> Shelf {
    match &record.body {
        Body::Incident(incident) if incident.is_open() => Shelf::Open,
        Body::Place(_)
        | Body::Unit(_)
        | Body::Person(_)
        | Body::Post(_)
        | Body::Policy(_)
        | Body::Officer(_) => Shelf::Names,
        Body::Warning(warning) if warning.is_on_board() => Shelf::Open,
        Body::Incident(_)
        | Body::Entry(_)
        | Body::Rota(_)
        | Body::LogLine(_)
        | Body::DutyShift(_)
        | Body::Handover(_)
        | Body::Warning(_)
        | Body::Unknown { .. } => Shelf::Rest,
    }
}

/// The event of a record that somebody keeps up rather than acts upon: policy,
/// places, units, people, accounts. Its verb is none of an incident's.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn kept_event(
    record: &Record,
    by: Option<&Officer>,
    at: Timestamp,
) -> Result<String, StorageError> {
    let mut event = serde_json::Map::new();
    event.insert("on".to_owned(), serde_json::to_value(record.id)?);
    event.insert("verb".to_owned(), "keep".into());
    if let Some(by) = by {
        event.insert("author".to_owned(), serde_json::to_value(by.reference())?);
        event.insert("unit".to_owned(), serde_json::to_value(&by.unit)?);
    }
    event.insert("at".to_owned(), serde_json::to_value(at)?);
    Ok(serde_json::to_string(&event)?)
}

/// Who is who in a feed.
struct FeedDirectory<'v, 'c> {
    view: &'v View<'c>,
    feed: FeedId,
}

impl FeedDirectory<'_, '_> {
    fn record(&self, id: RecordId, kind: &Kind) -> Option<Record> {
        let stored = match self.view.record(self.feed, id) {
            Ok(found) => found?,
            Err(error) => {
                tracing::error!(%error, %id, "directory look-up failed");
                return None;
            }
        };
        if stored.kind != *kind {
            return None;
        }
        serde_json::from_str(&stored.doc).ok()
    }
}

impl Directory for FeedDirectory<'_, '_> {
    fn unit(&self, id: UnitId) -> Option<UnitRef> {
        let record = self.record(id.into(), &Kind::Unit)?;
        match record.body {
            Body::Unit(unit) => Some(UnitRef {
                id,
                name: unit.name,
                area: record.area,
            }),
            _ => None,
        }
    }

    fn parent(&self, id: UnitId) -> Option<UnitId> {
        match self.record(id.into(), &Kind::Unit)?.body {
            Body::Unit(unit) => unit.parent,
            _ => None,
        }
    }

    fn person(&self, id: PersonId) -> Option<(PersonRef, UnitId)> {
        match self.record(id.into(), &Kind::Person)?.body {
            Body::Person(person) => Some((
                PersonRef {
                    id,
                    name: person.name,
                },
                person.unit,
            )),
            _ => None,
        }
    }
}

/// A text as raw JSON, for a reply.
///
/// # Errors
/// When it is no JSON.
pub fn raw(text: String) -> Result<Box<RawValue>, StorageError> {
    Ok(RawValue::from_string(text)?)
}
