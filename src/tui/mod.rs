//! The workstation's face.

pub mod keys;
pub mod terminal;
pub mod theme;
pub mod widgets;
