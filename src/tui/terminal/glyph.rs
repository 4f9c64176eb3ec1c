//! One cell's glyph on its way out: what is sent for it, and how certain its
//! width is.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use super::profile::{Profile, WidthTrust};
use super::sgr::SEEN_ON_BLANKS;
use crate::text::width::{Ambiguous, display_width, is_ambiguous};

/// One glyph as it goes out: never a control, never wider than its room.
pub(super) struct Glyph<'a> {
    pub(super) text: &'a str,
    pub(super) cells: u16,
}

impl<'a> Glyph<'a> {
    const BLANK: Glyph<'static> = Glyph {
        text: " ",
        cells: 1,
    };
    const UNFIT: Glyph<'static> = Glyph {
        text: "?",
        cells: 1,
    };

    pub(super) fn of(cell: &'a Cell, x: u16, width: u16) -> Self {
        let text = cell.symbol();
        // The last defence: widgets may set any symbol.
        if text.chars().any(char::is_control) {
            return Self::UNFIT;
        }
        let cells = u16::try_from(display_width(text)).unwrap_or(u16::MAX);
        if cells == 0 || x.saturating_add(cells) > width {
            return Self::BLANK;
        }
        Self { text, cells }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text == " "
    }

    pub(super) fn has_certain_width(&self, profile: Profile) -> bool {
        let mut chars = self.text.chars();
        let (Some(c), None) = (chars.next(), chars.next()) else {
            return false;
        };
        match profile.widths {
            WidthTrust::Untrusted => c.is_ascii(),
            WidthTrust::Trusted => {
                matches!(c,
                    ' '..='~'
                    | '\u{3001}'..='\u{3029}'
                    | '\u{3041}'..='\u{30FF}'
                    | '\u{3400}'..='\u{4DBF}'
                    | '\u{4E00}'..='\u{9FFF}'
                    | '\u{FF01}'..='\u{FF60}'
                ) || (profile.ambiguous == Ambiguous::Narrow
                    && is_ambiguous(c)
                    && matches!(c, '\u{2010}'..='\u{25FF}' | '·' | '×'))
            }
        }
    }
}

/// Whether an erase sequence leaves the same picture as drawing the cell.
pub(super) fn is_erasable(cell: &Cell) -> bool {
    cell.symbol() == " "
        && cell.bg == Color::Reset
        && !cell.modifier.intersects(SEEN_ON_BLANKS | Modifier::HIDDEN)
}
