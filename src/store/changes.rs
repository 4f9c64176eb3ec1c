//! Pages of changes from a feed: confirmed rows and cursor in one transaction,
//! then what waits on top.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};
use serde::Deserialize;

use super::alarms;
use super::cursor::{self, Standing};
use super::db::{begin, empty_log};
use super::error::StoreError;
use super::handle::ChangesIn;
use super::life;
use super::outbox::{self, News, Stand};
use super::overlay::{self, Turns, Which};
use super::page;
use super::project::Layer;
use super::results;
use super::rows::{self, Envelope, Key, key, record_id, sql_seq};
use super::shared::{FreshAlarm, StoreEvent};
use super::view::Counts;
use super::writer::Writer;
use crate::domain::act::AnyAct;
use crate::domain::ids::{CommandId, RecordId};
use crate::domain::incident::act::Act;
use crate::domain::incident::verb::Verb;
use crate::domain::record::{Body, Kind, Record};
use crate::fault::fail_point;
use crate::wire::command::Written;
use crate::wire::feed::{Brings, Cursor, FeedId, RECORD_BYTES_MAX, RecordName, Seq, WireChange};
use crate::wire::proof::Digest;

/// What a page of changes did.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// The records that look different now.
    pub touched: Vec<RecordId>,
    /// The counts after it.
    pub counts: Counts,
    /// What rings that did not ring before.
    pub fresh: Vec<FreshAlarm>,
    /// Where the copy stands now.
    pub cursor: Cursor,
    /// Changes that no program of this age can store: not even their envelope
    /// is readable. The cursor passed them, so that they block nothing.
    pub unreadable: u64,
}

/// What the store needs of any event, whatever its verb.
#[derive(Debug, Deserialize)]
pub(super) struct EventHead {
    #[serde(default)]
    command: Option<CommandId>,
    #[serde(default)]
    verb: String,
    #[serde(default)]
    args: Option<EntryArg>,
}

#[derive(Debug, Deserialize)]
struct EntryArg {
    #[serde(default)]
    entry: Option<RecordId>,
}

impl EventHead {
    /// Reads what can be read; an event of a newer shape has nothing.
    pub(super) fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or(Self {
            command: None,
            verb: String::new(),
            args: None,
        })
    }

    /// The entry whose words stand for the event. A ruling stands for itself,
    /// also where it kept somebody's words as an entry: who ruled, and how, must
    /// be read beside them.
    pub(super) fn entry(&self) -> Option<RecordId> {
        if self.verb == Verb::Settle.name() {
            return None;
        }
        self.args.as_ref().and_then(|args| args.entry)
    }
}

/// The entry that an act makes.
pub(super) fn entry_of(act: &AnyAct) -> Option<RecordId> {
    let act = match act {
        AnyAct::Incident(act) => act,
        AnyAct::Network(act) => return act.entry(),
        AnyAct::Roster(act) => return act.entry(),
        AnyAct::Duty(_) | AnyAct::Warning(_) => return None,
    };
    match act {
        Act::Note(args) => Some(args.entry),
        Act::Call(args) => Some(args.entry),
        Act::Reveal(args) => Some(args.entry),
        _ => None,
    }
}

/// Whether a page took something out of sight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Lost {
    #[default]
    Nothing,
    Something,
}

/// What a page has brought so far.
#[derive(Default)]
struct Brought {
    touched: BTreeSet<RecordId>,
    kinds: BTreeSet<Kind>,
    unreadable: u64,
    /// Whether something went that this officer may not see any more.
    lost: Lost,
    /// Own acts that the feed has shown to have happened.
    seen: Vec<(CommandId, Written)>,
}

/// Takes a page of changes.
pub(super) fn take(writer: &mut Writer, page: &ChangesIn) -> Result<Applied, StoreError> {
    writer.freshen()?;
    let replica = begin(&writer.dbs.replica)?;
    let before = cursor::stand(&replica, page.feed)?;
    let fresh_changes = next_changes(page, before)?;
    let mut brought = Brought::default();
    for change in fresh_changes {
        one(&replica, page.feed, change, &mut brought)?;
    }
    let last = fresh_changes.last().map(|change| change.seq);
    let cursor = Cursor {
        feed: page.feed,
        epoch: page.epoch,
        seq: last
            .or(before.map(|before| before.cursor.seq))
            .unwrap_or(Seq::START),
    };
    let durable_upto = before.map_or(page.durable_upto, |before| {
        before.durable_upto.max(page.durable_upto)
    });
    let standing = Standing {
        cursor,
        head: page.head,
        durable_upto,
        chain: chain_at(page, before, cursor.seq),
    };
    cursor::set(&replica, &standing)?;

    let outbox = begin(&writer.dbs.outbox)?;
    life::note_first(&outbox, cursor.epoch)?;
    let mut answered = News::Old;
    for (id, place) in &brought.seen {
        if let Some(kept) = outbox::one(&outbox, *id)?
            && outbox::accept(&outbox, &kept, &[*place], None)? == News::New
        {
            answered = News::New;
            brought.touched.extend(outbox::touched(&outbox, kept.dseq)?);
        }
    }
    passed_by(writer, &outbox, before, cursor, &mut brought)?;
    if results::settle_passed(&replica, &outbox)? == News::New {
        answered = News::New;
    }
    let turns = overlay::rebase(writer, Which::Touching(&brought.touched))?;
    let fresh = alarms::fresh(writer, &turns)?;
    let counts = page::counts(&writer.dbs)?;
    fail_point!("store.changes.before-outbox", StoreError::Closed);
    outbox.commit()?;
    fail_point!("store.changes.between-files", StoreError::Closed);
    replica.commit()?;
    fail_point!("store.changes.after");
    if brought.lost == Lost::Something {
        writer.shared.call_off_check();
        empty_log(&writer.dbs.replica);
    }
    tell(writer, &brought, &turns, &fresh, answered)?;
    Ok(Applied {
        touched: turns.into_keys().collect(),
        counts,
        fresh,
        cursor,
        unreadable: brought.unreadable,
    })
}

/// The service's word for the place that the copy comes to. Another program
/// may have brought it further than the page.
fn chain_at(page: &ChangesIn, before: Option<Standing>, now: Seq) -> Option<Digest> {
    let told = page.mark.filter(|mark| mark.seq == now);
    let kept = before.filter(|before| before.cursor.seq == now);
    told.map(|mark| mark.chain)
        .or_else(|| kept.and_then(|before| before.chain))
}

/// The changes that the copy does not have yet; an error if one is missing.
fn next_changes(page: &ChangesIn, before: Option<Standing>) -> Result<&[WireChange], StoreError> {
    if let Some(before) = before
        && before.cursor.epoch != page.epoch
    {
        return Err(StoreError::OtherEpoch {
            feed: page.feed,
            expected: before.cursor.epoch,
            got: page.epoch,
        });
    }
    let mut last = before.map_or(Seq::START, |before| before.cursor.seq);
    let had = page
        .changes
        .iter()
        .take_while(|change| change.seq <= last)
        .count();
    let changes = &page.changes[had..];
    for change in changes {
        if change.seq != last.next() {
            return Err(StoreError::Hole {
                feed: page.feed,
                expected: last.next(),
                got: change.seq,
            });
        }
        last = change.seq;
    }
    Ok(changes)
}

fn one(
    replica: &Connection,
    feed: FeedId,
    change: &WireChange,
    brought: &mut Brought,
) -> Result<(), StoreError> {
    match change.brings() {
        Brings::Stub => Ok(()),
        Brings::Gone(name) => gone(replica, name, brought),
        Brings::State { event, record } => {
            let sized = event.get().len() <= RECORD_BYTES_MAX;
            let Some(envelope) = Envelope::read(record.get()).filter(|_| sized) else {
                tracing::error!(%feed, seq = %change.seq, "a change has no readable envelope");
                brought.unreadable += 1;
                return Ok(());
            };
            rows::put_confirmed(replica, feed, change.seq, &envelope, record.get())?;
            put_event(
                replica,
                Layer::Live,
                feed,
                change.seq,
                envelope.id,
                event.get(),
            )?;
            derived(replica, &envelope, record.get())?;
            let head = EventHead::read(event.get());
            if let Some(command) = head.command {
                let seq = change.seq;
                brought.seen.push((
                    command,
                    Written {
                        feed,
                        seq,
                        chain: None,
                    },
                ));
            }
            brought.touched.insert(envelope.id);
            brought.kinds.insert(envelope.kind);
            Ok(())
        }
    }
}

/// Stores an event as it came; how many rows that made. In a snapshot a place
/// that is taken makes none.
pub(super) fn put_event(
    replica: &Connection,
    layer: Layer,
    feed: FeedId,
    seq: Seq,
    on: RecordId,
    raw: &str,
) -> Result<usize, StoreError> {
    let sql = match layer {
        Layer::Live => {
            "INSERT OR REPLACE INTO event (feed, seq, id, entry, raw) VALUES (?1, ?2, ?3, ?4, ?5)"
        }
        Layer::Shadow => {
            "INSERT OR IGNORE INTO shadow_event (feed, seq, id, entry, raw)
             VALUES (?1, ?2, ?3, ?4, ?5)"
        }
    };
    Ok(replica.prepare_cached(sql)?.execute(params![
        feed.to_string(),
        sql_seq(seq),
        key(on),
        EventHead::read(raw).entry().map(key),
        raw,
    ])?)
}

/// Rows beside the record: past policies.
fn derived(replica: &Connection, envelope: &Envelope, raw: &str) -> Result<(), StoreError> {
    match envelope.kind {
        Kind::Policy => {
            replica
                .prepare_cached("INSERT OR REPLACE INTO policy (rev, raw) VALUES (?1, ?2)")?
                .execute(params![rows::from_rev(envelope.rev), raw])?;
            Ok(())
        }
        // What has a name has its row by its look; see [`super::named`].
        Kind::Incident
        | Kind::Entry
        | Kind::Place
        | Kind::Post
        | Kind::Rota
        | Kind::Unit
        | Kind::Person
        | Kind::Officer
        | Kind::LogLine
        | Kind::DutyShift
        | Kind::Handover
        | Kind::Warning
        | Kind::Unknown(_) => Ok(()),
    }
}

/// The officer lost sight of a record: it goes, with its entries and events.
fn gone(replica: &Connection, name: &RecordName, brought: &mut Brought) -> Result<(), StoreError> {
    let mut ids = vec![name.id];
    let mut statement = replica.prepare_cached("SELECT id FROM confirmed WHERE parent = ?1")?;
    for id in statement.query_map([key(name.id)], |row| row.get::<_, Key>(0))? {
        ids.push(record_id(id?));
    }
    for id in ids {
        forget(replica, id)?;
        brought.touched.insert(id);
    }
    brought.kinds.insert(name.kind.clone());
    brought.lost = Lost::Something;
    Ok(())
}

/// Deletes a record and its events. The rows that lists and searches have of it
/// follow when it is projected.
pub(super) fn forget(replica: &Connection, id: RecordId) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM confirmed WHERE id = ?1",
        "DELETE FROM event WHERE id = ?1",
    ] {
        replica.prepare_cached(sql)?.execute([key(id)])?;
    }
    Ok(())
}

/// Accepted acts whose places this page has passed leave the overlay, also
/// where the page brought nothing of theirs to this officer.
fn passed_by(
    writer: &Writer,
    outbox: &Connection,
    before: Option<Standing>,
    cursor: Cursor,
    brought: &mut Brought,
) -> Result<(), StoreError> {
    let from = before.map_or(Seq::START, |before| before.cursor.seq);
    if cursor.seq <= from {
        return Ok(());
    }
    for (dseq, written) in outbox::places(outbox, &[Stand::Accepted, Stand::Passed])? {
        let now = written
            .iter()
            .any(|place| place.feed == cursor.feed && place.seq > from && place.seq <= cursor.seq);
        if now {
            brought
                .touched
                .extend(outbox::touched(&writer.dbs.outbox, dseq)?);
        }
    }
    Ok(())
}

fn tell(
    writer: &mut Writer,
    brought: &Brought,
    turns: &Turns,
    fresh: &[FreshAlarm],
    answered: News,
) -> Result<(), StoreError> {
    if brought.kinds.contains(&Kind::Policy) {
        writer.load_policy()?;
    }
    if brought.kinds.contains(&Kind::Place) {
        writer.load_places()?;
    }
    if brought.kinds.contains(&Kind::Warning) {
        writer.shared.tell(&StoreEvent::Warnings);
    }
    let own = RecordId::from(writer.officer.id);
    if brought.touched.contains(&own) {
        own_account(writer, own)?;
    }
    let shared = &writer.shared;
    if !turns.is_empty() {
        shared.tell(&StoreEvent::Changed {
            ids: turns.keys().copied().collect(),
        });
        shared.tell(&StoreEvent::Counts);
    }
    if answered == News::New {
        shared.tell(&StoreEvent::Outbox);
    }
    for alarm in fresh {
        shared.tell(&StoreEvent::Alarm(alarm.clone()));
    }
    Ok(())
}

/// The officer's own account changed. Other grants need another copy.
fn own_account(writer: &mut Writer, id: RecordId) -> Result<(), StoreError> {
    let record = rows::confirmed(&writer.dbs.replica, id)?;
    let Some(Record {
        body: Body::Officer(officer),
        ..
    }) = record
    else {
        return Ok(());
    };
    if officer.scope() == writer.officer.scope() {
        writer.officer = *officer;
    } else {
        writer.shared.tell(&StoreEvent::ScopeChanged);
    }
    Ok(())
}
