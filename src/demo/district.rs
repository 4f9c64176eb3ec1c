//! The whole demonstration: base records at once, histories one by one.

use std::collections::BTreeMap;

use super::cast::Cast;
use super::crowd;
use super::history::{HistoryError, Stage};
use super::ids::{self, ENTERED_AT};
use super::network::Network;
use super::places::Places;
use super::plan::{self, Shape};
use super::rng::{Part, Rng};
use super::roster;
use crate::domain::area::AreaCode;
use crate::domain::command::Change;
use crate::domain::extra::Extra;
use crate::domain::ids::{DeviceId, RecordId, UnitId};
use crate::domain::incident::number::IncidentNumber;
use crate::domain::place::Place;
use crate::domain::policy::Policy;
use crate::domain::record::{Body, Record, Rev};
use crate::domain::time::{Date, Timestamp};

/// The field of the policy that makes every screen say what it is.
pub const MARKER: &str = "demonstration";

/// Closed incidents stay on the demonstration's desks, so that they can be
/// looked at: about ten years.
const KEEP_CLOSED_DAYS: u32 = 4_000;

/// How much of each history is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Every change.
    Whole,
    /// Only the last one, with the record as it stands: for load tests, where
    /// a million whole histories would take hours to store.
    Latest,
}

/// A district that nobody lives in.
#[derive(Clone, Debug)]
pub struct District {
    /// Seed, size and day.
    pub shape: Shape,
    /// Towns and villages.
    pub places: Places,
    /// Units and people.
    pub network: Network,
    /// Who acts.
    pub cast: Cast,
    /// The rules, with the marker that says that this is a demonstration.
    pub policy: Policy,
    /// The district's centre.
    pub centre: UnitId,
    /// The desk through which the past acts came in.
    pub device: DeviceId,
}

/// The policy that ships, marked as a demonstration's.
#[must_use]
pub fn policy() -> Policy {
    let mut policy = Policy::shipped();
    policy.keep_closed_days = KEEP_CLOSED_DAYS;
    policy
        .extra
        .insert(MARKER.to_owned(), serde_json::Value::Bool(true));
    policy
}

impl District {
    /// The district of that shape, around the centre that the service knows.
    #[must_use]
    pub fn made(shape: Shape, centre: UnitId) -> Self {
        let places = Places::made(shape.seed);
        let network = Network::made(shape.seed, &places, centre);
        let cast = Cast::made(shape.seed, &places, &network);
        let mut rng = Rng::stream(shape.seed, Part::Officers, 1);
        Self {
            shape,
            places,
            network,
            cast,
            policy: policy(),
            centre,
            device: DeviceId::new(ids::next(&mut rng, ENTERED_AT)),
        }
    }

    /// The records that everything else rests on, in the order in which they
    /// are stored: places, units, people, posts and their rosters. The district's own first records
    /// (policy, name, centre) are made by whoever sets the service up.
    #[must_use]
    pub fn base(&self) -> Vec<Record> {
        let mut rng = Rng::stream(self.shape.seed, Part::Places, 1);
        let mut record = |area: AreaCode, body: Body| Record {
            id: RecordId::new(ids::next(&mut rng, ENTERED_AT)),
            area,
            rev: Rev::NONE.next(),
            parent: None,
            body,
            sealed: None,
        };
        let mut records = Vec::new();
        let towns = self.places.towns.iter().map(|town| &town.own);
        for named in towns.chain(self.places.villages()) {
            let place = Place {
                name: named.name.clone(),
                extra: Extra::new(),
            };
            records.push(record(named.area, Body::Place(Box::new(place))));
        }
        let others = self.network.units.iter();
        records.extend(others.filter(|unit| unit.id != self.centre.into()).cloned());
        records.extend(self.network.people.iter().cloned());
        records.extend(crowd::records(
            self.shape.seed,
            &self.places,
            &self.network,
            self.shape.people,
        ));
        records.extend(roster::records(
            self.shape.seed,
            &self.places,
            &self.network,
            &self.policy.roster,
            self.shape.now,
        ));
        records
    }

    /// The histories of all incidents, in the order of their registration; the
    /// changes of each belong together.
    #[must_use]
    pub fn histories(&self, detail: Detail) -> Histories<'_> {
        let mut order: Vec<(Timestamp, u32)> = (0..self.shape.incidents)
            .filter_map(|index| {
                let plan = plan::plan(self.shape, &self.places, index);
                plan.steps.first().map(|(_, at)| (*at, index))
            })
            .collect();
        order.sort_unstable();
        Histories {
            district: self,
            detail,
            order: order.into_iter(),
            serials: BTreeMap::new(),
            day: None,
        }
    }
}

/// See [`District::histories`].
pub struct Histories<'a> {
    district: &'a District,
    detail: Detail,
    order: std::vec::IntoIter<(Timestamp, u32)>,
    serials: BTreeMap<AreaCode, u32>,
    day: Option<Date>,
}

impl Histories<'_> {
    /// Serials count from 1 in each town on each day; the order of
    /// registration never goes back to an earlier day.
    fn number(&mut self, area: AreaCode, at: Timestamp) -> IncidentNumber {
        let day = at.date();
        if self.day != Some(day) {
            self.day = Some(day);
            self.serials.clear();
        }
        let town = area.town().unwrap_or(area);
        let serial = self.serials.entry(town).or_default();
        *serial += 1;
        IncidentNumber {
            area: town,
            day,
            serial: *serial,
        }
    }
}

impl Iterator for Histories<'_> {
    type Item = Result<Vec<Change>, HistoryError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (at, index) = self.order.next()?;
        let district = self.district;
        let plan = plan::plan(district.shape, &district.places, index);
        let number = self.number(plan.area, at);
        let stage = Stage {
            seed: district.shape.seed,
            network: &district.network,
            cast: &district.cast,
            policy: &district.policy,
            device: district.device,
        };
        let played = stage.play(&plan, number);
        Some(match self.detail {
            Detail::Whole => played,
            Detail::Latest => played.map(|mut changes| {
                let last = changes.pop();
                changes.clear();
                changes.extend(last);
                changes
            }),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.order.size_hint()
    }
}

#[cfg(test)]
mod tests;
