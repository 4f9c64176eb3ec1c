//! Incidents (事件, 矛盾纠纷): found, graded, assigned with four elements,
//! resolved by a deadline and struck off one by one.
//!
//! Start at [`table`]: it says what can happen. [`act`] is what an officer
//! says, [`apply`](mod@apply) what follows from it, [`refusal`] why not.

pub mod act;
pub mod alike;
pub mod apply;
pub mod chain;
pub mod conflict;
pub mod ending;
pub mod extension;
pub mod field;
pub mod meeting;
pub mod number;
pub mod party;
mod pieces;
pub mod refusal;
pub mod reveal;
pub mod stage;
pub mod table;
pub mod undo;
pub mod verb;
pub mod whistle;
pub mod words;

use serde::{Deserialize, Serialize};

use self::conflict::Conflict;
use self::ending::{CaseLink, Ending, Fold};
use self::extension::Extension;
use self::number::IncidentNumber;
use self::party::Party;
use self::stage::{Stage, Status, Supervision};
use self::whistle::Whistle;
use super::alarm::{Alarm, AlarmState};
use super::calendar::Deadline;
use super::codes::{Category, EventGrade, Scale};
use super::extra::Extra;
use super::policy::Policy;
use super::time::Timestamp;
use super::unit::{Holder, OfficerRef, UnitRef};

pub use self::pieces::{
    CHANNELS, Channel, Counts, Element, Finish, FollowUpMade, FourElements, Grading, LastAct,
    Outcome, Reading, Signature, Source, Step, StrikeOff, Supervised,
};

/// The longest title, place and list of units, in characters (GB/T 31000
/// §4.7.2).
pub const TITLE_MAX_CHARS: usize = 100;
/// The longest summary, in characters (GB/T 31000 §4.7.2).
pub const SUMMARY_MAX_CHARS: usize = 4_000;
/// The most steps of the schedule among the four elements.
pub const MILESTONES_MAX: usize = 20;
/// The most helping units, and the most units that get a copy.
pub const HELPERS_MAX: usize = 20;
/// The changes of rank that stay on the record; older ones are in the feed.
pub const GRADINGS_KEPT_MAX: usize = 16;
/// The changes of supervision that stay on the record; older ones are in the
/// feed.
pub const SUPERVISIONS_KEPT_MAX: usize = 16;
/// The follow-ups that stay on the record; older ones are in the feed.
pub const FOLLOW_UPS_KEPT_MAX: usize = 16;

/// A dispute or other event that somebody has to deal with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// The number that people say; given by the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<IncidentNumber>,
    /// 事件名称.
    pub title: String,
    /// 事件类别.
    pub category: Category,
    /// 发生地点, in words, within the record's area.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// 事件规模.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// 涉及人数.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people_count: Option<u32>,
    /// 加急: how grave an emergency it was judged to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency: Option<EventGrade>,
    /// 事件简述.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// 发生时间; the standard knows only the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Timestamp>,
    /// How it came in.
    pub source: Source,
    /// 当事人.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<Party>,

    /// Status of the event.
    pub status: Status,
    /// The step in hand.
    pub step: Step,
    /// 督办.
    #[serde(default)]
    pub supervision: Supervision,
    /// Past changes of supervision, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supervisions: Vec<Supervised>,
    /// Rank and alarm.
    pub alarm: Alarm,
    /// Past changes of rank, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gradings: Vec<Grading>,
    /// The clock that runs now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Deadline>,
    /// 延期, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,

    /// Who took it first (首问负责); checks it in the end.
    pub creator: UnitRef,
    /// The officer who registered it.
    pub registered_by: OfficerRef,
    /// When.
    pub registered_at: Timestamp,
    /// 研判意见: the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub triage: Option<Signature>,
    /// 任务书、时间表、路径图、责任人.
    #[serde(default)]
    pub elements: FourElements,
    /// 协办.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assist: Vec<Holder>,
    /// 抄告.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<Holder>,
    /// 阅读: which of them have read it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<Reading>,
    /// 吹哨, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub whistles: Vec<Whistle>,
    /// What the holder said at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish: Option<Finish>,
    /// Who verified it, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Signature>,
    /// 回访, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub follow_ups: Vec<FollowUpMade>,
    /// 销号: the signatures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strike_off: Option<StrikeOff>,
    /// Who opened it again last, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopened: Option<Signature>,
    /// How it ended; see [`Incident::ended`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// What it was before it was folded into another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fold: Option<Box<Fold>>,
    /// The cases folded into this one, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<CaseLink>,
    /// 关联案件.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<CaseLink>,
    /// Acts that met, oldest first; open ones until a person rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
    /// How often what.
    #[serde(default)]
    pub counts: Counts,
    /// The latest act, for the list and for whoever comes too late.
    pub last: LastAct,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Incident {
    /// The row of the state table that it stands on.
    ///
    /// A pair of fields that no command reaches is taken for the nearest
    /// stage in which somebody still has to look: what is broken stays open.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match Stage::of(self.status, self.step.status) {
            Some(stage) => stage,
            None => match self.status {
                Status::Open => Stage::Handling,
                Status::PendingCheck => Stage::PendingCheck,
                Status::Verified => Stage::Verified,
                Status::FollowedUp => Stage::FollowedUp,
                Status::AwaitingSignature => Stage::AwaitingSignature,
                Status::Closed => Stage::Closed,
            },
        }
    }

    /// Whether it still counts as open in 1,881 − 1,058 = 823.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self.stage() {
            Stage::New
            | Stage::Assigned
            | Stage::Handling
            | Stage::PendingCheck
            | Stage::Verified
            | Stage::FollowedUp
            | Stage::AwaitingSignature => true,
            Stage::Closed => false,
        }
    }

    /// What its alarm is at `now`. An acknowledgement lapses only while nobody
    /// has taken the work: from acceptance on the deadline watches over it, and
    /// a mark on every case in hand would be a mark on none.
    #[must_use]
    pub fn alarm_state(&self, policy: &Policy, now: Timestamp) -> AlarmState {
        let state = self.alarm.state(policy.level(self.alarm.rank), now);
        let taken = match self.stage() {
            Stage::New | Stage::Assigned => false,
            Stage::Handling
            | Stage::PendingCheck
            | Stage::Verified
            | Stage::FollowedUp
            | Stage::AwaitingSignature
            | Stage::Closed => true,
        };
        match state {
            AlarmState::AckExpiring | AlarmState::AckLapsed if taken => AlarmState::Acknowledged,
            AlarmState::Unacknowledged
            | AlarmState::Acknowledged
            | AlarmState::AckExpiring
            | AlarmState::AckLapsed
            | AlarmState::Snoozed
            | AlarmState::SnoozeEnded => state,
        }
    }

    /// Whether the clock that runs has run out at `now`.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.deadline
            .as_ref()
            .is_some_and(|deadline| deadline.at < now)
    }
}

#[cfg(test)]
mod tests;
