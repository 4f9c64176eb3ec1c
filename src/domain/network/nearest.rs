//! Who is nearest to a case: 十户, 组, 村, 镇, 区, in this order, upwards from
//! where the case lies.
//!
//! The order is one of places, not of people: how near the area is that
//! somebody answers for, then whether they know such disputes, then whether
//! they can be rung now, then the name. Whoever answers for a neighbouring
//! village or town is not on the way up and is left out.

use super::availability::Reachable;
use crate::domain::area::{AreaCode, Level};
use crate::domain::codes::{Category, Tier};
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::domain::unit::Person;

/// Whom one may ask.
#[derive(Clone, Copy, Debug)]
pub struct Contact<'a> {
    /// Who.
    pub id: PersonId,
    /// The area that they answer for.
    pub area: AreaCode,
    /// What is known of them.
    pub person: &'a Person,
}

/// What the order is by, the nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Nearness {
    /// How far up one has to go.
    pub rung: Rung,
    /// Whether they know such disputes.
    pub skill: Skill,
    /// Whether they can be rung now.
    pub reachable: Reachable,
}

/// The steps of the way up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rung {
    /// 十户.
    TenHouseholds,
    /// 组, 网格.
    Group,
    /// 村, 社区.
    Village,
    /// 镇, 街道.
    Town,
    /// 区 and wider.
    District,
}

/// Whether somebody knows disputes of this category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Skill {
    /// It is one of their specialities.
    Own,
    /// They have no speciality, or others.
    General,
}

impl Rung {
    /// The rungs from the nearest to the farthest.
    pub const ALL: [Self; 5] = [
        Self::TenHouseholds,
        Self::Group,
        Self::Village,
        Self::Town,
        Self::District,
    ];

    /// The rung of somebody who works at this level.
    #[must_use]
    pub const fn of_tier(tier: Tier) -> Self {
        match tier {
            Tier::TenHouseholds => Self::TenHouseholds,
            Tier::Group | Tier::Grid => Self::Group,
            Tier::Village => Self::Village,
            Tier::Town => Self::Town,
            Tier::District | Tier::Prefecture | Tier::Province | Tier::Central => Self::District,
        }
    }

    /// The rung of an area, by its code alone.
    #[must_use]
    pub const fn of_level(level: Level) -> Self {
        Self::of_tier(Tier::of_level(level))
    }
}

/// Whether somebody with these specialities knows such a dispute.
#[must_use]
pub fn skill(specialities: &[Category], category: Option<Category>) -> Skill {
    let own = category.is_some_and(|wanted| {
        specialities
            .iter()
            .any(|known| known.contains(wanted) || wanted.contains(*known))
    });
    if own { Skill::Own } else { Skill::General }
}

/// How near somebody is to a case of this category in this area; none if they
/// are not on the way up.
#[must_use]
pub fn nearness(
    contact: &Contact<'_>,
    area: AreaCode,
    category: Option<Category>,
    now: Timestamp,
) -> Option<Nearness> {
    let above = contact.area.contains(area);
    // Within the case's own area nobody knows which household it is.
    if !above && !area.contains(contact.area) {
        return None;
    }
    let person = contact.person;
    let rung = person
        .tier
        .map_or(Rung::of_level(contact.area.level()), Rung::of_tier);
    Some(Nearness {
        rung,
        skill: skill(&person.specialities, category),
        reachable: person.availability.at(now),
    })
}

/// Everybody on the way up, the nearest first.
#[must_use]
pub fn nearest<'a>(
    contacts: &[Contact<'a>],
    area: AreaCode,
    category: Option<Category>,
    now: Timestamp,
) -> Vec<(Contact<'a>, Nearness)> {
    let mut on_the_way: Vec<(Contact<'a>, Nearness)> = contacts
        .iter()
        .filter(|contact| contact.person.kind.is_network())
        .filter_map(|contact| Some((*contact, nearness(contact, area, category, now)?)))
        .collect();
    on_the_way.sort_by(|(one, near), (other, far)| {
        near.cmp(far)
            .then_with(|| one.person.name.cmp(&other.person.name))
            .then_with(|| one.id.cmp(&other.id))
    });
    on_the_way
}
