//! The service over the loopback, with a clock that tests move.

mod bench;

mod commands;
