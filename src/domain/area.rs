//! Division codes: where something lies, and who therefore may see it.
//!
//! A code is a path in digits. The first five steps are the national ones
//! (GB/T 2260 for province, prefecture and district; GB/T 10114 for the town;
//! 国统字〔2009〕91号 for the village). The national codes end at the village,
//! so grids and ten-household groups extend them here by three digits each.
//! Those extensions are local: they never leave in a GB/T 31000 export.
//!
//! | digits | level | example |
//! |---|---|---|
//! | 2 | province | 42 |
//! | 4 | prefecture | 4206 |
//! | 6 | district | 420607 |
//! | 9 | town | 420607102 |
//! | 12 | village | 420607102201 |
//! | 15 | grid or villagers' group (组) | 420607102201003 |
//! | 18 | ten-household group (十户) | 420607102201003012 |
//!
//! Containment is a prefix that ends at a segment boundary; since a code can
//! only end at a boundary, "4206" never contains a code of "42060" something
//! by accident. Names of places are data, and do not belong here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Digits of the longest code, a ten-household group.
pub const AREA_DIGITS_MAX: usize = 18;

/// Codes of the national statistics are padded to this length with zeros.
const PADDED_DIGITS_MAX: usize = 12;

/// How deep in the country a code reaches.
///
/// The order is that of the tree: a province is less than a village.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// 省
    Province,
    /// 市, 州
    Prefecture,
    /// 县, 市, 区
    District,
    /// 乡镇, 街道
    Town,
    /// 村, 社区
    Village,
    /// 网格, or 组 where the village counts in groups
    Grid,
    /// 十户联防 group
    TenHouseholds,
}

impl Level {
    /// All levels from the widest to the narrowest.
    pub const ALL: [Self; 7] = [
        Self::Province,
        Self::Prefecture,
        Self::District,
        Self::Town,
        Self::Village,
        Self::Grid,
        Self::TenHouseholds,
    ];

    /// How many digits a code of this level has.
    #[must_use]
    pub const fn digits(self) -> usize {
        match self {
            Self::Province => 2,
            Self::Prefecture => 4,
            Self::District => 6,
            Self::Town => 9,
            Self::Village => 12,
            Self::Grid => 15,
            Self::TenHouseholds => AREA_DIGITS_MAX,
        }
    }

    /// The tier code of GB/T 31000 table 5.2; `07` and `09` are local, because
    /// the table ends at the village (see `codes::Tier`, where `08` is 组).
    #[must_use]
    pub const fn tier_code(self) -> &'static str {
        match self {
            Self::Province => "02",
            Self::Prefecture => "03",
            Self::District => "04",
            Self::Town => "05",
            Self::Village => "06",
            Self::Grid => "07",
            Self::TenHouseholds => "09",
        }
    }

    /// The next wider level; a province has none.
    #[must_use]
    pub const fn wider(self) -> Option<Self> {
        match self {
            Self::Province => None,
            Self::Prefecture => Some(Self::Province),
            Self::District => Some(Self::Prefecture),
            Self::Town => Some(Self::District),
            Self::Village => Some(Self::Town),
            Self::Grid => Some(Self::Village),
            Self::TenHouseholds => Some(Self::Grid),
        }
    }

    fn of_digits(digits: usize) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.digits() == digits)
    }

    /// Offset of this level's own digits within a code.
    fn start(self) -> usize {
        self.wider().map_or(0, Self::digits)
    }
}

/// What is wrong with a text that should be a division code, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AreaError {
    /// A character that is no ASCII digit.
    #[error("division code: {found:?} at character {at} is not a digit 0-9")]
    NotDigit {
        /// Position of the character, counted from 1.
        at: usize,
        /// The character.
        found: char,
    },
    /// A length at which no segment ends.
    #[error("division code: {digits} digits, expected 2, 4, 6, 9, 12, 15 or 18")]
    Length {
        /// How many digits there were.
        digits: usize,
    },
    /// A segment of zeros where a level must be named.
    #[error("division code: only zeros for the {level:?} at digit {at}")]
    ZeroSegment {
        /// The level whose segment is empty.
        level: Level,
        /// Position of the segment's first digit, counted from 1.
        at: usize,
    },
}

/// A division code, always ending at a segment boundary.
///
/// In JSON and in text it is the bare digits. Orders as its text does, so a
/// code comes before everything that it contains.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaCode {
    /// ASCII digits, then zero bytes: so the derived order is that of the text.
    digits: [u8; AREA_DIGITS_MAX],
    level: Level,
}

impl AreaCode {
    /// The digits.
    #[must_use]
    #[expect(
        clippy::missing_panics_doc,
        reason = "parsing is the only way in, and it takes ASCII digits alone"
    )]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.bytes()).expect("only ASCII digits are stored")
    }

    /// How deep the code reaches.
    #[must_use]
    pub const fn level(self) -> Level {
        self.level
    }

    /// Whether `other` is this area or lies within it.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        other.bytes().starts_with(self.bytes())
    }

    /// The area one level up; a province has none.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        self.truncate_to(self.level.wider()?)
    }

    /// The district in which this lies; `None` for a province or prefecture.
    #[must_use]
    pub fn district(self) -> Option<Self> {
        self.truncate_to(Level::District)
    }

    /// The town in which this lies; `None` for a district or wider.
    #[must_use]
    pub fn town(self) -> Option<Self> {
        self.truncate_to(Level::Town)
    }

    /// The area of `level` in which this lies, itself if it is of that level;
    /// `None` if this is wider than `level`.
    #[must_use]
    pub fn truncate_to(self, level: Level) -> Option<Self> {
        if self.level < level {
            return None;
        }
        let mut digits = [0; AREA_DIGITS_MAX];
        let keep = level.digits();
        digits[..keep].copy_from_slice(&self.digits[..keep]);
        Some(Self { digits, level })
    }

    /// The smallest text that sorts after every code within this area.
    ///
    /// For queries over an index with binary collation:
    /// `area >= code AND area < code.prefix_upper_bound()`.
    #[must_use]
    pub fn prefix_upper_bound(self) -> String {
        // ':' is the byte after '9', so it sorts after any further digit.
        format!("{}:", self.as_str())
    }

    fn bytes(&self) -> &[u8] {
        &self.digits[..self.level.digits()]
    }

    fn is_zero_at(digits: &[u8], level: Level) -> bool {
        digits[level.start()..level.digits()]
            .iter()
            .all(|digit| *digit == b'0')
    }
}

impl FromStr for AreaCode {
    type Err = AreaError;

    /// Takes the short form (`420607`) and the national form padded with zero
    /// segments to at most 12 digits (`420607000000`), which means the same.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some((at, found)) = text
            .chars()
            .enumerate()
            .find(|(_, found)| !found.is_ascii_digit())
        {
            return Err(AreaError::NotDigit { at: at + 1, found });
        }
        let given = text.as_bytes();
        let mut level = Level::of_digits(given.len()).ok_or(AreaError::Length {
            digits: given.len(),
        })?;
        if given.len() <= PADDED_DIGITS_MAX {
            while let (true, Some(wider)) = (Self::is_zero_at(given, level), level.wider()) {
                level = wider;
            }
        }
        for step in Level::ALL.into_iter().take_while(|step| *step <= level) {
            if Self::is_zero_at(given, step) {
                return Err(AreaError::ZeroSegment {
                    level: step,
                    at: step.start() + 1,
                });
            }
        }
        let mut digits = [0; AREA_DIGITS_MAX];
        digits[..level.digits()].copy_from_slice(&given[..level.digits()]);
        Ok(Self { digits, level })
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AreaCode({})", self.as_str())
    }
}

impl Serialize for AreaCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for AreaCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
