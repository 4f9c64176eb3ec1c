//! 值班日志: the lines of a centre's log. A line is never changed once it is
//! written; a correction is a new line that names the old one.

use serde::{Deserialize, Serialize};

use super::shift::Sound;
use crate::domain::alarm::Rank;
use crate::domain::digest::Digest;
use crate::domain::entry::Call;
use crate::domain::extra::Extra;
use crate::domain::ids::RecordId;
use crate::domain::incident::ending::CaseRef;
use crate::domain::time::{Date, Timestamp};
use crate::domain::unit::{OfficerRef, UnitRef};
use crate::domain::warning::{Subject, Why};

/// The longest text of a line, in characters.
pub const LINE_TEXT_MAX_CHARS: usize = 4_000;
/// The longest words of a leader about a call, in characters.
pub const INSTRUCTION_MAX_CHARS: usize = 1_000;
/// The longest salt of a number, in characters: a UUID's.
pub const SALT_MAX_CHARS: usize = 36;

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogLine {
    /// Whose log it is.
    pub unit: UnitRef,
    /// What it tells of.
    pub what: LineKind,
    /// The words, whole.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Who wrote it; of what a desk's program noted, who was on duty, and of
    /// what the centre's noted, the account of its rules, which has no name.
    pub author: OfficerRef,
    /// When it was written, by the desk's corrected clock.
    pub at: Timestamp,
    /// How it was written down.
    pub by: Means,
    /// The case that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<CaseRef>,
    /// The line that it corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<RecordId>,
    /// The line whose promise it keeps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keeps: Option<RecordId>,
    /// Its place in the log; none until the centre has taken it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

/// How a line came to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Means {
    /// By a person at a desk.
    Desk,
    /// By a script with an officer's account.
    Script,
    /// By the program itself.
    Program,
}

/// What a line tells of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum LineKind {
    /// 记事.
    Note,
    /// 值班电话记录.
    Call(Box<PhoneCall>),
    /// 签到上岗.
    SignedOn {
        /// The day on which the shift begins.
        day: Date,
        /// The shift's name.
        shift: String,
        /// Whether the desk was heard.
        sound: Sound,
    },
    /// The desk was without the centre for a while, and has it again.
    Cut {
        /// Since when.
        since: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// 交班.
    Offered {
        /// How many matters were handed on.
        items: u32,
    },
    /// 接班.
    Taken {
        /// From whom.
        from: OfficerRef,
        /// How many alarms have another to answer for them now.
        moved: u32,
    },
    /// 预警: a rule's warning was raised or lifted. The centre writes it.
    Warned(Box<Warned>),
}

/// What befell a warning, as facts; the words are made where they are shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Warned {
    /// The warning.
    pub warning: RecordId,
    /// What befell it.
    pub befell: Befell,
    /// Its rank then.
    pub rank: Rank,
    /// What it is about.
    pub subject: Subject,
    /// Why there is a warning.
    pub why: Why,
    /// Who did it; a rule has no name.
    pub by: OfficerRef,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What befell a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Befell {
    /// Raised, or raised higher, or anew.
    Raised,
    /// Lifted.
    Lifted,
}

impl Befell {
    /// The name in ids and i18n keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Lifted => "lifted",
        }
    }
}

/// A telephone call at the desk, by the five elements of a duty record: when,
/// who rang (unit, name, number), about what (the line's text), what the leader
/// said and what was done, who wrote it down (the line's author).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhoneCall {
    /// Who rang whom, and how it went.
    pub call: Call,
    /// When.
    pub at: Timestamp,
    /// Whom the other side has told already, and when.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub told: String,
    /// 领导指示和办理情况.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instruction: String,
    /// Until when it was promised to ring back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_back_by: Option<Timestamp>,
    /// Chance that hides the number in [`Self::mark`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub salt: String,
    /// What stands for the number where it is not shown whole, so that the
    /// chain holds there too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Digest>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A line's place in the log of its centre, given when the centre takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// From 1, without holes.
    pub no: u64,
    /// When it reached the centre, by the centre's clock.
    pub received_at: Timestamp,
    /// The link of the line before; of the first one [`Digest::ZERO`].
    pub prev: Digest,
    /// Its own link.
    pub link: Digest,
}

impl PhoneCall {
    /// What stands for the number where it is not shown.
    #[must_use]
    pub fn number_mark(&self) -> Option<Digest> {
        if self.salt.is_empty() {
            return self.mark;
        }
        let number = format!("{}\n{}", self.salt, self.call.phone);
        Some(Digest::of(number.as_bytes()))
    }

    /// The call without the number: only the mark stays.
    #[must_use]
    pub fn without_number(&self) -> Self {
        let mut call = self.clone();
        call.mark = self.number_mark();
        call.salt = String::new();
        call.call.phone = String::new();
        call
    }
}

impl LogLine {
    /// The call that it records, if it does.
    #[must_use]
    pub fn call(&self) -> Option<&PhoneCall> {
        match &self.what {
            LineKind::Call(call) => Some(call),
            LineKind::Note
            | LineKind::SignedOn { .. }
            | LineKind::Cut { .. }
            | LineKind::Offered { .. }
            | LineKind::Taken { .. }
            | LineKind::Warned(_) => None,
        }
    }

    /// The line without a telephone number in it.
    #[must_use]
    pub fn without_number(&self) -> Self {
        let mut line = self.clone();
        if let LineKind::Call(call) = &mut line.what {
            **call = call.without_number();
        }
        line
    }
}
