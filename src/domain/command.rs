//! Commands and what follows from them.
//!
//! An officer acts by a command: intent and precondition. `apply` turns it
//! into changes, each with the event that happened and the record's whole
//! state after it.

use serde::{Deserialize, Serialize};

use super::act::AnyAct;
use super::alarm::Rank;
use super::duty::chain::Tail;
use super::ids::UnitId;
use super::ids::{CommandId, DeviceId, OfficerId, RecordId};
use super::incident::conflict::Effect;
use super::incident::ending::CaseRef;
use super::incident::number::IncidentNumber;
use super::incident::stage::{Stage, Supervision};
use super::officer::Officer;
use super::policy::{Policy, PolicyVersion};
use super::record::{Kind, Record, Rev};
use super::time::Timestamp;
use super::unit::{Directory, OfficerRef, UnitRef};

/// What an officer wants done.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// Its identity: decides replay.
    pub id: CommandId,
    /// The records it is about.
    pub targets: Vec<Target>,
    /// What is to be done.
    pub act: AnyAct,
    /// Who says so.
    pub author: OfficerId,
    /// When, by the workstation's corrected clock.
    pub made_at: Timestamp,
    /// The policy that the officer's screen applied.
    pub policy: PolicyVersion,
}

/// A record that a command is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Its kind.
    pub kind: Kind,
    /// Its identity.
    pub id: RecordId,
    /// The revision on the officer's screen; 0 makes a new record.
    pub base_rev: Rev,
    /// What the officer saw: the precondition of a transition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
}

/// The state that an officer acts upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// Stage.
    pub stage: Stage,
    /// The unit that held the step.
    pub holder: UnitId,
    /// The rank; programs before the conflict cards did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<Rank>,
    /// The supervision; programs before its verbs did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supervision: Option<Supervision>,
}

impl Target {
    /// A target as the officer's screen shows it.
    #[must_use]
    pub fn seen(record: &Record) -> Self {
        Self {
            kind: record.kind(),
            id: record.id,
            base_rev: record.rev,
            seen: record.incident().map(|incident| Seen {
                stage: incident.stage(),
                holder: incident.step.holder.unit.id,
                rank: Some(incident.alarm.rank),
                supervision: Some(incident.supervision),
            }),
        }
    }

    /// A target for an incident that this command makes.
    #[must_use]
    pub fn new_incident(id: RecordId) -> Self {
        Self {
            kind: Kind::Incident,
            id,
            base_rev: Rev::NONE,
            seen: None,
        }
    }
}

/// What `apply` is told besides the records and the command. All of it comes
/// from outside, so that both ends of the wire get the same answer.
pub struct Context<'a> {
    /// When the act counts as made: `made_at`, never later than its arrival.
    pub at: Timestamp,
    /// The author's account with its grants.
    pub author: &'a Officer,
    /// The policy that the command names.
    pub policy: &'a Policy,
    /// The number for a new incident; only the service has one to give.
    pub number: Option<IncidentNumber>,
    /// Where the log of the author's centre goes on; only the service knows.
    pub log: Option<LogEnd>,
    /// Who is who.
    pub directory: &'a dyn Directory,
}

/// The end of a centre's log, as the service has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogEnd {
    /// Its last line.
    pub tail: Tail,
    /// When the next line reached the service.
    pub received_at: Timestamp,
}

/// One consequence of a command.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What happened.
    pub event: Event,
    /// The record after it.
    pub record: Record,
}

/// What happened to one record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The command that did it.
    pub command: CommandId,
    /// The record it happened to.
    pub on: RecordId,
    /// What was done, without anything sealed.
    #[serde(flatten)]
    pub act: AnyAct,
    /// By whom.
    pub author: OfficerRef,
    /// For which unit.
    pub unit: UnitRef,
    /// When it counts as made.
    pub at: Timestamp,
    /// When it reached the service, and from where; absent while pending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival: Option<Arrival>,
    /// The stage it led to, for incidents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// Set when the act met one that its author had not seen and left a card:
    /// whether it took effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Effect>,
    /// The other one, when the act was about two cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<CaseRef>,
}

impl Event {
    /// That a command did this to a record, as its author's act of now.
    #[must_use]
    pub fn of(
        command: &Command,
        on: RecordId,
        act: impl Into<AnyAct>,
        context: &Context<'_>,
    ) -> Self {
        Self {
            command: command.id,
            on,
            act: act.into(),
            author: context.author.reference(),
            unit: context.author.unit.clone(),
            at: context.at,
            arrival: None,
            stage: None,
            card: None,
            other: None,
        }
    }
}

/// How an act reached the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// By the service's clock.
    pub at: Timestamp,
    /// From which device.
    pub device: DeviceId,
}
