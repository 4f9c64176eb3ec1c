//! Who writes what at which moment: the lines of `duty.toml` in the shifts before
//! the present one, with sign-on and handover around them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::duty::shift::{Slot, Sound};
use crate::domain::entry::{CallOutcome, Direction};
use crate::domain::officer::Officer;
use crate::domain::policy::Policy;
use crate::domain::time::{Minutes, Timestamp};

const DUTY_TOML: &str = include_str!("../duty.toml");
/// Shifts before the present one that have a log: a day and a half.
pub(super) const SHIFTS: usize = 3;
/// Minutes of a day.
const DAY_MIN: u32 = 24 * 60;
/// A shift that starts from this hour on, and before the other one, is a day's.
const DAY_HOURS: std::ops::Range<u16> = 5..17;
/// From the beginning of a shift to the officer's sign-on.
const ON: Minutes = Minutes(2);
/// To the second sound test.
const HEARD: Minutes = Minutes(6);
/// To the second signature of the handover.
const TAKEN: Minutes = Minutes(8);
/// From the first signature to the end of the shift.
const OFFERED: Minutes = Minutes(6);

/// What is written down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    line: Vec<Line>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    #[serde(default)]
    desk: Seat,
    shift: Of,
    at: String,
    #[serde(default)]
    pub(super) text: String,
    #[serde(default)]
    pub(super) call: Option<Rung>,
    /// The desk was without the centre for so many minutes before.
    #[serde(default)]
    pub(super) cut_min: Option<u32>,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) corrects: Option<String>,
    #[serde(default)]
    pub(super) keeps: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Seat {
    #[default]
    District,
    Town,
}

/// Which shift before the present one.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
enum Of {
    #[serde(rename = "day-1")]
    Day1,
    #[serde(rename = "day-2")]
    Day2,
    #[serde(rename = "night-1")]
    Night1,
    #[serde(rename = "night-2")]
    Night2,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rung {
    pub(super) direction: Direction,
    pub(super) with: String,
    #[serde(default = "answered")]
    pub(super) outcome: CallOutcome,
    #[serde(default)]
    pub(super) phone: Phone,
    #[serde(default)]
    pub(super) told: String,
    #[serde(default)]
    pub(super) instruction: String,
    #[serde(default)]
    pub(super) promise_min: Option<u32>,
    #[serde(default)]
    pub(super) open_min: Option<u32>,
}

/// Whether the other side's number was written down.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Phone {
    #[default]
    No,
    Yes,
}

const fn answered() -> CallOutcome {
    CallOutcome::Answered
}

/// What a moment brings.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    SignOn(Slot, Sound),
    Line(Box<Line>),
    /// From the officer of the first shift to that of the second.
    Offer(Slot),
    Take(Slot),
}

#[derive(Debug)]
pub(super) struct Due {
    pub(super) at: Timestamp,
    pub(super) by: Officer,
    pub(super) seat: Seat,
    pub(super) deed: Deed,
}

/// Everything that the desks do in the shifts before the present one.
pub(super) fn planned(
    policy: &Policy,
    accounts: &BTreeMap<String, Officer>,
    now: Timestamp,
) -> Vec<Due> {
    let mut slots: Vec<Slot> = Vec::new();
    let mut later = Slot::at(policy, now);
    while slots.len() < SHIFTS
        && let Some(before) = later.as_ref().and_then(|slot| slot.before(policy))
    {
        slots.push(before.clone());
        later = Some(before);
    }
    let written = written();
    let mut due = Vec::new();
    for (ago, slot) in slots.iter().enumerate() {
        let of = which(&slots[..ago], slot);
        let lines = |desk| {
            let own = move |line: &&Line| (line.desk, line.shift) == (desk, of);
            written.iter().filter(own)
        };
        // The officer before whoever looks is the other one.
        let account = if ago % 2 == 0 { "duty2" } else { "duty1" };
        if let Some(by) = accounts.get(account) {
            let deeds = at_the_district(slot, slots.get(ago + 1), ago);
            let deeds = deeds.into_iter().chain(told(slot, lines(Seat::District)));
            due.extend(deeds.map(|(at, deed)| Due::of(at, by, Seat::District, deed)));
        }
        if let Some(by) = accounts.get("shiqiao-duty")
            && lines(Seat::Town).next().is_some()
        {
            let on = (
                slot.starts_at.saturating_add(ON),
                signed(slot, Sound::Heard),
            );
            let deeds = std::iter::once(on).chain(told(slot, lines(Seat::Town)));
            due.extend(deeds.map(|(at, deed)| Due::of(at, by, Seat::Town, deed)));
        }
    }
    due
}

/// Which of the written shifts it is, after those that are newer.
fn which(newer: &[Slot], slot: &Slot) -> Of {
    let by_day = |slot: &Slot| DAY_HOURS.contains(&hour(slot));
    let first = !newer.iter().any(|other| by_day(other) == by_day(slot));
    match (by_day(slot), first) {
        (true, true) => Of::Day1,
        (true, false) => Of::Day2,
        (false, true) => Of::Night1,
        (false, false) => Of::Night2,
    }
}

/// Sign-on, what is taken over from the shift before, and what is handed on; the
/// oldest shift begins with a desk that is not heard, the newest is yet to be
/// handed on.
fn at_the_district(slot: &Slot, before: Option<&Slot>, ago: usize) -> Vec<(Timestamp, Deed)> {
    let from = slot.starts_at;
    let mut deeds = Vec::new();
    if let Some(outgoing) = before {
        deeds.push((from.saturating_add(ON), signed(slot, Sound::Heard)));
        deeds.push((from.saturating_add(TAKEN), Deed::Take(outgoing.clone())));
    } else {
        deeds.push((from.saturating_add(ON), signed(slot, Sound::Silent)));
        // Once more, when the volume was up.
        deeds.push((from.saturating_add(HEARD), signed(slot, Sound::Heard)));
    }
    if ago > 0 {
        let at = slot.ends_at.saturating_sub(OFFERED);
        deeds.push((at, Deed::Offer(slot.clone())));
    }
    deeds
}

fn signed(slot: &Slot, sound: Sound) -> Deed {
    Deed::SignOn(slot.clone(), sound)
}

fn told<'a>(
    slot: &'a Slot,
    lines: impl Iterator<Item = &'a Line> + 'a,
) -> impl Iterator<Item = (Timestamp, Deed)> + 'a {
    lines.filter_map(|line| {
        let at = moment(slot, &line.at)?;
        Some((at, Deed::Line(Box::new(line.clone()))))
    })
}

impl Due {
    fn of(at: Timestamp, by: &Officer, seat: Seat, deed: Deed) -> Self {
        Self {
            at,
            by: by.clone(),
            seat,
            deed,
        }
    }
}

fn hour(slot: &Slot) -> u16 {
    let from = Timestamp::from_civil(slot.day, 0, 0).map_or(slot.starts_at, |midnight| midnight);
    let hours = (slot.starts_at.as_millis() - from.as_millis()) / 3_600_000;
    u16::try_from(hours).unwrap_or(0)
}

/// That time of day within the shift; none when the shift has no such time.
fn moment(slot: &Slot, at: &str) -> Option<Timestamp> {
    let (hours, minutes) = at.split_once(':')?;
    let wanted = hours.parse::<u32>().ok()? * 60 + minutes.parse::<u32>().ok()?;
    let midnight = Timestamp::from_civil(slot.day, 0, 0).ok()?;
    [wanted, wanted + DAY_MIN]
        .into_iter()
        .map(|minutes| midnight.saturating_add(Minutes(minutes)))
        .find(|at| *at > slot.starts_at && *at < slot.ends_at)
}

fn written() -> Vec<Line> {
    match toml::from_str::<Written>(DUTY_TOML) {
        Ok(written) => written.line,
        Err(error) => {
            tracing::error!(%error, "the demonstration's log cannot be read");
            Vec::new()
        }
    }
}
