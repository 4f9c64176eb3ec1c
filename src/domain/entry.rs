//! Entries: what is said about another record. A note or a call is never
//! edited; a correction is a new entry.

use serde::{Deserialize, Serialize};

use super::extra::Extra;
use super::ids::RecordId;
use super::incident::reveal::Part;
use super::incident::verb::Verb;
use super::roster::ShiftKey;
use super::roster::act::Channel;
use super::time::Timestamp;
use super::unit::{OfficerRef, UnitRef};

/// The longest note or call, in characters (GB/T 31000 gives 4,000 to 化解情况).
pub const ENTRY_TEXT_MAX_CHARS: usize = 4_000;

/// A note or a call on another record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// What is said.
    pub what: EntryKind,
    /// The words, whole.
    pub text: String,
    /// Who wrote it down.
    pub author: OfficerRef,
    /// The author's unit at the time.
    pub unit: UnitRef,
    /// When it was written, corrected time.
    pub at: Timestamp,
    /// The entry that this one corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<RecordId>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum EntryKind {
    /// 办理意见, 记录.
    Note,
    /// 电话记录.
    Call(Call),
    /// 查看记录: who looked at what is masked of the case; the words say why.
    /// Names the parts and none of their values.
    Reveal {
        /// What was there to be seen.
        parts: Vec<Part>,
    },
    /// 签到: somebody of the roster is there, as it was told.
    CheckIn {
        /// For which shift.
        shift: ShiftKey,
        /// How it was told.
        channel: Channel,
    },
    /// 迟到的操作: what an officer did before losing the grant for it, and what
    /// reached the centre afterwards. It took no effect.
    Late {
        /// What was done.
        verb: Verb,
        /// The call, if one was logged.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call: Option<Call>,
    },
}

/// A telephone call, as the duty rules want it recorded (domain.md §4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Who rang whom.
    pub direction: Direction,
    /// The other side: unit, name.
    pub with: String,
    /// The other side's number, whole.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// How it went.
    pub outcome: CallOutcome,
}

/// Who rang whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// 来电.
    In,
    /// 去电.
    Out,
}

/// How a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallOutcome {
    /// 接通.
    Answered,
    /// 无人接听.
    NoAnswer,
    /// 占线.
    Busy,
    /// 空号、停机.
    DeadNumber,
}
