//! A line of a timeline in words.

use super::{names, time};
use crate::domain::act::AnyAct;
use crate::domain::command::Event;
use crate::domain::entry::{Call, Entry, EntryKind};
use crate::domain::incident::act::Act;
use crate::domain::incident::conflict::Effect;
use crate::domain::policy::Policy;
use crate::domain::time::Timestamp;
use crate::i18n::t;

/// An act: its head without who and when, and the words it carried. One that
/// left a conflict card says so, and whether it took effect.
pub fn act(event: &Event, policy: &Policy, now: Timestamp) -> (String, String) {
    let (head, words) = match &event.act {
        AnyAct::Incident(act) => on_case(act, event, policy, now),
        AnyAct::Duty(act) => (names::verb(act.verb()), String::new()),
        AnyAct::Roster(act) => (names::verb(act.verb()), act.words()),
        AnyAct::Warning(act) => (names::verb(act.verb()), act.words()),
        AnyAct::Network(act) => (names::verb(act.verb()), act.masked(names::phone).words()),
    };
    let head = match event.card {
        None => head,
        Some(Effect::Applied) => t!("detail.act.card-applied", act = head).into_owned(),
        Some(Effect::Withheld) => t!("detail.act.card-withheld", act = head).into_owned(),
    };
    (head, words)
}

fn on_case(act: &Act, event: &Event, policy: &Policy, now: Timestamp) -> (String, String) {
    let verb = names::verb(act.verb());
    match act {
        Act::Register(args) => (verb, args.summary.clone()),
        Act::Acknowledge(_) => (verb, String::new()),
        Act::Snooze(args) => (
            t!(
                "detail.act.until",
                verb = verb,
                at = time::moment(args.until, now)
            )
            .into_owned(),
            args.reason.clone(),
        ),
        Act::Note(args) => (verb, args.text.clone()),
        Act::Call(args) => (verb, args.text.clone()),
        Act::Reveal(args) => (verb, args.reason.clone()),
        Act::Amend(args) => (verb, amended(args)),
        Act::Raise(args) | Act::Lower(args) => (
            t!(
                "detail.act.to",
                verb = verb,
                to = names::rank(args.to, policy)
            )
            .into_owned(),
            args.reason.clone(),
        ),
        Act::Assign(args) => (verb, args.words.clone()),
        Act::Accept(args) => (
            verb,
            args.on_behalf.as_ref().map_or_else(String::new, behalf),
        ),
        Act::Return(args) => (verb, args.reason.clone()),
        Act::Finish(args) => (
            t!(
                "detail.act.to",
                verb = verb,
                to = names::outcome(args.outcome)
            )
            .into_owned(),
            args.text.clone(),
        ),
        Act::Verify(args) | Act::ProposeStrikeOff(args) | Act::SignStrikeOff(args) => {
            (verb, args.text.clone())
        }
        Act::Recall(args)
        | Act::SendBack(args)
        | Act::DeclineStrikeOff(args)
        | Act::Reopen(args)
        | Act::LiftSupervision(args)
        | Act::Void(args) => (verb, args.reason.clone()),
        Act::Read(args) => (verb, args.text.clone()),
        Act::Triage(_)
        | Act::Escalate(_)
        | Act::HandDown(_)
        | Act::Copy(_)
        | Act::Whistle(_)
        | Act::ReportIn(_)
        | Act::RateWhistle(_)
        | Act::Supervise(_)
        | Act::AskExtension(_)
        | Act::GrantExtension(_)
        | Act::RefuseExtension(_)
        | Act::ReturnToPolice(_)
        | Act::Merge(_)
        | Act::Unmerge(_)
        | Act::Link(_)
        | Act::Unlink(_) => steering(act, event, &verb),
        Act::Settle(args) => (
            t!("detail.act.to", verb = verb, to = names::way(args.way)).into_owned(),
            args.words.clone(),
        ),
        Act::FollowUp(args) => (
            t!(
                "detail.act.to",
                verb = verb,
                to = names::follow_up(args.outcome)
            )
            .into_owned(),
            args.text.clone(),
        ),
    }
}

/// The acts that steer the work.
fn steering(act: &Act, event: &Event, verb: &str) -> (String, String) {
    let to = |to: String| t!("detail.act.to", verb = verb, to = to).into_owned();
    let days = |days: u16| t!("detail.act.days", n = days).into_owned();
    match act {
        Act::Triage(args) => {
            let grade = args.emergency.as_ref().and_then(|edit| edit.to);
            let head = match grade {
                Some(grade) => to(names::event_grade(grade).to_owned()),
                None => verb.to_owned(),
            };
            (head, args.opinion.clone())
        }
        Act::Escalate(args) => (verb.to_owned(), args.reason.clone()),
        Act::HandDown(args) => (verb.to_owned(), args.words.clone()),
        Act::Copy(args) | Act::Whistle(args) => (verb.to_owned(), args.words.clone()),
        Act::ReportIn(args) => {
            let said = args.on_behalf.as_ref().map(behalf).unwrap_or_default();
            let words = format!(
                "{said}{}{}",
                if said.is_empty() { "" } else { " " },
                args.text
            );
            (verb.to_owned(), words)
        }
        Act::RateWhistle(args) => (to(names::mark(args.mark)), args.text.clone()),
        Act::Supervise(args) => (to(names::supervision(args.to)), args.reason.clone()),
        Act::AskExtension(args) => (to(days(args.days)), args.reason.clone()),
        Act::GrantExtension(args) => (to(days(args.days)), args.text.clone()),
        Act::RefuseExtension(args) => (verb.to_owned(), args.reason.clone()),
        Act::ReturnToPolice(args) => {
            let with = match args.confirmed_with.as_str() {
                "" => t!("detail.police-unconfirmed"),
                with => t!("detail.police-confirmed", with = with),
            };
            (to(with.into_owned()), args.reason.clone())
        }
        Act::Merge(args) | Act::Unmerge(args) | Act::Link(args) | Act::Unlink(args) => {
            let other = event.other.as_ref().map(names::case).unwrap_or_default();
            (to(other), args.reason.clone())
        }
        _ => (verb.to_owned(), String::new()),
    }
}

fn behalf(said: &crate::domain::incident::act::OnBehalf) -> String {
    t!("detail.act.behalf", of = said.of, by = said.by).into_owned()
}

fn amended(args: &crate::domain::incident::act::Amend) -> String {
    use crate::domain::incident::field::Field;
    let mut parts = Vec::new();
    let mut text = |field: Field, to: Option<String>| {
        if let Some(to) = to {
            parts.push(t!("detail.act.field", field = names::field(field), to = to).into_owned());
        }
    };
    text(
        Field::Title,
        args.title.as_ref().map(|edit| edit.to.clone()),
    );
    text(
        Field::Category,
        args.category
            .as_ref()
            .map(|edit| names::category(edit.to).to_owned()),
    );
    text(
        Field::Place,
        args.place.as_ref().map(|edit| edit.to.clone()),
    );
    text(
        Field::Summary,
        args.summary.as_ref().map(|edit| edit.to.clone()),
    );
    text(
        Field::Scale,
        args.scale.as_ref().map(|edit| {
            edit.to
                .map_or_else(String::new, |scale| names::scale(scale).to_owned())
        }),
    );
    text(
        Field::PeopleCount,
        args.people_count
            .as_ref()
            .map(|edit| edit.to.map_or_else(String::new, |count| count.to_string())),
    );
    text(
        Field::Emergency,
        args.emergency.as_ref().map(|edit| {
            edit.to.map_or_else(
                || t!("form.emergency-none").into_owned(),
                |grade| names::event_grade(grade).to_owned(),
            )
        }),
    );
    text(Field::Task, args.task.as_ref().map(|edit| edit.to.clone()));
    text(
        Field::Schedule,
        args.schedule.as_ref().map(|edit| edit.to.join(" / ")),
    );
    text(Field::Path, args.path.as_ref().map(|edit| edit.to.clone()));
    text(
        Field::Owner,
        args.owner.as_ref().map(|edit| edit.to.clone()),
    );
    parts.join("\n")
}

/// A note, a call, a revealing or a late submission: its head without who and when, and its words.
pub fn entry(entry: &Entry) -> (String, String) {
    match &entry.what {
        EntryKind::Note => (t!("verb.note").into_owned(), entry.text.clone()),
        EntryKind::Call(call) => (call_words(call), entry.text.clone()),
        EntryKind::Reveal { parts } => {
            let parts: Vec<String> = parts.iter().copied().map(names::part).collect();
            let parts = parts.join(&t!("screen.list-comma"));
            (
                t!("detail.act.revealed", parts = parts).into_owned(),
                entry.text.clone(),
            )
        }
        EntryKind::CheckIn { channel, .. } => (
            t!(
                "roster.checked-in",
                channel = super::roster::channel(*channel)
            )
            .into_owned(),
            entry.text.clone(),
        ),
        EntryKind::Late { verb, call } => {
            let what = call.as_ref().map_or_else(|| names::verb(*verb), call_words);
            (
                t!("detail.act.late", what = what).into_owned(),
                entry.text.clone(),
            )
        }
    }
}

fn call_words(call: &Call) -> String {
    t!(
        "detail.act.call",
        direction = names::direction(call.direction),
        with = call.with,
        phone = names::phone(&call.phone),
        outcome = names::call_outcome(call.outcome)
    )
    .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::{CallOutcome, Direction};

    #[test]
    fn a_call_in_the_timeline_shows_no_whole_number() {
        let call = Call {
            direction: Direction::Out,
            with: "村主任".into(),
            phone: "10012445682".into(),
            outcome: CallOutcome::Answered,
        };
        let shown = call_words(&call);
        assert!(shown.contains("100****5682"), "{shown}");
        assert!(!shown.contains("10012445682"), "{shown}");
    }
}
