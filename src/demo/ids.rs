//! Identities of the demonstration's records: of the form that clients make
//! (UUID version 7), from the seed instead of from chance.

use uuid::{Builder, Uuid};

use super::rng::Rng;
use crate::domain::time::Timestamp;

/// When the demonstration's units, people and accounts were entered:
/// 2026-01-01 08:00 in Asia/Shanghai. Their ids do not depend on the day on
/// which a demonstration is prepared.
pub const ENTERED_AT: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// The next identity of something made at `at`.
pub fn next(rng: &mut Rng, at: Timestamp) -> Uuid {
    let mut random = [0; 10];
    let (high, low) = random.split_at_mut(8);
    high.copy_from_slice(&rng.next().to_be_bytes());
    low.copy_from_slice(&rng.next().to_be_bytes()[..2]);
    let millis = u64::try_from(at.as_millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::rng::Part;

    #[test]
    fn an_id_is_a_version_7_that_carries_its_time() {
        let mut rng = Rng::stream(9, Part::Units, 0);
        let id = next(&mut rng, ENTERED_AT);
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(ENTERED_AT.to_string(), "2026-01-01T08:00:00+08:00");
        assert_ne!(id, next(&mut rng, ENTERED_AT));
    }
}
