//! One line that announces something without taking the focus.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::pen::Pen;
use crate::tui::theme::Role;

/// How grave the announcement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gravity {
    /// News.
    Notice,
    /// A new alarm of the gravest rank.
    Urgent,
}

/// An announcement.
#[derive(Clone, Copy, Debug)]
pub struct Banner<'a> {
    /// What is announced.
    pub text: &'a str,
    /// Which key leads there, at the right.
    pub key: &'a str,
    /// How grave it is.
    pub gravity: Gravity,
}

impl Banner<'_> {
    /// Draws it into the first row of `area`.
    pub fn draw(&self, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
        let row = Rect {
            height: area.height.min(1),
            ..area
        }
        .intersection(buf.area);
        if row.is_empty() {
            return;
        }
        let role = match self.gravity {
            Gravity::Notice => Role::Banner,
            Gravity::Urgent => Role::BannerUrgent,
        };
        pen.clear(buf, row, role);
        // The key gives way to the text when there is no room for both.
        let key = if self.key.is_empty() {
            0
        } else {
            pen.width(self.key).saturating_add(2)
        };
        let key = if key > row.width / 2 { 0 } else { key };
        pen.text(
            buf,
            Position::new(row.x + 1, row.y),
            row.width.saturating_sub(1 + key),
            self.text,
            role,
        );
        if key > 0 {
            pen.text(
                buf,
                Position::new(row.right() - key + 1, row.y),
                key - 1,
                self.key,
                role,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::width::Ambiguous;
    use crate::tui::theme::{ColourDepth, Theme};
    use crate::tui::widgets::dump;

    #[test]
    fn the_key_stands_at_the_right_and_the_text_is_cut_before_it() {
        let theme = Theme::shipped(ColourDepth::Mono);
        let pen = Pen::new(&theme, Ambiguous::Narrow);
        for (cells, row) in [
            (30, " 新红警 石桥镇 宅基地  ^G查看"),
            (20, " 新红警 石…  ^G查看"),
            (12, " 新红警 石…"),
        ] {
            let mut buf = Buffer::empty(Rect::new(0, 0, cells, 1));
            let banner = Banner {
                text: "新红警 石桥镇 宅基地",
                key: "^G查看",
                gravity: Gravity::Urgent,
            };
            banner.draw(pen, buf.area, &mut buf);
            assert_eq!(dump::lines(&buf), [row.trim_end()], "{cells} cells");
        }
    }
}
