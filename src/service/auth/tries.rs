//! Wrong passwords: a few are free, then each costs a growing wait.

use super::super::storage::Tries;
use crate::domain::time::{Millis, Timestamp};

/// Wrong passwords in a row before the first wait.
pub const FREE_TRIES: u32 = 5;
/// The first wait, in milliseconds.
pub const FIRST_WAIT_MS: i64 = 30_000;
/// The longest wait, in milliseconds.
pub const LONGEST_WAIT_MS: i64 = 15 * 60_000;

/// Whether a password is heard now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hearing {
    /// It is. `after` is what to remember if it is wrong; it is stored before
    /// the password is looked at, so that many at once gain nothing.
    Heard {
        /// The tries with this one.
        after: Tries,
        /// Free tries that are left then.
        left: u32,
    },
    /// It is not; wait so many seconds.
    Wait {
        /// At least 1.
        seconds: u64,
    },
}

/// Decides whether a password is heard at `now`.
#[must_use]
pub fn hearing(tries: Tries, now: Timestamp) -> Hearing {
    if now < tries.locked_until {
        let wait_ms = tries.locked_until.since(now).0;
        // A clock that was set back must not lock anybody out for a year.
        let wait_ms = u64::try_from(wait_ms.min(LONGEST_WAIT_MS)).unwrap_or_default();
        return Hearing::Wait {
            seconds: wait_ms.div_ceil(1_000).max(1),
        };
    }
    let failed = tries.failed.saturating_add(1);
    let locked_until = match failed.checked_sub(FREE_TRIES) {
        None => Timestamp::default(),
        Some(doublings) => now.saturating_add(wait(doublings)),
    };
    Hearing::Heard {
        after: Tries {
            failed,
            locked_until,
        },
        left: FREE_TRIES.saturating_sub(failed),
    }
}

fn wait(doublings: u32) -> Millis {
    let factor = 1_i64.checked_shl(doublings.min(16)).unwrap_or(i64::MAX);
    Millis(FIRST_WAIT_MS.saturating_mul(factor).min(LONGEST_WAIT_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn five_are_free_then_the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let mut tries = Tries::default();
        let mut now = at(1_000);
        let mut left = Vec::new();
        let mut waits = Vec::new();
        while waits.len() < 8 {
            match hearing(tries, now) {
                Hearing::Heard { after, left: free } => {
                    left.push(free);
                    tries = after;
                }
                Hearing::Wait { seconds } => {
                    waits.push(seconds);
                    now = now.saturating_add(Millis(i64::try_from(seconds).unwrap() * 1_000));
                }
            }
        }
        assert_eq!(left[..6], [4, 3, 2, 1, 0, 0]);
        assert_eq!(left.len(), 5 + 7, "five free, then one after each wait");
        assert_eq!(waits, [30, 60, 120, 240, 480, 900, 900, 900]);
    }

    #[test]
    fn a_wait_ends_to_the_second() {
        let tries = Tries {
            failed: 5,
            locked_until: at(130),
        };
        assert_eq!(hearing(tries, at(100)), Hearing::Wait { seconds: 30 });
        assert_eq!(
            hearing(tries, Timestamp::from_millis(129_999)),
            Hearing::Wait { seconds: 1 }
        );
        assert!(matches!(hearing(tries, at(130)), Hearing::Heard { .. }));
    }
}
