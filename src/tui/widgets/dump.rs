//! A buffer as text that keeps the styles, for snapshots.
//!
//! Ratatui's own test backend prints without styles, so that a lost highlight
//! would pass unnoticed.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::style::{Color, Modifier, Style};

use crate::text::width::display_width;

/// The letters that stand for styles; a screen with more is a mistake anyway.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// Stands for the style that most cells have.
const MOST_COMMON: char = '.';
/// Stands for a style when the letters are used up.
const TOO_MANY: char = '?';

/// The rows as text, without blanks at their ends. The second cell of a wide
/// glyph is left out, so that a row reads as on the screen.
#[must_use]
pub fn lines(buf: &Buffer) -> Vec<String> {
    rows(buf)
        .map(|row| {
            row.iter()
                .map(|(symbol, _)| *symbol)
                .collect::<String>()
                .trim_end()
                .to_owned()
        })
        .collect()
}

/// Rows with their styles: under each row that has more than the most common
/// style stands a row of letters, one for each cell, and at the end what the
/// letters mean.
#[must_use]
pub fn styled(buf: &Buffer) -> String {
    let mut legend = Legend::of(buf);
    let mut dump = String::new();
    for row in rows(buf) {
        let text: String = row.iter().map(|(symbol, _)| *symbol).collect();
        let letters: String = row
            .iter()
            .flat_map(|(symbol, style)| {
                std::iter::repeat_n(legend.letter(*style), display_width(symbol).max(1))
            })
            .collect();
        let _ = writeln!(dump, "|{}", text.trim_end());
        let told = letters.trim_end_matches(MOST_COMMON);
        if !told.is_empty() {
            let _ = writeln!(dump, "~{told}");
        }
    }
    for (letter, style) in &legend.entries {
        let _ = writeln!(dump, "{letter} = {}", describe(*style));
    }
    dump
}

/// As [`styled`], with the hardware cursor.
#[must_use]
pub fn styled_with_cursor(buf: &Buffer, cursor: Option<Position>) -> String {
    let place = cursor.map_or_else(
        || "none".to_owned(),
        |at| format!("column {}, row {}", at.x, at.y),
    );
    format!("{}cursor: {place}\n", styled(buf))
}

/// Each row as its visible symbols with their styles.
fn rows(buf: &Buffer) -> impl Iterator<Item = Vec<(&str, Style)>> {
    buf.area.rows().map(|area| {
        let mut row = Vec::new();
        let mut covered = 0;
        for position in area.positions() {
            let Some(cell) = buf.cell(position) else {
                continue;
            };
            if covered > 0 {
                covered -= 1;
                continue;
            }
            row.push((cell.symbol(), cell.style()));
            covered = display_width(cell.symbol()).saturating_sub(1);
        }
        row
    })
}

struct Legend {
    entries: Vec<(char, Style)>,
}

impl Legend {
    fn of(buf: &Buffer) -> Self {
        let mut counts: Vec<(Style, usize)> = Vec::new();
        for (_, style) in rows(buf).flatten() {
            match counts.iter_mut().find(|(known, _)| *known == style) {
                Some((_, count)) => *count += 1,
                None => counts.push((style, 1)),
            }
        }
        // The first of those that are equally common, so that a dump is the
        // same every time.
        let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
        let common = counts
            .iter()
            .find(|(_, count)| *count == most)
            .map(|(style, _)| *style);
        Self {
            entries: common
                .map(|style| (MOST_COMMON, style))
                .into_iter()
                .collect(),
        }
    }

    fn letter(&mut self, style: Style) -> char {
        if let Some((letter, _)) = self.entries.iter().find(|(_, known)| *known == style) {
            return *letter;
        }
        let letter = LETTERS
            .chars()
            .nth(self.entries.len().saturating_sub(1))
            .unwrap_or(TOO_MANY);
        self.entries.push((letter, style));
        letter
    }
}

fn describe(style: Style) -> String {
    let mut parts = Vec::new();
    for (name, colour) in [("fg", style.fg), ("bg", style.bg)] {
        match colour {
            None | Some(Color::Reset) => {}
            Some(colour) => parts.push(format!("{name} {colour}")),
        }
    }
    for (name, modifier) in [
        ("bold", Modifier::BOLD),
        ("dim", Modifier::DIM),
        ("italic", Modifier::ITALIC),
        ("underline", Modifier::UNDERLINED),
        ("blink", Modifier::SLOW_BLINK),
        ("blink", Modifier::RAPID_BLINK),
        ("reverse", Modifier::REVERSED),
    ] {
        if style.add_modifier.contains(modifier) {
            parts.push(name.to_owned());
        }
    }
    if parts.is_empty() {
        "plain".to_owned()
    } else {
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;

    #[test]
    fn wide_glyphs_take_two_letters_and_one_sign() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 8, 2));
        buf.set_string(0, 0, "值a班", Style::new().bold());
        buf.set_string(2, 1, "x", Style::new().fg(Color::Red).reversed());
        let expected = "\
|值a班
~aaaaa
|  x
~..b
. = plain
a = bold
b = fg Red, reverse
";
        assert_eq!(styled(&buf), expected);
        assert_eq!(lines(&buf), ["值a班", "  x"]);
    }
}
