//! The service's answers to what was pushed.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::cursor;
use super::db::begin;
use super::error::{StoreError, unreadable};
use super::outbox::{self, Kept, News, PASSED_ROWS_MAX, Stand};
use super::overlay::{self, Which};
use super::rows::command_key;
use super::shared::StoreEvent;
use super::submit;
use super::writer::Writer;
use crate::domain::ids::CommandId;
use crate::domain::time::Timestamp;
use crate::fault::fail_point;
use crate::wire::command::{CommandResult, Refused, Verdict, Written};

/// Counts an attempt to deliver.
pub(super) fn sent(writer: &mut Writer, ids: &[CommandId]) -> Result<(), StoreError> {
    let outbox = begin(&writer.dbs.outbox)?;
    for id in ids {
        outbox
            .prepare_cached(
                "UPDATE outbox SET attempts = attempts + 1 WHERE id = ?1 AND state = 0",
            )?
            .execute([command_key(*id)])?;
    }
    fail_point!("store.sent.before-commit", StoreError::Closed);
    Ok(outbox.commit()?)
}

/// Takes answers; one that came before changes nothing.
pub(super) fn take(
    writer: &mut Writer,
    results: &[CommandResult],
    at: Timestamp,
) -> Result<(), StoreError> {
    writer.freshen()?;
    let replica = begin(&writer.dbs.replica)?;
    let outbox = begin(&writer.dbs.outbox)?;
    let mut touched = BTreeSet::new();
    let mut answered = News::Old;
    for result in results {
        let Some(kept) = outbox::one(&outbox, result.id)? else {
            continue;
        };
        if answer(&outbox, &kept, &result.verdict, at)? == News::New {
            answered = News::New;
            if looks_different(&replica, &outbox, &kept)? {
                touched.extend(outbox::touched(&outbox, kept.dseq)?);
            }
        }
    }
    if answered == News::Old {
        return Ok(());
    }
    settle_passed(&writer.dbs.replica, &outbox)?;
    let turns = overlay::rebase(writer, Which::Touching(&touched))?;
    fail_point!("store.results.before-outbox", StoreError::Closed);
    outbox.commit()?;
    fail_point!("store.results.between-files");
    writer.overlay = submit::follow(replica);
    fail_point!("store.results.after");
    writer.shared.tell(&StoreEvent::Changed {
        ids: turns.into_keys().collect(),
    });
    writer.shared.tell(&StoreEvent::Outbox);
    writer.shared.tell(&StoreEvent::Counts);
    Ok(())
}

/// Whether an answer changes how the act's records look. One that is taken and
/// that the feed has not passed yet lies on top as it did while it waited: a
/// night's backlog would otherwise be replayed once for every push.
fn looks_different(
    replica: &Connection,
    outbox: &Connection,
    before: &Kept,
) -> Result<bool, StoreError> {
    let Some(after) = outbox::at(outbox, before.dseq)? else {
        return Ok(true);
    };
    Ok(after.number != before.number
        || overlay::has_left(replica, &after)? != overlay::has_left(replica, before)?)
}

fn answer(
    outbox: &Connection,
    kept: &Kept,
    verdict: &Verdict,
    at: Timestamp,
) -> Result<News, StoreError> {
    match verdict {
        Verdict::Accepted { written, number } | Verdict::Duplicate { written, number } => {
            outbox::accept(outbox, kept, written, *number)
        }
        Verdict::Late { written } => file_late(outbox, kept, written, at),
        Verdict::Refused { refusal, .. } => refuse(outbox, kept, refusal, at),
        // Both stay as they are: the engine decides when to send again.
        Verdict::Quarantined { .. } | Verdict::Retry { .. } => Ok(News::Old),
    }
}

/// It took no effect; the words are where they are written. Somebody takes note
/// of it, as of a refusal.
fn file_late(
    outbox: &Connection,
    kept: &Kept,
    written: &[Written],
    at: Timestamp,
) -> Result<News, StoreError> {
    match kept.stand {
        // The feed may have told of the entry before the verdict came.
        Stand::Waiting | Stand::Accepted | Stand::Passed => {}
        Stand::Refused | Stand::Late => return Ok(News::Old),
    }
    outbox.execute(
        "UPDATE outbox SET state = 4, written = ?2, answered_at = ?3 WHERE dseq = ?1",
        params![
            kept.dseq,
            serde_json::to_string(written).map_err(unreadable("list of places"))?,
            at.as_millis(),
        ],
    )?;
    Ok(News::New)
}

fn refuse(
    outbox: &Connection,
    kept: &Kept,
    why: &Refused,
    at: Timestamp,
) -> Result<News, StoreError> {
    match kept.stand {
        Stand::Waiting => {}
        // What the feed has shown to have happened was not refused.
        Stand::Accepted | Stand::Passed | Stand::Refused | Stand::Late => return Ok(News::Old),
    }
    outbox.execute(
        "UPDATE outbox SET state = 2, refused = ?2, answered_at = ?3 WHERE dseq = ?1",
        params![
            kept.dseq,
            serde_json::to_string(why).map_err(unreadable("refusal"))?,
            at.as_millis(),
        ],
    )?;
    Ok(News::New)
}

/// Lets acts go that every feed has passed and that survive the loss of the
/// service's machine. Says whether any went.
pub(super) fn settle_passed(replica: &Connection, outbox: &Connection) -> Result<News, StoreError> {
    let mut news = News::Old;
    for dseq in outbox::standing(outbox, &[Stand::Accepted])? {
        let Some(kept) = outbox::at(outbox, dseq)? else {
            continue;
        };
        if is_safe(replica, &kept)? {
            outbox
                .prepare_cached("UPDATE outbox SET state = 3 WHERE dseq = ?1")?
                .execute([dseq])?;
            news = News::New;
        }
    }
    if news == News::New {
        outbox.execute(
            "DELETE FROM outbox WHERE state = 3 AND dseq NOT IN
               (SELECT dseq FROM outbox WHERE state = 3 ORDER BY dseq DESC LIMIT ?1)",
            [PASSED_ROWS_MAX],
        )?;
    }
    Ok(news)
}

fn is_safe(replica: &Connection, kept: &Kept) -> Result<bool, StoreError> {
    for place in &kept.written {
        match cursor::stand(replica, place.feed)? {
            Some(stand) if stand.cursor.seq >= place.seq && stand.durable_upto >= place.seq => {}
            Some(_) | None => return Ok(false),
        }
    }
    Ok(true)
}
