//! What a script is shown of an incident. The names of these fields are part
//! of the program's contract with scripts.

use serde::Serialize;

use super::masked;
use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::domain::codes::Category;
use crate::domain::command::Event;
use crate::domain::entry::Entry;
use crate::domain::ids::{CommandId, RecordId};
use crate::domain::incident::Incident;
use crate::domain::incident::number::IncidentNumber;
use crate::domain::incident::reveal;
use crate::domain::incident::stage::Stage;
use crate::domain::record::{Record, Rev};
use crate::domain::unit::Holder;
use crate::store::view::{Pending, QueueRow, Shown, TimelineItem, TimelineWhat};
use crate::wire::command::Refused;
use crate::wire::feed::Seq;

/// An incident in a list.
#[derive(Serialize)]
pub struct Row<'a> {
    id: RecordId,
    number: Option<IncidentNumber>,
    tag: String,
    area: AreaCode,
    title: &'a str,
    category: Category,
    rank: Rank,
    stage: Stage,
    /// How it ended: `struck-off`, `voided`, `returned-to-police`, `merged`;
    /// none while it is open.
    ending: Option<&'static str>,
    holder: &'a Holder,
    acknowledged_by: Option<&'a str>,
    registered_at: String,
    deadline: Option<String>,
    pending: &'static str,
}

impl<'a> Row<'a> {
    /// The fields of a queue's row.
    pub fn of(row: &'a QueueRow) -> Self {
        Self::new(row.id, row.area, &row.incident, row.pending)
    }

    fn new(id: RecordId, area: AreaCode, incident: &'a Incident, pending: Pending) -> Self {
        Self {
            id,
            number: incident.number,
            tag: id.provisional_tag(),
            area,
            title: &incident.title,
            category: incident.category,
            rank: incident.alarm.rank,
            stage: incident.stage(),
            ending: incident.ended().map(|ended| ended.name()),
            holder: &incident.step.holder,
            acknowledged_by: incident.alarm.ack.as_ref().map(|ack| ack.by.name.as_str()),
            registered_at: incident.registered_at.to_string(),
            deadline: incident
                .deadline
                .as_ref()
                .map(|deadline| deadline.at.to_string()),
            pending: pending_name(pending),
        }
    }
}

/// One incident with its history, masked as on the screen: only `reveal` opens
/// what is sealed or gives a whole number.
#[derive(Serialize)]
pub struct Whole<'a> {
    record: Record,
    stage: Option<Stage>,
    pending: &'static str,
    timeline: Vec<Item<'a>>,
}

impl<'a> Whole<'a> {
    /// An incident and its timeline.
    pub fn of(shown: &'a Shown, timeline: &'a [TimelineItem]) -> Self {
        Self {
            record: masked::record(&shown.record),
            stage: shown.record.incident().map(Incident::stage),
            pending: pending_name(shown.pending),
            timeline: timeline.iter().map(Item::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct Item<'a> {
    at: String,
    seq: Option<Seq>,
    pending: &'static str,
    #[serde(flatten)]
    what: What<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum What<'a> {
    Act(Event),
    Entry { id: RecordId, entry: Entry },
    Newer(&'a str),
}

impl<'a> Item<'a> {
    fn of(item: &'a TimelineItem) -> Self {
        Self {
            at: item.at.to_string(),
            seq: item.seq,
            pending: pending_name(item.pending),
            what: match &item.what {
                TimelineWhat::Act(event) => What::Act(masked::event(event)),
                TimelineWhat::Entry(id, entry) => What::Entry {
                    id: *id,
                    entry: masked::entry(entry),
                },
                TimelineWhat::Newer(verb) => What::Newer(verb),
            },
        }
    }
}

/// What was revealed of an incident.
#[derive(Serialize)]
pub struct Revealed<'a> {
    /// The incident.
    pub incident: RecordId,
    /// Part by part.
    pub revealed: Vec<Part<'a>>,
}

/// One part, whole.
#[derive(Serialize)]
pub struct Part<'a> {
    #[serde(flatten)]
    part: reveal::Part,
    value: &'a str,
}

impl<'a> Part<'a> {
    /// A part with its value.
    pub fn of(whole: &reveal::Whole<'a>) -> Self {
        Self {
            part: whole.part,
            value: whole.value,
        }
    }
}

/// What became of an act.
#[derive(Serialize)]
pub struct Done<'a> {
    /// `accepted`, `waiting` or `refused`.
    pub status: &'static str,
    /// The command, if it was stored.
    pub command: Option<CommandId>,
    /// The incident.
    pub incident: Option<RecordId>,
    /// The warning, when the act was about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<RecordId>,
    /// Its number, once the service has given it.
    pub number: Option<IncidentNumber>,
    /// What stands in for the number.
    pub tag: Option<String>,
    /// Its stage.
    pub stage: Option<Stage>,
    /// How often it has been changed.
    pub rev: Option<Rev>,
    /// Why it was refused.
    pub refusal: Option<&'a Refused>,
}

fn pending_name(pending: Pending) -> &'static str {
    match pending {
        Pending::Confirmed => "confirmed",
        Pending::Waiting => "waiting",
        Pending::Doubtful => "doubtful",
    }
}
