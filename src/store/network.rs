//! The mediation network as the board shows it: the tree of units, the people
//! of one, and who is nearest to a case. Everything by the rows of `lookup`.

use rusqlite::{Connection, params};

use super::error::StoreError;
use super::rows::{self, Key, key, record_id};
use super::view::{Branch, Near, Pick, Shown};
use crate::domain::area::AreaCode;
use crate::domain::codes::Category;
use crate::domain::ids::RecordId;
use crate::domain::network::nearest::{Contact, nearest};
use crate::domain::record::Body;
use crate::domain::time::Timestamp;
use crate::domain::unit::UnitKind;

/// The most units under one that are listed.
pub const BRANCHES_MAX: usize = 1_000;
/// The most people of one unit that are listed.
pub const CONTACTS_MAX: usize = 500;
/// The most people around a case that are looked at.
const AROUND_ROWS_MAX: i64 = 3_000;
/// The most that are listed as near.
pub const NEAREST_MAX: usize = 200;
/// Levels of units, in case somebody has made a circle of them.
const LEVELS_MAX: usize = 12;

/// In which order units stand under one: the levels of the tree first.
const fn order(kind: UnitKind) -> u8 {
    match kind {
        UnitKind::GovernanceCenter | UnitKind::TownOffice => 0,
        UnitKind::VillageCommittee => 1,
        UnitKind::Group => 2,
        UnitKind::TenHouseholdGroup => 3,
        UnitKind::MediationCommittee => 4,
        UnitKind::Tribunal => 5,
        UnitKind::LawFirm => 6,
        UnitKind::PoliceStation => 7,
        UnitKind::PatrolTeam => 8,
        UnitKind::Department => 9,
    }
}

/// The units under one; without it those at the top.
pub(super) fn branches(
    replica: &Connection,
    under: Option<RecordId>,
) -> Result<Vec<Branch>, StoreError> {
    let limit = i64::try_from(BRANCHES_MAX).unwrap_or(i64::MAX);
    let ids = if let Some(unit) = under {
        let mut statement = replica
            .prepare_cached("SELECT id FROM lookup WHERE parent = ?1 AND kind = 'unit' LIMIT ?2")?;
        let ids = statement.query_map(params![key(unit), limit], |row| row.get(0))?;
        ids.collect::<Result<Vec<Key>, _>>()?
    } else {
        let mut statement = replica.prepare_cached(
            "SELECT id FROM lookup AS l WHERE kind = 'unit' AND (parent IS NULL
               OR NOT EXISTS (SELECT 1 FROM lookup AS above WHERE above.id = l.parent))
             LIMIT ?1",
        )?;
        let ids = statement.query_map([limit], |row| row.get(0))?;
        ids.collect::<Result<Vec<Key>, _>>()?
    };
    let mut branches = Vec::with_capacity(ids.len());
    for id in ids {
        branches.extend(branch(replica, record_id(id))?);
    }
    branches.sort_by(|one, other| {
        let by = |branch: &Branch| (order(branch.unit.kind), branch.area);
        by(one)
            .cmp(&by(other))
            .then_with(|| one.unit.name.cmp(&other.unit.name))
    });
    Ok(branches)
}

fn branch(replica: &Connection, id: RecordId) -> Result<Option<Branch>, StoreError> {
    let Some(shown) = rows::shown(replica, id)? else {
        return Ok(None);
    };
    let Body::Unit(unit) = shown.record.body else {
        return Ok(None);
    };
    let count = |kind: &str| -> Result<u32, StoreError> {
        Ok(replica
            .prepare_cached("SELECT count(*) FROM lookup WHERE parent = ?1 AND kind = ?2")?
            .query_row(params![key(id), kind], |row| row.get(0))?)
    };
    Ok(Some(Branch {
        id,
        area: shown.record.area,
        unit: *unit,
        units: count("unit")?,
        people: count("person")?,
    }))
}

/// The units above one, the highest first, and itself.
pub(super) fn way(replica: &Connection, unit: RecordId) -> Result<Vec<RecordId>, StoreError> {
    let mut way = Vec::new();
    let mut at = Some(unit);
    while let Some(id) = at {
        let Some(Body::Unit(unit)) = rows::shown(replica, id)?.map(|shown| shown.record.body)
        else {
            break;
        };
        if way.contains(&id) || way.len() == LEVELS_MAX {
            break;
        }
        way.push(id);
        at = unit.parent.map(RecordId::from);
    }
    way.reverse();
    Ok(way)
}

/// The unit that answers for an area: the one of the tree that lies there.
pub(super) fn unit_at(
    replica: &Connection,
    area: AreaCode,
) -> Result<Option<RecordId>, StoreError> {
    let mut statement = replica.prepare_cached(
        "SELECT id FROM lookup INDEXED BY lookup_kind WHERE kind = 'unit' AND area = ?1",
    )?;
    let ids = statement.query_map([area.as_str()], |row| row.get::<_, Key>(0))?;
    let mut best: Option<(u8, RecordId)> = None;
    for id in ids {
        if let Some(branch) = branch(replica, record_id(id?))? {
            let rank = order(branch.unit.kind);
            if best.is_none_or(|(have, _)| rank < have) {
                best = Some((rank, branch.id));
            }
        }
    }
    Ok(best.map(|(_, id)| id))
}

/// The people of a unit, by name.
pub(super) fn contacts(replica: &Connection, unit: RecordId) -> Result<Vec<Shown>, StoreError> {
    let mut statement = replica.prepare_cached(
        "SELECT id FROM lookup WHERE parent = ?1 AND kind = 'person' ORDER BY name, id LIMIT ?2",
    )?;
    let limit = i64::try_from(CONTACTS_MAX).unwrap_or(i64::MAX);
    let ids = statement.query_map(params![key(unit), limit], |row| row.get::<_, Key>(0))?;
    let mut people = Vec::new();
    for id in ids {
        people.extend(rows::shown(replica, record_id(id?))?);
    }
    Ok(people)
}

/// A place in the list of all people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonMark {
    area: String,
    name: String,
    id: RecordId,
}

/// People within an area, or all that the officer sees, by area and name, from
/// behind a place on; with the place of the last one.
pub(super) fn people_page(
    replica: &Connection,
    within: Option<AreaCode>,
    after: Option<&PersonMark>,
    most: usize,
) -> Result<(Vec<Pick>, Option<PersonMark>), StoreError> {
    let from = within.map_or_else(String::new, |area| area.as_str().to_owned());
    let upto = within.map_or_else(|| ":".to_owned(), AreaCode::prefix_upper_bound);
    let start = after.cloned().unwrap_or(PersonMark {
        area: from,
        name: String::new(),
        id: RecordId::new(uuid::Uuid::nil()),
    });
    let mut statement = replica.prepare_cached(
        "SELECT id, area, name FROM lookup INDEXED BY lookup_kind
         WHERE kind = 'person' AND area < ?1 AND (area, name, id) > (?2, ?3, ?4)
         ORDER BY area, name, id LIMIT ?5",
    )?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let found = statement.query_map(
        params![upto, start.area, start.name, key(start.id), most],
        |row| {
            Ok(PersonMark {
                id: record_id(row.get::<_, Key>(0)?),
                area: row.get(1)?,
                name: row.get(2)?,
            })
        },
    )?;
    let mut people = Vec::new();
    let mut last = None;
    for mark in found {
        let mark = mark?;
        if let Some(shown) = rows::shown(replica, mark.id)?
            && let Body::Person(person) = &shown.record.body
        {
            people.push(Pick {
                unit_name: unit_name(replica, person.unit.into())?,
                record: shown.record,
            });
        }
        last = Some(mark);
    }
    Ok((people, last))
}

fn unit_name(replica: &Connection, unit: RecordId) -> Result<String, StoreError> {
    let unit = rows::shown(replica, unit)?;
    Ok(match unit.map(|unit| unit.record.body) {
        Some(Body::Unit(unit)) => unit.name,
        _ => String::new(),
    })
}

/// Who is nearest to a case of this category in this area, now.
pub(super) fn near(
    replica: &Connection,
    area: AreaCode,
    category: Option<Category>,
    now: Timestamp,
) -> Result<Vec<Near>, StoreError> {
    let mut people: Vec<Shown> = Vec::new();
    let mut at = Some(area);
    while let Some(here) = at {
        // What lies around the case, and what lies within its area.
        let upto = if here == area {
            area.prefix_upper_bound()
        } else {
            format!("{}\u{0}", here.as_str())
        };
        let mut statement = replica.prepare_cached(
            "SELECT id FROM lookup INDEXED BY lookup_kind
             WHERE kind = 'person' AND area >= ?1 AND area < ?2 LIMIT ?3",
        )?;
        let found = statement.query_map(params![here.as_str(), upto, AROUND_ROWS_MAX], |row| {
            row.get::<_, Key>(0)
        })?;
        for id in found {
            people.extend(rows::shown(replica, record_id(id?))?);
        }
        at = here.parent();
    }
    let contacts: Vec<Contact<'_>> = people
        .iter()
        .filter_map(|shown| match &shown.record.body {
            Body::Person(person) => Some(Contact {
                id: shown.record.id.into(),
                area: shown.record.area,
                person,
            }),
            _ => None,
        })
        .collect();
    let mut all = Vec::new();
    for (contact, nearness) in nearest(&contacts, area, category, now)
        .into_iter()
        .take(NEAREST_MAX)
    {
        let id = RecordId::from(contact.id);
        let Some(shown) = people.iter().find(|shown| shown.record.id == id) else {
            continue;
        };
        all.push(Near {
            pick: Pick {
                record: shown.record.clone(),
                unit_name: unit_name(replica, contact.person.unit.into())?,
            },
            pending: shown.pending,
            nearness,
        });
    }
    Ok(all)
}
