//! Words in a filter and the text they are looked for in. The one place to
//! change when an index comes.

use crate::domain::ids::RecordId;
use crate::domain::incident::Incident;
use crate::domain::unit::Holder;

/// Words of a filter that are looked at.
pub const FILTER_WORDS_MAX: usize = 8;
/// Hexadecimal digits of a provisional tag.
const TAG_DIGITS: usize = 4;

/// Folds case and width, so that `ＡＢ１` and `ab1` are the same.
pub(super) fn fold(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{3000}' => ' ',
            // The full-width forms stand in the same order as ASCII.
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            _ => c,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// What an incident is found by: number, tag, title, place, summary, category,
/// holders.
pub(super) fn haystack(id: RecordId, incident: &Incident) -> String {
    let mut parts: Vec<String> = Vec::with_capacity(16);
    parts.extend(incident.number.map(|number| number.to_string()));
    parts.push(id.provisional_tag());
    parts.push(incident.title.clone());
    parts.push(incident.place.clone());
    let category = incident.category;
    for category in std::iter::once(category).chain(category.parent()) {
        parts.push(category.code().to_owned());
        parts.push(category.name_zh().to_owned());
        parts.push(category.short_zh().to_owned());
        parts.push(category.name_en().to_owned());
    }
    for holder in std::iter::once(&incident.step.holder).chain(&incident.assist) {
        named(holder, &mut parts);
    }
    parts.push(incident.elements.owner.clone());
    parts.push(incident.summary.clone());
    // A line break cannot be typed into a filter, so no word spans two parts.
    fold(&parts.join("\n"))
}

fn named(holder: &Holder, parts: &mut Vec<String>) {
    parts.push(holder.unit.name.clone());
    parts.extend(holder.person.as_ref().map(|person| person.name.clone()));
}

/// The words of a filter, folded; all of them must occur.
pub(super) fn words(text: &str) -> Vec<String> {
    fold(text)
        .split_whitespace()
        .take(FILTER_WORDS_MAX)
        .map(|word| tag(word).unwrap_or(word).to_owned())
        .collect()
}

/// The four digits of a provisional tag as people write it, after the mark
/// that says it is provisional.
pub(super) fn tag(word: &str) -> Option<&str> {
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

    #[test]
    fn case_and_width_are_folded() {
        assert_eq!(fold("ＡＢ１２　Ｘ石桥"), "ab12 x石桥");
        assert_eq!(words(" ＴＥＬ  石桥　纠纷 "), ["tel", "石桥", "纠纷"]);
    }

    #[test]
    fn a_provisional_tag_is_found_with_or_without_its_mark() {
        assert_eq!(words("临7F3A"), ["7f3a"]);
        assert_eq!(words("7F3A"), ["7f3a"]);
        assert_eq!(words("临时7F3A"), ["临时7f3a"]);
    }
}
