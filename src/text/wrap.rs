//! Breaking text into lines the way Chinese is set: between any two Han
//! glyphs, at blanks in between Latin words, and never so that closing
//! punctuation begins a line or opening punctuation ends one.

use super::width::graphemes;

/// Lines of a wrapped text, without the blanks at the breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapped<'a> {
    /// At most as many as were asked for.
    pub lines: Vec<&'a str>,
    /// Whether everything is in `lines`.
    pub extent: Extent,
}

/// How much of a text was wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// The bound on lines was reached and text is left over.
    Cut,
}

/// A line has room for one wide glyph at least; narrower wishes count as this.
const LINE_CELLS_MIN: usize = 2;

/// Wraps `text` into lines of at most `cells` cells and stops after
/// `lines_max` lines. Line feeds break always.
#[must_use]
pub fn wrap(text: &str, cells: usize, lines_max: usize) -> Wrapped<'_> {
    let cells = cells.max(LINE_CELLS_MIN);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut rest = paragraph;
        loop {
            if lines.len() == lines_max {
                return Wrapped {
                    lines,
                    extent: Extent::Cut,
                };
            }
            let (line, after) = first_line(rest, cells);
            lines.push(line);
            match after {
                Some(remaining) => rest = remaining,
                None => break,
            }
        }
    }
    Wrapped {
        lines,
        extent: Extent::Whole,
    }
}

/// The first line of a paragraph, and what is left of it.
fn first_line(text: &str, cells: usize) -> (&str, Option<&str>) {
    let mut used = 0;
    let mut at = 0;
    let mut opportunity = 0;
    let mut previous: Option<(&str, usize)> = None;
    for (cluster, width) in graphemes(text) {
        if previous.is_some_and(|before| may_break(before, (cluster, width))) {
            opportunity = at;
        }
        // A blank that would hang over the edge simply ends the line.
        if used + width > cells && cluster != " " {
            let end = match (opportunity, at) {
                // One cluster alone can be wider than the line: a Han glyph
                // with a half-width sound mark. It is never left out.
                (0, 0) => cluster.len(),
                (0, at) => at,
                (opportunity, _) => opportunity,
            };
            let rest = text[end..].trim_start_matches(' ');
            let line = text[..end].trim_end_matches(' ');
            return (line, (!rest.is_empty()).then_some(rest));
        }
        used += width;
        at += cluster.len();
        previous = Some((cluster, width));
    }
    if used > cells {
        return (text.trim_end_matches(' '), None);
    }
    (text, None)
}

fn may_break(before: (&str, usize), after: (&str, usize)) -> bool {
    if after.0 == " " || is_closing(after.0) || is_opening(before.0) {
        return false;
    }
    before.0 == " " || before.1 == 2 || after.1 == 2
}

fn is_closing(cluster: &str) -> bool {
    cluster.chars().next().is_some_and(|c| {
        matches!(
            c,
            '\u{FF0C}' // full-width comma
                | '\u{3002}' // ideographic full stop
                | '\u{3001}' // ideographic comma
                | '\u{FF1B}' // full-width semicolon
                | '\u{FF1A}' // full-width colon
                | '\u{FF01}' // full-width exclamation mark
                | '\u{FF1F}' // full-width question mark
                | '\u{FF09}' // full-width right parenthesis
                | '\u{300B}' // right double angle bracket
                | '\u{3009}' // right angle bracket
                | '\u{3011}' // right lenticular bracket
                | '\u{300D}' // right corner bracket
                | '\u{300F}' // right white corner bracket
                | '\u{FF3D}' // full-width right square bracket
                | '\u{FF05}' // full-width percent sign
                | '”'
                | '’'
                | '…'
                | '—'
                | '·'
                | ','
                | '.'
                | ';'
                | ':'
                | '!'
                | '?'
                | ')'
                | ']'
                | '}'
                | '%'
        )
    })
}

fn is_opening(cluster: &str) -> bool {
    cluster.chars().next().is_some_and(|c| {
        matches!(
            c,
            '\u{FF08}' // full-width left parenthesis
                | '\u{300A}' // left double angle bracket
                | '\u{3008}' // left angle bracket
                | '\u{3010}' // left lenticular bracket
                | '\u{300C}' // left corner bracket
                | '\u{300E}' // left white corner bracket
                | '\u{FF3B}' // full-width left square bracket
                | '“'
                | '‘'
                | '('
                | '['
                | '{'
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::width::display_width;
    use proptest::prelude::*;

    #[test]
    fn breaks_by_table() {
        for (text, cells, expected) in [
            ("", 10, vec![""]),
            ("宅基地边界", 4, vec!["宅基", "地边", "界"]),
            ("宅基地，边界", 6, vec!["宅基", "地，边", "界"]),
            ("他说：“不行”。走了", 8, vec!["他说：", "“不行”。", "走了"]),
            ("工地（七人）讨薪", 6, vec!["工地", "（七", "人）讨", "薪"]),
            ("call the unit now", 8, vec!["call the", "unit now"]),
            (
                "电话13800001111已拨",
                12,
                vec!["电话", "13800001111", "已拨"],
            ),
            ("一\n\n二", 4, vec!["一", "", "二"]),
            ("abcdefghij", 4, vec!["abcd", "efgh", "ij"]),
            ("，，，，", 4, vec!["，，", "，，"]),
            // Three cells each, and a line of two.
            ("一\u{ff9e}二\u{ff9f}", 2, vec!["一\u{ff9e}", "二\u{ff9f}"]),
            ("a一\u{ff9e} b", 1, vec!["a", "一\u{ff9e}", "b"]),
        ] {
            let wrapped = wrap(text, cells, 99);
            assert_eq!(wrapped.lines, expected, "{text} {cells}");
            assert_eq!(wrapped.extent, Extent::Whole);
        }
    }

    #[test]
    fn the_bound_on_lines_holds_and_is_told() {
        let wrapped = wrap("宅基地边界起争执", 4, 2);
        assert_eq!(wrapped.lines, ["宅基", "地边"]);
        assert_eq!(wrapped.extent, Extent::Cut);
        assert_eq!(wrap("宅基", 4, 1).extent, Extent::Whole);
    }

    proptest! {
        #[test]
        fn no_line_is_too_long_and_no_glyph_is_lost(
            text in "[ a-z，。（）“”宅基地边界\n]{0,40}",
            cells in 0_usize..12,
        ) {
            let wrapped = wrap(&text, cells, usize::MAX);
            for line in &wrapped.lines {
                prop_assert!(display_width(line) <= cells.max(LINE_CELLS_MIN), "{:?}", line);
            }
            let kept: String = wrapped.lines.concat().replace(' ', "");
            prop_assert_eq!(kept, text.replace([' ', '\n'], ""));
        }
    }
}
