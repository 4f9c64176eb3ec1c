//! Night E15: the power goes at any moment. The real binaries are killed at
//! random points while officers act, and started again on what is left: no
//! store is corrupt, nothing that was confirmed is lost, nothing happens twice.
//!
//! `ZHIBAN_KILLS=500` kills each side that often (50 otherwise);
//! `ZHIBAN_TEST_SEED` repeats a run's dice.

#![cfg(feature = "service")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod dice;
mod evidence;
#[path = "../pty/centre.rs"]
#[allow(dead_code, reason = "shared with the tests in a terminal")]
mod prepared;
mod service;
#[path = "../support/mod.rs"]
mod support;
#[path = "../pty/term.rs"]
#[allow(dead_code, reason = "shared with the tests in a terminal")]
mod term;
mod workstation;

use std::time::Duration;

/// How often each side is killed.
fn kills() -> usize {
    match std::env::var("ZHIBAN_KILLS") {
        Ok(text) => text.parse().expect("ZHIBAN_KILLS is a number"),
        Err(_) => 50,
    }
}

/// What starting again took, over a run.
#[derive(Default)]
struct Restarts(Vec<Duration>);

impl Restarts {
    fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    /// The figures of the run. That one start is slow on a busy machine proves
    /// nothing; half of them are not.
    fn tell(&mut self, whose: &str) {
        const BUDGET: Duration = Duration::from_secs(2);
        self.0.sort_unstable();
        let at = |share: usize| self.0[(self.0.len() - 1) * share / 100];
        println!(
            "{whose}: started again {} times; median {:?}, p95 {:?}, longest {:?}",
            self.0.len(),
            at(50),
            at(95),
            at(100)
        );
        assert!(at(50) < BUDGET, "{whose}: half of the starts take too long");
    }
}
