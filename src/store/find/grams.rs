//! What the index knows of a row, and what a word needs of it.
//!
//! Single characters, pairs of neighbouring ones, three letters or digits in a
//! row; of what is found by sound, syllables and one, two and three
//! initials in a row, for all readings. A word needs all of the grams that are
//! in it; that is never too much, and what is too little is decided by the text
//! itself.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::sought::{Hay, Sought, Term, Want, around};
use crate::domain::area::AreaCode;
use crate::text::cuts::cuts;
use crate::text::pinyin::{Piece, readings, spellings};

/// Names of areas that one word may stand for before the index is not asked.
const AREAS_ASKED_MAX: usize = 200;

/// A gram as one number, so that a row's grams sort and compare fast: the kind
/// in the top byte, then characters of 21 bits.
type Packed = u128;

const CHAR_BITS: u32 = 21;
const KIND_SHIFT: u32 = 120;

/// The kinds, and the letter before a gram of that kind in the index.
const PAIR: u8 = b'b';
const SINGLE: u8 = b'c';
const INITIALS: u8 = b'i';
const SYLLABLE: u8 = b'y';
const CATEGORY: u8 = b'k';
const AREA: u8 = b'g';

fn packed(kind: u8, chars: &[char]) -> Packed {
    let body = chars.iter().fold(0, |sum: Packed, c| {
        (sum << CHAR_BITS) | Packed::from(u32::from(*c))
    });
    (Packed::from(kind) << KIND_SHIFT) | body
}

/// Syllables have more letters and fewer bits.
fn packed_letters(kind: u8, letters: &str) -> Packed {
    let body = letters
        .bytes()
        .fold(0, |sum: Packed, byte| (sum << 8) | Packed::from(byte));
    (Packed::from(kind) << KIND_SHIFT) | body
}

fn write(gram: Packed, to: &mut String) {
    let kind = u8::try_from(gram >> KIND_SHIFT).unwrap_or(b'?');
    to.push(char::from(kind));
    let body = gram & ((1 << KIND_SHIFT) - 1);
    if kind == SYLLABLE {
        let bytes = body.to_be_bytes();
        let letters = bytes.iter().skip_while(|byte| **byte == 0);
        to.extend(letters.map(|byte| char::from(*byte)));
        return;
    }
    for nth in (0..3).rev() {
        let code = u32::try_from((body >> (CHAR_BITS * nth)) & ((1 << CHAR_BITS) - 1));
        to.extend(code.ok().filter(|code| *code > 0).and_then(char::from_u32));
    }
}

/// The grams of a row, with a blank between them.
pub(super) fn of_row(text: &str, area: AreaCode) -> String {
    let hay = Hay::of(text);
    let mut grams: Vec<Packed> = Vec::with_capacity(512);
    written(hay.sounding, &mut grams);
    written(hay.summary, &mut grams);
    sounded(hay.sounding, &mut grams);
    grams.sort_unstable();
    grams.dedup();
    let mut all = String::with_capacity(grams.len() * 8);
    for gram in grams {
        write(gram, &mut all);
        all.push(' ');
    }
    if let Some(category) = hay.category {
        let _ = write!(all, "{}{} ", char::from(CATEGORY), category.code());
    }
    for area in around(area) {
        let _ = write!(all, "{}{area} ", char::from(AREA));
    }
    all
}

/// Stretches of letters, digits and characters, without what stands between.
fn stretches(text: &str) -> impl Iterator<Item = Vec<char>> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|stretch| !stretch.is_empty())
        .map(|stretch| stretch.chars().collect())
}

fn written(text: &str, grams: &mut Vec<Packed>) {
    for chars in stretches(text) {
        for single in &chars {
            grams.push(packed(SINGLE, &[*single]));
        }
        for pair in chars.windows(2) {
            grams.push(packed(PAIR, pair));
        }
        for three in chars.windows(3) {
            if three.iter().all(char::is_ascii) {
                grams.push(packed(PAIR, three));
            }
        }
    }
}

/// Initials and syllables of neighbouring characters, for every way to say
/// them.
fn sounded(text: &str, grams: &mut Vec<Packed>) {
    // The initials of the two characters before.
    let mut first: Vec<char> = Vec::new();
    let mut second: Vec<char> = Vec::new();
    for c in text.chars() {
        let mut third: Vec<char> = Vec::new();
        for reading in readings(c) {
            for spelling in spellings(reading) {
                grams.push(packed_letters(SYLLABLE, &spelling));
            }
            third.extend(
                reading
                    .chars()
                    .next()
                    .filter(|initial| !third.contains(initial)),
            );
        }
        for c in &third {
            grams.push(packed(INITIALS, &[*c]));
            for b in &second {
                grams.push(packed(INITIALS, &[*b, *c]));
                for a in &first {
                    grams.push(packed(INITIALS, &[*a, *b, *c]));
                }
            }
        }
        first = std::mem::replace(&mut second, third);
        if second.is_empty() {
            first.clear();
        }
    }
}

/// What the index is asked for the words that must occur; none if it cannot
/// narrow them down.
pub(super) fn question(sought: &Sought) -> Option<String> {
    let parts: Vec<String> = sought
        .terms
        .iter()
        .filter(|term| term.want == Want::There)
        .filter_map(needs)
        .collect();
    (!parts.is_empty()).then(|| parts.join(" AND "))
}

/// What a row with the word has; none if that cannot be said.
fn needs(term: &Term) -> Option<String> {
    if term.areas.len() > AREAS_ASKED_MAX {
        return None;
    }
    let mut ways: BTreeSet<String> = BTreeSet::new();
    ways.insert(literal(term.word.text())?);
    if term.word.is_spelt() {
        let splits = term.word.splits();
        if splits.is_empty() && term.word.text().chars().all(|c| c.is_ascii_lowercase()) {
            // Either it cannot be said, or in too many ways to ask for each.
            let first = term.word.text().chars().next()?;
            ways.insert(quoted(packed(INITIALS, &[first])));
        } else if splits.is_empty() {
            return None;
        }
        for split in &splits {
            ways.insert(spoken(split)?);
        }
    }
    for category in &term.categories {
        ways.insert(format!("\"{}{}\"", char::from(CATEGORY), category.code()));
    }
    for area in &term.areas {
        ways.insert(format!("\"{}{area}\"", char::from(AREA)));
    }
    let ways: Vec<String> = ways.into_iter().collect();
    Some(format!("({})", ways.join(" OR ")))
}

/// What a row has that sounds like the word in one of its likeliest cuts, or has
/// it written, or a name of an area or a category. Unlike [`needs`] it may leave
/// something out: for a search that shows the best, not for a list that shows
/// all.
pub(in crate::store) fn likeliest(term: &Term, limit: usize) -> Option<String> {
    let mut ways: BTreeSet<String> = BTreeSet::new();
    ways.extend(literal(term.word.text()));
    for cut in cuts(&term.word, limit) {
        ways.extend(spoken(&cut));
    }
    for category in &term.categories {
        ways.insert(format!("\"{}{}\"", char::from(CATEGORY), category.code()));
    }
    if term.areas.len() <= AREAS_ASKED_MAX {
        for area in &term.areas {
            ways.insert(format!("\"{}{area}\"", char::from(AREA)));
        }
    }
    let ways: Vec<String> = ways.into_iter().collect();
    (!ways.is_empty()).then(|| format!("({})", ways.join(" OR ")))
}

fn quoted(gram: Packed) -> String {
    let mut text = String::from("\"");
    write(gram, &mut text);
    text.push('"');
    text
}

fn all_of(grams: BTreeSet<String>) -> Option<String> {
    let grams: Vec<String> = grams.into_iter().collect();
    (!grams.is_empty()).then(|| format!("({})", grams.join(" AND ")))
}

/// What stands in the index where the word is written.
fn literal(word: &str) -> Option<String> {
    let mut grams = BTreeSet::new();
    for chars in stretches(word) {
        match chars.as_slice() {
            [single] => {
                grams.insert(quoted(packed(SINGLE, &[*single])));
            }
            several => {
                let three = |three: &&[char]| three.iter().all(char::is_ascii);
                let threes: Vec<_> = several.windows(3).filter(three).collect();
                grams.extend(threes.iter().map(|three| quoted(packed(PAIR, three))));
                // Pairs within three letters or digits say nothing more.
                let pairs = several
                    .windows(2)
                    .filter(|pair| threes.is_empty() || !pair.iter().all(char::is_ascii));
                grams.extend(pairs.map(|pair| quoted(packed(PAIR, pair))));
            }
        }
    }
    all_of(grams)
}

/// What stands in the index where the pieces are said.
fn spoken(pieces: &[Piece]) -> Option<String> {
    let mut grams = BTreeSet::new();
    let mut run: Vec<char> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Char(c) => {
                grams.insert(quoted(packed(SINGLE, &[*c])));
                initials(&run, &mut grams);
                run.clear();
            }
            Piece::Initial(letter) => run.push(*letter),
            Piece::Syllable(letters) => {
                grams.insert(quoted(packed_letters(SYLLABLE, letters)));
                run.extend(letters.chars().next());
            }
            Piece::Begins(letters) => {
                grams.insert(format!("{} *", quoted(packed_letters(SYLLABLE, letters))));
                run.extend(letters.chars().next());
            }
        }
    }
    initials(&run, &mut grams);
    all_of(grams)
}

fn initials(run: &[char], grams: &mut BTreeSet<String>) {
    match run {
        [] => {}
        [_] | [_, _] => {
            grams.insert(quoted(packed(INITIALS, run)));
        }
        _ => grams.extend(run.windows(3).map(|three| quoted(packed(INITIALS, three)))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::store::page::Places;

    fn area() -> AreaCode {
        "420607103201".parse().unwrap()
    }

    /// Whether a row has what the index would be asked for.
    fn has(row: &str, question: &str) -> bool {
        let grams: BTreeSet<&str> = row.split(' ').collect();
        // Words are joined by AND, their ways by OR, grams of a way by AND.
        let way = |way: &str| {
            way.split(" AND ").all(|gram| {
                let gram = gram.trim_matches(['(', ')']);
                let name = gram.trim_end_matches(" *").trim_matches('"');
                if gram.ends_with(" *") {
                    grams.iter().any(|gram| gram.starts_with(name))
                } else {
                    grams.contains(name)
                }
            })
        };
        question.split(" OR ").any(way)
    }

    #[test]
    fn a_row_has_its_grams_each_once() {
        let row = of_row("0012\n单县人\u{1f}a1人\u{1f}01", area());
        let grams: Vec<&str> = row.split_whitespace().collect();
        for gram in [
            "b00",
            "b01",
            "b12",
            "b001",
            "b012",
            "c单",
            "b单县",
            "b县人",
            "ba1",
            "b1人",
            "c人",
            "ydan",
            "yshan",
            "yxian",
            "is",
            "id",
            "isx",
            "idx",
            "isxr",
            "yren",
            "k01",
            "g420607103201",
            "g420607103",
            "g420607",
        ] {
            assert_eq!(
                grams.iter().filter(|one| **one == gram).count(),
                1,
                "{gram}"
            );
        }
        assert!(!grams.contains(&"b2单"), "{grams:?}");
    }

    #[test]
    fn a_word_that_says_nothing_is_not_asked() {
        let ask = |text: &str| question(&Sought::new(text, &Places::new()));
        assert_eq!(ask(""), None);
        assert_eq!(ask("--"), None);
        assert_eq!(ask("!石桥"), None);
        assert_eq!(ask("石桥 --").as_deref(), Some("((\"b石桥\"))"));
        assert_eq!(ask("桥").as_deref(), Some("((\"c桥\"))"));
    }

    proptest! {
        /// Whatever fits must be among what the index would answer.
        #[test]
        fn the_index_never_hides_what_fits(
            text in "[王秀梅单解吕女石桥安a1b2\n, -]{0,10}",
            summary in "[王梅石a1,]{0,4}",
            word in "[wxmshandlvuie王秀梅石a1,-]{1,5}",
        ) {
            let row = format!("{text}\u{1f}{summary}\u{1f}0101");
            let sought = Sought::new(&word, &Places::new());
            if sought.fits(&row, area())
                && let Some(question) = question(&sought)
            {
                prop_assert!(has(&of_row(&row, area()), &question), "{}", question);
            }
        }
    }
}
