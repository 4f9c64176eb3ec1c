//! 辅警排班: posts, who stands on them when, and who is on now.
//!
//! A [`Post`] is a village, a patrol team or a checkpoint. A [`Rota`] is one line
//! of the paper roster: one person's shifts on one post in one month. A shift
//! has its start and end as moments, so that one across midnight is like any
//! other; it belongs to the date on which it starts (夜班日期以接班日为准,
//! behaviour.md B12). The hours that a code stands for are the county's policy.
//!
//! "Who is on now" is one calculation: [`watch::Watch`]. Every screen, the
//! command line and the handover ask it and nobody else. Start there.
//!
//! A person is a contact here: nothing is scored, ranked or labelled.

pub mod act;
pub mod apply;
pub mod candidate;
pub mod code;
pub mod month;
pub mod night;
pub mod overview;
pub mod refusal;
pub mod verb;
pub mod watch;

use serde::{Deserialize, Serialize};

use self::code::Code;
use self::month::Month;
use super::area::AreaCode;
use super::extra::Extra;
use super::ids::{CommandId, PersonId, RecordId};
use super::record::Record;
use super::time::{Date, Timestamp};
use super::unit::{OfficerRef, PersonRef};

/// The longest name of a post, in characters (GB/T 31000 gives organisations
/// 100; a line of the board has room for less).
pub const POST_NAME_MAX_CHARS: usize = 40;
/// The most shifts that a line keeps, the ones that were taken off among them:
/// every code on every day of the month.
pub const SHIFTS_PER_ROTA_MAX: usize = 31 * 4;

/// What a post is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PostKind {
    /// 村、社区: 一村一辅警.
    Village,
    /// 巡逻队.
    Patrol,
    /// 治安卡点.
    Checkpoint,
}

impl PostKind {
    /// Every kind, in the order of the board.
    pub const ALL: [Self; 3] = [Self::Village, Self::Patrol, Self::Checkpoint];

    /// Its name on the wire and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Village => "village",
            Self::Patrol => "patrol",
            Self::Checkpoint => "checkpoint",
        }
    }
}

/// Whom a post needs while the hours of a code run. More is more.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// Nobody.
    #[default]
    Nobody,
    /// Somebody who can be called.
    Standby,
    /// Somebody on duty.
    OnDuty,
}

impl Need {
    /// Every need, the least first.
    pub const ALL: [Self; 3] = [Self::Nobody, Self::Standby, Self::OnDuty];

    /// Its name on the wire and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Standby => "standby",
            Self::OnDuty => "on-duty",
        }
    }
}

/// Whom a post needs by day and by night; what it does not need is no gap
/// (behaviour.md B16: intended gaps do not nag).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    /// During the hours of [`Code::White`].
    pub day: Need,
    /// During the hours of [`Code::Night`].
    pub night: Need,
}

/// A place that somebody stands on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Post {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: PostKind,
    /// Whom it needs.
    pub needs: Needs,
    /// Its duty telephone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One person's shifts on one post in one month.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rota {
    /// The post.
    pub post: RecordId,
    /// Who.
    pub person: PersonRef,
    /// The month in which the shifts start.
    pub month: Month,
    /// By start, then code.
    pub shifts: Vec<Shift>,
    /// What the last import put in another place, so that it can be undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Before>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A person on a post from one moment to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// The day that it belongs to: the one on which it starts.
    pub date: Date,
    /// What the paper says.
    pub code: Code,
    /// From.
    pub starts: Timestamp,
    /// Up to, not included.
    pub ends: Timestamp,
    /// Whether it was planned or put over the plan.
    #[serde(default, skip_serializing_if = "Layer::is_plan")]
    pub layer: Layer,
    /// Why it was put over the plan, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// When it was taken off, and why. Boxed: a district has thousands of
    /// shifts, and hardly one is taken off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<Box<Cut>>,
    /// When somebody said that the person is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_in: Option<Timestamp>,
}

/// What a shift was made by. What lies over the plan wins for its time
/// (behaviour.md B13), wherever the person was planned.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The monthly roster.
    #[default]
    Plan,
    /// An assignment over it.
    Override,
}

impl Layer {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
    const fn is_plan(&self) -> bool {
        matches!(self, Self::Plan)
    }
}

/// A shift that was taken off, whole or from a moment on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// From when on it does not count.
    pub from: Timestamp,
    /// Who did it.
    pub by: OfficerRef,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// What an import replaced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    /// The import: one for all lines of one file.
    pub import: CommandId,
    /// The days that it set.
    pub days: Vec<u8>,
    /// The planned shifts that these days had.
    pub shifts: Vec<Shift>,
}

/// Which shift of a line is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShiftKey {
    /// What the paper says.
    pub code: Code,
    /// When it starts.
    pub starts: Timestamp,
}

impl Shift {
    /// Its name within the line.
    #[must_use]
    pub const fn key(&self) -> ShiftKey {
        ShiftKey {
            code: self.code,
            starts: self.starts,
        }
    }

    /// Up to when it counts; not after its start when it was taken off whole.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        self.cut
            .as_ref()
            .map_or(self.ends, |cut| self.ends.min(cut.from))
    }

    /// Whether any of it counts.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.starts < self.until()
    }
}

impl Rota {
    /// An empty line.
    #[must_use]
    pub fn empty(post: RecordId, person: PersonRef, month: Month) -> Self {
        Self {
            post,
            person,
            month,
            shifts: Vec::new(),
            before: None,
            extra: Extra::new(),
        }
    }

    /// The shift of that name that still counts.
    #[must_use]
    pub fn shift(&self, key: ShiftKey) -> Option<&Shift> {
        self.shifts
            .iter()
            .find(|shift| shift.key() == key && shift.stands())
    }

    /// What the plan says for a day of the month.
    #[must_use]
    pub fn cell(&self, day: u8) -> code::Cell {
        self.shifts
            .iter()
            .filter(|shift| shift.layer == Layer::Plan && shift.stands())
            .filter(|shift| shift.date.day() == day)
            .map(|shift| shift.code)
            .collect()
    }

    fn sort(&mut self) {
        self.shifts
            .sort_by_key(|shift| (shift.starts, shift.code, shift.layer, shift.until()));
    }
}

/// The identity of a person's line: the same at every desk, so that two who
/// write the first shift of a month at once, unplugged, write one line.
#[must_use]
pub fn rota_id(post: RecordId, person: PersonId, month: Month) -> RecordId {
    let text = format!("rota {post} {person} {month}");
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_ref()[..16]);
    RecordId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The post, if the record is one.
#[must_use]
pub fn post_of(record: &Record) -> Option<(&Post, AreaCode)> {
    match &record.body {
        super::record::Body::Post(post) => Some((post, record.area)),
        _ => None,
    }
}

/// The line, if the record is one.
#[must_use]
pub fn rota_of(record: &Record) -> Option<&Rota> {
    match &record.body {
        super::record::Body::Rota(rota) => Some(rota),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
