//! What is drawn instead of characters whose width a terminal gets differently
//! from layout.
//!
//! On a terminal that draws them two cells wide, borders and ordinary Chinese
//! punctuation would both break the columns. So they are substituted *before*
//! layout: everything measured afterwards has one width everywhere.

use std::borrow::Cow;

use super::width::{Ambiguous, is_ambiguous};

/// Characters the program itself draws, named by their use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// After a text that was cut.
    pub ellipsis: &'static str,
    /// Border, left to right.
    pub horizontal: &'static str,
    /// Border, top to bottom.
    pub vertical: &'static str,
    /// Border corner.
    pub top_left: &'static str,
    /// Border corner.
    pub top_right: &'static str,
    /// Border corner.
    pub bottom_left: &'static str,
    /// Border corner.
    pub bottom_right: &'static str,
    /// Where a divider meets the left border.
    pub tee_left: &'static str,
    /// Where a divider meets the right border.
    pub tee_right: &'static str,
    /// Shape of the highest rank.
    pub square: &'static str,
    /// Shape of the second rank.
    pub triangle: &'static str,
    /// Shape of the third rank, and a link that is up.
    pub disc: &'static str,
    /// Shape of the lowest rank, and a link that is down.
    pub ring: &'static str,
    /// Stands for an empty value.
    pub dash: &'static str,
    /// Between parts of one line.
    pub dot: &'static str,
    /// Filled part of a bar; the thumb of a scroll bar.
    pub bar_full: &'static str,
    /// Empty part of a bar.
    pub bar_empty: &'static str,
    /// More lies above.
    pub more_above: &'static str,
    /// More lies below.
    pub more_below: &'static str,
    /// From one to the other.
    pub arrow: &'static str,
}

const NARROW: Glyphs = Glyphs {
    ellipsis: "…",
    horizontal: "─",
    vertical: "│",
    top_left: "┌",
    top_right: "┐",
    bottom_left: "└",
    bottom_right: "┘",
    tee_left: "├",
    tee_right: "┤",
    square: "■",
    triangle: "▲",
    disc: "●",
    ring: "○",
    dash: "—",
    dot: "·",
    bar_full: "█",
    bar_empty: "░",
    more_above: "↑",
    more_below: "↓",
    arrow: "→",
};

const WIDE: Glyphs = Glyphs {
    ellipsis: "..",
    horizontal: "-",
    vertical: "|",
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    tee_left: "+",
    tee_right: "+",
    square: "#",
    triangle: "^",
    disc: "@",
    ring: "o",
    dash: "-",
    dot: ".",
    bar_full: "#",
    bar_empty: ".",
    more_above: "^",
    more_below: "v",
    arrow: ">",
};

/// The glyphs for a terminal of that kind.
#[must_use]
pub const fn glyphs(ambiguous: Ambiguous) -> &'static Glyphs {
    match ambiguous {
        Ambiguous::Narrow => &NARROW,
        Ambiguous::Wide => &WIDE,
    }
}

/// Replaces every character of open width, for a terminal that draws those two
/// cells wide; for the others the text stays. Give it neutralised text.
#[must_use]
pub fn substitute(text: &str, ambiguous: Ambiguous) -> Cow<'_, str> {
    match ambiguous {
        Ambiguous::Narrow => Cow::Borrowed(text),
        Ambiguous::Wide => substitute_wide(text),
    }
}

fn substitute_wide(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find(is_ambiguous) else {
        return Cow::Borrowed(text);
    };
    let mut shown = String::with_capacity(text.len() + 8);
    shown.push_str(&text[..first]);
    for c in text[first..].chars() {
        if is_ambiguous(c) {
            push_stand_in(&mut shown, c);
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// What takes the place of a character that has no stand-in of its own: the
/// geta mark, two cells wide everywhere, in print the sign of a missing glyph.
const MISSING: char = '\u{3013}';

fn push_stand_in(shown: &mut String, c: char) {
    match c {
        // An apostrophe within a Latin word is not a Chinese quotation mark.
        '’' if shown.ends_with(|before: char| before.is_ascii_alphanumeric()) => shown.push('\''),
        '\u{2500}'..='\u{257F}' => shown.push(box_drawing(c)),
        '\u{2460}'..='\u{24E9}' => push_enclosed(shown, c),
        _ => match stand_in(c) {
            Some(text) => shown.push_str(text),
            None => shown.push(MISSING),
        },
    }
}

fn box_drawing(c: char) -> char {
    match c {
        '─' | '━' | '┄' | '┅' | '┈' | '┉' | '╌' | '╍' | '═' | '╴' | '╶' | '╸' | '╺' | '╼' | '╾' => {
            '-'
        }
        '│' | '┃' | '┆' | '┇' | '┊' | '┋' | '╎' | '╏' | '║' | '╵' | '╷' | '╹' | '╻' | '╽' | '╿' => {
            '|'
        }
        '╱' => '/',
        '╲' => '\\',
        '╳' => 'x',
        _ => '+',
    }
}

/// Circled, bracketed and dotted numbers and letters.
fn push_enclosed(shown: &mut String, c: char) {
    let code = u32::from(c);
    let (value, dotted) = match c {
        '\u{2460}'..='\u{2473}' => (code - 0x2460 + 1, false),
        '\u{2474}'..='\u{2487}' => (code - 0x2474 + 1, false),
        '\u{2488}'..='\u{249B}' => (code - 0x2488 + 1, true),
        _ => {
            let first = if c <= '\u{24B5}' { 0x249C } else { 0x24B6 };
            let letter = u8::try_from((code - first) % 26).unwrap_or(0);
            shown.push('(');
            shown.push(char::from(b'A' + letter));
            shown.push(')');
            return;
        }
    };
    let number = value.to_string();
    if dotted {
        shown.push_str(&number);
        shown.push('.');
    } else {
        shown.push('(');
        shown.push_str(&number);
        shown.push(')');
    }
}

fn stand_in(c: char) -> Option<&'static str> {
    punctuation(c).or_else(|| symbol(c)).or_else(|| letter(c))
}

fn punctuation(c: char) -> Option<&'static str> {
    Some(match c {
        '“' => "\u{300C}", // left corner bracket
        '”' => "\u{300D}", // right corner bracket
        '‘' => "\u{300E}", // left white corner bracket
        '’' => "\u{300F}", // right white corner bracket
        '…' | '‥' | '¨' => "..",
        '—' | '–' | '―' | '‐' | '\u{AD}' => "-",
        '·' | '‧' => ".",
        '‖' => "||",
        '′' | '´' | 'ˊ' => "'",
        '″' => "\"",
        'ˋ' | '‵' => "`",
        '※' | '†' | '‡' | '•' => "*",
        '∶' => ":",
        '¡' => "!",
        '¿' | '\u{FFFD}' => "?",
        _ => return None,
    })
}

fn symbol(c: char) -> Option<&'static str> {
    Some(match c {
        '×' | '✕' | '╳' => "x",
        '÷' | '∕' => "/",
        '±' => "+-",
        '°' => "deg",
        '℃' => "C",
        '℉' | '♀' => "F",
        '№' => "No.",
        '℡' => "Tel",
        '‰' => "0/00",
        '§' => "S.",
        '¶' => "P.",
        '¤' => "$",
        '®' => "(R)",
        '™' => "TM",
        '¼' => "1/4",
        '½' => "1/2",
        '¾' => "3/4",
        '¹' => "1",
        '²' => "2",
        '³' => "3",
        '←' => "<-",
        '→' | '⇒' => "->",
        '↑' | '△' | '▲' | '∧' => "^",
        '↓' | '▽' | '▼' | '∨' => "v",
        '↔' | '⇔' => "<->",
        '≈' | '≒' => "~=",
        '≠' => "!=",
        '≤' | '≦' => "<=",
        '≥' | '≧' => ">=",
        '≡' => "==",
        '∞' => "oo",
        '√' => "V",
        '■' | '█' | '▓' | '▆' | '▇' | '▉' | '▊' | '▋' | '▌' => "#",
        '□' | '▢' => "[]",
        '▒' | '▄' | '▅' => ":",
        '░' | '▁' | '▂' | '▃' => ".",
        '▍' | '▎' | '▏' | '▕' => "|",
        '●' | '◎' | '◉' => "@",
        '○' | '◯' | '◌' => "o",
        '◆' | '◇' | '★' | '☆' => "*",
        '▶' | '▷' => ">",
        '◀' | '◁' => "<",
        '♂' => "M",
        _ => return None,
    })
}

/// Letters of pinyin and Roman numerals.
fn letter(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'ā' | 'ǎ' | 'ɑ' => "a",
        'è' | 'é' | 'ê' | 'ē' | 'ě' => "e",
        'ì' | 'í' | 'ī' | 'ǐ' => "i",
        'ò' | 'ó' | 'ō' | 'ǒ' => "o",
        'ù' | 'ú' | 'ū' | 'ǔ' => "u",
        'ü' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => "v",
        'ń' | 'ň' => "n",
        'ɡ' => "g",
        'Ⅰ' | 'ⅰ' => "I",
        'Ⅱ' | 'ⅱ' => "II",
        'Ⅲ' | 'ⅲ' => "III",
        'Ⅳ' | 'ⅳ' => "IV",
        'Ⅴ' | 'ⅴ' => "V",
        'Ⅵ' | 'ⅵ' => "VI",
        'Ⅶ' | 'ⅶ' => "VII",
        'Ⅷ' | 'ⅷ' => "VIII",
        'Ⅸ' | 'ⅸ' => "IX",
        'Ⅹ' | 'ⅹ' => "X",
        'Ⅺ' => "XI",
        'Ⅻ' => "XII",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::neutral::neutralise_line;
    use crate::text::width::{display_width, drawn_width};
    use proptest::prelude::*;

    #[test]
    fn stand_ins_by_table() {
        for (text, expected) in [
            ("他说“不行”…", "他说「不行」.."),
            ("①查看 ⑫复核 ⒊报 Ⅳ级", "(1)查看 (12)复核 3.报 IV级"),
            ("气温36℃ 3×5 ≤10‰", "气温36C 3x5 <=10 0/00"),
            ("┌─┐│└┘", "+-+|++"),
            ("■红 ▲黄 ●蓝", "#红 ^黄 @蓝"),
            ("买买提·吐尔逊", "买买提.吐尔逊"),
            ("it’s", "it's"),
            ("Ⓐ区", "(A)区"),
            ("α\u{E815}", "〓〓"),
            ("石桥镇 abc", "石桥镇 abc"),
        ] {
            let spaced = expected.replace("10 0/00", "100/00");
            assert_eq!(substitute(text, Ambiguous::Wide), spaced, "{text}");
            assert_eq!(substitute(text, Ambiguous::Narrow), text);
        }
    }

    #[test]
    fn own_glyphs_have_one_width_on_their_terminals() {
        for (set, mode) in [(&NARROW, Ambiguous::Narrow), (&WIDE, Ambiguous::Wide)] {
            for glyph in [
                set.horizontal,
                set.vertical,
                set.top_left,
                set.top_right,
                set.bottom_left,
                set.bottom_right,
                set.tee_left,
                set.tee_right,
                set.square,
                set.triangle,
                set.disc,
                set.ring,
                set.dash,
                set.dot,
                set.bar_full,
                set.bar_empty,
                set.more_above,
                set.more_below,
                set.arrow,
            ] {
                assert_eq!(drawn_width(glyph, mode), 1, "{glyph}");
            }
            assert_eq!(drawn_width(set.ellipsis, mode), display_width(set.ellipsis));
        }
    }

    #[test]
    fn nothing_of_open_width_is_left() {
        for code in 0..=0x3FFFF {
            let Some(c) = char::from_u32(code) else {
                continue;
            };
            let text = c.to_string();
            let shown = substitute(&text, Ambiguous::Wide);
            assert!(!shown.chars().any(is_ambiguous), "U+{code:04X} {shown}");
        }
    }

    proptest! {
        #[test]
        fn layout_and_wide_terminals_agree_afterwards(text in "[\\PC]{0,20}") {
            let neutral = neutralise_line(&text);
            let shown = substitute(&neutral, Ambiguous::Wide);
            prop_assert!(!shown.chars().any(is_ambiguous));
        }
    }
}
