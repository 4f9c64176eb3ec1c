//! How much one session may ask of the service: requests by the second, and
//! streams at a time. A script in a loop, or a stolen token, must not keep the
//! other desks waiting.
//!
//! Nothing here is stored; a restart forgives all.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::wire::proof::Digest;

/// Requests that a session may make at once.
pub const REQUESTS_BURST_MAX: u32 = 1_000;
/// Requests that a session may make by the second once the burst is used. A
/// desk with its backlog of a night makes a dozen.
pub const REQUESTS_PER_S_MAX: u32 = 100;
/// Streams of one session that are open at the same time. One more ends the
/// oldest: after a partition it is the one that nobody reads any more.
pub const SESSION_STREAMS_MAX: usize = 8;
/// Sessions that are remembered; beyond, those that are at rest are let go.
const SEATS_MAX: usize = 4_096;

/// The session has asked too much; it may go on after this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooFast {
    /// Whole seconds, at least 1.
    pub wait_s: u64,
}

/// What each session has used.
#[derive(Debug, Default)]
pub struct Paces {
    seats: Mutex<HashMap<Digest, Seat>>,
}

#[derive(Debug)]
struct Seat {
    /// Requests that are left, and when they were counted.
    left: u32,
    counted_at: Instant,
    /// Dropping one tells its stream to end.
    streams: VecDeque<oneshot::Sender<()>>,
}

/// A stream's place among those of its session.
#[derive(Debug)]
pub struct StreamPlace(oneshot::Receiver<()>);

impl StreamPlace {
    /// Ends when newer streams of the session have taken the place.
    pub async fn taken(&mut self) {
        // Nothing is ever sent; the sender is dropped.
        let _dropped = (&mut self.0).await;
    }
}

impl Seat {
    fn new(now: Instant) -> Self {
        Self {
            left: REQUESTS_BURST_MAX,
            counted_at: now,
            streams: VecDeque::new(),
        }
    }

    fn refill(&mut self, now: Instant) {
        let span = now.saturating_duration_since(self.counted_at);
        let earned = span.as_millis() * u128::from(REQUESTS_PER_S_MAX) / 1_000;
        let earned = u32::try_from(earned).unwrap_or(u32::MAX);
        // What is less than a request stays to be counted.
        if earned > 0 {
            self.left = self.left.saturating_add(earned).min(REQUESTS_BURST_MAX);
            self.counted_at = now;
        }
    }

    fn is_at_rest(&mut self, now: Instant) -> bool {
        self.refill(now);
        self.streams.retain(|stream| !stream.is_closed());
        self.left == REQUESTS_BURST_MAX && self.streams.is_empty()
    }
}

impl Paces {
    fn with<T>(&self, token: Digest, now: Instant, work: impl FnOnce(&mut Seat) -> T) -> T {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if seats.len() >= SEATS_MAX {
            seats.retain(|known, seat| *known == token || !seat.is_at_rest(now));
        }
        work(seats.entry(token).or_insert_with(|| Seat::new(now)))
    }

    /// Counts a request of the session with this token.
    ///
    /// # Errors
    /// [`TooFast`] when there were too many.
    pub fn request(&self, token: Digest) -> Result<(), TooFast> {
        self.request_at(token, Instant::now())
    }

    fn request_at(&self, token: Digest, now: Instant) -> Result<(), TooFast> {
        self.with(token, now, |seat| {
            seat.refill(now);
            if seat.left == 0 {
                return Err(TooFast { wait_s: 1 });
            }
            seat.left -= 1;
            Ok(())
        })
    }

    /// Gives a new stream of the session its place.
    pub fn stream(&self, token: Digest) -> StreamPlace {
        let (held, place) = oneshot::channel();
        self.with(token, Instant::now(), |seat| {
            seat.streams.retain(|stream| !stream.is_closed());
            if seat.streams.len() >= SESSION_STREAMS_MAX {
                seat.streams.pop_front();
            }
            seat.streams.push_back(held);
        });
        StreamPlace(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use std::time::Duration;

    #[test]
    fn a_burst_passes_then_so_many_by_the_second() {
        let paces = Paces::default();
        let token = Digest::of(b"one");
        let began = Instant::now();
        let after = |ms| began + Duration::from_millis(ms);
        let passed = |ms, tries: u32| {
            let one = |_| u32::from(paces.request_at(token, after(ms)).is_ok());
            (0..tries).map(one).sum::<u32>()
        };
        let burst = REQUESTS_BURST_MAX;
        assert_eq!(passed(0, burst - 1), burst - 1);
        assert_eq!(passed(0, 1), 1, "the last of the burst");
        assert_eq!(passed(0, 1), 0, "one more");
        assert_eq!(passed(9, 5), 0);
        assert_eq!(passed(10, 5), 1, "what was too little to count was kept");
        assert_eq!(passed(1_010, 500), REQUESTS_PER_S_MAX);
        assert_eq!(passed(3_600_000, 5_000), burst, "never more than the burst");
        let other = Digest::of(b"other");
        assert_eq!(paces.request_at(other, after(0)), Ok(()), "each for itself");
    }

    #[test]
    fn one_stream_too_many_ends_the_oldest() {
        let all = Paces::default();
        let token = Digest::of(b"one");
        let mut places: Vec<StreamPlace> = (0..SESSION_STREAMS_MAX)
            .map(|_| all.stream(token))
            .collect();
        let ended = |places: &mut [StreamPlace]| {
            places
                .iter_mut()
                .map(|place| place.taken().now_or_never().is_some())
                .collect::<Vec<_>>()
        };
        assert!(!ended(&mut places).contains(&true), "as many as allowed");
        places.push(all.stream(token));
        let now = ended(&mut places);
        assert!(now[0] && !now[1..].contains(&true), "{now:?}");
        // Places that were given back make room.
        places.truncate(2);
        places.push(all.stream(token));
        assert!(!ended(&mut places[1..]).contains(&true));
    }

    #[test]
    fn sessions_at_rest_are_forgotten() {
        let paces = Paces::default();
        let began = Instant::now();
        for number in 0..SEATS_MAX {
            let token = Digest::of(&number.to_be_bytes());
            assert_eq!(paces.request_at(token, began), Ok(()));
        }
        let later = began + Duration::from_mins(1);
        assert_eq!(paces.request_at(Digest::of(b"new"), later), Ok(()));
        assert_eq!(paces.seats.lock().unwrap().len(), 1);
    }
}
