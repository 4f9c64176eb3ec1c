//! Arguments of the acts of the work itself.

use serde::{Deserialize, Serialize};

use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::domain::codes::{Category, EventGrade, Method, Scale};
use crate::domain::entry::Call;
use crate::domain::ids::{CommandId, PersonId, RecordId, UnitId};
use crate::domain::incident::conflict::Way;
use crate::domain::incident::party::{Party, SealedParty};
#[cfg(doc)]
use crate::domain::incident::verb::Verb;
use crate::domain::incident::{FourElements, Outcome, Source};
use crate::domain::time::Timestamp;

/// Arguments of [`Verb::Register`]. Category and area are enough; the rest can
/// follow by [`Amend`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Where it belongs.
    pub area: AreaCode,
    /// What it is.
    pub category: Category,
    /// How grave.
    pub rank: Rank,
    /// Title; may be empty at first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Place in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// What happened.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// Scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// How many people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people_count: Option<u32>,
    /// When it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Timestamp>,
    /// How it came in.
    pub source: Source,
    /// Parties.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<Party>,
    /// What of the parties is sealed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sealed: Vec<SealedParty>,
    /// Whether the seat that registers it answers for its alarm.
    #[serde(default)]
    pub answer: Answer,
}

/// Whether the registering seat answers for the alarm at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It rings until somebody acknowledges it.
    #[default]
    Nobody,
    /// The author has it in hand.
    Author,
}

/// Arguments of [`Verb::Acknowledge`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledge {
    /// The episode that the officer saw; a later one stays unacknowledged.
    pub episode: u32,
}

/// Arguments of [`Verb::Snooze`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnoozeUntil {
    /// When it comes back.
    pub until: Timestamp,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// Arguments of [`Verb::Note`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// The id of the entry that this makes.
    pub entry: RecordId,
    /// The words; empty only inside an event, where the entry has them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The entry that this one corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<RecordId>,
}

/// Arguments of [`Verb::Call`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallLogged {
    /// The id of the entry that this makes.
    pub entry: RecordId,
    /// The call.
    pub call: Call,
    /// What was said; empty only inside an event.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// Arguments of [`Verb::Reveal`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reveal {
    /// The id of the entry that keeps who looked, at what and why.
    pub entry: RecordId,
    /// Why; always asked for. Empty only inside an event.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// From the value that the officer saw to the one the officer wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit<T> {
    /// What was there.
    pub from: T,
    /// What shall be there.
    pub to: T,
}

/// Arguments of [`Verb::Amend`]: the fields to change, each with both values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Amend {
    /// Title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Edit<String>>,
    /// Category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Edit<Category>>,
    /// Place in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Edit<String>>,
    /// What happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<Edit<String>>,
    /// Scale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<Edit<Option<Scale>>>,
    /// How many people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people_count: Option<Edit<Option<u32>>>,
    /// 加急: how grave an emergency, or none any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emergency: Option<Edit<Option<EventGrade>>>,
    /// 任务书.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<Edit<String>>,
    /// 时间表.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Edit<Vec<String>>>,
    /// 路径图.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Edit<String>>,
    /// 责任人.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Edit<String>>,
}

/// Arguments of [`Verb::Raise`] and [`Verb::Lower`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// The new rank.
    pub to: Rank,
    /// Why; always asked for.
    pub reason: String,
}

/// A unit, and perhaps a person in it, as a command names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolderId {
    /// The unit.
    pub unit: UnitId,
    /// The person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
}

/// Arguments of [`Verb::Assign`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// 主办.
    pub lead: HolderId,
    /// 协办.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assist: Vec<HolderId>,
    /// 抄告.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<HolderId>,
    /// The four elements as far as they are known. What is left empty keeps
    /// what the record has; an empty owner becomes the lead's person.
    #[serde(default)]
    pub elements: FourElements,
    /// When it must be finished, if not by the rank's own limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// 交办意见.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
}

/// Whose words these are, when an officer enters them for the holder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnBehalf {
    /// Who said it (name, post).
    pub of: String,
    /// By which way (telephone, radio), in words.
    pub by: String,
}

/// Arguments of [`Verb::Accept`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Accept {
    /// For whom, if not for the own unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
}

/// Arguments of [`Verb::Return`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnWork {
    /// Why.
    pub reason: String,
    /// For whom, if not for the own unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
}

/// Arguments of [`Verb::Finish`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinishWork {
    /// 化解是否成功.
    pub outcome: Outcome,
    /// 化解方式.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// 化解情况.
    pub text: String,
    /// For whom, if not for the own unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
}

/// Words that may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Words {
    /// The words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// A reason that must be given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Why.
    pub reason: String,
}

/// Arguments of [`Verb::Settle`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settle {
    /// The card: the command whose arrival made it.
    pub conflict: CommandId,
    /// Which of the three ways.
    pub way: Way,
    /// Why; must be given for the gentler step.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// The id of the entry that [`Way::Note`] makes; others have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<RecordId>,
}

/// Arguments of [`Verb::FollowUp`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// What came of it.
    pub outcome: FollowUpOutcome,
    /// What was said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// 满意度.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FollowUpOutcome {
    /// 满意.
    Satisfied,
    /// 基本满意.
    MostlySatisfied,
    /// 不满意: the work begins again.
    Dissatisfied,
    /// 未联系上: stays to be followed up.
    NotReached,
}
