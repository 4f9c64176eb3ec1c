//! The pen: which colours and attributes the terminal draws with, and the
//! shortest sequence from one pen to another.

use ratatui::style::Modifier;

use super::colour::Paint;

/// Attributes that are passed on. Blinking never is: text here does not blink.
pub(super) const PASSED_ON: Modifier = Modifier::BOLD
    .union(Modifier::DIM)
    .union(Modifier::ITALIC)
    .union(Modifier::UNDERLINED)
    .union(Modifier::REVERSED)
    .union(Modifier::HIDDEN)
    .union(Modifier::CROSSED_OUT);

/// Attributes that show even where there is no glyph.
pub(super) const SEEN_ON_BLANKS: Modifier = Modifier::UNDERLINED
    .union(Modifier::REVERSED)
    .union(Modifier::CROSSED_OUT);

/// Colours and attributes of what is drawn next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pen {
    pub(super) fg: Paint,
    pub(super) bg: Paint,
    pub(super) modifier: Modifier,
}

impl Pen {
    /// The terminal's own, after a reset.
    pub(super) const DEFAULT: Self = Self {
        fg: Paint::Default,
        bg: Paint::Default,
        modifier: Modifier::empty(),
    };

    /// Whether a blank drawn with this pen differs from an empty cell.
    pub(super) fn colours_blanks(self) -> bool {
        self.bg != Paint::Default || self.modifier.intersects(SEEN_ON_BLANKS)
    }
}

/// Each attribute with the parameter that sets it and the one that ends it.
const ATTRIBUTES: [(Modifier, u8, u8); 7] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// Appends the shortest change from one pen to another; `from` is `None` when
/// the terminal's pen is not known.
pub(super) fn change_pen(out: &mut Vec<u8>, from: Option<Pen>, to: Pen) {
    if from == Some(to) {
        return;
    }
    let mut anew = Parameters::default();
    if to != Pen::DEFAULT {
        anew.push(0);
        anew.difference(Pen::DEFAULT, to);
    }
    let chosen = match from {
        None => anew,
        Some(from) => {
            let mut stepwise = Parameters::default();
            stepwise.difference(from, to);
            if stepwise.bytes.len() <= anew.bytes.len() {
                stepwise
            } else {
                anew
            }
        }
    };
    out.extend_from_slice(b"\x1b[");
    out.extend_from_slice(&chosen.bytes);
    out.push(b'm');
}

/// Parameters of one sequence, separated by semicolons.
#[derive(Default)]
struct Parameters {
    bytes: Vec<u8>,
}

impl Parameters {
    fn push(&mut self, parameter: u8) {
        if !self.bytes.is_empty() {
            self.bytes.push(b';');
        }
        for unit in [100, 10, 1] {
            if parameter >= unit || unit == 1 {
                self.bytes.push(b'0' + parameter / unit % 10);
            }
        }
    }

    fn difference(&mut self, from: Pen, to: Pen) {
        let mut lost = from.modifier - to.modifier;
        let mut gained = to.modifier - from.modifier;
        // Bold and dim end together, so the one that stays is set again.
        let intensity = Modifier::BOLD | Modifier::DIM;
        if lost.intersects(intensity) {
            self.push(22);
            gained |= to.modifier & intensity;
            lost -= intensity;
        }
        for (attribute, _, end) in ATTRIBUTES {
            if lost.contains(attribute) {
                self.push(end);
            }
        }
        for (attribute, start, _) in ATTRIBUTES {
            if gained.contains(attribute) {
                self.push(start);
            }
        }
        if from.fg != to.fg {
            self.paint(to.fg, 30);
        }
        if from.bg != to.bg {
            self.paint(to.bg, 40);
        }
    }

    /// `base` is 30 for the text's colour and 40 for the ground's.
    fn paint(&mut self, paint: Paint, base: u8) {
        match paint {
            Paint::Default => self.push(base + 9),
            Paint::Named(index @ 0..=7) => self.push(base + index),
            Paint::Named(index) => self.push(base + 60 + (index - 8)),
            Paint::Indexed(index) => {
                self.push(base + 8);
                self.push(5);
                self.push(index);
            }
            Paint::Rgb(r, g, b) => {
                self.push(base + 8);
                self.push(2);
                self.push(r);
                self.push(g);
                self.push(b);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_by_table() {
        let plain = Pen::DEFAULT;
        let bold = Pen {
            modifier: Modifier::BOLD,
            ..plain
        };
        let bold_dim = Pen {
            modifier: Modifier::BOLD | Modifier::DIM,
            ..plain
        };
        let red = Pen {
            fg: Paint::Named(1),
            ..plain
        };
        let bright_on_blue = Pen {
            fg: Paint::Named(15),
            bg: Paint::Indexed(17),
            ..plain
        };
        for (from, to, sequence) in [
            (Some(plain), plain, ""),
            (None, plain, "\x1b[m"),
            (None, red, "\x1b[0;31m"),
            (Some(plain), bold, "\x1b[1m"),
            (Some(bold), plain, "\x1b[m"),
            (Some(bold_dim), bold, "\x1b[0;1m"),
            (Some(red), bold, "\x1b[0;1m"),
            (Some(red), plain, "\x1b[m"),
            (Some(plain), bright_on_blue, "\x1b[97;48;5;17m"),
        ] {
            let mut out = Vec::new();
            change_pen(&mut out, from, to);
            assert_eq!(String::from_utf8_lossy(&out), sequence, "{from:?} {to:?}");
        }
    }
}
