//! The verbs on an incident. One list feeds the state table, the role table,
//! the keys and the command line.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What an officer can do to an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// 登记受理.
    Register,
    /// 知悉: this seat answers for the alarm; the holder stays.
    Acknowledge,
    /// 静默.
    Snooze,
    /// 记录、办理意见.
    Note,
    /// 电话记录.
    Call,
    /// 查看: one officer looks at what is masked of one case, and says why.
    Reveal,
    /// 补正: fields that were left for later.
    Amend,
    /// 升级.
    Raise,
    /// 降级.
    Lower,
    /// 交办、派单.
    Assign,
    /// 签收: the holder's step begins.
    Accept,
    /// 回退.
    Return,
    /// 办结.
    Finish,
    /// 验证通过.
    Verify,
    /// 验证退回.
    SendBack,
    /// 回访.
    FollowUp,
    /// 提请销号: the first signature.
    ProposeStrikeOff,
    /// 会签销号: the second person's signature.
    SignStrikeOff,
    /// 不同意销号.
    DeclineStrikeOff,
    /// 重启.
    Reopen,
    /// 裁定冲突: a person decides what two acts that met left open.
    Settle,
}

/// Every verb, in the order that people read them.
pub const VERBS: [Verb; 21] = [
    Verb::Register,
    Verb::Acknowledge,
    Verb::Snooze,
    Verb::Note,
    Verb::Call,
    Verb::Reveal,
    Verb::Amend,
    Verb::Raise,
    Verb::Lower,
    Verb::Assign,
    Verb::Accept,
    Verb::Return,
    Verb::Finish,
    Verb::Verify,
    Verb::SendBack,
    Verb::FollowUp,
    Verb::ProposeStrikeOff,
    Verb::SignStrikeOff,
    Verb::DeclineStrikeOff,
    Verb::Reopen,
    Verb::Settle,
];

/// How a verb meets what has happened since the officer looked
/// (protocol.md §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meeting {
    /// Always applies; order is by arrival.
    Adds,
    /// Field by field: only the same field clashes.
    Fields,
    /// Needs the state and holder that the officer saw.
    Transition,
    /// The safer state wins: applies whatever happened meanwhile, and leaves a
    /// card when that was a lowering or a closing.
    Safer,
    /// As `Transition`; but it applies, with a card, to what was closed or
    /// proposed for closing meanwhile.
    Opens,
    /// As `Transition`; but what met a raise or a reopening is kept as a card
    /// for a person, and does not take effect.
    Gentle,
}

impl Verb {
    /// The verb's name on the wire, on the command line and in key tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Acknowledge => "acknowledge",
            Self::Snooze => "snooze",
            Self::Note => "note",
            Self::Call => "call",
            Self::Reveal => "reveal",
            Self::Amend => "amend",
            Self::Raise => "raise",
            Self::Lower => "lower",
            Self::Assign => "assign",
            Self::Accept => "accept",
            Self::Return => "return",
            Self::Finish => "finish",
            Self::Verify => "verify",
            Self::SendBack => "send-back",
            Self::FollowUp => "follow-up",
            Self::ProposeStrikeOff => "propose-strike-off",
            Self::SignStrikeOff => "sign-strike-off",
            Self::DeclineStrikeOff => "decline-strike-off",
            Self::Reopen => "reopen",
            Self::Settle => "settle",
        }
    }

    /// How the verb meets a record that has changed meanwhile.
    #[must_use]
    pub const fn meeting(self) -> Meeting {
        match self {
            // A ruling names its card, which is open or is not: that is its
            // precondition. What was looked at was looked at, whatever the case
            // has become meanwhile.
            Self::Register
            | Self::Acknowledge
            | Self::Note
            | Self::Call
            | Self::Reveal
            | Self::Settle => Meeting::Adds,
            Self::Amend => Meeting::Fields,
            Self::Raise => Meeting::Safer,
            Self::Lower | Self::SignStrikeOff => Meeting::Gentle,
            Self::Snooze
            | Self::Assign
            | Self::Accept
            | Self::Return
            | Self::Finish
            | Self::Verify
            | Self::SendBack
            | Self::FollowUp
            | Self::ProposeStrikeOff
            | Self::DeclineStrikeOff => Meeting::Transition,
            Self::Reopen => Meeting::Opens,
        }
    }

    /// Whether the act tells what has happened and nobody can undo: it is taken
    /// as such even when it comes after its author has lost the grant for it.
    #[must_use]
    pub const fn has_happened(self) -> bool {
        matches!(self, Self::Register | Self::Reveal)
    }

    /// Whether the verb leaves the work as it was: no step, no answer for the
    /// alarm, nothing that whoever comes too late must be told of.
    #[must_use]
    pub const fn only_looks(self) -> bool {
        matches!(self, Self::Reveal)
    }

    /// Whether the verb quiets a case: puts its alarm off, lowers it or leads
    /// to its end. Made on a lower rank than the present one it is stale.
    #[must_use]
    pub const fn quiets(self) -> bool {
        match self {
            Self::Snooze | Self::Lower | Self::ProposeStrikeOff | Self::SignStrikeOff => true,
            Self::Register
            | Self::Acknowledge
            | Self::Note
            | Self::Call
            | Self::Reveal
            | Self::Amend
            | Self::Raise
            | Self::Assign
            | Self::Accept
            | Self::Return
            | Self::Finish
            | Self::Verify
            | Self::SendBack
            | Self::FollowUp
            | Self::DeclineStrikeOff
            | Self::Reopen
            | Self::Settle => false,
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no verb.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a verb on an incident")]
pub struct UnknownVerb(pub String);

impl FromStr for Verb {
    type Err = UnknownVerb;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        VERBS
            .into_iter()
            .find(|verb| verb.name() == text)
            .ok_or_else(|| UnknownVerb(text.to_owned()))
    }
}
