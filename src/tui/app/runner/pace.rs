//! How often frames are drawn.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Frames that may follow each other at once: a key's own, its answer's and
/// one more.
const FRAMES_AT_ONCE: usize = 3;
/// The least time between frames in the long run, in milliseconds.
const FRAME_MS_MIN: u64 = 10;
/// When frames were drawn, so that they stay as rare as they shall be.
#[derive(Debug, Default)]
pub struct Pace {
    drawn: VecDeque<Instant>,
}

impl Pace {
    pub fn drew(&mut self) {
        self.drawn.push_back(Instant::now());
        if self.drawn.len() > FRAMES_AT_ONCE {
            self.drawn.pop_front();
        }
    }

    /// The earliest time of the next frame.
    pub fn next_frame(&self) -> Instant {
        let rest = FRAME_MS_MIN * FRAMES_AT_ONCE as u64;
        match self.drawn.front() {
            Some(first) if self.drawn.len() == FRAMES_AT_ONCE => {
                *first + Duration::from_millis(rest)
            }
            Some(_) | None => Instant::now(),
        }
    }
}
