//! How many colours a terminal shows. Like the widths in [`super::width`], it
//! is known to terminal and theme alike, which do not know each other.

/// What a terminal can colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ColourDepth {
    /// None: bold, reverse and underline only.
    Mono,
    /// The sixteen that every colour terminal names itself.
    Sixteen,
    /// The palette of 256.
    Palette,
    /// Any.
    True,
}
