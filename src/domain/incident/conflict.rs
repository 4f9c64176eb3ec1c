//! Conflict cards (冲突): two acts that met, and what a person ruled.
//!
//! A card stays on its incident. It is made by `apply` when an act arrives
//! that did not know of another one, and the two pull in different directions
//! (protocol.md §3): the safer state holds at once, and nobody's act is thrown
//! away. While a card is open the incident cannot be struck off.

use serde::{Deserialize, Serialize};

use super::ending::Ending;
use super::stage::Stage;
use super::verb::Verb;
use super::{Finish, Incident, Signature};
use crate::domain::alarm::Rank;
use crate::domain::ids::CommandId;
use crate::domain::time::Timestamp;
use crate::domain::unit::{Holder, OfficerRef, UnitRef};

/// The cards that stay on the record. A settled one makes room for a new one;
/// when all are open, a gentle act that comes too late is refused as stale.
pub const CONFLICTS_KEPT_MAX: usize = 8;

/// Two acts that met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// The command whose arrival made the card.
    pub id: CommandId,
    /// The act that was taken first.
    pub first: Side,
    /// The act that arrived later and had not seen the first.
    pub second: Side,
    /// Whether the second took effect; the safer of the two always holds.
    pub effect: Effect,
    /// The state that holds.
    pub holds: Holds,
    /// What a closing had put on the record and a reopening took off it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone: Option<Box<Undone>>,
    /// What a person ruled; open until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
}

/// One of the two acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// What.
    pub verb: Verb,
    /// By whom.
    pub by: OfficerRef,
    /// For which unit, where the record still knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitRef>,
    /// When, by the author's corrected clock.
    pub at: Timestamp,
    /// The author's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// The rank that it asked for, if it was about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<Rank>,
}

/// Whether the later act took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// It is the safer one, and holds.
    Applied,
    /// The first is the safer one; the later act changed nothing.
    Withheld,
}

/// The state that holds while the card is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holds {
    /// How far the work is.
    pub stage: Stage,
    /// How grave it is.
    pub rank: Rank,
}

/// What stood on a closed incident before it was opened again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Undone {
    /// Who had the work.
    pub holder: Holder,
    /// What the holder said at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish: Option<Finish>,
    /// Who verified it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Signature>,
    /// How it had ended; struck off where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
}

/// A person's ruling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Who.
    pub by: OfficerRef,
    /// When.
    pub at: Timestamp,
    /// Which of the three ways.
    pub way: Way,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
}

/// The three ways on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// 维持较安全的状态.
    Keep,
    /// Take the gentler step now, on present ground and by its own rules.
    Redo,
    /// The gentler act's words become a note; the state stays.
    Note,
}

/// Every way, in the order of the dialog.
pub const WAYS: [Way; 3] = [Way::Keep, Way::Redo, Way::Note];

impl Way {
    /// The way's name on the wire, on the command line and in i18n keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Redo => "redo",
            Self::Note => "note",
        }
    }
}

impl Conflict {
    /// Whether nobody has ruled yet.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.decided.is_none()
    }

    /// The act that does not hold: the one that would have lowered or closed.
    #[must_use]
    pub const fn gentler(&self) -> &Side {
        match self.effect {
            Effect::Applied => &self.first,
            Effect::Withheld => &self.second,
        }
    }
}

impl Incident {
    /// The cards that wait for a ruling, oldest first.
    pub fn open_conflicts(&self) -> impl Iterator<Item = &Conflict> {
        self.conflicts.iter().filter(|card| card.is_open())
    }

    /// Whether any card waits for a ruling.
    #[must_use]
    pub fn has_open_conflict(&self) -> bool {
        self.open_conflicts().next().is_some()
    }

    /// Whether one more card fits.
    pub(super) fn takes_conflict(&self) -> bool {
        self.open_conflicts().count() < CONFLICTS_KEPT_MAX
    }

    /// Puts a card on the record; the oldest settled one makes room. When all
    /// are open it is left off: those block the end of the case already.
    pub(super) fn put_conflict(&mut self, card: Conflict) {
        if self.conflicts.len() >= CONFLICTS_KEPT_MAX {
            let Some(settled) = self.conflicts.iter().position(|old| !old.is_open()) else {
                return;
            };
            self.conflicts.remove(settled);
        }
        self.conflicts.push(card);
    }
}
