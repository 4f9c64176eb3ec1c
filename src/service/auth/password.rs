//! Passwords: argon2id, a bounded number at a time.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use super::super::core::{ServiceOptions, Work};
use super::super::error::AccountError;
use super::super::secrets::{self, Random};
use crate::wire::proof::Digest;

/// The shortest password that is set.
pub const PASSWORD_MIN_BYTES: usize = 8;
/// The longest password that is heard.
pub const PASSWORD_MAX_BYTES: usize = 256;
/// Passwords that are hashed at the same time: each takes [`MEMORY_KIB`].
const HASHES_AT_ONCE_MAX: usize = 4;
/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// The most memory that a stored hash may ask for, in KiB: a changed database
/// must not exhaust the machine.
const MEMORY_KIB_MAX: u32 = 256 * 1024;
/// The most passes that a stored hash may ask for.
const PASSES_MAX: u32 = 16;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;
const SCHEME: &str = "argon2id";

/// What the hash of a new password costs whoever makes or guesses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Cost {
    fn default() -> Self {
        Self {
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            lanes: LANES,
        }
    }
}

/// Whether a password is the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// It is.
    Right,
    /// It is not.
    Wrong,
}

/// Checks passwords, a few at a time, away from the threads that serve.
#[derive(Clone)]
pub struct Passwords {
    gate: Arc<Semaphore>,
    nobody: Arc<str>,
    cost: Cost,
    random: Random,
    work: Work,
}

impl Passwords {
    /// Makes the checker.
    ///
    /// # Errors
    /// When the machine gives no random numbers.
    pub fn new(options: &ServiceOptions) -> Result<Self, AccountError> {
        let (random, cost) = (&options.random, options.password_cost);
        let unknown: [u8; HASH_BYTES] =
            secrets::random_bytes(random).map_err(|_| AccountError::Hash)?;
        Ok(Self {
            gate: Arc::new(Semaphore::new(HASHES_AT_ONCE_MAX)),
            nobody: digest(&unknown, cost, random)?.into(),
            cost,
            random: Arc::clone(random),
            work: options.work.clone(),
        })
    }

    /// The hash of a new password, in the form `argon2id$m$t$p$salt$hash`.
    ///
    /// # Errors
    /// When it is too short or too long, or the machine gives no random
    /// numbers.
    pub fn hash(&self, password: &str) -> Result<String, AccountError> {
        if !(PASSWORD_MIN_BYTES..=PASSWORD_MAX_BYTES).contains(&password.len()) {
            return Err(AccountError::Password {
                min: PASSWORD_MIN_BYTES,
                max: PASSWORD_MAX_BYTES,
            });
        }
        digest(password.as_bytes(), self.cost, &self.random)
    }

    /// Checks a password against an account's hash. Without an account it
    /// checks against one that nobody knows, so that both take equally long.
    pub async fn check(&self, password: Zeroizing<String>, hash: Option<String>) -> Check {
        // The semaphore is never closed; if it were, the answer is no.
        let Ok(_permit) = self.gate.acquire().await else {
            return Check::Wrong;
        };
        let hash = hash.unwrap_or_else(|| self.nobody.to_string());
        match &self.work {
            Work::Threads => tokio::task::spawn_blocking(move || matches(&password, &hash))
                .await
                .unwrap_or(Check::Wrong),
            Work::Inline(pause) => {
                let check = matches(&password, &hash);
                pause().await;
                check
            }
        }
    }
}

fn digest(password: &[u8], cost: Cost, random: &Random) -> Result<String, AccountError> {
    let salt: [u8; SALT_BYTES] = secrets::random_bytes(random).map_err(|_| AccountError::Hash)?;
    let hash = derive(password, &salt, cost).ok_or(AccountError::Hash)?;
    let Cost {
        memory_kib,
        passes,
        lanes,
    } = cost;
    Ok(format!(
        "{SCHEME}${memory_kib}${passes}${lanes}${}${}",
        BASE64.encode(salt),
        BASE64.encode(hash)
    ))
}

fn matches(password: &str, hash: &str) -> Check {
    let right = parse(hash).and_then(|(cost, salt, wanted)| {
        let found = derive(password.as_bytes(), &salt, cost)?;
        // Hashes of hashes: how far two of them agree tells nothing.
        Some(Digest::of(&found) == Digest::of(&wanted))
    });
    match right {
        Some(true) => Check::Right,
        Some(false) | None => Check::Wrong,
    }
}

fn derive(password: &[u8], salt: &[u8], cost: Cost) -> Option<[u8; HASH_BYTES]> {
    if cost.memory_kib > MEMORY_KIB_MAX || cost.passes > PASSES_MAX {
        return None;
    }
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(HASH_BYTES)).ok()?;
    let mut out = [0; HASH_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password, salt, &mut out)
        .ok()?;
    Some(out)
}

fn parse(hash: &str) -> Option<(Cost, Vec<u8>, Vec<u8>)> {
    let mut parts = hash.split('$');
    if parts.next()? != SCHEME {
        return None;
    }
    let cost = Cost {
        memory_kib: parts.next()?.parse().ok()?,
        passes: parts.next()?.parse().ok()?,
        lanes: parts.next()?.parse().ok()?,
    };
    let salt = BASE64.decode(parts.next()?).ok()?;
    let wanted = BASE64.decode(parts.next()?).ok()?;
    Some((cost, salt, wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords() -> Passwords {
        Passwords::new(&ServiceOptions::default()).unwrap()
    }

    #[test]
    fn only_the_right_password_matches_its_hash() {
        let hash = passwords().hash("correct horse").unwrap();
        assert_eq!(matches("correct horse", &hash), Check::Right);
        assert_eq!(matches("correct horse ", &hash), Check::Wrong);
        assert_eq!(matches("correct horse", "argon2id$1$2"), Check::Wrong);
        assert_eq!(matches("correct horse", ""), Check::Wrong);
    }

    #[test]
    fn a_stored_hash_cannot_ask_for_the_whole_machine() {
        // Cheap in memory, so that the limit of passes can be reached at once.
        let derived = |memory_kib, passes| {
            let cost = Cost {
                memory_kib,
                passes,
                lanes: 1,
            };
            derive(b"x", &[0; SALT_BYTES], cost)
        };
        for (memory, passes, fits) in [
            (8, PASSES_MAX - 1, true),
            (8, PASSES_MAX, true),
            (8, PASSES_MAX + 1, false),
            (MEMORY_KIB_MAX - 1, 1, true),
            (MEMORY_KIB_MAX, 1, true),
            (MEMORY_KIB_MAX + 1, 1, false),
            (u32::MAX, u32::MAX, false),
        ] {
            let outcome = derived(memory, passes);
            assert_eq!(outcome.is_some(), fits, "{memory} KiB, {passes} passes");
        }
    }

    #[test]
    fn a_short_or_endless_password_is_not_set() {
        let passwords = passwords();
        assert!(passwords.hash("1234567").is_err());
        let endless = "x".repeat(PASSWORD_MAX_BYTES + 1);
        assert!(passwords.hash(&endless).is_err());
    }
}
