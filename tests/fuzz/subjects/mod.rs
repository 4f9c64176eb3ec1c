//! What is fuzzed: each target takes any bytes, gives them to the product's
//! own code, and asserts what must hold whatever they are. Two programs run
//! them: `tests/fuzz` with dice of its own, and `tests/fuzz/coverage` under
//! libFuzzer.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "two programs share this, and a target that finds something panics"
)]

mod acts;
mod answers;
mod desk;
mod draw;
mod keys;
mod make;
mod pages;
mod seeds;
mod settings;
mod shape;
mod snapshot;
mod stream;
mod wire;
mod words;
mod world;

/// One thing that is fuzzed.
pub struct Target {
    /// Its name, for people and for the folder of its corpus.
    pub name: &'static str,
    /// Panics when something does not hold.
    pub run: fn(&[u8]),
    /// Inputs to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them.
pub const TARGETS: [Target; 12] = [
    Target {
        name: "wire",
        run: wire::run,
        seeds: wire::seeds,
    },
    Target {
        name: "answers",
        run: answers::run,
        seeds: answers::seeds,
    },
    Target {
        name: "stream",
        run: stream::run,
        seeds: stream::seeds,
    },
    Target {
        name: "snapshot",
        run: snapshot::run,
        seeds: snapshot::seeds,
    },
    Target {
        name: "pages",
        run: pages::run,
        seeds: pages::seeds,
    },
    Target {
        name: "acts",
        run: acts::run,
        seeds: acts::seeds,
    },
    Target {
        name: "config",
        run: settings::config,
        seeds: settings::config_seeds,
    },
    Target {
        name: "keymap",
        run: settings::keymap,
        seeds: settings::keymap_seeds,
    },
    Target {
        name: "theme",
        run: settings::theme,
        seeds: settings::theme_seeds,
    },
    Target {
        name: "desk",
        run: desk::run,
        seeds: desk::seeds,
    },
    Target {
        name: "keys",
        run: keys::run,
        seeds: keys::seeds,
    },
    Target {
        name: "words",
        run: words::run,
        seeds: words::seeds,
    },
];

/// The target of that name.
pub fn named(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
