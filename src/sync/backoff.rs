//! How long to wait before the next try. Pure.
//!
//! Full jitter: a wait is any length up to a bound that doubles with every
//! failure, so that desks that lost the service together do not come back
//! together. Failures are forgotten only after a minute of health, so that a
//! service that dies on every greeting is not greeted every second.

use std::time::Duration;

use super::clock::{Mono, millis};

/// The bound of the first wait, in milliseconds.
pub const BASE_MS: u64 = 1_000;
/// The bound of any wait that the service does not ask for, in milliseconds.
pub const CAP_MS: u64 = 60_000;
/// The bound while nothing answers at all, in milliseconds. Such tries load
/// nobody, and a desk whose line returns must have sent its backlog within 30 s
/// (behaviour.md E13), which a wait of up to a minute cannot promise.
pub const CAP_UNREACHABLE_MS: u64 = 20_000;
/// The longest wait that is granted to a service that asks for one, in
/// milliseconds.
pub const RETRY_AFTER_CAP_MS: u64 = 600_000;
/// Health must last this long to forget failures, in milliseconds.
pub const HEALTHY_AFTER_MS: u64 = 60_000;

/// What kind of failure is waited out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setback {
    /// Nothing answers.
    Unreachable,
    /// The service, or something before it, answers but cannot serve.
    Overloaded {
        /// What it asked for.
        retry_after: Option<Duration>,
    },
}

/// The waits of one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
    healthy_since: Option<Mono>,
}

impl Backoff {
    /// Notes a failure and gives the wait before the next try. `chance` is any
    /// number, each as likely as another.
    pub fn fail(&mut self, setback: Setback, now: Mono, chance: u64) -> Duration {
        self.forget_if_healthy(now);
        self.healthy_since = None;
        let cap = match setback {
            Setback::Unreachable => CAP_UNREACHABLE_MS,
            Setback::Overloaded { .. } => CAP_MS,
        };
        let doubled = BASE_MS.saturating_mul(1_u64.checked_shl(self.failures).unwrap_or(u64::MAX));
        self.failures = self.failures.saturating_add(1).min(u64::BITS - 1);
        let jittered = chance % (doubled.min(cap) + 1);
        let asked = match setback {
            Setback::Unreachable | Setback::Overloaded { retry_after: None } => 0,
            Setback::Overloaded {
                retry_after: Some(span),
            } => millis(span).min(RETRY_AFTER_CAP_MS),
        };
        // On top of what was asked for: everybody was asked for the same.
        Duration::from_millis(asked + jittered)
    }

    /// Notes that the line works.
    pub fn succeed(&mut self, now: Mono) {
        self.healthy_since.get_or_insert(now);
        self.forget_if_healthy(now);
    }

    /// Forgets all failures: a person asked for a try now.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// How many failures are remembered.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    fn forget_if_healthy(&mut self, now: Mono) {
        let long_enough = |since: Mono| millis(now.since(since)) >= HEALTHY_AFTER_MS;
        if self.healthy_since.is_some_and(long_enough) {
            self.failures = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: u64 = u64::MAX;

    /// The longest wait after each of `count` failures in a row: a chance that
    /// gives the bound itself cannot be fixed, so take the largest of many.
    fn bounds(setback: Setback, count: u32) -> Vec<u64> {
        (0..count)
            .map(|failures| {
                (0..4_000)
                    .map(|chance| {
                        let mut backoff = Backoff {
                            failures,
                            healthy_since: None,
                        };
                        millis(backoff.fail(setback, Mono(0), chance * 37))
                    })
                    .max()
                    .unwrap_or(0)
            })
            .collect()
    }

    #[test]
    fn waits_double_up_to_the_cap() {
        let seen = bounds(Setback::Overloaded { retry_after: None }, 9);
        for (failures, longest) in seen.iter().enumerate() {
            let bound = (BASE_MS << failures).min(CAP_MS);
            assert!(*longest <= bound, "{failures}: {longest} > {bound}");
            assert!(
                *longest > bound * 9 / 10,
                "{failures}: {longest} of {bound}"
            );
        }
    }

    #[test]
    fn an_unreachable_service_is_tried_sooner() {
        let longest = bounds(Setback::Unreachable, 40).into_iter().max();
        assert!(longest.is_some_and(|wait| wait <= CAP_UNREACHABLE_MS));
    }

    #[test]
    fn what_the_service_asks_for_is_the_least() {
        let asked = Setback::Overloaded {
            retry_after: Some(Duration::from_secs(30)),
        };
        for chance in [0, 1, 999, MOST] {
            let wait = Backoff::default().fail(asked, Mono(0), chance);
            assert!(wait >= Duration::from_secs(30), "{wait:?}");
            assert!(wait <= Duration::from_secs(31), "{wait:?}");
        }
        let absurd = Setback::Overloaded {
            retry_after: Some(Duration::MAX),
        };
        let wait = millis(Backoff::default().fail(absurd, Mono(0), 0));
        assert_eq!(wait, RETRY_AFTER_CAP_MS);
    }

    #[test]
    fn only_a_minute_of_health_forgets() {
        let mut backoff = Backoff::default();
        for _ in 0..5 {
            backoff.fail(Setback::Unreachable, Mono(0), MOST);
        }
        backoff.succeed(Mono(1_000));
        backoff.succeed(Mono(60_999));
        assert_eq!(backoff.failures(), 5);
        backoff.fail(Setback::Unreachable, Mono(60_999), MOST);
        assert_eq!(backoff.failures(), 6);
        backoff.succeed(Mono(70_000));
        backoff.succeed(Mono(130_000));
        assert_eq!(backoff.failures(), 0);
    }

    #[test]
    fn a_thousand_failures_do_not_overflow() {
        let mut backoff = Backoff::default();
        for _ in 0..1_000 {
            let wait = backoff.fail(Setback::Overloaded { retry_after: None }, Mono(0), MOST);
            assert!(millis(wait) <= CAP_MS);
        }
    }
}
