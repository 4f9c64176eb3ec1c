//! Ends besides striking off: 作废、退回公安.

use super::next::Next;
use super::{check, signature};
use crate::domain::command::Context;
use crate::domain::incident::Incident;
use crate::domain::incident::act::PoliceReturn;
use crate::domain::incident::ending::Ending;
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::Refusal;
use crate::domain::incident::stage::Stage;

/// Registered in error.
pub fn void(incident: &mut Incident, reason: &str, context: &Context<'_>) -> Result<Next, Refusal> {
    check::reason(reason)?;
    let said = signature(reason, context)?;
    incident.ending = Some(Ending::Voided { said });
    Ok(Next::Way(Stage::Closed))
}

/// A matter of the police after all.
pub fn to_police(
    incident: &mut Incident,
    args: &PoliceReturn,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    check::reason(&args.reason)?;
    check::at_most(Field::Police, &args.confirmed_with, check::NAME_MAX_CHARS)?;
    incident.ending = Some(Ending::ReturnedToPolice {
        said: signature(&args.reason, context)?,
        confirmed_with: args.confirmed_with.clone(),
    });
    Ok(Next::Way(Stage::Closed))
}
