//! Working days, holidays, make-up days (调休), and the deadlines counted in
//! them.
//!
//! Which days are off cannot be computed: the State Council announces them each
//! year. So they are data ([`HolidayTable`]) with their source, shipped for the
//! years that were announced and replaceable by a county's policy. For a year
//! without a table only weekends are known; a deadline that touches such a year
//! says so, because people plan by it.
//!
//! How limits are counted (see [`deadline`]):
//! * minutes run from the act to the millisecond;
//! * days, of either kind, are whole: the day of the act is not counted, and
//!   the limit ends with the last millisecond of its last day ("24:00");
//! * calendar days end on their day even if it is a day off. The laws that
//!   extend such a term to the next working day would only make it later, so
//!   the date shown is the safe one.
//!
//! Must not: read a clock, or put anything into words. [`Explanation`] carries
//! the facts; the screen has the sentences.

mod limit;
mod table;

pub use limit::{
    CALENDAR_DAYS_MAX, Deadline, Explanation, Limit, LimitError, MINUTES_MAX, WORKING_DAYS_MAX,
    deadline,
};
pub use table::{
    CalendarError, Certainty, DayKind, HOLIDAY_DAYS_MAX, HOLIDAYS_PER_YEAR_MAX, Holiday,
    HolidayTable, HolidayYear, YEARS_MAX,
};

#[cfg(test)]
mod tests;
