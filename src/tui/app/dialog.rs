//! Dialogs: one verb, or a new incident, and what it needs.
//!
//! [`super::dialog_fields`] builds their forms, [`super::dialog_act`] reads
//! them. A dialog remembers the record as it was when the key was pressed, so
//! that the act says what its author saw.

use super::duty::DutyForm;
use super::form::Form;
use super::roster::Asked;
use super::suggested::Suggested;
use super::warning_form;
use crate::domain::area::AreaCode;
use crate::domain::command::Target;
use crate::domain::ids::{CommandId, RecordId};
use crate::domain::incident::Incident;
use crate::domain::incident::verb::Verb;
use crate::domain::network;
use crate::domain::record::Record;
use crate::domain::time::Timestamp;
use crate::domain::warning;
use crate::store::view::{QueueRow, Shown};

/// The incident that a dialog is about, as the officer saw it.
#[derive(Clone, Debug, PartialEq)]
pub struct Aim {
    pub id: RecordId,
    pub area: AreaCode,
    pub target: Target,
    pub incident: Box<Incident>,
}

/// The incident that is under the hand, where it lies.
#[derive(Clone, Copy, Debug)]
pub enum InHand<'a> {
    /// A row of the queue.
    Row(&'a QueueRow),
    /// An opened record, and the incident in it.
    Record(&'a Record, &'a Incident),
}

impl<'a> InHand<'a> {
    pub fn incident(self) -> &'a Incident {
        match self {
            Self::Row(row) => &row.incident,
            Self::Record(_, incident) => incident,
        }
    }

    pub fn area(self) -> AreaCode {
        match self {
            Self::Row(row) => row.area,
            Self::Record(record, _) => record.area,
        }
    }
}

impl Aim {
    /// The incident of a row.
    pub fn of_row(row: &QueueRow) -> Self {
        let incident = &row.incident;
        Self {
            id: row.id,
            area: row.area,
            target: seen(row.id, incident),
            incident: Box::new(incident.clone()),
        }
    }

    /// The incident of an opened record.
    pub fn of_record(record: &Record) -> Option<Self> {
        let incident = record.incident()?;
        Some(Self {
            id: record.id,
            area: record.area,
            target: Target::seen(record),
            incident: Box::new(incident.clone()),
        })
    }

    /// The incident of a record with its standing.
    pub fn of_shown(shown: &Shown) -> Option<Self> {
        Self::of_record(&shown.record)
    }
}

/// A row has no revision; the store puts in the one it has.
pub fn seen(id: RecordId, incident: &Incident) -> Target {
    use crate::domain::command::Seen;
    use crate::domain::record::{Kind, Rev};
    Target {
        kind: Kind::Incident,
        id,
        base_rev: Rev(1),
        seen: Some(Seen {
            stage: incident.stage(),
            holder: incident.step.holder.unit.id,
            rank: Some(incident.alarm.rank),
            supervision: Some(incident.supervision),
        }),
    }
}

/// How far a new incident has been written down.
#[derive(Clone, Debug, PartialEq)]
pub enum Saving {
    /// Category and area are not known yet.
    Not,
    /// The registration is on its way to the outbox.
    Registering,
    /// It is an incident; what is filled in later amends it.
    Saved(Box<Aim>),
    /// As `Saved`, with an amendment on its way.
    Amending(Box<Aim>),
}

/// What a dialog does.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Registers an incident under this id.
    New { id: RecordId, saving: Saving },
    /// One verb on one incident.
    Act { verb: Verb, aim: Box<Aim> },
    /// One verb on several incidents, a command for each.
    Several { verb: Verb, aims: Vec<Aim> },
    /// Gives a refused act up.
    Discard { id: CommandId, digits: String },
    /// A form of the duty desk.
    Duty(DutyForm),
    /// An act on the roster.
    Roster(Box<Asked>),
    /// One verb on a warning, or a new one.
    Warning {
        verb: warning::verb::Verb,
        aim: Box<warning_form::Aim>,
    },
    /// One verb on a contact of the mediation network.
    Contact {
        verb: network::verb::Verb,
        record: Box<Record>,
    },
}

/// What the dialog is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// The officer.
    Officer,
    /// The store's answer.
    Store,
    /// The store's answer, to be closed after it.
    StoreThenClose,
}

/// A dialog.
#[derive(Clone, Debug, PartialEq)]
pub struct Dialog {
    /// Tells answers to this dialog from others.
    pub number: u64,
    pub kind: Kind,
    pub form: Form,
    /// The form before anything was put in.
    pub blank: Form,
    pub waiting: Waiting,
    /// Why it was not done.
    pub trouble: Option<String>,
    /// When something was last typed that is not in the draft yet.
    pub touched: Option<Timestamp>,
    /// What the record's last digits must be, where they must be typed.
    pub digits: Option<String>,
    /// What may be the same matter as a new incident.
    pub suggested: Suggested,
}

impl Dialog {
    pub fn new(number: u64, kind: Kind, form: Form) -> Self {
        Self {
            number,
            kind,
            blank: form.clone(),
            form,
            waiting: Waiting::Officer,
            trouble: None,
            touched: None,
            digits: None,
            suggested: Suggested::default(),
        }
    }

    /// Whether anything was put in that is not in the blank form.
    pub fn is_filled(&self) -> bool {
        !self
            .form
            .fields
            .iter()
            .zip(&self.blank.fields)
            .all(|(now, blank)| now.says_the_same(blank))
    }

    /// The incident that is shown whole once this is on the disk.
    pub fn reveals(&self) -> Option<RecordId> {
        match &self.kind {
            Kind::Act {
                verb: Verb::Reveal,
                aim,
            } => Some(aim.id),
            Kind::Act { .. }
            | Kind::Several { .. }
            | Kind::New { .. }
            | Kind::Discard { .. }
            | Kind::Duty(_)
            | Kind::Roster(_)
            | Kind::Warning { .. }
            | Kind::Contact { .. } => None,
        }
    }

    /// Whose numbers are shown whole once this is on the disk.
    pub fn reveals_contact(&self) -> Option<RecordId> {
        match &self.kind {
            Kind::Contact {
                verb: network::verb::Verb::Reveal,
                record,
            } => Some(record.id),
            _ => None,
        }
    }

    /// The key of its draft; some dialogs have none.
    pub fn draft_key(&self) -> Option<String> {
        match &self.kind {
            Kind::New { .. } => Some(NEW_DRAFT_KEY.to_owned()),
            Kind::Act { verb, aim } => Some(act_draft_key(*verb, aim.id)),
            // Whom it is for is not known any more after a restart.
            Kind::Several { .. }
            | Kind::Discard { .. }
            | Kind::Roster(_)
            | Kind::Contact { .. }
            | Kind::Warning { .. } => None,
            Kind::Duty(form) => form.draft_key(),
        }
    }
}

/// The key of the draft of a new incident.
pub const NEW_DRAFT_KEY: &str = "new-incident";

/// The key of a verb's draft on one incident.
pub fn act_draft_key(verb: Verb, id: RecordId) -> String {
    format!("{}:{id}", verb.name())
}
