//! How a case ended, and the other cases that it belongs to.

use serde::{Deserialize, Serialize};

use super::number::IncidentNumber;
use super::stage::Stage;
use super::{Incident, Signature};
use crate::domain::calendar::Deadline;
use crate::domain::ids::RecordId;
use crate::domain::time::Timestamp;

/// The most cases that may be folded into one.
pub const MERGED_MAX: usize = 16;
/// The most cases that one may be linked with.
pub const LINKS_MAX: usize = 16;

/// Another case, as this one names it: nothing of anybody in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseRef {
    /// Which.
    pub id: RecordId,
    /// Its number, once it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<IncidentNumber>,
}

impl CaseRef {
    /// What people say of it: its number, or the tag until it has one.
    #[must_use]
    pub fn name(&self) -> String {
        self.number
            .map_or_else(|| self.id.provisional_tag(), |number| number.to_string())
    }
}

/// How a closed case ended. One from before these words was struck off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "kebab-case")]
pub enum Ending {
    /// 销号: done, checked and signed by two.
    StruckOff,
    /// 作废: registered in error.
    Voided {
        /// By whom, when and why.
        said: Signature,
    },
    /// 退回公安.
    ReturnedToPolice {
        /// By whom, when and why.
        said: Signature,
        /// Who of the police took it over the telephone; empty if nobody has.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        confirmed_with: String,
    },
    /// 并入: folded into another one.
    Merged {
        /// Into which.
        into: CaseRef,
    },
}

impl Ending {
    /// The ending's name in i18n keys.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::StruckOff => "struck-off",
            Self::Voided { .. } => "voided",
            Self::ReturnedToPolice { .. } => "returned-to-police",
            Self::Merged { .. } => "merged",
        }
    }
}

/// What a folded case was before, for the way back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fold {
    /// The one that stayed.
    pub into: CaseRef,
    /// By whom, when and why.
    pub by: Signature,
    /// How far it was.
    pub stage: Stage,
    /// Since when.
    pub since: Timestamp,
    /// The clock that ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Deadline>,
}

/// Another case that belongs to this one, and who said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseLink {
    /// Which.
    pub case: CaseRef,
    /// By whom, when and why.
    pub by: Signature,
}

impl Incident {
    /// How it ended; none while it is open.
    #[must_use]
    pub fn ended(&self) -> Option<Ending> {
        (!self.is_open()).then(|| self.ending.clone().unwrap_or(Ending::StruckOff))
    }

    /// The one that it is folded into now.
    #[must_use]
    pub fn merged_into(&self) -> Option<CaseRef> {
        match self.ended()? {
            Ending::Merged { into } => Some(into),
            Ending::StruckOff | Ending::Voided { .. } | Ending::ReturnedToPolice { .. } => None,
        }
    }

    /// Other cases whose number leads here, and whose number this one's is
    /// read beside: those folded into it, and the one it was folded into.
    pub fn same_matter(&self) -> impl Iterator<Item = CaseRef> {
        let folded = self.fold.as_ref().map(|fold| fold.into);
        self.merged.iter().map(|link| link.case).chain(folded)
    }
}
