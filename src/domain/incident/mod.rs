//! Incidents (事件, 矛盾纠纷): found, graded, assigned with four elements,
//! resolved by a deadline and struck off one by one.
//!
//! Start at [`table`]: it says what can happen. [`act`] is what an officer
//! says, [`apply`](mod@apply) what follows from it, [`refusal`] why not.

pub mod act;
pub mod alike;
pub mod apply;
pub mod conflict;
pub mod field;
pub mod meeting;
pub mod number;
pub mod party;
pub mod refusal;
pub mod reveal;
pub mod stage;
pub mod table;
pub mod verb;
pub mod words;

use serde::{Deserialize, Serialize};

use self::act::FollowUpOutcome;
use self::conflict::Conflict;
use self::number::IncidentNumber;
use self::party::Party;
use self::stage::{Stage, Status, StepStatus, Supervision};
use self::verb::Verb;
use super::alarm::{Alarm, AlarmState, Rank};
use super::calendar::Deadline;
use super::codes::{Category, Method, Scale};
use super::extra::Extra;
use super::policy::Policy;
use super::time::Timestamp;
use super::unit::{Holder, OfficerRef, UnitRef};

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
    /// Rank and alarm.
    pub alarm: Alarm,
    /// Past changes of rank, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gradings: Vec<Grading>,
    /// The clock that runs now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Deadline>,

    /// Who took it first (首问负责); checks it in the end.
    pub creator: UnitRef,
    /// The officer who registered it.
    pub registered_by: OfficerRef,
    /// When.
    pub registered_at: Timestamp,
    /// 任务书、时间表、路径图、责任人.
    #[serde(default)]
    pub elements: FourElements,
    /// 协办.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assist: Vec<Holder>,
    /// 抄告.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<Holder>,
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

/// How an incident came in (来源方式).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// By which way.
    pub channel: Channel,
    /// Who told it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Their telephone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
}

/// The ways in (domain.md §2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// 来电.
    Telephone,
    /// 来访.
    Visit,
    /// 网格上报.
    Grid,
    /// 110 转来.
    Police,
    /// 12345 转来.
    Hotline,
    /// 走访排查.
    Patrol,
    /// 上级交办.
    Superior,
    /// 接口.
    Interface,
}

/// Every way in, in the order of the form.
pub const CHANNELS: [Channel; 8] = [
    Channel::Telephone,
    Channel::Visit,
    Channel::Grid,
    Channel::Police,
    Channel::Hotline,
    Channel::Patrol,
    Channel::Superior,
    Channel::Interface,
];

/// The step in hand: whose it is and how far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// How far.
    pub status: StepStatus,
    /// 主办.
    pub holder: Holder,
    /// The unit that gave it to the holder; gets it back when it is returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_by: Option<UnitRef>,
    /// Since when the step is at this status.
    pub since: Timestamp,
    /// When the work must be finished, where the assigner set it apart from
    /// the rank's own limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_by: Option<Timestamp>,
}

/// 问题清单四要素 (domain.md §7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FourElements {
    /// 任务书: what, to which standard.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub task: String,
    /// 时间表: milestones, one a line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schedule: Vec<String>,
    /// 路径图: steps and measures.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// 责任人: one name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
}

/// One of the four.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Element {
    /// 任务书.
    Task,
    /// 时间表.
    Schedule,
    /// 路径图.
    Path,
    /// 责任人.
    Owner,
}

/// A change of rank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grading {
    /// From.
    pub from: Rank,
    /// To.
    pub to: Rank,
    /// By whom.
    pub by: OfficerRef,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// What the holder said at the end of the work (GB/T 31000 items 18 to 23).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finish {
    /// By whom.
    pub by: OfficerRef,
    /// When.
    pub at: Timestamp,
    /// 化解是否成功.
    pub outcome: Outcome,
    /// 化解方式.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// 化解情况.
    pub text: String,
}

/// 化解是否成功.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// 成功.
    Resolved,
    /// 未成功, led elsewhere (court, arbitration).
    Unresolved,
}

/// Who put their name to something, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Who.
    pub by: OfficerRef,
    /// When.
    pub at: Timestamp,
    /// Their words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// A follow-up that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUpMade {
    /// Who asked, when, and what was said.
    pub made: Signature,
    /// What came of it.
    pub outcome: FollowUpOutcome,
}

/// 销号: two people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StrikeOff {
    /// Who proposed it.
    pub proposed: Signature,
    /// Who signed second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Signature>,
}

/// How often what happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Counts {
    /// Notes.
    pub notes: u32,
    /// Calls.
    pub calls: u32,
    /// Times returned by a holder.
    pub returned: u32,
    /// Times sent back by the checker.
    pub sent_back: u32,
    /// Times opened again.
    pub reopened: u32,
}

/// The latest act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastAct {
    /// What.
    pub verb: Verb,
    /// By whom.
    pub by: OfficerRef,
    /// When.
    pub at: Timestamp,
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

impl FourElements {
    /// Which of the four are missing.
    #[must_use]
    pub fn missing(&self) -> Vec<Element> {
        let mut missing = Vec::new();
        if self.task.trim().is_empty() {
            missing.push(Element::Task);
        }
        if self.schedule.iter().all(|line| line.trim().is_empty()) {
            missing.push(Element::Schedule);
        }
        if self.path.trim().is_empty() {
            missing.push(Element::Path);
        }
        if self.owner.trim().is_empty() {
            missing.push(Element::Owner);
        }
        missing
    }
}

#[cfg(test)]
mod tests;
