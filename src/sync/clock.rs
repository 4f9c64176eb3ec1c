//! The engine's clock: what time it is, how long something took, and waiting.
//!
//! The engine reads no clock but this one, so that a test can let a night pass
//! in a moment. Start at [`Clock`]; [`FakeClock`] is the one for tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use crate::domain::time::{Millis, Timestamp};

/// A point on a clock that never jumps: milliseconds since that clock began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mono(pub u64);

impl Mono {
    /// The point `span` later.
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis(span)))
    }

    /// How long after `earlier` this is; nothing if it is before it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

/// Whole milliseconds of a span, held at the end of the number's range.
#[must_use]
pub fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// Time, as the engine is given it.
pub trait Clock: Send + Sync + 'static {
    /// The wall clock of this machine, uncorrected: it may jump.
    fn now(&self) -> Timestamp;

    /// The clock that never jumps, for spans and time-outs.
    fn monotonic(&self) -> Mono;

    /// Ends after `span` by the clock that never jumps.
    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()>;
}

/// The machine's own clock. Sleeping needs a tokio runtime with time enabled.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    began: Instant,
}

impl SystemClock {
    /// A clock whose monotonic side begins now.
    #[must_use]
    pub fn new() -> Self {
        Self {
            began: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // A clock before 1970 is a dead battery: 1970 is as good as any.
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn monotonic(&self) -> Mono {
        Mono(millis(self.began.elapsed()))
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(span))
    }
}

/// A clock that stands still until a test moves it. Clones are the same clock.
#[derive(Clone, Debug)]
pub struct FakeClock {
    face: Arc<Mutex<Face>>,
}

#[derive(Debug)]
struct Face {
    wall: Timestamp,
    mono: Mono,
    made: u64,
    // In the order in which they wake: by moment, then by who slept first.
    sleepers: BTreeMap<(Mono, u64), oneshot::Sender<()>>,
}

impl FakeClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            face: Arc::new(Mutex::new(Face {
                wall: now,
                mono: Mono(0),
                made: 0,
                sleepers: BTreeMap::new(),
            })),
        }
    }

    /// Lets `span` pass, waking sleepers in the order of their moments. It
    /// does not wait for what they do then.
    pub fn advance(&self, span: Duration) {
        let mut face = self.face();
        let to = face.mono.after(span);
        while let Some((&(at, made), _)) = face.sleepers.first_key_value()
            && at <= to
        {
            face.move_to(at);
            if let Some(sleeper) = face.sleepers.remove(&(at, made)) {
                // A sleeper that was dropped meanwhile needs no waking.
                let _ = sleeper.send(());
            }
        }
        face.move_to(to);
    }

    /// Sets the wall clock without letting time pass, as an operator or a time
    /// server does.
    pub fn set_wall(&self, now: Timestamp) {
        self.face().wall = now;
    }

    /// How long until the first sleeper wakes; `None` when nobody sleeps.
    #[must_use]
    pub fn until_next(&self) -> Option<Duration> {
        let mut face = self.face();
        face.sleepers.retain(|_, sleeper| !sleeper.is_closed());
        face.sleepers
            .first_key_value()
            .map(|((at, _), _)| at.since(face.mono))
    }

    fn face(&self) -> MutexGuard<'_, Face> {
        // A test that panicked while holding the face left it readable.
        self.face.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Face {
    fn move_to(&mut self, to: Mono) {
        let span = i64::try_from(millis(to.since(self.mono))).unwrap_or(i64::MAX);
        self.wall = self.wall.saturating_add(Millis(span));
        self.mono = self.mono.max(to);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        self.face().wall
    }

    fn monotonic(&self) -> Mono {
        self.face().mono
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        if span.is_zero() {
            return Box::pin(std::future::ready(()));
        }
        let mut face = self.face();
        let (wake, woken) = oneshot::channel();
        let key = (face.mono.after(span), face.made);
        face.made += 1;
        face.sleepers.insert(key, wake);
        // The sender is only dropped by waking or with the clock itself.
        Box::pin(async move {
            let _ = woken.await;
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn sleepers_wake_in_the_order_of_their_moments() {
        let clock = FakeClock::new(Timestamp::from_millis(1_000));
        let mut late = clock.sleep(Duration::from_millis(30));
        let mut soon = clock.sleep(Duration::from_millis(10));
        assert_eq!(clock.until_next(), Some(Duration::from_millis(10)));
        clock.advance(Duration::from_millis(9));
        assert!((&mut soon).now_or_never().is_none());
        clock.advance(Duration::from_millis(1));
        assert!((&mut soon).now_or_never().is_some());
        assert!((&mut late).now_or_never().is_none());
        clock.advance(Duration::from_secs(1));
        assert!((&mut late).now_or_never().is_some());
        assert_eq!(clock.now(), Timestamp::from_millis(2_010));
        assert_eq!(clock.monotonic(), Mono(1_010));
    }

    #[test]
    fn setting_the_wall_wakes_nobody() {
        let clock = FakeClock::new(Timestamp::from_millis(0));
        let mut sleeper = clock.sleep(Duration::from_millis(10));
        clock.set_wall(Timestamp::from_millis(999_999));
        assert!((&mut sleeper).now_or_never().is_none());
        assert_eq!(clock.monotonic(), Mono(0));
    }

    #[test]
    fn a_dropped_sleeper_is_forgotten() {
        let clock = FakeClock::new(Timestamp::from_millis(0));
        drop(clock.sleep(Duration::from_millis(10)));
        assert_eq!(clock.until_next(), None);
    }
}
