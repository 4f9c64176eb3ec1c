//! What the tests that run a whole service and whole desks share.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "shared by several tests; a bench that breaks fails the test"
)]

pub mod centre;
pub mod keys;
pub mod many;
pub mod proxy;
pub mod station;

use std::time::{Duration, Instant};

use zhiban::sync::clock::FakeClock;

/// How long a condition may take on a busy machine before the test fails.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// From one look to the next.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// Looks until `look` finds something; panics, naming `what`, when it does not
/// within [`PATIENCE`].
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::park_timeout(LOOK_EVERY);
    }
}

/// Waits until a condition holds.
pub fn until_true(what: &str, mut look: impl FnMut() -> bool) {
    until(what, || look().then_some(()));
}

/// How far a fake clock moves at a time while something is waited for.
const STEP: Duration = Duration::from_millis(50);

/// Lets a fake clock run until a condition holds, and only while the engine
/// sleeps on it, so that the time that passes is what the engine waited.
pub fn run_until(clock: &FakeClock, what: &str, mut look: impl FnMut() -> bool) {
    until_true(what, || {
        if look() {
            return true;
        }
        if clock.until_next().is_some() {
            clock.advance(STEP);
        }
        false
    });
}

/// Lets `span` pass on a fake clock, waking the engine at every moment it
/// sleeps for.
pub fn let_pass(clock: &FakeClock, span: Duration) {
    let mut left = span;
    while !left.is_zero() {
        let next = until("the engine sleeps", || clock.until_next());
        let step = next.min(left);
        clock.advance(step);
        left -= step;
    }
}
