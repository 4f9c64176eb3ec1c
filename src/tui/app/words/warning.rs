//! A warning in words, made of its facts.

use super::names::Places;
use super::{names, time};
use crate::domain::area::AreaCode;
use crate::domain::ids::RecordId;
use crate::domain::incident::ending::CaseRef;
use crate::domain::policy::Policy;
use crate::domain::time::{Minutes, Timestamp};
use crate::domain::warning::rules::{OVERDUE, PEOPLE, REPEATED};
use crate::domain::warning::verb::Verb;
use crate::domain::warning::{Ground, Source, Standing, Subject, Turn, Warning, Why};
use crate::i18n::{t, text};
use crate::store::warnings::WarningRow;

/// Digits of a town's code that are its own.
const OWN_DIGITS: usize = 3;
/// Minutes of a day.
const DAY_MINUTES: u32 = 24 * 60;

/// Why there is a warning.
pub fn why(warning: &Warning, now: Timestamp) -> String {
    why_of(&warning.why, now)
}

/// The same of its facts alone.
pub fn why_of(why: &Why, now: Timestamp) -> String {
    match why {
        Why::Overdue { stage, due } => t!(
            "warning.why.overdue",
            stage = names::stage(*stage),
            late = time::deadline(*due, now)
        )
        .into_owned(),
        Why::Repeated {
            category,
            times,
            within,
            ..
        } => t!(
            "warning.why.repeated",
            span = span(*within),
            times = times,
            category = names::category(*category)
        )
        .into_owned(),
        Why::People { count, from } => {
            t!("warning.why.people", count = count, from = from).into_owned()
        }
        Why::Said { text } if text.is_empty() => t!("warning.why.unsaid").into_owned(),
        Why::Said { text } => text.clone(),
    }
}

/// A span of whole days as days.
fn span(minutes: Minutes) -> String {
    if minutes.0.is_multiple_of(DAY_MINUTES) {
        t!("warning.days", n = minutes.0 / DAY_MINUTES).into_owned()
    } else {
        time::span(minutes)
    }
}

/// What it is about: the case's title, or the place.
pub fn subject(row: &WarningRow) -> String {
    match &row.warning.subject {
        Subject::Case { case } | Subject::Deadline { case } => match &row.case {
            Some(known) if !known.title.is_empty() => known.title.clone(),
            Some(known) => known.name.name(),
            None => case.name(),
        },
        Subject::Place { place } => place.clone(),
    }
}

/// What it is about, with the case's number or the whole place.
pub fn subject_in_full(row: &WarningRow, places: &Places) -> String {
    match &row.warning.subject {
        Subject::Case { case } | Subject::Deadline { case } => match &row.case {
            Some(known) => format!("{} {}", known.name.name(), known.title),
            // Its number is all that this copy has of it.
            None => case.name(),
        },
        Subject::Place { place } => format!("{}{place}", names::place_path(row.area, places)),
    }
    .trim_end()
    .to_owned()
}

/// Why and what about, in one line.
pub fn line(row: &WarningRow, now: Timestamp) -> String {
    let (why, about) = (why(&row.warning, now), subject(row));
    if about.is_empty() {
        why
    } else {
        t!("warning.line", why = why, about = about).into_owned()
    }
}

/// What the banner says of it.
pub fn banner(row: &WarningRow, now: Timestamp) -> String {
    t!("warning.banner", line = line(row, now)).into_owned()
}

/// The same of a record that is not on the board yet.
pub fn banner_of(warning: &Warning, now: Timestamp) -> String {
    let about = match &warning.subject {
        Subject::Case { case } | Subject::Deadline { case } => case.name(),
        Subject::Place { place } => place.clone(),
    };
    let line = t!("warning.line", why = why(warning, now), about = about);
    t!("warning.banner", line = line).into_owned()
}

pub fn standing(standing: Standing) -> String {
    text(&format!("warning.standing.{}", standing.name())).into_owned()
}

/// Who or what found it.
pub fn source(warning: &Warning) -> String {
    match &warning.source {
        Source::Hand => t!("warning.source.hand", by = names::by(&warning.raised_by)),
        Source::Rule { rule, version } => {
            t!(
                "warning.source.rule",
                rule = rule_name(rule),
                version = version
            )
        }
    }
    .into_owned()
}

/// Who or what found it and when, and how often its cause has been told.
pub fn origin(warning: &Warning, now: Timestamp) -> String {
    let at = time::both(warning.alarm.raised_at, now);
    let origin = t!("warning.raised", source = source(warning), at = at);
    if warning.times > 1 {
        t!("warning.told", origin = origin, n = warning.times).into_owned()
    } else {
        origin.into_owned()
    }
}

/// The name of a rule; one of a newer program is called as it is.
pub fn rule_name(rule: &str) -> String {
    match rule {
        OVERDUE => t!("warning.rule.overdue"),
        REPEATED => t!("warning.rule.repeated"),
        PEOPLE => t!("warning.rule.people"),
        other => return other.to_owned(),
    }
    .into_owned()
}

/// A step of the history, without its reason.
pub fn turn(turn: &Turn, policy: &Policy, now: Timestamp) -> String {
    let verb = names::verb(turn.verb);
    let what = match turn.verb {
        Verb::Upgrade | Verb::Downgrade => t!(
            "detail.act.to",
            verb = verb,
            to = names::rank(turn.to, policy)
        )
        .into_owned(),
        Verb::Raise | Verb::Acknowledge | Verb::Lift => verb,
    };
    format!(
        "{} {} {what}",
        time::moment(turn.at, now),
        names::by(&turn.by)
    )
}

/// Why it was lifted; none while it is open.
pub fn lifted(warning: &Warning, now: Timestamp) -> Option<String> {
    let lifted = warning.lifted.as_ref()?;
    let why = match lifted.ground {
        Ground::Ended => t!("warning.lifted.ended").into_owned(),
        Ground::Judged => lifted.reason.clone(),
    };
    let (by, at) = (names::by(&lifted.by), time::both(lifted.at, now));
    Some(t!("warning.lifted.line", at = at, by = by, why = why).into_owned())
}

/// Who answers for it, if somebody does.
pub fn answered(warning: &Warning, now: Timestamp) -> Option<String> {
    let ack = warning.alarm.ack.as_ref()?;
    let at = time::both(ack.at, now);
    Some(t!("warning.answered", by = names::by(&ack.by), at = at).into_owned())
}

/// A town without the word for what it is, for a tile.
pub fn town_short(area: AreaCode, places: &Places) -> String {
    let name = names::town(area, places);
    // One without a name is called by the digits of its own.
    if name.chars().all(|sign| sign.is_ascii_digit()) {
        let own = name.len().saturating_sub(OWN_DIGITS);
        return name.get(own..).unwrap_or_default().to_owned();
    }
    for ending in t!("warning.town-endings").split_whitespace() {
        if let Some(short) = name.strip_suffix(ending)
            && !short.is_empty()
        {
            return short.to_owned();
        }
    }
    name
}

/// The case to open from a warning: its own, or the newest that it names.
pub fn case_of(warning: &Warning) -> Option<RecordId> {
    warning.cases().first().copied()
}

/// Cases that it names besides its own.
pub fn named(warning: &Warning) -> Vec<CaseRef> {
    match &warning.why {
        Why::Repeated { cases, .. } => cases.clone(),
        Why::Overdue { .. } | Why::People { .. } | Why::Said { .. } => Vec::new(),
    }
}
