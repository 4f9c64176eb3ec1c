//! Bearer tokens: who holds one is the officer it was given to.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use super::super::secrets::{self, Random, SecretError};
use super::super::storage::{Session, Standing, StorageError, View};
use crate::domain::officer::Officer;
use crate::domain::time::Timestamp;
use crate::wire::proof::{Digest, HASH_BYTES};

/// The longest text that is looked at as a token.
const TOKEN_MAX_BYTES: usize = 128;

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub officer: Officer,
    /// The session.
    pub session: Session,
    /// The hash of its token.
    pub token: Digest,
}

/// A new token, and the hash under which it is stored.
///
/// # Errors
/// When the machine gives no random numbers.
pub fn new_token(random: &Random) -> Result<(String, Digest), SecretError> {
    let bytes: [u8; HASH_BYTES] = secrets::random_bytes(random)?;
    let token = BASE64.encode(bytes);
    let hash = Digest::of(token.as_bytes());
    Ok((token, hash))
}

/// The hash of a token as it came.
#[must_use]
pub fn hash(token: &str) -> Option<Digest> {
    (token.len() <= TOKEN_MAX_BYTES).then(|| Digest::of(token.as_bytes()))
}

/// Who holds the token with this hash at `now`; `None` when it has ended or
/// the account is disabled.
///
/// # Errors
/// When the storage fails.
pub fn caller(
    view: &View<'_>,
    token: Digest,
    now: Timestamp,
) -> Result<Option<Caller>, StorageError> {
    let Some(session) = view.session(&token)? else {
        return Ok(None);
    };
    if session.expires <= now {
        return Ok(None);
    }
    let Some(account) = view.account(session.officer)? else {
        return Ok(None);
    };
    Ok(match account.standing {
        Standing::Active => Some(Caller {
            officer: account.officer,
            session,
            token,
        }),
        Standing::Disabled => None,
    })
}
