//! One direction of one connection: bytes go in when they come and out when
//! the weather lets them arrive.

use std::collections::VecDeque;
use std::io::Write;
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::weather::{Dice, SEGMENT_BYTES, Sky, Way, Weather};

/// What may be under way in one direction, in bytes: the window that TCP
/// usually grows to.
const WINDOW_BYTES: usize = 1024 * 1024;

/// See the module.
pub struct Pipe {
    way: Way,
    sky: Arc<Sky>,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    segments: VecDeque<(Instant, Vec<u8>)>,
    bytes: usize,
    latest: Instant,
    dice: Dice,
    /// Nothing more goes in.
    ended: bool,
    /// Nothing more comes out.
    broken: bool,
    /// The handshake still stands before the first segment.
    greeted: bool,
}

impl Pipe {
    /// A pipe into `out`; its writing thread ends with the pipe.
    pub fn into(out: Arc<TcpStream>, way: Way, sky: Arc<Sky>, seed: u64) -> Arc<Self> {
        let pipe = Arc::new(Self {
            way,
            sky,
            state: Mutex::new(State {
                segments: VecDeque::new(),
                bytes: 0,
                latest: Instant::now(),
                dice: Dice::new(seed),
                ended: false,
                broken: false,
                greeted: false,
            }),
            changed: Condvar::new(),
        });
        let writing = Arc::clone(&pipe);
        thread::spawn(move || writing.write_into(&out));
        pipe
    }

    /// Sends bytes on their way; whether the other end still takes them.
    pub fn send(&self, bytes: &[u8]) -> bool {
        let weather = self.sky.of(self.way);
        let mut state = self.state.lock().unwrap();
        for segment in bytes.chunks(if weather == Weather::default() {
            usize::MAX
        } else {
            SEGMENT_BYTES
        }) {
            while state.bytes > WINDOW_BYTES && !state.broken {
                state = self.changed.wait(state).unwrap();
            }
            if state.broken {
                return false;
            }
            let mut now = Instant::now();
            if self.way == Way::Up && !state.greeted {
                // A connection takes a round trip before its first byte.
                now += 2 * weather.delay;
            }
            state.greeted = true;
            let before = state
                .latest
                .max(now.checked_sub(weather.delay).unwrap_or(now));
            let at = weather.arrival(now, before, segment.len(), &mut state.dice);
            state.latest = at;
            state.bytes += segment.len();
            state.segments.push_back((at, segment.to_vec()));
        }
        self.changed.notify_all();
        !state.broken
    }

    /// Nothing more is sent; what is under way still arrives.
    pub fn end(&self) {
        self.state.lock().unwrap().ended = true;
        self.changed.notify_all();
    }

    /// Nothing more arrives.
    pub fn break_off(&self) {
        self.state.lock().unwrap().broken = true;
        self.changed.notify_all();
        self.sky.wake();
    }

    /// Waits until everything that was sent has arrived, or never will.
    pub fn drain(&self) {
        let mut state = self.state.lock().unwrap();
        while !state.broken && (state.bytes > 0 || !state.segments.is_empty()) {
            state = self.changed.wait(state).unwrap();
        }
    }

    fn write_into(&self, out: &TcpStream) {
        while let Some(segment) = self.next_segment() {
            let lives = || !self.state.lock().unwrap().broken;
            self.sky.wait_while_stalled(self.way, lives);
            if (&mut &*out).write_all(&segment).is_err() {
                self.break_off();
            }
            self.state.lock().unwrap().bytes -= segment.len();
            self.changed.notify_all();
        }
        self.break_off();
    }

    /// Waits for the next segment and for its time.
    fn next_segment(&self) -> Option<Vec<u8>> {
        let mut state = self.state.lock().unwrap();
        loop {
            if state.broken {
                return None;
            }
            let Some((at, _)) = state.segments.front() else {
                if state.ended {
                    return None;
                }
                state = self.changed.wait(state).unwrap();
                continue;
            };
            let left = at.saturating_duration_since(Instant::now());
            if left > Duration::ZERO {
                state = self.changed.wait_timeout(state, left).unwrap().0;
                continue;
            }
            return state.segments.pop_front().map(|(_, bytes)| bytes);
        }
    }
}
