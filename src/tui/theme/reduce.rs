//! From true colour down to what a terminal can show.

use std::fmt;
use std::str::FromStr;

use ratatui::style::Color;

use crate::text::colour_depth::ColourDepth;

/// A colour by its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rgb {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
}

impl Rgb {
    const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }
}

/// The text is no `#rrggbb`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not of the form #rrggbb")]
pub struct NotAColour(pub String);

impl FromStr for Rgb {
    type Err = NotAColour;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let hex = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let value = hex.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let [_, red, green, blue] = value
            .ok_or_else(|| NotAColour(text.to_owned()))?
            .to_be_bytes();
        Ok(Self { red, green, blue })
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// The sixteen colours as xterm has them. Users change them, so that these
/// values only serve to find the right name.
const SIXTEEN: [(Color, Rgb); 16] = [
    (Color::Black, Rgb::new(0, 0, 0)),
    (Color::Red, Rgb::new(205, 0, 0)),
    (Color::Green, Rgb::new(0, 205, 0)),
    (Color::Yellow, Rgb::new(205, 205, 0)),
    (Color::Blue, Rgb::new(0, 0, 238)),
    (Color::Magenta, Rgb::new(205, 0, 205)),
    (Color::Cyan, Rgb::new(0, 205, 205)),
    (Color::Gray, Rgb::new(229, 229, 229)),
    // 127 on xterm; consoles have it darker, and what is chosen must do there.
    (Color::DarkGray, Rgb::new(85, 85, 85)),
    (Color::LightRed, Rgb::new(255, 0, 0)),
    (Color::LightGreen, Rgb::new(0, 255, 0)),
    (Color::LightYellow, Rgb::new(255, 255, 0)),
    (Color::LightBlue, Rgb::new(92, 92, 255)),
    (Color::LightMagenta, Rgb::new(255, 0, 255)),
    (Color::LightCyan, Rgb::new(0, 255, 255)),
    (Color::White, Rgb::new(255, 255, 255)),
];

/// The steps of the cube of 6×6×6 colours.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];
const CUBE_START: u8 = 16;
const GREY_START: u8 = 232;
const GREY_STEPS: u8 = 24;

/// Less spread than this between the parts of a colour counts as grey.
const GREY_SPREAD: u8 = 40;

/// The nearest colour that the terminal can show; `None` where it shows none.
#[must_use]
pub fn reduce(colour: Rgb, depth: ColourDepth) -> Option<Color> {
    match depth {
        ColourDepth::Mono => None,
        ColourDepth::Sixteen => Some(nearest_of_sixteen(colour)),
        ColourDepth::Palette => Some(Color::Indexed(nearest_index(colour))),
        ColourDepth::True => Some(Color::Rgb(colour.red, colour.green, colour.blue)),
    }
}

/// The nearest colour for signs that can still be read on this ground. Only
/// sixteen colours are so few that nearest and readable can differ.
#[must_use]
pub fn reduce_on(colour: Rgb, ground: Option<Rgb>, depth: ColourDepth) -> Option<Color> {
    let reduced = reduce(colour, depth)?;
    let behind = ground
        .and_then(|ground| reduce(ground, depth))
        .and_then(shown);
    let (ColourDepth::Sixteen, Some(behind)) = (depth, behind) else {
        return Some(reduced);
    };
    let readable = |shown: Rgb| contrast(shown, behind) >= CONTRAST_MIN;
    if shown(reduced).is_some_and(readable) {
        return Some(reduced);
    }
    let wanted = saturated_unless_grey(colour);
    let readable = SIXTEEN.iter().filter(|(_, shown)| readable(*shown));
    let alike = |(_, shown): &&(Color, Rgb)| is_alike(colour, *shown);
    let near = |(_, shown): &&(Color, Rgb)| distance(wanted, *shown);
    let best = readable.clone().filter(alike).min_by_key(near);
    // Where no hue comes near, one that says something else would be worse
    // than none.
    let grey = || {
        readable
            .filter(|(_, shown)| is_grey(*shown))
            .min_by_key(near)
    };
    best.or_else(grey)
        .map_or(Some(reduced), |(name, _)| Some(*name))
}

/// Hues that are no farther apart than this may stand for each other.
const HUE_APART_MAX: f64 = 45.0;
/// Red within this much; it belongs to alarms, so that nothing else becomes it.
const RED_WITHIN: f64 = 20.0;

/// Whether one colour may stand for another where there are few: both grey, or
/// of hues that are near, and red only for red.
fn is_alike(colour: Rgb, other: Rgb) -> bool {
    match (hue(colour), hue(other)) {
        (None, None) => true,
        (Some(one), Some(two)) => {
            let apart = (one - two).abs();
            let near = apart.min(360.0 - apart) <= HUE_APART_MAX;
            near && (is_red(colour) || !is_red(other))
        }
        (None, Some(_)) | (Some(_), None) => false,
    }
}

/// Whether a colour reads as red.
#[must_use]
pub fn is_red(colour: Rgb) -> bool {
    hue(colour).is_some_and(|hue| hue.min(360.0 - hue) <= RED_WITHIN)
}

/// The hue in degrees, from red over green and blue; none of a grey.
fn hue(colour: Rgb) -> Option<f64> {
    if is_grey(colour) {
        return None;
    }
    let [red, green, blue] = [colour.red, colour.green, colour.blue].map(f64::from);
    let most = red.max(green).max(blue);
    let spread = most - red.min(green).min(blue);
    let sextant = if red >= most {
        ((green - blue) / spread).rem_euclid(6.0)
    } else if green >= most {
        (blue - red) / spread + 2.0
    } else {
        (red - green) / spread + 4.0
    };
    Some(60.0 * sextant)
}

/// What WCAG 2 asks of text against its ground.
pub const CONTRAST_MIN: f64 = 4.5;

/// Contrast as WCAG 2 defines it, from 1 to 21.
#[must_use]
pub fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: Rgb) -> f64 {
    let linear = |part: u8| {
        let share = f64::from(part) / 255.0;
        if share <= 0.040_45 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue)
}

/// What the terminal is expected to show for a reduced colour.
#[must_use]
pub fn shown(colour: Color) -> Option<Rgb> {
    match colour {
        Color::Rgb(red, green, blue) => Some(Rgb::new(red, green, blue)),
        Color::Indexed(index) if index >= GREY_START => {
            let grey = 8 + 10 * (index - GREY_START);
            Some(Rgb::new(grey, grey, grey))
        }
        Color::Indexed(index) if index >= CUBE_START => {
            let cell = usize::from(index - CUBE_START);
            Some(Rgb::new(
                CUBE[cell / 36],
                CUBE[cell / 6 % 6],
                CUBE[cell % 6],
            ))
        }
        named => SIXTEEN
            .iter()
            .find(|(name, _)| *name == named)
            .map(|(_, colour)| *colour),
    }
}

/// Colours keep their hue: a pale yellow becomes yellow, not white.
fn nearest_of_sixteen(colour: Rgb) -> Color {
    let wanted = saturated_unless_grey(colour);
    let candidates = SIXTEEN.iter().filter(|(_, shown)| {
        is_grey(*shown) == is_grey(colour) && (is_red(colour) || !is_red(*shown))
    });
    candidates
        .min_by_key(|(_, shown)| distance(wanted, *shown))
        .map_or(Color::Reset, |(name, _)| *name)
}

fn nearest_index(colour: Rgb) -> u8 {
    let step = |part: u8| {
        (0_u8..6)
            .min_by_key(|step| CUBE[usize::from(*step)].abs_diff(part))
            .unwrap_or(0)
    };
    let cube = CUBE_START + 36 * step(colour.red) + 6 * step(colour.green) + step(colour.blue);
    let greys = GREY_START..=GREY_START + (GREY_STEPS - 1);
    std::iter::once(cube)
        .chain(greys)
        .min_by_key(|index| {
            shown(Color::Indexed(*index)).map_or(u32::MAX, |near| distance(colour, near))
        })
        .unwrap_or(cube)
}

/// Whether a colour has no hue to speak of.
#[must_use]
pub fn is_grey(colour: Rgb) -> bool {
    let parts = [colour.red, colour.green, colour.blue];
    let spread = parts
        .iter()
        .max()
        .zip(parts.iter().min())
        .map_or(0, |(most, least)| most - least);
    spread < GREY_SPREAD
}

fn saturated_unless_grey(colour: Rgb) -> Rgb {
    if is_grey(colour) {
        colour
    } else {
        saturated(colour)
    }
}

/// The same hue and brightness with the white taken out.
fn saturated(colour: Rgb) -> Rgb {
    let parts = [colour.red, colour.green, colour.blue];
    let (most, least) = (
        parts.into_iter().max().unwrap_or(0),
        parts.into_iter().min().unwrap_or(0),
    );
    let spread = u32::from(most - least).max(1);
    let stretch = |part: u8| {
        let value = u32::from(part - least) * u32::from(most) / spread;
        u8::try_from(value).unwrap_or(u8::MAX)
    };
    Rgb::new(
        stretch(colour.red),
        stretch(colour.green),
        stretch(colour.blue),
    )
}

/// How different two colours look, by a common approximation that weighs the
/// parts by how red the pair is.
fn distance(one: Rgb, other: Rgb) -> u32 {
    let red_mean = u32::midpoint(u32::from(one.red), u32::from(other.red));
    let square = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
    let red = (512 + red_mean) * square(one.red, other.red) / 256;
    let green = 4 * square(one.green, other.green);
    let blue = (767 - red_mean) * square(one.blue, other.blue) / 256;
    red + green + blue
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rgb(text: &str) -> Rgb {
        text.parse().expect("a colour")
    }

    #[test]
    fn colours_keep_their_hue_down_to_sixteen() {
        for (colour, name) in [
            ("#ff6b6b", Color::LightRed),
            ("#e6c15a", Color::Yellow),
            ("#7fb2ff", Color::LightBlue),
            ("#16181c", Color::Black),
            ("#c0c0c0", Color::Gray),
            ("#606060", Color::DarkGray),
            ("#7ac68a", Color::Green),
        ] {
            assert_eq!(
                reduce(rgb(colour), ColourDepth::Sixteen),
                Some(name),
                "{colour}"
            );
        }
    }

    #[test]
    fn the_256_hit_their_own_colours_exactly() {
        for index in CUBE_START..=u8::MAX {
            let colour = shown(Color::Indexed(index)).expect("a known colour");
            let Some(found) = reduce(colour, ColourDepth::Palette) else {
                continue;
            };
            assert_eq!(shown(found), Some(colour), "index {index}");
        }
        assert_eq!(reduce(rgb("#123456"), ColourDepth::Mono), None);
    }

    proptest! {
        #[test]
        fn writing_and_reading_a_colour_is_a_round_trip(red: u8, green: u8, blue: u8) {
            let colour = Rgb { red, green, blue };
            prop_assert_eq!(colour.to_string().parse::<Rgb>(), Ok(colour));
        }

        #[test]
        fn any_text_is_a_colour_or_refused(text in "#?[0-9a-g甲]{0,7}") {
            let _ = text.parse::<Rgb>();
        }
    }
}
