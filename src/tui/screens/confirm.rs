//! Questions with yes and no, and what must have been read.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use super::tel;
use crate::domain::incident::verb::Verb;
use crate::i18n::t;
use crate::store::salvage::Finding;
use crate::text::wrap::wrap;
use crate::tui::app::model::Question;
use crate::tui::app::words::{found, names};
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::popup::Popup;

/// Cells inside the box.
const CONFIRM_COLUMNS: u16 = 48;
/// Cells inside the box with findings; file names are long.
const FOUND_COLUMNS: u16 = 64;
/// Rows that one line of a finding may take.
const LINE_ROWS_MAX: usize = 3;

type Lines = Vec<(String, Role)>;

/// Draws a question; it has no field for the cursor.
pub fn draw(question: &Question, pen: Pen<'_>, screen: Rect, buf: &mut Buffer) -> Option<Position> {
    let (title, footer, columns, lines) = match question {
        Question::Quit {
            unsent,
            refused,
            drafts,
        } => (
            t!("dialog.quit"),
            t!("dialog.yes-no"),
            CONFIRM_COLUMNS,
            quit(*unsent, *refused, *drafts),
        ),
        Question::Found(findings) => {
            let columns = FOUND_COLUMNS.min(screen.width.saturating_sub(4));
            (
                t!("found.title"),
                t!("found.footer"),
                columns,
                read(findings, pen, columns),
            )
        }
        Question::Undo { verb, by, count } => (
            t!("undo.title"),
            t!("undo.footer"),
            CONFIRM_COLUMNS,
            undo(*verb, *by, *count),
        ),
        Question::Tel { name, number } => {
            let columns = FOUND_COLUMNS.min(screen.width.saturating_sub(4));
            return tel::draw(name, number, pen, screen, columns, buf);
        }
        Question::Enrol => {
            let columns = FOUND_COLUMNS.min(screen.width.saturating_sub(4));
            (
                t!("dialog.enrol"),
                t!("dialog.enrol-footer"),
                columns,
                enrol(pen, columns),
            )
        }
    };
    let rows = u16::try_from(lines.len()).unwrap_or(1);
    let outer = Popup::centred(screen, Size::new(columns, rows));
    let inner = Popup {
        title: &title,
        footer: &footer,
        border: Role::Border,
    }
    .draw(pen, outer, buf);
    for ((text, role), row) in lines.iter().zip(inner.rows()) {
        pen.text(buf, row.as_position(), row.width, text, *role);
    }
    None
}

fn quit(unsent: u64, refused: u64, drafts: usize) -> Lines {
    let mut lines = Vec::new();
    if unsent > 0 {
        let words = t!("dialog.quit-unsent", n = unsent);
        lines.push((words.into_owned(), Role::Pending));
    }
    if refused > 0 {
        let words = t!("dialog.quit-refused", n = refused);
        lines.push((words.into_owned(), Role::Refused));
    }
    if drafts > 0 {
        let words = t!("dialog.quit-drafts", n = drafts);
        lines.push((words.into_owned(), Role::Text));
    }
    lines.push((t!("dialog.quit-kept").into_owned(), Role::Dim));
    lines
}

/// What was done, and what takes it back.
fn undo(verb: Verb, by: Verb, count: usize) -> Lines {
    let (verb, by) = (names::verb(verb), names::verb(by));
    vec![
        (
            t!("undo.what", verb = verb, n = count).into_owned(),
            Role::Text,
        ),
        (t!("undo.by", by = by).into_owned(), Role::Text),
        (t!("undo.kept").into_owned(), Role::Dim),
    ]
}

/// What happened, what it may come from, what is safe, and what to do.
fn enrol(pen: Pen<'_>, columns: u16) -> Lines {
    let mut lines = Vec::new();
    for (words, role) in [
        (t!("dialog.enrol-what"), Role::Error),
        (t!("dialog.enrol-why"), Role::Text),
        (t!("dialog.enrol-kept"), Role::Text),
        (t!("dialog.enrol-do"), Role::Text),
    ] {
        put(&mut lines, &pen.shown(&words), columns, role);
    }
    lines
}

fn put(lines: &mut Lines, words: &str, columns: u16, role: Role) {
    for line in wrap(words, usize::from(columns), LINE_ROWS_MAX).lines {
        lines.push((line.to_owned(), role));
    }
}

fn read(findings: &[Finding], pen: Pen<'_>, columns: u16) -> Lines {
    let mut lines = Vec::new();
    for finding in findings {
        if !lines.is_empty() {
            lines.push((String::new(), Role::Text));
        }
        for (at, words) in found::lines(finding).iter().enumerate() {
            let role = if at == 0 { Role::Error } else { Role::Text };
            put(&mut lines, &pen.shown(words), columns, role);
        }
    }
    lines
}
