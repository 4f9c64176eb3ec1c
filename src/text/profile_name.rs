//! Names by which an officer says what the terminal can do: on the command
//! line and in the settings alike, which do not know each other.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A name; several may be given together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileName {
    /// 256 colours at least.
    Full,
    /// Sixteen colours at most.
    Basic,
    /// No colours.
    Mono,
    /// Characters of open width take two cells.
    Wide,
    /// The line is slow.
    Thin,
}

/// All of them, in the order in which help lists them.
pub const PROFILE_NAMES: [ProfileName; 5] = [
    ProfileName::Full,
    ProfileName::Basic,
    ProfileName::Mono,
    ProfileName::Wide,
    ProfileName::Thin,
];

impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "full",
            Self::Basic => "basic",
            Self::Mono => "mono",
            Self::Wide => "wide",
            Self::Thin => "thin",
        })
    }
}

/// Nothing is called so.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?}: full, basic, mono, wide, thin, auto")]
pub struct UnknownProfile(String);

impl FromStr for ProfileName {
    type Err = UnknownProfile;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        PROFILE_NAMES
            .into_iter()
            .find(|name| name.to_string() == text)
            .ok_or_else(|| UnknownProfile(text.to_owned()))
    }
}

/// Names that hold together; none is `auto`: what is found counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileNames(pub Vec<ProfileName>);

impl FromStr for ProfileNames {
    type Err = UnknownProfile;

    /// Names with commas between them, or `auto`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "auto" {
            return Ok(Self::default());
        }
        let names: Result<Vec<ProfileName>, _> =
            text.split(',').map(|name| name.trim().parse()).collect();
        names.map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_by_table() {
        for (text, names) in [
            ("auto", Some(vec![])),
            ("thin", Some(vec![ProfileName::Thin])),
            (
                "mono, thin",
                Some(vec![ProfileName::Mono, ProfileName::Thin]),
            ),
            ("", None),
            ("mono,fat", None),
        ] {
            let found = text.parse::<ProfileNames>().ok().map(|names| names.0);
            assert_eq!(found, names, "{text:?}");
        }
        for name in PROFILE_NAMES {
            assert_eq!(name.to_string().parse(), Ok(name));
        }
    }
}
