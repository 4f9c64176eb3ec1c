//! How a line is: delay, jitter, loss, width, and what it holds back.

use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// What TCP carries at a time on a usual line, in bytes.
pub const SEGMENT_BYTES: usize = 1_448;
/// The least time after which TCP sends a lost segment again, in milliseconds.
const RETRANSMIT_MS_MIN: u64 = 200;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the desk to the service.
    Up,
    /// From the service to the desk.
    Down,
}

impl Way {
    const fn place(self) -> usize {
        match self {
            Self::Up => 0,
            Self::Down => 1,
        }
    }
}

/// One direction of the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weather {
    /// From one end to the other.
    pub delay: Duration,
    /// At most this much more, drawn for every segment. TCP keeps the order.
    pub jitter: Duration,
    /// How many segments of 10,000 are lost. TCP sends them again: whatever
    /// follows waits that long.
    pub lost_of_10_000: u32,
    /// Bytes a second; nothing: no bound.
    pub bytes_per_second: Option<u64>,
    /// Bytes are taken and kept; nothing is closed.
    pub stalled: bool,
}

impl Weather {
    /// Half of a round trip of that length, without loss.
    pub fn round_trip(whole: Duration) -> Self {
        Self {
            delay: whole / 2,
            ..Self::default()
        }
    }

    /// When a segment of `bytes` arrives that is sent at `now`, after one that
    /// arrives at `before`. `draw` gives any number.
    pub fn arrival(&self, now: Instant, before: Instant, bytes: usize, draw: &mut Dice) -> Instant {
        let mut takes = self.delay;
        if !self.jitter.is_zero() {
            let most = u64::try_from(self.jitter.as_micros()).unwrap();
            takes += Duration::from_micros(draw.below(most + 1));
        }
        if self.lost_of_10_000 > 0 && draw.below(10_000) < u64::from(self.lost_of_10_000) {
            // As if both directions were alike: sent again after a round trip
            // and what TCP waits at least.
            takes += 2 * self.delay + Duration::from_millis(RETRANSMIT_MS_MIN);
        }
        let mut at = (now + takes).max(before);
        if let Some(rate) = self.bytes_per_second {
            let bytes = u64::try_from(bytes).unwrap();
            at = at.max(before + Duration::from_micros(bytes * 1_000_000 / rate));
        }
        at
    }
}

/// Numbers out of a seed (`SplitMix64`).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }
}

/// The weather of both directions; who waits for a change of it is woken.
#[derive(Default)]
pub struct Sky {
    now: Mutex<[Weather; 2]>,
    changed: Condvar,
}

impl Sky {
    pub fn set(&self, way: Way, weather: Weather) {
        self.locked()[way.place()] = weather;
        self.changed.notify_all();
    }

    pub fn change(&self, way: Way, change: impl FnOnce(&mut Weather)) {
        change(&mut self.locked()[way.place()]);
        self.changed.notify_all();
    }

    pub fn of(&self, way: Way) -> Weather {
        self.locked()[way.place()]
    }

    /// Wakes whoever waits, because its connection is gone.
    pub fn wake(&self) {
        drop(self.locked());
        self.changed.notify_all();
    }

    /// Waits while that direction is stalled, as long as `lives` says so.
    pub fn wait_while_stalled(&self, way: Way, lives: impl Fn() -> bool) {
        let mut now = self.locked();
        while now[way.place()].stalled && lives() {
            now = self.changed.wait(now).unwrap();
        }
    }

    fn locked(&self) -> MutexGuard<'_, [Weather; 2]> {
        self.now.lock().unwrap()
    }
}
