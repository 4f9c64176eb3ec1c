//! 交接班: what one officer hands on, and that the next has seen each matter.
//!
//! The outgoing officer's draft is made from records ([`super::draft`]), edited
//! and signed; the incoming officer ticks each matter and signs, and what the
//! first answered for is the second's from then on.

use serde::{Deserialize, Serialize};

use crate::domain::alarm::Rank;
use crate::domain::extra::Extra;
use crate::domain::ids::RecordId;
use crate::domain::incident::Signature;
use crate::domain::incident::stage::Stage;
use crate::domain::record::Kind;
use crate::domain::time::{Date, Timestamp};
use crate::domain::unit::UnitRef;

/// The most matters of one handover: no more fit into one command, and nobody
/// goes through more line by line.
pub const ITEMS_MAX: usize = 300;
/// The longest words of one section, in characters.
pub const SECTION_MAX_CHARS: usize = 1_000;
/// The longest words on one matter, in characters.
pub const NEXT_MAX_CHARS: usize = 200;

/// Why a matter is in a handover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemKind {
    /// An open case of a rank that sounds.
    Open,
    /// A case whose alarm is put off.
    Snoozed,
    /// Somebody was promised to be rung back.
    CallBack,
    /// A called unit that has not reported in.
    Called,
    /// An open warning of a rank that sounds.
    Warning,
    /// A post that has less than it needs in the coming shift.
    Gap,
}

impl ItemKind {
    /// What kind of record such a matter is.
    #[must_use]
    pub const fn record_kind(self) -> Kind {
        match self {
            Self::Open | Self::Snoozed | Self::Called => Kind::Incident,
            Self::Warning => Kind::Warning,
            Self::CallBack => Kind::LogLine,
            Self::Gap => Kind::Post,
        }
    }
}

/// One matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Why it is here.
    pub kind: ItemKind,
    /// The case, the warning, the line of the log, or the post.
    pub record: RecordId,
    /// What people call it: its number or tag.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its title, or the line's words.
    pub title: String,
    /// A case's rank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<Rank>,
    /// A case's stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// Who has it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub holder: String,
    /// The deadline that runs, the end of the snooze, or when somebody waits
    /// for the call; of a gap, when it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Whether the outgoing officer answers for its alarm.
    pub answers: Answers,
    /// What comes next, in the outgoing officer's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub next: String,
}

/// Who answers for the alarm of a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answers {
    /// The outgoing officer: it moves.
    Outgoing,
    /// Somebody else, or nobody.
    Other,
}

impl Item {
    /// Whether the incoming officer must have ticked it: an open matter of a
    /// rank that sounds, and a promise.
    #[must_use]
    pub const fn must_be_ticked(&self) -> bool {
        match self.kind {
            ItemKind::Open | ItemKind::CallBack | ItemKind::Warning => true,
            ItemKind::Snoozed | ItemKind::Called | ItemKind::Gap => false,
        }
    }
}

/// What the outgoing officer adds in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sections {
    /// 设备和故障.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub equipment: String,
    /// 领导交办.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub orders: String,
    /// 下一班可能发生: must be said.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub expected: String,
    /// 其他.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub other: String,
}

/// What the outgoing desk has not delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backlog {
    /// Acts that wait.
    pub unsent: u64,
    /// Acts that were refused and nobody has settled.
    pub refused: u64,
    /// Of a desk without the centre: up to when it knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_until: Option<Timestamp>,
}

/// What a shift hands on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Handover {
    /// Whose desk.
    pub unit: UnitRef,
    /// The day on which the outgoing shift began.
    pub day: Date,
    /// Its name.
    pub shift: String,
    /// Each matter.
    pub items: Vec<Item>,
    /// How many more there are that are not listed.
    #[serde(default, skip_serializing_if = "is_none")]
    pub left_out: u32,
    /// The outgoing officer's words.
    pub sections: Sections,
    /// What the desk has not delivered.
    #[serde(default)]
    pub backlog: Backlog,
    /// How the log ended then, for the paper.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub closing_code: String,
    /// The outgoing officer's signature.
    pub offered: Signature,
    /// The incoming officer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<Signature>,
    /// What the incoming officer ticked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticked: Vec<RecordId>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Whether nothing was left out, which is not written.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference"
)]
pub(super) const fn is_none(left_out: &u32) -> bool {
    *left_out == 0
}

/// How many that must be ticked are not.
#[must_use]
pub fn unticked(items: &[Item], ticked: &[RecordId]) -> usize {
    items
        .iter()
        .filter(|item| item.must_be_ticked() && !ticked.contains(&item.record))
        .count()
}
