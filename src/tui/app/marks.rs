//! Several incidents at once: which are marked, what one act did to them.
//!
//! A marked incident is remembered as the officer saw it when it was marked or
//! last on the screen. Each gets a command of its own: what somebody else has
//! changed meanwhile is refused for that one alone, and counted.

use std::collections::BTreeMap;

use super::availability::aim_allowed;
use super::dialog::Aim;
use super::model::{Board, Desk};
use super::undo::Back;
use crate::domain::ids::RecordId;
use crate::domain::incident::verb::Verb;
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::store::view::{QueueRow, Shown};
use crate::tui::keys::Availability;

/// Incidents that one act may be made on at once.
pub const MARKED_MAX: usize = 200;

/// Whether a verb makes sense on several incidents with the same words. What
/// must be looked at one by one (verifying, striking off, revealing) does not.
pub const fn for_several(verb: Verb) -> bool {
    match verb {
        Verb::Acknowledge
        | Verb::Snooze
        | Verb::Note
        | Verb::Raise
        | Verb::Lower
        | Verb::Assign
        | Verb::Accept
        | Verb::Return
        | Verb::Recall
        | Verb::Copy
        | Verb::Read
        | Verb::Supervise => true,
        Verb::Register
        | Verb::Call
        | Verb::Reveal
        | Verb::Amend
        | Verb::Finish
        | Verb::Verify
        | Verb::SendBack
        | Verb::FollowUp
        | Verb::ProposeStrikeOff
        | Verb::SignStrikeOff
        | Verb::DeclineStrikeOff
        | Verb::Reopen
        | Verb::Triage
        | Verb::Escalate
        | Verb::HandDown
        | Verb::Whistle
        | Verb::ReportIn
        | Verb::RateWhistle
        | Verb::LiftSupervision
        | Verb::AskExtension
        | Verb::GrantExtension
        | Verb::RefuseExtension
        | Verb::ReturnToPolice
        | Verb::Void
        | Verb::Merge
        | Verb::Unmerge
        | Verb::Link
        | Verb::Unlink
        | Verb::Settle => false,
    }
}

/// What came of marking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marking {
    Done,
    /// There are [`MARKED_MAX`] already.
    Full,
}

/// The marked incidents, in the order of their ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marks {
    aims: BTreeMap<RecordId, Aim>,
}

impl Marks {
    pub fn len(&self) -> usize {
        self.aims.len()
    }

    pub fn is_empty(&self) -> bool {
        self.aims.is_empty()
    }

    pub fn has(&self, id: RecordId) -> bool {
        self.aims.contains_key(&id)
    }

    pub fn aims(&self) -> impl Iterator<Item = &Aim> {
        self.aims.values()
    }

    /// Marks a row, or takes its mark away.
    pub fn toggle(&mut self, row: &QueueRow) -> Marking {
        if self.aims.remove(&row.id).is_some() {
            return Marking::Done;
        }
        self.add(row)
    }

    /// Marks a row.
    pub fn add(&mut self, row: &QueueRow) -> Marking {
        if self.aims.len() >= MARKED_MAX && !self.has(row.id) {
            return Marking::Full;
        }
        self.aims.insert(row.id, Aim::of_row(row));
        Marking::Done
    }

    /// A marked row looks different now, and the officer sees it.
    pub fn refresh(&mut self, row: &QueueRow) {
        if let Some(aim) = self.aims.get_mut(&row.id) {
            *aim = Aim::of_row(row);
        }
    }

    /// The same from the store's answer to an act.
    pub fn learn(&mut self, shown: &Shown) {
        if let Some(aim) = self.aims.get_mut(&shown.record.id)
            && let Some(now) = Aim::of_shown(shown)
        {
            *aim = now;
        }
    }

    pub fn remove(&mut self, id: RecordId) {
        self.aims.remove(&id);
    }

    pub fn clear(&mut self) {
        self.aims.clear();
    }
}

/// An act on several incidents that is on its way to the disk.
#[derive(Clone, Debug, PartialEq)]
pub struct UnderWay {
    /// Tells its answers from those of another one.
    pub number: u64,
    pub verb: Verb,
    /// Answers that are still to come.
    pub left: usize,
    /// Those that were written down.
    pub done: Vec<RecordId>,
    /// Those that were not: title and reason.
    pub not: Vec<(String, String)>,
    /// The ways back from those that were.
    pub back: Vec<Back>,
}

/// Those that the verb can be done to, and the others with the reason.
pub fn split(desk: &Desk, verb: Verb, now: Timestamp) -> (Vec<Aim>, Vec<(Aim, String)>) {
    let mut aims = Vec::new();
    let mut not = Vec::new();
    for aim in desk.marks.aims() {
        match aim_allowed(desk, aim, verb, now) {
            Availability::Ready => aims.push(aim.clone()),
            Availability::Denied(why) => not.push((aim.clone(), why)),
            Availability::Hidden => {}
        }
    }
    (aims, not)
}

/// Whether a verb would be made on what is marked: only in the list, where the
/// marks are seen.
pub fn are_meant(desk: &Desk) -> bool {
    desk.board == Board::Queue && !desk.marks.is_empty()
}

/// Whether a verb works on what is marked.
pub fn available(desk: &Desk, verb: Verb, now: Timestamp) -> Availability {
    if !for_several(verb) {
        return Availability::Denied(t!("bulk.one-only").into_owned());
    }
    // Asked for every hint of every frame: it ends at the first that can be
    // done, and copies nothing.
    let mut first_denied = None;
    for aim in desk.marks.aims() {
        match aim_allowed(desk, aim, verb, now) {
            Availability::Ready => return Availability::Ready,
            denied @ Availability::Denied(_) => {
                first_denied.get_or_insert(denied);
            }
            Availability::Hidden => {}
        }
    }
    first_denied.unwrap_or(Availability::Hidden)
}
