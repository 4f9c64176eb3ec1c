//! What the handle and the workers share: who listens, the policy, the places.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::find::file::{Applied, Subject};
use super::find::keeper::Poke;
use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::domain::ids::RecordId;
use crate::domain::policy::{Policy, PolicyVersion};

/// Events that one listener may leave unread; after that it gets
/// [`StoreEvent::Reset`] in place of what did not fit.
pub const LISTENER_EVENTS_MAX: usize = 1_024;

/// How far the search index is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Searching {
    /// Nobody makes one: rows are walked.
    #[default]
    Unindexed,
    /// It is being made, and rows are walked meanwhile.
    Making {
        /// So much of it is there.
        percent: u8,
    },
    /// It is asked.
    Ready,
}

/// What changed in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreEvent {
    /// The search index has come further.
    Searching(Searching),
    /// These records look different now.
    Changed {
        /// Which.
        ids: Vec<RecordId>,
    },
    /// Warnings look different now.
    Warnings,
    /// Acts were added, answered or settled.
    Outbox,
    /// The counts changed.
    Counts,
    /// Something rings that did not ring before.
    Alarm(FreshAlarm),
    /// Another policy is in force.
    PolicyChanged,
    /// Read everything again.
    Reset,
    /// The officer's grants changed: sign in again, another copy is needed.
    ScopeChanged,
    /// A part of the copy that was checked late is damaged: at the next start
    /// it is set aside and fetched anew.
    CopyDamaged,
}

/// An alarm whose present episode nobody has acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreshAlarm {
    /// Of which incident or warning.
    pub id: RecordId,
    /// How grave.
    pub rank: Rank,
    /// Which episode.
    pub episode: u32,
    /// The incident's title; a warning has none.
    pub title: String,
}

struct Listener {
    events: SyncSender<StoreEvent>,
    lagged: Lag,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lag {
    No,
    Behind,
}

/// See the module.
pub(super) struct Shared {
    listeners: Mutex<Vec<Listener>>,
    grown: Arc<Notify>,
    policy: Mutex<(PolicyVersion, Arc<Policy>)>,
    places: Mutex<Arc<BTreeMap<AreaCode, String>>>,
    searching: Mutex<Searching>,
    /// What the index has; its writer sets it, and the copy's writer forgets
    /// the changes before it.
    applied: Applied,
    /// The same of what has names.
    applied_named: Applied,
    poke: Mutex<Option<Poke>>,
    /// Held while an act that was answered is still on its way into the copy.
    following: Mutex<()>,
    /// Set when the check of the copy must not hold its log any longer.
    check_called_off: AtomicBool,
}

/// A lock whose holder panicked still guards whole values here: each is
/// replaced in one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn new() -> Self {
        Self {
            listeners: Mutex::default(),
            grown: Arc::new(Notify::new()),
            policy: Mutex::new((PolicyVersion::default(), Arc::new(Policy::shipped()))),
            places: Mutex::default(),
            searching: Mutex::default(),
            applied: Applied::default(),
            applied_named: Applied::default(),
            poke: Mutex::default(),
            following: Mutex::default(),
            check_called_off: AtomicBool::new(false),
        }
    }

    /// Ends the check of the copy, which is a reader for minutes: what was
    /// deleted must leave the log. The next start checks again.
    pub(super) fn call_off_check(&self) {
        self.check_called_off.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_check_called_off(&self) -> bool {
        self.check_called_off.load(Ordering::Relaxed)
    }

    /// From an act's answer until the copy shows the act.
    pub(super) fn following(&self) -> MutexGuard<'_, ()> {
        lock(&self.following)
    }

    /// Whoever has seen an act's answer reads the copy with the act in it.
    pub(super) fn wait_until_followed(&self) {
        drop(lock(&self.following));
    }

    pub(super) fn subscribe(&self) -> Receiver<StoreEvent> {
        let (events, receiver) = sync_channel(LISTENER_EVENTS_MAX);
        lock(&self.listeners).push(Listener {
            events,
            lagged: Lag::No,
        });
        receiver
    }

    /// Tells everybody; never waits for a slow listener.
    pub(super) fn tell(&self, event: &StoreEvent) {
        if matches!(event, StoreEvent::Changed { .. } | StoreEvent::Reset)
            && let Some(poke) = &*lock(&self.poke)
        {
            poke.poke();
        }
        lock(&self.listeners).retain_mut(|listener| listener.tell(event));
    }

    pub(super) fn searching(&self) -> Searching {
        *lock(&self.searching)
    }

    pub(super) fn set_searching(&self, now: Searching) {
        *lock(&self.searching) = now;
        self.tell(&StoreEvent::Searching(now));
    }

    pub(super) fn applied(&self, of: Subject) -> &Applied {
        match of {
            Subject::Incidents => &self.applied,
            Subject::Named => &self.applied_named,
        }
    }

    pub(super) fn set_poke(&self, poke: Poke) {
        *lock(&self.poke) = Some(poke);
    }

    pub(super) fn grown(&self) -> Arc<Notify> {
        Arc::clone(&self.grown)
    }

    pub(super) fn policy(&self) -> (PolicyVersion, Arc<Policy>) {
        let policy = lock(&self.policy);
        (policy.0, Arc::clone(&policy.1))
    }

    pub(super) fn set_policy(&self, version: PolicyVersion, policy: Arc<Policy>) {
        *lock(&self.policy) = (version, policy);
    }

    pub(super) fn places(&self) -> Arc<BTreeMap<AreaCode, String>> {
        Arc::clone(&lock(&self.places))
    }

    pub(super) fn set_places(&self, places: BTreeMap<AreaCode, String>) {
        *lock(&self.places) = Arc::new(places);
    }
}

impl Listener {
    /// Whether the listener is still there.
    fn tell(&mut self, event: &StoreEvent) -> bool {
        let event = match self.lagged {
            Lag::No => event.clone(),
            Lag::Behind => StoreEvent::Reset,
        };
        match self.events.try_send(event) {
            Ok(()) => {
                self.lagged = Lag::No;
                true
            }
            Err(TrySendError::Full(_)) => {
                self.lagged = Lag::Behind;
                true
            }
            Err(TrySendError::Disconnected(_)) => false,
        }
    }
}
