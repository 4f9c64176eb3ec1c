//! Keys: from what a terminal sends to what the officer means.
//!
//! Owns the one table of actions, the chords and sequences that reach them,
//! the contexts in which they do, the keymap files, and the help that is made
//! from all of it. It knows nothing of screens or records: whether an action
//! is allowed just now is asked through a closure.
//!
//! Start reading at [`action`], then [`context`] and [`keymap`].

pub mod action;
pub mod chord;
pub mod command;
pub mod context;
pub mod file;
mod group;
pub mod help;
pub mod keymap;
pub mod press;
pub mod shipped;
mod trie;

pub use action::Action;
pub use chord::{Chord, Key, Sequence};
pub use context::Context;
pub use group::{Danger, Group};
pub use help::Availability;
pub use keymap::{Keymap, PendingKeys, Pressed};
pub use press::KeyPress;
