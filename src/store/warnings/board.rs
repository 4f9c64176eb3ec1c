//! What the board of warnings shows: its rows, the towns, the last day.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use crate::domain::alarm::RANKS;
use crate::domain::area::AreaCode;
use crate::domain::ids::RecordId;
use crate::domain::incident::ending::CaseRef;
use crate::domain::incident::stage::Supervision;
use crate::domain::record::{Body, Record};
use crate::domain::time::{Millis, Timestamp};
use crate::domain::warning::Warning;
use crate::store::error::StoreError;
use crate::store::handle::Store;
use crate::store::rows::{self, Key, from_sql, record_id};
use crate::store::ticket::Ticket;
use crate::store::view::{Pending, Shown};

/// The most rows of the board, the gravest first. What is beyond is counted.
pub const WARNING_ROWS_MAX: usize = 500;
/// Hours of the sparkline.
pub const SPARK_HOURS: usize = 24;
/// An hour, in milliseconds.
const HOUR_MS: i64 = 60 * 60 * 1_000;

/// A line of the board.
#[derive(Clone, Debug, PartialEq)]
pub struct WarningRow {
    /// Which record.
    pub id: RecordId,
    /// Where it belongs.
    pub area: AreaCode,
    /// The warning as it now looks.
    pub warning: Warning,
    /// Whether acts are waiting.
    pub pending: Pending,
    /// The case that it is about, as far as this copy has it.
    pub case: Option<WarningCase>,
}

/// What a line says of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarningCase {
    /// Which, with the number that it has by now.
    pub name: CaseRef,
    /// Its title.
    pub title: String,
    /// How its handler's lateness is watched: a card, never a colour of its own.
    pub supervision: Supervision,
}

/// How many are open in a town.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TownCount {
    /// By severity 1 to 4 (index 0 to 3).
    pub open_by_severity: [u64; 4],
    /// Of them nobody has acknowledged.
    pub unacknowledged: u64,
}

impl TownCount {
    /// All that are open.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.open_by_severity.iter().sum()
    }
}

/// Counts for the frame of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WarningCounts {
    /// Open, by severity 1 to 4 (index 0 to 3).
    pub open_by_severity: [u64; 4],
    /// Open and never acknowledged in their episode, by severity.
    pub unacknowledged_by_severity: [u64; 4],
    /// Lifted, and nobody has seen them.
    pub lifted_unseen: u64,
}

impl WarningCounts {
    /// All that are open.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.open_by_severity.iter().sum()
    }

    /// Open and never acknowledged.
    #[must_use]
    pub fn unacknowledged(&self) -> u64 {
        self.unacknowledged_by_severity.iter().sum()
    }
}

/// The board at a moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WarningBoard {
    /// The gravest first; of them those that nobody answers for, then the newest.
    pub rows: Vec<WarningRow>,
    /// How many belong on the board and are not among the rows.
    pub left_out: u64,
    /// Open ones of each town that has any; by the district what lies in none.
    pub towns: BTreeMap<AreaCode, TownCount>,
    /// How many were raised in each hour of the last day, the present one last.
    pub raised_by_hour: [u64; SPARK_HOURS],
}

impl Store {
    /// Every warning that belongs on the board, in its order, however many.
    pub fn warnings_whole(&self) -> Ticket<Vec<WarningRow>> {
        self.inner.exec.read(move |reader| {
            let replica = reader.dbs.replica.unchecked_transaction()?;
            rows(&replica, i64::MAX)
        })
    }

    /// The board of warnings at `now`.
    pub fn warnings(&self, now: Timestamp) -> Ticket<WarningBoard> {
        self.inner
            .exec
            .read(move |reader| board(&reader.dbs.replica, now))
    }
}

fn board(replica: &Connection, now: Timestamp) -> Result<WarningBoard, StoreError> {
    let replica = replica.unchecked_transaction()?;
    let rows = rows(
        &replica,
        i64::try_from(WARNING_ROWS_MAX).unwrap_or(i64::MAX),
    )?;
    let on_board = from_sql(
        replica
            .prepare_cached("SELECT count(*) FROM warning WHERE on_board = 1")?
            .query_row([], |row| row.get(0))?,
    );
    Ok(WarningBoard {
        left_out: on_board.saturating_sub(u64::try_from(rows.len()).unwrap_or(u64::MAX)),
        rows,
        towns: towns(&replica)?,
        raised_by_hour: raised_by_hour(&replica, now)?,
    })
}

fn rows(replica: &Connection, most: i64) -> Result<Vec<WarningRow>, StoreError> {
    let mut rows = Vec::new();
    for id in ids(replica, most)? {
        rows.extend(row(replica, id)?);
    }
    Ok(rows)
}

fn ids(replica: &Connection, most: i64) -> Result<Vec<RecordId>, StoreError> {
    let mut statement = replica.prepare_cached(
        "SELECT id FROM warning INDEXED BY warning_board WHERE on_board = 1
         ORDER BY severity DESC, unacknowledged DESC, raised_at DESC, id LIMIT ?1",
    )?;
    let found = statement.query_map([most], |row| row.get::<_, Key>(0))?;
    let mut ids = Vec::new();
    for id in found {
        ids.push(record_id(id?));
    }
    Ok(ids)
}

fn row(replica: &Connection, id: RecordId) -> Result<Option<WarningRow>, StoreError> {
    let Some(Shown { record, pending }) = rows::shown(replica, id)? else {
        return Ok(None);
    };
    let (id, area) = (record.id, record.area);
    let Body::Warning(warning) = record.body else {
        return Ok(None);
    };
    let case = match warning.subject.case() {
        Some(named) => rows::shown(replica, named.id)?.and_then(|shown| case_of(&shown.record)),
        None => None,
    };
    Ok(Some(WarningRow {
        id,
        area,
        warning: *warning,
        pending,
        case,
    }))
}

fn case_of(record: &Record) -> Option<WarningCase> {
    let incident = record.incident()?;
    Some(WarningCase {
        name: CaseRef {
            id: record.id,
            number: incident.number,
        },
        title: incident.title.clone(),
        supervision: incident.supervision,
    })
}

fn towns(replica: &Connection) -> Result<BTreeMap<AreaCode, TownCount>, StoreError> {
    let mut statement = replica.prepare_cached(
        "SELECT town, severity, count(*), sum(unacknowledged)
         FROM warning INDEXED BY warning_town WHERE open = 1 GROUP BY town, severity",
    )?;
    let mut found = statement.query([])?;
    let mut towns: BTreeMap<AreaCode, TownCount> = BTreeMap::new();
    while let Some(row) = found.next()? {
        let town: String = row.get(0)?;
        let Ok(town) = town.parse() else { continue };
        let count = towns.entry(town).or_default();
        if let Some(index) = index(row.get(1)?) {
            count.open_by_severity[index] = from_sql(row.get(2)?);
        }
        count.unacknowledged += from_sql(row.get(3)?);
    }
    Ok(towns)
}

/// The place of a severity in an array of the four; none of another number.
fn index(severity: i64) -> Option<usize> {
    let index = usize::try_from(severity).ok()?.checked_sub(1)?;
    (index < RANKS.len()).then_some(index)
}

fn raised_by_hour(replica: &Connection, now: Timestamp) -> Result<[u64; SPARK_HOURS], StoreError> {
    let mut hours = [0; SPARK_HOURS];
    let day = HOUR_MS * i64::try_from(SPARK_HOURS).unwrap_or(i64::MAX);
    let since = now.saturating_sub(Millis(day));
    let mut statement = replica.prepare_cached(
        "SELECT (?2 - raised_at) / ?3 AS ago, count(*)
         FROM warning INDEXED BY warning_raised
         WHERE raised_at > ?1 AND raised_at <= ?2 GROUP BY ago",
    )?;
    let mut found = statement.query(params![since.as_millis(), now.as_millis(), HOUR_MS])?;
    while let Some(row) = found.next()? {
        let ago = usize::try_from(row.get::<_, i64>(0)?).unwrap_or(usize::MAX);
        if let Some(place) = SPARK_HOURS
            .checked_sub(1)
            .and_then(|last| last.checked_sub(ago))
        {
            hours[place] = from_sql(row.get(1)?);
        }
    }
    Ok(hours)
}

/// The counts, by indexes alone: they are told with every act, before it shows.
/// What is on the board and not open is lifted and unseen.
pub fn counts(replica: &Connection) -> Result<WarningCounts, StoreError> {
    let mut counts = WarningCounts::default();
    let mut statement = replica.prepare_cached(
        "SELECT severity, count(*), sum(unacknowledged)
         FROM warning INDEXED BY warning_town WHERE open = 1 GROUP BY town, severity",
    )?;
    let mut found = statement.query([])?;
    let mut open = 0;
    while let Some(row) = found.next()? {
        let all = from_sql(row.get(1)?);
        open += all;
        if let Some(index) = index(row.get(0)?) {
            counts.open_by_severity[index] += all;
            counts.unacknowledged_by_severity[index] += from_sql(row.get(2)?);
        }
    }
    let on_board = from_sql(
        replica
            .prepare_cached(
                "SELECT count(*) FROM warning INDEXED BY warning_board WHERE on_board = 1",
            )?
            .query_row([], |row| row.get(0))?,
    );
    counts.lifted_unseen = on_board.saturating_sub(open);
    Ok(counts)
}
