//! 白/夜/休/备: the codes of a roster, and the hours that a county gives them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::domain::time::{Date, Millis, Timestamp};

const MINUTE_MS: i64 = 60_000;
/// Minutes of a day.
pub const DAY_MINUTES: u16 = 24 * 60;

/// What one cell of the paper roster says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// 白.
    White,
    /// 夜.
    Night,
    /// 备: can be called, does not stand on the post.
    Standby,
    /// 休.
    Rest,
}

/// What a code makes of a person's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Duty {
    /// Off.
    Off,
    /// Can be called; is not "on".
    Standby,
    /// On.
    On,
}

impl Code {
    /// Every code, in the order of the paper.
    pub const ALL: [Self; 4] = [Self::White, Self::Night, Self::Standby, Self::Rest];

    /// Its name on the wire and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::White => "white",
            Self::Night => "night",
            Self::Standby => "standby",
            Self::Rest => "rest",
        }
    }

    /// Its letter in an import's cells.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::White => 'W',
            Self::Night => 'N',
            Self::Standby => 'S',
            Self::Rest => 'R',
        }
    }

    /// What it makes of a person's time.
    #[must_use]
    pub const fn duty(self) -> Duty {
        match self {
            Self::White | Self::Night => Duty::On,
            Self::Standby => Duty::Standby,
            Self::Rest => Duty::Off,
        }
    }
}

/// The text names no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no code: white, night, standby or rest")]
pub struct UnknownCode(pub String);

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|code| code.name() == text)
            .ok_or_else(|| UnknownCode(text.to_owned()))
    }
}

/// From when to when a code lasts, as minutes after midnight in Asia/Shanghai.
/// One that does not end after it starts ends on the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Start.
    pub starts: u16,
    /// End.
    pub ends: u16,
}

impl Hours {
    /// The first and the last moment of these hours on `date`; the last is not
    /// included.
    #[must_use]
    pub fn on(self, date: Date) -> (Timestamp, Timestamp) {
        let midnight = Timestamp::start_of(date);
        let at = |minutes: u32| midnight.saturating_add(Millis(i64::from(minutes) * MINUTE_MS));
        let ends = if self.ends > self.starts {
            u32::from(self.ends)
        } else {
            u32::from(self.ends) + u32::from(DAY_MINUTES)
        };
        (at(u32::from(self.starts)), at(ends))
    }
}

/// The hours of each code: the county's policy. Those that ship are a proposal
/// (domain.md §5: twelve hours each, as the centres' own shifts).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeHours {
    /// 白.
    pub white: Hours,
    /// 夜.
    pub night: Hours,
    /// 备.
    pub standby: Hours,
    /// 休.
    pub rest: Hours,
}

impl Default for CodeHours {
    fn default() -> Self {
        let (morning, evening) = (8 * 60, 20 * 60);
        Self {
            white: Hours {
                starts: morning,
                ends: evening,
            },
            night: Hours {
                starts: evening,
                ends: morning,
            },
            standby: Hours {
                starts: evening,
                ends: morning,
            },
            rest: Hours {
                starts: morning,
                ends: morning,
            },
        }
    }
}

impl CodeHours {
    /// The hours of a code.
    #[must_use]
    pub const fn of(&self, code: Code) -> Hours {
        match code {
            Code::White => self.white,
            Code::Night => self.night,
            Code::Standby => self.standby,
            Code::Rest => self.rest,
        }
    }

    /// The code whose hours begin or end at no minute of a day, if any.
    #[must_use]
    pub fn outside_the_day(&self) -> Option<Code> {
        Code::ALL.into_iter().find(|code| {
            let hours = self.of(*code);
            hours.starts >= DAY_MINUTES || hours.ends >= DAY_MINUTES
        })
    }
}

/// One cell of the roster: no code, one, or several (白 and 备 on one day). On
/// the wire the codes' letters, in the order of [`Code::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cell(u8);

impl Cell {
    /// Nothing.
    pub const EMPTY: Self = Self(0);

    /// The codes in it.
    pub fn codes(self) -> impl Iterator<Item = Code> {
        Code::ALL
            .into_iter()
            .filter(move |code| self.0 & bit(*code) != 0)
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

const fn bit(code: Code) -> u8 {
    match code {
        Code::White => 1,
        Code::Night => 2,
        Code::Standby => 4,
        Code::Rest => 8,
    }
}

impl FromIterator<Code> for Cell {
    fn from_iter<I: IntoIterator<Item = Code>>(codes: I) -> Self {
        Self(codes.into_iter().fold(0, |cell, code| cell | bit(code)))
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters: String = self.codes().map(Code::letter).collect();
        f.pad(&letters)
    }
}

/// The text is no cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no cell: letters of W, N, S, R, each once and in this order")]
pub struct CellError(pub String);

impl FromStr for Cell {
    type Err = CellError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || CellError(text.chars().take(8).collect());
        let mut codes = Vec::new();
        for letter in text.chars() {
            let code = Code::ALL.into_iter().find(|code| code.letter() == letter);
            codes.push(code.ok_or_else(wrong)?);
        }
        let cell: Self = codes.into_iter().collect();
        if cell.to_string() == text {
            Ok(cell)
        } else {
            Err(wrong())
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}
