//! The store against a small centre of its own: the real rules, in memory.

mod centre;
mod disk;
#[cfg(target_os = "linux")]
mod disk_faults;
mod find;
mod find_file;
mod limits;
mod outbox;
mod overlay;
mod paging;
mod queries;
mod renumber;
mod roster;
mod salvage;
mod secrecy;
mod seek;
mod snapshot;
mod warnings;
