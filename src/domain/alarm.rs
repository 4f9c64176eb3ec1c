//! One type for what rings: an incident now, a warning later.
//!
//! An alarm has a rank and an episode. To acknowledge (知悉) says "this seat
//! answers for it"; it changes nothing about who holds the work. A rise in
//! rank starts a new episode, which nobody has acknowledged. Whether an
//! acknowledgement has lapsed or a snooze has ended is derived from the record
//! and a given time, never stored.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::policy::LevelSpec;
use super::time::{Minutes, Timestamp};
use super::unit::OfficerRef;

/// How grave something is, apart from any county's words and colours. At most
/// four ranks; a county that knows three simply has no [`Rank::Serious`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rank {
    /// Lowest: 蓝, in the default scheme.
    Notice,
    /// 黄.
    Watch,
    /// 橙, in schemes of four.
    Serious,
    /// Highest: 红.
    Urgent,
}

/// Every rank, lowest first.
pub const RANKS: [Rank; 4] = [Rank::Notice, Rank::Watch, Rank::Serious, Rank::Urgent];

impl Rank {
    /// 1 (lowest) to 4 (highest), for storage and ordering.
    #[must_use]
    pub const fn severity(self) -> u8 {
        match self {
            Self::Notice => 1,
            Self::Watch => 2,
            Self::Serious => 3,
            Self::Urgent => 4,
        }
    }
}

impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Notice => "notice",
            Self::Watch => "watch",
            Self::Serious => "serious",
            Self::Urgent => "urgent",
        })
    }
}

/// Somebody answers for the alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// Who.
    pub by: OfficerRef,
    /// Since when. Renewed by any later act on the record.
    pub at: Timestamp,
}

/// The alarm is put off until a stated time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snooze {
    /// Who put it off.
    pub by: OfficerRef,
    /// When it was put off.
    pub at: Timestamp,
    /// When it comes back.
    pub until: Timestamp,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What rings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alarm {
    /// How grave.
    pub rank: Rank,
    /// Counts the times it was raised; an acknowledgement belongs to one.
    pub episode: u32,
    /// When this episode began.
    pub raised_at: Timestamp,
    /// Who answers for this episode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ack: Option<Acknowledgement>,
    /// Until when it is put off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snooze: Option<Snooze>,
}

/// What the alarm is at a given time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AlarmState {
    /// Nobody answers for it.
    Unacknowledged,
    /// Somebody answers for it.
    Acknowledged,
    /// The acknowledgement is about to lapse: a reminder is due.
    AckExpiring,
    /// The acknowledgement lapsed without a later act.
    AckLapsed,
    /// Put off.
    Snoozed,
    /// Was put off and has come back; not new.
    SnoozeEnded,
}

/// From the reminder to the lapse of an acknowledgement (behaviour.md B3).
pub const ACK_REMINDER_LEAD: Minutes = Minutes(2);

impl Alarm {
    /// A first episode.
    #[must_use]
    pub fn raised(rank: Rank, at: Timestamp) -> Self {
        Self {
            rank,
            episode: 1,
            raised_at: at,
            ack: None,
            snooze: None,
        }
    }

    /// A new episode at `rank`, which nobody has acknowledged yet.
    #[must_use]
    pub fn raise_again(&self, rank: Rank, at: Timestamp) -> Self {
        Self {
            rank,
            episode: self.episode.saturating_add(1),
            raised_at: at,
            ack: None,
            snooze: None,
        }
    }

    /// When the acknowledgement asks to be renewed, and when it lapses. `None`
    /// when it never does.
    #[must_use]
    pub fn ack_lapse(&self, spec: &LevelSpec) -> Option<(Timestamp, Timestamp)> {
        let reminder = self.ack.as_ref()?.at.saturating_add(spec.ack_expires?);
        Some((reminder, reminder.saturating_add(ACK_REMINDER_LEAD)))
    }

    /// What the alarm is at `now`.
    #[must_use]
    pub fn state(&self, spec: &LevelSpec, now: Timestamp) -> AlarmState {
        if let Some(snooze) = &self.snooze {
            return if now < snooze.until {
                AlarmState::Snoozed
            } else {
                AlarmState::SnoozeEnded
            };
        }
        if self.ack.is_none() {
            return AlarmState::Unacknowledged;
        }
        match self.ack_lapse(spec) {
            Some((_, lapse)) if now >= lapse => AlarmState::AckLapsed,
            Some((reminder, _)) if now >= reminder => AlarmState::AckExpiring,
            Some(_) | None => AlarmState::Acknowledged,
        }
    }

    /// Whether somebody has to do something about it at `now`.
    #[must_use]
    pub fn wants_attention(&self, spec: &LevelSpec, now: Timestamp) -> bool {
        match self.state(spec, now) {
            AlarmState::Unacknowledged | AlarmState::AckLapsed | AlarmState::SnoozeEnded => true,
            AlarmState::Acknowledged | AlarmState::AckExpiring | AlarmState::Snoozed => false,
        }
    }

    /// The next time at which [`Alarm::state`] changes by itself, after `now`.
    #[must_use]
    pub fn next_turn(&self, spec: &LevelSpec, now: Timestamp) -> Option<Timestamp> {
        if let Some(snooze) = &self.snooze {
            return (snooze.until > now).then_some(snooze.until);
        }
        let (reminder, lapse) = self.ack_lapse(spec)?;
        [reminder, lapse].into_iter().find(|turn| *turn > now)
    }
}

#[cfg(test)]
mod tests;
