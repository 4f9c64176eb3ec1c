//! Effects, performed. Whatever takes time is handed to a worker.

use super::open::Open;
use super::{Bell, ExitKind, Runner};
use crate::domain::area::AreaCode;
use crate::domain::time::Timestamp;
use crate::store::error::{StoreError, SubmitError};
use crate::store::handle::{NewAct, Store, Submitted, Ticket, When};
use crate::store::view::Pick;
use crate::tui::app::effect::{Effect, Origin};
use crate::tui::app::message::{Done, Message, NotDone};
use crate::tui::app::runner::session::chain;
use crate::tui::terminal::signals::stop_self;

/// Lines of a timeline that are read; the newest.
const TIMELINE_LINES_MAX: usize = 500;
/// Units, and people, that a search offers.
const UNITS_MAX: usize = 60;
const PEOPLE_MAX: usize = 100;

impl Runner {
    /// Does what `update` asked for.
    pub(super) fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Bell => self.bell_due = self.bell == Bell::Rings,
            Effect::Redraw => {
                // How a test breaks the program on purpose; not in release builds.
                debug_assert!(
                    std::env::var_os("ZHIBAN_TEST_PANIC").is_none(),
                    "asked to by a test"
                );
                // A terminal that is gone shows at the next frame.
                let _ = self.painter.repaint_next();
            }
            Effect::Suspend => {
                let _ = stop_self();
            }
            Effect::Quit => {
                self.over.get_or_insert(ExitKind::Left);
            }
            Effect::SignIn(credentials) => self.sign_in(credentials),
            Effect::Unlock(credentials) => self.unlock(credentials),
            Effect::SignInAgain(credentials) => self.sign_in_again(credentials),
            Effect::SignOut => self.sign_out(),
            Effect::SyncNow => {
                if let Some(engine) = self.open.as_ref().and_then(|open| open.engine.as_ref()) {
                    engine.sync_now();
                }
            }
            other => {
                if matches!(other, Effect::Submit { .. }) {
                    self.acted_at = Some(std::time::Instant::now());
                }
                self.with_store(other);
            }
        }
    }

    fn with_store(&mut self, effect: Effect) {
        let Some(Open { number, store, .. }) = &self.open else {
            return;
        };
        let (session, store) = (*number, store.clone());
        let now = self.model.now;
        let when = When {
            made_at: now,
            offset_ms: self.model.status.offset_ms,
        };
        match writing(&store, effect, when) {
            Ok(wait) => self.writes.collect(session, wait),
            Err(effect) => self.reads.collect(session, reading(store, effect, now)),
        }
    }
}

type Wait = Box<dyn FnOnce() -> Option<Message> + Send>;

/// What changes the store. Handed to its writer at once, so that the order is
/// the order of the keys; anything else is given back.
fn writing(store: &Store, effect: Effect, when: When) -> Result<Wait, Effect> {
    Ok(match effect {
        Effect::Submit {
            origin,
            targets,
            act,
            made_at,
        } => {
            let ticket = store.submit(NewAct {
                targets,
                act: *act,
                made_at,
                offset_ms: when.offset_ms,
            });
            Box::new(move || Some(submitted(origin, ticket)))
        }
        Effect::SaveDraft { key, json } => {
            let ticket = store.save_draft(&key, json, when.made_at);
            Box::new(move || trouble_of(ticket))
        }
        Effect::DeleteDraft { key } => {
            let ticket = store.delete_draft(&key);
            Box::new(move || trouble_of(ticket))
        }
        Effect::OutboxRetry(id) => settled(store.retry(id, when)),
        Effect::OutboxToNote(id) => settled(store.refused_to_note(id, when)),
        Effect::OutboxDiscard { id, reason } => {
            let ticket = store.discard(id, reason, when.made_at);
            Box::new(move || {
                let result = ticket.wait().map_err(|error| chain(&error));
                Some(Message::OutboxSettled(result))
            })
        }
        other => return Err(other),
    })
}

fn submitted(origin: Origin, ticket: Ticket<Submitted, SubmitError>) -> Message {
    let result = match ticket.wait() {
        Ok(done) => Ok(Box::new(Done {
            shown: done.shown,
            counts: done.counts,
        })),
        Err(SubmitError::Refused(why)) => Err(NotDone::Refused(Box::new(why))),
        Err(SubmitError::NotStored(why)) => Err(NotDone::NotStored(chain(&why))),
    };
    Message::Submitted { origin, result }
}

fn settled(ticket: Ticket<Submitted, SubmitError>) -> Wait {
    Box::new(move || {
        let result = match ticket.wait() {
            Ok(_) => Ok(()),
            Err(error) => Err(chain(&error)),
        };
        Some(Message::OutboxSettled(result))
    })
}

fn trouble_of(ticket: Ticket<()>) -> Option<Message> {
    ticket.wait().err().map(|error| trouble(&error))
}

fn trouble(error: &StoreError) -> Message {
    Message::StoreTrouble(chain(error))
}

/// An answer as a message, or that there was none.
fn answer<T>(ticket: Ticket<T>, message: impl FnOnce(T) -> Message) -> Message {
    match ticket.wait() {
        Ok(answer) => message(answer),
        Err(error) => trouble(&error),
    }
}

/// What is asked of the store.
fn reading(store: Store, effect: Effect, now: Timestamp) -> Wait {
    Box::new(move || {
        Some(match effect {
            Effect::LoadQueue {
                serial,
                join,
                filter,
                sort,
                anchor,
                limit,
            } => answer(store.queue(filter, sort, anchor, limit), |page| {
                Message::Queue {
                    serial,
                    join,
                    page: Box::new(page),
                }
            }),
            Effect::LoadShown { id, wanted } => answer(store.shown(id), |shown| Message::Shown {
                id,
                wanted,
                shown: shown.map(Box::new),
            }),
            Effect::LoadTimeline { id } => {
                answer(store.timeline(id, TIMELINE_LINES_MAX), |items| {
                    Message::Timeline { id, items }
                })
            }
            Effect::LoadCounts => answer(store.counts(), Message::Counts),
            Effect::LoadGround => Message::Ground {
                policy: store.policy().1,
                places: store.places(),
            },
            Effect::LoadOutbox => answer(store.outbox(), Message::Outbox),
            Effect::LoadSuppressed => answer(store.suppressed(now), Message::Suppressed),
            Effect::FindHolders { serial, text, near } => {
                let picks = holders(&store, &text, near);
                Message::Holders { serial, picks }
            }
            Effect::NextUnacknowledged { rank, after } => {
                answer(store.next_unacknowledged(Some(rank), after), Message::Next)
            }
            Effect::FindIncident { text } => answer(store.find_incident(&text), |found| {
                Message::Found(found.first().copied())
            }),
            Effect::Submit { .. }
            | Effect::SaveDraft { .. }
            | Effect::DeleteDraft { .. }
            | Effect::OutboxRetry(_)
            | Effect::OutboxDiscard { .. }
            | Effect::OutboxToNote(_)
            | Effect::SignIn(_)
            | Effect::Unlock(_)
            | Effect::SignInAgain(_)
            | Effect::SignOut
            | Effect::SyncNow
            | Effect::Bell
            | Effect::Redraw
            | Effect::Suspend
            | Effect::Quit => return None,
        })
    })
}

/// Units, then people: those of the area first, then everybody else.
fn holders(store: &Store, text: &str, near: Option<AreaCode>) -> Vec<Pick> {
    let mut picks: Vec<Pick> = Vec::new();
    let areas = near.map(Some).into_iter().chain([None]);
    for area in areas {
        let units = store.units(text, area, UNITS_MAX);
        let people = store.people(text, area, PEOPLE_MAX);
        for found in [units.wait(), people.wait()] {
            for pick in found.unwrap_or_default() {
                if picks.iter().all(|known| known.record.id != pick.record.id) {
                    picks.push(pick);
                }
            }
        }
    }
    picks
}
