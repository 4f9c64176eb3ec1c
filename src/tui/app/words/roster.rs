//! Words of the roster: codes, marks, hours and refusals.

use super::time;
use crate::domain::roster::act::{Channel, Span};
use crate::domain::roster::candidate::{Busy, Distance};
use crate::domain::roster::code::{Cell, Code};
use crate::domain::roster::night::Mark;
use crate::domain::roster::refusal::Why;
use crate::domain::roster::verb::Verb;
use crate::domain::roster::{Need, PostKind, ShiftKey};
use crate::domain::time::Timestamp;
use crate::i18n::{t, text};
use crate::tui::app::roster::Asked;

/// One character for a code: 白, 夜, 备, 休.
pub fn code(code: Code) -> String {
    text(&format!("roster.code.{}", code.name())).into_owned()
}

/// The codes of a cell, one after the other; a dash for none.
pub fn cell(cell: Cell) -> String {
    if cell.is_empty() {
        return t!("roster.empty-cell").into_owned();
    }
    cell.codes().map(code).collect()
}

/// One character for what a post has of a night.
pub fn mark(mark: Mark) -> String {
    text(&format!("roster.mark.{}", mark.name())).into_owned()
}

/// What the mark means, for the legend.
pub fn mark_means(mark: Mark) -> String {
    text(&format!("roster.means.{}", mark.name())).into_owned()
}

/// What a post is.
pub fn kind(kind: PostKind) -> String {
    text(&format!("roster.kind.{}", kind.name())).into_owned()
}

/// Whom a post needs.
pub fn need(need: Need) -> String {
    text(&format!("roster.need.{}", need.name())).into_owned()
}

/// How somebody reported.
pub fn channel(channel: Channel) -> String {
    text(&format!("roster.channel.{}", channel.name())).into_owned()
}

/// Why somebody can be asked, or not.
pub fn busy(busy: Busy) -> String {
    match busy {
        Busy::StandingBy => t!("roster.busy.standing-by"),
        Busy::Free => t!("roster.busy.free"),
        Busy::TooLittleRest => t!("roster.busy.too-little-rest"),
        Busy::OnDuty => t!("roster.busy.on-duty"),
    }
    .into_owned()
}

/// How far off somebody is.
pub fn distance(distance: Distance) -> String {
    match distance {
        Distance::Here => t!("roster.distance.here"),
        Distance::Town => t!("roster.distance.town"),
        Distance::Elsewhere => t!("roster.distance.elsewhere"),
    }
    .into_owned()
}

/// From when to when, with the day where it is not today: `20:00-08:00`.
pub fn span(span: Span, now: Timestamp) -> String {
    format!("{}-{}", time::moment(span.from, now), span.until.hh_mm())
}

/// Who is there, where that is too little.
pub fn nobody(has: Need) -> String {
    match has {
        Need::Nobody => t!("roster.has.nobody"),
        Need::Standby | Need::OnDuty => t!("roster.has.standby"),
    }
    .into_owned()
}

/// The title of a dialog of the roster.
pub fn asked(asked: &Asked) -> String {
    super::names::verb(match asked {
        Asked::Assign { .. } => Verb::RosterAssignShift,
        Asked::Remove { .. } => Verb::RosterRemoveShift,
        Asked::CheckIn { .. } => Verb::RosterCheckIn,
        Asked::Call { .. } => Verb::RosterCall,
        Asked::Post { .. } => Verb::RosterPostAdd,
    })
}

/// Whom or what it is about.
pub fn asked_about(asked: &Asked) -> String {
    match asked {
        Asked::Assign { post_name, .. } => post_name.clone(),
        Asked::Remove {
            who, shift: key, ..
        }
        | Asked::CheckIn {
            who, shift: key, ..
        } => {
            format!("{who}  {}", shift(*key))
        }
        Asked::Call { who, .. } => who.clone(),
        // It is yet to be named.
        Asked::Post { .. } => String::new(),
    }
}

fn shift(key: ShiftKey) -> String {
    format!("{} {}", key.starts.stamp(), code(key.code))
}

/// A rule of the roster that stands against an act.
pub fn why(why: &Why) -> String {
    match why {
        Why::NoPost => t!("roster.why.no-post"),
        Why::NoPerson => t!("roster.why.no-person"),
        Why::OtherLine => t!("roster.why.other-line"),
        Why::NoShift => t!("roster.why.no-shift"),
        Why::Overlap { with } => t!("roster.why.overlap", with = shift(*with)),
        Why::Hours => t!("roster.why.hours"),
        Why::DayChanged { day, seen, now } => t!(
            "roster.why.day-changed",
            day = day,
            seen = cell(*seen),
            now = cell(*now)
        ),
        Why::NoDay { day } => t!("roster.why.no-day", day = day),
        Why::Full => t!("roster.why.full"),
        Why::NotUndoable => t!("roster.why.not-undoable"),
    }
    .into_owned()
}
