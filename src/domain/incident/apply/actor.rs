//! Who may take a step: holder, giver, creator, second person.

use crate::domain::area::AreaCode;
use crate::domain::incident::Incident;
use crate::domain::incident::act::{Act, OnBehalf};
use crate::domain::incident::refusal::{Refusal, Verdict};
use crate::domain::incident::table::Actor;
use crate::domain::incident::verb::Verb;
use crate::domain::officer::{Officer, Role};

/// Whether the act says for whom it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behalf {
    /// For the own unit.
    Unsaid,
    /// For the holder, with name and way.
    Said,
    /// Not known yet: the form can still ask.
    Possible,
}

impl Behalf {
    /// What `act` says.
    pub fn of(act: &Act) -> Self {
        let on_behalf: Option<&OnBehalf> = match act {
            Act::Accept(args) => args.on_behalf.as_ref(),
            Act::Return(args) => args.on_behalf.as_ref(),
            Act::Finish(args) => args.on_behalf.as_ref(),
            Act::ReportIn(args) => args.on_behalf.as_ref(),
            Act::AskExtension(args) => args.on_behalf.as_ref(),
            _ => None,
        };
        match on_behalf {
            Some(said) if !said.of.trim().is_empty() && !said.by.trim().is_empty() => Self::Said,
            Some(_) | None => Self::Unsaid,
        }
    }
}

/// Whether the officer's unit has any part in the incident.
pub fn has_part(incident: &Incident, officer: &Officer) -> bool {
    let unit = officer.unit.id;
    incident.step.holder.unit.id == unit
        || incident.creator.id == unit
        || gave(incident, officer)
        || incident
            .assist
            .iter()
            .chain(&incident.copies)
            .any(|holder| holder.unit.id == unit)
        || incident
            .whistles
            .iter()
            .flat_map(|whistle| &whistle.called)
            .any(|called| called.unit.unit.id == unit)
}

fn gave(incident: &Incident, officer: &Officer) -> bool {
    let giver = incident.step.given_by.as_ref();
    giver.is_some_and(|giver| giver.id == officer.unit.id)
}

fn leads(officer: &Officer, area: AreaCode) -> bool {
    officer
        .grants
        .iter()
        .any(|grant| grant.role == Role::Leader && grant.area.contains(area))
}

/// Whether anybody has done something with it since it was registered, besides
/// looking at it and writing about it.
fn is_worked_on(incident: &Incident) -> bool {
    incident.step.given_by.is_some()
        || incident.counts.returned > 0
        || incident.counts.reopened > 0
        || !incident.whistles.is_empty()
        || !incident.merged.is_empty()
}

/// Whether `officer` is the actor that the table asks for.
pub fn check(
    incident: &Incident,
    actor: Actor,
    verb: Verb,
    officer: &Officer,
    area: AreaCode,
    behalf: Behalf,
) -> Verdict {
    let unit = officer.unit.id;
    let holder = &incident.step.holder.unit;
    let creator = &incident.creator;
    let holds = holder.id == unit;
    let created = creator.id == unit;
    let gave = gave(incident, officer);
    let leads = leads(officer, area);
    let not_holder = || Refusal::NotHolder {
        holder: holder.clone(),
    };
    let not_creator = || Refusal::NotCreator {
        creator: creator.clone(),
    };
    let known =
        |fits: bool, refusal: &dyn Fn() -> Refusal| if fits { Ok(()) } else { Err(refusal()) };
    match actor {
        Actor::Anyone => Ok(()),
        Actor::Holder => known(holds, &not_holder),
        Actor::HolderOrBehalf if holds => Ok(()),
        Actor::HolderOrBehalf if gave || created => match behalf {
            Behalf::Said | Behalf::Possible => Ok(()),
            Behalf::Unsaid => Err(Refusal::BehalfUnsaid {
                holder: holder.clone(),
            }),
        },
        Actor::HolderOrBehalf => Err(not_holder()),
        Actor::HolderOrCreator => known(holds || created, &not_holder),
        Actor::Giver => known(gave || created, &not_creator),
        Actor::Creator => known(created, &not_creator),
        Actor::CreatorNotFinisher => {
            let finisher = incident.finish.as_ref().map(|finish| finish.by.id);
            known(created, &not_creator)?;
            // One officer alone at night may check what another unit said it
            // finished, and not the own word.
            known(
                finisher != Some(officer.id) || finished_for_other(incident),
                &|| Refusal::SamePerson { verb: verb.into() },
            )
        }
        Actor::SecondPerson => {
            let proposer = incident
                .strike_off
                .as_ref()
                .map(|strike| strike.proposed.by.id);
            known(created || leads, &not_creator)?;
            known(proposer != Some(officer.id), &|| Refusal::SamePerson {
                verb: verb.into(),
            })
        }
        Actor::Informed => known(
            incident.copies.iter().any(|holder| holder.unit.id == unit),
            &|| Refusal::NotInformed,
        ),
        Actor::CalledOrBehalf => called(incident, officer, behalf),
        Actor::Caller => known(
            incident
                .whistles
                .iter()
                .any(|whistle| whistle.by.id == unit),
            &|| Refusal::NothingToRate,
        ),
        Actor::NotBeneathHolder => {
            let own = officer.unit.area;
            let above = holder.area != own && holder.area.contains(own);
            known(!above, &|| Refusal::HeldBySuperior {
                holder: holder.clone(),
            })
        }
        Actor::Granter => {
            known(created || gave || leads, &not_creator)?;
            // One officer alone at night may answer what another unit asked
            // for over the telephone, and not the own request.
            let own = incident
                .open_extension()
                .is_some_and(|asked| asked.asked.by.id == officer.id && asked.unit.id == unit);
            known(!own, &|| Refusal::SamePerson { verb: verb.into() })
        }
        Actor::CreatorUntouched if leads => Ok(()),
        Actor::CreatorUntouched => {
            known(created, &not_creator)?;
            known(!is_worked_on(incident), &|| Refusal::WorkedOn {
                last: incident.last.clone(),
            })
        }
        Actor::Leader => known(leads, &|| Refusal::NotPermitted { verb: verb.into() }),
    }
}

/// Whether a call waits for the officer's unit; or for one that it called.
fn called(incident: &Incident, officer: &Officer, behalf: Behalf) -> Verdict {
    let unit = officer.unit.id;
    if incident.call_for(unit).is_some() {
        return Ok(());
    }
    let called = incident
        .unanswered_calls()
        .find(|(whistle, _)| whistle.by.id == unit);
    match (called, behalf) {
        (None, _) => Err(Refusal::NotCalled),
        (Some(_), Behalf::Said | Behalf::Possible) => Ok(()),
        (Some((_, called)), Behalf::Unsaid) => Err(Refusal::BehalfUnsaid {
            holder: called.unit.unit.clone(),
        }),
    }
}

/// Whether the end of the work was entered on behalf of another unit: then the
/// word that is checked is the holder's, not the one of whoever typed it.
fn finished_for_other(incident: &Incident) -> bool {
    incident.step.holder.unit.id != incident.creator.id
}
