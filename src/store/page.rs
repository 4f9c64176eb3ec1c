//! Pages of the queue by key, never by counting; counts; what rings next.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::db::Dbs;
use super::error::StoreError;
use super::project::CONFLICTS_COUNTER;
use super::rows::{self, Key, from_sql, key, record_id};
use super::search;
use super::view::{Anchor, Counts, Filter, More, QueuePage, QueueRow, RowKey, Scope, Sort};
use crate::domain::area::AreaCode;
use crate::domain::ids::RecordId;
use crate::domain::record::Body;
use crate::domain::time::Timestamp;

/// The most rows of one page.
pub const PAGE_ROWS_MAX: usize = 500;

/// Areas that one word of a filter may name, the widest first.
const AREAS_OF_WORD_MAX: usize = 64;

/// The names of areas.
pub(super) type Places = BTreeMap<AreaCode, String>;

/// Which way rows are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    On,
    Back,
}

/// Whether the row at the key itself is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bound {
    Beyond,
    From,
}

type Found = Vec<(RowKey, QueueRow)>;

/// A page of the queue.
pub(super) fn queue(
    replica: &Connection,
    places: &Places,
    filter: &Filter,
    sort: Sort,
    anchor: &Anchor,
    limit: usize,
) -> Result<QueuePage, StoreError> {
    let limit = limit.clamp(1, PAGE_ROWS_MAX);
    let scan = Scan {
        replica,
        places,
        filter,
        sort,
    };
    match anchor {
        Anchor::First => scan.towards(None, Way::On, limit),
        Anchor::Last => scan.towards(None, Way::Back, limit),
        Anchor::After(key) => scan.towards(Some(key), Way::On, limit),
        Anchor::Before(key) => scan.towards(Some(key), Way::Back, limit),
        Anchor::Around(id) => match scan.key_of(*id)? {
            Some(key) => scan.around(&key, limit),
            None => scan.towards(None, Way::On, limit),
        },
    }
}

struct Scan<'a> {
    replica: &'a Connection,
    places: &'a Places,
    filter: &'a Filter,
    sort: Sort,
}

impl Scan<'_> {
    fn towards(
        &self,
        from: Option<&RowKey>,
        way: Way,
        limit: usize,
    ) -> Result<QueuePage, StoreError> {
        let mut found = self.read(from, Bound::Beyond, way, limit + 1)?;
        let ahead = more(found.len() > limit);
        found.truncate(limit);
        // What lies behind the page: rows on the other side of the key, or of
        // the first row when rows were found.
        let behind = match (from, found.first()) {
            (None, _) => More::Nothing,
            (Some(_), Some((first, _))) => self.any(first, Bound::Beyond, turned(way))?,
            (Some(key), None) => self.any(key, Bound::From, turned(way))?,
        };
        Ok(match way {
            Way::On => QueuePage {
                rows: found,
                before: behind,
                after: ahead,
            },
            Way::Back => {
                found.reverse();
                QueuePage {
                    rows: found,
                    before: ahead,
                    after: behind,
                }
            }
        })
    }

    /// A page with the row of `key` near its middle.
    fn around(&self, key: &RowKey, limit: usize) -> Result<QueuePage, StoreError> {
        let mut back = self.read(Some(key), Bound::Beyond, Way::Back, limit + 1)?;
        let mut on = self.read(Some(key), Bound::From, Way::On, limit + 1)?;
        let room_before = (limit / 2).max(limit.saturating_sub(on.len()));
        let before = back.len().min(room_before).min(limit.saturating_sub(1));
        let after = on.len().min(limit - before);
        let page = QueuePage {
            before: more(back.len() > before),
            after: more(on.len() > after),
            rows: Vec::new(),
        };
        back.truncate(before);
        back.reverse();
        on.truncate(after);
        back.append(&mut on);
        Ok(QueuePage { rows: back, ..page })
    }

    fn any(&self, key: &RowKey, bound: Bound, way: Way) -> Result<More, StoreError> {
        Ok(more(!self.read(Some(key), bound, way, 1)?.is_empty()))
    }

    /// The key of a row, if the filter lets it be seen.
    fn key_of(&self, id: RecordId) -> Result<Option<RowKey>, StoreError> {
        let mut query = Query::new(self.filter, self.places);
        query.clause("q.id = ?", [Value::Blob(key(id).to_vec())]);
        let sql = format!("{SELECT} FROM queue AS q {JOIN} {}", query.wheres());
        let found = query.run(self.replica, &sql, self.sort)?;
        Ok(found.into_iter().next().map(|(key, _)| key))
    }

    fn read(
        &self,
        from: Option<&RowKey>,
        bound: Bound,
        way: Way,
        limit: usize,
    ) -> Result<Found, StoreError> {
        let columns = columns(self.sort);
        let mut query = Query::new(self.filter, self.places);
        if let Some(from) = from {
            let compare = match (way, bound) {
                (Way::On, Bound::Beyond) => ">",
                (Way::On, Bound::From) => ">=",
                (Way::Back, Bound::Beyond) => "<",
                (Way::Back, Bound::From) => "<=",
            };
            let marks = vec!["?"; columns.len()].join(", ");
            let clause = format!("({}) {compare} ({marks})", columns.join(", "));
            query.clause(&clause, key_values(self.sort, from));
        }
        let direction = match way {
            Way::On => "ASC",
            Way::Back => "DESC",
        };
        let order: Vec<String> = columns
            .iter()
            .map(|column| format!("{column} {direction}"))
            .collect();
        let sql = format!(
            "{SELECT} FROM queue AS q INDEXED BY {} {JOIN} {} ORDER BY {} LIMIT {limit}",
            index(self.sort, self.filter.scope),
            query.wheres(),
            order.join(", "),
        );
        query.run(self.replica, &sql, self.sort)
    }
}

pub(super) const SELECT: &str = "SELECT q.id AS id, q.area AS area, q.rank_key AS rank_key,
    q.deadline_key AS deadline_key, q.registered_key AS registered_key,
    q.newest_key AS newest_key, coalesce(o.raw, c.raw) AS raw, o.standing AS standing";
pub(super) const JOIN: &str =
    "LEFT JOIN overlay AS o ON o.id = q.id LEFT JOIN confirmed AS c ON c.id = q.id";

/// Conditions with their values, which are always bound and never pasted.
struct Query {
    clauses: Vec<String>,
    values: Vec<Value>,
}

impl Query {
    fn new(filter: &Filter, places: &Places) -> Self {
        let mut query = Self {
            clauses: Vec::new(),
            values: Vec::new(),
        };
        match filter.scope {
            Scope::All => {}
            Scope::Open => query.clause("q.open = 1", []),
            Scope::Closed => query.clause("q.open = 0", []),
        }
        if let Some(rank) = filter.rank {
            let severity = Value::Integer(rank.severity().into());
            query.clause("q.severity = ?", [severity]);
        }
        if let Some(area) = filter.area {
            let from = Value::Text(area.as_str().to_owned());
            let below = Value::Text(area.prefix_upper_bound());
            query.clause("q.area >= ? AND q.area < ?", [from, below]);
        }
        for word in search::words(&filter.text) {
            query.word(word, places);
        }
        query
    }

    /// A word in the incident's own text, or in the name of an area around it.
    fn word(&mut self, word: String, places: &Places) {
        let mut clause = String::from("(instr(q.search, ?) > 0");
        let around: Vec<_> = places
            .iter()
            .filter(|(_, name)| search::fold(name).contains(&word))
            .map(|(area, _)| *area)
            .take(AREAS_OF_WORD_MAX)
            .collect();
        let mut values = vec![Value::Text(word)];
        for area in around {
            clause.push_str(" OR (q.area >= ? AND q.area < ?)");
            values.push(Value::Text(area.as_str().to_owned()));
            values.push(Value::Text(area.prefix_upper_bound()));
        }
        clause.push(')');
        self.clause(&clause, values);
    }

    fn clause(&mut self, clause: &str, values: impl IntoIterator<Item = Value>) {
        self.clauses.push(clause.to_owned());
        self.values.extend(values);
    }

    fn wheres(&self) -> String {
        if self.clauses.is_empty() {
            return String::new();
        }
        format!("WHERE {}", self.clauses.join(" AND "))
    }

    fn run(&self, replica: &Connection, sql: &str, sort: Sort) -> Result<Found, StoreError> {
        let mut statement = replica.prepare_cached(sql)?;
        let mut found = statement.query(params_from_iter(&self.values))?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            if let Some(queue_row) = queue_row(row)? {
                rows.push((row_key(row, sort)?, queue_row));
            }
        }
        Ok(rows)
    }
}

fn more(some: bool) -> More {
    if some { More::Something } else { More::Nothing }
}

fn turned(way: Way) -> Way {
    match way {
        Way::On => Way::Back,
        Way::Back => Way::On,
    }
}

/// The columns of a sort's index after `open`; all ascend, and the id decides
/// ties.
fn columns(sort: Sort) -> &'static [&'static str] {
    match sort {
        Sort::Rank => &["q.rank_key", "q.deadline_key", "q.registered_key", "q.id"],
        Sort::Deadline => &["q.deadline_key", "q.id"],
        Sort::Newest => &["q.newest_key", "q.id"],
        Sort::Area => &[
            "q.area",
            "q.rank_key",
            "q.deadline_key",
            "q.registered_key",
            "q.id",
        ],
    }
}

fn index(sort: Sort, scope: Scope) -> &'static str {
    match (scope, sort) {
        (Scope::Open | Scope::Closed, Sort::Rank) => "queue_some_rank",
        (Scope::Open | Scope::Closed, Sort::Deadline) => "queue_some_deadline",
        (Scope::Open | Scope::Closed, Sort::Newest) => "queue_some_newest",
        (Scope::Open | Scope::Closed, Sort::Area) => "queue_some_area",
        (Scope::All, Sort::Rank) => "queue_all_rank",
        (Scope::All, Sort::Deadline) => "queue_all_deadline",
        (Scope::All, Sort::Newest) => "queue_all_newest",
        (Scope::All, Sort::Area) => "queue_all_area",
    }
}

fn key_values(sort: Sort, key: &RowKey) -> Vec<Value> {
    let [first, second, third] = key.parts.map(Value::Integer);
    let id = Value::Blob(rows::key(key.id).to_vec());
    match sort {
        Sort::Rank => vec![first, second, third, id],
        Sort::Deadline | Sort::Newest => vec![first, id],
        Sort::Area => vec![Value::Text(key.area.clone()), first, second, third, id],
    }
}

fn row_key(row: &Row<'_>, sort: Sort) -> Result<RowKey, StoreError> {
    let id: Key = row.get("id")?;
    let parts = match sort {
        Sort::Rank | Sort::Area => [
            row.get("rank_key")?,
            row.get("deadline_key")?,
            row.get("registered_key")?,
        ],
        Sort::Deadline => [row.get("deadline_key")?, 0, 0],
        Sort::Newest => [row.get("newest_key")?, 0, 0],
    };
    let area = match sort {
        Sort::Area => row.get("area")?,
        Sort::Rank | Sort::Deadline | Sort::Newest => String::new(),
    };
    Ok(RowKey {
        parts,
        area,
        id: record_id(id),
    })
}

/// A row that is in the queue has an incident in one of the layers; a row
/// without one would be a fault of the projection and is left out.
pub(super) fn queue_row(row: &Row<'_>) -> Result<Option<QueueRow>, StoreError> {
    let (Some(raw), standing) = rows::shown_row(row)? else {
        return Ok(None);
    };
    let record = rows::parse(&raw)?;
    let Body::Incident(incident) = record.body else {
        return Ok(None);
    };
    Ok(Some(QueueRow {
        id: record.id,
        area: record.area,
        incident: *incident,
        pending: rows::pending(standing),
    }))
}

/// The counts, from the counters and the small outbox.
pub(super) fn counts(dbs: &Dbs) -> Result<Counts, StoreError> {
    let mut counts = Counts::default();
    let mut statement = dbs
        .replica
        .prepare_cached("SELECT what, value FROM counter")?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let what = usize::try_from(row.get::<_, i64>(0)?).unwrap_or(usize::MAX);
        let value = from_sql(row.get(1)?);
        match what {
            0 => counts.incidents = value,
            1..=4 => counts.open_by_severity[what - 1] = value,
            what if what == usize::from(CONFLICTS_COUNTER) => counts.conflicts = value,
            5..=8 => counts.unacknowledged_by_severity[what - 5] = value,
            _ => {}
        }
    }
    let (outbox, refused) = super::outbox::counts(&dbs.outbox)?;
    counts.outbox = outbox;
    counts.refused = refused;
    Ok(counts)
}

/// Incidents that are put off at `now`; at most a page of them.
pub(super) fn suppressed(
    replica: &Connection,
    now: Timestamp,
) -> Result<Vec<QueueRow>, StoreError> {
    let sql = format!(
        "{SELECT} FROM queue AS q INDEXED BY queue_snoozed {JOIN}
         WHERE q.snoozed_until > ?1 ORDER BY q.snoozed_until LIMIT {PAGE_ROWS_MAX}"
    );
    let mut statement = replica.prepare_cached(&sql)?;
    let mut found = statement.query([now.as_millis()])?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        rows.extend(queue_row(row)?);
    }
    Ok(rows)
}
