//! 吹哨、报到、评价.

use super::next::Next;
use super::{check, route, signature};
use crate::domain::calendar;
use crate::domain::command::Context;
use crate::domain::ids::CommandId;
use crate::domain::incident::Incident;
use crate::domain::incident::act::{AtUnits, RateWhistle, ReportIn};
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::Refusal;
use crate::domain::incident::whistle::{
    CALLED_MAX, Called, Mark, Rated, WHISTLES_KEPT_MAX, Whistle,
};

/// Calls units that have the powers that the holder lacks.
pub fn whistle(
    incident: &mut Incident,
    args: &AtUnits,
    id: CommandId,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    check::words(&args.words)?;
    let own = &context.author.unit;
    let mut called = route::units(Field::Called, args, CALLED_MAX, context)?;
    if called.iter().any(|holder| holder.unit.id == own.id) {
        return Err(Refusal::Unfit {
            field: Field::Called,
        });
    }
    called.retain(|holder| incident.call_for(holder.unit.id).is_none());
    if called.is_empty() {
        return Err(Refusal::Already {
            field: Field::Called,
        });
    }
    if incident.whistles.len() >= WHISTLES_KEPT_MAX {
        let Some(done) = incident.whistles.iter().position(Whistle::is_done) else {
            check::count(
                Field::Called,
                incident.whistles.len() + 1,
                WHISTLES_KEPT_MAX,
            )?;
            return Ok(Next::Stay);
        };
        incident.whistles.remove(done);
    }
    let policy = context.policy;
    let limit = calendar::deadline(context.at, policy.report_in_within, &policy.holidays);
    incident.whistles.push(Whistle {
        id,
        by: own.clone(),
        made: signature(&args.words, context)?,
        answer_by: limit.at,
        called: called
            .into_iter()
            .map(|unit| Called {
                unit,
                reported: None,
                rated: None,
            })
            .collect(),
    });
    Ok(Next::Stay)
}

/// A called unit is there: it says so, or the caller writes down that it came.
pub fn report_in(
    incident: &mut Incident,
    args: &ReportIn,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    check::on_behalf(args.on_behalf.as_ref())?;
    let own = context.author.unit.id;
    let unit = args.unit.unwrap_or(own);
    let reported = signature(&args.text, context)?;
    let call = incident
        .whistles
        .iter_mut()
        .filter(|whistle| unit == own || whistle.by.id == own)
        .flat_map(|whistle| &mut whistle.called)
        .find(|called| called.unit.unit.id == unit && called.reported.is_none())
        .ok_or(Refusal::NotCalled)?;
    if unit != own && args.on_behalf.is_none() {
        return Err(Refusal::BehalfUnsaid {
            holder: call.unit.unit.clone(),
        });
    }
    call.reported = Some(reported);
    Ok(Next::Stay)
}

/// The caller says how a unit answered.
pub fn rate(
    incident: &mut Incident,
    args: &RateWhistle,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    match args.mark {
        Mark::Poor => check::words(&args.text)?,
        Mark::Good | Mark::Fair => check::optional_words(&args.text)?,
    }
    let by = signature(&args.text, context)?;
    let own = context.author.unit.id;
    let whistle = incident
        .whistles
        .iter_mut()
        .find(|whistle| whistle.id == args.whistle && whistle.by.id == own)
        .ok_or(Refusal::NothingToRate)?;
    let at = whistle
        .called
        .iter()
        .position(|called| called.unit.unit.id == args.unit)
        .ok_or(Refusal::NothingToRate)?;
    if whistle.called[at].rated.is_some() {
        return Err(Refusal::Already { field: Field::Mark });
    }
    if !whistle.is_ratable(&whistle.called[at], context.at) {
        return Err(Refusal::NothingToRate);
    }
    whistle.called[at].rated = Some(Rated {
        mark: args.mark,
        by,
    });
    Ok(Next::Stay)
}
