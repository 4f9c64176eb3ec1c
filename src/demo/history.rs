//! Does what a plan says: every step is a real command through
//! `domain::apply`, so that each record is one that officers could have made.

use super::acting::{Acting, Behalf};
use super::case::Filling;
use super::cast::Cast;
use super::ids;
use super::network::{Desk, Network};
use super::plan::{Origin, Plan, Step};
use super::rng::{Part, Rng};
use crate::domain::command::{Arrival, Change, Command, Context, Target};
use crate::domain::ids::{CommandId, DeviceId, RecordId};
use crate::domain::incident::act::Act;
use crate::domain::incident::number::IncidentNumber;
use crate::domain::incident::refusal::Refusal;
use crate::domain::incident::verb::Verb;
use crate::domain::incident::{Incident, stage};
use crate::domain::officer::Officer;
use crate::domain::policy::{Policy, PolicyVersion};
use crate::domain::record::{Record, Rev};
use crate::domain::time::{Millis, Timestamp};

/// From an act to its arrival at the service, in milliseconds.
const TRAVEL_MS: i64 = 180;

/// A step that the rules do not allow: a fault of the plan.
#[derive(Debug, thiserror::Error)]
#[error("incident {index} of the demonstration, step {step} ({verb}): {refusal}")]
pub struct HistoryError {
    /// Which incident.
    pub index: u32,
    /// Which of its steps, from 0.
    pub step: usize,
    /// What was tried.
    pub verb: Verb,
    /// Why not.
    pub refusal: Box<Refusal>,
}

/// What histories are played with.
#[derive(Clone, Copy)]
pub struct Stage<'a> {
    /// The seed of the demonstration.
    pub seed: u64,
    /// Units and people.
    pub network: &'a Network,
    /// Officers.
    pub cast: &'a Cast,
    /// The rules.
    pub policy: &'a Policy,
    /// Through which the past acts came in.
    pub device: DeviceId,
}

impl Stage<'_> {
    /// The changes that a plan's commands make, in order.
    ///
    /// # Errors
    /// When a rule stands against a step.
    pub fn play(&self, plan: &Plan, number: IncidentNumber) -> Result<Vec<Change>, HistoryError> {
        let mut playing = Playing {
            stage: *self,
            plan,
            number,
            filling: Filling::drawn(
                &mut Rng::stream(self.seed, Part::Histories, u64::from(plan.index)),
                &plan.village,
            ),
            rng: Rng::stream(!self.seed, Part::Histories, u64::from(plan.index)),
            record: None,
        };
        let mut changes = Vec::with_capacity(plan.steps.len() + 4);
        for (at, (step, moment)) in plan.steps.iter().enumerate() {
            changes.extend(playing.step(at, *step, *moment)?);
        }
        Ok(changes)
    }
}

struct Playing<'a> {
    stage: Stage<'a>,
    plan: &'a Plan,
    number: IncidentNumber,
    filling: Filling,
    rng: Rng,
    record: Option<Record>,
}

/// Who does a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// The duty officer who registered it.
    Creator,
    /// The other duty officer of the same room.
    Second,
    /// The district's leader.
    Leader,
    /// The officer of the unit that holds it.
    Holder,
}

impl<'a> Playing<'a> {
    fn step(
        &mut self,
        at: usize,
        planned: Step,
        moment: Timestamp,
    ) -> Result<Vec<Change>, HistoryError> {
        let step = self.fitting(planned);
        let who = self.who(step);
        let act = self.act(step, who, moment);
        let verb = act.verb();
        let refused = |refusal| HistoryError {
            index: self.plan.index,
            step: at,
            verb,
            refusal: Box::new(refusal),
        };
        let author = self
            .officer(who)
            .ok_or_else(|| refused(Refusal::NotFound))?;
        let target = match &self.record {
            Some(record) => Target::seen(record),
            None => Target::new_incident(RecordId::new(ids::next(&mut self.rng, moment))),
        };
        let command = Command {
            id: CommandId::new(ids::next(&mut self.rng, moment)),
            targets: vec![target],
            act: act.into(),
            author: author.id,
            made_at: moment,
            policy: PolicyVersion(Rev(1)),
        };
        let context = Context {
            at: moment,
            author,
            policy: self.stage.policy,
            number: Some(self.number),
            log: None,
            directory: self.stage.network,
        };
        let before = self.record.as_slice();
        let mut changes = crate::domain::apply(before, &command, &context).map_err(refused)?;
        for change in &mut changes {
            change.event.arrival = Some(Arrival {
                at: moment.saturating_add(Millis(TRAVEL_MS)),
                device: self.stage.device,
            });
        }
        self.record = changes.last().map(|change| change.record.clone());
        Ok(changes)
    }

    fn incident(&self) -> Option<&Incident> {
        self.record.as_ref().and_then(Record::incident)
    }

    /// Only a town hands on; other holders write a note instead.
    fn fitting(&self, step: Step) -> Step {
        let Some(incident) = self.incident() else {
            return step;
        };
        match step {
            Step::HandOn if !self.held_by_town(incident) => Step::Note,
            Step::Accept if incident.stage() == stage::Stage::Handling => Step::Call,
            other => other,
        }
    }

    fn held_by_town(&self, incident: &Incident) -> bool {
        let town = self.stage.network.desk(Desk::TownCentre, self.plan.area);
        let village = self.stage.network.desk(Desk::Village, self.plan.area);
        village.is_some() && town.is_some_and(|town| town.id == incident.step.holder.unit.id)
    }

    fn who(&mut self, step: Step) -> Who {
        match step {
            Step::RegisterOpen
            | Step::Register
            | Step::Raise
            | Step::Assign
            | Step::Verify
            | Step::SendBack
            | Step::Propose
            | Step::FollowUpBad => Who::Creator,
            Step::Acknowledge | Step::FollowUp | Step::FollowUpMissed | Step::Snooze => {
                if self.rng.chance(50) {
                    Who::Creator
                } else {
                    Who::Second
                }
            }
            Step::Lower => Who::Leader,
            Step::Sign if self.plan.origin == Origin::District && self.rng.chance(40) => {
                Who::Leader
            }
            Step::Sign => Who::Second,
            Step::Return | Step::HandOn => Who::Holder,
            Step::Accept | Step::Finish | Step::Call | Step::Note => {
                if self.rng.chance(55) {
                    Who::Holder
                } else {
                    Who::Creator
                }
            }
        }
    }

    fn officer(&self, who: Who) -> Option<&'a Officer> {
        let town = match self.plan.origin {
            Origin::District => None,
            Origin::Town => Some(self.plan.area.town()?),
        };
        let [first, second] = self.stage.cast.duty(town)?;
        let turned = self.plan.index % 2 == 1;
        match who {
            Who::Creator => Some(if turned { second } else { first }),
            Who::Second => Some(if turned { first } else { second }),
            Who::Leader => Some(&self.stage.cast.account("leader")?.officer),
            Who::Holder => match self.incident()?.step.holder.unit.id {
                own if own == first.unit.id => Some(first),
                other => self.stage.cast.of_unit(other),
            },
        }
    }

    fn act(&mut self, step: Step, who: Who, moment: Timestamp) -> Act {
        let act = Acting {
            plan: self.plan,
            filling: &self.filling,
            network: self.stage.network,
            incident: self.record.as_ref().and_then(Record::incident),
            on_behalf: if who == Who::Holder {
                Behalf::Own
            } else {
                Behalf::Telephoned
            },
            moment,
        };
        act.of(step, &mut self.rng)
    }
}

#[cfg(test)]
mod tests;
