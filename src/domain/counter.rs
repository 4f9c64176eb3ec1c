//! Numbers that count for ever: places in a feed, revisions, a desk's acts.
//!
//! They come from outside, are added to, and are held by databases and by JSON
//! programs that know no larger whole numbers. So what comes from outside is
//! bounded once, where it is read, and nothing that is added to it overflows.

/// The largest number that a counter from outside may have: the largest whole
/// number that every JSON program holds exactly (RFC 8259 §6), 2⁵³ − 1.
pub const COUNTER_MAX: u64 = (1 << 53) - 1;

/// The number is larger than any counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no count: at most {COUNTER_MAX} is expected")]
pub struct CounterError(pub u64);

/// A counter as it may come from outside.
///
/// # Errors
/// [`CounterError`] beyond [`COUNTER_MAX`].
pub const fn counter(number: u64) -> Result<u64, CounterError> {
    if number > COUNTER_MAX {
        return Err(CounterError(number));
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::Rev;

    #[test]
    fn a_counter_from_outside_ends_where_json_ends() {
        for (number, fits) in [
            (0, true),
            (COUNTER_MAX - 1, true),
            (COUNTER_MAX, true),
            (COUNTER_MAX + 1, false),
            (u64::MAX, false),
        ] {
            let read: Result<Rev, _> = serde_json::from_str(&number.to_string());
            assert_eq!(read.is_ok(), fits, "{number}");
            assert_eq!(counter(number).is_ok(), fits, "{number}");
        }
        assert_eq!(Rev(u64::MAX).next(), Rev(u64::MAX), "and never wraps");
    }
}
