//! Looking at every desk after every step: what changed is read from the store
//! as a screen reads it, and written into the history.

use std::collections::BTreeSet;

use zhiban::domain::ids::RecordId;
use zhiban::store::handle::StoreEvent;
use zhiban::store::view::{OutboxState, Pending, TimelineWhat};
use zhiban::wire::feed::FeedId;

use super::centre::{DISTRICT, UNKNOWN_RECORD, area};
use super::desk::Running;
use super::history::{Cursor, Outbox, Shown, Stand, Sweep, Timeline};
use super::night::Night;

/// Lines of a timeline that are read.
const LINES_MAX: usize = 500;

/// What is remembered from look to look.
#[derive(Clone, Debug)]
pub struct Looking {
    /// Every record that anybody has heard of.
    pub known: BTreeSet<RecordId>,
    /// What each desk's officer did something on: only there it is asked
    /// whether the own act is shown, and how it stands.
    pub own: Vec<BTreeSet<RecordId>>,
    /// The program that was last looked at, by desk.
    lives: Vec<Option<u64>>,
}

impl Looking {
    pub fn new(desks: usize) -> Self {
        let unknown = RecordId::new(uuid::Uuid::from_u128(UNKNOWN_RECORD));
        Self {
            known: BTreeSet::from([unknown]),
            own: vec![BTreeSet::new(); desks],
            lives: vec![None; desks],
        }
    }
}

/// Epoch and number at which a desk's copy of the district stands.
pub fn cursor_of(running: &Running) -> Option<(String, u64)> {
    let feed = FeedId::Area(area(DISTRICT));
    let cursor = running.store.cursor(feed).wait().ok().flatten()?;
    Some((cursor.epoch.to_string(), cursor.seq.0))
}

/// What the events since the last look say.
#[derive(Default)]
struct News {
    ids: BTreeSet<RecordId>,
    outbox: bool,
    all: bool,
}

impl Night<'_> {
    /// Looks at what changed at every desk.
    pub fn look(&mut self) {
        for number in 0..self.desks.len() {
            let slot = std::sync::Arc::clone(&self.desks[number].running);
            let running = slot.lock().unwrap();
            let Some(running) = &*running else {
                self.looking.lives[number] = None;
                continue;
            };
            let mut news = News::default();
            while let Ok(event) = running.events.try_recv() {
                news.take(event);
            }
            // A program that has just started is looked at whole.
            news.all |= self.looking.lives[number] != Some(running.life);
            self.looking.lives[number] = Some(running.life);
            self.see(number, running, &news);
        }
    }

    fn see(&mut self, number: usize, running: &Running, news: &News) {
        if !news.outbox && !news.all && news.ids.is_empty() {
            return;
        }
        let cursor = self.cursor(number, running);
        self.history.cursors.extend(cursor.clone());
        let own: BTreeSet<RecordId> = news
            .ids
            .intersection(&self.looking.own[number])
            .copied()
            .collect();
        if news.outbox || news.all || !own.is_empty() {
            let outbox = self.outbox(number, running);
            self.history.outboxes.push(outbox);
        }
        self.looking.known.extend(&news.ids);
        if news.all {
            let sweep = self.sweep(number, running, cursor.clone());
            self.trace
                .line(&self.history.seats[number].name, "looked at whole");
            self.history.sweeps.push(sweep);
        }
        for id in &news.ids {
            let Some(shown) = self.shown(number, running, *id, cursor.as_ref()) else {
                continue;
            };
            let kind = shown.kind.clone();
            let json = shown.json.clone().unwrap_or_default();
            self.trace.line(
                &self.history.seats[number].name,
                &format!(
                    "shows {id} {} {}",
                    shown.rev,
                    super::world::digest_of(json.as_bytes())
                ),
            );
            self.history.shown.push(shown);
            if own.contains(id) && (kind.is_empty() || kind == "incident") {
                let timeline = self.timeline(number, running, *id, !kind.is_empty());
                self.history.timelines.extend(timeline);
            }
        }
    }

    /// What stands in the end.
    pub fn last_look(&mut self, number: usize) {
        let slot = std::sync::Arc::clone(&self.desks[number].running);
        let running = slot.lock().unwrap();
        let Some(running) = &*running else { return };
        let cursor = self.cursor(number, running);
        let sweep = self.sweep(number, running, cursor);
        let outbox = self.outbox(number, running);
        self.history.outboxes.push(outbox.clone());
        for shown in &sweep.records {
            let digest = super::world::digest_of(shown.json.as_deref().unwrap_or("").as_bytes());
            let text = format!("ends with {} {digest}", shown.id);
            self.trace.line(&self.history.seats[number].name, &text);
        }
        // Whoever acted looks once more at what came of it.
        let acts = self.history.acts.iter().filter(|act| act.desk == number);
        let on: BTreeSet<String> = acts.map(|act| act.on.clone()).collect();
        for id in on.iter().filter_map(|on| on.parse().ok()) {
            let visible = running
                .store
                .shown(id)
                .wait()
                .is_ok_and(|shown| shown.is_some());
            let timeline = self.timeline(number, running, id, visible);
            self.history.timelines.extend(timeline);
        }
        self.history.last.insert(number, (sweep, outbox));
    }

    fn cursor(&self, number: usize, running: &Running) -> Option<Cursor> {
        let (epoch, seq) = cursor_of(running)?;
        Some(Cursor {
            at_ms: self.now_ms(),
            desk: number,
            copy: running.store.officer().scope(),
            epoch,
            seq,
        })
    }

    fn shown(
        &self,
        number: usize,
        running: &Running,
        id: RecordId,
        cursor: Option<&Cursor>,
    ) -> Option<Shown> {
        let shown = running.store.shown(id).wait().ok()?;
        Some(Shown {
            at_ms: self.now_ms(),
            desk: number,
            copy: running.store.officer().scope(),
            epoch: cursor
                .map(|cursor| cursor.epoch.clone())
                .unwrap_or_default(),
            id: id.to_string(),
            kind: shown
                .as_ref()
                .map(|shown| shown.record.kind().to_string())
                .unwrap_or_default(),
            area: shown
                .as_ref()
                .map(|shown| shown.record.area.to_string())
                .unwrap_or_default(),
            rev: shown.as_ref().map_or(0, |shown| shown.record.rev.0),
            confirmed: shown
                .as_ref()
                .is_some_and(|shown| shown.pending == Pending::Confirmed),
            json: shown.map(|shown| serde_json::to_string(&shown.record).unwrap()),
        })
    }

    fn sweep(&self, number: usize, running: &Running, cursor: Option<Cursor>) -> Sweep {
        let records = self.looking.known.iter();
        let grants = running.store.officer().grants.iter();
        Sweep {
            at_ms: self.now_ms(),
            desk: number,
            areas: grants.map(|grant| grant.area.to_string()).collect(),
            records: records
                .filter_map(|id| self.shown(number, running, *id, cursor.as_ref()))
                .collect(),
            cursor,
        }
    }

    fn timeline(
        &self,
        number: usize,
        running: &Running,
        on: RecordId,
        visible: bool,
    ) -> Option<Timeline> {
        let mut seen = Timeline {
            at_ms: self.now_ms(),
            desk: number,
            on: on.to_string(),
            visible,
            ..Timeline::default()
        };
        for item in running.store.timeline(on, LINES_MAX).wait().ok()? {
            match item.what {
                TimelineWhat::Act(event) => {
                    seen.commands.insert(event.command.to_string());
                }
                TimelineWhat::Entry(id, _) => {
                    seen.commands.insert(id.to_string());
                }
                TimelineWhat::Newer(_) => {}
            }
        }
        Some(seen)
    }

    fn outbox(&self, number: usize, running: &Running) -> Outbox {
        let rows = running.store.outbox().wait().unwrap_or_default();
        Outbox {
            at_ms: self.now_ms(),
            desk: number,
            rows: rows
                .into_iter()
                .map(|row| {
                    let stand = match row.state {
                        OutboxState::Waiting { .. } => Stand::Waiting,
                        OutboxState::Doubtful { .. } => Stand::Doubtful,
                        OutboxState::Accepted => Stand::Accepted,
                        OutboxState::Refused { .. } => Stand::Refused,
                        OutboxState::Late { .. } => Stand::Late,
                    };
                    (row.id.to_string(), stand)
                })
                .collect(),
        }
    }
}

impl News {
    fn take(&mut self, event: StoreEvent) {
        match event {
            StoreEvent::Changed { ids } => self.ids.extend(ids),
            StoreEvent::Outbox => self.outbox = true,
            StoreEvent::Reset | StoreEvent::ScopeChanged => self.all = true,
            StoreEvent::Alarm(alarm) => {
                self.ids.insert(alarm.id);
            }
            StoreEvent::Counts
            | StoreEvent::Warnings
            | StoreEvent::PolicyChanged
            | StoreEvent::CopyDamaged
            | StoreEvent::Searching(_) => {}
        }
    }
}
