//! What is known of the people of the mediation network: what they know best,
//! what they speak, when they can be rung and when somebody made sure of it.
//! All made up, by draws of its own, so that names stay what they were.

use super::names;
use super::rng::{Part, Rng};
use crate::domain::codes::{Category, Tier};
use crate::domain::network::availability::{Availability, Days, Hours, OnCall, TimeOfDay};
use crate::domain::record::{Body, Record};
use crate::domain::time::Date;
use crate::domain::unit::{Person, PersonKind};

/// Main categories that a village's mediator may know best.
const COMMON: [&str; 6] = ["01", "02", "04", "06", "07", "09"];
/// Weeks after which a week on call comes again.
const CYCLE_WEEKS: u8 = 4;
/// Days before the demonstration's day within which contacts were verified.
const VERIFIED_DAYS: u64 = 400;
/// The day on which what is made up was looked at last.
const LOOKED_AT: (i16, u8, u8) = (2026, 1, 1);

/// Fills in what is known of everybody of the network.
pub fn fill(seed: u64, people: &mut [Record]) {
    let mut rng = Rng::stream(seed, Part::Contacts, 0);
    for record in people {
        let tier = Tier::of_level(record.area.level());
        if let Body::Person(person) = &mut record.body
            && person.kind.is_network()
        {
            contact(&mut rng, person, tier);
        }
    }
}

fn contact(rng: &mut Rng, person: &mut Person, tier: Tier) {
    if rng.chance(40) {
        person.backup_phone = names::phone(rng);
    }
    person.tier = Some(tier);
    person.languages = vec!["襄阳话".to_owned(), "普通话".to_owned()];
    if rng.chance(8) {
        person.languages.push("河南话".to_owned());
    }
    if person.kind == PersonKind::Mediator && person.specialities.is_empty() {
        for _ in 0..=rng.below(2) {
            let known = rng.pick(&COMMON).and_then(|code| Category::from_code(code));
            person
                .specialities
                .extend(known.filter(|known| !person.specialities.contains(known)));
        }
    }
    person.availability = availability(rng, tier);
    if !rng.chance(15) {
        let ago = i32::try_from(rng.below(VERIFIED_DAYS)).unwrap_or(0);
        let (year, month, day) = LOOKED_AT;
        person.verified_on = Date::from_ymd(year, month, day)
            .ok()
            .map(|day| day.saturating_add_days(-ago));
    }
}

/// Whoever lives next door can be rung late; an office keeps its hours, and
/// somebody of it is on call by the week.
fn availability(rng: &mut Rng, tier: Tier) -> Availability {
    if rng.chance(10) {
        return Availability::default();
    }
    let span = |days, from: (u8, u8), to: (u8, u8)| {
        let from = TimeOfDay::new(from.0, from.1).ok()?;
        let to = TimeOfDay::new(to.0, to.1).ok()?;
        Some(Hours { days, from, to })
    };
    let hours = match tier {
        Tier::TenHouseholds | Tier::Group | Tier::Grid => span(Days::Every, (6, 0), (24, 0)),
        Tier::Village => span(Days::Every, (7, 0), (22, 0)),
        _ => span(Days::Weekdays, (8, 30), (17, 30)),
    };
    let office = matches!(tier, Tier::District | Tier::Town);
    let on_call = (office && rng.chance(60))
        .then(|| {
            let week = i32::try_from(rng.below(u64::from(CYCLE_WEEKS))).unwrap_or(0);
            let (year, month, day) = LOOKED_AT;
            let first = Date::from_ymd(year, month, day).ok()?;
            Some(OnCall {
                week_of: first.saturating_add_days(7 * week),
                every_weeks: CYCLE_WEEKS,
            })
        })
        .flatten();
    Availability {
        hours: hours.into_iter().collect(),
        on_call,
        ..Availability::default()
    }
}
