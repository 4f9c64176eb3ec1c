//! Sounds that many people do not tell apart, as pairs that an officer may
//! switch on: who says 南 as *lan* types it so.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// Pairs that may sound the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pair {
    /// Two ways to begin a syllable.
    Initial(&'static str, &'static str),
    /// Two ways to end it.
    Final(&'static str, &'static str),
}

/// The pairs with their names in the settings; the longer spelling first where
/// one begins or ends with the other.
const PAIRS: [(&str, Pair); 9] = [
    ("zh-z", Pair::Initial("zh", "z")),
    ("ch-c", Pair::Initial("ch", "c")),
    ("sh-s", Pair::Initial("sh", "s")),
    ("n-l", Pair::Initial("n", "l")),
    ("f-h", Pair::Initial("f", "h")),
    ("r-l", Pair::Initial("r", "l")),
    ("ang-an", Pair::Final("ang", "an")),
    ("eng-en", Pair::Final("eng", "en")),
    ("ing-in", Pair::Final("ing", "in")),
];

/// What the word "all" in the settings switches on.
const ALL: &str = "all";
/// What the word "off" leaves.
const OFF: &str = "off";

/// The pairs that are switched on; none at first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fuzzy(u16);

impl Fuzzy {
    /// No pair: sounds are what they are.
    pub const OFF: Self = Self(0);

    /// Every pair.
    #[must_use]
    pub const fn all() -> Self {
        Self((1 << PAIRS.len()) - 1)
    }

    /// Whether no pair is switched on.
    #[must_use]
    pub const fn is_off(self) -> bool {
        self.0 == 0
    }

    fn pairs(self) -> impl Iterator<Item = Pair> {
        PAIRS
            .iter()
            .enumerate()
            .filter(move |(at, _)| self.0 & (1 << at) != 0)
            .map(|(_, (_, pair))| *pair)
    }

    /// How a reading may be typed: as it is, and as those say it who do not
    /// tell the pairs apart. The first is the reading itself.
    #[must_use]
    pub fn ways(self, reading: &str) -> Vec<Cow<'_, str>> {
        let mut all: Vec<Cow<'_, str>> = vec![Cow::Borrowed(reading)];
        for pair in self.pairs() {
            for at in 0..all.len() {
                let Some(other) = swapped(&all[at], pair) else {
                    continue;
                };
                if !all.iter().any(|have| *have == other) {
                    all.push(Cow::Owned(other));
                }
            }
        }
        all
    }

    /// First letters that may be typed for one that begins with `letter`.
    #[must_use]
    pub fn initials(self, letter: char) -> Vec<char> {
        let mut all = vec![letter];
        for pair in self.pairs() {
            let Pair::Initial(one, other) = pair else {
                continue;
            };
            let (Some(one), Some(other)) = (one.chars().next(), other.chars().next()) else {
                continue;
            };
            for at in 0..all.len() {
                let swapped = match all[at] {
                    have if have == one => other,
                    have if have == other => one,
                    _ => continue,
                };
                if !all.contains(&swapped) {
                    all.push(swapped);
                }
            }
        }
        all
    }
}

/// The reading with the pair's other half in the place of the one it has.
fn swapped(reading: &str, pair: Pair) -> Option<String> {
    match pair {
        Pair::Initial(long, short) => {
            if let Some(rest) = reading.strip_prefix(long) {
                return Some(format!("{short}{rest}"));
            }
            let rest = reading.strip_prefix(short)?;
            // Only a vowel ends an initial: "zh" does not begin with "z".
            rest.starts_with(['a', 'e', 'i', 'o', 'u', 'ü', 'v'])
                .then(|| format!("{long}{rest}"))
        }
        Pair::Final(long, short) => {
            if let Some(rest) = reading.strip_suffix(long) {
                return Some(format!("{rest}{short}"));
            }
            let rest = reading.strip_suffix(short)?;
            Some(format!("{rest}{long}"))
        }
    }
}

impl fmt::Display for Fuzzy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_off() {
            return f.write_str(OFF);
        }
        let names: Vec<&str> = PAIRS
            .iter()
            .enumerate()
            .filter(|(at, _)| self.0 & (1 << at) != 0)
            .map(|(_, (name, _))| *name)
            .collect();
        f.write_str(&names.join(" "))
    }
}

/// A word that names no pair.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no pair of sounds is called {0:?}")]
pub struct UnknownPair(pub String);

impl FromStr for Fuzzy {
    type Err = UnknownPair;

    /// `off`, `all`, or names of pairs (`zh-z n-l`).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            OFF => return Ok(Self::OFF),
            ALL => return Ok(Self::all()),
            _ => {}
        }
        let mut bits = 0;
        for word in text.split([' ', ',']).filter(|word| !word.is_empty()) {
            let at = PAIRS
                .iter()
                .position(|(name, _)| *name == word)
                .ok_or_else(|| UnknownPair(word.to_owned()))?;
            bits |= 1 << at;
        }
        if bits == 0 {
            return Err(UnknownPair(text.to_owned()));
        }
        Ok(Self(bits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(fuzzy: &str, reading: &str) -> Vec<String> {
        let fuzzy: Fuzzy = fuzzy.parse().unwrap();
        fuzzy
            .ways(reading)
            .into_iter()
            .map(Cow::into_owned)
            .collect()
    }

    #[test]
    fn a_reading_is_typed_in_every_way_of_the_pairs() {
        assert_eq!(ways("off", "nan"), ["nan"]);
        assert_eq!(ways("n-l", "nan"), ["nan", "lan"]);
        assert_eq!(ways("n-l ang-an", "nan"), ["nan", "lan", "nang", "lang"]);
        assert_eq!(ways("zh-z", "zhang"), ["zhang", "zang"]);
        assert_eq!(ways("zh-z", "zang"), ["zang", "zhang"]);
        assert_eq!(ways("r-l n-l", "ren"), ["ren", "len"]);
        assert_eq!(ways("ing-in", "ling"), ["ling", "lin"]);
        assert_eq!(ways("all", "er"), ["er"]);
        assert_eq!(ways("n-l", "nü"), ["nü", "lü"]);
    }

    #[test]
    fn first_letters_follow() {
        let fuzzy: Fuzzy = "n-l f-h zh-z".parse().unwrap();
        assert_eq!(fuzzy.initials('n'), ['n', 'l']);
        assert_eq!(fuzzy.initials('h'), ['h', 'f']);
        assert_eq!(fuzzy.initials('z'), ['z']);
        assert_eq!(Fuzzy::OFF.initials('n'), ['n']);
    }

    #[test]
    fn settings_round_trip_and_unknown_words_are_refused() {
        for text in [
            "off",
            "zh-z",
            "n-l f-h",
            "zh-z ch-c sh-s n-l f-h r-l ang-an eng-en ing-in",
        ] {
            assert_eq!(text.parse::<Fuzzy>().unwrap().to_string(), text);
        }
        assert_eq!("all".parse(), Ok(Fuzzy::all()));
        assert_eq!("n-l,f-h".parse::<Fuzzy>().unwrap().to_string(), "n-l f-h");
        assert_eq!("n-m".parse::<Fuzzy>(), Err(UnknownPair("n-m".to_owned())));
        assert!("".parse::<Fuzzy>().is_err());
    }
}
