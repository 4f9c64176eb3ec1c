//! The one source of display widths.
//!
//! A width is counted in terminal cells. Layout always counts ambiguous
//! characters as one cell, as ratatui does; on terminals that draw them two
//! cells wide, [`super::ambiguous`] takes them out before layout, so that one
//! count is right everywhere.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How a terminal draws the characters whose width Unicode leaves open
/// (`“ ” … — · ① ℃ × ─ │`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Ambiguous {
    /// One cell.
    #[default]
    Narrow,
    /// Two cells, as many Chinese terminals do.
    Wide,
}

/// Width of `text` in cells as layout counts it.
///
/// Control characters count nothing; neutralise before measuring.
#[must_use]
pub fn display_width(text: &str) -> usize {
    simple_width(text).unwrap_or_else(|| {
        text.graphemes(true)
            .map(|cluster| grapheme_width(cluster, Ambiguous::Narrow))
            .sum()
    })
}

/// Width of `text` in cells as a terminal of that kind draws it. Layout uses
/// [`display_width`]; this is for checking that nothing ambiguous is left.
#[must_use]
pub fn drawn_width(text: &str, ambiguous: Ambiguous) -> usize {
    text.graphemes(true)
        .map(|cluster| grapheme_width(cluster, ambiguous))
        .sum()
}

/// The grapheme clusters of `text`, each with its width in cells.
#[must_use]
pub fn graphemes(text: &str) -> impl DoubleEndedIterator<Item = (&str, usize)> {
    text.graphemes(true)
        .map(|cluster| (cluster, grapheme_width(cluster, Ambiguous::Narrow)))
}

/// Whether Unicode leaves the width of `c` open.
#[must_use]
pub fn is_ambiguous(c: char) -> bool {
    match c {
        ' '..='~' | '\u{3001}'..='\u{9FFF}' => false,
        _ => is_open_letter(c) || (c.width() == Some(1) && c.width_cjk() == Some(2)),
    }
}

/// Letters that `EastAsianWidth.txt` lists as ambiguous and unicode-width
/// counts as narrow even for Chinese; wide terminals go by the list.
fn is_open_letter(c: char) -> bool {
    matches!(c,
        // Latin-1.
        '\u{AA}' | '\u{BA}' | '\u{C6}' | '\u{D0}' | '\u{D8}' | '\u{DE}'..='\u{E1}'
        | '\u{E6}' | '\u{E8}'..='\u{EA}' | '\u{EC}'..='\u{ED}' | '\u{F0}'
        | '\u{F2}'..='\u{F3}' | '\u{F8}'..='\u{FA}' | '\u{FC}' | '\u{FE}'
        // Latin with marks: pinyin among them.
        | '\u{101}' | '\u{111}' | '\u{113}' | '\u{11B}' | '\u{126}'..='\u{127}'
        | '\u{12B}' | '\u{131}'..='\u{133}' | '\u{138}' | '\u{13F}'..='\u{142}'
        | '\u{144}' | '\u{148}'..='\u{14B}' | '\u{14D}' | '\u{152}'..='\u{153}'
        | '\u{166}'..='\u{167}' | '\u{16B}' | '\u{1CE}' | '\u{1D0}' | '\u{1D2}'
        | '\u{1D4}' | '\u{1D6}' | '\u{1D8}' | '\u{1DA}' | '\u{1DC}' | '\u{251}'
        | '\u{261}' | '\u{2C4}' | '\u{2C7}' | '\u{2C9}'..='\u{2CB}' | '\u{2CD}'
        | '\u{2D0}' | '\u{2D8}'..='\u{2DB}' | '\u{2DD}' | '\u{2DF}'
        // Greek and Cyrillic.
        | '\u{391}'..='\u{3A1}' | '\u{3A3}'..='\u{3A9}' | '\u{3B1}'..='\u{3C1}'
        | '\u{3C3}'..='\u{3C9}' | '\u{401}' | '\u{410}'..='\u{44F}' | '\u{451}')
}

/// Whether `c` takes no cell of its own: combining marks, joiners, selectors.
#[must_use]
pub fn is_zero_width(c: char) -> bool {
    !matches!(c, HALF_WIDTH_VOICED | HALF_WIDTH_SEMI_VOICED) && c.width() == Some(0)
}

/// Half-width katakana marks: ratatui 0.30 counts them once more than
/// unicode-width does, and layout has to agree with it.
const HALF_WIDTH_VOICED: char = '\u{FF9E}';
const HALF_WIDTH_SEMI_VOICED: char = '\u{FF9F}';

fn grapheme_width(cluster: &str, ambiguous: Ambiguous) -> usize {
    if let [byte] = cluster.as_bytes() {
        return usize::from(!byte.is_ascii_control());
    }
    if cluster.chars().all(char::is_control) {
        return 0;
    }
    let drawn = match ambiguous {
        Ambiguous::Narrow => cluster.width(),
        Ambiguous::Wide if cluster.chars().next().is_some_and(is_open_letter) => 2,
        Ambiguous::Wide => cluster.width_cjk(),
    };
    let sound_marks = cluster
        .chars()
        .filter(|c| matches!(*c, HALF_WIDTH_VOICED | HALF_WIDTH_SEMI_VOICED))
        .count();
    drawn + sound_marks
}

/// The width when every character is one that never joins its neighbours. This
/// is nearly all text here, and saves the segmentation.
fn simple_width(text: &str) -> Option<usize> {
    text.chars().map(|c| lone_width(c).map(usize::from)).sum()
}

/// Cells of a character that never joins its neighbours: printable ASCII, Han,
/// Chinese punctuation, full-width forms, and the signs that the program draws
/// itself, as layout counts them. `None` says only that it is not one of these.
#[must_use]
pub const fn lone_width(c: char) -> Option<u16> {
    match c {
        ' '..='~'
        | '…'
        | '—'
        | '·'
        | '“'
        | '”'
        | '≥'
        | '≤'
        | '×'
        | '■'
        | '▲'
        | '●'
        | '○'
        | '\u{2190}'..='\u{2193}'
        | '\u{2500}'..='\u{2593}' => Some(1),
        '\u{4E00}'..='\u{9FFF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{3001}'..='\u{3029}'
        | '\u{FF01}'..='\u{FF60}' => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::buffer::CellWidth;

    #[test]
    fn widths_by_table() {
        for (text, cells) in [
            ("", 0),
            ("abc", 3),
            ("石桥镇", 6),
            ("石桥镇 a1", 9),
            ("，。：（）", 10),
            ("ｊ：？", 6),
            ("“宅基地”", 8),
            ("①…·—℃×", 6),
            ("e\u{301}", 1),
            ("\u{2A6A5}\u{30EDD}", 4),
            ("👍🏽", 2),
            ("\u{1b}", 0),
        ] {
            assert_eq!(display_width(text), cells, "{text:?}");
        }
    }

    #[test]
    fn wide_terminals_draw_open_widths_in_two_cells() {
        assert_eq!(drawn_width("“宅”…", Ambiguous::Wide), 8);
        assert_eq!(drawn_width("“宅”…", Ambiguous::Narrow), 5);
        for c in "─①—·℃×àαЯ".chars() {
            assert!(is_ambiguous(c), "{c}");
        }
        for c in "宅，a\u{2A6A5}ﾊ".chars() {
            assert!(!is_ambiguous(c), "{c}");
        }
    }

    proptest! {
        #[test]
        fn layout_and_ratatui_count_alike(text in "[\\PC\u{FF76}\u{FF9E}\u{FF9F}]{0,12}") {
            for (cluster, cells) in graphemes(&text) {
                prop_assert_eq!(cells, usize::from(cluster.cell_width()), "{:?}", cluster);
            }
        }

        #[test]
        fn the_fast_path_changes_nothing(text in "[ -~一-鿿、-〈！-～…—·“”≥≤×■▲●○←-↓─-▓]{0,20}") {
            let slow: usize = graphemes(&text).map(|(_, cells)| cells).sum();
            prop_assert_eq!(display_width(&text), slow);
        }
    }
}
