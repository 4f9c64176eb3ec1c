//! The workstation's face.
