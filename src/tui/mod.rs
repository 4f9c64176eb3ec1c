//! The workstation's face.

pub mod app;
pub mod keys;
mod screens;
pub mod terminal;
pub mod theme;
pub mod widgets;
