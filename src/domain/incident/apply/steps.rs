//! What each verb does to the incident, apart from the move itself.

use super::check;
use super::start_clock;
use crate::domain::alarm::{Acknowledgement, AlarmState, Snooze};
use crate::domain::command::Context;
use crate::domain::incident::act::{
    Accept, Acknowledge, Act, Amend, Assign, Edit, FinishWork, FollowUp, FollowUpOutcome, Grade,
    HolderId, ReturnWork, SnoozeUntil,
};
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::{Refusal, Verdict};
use crate::domain::incident::stage::Stage;
use crate::domain::incident::verb::Verb;
use crate::domain::incident::{
    FOLLOW_UPS_KEPT_MAX, Finish, FollowUpMade, GRADINGS_KEPT_MAX, Grading, HELPERS_MAX, Incident,
    SUMMARY_MAX_CHARS, Signature, StrikeOff, TITLE_MAX_CHARS,
};
use crate::domain::policy::SnoozeRule;
use crate::domain::unit::Holder;

/// Where a step leads.
pub enum Next {
    /// The stage stays.
    Stay,
    /// The only way that the table gives.
    Only,
    /// One of several ways.
    Way(Stage),
}

/// Does what the verb does and says where it leads.
pub fn step(incident: &mut Incident, act: &Act, context: &Context<'_>) -> Result<Next, Refusal> {
    match act {
        // Handled before: an incident that exists cannot be registered.
        Act::Register(_) => Err(Refusal::Exists),
        Act::Acknowledge(args) => Ok(acknowledge(incident, args, context)),
        Act::Snooze(args) => snooze(incident, args, context),
        Act::Note(args) => {
            check::words(&args.text)?;
            incident.counts.notes = incident.counts.notes.saturating_add(1);
            Ok(Next::Stay)
        }
        Act::Call(args) => {
            check::optional_words(&args.text)?;
            incident.counts.calls = incident.counts.calls.saturating_add(1);
            Ok(Next::Stay)
        }
        Act::Amend(args) => amend(incident, args),
        Act::Raise(args) => raise(incident, args, context),
        Act::Lower(args) => lower(incident, args, context),
        Act::Assign(args) => assign(incident, args, context),
        Act::Accept(Accept { on_behalf }) => {
            check::on_behalf(on_behalf.as_ref())?;
            Ok(Next::Only)
        }
        Act::Return(args) => give_back(incident, args),
        Act::Finish(args) => finish(incident, args, context),
        Act::Verify(args) => {
            incident.verified = Some(signature(&args.text, context)?);
            Ok(Next::Only)
        }
        Act::SendBack(args) => {
            check::reason(&args.reason)?;
            incident.counts.sent_back = incident.counts.sent_back.saturating_add(1);
            Ok(Next::Only)
        }
        Act::FollowUp(args) => follow_up(incident, args, context),
        Act::ProposeStrikeOff(args) => {
            let missing = incident.elements.missing();
            if !missing.is_empty() {
                return Err(Refusal::ElementsMissing { missing });
            }
            let proposed = signature(&args.text, context)?;
            incident.strike_off = Some(StrikeOff {
                proposed,
                signed: None,
            });
            Ok(Next::Only)
        }
        Act::SignStrikeOff(args) => {
            let signed = signature(&args.text, context)?;
            if let Some(strike) = &mut incident.strike_off {
                strike.signed = Some(signed);
            }
            Ok(Next::Only)
        }
        Act::DeclineStrikeOff(args) => {
            check::reason(&args.reason)?;
            incident.strike_off = None;
            Ok(Next::Only)
        }
        Act::Reopen(args) => {
            check::reason(&args.reason)?;
            reopen(incident);
            Ok(Next::Only)
        }
    }
}

fn signature(text: &str, context: &Context<'_>) -> Result<Signature, Refusal> {
    check::optional_words(text)?;
    Ok(Signature {
        by: context.author.reference(),
        at: context.at,
        text: text.to_owned(),
    })
}

/// A second acknowledgement is a fact, not a clash: the first officer goes on
/// answering for the alarm unless that had lapsed.
fn acknowledge(incident: &mut Incident, args: &Acknowledge, context: &Context<'_>) -> Next {
    let alarm = &mut incident.alarm;
    if args.episode < alarm.episode {
        return Next::Stay;
    }
    let spec = context.policy.level(alarm.rank);
    let answered = match alarm.state(spec, context.at) {
        AlarmState::Acknowledged | AlarmState::AckExpiring => true,
        AlarmState::Unacknowledged
        | AlarmState::AckLapsed
        | AlarmState::Snoozed
        | AlarmState::SnoozeEnded => false,
    };
    match &mut alarm.ack {
        Some(ack) if answered => ack.at = ack.at.max(context.at),
        ack => {
            *ack = Some(Acknowledgement {
                by: context.author.reference(),
                at: context.at,
            });
        }
    }
    alarm.snooze = None;
    Next::Stay
}

fn snooze(
    incident: &mut Incident,
    args: &SnoozeUntil,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    let rank = incident.alarm.rank;
    check::at_most(Field::Reason, &args.reason, check::REASON_MAX_CHARS)?;
    match context.policy.level(rank).snooze {
        SnoozeRule::Never => return Err(Refusal::NoSnooze { rank }),
        SnoozeRule::WithReason => check::reason(&args.reason)?,
        SnoozeRule::Freely => {}
    }
    let latest = context.at.saturating_add(context.policy.snooze_max);
    if args.until <= context.at || args.until > latest {
        return Err(Refusal::SnoozeRange { latest });
    }
    incident.alarm.snooze = Some(Snooze {
        by: context.author.reference(),
        at: context.at,
        until: args.until,
        reason: args.reason.clone(),
    });
    Ok(Next::Stay)
}

fn raise(incident: &mut Incident, args: &Grade, context: &Context<'_>) -> Result<Next, Refusal> {
    let from = incident.alarm.rank;
    check::reason(&args.reason)?;
    if args.to <= from || !context.policy.uses(args.to) {
        return Err(Refusal::RankStep {
            verb: Verb::Raise,
            from,
            to: args.to,
        });
    }
    graded(incident, args, context);
    incident.alarm = incident.alarm.raise_again(args.to, context.at);
    tighten_clock(incident, context);
    Ok(match incident.stage() {
        Stage::Closed => {
            reopen(incident);
            Next::Way(Stage::New)
        }
        Stage::AwaitingSignature => {
            incident.strike_off = None;
            Next::Way(Stage::FollowedUp)
        }
        Stage::New
        | Stage::Assigned
        | Stage::Handling
        | Stage::PendingCheck
        | Stage::Verified
        | Stage::FollowedUp => Next::Stay,
    })
}

/// One level at a time, and the running clock stays: lowering never grants
/// time in passing.
fn lower(incident: &mut Incident, args: &Grade, context: &Context<'_>) -> Result<Next, Refusal> {
    let from = incident.alarm.rank;
    check::reason(&args.reason)?;
    if context.policy.next_lower(from) != Some(args.to) {
        return Err(Refusal::RankStep {
            verb: Verb::Lower,
            from,
            to: args.to,
        });
    }
    graded(incident, args, context);
    incident.alarm.rank = args.to;
    Ok(Next::Stay)
}

fn graded(incident: &mut Incident, args: &Grade, context: &Context<'_>) {
    incident.gradings.push(Grading {
        from: incident.alarm.rank,
        to: args.to,
        by: context.author.reference(),
        at: context.at,
        reason: args.reason.clone(),
    });
    let surplus = incident.gradings.len().saturating_sub(GRADINGS_KEPT_MAX);
    incident.gradings.drain(..surplus);
}

/// A higher rank may shorten the running clock and never lengthens it.
fn tighten_clock(incident: &mut Incident, context: &Context<'_>) {
    let before = incident.deadline.take();
    start_clock(incident, incident.stage(), context);
    let sooner = match (&before, &incident.deadline) {
        (Some(old), Some(new)) => old.at <= new.at,
        (Some(_), None) => true,
        (None, _) => false,
    };
    if sooner {
        incident.deadline = before;
    }
}

fn reopen(incident: &mut Incident) {
    incident.counts.reopened = incident.counts.reopened.saturating_add(1);
    incident.strike_off = None;
    incident.verified = None;
    incident.finish = None;
    if incident.stage() == Stage::Closed {
        // Back to whoever took it first.
        incident.step.holder = Holder {
            unit: incident.creator.clone(),
            person: None,
        };
        incident.step.given_by = None;
        incident.step.finish_by = None;
    }
}

fn assign(incident: &mut Incident, args: &Assign, context: &Context<'_>) -> Result<Next, Refusal> {
    check::elements(&args.elements)?;
    check::optional_words(&args.words)?;
    check::count(Field::Assist, args.assist.len(), HELPERS_MAX)?;
    check::count(Field::Copies, args.copies.len(), HELPERS_MAX)?;
    if args.due.is_some_and(|due| due <= context.at) {
        return Err(Refusal::Unfit { field: Field::Due });
    }
    let all = |field: Field, ids: &[HolderId]| -> Result<Vec<Holder>, Refusal> {
        ids.iter()
            .map(|id| check::holder(field, *id, context.directory))
            .collect()
    };
    let lead = check::holder(Field::Lead, args.lead, context.directory)?;
    let assist = all(Field::Assist, &args.assist)?;
    let copies = all(Field::Copies, &args.copies)?;

    let given = &args.elements;
    let elements = &mut incident.elements;
    if !given.task.is_empty() {
        elements.task.clone_from(&given.task);
    }
    if !given.schedule.is_empty() {
        elements.schedule.clone_from(&given.schedule);
    }
    if !given.path.is_empty() {
        elements.path.clone_from(&given.path);
    }
    if !given.owner.is_empty() {
        elements.owner.clone_from(&given.owner);
    } else if let Some(person) = &lead.person {
        elements.owner.clone_from(&person.name);
    }
    incident.assist = assist;
    incident.copies = copies;
    incident.step.given_by = Some(context.author.unit.clone());
    incident.step.holder = lead;
    incident.step.finish_by = args.due;
    Ok(Next::Only)
}

fn give_back(incident: &mut Incident, args: &ReturnWork) -> Result<Next, Refusal> {
    check::reason(&args.reason)?;
    check::on_behalf(args.on_behalf.as_ref())?;
    let giver = incident
        .step
        .given_by
        .take()
        .ok_or(Refusal::NobodyToReturnTo)?;
    incident.counts.returned = incident.counts.returned.saturating_add(1);
    // What came down through several hands goes back the same way, as far as
    // the record remembers: to the giver, and from there to the creator.
    incident.step.given_by = (giver.id != incident.creator.id).then(|| incident.creator.clone());
    incident.step.holder = Holder {
        unit: giver,
        person: None,
    };
    incident.step.finish_by = None;
    Ok(Next::Only)
}

fn finish(
    incident: &mut Incident,
    args: &FinishWork,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    check::words(&args.text)?;
    check::on_behalf(args.on_behalf.as_ref())?;
    incident.finish = Some(Finish {
        by: context.author.reference(),
        at: context.at,
        outcome: args.outcome,
        method: args.method,
        text: args.text.clone(),
    });
    Ok(Next::Only)
}

fn follow_up(
    incident: &mut Incident,
    args: &FollowUp,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    let made = signature(&args.text, context)?;
    incident.follow_ups.push(FollowUpMade {
        made,
        outcome: args.outcome,
    });
    let surplus = incident
        .follow_ups
        .len()
        .saturating_sub(FOLLOW_UPS_KEPT_MAX);
    incident.follow_ups.drain(..surplus);
    Ok(match args.outcome {
        FollowUpOutcome::Satisfied | FollowUpOutcome::MostlySatisfied => {
            Next::Way(Stage::FollowedUp)
        }
        FollowUpOutcome::Dissatisfied => {
            check::words(&args.text)?;
            reopen(incident);
            Next::Way(Stage::Handling)
        }
        FollowUpOutcome::NotReached => Next::Way(Stage::Verified),
    })
}

fn amend(incident: &mut Incident, args: &Amend) -> Result<Next, Refusal> {
    if *args == Amend::default() {
        return Err(Refusal::Empty { field: Field::Text });
    }
    text(
        &mut incident.title,
        Field::Title,
        args.title.as_ref(),
        TITLE_MAX_CHARS,
    )?;
    text(
        &mut incident.place,
        Field::Place,
        args.place.as_ref(),
        TITLE_MAX_CHARS,
    )?;
    text(
        &mut incident.summary,
        Field::Summary,
        args.summary.as_ref(),
        SUMMARY_MAX_CHARS,
    )?;
    field(
        &mut incident.category,
        Field::Category,
        args.category.as_ref(),
    )?;
    field(&mut incident.scale, Field::Scale, args.scale.as_ref())?;
    field(
        &mut incident.people_count,
        Field::PeopleCount,
        args.people_count.as_ref(),
    )?;
    let elements = &mut incident.elements;
    field(&mut elements.task, Field::Task, args.task.as_ref())?;
    field(
        &mut elements.schedule,
        Field::Schedule,
        args.schedule.as_ref(),
    )?;
    field(&mut elements.path, Field::Path, args.path.as_ref())?;
    field(&mut elements.owner, Field::Owner, args.owner.as_ref())?;
    check::elements(&incident.elements)?;
    Ok(Next::Stay)
}

fn text(slot: &mut String, name: Field, edit: Option<&Edit<String>>, max: usize) -> Verdict {
    if let Some(edit) = edit {
        check::at_most(name, &edit.to, max)?;
    }
    field(slot, name, edit)
}

/// Another field changed meanwhile: both stand. The same field: refused with
/// both values, unless both say the same.
fn field<T>(slot: &mut T, name: Field, edit: Option<&Edit<T>>) -> Verdict
where
    T: Clone + PartialEq + serde::Serialize,
{
    let Some(edit) = edit else { return Ok(()) };
    if *slot != edit.from && *slot != edit.to {
        return Err(Refusal::FieldClash {
            field: name,
            theirs: shown(slot),
            yours: shown(&edit.to),
        });
    }
    slot.clone_from(&edit.to);
    Ok(())
}

/// A field's value as a person reads it in a clash.
fn shown<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(serde_json::Value::Array(lines)) => lines
            .iter()
            .filter_map(|line| line.as_str())
            .collect::<Vec<_>>()
            .join("\n"),
        Ok(serde_json::Value::Null) | Err(_) => String::new(),
        Ok(other) => other.to_string(),
    }
}
