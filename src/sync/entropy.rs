//! Chance, as the engine is given it: jitter for its waits.

use std::sync::atomic::{AtomicU64, Ordering};

use ring::rand::{SecureRandom, SystemRandom};

/// A source of chance.
pub trait Entropy: Send + Sync + 'static {
    /// Any number, each as likely as another.
    fn any(&self) -> u64;

    /// A number below `bound`, or 0 when there is none.
    fn below(&self, bound: u64) -> u64 {
        // The bias of a remainder is far below anything a jitter can show.
        self.any().checked_rem(bound).unwrap_or(0)
    }
}

/// The machine's own.
#[derive(Clone, Debug)]
pub struct SystemEntropy(SystemRandom);

impl SystemEntropy {
    /// The machine's own.
    #[must_use]
    pub fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl Default for SystemEntropy {
    fn default() -> Self {
        Self::new()
    }
}

impl Entropy for SystemEntropy {
    fn any(&self) -> u64 {
        let mut bytes = [0; 8];
        // Without the machine's randomness a wait is only unjittered; secrets
        // are never made here.
        let _ = self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}

/// A sequence that a seed decides, for tests: `SplitMix64` by Steele, Lea and
/// Flood (2014).
#[derive(Debug)]
pub struct SeededEntropy(AtomicU64);

impl SeededEntropy {
    /// The sequence of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Entropy for SeededEntropy {
    fn any(&self) -> u64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_the_sequence() {
        let (one, two, other) = (
            SeededEntropy::new(7),
            SeededEntropy::new(7),
            SeededEntropy::new(8),
        );
        let take = |from: &SeededEntropy| (0..8).map(|_| from.any()).collect::<Vec<_>>();
        let first = take(&one);
        assert_eq!(first, take(&two));
        assert_ne!(first, take(&other));
    }

    #[test]
    fn nothing_is_below_nothing() {
        assert_eq!(SeededEntropy::new(1).below(0), 0);
        assert!((0..1000).all(|_| SystemEntropy::new().below(3) < 3));
    }
}
