//! Points in time, and the one clock face that people are shown.
//!
//! A moment is a count of milliseconds; it becomes year, month and hour only in
//! the fixed zone +08:00, because the whole country keeps that one time and has
//! had no summer time since 1991. So no time-zone database is needed, and a
//! workstation with a wrong zone setting still shows the right hour.
//!
//! Nothing here reads a clock: every "now" is a parameter.
//!
//! Start with [`Timestamp`]; [`Date`] is the civil day that deadlines and
//! GB/T 31000's date items count in.

use std::fmt;
use std::str::FromStr;

use jiff::civil;
use jiff::tz::Offset;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use jiff::civil::Weekday;

/// The only zone in which times are shown and civil dates are formed.
const ZONE: Offset = Offset::constant(8);

const MINUTE_MS: i64 = 60_000;
const DAY_HOURS: i64 = 24;

/// Why a text or a set of numbers is not a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not an RFC 3339 moment with an offset.
    #[error("not a moment in RFC 3339 with an offset, such as 2026-11-23T03:05:00+08:00")]
    Moment,
    /// Not a civil date.
    #[error("not a date in the form YYYY-MM-DD")]
    Date,
    /// No such hour and minute on a 24-hour clock.
    #[error("no such time of day: {hour}:{minute}")]
    TimeOfDay {
        /// The hour that was given.
        hour: u8,
        /// The minute that was given.
        minute: u8,
    },
}

/// A moment: milliseconds since the Unix epoch, UTC.
///
/// Arithmetic saturates at the ends of `i64`. Rendering saturates at the years
/// -9999 and 9999, so that no number from outside can make a screen fail.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// A span of time in milliseconds; negative when it points backwards.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Millis(pub i64);

/// A span of whole minutes, as policies state limits.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Minutes(pub u32);

/// A moment as read from a wall clock in the zone +08:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CivilTime {
    /// Calendar year, -9999 to 9999.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
    /// Second, 0 to 59.
    pub second: u8,
    /// Day of the week.
    pub weekday: Weekday,
}

/// A civil day in the zone +08:00; in JSON `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

impl From<Minutes> for Millis {
    fn from(minutes: Minutes) -> Self {
        Self(i64::from(minutes.0) * MINUTE_MS)
    }
}

impl Millis {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// Whole minutes, cut towards zero.
    #[must_use]
    pub const fn whole_minutes(self) -> i64 {
        self.0 / MINUTE_MS
    }
}

impl Timestamp {
    /// The moment that many milliseconds after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The moment `span` later, or `None` where the number would overflow.
    #[must_use]
    pub fn checked_add(self, span: impl Into<Millis>) -> Option<Self> {
        self.0.checked_add(span.into().0).map(Self)
    }

    /// The moment `span` later, held at the ends of the number's range.
    #[must_use]
    pub fn saturating_add(self, span: impl Into<Millis>) -> Self {
        Self(self.0.saturating_add(span.into().0))
    }

    /// The moment `span` earlier, held at the ends of the number's range.
    #[must_use]
    pub fn saturating_sub(self, span: impl Into<Millis>) -> Self {
        Self(self.0.saturating_sub(span.into().0))
    }

    /// How long after `earlier` this is; negative if it is before it.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Millis {
        Millis(self.0.saturating_sub(earlier.0))
    }

    /// The moment of `hour:minute` on `date`, wall clock of +08:00.
    ///
    /// # Errors
    /// [`TimeError::TimeOfDay`] unless `hour` is below 24 and `minute` below 60.
    pub fn from_civil(date: Date, hour: u8, minute: u8) -> Result<Self, TimeError> {
        let wrong = TimeError::TimeOfDay { hour, minute };
        let (Ok(civil_hour), Ok(civil_minute)) = (i8::try_from(hour), i8::try_from(minute)) else {
            return Err(wrong);
        };
        let time = civil::Time::new(civil_hour, civil_minute, 0, 0).map_err(|_| wrong)?;
        Ok(Self::from_datetime(date.0.to_datetime(time)))
    }

    /// The first millisecond of `date`.
    #[must_use]
    pub fn start_of(date: Date) -> Self {
        Self::from_datetime(date.0.to_datetime(civil::Time::midnight()))
    }

    /// The last millisecond of `date`, 23:59:59.999: what people write as 24:00.
    #[must_use]
    pub fn end_of(date: Date) -> Self {
        Self::start_of(date).saturating_add(Millis(DAY_HOURS * 60 * MINUTE_MS - 1))
    }

    /// The wall clock of +08:00 at this moment.
    #[must_use]
    pub fn civil(self) -> CivilTime {
        let at = self.datetime();
        CivilTime {
            year: at.year(),
            month: at.month().unsigned_abs(),
            day: at.day().unsigned_abs(),
            hour: at.hour().unsigned_abs(),
            minute: at.minute().unsigned_abs(),
            second: at.second().unsigned_abs(),
            weekday: at.weekday(),
        }
    }

    /// The civil day of +08:00 in which this moment lies.
    #[must_use]
    pub fn date(self) -> Date {
        Date(self.datetime().date())
    }

    /// The time of day, as `03:05`.
    #[must_use]
    pub fn hh_mm(self) -> String {
        let at = self.datetime();
        format!("{:02}:{:02}", at.hour(), at.minute())
    }

    /// Day and time of day, as `2026-11-23 03:05`.
    #[must_use]
    pub fn stamp(self) -> String {
        format!("{} {}", self.date(), self.hh_mm())
    }

    fn datetime(self) -> civil::DateTime {
        ZONE.to_datetime(self.clamped())
    }

    fn clamped(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }

    fn from_datetime(at: civil::DateTime) -> Self {
        // The last hours of the year 9999 lie outside jiff's timestamps.
        let moment = ZONE.to_timestamp(at).unwrap_or(if at.year() < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        });
        Self(moment.as_millisecond())
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 with the offset +08:00; fractions only where there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.clamped().display_with_offset(ZONE).fmt(f)
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;

    /// Any RFC 3339 moment, whatever its offset; below a millisecond is cut.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let moment: jiff::Timestamp = text.parse().map_err(|_| TimeError::Moment)?;
        Ok(Self(moment.as_millisecond()))
    }
}

impl Date {
    /// The day with these numbers.
    ///
    /// # Errors
    /// [`TimeError::Date`] where the calendar has no such day.
    pub fn from_ymd(year: i16, month: u8, day: u8) -> Result<Self, TimeError> {
        let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else {
            return Err(TimeError::Date);
        };
        civil::Date::new(year, month, day)
            .map(Self)
            .map_err(|_| TimeError::Date)
    }

    /// Calendar year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// Month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.0.month().unsigned_abs()
    }

    /// Day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> u8 {
        self.0.day().unsigned_abs()
    }

    /// Day of the week.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        self.0.weekday()
    }

    /// The day that many days later (or earlier), held within the years -9999
    /// to 9999.
    #[must_use]
    pub fn saturating_add_days(self, days: i32) -> Self {
        let span = jiff::SignedDuration::from_hours(i64::from(days) * DAY_HOURS);
        Self(self.0.saturating_add(span))
    }

    /// How many days after `earlier` this is; negative if it is before it.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i32 {
        let hours = self.0.duration_since(earlier.0).as_hours();
        i32::try_from(hours / DAY_HOURS).unwrap_or(if hours < 0 { i32::MIN } else { i32::MAX })
    }

    /// `20261123`: the form of date items in GB/T 31000.
    #[must_use]
    pub fn compact(self) -> String {
        format!("{:04}{:02}{:02}", self.year(), self.month(), self.day())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Date {
    type Err = TimeError;

    /// Exactly `YYYY-MM-DD`; no time of day, no other separators.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(at, byte)| match at {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shaped {
            return Err(TimeError::Date);
        }
        text.parse().map(Self).map_err(|_| TimeError::Date)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
