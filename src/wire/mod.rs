//! What crosses the network: requests, replies and feed changes of API v1.
//!
//! Commands are strict (an unknown field is refused), changes are lenient (an
//! unknown kind or field is kept as the text that came). How far any of it may
//! go is in [`bounds`] and beside each form. Both ends use these
//! types, so they cannot drift apart.

pub mod bounds;
pub mod command;
pub mod feed;
pub mod incident;
pub mod problem;
pub mod proof;
pub mod session;
pub mod stream;

#[cfg(test)]
mod largest_tests;
#[cfg(test)]
mod tests;
