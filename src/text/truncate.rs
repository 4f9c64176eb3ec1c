//! Cutting and padding to a number of cells, never through a glyph.

use std::borrow::Cow;

use super::ambiguous::glyphs;
use super::width::{Ambiguous, display_width, graphemes};

/// The side on which a padded text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text first, blanks after it.
    Left,
    /// Blanks first: numbers.
    Right,
    /// Blanks on both sides, the odd one after the text.
    Centre,
}

/// Cuts `text` to at most `cells` cells and marks the cut with an ellipsis that
/// fits the terminal (`…`, or `..` where that would be two cells wide). Where
/// not even the ellipsis has room beside one glyph, the text is cut bare.
#[must_use]
pub fn truncate_to_width(text: &str, cells: usize, ambiguous: Ambiguous) -> Cow<'_, str> {
    // A byte never takes more than a cell, except half-width sound marks,
    // which have three bytes; so a short text needs no measuring.
    if text.len() <= cells || display_width(text) <= cells {
        return Cow::Borrowed(text);
    }
    let ellipsis = glyphs(ambiguous).ellipsis;
    let reserved = display_width(ellipsis);
    let kept = cells
        .checked_sub(reserved)
        .map_or("", |room| prefix_within(text, room));
    if kept.is_empty() {
        return Cow::Borrowed(prefix_within(text, cells));
    }
    let mut cut = String::with_capacity(kept.len() + ellipsis.len());
    cut.push_str(kept);
    cut.push_str(ellipsis);
    Cow::Owned(cut)
}

/// The longest beginning of `text` that fits into `cells`.
#[must_use]
pub fn prefix_within(text: &str, cells: usize) -> &str {
    let mut used = 0;
    let mut end = 0;
    for (cluster, width) in graphemes(text) {
        if used + width > cells {
            break;
        }
        used += width;
        end += cluster.len();
    }
    &text[..end]
}

/// The longest end of `text` that fits into `cells`: what an input field shows
/// while the cursor stands at its end.
#[must_use]
pub fn suffix_within(text: &str, cells: usize) -> &str {
    let mut used = 0;
    let mut start = text.len();
    for (cluster, width) in graphemes(text).rev() {
        if used + width > cells {
            break;
        }
        used += width;
        start -= cluster.len();
    }
    &text[start..]
}

/// Pads `text` with blanks to `cells` cells; longer text stays as it is.
#[must_use]
pub fn pad_to_width(text: &str, cells: usize, align: Align) -> Cow<'_, str> {
    let missing = cells.saturating_sub(display_width(text));
    if missing == 0 {
        return Cow::Borrowed(text);
    }
    let before = match align {
        Align::Left => 0,
        Align::Right => missing,
        Align::Centre => missing / 2,
    };
    let mut padded = String::with_capacity(text.len() + missing);
    padded.extend(std::iter::repeat_n(' ', before));
    padded.push_str(text);
    padded.extend(std::iter::repeat_n(' ', missing - before));
    Cow::Owned(padded)
}

/// Cuts or pads `text` to exactly `cells` cells: a table's column.
#[must_use]
pub fn fit(text: &str, cells: usize, align: Align, ambiguous: Ambiguous) -> Cow<'_, str> {
    match truncate_to_width(text, cells, ambiguous) {
        Cow::Borrowed(whole) => pad_to_width(whole, cells, align),
        Cow::Owned(cut) => Cow::Owned(pad_to_width(&cut, cells, align).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cuts_by_table() {
        use Ambiguous::{Narrow, Wide};
        for (text, cells, ambiguous, expected) in [
            ("宅基地", 6, Narrow, "宅基地"),
            ("宅基地边界", 7, Narrow, "宅基地…"),
            ("宅基地边界", 6, Narrow, "宅基…"),
            ("宅基地边界", 6, Wide, "宅基.."),
            ("宅基地", 2, Narrow, "宅"),
            ("宅基地", 1, Narrow, ""),
            ("宅基地", 0, Narrow, ""),
            ("abcdef", 3, Narrow, "ab…"),
            ("e\u{301}e\u{301}e\u{301}", 2, Narrow, "e\u{301}…"),
        ] {
            assert_eq!(
                truncate_to_width(text, cells, ambiguous),
                expected,
                "{text} {cells}"
            );
        }
    }

    #[test]
    fn columns_by_table() {
        for (text, cells, align, expected) in [
            ("黄集", 6, Align::Left, "黄集  "),
            ("黄集", 6, Align::Right, "  黄集"),
            ("黄集", 7, Align::Centre, " 黄集  "),
            ("黄集镇东村", 6, Align::Left, "黄集… "),
            ("", 2, Align::Right, "  "),
        ] {
            assert_eq!(fit(text, cells, align, Ambiguous::Narrow), expected);
        }
    }

    #[test]
    fn the_end_of_a_long_input_stays_visible() {
        assert_eq!(suffix_within("宅基地abc", 5), "地abc");
        assert_eq!(suffix_within("宅基地abc", 4), "abc");
    }

    fn mode() -> impl Strategy<Value = Ambiguous> {
        prop_oneof![Just(Ambiguous::Narrow), Just(Ambiguous::Wide)]
    }

    proptest! {
        #[test]
        fn a_cut_never_exceeds_its_cells(text in ".{0,30}", cells in 0_usize..20, mode in mode()) {
            prop_assert!(display_width(&truncate_to_width(&text, cells, mode)) <= cells);
        }

        #[test]
        fn a_column_is_exactly_as_wide_as_asked(text in ".{0,30}", cells in 0_usize..20, mode in mode()) {
            prop_assert_eq!(display_width(&fit(&text, cells, Align::Left, mode)), cells);
        }
    }
}
