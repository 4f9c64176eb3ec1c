//! The mark of an alarm's rank: shape, word and colour together, so that none
//! of them has to be seen for the rank to be known.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::pen::Pen;
use crate::text::width::Ambiguous;
use crate::tui::theme::Role;

/// The shape of a rank, the gravest first. It follows the rank, not the colour
/// by which a county calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The gravest.
    Square,
    /// The second.
    Triangle,
    /// The third.
    Disc,
    /// The lightest of four.
    Ring,
}

/// The colour by which a county calls a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlarmColour {
    /// Red.
    Red,
    /// Orange.
    Orange,
    /// Yellow.
    Yellow,
    /// Blue.
    Blue,
    /// Green.
    Green,
}

impl AlarmColour {
    /// The role in which it is drawn.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::Red => Role::AlarmUrgent,
            Self::Orange => Role::AlarmSerious,
            Self::Yellow => Role::AlarmWatch,
            Self::Blue => Role::AlarmNotice,
            Self::Green => Role::AlarmCalm,
        }
    }
}

/// A rank's mark.
#[derive(Clone, Debug)]
pub struct Badge<'a> {
    /// Its shape.
    pub shape: Shape,
    /// Its colour.
    pub colour: AlarmColour,
    /// The word for it: the county's, one glyph as a rule, or three letters.
    pub word: Cow<'a, str>,
}

impl Badge<'_> {
    /// Cells that a badge takes with a word of one wide glyph, in every mode.
    pub const CELLS: u16 = 4;

    /// `■红`, or `[红]` where the shapes would break the columns.
    #[must_use]
    pub fn text(&self, pen: Pen<'_>) -> String {
        let glyphs = pen.glyphs();
        let mut text = String::new();
        match pen.ambiguous() {
            Ambiguous::Wide => {
                // What does not fit between the brackets is left out.
                let room = usize::from(Self::CELLS - 2);
                let word = match self.word.char_indices().nth(room) {
                    Some((end, _)) if self.word.is_ascii() => &self.word[..end],
                    Some(_) | None => &self.word,
                };
                let _ = write!(text, "[{word}]");
            }
            Ambiguous::Narrow => {
                text.push_str(match self.shape {
                    Shape::Square => glyphs.square,
                    Shape::Triangle => glyphs.triangle,
                    Shape::Disc => glyphs.disc,
                    Shape::Ring => glyphs.ring,
                });
                text.push_str(&self.word);
            }
        }
        text
    }

    /// The role in which it is drawn.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.colour.role()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::{ColourDepth, Theme};

    #[test]
    fn shape_and_word_tell_the_rank_without_colour() {
        let theme = Theme::shipped(ColourDepth::Mono);
        for (shape, word, drawn) in [
            (Shape::Square, "红", "■红"),
            (Shape::Triangle, "黄", "▲黄"),
            (Shape::Disc, "蓝", "●蓝"),
        ] {
            let badge = Badge {
                shape,
                colour: AlarmColour::Red,
                word: word.into(),
            };
            assert_eq!(badge.text(Pen::new(&theme, Ambiguous::Narrow)), drawn);
            let ascii = Pen::new(&theme, Ambiguous::Wide);
            assert_eq!(badge.text(ascii), format!("[{word}]"));
            assert!(ascii.width(&badge.text(ascii)) <= Badge::CELLS);
        }
    }
}
