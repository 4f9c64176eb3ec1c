//! A span of the day, as `20:00-07:00`; it may go over midnight.

use std::fmt;
use std::str::FromStr;

/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// From one minute of the day up to another, which is no longer in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaySpan {
    from: u16,
    to: u16,
}

/// It is not of the form `20:00-07:00`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not of the form 20:00-07:00")]
pub struct NotASpan(pub String);

impl DaySpan {
    /// Whether this minute of the day lies in it.
    #[must_use]
    pub const fn contains(self, minute: u16) -> bool {
        if self.from < self.to {
            self.from <= minute && minute < self.to
        } else {
            self.from <= minute || minute < self.to
        }
    }
}

impl FromStr for DaySpan {
    type Err = NotASpan;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NotASpan(text.to_owned());
        let (from, to) = text.split_once('-').ok_or_else(wrong)?;
        let minute = |clock: &str| {
            let (hour, minute) = clock.trim().split_once(':')?;
            let two = |digits: &str| {
                let plain = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
                plain.then(|| digits.parse::<u16>().ok()).flatten()
            };
            let (hour, minute) = (two(hour)?, two(minute)?);
            (hour < 24 && minute < 60).then_some(hour * 60 + minute)
        };
        let (from, to) = minute(from).zip(minute(to)).ok_or_else(wrong)?;
        // A span without a length would be the whole day or none of it.
        if from == to {
            return Err(wrong());
        }
        Ok(Self { from, to })
    }
}

impl fmt::Display for DaySpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clock = |minute: u16| (minute % DAY_MINUTES / 60, minute % 60);
        let ((from, past), (to, after)) = (clock(self.from), clock(self.to));
        write!(f, "{from:02}:{past:02}-{to:02}:{after:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_read_as_written_and_goes_over_midnight() {
        let night: DaySpan = "20:00-07:30".parse().unwrap();
        assert_eq!(night.to_string(), "20:00-07:30");
        for (hour, minute, inside) in [
            (20, 0, true),
            (23, 59, true),
            (0, 0, true),
            (7, 29, true),
            (7, 30, false),
            (19, 59, false),
        ] {
            assert_eq!(
                night.contains(hour * 60 + minute),
                inside,
                "{hour}:{minute}"
            );
        }
        let noon: DaySpan = "11:00-13:00".parse().unwrap();
        assert!(noon.contains(12 * 60) && !noon.contains(13 * 60) && !noon.contains(0));
        for wrong in [
            "",
            "20-7",
            "20:00",
            "24:00-07:00",
            "07:00-07:00",
            "+1:00-07:00",
        ] {
            assert!(wrong.parse::<DaySpan>().is_err(), "{wrong}");
        }
    }
}
