//! What the index knows of names and numbers, and what a word needs of them.
//!
//! A name has its first letters as a whole, its beginning, and each character
//! and syllable by itself, for all readings; a telephone number has its first
//! seven and its last four digits. So the names that fit a word whole are asked
//! for before those that begin with it, and those before any that has it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::sought::{PART, around};
use crate::domain::area::AreaCode;
use crate::domain::codes::Category;
use crate::text::cuts::cuts;
use crate::text::fold::fold_search;
use crate::text::fuzzy::Fuzzy;
use crate::text::pinyin::{Piece, Word, readings, spellings};
use crate::text::spoken::parts_names;

/// Ways to say a whole name that the index has.
const WAYS_MAX: usize = 32;
/// Characters of a name or of words beside it that are looked at.
pub(in crate::store) const CHARS_MAX: usize = 60;
/// Characters of a name that is known as a whole.
const WHOLE_CHARS_MAX: usize = 15;
/// Digits of the end of a number, by which people know it.
pub(in crate::store) const TAIL_DIGITS: usize = 4;
/// Digits of its beginning that say more than which company it is.
pub(in crate::store) const HEAD_DIGITS: usize = 7;
/// Ways to cut a word that the index is asked for.
pub(in crate::store) const CUTS_MAX: usize = 24;

/// The letters before the grams. Those of [`super::grams`] are others: one row
/// has both.
const WHOLE: char = 'n';
const FIRST_LETTER: char = 'o';
const FIRST_TWO: char = 'p';
const FIRST_THREE: char = 'q';
const FIRST_SYLLABLE: char = 'f';
const FIRST_CHAR: char = 'h';
const CHAR: char = 'm';
const SYLLABLE: char = 's';
const LETTERS: char = 'j';
const TAIL: char = 'd';
const HEAD: char = 'e';
const CATEGORY: char = 'k';
const AREA: char = 'g';

/// How much of a name a word is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Tier {
    /// All of it.
    Whole,
    /// Its beginning.
    Front,
    /// Any part of it, or of the words beside it.
    Inside,
}

/// The grams of something with a name.
pub(super) fn of_row(name: &str, more: &str, area: AreaCode) -> String {
    let mut parts = more.splitn(3, PART);
    let mut part = || parts.next().unwrap_or_default();
    let (words, phones, codes) = (part(), part(), part());
    let mut grams = BTreeSet::new();
    of_name(name, &mut grams);
    for line in words.lines() {
        of_words(line, &mut grams);
    }
    of_phones(phones, &mut grams);
    for category in codes.lines().filter_map(Category::from_code) {
        for one in std::iter::once(category).chain(category.parent()) {
            grams.insert(format!("{CATEGORY}{}", one.code()));
        }
    }
    for area in around(area) {
        grams.insert(format!("{AREA}{area}"));
    }
    let mut all = String::new();
    write(&grams, &mut all);
    all
}

/// Adds the grams of the parties of a case to those of its row.
pub(super) fn of_parties(parties: &str, all: &mut String) {
    let (names, phones) = parties.split_once(PART).unwrap_or((parties, ""));
    let mut grams = BTreeSet::new();
    for name in names.lines() {
        of_name(name, &mut grams);
    }
    of_phones(phones, &mut grams);
    write(&grams, all);
}

fn write(grams: &BTreeSet<String>, all: &mut String) {
    for gram in grams {
        all.push_str(gram);
        all.push(' ');
    }
}

/// Characters that count, folded.
fn signs(text: &str) -> Vec<char> {
    fold_search(text)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .take(CHARS_MAX)
        .collect()
}

/// What a character may be typed by: first letters and whole syllables.
fn said(c: char) -> (Vec<char>, Vec<String>) {
    if c.is_ascii() {
        return (vec![c], Vec::new());
    }
    let mut letters = Vec::new();
    let mut syllables = Vec::new();
    for reading in readings(c) {
        letters.extend(
            reading
                .chars()
                .next()
                .filter(|letter| !letters.contains(letter)),
        );
        syllables.extend(spellings(reading));
    }
    (letters, syllables)
}

fn of_name(name: &str, grams: &mut BTreeSet<String>) {
    let signs = signs(name);
    let sounds: Vec<(Vec<char>, Vec<String>)> = signs.iter().map(|c| said(*c)).collect();
    let letters: Vec<&[char]> = sounds
        .iter()
        .map(|(letters, _)| letters.as_slice())
        .collect();
    if let Some(first) = signs.first() {
        grams.insert(format!("{FIRST_CHAR}{first}"));
        for syllable in &sounds[0].1 {
            grams.insert(format!("{FIRST_SYLLABLE}{syllable}"));
        }
    }
    for (gram, many) in [(FIRST_LETTER, 1), (FIRST_TWO, 2), (FIRST_THREE, 3)] {
        if let Some(first) = letters.get(..many) {
            grams.extend(ways(first).into_iter().map(|way| format!("{gram}{way}")));
        }
    }
    if letters.len() <= WHOLE_CHARS_MAX {
        grams.extend(
            ways(&letters)
                .into_iter()
                .map(|way| format!("{WHOLE}{way}")),
        );
    }
    inside(&signs, &sounds, grams);
}

fn of_words(words: &str, grams: &mut BTreeSet<String>) {
    let signs = signs(words);
    let sounds: Vec<(Vec<char>, Vec<String>)> = signs.iter().map(|c| said(*c)).collect();
    inside(&signs, &sounds, grams);
}

fn inside(signs: &[char], sounds: &[(Vec<char>, Vec<String>)], grams: &mut BTreeSet<String>) {
    for c in signs {
        grams.insert(format!("{CHAR}{c}"));
    }
    for (_, syllables) in sounds {
        grams.extend(syllables.iter().map(|said| format!("{SYLLABLE}{said}")));
    }
    for two in sounds.windows(2) {
        for a in &two[0].0 {
            grams.extend(two[1].0.iter().map(|b| format!("{LETTERS}{a}{b}")));
        }
    }
}

/// Every way to take one of each, while there are not too many; none of nothing.
fn ways(choices: &[impl AsRef<[char]>]) -> Vec<String> {
    if choices.is_empty() {
        return Vec::new();
    }
    let mut all = vec![String::new()];
    for choice in choices {
        let choice = choice.as_ref();
        if choice.is_empty() || all.len() * choice.len() > WAYS_MAX {
            return Vec::new();
        }
        all = all
            .iter()
            .flat_map(|way| choice.iter().map(move |c| format!("{way}{c}")))
            .collect();
    }
    all
}

fn of_phones(phones: &str, grams: &mut BTreeSet<String>) {
    for digits in phones.lines() {
        if let Some(tail) = digits.len().checked_sub(TAIL_DIGITS) {
            grams.extend(digits.get(tail..).map(|tail| format!("{TAIL}{tail}")));
        }
        grams.extend(
            digits
                .get(..HEAD_DIGITS)
                .map(|head| format!("{HEAD}{head}")),
        );
    }
}

/// What something has whose name the word is to that degree; none if the index
/// cannot say.
pub(in crate::store) fn question(word: &str, fuzzy: Fuzzy, tier: Tier) -> Option<String> {
    let folded: String = fold_search(word)
        .chars()
        .filter(|c| !parts_names(*c))
        .collect();
    let mut ways: BTreeSet<String> = BTreeSet::new();
    let signs: Vec<char> = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    ways.extend(written(&signs, tier));
    if tier == Tier::Whole {
        ways.extend(numbered(&folded));
    }
    let cuts = cuts(&Word::new(&folded), CUTS_MAX);
    ways.extend(cuts.iter().filter_map(|cut| spoken(cut, fuzzy, tier)));
    let ways: Vec<String> = ways.into_iter().collect();
    (!ways.is_empty()).then(|| format!("({})", ways.join(" OR ")))
}

fn quoted(kind: char, body: &str) -> String {
    format!("\"{kind}{body}\"")
}

fn any(choices: impl IntoIterator<Item = String>) -> Option<String> {
    let choices: BTreeSet<String> = choices.into_iter().collect();
    let choices: Vec<String> = choices.into_iter().collect();
    (!choices.is_empty()).then(|| format!("({})", choices.join(" OR ")))
}

/// A word as it is written. How long the name is shows only in its text, so
/// that there is no whole beside the front.
fn written(signs: &[char], tier: Tier) -> Option<String> {
    let first = signs.first()?;
    let mut needs = BTreeSet::new();
    if tier != Tier::Inside {
        needs.insert(quoted(FIRST_CHAR, &first.to_string()));
    }
    needs.extend(signs.iter().map(|c| quoted(CHAR, &c.to_string())));
    let needs: Vec<String> = needs.into_iter().collect();
    Some(format!("({})", needs.join(" AND ")))
}

/// Digits of a telephone number.
fn numbered(word: &str) -> Option<String> {
    let all_digits = word.bytes().all(|b| b.is_ascii_digit());
    if !all_digits || word.len() < TAIL_DIGITS {
        return None;
    }
    let tail = word.get(word.len() - TAIL_DIGITS..)?;
    let head = word.get(..HEAD_DIGITS).map(|head| quoted(HEAD, head));
    any(std::iter::once(quoted(TAIL, tail)).chain(head))
}

/// What a piece may begin with.
fn letters(piece: &Piece, fuzzy: Fuzzy) -> Vec<char> {
    match piece {
        Piece::Char(c) => said(*c).0,
        Piece::Initial(letter) => fuzzy.initials(*letter),
        Piece::Syllable(typed) | Piece::Begins(typed) => {
            let mut all = Vec::new();
            for way in fuzzy.ways(typed) {
                all.extend(way.chars().next().filter(|letter| !all.contains(letter)));
            }
            all
        }
    }
}

/// Where in a name a piece must be.
#[derive(Clone, Copy)]
enum At {
    Front,
    Anywhere,
}

/// What says more of a piece than its first letter.
fn sound(piece: &Piece, fuzzy: Fuzzy, at: At) -> Option<String> {
    let (syllable, char) = match at {
        At::Front => (FIRST_SYLLABLE, FIRST_CHAR),
        At::Anywhere => (SYLLABLE, CHAR),
    };
    match piece {
        Piece::Char(c) => Some(quoted(char, &c.to_string())),
        Piece::Initial(_) => None,
        Piece::Syllable(typed) => any(fuzzy.ways(typed).iter().map(|way| quoted(syllable, way))),
        Piece::Begins(typed) => any(fuzzy
            .ways(typed)
            .iter()
            .map(|way| format!("{} *", quoted(syllable, way)))),
    }
}

fn spoken(pieces: &[Piece], fuzzy: Fuzzy, tier: Tier) -> Option<String> {
    let mut needs: Vec<String> = Vec::new();
    for (nth, piece) in pieces.iter().enumerate() {
        let at = match (tier, nth) {
            (Tier::Whole | Tier::Front, 0) => At::Front,
            (Tier::Whole | Tier::Front | Tier::Inside, _) => At::Anywhere,
        };
        needs.extend(sound(piece, fuzzy, at));
    }
    let choices: Vec<Vec<char>> = pieces.iter().map(|piece| letters(piece, fuzzy)).collect();
    let gram = |kind: char, of: &[Vec<char>]| any(ways(of).iter().map(|way| quoted(kind, way)));
    match tier {
        Tier::Whole => needs.extend(gram(WHOLE, &choices)),
        Tier::Front => needs.extend(match choices.len() {
            0 => None,
            1 => gram(FIRST_LETTER, &choices),
            2 => gram(FIRST_TWO, &choices),
            _ => gram(FIRST_THREE, &choices[..3]),
        }),
        Tier::Inside if pieces.len() == 1 && needs.is_empty() => return None,
        Tier::Inside => {}
    }
    if tier != Tier::Whole {
        let pairs = choices.windows(2).filter_map(|two| gram(LETTERS, two));
        needs.extend(pairs);
    }
    (!needs.is_empty()).then(|| format!("({})", needs.join(" AND ")))
}

/// What stands in the index for a category or an area of these.
pub(in crate::store) fn within(
    categories: &BTreeSet<Category>,
    areas: &BTreeSet<AreaCode>,
    areas_max: usize,
) -> Option<String> {
    let mut all: Vec<String> = categories
        .iter()
        .map(|category| quoted(CATEGORY, category.code()))
        .collect();
    if areas.len() <= areas_max {
        for area in areas {
            let mut gram = String::new();
            let _ = write!(gram, "{area}");
            all.push(quoted(AREA, &gram));
        }
    }
    any(all)
}
