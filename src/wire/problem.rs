//! Errors as RFC 9457 problem documents.

use serde::{Deserialize, Serialize};

/// The media type of a problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// A problem document: what is wrong, where, and how to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Names the kind of problem.
    #[serde(rename = "type")]
    pub kind: ProblemKind,
    /// HTTP status, repeated.
    pub status: u16,
    /// What is wrong with this request.
    pub title: String,
    /// More about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// The field at fault, as a path (`commands[3].args.text`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Password tries that are left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tries_left: Option<u32>,
    /// Seconds to wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
}

/// The kinds of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProblemKind {
    /// The body or a parameter is malformed.
    #[serde(rename = "urn:zhiban:malformed")]
    Malformed,
    /// The body is too large.
    #[serde(rename = "urn:zhiban:too-large")]
    TooLarge,
    /// Account or password is wrong.
    #[serde(rename = "urn:zhiban:credentials")]
    Credentials,
    /// Too many tries or requests.
    #[serde(rename = "urn:zhiban:slow-down")]
    SlowDown,
    /// No token, or it has ended.
    #[serde(rename = "urn:zhiban:not-signed-in")]
    NotSignedIn,
    /// The account is out of use: the desk shows no more of its copy.
    #[serde(rename = "urn:zhiban:revoked")]
    Revoked,
    /// The desk must be enrolled anew: the service does not know it, knows it
    /// under another key, or has seen two of it.
    #[serde(rename = "urn:zhiban:enrol-anew")]
    EnrolAnew,
    /// The caller may not.
    #[serde(rename = "urn:zhiban:forbidden")]
    Forbidden,
    /// There is no such thing, or not for this caller.
    #[serde(rename = "urn:zhiban:not-found")]
    NotFound,
    /// A rule stands against it.
    #[serde(rename = "urn:zhiban:refused")]
    Refused,
    /// The cursor is below low water or of another epoch.
    #[serde(rename = "urn:zhiban:snapshot-required")]
    SnapshotRequired,
    /// The same key was used for another request.
    #[serde(rename = "urn:zhiban:key-reused")]
    KeyReused,
    /// The service cannot now.
    #[serde(rename = "urn:zhiban:unavailable")]
    Unavailable,
    /// The service is at fault.
    #[serde(rename = "urn:zhiban:internal")]
    Internal,
    /// A kind of a newer service.
    #[serde(other, rename = "urn:zhiban:other")]
    Other,
}
