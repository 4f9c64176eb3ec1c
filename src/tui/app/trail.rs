//! The names of the last actions, for a crash report: what was done, never to
//! what or with which words.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::tui::keys::Action;

/// Actions that are remembered.
const ACTIONS_MAX: usize = 20;

// The only thing that outlives a model that panicked. Nothing reads it while
// the program works.
static TRAIL: Mutex<VecDeque<Action>> = Mutex::new(VecDeque::new());

/// Remembers an action.
pub fn note(action: Action) {
    // A name more or less is nothing that a poisoned lock could have torn.
    let mut trail = TRAIL.lock().unwrap_or_else(PoisonError::into_inner);
    if trail.len() == ACTIONS_MAX {
        trail.pop_front();
    }
    trail.push_back(action);
}

/// The last actions, the latest last; none where somebody is noting one.
pub fn last() -> Vec<Action> {
    TRAIL
        .try_lock()
        .map(|trail| trail.iter().copied().collect())
        .unwrap_or_default()
}
