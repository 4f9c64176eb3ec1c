//! Units and people: who can hold work and who can be asked.
//!
//! A holder is a unit, with or without a person; work outlives the person who
//! had it. A person is a contact, never a subject: nothing here is scored,
//! ranked or labelled.

use serde::{Deserialize, Serialize};

use super::area::AreaCode;
use super::codes::{Category, Tier};
use super::extra::Extra;
use super::ids::{OfficerId, PersonId, UnitId};
use super::network::availability::Availability;
use super::time::Date;

/// What an organisation is. The five-level network is 区, 镇, 村, 组, 十户联防.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnitKind {
    /// 综治中心.
    GovernanceCenter,
    /// 部门, a district department or a resident body.
    Department,
    /// 派出所.
    PoliceStation,
    /// 镇政府、街道办.
    TownOffice,
    /// 村(居)委会.
    VillageCommittee,
    /// 人民调解委员会.
    MediationCommittee,
    /// 专业/义务巡逻队.
    PatrolTeam,
    /// 村民小组.
    Group,
    /// 十户联防.
    TenHouseholdGroup,
    /// 人民法庭.
    Tribunal,
    /// 律师事务所、法律服务所.
    LawFirm,
}

/// An organisation that can hold work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// Full name.
    pub name: String,
    /// What it is.
    pub kind: UnitKind,
    /// The unit it answers to, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<UnitId>,
    /// Duty telephone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What a person does. Volunteers and 群防群治 people are legally not 辅警
/// (国办发〔2016〕15号), hence two kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PersonKind {
    /// 辅警.
    AuxPolice,
    /// 民警.
    Police,
    /// 调解员.
    Mediator,
    /// 网格员.
    GridWorker,
    /// 镇村干部.
    Cadre,
    /// 治安中心户长.
    AnchorHousehold,
    /// 义务巡逻队员、志愿者.
    Volunteer,
    /// 律师、法律服务工作者.
    Lawyer,
    /// 法官.
    Judge,
}

impl PersonKind {
    /// Whether such people are part of the mediation network: those who may be
    /// asked to settle a dispute, and those who know the households.
    #[must_use]
    pub const fn is_network(self) -> bool {
        match self {
            Self::Mediator
            | Self::GridWorker
            | Self::Cadre
            | Self::AnchorHousehold
            | Self::Lawyer
            | Self::Judge => true,
            Self::AuxPolice | Self::Police | Self::Volunteer => false,
        }
    }
}

/// A person who can be asked to act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// Name.
    pub name: String,
    /// The unit the person belongs to.
    pub unit: UnitId,
    /// What the person does.
    pub kind: PersonKind,
    /// Post, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub post: String,
    /// Duty telephone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// The telephone to try when nobody answers the first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub backup_phone: String,
    /// What disputes they know best: main categories (GB/T 31000 5.56).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub specialities: Vec<Category>,
    /// Languages and dialects, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// When they can be rung.
    #[serde(default, skip_serializing_if = "Availability::is_unsaid")]
    pub availability: Availability,
    /// The day on which somebody last made sure that all of this is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_on: Option<Date>,
    /// The level they work at; that of their area when it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Person {
    /// Somebody of whom only this is known.
    #[must_use]
    pub fn named(name: String, unit: UnitId, kind: PersonKind) -> Self {
        Self {
            name,
            unit,
            kind,
            post: String::new(),
            phone: String::new(),
            backup_phone: String::new(),
            specialities: Vec::new(),
            languages: Vec::new(),
            availability: Availability::default(),
            verified_on: None,
            tier: None,
            extra: Extra::new(),
        }
    }
}

/// A unit as another record refers to it: enough to show it and to decide
/// whether an officer belongs to it, without a look-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitRef {
    /// Which unit.
    pub id: UnitId,
    /// Its name at the time.
    pub name: String,
    /// Its area at the time.
    pub area: AreaCode,
}

/// A person as another record refers to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonRef {
    /// Which person.
    pub id: PersonId,
    /// Their name at the time.
    pub name: String,
}

/// An officer as an event refers to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficerRef {
    /// Which account.
    pub id: OfficerId,
    /// The name at the time.
    pub name: String,
}

/// Who has the work: a unit, with or without a named person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// The unit that answers for it.
    pub unit: UnitRef,
    /// The person in it, when one is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonRef>,
}

/// Looks up the units and people that a command names. Both ends implement it
/// over their own records; the answers are part of what `apply` is given, so
/// it stays pure.
pub trait Directory {
    /// The unit's present name and area; `None` when it is not known here.
    fn unit(&self, id: UnitId) -> Option<UnitRef>;
    /// The unit that this one answers to; `None` when there is none, or it is
    /// not known here.
    fn parent(&self, id: UnitId) -> Option<UnitId>;
    /// The person's present name and unit; `None` when not known here.
    fn person(&self, id: PersonId) -> Option<(PersonRef, UnitId)>;
}

/// A directory that knows nobody, for acts that name nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct NobodyKnown;

impl Directory for NobodyKnown {
    fn unit(&self, _id: UnitId) -> Option<UnitRef> {
        None
    }

    fn parent(&self, _id: UnitId) -> Option<UnitId> {
        None
    }

    fn person(&self, _id: PersonId) -> Option<(PersonRef, UnitId)> {
        None
    }
}
