//! The roster of the auxiliary officers: a post in every village, a patrol team
//! in every town, two checkpoints, and the shifts of this month and the next.
//!
//! Everybody goes round in six days: 夜, 休, then four days of standing by at
//! night, two of them with a day's work. On the day of rest a neighbour stands
//! by for the village too; now and then nobody was found, and that is a gap.

use std::collections::BTreeMap;

use super::ids::{self, ENTERED_AT};
use super::network::Network;
use super::places::{Places, Town};
use super::rng::{Part, Rng};
use crate::domain::area::AreaCode;
use crate::domain::extra::Extra;
use crate::domain::ids::{PersonId, RecordId};
use crate::domain::record::{Body, Record, Rev};
use crate::domain::roster::code::{Code, CodeHours};
use crate::domain::roster::month::Month;
use crate::domain::roster::{Layer, Need, Needs, Post, PostKind, Rota, Shift, rota_id};
use crate::domain::time::{Date, Timestamp};
use crate::domain::unit::{PersonKind, PersonRef};

/// Days of a round.
const ROUND: i32 = 6;
/// How often in a hundred nobody is found for a village's night.
const FORGOTTEN_PERCENT: u64 = 3;
/// Towns with a checkpoint on their main road.
const CHECKPOINT_TOWNS: [&str; 2] = ["420607102", "420607107"];

/// A village's own officer.
#[derive(Clone, Debug)]
struct Own {
    person: PersonRef,
    area: AreaCode,
    post: RecordId,
}

struct Making<'a> {
    ids: Rng,
    chance: Rng,
    hours: &'a CodeHours,
    records: Vec<Record>,
    /// The shifts of a post, person and month.
    lines: BTreeMap<(RecordId, PersonId, Month), (AreaCode, Rota)>,
}

/// Posts and lines, in the order in which they are stored.
#[must_use]
pub fn records(
    seed: u64,
    places: &Places,
    network: &Network,
    hours: &CodeHours,
    now: Timestamp,
) -> Vec<Record> {
    let mut making = Making {
        ids: Rng::stream(seed, Part::Roster, 0),
        chance: Rng::stream(seed, Part::Roster, 1),
        hours,
        records: Vec::new(),
        lines: BTreeMap::new(),
    };
    let mut officers: BTreeMap<AreaCode, Vec<PersonRef>> = BTreeMap::new();
    for record in &network.people {
        if let Body::Person(person) = &record.body
            && person.kind == PersonKind::AuxPolice
        {
            officers.entry(record.area).or_default().push(PersonRef {
                id: record.id.into(),
                name: person.name.clone(),
            });
        }
    }
    let first = Month::of(now.date());
    let days: Vec<Date> = [first, first.next()]
        .into_iter()
        .flat_map(|month| (1..=month.days()).filter_map(move |day| month.day(day)))
        .collect();
    for town in &places.towns {
        making.town(town, &officers, &days);
    }
    let Making {
        mut records, lines, ..
    } = making;
    for ((post, person, month), (area, mut rota)) in lines {
        rota.shifts.sort_by_key(|shift| (shift.starts, shift.code));
        records.push(record(
            rota_id(post, person, month),
            area,
            Body::Rota(Box::new(rota)),
        ));
    }
    records
}

fn record(id: RecordId, area: AreaCode, body: Body) -> Record {
    Record {
        id,
        area,
        rev: Rev::NONE.next(),
        parent: None,
        body,
        sealed: None,
    }
}

impl Making<'_> {
    fn town(&mut self, town: &Town, officers: &BTreeMap<AreaCode, Vec<PersonRef>>, days: &[Date]) {
        let mut own = Vec::new();
        let mut spare = Vec::new();
        for village in &town.villages {
            let needs = Needs {
                day: Need::Nobody,
                night: Need::Standby,
            };
            let post = self.post(village.area, &village.name, PostKind::Village, needs);
            let mut there = officers.get(&village.area).into_iter().flatten().cloned();
            own.extend(there.next().map(|person| Own {
                person,
                area: village.area,
                post,
            }));
            spare.extend(there);
        }
        for date in days {
            self.villages(&own, *date);
        }
        if own.is_empty() {
            return;
        }
        let area = town.own.area;
        let short = town
            .own
            .name
            .trim_end_matches("街道")
            .trim_end_matches('镇');
        let needs = Needs {
            day: Need::Nobody,
            night: Need::OnDuty,
        };
        let patrol = self.post(area, &format!("{short}巡逻队"), PostKind::Patrol, needs);
        self.patrol(patrol, area, &own, days);
        if CHECKPOINT_TOWNS.contains(&area.as_str()) {
            let needs = Needs {
                day: Need::OnDuty,
                night: Need::OnDuty,
            };
            let post = self.post(
                area,
                &format!("{short}治安卡点"),
                PostKind::Checkpoint,
                needs,
            );
            self.checkpoint(post, area, &own, days);
        }
        // The second officer of a village helps the patrol by night.
        for person in &spare {
            for date in days.iter().filter(|date| turn(0, **date) % 2 == 0) {
                self.shift(patrol, area, person, *date, Code::Night);
            }
        }
    }

    fn villages(&mut self, own: &[Own], date: Date) {
        for (at, officer) in own.iter().enumerate() {
            let codes: &[Code] = match turn(at, date) {
                0 => &[Code::Night],
                1 => &[Code::Rest],
                2 | 4 => &[Code::White, Code::Standby],
                _ => &[Code::Standby],
            };
            for code in codes {
                self.shift(officer.post, officer.area, &officer.person, date, *code);
            }
            if turn(at, date) == 1 && !self.chance.chance(FORGOTTEN_PERCENT) {
                // Whoever has nights of standing by around this one.
                let neighbour = &own[(at + 2) % own.len()];
                if neighbour.post != officer.post {
                    let person = neighbour.person.clone();
                    self.shift(officer.post, officer.area, &person, date, Code::Standby);
                }
            }
        }
    }

    /// Whoever has had a day's rest and stands by goes with the patrol.
    fn patrol(&mut self, post: RecordId, area: AreaCode, own: &[Own], days: &[Date]) {
        for date in days {
            let goes = (0..own.len()).find(|at| turn(*at, *date) == 3);
            if let Some(at) = goes
                && !self.chance.chance(FORGOTTEN_PERCENT)
            {
                let person = own[at].person.clone();
                self.shift(post, area, &person, *date, Code::Night);
            }
        }
    }

    /// By day and by night somebody else of the town.
    fn checkpoint(&mut self, post: RecordId, area: AreaCode, own: &[Own], days: &[Date]) {
        for date in days {
            for (wanted, code) in [(5, Code::White), (3, Code::Night)] {
                let mut able = (0..own.len()).filter(|at| turn(*at, *date) == wanted);
                if let Some(at) = able.next_back()
                    && !self.chance.chance(FORGOTTEN_PERCENT)
                {
                    let person = own[at].person.clone();
                    self.shift(post, area, &person, *date, code);
                }
            }
        }
    }

    fn post(&mut self, area: AreaCode, name: &str, kind: PostKind, needs: Needs) -> RecordId {
        let id = RecordId::new(ids::next(&mut self.ids, ENTERED_AT));
        let post = Post {
            name: name.to_owned(),
            kind,
            needs,
            phone: String::new(),
            extra: Extra::new(),
        };
        self.records
            .push(record(id, area, Body::Post(Box::new(post))));
        id
    }

    fn shift(
        &mut self,
        post: RecordId,
        area: AreaCode,
        person: &PersonRef,
        date: Date,
        code: Code,
    ) {
        let month = Month::of(date);
        let (starts, ends) = self.hours.of(code).on(date);
        let (_, rota) = self
            .lines
            .entry((post, person.id, month))
            .or_insert_with(|| (area, Rota::empty(post, person.clone(), month)));
        rota.shifts.push(Shift {
            date,
            code,
            starts,
            ends,
            layer: Layer::Plan,
            reason: String::new(),
            cut: None,
            checked_in: None,
        });
    }
}

/// Where in the round the officer of a town's village is on a day.
fn turn(at: usize, date: Date) -> i32 {
    let base = Timestamp::from_millis(0).date();
    let at = i32::try_from(at).unwrap_or(0);
    (date.days_since(base) + at).rem_euclid(ROUND)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::UnitId;
    use crate::domain::roster::night::{Mark, coverage, tonight};
    use crate::domain::roster::watch::Watch;
    use crate::domain::roster::{post_of, rota_of};

    fn made(seed: u64) -> Vec<Record> {
        let places = Places::made(seed);
        let centre = UnitId::new(uuid::Uuid::from_u128(7));
        let network = Network::made(seed, &places, centre);
        let now: Timestamp = "2026-11-23T23:41:00+08:00".parse().unwrap();
        records(seed, &places, &network, &CodeHours::default(), now)
    }

    #[test]
    fn every_night_has_a_few_gaps_and_every_village_its_officer() {
        let records = made(5);
        let watch = Watch::of(
            records
                .iter()
                .filter_map(|record| Some((record.id, rota_of(record)?))),
        );
        let now: Timestamp = "2026-11-23T23:41:00+08:00".parse().unwrap();
        let hours = CodeHours::default();
        let mut marks: BTreeMap<Mark, usize> = BTreeMap::new();
        for record in &records {
            if let Some((post, _)) = post_of(record) {
                let date = tonight(now, &hours);
                let (mark, _) = coverage(&watch, (record.id, post), date, &hours);
                *marks.entry(mark).or_default() += 1;
            }
        }
        let count = |mark| marks.get(&mark).copied().unwrap_or(0);
        assert_eq!(marks.values().sum::<usize>(), 411 + 19 + 2);
        assert!((1..=20).contains(&count(Mark::Gap)), "{marks:?}");
        assert!(count(Mark::OnDuty) > 60, "{marks:?}");
        assert!(count(Mark::Standby) > 250, "{marks:?}");
        let on = watch.on(now).count();
        assert!((70..=120).contains(&on), "{on}");
    }

    #[test]
    fn the_same_seed_gives_the_same_roster() {
        assert_eq!(made(5), made(5));
        assert_ne!(made(5), made(6));
    }
}
