//! Words of the mediation network.

use crate::domain::network::availability::{Availability, Days, Hours, Reachable};
use crate::domain::network::nearest::Rung;
use crate::domain::unit::Person;
use crate::i18n::t;
use crate::tui::app::words::names;

/// Whether somebody can be rung, for a narrow column.
pub fn reachable(reachable: Reachable) -> String {
    match reachable {
        Reachable::OnCall => t!("network.reach.on-call"),
        Reachable::InHours => t!("network.reach.in-hours"),
        Reachable::Unknown => t!("network.reach.unknown"),
        Reachable::OffHours => t!("network.reach.off-hours"),
    }
    .into_owned()
}

/// The same in a sentence.
pub fn reachable_long(reachable: Reachable) -> String {
    match reachable {
        Reachable::OnCall => t!("network.reach-long.on-call"),
        Reachable::InHours => t!("network.reach-long.in-hours"),
        Reachable::Unknown => t!("network.reach-long.unknown"),
        Reachable::OffHours => t!("network.reach-long.off-hours"),
    }
    .into_owned()
}

/// A step of the way up.
pub fn rung(rung: Rung) -> String {
    match rung {
        Rung::TenHouseholds => t!("network.rung.ten-households"),
        Rung::Group => t!("network.rung.group"),
        Rung::Village => t!("network.rung.village"),
        Rung::Town => t!("network.rung.town"),
        Rung::District => t!("network.rung.district"),
    }
    .into_owned()
}

/// What somebody knows best, and what they speak.
pub fn skills(person: &Person) -> String {
    let known: Vec<String> = person
        .specialities
        .iter()
        .map(|category| names::category_short(*category).into_owned())
        .collect();
    let known = if known.is_empty() {
        t!("network.nothing-said").into_owned()
    } else {
        known.join(" ")
    };
    let spoken = if person.languages.is_empty() {
        t!("network.nothing-said").into_owned()
    } else {
        person.languages.join(" ")
    };
    t!("network.skills", known = known, spoken = spoken).into_owned()
}

/// The word for days of the week.
pub fn days(days: Days) -> String {
    match days {
        Days::Every => t!("network.days.every"),
        Days::Weekdays => t!("network.days.weekdays"),
        Days::Weekend => t!("network.days.weekend"),
    }
    .into_owned()
}

/// A span of hours.
pub fn span(hours: Hours) -> String {
    format!("{} {}-{}", days(hours.days), hours.from, hours.to)
}

/// When somebody can be rung.
pub fn hours(availability: &Availability) -> String {
    let mut parts: Vec<String> = availability.hours.iter().map(|one| span(*one)).collect();
    if let Some(week) = availability.on_call {
        let words = t!(
            "network.on-call-weeks",
            n = week.every_weeks,
            on = week.week_of
        );
        parts.push(words.into_owned());
    }
    if parts.is_empty() {
        return t!("network.nothing-said").into_owned();
    }
    parts.join("; ")
}
