//! Units and people for pickers, and incidents by what people call them.

use rusqlite::{Connection, OptionalExtension, params_from_iter, types::Value};

use super::error::StoreError;
use super::find::sought;
use super::rows::{self, Key, key, record_id};
use super::view::Pick;
use crate::domain::area::AreaCode;
use crate::domain::ids::{PersonId, RecordId, UnitId};
use crate::domain::incident::Incident;
use crate::domain::incident::number::IncidentNumber;
use crate::domain::record::Body;
use crate::domain::unit::{Directory, PersonRef, UnitRef};

/// The most lines that a picker is given.
pub const PICKS_MAX: usize = 200;
/// The most incidents that one tag may name here.
pub const FOUND_MAX: usize = 20;

/// What is picked from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Picked {
    Unit,
    Person,
}

/// Lines whose words fit, by area and name.
pub(super) fn pick(
    replica: &Connection,
    what: Picked,
    text: &str,
    area: Option<AreaCode>,
    limit: usize,
) -> Result<Vec<Pick>, StoreError> {
    let kind = match what {
        Picked::Unit => "unit",
        Picked::Person => "person",
    };
    let mut sql = String::from(
        "SELECT c.raw, coalesce(u.name, '') FROM lookup AS l INDEXED BY lookup_kind
         JOIN confirmed AS c ON c.id = l.id LEFT JOIN lookup AS u ON u.id = l.unit
         WHERE l.kind = ?",
    );
    let mut values = vec![Value::Text(kind.to_owned())];
    if let Some(area) = area {
        sql.push_str(" AND l.area >= ? AND l.area < ?");
        values.push(Value::Text(area.as_str().to_owned()));
        values.push(Value::Text(area.prefix_upper_bound()));
    }
    for word in sought::words(text) {
        sql.push_str(" AND (instr(l.search, ?) > 0 OR instr(coalesce(u.search, ''), ?) > 0)");
        values.push(Value::Text(word.clone()));
        values.push(Value::Text(word));
    }
    sql.push_str(" ORDER BY l.area, l.name, l.id LIMIT ?");
    let limit = i64::try_from(limit.min(PICKS_MAX)).unwrap_or(i64::MAX);
    values.push(Value::Integer(limit));
    let mut statement = replica.prepare_cached(&sql)?;
    let mut found = statement.query(params_from_iter(values))?;
    let mut picks = Vec::new();
    while let Some(row) = found.next()? {
        let raw: String = row.get(0)?;
        picks.push(Pick {
            record: rows::parse(&raw)?,
            unit_name: row.get(1)?,
        });
    }
    Ok(picks)
}

/// Incidents of that number, tag or id, and those of the same matter: the
/// number of a case that was folded into another one leads to both.
pub(super) fn find_incident(replica: &Connection, text: &str) -> Result<Vec<RecordId>, StoreError> {
    let mut found = named(replica, text)?;
    for at in 0..found.len() {
        let shown = rows::shown(replica, found[at])?;
        let incident = shown.as_ref().and_then(|shown| shown.record.incident());
        for case in incident.into_iter().flat_map(Incident::same_matter) {
            let here = rows::shown(replica, case.id)?.is_some();
            if here && !found.contains(&case.id) && found.len() < FOUND_MAX {
                found.push(case.id);
            }
        }
    }
    Ok(found)
}

fn named(replica: &Connection, text: &str) -> Result<Vec<RecordId>, StoreError> {
    let text = sought::fold(text.trim());
    if let Ok(id) = text.parse::<RecordId>() {
        return ids(replica, "SELECT id FROM queue WHERE id = ?1", &key(id)[..]);
    }
    if let Ok(number) = text.parse::<IncidentNumber>() {
        let sql = "SELECT id FROM queue WHERE number = ?1 ORDER BY id LIMIT 20";
        return ids(replica, sql, number.to_string());
    }
    let tag = sought::tag(&text).unwrap_or(&text).to_ascii_uppercase();
    let sql = "SELECT id FROM queue WHERE tag = ?1 ORDER BY id LIMIT 20";
    ids(replica, sql, tag)
}

fn ids(
    replica: &Connection,
    sql: &str,
    value: impl rusqlite::ToSql,
) -> Result<Vec<RecordId>, StoreError> {
    let mut statement = replica.prepare_cached(sql)?;
    let found = statement.query_map([value], |row| row.get::<_, Key>(0))?;
    let mut ids = Vec::new();
    for id in found.take(FOUND_MAX) {
        ids.push(record_id(id?));
    }
    Ok(ids)
}

/// Who is who, by the confirmed records.
pub(super) struct Known<'a>(pub(super) &'a Connection);

impl Known<'_> {
    /// A failure of the file means "not known here": `apply` then refuses,
    /// and nothing is written.
    fn body(&self, id: RecordId) -> Option<(AreaCode, Body)> {
        let raw: Option<String> = self
            .0
            .prepare_cached("SELECT raw FROM confirmed WHERE id = ?1")
            .and_then(|mut statement| statement.query_row([key(id)], |row| row.get(0)).optional())
            .unwrap_or_else(|error| {
                tracing::warn!(%error, "a unit or person could not be looked up");
                None
            });
        let record = rows::parse(&raw?).ok()?;
        Some((record.area, record.body))
    }
}

impl Directory for Known<'_> {
    fn unit(&self, id: UnitId) -> Option<UnitRef> {
        match self.body(id.into())? {
            (area, Body::Unit(unit)) => Some(UnitRef {
                id,
                name: unit.name,
                area,
            }),
            _ => None,
        }
    }

    fn parent(&self, id: UnitId) -> Option<UnitId> {
        match self.body(id.into())? {
            (_, Body::Unit(unit)) => unit.parent,
            _ => None,
        }
    }

    fn person(&self, id: PersonId) -> Option<(PersonRef, UnitId)> {
        match self.body(id.into())? {
            (_, Body::Person(person)) => Some((
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
