//! Limits as policies state them, and the deadlines that come of them.

use serde::{Deserialize, Serialize};

use super::table::{Certainty, DayKind, Holiday, HolidayTable};
use crate::domain::time::{Date, Minutes, Timestamp};

/// Longest limit in minutes: a leap year.
pub const MINUTES_MAX: u32 = 527_040;

/// Longest limit in working days, about nineteen months.
pub const WORKING_DAYS_MAX: u32 = 400;

/// Longest limit in calendar days, ten years.
pub const CALENDAR_DAYS_MAX: u32 = 3_660;

/// How long something may take; in JSON `{"working_days": 5}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawLimit", into = "RawLimit")]
pub enum Limit {
    /// Minutes from the act.
    Minutes(u32),
    /// Whole working days after the day of the act.
    WorkingDays(u32),
    /// Whole days after the day of the act, days off included.
    CalendarDays(u32),
}

/// A limit that is longer than this program counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("limit: {given} {unit} is more than {max}")]
pub struct LimitError {
    /// The unit as written in a policy.
    pub unit: &'static str,
    /// The number given.
    pub given: u32,
    /// The largest number taken.
    pub max: u32,
}

/// Until when something must be done, and why then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// The last moment that is in time.
    pub at: Timestamp,
    /// The limit that was counted; absent where an officer set the moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// The act from which it was counted.
    pub from: Timestamp,
    /// What made the date other than plain counting would; empty for minutes
    /// and calendar days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Explanation>,
}

/// One fact that moved a date, ready to be put into words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Explanation {
    /// Days of a holiday were not counted.
    HolidaySkipped {
        /// The holiday's name in the notice.
        name: String,
        /// Its name in English, or empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        name_en: String,
        /// First of its days that was passed over.
        first: Date,
        /// Last of its days that was passed over.
        last: Date,
    },
    /// A weekend day was counted, because it is worked.
    AdjustedDayCounted {
        /// The weekend day.
        date: Date,
        /// Name of the holiday that it makes up for.
        name: String,
        /// The same in English, or empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        name_en: String,
    },
    /// Ordinary Saturdays and Sundays were not counted.
    WeekendSkipped {
        /// How many days.
        days: u32,
    },
    /// The notice for a year is not known yet: of its days off only weekends
    /// were taken into account.
    TableMissing {
        /// The year.
        year: i16,
    },
}

/// The deadline of something that may take `limit` from the act at `from`.
///
/// Days are counted as the module says: not the day of the act, and to the end
/// of the last one. A limit of no working days ends with the day of the act,
/// or, if that is off, with the first working day after it. Limits beyond
/// their maximum count as the maximum.
#[must_use]
pub fn deadline(from: Timestamp, limit: Limit, table: &HolidayTable) -> Deadline {
    let limit = limit.bounded();
    let (at, skipped) = match limit {
        Limit::Minutes(minutes) => (from.saturating_add(Minutes(minutes)), Vec::new()),
        Limit::CalendarDays(days) => {
            let days = i32::try_from(days).unwrap_or(i32::MAX);
            let last = from.date().saturating_add_days(days);
            (Timestamp::end_of(last), Vec::new())
        }
        Limit::WorkingDays(days) => {
            let (last, skipped) = table.add_working_days(from.date(), days);
            (Timestamp::end_of(last), skipped)
        }
    };
    Deadline {
        at,
        limit: Some(limit),
        from,
        skipped,
    }
}

impl Limit {
    /// This limit, or the longest of its unit if it is beyond that.
    fn bounded(self) -> Self {
        match self {
            Self::Minutes(count) => Self::Minutes(count.min(MINUTES_MAX)),
            Self::WorkingDays(count) => Self::WorkingDays(count.min(WORKING_DAYS_MAX)),
            Self::CalendarDays(count) => Self::CalendarDays(count.min(CALENDAR_DAYS_MAX)),
        }
    }
}

impl Deadline {
    /// A deadline that an officer set, not a limit.
    #[must_use]
    pub fn fixed(from: Timestamp, at: Timestamp) -> Self {
        Self {
            at,
            limit: None,
            from,
            skipped: Vec::new(),
        }
    }

    /// Whether every day it rests on comes from an official notice.
    #[must_use]
    pub fn certainty(&self) -> Certainty {
        let missing = |why: &Explanation| matches!(why, Explanation::TableMissing { .. });
        if self.skipped.iter().any(missing) {
            Certainty::TableMissing
        } else {
            Certainty::Official
        }
    }
}

impl HolidayTable {
    /// The `days`-th working day after `from`, and what made it that day.
    ///
    /// `from` itself is not counted. Zero days give `from` if it is a working
    /// day, else the first working day after it. More than
    /// [`WORKING_DAYS_MAX`] count as that.
    #[must_use]
    pub fn add_working_days(&self, from: Date, days: u32) -> (Date, Vec<Explanation>) {
        let mut left = days.min(WORKING_DAYS_MAX);
        let mut date = from;
        let mut reasons = Reasons::default();
        if left == 0 && !self.day(from).is_working() {
            reasons.pass(self, from);
            left = 1;
        }
        while left > 0 {
            let next = date.saturating_add_days(1);
            if next == date {
                break; // the end of the calendar, year 9999
            }
            date = next;
            if reasons.pass(self, date).is_working() {
                left -= 1;
            }
        }
        if self.certainty(date) == Certainty::TableMissing {
            reasons.missing_year(date.year());
        }
        (date, reasons.into_explanations())
    }
}

/// Gathers what was met on the way, folding runs of days into one fact.
#[derive(Default)]
struct Reasons {
    facts: Vec<Explanation>,
    weekend_days: u32,
    missing_years: Vec<i16>,
}

impl Reasons {
    fn pass<'table>(&mut self, table: &'table HolidayTable, date: Date) -> DayKind<'table> {
        if table.certainty(date) == Certainty::TableMissing {
            self.missing_year(date.year());
        }
        let kind = table.day(date);
        match kind {
            DayKind::Working { adjusted: None } => {}
            DayKind::Working {
                adjusted: Some(holiday),
            } => self.facts.push(Explanation::AdjustedDayCounted {
                date,
                name: holiday.name.clone(),
                name_en: holiday.name_en.clone(),
            }),
            DayKind::Weekend => self.weekend_days += 1,
            DayKind::Holiday(holiday) => self.holiday(holiday, date),
        }
        kind
    }

    fn holiday(&mut self, holiday: &Holiday, date: Date) {
        if let Some(Explanation::HolidaySkipped { first, last, .. }) = self.facts.last_mut()
            && *first >= holiday.first
            && *last <= holiday.last
        {
            *last = date;
            return;
        }
        self.facts.push(Explanation::HolidaySkipped {
            name: holiday.name.clone(),
            name_en: holiday.name_en.clone(),
            first: date,
            last: date,
        });
    }

    fn missing_year(&mut self, year: i16) {
        if self.missing_years.last() != Some(&year) {
            self.missing_years.push(year);
        }
    }

    fn into_explanations(mut self) -> Vec<Explanation> {
        if self.weekend_days > 0 {
            self.facts.push(Explanation::WeekendSkipped {
                days: self.weekend_days,
            });
        }
        let missing = self.missing_years.into_iter();
        self.facts
            .extend(missing.map(|year| Explanation::TableMissing { year }));
        self.facts
    }
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawLimit {
    Minutes(u32),
    WorkingDays(u32),
    CalendarDays(u32),
}

impl TryFrom<RawLimit> for Limit {
    type Error = LimitError;

    fn try_from(raw: RawLimit) -> Result<Self, Self::Error> {
        let (limit, unit, given, max) = match raw {
            RawLimit::Minutes(given) => (Self::Minutes(given), "minutes", given, MINUTES_MAX),
            RawLimit::WorkingDays(given) => (
                Self::WorkingDays(given),
                "working_days",
                given,
                WORKING_DAYS_MAX,
            ),
            RawLimit::CalendarDays(given) => (
                Self::CalendarDays(given),
                "calendar_days",
                given,
                CALENDAR_DAYS_MAX,
            ),
        };
        if given > max {
            return Err(LimitError { unit, given, max });
        }
        Ok(limit)
    }
}

impl From<Limit> for RawLimit {
    fn from(limit: Limit) -> Self {
        match limit {
            Limit::Minutes(count) => Self::Minutes(count),
            Limit::WorkingDays(count) => Self::WorkingDays(count),
            Limit::CalendarDays(count) => Self::CalendarDays(count),
        }
    }
}
