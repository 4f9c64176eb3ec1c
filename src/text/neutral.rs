//! Making foreign text harmless where it leaves the program for a terminal, a
//! log or a message.
//!
//! Stored text stays whole; only what is shown changes. Whatever could move the
//! cursor, reorder neighbours or hide is replaced by a visible mark, so that an
//! officer sees that something was there. Rare Han characters of GB 18030
//! (extensions B and later, private use) pass untouched.

use std::borrow::Cow;

use super::width::is_zero_width;

/// Marks that may follow one base character; more of them climb over the lines
/// above and below.
pub const MARKS_PER_BASE_MAX: usize = 4;

/// Shown for what has no picture of its own.
const REPLACEMENT: char = '\u{FFFD}';
/// Shown for a line break where only one line has room.
const RETURN_SYMBOL: char = '\u{23CE}';
/// Unicode's pictures of U+0000 to U+001F start here, in the same order.
const CONTROL_PICTURES: u32 = 0x2400;
const PICTURE_OF_DELETE: char = '\u{2421}';

/// Neutralises text for a place of one line: line breaks become a mark too.
/// Borrowed when there is nothing to do.
#[must_use]
pub fn neutralise_line(text: &str) -> Cow<'_, str> {
    neutralise(text, Breaks::Marked)
}

/// Neutralises text of several lines: line feeds stay, and the other line
/// breaks (CR LF, line and paragraph separators) become line feeds.
#[must_use]
pub fn neutralise_block(text: &str) -> Cow<'_, str> {
    neutralise(text, Breaks::Kept)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Breaks {
    Marked,
    Kept,
}

/// What becomes of one character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Stays; a base for the marks that follow.
    Base,
    /// Stays as long as its base does not carry too many already.
    Mark,
    /// Says only how the character before is to be drawn, and makes its width
    /// uncertain: left out.
    Selector,
    /// A line break.
    Break,
    /// Replaced.
    Shown(char),
}

fn neutralise(text: &str, breaks: Breaks) -> Cow<'_, str> {
    match first_suspect(text, breaks) {
        None => Cow::Borrowed(text),
        Some(at) => rewrite(text, at, breaks),
    }
}

/// Where careful treatment has to start: the base before the first character
/// that is not plain. `None` for nearly all text.
fn first_suspect(text: &str, breaks: Breaks) -> Option<usize> {
    let mut base = 0;
    for (at, c) in text.char_indices() {
        let plain = match c {
            ' '..='~' | '\u{4E00}'..='\u{9FFF}' | '\u{FF01}'..='\u{FF60}' => true,
            '\n' => breaks == Breaks::Kept,
            _ => fate(c) == Fate::Base,
        };
        if !plain {
            return Some(base);
        }
        base = at;
    }
    None
}

fn rewrite(text: &str, start: usize, breaks: Breaks) -> Cow<'_, str> {
    let mut shown = String::with_capacity(text.len() + 8);
    shown.push_str(&text[..start]);
    // A mark without a base would sit on whatever is drawn before the text.
    let mut room_for_marks = 0;
    let mut rest = text[start..].chars().peekable();
    while let Some(c) = rest.next() {
        match fate(c) {
            Fate::Base => {
                shown.push(c);
                room_for_marks = MARKS_PER_BASE_MAX;
            }
            Fate::Mark if room_for_marks > 0 => {
                shown.push(c);
                room_for_marks -= 1;
            }
            Fate::Mark => {
                if shown.is_empty() || shown.ends_with('\n') {
                    shown.push(REPLACEMENT);
                    room_for_marks = 0;
                }
            }
            Fate::Selector => {}
            Fate::Break => {
                if c == '\r' && rest.peek() == Some(&'\n') {
                    rest.next();
                }
                shown.push(match breaks {
                    Breaks::Marked => RETURN_SYMBOL,
                    Breaks::Kept => '\n',
                });
                room_for_marks = 0;
            }
            Fate::Shown(mark) => {
                shown.push(mark);
                room_for_marks = 0;
            }
        }
    }
    if shown == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(shown)
    }
}

fn fate(c: char) -> Fate {
    match c {
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => Fate::Break,
        '\t' => Fate::Shown(' '),
        '\0'..='\u{1F}' => {
            Fate::Shown(char::from_u32(CONTROL_PICTURES + u32::from(c)).unwrap_or(REPLACEMENT))
        }
        '\u{7F}' => Fate::Shown(PICTURE_OF_DELETE),
        ' '..='~' => Fate::Base,
        '\u{FE00}'..='\u{FE0F}' => Fate::Selector,
        _ if is_hidden(c) => Fate::Shown(REPLACEMENT),
        _ if is_zero_width(c) => Fate::Mark,
        _ => Fate::Base,
    }
}

/// Characters that steer, hide or are no characters at all.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        // C1 controls: one of them alone starts an escape sequence.
        '\u{80}'..='\u{9F}'
        // Direction marks, embeddings, overrides and isolates.
        | '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        // Zero-width blanks and joiners, word joiner, invisible operators,
        // deprecated format characters, byte-order mark, soft hyphen.
        | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}'
        | '\u{FEFF}' | '\u{AD}' | '\u{34F}' | '\u{180B}'..='\u{180F}'
        // Fillers that look like nothing.
        | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{3164}' | '\u{FFA0}' | '\u{2800}'
        // Annotation, shorthand and musical format controls.
        | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{13430}'..='\u{1345F}'
        // Tags, which spell ASCII invisibly.
        | '\u{E0000}'..='\u{E00FF}' | '\u{E01F0}'..='\u{E0FFF}'
        // No characters.
        | '\u{FDD0}'..='\u{FDEF}'
    ) || u32::from(c) & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dangerous_text_by_table() {
        for (text, line, block) in [
            ("石桥镇\u{1b}[31m", "石桥镇␛[31m", "石桥镇␛[31m"),
            ("a\u{9b}2J", "a\u{FFFD}2J", "a\u{FFFD}2J"),
            ("一\n二\r\n三\r四", "一⏎二⏎三⏎四", "一\n二\n三\n四"),
            ("a\tb\u{7f}\0", "a b␡␀", "a b␡␀"),
            ("李\u{202e}四", "李\u{FFFD}四", "李\u{FFFD}四"),
            ("a\u{2028}b", "a⏎b", "a\nb"),
            ("张\u{200b}三", "张\u{FFFD}三", "张\u{FFFD}三"),
            (
                "x\u{E0041}\u{FEFF}",
                "x\u{FFFD}\u{FFFD}",
                "x\u{FFFD}\u{FFFD}",
            ),
            ("☎\u{FE0F}", "☎", "☎"),
            ("\u{301}a", "\u{FFFD}a", "\u{FFFD}a"),
        ] {
            assert_eq!(neutralise_line(text), line, "{text:?}");
            assert_eq!(neutralise_block(text), block, "{text:?}");
        }
    }

    #[test]
    fn harmless_text_is_not_copied() {
        for text in [
            "宅基地边界起争执,现场约二十人",
            "①“甲”与“乙”…",
            "\u{2A6A5}\u{30EDD}\u{9FFF}\u{31350}\u{E815}",
            "葛\u{E0100}城",
            "e\u{301}",
            "",
        ] {
            assert!(matches!(neutralise_line(text), Cow::Borrowed(same) if same == text));
        }
        assert!(matches!(neutralise_block("一\n二"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_flood_of_marks_is_bounded() {
        let flood = format!("a{}b", "\u{301}".repeat(500));
        assert_eq!(
            neutralise_line(&flood),
            format!("a{}b", "\u{301}".repeat(MARKS_PER_BASE_MAX))
        );
    }

    fn rough() -> impl Strategy<Value = String> {
        proptest::collection::vec(
            prop_oneof![
                any::<char>(),
                proptest::char::range('\0', '\u{A0}'),
                proptest::char::range('\u{2000}', '\u{206F}'),
                proptest::char::range('\u{300}', '\u{303}'),
                proptest::char::range('一', '三'),
            ],
            0..24,
        )
        .prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn nothing_that_steers_gets_out(text in rough()) {
            let line = neutralise_line(&text);
            prop_assert!(!line.chars().any(|c| c.is_control() || is_hidden(c)));
            let block = neutralise_block(&text);
            prop_assert!(!block.chars().any(|c| (c.is_control() && c != '\n') || is_hidden(c)));
        }

        #[test]
        fn neutral_text_stays_as_it_is(text in rough()) {
            let line = neutralise_line(&text).into_owned();
            prop_assert_eq!(neutralise_line(&line), line.as_str());
            let block = neutralise_block(&text).into_owned();
            prop_assert_eq!(neutralise_block(&block), block.as_str());
        }
    }
}
