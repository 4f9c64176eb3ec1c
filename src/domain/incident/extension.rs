//! 延期: the holder asks for more time, and whoever gave the work out answers.

use serde::{Deserialize, Serialize};

use super::{Incident, Signature};
use crate::domain::ids::CommandId;
use crate::domain::unit::UnitRef;

/// The most working days that may be asked for or granted at once.
pub const EXTENSION_WORKING_DAYS_MAX: u16 = 60;
/// The requests that stay on the record; older ones are in the feed.
pub const EXTENSIONS_KEPT_MAX: usize = 8;

/// One request for more time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// The command that asked.
    pub id: CommandId,
    /// The unit that asked.
    pub unit: UnitRef,
    /// Who wrote it down, when, and why.
    pub asked: Signature,
    /// Working days asked for.
    pub days: u16,
    /// What came of it; open until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answered>,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// Granted, refused, or nothing any more.
    pub what: Answer,
    /// By whom, when, in which words.
    pub by: Signature,
}

/// The answer to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// So many working days more.
    Granted(u16),
    /// None.
    Refused,
    /// The work was finished or went to somebody else first.
    Lapsed,
}

impl Incident {
    /// The request that waits for an answer.
    #[must_use]
    pub fn open_extension(&self) -> Option<&Extension> {
        self.extensions
            .iter()
            .rev()
            .find(|extension| extension.answer.is_none())
    }
}
