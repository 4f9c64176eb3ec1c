//! What the store gives to those who show it. Everything here is *confirmed
//! records with the outbox applied on top*.

use serde::{Deserialize, Serialize};

use crate::domain::act::AnyVerb;
use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::domain::command::Event;
use crate::domain::duty::line::LogLine;
use crate::domain::entry::Entry;
use crate::domain::ids::{CommandId, PersonId, RecordId};
use crate::domain::incident::Incident;
use crate::domain::incident::refusal::Refusal;
use crate::domain::incident::stage::Stage;
use crate::domain::network::nearest::Nearness;
use crate::domain::record::Record;
use crate::domain::time::Timestamp;
use crate::domain::unit::Unit;
use crate::store::warnings::WarningCounts;
use crate::wire::command::Refused;
use crate::wire::feed::Seq;

/// Whether something shown rests on acts that the service has not answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pending {
    /// As the service has it.
    #[default]
    Confirmed,
    /// With acts of this desk on top.
    Waiting,
    /// With acts of this desk that are likely to be refused.
    Doubtful,
}

/// A unit of the tree of the mediation network.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// Which record.
    pub id: RecordId,
    /// Where it belongs.
    pub area: AreaCode,
    /// The unit.
    pub unit: Unit,
    /// Units right under it.
    pub units: u32,
    /// People who belong to it.
    pub people: u32,
}

/// Somebody who may be asked about a case, and how near they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Near {
    /// Who.
    pub pick: Pick,
    /// Whether acts are waiting.
    pub pending: Pending,
    /// What they are listed by.
    pub nearness: Nearness,
}

/// A line of the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueRow {
    /// Which record.
    pub id: RecordId,
    /// Where it belongs.
    pub area: AreaCode,
    /// The incident as it now looks.
    pub incident: Incident,
    /// Whether acts are waiting.
    pub pending: Pending,
}

/// How the queue is sorted; each has an index, so that no page costs more than
/// another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// Highest rank first, then the nearest deadline, then the oldest.
    #[default]
    Rank,
    /// Nearest deadline first.
    Deadline,
    /// Newest first.
    Newest,
    /// Oldest first; the order of `Newest` backwards.
    Oldest,
    /// By area, then as `Rank`.
    Area,
}

impl Sort {
    /// Every order, as a key walks through them.
    pub const ALL: [Self; 5] = [
        Self::Rank,
        Self::Deadline,
        Self::Newest,
        Self::Oldest,
        Self::Area,
    ];
}

/// Which incidents are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Open ones only, or closed ones too.
    pub scope: Scope,
    /// Only this rank.
    pub rank: Option<Rank>,
    /// Only within this area.
    pub area: Option<AreaCode>,
    /// Only at this stage.
    pub stage: Option<Stage>,
    /// Only open ones that nobody has acknowledged in their episode.
    pub answer: Answer,
    /// Only open ones whose deadline is before this moment.
    pub due_before: Option<Timestamp>,
    /// Only open ones that this person has in hand.
    pub holder: Option<PersonId>,
    /// Only those registered at this moment or later.
    pub since: Option<Timestamp>,
    /// Words that must occur in number, title, place, summary, category, holder
    /// or the names of areas around, as they are written or, save for the
    /// summary, as they sound; with `!` before it a word must not. Empty for all.
    pub text: String,
}

/// Whether somebody answers for an alarm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Or not.
    #[default]
    Any,
    /// Nobody does.
    Missing,
}

/// Open ones, or all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Not struck off.
    #[default]
    Open,
    /// All.
    All,
    /// Struck off.
    Closed,
}

/// Where a page begins: after or before a row that the reader has, by its sort
/// key, so that no page is found by counting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Anchor {
    /// At the first row.
    #[default]
    First,
    /// At the last row.
    Last,
    /// After this row.
    After(RowKey),
    /// Before this row.
    Before(RowKey),
    /// So that this record is among the rows, as near the middle as can be;
    /// like `First` when the filter hides it.
    Around(RecordId),
}

/// A row's place in the order of a [`Sort`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowKey {
    /// The sort key's text or number parts, as the index has them.
    pub parts: [i64; 3],
    /// The area part, for [`Sort::Area`].
    pub area: String,
    /// The record, which decides ties.
    pub id: RecordId,
}

/// A page of the queue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueuePage {
    /// The rows in order, each with its key.
    pub rows: Vec<(RowKey, QueueRow)>,
    /// Whether there are rows before the first.
    pub before: More,
    /// Whether there are rows after the last.
    pub after: More,
    /// How many rows the filter leaves.
    pub tally: Tally,
    /// How far rows were looked through.
    pub reach: Reach,
}

/// How many rows a filter leaves, as far as that is known without counting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tally {
    /// Nobody has counted.
    #[default]
    Unknown,
    /// So many.
    Exactly(u64),
    /// Not more than so many.
    AtMost(u64),
}

/// How far rows were looked through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// As far as was needed.
    #[default]
    Whole,
    /// Only so many were, to bound the time; there may be more that fit.
    Rows(u64),
}

/// Whether there is more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum More {
    /// No.
    #[default]
    Nothing,
    /// Yes.
    Something,
}

/// Counts that are kept up with every write and read in one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Incidents on this desk.
    pub incidents: u64,
    /// Not struck off, by severity 1 to 4 (index 0 to 3).
    pub open_by_severity: [u64; 4],
    /// Open and never acknowledged in their episode, by severity.
    pub unacknowledged_by_severity: [u64; 4],
    /// Acts that wait for the service.
    pub outbox: u64,
    /// Acts that the service refused or filed as late and nobody has settled.
    pub refused: u64,
    /// Incidents with acts that met and wait for a ruling.
    pub conflicts: u64,
    /// Warnings.
    pub warnings: WarningCounts,
}

impl Counts {
    /// Not struck off.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.open_by_severity.iter().sum()
    }

    /// Open and never acknowledged.
    #[must_use]
    pub fn unacknowledged(&self) -> u64 {
        self.unacknowledged_by_severity.iter().sum()
    }
}

/// A record with its standing.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The record as it now looks.
    pub record: Record,
    /// Whether acts are waiting.
    pub pending: Pending,
}

/// A line of an incident's timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineItem {
    /// When it counts as made.
    pub at: Timestamp,
    /// Its place in the feed; none while pending.
    pub seq: Option<Seq>,
    /// What it is.
    pub what: TimelineWhat,
    /// Whether it waits.
    pub pending: Pending,
}

/// What a line of a timeline is.
#[derive(Clone, Debug, PartialEq)]
pub enum TimelineWhat {
    /// An act on the incident.
    Act(Box<Event>),
    /// A note or a call, with the whole words.
    Entry(RecordId, Box<Entry>),
    /// An event of a newer program: its verb, if it has one.
    Newer(String),
}

/// A line of a duty log as it now looks.
#[derive(Clone, Debug, PartialEq)]
pub struct LogRow {
    /// Which record.
    pub id: RecordId,
    /// The line.
    pub line: LogLine,
    /// Whether the centre has it.
    pub pending: Pending,
}

/// A line of the outbox: an act that waits, or one that was refused.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxRow {
    /// The command.
    pub id: CommandId,
    /// Its number on this device.
    pub dseq: u64,
    /// When it was made.
    pub made_at: Timestamp,
    /// Who made it.
    pub author: String,
    /// What it does.
    pub verb: AnyVerb,
    /// The incident it is about.
    pub on: RecordId,
    /// Number or provisional tag, and title, of that incident as last known.
    pub about: String,
    /// The words that it carries, so that nobody's words are lost.
    pub words: String,
    /// How it stands.
    pub state: OutboxState,
    /// The other side, where somebody's act stands against it.
    pub met: Option<Met>,
}

/// The act that stands against another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// Who did it.
    pub by: String,
    /// When it counts as made.
    pub at: Timestamp,
    /// What.
    pub verb: AnyVerb,
    /// Its words, as far as this desk's copy has them.
    pub words: String,
}

/// How an act in the outbox stands.
#[derive(Clone, Debug, PartialEq)]
pub enum OutboxState {
    /// It has not been answered.
    Waiting {
        /// How often it was sent.
        attempts: u32,
    },
    /// It waits, and on the present ground it would be refused.
    Doubtful {
        /// By which rule.
        refusal: Refusal,
    },
    /// The service took it; it stays until the feed has passed it and the
    /// service calls it durable.
    Accepted,
    /// Its author had lost the grant for it when it arrived: it took no effect,
    /// and its words are filed with the incident. Somebody must take note.
    Late {
        /// When the answer came.
        at: Timestamp,
    },
    /// The service refused it; somebody must settle it.
    Refused {
        /// Why.
        why: Refused,
        /// When the answer came.
        at: Timestamp,
    },
}

/// Where a person's or unit's line in a picker comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// The unit or person.
    pub record: Record,
    /// The unit's name for a person; empty for a unit.
    pub unit_name: String,
}
