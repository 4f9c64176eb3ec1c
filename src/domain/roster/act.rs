//! What an officer says of a roster: a verb and its arguments. Unknown
//! arguments are refused.

use serde::{Deserialize, Serialize};

use super::code::{Cell, Code};
use super::month::Month;
use super::verb::Verb;
use super::{Needs, PostKind, ShiftKey};
use crate::domain::area::AreaCode;
use crate::domain::entry::Call;
use crate::domain::ids::{CommandId, PersonId, RecordId};
use crate::domain::time::{Date, Timestamp};

/// A verb with its arguments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verb", content = "args", rename_all = "kebab-case")]
pub enum Act {
    /// See [`Verb::RosterPostAdd`].
    RosterPostAdd(PostAdd),
    /// See [`Verb::RosterAssignShift`].
    RosterAssignShift(AssignShift),
    /// See [`Verb::RosterRemoveShift`].
    RosterRemoveShift(RemoveShift),
    /// See [`Verb::RosterImport`].
    RosterImport(Box<Import>),
    /// See [`Verb::RosterUndoImport`].
    RosterUndoImport(UndoImport),
    /// See [`Verb::RosterCheckIn`].
    RosterCheckIn(CheckIn),
    /// See [`Verb::RosterCall`].
    RosterCall(RosterCall),
}

/// Arguments of [`Verb::RosterPostAdd`]; the target is the new post.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostAdd {
    /// Where.
    pub area: AreaCode,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: PostKind,
    /// Whom it needs.
    pub needs: Needs,
    /// Its duty telephone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
}

/// Arguments of [`Verb::RosterAssignShift`]; the targets are the line, which
/// need not exist, and the post.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignShift {
    /// The post.
    pub post: RecordId,
    /// Who.
    pub person: PersonId,
    /// The day that the shift belongs to.
    pub date: Date,
    /// What it is.
    pub code: Code,
    /// Other hours than the code's: a part of a night, say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Span>,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// From one moment to another, which is not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// From.
    pub from: Timestamp,
    /// Up to.
    pub until: Timestamp,
}

/// Arguments of [`Verb::RosterRemoveShift`]; the target is the line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveShift {
    /// Which shift.
    pub shift: ShiftKey,
    /// From when on; its start takes all of it off.
    pub from: Timestamp,
    /// Why.
    pub reason: String,
}

/// Arguments of [`Verb::RosterImport`]; the targets are the lines, which need
/// not exist, and their posts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// One for all acts that bring one file.
    pub import: CommandId,
    /// Which month.
    pub month: Month,
    /// The file's name, without its folder.
    pub file: String,
    /// What is set.
    pub lines: Vec<ImportLine>,
}

/// One person's days on one post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportLine {
    /// The post.
    pub post: RecordId,
    /// Who.
    pub person: PersonId,
    /// The days that change.
    pub days: Vec<DayEdit>,
}

/// What a day says, and what the officer saw there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayEdit {
    /// Day of the month.
    pub day: u8,
    /// What the plan said.
    pub from: Cell,
    /// What it shall say.
    pub to: Cell,
}

/// Arguments of [`Verb::RosterUndoImport`]; the targets are the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndoImport {
    /// Which import.
    pub import: CommandId,
}

/// How somebody reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// 电话.
    Phone,
    /// 对讲.
    Radio,
    /// 当面.
    InPerson,
    /// 微信等.
    Message,
}

impl Channel {
    /// Every channel, the most usual first.
    pub const ALL: [Self; 4] = [Self::Phone, Self::Radio, Self::InPerson, Self::Message];

    /// Its name on the wire and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Radio => "radio",
            Self::InPerson => "in-person",
            Self::Message => "message",
        }
    }
}

/// Arguments of [`Verb::RosterCheckIn`]; the target is the line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckIn {
    /// The entry that keeps it.
    pub entry: RecordId,
    /// Which shift.
    pub shift: ShiftKey,
    /// How the person reported.
    pub channel: Channel,
    /// What was said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// Arguments of [`Verb::RosterCall`]; the target is the line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterCall {
    /// The entry that keeps it.
    pub entry: RecordId,
    /// Who was rung, and how it went. A number is not kept, see
    /// [`RosterCall::without_number`]; desks of an earlier edition send one.
    pub call: Call,
    /// What was said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

impl RosterCall {
    /// As it is kept, in the entry and in the event: the number is that of the
    /// person's record, where a look at it whole is an act with a reason. A copy
    /// beside it would be a look that nobody sees.
    #[must_use]
    pub fn without_number(&self) -> Self {
        let mut kept = self.clone();
        kept.call.phone = String::new();
        kept
    }
}

impl Act {
    /// The verb alone.
    #[must_use]
    pub const fn verb(&self) -> Verb {
        match self {
            Self::RosterPostAdd(_) => Verb::RosterPostAdd,
            Self::RosterAssignShift(_) => Verb::RosterAssignShift,
            Self::RosterRemoveShift(_) => Verb::RosterRemoveShift,
            Self::RosterImport(_) => Verb::RosterImport,
            Self::RosterUndoImport(_) => Verb::RosterUndoImport,
            Self::RosterCheckIn(_) => Verb::RosterCheckIn,
            Self::RosterCall(_) => Verb::RosterCall,
        }
    }

    /// The entry that it makes.
    #[must_use]
    pub const fn entry(&self) -> Option<RecordId> {
        match self {
            Self::RosterCheckIn(args) => Some(args.entry),
            Self::RosterCall(args) => Some(args.entry),
            Self::RosterPostAdd(_)
            | Self::RosterAssignShift(_)
            | Self::RosterRemoveShift(_)
            | Self::RosterImport(_)
            | Self::RosterUndoImport(_) => None,
        }
    }

    /// The act as its event keeps it: without the words that the entry carries,
    /// and of an import only what it is, because its line tells the rest.
    #[must_use]
    pub fn for_event(&self) -> Self {
        match self {
            Self::RosterCheckIn(args) => Self::RosterCheckIn(CheckIn {
                text: String::new(),
                ..args.clone()
            }),
            Self::RosterCall(args) => Self::RosterCall(RosterCall {
                text: String::new(),
                ..args.without_number()
            }),
            Self::RosterImport(args) => Self::RosterImport(Box::new(Import {
                lines: Vec::new(),
                ..(**args).clone()
            })),
            Self::RosterPostAdd(_)
            | Self::RosterAssignShift(_)
            | Self::RosterRemoveShift(_)
            | Self::RosterUndoImport(_) => self.clone(),
        }
    }

    /// All words that it carries, one part a line.
    #[must_use]
    pub fn words(&self) -> String {
        let parts: [&str; 3] = match self {
            Self::RosterPostAdd(args) => [&args.name, &args.phone, ""],
            Self::RosterAssignShift(args) => [&args.reason, "", ""],
            Self::RosterRemoveShift(args) => [&args.reason, "", ""],
            Self::RosterImport(args) => [&args.file, "", ""],
            Self::RosterUndoImport(_) => [""; 3],
            Self::RosterCheckIn(args) => [&args.text, "", ""],
            Self::RosterCall(args) => [&args.call.with, &args.call.phone, &args.text],
        };
        let filled: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        filled.join("\n")
    }
}
