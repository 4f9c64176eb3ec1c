//! Storing an act, and waiting a moment for the service's answer.

use super::super::desk::{ANSWER_MS_MAX, OpenDesk, needs_trouble};
use super::super::exit::{Exit, Trouble};
use super::super::{output, words};
use super::view::Done;
use crate::domain::act::AnyAct;
use crate::domain::command::Target;
use crate::domain::ids::{CommandId, RecordId};
use crate::domain::incident::Incident;
use crate::domain::record::Record;
use crate::i18n::t;
use crate::store::handle::{NewAct, SubmitError, Submitted};
use crate::store::view::OutboxState;
use crate::sync::engine::Outcome;
use crate::wire::command::Refused;

/// How a script wants to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tell {
    /// In words.
    Words,
    /// As JSON.
    Json,
}

/// How an act stands after the service had its moment to answer.
#[derive(Clone, Debug, PartialEq)]
enum Standing {
    Accepted,
    Waiting,
    /// It took no effect; its words were filed.
    Late,
    Refused(Refused),
}

impl Tell {
    /// As the `--json` option says.
    pub fn of(json: bool) -> Self {
        if json { Self::Json } else { Self::Words }
    }
}

/// Stores `act`, tries to deliver it, and tells what became of it: of the first
/// target, which the act is about.
pub fn submit(
    desk: &OpenDesk,
    targets: Vec<Target>,
    act: impl Into<AnyAct>,
    tell: Tell,
) -> Result<Exit, Trouble> {
    let incident = targets.first().map(|target| target.id);
    let new = NewAct {
        targets,
        act: act.into(),
        made_at: desk.now(),
        offset_ms: 0,
    };
    let stored = desk.store.submit(new).wait();
    settle(desk, incident, stored, tell)
}

/// Tells what became of an act that was submitted.
pub fn settle(
    desk: &OpenDesk,
    incident: Option<RecordId>,
    stored: Result<Submitted, SubmitError>,
    tell: Tell,
) -> Result<Exit, Trouble> {
    let (standing, command, incident) = match stored {
        Ok(submitted) => {
            let changed = submitted.shown.iter().map(|shown| &shown.record);
            let incident = incident.or_else(|| {
                changed
                    .filter(|record| record.incident().is_some())
                    .map(|record| record.id)
                    .next()
            });
            let command = submitted.command;
            (answered(desk, command)?, Some(command), incident)
        }
        Err(SubmitError::Refused(rule)) => {
            (Standing::Refused(Refused::Rule { rule }), None, incident)
        }
        Err(SubmitError::NotStored(error)) => {
            return Err(desk.store_trouble(error).mend(t!("cli.act.not-stored")));
        }
    };
    let record = match incident {
        Some(id) => desk
            .store
            .shown(id)
            .wait()
            .map_err(|error| desk.store_trouble(error))?
            .map(|shown| shown.record),
        None => None,
    };
    report(desk, &standing, command, incident, record.as_ref(), tell)
}

/// Lets the service answer, for a bounded time.
fn answered(desk: &OpenDesk, command: CommandId) -> Result<Standing, Trouble> {
    // Whatever went wrong on the way, the act is stored; its row says how it
    // stands. What somebody must do about it goes to the standard error.
    if let Ok(Outcome::Needs(needs)) = desk.exchange(ANSWER_MS_MAX) {
        eprintln!("{}", needs_trouble(&needs));
    }
    let rows = desk
        .store
        .outbox()
        .wait()
        .map_err(|error| desk.store_trouble(error))?;
    let row = rows.into_iter().find(|row| row.id == command);
    Ok(match row.map(|row| row.state) {
        None | Some(OutboxState::Accepted) => Standing::Accepted,
        Some(OutboxState::Waiting { .. } | OutboxState::Doubtful { .. }) => Standing::Waiting,
        Some(OutboxState::Late { .. }) => Standing::Late,
        Some(OutboxState::Refused { why, .. }) => Standing::Refused(why),
    })
}

fn report(
    desk: &OpenDesk,
    standing: &Standing,
    command: Option<CommandId>,
    id: Option<RecordId>,
    record: Option<&Record>,
    tell: Tell,
) -> Result<Exit, Trouble> {
    let incident = record.and_then(Record::incident);
    let warned = record.is_some_and(|record| record.warning().is_some());
    let number = incident.and_then(|incident| incident.number);
    let (exit, status) = match standing {
        Standing::Accepted => (Exit::Done, "accepted"),
        Standing::Waiting => (Exit::Waiting, "waiting"),
        Standing::Late => (Exit::Refused, "late"),
        Standing::Refused(_) => (Exit::Refused, "refused"),
    };
    if tell == Tell::Json {
        output::json(&Done {
            status,
            command,
            incident: id.filter(|_| !warned),
            warning: id.filter(|_| warned),
            number,
            tag: id.map(RecordId::provisional_tag),
            stage: incident.map(Incident::stage),
            rev: record.map(|record| record.rev),
            refusal: match standing {
                Standing::Refused(why) => Some(why),
                Standing::Accepted | Standing::Waiting | Standing::Late => None,
            },
        })?;
        return Ok(exit);
    }
    let name = number
        .map(|number| number.to_string())
        .or_else(|| id.map(RecordId::provisional_tag))
        .unwrap_or_default();
    match standing {
        Standing::Accepted => output::line(&t!("cli.act.accepted", name = name))?,
        Standing::Waiting => output::line(&t!("cli.act.waiting", name = name))?,
        Standing::Late => return Err(Trouble::new(Exit::Refused, t!("cli.act.late", name = name))),
        Standing::Refused(why) => {
            return Err(Trouble::new(Exit::Refused, words::refused(desk, why)));
        }
    }
    Ok(exit)
}
