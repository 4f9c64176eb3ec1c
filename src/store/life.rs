//! Which life of the service the outbox belongs to, and where the service has
//! gone backwards within one. Kept beside the outbox, so that it outlives every
//! copy and every program.

use rusqlite::{Connection, OptionalExtension, params};

use super::cursor;
use super::db::begin;
use super::error::StoreError;
use super::outbox::{self, Stand};
use super::reader::Reader;
use super::renumber::{self, Signer};
use super::writer::Writer;
use crate::wire::feed::{Cursor, Epoch, FeedId, Mark};

/// Acts that a copy has passed, of which the latest are looked at for the
/// furthest place.
const PASSED_WITNESSES_MAX: usize = 16;

/// A feed in which the service has forgotten what this desk has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frozen {
    /// Which feed.
    pub feed: FeedId,
    /// In which life of the service.
    pub epoch: Epoch,
}

/// What the desk holds of a feed, to be compared with what the service has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Of which feed.
    pub feed: FeedId,
    /// Of which life of the service.
    pub epoch: Epoch,
    /// The place and the service's word for it.
    pub mark: Mark,
}

/// The life to which the states of the acts belong; none for a desk that has
/// never heard of one.
pub(super) fn of(replica: &Connection, outbox: &Connection) -> Result<Option<Epoch>, StoreError> {
    if let Some(epoch) = stored(outbox)? {
        return Ok(Some(epoch));
    }
    // A desk of before this was written down: its copy knows.
    let all = cursor::all(replica)?;
    Ok(all.first().map(|stated| stated.cursor.epoch))
}

fn stored(outbox: &Connection) -> Result<Option<Epoch>, StoreError> {
    let text: Option<String> = outbox
        .prepare_cached("SELECT epoch FROM life WHERE one = 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(text.and_then(|text| text.parse().ok()).map(Epoch))
}

/// Notes the life, if none is noted.
pub(super) fn note_first(outbox: &Connection, epoch: Epoch) -> Result<(), StoreError> {
    outbox
        .prepare_cached("INSERT OR IGNORE INTO life (one, epoch) VALUES (1, ?1)")?
        .execute([epoch.to_string()])?;
    Ok(())
}

/// The desk goes over to another life of the service. What was taken in the
/// life before may be lost there, also what was called durable: a backup is
/// older than the disk. So every act that is still here is offered again, once
/// and for all feeds, because the acts of a desk have one order. The id alone
/// decides replay, so nothing runs twice.
///
/// What was refused is not among them: an officer was told so, may have said it
/// again in other words or given it up, and another verdict now would make the
/// same thing happen twice or against that decision. It stays refused until
/// somebody settles it. So the acts that are offered again have gaps between
/// them, and get new numbers.
pub(super) fn go_over(
    replica: &Connection,
    outbox: &Connection,
    epoch: Epoch,
    signer: &Signer<'_>,
) -> Result<(), StoreError> {
    let before = of(replica, outbox)?;
    if before == Some(epoch) {
        return note_first(outbox, epoch);
    }
    if before.is_some() {
        let from = renumber::unanswered(outbox)?;
        let taken = [Stand::Accepted, Stand::Passed, Stand::Late];
        for dseq in outbox::standing(outbox, &taken)? {
            outbox.execute(
                "UPDATE outbox SET state = 0, written = '[]', answered_at = NULL WHERE dseq = ?1",
                [dseq],
            )?;
        }
        renumber::waiting_again(outbox, from, signer)?;
    }
    outbox.execute(
        "INSERT OR REPLACE INTO life (one, epoch) VALUES (1, ?1)",
        [epoch.to_string()],
    )?;
    Ok(())
}

/// Notes that the service went backwards; it stays so until another epoch.
pub(super) fn freeze(writer: &mut Writer, frozen: Frozen) -> Result<(), StoreError> {
    let outbox = begin(&writer.dbs.outbox)?;
    outbox.execute(
        "INSERT OR REPLACE INTO frozen (feed, epoch) VALUES (?1, ?2)",
        [frozen.feed.to_string(), frozen.epoch.to_string()],
    )?;
    Ok(outbox.commit()?)
}

/// The copy of a feed is of this life now.
pub(super) fn thaw(outbox: &Connection, now: Cursor) -> Result<(), StoreError> {
    outbox
        .prepare_cached("DELETE FROM frozen WHERE feed = ?1 AND epoch <> ?2")?
        .execute(params![now.feed.to_string(), now.epoch.to_string()])?;
    Ok(())
}

/// Where the service went backwards.
pub(super) fn frozen(reader: &Reader) -> Result<Vec<Frozen>, StoreError> {
    let mut statement = reader
        .dbs
        .outbox
        .prepare_cached("SELECT feed, epoch FROM frozen ORDER BY feed")?;
    let found = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    let mut all = Vec::new();
    for row in found {
        let (feed, epoch) = row?;
        if let (Ok(feed), Ok(epoch)) = (feed.parse(), epoch.parse()) {
            all.push(Frozen {
                feed,
                epoch: Epoch(epoch),
            });
        }
    }
    Ok(all)
}

/// What the desk holds of its feeds: how far each copy has come, and the
/// furthest place that an act of this desk was written to and that the copy has
/// not reached, because a service that lost that place has lost the act.
pub(super) fn witnesses(reader: &Reader) -> Result<Vec<Witness>, StoreError> {
    let replica = &reader.dbs.replica;
    let outbox = &reader.dbs.outbox;
    let mut furthest: Vec<Witness> = Vec::new();
    let life = of(replica, outbox)?;
    // What a copy has passed counts too: this one may be of other grants, and
    // not have come so far.
    let passed = outbox::standing(outbox, &[Stand::Passed])?;
    let latest = passed.into_iter().rev().take(PASSED_WITNESSES_MAX);
    let accepted = outbox::standing(outbox, &[Stand::Accepted])?;
    for dseq in accepted.into_iter().chain(latest) {
        let written = outbox::at(outbox, dseq)?.map(|kept| kept.written);
        for place in written.into_iter().flatten() {
            let (Some(epoch), Some(chain)) = (life, place.chain) else {
                continue;
            };
            let mark = Mark {
                seq: place.seq,
                chain,
            };
            match furthest.iter_mut().find(|held| held.feed == place.feed) {
                Some(held) if held.mark.seq >= mark.seq => {}
                Some(held) => held.mark = mark,
                None => furthest.push(Witness {
                    feed: place.feed,
                    epoch,
                    mark,
                }),
            }
        }
    }
    let cursors = cursor::all(replica)?;
    // A copy's own mark speaks for all that it has reached.
    furthest.retain(|held| {
        let marked = cursors.iter().filter(|stated| stated.chain.is_some());
        let reached = marked.map(|stated| stated.cursor);
        let mut reached = reached.filter(|at| at.feed == held.feed && Some(at.epoch) == life);
        !reached.any(|at| at.seq >= held.mark.seq)
    });
    let copies = cursors.into_iter().filter_map(|stated| {
        Some(Witness {
            feed: stated.cursor.feed,
            epoch: stated.cursor.epoch,
            mark: Mark {
                seq: stated.cursor.seq,
                chain: stated.chain?,
            },
        })
    });
    Ok(copies.chain(furthest).collect())
}
