//! How far this machine's clock is from the service's. Pure.
//!
//! Each answer that states the service's time gives a sample: the service read
//! its clock somewhere between asking and answering, so half the round trip is
//! what the sample may be wrong by. The narrowest recent sample wins. The
//! offset is data for people and deadlines; nothing is ordered by it.

use std::cmp::Reverse;
use std::collections::VecDeque;

use super::clock::{Mono, millis};
use crate::domain::time::Timestamp;

/// How many samples are kept.
const SAMPLES_MAX: usize = 8;
/// The own wall clock was set by hand when it leaves the steady clock by this
/// much, in milliseconds.
const JUMP_MS: u64 = 500;
/// What a round trip is taken for until one was measured, in milliseconds.
const UNKNOWN_ROUND_TRIP_MS: u64 = 200;

/// Both clocks of this machine, read together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The wall clock.
    pub wall: Timestamp,
    /// The steady clock.
    pub mono: Mono,
}

/// The estimate and what it rests on.
#[derive(Clone, Debug, Default)]
pub struct OffsetEstimate {
    samples: VecDeque<Sample>,
    last: Option<Reading>,
    round_trip_ms: Option<u64>,
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    offset_ms: i64,
    round_trip_ms: u64,
}

impl OffsetEstimate {
    /// Takes an answer that stated `server`, asked for at `asked` and read at
    /// `got`.
    pub fn answer(&mut self, asked: Reading, got: Reading, server: Timestamp) {
        self.watch_for_jump(got);
        let round_trip_ms = millis(got.mono.since(asked.mono));
        self.round_trip_ms = Some(round_trip_ms);
        self.add(got, server, round_trip_ms);
    }

    /// Takes a message that came by itself and stated `server`. How long it
    /// was under way nobody knows, so it counts for a little less than the
    /// latest answer.
    pub fn heard(&mut self, got: Reading, server: Timestamp) {
        self.watch_for_jump(got);
        let supposed = self.round_trip_ms.unwrap_or(UNKNOWN_ROUND_TRIP_MS);
        self.add(got, server, supposed.saturating_add(1));
    }

    /// What to add to this machine's wall clock, in milliseconds.
    #[must_use]
    pub fn offset_ms(&self) -> i64 {
        self.samples
            .iter()
            // Of equals the one that was under way for the shortest time: a
            // message that is late makes the service's clock look slow.
            .min_by_key(|sample| (sample.round_trip_ms, Reverse(sample.offset_ms)))
            .map_or(0, |sample| sample.offset_ms)
    }

    /// The latest round trip, in milliseconds.
    #[must_use]
    pub fn round_trip_ms(&self) -> Option<u64> {
        self.round_trip_ms
    }

    /// Whether the wall clock was left alone since the service last stated its
    /// time: until it does again, a clock that was set tells nothing.
    #[must_use]
    pub fn is_steady(&self, at: Reading) -> bool {
        let alone = self.last.is_some_and(|last| jump_ms(last, at) <= JUMP_MS);
        alone && !self.samples.is_empty()
    }

    fn add(&mut self, got: Reading, server: Timestamp, round_trip_ms: u64) {
        let half = i64::try_from(round_trip_ms / 2).unwrap_or(i64::MAX);
        let offset_ms = server.since(got.wall).0.saturating_add(half);
        if self.samples.len() == SAMPLES_MAX {
            self.samples.pop_front();
        }
        self.samples.push_back(Sample {
            offset_ms,
            round_trip_ms,
        });
    }

    fn watch_for_jump(&mut self, got: Reading) {
        if let Some(last) = self.last.replace(got)
            && jump_ms(last, got) > JUMP_MS
        {
            self.samples.clear();
        }
    }
}

/// By how much the wall clock has left the steady one, in milliseconds.
fn jump_ms(last: Reading, now: Reading) -> u64 {
    let steady = i64::try_from(millis(now.mono.since(last.mono))).unwrap_or(i64::MAX);
    let by_wall = now.wall.since(last.wall).0;
    by_wall.saturating_sub(steady).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(wall: i64, mono: u64) -> Reading {
        Reading {
            wall: Timestamp::from_millis(wall),
            mono: Mono(mono),
        }
    }

    #[test]
    fn half_the_round_trip_is_taken_off() {
        let mut estimate = OffsetEstimate::default();
        let server = Timestamp::from_millis(5_050);
        estimate.answer(reading(1_000, 0), reading(1_100, 100), server);
        assert_eq!(estimate.offset_ms(), 4_000);
    }

    #[test]
    fn the_narrowest_sample_wins() {
        let mut estimate = OffsetEstimate::default();
        let at = |ms| Timestamp::from_millis(ms);
        estimate.answer(reading(0, 0), reading(10, 10), at(1_005));
        // A slow answer, read late: it must not pull the estimate away.
        estimate.answer(reading(100, 100), reading(2_100, 2_100), at(1_200));
        assert_eq!(estimate.offset_ms(), 1_000);
        estimate.heard(reading(3_000, 3_000), at(3_900));
        assert_eq!(estimate.offset_ms(), 1_000);
    }

    #[test]
    fn a_clock_set_by_hand_forgets_what_was_measured() {
        let mut estimate = OffsetEstimate::default();
        estimate.answer(reading(0, 0), reading(10, 10), Timestamp::from_millis(5));
        assert_eq!(estimate.offset_ms(), 0);
        assert!(estimate.is_steady(reading(1_010, 1_010)));
        assert!(!estimate.is_steady(reading(1_010 - 3_600_000, 1_010)));
        // An hour back, one second later.
        let late = reading(1_010 - 3_600_000, 1_010);
        let asked = reading(990 - 3_600_000, 990);
        estimate.answer(asked, late, Timestamp::from_millis(1_000));
        assert_eq!(estimate.offset_ms(), 3_600_000);
    }
}
