//! What kind of day a day is, by the official notices.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};

use crate::domain::time::Date;

/// The notices that ship with the program.
const SHIPPED_TOML: &str = include_str!("holidays-cn.toml");

/// Years that one table may hold.
pub const YEARS_MAX: usize = 60;

/// Holidays that one year may have.
pub const HOLIDAYS_PER_YEAR_MAX: usize = 30;

/// Days that one holiday may last.
pub const HOLIDAY_DAYS_MAX: i32 = 31;

/// Which days are off and which weekend days are worked, year by year.
///
/// In a file or a policy record it is `{ years: [HolidayYear] }`. Reading one
/// checks it, so a table that exists is sound.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(try_from = "RawTable", into = "RawTable")]
pub struct HolidayTable {
    years: Vec<HolidayYear>,
    /// Derived from `years`: every day that is not what its weekday says.
    marks: BTreeMap<Date, Mark>,
}

/// One year's notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolidayYear {
    /// The year that the notice arranges.
    pub year: i16,
    /// Number of the official document.
    pub document: String,
    /// Title of the official document.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// When it was issued.
    pub issued: Date,
    /// Its holidays.
    pub holidays: Vec<Holiday>,
}

/// One holiday with the days that make up for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// Its name in the notice.
    pub name: String,
    /// Its name in English; empty if the table gives none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name_en: String,
    /// First day off.
    pub first: Date,
    /// Last day off.
    pub last: Date,
    /// Saturdays and Sundays that are worked to make up for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub work: Vec<Date>,
}

/// What kind of day a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind<'table> {
    /// A working day; with the holiday it makes up for, if it is a weekend day
    /// that is worked.
    Working {
        /// The holiday for which this weekend day is worked.
        adjusted: Option<&'table Holiday>,
    },
    /// An ordinary Saturday or Sunday.
    Weekend,
    /// Off by a notice, whatever its weekday.
    Holiday(&'table Holiday),
}

/// How sure an answer about a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// The year's notice is in the table.
    Official,
    /// The year has no table yet: only weekends are known.
    TableMissing,
}

/// Why a text or document is no holiday table.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// Not TOML, or not of this shape, or unsound; the source says which.
    #[error("holiday table")]
    Toml(#[from] toml::de::Error),
    /// A year is listed twice.
    #[error("holiday table: the year {0} is listed twice")]
    YearTwice(i16),
    /// More entries than a table may have.
    #[error("holiday table: more than {max} {what}")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// How many there may be.
        max: usize,
    },
    /// A holiday that ends before it begins, or lasts longer than a month.
    #[error("holiday table: {first} to {last} is no holiday of 1 to {HOLIDAY_DAYS_MAX} days")]
    Span {
        /// First day as given.
        first: Date,
        /// Last day as given.
        last: Date,
    },
    /// A day that lies neither in the notice's year nor next to it.
    #[error("holiday table: {day} does not belong to the notice for {year}")]
    ForeignDay {
        /// The year of the notice.
        year: i16,
        /// The day in question.
        day: Date,
    },
    /// A make-up day that is no Saturday or Sunday, so there is nothing to make up.
    #[error("holiday table: the make-up day {0} is no Saturday or Sunday")]
    WorkOnWeekday(Date),
    /// A day that is given two meanings.
    #[error("holiday table: {0} is given twice")]
    DayTwice(Date),
}

#[derive(Debug, Clone, Copy)]
struct Mark {
    year: usize,
    holiday: usize,
    day: MarkedDay,
}

#[derive(Debug, Clone, Copy)]
enum MarkedDay {
    Off,
    Worked,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTable {
    years: Vec<HolidayYear>,
}

impl HolidayTable {
    /// The notices that ship with this program.
    ///
    /// # Panics
    /// Never: the embedded file is parsed by a test.
    #[must_use]
    pub fn shipped() -> Self {
        Self::from_toml(SHIPPED_TOML).expect("the embedded table is valid; a test parses it")
    }

    /// Reads a table from TOML.
    ///
    /// # Errors
    /// [`CalendarError::Toml`] with the line, or with the rule that is broken.
    pub fn from_toml(text: &str) -> Result<Self, CalendarError> {
        Ok(toml::from_str(text)?)
    }

    /// Builds a table from notices.
    ///
    /// # Errors
    /// The first [`CalendarError`] that makes them unsound.
    pub fn from_years(mut years: Vec<HolidayYear>) -> Result<Self, CalendarError> {
        at_most("years", years.len(), YEARS_MAX)?;
        years.sort_by_key(|notice| notice.year);
        let mut seen = BTreeSet::new();
        let mut marks = BTreeMap::new();
        for (year, notice) in years.iter().enumerate() {
            if !seen.insert(notice.year) {
                return Err(CalendarError::YearTwice(notice.year));
            }
            at_most("holidays", notice.holidays.len(), HOLIDAYS_PER_YEAR_MAX)?;
            for (holiday, days) in notice.holidays.iter().enumerate() {
                for (date, day) in days.marked_days()? {
                    if date.year().abs_diff(notice.year) > 1 {
                        return Err(CalendarError::ForeignDay {
                            year: notice.year,
                            day: date,
                        });
                    }
                    let mark = Mark { year, holiday, day };
                    if marks.insert(date, mark).is_some() {
                        return Err(CalendarError::DayTwice(date));
                    }
                }
            }
        }
        Ok(Self { years, marks })
    }

    /// The notices in the table, earliest year first.
    #[must_use]
    pub fn years(&self) -> &[HolidayYear] {
        &self.years
    }

    /// What kind of day `date` is, as far as the table knows; ask
    /// [`Self::certainty`] how far that is.
    #[must_use]
    pub fn day(&self, date: Date) -> DayKind<'_> {
        let Some(mark) = self.marks.get(&date) else {
            return match is_weekend(date) {
                Weekend::Yes => DayKind::Weekend,
                Weekend::No => DayKind::Working { adjusted: None },
            };
        };
        let holiday = &self.years[mark.year].holidays[mark.holiday];
        match mark.day {
            MarkedDay::Off => DayKind::Holiday(holiday),
            MarkedDay::Worked => DayKind::Working {
                adjusted: Some(holiday),
            },
        }
    }

    /// Whether the notice for the year of `date` is in the table.
    #[must_use]
    pub fn certainty(&self, date: Date) -> Certainty {
        if self.years.iter().any(|notice| notice.year == date.year()) {
            Certainty::Official
        } else {
            Certainty::TableMissing
        }
    }
}

impl PartialEq for HolidayTable {
    fn eq(&self, other: &Self) -> bool {
        self.years == other.years
    }
}

impl Eq for HolidayTable {}

impl TryFrom<RawTable> for HolidayTable {
    type Error = CalendarError;

    fn try_from(raw: RawTable) -> Result<Self, Self::Error> {
        Self::from_years(raw.years)
    }
}

impl From<HolidayTable> for RawTable {
    fn from(table: HolidayTable) -> Self {
        Self { years: table.years }
    }
}

impl DayKind<'_> {
    /// Whether work is done on such a day.
    #[must_use]
    pub const fn is_working(self) -> bool {
        match self {
            Self::Working { .. } => true,
            Self::Weekend | Self::Holiday(_) => false,
        }
    }
}

impl Holiday {
    fn marked_days(&self) -> Result<Vec<(Date, MarkedDay)>, CalendarError> {
        let nights = self.last.days_since(self.first);
        if !(0..HOLIDAY_DAYS_MAX).contains(&nights) {
            return Err(CalendarError::Span {
                first: self.first,
                last: self.last,
            });
        }
        let max = usize::try_from(HOLIDAY_DAYS_MAX).unwrap_or(usize::MAX);
        at_most("make-up days", self.work.len(), max)?;
        let mut days: Vec<(Date, MarkedDay)> = (0..=nights)
            .map(|night| (self.first.saturating_add_days(night), MarkedDay::Off))
            .collect();
        for work in &self.work {
            match is_weekend(*work) {
                Weekend::Yes => days.push((*work, MarkedDay::Worked)),
                Weekend::No => return Err(CalendarError::WorkOnWeekday(*work)),
            }
        }
        Ok(days)
    }
}

enum Weekend {
    Yes,
    No,
}

fn is_weekend(date: Date) -> Weekend {
    match date.weekday() {
        Weekday::Saturday | Weekday::Sunday => Weekend::Yes,
        Weekday::Monday
        | Weekday::Tuesday
        | Weekday::Wednesday
        | Weekday::Thursday
        | Weekday::Friday => Weekend::No,
    }
}

fn at_most(what: &'static str, count: usize, max: usize) -> Result<(), CalendarError> {
    if count > max {
        return Err(CalendarError::TooMany { what, max });
    }
    Ok(())
}
