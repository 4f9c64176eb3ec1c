//! The simulation: the product's own engine, store and service under turmoil,
//! with every fault that can be made there, judged by a checker that trusts
//! none of them. See `night` for how a night goes and `checker` for what must
//! hold.
//!
//! `ZHIBAN_SIM_SEEDS=5000` lives through so many nights, from seed
//! `ZHIBAN_SIM_FROM` on, `ZHIBAN_SIM_SEED=n` through one, with its whole trace in the file of `ZHIBAN_SIM_TRACE`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a simulation that breaks fails the test"
)]

mod acting;
mod breaking;
mod calm;
mod centre;
mod checker;
mod desk;
mod faults;
mod history;
mod line;
mod lives;
mod looking;
mod meddler;
mod night;
mod outline;
mod report;
mod script;
mod seats;
mod steering;
mod template;
mod world;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

/// Nights of a run that nobody asked for more.
const SEEDS: u64 = 200;

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

/// The same seed, lived through again, gives the same trace to the byte; also
/// in another process.
#[test]
fn a_seed_decides_the_night() {
    let _alone = alone();
    for seed in 100..103 {
        let live = || night::live_through(outline::Outline::of(seed), true);
        let (once, again) = (live(), live());
        let differs = once
            .text
            .lines()
            .zip(again.text.lines())
            .find(|(one, other)| one != other);
        assert_eq!(differs, None, "seed {seed}");
        assert_eq!(once.hash, again.hash, "seed {seed}");
        let told = report::trace_in_another_process(seed);
        assert_eq!(told.as_deref(), Some(once.hash.as_str()), "seed {seed}");
    }
}

#[test]
fn nights_hold() {
    let _alone = alone();
    if let Some(seed) = number_from("ZHIBAN_SIM_SEED") {
        if let Ok(path) = std::env::var("ZHIBAN_SIM_TRACE") {
            let outcome = night::live_through(outline::Outline::of(seed), true);
            std::fs::write(path, &outcome.text).unwrap();
        }
        assert!(report::nights(seed..seed + 1), "see the violations above");
        return;
    }
    let first = number_from("ZHIBAN_SIM_FROM").unwrap_or(0);
    let seeds = first..first + number_from("ZHIBAN_SIM_SEEDS").unwrap_or(SEEDS);
    assert!(report::nights(seeds), "see the violations above");
}

/// The rules that are broken on purpose can still be broken: their patches fit
/// the sources. `tests/sim/broken/run` shows that the checker finds each.
#[test]
fn the_broken_rules_still_apply() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut patches = 0;
    for entry in std::fs::read_dir(root.join("tests/sim/broken")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "patch") {
            continue;
        }
        patches += 1;
        let checked = std::process::Command::new("git")
            .args(["apply", "--check"])
            .arg(&path)
            .current_dir(root)
            .output();
        let output = match checked {
            Ok(output) => output,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                println!("skipped: there is no git here");
                return;
            }
            Err(error) => panic!("{error}"),
        };
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {said}", path.display());
    }
    assert_eq!(patches, 6);
}
