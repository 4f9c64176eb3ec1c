//! The service over the loopback, with a clock that tests move.

mod bench;
#[cfg(target_os = "linux")]
mod disk_faults;

mod audience;
mod commands;
mod duty;
mod feeds;
mod hostile;
mod incidents;
mod late;
mod limits;
mod problems;
mod restore;
mod setup;
mod sign_in;
mod snapshots;
mod stream;
mod warnings;
