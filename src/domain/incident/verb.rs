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
    /// 甄别研判、分流: what it is and how urgent, and perhaps whose, in one act.
    Triage,
    /// 交办、派单.
    Assign,
    /// 上报: the step goes to the unit above.
    Escalate,
    /// 下派: the step goes to a unit below.
    HandDown,
    /// 抄告: units are told.
    Copy,
    /// 阅读: a unit that was told has read it.
    Read,
    /// 签收: the holder's step begins.
    Accept,
    /// 回退.
    Return,
    /// 撤回: whoever gave the work out takes it back before it is accepted.
    Recall,
    /// 吹哨: the holder calls units to report in.
    Whistle,
    /// 报到: a called unit is there.
    ReportIn,
    /// 评价: the caller says how a called unit answered.
    RateWhistle,
    /// 督办: ordinary, yellow card, red card; it only rises.
    Supervise,
    /// 取消督办.
    LiftSupervision,
    /// 延期申请.
    AskExtension,
    /// 同意延期.
    GrantExtension,
    /// 不同意延期.
    RefuseExtension,
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
    /// 退回公安: a matter of the police after all.
    ReturnToPolice,
    /// 作废: registered in error.
    Void,
    /// 合并: the case is folded into another one that stays.
    Merge,
    /// 拆分: a folded case is one of its own again.
    Unmerge,
    /// 关联: two cases name each other.
    Link,
    /// 取消关联.
    Unlink,
    /// 裁定冲突: a person decides what two acts that met left open.
    Settle,
}

/// Every verb, in the order that people read them.
pub const VERBS: [Verb; 41] = [
    Verb::Register,
    Verb::Acknowledge,
    Verb::Snooze,
    Verb::Note,
    Verb::Call,
    Verb::Reveal,
    Verb::Amend,
    Verb::Raise,
    Verb::Lower,
    Verb::Triage,
    Verb::Assign,
    Verb::Escalate,
    Verb::HandDown,
    Verb::Copy,
    Verb::Read,
    Verb::Accept,
    Verb::Return,
    Verb::Recall,
    Verb::Whistle,
    Verb::ReportIn,
    Verb::RateWhistle,
    Verb::Supervise,
    Verb::LiftSupervision,
    Verb::AskExtension,
    Verb::GrantExtension,
    Verb::RefuseExtension,
    Verb::Finish,
    Verb::Verify,
    Verb::SendBack,
    Verb::FollowUp,
    Verb::ProposeStrikeOff,
    Verb::SignStrikeOff,
    Verb::DeclineStrikeOff,
    Verb::Reopen,
    Verb::ReturnToPolice,
    Verb::Void,
    Verb::Merge,
    Verb::Unmerge,
    Verb::Link,
    Verb::Unlink,
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

/// How many cases a verb is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aims {
    /// One.
    One,
    /// Two, which change together or not at all. The first is the one that the
    /// act is about: the one that is folded into the other.
    Pair,
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
            Self::Triage => "triage",
            Self::Assign => "assign",
            Self::Escalate => "escalate",
            Self::HandDown => "hand-down",
            Self::Copy => "copy",
            Self::Read => "read",
            Self::Accept => "accept",
            Self::Return => "return",
            Self::Recall => "recall",
            Self::Whistle => "whistle",
            Self::ReportIn => "report-in",
            Self::RateWhistle => "rate-whistle",
            Self::Supervise => "supervise",
            Self::LiftSupervision => "lift-supervision",
            Self::AskExtension => "ask-extension",
            Self::GrantExtension => "grant-extension",
            Self::RefuseExtension => "refuse-extension",
            Self::Finish => "finish",
            Self::Verify => "verify",
            Self::SendBack => "send-back",
            Self::FollowUp => "follow-up",
            Self::ProposeStrikeOff => "propose-strike-off",
            Self::SignStrikeOff => "sign-strike-off",
            Self::DeclineStrikeOff => "decline-strike-off",
            Self::Reopen => "reopen",
            Self::ReturnToPolice => "return-to-police",
            Self::Void => "void",
            Self::Merge => "merge",
            Self::Unmerge => "unmerge",
            Self::Link => "link",
            Self::Unlink => "unlink",
            Self::Settle => "settle",
        }
    }

    /// How the verb meets a record that has changed meanwhile.
    #[must_use]
    pub const fn meeting(self) -> Meeting {
        match self {
            // A ruling, a rating and an answer to a request name what they are
            // about, which is open or is not: that is their precondition. What
            // was looked at was looked at, whatever the case has become
            // meanwhile; and what makes two cases of one again hides nothing.
            Self::Register
            | Self::Acknowledge
            | Self::Note
            | Self::Call
            | Self::Reveal
            | Self::Copy
            | Self::Read
            | Self::ReportIn
            | Self::RateWhistle
            | Self::GrantExtension
            | Self::RefuseExtension
            | Self::Unmerge
            | Self::Link
            | Self::Unlink
            | Self::Settle => Meeting::Adds,
            Self::Amend => Meeting::Fields,
            Self::Raise | Self::Supervise => Meeting::Safer,
            Self::Lower
            | Self::LiftSupervision
            | Self::SignStrikeOff
            | Self::ReturnToPolice
            | Self::Void => Meeting::Gentle,
            // A merge is refused where other acts leave a card: a ruling on it
            // would need both cases.
            Self::Snooze
            | Self::Triage
            | Self::Assign
            | Self::Escalate
            | Self::HandDown
            | Self::Accept
            | Self::Return
            | Self::Recall
            | Self::Whistle
            | Self::AskExtension
            | Self::Finish
            | Self::Verify
            | Self::SendBack
            | Self::FollowUp
            | Self::ProposeStrikeOff
            | Self::DeclineStrikeOff
            | Self::Merge => Meeting::Transition,
            Self::Reopen => Meeting::Opens,
        }
    }

    /// How many cases the verb is about.
    #[must_use]
    pub const fn aims_at(self) -> Aims {
        match self {
            Self::Merge | Self::Unmerge | Self::Link | Self::Unlink => Aims::Pair,
            Self::Register
            | Self::Acknowledge
            | Self::Snooze
            | Self::Note
            | Self::Call
            | Self::Reveal
            | Self::Amend
            | Self::Raise
            | Self::Lower
            | Self::Triage
            | Self::Assign
            | Self::Escalate
            | Self::HandDown
            | Self::Copy
            | Self::Read
            | Self::Accept
            | Self::Return
            | Self::Recall
            | Self::Whistle
            | Self::ReportIn
            | Self::RateWhistle
            | Self::Supervise
            | Self::LiftSupervision
            | Self::AskExtension
            | Self::GrantExtension
            | Self::RefuseExtension
            | Self::Finish
            | Self::Verify
            | Self::SendBack
            | Self::FollowUp
            | Self::ProposeStrikeOff
            | Self::SignStrikeOff
            | Self::DeclineStrikeOff
            | Self::Reopen
            | Self::ReturnToPolice
            | Self::Void
            | Self::Settle => Aims::One,
        }
    }

    /// Whether the verb ends the case at once.
    #[must_use]
    pub const fn ends(self) -> bool {
        matches!(
            self,
            Self::SignStrikeOff | Self::ReturnToPolice | Self::Void | Self::Merge
        )
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
        matches!(
            self,
            Self::Snooze
                | Self::Lower
                | Self::ProposeStrikeOff
                | Self::SignStrikeOff
                | Self::ReturnToPolice
                | Self::Void
                | Self::Merge
        )
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
