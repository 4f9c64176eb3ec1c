//! The simulation: the product's own engine, store and service under turmoil,
//! with every fault that can be made there, judged by a checker that trusts
//! none of them. See `night` for how a night goes and `checker` for what must
//! hold.
//!
//! `ZHIBAN_SIM_SEEDS=5000` lives through so many nights, `ZHIBAN_SIM_SEED=n`
//! through one, with its whole trace in the file of `ZHIBAN_SIM_TRACE`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a simulation that breaks fails the test"
)]

mod acting;
mod centre;
mod checker;
mod desk;
mod faults;
mod history;
mod line;
mod looking;
mod night;
mod script;
mod world;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

/// A folder for files of nights: in memory where there is such a place.
fn folder(name: &str) -> TempDir {
    let memory = Path::new("/dev/shm");
    let parent = if memory.is_dir() {
        memory.to_owned()
    } else {
        std::env::temp_dir()
    };
    tempfile::Builder::new()
        .prefix(&format!("zhiban-sim-{name}-"))
        .tempdir_in(parent)
        .unwrap()
}

/// Fail points are the process's: one night at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn number_from(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// The same seed, lived through again, gives the same trace to the byte.
#[test]
fn a_seed_decides_the_night() {
    let _alone = alone();
    for seed in 100..103 {
        let live = || night::live_through(night::Outline::of(seed), true);
        let (once, again) = (live(), live());
        let differs = once
            .text
            .lines()
            .zip(again.text.lines())
            .find(|(one, other)| one != other);
        assert_eq!(differs, None, "seed {seed}");
        assert_eq!(once.hash, again.hash, "seed {seed}");
    }
}

#[test]
fn nights_hold() {
    let _alone = alone();
    let one = number_from("ZHIBAN_SIM_SEED");
    let seeds = match one {
        Some(seed) => seed..seed + 1,
        None => 0..number_from("ZHIBAN_SIM_SEEDS").unwrap_or(20),
    };
    let mut bad = Vec::new();
    let mut faults: BTreeMap<String, u64> = BTreeMap::new();
    let mut hours = 0.0;
    let began = std::time::Instant::now();
    for seed in seeds {
        let outline = night::Outline::of(seed);
        let outcome = night::live_through(outline.clone(), one.is_some());
        let found = checker::check(&outcome.history);
        println!(
            "seed {seed} trace {} of {} lines, {} acts, {:?} {:?} {} ms, took {:?}",
            outcome.hash,
            outcome.lines,
            outcome.history.acts.len(),
            outline.mode,
            outline
                .faults
                .iter()
                .map(|fault| fault.kind)
                .collect::<Vec<_>>(),
            outcome.history.ended_ms,
            began.elapsed(),
        );
        if let Ok(path) = std::env::var("ZHIBAN_SIM_TRACE") {
            std::fs::write(path, &outcome.text).unwrap();
        }
        for violation in &found {
            println!("{violation}");
        }
        bad.extend(found);
        hours += f64::from(u32::try_from(outcome.history.ended_ms).unwrap()) / 3_600_000.0;
        let line = outcome
            .tally
            .iter()
            .map(|(what, count)| ((*what).to_owned(), *count));
        for (what, count) in outcome.faults.into_iter().chain(line) {
            *faults.entry(what).or_default() += count;
        }
    }
    println!("{hours:.1} simulated hours");
    for (what, count) in faults {
        println!("{count:>7} {what}");
    }
    assert!(bad.is_empty(), "{} violations", bad.len());
}
