//! Nights at the desk, replayed with the real engine, store and service behind
//! a workstation without a terminal.

#![cfg(feature = "service")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

#[path = "../support/mod.rs"]
mod support;

mod e02;
mod e03;
mod e03_many;
mod e05;
mod e14;
mod e16;
mod e17;
mod e18;
mod e20;
mod e24;
mod warnings;

use std::sync::Arc;

use support::station::Seat;
use zhiban::i18n::Language;
use zhiban::sync::clock::Clock;
use zhiban::tui::app::headless::Headless;

const SCREEN: (u16, u16) = (80, 24);

/// The screen of a seat, with what its store has now.
fn desk_of(seat: &Seat, clock: &Arc<dyn Clock>) -> Headless {
    Language::Chinese.select();
    let mut desk = Headless::open(seat.store.clone(), Arc::clone(clock), SCREEN);
    desk.settle();
    desk
}
