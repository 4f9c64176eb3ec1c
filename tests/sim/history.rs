//! What a night leaves behind for the checker: what officers did and were told
//! was done, what each desk showed and when, and the centre's feeds as raw
//! JSON. Plain texts and numbers; nothing here knows the product's types.

use std::collections::{BTreeMap, BTreeSet};

/// An act that a desk called stored.
#[derive(Clone, Debug, Default)]
pub struct Act {
    pub at_ms: u64,
    pub desk: usize,
    pub command: String,
    pub verb: String,
    pub on: String,
    pub entry: Option<String>,
}

/// A refused act that an officer settled.
#[derive(Clone, Debug)]
pub struct Settled {
    pub at_ms: u64,
    pub command: String,
}

/// A record as a desk showed it.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    pub at_ms: u64,
    pub desk: usize,
    /// Of which copy: another one begins with other grants.
    pub copy: String,
    /// In which life of the centre the desk believed itself.
    pub epoch: String,
    pub id: String,
    pub kind: String,
    pub area: String,
    pub rev: u64,
    pub confirmed: bool,
    /// The record's JSON; nothing when it is not there.
    pub json: Option<String>,
}

/// An incident's timeline as a desk showed it.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    pub at_ms: u64,
    pub desk: usize,
    pub on: String,
    pub visible: bool,
    /// Commands of its lines; of notes and calls the entries' ids.
    pub commands: BTreeSet<String>,
}

/// How an act stood in an outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    Waiting,
    Doubtful,
    Accepted,
    Refused,
    /// Filed as late: another life of the centre is offered it again.
    Late,
}

/// A desk's outbox as it showed it.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    pub at_ms: u64,
    pub desk: usize,
    /// Command and stand, in the order shown.
    pub rows: Vec<(String, Stand)>,
}

/// Where a desk said that its copy of the district stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    pub at_ms: u64,
    pub desk: usize,
    pub copy: String,
    pub epoch: String,
    pub seq: u64,
}

/// All that a desk showed at one moment.
#[derive(Clone, Debug, Default)]
pub struct Sweep {
    pub at_ms: u64,
    pub desk: usize,
    /// What the copy was opened for.
    pub areas: Vec<String>,
    pub cursor: Option<Cursor>,
    pub records: Vec<Shown>,
}

/// Something that must not happen and that the night itself noticed.
#[derive(Clone, Debug)]
pub struct Complaint {
    pub invariant: &'static str,
    pub text: String,
}

/// What a desk is, to the checker.
#[derive(Clone, Debug, Default)]
pub struct Seat {
    pub name: String,
    pub device: String,
    /// Areas whose records may be there in the end.
    pub areas: Vec<String>,
    /// Whether it must be whole in the end.
    pub must_converge: bool,
}

/// A time in which nothing stood between a desk and the centre, and the desk
/// called its line live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clear {
    pub desk: usize,
    pub from_ms: u64,
    pub until_ms: u64,
}

/// An officer's grants reached only so far, or nowhere: what the centre took
/// then of other areas is not for the desk.
#[derive(Clone, Debug)]
pub struct Limit {
    pub desk: usize,
    pub areas: Vec<String>,
    pub from_ms: u64,
    /// Grants grew again, or the account came back with a backup.
    pub until_ms: u64,
}

/// The centre was put back within one epoch, until an operator began another.
#[derive(Clone, Debug, Default)]
pub struct Fork {
    pub epoch: String,
    pub from_ms: u64,
    pub until_ms: u64,
    /// Desks that had seen more than the backup, and in which copy.
    pub ahead: BTreeMap<usize, String>,
    /// The newest change that the centre had before.
    pub head: u64,
}

/// The whole night.
#[derive(Clone, Debug, Default)]
pub struct History {
    pub seed: u64,
    pub seats: Vec<Seat>,
    pub acts: Vec<Act>,
    pub settled: Vec<Settled>,
    pub shown: Vec<Shown>,
    pub timelines: Vec<Timeline>,
    pub outboxes: Vec<Outbox>,
    pub cursors: Vec<Cursor>,
    pub sweeps: Vec<Sweep>,
    /// The feed of each life of the centre as its last reader saw it; the last
    /// one is what stands in the end.
    pub feeds: Vec<String>,
    /// The last sweep and outbox of each desk, after quiet.
    pub last: BTreeMap<usize, (Sweep, Outbox)>,
    pub complaints: Vec<Complaint>,
    /// When faults ended, and when the night did.
    pub quiet_from_ms: u64,
    pub ended_ms: u64,
    /// What a moment of the night is called by the centre's clock when it is
    /// the first one.
    pub night_ms: i64,
    /// Within this a live desk shows what the centre has taken; none where
    /// the night is too slow to say.
    pub live_within_ms: Option<u64>,
    pub clear: Vec<Clear>,
    pub limits: Vec<Limit>,
    pub forks: Vec<Fork>,
    /// Times of the requests of each desk.
    pub sent: BTreeMap<usize, Vec<u64>>,
}
