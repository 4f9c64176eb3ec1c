//! What rings: new alarms, the banner that announces them, and the bell.

use crate::domain::alarm::{AlarmState, Rank};
use crate::domain::ids::RecordId;
use crate::domain::policy::{Policy, Ring};
use crate::domain::time::{Millis, Minutes, Timestamp};
use crate::store::view::Shown;

/// Between two soundings for the same alarm.
const RING_AGAIN_MS: Millis = Millis(15_000);
/// An alarm sounds no longer than this; then the ladder takes over.
const RING_MS_MAX: Millis = Millis(180_000);
/// What has not rung yet rings within this.
const RING_SOON_MS: Millis = Millis(1_000);
/// The bell stays silent so long after it was muted.
const MUTE: Minutes = Minutes(10);

/// Why an alarm is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It came while the desk was open.
    New,
    /// It was there before, and nobody answers for it.
    Unanswered,
    /// Somebody answered for it and did nothing more.
    Lapsed,
    /// It was put off, and the time is over: not new.
    SnoozeEnded,
}

/// An alarm that nobody answers for.
#[derive(Clone, Debug, PartialEq)]
pub struct Ringing {
    pub id: RecordId,
    pub rank: Rank,
    pub cause: Cause,
    /// Since when this desk announces it.
    pub since: Timestamp,
    pub title: String,
    pub place: String,
    rung_at: Option<Timestamp>,
}

/// Whether somebody answers for an alarm, or nobody has to any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    Yes,
    No,
}

/// Whether to sound now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    Now,
    Not,
}

/// Alarms that nobody answers for yet, the gravest and newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alarms {
    list: Vec<Ringing>,
    muted_until: Option<Timestamp>,
}

impl Alarms {
    /// Announces an alarm. One that is announced already at this rank is not
    /// announced again.
    pub fn raise(&mut self, id: RecordId, rank: Rank, cause: Cause, title: String, now: Timestamp) {
        let known = |ringing: &Ringing| ringing.id == id && ringing.rank == rank;
        if self.list.iter().any(known) {
            return;
        }
        self.list.retain(|ringing| ringing.id != id);
        let at = self
            .list
            .iter()
            .position(|ringing| ringing.rank <= rank)
            .unwrap_or(self.list.len());
        self.list.insert(
            at,
            Ringing {
                id,
                rank,
                cause,
                since: now,
                title,
                place: String::new(),
                rung_at: None,
            },
        );
    }

    /// Where it is.
    pub fn place(&mut self, id: RecordId, place: String) {
        if let Some(ringing) = self.list.iter_mut().find(|ringing| ringing.id == id) {
            ringing.place = place;
        }
    }

    /// Somebody sits down at the desk: what nobody answers for rings anew.
    pub fn ring_anew(&mut self, policy: &Policy, now: Timestamp) {
        for ringing in &mut self.list {
            if policy.level(ringing.rank).ring == Ring::Repeat {
                ringing.since = now;
                ringing.rung_at = None;
            }
        }
    }

    /// When something sounds again by itself, after `now`.
    pub fn next_sound(&self, policy: &Policy, now: Timestamp) -> Option<Timestamp> {
        self.list
            .iter()
            .filter(|ringing| policy.level(ringing.rank).ring == Ring::Repeat)
            .map(|ringing| match ringing.rung_at {
                Some(rung) => (ringing, rung.saturating_add(RING_AGAIN_MS)),
                None => (ringing, now.saturating_add(RING_SOON_MS)),
            })
            .filter(|(ringing, at)| *at > now && at.since(ringing.since) <= RING_MS_MAX)
            .map(|(_, at)| at)
            .min()
    }

    /// Somebody answers for it, or it is gone: it is silent at once.
    pub fn hush(&mut self, id: RecordId) {
        self.list.retain(|ringing| ringing.id != id);
    }

    /// Takes what is known of the record by now.
    pub fn learn(
        &mut self,
        shown: &Shown,
        title: String,
        place: String,
        (policy, now): (&Policy, Timestamp),
    ) {
        let Some(incident) = shown.record.incident() else {
            return;
        };
        let alarm = &incident.alarm;
        let answered = match incident.alarm_state(policy, now) {
            AlarmState::Unacknowledged | AlarmState::AckLapsed | AlarmState::SnoozeEnded => false,
            AlarmState::Acknowledged | AlarmState::AckExpiring | AlarmState::Snoozed => true,
        };
        if answered || !incident.is_open() {
            self.hush(shown.record.id);
            return;
        }
        if let Some(ringing) = self
            .list
            .iter_mut()
            .find(|ringing| ringing.id == shown.record.id)
        {
            ringing.rank = alarm.rank;
            ringing.title = title;
            ringing.place = place;
        }
    }

    /// Takes what is known by now of something else that rings: its rank, whether
    /// somebody answers for it, and its words.
    pub fn know(
        &mut self,
        (id, rank): (RecordId, Rank),
        answered: Answered,
        title: String,
        place: String,
    ) {
        if answered == Answered::Yes {
            self.hush(id);
            return;
        }
        if let Some(ringing) = self.list.iter_mut().find(|ringing| ringing.id == id) {
            ringing.rank = rank;
            ringing.title = title;
            ringing.place = place;
        }
    }

    /// What the banner announces, and how many more there are.
    pub fn banner(&self) -> Option<(&Ringing, usize)> {
        self.list
            .first()
            .map(|ringing| (ringing, self.list.len() - 1))
    }

    /// Those of at least this rank; none without a rank.
    pub fn of_rank(&self, rank: Option<Rank>) -> impl Iterator<Item = &Ringing> {
        let grave = move |ringing: &&Ringing| rank.is_some_and(|rank| ringing.rank >= rank);
        self.list.iter().filter(grave)
    }

    pub fn knows(&self, id: RecordId) -> bool {
        self.list.iter().any(|ringing| ringing.id == id)
    }

    /// Silences the bell for a while; never for what rings again and again.
    /// Pressed again, it takes that back.
    pub fn toggle_mute(&mut self, now: Timestamp) {
        self.muted_until = match self.muted_until {
            Some(until) if until > now => None,
            Some(_) | None => Some(now.saturating_add(MUTE)),
        };
    }

    pub fn muted_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.muted_until.filter(|until| *until > now)
    }

    /// Whether the bell is due, and notes that it rang.
    pub fn sound(&mut self, policy: &Policy, now: Timestamp) -> Sound {
        let muted = self.muted_until(now).is_some();
        let night = is_night(policy, now);
        let mut sound = Sound::Not;
        for ringing in &mut self.list {
            let due = match policy.level(ringing.rank).ring {
                Ring::Repeat => {
                    now.since(ringing.since) <= RING_MS_MAX
                        && ringing
                            .rung_at
                            .is_none_or(|rung| now.since(rung) >= RING_AGAIN_MS)
                }
                Ring::Once => ringing.rung_at.is_none() && !muted,
                Ring::Silent => ringing.rung_at.is_none() && !muted && !night,
            };
            if due {
                ringing.rung_at = Some(now);
                sound = Sound::Now;
            } else if ringing.rung_at.is_none() {
                // What was silent when it came does not ring in the morning.
                ringing.rung_at = Some(now);
            }
        }
        sound
    }
}

/// Whether a shift that crosses midnight is on.
fn is_night(policy: &Policy, now: Timestamp) -> bool {
    shift_at(policy, now).is_some_and(|shift| shift.ends < shift.starts)
}

/// The shift that is on.
pub fn shift_at(policy: &Policy, now: Timestamp) -> Option<&crate::domain::policy::ShiftSpec> {
    let civil = now.civil();
    let minute = u16::from(civil.hour) * 60 + u16::from(civil.minute);
    policy.shifts.iter().find(|shift| {
        if shift.starts <= shift.ends {
            (shift.starts..shift.ends).contains(&minute)
        } else {
            minute >= shift.starts || minute < shift.ends
        }
    })
}

/// When the shift that is on ends.
pub fn shift_end(policy: &Policy, now: Timestamp) -> Option<Timestamp> {
    let shift = shift_at(policy, now)?;
    next_time(now, shift.ends)
}

/// The next time that the clock shows this many minutes after midnight.
pub fn next_time(now: Timestamp, minutes: u16) -> Option<Timestamp> {
    let hour = u8::try_from(minutes / 60).ok()?;
    let minute = u8::try_from(minutes % 60).ok()?;
    [0, 1]
        .into_iter()
        .filter_map(|days| {
            Timestamp::from_civil(now.date().saturating_add_days(days), hour, minute).ok()
        })
        .find(|at| *at > now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn id(n: u128) -> RecordId {
        RecordId::new(uuid::Uuid::from_u128(n))
    }

    /// Seconds after the alarm at which the bell sounds.
    fn soundings(rank: Rank, start: Timestamp, mute: bool) -> Vec<i64> {
        let policy = Policy::shipped();
        let mut alarms = Alarms::default();
        if mute {
            alarms.toggle_mute(start);
        }
        alarms.raise(id(1), rank, Cause::New, String::new(), start);
        (0..600)
            .filter(|second| {
                let now = start.saturating_add(Millis(second * 1000));
                alarms.sound(&policy, now) == Sound::Now
            })
            .collect()
    }

    #[test]
    fn red_repeats_for_three_minutes_yellow_once_and_blue_never_at_night() {
        let night = at("2026-11-23T23:41:00+08:00");
        let day = at("2026-11-23T10:00:00+08:00");
        let red: Vec<i64> = (0..=12).map(|n| n * 15).collect();
        assert_eq!(soundings(Rank::Urgent, night, false), red);
        assert_eq!(soundings(Rank::Urgent, night, true), red, "mute spares red");
        assert_eq!(soundings(Rank::Watch, night, false), [0]);
        assert_eq!(soundings(Rank::Watch, night, true), [] as [i64; 0]);
        assert_eq!(soundings(Rank::Notice, night, false), [] as [i64; 0]);
        assert_eq!(soundings(Rank::Notice, day, false), [0]);
    }

    #[test]
    fn the_clock_wakes_for_every_sounding_and_for_nothing_else() {
        let policy = Policy::shipped();
        let start = at("2026-11-23T23:41:00+08:00");
        let mut alarms = Alarms::default();
        alarms.raise(id(1), Rank::Urgent, Cause::New, String::new(), start);
        alarms.raise(id(2), Rank::Watch, Cause::New, String::new(), start);
        assert_eq!(alarms.sound(&policy, start), Sound::Now);
        let mut now = start;
        let mut woken = Vec::new();
        while let Some(then) = alarms.next_sound(&policy, now) {
            now = then;
            assert_eq!(alarms.sound(&policy, now), Sound::Now);
            woken.push(now.since(start).0 / 1000);
        }
        let quarters: Vec<i64> = (1..=12).map(|n| n * 15).collect();
        assert_eq!(woken, quarters);
    }

    #[test]
    fn hushing_is_immediate_and_the_gravest_leads() {
        let policy = Policy::shipped();
        let now = at("2026-11-23T23:41:00+08:00");
        let mut alarms = Alarms::default();
        alarms.raise(id(1), Rank::Urgent, Cause::New, String::new(), now);
        alarms.raise(id(2), Rank::Watch, Cause::New, String::new(), now);
        alarms.raise(id(3), Rank::Urgent, Cause::New, String::new(), now);
        assert_eq!(
            alarms.banner().map(|(one, more)| (one.id, more)),
            Some((id(3), 2))
        );
        alarms.hush(id(3));
        alarms.hush(id(1));
        assert_eq!(
            alarms.banner().map(|(one, more)| (one.id, more)),
            Some((id(2), 0))
        );
        assert_eq!(alarms.sound(&policy, now), Sound::Now);
        alarms.hush(id(2));
        assert_eq!(alarms.sound(&policy, now), Sound::Not);
    }

    #[test]
    fn the_night_shift_ends_in_the_morning() {
        let policy = Policy::shipped();
        assert_eq!(
            shift_end(&policy, at("2026-11-23T23:41:00+08:00")),
            Some(at("2026-11-24T08:00:00+08:00"))
        );
        assert_eq!(
            shift_end(&policy, at("2026-11-24T03:00:00+08:00")),
            Some(at("2026-11-24T08:00:00+08:00"))
        );
    }
}
