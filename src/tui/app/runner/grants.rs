//! The grants of the officer who sits here change, or the account goes out of
//! use: the open copy is closed, the one that may be seen is opened, and what
//! nobody here may see any more leaves the disk. No password is needed: the
//! engine has proved the officer, and the desk holds the keys. Or the desk
//! itself becomes another device: then the same copy is opened as that.

use std::time::Duration;

use super::open::Open;
use super::session::{self, Opening};
use super::{Happening, Runner};
use crate::store::desk::{Desk, take_off};
use crate::sync::anew::In;
use crate::sync::status::Needs;
use crate::tui::app::message::{GateTrouble, Message, Opened};
use crate::tui::app::stored::chain;

impl Runner {
    /// Does what an engine's state asks of the desk.
    pub(super) fn meet(&mut self, needs: &Needs) {
        match needs {
            Needs::Grants => self.regrant(),
            Needs::Revoked => self.revoke(),
            Needs::Nothing
            | Needs::SignIn
            | Needs::CertificateChanged
            | Needs::ServiceBehind
            | Needs::Enrol
            | Needs::Version => {}
        }
    }

    fn regrant(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        let dir = self.dir.clone();
        self.in_thread("regrant", move |out| {
            let (unlocked, transport, service) = match &open.seat {
                Some(seat) => (
                    seat.unlocked(),
                    open.transport.clone(),
                    open.service.clone(),
                ),
                // Without a seat there is no engine that could have said so.
                None => return,
            };
            leave(open);
            let opened = session::finish(&dir, unlocked, None, transport, &service, Duration::ZERO);
            let _ = out.send(Happening::Regranted(Box::new(opened)));
        });
    }

    /// The desk is another device: what is open belongs to the one that it was.
    pub(super) fn enrolled(&mut self, here: In) {
        let Some(open) = self.open.take() else {
            return;
        };
        let dir = self.dir.clone();
        self.in_thread("enrolled", move |out| {
            let (transport, service) = (open.transport.clone(), open.service.clone());
            leave(open);
            let begun = Some(Box::new(here.signed_in));
            let unlocked = here.unlocked;
            let opened =
                session::finish(&dir, unlocked, begun, transport, &service, Duration::ZERO);
            let _ = out.send(Happening::Enrolled(Box::new(opened)));
        });
    }

    /// What the officer goes on with is open, or is not.
    pub(super) fn reopened(
        &mut self,
        result: Result<Opening, GateTrouble>,
        tell: fn(Box<Opened>) -> Message,
    ) {
        match result {
            Ok(opening) => self.begin(opening, tell),
            Err(trouble) => {
                self.sign_out();
                self.message(Message::GateFailed(trouble));
            }
        }
    }

    fn revoke(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        let dir = self.dir.clone();
        self.in_thread("revoke", move |out| {
            let account = open.store.officer().account.clone();
            let unsent = open.store.counts().wait().map_or(0, |counts| counts.outbox);
            leave(open);
            let message = match take_off(&dir, &account) {
                Ok(()) => {
                    let desk = Desk::open(&dir).ok().flatten();
                    let known = session::known(desk.as_ref());
                    Message::Revoked { unsent, known }
                }
                Err(error) => Message::GateFailed(GateTrouble::Store(chain(&error))),
            };
            let _ = out.send(Happening::Plain(message));
        });
    }
}

/// Closes a session; what was handed over is on the disk before.
fn leave(open: Open) {
    if let Some(engine) = open.engine {
        engine.stop();
    }
    // A failure shows where the write was asked for.
    let _ = open.store.written().wait();
}
