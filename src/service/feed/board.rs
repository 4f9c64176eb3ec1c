//! What of a case may hang on a wall: counts and titles, nothing of any person.

use super::super::storage::Result;
use crate::domain::act::AnyAct;
use crate::domain::command::Event;
use crate::domain::incident::act::{
    Act, Amend, Assign, AtUnits, FinishWork, FollowUp, Join, Reason, Register, ReportIn, Triage,
    Words,
};
use crate::domain::incident::conflict::Conflict;
use crate::domain::incident::ending::Ending;
use crate::domain::incident::{FourElements, Incident, Signature, Source};
use crate::domain::record::{Body, Record};
use crate::domain::warning::Warning;

/// The record as it may hang on a wall.
pub fn board_record(doc: &str) -> Result<String> {
    let mut record: Record = serde_json::from_str(doc)?;
    record.sealed = None;
    match &mut record.body {
        Body::Incident(incident) => board_incident(incident),
        Body::Warning(warning) => board_warning(warning),
        Body::Entry(_)
        | Body::Place(_)
        | Body::Unit(_)
        | Body::Person(_)
        | Body::Post(_)
        | Body::Rota(_)
        | Body::Policy(_)
        | Body::Officer(_)
        | Body::LogLine(_)
        | Body::DutyShift(_)
        | Body::Handover(_)
        | Body::Unknown { .. } => {}
    }
    Ok(serde_json::to_string(&record)?)
}

/// Takes away whatever names or quotes a person.
fn board_incident(incident: &mut Incident) {
    incident.summary = String::new();
    incident.parties = Vec::new();
    incident.source = nameless(&incident.source);
    incident.elements = FourElements::default();
    incident.step.holder.person = None;
    for holder in incident.assist.iter_mut().chain(&mut incident.copies) {
        holder.person = None;
    }
    for grading in &mut incident.gradings {
        grading.reason = String::new();
    }
    if let Some(finish) = &mut incident.finish {
        finish.text = String::new();
    }
    if let Some(verified) = &mut incident.verified {
        verified.text = String::new();
    }
    for follow_up in &mut incident.follow_ups {
        follow_up.made.text = String::new();
    }
    if let Some(strike_off) = &mut incident.strike_off {
        strike_off.proposed.text = String::new();
        if let Some(signed) = &mut strike_off.signed {
            signed.text = String::new();
        }
    }
    if let Some(reopened) = &mut incident.reopened {
        reopened.text = String::new();
    }
    board_steering(incident);
    for card in &mut incident.conflicts {
        board_conflict(card);
    }
    if let Some(snooze) = &mut incident.alarm.snooze {
        snooze.reason = String::new();
    }
    // What a newer program added may name somebody.
    incident.extra = serde_json::Map::new();
}

/// What a warning is about and why, as facts; nothing that anybody said.
fn board_warning(warning: &mut Warning) {
    warning.subject.wordless();
    warning.why.wordless();
    for turn in &mut warning.turns {
        turn.reason = String::new();
    }
    if let Some(lifted) = &mut warning.lifted {
        lifted.reason = String::new();
    }
    if let Some(snooze) = &mut warning.alarm.snooze {
        snooze.reason = String::new();
    }
    warning.extra = serde_json::Map::new();
}

/// Whom it was given to, told of and asked for: units and times stay, words and
/// people go.
fn board_steering(incident: &mut Incident) {
    let mut said: Vec<&mut Signature> = Vec::new();
    said.extend(&mut incident.triage);
    said.extend(incident.supervisions.iter_mut().map(|made| &mut made.by));
    said.extend(incident.readings.iter_mut().map(|made| &mut made.by));
    for extension in &mut incident.extensions {
        said.push(&mut extension.asked);
        said.extend(extension.answer.as_mut().map(|answer| &mut answer.by));
    }
    for whistle in &mut incident.whistles {
        said.push(&mut whistle.made);
        for called in &mut whistle.called {
            called.unit.person = None;
            said.extend(&mut called.reported);
            said.extend(called.rated.as_mut().map(|rated| &mut rated.by));
        }
    }
    match &mut incident.ending {
        Some(Ending::Voided { said: own }) => said.push(own),
        Some(Ending::ReturnedToPolice {
            said: own,
            confirmed_with,
        }) => {
            confirmed_with.clear();
            said.push(own);
        }
        Some(Ending::StruckOff | Ending::Merged { .. }) | None => {}
    }
    said.extend(incident.fold.as_mut().map(|fold| &mut fold.by));
    let cases = incident.merged.iter_mut().chain(&mut incident.links);
    said.extend(cases.map(|link| &mut link.by));
    for signature in said {
        signature.text = String::new();
    }
}

fn board_conflict(card: &mut Conflict) {
    card.first.words = String::new();
    card.second.words = String::new();
    card.undone = None;
    if let Some(decided) = &mut card.decided {
        decided.words = String::new();
    }
}

fn nameless(source: &Source) -> Source {
    Source {
        channel: source.channel,
        name: String::new(),
        phone: String::new(),
    }
}

/// The event as it may hang on a wall. One that this program cannot read keeps
/// nothing but the fact that there was one.
pub fn board_event(text: &str) -> Result<String> {
    let Ok(mut event) = serde_json::from_str::<Event>(text) else {
        return Ok("{}".to_owned());
    };
    event.act = match event.act {
        AnyAct::Incident(act) => board_act(act).into(),
        // Without words already; a wall is sent no record of the desk itself.
        AnyAct::Duty(act) => act.for_event().into(),
        AnyAct::Warning(act) => act.wordless().into(),
        // Nothing of any person hangs on a wall, and it is sent no roster; what
        // comes here all the same keeps nothing.
        AnyAct::Roster(_) | AnyAct::Network(_) => return Ok("{}".to_owned()),
    };
    Ok(serde_json::to_string(&event)?)
}

fn board_act(act: Act) -> Act {
    match act {
        Act::Register(args) => Act::Register(Box::new(Register {
            summary: String::new(),
            source: nameless(&args.source),
            parties: Vec::new(),
            sealed: Vec::new(),
            ..*args
        })),
        Act::Snooze(mut args) => {
            args.reason = String::new();
            Act::Snooze(args)
        }
        Act::Note(mut args) => {
            args.text = String::new();
            Act::Note(args)
        }
        Act::Call(mut args) => {
            args.call.with = String::new();
            args.call.phone = String::new();
            args.text = String::new();
            Act::Call(args)
        }
        Act::Reveal(mut args) => {
            args.reason = String::new();
            Act::Reveal(args)
        }
        Act::Amend(args) => Act::Amend(Box::new(Amend {
            summary: None,
            task: None,
            schedule: None,
            path: None,
            owner: None,
            ..*args
        })),
        Act::Raise(mut args) => {
            args.reason = String::new();
            Act::Raise(args)
        }
        Act::Lower(mut args) => {
            args.reason = String::new();
            Act::Lower(args)
        }
        Act::Assign(args) => Act::Assign(Box::new(board_assign(*args))),
        Act::Accept(mut args) => {
            args.on_behalf = None;
            Act::Accept(args)
        }
        Act::Return(mut args) => {
            args.reason = String::new();
            args.on_behalf = None;
            Act::Return(args)
        }
        Act::Finish(args) => Act::Finish(FinishWork {
            text: String::new(),
            on_behalf: None,
            ..args
        }),
        Act::FollowUp(args) => Act::FollowUp(FollowUp {
            text: String::new(),
            ..args
        }),
        Act::Verify(_) => Act::Verify(Words::default()),
        Act::ProposeStrikeOff(_) => Act::ProposeStrikeOff(Words::default()),
        Act::SignStrikeOff(_) => Act::SignStrikeOff(Words::default()),
        Act::Triage(_)
        | Act::Escalate(_)
        | Act::HandDown(_)
        | Act::Copy(_)
        | Act::Read(_)
        | Act::Whistle(_)
        | Act::ReportIn(_)
        | Act::RateWhistle(_)
        | Act::Supervise(_)
        | Act::LiftSupervision(_)
        | Act::AskExtension(_)
        | Act::GrantExtension(_)
        | Act::RefuseExtension(_)
        | Act::ReturnToPolice(_)
        | Act::Void(_)
        | Act::Merge(_)
        | Act::Unmerge(_)
        | Act::Link(_)
        | Act::Unlink(_) => board_steering_act(act),
        Act::Recall(_) => Act::Recall(Reason::default()),
        Act::SendBack(_) => Act::SendBack(Reason::default()),
        Act::DeclineStrikeOff(_) => Act::DeclineStrikeOff(Reason::default()),
        Act::Reopen(_) => Act::Reopen(Reason::default()),
        Act::Settle(mut args) => {
            args.words = String::new();
            Act::Settle(args)
        }
        Act::Acknowledge(_) => act,
    }
}

fn board_steering_act(act: Act) -> Act {
    match act {
        Act::Triage(args) => Act::Triage(Box::new(Triage {
            opinion: String::new(),
            route: args.route.map(board_assign),
            ..*args
        })),
        Act::Escalate(mut args) => {
            args.to.person = None;
            args.reason = String::new();
            Act::Escalate(args)
        }
        Act::HandDown(mut args) => {
            args.to.person = None;
            args.words = String::new();
            Act::HandDown(args)
        }
        Act::Copy(args) => Act::Copy(board_units(args)),
        Act::Whistle(args) => Act::Whistle(board_units(args)),
        Act::Read(_) => Act::Read(Words::default()),
        Act::ReportIn(args) => Act::ReportIn(ReportIn {
            text: String::new(),
            on_behalf: None,
            ..args
        }),
        Act::RateWhistle(mut args) => {
            args.text = String::new();
            Act::RateWhistle(args)
        }
        Act::Supervise(mut args) => {
            args.reason = String::new();
            Act::Supervise(args)
        }
        Act::LiftSupervision(_) => Act::LiftSupervision(Reason::default()),
        Act::AskExtension(mut args) => {
            args.reason = String::new();
            args.on_behalf = None;
            Act::AskExtension(args)
        }
        Act::GrantExtension(mut args) => {
            args.text = String::new();
            Act::GrantExtension(args)
        }
        Act::RefuseExtension(mut args) => {
            args.reason = String::new();
            Act::RefuseExtension(args)
        }
        Act::ReturnToPolice(mut args) => {
            args.reason = String::new();
            args.confirmed_with = String::new();
            Act::ReturnToPolice(args)
        }
        Act::Void(_) => Act::Void(Reason::default()),
        Act::Merge(_) => Act::Merge(Join::default()),
        Act::Unmerge(_) => Act::Unmerge(Join::default()),
        Act::Link(_) => Act::Link(Join::default()),
        Act::Unlink(_) => Act::Unlink(Join::default()),
        other => other,
    }
}

fn board_assign(mut args: Assign) -> Assign {
    args.lead.person = None;
    for helper in args.assist.iter_mut().chain(&mut args.copies) {
        helper.person = None;
    }
    Assign {
        elements: FourElements::default(),
        words: String::new(),
        ..args
    }
}

fn board_units(mut args: AtUnits) -> AtUnits {
    for unit in &mut args.units {
        unit.person = None;
    }
    AtUnits {
        words: String::new(),
        ..args
    }
}
