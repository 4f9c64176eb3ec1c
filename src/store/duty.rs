//! The duty desk as it now looks: the lines of the log, who is on, what a shift
//! hands on, and the draft of it. All of it is *confirmed records with the
//! outbox applied on top*.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::error::StoreError;
use super::handle::Store;
use super::outbox;
use super::roster::{self, Shifts};
use super::rows::{self, Key, from_sql, record_id};
use super::ticket::Ticket;
use super::view::{LogRow, OutboxState};
use crate::domain::duty::draft::{self, Ground};
use crate::domain::duty::handover::{Backlog, Handover, Item};
use crate::domain::duty::line::LogLine;
use crate::domain::duty::shift::{DutyShift, Slot};
use crate::domain::ids::{OfficerId, RecordId, UnitId};
use crate::domain::incident::Incident;
use crate::domain::policy::{Policy, Ring};
use crate::domain::record::Body;
use crate::domain::roster::month::Month;
use crate::domain::roster::watch::Watch;
use crate::domain::time::{Millis, Timestamp};
use crate::domain::unit::UnitRef;

/// The most lines that a page of the log has.
pub const LOG_PAGE_LINES_MAX: usize = 1_000;
/// The most lines of a log that are read whole, to verify it or to write it
/// into a file: about ten years of a busy desk.
pub const LOG_WHOLE_LINES_MAX: usize = 2_000_000;
/// How far back a promise is looked for.
const PROMISE_LOOK_BACK_MS: Millis = Millis(7 * 24 * 60 * 60 * 1_000);
/// The most cases that are read for a draft, of each sort. No handover has so
/// many matters; those beyond are counted.
const CASES_READ_MAX: u32 = 1_000;
/// The most lines that promises are looked for in.
const PROMISE_LINES_MAX: usize = 3_000;

/// What stands at the duty desk at a moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeskNow {
    /// The shift that is on, if anybody has signed on.
    pub shift: Option<DutyShift>,
    /// The shift before it.
    pub before: Option<DutyShift>,
    /// The handover that waits for a signature, or was signed last: that of the
    /// shift that is on, else of the one before.
    pub handover: Option<(RecordId, Handover)>,
}

impl DeskNow {
    /// Whether that officer was on in the shift before.
    #[must_use]
    pub fn had_before(&self, officer: OfficerId) -> bool {
        self.before.as_ref().is_some_and(|shift| shift.has(officer))
    }
}

/// A draft, and what is known of the desk's own backlog.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Each matter, in the order in which they are gone through.
    pub items: Vec<Item>,
    /// How many more there are.
    pub left_out: u32,
    /// What this desk has not delivered.
    pub backlog: Backlog,
}

impl Store {
    /// The latest lines of a centre's log before `before`, newest first; what
    /// the centre has not taken yet is among them.
    pub fn log(
        &self,
        unit: UnitRef,
        before: Option<RecordId>,
        limit: usize,
    ) -> Ticket<Vec<LogRow>> {
        let limit = limit.min(LOG_PAGE_LINES_MAX);
        self.inner
            .exec
            .read(move |reader| page(&reader.dbs.replica, &unit, before, limit))
    }

    /// The whole log of a centre, in the order of its numbers; what has none
    /// yet comes last.
    pub fn log_whole(&self, unit: UnitRef) -> Ticket<Vec<LogRow>> {
        self.inner.exec.read(move |reader| {
            let mut rows = page(&reader.dbs.replica, &unit, None, LOG_WHOLE_LINES_MAX)?;
            rows.sort_by_key(|row| {
                let no = row.line.place.map_or(u64::MAX, |place| place.no);
                (no, row.id)
            });
            Ok(rows)
        })
    }

    /// Who is on duty at `now`, and what is handed on.
    pub fn desk_now(&self, unit: UnitId, now: Timestamp) -> Ticket<DeskNow> {
        let policy = self.policy().1;
        self.inner
            .exec
            .read(move |reader| desk_now(&reader.dbs.replica, unit, &policy, now))
    }

    /// What would be handed on at `now`.
    pub fn handover_draft(
        &self,
        unit: UnitRef,
        officer: OfficerId,
        now: Timestamp,
    ) -> Ticket<Draft> {
        let policy = self.policy().1;
        self.inner.exec.read(move |reader| {
            let ground = Ground {
                officer,
                policy: &policy,
                now,
            };
            let mut backlog = Backlog::default();
            for row in outbox::rows(reader)? {
                match row.state {
                    OutboxState::Waiting { .. } | OutboxState::Doubtful { .. } => {
                        backlog.unsent += 1;
                    }
                    OutboxState::Refused { .. } | OutboxState::Late { .. } => {
                        backlog.refused += 1;
                    }
                    OutboxState::Accepted => {}
                }
            }
            let (mut items, unread) = items(&reader.dbs.replica, &unit, &ground)?;
            Ok(Draft {
                left_out: draft::cut(&mut items).saturating_add(unread),
                items,
                backlog,
            })
        })
    }
}

/// What would be handed on, and how many cases of a rank that sounds were not
/// even read.
fn items(
    replica: &Connection,
    unit: &UnitRef,
    ground: &Ground<'_>,
) -> Result<(Vec<Item>, u32), StoreError> {
    let sounds = ground
        .policy
        .levels
        .iter()
        .filter(|level| level.ring != Ring::Silent);
    let least = sounds.map(|level| level.rank.severity()).min();
    // As the column has it: the gravest first.
    let from = least.map_or(i64::MIN, |severity| -i64::from(severity));
    let mut items = Vec::new();
    let read = cases(
        replica,
        "SELECT coalesce(o.raw, c.raw) AS raw, o.standing AS standing
         FROM queue AS q INDEXED BY queue_some_rank
         LEFT JOIN confirmed AS c ON c.id = q.id
         LEFT JOIN overlay AS o ON o.id = q.id
         WHERE q.open = 1 AND q.rank_key <= ?1
         ORDER BY q.rank_key, q.deadline_key LIMIT ?2",
        from,
        |id, incident| items.extend(draft::of_case(id, incident, ground)),
    )?;
    let all: i64 = replica
        .prepare_cached("SELECT count(*) FROM queue WHERE open = 1 AND rank_key <= ?1")?
        .query_row([from], |row| row.get(0))?;
    // Of a lighter rank only what is put off is handed on. That somebody has seen
    // such a case rings nobody later and keeps nobody from it: it moves with its
    // holder, and when it rises it rings anew, for whoever is on then. There may
    // be hundreds, and no command carries so many.
    cases(
        replica,
        "SELECT coalesce(o.raw, c.raw) AS raw, o.standing AS standing
         FROM queue AS q INDEXED BY queue_snoozed
         LEFT JOIN confirmed AS c ON c.id = q.id
         LEFT JOIN overlay AS o ON o.id = q.id
         WHERE q.snoozed_until IS NOT NULL AND q.open = 1 AND q.rank_key > ?1
         ORDER BY q.snoozed_until LIMIT ?2",
        from,
        |id, incident| items.extend(draft::of_case(id, incident, ground)),
    )?;
    let (warned, unread_warnings) = warnings(replica, ground, least)?;
    items.extend(warned);
    let since = ground.now.saturating_sub(PROMISE_LOOK_BACK_MS);
    let mut lines: Vec<(RecordId, LogLine)> = page(replica, unit, None, PROMISE_LINES_MAX)?
        .into_iter()
        .map(|row| (row.id, row.line))
        .collect();
    lines.retain(|(_, line)| line.at >= since);
    items.extend(draft::promises(&lines));
    items.extend(gaps(replica, ground)?);
    draft::sort(&mut items);
    let unread = from_sql(all)
        .saturating_sub(read)
        .saturating_add(unread_warnings);
    Ok((items, u32::try_from(unread).unwrap_or(u32::MAX)))
}

/// Where the roster has less than is needed from now to the end of the coming
/// shift. Who has not checked in is not among them: no policy says by when.
fn gaps(replica: &Connection, ground: &Ground<'_>) -> Result<Vec<Item>, StoreError> {
    let (policy, now) = (ground.policy, ground.now);
    let next = Slot::at(policy, now).and_then(|slot| slot.after(policy));
    let Some(until) = next.map(|slot| slot.ends_at) else {
        return Ok(Vec::new());
    };
    // From the day before: its night may still run.
    let days = (now.date().saturating_add_days(-1), until.date());
    let months = BTreeSet::from([days.0, days.1].map(Month::of));
    let roster = roster::read(replica, &months, Shifts::Around(days.0, days.1))?;
    let watch = Watch::of(roster.rotas.iter().map(|line| (line.id, &line.doc)));
    let mut items = Vec::new();
    for post in &roster.posts {
        let found = watch.gaps(post.id, post.doc.needs, &policy.roster, days, now);
        let first = found.iter().map(|gap| gap.span.from).min();
        items.extend(
            first
                .filter(|from| *from < until)
                .map(|from| draft::of_gap(post.id, &post.doc.name, from)),
        );
    }
    Ok(items)
}

/// The open warnings that are handed on, and how many of a rank that sounds were
/// not even read.
fn warnings(
    replica: &Connection,
    ground: &Ground<'_>,
    least: Option<u8>,
) -> Result<(Vec<Item>, u64), StoreError> {
    let mut statement = replica.prepare_cached(
        "SELECT id, severity FROM warning INDEXED BY warning_board
         WHERE on_board = 1 AND open = 1
         ORDER BY severity DESC, unacknowledged DESC, raised_at DESC, id",
    )?;
    let found = statement.query_map([], |row| Ok((row.get::<_, Key>(0)?, row.get::<_, u8>(1)?)))?;
    let mut items = Vec::new();
    let mut unread = 0;
    for (read, row) in found.enumerate() {
        let (id, severity) = row?;
        if u32::try_from(read).is_ok_and(|read| read >= CASES_READ_MAX) {
            unread += u64::from(least.is_some_and(|least| severity >= least));
            continue;
        }
        let Some(shown) = rows::shown(replica, record_id(id))? else {
            continue;
        };
        let Some(warning) = shown.record.warning() else {
            continue;
        };
        let case = match warning.subject.case() {
            Some(case) => rows::shown(replica, case.id)?,
            None => None,
        };
        let title = case
            .as_ref()
            .and_then(|case| case.record.incident())
            .map(|incident| incident.title.as_str());
        items.extend(draft::of_warning(shown.record.id, warning, title, ground));
    }
    Ok((items, unread))
}

/// Gives each case of a query to `take`; says how many there were.
fn cases(
    replica: &Connection,
    sql: &str,
    from: i64,
    mut take: impl FnMut(RecordId, &Incident),
) -> Result<u64, StoreError> {
    let mut statement = replica.prepare_cached(sql)?;
    let mut found = statement.query(params![from, CASES_READ_MAX])?;
    let mut read = 0;
    while let Some(row) = found.next()? {
        read += 1;
        let (Some(raw), _) = rows::shown_row(row)? else {
            continue;
        };
        let record = rows::parse(&raw)?;
        if let Some(incident) = record.incident() {
            take(record.id, incident);
        }
    }
    Ok(read)
}

fn page(
    replica: &Connection,
    unit: &UnitRef,
    before: Option<RecordId>,
    limit: usize,
) -> Result<Vec<LogRow>, StoreError> {
    let mut lines = Vec::new();
    let mut statement = replica.prepare_cached(
        "SELECT w.id AS id, coalesce(o.raw, c.raw) AS raw, o.standing AS standing
         FROM (SELECT id FROM confirmed INDEXED BY confirmed_log
               WHERE kind = 'log-line' AND area = ?1
               UNION SELECT id FROM overlay WHERE kind = 'log-line' AND area = ?1) AS w
         LEFT JOIN confirmed AS c ON c.id = w.id
         LEFT JOIN overlay AS o ON o.id = w.id
         WHERE ?2 IS NULL OR w.id < ?2
         ORDER BY w.id DESC",
    )?;
    let before: Option<Key> = before.map(rows::key);
    let mut found = statement.query(params![unit.area.as_str(), before])?;
    while lines.len() < limit
        && let Some(row) = found.next()?
    {
        let id = record_id(row.get("id")?);
        let (Some(raw), standing) = rows::shown_row(row)? else {
            continue;
        };
        // Units of one area each have a log of their own.
        if let Body::LogLine(line) = rows::parse(&raw)?.body
            && line.unit.id == unit.id
        {
            lines.push(LogRow {
                id,
                line: *line,
                pending: rows::pending(standing),
            });
        }
    }
    Ok(lines)
}

fn desk_now(
    replica: &Connection,
    unit: UnitId,
    policy: &Policy,
    now: Timestamp,
) -> Result<DeskNow, StoreError> {
    let Some(slot) = Slot::at(policy, now) else {
        return Ok(DeskNow::default());
    };
    let before = slot.before(policy);
    let mut handover = None;
    for slot in [Some(&slot), before.as_ref()].into_iter().flatten() {
        let id = slot.handover_id(unit);
        if let Some(shown) = rows::shown(replica, id)?
            && let Body::Handover(found) = shown.record.body
        {
            handover = Some((id, *found));
            break;
        }
    }
    Ok(DeskNow {
        shift: shift(replica, Some(&slot), unit)?,
        before: shift(replica, before.as_ref(), unit)?,
        handover,
    })
}

fn shift(
    replica: &Connection,
    slot: Option<&Slot>,
    unit: UnitId,
) -> Result<Option<DutyShift>, StoreError> {
    let Some(slot) = slot else { return Ok(None) };
    let shown = rows::shown(replica, slot.id(unit))?;
    Ok(shown.and_then(|shown| match shown.record.body {
        Body::DutyShift(shift) => Some(*shift),
        _ => None,
    }))
}
