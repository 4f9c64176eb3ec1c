//! The frame: who, where, shift and clock; boards with counts, the line to the
//! centre with the data's age, acts that wait; the banner; the hints.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::policy::Policy;
use crate::i18n::t;
use crate::sync::status::{LinkState, Needs};
use crate::tui::app::availability::hinted;
use crate::tui::app::banner::{Cause, shift_at};
use crate::tui::app::model::{Access, Board, Desk, Model, Staging, Tone};
use crate::tui::app::words::{names, time};
use crate::tui::keys::{Action, Context, Sequence, help};
use crate::tui::terminal::flow::Speed;
use crate::tui::theme::Role;
use crate::tui::widgets::banner::{Banner, Gravity};
use crate::tui::widgets::{Pen, status};

/// Draws the two lines at the top.
pub fn draw(model: &Model, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
    pen.clear(buf, area, Role::Frame);
    let Some(desk) = &model.desk else { return };
    let mut rows = area.rows();
    if let Some(row) = rows.next() {
        let left = who(model, desk);
        let clock = format!("{} {} ", time::day(model.now, model.now), model.now.hh_mm());
        two_sides(
            pen,
            buf,
            row,
            &[(left, Role::Frame)],
            &[(clock, Role::Frame)],
        );
    }
    if let Some(row) = rows.next() {
        let (left, right) = fitting(pen, row.width, boards(model, desk), link(model));
        two_sides(pen, buf, row, &left, &right);
    }
}

pub(super) type Parts = Vec<(String, Role)>;

/// What of the second line fits. On a narrow screen the counts by rank go
/// first, the lightest before the gravest, for the list tells them too, and the
/// age of the data; what was refused or waits for a ruling is never what is cut.
fn fitting(pen: Pen<'_>, cells: u16, left: Parts, right: Parts) -> (Parts, Parts) {
    const LIGHTEST_FIRST: [Role; 3] = [Role::AlarmCalm, Role::AlarmNotice, Role::AlarmWatch];
    const GRAVEST_LAST: [Role; 2] = [Role::AlarmSerious, Role::AlarmUrgent];
    let (mut left, mut right) = (left, right);
    let fit = |left: &Parts, right: &Parts| {
        let all = left.iter().chain(right);
        let used: usize = all.map(|(text, _)| usize::from(pen.width(text))).sum();
        used < usize::from(cells)
    };
    let without_age = |right: &mut Parts| {
        right.retain(|(_, role)| *role != Role::Frame);
        right.push((" ".to_owned(), Role::Frame));
    };
    let yield_to_width = |ranks: &[Role], left: &mut Parts, right: &Parts| {
        for rank in ranks {
            if !fit(left, right) {
                left.retain(|(_, role)| role != rank);
            }
        }
    };
    yield_to_width(&LIGHTEST_FIRST, &mut left, &right);
    // On a live line the data are new anyway.
    let live = right.iter().any(|(_, role)| *role == Role::Online);
    if live && !fit(&left, &right) {
        without_age(&mut right);
    }
    yield_to_width(&GRAVEST_LAST, &mut left, &right);
    if !fit(&left, &right) {
        without_age(&mut right);
    }
    if !fit(&left, &right) {
        let refused = |(_, role): &(String, Role)| *role == Role::Refused;
        let (first, rest): (Parts, Parts) = left.into_iter().partition(refused);
        let first = first
            .into_iter()
            .map(|(text, role)| (format!(" {text}"), role));
        left = first.chain(rest).collect();
    }
    // Whole words only.
    while !fit(&left, &right) && left.len() > 1 {
        left.pop();
    }
    (left, right)
}

/// Draws the right parts whole and the left ones into what is left.
pub(super) fn two_sides(
    pen: Pen<'_>,
    buf: &mut Buffer,
    row: Rect,
    left: &[(String, Role)],
    right: &[(String, Role)],
) {
    let width = right
        .iter()
        .map(|(text, _)| pen.width(text))
        .sum::<u16>()
        .min(row.width);
    let mut x = row.right() - width;
    let end = x;
    for (text, role) in right {
        x += pen.text(
            buf,
            Position::new(x, row.y),
            row.right().saturating_sub(x),
            text,
            *role,
        );
    }
    let mut x = row.x;
    for (text, role) in left {
        x += pen.text(
            buf,
            Position::new(x, row.y),
            end.saturating_sub(x),
            text,
            *role,
        );
    }
}

fn who(model: &Model, desk: &Desk) -> String {
    let shift = shift_at(&desk.policy, model.now).map_or_else(String::new, |shift| {
        let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        format!(
            "  {} {}-{}",
            names::shift(shift),
            clock(shift.starts),
            clock(shift.ends)
        )
    });
    t!(
        "screen.who",
        app = t!("app.name"),
        unit = desk.officer.unit.name,
        shift = shift,
        officer = on_duty(desk)
    )
    .into_owned()
}

/// Who is on duty by the log, with the leader; the officer at this desk where
/// nobody has signed on.
fn on_duty(desk: &Desk) -> String {
    let Some(shift) = &desk.duty.now.shift else {
        return desk.officer.name.clone();
    };
    let mut names: Vec<&str> = Vec::new();
    for on in &shift.officers {
        names.push(&on.officer.name);
    }
    let officers = names.join(" ");
    if shift.leader.is_empty() {
        return officers;
    }
    t!("screen.on-duty", officers = officers, leader = shift.leader).into_owned()
}

/// The boards with their keys and counts, and what waits for somebody.
fn boards(model: &Model, desk: &Desk) -> Parts {
    let mut parts = Vec::new();
    for board in Board::IN_FRAME {
        let lit = board == desk.board.in_frame();
        let role = if lit { Role::FrameActive } else { Role::Frame };
        parts.push((" ".to_owned(), Role::Frame));
        parts.push((tab(model, desk, board), role));
        if board == Board::Queue {
            parts.push((" ".to_owned(), Role::Frame));
            parts.extend(waiting_cases(desk));
        }
        // What is refused or waits for a ruling is never cut; where the line is
        // too short, what stands behind it is.
        if board == Board::Outbox {
            parts.extend(unsettled(desk));
        }
        if board == Board::Warnings {
            parts.extend(gravest_warnings(desk));
        }
    }
    if let Some(until) = desk.alarms.muted_until(model.now) {
        let words = t!("screen.muted", until = until.hh_mm());
        parts.push((format!(" {words}"), Role::Dim));
    }
    parts
}

/// What was refused, and what waits for a ruling.
fn unsettled(desk: &Desk) -> Parts {
    let mut parts = Vec::new();
    let counts = &desk.counts;
    if counts.refused > 0 {
        parts.push((" ".to_owned(), Role::Frame));
        parts.push((
            t!("screen.refused", n = counts.refused).into_owned(),
            Role::Refused,
        ));
    }
    if counts.conflicts > 0 {
        parts.push((" ".to_owned(), Role::Frame));
        parts.push((
            t!("screen.conflicts", n = counts.conflicts).into_owned(),
            Role::Refused,
        ));
    }
    parts
}

/// A board's place in the frame: its key, its name and how much is on it.
fn tab(model: &Model, desk: &Desk, board: Board) -> String {
    let key = board
        .action()
        .map_or_else(String::new, |action| key_of(model, action));
    let counts = &desk.counts;
    match board {
        Board::Queue | Board::Detail => t!("screen.board.incidents", key = key, n = counts.open()),
        Board::Roster => t!("screen.board.roster", key = key),
        Board::Network => t!("screen.board.network", key = key),
        Board::Outbox => t!("screen.board.outbox", key = key, n = counts.outbox),
        Board::Warnings => {
            t!(
                "screen.board.warnings",
                key = key,
                n = counts.warnings.open()
            )
        }
        Board::Log | Board::Handover => t!("screen.board.log", key = key),
    }
    .into_owned()
}

/// The gravest warnings that nobody answers for.
fn gravest_warnings(desk: &Desk) -> Option<(String, Role)> {
    let counts = &desk.counts.warnings;
    desk.policy.levels.iter().find_map(|level| {
        let index = usize::from(level.rank.severity()) - 1;
        let waiting = counts.unacknowledged_by_severity.get(index).copied()?;
        let badge = names::badge(level.rank, &desk.policy);
        let words = || t!("screen.unanswered", rank = badge.word, n = waiting);
        (waiting > 0).then(|| (format!(" {}", words()), badge.role()))
    })
}

/// How many cases are open of each rank, and how many nobody answers for.
fn waiting_cases(desk: &Desk) -> Parts {
    let mut parts = by_rank(desk);
    let unacknowledged = desk.counts.unacknowledged();
    if unacknowledged > 0 {
        let words = t!("screen.unacknowledged", n = unacknowledged);
        parts.push((format!("{words} "), Role::Title));
    }
    parts
}

/// The key that opens a board, without a letter where there is one.
fn key_of(model: &Model, action: Action) -> String {
    let keys = || model.setup.keymap.keys_for(Context::Board, action);
    let short = keys().find(|keys| keys.is_letterless());
    short
        .or_else(|| keys().next())
        .map_or_else(String::new, Sequence::label)
}

/// How many are open of each rank.
fn by_rank(desk: &Desk) -> Parts {
    let policy: &Policy = &desk.policy;
    policy
        .levels
        .iter()
        .filter_map(|level| {
            let index = usize::from(level.rank.severity()) - 1;
            let open = desk.counts.open_by_severity.get(index).copied()?;
            let badge = names::badge(level.rank, policy);
            Some((badge, open))
        })
        .filter(|(_, open)| *open > 0)
        .map(|(badge, open)| (format!("{}{open} ", badge.word), badge.role()))
        .collect()
}

/// The line to the centre and how old the data are.
pub(super) fn link(model: &Model) -> Parts {
    let status = &model.status;
    let pen_dot = crate::text::ambiguous::glyphs(model.setup.ambiguous);
    let age = match (status.fresh_at, status.link) {
        (None, _) => t!("status.no-data"),
        // Nothing that comes in is missed, or it is told how old it is: without
        // a line nobody can say that there is nothing newer.
        (Some(at), LinkState::Connecting | LinkState::Offline)
            if model.now.since(at).whole_minutes() < 1 =>
        {
            t!("status.data-as-of", at = at.hh_mm())
        }
        (Some(at), _) => t!("status.data-age", age = time::age(at, model.now)),
    };
    let (dot, words, role) = match status.link {
        LinkState::Live => (pen_dot.disc, t!("status.online"), Role::Online),
        LinkState::Degraded => (pen_dot.disc, t!("status.degraded"), Role::Degraded),
        LinkState::CatchingUp => (pen_dot.ring, t!("status.catching-up"), Role::Degraded),
        LinkState::Connecting => (pen_dot.ring, t!("status.connecting"), Role::Offline),
        LinkState::Offline => (pen_dot.ring, t!("status.offline"), Role::Offline),
    };
    let mut parts = vec![(format!("{dot}{words}"), role)];
    if let Some((come, all)) = status.snapshot {
        parts.push((
            format!(" {}", t!("status.snapshot", come = come, all = all)),
            Role::Frame,
        ));
    } else {
        parts.push((format!(" {age}"), Role::Frame));
    }
    if let Some(words) = needs(&status.needs) {
        parts.push((format!(" {words}"), Role::Refused));
    }
    parts.push((" ".to_owned(), Role::Frame));
    parts
}

fn needs(needs: &Needs) -> Option<String> {
    let words = match needs {
        Needs::Nothing => return None,
        Needs::SignIn => t!("status.needs.sign-in"),
        Needs::Grants => t!("status.needs.grants"),
        Needs::Revoked => t!("status.needs.revoked"),
        Needs::CertificateChanged => t!("status.needs.certificate"),
        Needs::ServiceBehind => t!("status.needs.service-behind"),
        Needs::Enrol => t!("status.needs.enrol"),
        Needs::Version => t!("status.needs.version"),
    };
    Some(words.into_owned())
}

/// Why an alarm is announced.
pub(super) fn cause(cause: Cause) -> Cow<'static, str> {
    match cause {
        Cause::New => t!("screen.cause.new"),
        Cause::Unanswered => t!("screen.cause.unanswered"),
        Cause::Lapsed => t!("screen.cause.lapsed"),
        Cause::SnoozeEnded => t!("screen.cause.snooze-ended"),
    }
}

/// Draws the banner of the alarm that rings.
pub fn draw_banner(model: &Model, pen: Pen<'_>, row: Rect, buf: &mut Buffer) {
    let Some(desk) = &model.desk else { return };
    let Some((ringing, more)) = desk.alarms.banner() else {
        return;
    };
    let badge = names::badge(ringing.rank, &desk.policy).text(pen);
    let why = cause(ringing.cause);
    let what = [ringing.place.as_str(), ringing.title.as_str()];
    let what: Vec<&str> = what.into_iter().filter(|words| !words.is_empty()).collect();
    let mut text = t!(
        "screen.banner",
        badge = badge,
        why = why,
        what = what.join(" ")
    )
    .into_owned();
    if more > 0 {
        text.push_str(&t!("screen.banner-more", n = more));
    }
    // What is locked shows counts, never content.
    if model.gate.is_some() {
        text = t!("screen.banner-locked", badge = badge, n = more + 1).into_owned();
    }
    let key = model
        .setup
        .keymap
        .keys_for(model.context(), Action::BannerJump)
        .next()
        .map_or_else(String::new, |keys| {
            let name = Action::BannerJump.short();
            format!("{}{}{name}", keys.label(), status::separator(&name))
        });
    let highest = desk
        .policy
        .levels
        .first()
        .is_some_and(|level| ringing.rank >= level.rank);
    let gravity = if highest {
        Gravity::Urgent
    } else {
        Gravity::Notice
    };
    Banner {
        text: &text,
        key: &key,
        gravity,
    }
    .draw(pen, row, buf);
}

/// Draws the bottom line: a message, the rest of a sequence, or what the keys
/// do here.
pub fn draw_hints(model: &Model, pen: Pen<'_>, row: Rect, buf: &mut Buffer) {
    let right = marks(model);
    let right = right.as_deref().map(|text| (text, Role::Demo));
    if let Some(notice) = &model.notice {
        let role = match notice.tone {
            Tone::Done => Role::Done,
            Tone::Told => Role::Text,
            Tone::Error => Role::Error,
        };
        status::draw_message(pen, row, buf, (&notice.text, role), right);
        return;
    }
    let context = model.context();
    let pending = model.pending_keys.chords();
    if pending.is_empty() {
        let hints = help::hints(&model.setup.keymap, context, |action| hinted(model, action));
        status::draw_hints(pen, row, buf, hints, right);
    } else {
        // They stand in a box of their own.
        status::draw_message(pen, row, buf, ("", Role::Text), right);
    }
}

/// What must never be forgotten about this screen.
fn marks(model: &Model) -> Option<String> {
    let mut marks = Vec::new();
    match (model.line.speed, model.line.minute_bytes) {
        (Speed::Broad, _) => {}
        (Speed::Thin, None) => marks.push(t!("screen.thin")),
        (Speed::Thin, Some(bytes)) => {
            // Tenths of a kilobyte, rounded up: nothing is never shown as none.
            let tenths = bytes.div_ceil(100);
            let kilobytes = format!("{}.{}", tenths / 10, tenths % 10);
            marks.push(t!("screen.thin-bytes", kilobytes = kilobytes));
        }
    }
    match model.setup.access {
        Access::Full => {}
        Access::ReadOnly => marks.push(t!("screen.read-only")),
    }
    match model.staging() {
        Staging::Real => {}
        Staging::Demonstration => marks.push(t!("screen.demonstration")),
    }
    (!marks.is_empty()).then(|| format!("{} ", marks.join(" ")))
}
