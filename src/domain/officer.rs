//! Officers, roles, and the table of what a role may do and where.
//!
//! Roles are the ones of a governance centre. An administrator keeps accounts
//! and machines and sees no case; an auditor sees cases and changes none.

use serde::{Deserialize, Serialize};

use super::area::AreaCode;
use super::extra::Extra;
use super::ids::{OfficerId, PersonId};
use super::incident::verb::Verb;
use super::record::Kind;
use super::unit::{OfficerRef, UnitRef};
use super::warning;

/// What an account is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// 值班员: watches the queue, routes, assigns, verifies.
    DutyOfficer,
    /// 带班领导: what a duty officer does, and lowers a rank, and signs.
    Leader,
    /// 承办人: an officer of a unit that work is given to.
    Handler,
    /// 调解员: handles disputes given to the own committee.
    Mediator,
    /// 审计: sees cases and the log, changes nothing.
    Auditor,
    /// 系统管理员: accounts and devices; sees no case.
    Administrator,
    /// 大屏: counts and titles on a wall, nothing of any person.
    Wall,
}

/// Every role, in the order that people read them.
pub const ROLES: [Role; 7] = [
    Role::DutyOfficer,
    Role::Leader,
    Role::Handler,
    Role::Mediator,
    Role::Auditor,
    Role::Administrator,
    Role::Wall,
];

/// A role in an area: the unit of permission.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// What the officer may do.
    pub role: Role,
    /// Where, with all that lies within.
    pub area: AreaCode,
}

/// An account that signs in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Officer {
    /// The account's identity.
    pub id: OfficerId,
    /// The name that is typed at sign-in.
    pub account: String,
    /// The officer's name.
    pub name: String,
    /// The unit the officer acts for.
    pub unit: UnitRef,
    /// The person record of the same human being, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// What the officer may do, and where.
    pub grants: Vec<Grant>,
    /// Grows whenever the grants change.
    pub grant_version: u64,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

/// How far a permission reaches within the granted area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Not at all.
    Nowhere,
    /// Work that the own unit holds, made, gave out, helps with, was told of or
    /// is called to.
    OwnWork,
    /// Everything in the area.
    Area,
}

/// How much of a record a role is ever sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Nothing: a numbered stub.
    Nothing,
    /// What may hang on a wall: no party, caller or telephone number.
    Board,
    /// The document without its sealed part.
    Open,
    /// Everything; what is sealed is shown only when revealed.
    Sealed,
}

impl Role {
    /// Its name in the wire form and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DutyOfficer => "duty-officer",
            Self::Leader => "leader",
            Self::Handler => "handler",
            Self::Mediator => "mediator",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
            Self::Wall => "wall",
        }
    }

    /// What the role may do: role × verb → reach. Source: domain.md §2 and
    /// §3.1 (lowering is the review meeting's or a superior's), §8 (auditor,
    /// administrator). The table is printed and tested in `officer/tests.rs`.
    #[must_use]
    pub fn may(self, verb: Verb) -> Reach {
        match self {
            Self::Leader => Reach::Area,
            Self::DutyOfficer => match verb {
                // What quiets a case or takes a card away is a leader's.
                Verb::Lower | Verb::LiftSupervision => Reach::Nowhere,
                Verb::Register
                | Verb::Acknowledge
                | Verb::Snooze
                | Verb::Note
                | Verb::Call
                | Verb::Reveal
                | Verb::Amend
                | Verb::Raise
                | Verb::Triage
                | Verb::Assign
                | Verb::Escalate
                | Verb::HandDown
                | Verb::Copy
                | Verb::Read
                | Verb::Accept
                | Verb::Return
                | Verb::Recall
                | Verb::Whistle
                | Verb::ReportIn
                | Verb::RateWhistle
                | Verb::Supervise
                | Verb::AskExtension
                | Verb::GrantExtension
                | Verb::RefuseExtension
                | Verb::Finish
                | Verb::Verify
                | Verb::SendBack
                | Verb::FollowUp
                | Verb::ProposeStrikeOff
                | Verb::SignStrikeOff
                | Verb::DeclineStrikeOff
                | Verb::Reopen
                | Verb::ReturnToPolice
                | Verb::Void
                | Verb::Merge
                | Verb::Unmerge
                | Verb::Link
                | Verb::Unlink
                | Verb::Settle => Reach::Area,
            },
            Self::Handler | Self::Mediator => match verb {
                Verb::Register | Verb::Raise => Reach::Area,
                Verb::Acknowledge
                | Verb::Note
                | Verb::Call
                | Verb::Amend
                | Verb::Triage
                | Verb::Assign
                | Verb::Escalate
                | Verb::HandDown
                | Verb::Copy
                | Verb::Read
                | Verb::Accept
                | Verb::Return
                | Verb::Recall
                | Verb::ReportIn
                | Verb::AskExtension
                | Verb::Finish
                | Verb::Void => Reach::OwnWork,
                // A town that has no powers calls those that have; whoever
                // gave work out says how long it may take.
                Verb::Whistle
                | Verb::RateWhistle
                | Verb::GrantExtension
                | Verb::RefuseExtension
                    if self == Self::Handler =>
                {
                    Reach::OwnWork
                }
                // Only who is sent the sealed part can be shown it.
                Verb::Reveal if self == Self::Mediator => Reach::OwnWork,
                Verb::Reveal
                | Verb::Whistle
                | Verb::RateWhistle
                | Verb::GrantExtension
                | Verb::RefuseExtension
                | Verb::Snooze
                | Verb::Lower
                | Verb::Supervise
                | Verb::LiftSupervision
                | Verb::Verify
                | Verb::SendBack
                | Verb::FollowUp
                | Verb::ProposeStrikeOff
                | Verb::SignStrikeOff
                | Verb::DeclineStrikeOff
                | Verb::Reopen
                | Verb::ReturnToPolice
                | Verb::Merge
                | Verb::Unmerge
                | Verb::Link
                | Verb::Unlink
                | Verb::Settle => Reach::Nowhere,
            },
            Self::Auditor | Self::Administrator | Self::Wall => Reach::Nowhere,
        }
    }

    /// How much of a record of this kind the role is sent.
    #[must_use]
    pub fn sight(self, kind: &Kind) -> Sight {
        match kind {
            Kind::Policy | Kind::Place | Kind::Unit => Sight::Open,
            // Who is where tonight is for those who ask people to act.
            Kind::Post | Kind::Rota => match self {
                Self::Administrator | Self::Wall => Sight::Nothing,
                Self::DutyOfficer
                | Self::Leader
                | Self::Handler
                | Self::Mediator
                | Self::Auditor => Sight::Open,
            },
            Kind::Person => match self {
                Self::Administrator | Self::Wall => Sight::Nothing,
                Self::DutyOfficer
                | Self::Leader
                | Self::Handler
                | Self::Mediator
                | Self::Auditor => Sight::Open,
            },
            Kind::Incident => match self {
                Self::DutyOfficer | Self::Leader | Self::Mediator => Sight::Sealed,
                Self::Handler | Self::Auditor => Sight::Open,
                Self::Wall => Sight::Board,
                Self::Administrator => Sight::Nothing,
            },
            Kind::Entry | Kind::Unknown(_) => match self {
                Self::DutyOfficer
                | Self::Leader
                | Self::Handler
                | Self::Mediator
                | Self::Auditor => Sight::Open,
                Self::Administrator | Self::Wall => Sight::Nothing,
            },
            // The desk's own: who is on duty, what was written down there and
            // what a shift hands on.
            Kind::LogLine | Kind::DutyShift | Kind::Handover => match self {
                Self::DutyOfficer | Self::Leader | Self::Auditor => Sight::Open,
                Self::Handler | Self::Mediator | Self::Administrator | Self::Wall => Sight::Nothing,
            },
            // What it says of a case or a place, and nothing of any person.
            Kind::Warning => match self {
                Self::DutyOfficer
                | Self::Leader
                | Self::Handler
                | Self::Mediator
                | Self::Auditor => Sight::Open,
                Self::Wall => Sight::Board,
                Self::Administrator => Sight::Nothing,
            },
            // An officer's own grants travel in the private feed, to that
            // officer alone; no role opens somebody else's.
            Kind::Officer => Sight::Nothing,
        }
    }
}

impl Officer {
    /// The officer as an event names them.
    #[must_use]
    pub fn reference(&self) -> OfficerRef {
        OfficerRef {
            id: self.id,
            name: self.name.clone(),
        }
    }

    /// The widest reach that any grant covering `area` gives for `verb`.
    #[must_use]
    pub fn reach(&self, verb: Verb, area: AreaCode) -> Reach {
        self.widest(area, |role| role.may(verb))
    }

    /// The widest reach that any grant covering `area` gives, by the table of a
    /// family: role to reach.
    #[must_use]
    pub fn widest(&self, area: AreaCode, may: impl Fn(Role) -> Reach) -> Reach {
        self.grants
            .iter()
            .filter(|grant| grant.area.contains(area))
            .map(|grant| may(grant.role))
            .max()
            .unwrap_or(Reach::Nowhere)
    }

    /// As [`Officer::reach`], for a verb on a warning.
    #[must_use]
    pub fn may_warn(&self, verb: warning::verb::Verb, area: AreaCode) -> Reach {
        self.grants
            .iter()
            .filter(|grant| grant.area.contains(area))
            .map(|grant| grant.role.may_warn(verb))
            .max()
            .unwrap_or(Reach::Nowhere)
    }

    /// The best sight that any grant gives of a record of `kind` in `area`.
    /// Units and policy are seen upwards too: a town officer needs the
    /// district's rules and may be asked to hand work to it.
    #[must_use]
    pub fn sight(&self, kind: &Kind, area: AreaCode) -> Sight {
        let upward = matches!(kind, Kind::Policy | Kind::Place | Kind::Unit);
        self.grants
            .iter()
            .filter(|grant| grant.area.contains(area) || (upward && area.contains(grant.area)))
            .map(|grant| grant.role.sight(kind))
            .max()
            .unwrap_or(Sight::Nothing)
    }

    /// Whether any grant at all has this role.
    #[must_use]
    pub fn has_role(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    /// A canonical text of the grants: equal texts see equal records, so they
    /// may share one local replica and one snapshot.
    #[must_use]
    pub fn scope(&self) -> String {
        let mut parts: Vec<String> = self
            .grants
            .iter()
            .map(|grant| format!("{:?}@{}", grant.role, grant.area))
            .collect();
        parts.sort();
        parts.dedup();
        parts.join("+")
    }
}

#[cfg(test)]
mod tests;
