//! The words of paper rosters, which are data.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::domain::roster::code::{Cell, Code};
use crate::text::fold::fold_search;

const WORDS_TOML: &str = include_str!("words.toml");

/// What heads and cells say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub name: Vec<String>,
    pub phone: Vec<String>,
    pub id: Vec<String>,
    pub post: Vec<String>,
    pub corner: Vec<String>,
    pub total: Vec<String>,
    blank: Vec<String>,
    day_signs: String,
    month_signs: String,
    year_signs: String,
    weekday_signs: String,
    code: CodeWords,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeWords {
    white: Vec<String>,
    night: Vec<String>,
    standby: Vec<String>,
    rest: Vec<String>,
}

/// The words that ship.
pub fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| toml::from_str(WORDS_TOML).expect("the embedded words; a test reads them"))
}

/// A cell as it is compared: full-width forms folded, small letters, no blanks.
pub fn plain(text: &str) -> String {
    fold_search(text)
        .chars()
        .filter(|found| !found.is_whitespace())
        .collect()
}

/// A date as far as a head says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayName {
    pub year: Option<i16>,
    pub month: Option<u8>,
    pub day: u8,
}

impl Words {
    /// Whether the text, made plain, is one of the words.
    pub fn is(among: &[String], text: &str) -> bool {
        let text = plain(text);
        let text = text.trim_end_matches([':', '：']);
        among.iter().any(|word| word == text)
    }

    /// The codes of a cell; none where it says something else.
    pub fn cell(&self, text: &str) -> Option<Cell> {
        let text = plain(text);
        if text.is_empty() || self.blank.contains(&text) {
            return Some(Cell::EMPTY);
        }
        if let Some(code) = self.code(&text) {
            return Some([code].into_iter().collect());
        }
        // Several in one cell: a separator between them, or one after the other.
        let parts: Vec<&str> = text.split(['/', '、', ',', '+', '，', '\\']).collect();
        let codes: Option<Vec<Code>> = match parts.as_slice() {
            [_] => text
                .chars()
                .map(|sign| self.code(&sign.to_string()))
                .collect(),
            parts => parts.iter().map(|part| self.code(part)).collect(),
        };
        codes.map(|codes| codes.into_iter().collect())
    }

    fn code(&self, text: &str) -> Option<Code> {
        Code::ALL.into_iter().find(|code| {
            let words = match code {
                Code::White => &self.code.white,
                Code::Night => &self.code.night,
                Code::Standby => &self.code.standby,
                Code::Rest => &self.code.rest,
            };
            words.iter().any(|word| word == text)
        })
    }

    /// The day that a head names; a weekday in brackets is passed over.
    pub fn day(&self, text: &str) -> Option<DayName> {
        let text = plain(text);
        let bare = |found| matches!(found, '(' | '[') || self.weekday_signs.contains(found);
        let text = text.split(bare).next().unwrap_or_default();
        let signs = |found: char| {
            matches!(found, '-' | '/' | '.')
                || self.day_signs.contains(found)
                || self.month_signs.contains(found)
                || self.year_signs.contains(found)
        };
        if !text
            .chars()
            .all(|found| found.is_ascii_digit() || signs(found))
        {
            return None;
        }
        let numbers: Vec<i16> = text
            .split(|found: char| !found.is_ascii_digit())
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().ok())
            .collect::<Option<_>>()?;
        let small = |number: i16, max: u8| {
            u8::try_from(number)
                .ok()
                .filter(|it| (1..=max).contains(it))
        };
        match numbers.as_slice() {
            [day] => Some(DayName {
                year: None,
                month: None,
                day: small(*day, 31)?,
            }),
            [month, day] => Some(DayName {
                year: None,
                month: Some(small(*month, 12)?),
                day: small(*day, 31)?,
            }),
            [year, month, day] => Some(DayName {
                year: Some(*year).filter(|year| (2000..2100).contains(year)),
                month: Some(small(*month, 12)?),
                day: small(*day, 31)?,
            }),
            _ => None,
        }
    }

    /// The year and month that a title names.
    pub fn month(&self, text: &str) -> Option<(i16, u8)> {
        let text = plain(text);
        if !text.contains(|found| self.month_signs.contains(found) || found == '-') {
            return None;
        }
        let numbers: Vec<&str> = text
            .split(|found: char| !found.is_ascii_digit())
            .filter(|part| !part.is_empty())
            .collect();
        numbers.windows(2).find_map(|pair| {
            let year: i16 = pair[0].parse().ok()?;
            let month: u8 = pair[1].parse().ok()?;
            ((2000..2100).contains(&year) && (1..=12).contains(&month)).then_some((year, month))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_by_table() {
        for (text, letters) in [
            ("白", "W"),
            ("夜班", "N"),
            (" 休 ", "R"),
            ("Ｎ", "N"),
            ("备勤", "S"),
            ("白备", "WS"),
            ("备/白", "WS"),
            ("白夜", "WN"),
            ("", ""),
            ("——", ""),
        ] {
            let cell = words().cell(text).map(|cell| cell.to_string());
            assert_eq!(cell.as_deref(), Some(letters), "{text}");
        }
        for text in ["中", "白x", "8:00", "白//夜"] {
            assert_eq!(words().cell(text), None, "{text}");
        }
    }

    #[test]
    fn days_by_table() {
        let day = |year, month, day| Some(DayName { year, month, day });
        for (text, wanted) in [
            ("1", day(None, None, 1)),
            ("３１日", day(None, None, 31)),
            ("12月3日", day(None, Some(12), 3)),
            ("12.3", day(None, Some(12), 3)),
            ("2026-12-03", day(Some(2026), Some(12), 3)),
            ("2026年12月3日(周四)", day(Some(2026), Some(12), 3)),
            ("5号周六", day(None, None, 5)),
            ("32", None),
            ("13.3", None),
            ("姓名", None),
            ("", None),
        ] {
            assert_eq!(words().day(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_title_names_its_month() {
        for (text, wanted) in [
            ("襄州区２０２６年１２月辅警排班表", Some((2026, 12))),
            ("2026-12", Some((2026, 12))),
            ("2026年排班", None),
            ("12月", None),
        ] {
            assert_eq!(words().month(text), wanted, "{text}");
        }
    }
}
