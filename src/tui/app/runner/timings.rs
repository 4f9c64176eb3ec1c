//! Times for `--trace-timings`: told to standard error at the end, never
//! while the screen is on.

use std::fmt::Write as _;
use std::time::Duration;

use super::options::Tracing;

/// Samples that are kept of each kind; later ones are counted only.
const SAMPLES_MAX: usize = 100_000;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// From a key to the end of its frame.
    Key,
    /// One frame: draw, compare, write.
    Paint,
    /// One act: from the key to the store's answer.
    Act,
    /// Deriving the key from the password.
    Derivation,
    /// From the password to the first rows.
    Open,
}

const SPANS: [(Span, &str); 5] = [
    (Span::Key, "key-to-frame"),
    (Span::Paint, "paint"),
    (Span::Act, "act-to-stored"),
    (Span::Derivation, "key-derivation"),
    (Span::Open, "sign-in-to-rows"),
];

/// The samples.
#[derive(Debug, Default)]
pub struct Timings {
    samples: Option<Vec<(Span, Duration)>>,
}

impl Timings {
    pub fn new(tracing: Tracing) -> Self {
        Self {
            samples: match tracing {
                Tracing::Off => None,
                Tracing::On => Some(Vec::new()),
            },
        }
    }

    pub fn note(&mut self, span: Span, took: Duration) {
        if let Some(samples) = &mut self.samples
            && samples.len() < SAMPLES_MAX
        {
            samples.push((span, took));
        }
    }

    /// Median, 95th percentile and maximum of each kind, in milliseconds.
    pub fn report(&self) -> Option<String> {
        let samples = self.samples.as_ref()?;
        let mut text = String::new();
        for (span, name) in SPANS {
            let mut times: Vec<f64> = samples
                .iter()
                .filter(|(own, _)| *own == span)
                .map(|(_, took)| took.as_secs_f64() * 1000.0)
                .collect();
            if times.is_empty() {
                continue;
            }
            times.sort_by(f64::total_cmp);
            let at = |percent: usize| times[(times.len() - 1) * percent / 100];
            let _ = writeln!(
                text,
                "{name}: n={} median={:.3}ms p95={:.3}ms max={:.3}ms",
                times.len(),
                at(50),
                at(95),
                at(100)
            );
        }
        Some(text)
    }
}
