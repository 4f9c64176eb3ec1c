//! A desk proves itself: it signs what it says with the key that it enrolled.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::signature::{ED25519, UnparsedPublicKey};

use crate::domain::time::{Millis, Timestamp};
use crate::wire::proof::HASH_BYTES;
use crate::wire::session::{Station, station_statement};

/// Bytes of an Ed25519 public key.
const PUBLIC_KEY_BYTES: usize = 32;
/// The longest name of a desk, in characters.
pub const STATION_NAME_MAX_CHARS: usize = 80;
/// How far the time in a resume proof may be from the service's, in
/// milliseconds. Wide, because a desk's wrong clock is shown and is never a
/// reason to stop work; a proof works once in any case, since the times of a
/// desk's proofs must grow.
pub const PROOF_SKEW_MAX_MS: i64 = 24 * 3_600_000;

/// What is wrong with a desk's words, by field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StationError {
    /// The name is empty or too long.
    #[error("a name of 1 to 80 characters is needed")]
    Name,
    /// The key is no Ed25519 public key in base64.
    #[error("expected 32 bytes in base64")]
    PublicKey,
    /// The store's key is not 32 bytes in base64.
    #[error("expected 32 bytes in base64")]
    StoreKey,
    /// The signature does not fit the words and the key.
    #[error("the signature does not fit")]
    Signature,
}

impl StationError {
    /// The field of the request at fault.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Name => "station.name",
            Self::PublicKey => "station.public_key",
            Self::StoreKey => "station.store_key",
            Self::Signature => "station.signature",
        }
    }
}

/// A desk's words that were checked.
#[derive(Clone)]
pub struct Proved {
    /// Its public key.
    pub public_key: Vec<u8>,
    /// The key of its store, at enrolment.
    pub store_key: Option<[u8; HASH_BYTES]>,
}

/// Checks that the desk said this with its key.
///
/// # Errors
/// See [`StationError`].
pub fn prove(account: &str, station: &Station) -> Result<Proved, StationError> {
    let name_chars = station.name.chars().count();
    if station.name.trim().is_empty() || name_chars > STATION_NAME_MAX_CHARS {
        return Err(StationError::Name);
    }
    let public_key = BASE64
        .decode(&station.public_key)
        .ok()
        .filter(|key| key.len() == PUBLIC_KEY_BYTES)
        .ok_or(StationError::PublicKey)?;
    let store_key = match &station.store_key {
        None => None,
        Some(text) => Some(
            BASE64
                .decode(text)
                .ok()
                .and_then(|key| key.try_into().ok())
                .ok_or(StationError::StoreKey)?,
        ),
    };
    let signature = BASE64
        .decode(&station.signature)
        .map_err(|_| StationError::Signature)?;
    let statement = station_statement(account, station.device, station.at);
    UnparsedPublicKey::new(&ED25519, &public_key)
        .verify(statement.as_bytes(), &signature)
        .map_err(|_| StationError::Signature)?;
    Ok(Proved {
        public_key,
        store_key,
    })
}

/// Whether a proof made at `at` may still be used at `now`, when the desk's
/// last one was made at `last`.
#[must_use]
pub fn is_fresh(at: Timestamp, last: Timestamp, now: Timestamp) -> bool {
    let skew = Millis(PROOF_SKEW_MAX_MS);
    at > last && at >= now.saturating_sub(skew) && at <= now.saturating_add(skew)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_works_once_and_within_a_day() {
        let hour = |h: i64| Timestamp::from_millis(h * 3_600_000);
        let now = hour(1_000);
        assert!(is_fresh(hour(990), hour(980), now));
        assert!(!is_fresh(hour(990), hour(990), now), "replayed");
        assert!(!is_fresh(hour(975), hour(0), now), "too old");
        assert!(!is_fresh(hour(1_025), hour(0), now), "too far ahead");
        assert!(is_fresh(hour(1_023), hour(0), now), "skew is no crime");
    }
}
