//! Two workstations that both acted without the network: what comes of it.

#![cfg(feature = "service")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

#[path = "../support/mod.rs"]
mod support;

mod deeds;
mod ground;
mod numbers;
mod pairs;
mod table;
