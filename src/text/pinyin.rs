//! Chinese words by their sound: which spelling a typed word may stand for, and
//! whether a text has a place that sounds so.
//!
//! A typed word is cut into pieces, one for each character of the text: the
//! character itself, a whole syllable (`wang`), its first letter (`w`, and `zh`,
//! `ch`, `sh`), or, as the last piece, the beginning of a syllable, because it
//! is still being typed. Every reading of a character counts: the officer knows
//! how a name is said, and the program does not.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use pinyin::{ToPinyin as _, ToPinyinMulti as _};

/// Characters of a word that are looked at; one bit of a [`u64`] for each, and
/// one for the end.
pub const WORD_CHARS_MAX: usize = 48;
/// Ways to cut a word that are looked at.
pub const SPLITS_MAX: usize = 64;
/// Letters of the longest syllable.
const SYLLABLE_LETTERS_MAX: usize = 6;

/// Every syllable that some character has, as it is typed.
static SYLLABLES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    ('\u{4E00}'..='\u{9FFF}')
        .flat_map(readings)
        .flat_map(spellings)
        .collect()
});

/// Whether characters of this kind have a sound at all.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{3007}' | '\u{20000}'..='\u{3FFFF}')
}

/// The readings of a character without tones, each once; none for what is not
/// Chinese.
pub fn readings(c: char) -> impl Iterator<Item = &'static str> {
    let all = is_han(c).then(|| c.to_pinyin_multi()).flatten();
    let mut seen: Vec<&'static str> = Vec::new();
    for reading in all.into_iter().flatten() {
        let plain = reading.plain();
        if !seen.contains(&plain) {
            seen.push(plain);
        }
    }
    seen.extend(as_surname(c).filter(|reading| !seen.contains(reading)));
    seen.into_iter()
}

/// Whether a character is mostly said so, by itself or as a surname: dictionaries
/// know readings that hardly any name has (于 as *wu*, 谷 as *lu*).
#[must_use]
pub fn is_usual(c: char, reading: &str) -> bool {
    let alone = || c.to_pinyin().is_none_or(|usual| usual.plain() == reading);
    as_surname(c) == Some(reading) || alone()
}

/// How characters are said as surnames, where dictionaries of characters may not
/// say so: one a line, with its reading.
const AS_SURNAMES: &str = include_str!("surname_readings.txt");

static SURNAMES: LazyLock<Vec<(char, &'static str)>> = LazyLock::new(|| {
    AS_SURNAMES
        .lines()
        .filter_map(|line| {
            let (name, reading) = line.split_once(' ')?;
            Some((name.chars().next()?, reading))
        })
        .collect()
});

fn as_surname(c: char) -> Option<&'static str> {
    let found = SURNAMES.iter().find(|(name, _)| *name == c);
    found.map(|(_, reading)| *reading)
}

/// How a reading is typed: a keyboard has `v` for `ü`, and many people type
/// `u`.
pub fn spellings(reading: &str) -> impl Iterator<Item = String> {
    let umlaut = reading.contains('ü');
    let first = reading.replace('ü', "v");
    let second = umlaut.then(|| reading.replace('ü', "u"));
    std::iter::once(first).chain(second)
}

/// A part of a word that stands for one character.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    /// The character itself.
    Char(char),
    /// A character that begins with this letter.
    Initial(char),
    /// A character that sounds so.
    Syllable(String),
    /// A character whose sound begins so; two letters or more.
    Begins(String),
}

/// A word as it was typed, folded (see [`super::fold::fold_search`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    text: String,
    chars: Vec<char>,
    sound: Sound,
}

/// Whether a word can be read as a spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sound {
    /// It has a letter that can be one.
    Spelt,
    /// It is only what it is.
    Literal,
}

impl Word {
    /// Takes a folded word.
    #[must_use]
    pub fn new(folded: &str) -> Self {
        let chars: Vec<char> = folded.chars().collect();
        let fits = chars.len() <= WORD_CHARS_MAX
            && chars.iter().any(char::is_ascii_lowercase)
            && chars.iter().all(|c| c.is_ascii_lowercase() || is_han(*c));
        Self {
            text: folded.to_owned(),
            chars,
            sound: if fits { Sound::Spelt } else { Sound::Literal },
        }
    }

    /// The word itself.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the word may also stand for how something sounds.
    #[must_use]
    pub fn is_spelt(&self) -> bool {
        self.sound == Sound::Spelt
    }

    /// Whether the folded text has a place that is written so.
    #[must_use]
    pub fn is_written_in(&self, text: &str) -> bool {
        text.contains(&self.text)
    }

    /// Whether the folded text has a place that sounds so.
    #[must_use]
    pub fn sounds_in(&self, text: &str) -> bool {
        if self.sound == Sound::Literal || self.chars.is_empty() {
            return false;
        }
        let end = 1_u64 << self.chars.len();
        // Bit n: the first n characters of the word are accounted for by what
        // stands before this place.
        let mut places = 0_u64;
        for c in text.chars() {
            let mut next = 0;
            let mut open = places | 1;
            while open != 0 {
                let at = open.trailing_zeros() as usize;
                open &= open - 1;
                next |= self.after(at, c);
            }
            if next & end != 0 {
                return true;
            }
            places = next;
        }
        false
    }

    /// Where the word may go on when the piece at `at` stands for `c`.
    fn after(&self, at: usize, c: char) -> u64 {
        let rest = &self.chars[at..];
        let mut ends = 0;
        if rest.first() == Some(&c) && !c.is_ascii() {
            ends |= 1 << (at + 1);
        }
        if !rest.first().is_some_and(char::is_ascii_lowercase) {
            return ends;
        }
        for reading in readings(c) {
            let same = same_letters(rest, reading);
            if same == 0 {
                continue;
            }
            ends |= 1 << (at + 1);
            let two = reading
                .as_bytes()
                .get(..2)
                .is_some_and(|two| matches!(two, b"zh" | b"ch" | b"sh"));
            if two && same >= 2 {
                ends |= 1 << (at + 2);
            }
            let whole = reading.chars().count();
            if same == whole || same == rest.len() {
                ends |= 1 << (at + same);
            }
        }
        ends
    }

    /// The ways to cut the word into pieces; none if there are too many, or if
    /// it cannot be read so.
    #[must_use]
    pub fn splits(&self) -> Vec<Vec<Piece>> {
        if self.sound == Sound::Literal {
            return Vec::new();
        }
        let mut all = Vec::new();
        if cut(&self.chars, &mut Vec::new(), &mut all) == Room::Full {
            return Vec::new();
        }
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// How many letters the beginning of a word shares with a reading.
fn same_letters(word: &[char], reading: &str) -> usize {
    word.iter()
        .zip(reading.chars())
        .take_while(|(typed, said)| {
            **typed == *said || (*said == 'ü' && matches!(typed, 'v' | 'u'))
        })
        .count()
}

/// Whether there is room for more ways.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Left,
    Full,
}

fn cut(rest: &[char], before: &mut Vec<Piece>, all: &mut Vec<Vec<Piece>>) -> Room {
    let Some(first) = rest.first() else {
        if all.len() == SPLITS_MAX {
            return Room::Full;
        }
        all.push(before.clone());
        return Room::Left;
    };
    let mut ways = Vec::new();
    if first.is_ascii_lowercase() {
        ways.extend(spelt(rest));
    } else {
        ways.push((1, Piece::Char(*first)));
    }
    for (letters, piece) in ways {
        before.push(piece);
        let room = cut(&rest[letters..], before, all);
        before.pop();
        if room == Room::Full {
            return Room::Full;
        }
    }
    Room::Left
}

/// What the next letters may stand for.
pub(super) fn spelt(rest: &[char]) -> Vec<(usize, Piece)> {
    let letters: String = rest
        .iter()
        .take_while(|c| c.is_ascii_lowercase())
        .take(SYLLABLE_LETTERS_MAX)
        .collect();
    let begins = |prefix: &str| {
        SYLLABLES
            .range(prefix.to_owned()..)
            .next()
            .is_some_and(|syllable| syllable.starts_with(prefix))
    };
    let mut ways = Vec::new();
    if begins(&letters[..1]) {
        ways.push((1, Piece::Initial(rest[0])));
    }
    if matches!(letters.get(..2), Some("zh" | "ch" | "sh")) {
        ways.push((2, Piece::Initial(rest[0])));
    }
    for many in 2..=letters.len() {
        let part = &letters[..many];
        if SYLLABLES.contains(part) {
            ways.push((many, Piece::Syllable(part.to_owned())));
        }
        if many == rest.len() && begins(part) {
            ways.push((many, Piece::Begins(part.to_owned())));
        }
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sounds(word: &str, text: &str) -> bool {
        Word::new(word).sounds_in(text)
    }

    #[test]
    fn a_name_is_found_by_initials_whole_and_mixed_spelling() {
        for word in [
            "wxm",
            "wangxm",
            "wxiumei",
            "wangxiumei",
            "wangxium",
            "wangx",
            "wx",
            "w",
            "xm",
            "王xm",
            "王xiumei",
            "w秀m",
            "王xiu",
        ] {
            assert!(sounds(word, "王秀梅"), "{word}");
            assert!(sounds(word, "上报人王秀梅,二组"), "{word}");
        }
        for word in ["wxn", "wangm", "wangxiumeia", "xw", "王mei", "wanxm2", "iu"] {
            assert!(!sounds(word, "王秀梅"), "{word}");
        }
    }

    #[test]
    fn every_reading_of_a_character_counts() {
        for (word, text) in [
            ("shan", "单玉兰"),
            ("dan", "单玉兰"),
            ("syl", "单玉兰"),
            ("qiu", "仇建国"),
            ("chou", "仇建国"),
            ("xie", "解放"),
            ("jie", "解放"),
            ("zeng", "曾国庆"),
            ("cgq", "曾国庆"),
            ("zhs", "张三"),
            ("zs", "张三"),
            ("zhangs", "张三"),
            ("lv", "吕梁"),
            ("lu", "吕梁"),
            ("lvliang", "吕梁"),
            ("nv", "女方"),
            ("heyan", "黑焱"),
            ("ge", "盖朝阳"),
            ("chongj", "种瑾"),
            ("moqi", "万俟晟"),
            ("yuchi", "尉迟会明"),
            ("tantai", "澹台重阳"),
            ("zha", "查兴国"),
            ("miao", "缪昱婕"),
        ] {
            assert!(sounds(word, text), "{word} {text}");
        }
        assert!(!sounds("shen", "单玉兰"));
    }

    #[test]
    fn what_is_not_adjacent_or_no_spelling_does_not_sound() {
        assert!(!sounds("wm", "王秀梅"));
        assert!(!sounds("wx", "王\n秀"));
        assert!(!sounds("7f3a", "七分三"));
        assert!(!sounds("王秀梅", "王秀梅"));
        assert!(!sounds("", "王"));
        assert!(Word::new("王秀").is_written_in("王秀梅"));
    }

    #[test]
    fn a_word_is_cut_in_every_way_that_can_be_said() {
        let splits = Word::new("wangx").splits();
        let whole = vec![Piece::Syllable("wang".to_owned()), Piece::Initial('x')];
        assert!(splits.contains(&whole), "{splits:?}");
        let initials: Vec<Piece> = "wangx".chars().map(Piece::Initial).collect();
        assert!(splits.contains(&initials), "{splits:?}");
        let half = vec![Piece::Initial('x'), Piece::Begins("zhua".to_owned())];
        assert!(Word::new("xzhua").splits().contains(&half));
        assert_eq!(Word::new("uu").splits(), Vec::<Vec<Piece>>::new());
    }

    /// Whether some way to cut the word fits at some place; slow, and by the
    /// words of the module's first paragraph.
    fn by_splits(word: &Word, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let fits = |piece: &Piece, c: char| match piece {
            Piece::Char(same) => *same == c,
            Piece::Initial(letter) => readings(c).any(|said| said.starts_with(*letter)),
            Piece::Syllable(whole) => {
                readings(c).any(|said| spellings(said).any(|typed| typed == *whole))
            }
            Piece::Begins(part) => {
                readings(c).any(|said| spellings(said).any(|typed| typed.starts_with(part)))
            }
        };
        word.splits().iter().any(|split| {
            text.windows(split.len())
                .any(|place| split.iter().zip(place).all(|(piece, c)| fits(piece, *c)))
        })
    }

    proptest! {
        #[test]
        fn matching_agrees_with_cutting(
            text in "[王秀梅张三单解吕女石桥安a1\n]{0,8}",
            word in "[wxmzhsangdlvuie王秀]{1,6}",
        ) {
            let word = Word::new(&word);
            if word.is_spelt() && !word.splits().is_empty() {
                prop_assert_eq!(word.sounds_in(&text), by_splits(&word, &text), "{:?}", word);
            }
        }
    }
}
