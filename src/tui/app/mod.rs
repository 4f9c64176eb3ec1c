//! The workstation itself, Elm style.
//!
//! [`model`] holds everything that the screen shows, [`message`] is everything
//! that can happen, [`update`] turns one message into a changed model and a
//! list of [`effect`]s, and [`runner`] performs these and owns the terminal,
//! the store and the engine. [`crate::tui::screens`] draws the model and
//! changes nothing. [`headless`] is the same without a terminal, for tests of
//! whole nights.
//!
//! Nothing but the runner may wait, read a clock or touch a disk. Start at
//! [`model`], then [`update`].

pub(crate) mod availability;
pub(crate) mod banner;
mod boards;
pub(crate) mod command;
pub(crate) mod condition;
mod conflict;
mod contact_form;
pub(crate) mod dialog;
mod dialog_act;
mod dialog_fields;
pub(crate) mod duty;
mod duty_act;
#[cfg(test)]
pub(crate) mod duty_tests;
pub(crate) mod effect;
pub(crate) mod face;
pub(crate) mod form;
mod form_draft;
pub(crate) mod gate;
pub mod headless;
mod held;
pub(crate) mod marks;
pub(crate) mod message;
pub(crate) mod model;
pub(crate) mod network;
mod opened;
mod party_line;
mod phrases;
pub(crate) mod picker;
pub(crate) mod queue;
pub(crate) mod roster;
#[cfg(test)]
pub(crate) mod roster_tests;
mod runner;
mod saved;
pub(crate) mod search;
mod steer_act;
mod steer_fields;
mod stored;
pub(crate) mod suggested;
#[cfg(test)]
pub(crate) mod testing;
mod trail;
pub(crate) mod undo;
pub(crate) mod update;
pub(crate) mod wall;
pub(crate) mod warning_form;
#[cfg(test)]
pub(crate) mod warning_rows_tests;
pub(crate) mod warnings;
pub(crate) mod watch;
pub(crate) mod words;

pub use face::Wanted;
pub use runner::{
    Access, Bell, Chosen, Declared, ExitKind, Insist, Options, Probing, RunError, Settings,
    SignInAs, Staging, Tracing, Unusable, WantedColour, run,
};
pub use wall::{WallBoard, WallPlan};
