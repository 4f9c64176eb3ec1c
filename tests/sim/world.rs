//! What decides a night: one seed, one clock, one trace.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use ring::digest;

use zhiban::domain::time::{Millis, Timestamp};
use zhiban::sync::clock::{Clock, Mono};

/// When every night begins: Monday 2026-11-23 03:05 in Asia/Shanghai.
pub const NIGHT: i64 = 1_795_374_300_000;

/// Dice that a seed decides: `SplitMix64` by Steele, Lea and Flood (2014).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The dice of a part of a night: parts do not disturb each other.
    pub fn new(seed: u64, part: &str) -> Self {
        let mut dice = Self(seed);
        for byte in part.bytes() {
            dice.0 = dice.any() ^ u64::from(byte);
        }
        dice
    }

    pub fn any(&mut self) -> u64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        self.0 = self.0.wrapping_add(STEP);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.any() % bound.max(1)
    }

    /// A number from `from` to `to`, both included.
    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to - from + 1)
    }

    /// Whether something happens that happens in so many of a thousand cases.
    pub fn permille(&mut self, of_a_thousand: u64) -> bool {
        self.below(1_000) < of_a_thousand
    }

    pub fn one_of<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let at = usize::try_from(self.below(of.len() as u64)).ok()?;
        of.get(at)
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    pub fn fill(&mut self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(8) {
            let any = self.any().to_le_bytes();
            piece.copy_from_slice(&any[..piece.len()]);
        }
    }

    pub fn uuid(&mut self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }
}

/// Dice in many hands.
pub type SharedDice = Arc<Mutex<Dice>>;

pub fn shared(dice: Dice) -> SharedDice {
    Arc::new(Mutex::new(dice))
}

/// The time that everybody lives in, in milliseconds since the night began.
#[derive(Clone, Debug, Default)]
pub struct Time {
    // Between two steps, when no host is running.
    between: Arc<AtomicU64>,
}

impl Time {
    pub fn now_ms(&self) -> u64 {
        turmoil::sim_elapsed().map_or_else(|| self.between.load(Ordering::Relaxed), whole_ms)
    }

    pub fn stands_at(&self, elapsed: Duration) {
        self.between.store(whole_ms(elapsed), Ordering::Relaxed);
    }

    /// What a clock that is right shows.
    pub fn wall(&self) -> Timestamp {
        at(self.now_ms(), 0)
    }
}

fn whole_ms(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

fn at(ms: u64, skew_ms: i64) -> Timestamp {
    let ms = i64::try_from(ms).unwrap_or(i64::MAX);
    Timestamp::from_millis(NIGHT.saturating_add(ms)).saturating_add(Millis(skew_ms))
}

/// A desk's clock: its steady side is right, its wall may be anywhere.
#[derive(Clone, Debug)]
pub struct DeskClock {
    time: Time,
    skew_ms: Arc<AtomicI64>,
}

impl DeskClock {
    pub fn new(time: &Time) -> Self {
        Self {
            time: time.clone(),
            skew_ms: Arc::default(),
        }
    }

    /// A clock of another machine, which is right.
    pub fn another(&self) -> Self {
        Self::new(&self.time)
    }

    /// Somebody sets the wall clock.
    pub fn set_wrong_by(&self, skew_ms: i64) {
        self.skew_ms.store(skew_ms, Ordering::Relaxed);
    }

    pub fn wrong_by_ms(&self) -> i64 {
        self.skew_ms.load(Ordering::Relaxed)
    }
}

impl Clock for DeskClock {
    fn now(&self) -> Timestamp {
        at(self.time.now_ms(), self.wrong_by_ms())
    }

    fn monotonic(&self) -> Mono {
        Mono(self.time.now_ms())
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(span))
    }
}

/// Everything that happens, as one text that is hashed while it grows.
#[derive(Clone)]
pub struct Trace {
    time: Time,
    written: Arc<Mutex<Written>>,
}

struct Written {
    hash: digest::Context,
    lines: u64,
    kept: Option<String>,
}

impl Trace {
    /// Keeps the whole text when somebody wants to read it.
    pub fn new(time: &Time, keep: bool) -> Self {
        Self {
            time: time.clone(),
            written: Arc::new(Mutex::new(Written {
                hash: digest::Context::new(&digest::SHA256),
                lines: 0,
                kept: keep.then(String::new),
            })),
        }
    }

    pub fn line(&self, who: &str, what: &str) {
        let line = format!("{:>9} {who}: {what}\n", self.time.now_ms());
        let mut written = self.written.lock().unwrap();
        written.hash.update(line.as_bytes());
        written.lines += 1;
        if let Some(kept) = &mut written.kept {
            kept.push_str(&line);
        }
    }

    pub fn lines(&self) -> u64 {
        self.written.lock().unwrap().lines
    }

    pub fn hash(&self) -> String {
        hex(self.written.lock().unwrap().hash.clone().finish().as_ref())
    }

    pub fn text(&self) -> String {
        let written = self.written.lock().unwrap();
        written.kept.clone().unwrap_or_default()
    }
}

/// A short name of bytes.
pub fn digest_of(bytes: &[u8]) -> String {
    let mut text = hex(digest::digest(&digest::SHA256, bytes).as_ref());
    text.truncate(12);
    text
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
