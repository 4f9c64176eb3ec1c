//! Fuzzing with dice: every target over its seeds, over what was once found,
//! and over changes of both. A few hundred inputs here; with
//! `ZHIBAN_FUZZ_SECONDS=600` as many as fit each target's time, and guided by
//! coverage with `tests/fuzz/run`.
//!
//! The seed of the dice is printed; `ZHIBAN_FUZZ_SEED=n` throws the same
//! again, and an input that fails is kept in a file whose name is printed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a target that finds something fails the test"
)]

mod dice;
mod subjects;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use dice::Dice;
use subjects::Target;

/// Inputs of one target where no time is asked for, seeds apart.
const INPUTS: usize = 300;
/// The longest that one target takes then, in milliseconds.
const TARGET_MS_MAX: u64 = 1_000;
/// The dice where nobody asks for others.
const USUAL_SEED: u64 = 1;

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().expect("a whole number"))
}

/// What was once found, one file each.
fn corpus(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    let Ok(entries) = std::fs::read_dir(folder.join(name)) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .into_iter()
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect()
}

fn fuzz(name: &str) {
    let target = subjects::named(name).expect("a target");
    let mut known = (target.seeds)();
    for (at, seed) in known.iter().enumerate() {
        run(target, seed, &format!("seed {at}"));
    }
    for (path, input) in corpus(name) {
        run(target, &input, &path.display().to_string());
        known.push(input);
    }
    let asked = number("ZHIBAN_FUZZ_SECONDS").map(Duration::from_secs);
    let seed = number("ZHIBAN_FUZZ_SEED").unwrap_or_else(|| match asked {
        // Whoever gives time wants new inputs; who checks a change wants to
        // hear of that change only.
        Some(_) => now(),
        None => USUAL_SEED,
    });
    let limit = asked.unwrap_or(Duration::from_millis(TARGET_MS_MAX));
    let mut dice = Dice::new(seed);
    let began = Instant::now();
    let mut inputs = 0;
    while began.elapsed() < limit && (asked.is_some() || inputs < INPUTS) {
        let input = dice.input(&known);
        inputs += 1;
        run(
            target,
            &input,
            &format!("input {inputs} of ZHIBAN_FUZZ_SEED={seed}"),
        );
    }
    println!(
        "{name}: {} seeds, {inputs} inputs, ZHIBAN_FUZZ_SEED={seed}",
        known.len()
    );
    assert!(inputs > 0, "no time for a single input");
}

/// Another number every time.
fn now() -> u64 {
    let since = SystemTime::UNIX_EPOCH
        .elapsed()
        .expect("a clock after 1970");
    since.as_secs()
}

/// Runs one input; one that fails is kept.
fn run(target: &Target, input: &[u8], what: &str) {
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
    if outcome.is_err() {
        let file = format!("fuzz-{}-{:016x}", target.name, hash(input));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
        std::fs::write(&path, input).unwrap();
        panic!(
            "{}: {what} fails; it is kept in {}",
            target.name,
            path.display()
        );
    }
}

fn hash(bytes: &[u8]) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

#[test]
fn wire_documents_come_back_as_they_went() {
    fuzz("wire");
}

#[test]
fn answers_of_anybody_are_told_apart() {
    fuzz("answers");
}

#[test]
fn the_stream_is_read_by_the_book() {
    fuzz("stream");
}

#[test]
fn snapshots_are_read_within_bounds() {
    fuzz("snapshot");
}

#[test]
fn the_copy_takes_whole_pages_or_nothing() {
    fuzz("pages");
}

#[test]
fn the_rules_keep_their_promises() {
    fuzz("acts");
}

#[test]
fn a_configuration_has_values_or_problems() {
    fuzz("config");
}

#[test]
fn a_keymap_has_bindings_or_problems() {
    fuzz("keymap");
}

#[test]
fn a_theme_has_looks_or_problems() {
    fuzz("theme");
}

#[test]
fn a_desk_opens_or_says_why_not() {
    fuzz("desk");
}

#[test]
fn a_terminal_sends_keys_and_nothing_else() {
    fuzz("keys");
}

#[test]
fn text_steers_nothing_and_fits() {
    fuzz("words");
}

#[test]
fn every_target_is_run_here() {
    let text = include_str!("main.rs");
    for target in &subjects::TARGETS {
        let call = format!("fuzz({:?});", target.name);
        assert!(text.contains(&call), "{}", target.name);
    }
}

/// `ZHIBAN_FUZZ_FILE=path ZHIBAN_FUZZ_TARGET=name` runs one kept input again.
#[test]
fn a_kept_input_is_run_again() {
    let (Ok(path), Ok(name)) = (
        std::env::var("ZHIBAN_FUZZ_FILE"),
        std::env::var("ZHIBAN_FUZZ_TARGET"),
    ) else {
        return;
    };
    let target = subjects::named(&name).expect("a target");
    (target.run)(&std::fs::read(path).unwrap());
}

/// The dice throw the same for the same seed, and change what they are given.
#[test]
fn the_dice_throw_the_same_again() {
    let known = vec![b"{\"a\": 1}".to_vec(), b"word".to_vec()];
    let throw = |seed| {
        let mut dice = Dice::new(seed);
        (0..200).map(|_| dice.input(&known)).collect::<Vec<_>>()
    };
    assert_eq!(throw(7), throw(7));
    assert_ne!(throw(7), throw(8));
    let inputs = throw(7);
    assert!(inputs.iter().filter(|input| known.contains(input)).count() < 40);
    assert!(
        inputs
            .iter()
            .all(|input| input.len() <= dice::INPUT_BYTES_MAX)
    );
}
