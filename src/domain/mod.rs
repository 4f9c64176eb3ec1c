//! What a governance centre is and does. Pure: no I/O, no clock, no async, no
//! randomness.

pub mod area;
pub mod calendar;
pub mod codes;
pub mod time;
