//! Whose the step is next, and who is told: 分流、上报、下派、抄告、阅读.

use super::next::Next;
use super::{amend, assign, check, signature};
use crate::domain::command::Context;
use crate::domain::incident::act::{AtUnits, HandDown, ToUnit, Triage, Words};
use crate::domain::incident::chain;
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::{Refusal, Verdict};
use crate::domain::incident::stage::Stage;
use crate::domain::incident::verb::Verb;
use crate::domain::incident::{HELPERS_MAX, Incident, Reading};
use crate::domain::unit::Holder;

/// What it is and how urgent, and perhaps whose.
pub fn triage(
    incident: &mut Incident,
    args: &Triage,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    check::words(&args.opinion)?;
    amend::field(
        &mut incident.category,
        Field::Category,
        args.category.as_ref(),
    )?;
    amend::field(&mut incident.scale, Field::Scale, args.scale.as_ref())?;
    amend::field(
        &mut incident.emergency,
        Field::Emergency,
        args.emergency.as_ref(),
    )?;
    incident.triage = Some(signature(&args.opinion, context)?);
    match &args.route {
        None => Ok(Next::Way(Stage::New)),
        Some(route) => {
            assign::assign(incident, route, Verb::Triage, context)?;
            Ok(Next::Way(Stage::Assigned))
        }
    }
}

/// To the unit above.
pub fn escalate(
    incident: &mut Incident,
    args: &ToUnit,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    check::reason(&args.reason)?;
    let to = check::holder(Field::To, args.to, context.directory)?;
    give(incident, to, Verb::Escalate, context)?;
    incident.step.finish_by = None;
    Ok(Next::Only)
}

/// To a unit below.
pub fn hand_down(
    incident: &mut Incident,
    args: &HandDown,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    check::optional_words(&args.words)?;
    if args.due.is_some_and(|due| due <= context.at) {
        return Err(Refusal::Unfit { field: Field::Due });
    }
    let to = check::holder(Field::To, args.to, context.directory)?;
    if let Some(person) = &to.person {
        incident.elements.owner.clone_from(&person.name);
    }
    give(incident, to, Verb::HandDown, context)?;
    incident.step.finish_by = args.due;
    Ok(Next::Only)
}

/// Brings the step from the author's unit to another one, as the levels let it.
pub fn give(incident: &mut Incident, to: Holder, verb: Verb, context: &Context<'_>) -> Verdict {
    let from = &context.author.unit;
    chain::may_give(verb, from, &to.unit, incident.emergency, context.directory)?;
    incident.step.given_by = Some(from.clone());
    incident.step.holder = to;
    Ok(())
}

/// 抄告: those that were not told yet.
pub fn copy(
    incident: &mut Incident,
    args: &AtUnits,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    check::optional_words(&args.words)?;
    let told = units(Field::Copies, args, HELPERS_MAX, context)?;
    let before = incident.copies.len();
    add(&mut incident.copies, told);
    if incident.copies.len() == before {
        return Err(Refusal::Already {
            field: Field::Copies,
        });
    }
    check::count(Field::Copies, incident.copies.len(), HELPERS_MAX)?;
    Ok(Next::Stay)
}

/// The units that an act names, each once.
pub fn units(
    field: Field,
    args: &AtUnits,
    max: usize,
    context: &Context<'_>,
) -> Result<Vec<Holder>, Refusal> {
    if args.units.is_empty() {
        return Err(Refusal::Empty { field });
    }
    check::count(field, args.units.len(), max)?;
    let mut named = Vec::with_capacity(args.units.len());
    for id in &args.units {
        add(
            &mut named,
            vec![check::holder(field, *id, context.directory)?],
        );
    }
    Ok(named)
}

/// Adds those whose unit is not among them yet.
pub fn add(holders: &mut Vec<Holder>, more: Vec<Holder>) {
    for holder in more {
        if !holders.iter().any(|own| own.unit.id == holder.unit.id) {
            holders.push(holder);
        }
    }
}

/// 阅读. A second officer of the same unit reads what has been read: a fact,
/// and nothing changes.
pub fn read(incident: &mut Incident, args: &Words, context: &Context<'_>) -> Result<Next, Refusal> {
    let by = signature(&args.text, context)?;
    let unit = context.author.unit.id;
    if !incident.readings.iter().any(|reading| reading.unit == unit) {
        incident.readings.push(Reading { unit, by });
    }
    Ok(Next::Stay)
}
