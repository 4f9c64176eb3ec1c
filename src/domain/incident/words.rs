//! The words that an act carries, so that nobody's words are lost when it is
//! refused, or came too late to take effect.

use super::act::{Act, Assign, Edit};

/// All words of an act, one part a line.
#[must_use]
pub fn of(act: &Act) -> String {
    let parts: Vec<&str> = match act {
        Act::Register(args) => vec![&args.title, &args.place, &args.summary],
        Act::Acknowledge(_) | Act::Accept(_) => Vec::new(),
        Act::Snooze(args) => vec![&args.reason],
        Act::Note(args) => vec![&args.text],
        Act::Reveal(args) => vec![&args.reason],
        Act::Call(args) => vec![&args.call.with, &args.call.phone, &args.text],
        Act::Amend(args) => {
            let mut parts = vec![
                wanted(args.title.as_ref()),
                wanted(args.place.as_ref()),
                wanted(args.summary.as_ref()),
                wanted(args.task.as_ref()),
            ];
            if let Some(edit) = &args.schedule {
                parts.extend(edit.to.iter().map(String::as_str));
            }
            parts.push(wanted(args.path.as_ref()));
            parts.push(wanted(args.owner.as_ref()));
            parts
        }
        Act::Raise(args) | Act::Lower(args) => vec![&args.reason],
        Act::Assign(args) => routed(args),
        Act::Return(args) => vec![&args.reason],
        Act::Finish(args) => vec![&args.text],
        Act::Verify(args)
        | Act::Read(args)
        | Act::ProposeStrikeOff(args)
        | Act::SignStrikeOff(args) => vec![&args.text],
        Act::Recall(args)
        | Act::SendBack(args)
        | Act::DeclineStrikeOff(args)
        | Act::Reopen(args)
        | Act::LiftSupervision(args)
        | Act::Void(args) => vec![&args.reason],
        Act::Triage(args) => {
            let mut parts = vec![args.opinion.as_str()];
            parts.extend(args.route.iter().flat_map(routed));
            parts
        }
        Act::Escalate(args) => vec![&args.reason],
        Act::HandDown(args) => vec![&args.words],
        Act::Copy(args) | Act::Whistle(args) => vec![&args.words],
        Act::ReportIn(args) => vec![&args.text],
        Act::RateWhistle(args) => vec![&args.text],
        Act::Supervise(args) => vec![&args.reason],
        Act::AskExtension(args) => vec![&args.reason],
        Act::GrantExtension(args) => vec![&args.text],
        Act::RefuseExtension(args) => vec![&args.reason],
        Act::ReturnToPolice(args) => vec![&args.reason, &args.confirmed_with],
        Act::Merge(args) | Act::Unmerge(args) | Act::Link(args) | Act::Unlink(args) => {
            vec![&args.reason]
        }
        Act::FollowUp(args) => vec![&args.text],
        Act::Settle(args) => vec![&args.words],
    };
    parts
        .into_iter()
        .filter(|part| !part.trim().is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

fn routed(args: &Assign) -> Vec<&str> {
    let mut parts: Vec<&str> = vec![&args.words, &args.elements.task];
    parts.extend(args.elements.schedule.iter().map(String::as_str));
    parts.push(&args.elements.path);
    parts.push(&args.elements.owner);
    parts
}

fn wanted(edit: Option<&Edit<String>>) -> &str {
    edit.map_or("", |edit| &edit.to)
}
