//! The session: begun and renewed by the desk's proof.

use std::time::Duration;

use super::Engine;
use crate::domain::time::{Millis, Timestamp};
use crate::fault::fail_point;
use crate::sync::error::SyncError;
use crate::sync::session::{self, Session, SignInError};
use crate::sync::status::Needs;
use crate::wire::session::SignedIn;

/// When a renewal is refused while the session still lives, the next try
/// comes after this, in seconds.
const RENEW_AGAIN_S: u64 = 600;
/// Rejections of a fresh session in a row that are met at once; then the line
/// rests between them.
const REJECTIONS_MAX: u32 = 2;

impl Engine {
    /// Begins or renews the session.
    pub(super) async fn sign_in(&mut self) -> Result<(), SyncError> {
        let answer = match self.prove(self.clock.now()).await {
            // Perhaps only this machine's clock is far off, or was put back:
            // say it once more by the service's clock.
            Err(SignInError::Refused { .. } | SignInError::WrongPassword { .. }) => {
                let at = self.service_time().await?;
                self.prove(at).await
            }
            other => other,
        };
        match answer {
            Ok(signed_in) => {
                fail_point!("sync.session.answered", SyncError::NoProgress);
                self.session = Some(Session::begun(&signed_in, self.clock.monotonic()));
                self.check_scope(&signed_in);
                self.remember_online(&signed_in);
                Ok(())
            }
            Err(SignInError::WrongPassword { .. } | SignInError::Refused { .. }) => {
                self.proof_is_over(Needs::SignIn);
                Ok(())
            }
            Err(SignInError::EnrolAnew { why }) => {
                self.quarantined(&why);
                self.held = Some(Needs::Enrol);
                self.proof_is_over(Needs::Enrol);
                Ok(())
            }
            Err(SignInError::Revoked) => {
                self.session = None;
                self.halted = Some(Needs::Revoked);
                self.forget_line();
                Ok(())
            }
            Err(SignInError::Certificate { .. }) => {
                self.halted = Some(Needs::CertificateChanged);
                self.forget_line();
                Ok(())
            }
            Err(
                error @ (SignInError::Wait(_)
                | SignInError::Offline(_)
                | SignInError::Desk(_)
                | SignInError::Failed(_)),
            ) => Err(error.into()),
        }
    }

    /// The proof is no longer taken. A session that still lives is lived to
    /// its end; without one the password is needed.
    fn proof_is_over(&mut self, needs: Needs) {
        if let Some(session) = &mut self.session {
            let again = Duration::from_secs(RENEW_AGAIN_S);
            session.renew_at = self.clock.monotonic().after(again);
        } else {
            self.halted = Some(needs);
            self.forget_line();
        }
    }

    /// The service does not know the session any more.
    pub(super) fn session_was_rejected(&mut self, error: SyncError) -> Result<(), SyncError> {
        self.session = None;
        // It may be another life of the service: ask before anything is sent.
        self.feeds = None;
        self.rejections = self.rejections.saturating_add(1);
        if self.rejections > REJECTIONS_MAX {
            Err(error)
        } else {
            Ok(())
        }
    }

    /// Grants that changed need another copy: the engine of this one stops
    /// here, and whoever started it opens the other. What waits in the outbox
    /// belongs to the desk and goes out from there.
    pub(super) fn check_scope(&mut self, signed_in: &SignedIn) {
        if signed_in.officer.scope() != self.store.officer().scope() {
            self.halted = Some(Needs::Grants);
            self.forget_line();
        }
    }

    /// The desk opens offline for the policy's window from now on. A desk that
    /// cannot write that down still works; it will ask for the network sooner.
    pub(super) fn remember_online(&self, signed_in: &SignedIn) {
        let (_, policy) = self.store.policy();
        let now = self.corrected_now();
        let window = policy.offline_window;
        if let Err(error) = self.seat.online(&signed_in.officer, now, window) {
            tracing::warn!(error = %super::Chain(&error), "the desk was not marked online");
        }
    }

    async fn prove(&mut self, at: Timestamp) -> Result<SignedIn, SignInError> {
        // The service takes a desk's proofs in growing order only, so that
        // none can be said twice.
        let at = at.max(self.last_proof.saturating_add(Millis(1)));
        let asked = self.reading();
        let answer = session::resume(&self.api, &*self.seat, at).await;
        let got = self.reading();
        match answer {
            Ok(signed_in) => {
                self.last_proof = at;
                self.offset.answer(asked, got, signed_in.server_time);
                self.heard();
                Ok(signed_in)
            }
            Err(error) => {
                // The answer may have been lost after the proof was taken.
                if error.is_transient() {
                    self.last_proof = at;
                }
                Err(error)
            }
        }
    }

    /// A moment that is just over by no clock of the service's, after it was
    /// asked; by the own clock, if the service does not say.
    async fn service_time(&mut self) -> Result<Timestamp, SyncError> {
        let asked = self.reading();
        let stated = self.api.time().await?;
        let got = self.reading();
        if let Some(stated) = stated {
            self.offset.answer(asked, got, stated);
        }
        // It says whole seconds and leaves the rest off.
        Ok(self.corrected_now().saturating_add(Millis(1_000)))
    }
}
