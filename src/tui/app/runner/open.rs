//! A session that is open: an officer's store and the engine behind it.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Instant;

use super::session::Opening;
use super::timings::Span;
use super::{Happening, Runner, SignInAs, session};
use crate::store::handle::Store;
use crate::sync::anew::{Identity, In};
use crate::sync::clock::SystemClock;
use crate::sync::engine::Parts;
use crate::sync::entropy::SystemEntropy;
use crate::sync::handle::{EngineHandle, RunOn};
use crate::sync::seat::DeskSeat;
use crate::sync::transport::Transport;
use crate::tui::app::effect::{Credentials, Secret};
use crate::tui::app::gate::Busy;
use crate::tui::app::message::{GateTrouble, Message, Opened};
use crate::tui::app::stored;

/// What is open.
pub(super) struct Open {
    pub number: u64,
    pub store: Store,
    pub engine: Option<EngineHandle>,
    /// What the desk can prove for the officer, with the grants of now.
    pub seat: Option<Arc<DeskSeat>>,
    pub transport: Option<Arc<dyn Transport>>,
    pub service: String,
}

impl Runner {
    pub(super) fn is_open(&self, session: u64) -> bool {
        self.open
            .as_ref()
            .is_some_and(|open| open.number == session)
    }

    /// Signs in without asking, for the demonstration.
    pub(super) fn sign_in_as(&mut self, account: SignInAs) {
        if let Some(gate) = &mut self.model.gate {
            gate.busy = Busy::Yes;
        }
        self.sign_in(Credentials {
            service: String::new(),
            pin: String::new(),
            account: account.account,
            password: Secret(account.password),
        });
    }

    /// Opens the desk in a thread of its own.
    pub(super) fn sign_in(&mut self, credentials: Credentials) {
        self.opening_at = Some(Instant::now());
        let (dir, address, clock) = (self.dir.clone(), self.address.clone(), self.clock);
        self.in_thread("sign-in", move |out| {
            let result = session::open(&dir, &credentials, &address, &clock);
            let _ = out.send(Happening::Opened(Box::new(result)));
        });
    }

    /// Checks the password of whoever locked the desk.
    pub(super) fn unlock(&mut self, credentials: Credentials) {
        let (dir, now) = (self.dir.clone(), self.now());
        self.in_thread("unlock", move |out| {
            let message = match session::unlock(&dir, &credentials, now) {
                Ok(()) => Message::Unlocked,
                Err(trouble) => Message::GateFailed(trouble),
            };
            let _ = out.send(Happening::Plain(message));
        });
    }

    /// Gets a new session for the officer who sits here.
    pub(super) fn sign_in_again(&mut self, credentials: Credentials) {
        let (dir, clock) = (self.dir.clone(), self.clock);
        self.in_thread("sign-in", move |out| {
            let happening = match session::again(&dir, &credentials, &clock) {
                Ok(here) => Happening::Renewed(Box::new(here)),
                Err(trouble) => Happening::Plain(Message::GateFailed(trouble)),
            };
            let _ = out.send(happening);
        });
    }

    pub(super) fn in_thread(
        &mut self,
        name: &str,
        work: impl FnOnce(Sender<Happening>) + Send + 'static,
    ) {
        let out = self.out.clone();
        if let Err(error) = self.openers.start(name, move || work(out)) {
            self.message(Message::GateFailed(GateTrouble::Other(error.to_string())));
        }
    }

    /// Somebody got in, or not.
    pub(super) fn opened(&mut self, result: Result<Opening, GateTrouble>) {
        let opening = match result {
            Ok(opening) => opening,
            Err(trouble) => {
                self.opening_at = None;
                return self.message(Message::GateFailed(trouble));
            }
        };
        self.timings.note(Span::Derivation, opening.derivation);
        let tell = match opening.desk {
            Identity::Kept => Message::Opened,
            Identity::Anew => Message::Enrolled,
        };
        self.begin(opening, tell);
    }

    /// Begins to work with what was opened.
    pub(super) fn begin(&mut self, opening: Opening, tell: fn(Box<Opened>) -> Message) {
        self.sessions += 1;
        let number = self.sessions;
        self.listen(number, &opening.store);
        let seat = DeskSeat::open(&self.dir, opening.unlocked.clone())
            .ok()
            .map(Arc::new);
        let engine = self.start_engine(number, &opening, seat.clone());
        let store = opening.store;
        let (officer, service) = (opening.unlocked.officer().clone(), opening.service);
        self.open = Some(Open {
            number,
            store: store.clone(),
            engine,
            seat,
            transport: opening.transport,
            service: service.clone(),
        });
        self.reads.collect(number, move || {
            Some(tell(Box::new(stored::opened(&store, officer, service))))
        });
    }

    /// Has the search index made, now that the list is on the screen.
    pub(super) fn keep_index(&self) {
        let Some(Open { number, store, .. }) = &self.open else {
            return;
        };
        let store = store.clone();
        self.reads.collect(*number, move || {
            let kept = store.keep_index();
            kept.err()
                .map(|error| Message::StoreTrouble(error.to_string()))
        });
    }

    /// Passes the store's news on; ends with the store.
    fn listen(&mut self, session: u64, store: &Store) {
        let events = store.subscribe();
        let out = self.out.clone();
        let started = thread::Builder::new()
            .name("store-news".to_owned())
            .spawn(move || {
                for event in events {
                    let message = Message::Store(stored::news(event));
                    if out.send(Happening::Answer { session, message }).is_err() {
                        return;
                    }
                }
            });
        if let Err(error) = started {
            self.message(Message::StoreTrouble(error.to_string()));
        }
    }

    fn start_engine(
        &mut self,
        session: u64,
        opening: &Opening,
        seat: Option<Arc<DeskSeat>>,
    ) -> Option<EngineHandle> {
        let transport = Arc::clone(opening.transport.as_ref()?);
        let seat = seat?;
        let parts = Parts {
            store: opening.store.clone(),
            transport,
            clock: Arc::new(SystemClock::new()),
            entropy: Arc::new(SystemEntropy::new()),
            seat,
            folder: self.dir.clone(),
        };
        match EngineHandle::start(parts, opening.begun.as_deref(), RunOn::Own) {
            Ok(engine) => {
                let out = self.out.clone();
                engine.follow(move |status| {
                    let _ = out.send(Happening::Status { session, status });
                });
                Some(engine)
            }
            Err(error) => {
                self.message(Message::StoreTrouble(error.to_string()));
                None
            }
        }
    }

    /// A new sign-in for the open session. A desk that is another device by now
    /// is opened as that: by what was typed here, or by another program on it.
    pub(super) fn renewed(&mut self, here: In) {
        let same = |open: &Open| open.store.device() == here.unlocked.identity().device;
        if self.open.as_ref().is_some_and(|open| !same(open)) {
            return self.enrolled(here);
        }
        if let Some(engine) = self.open.as_ref().and_then(|open| open.engine.as_ref()) {
            engine.signed_in(here.signed_in);
        }
        self.message(Message::Unlocked);
    }

    /// Closes what is open; what was written stays written.
    pub(super) fn sign_out(&mut self) {
        if let Some(open) = self.open.take()
            && let Some(engine) = open.engine
        {
            engine.stop();
        }
        let desk = crate::store::desk::Desk::open(&self.dir).ok().flatten();
        let known = session::known(desk.as_ref());
        self.message(Message::SignedOut { known });
    }

    /// The end: what is on its way to the disk gets there.
    pub(super) fn close(&mut self) {
        self.writes.finish();
        if let Some(open) = self.open.take()
            && let Some(engine) = open.engine
        {
            engine.stop();
        }
        // What is read for a screen that nobody sees holds the store too, and a
        // process must not end while its threads are at work: OpenSSL cleans up
        // under their hands.
        self.reads.finish();
        // Whoever is just being let in: the same.
        self.openers.finish();
    }
}
