//! A month of a roster.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::domain::time::{Date, TimeError};

/// A month; in JSON `2026-12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Date);

impl Month {
    /// The month with these numbers.
    ///
    /// # Errors
    /// Where the calendar has no such month.
    pub fn new(year: i16, month: u8) -> Result<Self, TimeError> {
        Date::from_ymd(year, month, 1).map(Self)
    }

    /// The month that a day lies in.
    #[must_use]
    pub fn of(date: Date) -> Self {
        let back = 1 - i32::from(date.day());
        Self(date.saturating_add_days(back))
    }

    /// Its first day.
    #[must_use]
    pub const fn first(self) -> Date {
        self.0
    }

    /// The month after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self::of(self.0.saturating_add_days(31))
    }

    /// The month before it.
    #[must_use]
    pub fn before(self) -> Self {
        Self::of(self.0.saturating_add_days(-1))
    }

    /// How many days it has.
    #[must_use]
    pub fn days(self) -> u8 {
        u8::try_from(self.next().first().days_since(self.0)).unwrap_or(31)
    }

    /// Its day of that number; none where it has no such day.
    #[must_use]
    pub fn day(self, day: u8) -> Option<Date> {
        (1..=self.days())
            .contains(&day)
            .then(|| self.0.saturating_add_days(i32::from(day) - 1))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:04}-{:02}", self.0.year(), self.0.month());
        f.pad(&text)
    }
}

impl FromStr for Month {
    type Err = TimeError;

    /// Exactly `YYYY-MM`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        format!("{text}-01").parse().map(Self)
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}
