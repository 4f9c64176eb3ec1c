//! The number that people say aloud: `420607102-20261123-0012`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::domain::area::AreaCode;
use crate::domain::time::Date;

/// The highest serial of one place and day.
pub const SERIAL_MAX: u32 = 9_999_999;

/// Area, day and serial; unique because only the service gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IncidentNumber {
    /// The town, or the wider area when no town was known.
    pub area: AreaCode,
    /// The day of registration, Asia/Shanghai.
    pub day: Date,
    /// Counts from 1 within area and day.
    pub serial: u32,
}

/// The text is no incident number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no incident number; one looks like 420607102-20261123-0012")]
pub struct NumberError(String);

impl fmt::Display for IncidentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{:04}", self.area, self.day.compact(), self.serial)
    }
}

impl FromStr for IncidentNumber {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NumberError(text.chars().take(40).collect());
        let mut parts = text.split('-');
        let (Some(area), Some(day), Some(serial), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(wrong());
        };
        if day.len() != 8 || !day.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        if serial.len() < 4 || !serial.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        let number = |slice: &str| slice.parse::<u32>().map_err(|_| wrong());
        let year = i16::try_from(number(&day[..4])?).map_err(|_| wrong())?;
        let month = u8::try_from(number(&day[4..6])?).map_err(|_| wrong())?;
        let date = u8::try_from(number(&day[6..])?).map_err(|_| wrong())?;
        let serial = number(serial)?;
        if serial == 0 || serial > SERIAL_MAX {
            return Err(wrong());
        }
        Ok(Self {
            area: area.parse().map_err(|_| wrong())?,
            day: Date::from_ymd(year, month, date).map_err(|_| wrong())?,
            serial,
        })
    }
}

impl Serialize for IncidentNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for IncidentNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}
