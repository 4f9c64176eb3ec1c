//! What waits, on top of what is confirmed: `apply` over the outbox in the
//! order of dseq. The overlay's tables only keep the answer; it always equals
//! a fresh computation, whatever came in between.
//!
//! Every function here runs inside a transaction on the replica. The outbox is
//! read after that has begun, so whoever comes last has seen every act.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, named_params, params};

use super::changes::entry_of;
use super::cursor;
use super::error::{StoreError, unreadable};
use super::find::file::Subject;
use super::outbox::{self, Kept, Stand};
use super::picks::Known;
use super::project::{self, Turn};
use super::rows::{self, Key, command_key, key, record_id};
use super::view::Pending;
use super::writer::Writer;
use crate::domain::command::{Change, Context};
use crate::domain::ids::{OfficerId, RecordId};
use crate::domain::officer::{Officer, Sight};
use crate::domain::record::{Kind, Record};
use crate::domain::{self, incident::refusal::Refusal};
use crate::wire::command::Written;

/// Which records are computed anew.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which<'a> {
    /// All that any waiting act touches, or touched.
    All,
    /// These, and what hangs together with them.
    Touching(&'a BTreeSet<RecordId>),
}

/// The records whose look was computed anew, with their queue rows before and
/// after.
pub(super) type Turns = BTreeMap<RecordId, Turn>;

/// Computes the overlay of the records anew, and their queue rows.
pub(super) fn rebase(writer: &Writer, which: Which<'_>) -> Result<Turns, StoreError> {
    let (records, acts) = together(writer, which)?;
    let replica = &writer.dbs.replica;
    for of in [Subject::Incidents, Subject::Named] {
        project::forget_changes(replica, of, writer.shared.applied(of).get())?;
    }
    clear(replica, which, &records)?;
    let mut ground = Ground::default();
    for dseq in acts {
        if let Some(kept) = outbox::at(&writer.dbs.outbox, dseq)?
            && !has_left(replica, &kept)?
        {
            replay(writer, &mut ground, &kept)?;
        }
    }
    ground.write(writer)?;
    let mut turns = Turns::new();
    for id in records {
        turns.insert(id, project::record(replica, id)?);
    }
    Ok(turns)
}

/// Whether an act no longer lies on top: it took no effect, or this copy's feeds
/// have passed all places that it wrote.
pub(super) fn has_left(replica: &Connection, kept: &Kept) -> Result<bool, StoreError> {
    match kept.stand {
        Stand::Waiting => Ok(false),
        Stand::Refused | Stand::Late => Ok(true),
        Stand::Accepted | Stand::Passed => passed(replica, &kept.written),
    }
}

/// Whether this copy's feeds have passed all these places.
fn passed(replica: &Connection, written: &[Written]) -> Result<bool, StoreError> {
    for place in written {
        let seq = cursor::cursor(replica, place.feed)?.map(|cursor| cursor.seq);
        if seq.is_none_or(|seq| seq < place.seq) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The records that must be computed together, and the acts on them in order.
fn together(
    writer: &Writer,
    which: Which<'_>,
) -> Result<(BTreeSet<RecordId>, Vec<i64>), StoreError> {
    let outbox = &writer.dbs.outbox;
    match which {
        Which::All => {
            let replica = &writer.dbs.replica;
            let mut acts = outbox::standing(outbox, &[Stand::Waiting])?;
            for (dseq, written) in outbox::places(outbox, &[Stand::Accepted, Stand::Passed])? {
                // What the feeds have passed is in what they confirmed.
                if !passed(replica, &written)? {
                    acts.push(dseq);
                }
            }
            acts.sort_unstable();
            let mut records = overlaid(replica)?;
            for dseq in &acts {
                records.extend(outbox::touched(outbox, *dseq)?);
            }
            Ok((records, acts))
        }
        Which::Touching(seeds) => {
            let mut records = seeds.clone();
            let mut acts = BTreeSet::new();
            let mut open: Vec<RecordId> = seeds.iter().copied().collect();
            while let Some(record) = open.pop() {
                for dseq in outbox::touching(outbox, record)? {
                    if !acts.insert(dseq) {
                        continue;
                    }
                    for other in outbox::touched(outbox, dseq)? {
                        if records.insert(other) {
                            open.push(other);
                        }
                    }
                }
            }
            Ok((records, acts.into_iter().collect()))
        }
    }
}

fn overlaid(replica: &Connection) -> Result<BTreeSet<RecordId>, StoreError> {
    let mut statement = replica.prepare_cached("SELECT id FROM overlay")?;
    let found = statement.query_map([], |row| row.get::<_, Key>(0))?;
    let mut records = BTreeSet::new();
    for id in found {
        records.insert(record_id(id?));
    }
    Ok(records)
}

fn clear(
    replica: &Connection,
    which: Which<'_>,
    records: &BTreeSet<RecordId>,
) -> Result<(), StoreError> {
    match which {
        Which::All => replica
            .execute_batch("DELETE FROM overlay; DELETE FROM overlay_event; DELETE FROM doubt;")?,
        Which::Touching(_) => {
            for id in records {
                for sql in [
                    "DELETE FROM overlay WHERE id = ?1",
                    "DELETE FROM overlay_event WHERE id = ?1",
                    "DELETE FROM doubt WHERE record = ?1",
                ] {
                    replica.prepare_cached(sql)?.execute([key(*id)])?;
                }
            }
        }
    }
    Ok(())
}

/// The records as the replay has left them so far.
#[derive(Default)]
struct Ground {
    records: BTreeMap<RecordId, Layered>,
}

#[derive(Default)]
struct Layered {
    /// As it looks after the acts so far.
    record: Option<Record>,
    /// Whether the service has confirmed any state of it to this copy.
    confirmed: Confirmed,
    /// Whether an act changed it.
    changed: Changed,
    standing: Pending,
    /// Who changed it.
    by: BTreeSet<OfficerId>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Confirmed {
    #[default]
    No,
    Yes,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Changed {
    #[default]
    No,
    Yes,
}

impl Ground {
    fn at(&mut self, replica: &Connection, id: RecordId) -> Result<&mut Layered, StoreError> {
        use std::collections::btree_map::Entry;
        match self.records.entry(id) {
            Entry::Occupied(found) => Ok(found.into_mut()),
            Entry::Vacant(gap) => {
                let record = rows::confirmed(replica, id)?;
                let confirmed = match record {
                    Some(_) => Confirmed::Yes,
                    None => Confirmed::No,
                };
                Ok(gap.insert(Layered {
                    record,
                    confirmed,
                    ..Layered::default()
                }))
            }
        }
    }

    fn write(&self, writer: &Writer) -> Result<(), StoreError> {
        for (id, layered) in &self.records {
            if layered.may_be_seen(&writer.officer) {
                layered.write(&writer.dbs.replica, *id, &writer.officer)?;
            }
        }
        Ok(())
    }
}

impl Layered {
    /// What the copy does not have from the service is shown only as far as
    /// the officer's own grants reach; the own acts always are.
    fn may_be_seen(&self, officer: &Officer) -> bool {
        let own = self.by.contains(&officer.id);
        match &self.record {
            _ if self.standing == Pending::Confirmed => false,
            _ if self.confirmed == Confirmed::Yes || own => true,
            Some(record) => officer.sight(&record.kind(), record.area) >= Sight::Open,
            None => true,
        }
    }

    fn write(
        &self,
        replica: &Connection,
        id: RecordId,
        officer: &Officer,
    ) -> Result<(), StoreError> {
        let changed = match self.changed {
            Changed::Yes => self.record.as_ref(),
            Changed::No => None,
        };
        let seen = changed.map(|record| {
            let sealed = self.confirmed == Confirmed::Yes
                || self.by.contains(&officer.id)
                || officer.sight(&record.kind(), record.area) >= Sight::Sealed;
            if sealed {
                record.clone()
            } else {
                record.unsealed()
            }
        });
        let raw = seen
            .map(|record| serde_json::to_string(&record))
            .transpose()
            .map_err(unreadable("record"))?;
        let record = self.record.as_ref();
        replica
            .prepare_cached(
                "INSERT OR REPLACE INTO overlay (id, kind, parent, area, raw, standing)
                 VALUES (:id, :kind, :parent, :area, :raw, :standing)",
            )?
            .execute(named_params! {
                ":id": key(id),
                ":kind": record.map_or(Kind::Incident, Record::kind).as_str(),
                ":parent": record.and_then(|record| record.parent).map(key),
                ":area": record.map(|record| record.area.to_string()),
                ":raw": raw,
                ":standing": rows::standing(self.standing),
            })?;
        Ok(())
    }
}

fn replay(writer: &Writer, ground: &mut Ground, kept: &Kept) -> Result<(), StoreError> {
    let replica = &writer.dbs.replica;
    let mut targets = Vec::new();
    for target in &kept.command.targets {
        targets.extend(ground.at(replica, target.id)?.record.clone());
    }
    let policy = writer.policy_of(kept.command.policy)?;
    let context = Context {
        at: kept.command.made_at,
        author: &kept.author,
        policy: &policy,
        number: kept.number,
        log: None,
        directory: &Known(replica),
    };
    match domain::apply(&targets, &kept.command.to_domain(), &context) {
        Ok(changes) => {
            for change in changes {
                put(replica, ground, kept, change)?;
            }
        }
        Err(refusal) => doubt(replica, ground, kept, &refusal)?,
    }
    Ok(())
}

fn put(
    replica: &Connection,
    ground: &mut Ground,
    kept: &Kept,
    change: Change,
) -> Result<(), StoreError> {
    let id = change.record.id;
    replica
        .prepare_cached(
            "INSERT OR REPLACE INTO overlay_event (dseq, id, entry, raw) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            kept.dseq,
            key(id),
            entry_of(&change.event.act).map(key),
            serde_json::to_string(&change.event).map_err(unreadable("event"))?,
        ])?;
    let layered = ground.at(replica, id)?;
    layered.record = Some(change.record);
    layered.changed = Changed::Yes;
    layered.standing = layered.standing.max(Pending::Waiting);
    layered.by.insert(kept.author.id);
    Ok(())
}

fn doubt(
    replica: &Connection,
    ground: &mut Ground,
    kept: &Kept,
    refusal: &Refusal,
) -> Result<(), StoreError> {
    let text = serde_json::to_string(refusal).map_err(unreadable("refusal"))?;
    for target in &kept.command.targets {
        let layered = ground.at(replica, target.id)?;
        layered.standing = Pending::Doubtful;
        layered.by.insert(kept.author.id);
    }
    if let Some(target) = kept.command.targets.first() {
        replica
            .prepare_cached(
                "INSERT OR REPLACE INTO doubt (command, record, refusal) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![command_key(kept.command.id), key(target.id), text])?;
    }
    Ok(())
}
