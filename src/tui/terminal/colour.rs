//! How many colours a terminal has, and the nearest one it can show.

use ratatui::style::Color;

pub use crate::text::colour_depth::ColourDepth;

/// Reads the depth from the environment: `NO_COLOR`, `COLORTERM`, `TERM`.
/// Nothing known means the sixteen.
#[must_use]
pub fn colour_depth(lookup: impl Fn(&str) -> Option<String>) -> ColourDepth {
    // https://no-color.org: set and not empty.
    if lookup("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        return ColourDepth::Mono;
    }
    let terminal = lookup("TERM").unwrap_or_default();
    if terminal == "dumb" || terminal.starts_with("vt1") || terminal.starts_with("vt2") {
        return ColourDepth::Mono;
    }
    let declared = lookup("COLORTERM").unwrap_or_default();
    if declared == "truecolor" || declared == "24bit" || terminal.ends_with("-direct") {
        return ColourDepth::True;
    }
    if terminal.contains("256color") {
        return ColourDepth::Palette;
    }
    ColourDepth::Sixteen
}

/// A colour as it goes to the terminal, after reduction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    /// The terminal's own.
    Default,
    /// One of the sixteen.
    Named(u8),
    /// One of the palette of 256.
    Indexed(u8),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
}

/// Brings a colour down to what the terminal can show. Themes reduce
/// themselves with more care; this catches what they left.
pub(super) fn reduce(colour: Color, depth: ColourDepth) -> Paint {
    let exact = exact(colour);
    match (depth, exact) {
        (ColourDepth::Mono, _) => Paint::Default,
        (ColourDepth::Palette, Paint::Rgb(r, g, b)) => Paint::Indexed(palette_index(r, g, b)),
        (ColourDepth::Sixteen, Paint::Rgb(r, g, b)) => Paint::Named(named_index(r, g, b)),
        (ColourDepth::Sixteen, Paint::Indexed(index)) => {
            let (r, g, b) = palette_colour(index);
            Paint::Named(named_index(r, g, b))
        }
        (ColourDepth::True | ColourDepth::Palette | ColourDepth::Sixteen, paint) => paint,
    }
}

fn exact(colour: Color) -> Paint {
    match colour {
        Color::Reset => Paint::Default,
        Color::Black => Paint::Named(0),
        Color::Red => Paint::Named(1),
        Color::Green => Paint::Named(2),
        Color::Yellow => Paint::Named(3),
        Color::Blue => Paint::Named(4),
        Color::Magenta => Paint::Named(5),
        Color::Cyan => Paint::Named(6),
        Color::Gray => Paint::Named(7),
        Color::DarkGray => Paint::Named(8),
        Color::LightRed => Paint::Named(9),
        Color::LightGreen => Paint::Named(10),
        Color::LightYellow => Paint::Named(11),
        Color::LightBlue => Paint::Named(12),
        Color::LightMagenta => Paint::Named(13),
        Color::LightCyan => Paint::Named(14),
        Color::White => Paint::Named(15),
        Color::Indexed(index @ 0..=15) => Paint::Named(index),
        Color::Indexed(index) => Paint::Indexed(index),
        Color::Rgb(r, g, b) => Paint::Rgb(r, g, b),
    }
}

/// Intensities of the palette's 6×6×6 cube.
const CUBE_LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
/// First index of the cube, and of the 24 greys after it.
const CUBE_START: u8 = 16;
const GREY_START: u8 = 232;
const GREY_COUNT: u8 = 24;

/// The sixteen as most terminals draw them.
const NAMED: [(u8, u8, u8); 16] = [
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
];

fn palette_index(r: u8, g: u8, b: u8) -> u8 {
    let wanted = (r, g, b);
    (CUBE_START..=u8::MAX)
        .min_by_key(|index| distance(wanted, palette_colour(*index)))
        .unwrap_or(CUBE_START)
}

fn named_index(r: u8, g: u8, b: u8) -> u8 {
    (0..16)
        .min_by_key(|index| distance((r, g, b), NAMED[usize::from(*index)]))
        .unwrap_or(0)
}

fn palette_colour(index: u8) -> (u8, u8, u8) {
    if index < CUBE_START {
        return NAMED[usize::from(index)];
    }
    if index >= GREY_START {
        let level = 8 + (index - GREY_START).min(GREY_COUNT - 1) * 10;
        return (level, level, level);
    }
    let cube = usize::from(index - CUBE_START);
    (
        CUBE_LEVELS[cube / 36],
        CUBE_LEVELS[cube / 6 % 6],
        CUBE_LEVELS[cube % 6],
    )
}

/// Distance with the eye's weights for green, red and blue.
fn distance(a: (u8, u8, u8), b: (u8, u8, u8)) -> u32 {
    let part = |x: u8, y: u8, weight: u32| {
        let difference = u32::from(x.abs_diff(y));
        weight * difference * difference
    };
    part(a.0, b.0, 3) + part(a.1, b.1, 6) + part(a.2, b.2, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_by_environment() {
        for (environment, depth) in [
            (vec![], ColourDepth::Sixteen),
            (vec![("TERM", "xterm-256color")], ColourDepth::Palette),
            (
                vec![("TERM", "xterm-256color"), ("COLORTERM", "truecolor")],
                ColourDepth::True,
            ),
            (vec![("TERM", "linux")], ColourDepth::Sixteen),
            (vec![("TERM", "vt220")], ColourDepth::Mono),
            (vec![("TERM", "dumb")], ColourDepth::Mono),
            (
                vec![("NO_COLOR", "1"), ("COLORTERM", "24bit")],
                ColourDepth::Mono,
            ),
            (
                vec![("NO_COLOR", ""), ("COLORTERM", "24bit")],
                ColourDepth::True,
            ),
            (vec![("TERM", "xterm-direct")], ColourDepth::True),
        ] {
            let lookup = |name: &str| {
                environment
                    .iter()
                    .find(|(key, _)| *key == name)
                    .map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(colour_depth(lookup), depth, "{environment:?}");
        }
    }

    #[test]
    fn colours_come_down_to_their_nearest() {
        use ColourDepth::{Mono, Palette, Sixteen, True};
        for (colour, depth, paint) in [
            (Color::Rgb(255, 0, 0), True, Paint::Rgb(255, 0, 0)),
            (Color::Rgb(255, 0, 0), Palette, Paint::Indexed(196)),
            (Color::Rgb(8, 8, 8), Palette, Paint::Indexed(232)),
            (Color::Rgb(250, 5, 5), Sixteen, Paint::Named(9)),
            (Color::Indexed(196), Sixteen, Paint::Named(9)),
            (Color::Indexed(3), Palette, Paint::Named(3)),
            (Color::Red, Sixteen, Paint::Named(1)),
            (Color::Red, Mono, Paint::Default),
            (Color::Reset, True, Paint::Default),
        ] {
            assert_eq!(reduce(colour, depth), paint, "{colour:?} {depth:?}");
        }
    }
}
