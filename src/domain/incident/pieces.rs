//! What an incident is made of.

use serde::{Deserialize, Serialize};

use super::act::FollowUpOutcome;
use super::stage::{StepStatus, Supervision};
use super::verb::Verb;
use crate::domain::alarm::Rank;
use crate::domain::codes::Method;
use crate::domain::ids::UnitId;
use crate::domain::time::Timestamp;
use crate::domain::unit::{Holder, OfficerRef, UnitRef};

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

/// A change of supervision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supervised {
    /// From.
    pub from: Supervision,
    /// To.
    pub to: Supervision,
    /// By whom, when and why.
    pub by: Signature,
}

/// A unit that was told has read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Which unit.
    pub unit: UnitId,
    /// Who of it, and when.
    pub by: Signature,
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
