//! The roster as it now looks: posts, and the lines of some months, with what
//! waits on top.
//!
//! Lines are found by the month in their document, through an index over that
//! expression, so that they need no rows of their own: what is stored is what
//! is found. Years of past months cost nothing.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};

use super::Store;
use super::error::{StoreError, SubmitError};
use super::rows;
use super::submit::{self, NewAct, Submitted};
use super::ticket::Ticket;
use super::view::Pending;
use crate::domain::area::AreaCode;
use crate::domain::ids::{PersonId, RecordId};
use crate::domain::record::{Body, Rev};
use crate::domain::roster::month::Month;
use crate::domain::roster::{Post, Rota, Shift};
use crate::domain::time::Date;
use crate::domain::unit::{Person, PersonKind};

/// The most months that one question may be about.
pub const MONTHS_MAX: usize = 6;
/// The most posts of a roster that are read.
pub const POSTS_MAX: usize = 5_000;
/// The most lines of a roster that are read.
pub const ROTAS_MAX: usize = 20_000;
/// The most people that may be asked to stand on a post.
pub const ABLE_MAX: usize = 20_000;

/// Something of a roster as it now looks.
#[derive(Clone, Debug, PartialEq)]
pub struct Held<T> {
    /// Which record.
    pub id: RecordId,
    /// Where it belongs.
    pub area: AreaCode,
    /// Its revision.
    pub rev: Rev,
    /// What it says.
    pub doc: T,
    /// Whether something of it waits for the service.
    pub pending: Pending,
}

/// A roster.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roster {
    /// Every post that the officer sees, by area and name.
    pub posts: Vec<Held<Post>>,
    /// The lines of the months that were asked for.
    pub rotas: Vec<Held<Rota>>,
    /// The telephones of those people, whole.
    pub phones: BTreeMap<PersonId, String>,
}

/// Which shifts of the lines are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shifts {
    /// Every one of the months.
    All,
    /// Those that are not over before the first day and start no later than the
    /// last one: a board that shows a fortnight need not hold two months.
    Around(Date, Date),
}

impl Shifts {
    fn has(self, shift: &Shift) -> bool {
        match self {
            Self::All => true,
            Self::Around(first, last) => shift.ends.date() >= first && shift.date <= last,
        }
    }
}

/// Somebody who may be asked to stand on a post.
#[derive(Clone, Debug, PartialEq)]
pub struct AblePerson {
    /// Which.
    pub id: PersonId,
    /// Where the person belongs.
    pub area: AreaCode,
    /// Who it is.
    pub person: Person,
}

impl Store {
    /// Takes several acts that belong together, such as a month's roster: all or
    /// none, in one transaction. See [`Store::submit`].
    pub fn submit_all(&self, acts: Vec<NewAct>) -> Ticket<Vec<Submitted>, SubmitError> {
        self.inner
            .exec
            .write(move |writer| submit::submit_all(writer, &acts))
    }

    /// The roster of these months, with those of their shifts that are wanted.
    pub fn roster(&self, months: &[Month], shifts: Shifts) -> Ticket<Roster> {
        let months: BTreeSet<Month> = months.iter().copied().take(MONTHS_MAX).collect();
        self.inner
            .exec
            .read(move |reader| roster(&reader.dbs.replica, &months, shifts))
    }

    /// The auxiliary officers whom the officer sees, by area and name.
    pub fn able(&self) -> Ticket<Vec<AblePerson>> {
        self.inner
            .exec
            .read(move |reader| able(&reader.dbs.replica))
    }
}

fn roster(
    replica: &Connection,
    months: &BTreeSet<Month>,
    shifts: Shifts,
) -> Result<Roster, StoreError> {
    let mut roster = read(replica, months, shifts)?;
    for line in &roster.rotas {
        let person = line.doc.person.id;
        if roster.phones.contains_key(&person) {
            continue;
        }
        let phone = match rows::shown(replica, person.into())?.map(|shown| shown.record.body) {
            Some(Body::Person(person)) => person.phone,
            Some(_) | None => String::new(),
        };
        roster.phones.insert(person, phone);
    }
    Ok(roster)
}

/// Posts and lines, without anybody's number.
pub(super) fn read(
    replica: &Connection,
    months: &BTreeSet<Month>,
    shifts: Shifts,
) -> Result<Roster, StoreError> {
    let mut roster = Roster::default();
    posts(replica, &mut roster.posts)?;
    roster.posts.sort_by(|one, other| {
        (one.area, &one.doc.name, one.id).cmp(&(other.area, &other.doc.name, other.id))
    });
    for month in months {
        lines(replica, *month, shifts, &mut roster.rotas)?;
    }
    Ok(roster)
}

/// A record that its document was taken out of.
struct Rest {
    id: RecordId,
    area: AreaCode,
    rev: Rev,
    pending: Pending,
}

impl Rest {
    fn with<T>(self, doc: T) -> Held<T> {
        Held {
            id: self.id,
            area: self.area,
            rev: self.rev,
            doc,
            pending: self.pending,
        }
    }
}

/// All posts, as they look.
fn posts(replica: &Connection, into: &mut Vec<Held<Post>>) -> Result<(), StoreError> {
    let most = i64::try_from(POSTS_MAX).unwrap_or(i64::MAX);
    let mut take = |body, rest: Rest| {
        if let Body::Post(post) = body {
            into.push(rest.with(*post));
        }
    };
    let mut statement = replica.prepare_cached(
        "SELECT coalesce(o.raw, c.raw) AS raw, o.standing AS standing
         FROM confirmed AS c INDEXED BY confirmed_kind LEFT JOIN overlay AS o ON o.id = c.id
         WHERE c.kind = 'post' LIMIT ?1",
    )?;
    each(&mut statement.query([most])?, &mut take)?;
    only_waiting(replica, "post", &mut take)
}

/// The lines of a month, as they look.
fn lines(
    replica: &Connection,
    month: Month,
    shifts: Shifts,
    into: &mut Vec<Held<Rota>>,
) -> Result<(), StoreError> {
    let most = i64::try_from(ROTAS_MAX).unwrap_or(i64::MAX);
    let mut take = |body, rest: Rest| {
        if let Body::Rota(mut rota) = body
            && rota.month == month
        {
            rota.shifts.retain(|shift| shifts.has(shift));
            rota.shifts.shrink_to_fit();
            into.push(rest.with(*rota));
        }
    };
    let mut statement = replica.prepare_cached(
        "SELECT coalesce(o.raw, c.raw) AS raw, o.standing AS standing
         FROM confirmed AS c INDEXED BY confirmed_rota_month
         LEFT JOIN overlay AS o ON o.id = c.id
         WHERE c.kind = 'rota' AND json_extract(c.raw, '$.doc.month') = ?1 LIMIT ?2",
    )?;
    let mut found = statement.query(params![month.to_string(), most])?;
    each(&mut found, &mut take)?;
    only_waiting(replica, "rota", &mut take)
}

/// Records of a kind that the service has not confirmed to this copy.
fn only_waiting(
    replica: &Connection,
    kind: &str,
    take: &mut impl FnMut(Body, Rest),
) -> Result<(), StoreError> {
    let mut statement = replica.prepare_cached(
        "SELECT o.raw AS raw, o.standing AS standing FROM overlay AS o
         WHERE o.kind = ?1 AND o.raw IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM confirmed AS c WHERE c.id = o.id)",
    )?;
    each(&mut statement.query([kind])?, take)
}

/// One after the other: all of them at once would be held twice.
fn each(
    found: &mut rusqlite::Rows<'_>,
    take: &mut impl FnMut(Body, Rest),
) -> Result<(), StoreError> {
    while let Some(row) = found.next()? {
        let (raw, standing) = rows::shown_row(row)?;
        if let Some(raw) = raw {
            let record = rows::parse(&raw)?;
            let rest = Rest {
                id: record.id,
                area: record.area,
                rev: record.rev,
                pending: rows::pending(standing),
            };
            take(record.body, rest);
        }
    }
    Ok(())
}

fn able(replica: &Connection) -> Result<Vec<AblePerson>, StoreError> {
    let most = i64::try_from(ABLE_MAX).unwrap_or(i64::MAX);
    let mut statement = replica.prepare_cached(
        "SELECT c.id FROM confirmed AS c INDEXED BY confirmed_aux
         JOIN lookup AS l ON l.id = c.id
         WHERE c.kind = 'person' AND json_extract(c.raw, '$.doc.kind') = 'aux-police'
         ORDER BY l.area, l.name, l.id LIMIT ?1",
    )?;
    let ids: Vec<rows::Key> = statement
        .query_map([most], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut people = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(shown) = rows::shown(replica, rows::record_id(id))? else {
            continue;
        };
        if let Body::Person(person) = shown.record.body
            && person.kind == PersonKind::AuxPolice
        {
            people.push(AblePerson {
                id: shown.record.id.into(),
                area: shown.record.area,
                person: *person,
            });
        }
    }
    Ok(people)
}
