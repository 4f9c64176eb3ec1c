//! Text that scrolls: paragraphs wrapped to the width, and which line is on
//! top. Also the one rule by which a list follows its cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::pen::Pen;
use crate::text::ambiguous::substitute;
use crate::text::neutral::neutralise_block;
use crate::text::wrap::wrap;
use crate::tui::theme::Role;

/// A scrolled text has at most this many lines; more is cut, with a mark.
pub const SCROLL_LINES_MAX: usize = 10_000;

/// A part of a text in one look.
#[derive(Clone, Debug)]
pub struct Paragraph<'a> {
    /// Its text; line breaks are kept.
    pub text: std::borrow::Cow<'a, str>,
    /// Its look.
    pub role: Role,
    /// Cells before each of its lines.
    pub indent: u16,
    /// Stands in those cells of the first line. Where it needs more, a short
    /// text follows right after it, and a long one begins in the next line.
    pub label: Option<std::borrow::Cow<'a, str>>,
}

impl<'a> Paragraph<'a> {
    /// A paragraph at the left edge.
    #[must_use]
    pub fn new(text: impl Into<std::borrow::Cow<'a, str>>, role: Role) -> Self {
        Self {
            text: text.into(),
            role,
            indent: 0,
            label: None,
        }
    }

    /// The same, moved in behind a label.
    #[must_use]
    pub fn labelled(self, label: impl Into<std::borrow::Cow<'a, str>>, cells: u16) -> Self {
        Self {
            indent: cells,
            label: Some(label.into()),
            ..self
        }
    }

    /// The same, moved in.
    #[must_use]
    pub fn indented(self, cells: u16) -> Self {
        Self {
            indent: cells,
            ..self
        }
    }
}

/// One line on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    text: String,
    role: Role,
    indent: u16,
    label: String,
}

/// A text wrapped to a width.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wrapped {
    lines: Vec<Line>,
}

impl Wrapped {
    /// Wraps paragraphs into lines of at most `cells` cells. The last cell is
    /// kept free for the marks that more lies above or below.
    #[must_use]
    pub fn new(pen: Pen<'_>, paragraphs: &[Paragraph<'_>], cells: u16) -> Self {
        let mut lines = Vec::new();
        for paragraph in paragraphs {
            let harmless = neutralise_block(&paragraph.text);
            let shown = substitute(&harmless, pen.ambiguous());
            let room = cells.saturating_sub(paragraph.indent + 1);
            let line = |text: &str, label: String| Line {
                text: text.to_owned(),
                role: paragraph.role,
                indent: paragraph.indent,
                label,
            };
            let mut label = paragraph
                .label
                .as_ref()
                .map_or_else(String::new, |label| pen.shown(label).into_owned());
            let after = pen.width(&label) + 1;
            if after > paragraph.indent && !label.is_empty() {
                let label = std::mem::take(&mut label);
                if pen.width(&shown) + after < cells {
                    let text = shown.trim_end().to_owned();
                    lines.push(Line {
                        text,
                        role: paragraph.role,
                        indent: after,
                        label,
                    });
                    continue;
                }
                lines.push(line("", label));
            }
            let left = SCROLL_LINES_MAX.saturating_sub(lines.len());
            for text in wrap(&shown, usize::from(room), left).lines {
                lines.push(line(text, std::mem::take(&mut label)));
            }
        }
        Self { lines }
    }

    /// How many lines there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Draws the lines from `first`, with marks where more lies above or
    /// below.
    pub fn draw(&self, pen: Pen<'_>, area: Rect, buf: &mut Buffer, first: usize) {
        let area = area.intersection(buf.area);
        pen.clear(buf, area, Role::Text);
        if area.is_empty() {
            return;
        }
        let height = usize::from(area.height);
        let first = clamp(first, self.lines.len(), height);
        for (line, row) in self.lines.iter().skip(first).zip(area.rows()) {
            pen.text(buf, row.as_position(), row.width, &line.label, Role::Label);
            let at = Position::new(row.x.saturating_add(line.indent), row.y);
            pen.text(
                buf,
                at,
                row.width.saturating_sub(line.indent),
                &line.text,
                line.role,
            );
        }
        let edge = area.right() - 1;
        if first > 0 {
            pen.text(
                buf,
                Position::new(edge, area.top()),
                1,
                pen.glyphs().more_above,
                Role::Dim,
            );
        }
        if first + height < self.lines.len() {
            pen.text(
                buf,
                Position::new(edge, area.bottom() - 1),
                1,
                pen.glyphs().more_below,
                Role::Dim,
            );
        }
    }
}

/// A movement of a cursor or a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// This many lines towards the end.
    Down(usize),
    /// This many lines towards the beginning.
    Up(usize),
    /// To the beginning.
    First,
    /// To the end.
    Last,
}

impl Step {
    /// The index after this step, among `count`.
    #[must_use]
    pub const fn from(self, index: usize, count: usize) -> usize {
        let last = count.saturating_sub(1);
        let wanted = match self {
            Self::Down(lines) => index.saturating_add(lines),
            Self::Up(lines) => index.saturating_sub(lines),
            Self::First => 0,
            Self::Last => last,
        };
        if wanted > last { last } else { wanted }
    }
}

/// The first line of a view after scrolling: no further than until the last
/// line is visible.
#[must_use]
pub fn scrolled(first: usize, step: Step, count: usize, height: usize) -> usize {
    clamp(step.from(clamp(first, count, height), count), count, height)
}

/// The first visible row of a list, moved as little as shows the cursor.
#[must_use]
pub fn following(first: usize, cursor: usize, count: usize, height: usize) -> usize {
    let highest = cursor.saturating_sub(height.saturating_sub(1));
    clamp(first.clamp(highest, cursor.max(highest)), count, height)
}

fn clamp(first: usize, count: usize, height: usize) -> usize {
    first.min(count.saturating_sub(height))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::width::Ambiguous;
    use crate::tui::theme::{ColourDepth, Theme};
    use crate::tui::widgets::dump;

    #[test]
    fn a_list_follows_its_cursor_by_as_little_as_possible() {
        for (first, cursor, count, height, expected) in [
            (0, 0, 10, 4, 0),
            (0, 3, 10, 4, 0),
            (0, 4, 10, 4, 1),
            (5, 3, 10, 4, 3),
            (9, 9, 10, 4, 6),
            (3, 1, 2, 4, 0),
            (0, 0, 0, 4, 0),
            (2, 5, 10, 1, 5),
            (2, 5, 10, 0, 5),
        ] {
            assert_eq!(
                following(first, cursor, count, height),
                expected,
                "{first} {cursor} {count} {height}"
            );
        }
    }

    #[test]
    fn scrolling_stops_when_the_end_is_visible() {
        assert_eq!(scrolled(0, Step::Down(3), 10, 4), 3);
        assert_eq!(scrolled(5, Step::Down(9), 10, 4), 6);
        assert_eq!(scrolled(99, Step::Up(1), 10, 4), 5);
        assert_eq!(scrolled(0, Step::Last, 3, 4), 0);
        assert_eq!(scrolled(3, Step::First, 10, 4), 0);
    }

    #[test]
    fn a_label_stands_before_its_text_and_above_it_where_it_is_long() {
        let theme = Theme::shipped(ColourDepth::Mono);
        let pen = Pen::new(&theme, Ambiguous::Narrow);
        let paragraphs = [
            Paragraph::new("石桥镇三岔村二组", Role::Text).labelled("地点", 5),
            Paragraph::new("李建军", Role::Text).labelled("带班领导", 5),
            Paragraph::new("王秀梅、陈立", Role::Text).labelled("值班人员", 5),
        ];
        let wrapped = Wrapped::new(pen, &paragraphs, 18);
        let mut buf = Buffer::empty(Rect::new(0, 0, 18, 5));
        wrapped.draw(pen, buf.area, &mut buf, 0);
        assert_eq!(
            dump::lines(&buf),
            [
                "地点 石桥镇三岔村",
                "     二组",
                "带班领导 李建军",
                "值班人员",
                "     王秀梅、陈立"
            ]
        );
    }

    #[test]
    fn text_is_wrapped_and_marks_tell_that_more_is_there() {
        let theme = Theme::shipped(ColourDepth::Mono);
        let pen = Pen::new(&theme, Ambiguous::Narrow);
        let paragraphs = [
            Paragraph::new("21:05 记录", Role::Dim),
            Paragraph::new("双方同意明早到村委会再谈。\u{1b}[2J", Role::Text).indented(2),
        ];
        let wrapped = Wrapped::new(pen, &paragraphs, 17);
        let mut buf = Buffer::empty(Rect::new(0, 0, 17, 2));
        wrapped.draw(pen, buf.area, &mut buf, 1);
        assert_eq!(
            dump::lines(&buf),
            ["  双方同意明早到↑", "  村委会再谈。  ↓"]
        );
        assert_eq!(wrapped.len(), 4);
    }
}
