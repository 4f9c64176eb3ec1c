//! Where an incident stands. The event's status, the present step's status
//! and the supervision are three fields (domain.md §2.2); the stage is the pair
//! of the first two, and the only pairs that exist are listed here.

use serde::{Deserialize, Serialize};

/// The event as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// 办理中.
    Open,
    /// 办结待验证.
    PendingCheck,
    /// 验证通过.
    Verified,
    /// 已回访.
    FollowedUp,
    /// 待会签: proposed for striking off, one signature of two.
    AwaitingSignature,
    /// 已销号.
    Closed,
}

/// The step in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepStatus {
    /// 待研判: held by whoever took it first (首问负责).
    New,
    /// 待签收.
    ToAccept,
    /// 办理中.
    Handling,
    /// The holder has nothing more to do.
    Done,
}

/// How lateness is watched. It only rises, until it is cancelled; it measures
/// how late a handler is, not how grave a case is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Supervision {
    /// None.
    #[default]
    None,
    /// 普通督办.
    Ordinary,
    /// 黄牌督办.
    YellowCard,
    /// 红牌督办.
    RedCard,
}

/// Every level that may be set, lowest first.
pub const SUPERVISIONS: [Supervision; 3] = [
    Supervision::Ordinary,
    Supervision::YellowCard,
    Supervision::RedCard,
];

impl Supervision {
    /// The level's name on the wire, on the command line and in i18n keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Ordinary => "ordinary",
            Self::YellowCard => "yellow-card",
            Self::RedCard => "red-card",
        }
    }
}

/// A legal pair of event status and step status: the rows of the state table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// 待研判.
    New,
    /// 待签收.
    Assigned,
    /// 办理中.
    Handling,
    /// 待验证.
    PendingCheck,
    /// 待回访.
    Verified,
    /// 待销号.
    FollowedUp,
    /// 待会签.
    AwaitingSignature,
    /// 已销号.
    Closed,
}

/// Every stage, in the order of the work.
pub const STAGES: [Stage; 8] = [
    Stage::New,
    Stage::Assigned,
    Stage::Handling,
    Stage::PendingCheck,
    Stage::Verified,
    Stage::FollowedUp,
    Stage::AwaitingSignature,
    Stage::Closed,
];

impl Stage {
    /// The stage that the two fields make; `None` for a pair that no command
    /// can reach.
    #[must_use]
    pub const fn of(status: Status, step: StepStatus) -> Option<Self> {
        match (status, step) {
            (Status::Open, StepStatus::New) => Some(Self::New),
            (Status::Open, StepStatus::ToAccept) => Some(Self::Assigned),
            (Status::Open, StepStatus::Handling) => Some(Self::Handling),
            (Status::PendingCheck, StepStatus::Done) => Some(Self::PendingCheck),
            (Status::Verified, StepStatus::Done) => Some(Self::Verified),
            (Status::FollowedUp, StepStatus::Done) => Some(Self::FollowedUp),
            (Status::AwaitingSignature, StepStatus::Done) => Some(Self::AwaitingSignature),
            (Status::Closed, StepStatus::Done) => Some(Self::Closed),
            (Status::Open, StepStatus::Done)
            | (
                Status::PendingCheck
                | Status::Verified
                | Status::FollowedUp
                | Status::AwaitingSignature
                | Status::Closed,
                StepStatus::New | StepStatus::ToAccept | StepStatus::Handling,
            ) => None,
        }
    }

    /// The event status at this stage.
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Self::New | Self::Assigned | Self::Handling => Status::Open,
            Self::PendingCheck => Status::PendingCheck,
            Self::Verified => Status::Verified,
            Self::FollowedUp => Status::FollowedUp,
            Self::AwaitingSignature => Status::AwaitingSignature,
            Self::Closed => Status::Closed,
        }
    }

    /// The step status at this stage.
    #[must_use]
    pub const fn step(self) -> StepStatus {
        match self {
            Self::New => StepStatus::New,
            Self::Assigned => StepStatus::ToAccept,
            Self::Handling => StepStatus::Handling,
            Self::PendingCheck
            | Self::Verified
            | Self::FollowedUp
            | Self::AwaitingSignature
            | Self::Closed => StepStatus::Done,
        }
    }

    /// The stage's name on the wire and in i18n keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Assigned => "assigned",
            Self::Handling => "handling",
            Self::PendingCheck => "pending-check",
            Self::Verified => "verified",
            Self::FollowedUp => "followed-up",
            Self::AwaitingSignature => "awaiting-signature",
            Self::Closed => "closed",
        }
    }
}
