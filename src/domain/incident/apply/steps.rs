//! What each verb does to the incident, apart from the move itself.

use super::next::Next;
use super::{amend, assign, check, ending, extend, grade, route, signature, supervise, whistle};
use crate::domain::alarm::{Acknowledgement, AlarmState, Snooze};
use crate::domain::command::Context;
use crate::domain::incident::act::{
    Accept, Acknowledge, Act, FinishWork, FollowUp, FollowUpOutcome, SnoozeUntil,
};
use crate::domain::incident::ending::Ending;
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::Refusal;
use crate::domain::incident::stage::Stage;
use crate::domain::incident::verb::Verb;
use crate::domain::incident::{FOLLOW_UPS_KEPT_MAX, Finish, FollowUpMade, Incident, StrikeOff};
use crate::domain::policy::SnoozeRule;

/// Does what the verb does and says where it leads.
pub fn step(incident: &mut Incident, act: &Act, context: &Context<'_>) -> Result<Next, Refusal> {
    match act {
        // Handled before: an incident that exists cannot be registered, and
        // the others need more than the incident.
        Act::Register(_)
        | Act::Raise(_)
        | Act::Settle(_)
        | Act::Reveal(_)
        | Act::Supervise(_)
        | Act::Whistle(_)
        | Act::AskExtension(_)
        | Act::Merge(_)
        | Act::Unmerge(_)
        | Act::Link(_)
        | Act::Unlink(_) => Err(Refusal::Exists),
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
        Act::Amend(args) => amend::amend(incident, args),
        Act::Lower(args) => grade::lower(incident, args, context),
        Act::Assign(args) => {
            assign::assign(incident, args, Verb::Assign, context)?;
            Ok(Next::Only)
        }
        Act::Triage(args) => route::triage(incident, args, context),
        Act::Escalate(args) => route::escalate(incident, args, context),
        Act::HandDown(args) => route::hand_down(incident, args, context),
        Act::Copy(args) => route::copy(incident, args, context),
        Act::Read(args) => route::read(incident, args, context),
        Act::ReportIn(args) => whistle::report_in(incident, args, context),
        Act::RateWhistle(args) => whistle::rate(incident, args, context),
        Act::LiftSupervision(args) => supervise::lift(incident, &args.reason, context),
        Act::GrantExtension(args) => extend::grant(incident, args, context),
        Act::RefuseExtension(args) => extend::refuse(incident, args, context),
        Act::ReturnToPolice(args) => ending::to_police(incident, args, context),
        Act::Void(args) => ending::void(incident, &args.reason, context),
        Act::Accept(Accept { on_behalf }) => {
            check::on_behalf(on_behalf.as_ref())?;
            Ok(Next::Only)
        }
        Act::Return(args) => assign::give_back(incident, args),
        Act::Recall(args) => assign::recall(incident, args),
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
            incident.ending = Some(Ending::StruckOff);
            Ok(Next::Only)
        }
        Act::DeclineStrikeOff(args) => {
            check::reason(&args.reason)?;
            incident.strike_off = None;
            Ok(Next::Only)
        }
        Act::Reopen(args) => {
            check::reason(&args.reason)?;
            grade::reopen(incident, signature(&args.reason, context)?);
            Ok(Next::Only)
        }
    }
}

/// A second acknowledgement is a fact, not a clash: the first officer goes on
/// answering for the alarm unless that had lapsed.
fn acknowledge(incident: &mut Incident, args: &Acknowledge, context: &Context<'_>) -> Next {
    if args.episode < incident.alarm.episode {
        return Next::Stay;
    }
    let answered = match incident.alarm_state(context.policy, context.at) {
        AlarmState::Acknowledged | AlarmState::AckExpiring => true,
        AlarmState::Unacknowledged
        | AlarmState::AckLapsed
        | AlarmState::Snoozed
        | AlarmState::SnoozeEnded => false,
    };
    let alarm = &mut incident.alarm;
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
        made: made.clone(),
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
            grade::reopen(incident, made);
            Next::Way(Stage::Handling)
        }
        FollowUpOutcome::NotReached => Next::Way(Stage::Verified),
    })
}
