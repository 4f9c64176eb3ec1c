//! The workstation's face.

pub mod terminal;
