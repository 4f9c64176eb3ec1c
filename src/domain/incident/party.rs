//! Parties of a case and what of them is sealed. A party appears only in the
//! case; there is no page about a person.

use serde::{Deserialize, Serialize};

/// The most parties that one incident can name.
pub const PARTIES_MAX: usize = 20;

/// Somebody the case is about, as far as every handler may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Name; of a minor only the first character and stars, the rest is sealed.
    pub name: String,
    /// Whether the name is sealed.
    #[serde(default)]
    pub age: AgeClass,
    /// Telephone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// Part in the case, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub part: String,
}

/// Whether a party's name must be sealed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AgeClass {
    /// Of age.
    #[default]
    Adult,
    /// Under 18.
    Minor,
}

/// What of a party only some roles are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedParty {
    /// Which party, counted from 0 in the open list.
    pub party: u32,
    /// A minor's full name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Identity document number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc_no: String,
}
