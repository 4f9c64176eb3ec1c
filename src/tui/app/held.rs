//! Keys that were typed while a dialog waits for the store: they are for what
//! comes after it, so they wait too.
//!
//! They are neither put into the dialog, which is on its way, nor lost
//! silently. Where the act was not taken the dialog stays, and keys that were
//! meant for another screen are dropped and counted.

use crate::domain::time::{Millis, Timestamp};
use crate::tui::keys::KeyPress;

/// Keys that wait at most; more are refused, and told so.
pub const HELD_KEYS_MAX: usize = 32;
/// Keys older than this are not done any more: nobody expects them.
pub const HELD_AGE_MAX: Millis = Millis(3_000);

/// Keys that wait for one dialog.
#[derive(Clone, Debug, Default)]
pub struct Held {
    dialog: u64,
    keys: Vec<(Timestamp, KeyPress)>,
}

/// Whether a key was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It was.
    Yes,
    /// Too many wait already.
    Full,
}

impl Held {
    /// Keeps a key until the dialog of that number is done.
    pub fn keep(&mut self, dialog: u64, press: KeyPress, now: Timestamp) -> Kept {
        if self.dialog != dialog {
            self.dialog = dialog;
            self.keys.clear();
        }
        if self.keys.len() >= HELD_KEYS_MAX {
            return Kept::Full;
        }
        self.keys.push((now, press));
        Kept::Yes
    }

    /// The dialog that they wait for; none while none waits.
    pub fn waits_for(&self) -> Option<u64> {
        (!self.keys.is_empty()).then_some(self.dialog)
    }

    /// Takes those that are still expected, in their order, and counts those
    /// that are not. After one that is too old none is done: what follows was
    /// meant for where it would have led.
    pub fn take(&mut self, now: Timestamp) -> (Vec<KeyPress>, usize) {
        let keys = std::mem::take(&mut self.keys);
        let count = keys.len();
        if keys.iter().any(|(at, _)| now.since(*at) > HELD_AGE_MAX) {
            return (Vec::new(), count);
        }
        (keys.into_iter().map(|(_, press)| press).collect(), 0)
    }

    /// Drops all of them, and says how many.
    pub fn drop_all(&mut self) -> usize {
        std::mem::take(&mut self.keys).len()
    }
}
