//! The duty log in words.

use super::{names, time, warning};
use crate::domain::alarm::Rank;
use crate::domain::duty::line::{Befell, LineKind, LogLine, PhoneCall, Warned};
use crate::domain::duty::shift::Sound;
use crate::domain::entry::Direction;
use crate::domain::time::Timestamp;
use crate::domain::warning::Subject;
use crate::i18n::{t, text};

/// What kind of line it is, in two glyphs or a short word.
pub fn kind(line: &LogLine) -> String {
    if line.corrects.is_some() {
        return t!("log.kind.correction").into_owned();
    }
    match &line.what {
        LineKind::Note => t!("log.kind.note"),
        LineKind::Call(call) => match call.call.direction {
            Direction::In => t!("log.kind.call-in"),
            Direction::Out => t!("log.kind.call-out"),
        },
        LineKind::SignedOn { .. } => t!("log.kind.signed-on"),
        LineKind::Cut { .. } => t!("log.kind.cut"),
        LineKind::Offered { .. } => t!("log.kind.offered"),
        LineKind::Taken { .. } => t!("log.kind.taken"),
        LineKind::Warned(warned) => text(&format!("log.kind.{}", warned.befell.name())),
    }
    .into_owned()
}

/// What it says, in one line. A number is masked.
pub fn words(line: &LogLine) -> String {
    match &line.what {
        LineKind::Note => line.text.clone(),
        LineKind::Call(call) => t!("log.call", with = with(call), text = line.text).into_owned(),
        LineKind::SignedOn { day, shift, sound } => {
            let heard = sound_words(*sound);
            t!("log.signed-on", day = day, shift = shift, sound = heard).into_owned()
        }
        LineKind::Cut { since, until } => t!(
            "log.cut",
            since = since.hh_mm(),
            until = until.hh_mm(),
            minutes = until.since(*since).whole_minutes()
        )
        .into_owned(),
        LineKind::Offered { items } => t!("log.offered", n = items).into_owned(),
        LineKind::Taken { from, moved } => {
            t!("log.taken", from = from.name, n = moved).into_owned()
        }
        LineKind::Warned(warned) => warned_words(warned, line.at),
    }
}

/// What befell a warning, as it was at that moment; of its case the number.
fn warned_words(warned: &Warned, then: Timestamp) -> String {
    let about = match &warned.subject {
        Subject::Case { case } | Subject::Deadline { case } => case.name(),
        Subject::Place { place } => place.clone(),
    };
    let why = warning::why_of(&warned.why, then);
    let line = if about.is_empty() {
        why
    } else {
        t!("warning.line", why = why, about = about).into_owned()
    };
    let rank = rank_words(warned.rank);
    let said = match warned.befell {
        Befell::Raised => t!("log.raised", rank = rank, line = line),
        Befell::Lifted => t!("log.lifted", rank = rank, line = line),
    };
    // The line's author says already that it was a rule.
    if warned.by.name.is_empty() {
        said.into_owned()
    } else {
        t!("log.done-by", line = said, by = warned.by.name).into_owned()
    }
}

/// A log is read years later and elsewhere, where the county's own names of its
/// levels may be others: the colour stands for itself.
fn rank_words(rank: Rank) -> String {
    match rank {
        Rank::Notice => t!("log.rank.notice"),
        Rank::Watch => t!("log.rank.watch"),
        Rank::Serious => t!("log.rank.serious"),
        Rank::Urgent => t!("log.rank.urgent"),
    }
    .into_owned()
}

/// Who wrote it.
pub fn author(line: &LogLine) -> String {
    names::by(&line.author)
}

/// Who was on the other side, with the masked number.
pub fn with(call: &PhoneCall) -> String {
    format!("{} {}", call.call.with, names::phone(&call.call.phone))
        .trim()
        .to_owned()
}

/// Whether the desk was heard.
pub fn sound_words(sound: Sound) -> String {
    match sound {
        Sound::Heard => t!("log.sound.heard"),
        Sound::Silent => t!("log.sound.silent"),
    }
    .into_owned()
}

/// Its number in the log; a sign while the centre has not taken it.
pub fn number(line: &LogLine) -> String {
    line.place
        .map_or_else(|| "*".to_owned(), |place| place.no.to_string())
}

/// The whole line, for a list without columns.
pub fn in_one_line(line: &LogLine) -> String {
    format!(
        "{}  {}  {}  {}  {}",
        number(line),
        line.at.stamp(),
        kind(line),
        author(line),
        words(line)
    )
}

/// Everything else that the line says, a part a line.
pub fn more(line: &LogLine, now: Timestamp) -> Vec<String> {
    let mut parts = Vec::new();
    let received = line.place.map_or_else(
        || t!("log.not-received"),
        |place| t!("log.received", at = time::both(place.received_at, now)),
    );
    parts.push(
        t!(
            "log.written",
            at = time::both(line.at, now),
            by = author(line),
            received = received
        )
        .into_owned(),
    );
    if let Some(case) = &line.about {
        parts.push(t!("log.about", case = case.name()).into_owned());
    }
    if let Some(call) = line.call() {
        if !call.told.is_empty() {
            parts.push(t!("log.told", text = call.told).into_owned());
        }
        if !call.instruction.is_empty() {
            parts.push(t!("log.instruction", text = call.instruction).into_owned());
        }
        if let Some(by) = call.call_back_by {
            parts.push(t!("log.call-back", at = time::both(by, now)).into_owned());
        }
    }
    parts
}
