//! Signing in: with a password at a desk, or with a desk's proof of an earlier
//! sign-in, so that a night offline ends without anybody's password.

use std::time::Duration;

use super::api::{Api, ApiError};
use super::clock::Mono;
use super::seat::Seat;
use super::transport::TransportError;
use crate::domain::time::Timestamp;
use crate::store::desk::DeskError;
use crate::wire::problem::ProblemKind;
use crate::wire::proof::Digest;
use crate::wire::session::{SignIn, SignedIn, Station};

/// How long to wait when the service asks for patience without a figure, in
/// seconds.
const WAIT_UNSTATED_S: u64 = 30;
/// A session is renewed when this many percent of its life are over, so that a
/// cut at the wrong moment does not end it.
const RENEW_AT_PERCENT: u64 = 70;

/// A session at the service.
#[derive(Clone)]
pub struct Session {
    /// Bearer token.
    pub token: String,
    /// When to renew it.
    pub renew_at: Mono,
}

impl Session {
    /// The session that an answer begins. The service's own two times give its
    /// length, so a wrong clock here does not matter.
    #[must_use]
    pub fn begun(signed_in: &SignedIn, now: Mono) -> Self {
        let life = signed_in.expires_at.since(signed_in.server_time).0;
        let life = u64::try_from(life).unwrap_or(0);
        Self {
            token: signed_in.token.clone(),
            renew_at: now.after(Duration::from_millis(life / 100 * RENEW_AT_PERCENT)),
        }
    }
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Account or password is wrong.
    #[error("account or password is wrong")]
    WrongPassword {
        /// Tries before a wait, if the service says.
        tries_left: Option<u32>,
    },
    /// Too many tries.
    #[error("too many tries; wait {} s", .0.as_secs())]
    Wait(Duration),
    /// The account may not sign in here, or the proof is no longer taken.
    #[error("the service refuses: {detail}")]
    Refused {
        /// The service's words.
        detail: String,
    },
    /// The account is out of use, says the service to a desk that has proved
    /// itself.
    #[error("the account is out of use")]
    Revoked,
    /// The service takes nothing from this desk under its present identity.
    #[error("this desk must be enrolled anew: {why}")]
    EnrolAnew {
        /// The service's words.
        why: String,
    },
    /// The service shows another certificate than the pinned one.
    #[error("the service shows another certificate than the pinned {pinned}")]
    Certificate {
        /// What this desk was told to expect.
        pinned: Digest,
    },
    /// The service cannot be asked; unlocking offline is the way.
    #[error("the service cannot be asked")]
    Offline(#[source] ApiError),
    /// The desk's own keys cannot be used.
    #[error("this desk cannot prove itself")]
    Desk(#[source] DeskError),
    /// What came back is of no use, now or later.
    #[error("sign-in failed")]
    Failed(#[source] ApiError),
}

impl SignInError {
    /// Whether the same may work later without anybody's help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Wait(_) | Self::Offline(_) => true,
            Self::WrongPassword { .. }
            | Self::Refused { .. }
            | Self::Revoked
            | Self::EnrolAnew { .. }
            | Self::Certificate { .. }
            | Self::Desk(_)
            | Self::Failed(_) => false,
        }
    }
}

/// Signs in with a password. With a [`Station`] the desk is enrolled for the
/// officer, and the answer has the keys for the officer's password to wrap.
///
/// # Errors
/// See [`SignInError`].
pub async fn sign_in(
    api: &Api,
    account: &str,
    password: &str,
    station: Option<Station>,
) -> Result<SignedIn, SignInError> {
    let request = SignIn {
        account: account.to_owned(),
        password: Some(password.to_owned()),
        resume: None,
        station,
    };
    api.sign_in(&request).await.map_err(explain)
}

/// Signs in by the desk's proof.
///
/// # Errors
/// See [`SignInError`]; [`SignInError::Refused`] and
/// [`SignInError::WrongPassword`] mean that the password is needed again.
pub async fn resume(api: &Api, seat: &dyn Seat, at: Timestamp) -> Result<SignedIn, SignInError> {
    let proof = seat.proof(at).map_err(SignInError::Desk)?;
    let request = SignIn {
        account: proof.account,
        password: None,
        resume: Some(proof.resume),
        station: Some(proof.station),
    };
    api.sign_in(&request).await.map_err(explain)
}

fn explain(error: ApiError) -> SignInError {
    match error {
        ApiError::Problem(problem) => match problem.kind {
            ProblemKind::Credentials => SignInError::WrongPassword {
                tries_left: problem.tries_left,
            },
            ProblemKind::Revoked => SignInError::Revoked,
            ProblemKind::EnrolAnew => SignInError::EnrolAnew { why: problem.title },
            ProblemKind::Internal => SignInError::Offline(ApiError::Problem(problem)),
            ProblemKind::Malformed
            | ProblemKind::TooLarge
            | ProblemKind::SlowDown
            | ProblemKind::NotSignedIn
            | ProblemKind::Forbidden
            | ProblemKind::NotFound
            | ProblemKind::Refused
            | ProblemKind::SnapshotRequired
            | ProblemKind::KeyReused
            | ProblemKind::Unavailable
            | ProblemKind::Other => SignInError::Refused {
                detail: if problem.detail.is_empty() {
                    problem.title
                } else {
                    problem.detail
                },
            },
        },
        ApiError::Unavailable { retry_after } => {
            SignInError::Wait(retry_after.unwrap_or(Duration::from_secs(WAIT_UNSTATED_S)))
        }
        ApiError::Transport(TransportError::PinMismatch { pinned }) => {
            SignInError::Certificate { pinned }
        }
        other if other.is_transient() => SignInError::Offline(other),
        other => SignInError::Failed(other),
    }
}
