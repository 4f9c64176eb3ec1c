//! Chance that can be repeated, and the places where a process can be told to
//! die.

use std::path::Path;
use std::time::Duration;

use zhiban::sync::entropy::{Entropy, SeededEntropy};

/// See the module.
pub struct Dice(SeededEntropy);

/// How a process shall end.
#[derive(Clone, Debug)]
pub enum Death {
    /// Killed from outside, this long after it began to act.
    After(Duration),
    /// By its own hand, at the n-th visit to a fail point (`name:n`).
    At(String),
}

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(SeededEntropy::new(seed))
    }

    pub fn below(&self, bound: usize) -> usize {
        usize::try_from(self.0.below(bound as u64)).unwrap()
    }

    /// Half of the deaths come from outside within `span`, half at a point.
    pub fn death(&self, points: &[String], span: Duration) -> Death {
        const VISITS_MAX: usize = 4;
        if self.below(2) == 0 {
            let span = u64::try_from(span.as_micros()).unwrap();
            return Death::After(Duration::from_micros(self.0.below(span)));
        }
        let point = &points[self.below(points.len())];
        Death::At(format!("{point}:{}", 1 + self.below(VISITS_MAX)))
    }
}

/// The fail points of these rooms, as the sources name them.
pub fn points(rooms: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for room in rooms {
        collect(&source.join(room), &mut found);
    }
    found.sort();
    found.dedup();
    assert!(!found.is_empty(), "no fail points in {rooms:?}");
    found
}

fn collect(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        for rest in text.split("fail_point!(").skip(1) {
            let name = rest
                .trim_start()
                .strip_prefix('"')
                .map(|rest| rest.split('"').next());
            found.extend(name.flatten().map(str::to_owned));
        }
    }
}
