//! Giving work out and giving it back.

use super::next::Next;
use super::{check, route};
use crate::domain::command::Context;
use crate::domain::incident::act::{Assign, HolderId, Reason, ReturnWork};
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::{Refusal, Verdict};
use crate::domain::incident::verb::Verb;
use crate::domain::incident::{FourElements, HELPERS_MAX, Incident};
use crate::domain::unit::Holder;

/// 主办、协办、抄告, with the four elements as far as they are known.
pub fn assign(
    incident: &mut Incident,
    args: &Assign,
    verb: Verb,
    context: &Context<'_>,
) -> Verdict {
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

    fill(&mut incident.elements, &args.elements, &lead);
    incident.assist = assist;
    // Who was told stays told.
    route::add(&mut incident.copies, copies);
    check::count(Field::Copies, incident.copies.len(), HELPERS_MAX)?;
    route::give(incident, lead, verb, context)?;
    incident.step.finish_by = args.due;
    Ok(())
}

/// Back to whoever gave it out.
pub fn give_back(incident: &mut Incident, args: &ReturnWork) -> Result<Next, Refusal> {
    check::reason(&args.reason)?;
    check::on_behalf(args.on_behalf.as_ref())?;
    up_again(incident)?;
    incident.counts.returned = incident.counts.returned.saturating_add(1);
    Ok(Next::Only)
}

/// Taken back by whoever gave it out: the holder has not come to it, so it is
/// no return of theirs.
pub fn recall(incident: &mut Incident, args: &Reason) -> Result<Next, Refusal> {
    check::reason(&args.reason)?;
    up_again(incident)?;
    Ok(Next::Only)
}

/// The step goes to whoever gave it to its holder.
fn up_again(incident: &mut Incident) -> Result<(), Refusal> {
    let giver = incident
        .step
        .given_by
        .take()
        .ok_or(Refusal::NobodyToReturnTo)?;
    // What came down through several hands goes back the same way, as far as
    // the record remembers: to the giver, and from there to the creator.
    incident.step.given_by = (giver.id != incident.creator.id).then(|| incident.creator.clone());
    incident.step.holder = Holder {
        unit: giver,
        person: None,
    };
    incident.step.finish_by = None;
    Ok(())
}

/// What is left empty keeps what the record has; an owner who is not named is
/// the lead's person.
fn fill(elements: &mut FourElements, given: &FourElements, lead: &Holder) {
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
}
