//! The outbox's rows: acts that wait, were taken, or were refused.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};
use serde::de::DeserializeOwned;

use super::error::{StoreError, unreadable};
use super::met;
use super::reader::Reader;
use super::rows::{self, Key, command_key, from_sql, key, record_id};
use super::view::{OutboxRow, OutboxState};
use crate::domain::act::AnyAct;
use crate::domain::duty;
use crate::domain::ids::{CommandId, RecordId};
use crate::domain::incident::act::Act;
use crate::domain::incident::number::IncidentNumber;
use crate::domain::incident::refusal::Refusal;
use crate::domain::officer::Officer;
use crate::domain::roster;
use crate::domain::time::Timestamp;
use crate::text::mask::mask_phone;
use crate::wire::command::{Refused, WireCommand, Written};
use crate::wire::proof::{Digest, HASH_BYTES};

/// Acts that may wait on one desk.
pub const OUTBOX_ROWS_MAX: u64 = 10_000;
/// Acts that stay after the feed has passed them, for copies of other grants
/// on the desk that have not caught up.
pub const PASSED_ROWS_MAX: u32 = 2_000;

/// How an act stands, as the column has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    Waiting,
    Accepted,
    Refused,
    Passed,
    Late,
}

impl Stand {
    pub(super) const fn column(self) -> i64 {
        match self {
            Self::Waiting => 0,
            Self::Accepted => 1,
            Self::Refused => 2,
            Self::Passed => 3,
            Self::Late => 4,
        }
    }

    const fn read(column: i64) -> Self {
        match column {
            1 => Self::Accepted,
            2 => Self::Refused,
            3 => Self::Passed,
            4 => Self::Late,
            // Waiting is the state in which nothing is lost.
            _ => Self::Waiting,
        }
    }
}

/// An act as the store works with it.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// Its place among the rows; its number on the device is the command's.
    pub(super) dseq: i64,
    pub(super) command: WireCommand,
    pub(super) author: Officer,
    pub(super) stand: Stand,
    pub(super) attempts: u32,
    pub(super) written: Vec<Written>,
    pub(super) number: Option<IncidentNumber>,
    pub(super) refused: Option<Refused>,
    pub(super) answered_at: Option<Timestamp>,
    pub(super) about: String,
}

const COLUMNS: &str = "dseq, command, author, state, attempts, written, number, refused,
    answered_at, about";

fn json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(unreadable(what))
}

fn kept(row: &Row<'_>) -> Result<Kept, StoreError> {
    let text = |column: &str| row.get::<_, String>(column);
    let refused: Option<String> = row.get("refused")?;
    let number: Option<String> = row.get("number")?;
    let answered_at: Option<i64> = row.get("answered_at")?;
    Ok(Kept {
        dseq: row.get("dseq")?,
        command: json("command", &text("command")?)?,
        author: json("officer", &text("author")?)?,
        stand: Stand::read(row.get("state")?),
        attempts: row.get("attempts")?,
        written: json("list of places", &text("written")?)?,
        number: number.and_then(|number| number.parse().ok()),
        refused: refused
            .map(|refused| json("refusal", &refused))
            .transpose()?,
        answered_at: answered_at.map(Timestamp::from_millis),
        about: text("about")?,
    })
}

/// One act by its id.
pub(super) fn one(outbox: &Connection, id: CommandId) -> Result<Option<Kept>, StoreError> {
    let mut statement =
        outbox.prepare_cached(&format!("SELECT {COLUMNS} FROM outbox WHERE id = ?1"))?;
    let mut found = statement.query([command_key(id)])?;
    found.next()?.map(kept).transpose()
}

/// One act by its number on the device.
pub(super) fn at(outbox: &Connection, dseq: i64) -> Result<Option<Kept>, StoreError> {
    let mut statement =
        outbox.prepare_cached(&format!("SELECT {COLUMNS} FROM outbox WHERE dseq = ?1"))?;
    let mut found = statement.query([dseq])?;
    found.next()?.map(kept).transpose()
}

/// The numbers of acts in these states, in order.
pub(super) fn standing(outbox: &Connection, stands: &[Stand]) -> Result<Vec<i64>, StoreError> {
    let mut numbers = Vec::new();
    for stand in stands {
        let mut statement =
            outbox.prepare_cached("SELECT dseq FROM outbox WHERE state = ?1 ORDER BY dseq")?;
        for dseq in statement.query_map([stand.column()], |row| row.get(0))? {
            numbers.push(dseq?);
        }
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// Acts in these states with the places that they were written to. The acts
/// themselves are not read: a desk keeps many that are settled, and every change
/// of a feed asks.
pub(super) fn places(
    outbox: &Connection,
    stands: &[Stand],
) -> Result<Vec<(i64, Vec<Written>)>, StoreError> {
    let mut statement =
        outbox.prepare_cached("SELECT dseq, written FROM outbox WHERE state = ?1")?;
    let mut places = Vec::new();
    for stand in stands {
        let mut found = statement.query([stand.column()])?;
        while let Some(row) = found.next()? {
            let written: String = row.get(1)?;
            places.push((row.get(0)?, json("list of places", &written)?));
        }
    }
    Ok(places)
}

/// The acts that touch a record, and the records that an act touches.
pub(super) fn touching(outbox: &Connection, record: RecordId) -> Result<Vec<i64>, StoreError> {
    let mut statement = outbox.prepare_cached("SELECT dseq FROM touch WHERE record = ?1")?;
    let found = statement.query_map([key(record)], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The records that an act is about or makes.
pub(super) fn touched(outbox: &Connection, dseq: i64) -> Result<Vec<RecordId>, StoreError> {
    let mut statement = outbox.prepare_cached("SELECT record FROM touch WHERE dseq = ?1")?;
    let found = statement.query_map([dseq], |row| row.get::<_, Key>(0))?;
    let mut records = Vec::new();
    for record in found {
        records.push(record_id(record?));
    }
    Ok(records)
}

/// How many wait, and how many somebody must look at: refused, or filed as late.
pub(super) fn counts(outbox: &Connection) -> Result<(u64, u64), StoreError> {
    let mut statement = outbox.prepare_cached("SELECT count(*) FROM outbox WHERE state = ?1")?;
    let mut count = |stand: Stand| statement.query_row([stand.column()], |row| row.get(0));
    let waiting = from_sql(count(Stand::Waiting)?);
    let refused = from_sql(count(Stand::Refused)?) + late_unread(outbox)?;
    Ok((waiting, refused))
}

/// How many were filed as late and nobody has taken note of. Those that
/// somebody has stay: the service may lose what it filed.
fn late_unread(outbox: &Connection) -> Result<u64, StoreError> {
    let count = outbox
        .prepare_cached(
            "SELECT count(*) FROM outbox WHERE state = 4 AND id NOT IN (SELECT id FROM settled)",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(from_sql(count))
}

/// Whether somebody has settled the act.
pub(super) fn is_settled(outbox: &Connection, id: CommandId) -> Result<bool, StoreError> {
    Ok(outbox
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM settled WHERE id = ?1)")?
        .query_row([command_key(id)], |row| row.get(0))?)
}

/// The first acts that wait.
pub(super) fn pending(outbox: &Connection, limit: usize) -> Result<Vec<WireCommand>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = outbox
        .prepare_cached("SELECT command FROM outbox WHERE state = 0 ORDER BY dseq LIMIT ?1")?;
    let found = statement.query_map([limit], |row| row.get::<_, String>(0))?;
    let mut commands = Vec::new();
    for text in found {
        commands.push(json("command", &text?)?);
    }
    Ok(commands)
}

/// Where the desk stands in its own order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chain {
    /// The number of the last act.
    pub(super) dseq: u64,
    /// The hash of the last act.
    pub(super) head: Digest,
    /// The last row's place; the number grows from 1 again when the desk is
    /// enrolled anew, the place goes on.
    pub(super) place: i64,
}

/// The device's last number, the head of its chain, and the last row's place.
pub(super) fn chain(outbox: &Connection) -> Result<Chain, StoreError> {
    let found = outbox
        // Before there were two, the number was the place.
        .prepare_cached("SELECT dseq, head, max(place, dseq) FROM device WHERE one = 1")?
        .query_row([], |row| {
            Ok(Chain {
                dseq: from_sql(row.get(0)?),
                head: Digest(row.get::<_, [u8; HASH_BYTES]>(1)?),
                place: row.get(2)?,
            })
        })
        .optional()?;
    Ok(found.unwrap_or(Chain {
        dseq: 0,
        head: Digest::ZERO,
        place: 0,
    }))
}

/// Moves the chain.
pub(super) fn set_chain(outbox: &Connection, chain: Chain) -> Result<(), StoreError> {
    let dseq = i64::try_from(chain.dseq).unwrap_or(i64::MAX);
    outbox
        .prepare_cached(
            "INSERT OR REPLACE INTO device (one, dseq, head, place) VALUES (1, ?1, ?2, ?3)",
        )?
        .execute(params![dseq, chain.head.0, chain.place])?;
    Ok(())
}

/// Puts a new act in and moves the chain on.
pub(super) fn insert(
    outbox: &Connection,
    command: &WireCommand,
    author: &Officer,
    about: &str,
    touches: &BTreeSet<RecordId>,
) -> Result<(), StoreError> {
    let place = chain(outbox)?.place + 1;
    let link = command.link().map_err(unreadable("command"))?;
    outbox
        .prepare_cached(
            "INSERT INTO outbox (id, dseq, command, author, author_id, made_at, about)
             VALUES (:id, :dseq, :command, :author, :author_id, :made_at, :about)",
        )?
        .execute(named_params! {
            ":id": command_key(command.id),
            ":dseq": place,
            ":command": serde_json::to_string(command).map_err(unreadable("command"))?,
            ":author": serde_json::to_string(author).map_err(unreadable("officer"))?,
            ":author_id": *author.id.uuid().as_bytes(),
            ":made_at": command.made_at.as_millis(),
            ":about": about,
        })?;
    for record in touches {
        outbox
            .prepare_cached("INSERT INTO touch (record, dseq) VALUES (?1, ?2)")?
            .execute(params![key(*record), place])?;
    }
    set_chain(
        outbox,
        Chain {
            dseq: command.dseq,
            head: link,
            place,
        },
    )
}

/// Says that an act took effect at these places, beside what was known.
/// Says whether that was news.
pub(super) fn accept(
    outbox: &Connection,
    kept: &Kept,
    written: &[Written],
    number: Option<IncidentNumber>,
) -> Result<News, StoreError> {
    match kept.stand {
        Stand::Waiting | Stand::Accepted => {}
        Stand::Refused | Stand::Passed | Stand::Late => return Ok(News::Old),
    }
    let mut all = kept.written.clone();
    for place in written {
        match all.iter_mut().find(|known| known.is_at(place)) {
            Some(known) => known.chain = place.chain.or(known.chain),
            None => all.push(*place),
        }
    }
    let number = number.or(kept.number);
    if kept.stand == Stand::Accepted && all == kept.written && number == kept.number {
        return Ok(News::Old);
    }
    outbox
        .prepare_cached("UPDATE outbox SET state = 1, written = ?2, number = ?3 WHERE dseq = ?1")?
        .execute(params![
            kept.dseq,
            serde_json::to_string(&all).map_err(unreadable("list of places"))?,
            number.map(|number| number.to_string()),
        ])?;
    Ok(News::New)
}

/// Whether something was not known before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    New,
    Old,
}

/// What waits and what was refused, for the officer's eyes: the words of
/// another officer only where the record they belong to may be seen.
pub(super) fn rows(reader: &Reader) -> Result<Vec<OutboxRow>, StoreError> {
    let outbox = &reader.dbs.outbox;
    let numbers = standing(
        outbox,
        &[Stand::Waiting, Stand::Accepted, Stand::Refused, Stand::Late],
    )?;
    let mut rows = Vec::with_capacity(numbers.len());
    for dseq in numbers {
        let Some(kept) = at(outbox, dseq)? else {
            continue;
        };
        if kept.stand != Stand::Late || !is_settled(outbox, kept.command.id)? {
            rows.extend(row(reader, kept)?);
        }
    }
    Ok(rows)
}

fn row(reader: &Reader, kept: Kept) -> Result<Option<OutboxRow>, StoreError> {
    let Some(target) = kept.command.targets.first() else {
        return Ok(None);
    };
    let on = target.id;
    let replica = &reader.dbs.replica;
    let own = kept.author.id == reader.officer.id;
    let in_sight = rows::shown(replica, on)?.is_some();
    let state = match (kept.stand, kept.refused) {
        (Stand::Refused, Some(why)) => OutboxState::Refused {
            why,
            at: kept.answered_at.unwrap_or(kept.command.made_at),
        },
        (Stand::Accepted, _) => OutboxState::Accepted,
        (Stand::Late, _) => OutboxState::Late {
            at: kept.answered_at.unwrap_or(kept.command.made_at),
        },
        (Stand::Waiting | Stand::Refused | Stand::Passed, _) => {
            match doubt(replica, kept.command.id)? {
                Some(refusal) => OutboxState::Doubtful { refusal },
                None => OutboxState::Waiting {
                    attempts: kept.attempts,
                },
            }
        }
    };
    let rule = match &state {
        OutboxState::Doubtful { refusal } => Some(refusal),
        OutboxState::Refused {
            why: Refused::Rule { rule },
            ..
        } => Some(rule),
        OutboxState::Refused { .. }
        | OutboxState::Waiting { .. }
        | OutboxState::Accepted
        | OutboxState::Late { .. } => None,
    };
    let met = match rule {
        // Of a record that this officer may not see nothing is told.
        Some(rule) if in_sight => met::against(replica, on, kept.command.id, rule)?,
        _ => None,
    };
    Ok(Some(OutboxRow {
        id: kept.command.id,
        dseq: kept.command.dseq,
        made_at: kept.command.made_at,
        author: kept.author.name,
        verb: kept.command.act.verb(),
        on,
        // A title is the record's, and only words are the author's.
        about: if in_sight { kept.about } else { String::new() },
        words: if own || in_sight {
            listed(&kept.command.act)
        } else {
            String::new()
        },
        state,
        met,
    }))
}

/// The words as a list shows them, to whoever looks: a call's number masked.
pub(super) fn listed(act: &AnyAct) -> String {
    match act {
        AnyAct::Incident(Act::Call(args)) => {
            let mut args = args.clone();
            args.call.phone = mask_phone(&args.call.phone);
            AnyAct::from(Act::Call(args)).words()
        }
        AnyAct::Duty(duty::act::Act::LogAdd(args)) => {
            let mut args = args.clone();
            if let duty::act::Told::Call(call) = &mut args.what {
                call.call.phone = mask_phone(&call.call.phone);
            }
            AnyAct::from(duty::act::Act::LogAdd(args)).words()
        }
        AnyAct::Roster(roster::act::Act::RosterCall(args)) => {
            let mut args = args.clone();
            args.call.phone = mask_phone(&args.call.phone);
            AnyAct::Roster(roster::act::Act::RosterCall(args)).words()
        }
        AnyAct::Incident(_) | AnyAct::Duty(_) | AnyAct::Roster(_) | AnyAct::Warning(_) => {
            act.words()
        }
        AnyAct::Network(act) => act.masked(mask_phone).words(),
    }
}

fn doubt(replica: &Connection, id: CommandId) -> Result<Option<Refusal>, StoreError> {
    let text: Option<String> = replica
        .prepare_cached("SELECT refusal FROM doubt WHERE command = ?1")?
        .query_row([command_key(id)], |row| row.get(0))
        .optional()?;
    text.map(|text| json("refusal", &text)).transpose()
}
