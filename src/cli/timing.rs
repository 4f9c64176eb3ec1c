//! `--trace-timings`: how long each stage of the start took, told on the
//! standard error when the screen is closed.

use std::time::{Duration, Instant};

/// The stages so far.
#[derive(Debug)]
pub struct Timings {
    trace: bool,
    began: Instant,
    last: Instant,
    stages: Vec<(&'static str, Duration)>,
}

impl Timings {
    /// Begins now.
    pub fn start(trace: bool) -> Self {
        let now = Instant::now();
        Self {
            trace,
            began: now,
            last: now,
            stages: Vec::new(),
        }
    }

    /// The stage that has just ended.
    pub fn stage(&mut self, name: &'static str) {
        let now = Instant::now();
        self.stages.push((name, now.duration_since(self.last)));
        self.last = now;
    }

    /// Tells them, if asked for: one `timing: name milliseconds` a line.
    pub fn print(&self) {
        if !self.trace {
            return;
        }
        for (name, took) in &self.stages {
            eprintln!("timing: {name} {:.3} ms", took.as_secs_f64() * 1_000.0);
        }
        let all = self.began.elapsed().as_secs_f64() * 1_000.0;
        eprintln!("timing: total {all:.3} ms");
    }
}
