//! From options to an act. `--args` takes the act's arguments as the service's
//! API has them; the other options are the same by name.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::args::ActArgs;
use super::super::desk::OpenDesk;
use super::super::exit::Trouble;
use super::super::value;
use super::steering;
use crate::domain::entry::{Call, CallOutcome, Direction};
use crate::domain::ids::{RecordId, UnitId};
use crate::domain::incident::act::{
    Accept, Acknowledge, Act, Amend, Assign, CallLogged, Edit, FinishWork, FollowUp, Grade,
    HolderId, Note, OnBehalf, Reason, ReturnWork, Settle, SnoozeUntil, Words,
};
use crate::domain::incident::conflict::Way;
use crate::domain::incident::verb::{Aims, Verb};
use crate::domain::incident::{FourElements, Incident, Outcome};
use crate::domain::time::{Minutes, Timestamp};
use crate::i18n::t;
use crate::store::view::Pick;

/// The most units that a complaint about a name lists.
const NAMED_MAX: usize = 5;

/// Complains about options that the verb does not take: nothing that was typed
/// is passed over in silence.
pub fn check(args: &ActArgs) -> Result<(), Trouble> {
    let verb = args.verb.0;
    if verb == Verb::Register {
        return Err(Trouble::usage(t!("cli.act.register")));
    }
    if verb == Verb::Reveal {
        return Err(Trouble::usage(t!("cli.act.reveal")));
    }
    let taken = if args.args.is_some() {
        match verb.aims_at() {
            Aims::One => &["--args"][..],
            Aims::Pair => &["--args", "--other"][..],
        }
    } else {
        takes(verb)
    };
    if verb.aims_at() == Aims::Pair {
        needed("--other", args.other.as_ref())?;
    }
    match given(args).into_iter().find(|name| !taken.contains(name)) {
        Some(name) => Err(Trouble::usage(t!(
            "cli.act.not-taken",
            verb = verb,
            option = name
        ))),
        None => Ok(()),
    }
}

/// The options that a verb takes.
const fn takes(verb: Verb) -> &'static [&'static str] {
    match verb {
        Verb::Register | Verb::Reveal | Verb::Acknowledge => &[],
        Verb::Snooze => &["--minutes", "--reason"],
        Verb::Note | Verb::Read | Verb::Verify | Verb::ProposeStrikeOff | Verb::SignStrikeOff => {
            &["--text"]
        }
        Verb::Call => &["--with", "--phone", "--direction", "--outcome", "--text"],
        Verb::Amend => &["--task", "--step", "--path", "--owner"],
        Verb::Raise | Verb::Lower => &["--rank", "--reason"],
        Verb::Assign => &[
            "--lead", "--assist", "--copy", "--task", "--step", "--path", "--owner", "--due",
            "--text",
        ],
        Verb::Triage => &[
            "--text",
            "--category",
            "--scale",
            "--emergency",
            "--lead",
            "--assist",
            "--copy",
            "--task",
            "--step",
            "--path",
            "--owner",
            "--due",
        ],
        Verb::Escalate => &["--to", "--reason"],
        Verb::HandDown => &["--to", "--due", "--text"],
        Verb::Copy | Verb::Whistle => &["--unit", "--text"],
        Verb::ReportIn => &["--unit", "--text", "--on-behalf", "--by"],
        Verb::RateWhistle => &["--unit", "--mark", "--text"],
        Verb::Supervise => &["--level", "--reason"],
        Verb::AskExtension => &["--days", "--reason", "--on-behalf", "--by"],
        Verb::GrantExtension => &["--days", "--text"],
        Verb::ReturnToPolice => &["--reason", "--with"],
        Verb::Merge | Verb::Unmerge | Verb::Link | Verb::Unlink => &["--other", "--reason"],
        Verb::Accept => &["--on-behalf", "--by"],
        Verb::Return => &["--reason", "--on-behalf", "--by"],
        Verb::Finish => &["--outcome", "--method", "--text", "--on-behalf", "--by"],
        Verb::Recall
        | Verb::SendBack
        | Verb::DeclineStrikeOff
        | Verb::Reopen
        | Verb::LiftSupervision
        | Verb::RefuseExtension
        | Verb::Void => &["--reason"],
        Verb::FollowUp => &["--outcome", "--text"],
        Verb::Settle => &["--way", "--text"],
    }
}

fn given(args: &ActArgs) -> Vec<&'static str> {
    let single = [
        ("--args", args.args.is_some()),
        ("--reason", args.reason.is_some()),
        ("--text", args.text.is_some()),
        ("--rank", args.rank.is_some()),
        ("--lead", args.lead.is_some()),
        ("--assist", !args.assist.is_empty()),
        ("--copy", !args.copies.is_empty()),
        ("--task", args.task.is_some()),
        ("--step", !args.schedule.is_empty()),
        ("--path", args.path.is_some()),
        ("--owner", args.owner.is_some()),
        ("--due", args.due.is_some()),
        ("--minutes", args.minutes.is_some()),
        ("--way", args.way.is_some()),
        ("--outcome", args.outcome.is_some()),
        ("--method", args.method.is_some()),
        ("--with", args.with.is_some()),
        ("--phone", args.phone.is_some()),
        ("--direction", args.direction.is_some()),
        ("--on-behalf", args.on_behalf.is_some()),
        ("--by", args.by.is_some()),
        ("--category", args.category.is_some()),
        ("--scale", args.scale.is_some()),
        ("--emergency", args.emergency.is_some()),
        ("--to", args.to.is_some()),
        ("--unit", !args.units.is_empty()),
        ("--mark", args.mark.is_some()),
        ("--level", args.level.is_some()),
        ("--days", args.days.is_some()),
        ("--other", args.other.is_some()),
    ];
    single
        .into_iter()
        .filter(|(_, there)| *there)
        .map(|(name, _)| name)
        .collect()
}

/// The act that the options describe, on an incident as it looks.
pub fn act(
    args: &ActArgs,
    incident: &Incident,
    now: Timestamp,
    unit: &dyn Fn(&str) -> Result<HolderId, Trouble>,
) -> Result<Act, Trouble> {
    let verb = args.verb.0;
    if let Some(text) = &args.args {
        return from_json(verb, text, incident);
    }
    Ok(match verb {
        Verb::Register => return Err(Trouble::usage(t!("cli.act.register"))),
        Verb::Reveal => return Err(Trouble::usage(t!("cli.act.reveal"))),
        Verb::Acknowledge => Act::Acknowledge(Acknowledge {
            episode: incident.alarm.episode,
        }),
        Verb::Snooze => Act::Snooze(SnoozeUntil {
            until: now.saturating_add(Minutes(needed("--minutes", args.minutes.as_ref())?)),
            reason: args.reason.clone().unwrap_or_default(),
        }),
        Verb::Note => Act::Note(Note {
            entry: new_entry(),
            text: needed("--text", args.text.as_ref())?,
            corrects: None,
        }),
        Verb::Call => Act::Call(call(args)?),
        Verb::Amend => Act::Amend(Box::new(amend(args, incident))),
        Verb::Raise => Act::Raise(grade(args)?),
        Verb::Lower => Act::Lower(grade(args)?),
        Verb::Triage => Act::Triage(Box::new(steering::triage(args, incident, unit)?)),
        Verb::Assign => {
            let words = args.text.clone().unwrap_or_default();
            Act::Assign(Box::new(assign(args, words, unit)?))
        }
        Verb::Escalate => Act::Escalate(steering::escalate(args, unit)?),
        Verb::HandDown => Act::HandDown(steering::hand_down(args, unit)?),
        Verb::Copy => Act::Copy(steering::at_units(args, unit)?),
        Verb::Read => Act::Read(words(args)),
        Verb::Whistle => Act::Whistle(steering::at_units(args, unit)?),
        Verb::ReportIn => Act::ReportIn(steering::report_in(args, unit)?),
        Verb::RateWhistle => Act::RateWhistle(steering::rate(args, incident, unit)?),
        Verb::Supervise => Act::Supervise(steering::supervise(args)?),
        Verb::LiftSupervision => Act::LiftSupervision(reason(args)?),
        Verb::AskExtension => Act::AskExtension(steering::ask_extension(args)?),
        Verb::GrantExtension => Act::GrantExtension(steering::grant(args, incident)?),
        Verb::RefuseExtension => Act::RefuseExtension(steering::refuse(args, incident)?),
        Verb::ReturnToPolice => Act::ReturnToPolice(steering::to_police(args)?),
        Verb::Void => Act::Void(reason(args)?),
        Verb::Merge => Act::Merge(steering::join(args)?),
        Verb::Unmerge => Act::Unmerge(steering::join(args)?),
        Verb::Link => Act::Link(steering::join(args)?),
        Verb::Unlink => Act::Unlink(steering::join(args)?),
        Verb::Accept => Act::Accept(Accept {
            on_behalf: on_behalf(args),
        }),
        Verb::Return => Act::Return(ReturnWork {
            reason: needed("--reason", args.reason.as_ref())?,
            on_behalf: on_behalf(args),
        }),
        Verb::Recall => Act::Recall(reason(args)?),
        Verb::Finish => Act::Finish(finish(args)?),
        Verb::Verify => Act::Verify(words(args)),
        Verb::SendBack => Act::SendBack(reason(args)?),
        Verb::FollowUp => {
            let outcome = needed("--outcome", args.outcome.as_ref())?;
            Act::FollowUp(FollowUp {
                outcome: value::of_option("--outcome", &outcome)?,
                text: args.text.clone().unwrap_or_default(),
            })
        }
        Verb::ProposeStrikeOff => Act::ProposeStrikeOff(words(args)),
        Verb::SignStrikeOff => Act::SignStrikeOff(words(args)),
        Verb::DeclineStrikeOff => Act::DeclineStrikeOff(reason(args)?),
        Verb::Reopen => Act::Reopen(reason(args)?),
        Verb::Settle => Act::Settle(settle(args, incident)?),
    })
}

/// A ruling on the card that has been open longest.
fn settle(args: &ActArgs, incident: &Incident) -> Result<Settle, Trouble> {
    let way: Way = value::of_option("--way", &needed("--way", args.way.as_ref())?)?;
    let card = incident
        .open_conflicts()
        .next()
        .ok_or_else(|| Trouble::usage(t!("refusal.no-conflict")))?;
    Ok(Settle {
        conflict: card.id,
        way,
        words: args.text.clone().unwrap_or_default(),
        entry: (way == Way::Note).then(new_entry),
    })
}

/// The arguments as the API has them; what a person would not type (the id of
/// a new entry, the episode on the screen) is filled in.
fn from_json(verb: Verb, text: &str, incident: &Incident) -> Result<Act, Trouble> {
    let wrong = |error: serde_json::Error| Trouble::usage(t!("cli.act.args")).because(error);
    let mut args: Value = serde_json::from_str(text).map_err(wrong)?;
    if let Value::Object(fields) = &mut args {
        match verb {
            Verb::Note | Verb::Call => {
                fields.entry("entry").or_insert_with(|| json!(new_entry()));
            }
            Verb::Acknowledge => {
                fields
                    .entry("episode")
                    .or_insert_with(|| json!(incident.alarm.episode));
            }
            _ => {}
        }
    }
    Act::deserialize(json!({"verb": verb, "args": args})).map_err(wrong)
}

fn call(args: &ActArgs) -> Result<CallLogged, Trouble> {
    let direction = match &args.direction {
        Some(text) => value::of_option("--direction", text)?,
        None => Direction::Out,
    };
    let outcome = match &args.outcome {
        Some(text) => value::of_option("--outcome", text)?,
        None => CallOutcome::Answered,
    };
    Ok(CallLogged {
        entry: new_entry(),
        call: Call {
            direction,
            with: needed("--with", args.with.as_ref())?,
            phone: args.phone.clone().unwrap_or_default(),
            outcome,
        },
        text: args.text.clone().unwrap_or_default(),
    })
}

fn amend(args: &ActArgs, incident: &Incident) -> Amend {
    let elements = &incident.elements;
    let edit = |from: &String, to: &Option<String>| {
        to.as_ref().map(|to| Edit {
            from: from.clone(),
            to: to.clone(),
        })
    };
    Amend {
        task: edit(&elements.task, &args.task),
        schedule: (!args.schedule.is_empty()).then(|| Edit {
            from: elements.schedule.clone(),
            to: args.schedule.clone(),
        }),
        path: edit(&elements.path, &args.path),
        owner: edit(&elements.owner, &args.owner),
        ..Amend::default()
    }
}

fn grade(args: &ActArgs) -> Result<Grade, Trouble> {
    Ok(Grade {
        to: value::rank(&needed("--rank", args.rank.as_ref())?)?,
        reason: needed("--reason", args.reason.as_ref())?,
    })
}

pub(super) fn assign(
    args: &ActArgs,
    words: String,
    unit: &dyn Fn(&str) -> Result<HolderId, Trouble>,
) -> Result<Assign, Trouble> {
    let all = |names: &[String]| -> Result<Vec<HolderId>, Trouble> {
        names.iter().map(|name| unit(name)).collect()
    };
    Ok(Assign {
        lead: unit(&needed("--lead", args.lead.as_ref())?)?,
        assist: all(&args.assist)?,
        copies: all(&args.copies)?,
        elements: FourElements {
            task: args.task.clone().unwrap_or_default(),
            schedule: args.schedule.clone(),
            path: args.path.clone().unwrap_or_default(),
            owner: args.owner.clone().unwrap_or_default(),
        },
        due: args.due.as_deref().map(value::moment).transpose()?,
        words,
    })
}

fn finish(args: &ActArgs) -> Result<FinishWork, Trouble> {
    let outcome = match &args.outcome {
        Some(text) => value::of_option("--outcome", text)?,
        None => Outcome::Resolved,
    };
    let method = args
        .method
        .as_deref()
        .map(|code| value::of_option("--method", code))
        .transpose()?;
    Ok(FinishWork {
        outcome,
        method,
        text: needed("--text", args.text.as_ref())?,
        on_behalf: on_behalf(args),
    })
}

fn words(args: &ActArgs) -> Words {
    Words {
        text: args.text.clone().unwrap_or_default(),
    }
}

pub(super) fn reason(args: &ActArgs) -> Result<Reason, Trouble> {
    Ok(Reason {
        reason: needed("--reason", args.reason.as_ref())?,
    })
}

pub(super) fn on_behalf(args: &ActArgs) -> Option<OnBehalf> {
    Some(OnBehalf {
        of: args.on_behalf.clone()?,
        by: args.by.clone()?,
    })
}

pub(super) fn needed<T: Clone>(option: &str, given: Option<&T>) -> Result<T, Trouble> {
    given
        .cloned()
        .ok_or_else(|| Trouble::usage(t!("cli.usage.missing-argument", arg = option)))
}

/// An id for an entry that an act makes.
pub fn new_entry() -> RecordId {
    RecordId::new(uuid::Uuid::now_v7())
}

/// The unit of that id, of exactly that name, or the only one whose name has
/// these words.
pub fn unit(desk: &OpenDesk, name: &str) -> Result<HolderId, Trouble> {
    let holder = |unit: UnitId| HolderId { unit, person: None };
    if let Ok(id) = name.parse::<UnitId>() {
        return Ok(holder(id));
    }
    let found = desk
        .store
        .units(name, None, NAMED_MAX + 1)
        .wait()
        .map_err(|error| desk.store_trouble(error))?;
    let exact = found.iter().find(|pick| unit_name(pick) == name);
    match (exact, found.as_slice()) {
        (Some(one), _) | (None, [one]) => Ok(holder(one.record.id.into())),
        (None, []) => Err(Trouble::usage(t!("cli.act.no-unit", name = name))),
        (None, several) => {
            let names: Vec<&str> = several.iter().take(NAMED_MAX).map(unit_name).collect();
            let what = t!("cli.act.several-units", name = name);
            Err(Trouble::usage(what).mend(t!("cli.usage.one-of", names = names.join(", "))))
        }
    }
}

fn unit_name(pick: &Pick) -> &str {
    match &pick.record.body {
        crate::domain::record::Body::Unit(unit) => &unit.name,
        _ => "",
    }
}
