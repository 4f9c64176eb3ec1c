//! All targets in one program under libFuzzer; `ZHIBAN_FUZZ_TARGET` names the
//! one to run. With `ZHIBAN_FUZZ_SEEDS` it first writes the target's seeds into
//! that folder, which is then one of the corpora on its command line.

#![no_main]

#[path = "../../subjects/mod.rs"]
mod subjects;

use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use subjects::Target;

static TARGET: LazyLock<&'static Target> = LazyLock::new(|| {
    let name = std::env::var("ZHIBAN_FUZZ_TARGET").unwrap_or_default();
    subjects::named(&name).unwrap_or_else(|| {
        let names: Vec<_> = subjects::TARGETS.iter().map(|target| target.name).collect();
        eprintln!("ZHIBAN_FUZZ_TARGET must be one of {}", names.join(", "));
        std::process::exit(2);
    })
});

fn write_seeds() {
    let Ok(folder) = std::env::var("ZHIBAN_FUZZ_SEEDS") else {
        return;
    };
    for (at, seed) in (TARGET.seeds)().into_iter().enumerate() {
        std::fs::write(Path::new(&folder).join(format!("seed-{at}")), seed).expect("a seed");
    }
}

fuzz_target!(init: write_seeds(), |data: &[u8]| (TARGET.run)(data));
