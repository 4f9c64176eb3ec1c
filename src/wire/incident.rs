//! `POST /v1/incidents`: the simple way in for scripts and curl.

use serde::{Deserialize, Serialize};

use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::domain::codes::Category;
use crate::domain::ids::RecordId;
use crate::domain::incident::number::IncidentNumber;
use crate::domain::time::Timestamp;

/// The request: `category` and `area` are enough.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewIncident {
    /// GB/T 31000 category code, such as `0201`.
    pub category: Category,
    /// Division code of the place.
    pub area: AreaCode,
    /// Title.
    #[serde(default)]
    pub title: String,
    /// Place in words.
    #[serde(default)]
    pub place: String,
    /// What happened.
    #[serde(default)]
    pub summary: String,
    /// How grave; the lowest rank of the county when absent.
    #[serde(default)]
    pub rank: Option<Rank>,
    /// How many people.
    #[serde(default)]
    pub people_count: Option<u32>,
    /// When it happened.
    #[serde(default)]
    pub occurred_at: Option<Timestamp>,
    /// Who told it.
    #[serde(default)]
    pub source_name: String,
    /// Their telephone.
    #[serde(default)]
    pub source_phone: String,
}

/// The reply (201).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IncidentMade {
    /// The incident's identity.
    pub id: RecordId,
    /// The number that people say.
    pub number: IncidentNumber,
}
