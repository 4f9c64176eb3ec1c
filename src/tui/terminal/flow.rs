//! How much the line to the terminal carries, and when the next frame may go.
//!
//! A slow line has room for many frames that nobody has seen yet: a pseudo
//! terminal takes some twenty kilobytes before it pushes back, which is twenty
//! seconds at 9600 baud. So frames end with a question now and then (a fence);
//! the answer says that all before it is drawn. While one is on its way no
//! other frame is sent, keys go on being read, and what is painted afterwards
//! is the newest state. Pure: time is a parameter.

use std::time::{Duration, Instant};

use super::backend::{Fenced, Sent};

/// What the line carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    /// Anything.
    Broad,
    /// Little: few frames, and each alone on its way.
    Thin,
}

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declared {
    /// Nobody; it is measured.
    Nothing,
    /// The officer, or the line itself.
    Thin,
}

/// The question at the end of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fence {
    /// Device status: four bytes there and back.
    Status,
    /// Device attributes: what every terminal answers.
    Attributes,
}

impl Fence {
    /// What is sent.
    #[must_use]
    pub const fn question(self) -> &'static [u8] {
        match self {
            Self::Status => b"\x1b[5n",
            Self::Attributes => b"\x1b[c",
        }
    }
}

/// When a frame ends with a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FenceRule {
    /// Which.
    pub fence: Fence,
    /// Once so many bytes have gone since the last one.
    pub from_bytes: u64,
}

/// Bytes on a broad line that may be under way without a fence.
const UNFENCED_BYTES: u64 = 1024;
/// The same on a line that has shown how much it carries: what it carried in
/// this time, in milliseconds, ...
const UNFENCED_MS: u64 = 50;
/// ... and at most this many bytes: eight pages.
const UNFENCED_BYTES_MAX: u64 = 16 * 1024;
/// The least time between frames on a thin line: four a second.
const THIN_FRAME_MS_MIN: u64 = 250;
/// Assumed of a thin line that answers nothing: 9600 baud.
const ASSUMED_BYTES_PER_S: u64 = 960;
/// A frame that took this long says at once that the line is thin.
const THIN_AT_ONCE_MS: u64 = 1000;
/// One that took this long says so if the one before did, too.
const THIN_MS: u64 = 250;
/// Frames shorter than this say nothing of the line.
const MEASURED_BYTES_MIN: u64 = 256;
/// A line that carries more is not thin, however long its answers take.
const THIN_BYTES_PER_S_MAX: u64 = 4000;
/// A thin line is broad again when it carries this, so often in a row.
const BROAD_BYTES_PER_S_MIN: u64 = 20_000;
const BROAD_FRAMES_MIN: u8 = 3;
/// An answer is lost when the frame would have gone at 300 baud, and after
/// this much more.
const LOST_BYTES_PER_S: u64 = 30;
const LOST_MS: u64 = 2000;
const LOST_MS_MAX: u64 = 60_000;
/// After so many lost answers in a row nothing is asked any more.
const LOST_ANSWERS_MAX: u8 = 2;

/// Whether a frame may go now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Now.
    Open,
    /// Not before then, unless something comes of the line meanwhile.
    Until(Instant),
}

/// A frame that is not known to be drawn.
#[derive(Clone, Copy, Debug)]
struct Flight {
    bytes: u64,
    since: Instant,
    fenced: Fenced,
    written: Written,
}

/// Whether all of a frame has left this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It has.
    Yes,
    /// The terminal takes no more just now.
    NotYet,
}

/// See the module.
#[derive(Debug)]
pub struct Flow {
    declared: Declared,
    fence: Option<Fence>,
    /// From a question to its answer where nothing else is on the line.
    round_trip: Duration,
    speed: Speed,
    flight: Option<Flight>,
    last_frame: Option<Instant>,
    slow_before: bool,
    quick_frames: u8,
    /// What the last quick frame says that the line carries.
    bytes_per_s: u64,
    lost_answers: u8,
}

impl Flow {
    /// A line on which nothing is under way. `fence` is what the terminal has
    /// answered before, within `round_trip`.
    #[must_use]
    pub fn new(declared: Declared, fence: Option<Fence>, round_trip: Duration) -> Self {
        Self {
            declared,
            fence,
            round_trip,
            speed: Speed::Broad,
            flight: None,
            last_frame: None,
            slow_before: false,
            quick_frames: 0,
            bytes_per_s: 0,
            lost_answers: 0,
        }
    }

    /// What the line carries.
    #[must_use]
    pub fn speed(&self) -> Speed {
        match self.declared {
            Declared::Thin => Speed::Thin,
            Declared::Nothing => self.speed,
        }
    }

    /// Takes another declaration.
    pub fn declare(&mut self, declared: Declared) {
        self.declared = declared;
    }

    /// How the next frame asks.
    #[must_use]
    pub fn rule(&self) -> Option<FenceRule> {
        let from_bytes = match self.speed() {
            Speed::Broad if self.quick_frames >= BROAD_FRAMES_MIN => {
                let carried = self.bytes_per_s.saturating_mul(UNFENCED_MS) / 1000;
                carried.clamp(UNFENCED_BYTES, UNFENCED_BYTES_MAX)
            }
            Speed::Broad => UNFENCED_BYTES,
            Speed::Thin => 0,
        };
        self.fence.map(|fence| FenceRule { fence, from_bytes })
    }

    /// Whether anything may still be on its way.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.flight.is_some()
    }

    /// A frame was handed over.
    pub fn sent(&mut self, sent: Sent, written: Written, now: Instant) {
        if sent.bytes == 0 {
            return;
        }
        self.last_frame = Some(now);
        let flight = Flight {
            bytes: sent.bytes,
            since: now,
            fenced: sent.fenced,
            written,
        };
        let waits = flight.fenced == Fenced::Yes
            || flight.written == Written::NotYet
            || self.speed() == Speed::Thin;
        if waits {
            self.flight = Some(flight);
        }
    }

    /// All of the frame has left this process.
    pub fn written(&mut self, now: Instant) {
        let Some(flight) = &mut self.flight else {
            return;
        };
        flight.written = Written::Yes;
        let flight = *flight;
        if flight.fenced == Fenced::No {
            // It waited in this process, because the line took no more.
            self.measure(flight.bytes, now - flight.since);
            if self.speed() == Speed::Broad {
                self.flight = None;
            }
        }
    }

    /// The terminal has answered a question. Of one that was not answered at
    /// the start it shows that the terminal is only slow.
    pub fn answered(&mut self, fence: Fence, now: Instant) {
        if self.fence.is_none() && self.lost_answers < LOST_ANSWERS_MAX {
            self.fence = Some(fence);
        }
        if self.fence != Some(fence) {
            return;
        }
        self.lost_answers = 0;
        let Some(flight) = self.flight.filter(|flight| flight.fenced == Fenced::Yes) else {
            return;
        };
        self.flight = None;
        let took = (now - flight.since).saturating_sub(self.round_trip);
        self.measure(flight.bytes, took);
    }

    fn measure(&mut self, bytes: u64, took: Duration) {
        if bytes < MEASURED_BYTES_MIN {
            return;
        }
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
        let rate = bytes.saturating_mul(1000) / millis;
        let slow = millis >= THIN_MS && rate < THIN_BYTES_PER_S_MAX;
        if slow && (self.slow_before || millis >= THIN_AT_ONCE_MS) {
            self.speed = Speed::Thin;
        }
        self.slow_before = slow;
        if rate >= BROAD_BYTES_PER_S_MIN {
            self.quick_frames = self.quick_frames.saturating_add(1);
            self.bytes_per_s = rate;
            if self.quick_frames >= BROAD_FRAMES_MIN {
                self.speed = Speed::Broad;
            }
        } else {
            self.quick_frames = 0;
        }
    }

    /// Whether a frame may go at `now`. What is overdue is taken note of.
    pub fn gate(&mut self, now: Instant) -> Gate {
        if let Some(flight) = self.flight {
            let due = self.due(flight);
            if now < due {
                let waited = now.saturating_duration_since(flight.since);
                let at_once = self.round_trip + Duration::from_millis(THIN_AT_ONCE_MS);
                if flight.bytes >= MEASURED_BYTES_MIN && waited >= at_once {
                    self.speed = Speed::Thin;
                    return Gate::Until(due);
                }
                return Gate::Until(due.min(flight.since + at_once));
            }
            if flight.fenced == Fenced::Yes {
                self.lose();
            }
            self.flight = None;
        }
        match (self.speed(), self.last_frame) {
            (Speed::Thin, Some(last)) => {
                let next = last + Duration::from_millis(THIN_FRAME_MS_MIN);
                if now < next {
                    Gate::Until(next)
                } else {
                    Gate::Open
                }
            }
            (Speed::Thin | Speed::Broad, _) => Gate::Open,
        }
    }

    /// When to stop waiting for a frame.
    fn due(&self, flight: Flight) -> Instant {
        let (rate, more) = match (flight.fenced, flight.written) {
            (Fenced::No, Written::Yes) => (ASSUMED_BYTES_PER_S, Duration::ZERO),
            // Nothing can be sent before it is out.
            (Fenced::No, Written::NotYet) | (Fenced::Yes, _) => (
                LOST_BYTES_PER_S,
                self.round_trip * 2 + Duration::from_millis(LOST_MS),
            ),
        };
        let line = Duration::from_millis((flight.bytes * 1000 / rate).min(LOST_MS_MAX));
        flight.since + line + more
    }

    fn lose(&mut self) {
        self.lost_answers = self.lost_answers.saturating_add(1);
        if self.lost_answers >= LOST_ANSWERS_MAX {
            self.fence = None;
        }
    }
}

#[cfg(test)]
#[path = "flow_tests.rs"]
mod tests;
