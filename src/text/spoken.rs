//! Where in a text a typed word stands or sounds, and how well: what a search
//! ranks by and marks on the screen.
//!
//! [`super::pinyin::Word`] answers yes or no, fast, for lists. Here the place
//! and the manner are wanted too, of short texts. Marks between the parts of a
//! name (`买买提·吐尔逊`, `420607-0012`) may be typed or left out.

use std::ops::Range;

use super::fold::fold_search;
use super::fuzzy::Fuzzy;
use super::pinyin::{is_usual, readings};

/// Characters of a word that are looked at.
pub const WORD_CHARS_MAX: usize = 48;
/// Characters of a text that are looked at.
pub const TEXT_CHARS_MAX: usize = 400;

/// How a word fits a place, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Manner {
    /// It is written there.
    Written,
    /// Every character of it is said there whole.
    Said,
    /// Some are said whole, others by their first letter.
    Mixed,
    /// Only first letters.
    Initials,
}

/// Where within the text a word fits, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seat {
    /// From the first character to the last.
    Whole,
    /// From the first character.
    Front,
    /// Somewhere else.
    Inside,
}

/// A place where a word fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its characters (not bytes) in the text.
    pub chars: Range<usize>,
    /// How it fits.
    pub manner: Manner,
    /// Where.
    pub seat: Seat,
    /// How many of its characters sound so only by a reading that they mostly
    /// do not have.
    pub rare: u8,
}

/// Signs that part a name or a number and need not be typed.
#[must_use]
pub fn parts_names(c: char) -> bool {
    matches!(
        c,
        '·' | '•' | '・' | '‧' | '∙' | '⋅' | '･' | '-' | '.' | ' ' | '\u{3000}'
    )
}

/// A typed word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    chars: Vec<char>,
    fuzzy: Fuzzy,
}

/// Pieces by which a word has been accounted for so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Tally {
    initials: u8,
    syllables: u8,
    /// Of both, those by a reading that is not the usual one.
    rare: u8,
}

impl Tally {
    fn manner(self) -> Manner {
        match (self.initials, self.syllables) {
            (0, 0) => Manner::Written,
            (0, _) => Manner::Said,
            (_, 0) => Manner::Initials,
            (_, _) => Manner::Mixed,
        }
    }
}

impl Spoken {
    /// Takes a word as it was typed.
    #[must_use]
    pub fn new(word: &str, fuzzy: Fuzzy) -> Self {
        Self {
            chars: fold_search(word)
                .chars()
                .filter(|c| !parts_names(*c))
                .take(WORD_CHARS_MAX)
                .collect(),
            fuzzy,
        }
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// The best place of the word in a text.
    #[must_use]
    pub fn place(&self, text: &str) -> Option<Place> {
        if self.is_empty() {
            return None;
        }
        let text: Vec<char> = text
            .chars()
            .take(TEXT_CHARS_MAX)
            .map(|c| {
                fold_search(c.encode_utf8(&mut [0; 4]))
                    .chars()
                    .next()
                    .unwrap_or(c)
            })
            .collect();
        let mut best: Option<Place> = None;
        for from in 0..text.len() {
            if parts_names(text[from]) {
                continue;
            }
            let Some((to, tally)) = self.from(&text[from..]) else {
                continue;
            };
            let (to, manner, rare) = (from + to, tally.manner(), tally.rare);
            let seat = match (from, text[to..].iter().all(|c| parts_names(*c))) {
                (0, true) => Seat::Whole,
                (0, false) => Seat::Front,
                (_, _) => Seat::Inside,
            };
            let better = best
                .as_ref()
                .is_none_or(|best| (seat, manner, rare) < (best.seat, best.manner, best.rare));
            if better {
                best = Some(Place {
                    chars: from..to,
                    manner,
                    seat,
                    rare,
                });
            }
        }
        best
    }

    /// How many characters from the first on the word fits, and how.
    fn from(&self, text: &[char]) -> Option<(usize, Tally)> {
        let end = self.chars.len();
        // By how much of the word has been accounted for, the best way there.
        let mut open: Vec<Option<Tally>> = vec![None; end + 1];
        open[0] = Some(Tally::default());
        for (at, c) in text.iter().enumerate() {
            if parts_names(*c) {
                continue;
            }
            let mut next: Vec<Option<Tally>> = vec![None; end + 1];
            for (done, tally) in open.iter().enumerate() {
                if let Some(tally) = tally {
                    self.after(done, *c, *tally, &mut next);
                }
            }
            if let Some(tally) = next[end] {
                return Some((at + 1, tally));
            }
            if next.iter().all(Option::is_none) {
                return None;
            }
            open = next;
        }
        None
    }

    /// Where the word may go on when the piece at `done` stands for `c`.
    fn after(&self, done: usize, c: char, tally: Tally, next: &mut [Option<Tally>]) {
        let rest = &self.chars[done..];
        let mut reach = |letters: usize, tally: Tally| {
            let slot = &mut next[done + letters];
            if slot.is_none_or(|have| tally < have) {
                *slot = Some(tally);
            }
        };
        if rest.first() == Some(&c) {
            reach(1, tally);
        }
        if !rest.first().is_some_and(char::is_ascii_lowercase) {
            return;
        }
        for reading in readings(c) {
            let rare = tally.rare.saturating_add(u8::from(!is_usual(c, reading)));
            let by_initial = Tally {
                initials: tally.initials.saturating_add(1),
                rare,
                ..tally
            };
            let by_syllable = Tally {
                syllables: tally.syllables.saturating_add(1),
                rare,
                ..tally
            };
            for way in self.fuzzy.ways(reading) {
                let same = same_letters(rest, &way);
                if same == 0 {
                    continue;
                }
                reach(1, by_initial);
                let two = matches!(way.as_bytes().get(..2), Some(b"zh" | b"ch" | b"sh"));
                if two && same >= 2 {
                    reach(2, by_initial);
                }
                let whole = way.chars().count();
                // The last piece may still be being typed.
                if same == whole || (same == rest.len() && same > 1) {
                    reach(same, by_syllable);
                }
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::pinyin::Word;
    use proptest::prelude::*;

    fn place(word: &str, text: &str) -> Option<(Range<usize>, Manner, Seat)> {
        Spoken::new(word, Fuzzy::OFF)
            .place(text)
            .map(|place| (place.chars, place.manner, place.seat))
    }

    #[test]
    fn a_word_has_its_best_place_with_manner_and_seat() {
        use Manner::{Initials, Mixed, Said, Written};
        use Seat::{Front, Inside, Whole};
        for (word, text, wanted) in [
            ("王秀梅", "王秀梅", (0..3, Written, Whole)),
            ("王", "王秀梅", (0..1, Written, Front)),
            ("秀梅", "王秀梅", (1..3, Written, Inside)),
            ("wxm", "王秀梅", (0..3, Initials, Whole)),
            ("wangxm", "王秀梅", (0..3, Mixed, Whole)),
            ("wangxiumei", "王秀梅", (0..3, Said, Whole)),
            ("wangxiu", "王秀梅", (0..2, Said, Front)),
            ("xm", "王秀梅", (1..3, Initials, Inside)),
            ("王xm", "王秀梅", (0..3, Initials, Whole)),
            ("shanyl", "单玉兰", (0..3, Mixed, Whole)),
            ("qiu", "仇建国", (0..1, Said, Front)),
            ("mmttex", "买买提·吐尔逊", (0..7, Initials, Whole)),
            ("买买提吐", "买买提·吐尔逊", (0..5, Written, Front)),
            ("买买提•吐", "买买提·吐尔逊", (0..5, Written, Front)),
            ("tuerxun", "买买提·吐尔逊", (4..7, Said, Inside)),
            ("0012", "420607103-20261123-0012", (19..23, Written, Inside)),
            (
                "11230012",
                "420607103-20261123-0012",
                (14..23, Written, Inside),
            ),
        ] {
            assert_eq!(place(word, text), Some(wanted), "{word} {text}");
        }
        for (word, text) in [
            ("wm", "王秀梅"),
            ("wxmm", "王秀梅"),
            ("shen", "单玉兰"),
            ("王梅", "王秀梅"),
            ("·", "买买提·吐尔逊"),
            ("", "王"),
        ] {
            assert_eq!(place(word, text), None, "{word} {text}");
        }
    }

    #[test]
    fn a_reading_that_hardly_any_name_has_is_told_apart() {
        let rare = |word: &str, text: &str| {
            let place = Spoken::new(word, Fuzzy::OFF).place(text);
            place.map(|place| place.rare)
        };
        for (word, text, wanted) in [
            ("wzl", "文知莲", 0),
            ("wzl", "于芷谷", 2),
            ("yzg", "于芷谷", 0),
            // As surnames they are said so.
            ("shan", "单玉兰", 0),
            ("qiujg", "仇建国", 0),
            ("文知莲", "文知莲", 0),
        ] {
            assert_eq!(rare(word, text), Some(wanted), "{word} {text}");
        }
    }

    #[test]
    fn sounds_that_are_not_told_apart_are_found_where_it_is_set() {
        let find = |fuzzy: &str, word: &str, text: &str| {
            Spoken::new(word, fuzzy.parse().unwrap())
                .place(text)
                .is_some()
        };
        assert!(!find("off", "lanjiang", "南江"));
        assert!(find("n-l", "lanjiang", "南江"));
        assert!(find("n-l", "lj", "南江"));
        assert!(find("n-l ang-an", "langjian", "南江"));
        assert!(!find("n-l", "langjian", "南江"));
        assert!(find("zh-z", "zangsan", "张三"));
        assert!(find("sh-s", "shanshan", "三山"));
        assert!(find("f-h", "fu", "胡"));
    }

    proptest! {
        /// Whatever the fast test of lists finds has a place here too.
        #[test]
        fn what_lists_find_has_a_place(
            text in "[王秀梅张三单解吕女石桥安a1]{0,8}",
            word in "[wxmzhsangdlvuie王秀]{1,6}",
        ) {
            let fast = Word::new(&word);
            let slow = Spoken::new(&word, Fuzzy::OFF).place(&text);
            if fast.is_written_in(&text) || fast.sounds_in(&text) {
                prop_assert!(slow.is_some(), "{} {}", word, text);
            }
            // What is written in one part and said in the other fits here alone.
            if let Some(place) = slow
                && !text.contains(['a', '1'])
            {
                prop_assert!(
                    fast.is_written_in(&text) || fast.sounds_in(&text),
                    "{} {} {:?}", word, text, place
                );
            }
        }
    }
}
