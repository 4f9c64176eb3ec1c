//! Effects that the store performs, and what it tells, as messages. The runner
//! and [`super::headless`] share it.

use super::effect::{DutyAsk, Effect, Join, Origin, WayTo};
use super::message::{Done, DutyNews, Message, NotDone, Opened, StoreNews};
use crate::domain::act::AnyVerb;
use crate::domain::area::AreaCode;
use crate::domain::officer::Officer;
use crate::domain::roster::month::Month;
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::store::error::{StoreError, SubmitError};
use crate::store::handle::{Latest, NewAct, Store, StoreEvent, Submitted, Ticket, When};
use crate::store::roster::Shifts;
use crate::store::salvage::Teller;
use crate::store::seek::Found;
use crate::store::view::Pick;

/// Lines of a timeline that are read; the newest.
const TIMELINE_LINES_MAX: usize = 500;
/// Lines of the duty log that the board shows; the newest.
const LOG_LINES_MAX: usize = 500;
/// Units, and people, that a search offers.
const UNITS_MAX: usize = 60;
/// Incidents that a list to pick from offers at most.
const CASES_MAX: usize = 60;
const PEOPLE_MAX: usize = 100;

/// Waits for the store's answer; some answers are worth no message.
pub(super) type Wait = Box<dyn FnOnce() -> Option<Message> + Send>;

/// An effect under way.
pub(super) enum Begun {
    /// It is with the store's writer already.
    Writing(Wait),
    /// It asks the store when it is waited for.
    Reading(Wait),
}

/// Begins an effect that is for the store. Acts are handed over at once, so
/// that the order of acts is the order of the keys.
pub(super) fn begin(store: &Store, effect: Effect, when: When) -> Begun {
    if effect == Effect::LoadWarnings {
        return Begun::Reading(warnings(store.clone(), when.made_at));
    }
    match writing(store, effect, when) {
        Ok(wait) => Begun::Writing(wait),
        Err(effect) => Begun::Reading(reading(store.clone(), effect, when.made_at)),
    }
}

/// What a session begins with, as the store has it.
pub(super) fn opened(store: &Store, officer: Officer, service: String) -> Opened {
    // Work begins without them, and it is said: a draft that cannot be read now
    // is not one that was never written.
    let mut trouble = None;
    let drafts = had(store.drafts(), &mut trouble);
    let counts = had(store.counts(), &mut trouble);
    Opened {
        officer,
        policy: store.policy().1,
        places: store.places(),
        counts,
        drafts: drafts
            .into_iter()
            .map(|draft| (draft.key, draft.json))
            .collect(),
        found: store.findings(Teller::Screen),
        service,
        trouble,
    }
}

/// What the store answers; where it cannot, nothing, and why.
fn had<T: Default>(ticket: Ticket<T>, trouble: &mut Option<String>) -> T {
    ticket.wait().unwrap_or_else(|error| {
        trouble.get_or_insert_with(|| words(&error));
        T::default()
    })
}

/// The store's news as the model knows them.
pub(super) fn news(event: StoreEvent) -> StoreNews {
    match event {
        StoreEvent::Changed { ids } => StoreNews::Changed(ids),
        StoreEvent::Warnings => StoreNews::Warnings,
        StoreEvent::Outbox => StoreNews::Outbox,
        StoreEvent::Counts => StoreNews::Counts,
        StoreEvent::Alarm(alarm) => StoreNews::Alarm {
            id: alarm.id,
            rank: alarm.rank,
            title: alarm.title,
        },
        StoreEvent::PolicyChanged => StoreNews::PolicyChanged,
        StoreEvent::Reset => StoreNews::Reset,
        StoreEvent::ScopeChanged => StoreNews::ScopeChanged,
        StoreEvent::CopyDamaged => StoreNews::CopyDamaged,
        StoreEvent::Searching(now) => StoreNews::Searching(now),
    }
}

/// What changes the store. Handed to its writer at once, so that the order is
/// the order of the keys; anything else is given back.
fn writing(store: &Store, effect: Effect, when: When) -> Result<Wait, Effect> {
    Ok(match effect {
        Effect::Submit {
            origin,
            targets,
            act,
            made_at,
            draft,
        } => {
            let verb = act.verb();
            let new = NewAct {
                targets,
                act: *act,
                made_at,
                offset_ms: when.offset_ms,
            };
            let ticket = match draft {
                Some(key) => store.submit_draft(new, key),
                None => store.submit(new),
            };
            Box::new(move || Some(submitted(origin, verb, ticket)))
        }
        Effect::SaveDraft { key, json } => {
            let ticket = store.save_draft(&key, json, when.made_at);
            Box::new(move || trouble_of(ticket))
        }
        Effect::DeleteDraft { key } => {
            let ticket = store.delete_draft(&key);
            Box::new(move || trouble_of(ticket))
        }
        Effect::ProposeWarnings => {
            let ticket = store.propose_warnings(when);
            Box::new(move || ticket.wait().err().map(|error| trouble(&error)))
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

fn submitted(origin: Origin, verb: AnyVerb, ticket: Ticket<Submitted, SubmitError>) -> Message {
    let result = match ticket.wait() {
        Ok(done) => Ok(Box::new(Done {
            verb,
            shown: done.shown,
            counts: done.counts,
        })),
        Err(SubmitError::Refused(why)) => Err(NotDone::Refused(Box::new(why))),
        Err(SubmitError::NotStored(why)) => Err(NotDone::NotStored(words(&why))),
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
    Message::StoreTrouble(words(error))
}

/// An answer as a message, or that there was none.
fn answer<T>(ticket: Ticket<T>, message: impl FnOnce(T) -> Message) -> Message {
    match ticket.wait() {
        Ok(answer) => message(answer),
        Err(error) => trouble(&error),
    }
}

/// The board of warnings.
fn warnings(store: Store, now: Timestamp) -> Wait {
    let message = |board| Message::Warnings(Box::new(board));
    Box::new(move || Some(answer(store.warnings(now), message)))
}

/// A page of the list; nothing where a later one is wanted by now.
fn page_of_list(store: &Store, latest: Latest, asked: Effect) -> Option<Message> {
    let Effect::LoadQueue {
        serial,
        join,
        filter,
        sort,
        anchor,
        limit,
    } = asked
    else {
        return None;
    };
    let page = store.queue_while(latest, filter, sort, anchor, limit);
    Some(match page.wait() {
        Ok(page) => Message::Queue {
            serial,
            join,
            page: Box::new(page),
        },
        Err(StoreError::Superseded) => return None,
        Err(error) => trouble(&error),
    })
}

/// What is asked of the store.
fn reading(store: Store, effect: Effect, now: Timestamp) -> Wait {
    let latest = match &effect {
        // From now on no earlier page is wanted, also one that is being read.
        Effect::LoadQueue { join, .. } if *join != Join::Watch => store.ask_list(),
        Effect::Seek { .. } => store.ask_seek(),
        _ => Latest::always(),
    };
    Box::new(move || {
        Some(match effect {
            page @ Effect::LoadQueue { .. } => return page_of_list(&store, latest, page),
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
            Effect::LoadRoster { months, shifts } => roster(&store, &months, shifts),
            Effect::Duty(ask) => duty(&store, ask, now),
            Effect::LoadSuppressed => answer(store.suppressed(now), Message::Suppressed),
            Effect::FindHolders { serial, text, near } => match holders(&store, &text, near) {
                Ok(picks) => Message::Holders { serial, picks },
                Err(error) => trouble(&error),
            },
            Effect::FindSuperior { dialog, of } => Message::Superior {
                dialog,
                // Only a help: the officer chooses where it is not known.
                unit: store.superior(of).wait().ok().flatten(),
            },
            Effect::FindCases { serial, text, near } => {
                let found = store.cases(&text, near, CASES_MAX);
                answer(found, |cases| Message::Cases { serial, cases })
            }
            Effect::NextUnacknowledged { rank, after } => {
                answer(store.next_unacknowledged(Some(rank), after), Message::Next)
            }
            Effect::NextConflict { after } => {
                answer(store.next_conflict(after), Message::NextConflict)
            }
            Effect::FindingsRead(found) => match store.findings_told(&found, Teller::Screen) {
                Ok(()) => return None,
                Err(error) => trouble(&error),
            },
            Effect::LoadAlike {
                whom,
                matter,
                except,
            } => Message::Alike {
                whom,
                // Only a hint: the officer is not told that there is none.
                found: store.alike(matter, Some(except)).wait().ok(),
            },
            network @ (Effect::LoadBranches { .. }
            | Effect::LoadContacts { .. }
            | Effect::LoadNear { .. }
            | Effect::LoadWay { .. }) => return of_network(&store, &network, now),
            Effect::Seek { serial, seek } => return sought(serial, store.seek(latest, seek)),
            Effect::Submit { .. }
            | Effect::SaveDraft { .. }
            | Effect::DeleteDraft { .. }
            | Effect::LoadWarnings
            | Effect::ProposeWarnings
            | Effect::OutboxRetry(_)
            | Effect::OutboxDiscard { .. }
            | Effect::OutboxToNote(_)
            | Effect::SignIn(_)
            | Effect::Unlock(_)
            | Effect::SignInAgain(_)
            | Effect::SignOut
            | Effect::SyncNow
            | Effect::Bell
            | Effect::Wear(_)
            | Effect::Redraw
            | Effect::Suspend
            | Effect::Quit => return None,
        })
    })
}

/// The roster, and who may be asked to stand on a post.
fn roster(store: &Store, months: &[Month], shifts: Shifts) -> Message {
    let able = store.able().wait();
    match (store.roster(months, shifts).wait(), able) {
        (Ok(roster), Ok(able)) => Message::Roster(Box::new(roster), able),
        (Err(error), _) | (_, Err(error)) => trouble(&error),
    }
}

/// What the search found; nothing where more was typed meanwhile.
fn sought(serial: u64, ticket: Ticket<Found>) -> Option<Message> {
    match ticket.wait() {
        Ok(found) => Some(Message::Sought {
            serial,
            found: Box::new(found),
        }),
        Err(StoreError::Superseded) => None,
        Err(error) => Some(trouble(&error)),
    }
}

/// What the board of the mediation network asks.
fn of_network(store: &Store, effect: &Effect, now: Timestamp) -> Option<Message> {
    Some(match *effect {
        Effect::LoadBranches { under } => answer(store.branches(under), |branches| {
            Message::Branches { under, branches }
        }),
        Effect::LoadContacts { unit } => answer(store.contacts(unit), |people| Message::Contacts {
            unit,
            people,
        }),
        Effect::LoadNear {
            case,
            area,
            category,
        } => answer(store.near(area, Some(category), now), |people| {
            Message::Near { case, people }
        }),
        Effect::LoadWay { to } => match way(store, to) {
            Ok(message) => message,
            Err(error) => trouble(&error),
        },
        _ => return None,
    })
}

/// All units on the way to what is looked for.
fn way(store: &Store, to: WayTo) -> Result<Message, StoreError> {
    let (unit, person) = match to {
        WayTo::Unit(unit) => (Some(unit), None),
        WayTo::Area(area) => (store.unit_at(area).wait()?, None),
        WayTo::Person { unit, person } => (Some(unit), Some(person)),
    };
    let mut levels = vec![(None, store.branches(None).wait()?)];
    let way = match unit {
        Some(unit) => store.way_to(unit).wait()?,
        None => Vec::new(),
    };
    for above in &way {
        levels.push((Some(*above), store.branches(Some(*above)).wait()?));
    }
    Ok(Message::Way {
        levels,
        unit: unit.filter(|unit| way.contains(unit)),
        person,
    })
}

/// What the duty desk shows, of the officer's own centre.
fn duty(store: &Store, ask: DutyAsk, now: Timestamp) -> Message {
    let officer = store.officer();
    let unit = officer.unit.clone();
    match ask {
        DutyAsk::Desk => answer(store.desk_now(unit.id, now), |desk| {
            Message::Duty(DutyNews::Desk(Box::new(desk)))
        }),
        DutyAsk::Log => answer(store.log(unit, None, LOG_LINES_MAX), |lines| {
            Message::Duty(DutyNews::Log(lines))
        }),
        DutyAsk::Draft => answer(store.handover_draft(unit, officer.id, now), |draft| {
            Message::Duty(DutyNews::Draft(draft))
        }),
    }
}

/// Units, then people: those of the area first, then everybody else.
fn holders(store: &Store, text: &str, near: Option<AreaCode>) -> Result<Vec<Pick>, StoreError> {
    let mut picks: Vec<Pick> = Vec::new();
    let areas = near.map(Some).into_iter().chain([None]);
    for area in areas {
        let units = store.units(text, area, UNITS_MAX);
        let people = store.people(text, area, PEOPLE_MAX);
        for found in [units.wait(), people.wait()] {
            for pick in found? {
                if picks.iter().all(|known| known.record.id != pick.record.id) {
                    picks.push(pick);
                }
            }
        }
    }
    Ok(picks)
}

/// What an officer can do something about, in the officer's words.
pub(super) fn words(error: &StoreError) -> String {
    if error.is_full_disk() {
        return t!("screen.disk-full").into_owned();
    }
    match error {
        StoreError::DiskFails(_) | StoreError::Io(_) => {
            t!("screen.disk-fails", why = chain(error)).into_owned()
        }
        StoreError::InUse { .. } => t!("cli.store.in-use").into_owned(),
        _ => chain(error),
    }
}

/// An error with its sources, as one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let words = inner.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        source = inner.source();
    }
    text
}
