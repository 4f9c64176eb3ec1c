//! What officers do, at desks and at the centre.

use zhiban::domain::record::Record;
use zhiban::domain::time::Millis;
use zhiban::store::handle::{NewAct, Store, SubmitError, When};
use zhiban::store::view::{Anchor, Filter, OutboxState, Scope, Sort};
use zhiban::sync::clock::Clock as _;
use zhiban::sync::status::{Needs, Status};

use super::centre::{DISTRICT, area};
use super::faults::Kind;
use super::history::{Act, Complaint, Settled};
use super::night::Night;
use super::script::{self, Intent};

/// Rows of the queue that an officer looks at.
const ROWS: usize = 12;

impl Night<'_> {
    /// Somebody at a desk, or the centre's leader, does something.
    pub fn somebody_acts(&mut self) {
        let who = self.dice.below(self.desks.len() as u64 + 1);
        match usize::try_from(who) {
            Ok(number) if number < self.desks.len() => self.officer_acts(number),
            Ok(_) | Err(_) if self.dice.permille(200) => self.somebody_meddles(),
            Ok(_) | Err(_) => self.centre_acts(),
        }
    }

    /// The next time that a desk opens its stream, the centre writes meanwhile.
    fn somebody_meddles(&mut self) {
        let number = usize::try_from(self.dice.below(self.desks.len() as u64)).unwrap_or(0);
        let name = self.desks[number].profile.name.clone();
        self.centre.meddler.wait_for(&name, &mut self.dice);
    }

    fn fresh_words(&mut self) -> String {
        self.words += 1;
        format!("话{}号", self.words)
    }

    pub fn centre_acts(&mut self) {
        let words = self.fresh_words();
        if self.dice.permille(400) {
            let id = self.centre.register(&mut self.dice, &words);
            self.looking.known.extend(id);
            return;
        }
        let known: Vec<_> = self.looking.known.iter().copied().collect();
        let Some(id) = self.dice.one_of(&known).copied() else {
            return;
        };
        // What a desk shows serves the centre as its screen.
        let record = self.desks.iter().find_map(|desk| {
            desk.with(|running| {
                let shown = running.store.shown(id).wait().ok().flatten()?;
                Some((shown.record, on_screen(&running.store)))
            })
            .flatten()
        });
        let Some((record, others)) = record else {
            return;
        };
        let now = self.time.wall();
        if let Some(intent) = script::on_incident(&mut self.dice, &record, &others, &words, now) {
            self.looking.known.extend(intent.entry);
            self.centre.act(intent.targets, intent.act);
        }
    }

    fn officer_acts(&mut self, number: usize) {
        let Some(store) = self.screen_of(number) else {
            return;
        };
        if self.dice.permille(60) && self.settles_refused(number, &store) {
            return;
        }
        let burst = if self.dice.permille(80) {
            self.dice.between(2, 12)
        } else {
            1
        };
        for _ in 0..burst {
            self.act_at(number, &store);
        }
    }

    /// The store of a desk whose officer has something to see.
    fn screen_of(&self, number: usize) -> Option<Store> {
        let revoked = |status: Status| status.needs == Needs::Revoked;
        if self.desks[number].status().is_some_and(revoked) {
            return None;
        }
        self.desks[number].with(|running| running.store.clone())
    }

    /// The officer registers something, which always can be done.
    pub fn registers(&mut self, number: usize) {
        let Some(store) = self.screen_of(number) else {
            return;
        };
        let words = self.fresh_words();
        let intent = script::register(&mut self.dice, !sees_district(&store), &words);
        self.submit(number, &store, intent);
    }

    /// One act on this desk's screen.
    pub fn act_at(&mut self, number: usize, store: &Store) {
        let words = self.fresh_words();
        let now = self.desks[number].clock.now();
        let town_only = !sees_district(store);
        let on_screen = on_screen(store);
        let intent = if on_screen.is_empty() || self.dice.permille(150) {
            Some(script::register(&mut self.dice, town_only, &words))
        } else {
            let record = self.dice.one_of(&on_screen).cloned();
            record.and_then(|record| {
                script::on_incident(&mut self.dice, &record, &on_screen, &words, now)
            })
        };
        if let Some(intent) = intent {
            self.submit(number, store, intent);
        }
    }

    fn submit(&mut self, number: usize, store: &Store, intent: Intent) {
        let clock = self.desks[number].clock.clone();
        let offset_ms = self.desks[number]
            .status()
            .map_or(0, |status| status.offset_ms);
        let verb = intent.act.verb();
        let on = intent.targets[0].id;
        let new = NewAct {
            targets: intent.targets,
            act: intent.act.into(),
            made_at: clock.now().saturating_add(Millis(offset_ms)),
            offset_ms,
        };
        let name = self.desks[number].profile.name.clone();
        match store.submit(new).wait() {
            Ok(submitted) => {
                let command = submitted.command.to_string();
                self.trace.line(&name, &format!("{verb} {on} {command}"));
                self.looking.known.insert(on);
                self.looking.own[number].insert(on);
                self.looking.known.extend(intent.entry);
                self.history.acts.push(Act {
                    at_ms: self.now_ms(),
                    desk: number,
                    command,
                    verb: verb.to_string(),
                    on: on.to_string(),
                    entry: intent.entry.map(|id| id.to_string()),
                });
            }
            Err(SubmitError::Refused(refusal)) => {
                self.trace
                    .line(&name, &format!("{verb} {on} refused {refusal}"));
            }
            Err(SubmitError::NotStored(error)) => {
                self.trace
                    .line(&name, &format!("{verb} {on} not stored {error}"));
                if !self.steps_fail() {
                    self.history.complaints.push(Complaint {
                        invariant: "I10",
                        text: format!("{name} could not act at {} ms: {error}", self.now_ms()),
                    });
                }
            }
        }
    }

    fn steps_fail(&self) -> bool {
        self.active
            .iter()
            .any(|fault| matches!(fault.kind, Kind::DiskFull | Kind::StoreFails))
    }

    /// An officer settles what was refused; whether there was any.
    fn settles_refused(&mut self, number: usize, store: &Store) -> bool {
        let rows = store.outbox().wait().unwrap_or_default();
        let refused: Vec<_> = rows
            .into_iter()
            .filter(|row| matches!(row.state, OutboxState::Refused { .. }))
            .map(|row| row.id)
            .collect();
        let Some(id) = self.dice.one_of(&refused).copied() else {
            return false;
        };
        let when = When {
            made_at: self.desks[number].clock.now(),
            offset_ms: 0,
        };
        let way = self.dice.below(3);
        let became = match way {
            0 => store
                .discard(id, "不再需要".to_owned(), when.made_at)
                .wait()
                .map(|()| None)
                .ok(),
            1 => store
                .retry(id, when)
                .wait()
                .map(|made| Some(made.command))
                .ok(),
            _ => store
                .refused_to_note(id, when)
                .wait()
                .map(|made| Some(made.command))
                .ok(),
        };
        let name = self.desks[number].profile.name.clone();
        self.trace
            .line(&name, &format!("settles {id} way {way}: {became:?}"));
        let Some(became) = became else { return true };
        self.history.settled.push(Settled {
            at_ms: self.now_ms(),
            command: id.to_string(),
        });
        if let Some(command) = became {
            self.history.acts.push(Act {
                at_ms: self.now_ms(),
                desk: number,
                command: command.to_string(),
                verb: "again".to_owned(),
                ..Act::default()
            });
        }
        true
    }
}

/// Whether the copy that is open is of the whole district.
pub fn sees_district(store: &Store) -> bool {
    let grants = &store.officer().grants;
    grants.iter().any(|grant| grant.area == area(DISTRICT))
}

/// The first rows of the queue.
fn on_screen(store: &Store) -> Vec<Record> {
    let filter = Filter {
        scope: Scope::All,
        ..Filter::default()
    };
    let page = store
        .queue(filter, Sort::Newest, Anchor::First, ROWS)
        .wait();
    let rows = page.map(|page| page.rows).unwrap_or_default();
    rows.into_iter()
        .filter_map(|(_, row)| store.shown(row.id).wait().ok().flatten())
        .map(|shown| shown.record)
        .collect()
}
