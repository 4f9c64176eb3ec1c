//! How far each incident has come, and when: decided before anything is done,
//! so that numbers can be given in the order of the days.

use super::case::{self, Case};
use super::places::{Named, Places};
use super::rng::{Part, Rng};
use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::domain::incident::stage::Stage;
use crate::domain::time::{Millis, Timestamp};

/// Incidents of the district that the demonstration follows.
pub const INCIDENTS_DEFAULT: u32 = 1_881;
/// How many of them are open; the other 1,058 are struck off.
const OPEN_DEFAULT: u32 = 823;
/// The most incidents of a load test.
pub const INCIDENTS_MAX: u32 = 5_000_000;

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// The newest incidents, which nobody has acknowledged yet: how many of which
/// rank, and within how many minutes they came.
const FRESH: [(u32, Rank, u64, u64); 3] = [
    (2, Rank::Urgent, 1, 8),
    (4, Rank::Watch, 3, 50),
    (8, Rank::Notice, 5, 300),
];

/// What is done to an incident, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Registered, with nobody answering for it yet.
    RegisterOpen,
    /// Registered by somebody who answers for it.
    Register,
    /// Acknowledged.
    Acknowledge,
    /// Raised one rank.
    Raise,
    /// Lowered one rank by the leader.
    Lower,
    /// Given out.
    Assign,
    /// Given back by the holder.
    Return,
    /// Accepted.
    Accept,
    /// Handed on by a town to the village.
    HandOn,
    /// A call is logged.
    Call,
    /// A note is written.
    Note,
    /// The work is done.
    Finish,
    /// The check fails.
    SendBack,
    /// The check succeeds.
    Verify,
    /// Nobody was reached.
    FollowUpMissed,
    /// They are not satisfied.
    FollowUpBad,
    /// They are satisfied.
    FollowUp,
    /// First signature.
    Propose,
    /// Second signature.
    Sign,
    /// Put off for a while.
    Snooze,
}

/// Who took it first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The district's duty room.
    District,
    /// A town's.
    Town,
}

/// One incident before it happens.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Which of all.
    pub index: u32,
    /// What it is.
    pub case: &'static Case,
    /// Where.
    pub area: AreaCode,
    /// The village's or town's name.
    pub village: String,
    /// How grave at first.
    pub rank: Rank,
    /// Who took it first.
    pub origin: Origin,
    /// What is done, and when; the first is the registration.
    pub steps: Vec<(Step, Timestamp)>,
}

/// The scale and the day of a demonstration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Same seed and same day: same district.
    pub seed: u64,
    /// How many incidents.
    pub incidents: u32,
    /// How many people there are at least; the network's own when 0.
    pub people: u32,
    /// The present.
    pub now: Timestamp,
}

impl Shape {
    /// How many of the incidents are open. The district has 823 of 1,881; a
    /// load test has no more of them than ten years would leave, one of a
    /// hundred.
    #[must_use]
    pub fn open(&self) -> u32 {
        let share = u64::from(self.incidents.min(INCIDENTS_DEFAULT)) * u64::from(OPEN_DEFAULT)
            / u64::from(INCIDENTS_DEFAULT);
        let more = self.incidents.saturating_sub(INCIDENTS_DEFAULT) / 100;
        u32::try_from(share)
            .unwrap_or(u32::MAX)
            .saturating_add(more)
    }

    /// Over how many days the closed ones reach back.
    fn days(&self) -> u64 {
        if self.incidents > 10_000 { 3_650 } else { 300 }
    }
}

/// The plan of incident `index`.
#[must_use]
pub fn plan(shape: Shape, places: &Places, index: u32) -> Plan {
    let mut rng = Rng::stream(shape.seed, Part::Plans, u64::from(index));
    let case = case::all()
        .get(case::draw(&mut rng))
        .unwrap_or(&case::all()[0]);
    let place = draw_place(&mut rng, places);
    let origin = if rng.chance(72) {
        Origin::District
    } else {
        Origin::Town
    };
    let goal = goal(shape, index, &mut rng);
    let mut rank = match goal {
        Goal::Fresh { rank, .. } => rank,
        Goal::Open(_) | Goal::Closed => case.draw_rank(&mut rng),
    };
    // Red is rare among the open ones: it does not wait for weeks.
    if matches!(goal, Goal::Open(_)) && rank == Rank::Urgent && !rng.chance(18) {
        rank = Rank::Watch;
    }
    // Most of what was yellow at first has been resolved or has calmed down.
    if matches!(goal, Goal::Open(_)) && rank == Rank::Watch && !rng.chance(40) {
        rank = Rank::Notice;
    }
    let steps = match goal {
        Goal::Fresh { age_ms, .. } => vec![(Step::RegisterOpen, before(shape.now, age_ms))],
        Goal::Open(stage) => open_steps(shape.now, stage, rank, &mut rng),
        Goal::Closed => {
            let tail = rng.between(DAY_MS, shape.days() * DAY_MS);
            backwards(
                before(shape.now, tail),
                &closed_way(rank, &mut rng),
                &mut rng,
            )
        }
    };
    Plan {
        index,
        case,
        area: place.area,
        village: place.name.clone(),
        rank,
        origin: match goal {
            Goal::Fresh { .. } => Origin::District,
            Goal::Open(_) | Goal::Closed => origin,
        },
        steps,
    }
}

enum Goal {
    Fresh { rank: Rank, age_ms: u64 },
    Open(Stage),
    Closed,
}

fn goal(shape: Shape, index: u32, rng: &mut Rng) -> Goal {
    let mut from_end = shape.incidents.saturating_sub(index);
    for (count, rank, low, high) in FRESH {
        if from_end <= count {
            let age_ms = rng.between(low * MINUTE_MS, high * MINUTE_MS);
            return Goal::Fresh { rank, age_ms };
        }
        from_end -= count;
    }
    if index < shape.incidents.saturating_sub(shape.open()) {
        return Goal::Closed;
    }
    Goal::Open(match rng.below(100) {
        0..4 => Stage::New,
        4..16 => Stage::Assigned,
        16..68 => Stage::Handling,
        68..79 => Stage::PendingCheck,
        79..89 => Stage::Verified,
        89..96 => Stage::FollowedUp,
        _ => Stage::AwaitingSignature,
    })
}

fn draw_place<'a>(rng: &mut Rng, places: &'a Places) -> &'a Named {
    // Towns without villages of their own (a farm, an industrial park) take
    // a small share themselves.
    if rng.chance(4) {
        let bare: Vec<&Named> = places
            .towns
            .iter()
            .filter(|town| town.villages.is_empty())
            .map(|town| &town.own)
            .collect();
        if let Some(town) = rng.pick(&bare) {
            return town;
        }
    }
    let count = places.villages().count() as u64;
    let at = usize::try_from(rng.below(count)).unwrap_or(0);
    places.villages().nth(at).unwrap_or(&places.towns[0].own)
}

/// The steps of an open incident: those before its stage go backwards from
/// when it came there, those within it lie between then and now.
fn open_steps(now: Timestamp, stage: Stage, rank: Rank, rng: &mut Rng) -> Vec<(Step, Timestamp)> {
    let red = rank == Rank::Urgent;
    let age = age_in_stage(stage, rank, rng);
    let entered = before(now, age);
    let mut steps = backwards(entered, &way_to(stage, rank, rng), rng);
    let within = match stage {
        Stage::Handling => rng.between(if red { 2 } else { 0 }, 3),
        Stage::New | Stage::Assigned => u64::from(red),
        Stage::PendingCheck
        | Stage::Verified
        | Stage::FollowedUp
        | Stage::AwaitingSignature
        | Stage::Closed => 0,
    };
    let mut moments: Vec<u64> = (0..within)
        .map(|_| rng.between(age / 20, age - age / 20))
        .collect();
    moments.sort_unstable();
    // Whoever answers for a red one has just been at it.
    if red && let Some(last) = moments.last_mut() {
        *last = age.saturating_sub(rng.between(MINUTE_MS, 6 * MINUTE_MS).min(age / 2));
    }
    for moment in moments {
        let step = if rng.chance(45) {
            Step::Call
        } else {
            Step::Note
        };
        steps.push((step, after(entered, moment)));
    }
    if rank == Rank::Notice && matches!(stage, Stage::New | Stage::Assigned) && rng.chance(6) {
        steps.push((
            Step::Snooze,
            before(now, rng.between(MINUTE_MS, 14 * MINUTE_MS).min(age / 3)),
        ));
    }
    steps
}

/// How long it has been at its stage: mostly within the limit that ships, one
/// of eight beyond.
fn age_in_stage(stage: Stage, rank: Rank, rng: &mut Rng) -> u64 {
    let day = 34 * HOUR_MS; // a working day, weekends spread out
    let limit = match (stage, rank) {
        (Stage::New, Rank::Urgent) => 15 * MINUTE_MS,
        (Stage::Assigned, Rank::Urgent) => 30 * MINUTE_MS,
        (Stage::New, Rank::Watch | Rank::Serious) => 4 * HOUR_MS,
        (Stage::Handling, Rank::Urgent) | (Stage::Assigned, Rank::Notice) => 2 * day,
        (Stage::Assigned, Rank::Watch | Rank::Serious) | (Stage::New, Rank::Notice) => day,
        (Stage::Handling, Rank::Watch | Rank::Serious) => 5 * day,
        (Stage::Handling, Rank::Notice) => 10 * day,
        (Stage::PendingCheck | Stage::FollowedUp | Stage::AwaitingSignature, _) => 3 * day,
        (Stage::Verified | Stage::Closed, _) => 7 * day,
    };
    let percent = if rank != Rank::Urgent && rng.chance(12) {
        rng.between(101, 160)
    } else {
        rng.between(4, 88)
    };
    limit / 100 * percent
}

/// The way to a stage.
fn way_to(stage: Stage, rank: Rank, rng: &mut Rng) -> Vec<Step> {
    let mut way = vec![if rng.chance(70) {
        Step::Register
    } else {
        Step::RegisterOpen
    }];
    if way[0] == Step::RegisterOpen {
        way.push(Step::Acknowledge);
    }
    if rank == Rank::Notice && rng.chance(3) {
        way.extend([Step::Raise, Step::Acknowledge]);
    }
    if stage == Stage::New {
        return way;
    }
    if rng.chance(5) {
        way.extend([Step::Assign, Step::Return]);
    }
    way.push(Step::Assign);
    if stage == Stage::Assigned {
        return way;
    }
    way.push(Step::Accept);
    if rng.chance(25) {
        way.extend([Step::HandOn, Step::Accept]);
    }
    if stage == Stage::Handling {
        return way;
    }
    for _ in 0..rng.between(1, 3) {
        way.push(if rng.chance(45) {
            Step::Call
        } else {
            Step::Note
        });
    }
    if rank > Rank::Notice && rng.chance(6) {
        way.push(Step::Lower);
    }
    way.push(Step::Finish);
    if rng.chance(4) {
        way.extend([Step::SendBack, Step::Note, Step::Finish]);
    }
    let rest: &[Step] = match stage {
        Stage::New | Stage::Assigned | Stage::Handling | Stage::PendingCheck => &[],
        Stage::Verified => &[Step::Verify],
        Stage::FollowedUp => &[Step::Verify, Step::FollowUp],
        Stage::AwaitingSignature => &[Step::Verify, Step::FollowUp, Step::Propose],
        Stage::Closed => &[Step::Verify, Step::FollowUp, Step::Propose, Step::Sign],
    };
    way.extend(rest);
    way
}

fn closed_way(rank: Rank, rng: &mut Rng) -> Vec<Step> {
    let mut way = way_to(Stage::Closed, rank, rng);
    let follow_up = way.iter().position(|step| *step == Step::FollowUp);
    if let Some(at) = follow_up {
        if rng.chance(8) {
            way.insert(at, Step::FollowUpMissed);
        } else if rng.chance(2) {
            let again = [Step::FollowUpBad, Step::Note, Step::Finish, Step::Verify];
            way.splice(at..at, again);
        }
    }
    way
}

/// Puts moments to a way that ends at `end`.
fn backwards(end: Timestamp, way: &[Step], rng: &mut Rng) -> Vec<(Step, Timestamp)> {
    let mut at = end;
    let mut steps = Vec::with_capacity(way.len() + 4);
    for step in way.iter().rev() {
        steps.push((*step, at));
        at = before(at, gap_before(*step, rng));
    }
    steps.reverse();
    steps
}

/// How long people take before they do this.
fn gap_before(step: Step, rng: &mut Rng) -> u64 {
    let (low, high) = match step {
        Step::RegisterOpen | Step::Register => (0, 0),
        Step::Acknowledge => (MINUTE_MS / 2, 9 * MINUTE_MS),
        Step::Raise | Step::Snooze => (5 * MINUTE_MS, 3 * HOUR_MS),
        Step::Assign => (3 * MINUTE_MS, 100 * MINUTE_MS),
        Step::HandOn => (10 * MINUTE_MS, 5 * HOUR_MS),
        Step::Return | Step::Accept => (10 * MINUTE_MS, 20 * HOUR_MS),
        Step::Call | Step::Note | Step::Lower | Step::Verify | Step::SendBack | Step::Sign => {
            (HOUR_MS, 2 * DAY_MS)
        }
        Step::Finish => (4 * HOUR_MS, 5 * DAY_MS),
        Step::FollowUp | Step::FollowUpBad | Step::FollowUpMissed => (DAY_MS, 7 * DAY_MS),
        Step::Propose => (HOUR_MS, 3 * DAY_MS),
    };
    rng.between(low, high)
}

fn before(at: Timestamp, span_ms: u64) -> Timestamp {
    at.saturating_sub(Millis(i64::try_from(span_ms).unwrap_or(i64::MAX)))
}

fn after(at: Timestamp, span_ms: u64) -> Timestamp {
    at.saturating_add(Millis(i64::try_from(span_ms).unwrap_or(i64::MAX)))
}
