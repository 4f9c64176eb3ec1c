//! First run, sign-in, lock, and signing in again.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use super::fields;
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::text::wrap::wrap;
use crate::tui::app::gate::{Busy, Gate, Purpose};
use crate::tui::app::message::GateTrouble;
use crate::tui::app::model::{Model, Staging};
use crate::tui::app::words::names;
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::popup::Popup;

/// Cells inside the box.
const GATE_COLUMNS: u16 = 56;
/// Rows between the fields and the lines below.
const GAP_ROWS: u16 = 1;
/// From this height of the screen the fields stand by themselves.
const AIRY_ROWS_MIN: u16 = 20;
/// Rows of what went wrong.
const SAID_ROWS_MAX: usize = 3;
/// Accounts that are listed.
const KNOWN_ROWS_MAX: usize = 5;

/// Whether the desk is seen around it.
pub fn is_over_desk(gate: &Gate) -> bool {
    gate.purpose == Purpose::Again
}

/// Draws the gate.
pub fn draw(
    model: &Model,
    gate: &Gate,
    pen: Pen<'_>,
    screen: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    if !is_over_desk(gate) {
        around(model, gate, pen, screen, buf);
    }
    let mut below = below(model, gate, pen);
    // A blank line under the fields, where the screen has it.
    if !below.is_empty() && screen.height >= AIRY_ROWS_MIN {
        below.insert(0, (String::new(), Role::Text));
    }
    let rows = fields::rows(&gate.form, GATE_COLUMNS)
        + GAP_ROWS
        + u16::try_from(below.len()).unwrap_or(0)
        + GAP_ROWS;
    let outer = Popup::centred(screen, Size::new(GATE_COLUMNS, rows));
    let title = match gate.purpose {
        Purpose::FirstRun => t!("signin.first-run"),
        Purpose::SignIn => t!("signin.title"),
        Purpose::Locked => t!("signin.locked"),
        Purpose::Again => t!("signin.again"),
    };
    let footer = match gate.purpose {
        Purpose::FirstRun | Purpose::SignIn => t!("signin.footer"),
        Purpose::Locked => t!("signin.footer-locked"),
        Purpose::Again => t!("signin.footer-again"),
    };
    let popup = Popup {
        title: &title,
        footer: &footer,
        border: Role::Border,
    };
    let inner = popup.draw(pen, outer, buf);
    let form = Rect {
        y: inner.y + GAP_ROWS,
        height: inner.height.saturating_sub(GAP_ROWS),
        ..inner
    };
    let cursor = fields::draw(pen, &gate.form, form, buf);
    let top = form.y + fields::rows(&gate.form, GATE_COLUMNS);
    for (y, (text, role)) in (top..inner.bottom()).zip(below) {
        pen.text(buf, Position::new(inner.x, y), inner.width, &text, role);
    }
    cursor
}

/// What stands around the box: the program, the clock, and, while locked, how
/// many alarms ring and nothing of what they are.
fn around(model: &Model, gate: &Gate, pen: Pen<'_>, screen: Rect, buf: &mut Buffer) {
    let at = Position::new(screen.x + 1, screen.y);
    pen.text(buf, at, screen.width, &t!("signin.program"), Role::Title);
    let clock = model.now.hh_mm();
    let at = Position::new(
        screen.right().saturating_sub(pen.width(&clock) + 1),
        screen.y,
    );
    pen.text(buf, at, screen.width, &clock, Role::Text);
    let hint = Position::new(screen.x + 1, screen.bottom().saturating_sub(1));
    pen.text(buf, hint, screen.width, &t!("signin.leave"), Role::Dim);
    if model.staging() == Staging::Demonstration {
        let mark = t!("screen.demonstration");
        let width = pen.width(&mark) + 1;
        let at = Position::new(screen.right().saturating_sub(width), hint.y);
        pen.text(buf, at, width, &mark, Role::Demo);
    }
    let (Purpose::Locked, Some(desk)) = (gate.purpose, &model.desk) else {
        return;
    };
    let mut at = Position::new(screen.x + 1, screen.y + 1);
    let lead = t!("signin.locked-counts");
    at.x += pen.text(buf, at, screen.width, &lead, Role::Text);
    for level in &desk.policy.levels {
        let index = usize::from(level.rank.severity()) - 1;
        let n = desk
            .counts
            .unacknowledged_by_severity
            .get(index)
            .copied()
            .unwrap_or(0);
        let badge = names::badge(level.rank, &desk.policy);
        let text = format!(" {}{n}", badge.text(pen));
        at.x += pen.text(
            buf,
            at,
            screen.right().saturating_sub(at.x),
            &text,
            badge.role(),
        );
    }
}

/// Lines under the fields: accounts of this desk, and what went wrong.
fn below(model: &Model, gate: &Gate, pen: Pen<'_>) -> Vec<(String, Role)> {
    let mut lines = Vec::new();
    if matches!(gate.purpose, Purpose::SignIn | Purpose::FirstRun) && !gate.known.is_empty() {
        lines.push((t!("signin.known").into_owned(), Role::Label));
        for officer in gate.known.iter().take(KNOWN_ROWS_MAX) {
            lines.push((format!("  {} {}", officer.account, officer.name), Role::Dim));
        }
        lines.push((String::new(), Role::Text));
    }
    let (said, role) = match (&gate.trouble, gate.busy) {
        (_, Busy::Yes) => (t!("signin.busy").into_owned(), Role::Text),
        (Some(trouble), Busy::No) => (words(trouble, model.now), Role::Error),
        (None, Busy::No) => {
            let explained = match gate.purpose {
                Purpose::FirstRun => t!("signin.explain-first-run"),
                Purpose::SignIn => t!("signin.explain"),
                Purpose::Locked => t!("signin.explain-locked"),
                Purpose::Again => t!("signin.explain-again"),
            };
            (explained.into_owned(), Role::Dim)
        }
    };
    let said = pen.shown(&said);
    for line in wrap(&said, usize::from(GATE_COLUMNS), SAID_ROWS_MAX).lines {
        lines.push((line.to_owned(), role));
    }
    lines
}

fn words(trouble: &GateTrouble, now: Timestamp) -> String {
    match trouble {
        GateTrouble::WrongPassword { tries_left } => {
            t!("signin.wrong-password", n = tries_left)
        }
        GateTrouble::Wait { until } => {
            let seconds = until.since(now).0.max(0) / 1000;
            if seconds == 0 {
                t!("signin.try-again")
            } else {
                t!("signin.wait", n = seconds)
            }
        }
        GateTrouble::Unreachable(why) => t!("signin.unreachable", why = why),
        GateTrouble::CertificateChanged => t!("signin.certificate"),
        GateTrouble::Revoked { unsent: 0 } => t!("signin.revoked"),
        GateTrouble::Revoked { unsent } => t!("signin.revoked-unsent", n = unsent),
        GateTrouble::AccountRefused => t!("signin.account-refused"),
        GateTrouble::BadAddress(why) => t!("signin.bad-address", why = why),
        GateTrouble::Store(why) => t!("signin.store", why = why),
        GateTrouble::Other(why) => t!("signin.other", why = why),
    }
    .into_owned()
}
