//! How frames are written for one terminal: what was probed, declared or
//! assumed of it, as values.

use ratatui::layout::Size;

use super::colour::ColourDepth;
use crate::text::width::Ambiguous;

/// Whether the terminal's glyph widths were probed and found as layout has
/// them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WidthTrust {
    /// Common Han glyphs are two cells wide, characters of open width as the
    /// profile says: no cursor move is needed after them.
    Trusted,
    /// Not known: the cursor is placed anew after everything but ASCII.
    Untrusted,
}

/// Whether the terminal can hold back its picture until a frame is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SynchronisedUpdate {
    /// It answered that it can (mode 2026).
    Supported,
    /// It cannot, or did not answer.
    Missing,
}

/// Whether the terminal moves a part of its rows when asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScrollRegions {
    /// It does (DECSTBM): every terminal after the VT100's manner.
    Supported,
    /// Not known: rows are drawn anew.
    Missing,
}

/// How frames are written for one terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Colours are brought down to this.
    pub colour: ColourDepth,
    /// How the terminal draws characters of open width.
    pub ambiguous: Ambiguous,
    /// See [`WidthTrust`].
    pub widths: WidthTrust,
    /// See [`SynchronisedUpdate`].
    pub synchronised: SynchronisedUpdate,
    /// See [`ScrollRegions`].
    pub scrolling: ScrollRegions,
}

/// The colours that somebody wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WantedColour {
    /// As found.
    #[default]
    AsFound,
    /// These at least, whatever the environment says.
    AtLeast(ColourDepth),
    /// These at most.
    AtMost(ColourDepth),
}

impl WantedColour {
    /// What comes of what was found.
    #[must_use]
    pub fn of(self, found: ColourDepth) -> ColourDepth {
        match self {
            Self::AsFound => found,
            Self::AtLeast(depth) => found.max(depth),
            Self::AtMost(depth) => found.min(depth),
        }
    }
}

/// Where the screen's size comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SizeSource {
    /// Asked from the terminal for every frame.
    Terminal,
    /// Always this.
    Fixed(Size),
}
