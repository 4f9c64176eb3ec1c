//! When somebody can be rung.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::domain::extra::Extra;
use crate::domain::time::{Date, Timestamp, Weekday};

/// Spans of hours that one person may have.
pub const HOURS_MAX: usize = 8;
/// Weeks after which an on-call week comes again, at most.
pub const CYCLE_WEEKS_MAX: u8 = 26;

const DAY_MINUTES: u16 = 24 * 60;
const WEEK_DAYS: i32 = 7;

/// When somebody can be rung. Where nothing is said, nothing is known: that is
/// neither yes nor no.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Availability {
    /// Hours in which they answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<Hours>,
    /// The week in which they answer at any hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_call: Option<OnCall>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A span of hours on some days. One that ends before it starts crosses
/// midnight and belongs to the day on which it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// On which days.
    pub days: Days,
    /// From when.
    pub from: TimeOfDay,
    /// Until when; that minute is not part of it.
    pub to: TimeOfDay,
}

/// Days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Days {
    /// 每天.
    Every,
    /// 周一至周五.
    Weekdays,
    /// 周六、周日.
    Weekend,
}

/// 值周: a week from Monday to Sunday that comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnCall {
    /// A day of one such week.
    pub week_of: Date,
    /// After how many weeks it comes again; 1 is every week.
    pub every_weeks: u8,
}

/// A minute of the day, as `08:30`; `24:00` is the day's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u16);

/// A text that is no time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time of day is HH:MM, from 00:00 to 24:00")]
pub struct NoTimeOfDay;

/// Whether somebody can be rung at a moment, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reachable {
    /// It is their week.
    OnCall,
    /// It is one of their hours.
    InHours,
    /// Nobody has said when.
    Unknown,
    /// It is none of their hours.
    OffHours,
}

impl Reachable {
    /// Whether they are expected to answer.
    #[must_use]
    pub const fn is_now(self) -> bool {
        matches!(self, Self::OnCall | Self::InHours)
    }
}

impl Availability {
    /// Whether nothing is said.
    #[must_use]
    pub fn is_unsaid(&self) -> bool {
        self.hours.is_empty() && self.on_call.is_none() && self.extra.is_empty()
    }

    /// Whether somebody can be rung then.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Reachable {
        if self.on_call.is_some_and(|week| week.covers(now.date())) {
            return Reachable::OnCall;
        }
        if self.hours.iter().any(|hours| hours.covers(now)) {
            return Reachable::InHours;
        }
        if self.hours.is_empty() && self.on_call.is_none() {
            Reachable::Unknown
        } else {
            Reachable::OffHours
        }
    }

    /// Whether what is said makes sense.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.hours.len() <= HOURS_MAX
            && self.hours.iter().all(|hours| hours.from != hours.to)
            && self
                .on_call
                .is_none_or(|week| (1..=CYCLE_WEEKS_MAX).contains(&week.every_weeks))
    }
}

impl Hours {
    fn covers(self, now: Timestamp) -> bool {
        let civil = now.civil();
        let minute = u16::from(civil.hour) * 60 + u16::from(civil.minute);
        let today = now.date();
        let (from, to) = (self.from.0, self.to.0);
        if from < to {
            return self.days.has(today) && (from..to).contains(&minute);
        }
        let yesterday = today.saturating_add_days(-1);
        (self.days.has(today) && minute >= from) || (self.days.has(yesterday) && minute < to)
    }
}

impl Days {
    fn has(self, day: Date) -> bool {
        let rests = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        match self {
            Self::Every => true,
            Self::Weekdays => !rests,
            Self::Weekend => rests,
        }
    }
}

impl OnCall {
    /// Whether the day lies in such a week.
    #[must_use]
    pub fn covers(self, day: Date) -> bool {
        let weeks = monday_of(day).days_since(monday_of(self.week_of)) / WEEK_DAYS;
        weeks.rem_euclid(i32::from(self.every_weeks.max(1))) == 0
    }
}

fn monday_of(day: Date) -> Date {
    let after = i32::from(day.weekday().to_monday_zero_offset());
    day.saturating_add_days(-after)
}

impl TimeOfDay {
    /// That minute of the day.
    ///
    /// # Errors
    /// Later than the day's end.
    pub fn new(hour: u8, minute: u8) -> Result<Self, NoTimeOfDay> {
        let minutes = u16::from(hour) * 60 + u16::from(minute);
        (minute < 60 && minutes <= DAY_MINUTES)
            .then_some(Self(minutes))
            .ok_or(NoTimeOfDay)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for TimeOfDay {
    type Err = NoTimeOfDay;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (hour, minute) = text.split_once([':', '：']).ok_or(NoTimeOfDay)?;
        let two = |part: &str| {
            let digits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            digits
                .then(|| part.parse().ok())
                .flatten()
                .ok_or(NoTimeOfDay)
        };
        Self::new(two(hour)?, two(minute)?)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}
