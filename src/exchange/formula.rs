//! Cells that a spreadsheet would take for a formula.

use std::borrow::Cow;

use crate::text::neutral::neutralise_line;

/// What a formula may begin with, also as an input method writes it. A tab and
/// a line break at the beginning are passed over by some programs, so what
/// comes after them counts.
const BEGINS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// What makes a cell text in every program.
const AS_TEXT: char = '\'';

/// The text of a cell, so that no program runs it or lets it steer a terminal.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    let runs = text.trim_start().starts_with(BEGINS) || text.starts_with(['\t', '\r', '\n']);
    let plain = neutralise_line(text);
    if runs {
        Cow::Owned(format!("{AS_TEXT}{plain}"))
    } else {
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_becomes_text() {
        for text in [
            "=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "\tx",
        ] {
            let cell = harmless(text);
            assert!(cell.starts_with(AS_TEXT), "{text:?} {cell:?}");
        }
        for text in ["石桥=镇", "1-2", "a@b", ""] {
            assert_eq!(harmless(text), text);
        }
        assert!(!harmless("a\u{1b}[31mb\r\nc").contains(['\u{1b}', '\r', '\n']));
    }
}
