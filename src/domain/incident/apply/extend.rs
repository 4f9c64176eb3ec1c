//! 延期: asked for once at a time, answered once, counted in working days.

use super::next::Next;
use super::{check, signature};
use crate::domain::calendar::{self, Limit};
use crate::domain::command::Context;
use crate::domain::ids::CommandId;
use crate::domain::incident::Incident;
use crate::domain::incident::act::{AskExtension, GrantExtension, RefuseExtension};
use crate::domain::incident::extension::{
    Answer, Answered, EXTENSION_WORKING_DAYS_MAX, EXTENSIONS_KEPT_MAX, Extension,
};
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::{Refusal, Verdict};

/// Asks for more time.
pub fn ask(
    incident: &mut Incident,
    args: &AskExtension,
    id: CommandId,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    check::reason(&args.reason)?;
    check::on_behalf(args.on_behalf.as_ref())?;
    in_range(args.days)?;
    if incident.open_extension().is_some() {
        return Err(Refusal::Already { field: Field::Days });
    }
    incident.extensions.push(Extension {
        id,
        unit: incident.step.holder.unit.clone(),
        asked: signature(&args.reason, context)?,
        days: args.days,
        answer: None,
    });
    let surplus = incident
        .extensions
        .len()
        .saturating_sub(EXTENSIONS_KEPT_MAX);
    incident.extensions.drain(..surplus);
    Ok(Next::Stay)
}

/// Grants days: the running deadline moves by so many working days.
pub fn grant(
    incident: &mut Incident,
    args: &GrantExtension,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    check::optional_words(&args.text)?;
    in_range(args.days)?;
    answer(
        incident,
        args.asked,
        Answer::Granted(args.days),
        &args.text,
        context,
    )?;
    let from = incident
        .deadline
        .as_ref()
        .map_or(context.at, |deadline| deadline.at);
    let days = Limit::WorkingDays(u32::from(args.days));
    incident.deadline = Some(calendar::deadline(from, days, &context.policy.holidays));
    Ok(Next::Stay)
}

/// Grants none.
pub fn refuse(
    incident: &mut Incident,
    args: &RefuseExtension,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    check::reason(&args.reason)?;
    answer(incident, args.asked, Answer::Refused, &args.reason, context)?;
    Ok(Next::Stay)
}

/// What is finished or goes to somebody else needs no more time.
pub fn lapse(incident: &mut Incident, context: &Context<'_>) -> Verdict {
    match incident.open_extension().map(|extension| extension.id) {
        Some(open) => answer(incident, open, Answer::Lapsed, "", context),
        None => Ok(()),
    }
}

fn in_range(days: u16) -> Verdict {
    if (1..=EXTENSION_WORKING_DAYS_MAX).contains(&days) {
        return Ok(());
    }
    Err(Refusal::DaysRange {
        max: EXTENSION_WORKING_DAYS_MAX,
    })
}

fn answer(
    incident: &mut Incident,
    asked: CommandId,
    what: Answer,
    text: &str,
    context: &Context<'_>,
) -> Verdict {
    let by = signature(text, context)?;
    let request = incident
        .extensions
        .iter_mut()
        .find(|extension| extension.id == asked)
        .ok_or(Refusal::NoRequest)?;
    if let Some(answered) = &request.answer {
        return Err(Refusal::Answered {
            by: answered.by.by.clone(),
            at: answered.by.at,
        });
    }
    request.answer = Some(Answered { what, by });
    Ok(())
}
