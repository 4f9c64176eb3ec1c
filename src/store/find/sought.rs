//! Words in a filter, and the text they are looked for in.
//!
//! What a row is shown for is decided here, against the text itself; the index
//! only says where to look.

use std::collections::BTreeSet;

use super::super::page::Places;
use crate::domain::area::AreaCode;
use crate::domain::codes::Category;
use crate::domain::ids::RecordId;
use crate::domain::incident::Incident;
use crate::domain::unit::Holder;
use crate::text::fold::fold_search;
use crate::text::pinyin::Word;

/// Words of a filter that are looked at.
pub const FILTER_WORDS_MAX: usize = 8;
/// Hexadecimal digits of a provisional tag.
const TAG_DIGITS: usize = 4;
/// Stands between the parts of a text; nobody can type it.
pub(in crate::store) const PART: char = '\u{1f}';
/// Before a word that must not occur.
const UNWANTED: char = '!';

/// Folds case and width, so that `ＡＢ１` and `ab1` are the same.
pub(in crate::store) fn fold(text: &str) -> String {
    fold_search(text).into_owned()
}

/// What an incident is found by, in three parts: what is found by its sound
/// too (number, tag, title, place, holders), the summary, and the category's
/// code, whose names are looked up when somebody asks.
pub(in crate::store) fn haystack(id: RecordId, incident: &Incident) -> String {
    let mut parts: Vec<String> = Vec::with_capacity(12);
    parts.extend(incident.number.map(|number| number.to_string()));
    parts.push(id.provisional_tag());
    // The number of a case of the same matter leads to both.
    parts.extend(incident.same_matter().map(|case| case.name()));
    parts.push(incident.title.clone());
    parts.push(incident.place.clone());
    for holder in std::iter::once(&incident.step.holder).chain(&incident.assist) {
        named(holder, &mut parts);
    }
    parts.push(incident.elements.owner.clone());
    // A line break cannot be typed into a filter, so no word spans two parts.
    let sounding = fold(&parts.join("\n")).replace(PART, " ");
    let summary = fold(&incident.summary).replace(PART, " ");
    let code = incident.category.code();
    format!("{sounding}{PART}{summary}{PART}{code}")
}

/// Names and numbers of whoever a case is about and of whoever told of it. A
/// minor's name is sealed, and no part of it.
pub(in crate::store) fn parties(incident: &Incident) -> String {
    let people = || {
        let told = (&incident.source.name, &incident.source.phone);
        let parties = incident.parties.iter();
        std::iter::once(told).chain(parties.map(|party| (&party.name, &party.phone)))
    };
    let names: Vec<String> = people()
        .map(|(name, _)| fold(name).replace(['\n', PART], " "))
        .filter(|name| !name.trim().is_empty() && !name.contains('*'))
        .collect();
    let phones = digits_of(people().map(|(_, phone)| phone.as_str()));
    if names.is_empty() && phones.is_empty() {
        return String::new();
    }
    format!("{}{PART}{phones}", names.join("\n"))
}

/// The digits of telephone numbers, a line for each.
pub(in crate::store) fn digits_of<'a>(phones: impl Iterator<Item = &'a str>) -> String {
    let mut lines: Vec<String> = phones
        .map(|phone| fold(phone).chars().filter(char::is_ascii_digit).collect())
        .filter(|digits: &String| !digits.is_empty())
        .collect();
    lines.dedup();
    lines.join("\n")
}

fn named(holder: &Holder, parts: &mut Vec<String>) {
    parts.push(holder.unit.name.clone());
    parts.extend(holder.person.as_ref().map(|person| person.name.clone()));
}

/// The parts of a text that [`haystack`] made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hay<'a> {
    pub(super) sounding: &'a str,
    pub(super) summary: &'a str,
    pub(super) category: Option<Category>,
}

impl<'a> Hay<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut parts = text.splitn(3, PART);
        let mut part = || parts.next().unwrap_or_default();
        Self {
            sounding: part(),
            summary: part(),
            category: Category::from_code(part()),
        }
    }
}

/// Whether a word must occur or must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Want {
    There,
    Absent,
}

/// A word of a filter, with the names that it occurs in.
#[derive(Clone, Debug)]
pub(in crate::store) struct Term {
    pub(in crate::store) word: Word,
    pub(in crate::store) want: Want,
    /// Categories with the word in their names or their parents'.
    pub(in crate::store) categories: BTreeSet<Category>,
    /// Areas with the word in their names; what lies within them counts.
    pub(in crate::store) areas: BTreeSet<AreaCode>,
}

/// The words of a filter; all of them must fit.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Sought {
    pub(in crate::store) terms: Vec<Term>,
}

impl Sought {
    pub(in crate::store) fn new(text: &str, places: &Places) -> Self {
        let folded = fold(text);
        let terms = folded
            .split_whitespace()
            .filter_map(|word| match word.strip_prefix(UNWANTED) {
                Some("") => None,
                Some(rest) => Some((Want::Absent, rest)),
                None => Some((Want::There, word)),
            })
            .take(FILTER_WORDS_MAX)
            .map(|(want, word)| Term::new(want, tag(word).unwrap_or(word), places))
            .collect();
        Self { terms }
    }

    pub(in crate::store) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether the incident with this text, in this area, is one of those that
    /// are looked for.
    pub(in crate::store) fn fits(&self, text: &str, area: AreaCode) -> bool {
        let hay = Hay::of(text);
        self.terms
            .iter()
            .all(|term| term.occurs(&hay, area) == (term.want == Want::There))
    }
}

impl Term {
    fn new(want: Want, word: &str, places: &Places) -> Self {
        let word = Word::new(word);
        let named = |name: &str| {
            let name = fold_search(name);
            word.is_written_in(&name) || word.sounds_in(&name)
        };
        let categories: BTreeSet<Category> = Category::all()
            .filter(|category| {
                category.code() == word.text()
                    || named(category.short_zh())
                    || word.is_written_in(&fold_search(category.name_zh()))
                    || word.is_written_in(&fold_search(category.name_en()))
            })
            .collect();
        let within = |category: &Category| {
            categories.contains(category)
                || category
                    .parent()
                    .is_some_and(|parent| categories.contains(&parent))
        };
        Self {
            want,
            categories: Category::all().filter(within).collect(),
            areas: places
                .iter()
                .filter(|(_, name)| named(name))
                .map(|(area, _)| *area)
                .collect(),
            word,
        }
    }

    fn occurs(&self, hay: &Hay<'_>, area: AreaCode) -> bool {
        self.word.is_written_in(hay.sounding)
            || self.word.is_written_in(hay.summary)
            || hay
                .category
                .is_some_and(|category| self.categories.contains(&category))
            || (!self.areas.is_empty() && around(area).any(|area| self.areas.contains(&area)))
            || self.word.sounds_in(hay.sounding)
    }
}

/// An area and those it lies in.
pub(in crate::store) fn around(area: AreaCode) -> impl Iterator<Item = AreaCode> {
    std::iter::successors(Some(area), |area| area.parent())
}

/// The words of a picker's line, folded; all of them must occur.
pub(in crate::store) fn words(text: &str) -> Vec<String> {
    fold(text)
        .split_whitespace()
        .take(FILTER_WORDS_MAX)
        .map(|word| tag(word).unwrap_or(word).to_owned())
        .collect()
}

/// The four digits of a provisional tag as people write it, after the mark
/// that says it is provisional.
pub(in crate::store) fn tag(word: &str) -> Option<&str> {
    let mut chars = word.chars();
    let mark = chars.next()?;
    let digits = chars.as_str();
    let fits = !mark.is_ascii()
        && digits.len() == TAG_DIGITS
        && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    fits.then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(Want, String)> {
        let sought = Sought::new(text, &Places::new());
        let terms = sought.terms.iter();
        terms
            .map(|term| (term.want, term.word.text().to_owned()))
            .collect()
    }

    #[test]
    fn words_are_folded_and_some_must_be_absent() {
        use Want::{Absent, There};
        let pair = |want, word: &str| (want, word.to_owned());
        assert_eq!(
            words(" ＴＥＬ  石桥　！纠纷 ! "),
            [
                pair(There, "tel"),
                pair(There, "石桥"),
                pair(Absent, "纠纷")
            ]
        );
        assert_eq!(words("临7F3A"), [pair(There, "7f3a")]);
        assert_eq!(words("7F3A"), [pair(There, "7f3a")]);
        assert_eq!(words("临时7F3A"), [pair(There, "临时7f3a")]);
    }

    #[test]
    fn a_text_fits_by_its_own_words_its_category_and_the_names_around_it() {
        let town: AreaCode = "420607103".parse().unwrap();
        let village: AreaCode = "420607103201".parse().unwrap();
        let places = Places::from([(town, "石桥镇".to_owned())]);
        let labour = Category::all()
            .find(|one| one.short_zh() == "劳资")
            .unwrap();
        let text = format!(
            "420607103-20261123-0012\n7f3a\n仇建国讨薪{PART}工地上三十人{PART}{}",
            labour.code()
        );
        let fits = |filter: &str| Sought::new(filter, &places).fits(&text, village);
        for filter in [
            "讨薪",
            "讨",
            "qjg",
            "choujianguo",
            "qiu讨薪",
            "0012",
            "1123",
            "7F3A",
            "石桥",
            "sqz",
            "shiqiao",
            "劳资",
            "lz",
            "三十人",
            "讨薪 石桥 !邻里",
            "",
        ] {
            let wanted = filter != "qiu讨薪";
            assert_eq!(fits(filter), wanted, "{filter}");
        }
        for filter in [
            "薪讨",
            "!讨薪",
            "!石桥",
            "!lz",
            "ssr",
            "讨薪 双沟",
            "001220",
        ] {
            assert!(!fits(filter), "{filter}");
        }
    }
}
