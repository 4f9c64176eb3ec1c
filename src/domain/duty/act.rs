//! The acts of duty with their arguments.

use serde::{Deserialize, Serialize};

use super::handover::{self, Backlog, Item, Sections};
use super::line::{LineKind, Means, PhoneCall, Warned};
use super::shift::Sound;
use super::verb::Verb;
use crate::domain::area::AreaCode;
use crate::domain::ids::RecordId;
use crate::domain::incident::ending::CaseRef;
use crate::domain::time::{Date, Timestamp};
use crate::domain::warning::Subject;

/// What an officer on duty wants done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verb", content = "args", rename_all = "kebab-case")]
pub enum Act {
    /// See [`Verb::LogAdd`].
    LogAdd(Box<LogAdd>),
    /// See [`Verb::SignOn`].
    SignOn(SignOn),
    /// See [`Verb::HandoverOffer`].
    HandoverOffer(Box<HandoverOffer>),
    /// See [`Verb::HandoverTake`].
    HandoverTake(HandoverTake),
}

/// A line of the log; the command's target is the new line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogAdd {
    /// The area of the officer's centre.
    pub area: AreaCode,
    /// What it tells of.
    pub what: Told,
    /// The words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// How it was written.
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
}

/// What a line that somebody adds can tell of; the other kinds come of acts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Told {
    /// 记事.
    Note,
    /// 值班电话记录.
    Call(Box<PhoneCall>),
    /// The desk was without the centre.
    Cut {
        /// Since when.
        since: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// What befell a warning; the centre's own rules tell it, nobody else.
    Warned(Box<Warned>),
}

impl Told {
    /// The same as a line has it.
    #[must_use]
    pub fn kind(&self) -> LineKind {
        match self {
            Self::Note => LineKind::Note,
            Self::Call(call) => LineKind::Call(call.clone()),
            Self::Cut { since, until } => LineKind::Cut {
                since: *since,
                until: *until,
            },
            Self::Warned(warned) => LineKind::Warned(warned.clone()),
        }
    }
}

/// On duty; the command's target is the shift's record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignOn {
    /// The area of the officer's centre.
    pub area: AreaCode,
    /// The line of the log that tells of it.
    pub line: RecordId,
    /// The day on which the shift begins.
    pub day: Date,
    /// The shift's name.
    pub shift: String,
    /// 带班领导; empty leaves what is there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub leader: String,
    /// Whether the desk was heard.
    pub sound: Sound,
}

/// What one officer hands on; the command's target is the handover's record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandoverOffer {
    /// The area of the officer's centre.
    pub area: AreaCode,
    /// The line of the log that tells of it.
    pub line: RecordId,
    /// The day on which the outgoing shift began.
    pub day: Date,
    /// Its name.
    pub shift: String,
    /// Each matter.
    pub items: Vec<Item>,
    /// How many more there are that are not listed.
    #[serde(default, skip_serializing_if = "handover::is_none")]
    pub left_out: u32,
    /// The officer's words.
    pub sections: Sections,
    /// What the desk has not delivered.
    pub backlog: Backlog,
    /// How the log ended, as far as this desk has it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub closing_code: String,
}

/// What the next officer takes over; the command's targets are the handover and
/// each case whose alarm the outgoing officer answers for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandoverTake {
    /// The line of the log that tells of it.
    pub line: RecordId,
    /// When what was seen was signed: another one must be gone through anew.
    pub offered_at: Timestamp,
    /// What was ticked.
    pub ticked: Vec<RecordId>,
    /// The officer's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

impl Act {
    /// Its verb.
    #[must_use]
    pub const fn verb(&self) -> Verb {
        match self {
            Self::LogAdd(_) => Verb::LogAdd,
            Self::SignOn(_) => Verb::SignOn,
            Self::HandoverOffer(_) => Verb::HandoverOffer,
            Self::HandoverTake(_) => Verb::HandoverTake,
        }
    }

    /// The area of the record that it makes by its target.
    #[must_use]
    pub const fn makes_in(&self) -> Option<AreaCode> {
        match self {
            Self::LogAdd(args) => Some(args.area),
            Self::SignOn(args) => Some(args.area),
            Self::HandoverOffer(args) => Some(args.area),
            Self::HandoverTake(_) => None,
        }
    }

    /// The act as its event keeps it: without what a record has whole, and
    /// without any number.
    #[must_use]
    pub fn for_event(&self) -> Self {
        match self {
            Self::LogAdd(args) => {
                let mut args = (**args).clone();
                args.text = String::new();
                match &mut args.what {
                    Told::Note | Told::Cut { .. } => {}
                    Told::Call(call) => {
                        let mut bare = call.without_number();
                        bare.call.with = String::new();
                        bare.told = String::new();
                        bare.instruction = String::new();
                        **call = bare;
                    }
                    Told::Warned(warned) => match &mut warned.subject {
                        Subject::Place { place } => *place = String::new(),
                        Subject::Case { .. } | Subject::Deadline { .. } => {}
                    },
                }
                Self::LogAdd(Box::new(args))
            }
            Self::SignOn(_) => self.clone(),
            Self::HandoverOffer(args) => Self::HandoverOffer(Box::new(HandoverOffer {
                items: Vec::new(),
                sections: Sections::default(),
                ..(**args).clone()
            })),
            Self::HandoverTake(args) => Self::HandoverTake(HandoverTake {
                ticked: Vec::new(),
                text: String::new(),
                ..args.clone()
            }),
        }
    }

    /// All words that it carries, one part a line.
    #[must_use]
    pub fn words(&self) -> String {
        let parts: Vec<&str> = match self {
            Self::LogAdd(args) => match &args.what {
                Told::Call(call) => vec![
                    &call.call.with,
                    &call.call.phone,
                    &call.told,
                    &args.text,
                    &call.instruction,
                ],
                Told::Note | Told::Cut { .. } | Told::Warned(_) => vec![&args.text],
            },
            Self::SignOn(args) => vec![&args.leader],
            Self::HandoverOffer(args) => {
                let sections = &args.sections;
                vec![
                    &sections.equipment,
                    &sections.orders,
                    &sections.expected,
                    &sections.other,
                ]
            }
            Self::HandoverTake(args) => vec![&args.text],
        };
        let filled = parts.into_iter().filter(|part| !part.trim().is_empty());
        filled.collect::<Vec<_>>().join("\n")
    }
}
