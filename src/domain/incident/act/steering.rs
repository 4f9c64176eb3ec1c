//! Arguments of the acts that steer the work: whose it is, who is told, called
//! and driven on, how long it may take, and what belongs together.

use serde::{Deserialize, Serialize};

use super::args::{Assign, Edit, HolderId, OnBehalf};
use crate::domain::codes::{Category, EventGrade, Scale};
use crate::domain::ids::{CommandId, UnitId};
use crate::domain::incident::stage::Supervision;
#[cfg(doc)]
use crate::domain::incident::verb::Verb;
use crate::domain::incident::whistle::Mark;
use crate::domain::time::Timestamp;

/// Arguments of [`Verb::Triage`]: what the officer found it to be, and with
/// `route` whose it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Triage {
    /// Category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Edit<Category>>,
    /// Scale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<Edit<Option<Scale>>>,
    /// 加急: how grave an emergency, or none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emergency: Option<Edit<Option<EventGrade>>>,
    /// 研判意见.
    pub opinion: String,
    /// 分流: to whom it goes, in the same act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<Assign>,
}

/// Arguments of [`Verb::Escalate`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToUnit {
    /// The unit above.
    pub to: HolderId,
    /// Why; always asked for.
    pub reason: String,
}

/// Arguments of [`Verb::HandDown`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandDown {
    /// The unit below.
    pub to: HolderId,
    /// When it must be finished, if not by the rank's own limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// 下派意见.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
}

/// Arguments of [`Verb::Copy`] and [`Verb::Whistle`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtUnits {
    /// The units.
    pub units: Vec<HolderId>,
    /// What they are told, or what they are called for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
}

/// Arguments of [`Verb::ReportIn`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReportIn {
    /// Who came, with what.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Which unit, if it is not the own one: the caller writes down that it
    /// came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Who of it said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
}

/// Arguments of [`Verb::RateWhistle`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateWhistle {
    /// The command that called.
    pub whistle: CommandId,
    /// The unit that is rated.
    pub unit: UnitId,
    /// How it answered.
    pub mark: Mark,
    /// In words; must be given for a poor mark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// Arguments of [`Verb::Supervise`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supervise {
    /// The new level, above the present one.
    pub to: Supervision,
    /// Why; always asked for.
    pub reason: String,
}

/// Arguments of [`Verb::AskExtension`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskExtension {
    /// Working days asked for.
    pub days: u16,
    /// Why; always asked for.
    pub reason: String,
    /// For whom, if not for the own unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
}

/// Arguments of [`Verb::GrantExtension`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantExtension {
    /// The command that asked.
    pub asked: CommandId,
    /// Working days granted; they may be others than those asked for.
    pub days: u16,
    /// 审批意见.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// Arguments of [`Verb::RefuseExtension`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefuseExtension {
    /// The command that asked.
    pub asked: CommandId,
    /// Why; always asked for.
    pub reason: String,
}

/// Arguments of [`Verb::ReturnToPolice`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoliceReturn {
    /// Why; always asked for.
    pub reason: String,
    /// Who of the police took it over the telephone; empty while nobody has
    /// been reached.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub confirmed_with: String,
}

/// Arguments of [`Verb::Merge`], [`Verb::Unmerge`], [`Verb::Link`] and
/// [`Verb::Unlink`]: the two cases are the command's targets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// Why; always asked for.
    pub reason: String,
}
