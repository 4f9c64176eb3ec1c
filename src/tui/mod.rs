//! The workstation's face.

pub mod app;
pub mod keys;
mod screens;
pub mod terminal;
pub mod theme;
pub mod widgets;

pub use app::{ExitKind, Options, RunError, run};
