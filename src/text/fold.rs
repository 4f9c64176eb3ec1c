//! Folding of full-width forms: for keys typed while an input method is on,
//! and for keys of a search.

use std::borrow::Cow;

/// The character a key would have given without an input method: full-width
/// forms become ASCII, and the Chinese punctuation that replaces an ASCII key
/// becomes that key's character (`、` stands on `/`, `。` on `.`). Everything
/// else stays.
#[must_use]
pub fn fold_key(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => half_width(c),
        '\u{3000}' => ' ',
        '\u{3002}' => '.',              // ideographic full stop
        '\u{3001}' => '/',              // ideographic comma
        '\u{3010}' | '\u{300C}' => '[', // left lenticular, left corner bracket
        '\u{3011}' | '\u{300D}' => ']', // right lenticular, right corner bracket
        '\u{300A}' => '<',              // left double angle bracket
        '\u{300B}' => '>',              // right double angle bracket
        '\u{FFE5}' | '¥' => '$',        // yuan sign
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        '·' => '`',
        '…' => '^',
        '—' => '_',
        _ => c,
    }
}

/// The form in which texts are compared by a search: full-width forms become
/// ASCII and letters lower case. Borrowed when nothing changes.
#[must_use]
pub fn fold_search(text: &str) -> Cow<'_, str> {
    let unchanged = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' | '\u{3000}' => false,
        '\u{4E00}'..='\u{9FFF}' => true,
        _ => {
            let mut lower = c.to_lowercase();
            lower.next() == Some(c) && lower.next().is_none()
        }
    };
    if text.chars().all(unchanged) {
        return Cow::Borrowed(text);
    }
    let folded = text
        .chars()
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => half_width(c),
            '\u{3000}' => ' ',
            _ => c,
        })
        .flat_map(char::to_lowercase);
    Cow::Owned(folded.collect())
}

/// Distance between a full-width form and its ASCII character.
const FULL_WIDTH_OFFSET: u32 = 0xFEE0;

fn half_width(c: char) -> char {
    char::from_u32(u32::from(c).saturating_sub(FULL_WIDTH_OFFSET)).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_by_table() {
        for (typed, key) in "ｊＡ１：？！，。、；【】《》“’（）　￥…—·中a"
            .chars()
            .zip("jA1:?!,./;[]<>\"'() $^_`中a".chars())
        {
            assert_eq!(fold_key(typed), key, "{typed}");
        }
    }

    #[test]
    fn every_printable_ascii_key_has_its_full_width_form() {
        for code in u32::from('!')..=u32::from('~') {
            let full = char::from_u32(code + FULL_WIDTH_OFFSET).expect("full-width forms exist");
            assert_eq!(Some(fold_key(full)), char::from_u32(code));
        }
    }

    #[test]
    fn search_keys_by_table() {
        for (text, key) in [
            ("石桥镇", "石桥镇"),
            ("ＡＢ１２", "ab12"),
            ("Wang　Li", "wang li"),
            ("É", "é"),
        ] {
            assert_eq!(fold_search(text), key);
        }
        assert!(matches!(fold_search("石桥镇 abc"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn a_search_key_is_its_own_key(text in ".{0,20}") {
            let key = fold_search(&text).into_owned();
            prop_assert_eq!(fold_search(&key), key.as_str());
        }
    }
}
