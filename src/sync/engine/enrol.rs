//! A desk from which the service takes nothing: known at the start, and told to
//! the next program on it. Reading goes on, and acts wait.

use super::{Chain, Engine, Parts};
use crate::domain::time::Timestamp;
use crate::store::handle::StoreError;
use crate::store::salvage::Numbering;
use crate::sync::seat::{Seat, Taken};
use crate::sync::status::Needs;

/// What is written down of an outbox that lost acts.
const NUMBERS_LOST: &str = "acts were lost here, and with them the last number";

/// Why nothing may be sent, as far as it is known before anything is.
///
/// After acts were lost, nobody here knows the last number: one that is used
/// again would be taken for a copy, one that is too high would wait for ever.
pub(super) fn held(parts: &Parts) -> Option<Needs> {
    if parts.store.numbering() == Numbering::Unsure {
        note(&*parts.seat, NUMBERS_LOST, parts.clock.now());
        return Some(Needs::Enrol);
    }
    match parts.seat.taken() {
        Taken::No => Some(Needs::Enrol),
        Taken::AsFarAsKnown => None,
    }
}

impl Engine {
    /// Whether another program has enrolled this desk anew: then the acts have
    /// numbers that mean nothing under the identity that is open here, and the
    /// password opens the new one. Asked after the acts were read, so that no
    /// numbers of the new one are sent.
    pub(super) async fn is_left_behind(&mut self) -> Result<bool, StoreError> {
        let numbered_for = self.store.numbered_for().await?;
        Ok(numbered_for.is_some_and(|device| device != self.store.device()))
    }

    /// The service has said that it takes nothing from this desk.
    pub(super) fn quarantined(&self, why: &str) {
        tracing::error!(why, "this desk is quarantined");
        note(&*self.seat, why, self.corrected_now());
    }
}

/// A desk that cannot write it down learns of it again.
fn note(seat: &dyn Seat, why: &str, at: Timestamp) {
    if let Err(error) = seat.quarantined(why, at) {
        tracing::warn!(error = %Chain(&error), "the quarantine was not written down");
    }
}
