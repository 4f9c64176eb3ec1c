//! Whatever comes in whatever order, what is shown equals a fresh computation:
//! confirmed records with the waiting acts applied in order.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tempfile::tempdir;

use super::centre::{Centre, at, duty, feed, note, on, open, register, uuid};
use crate::domain::alarm::Rank;
use crate::domain::command::{Context, Target};
use crate::domain::ids::{CommandId, RecordId};
use crate::domain::incident::Incident;
use crate::domain::incident::Outcome;
use crate::domain::incident::act::{Accept, Acknowledge, Act, FinishWork, Grade};
use crate::domain::record::Record;
use crate::domain::unit::NobodyKnown;
use crate::store::Store;
use crate::store::view::{Anchor, Counts, Filter, OutboxState, Scope, Sort};
use crate::wire::command::{CommandResult, Verdict, WireCommand, Written};
use crate::wire::feed::Seq;

#[derive(Clone, Debug)]
enum Step {
    /// This desk acts.
    Act(u8, u8),
    /// Another desk acts.
    Other(u8, u8),
    /// Some of what waits reaches the service; the answers lie on the way.
    Push(u8),
    /// One of the answers on the way arrives, perhaps twice.
    Answer(u8, u8),
    /// A page of the feed arrives.
    Page(u8),
    /// The officer loses sight of an incident.
    Gone(u8),
    /// The program starts again.
    Restart,
    /// A snapshot is taken.
    Snapshot,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (0..4u8, 0..6u8).prop_map(|(on, what)| Step::Act(on, what)),
        3 => (0..4u8, 0..6u8).prop_map(|(on, what)| Step::Other(on, what)),
        3 => (1..4u8).prop_map(Step::Push),
        4 => (any::<u8>(), 1..3u8).prop_map(|(which, times)| Step::Answer(which, times)),
        4 => (1..5u8).prop_map(Step::Page),
        1 => (0..4u8).prop_map(Step::Gone),
        1 => Just(Step::Restart),
        1 => Just(Step::Snapshot),
    ]
}

fn id(n: u8) -> RecordId {
    RecordId::new(uuid(0x10 + u128::from(n)))
}

fn act(what: u8, serial: u128) -> Act {
    match what {
        0 => note(0x1000 + serial, "走访"),
        1 => Act::Acknowledge(Acknowledge { episode: 1 }),
        2 => Act::Accept(Accept::default()),
        3 => Act::Raise(Grade {
            to: Rank::Urgent,
            reason: "聚众".to_owned(),
        }),
        4 => Act::Finish(FinishWork {
            outcome: Outcome::Resolved,
            method: None,
            text: "已调和".to_owned(),
            on_behalf: None,
        }),
        _ => register(serial, "新", Rank::Watch, "420607102").1,
    }
}

/// What the store should show, kept without any of the store's code.
struct Model {
    centre: Centre,
    confirmed: BTreeMap<RecordId, Record>,
    cursor: usize,
    pending: Vec<WireCommand>,
    written: BTreeMap<CommandId, Vec<Written>>,
    on_the_way: Vec<CommandResult>,
    serial: u128,
}

impl Model {
    fn new() -> Self {
        let mut centre = Centre::new();
        for n in 0..2 {
            centre.incident(0x10 + n, "纠纷", Rank::Watch, 0);
        }
        Self {
            centre,
            confirmed: BTreeMap::new(),
            cursor: 0,
            pending: Vec::new(),
            written: BTreeMap::new(),
            on_the_way: Vec::new(),
            serial: 0,
        }
    }

    fn run(&mut self, store: &Store, step: &Step) {
        self.serial += 1;
        match step {
            Step::Act(n, what) => self.submit(store, *n, *what),
            Step::Other(n, what) => {
                let target = self
                    .centre
                    .records
                    .get(&id(*n))
                    .map_or_else(|| Target::new_incident(id(*n)), Target::seen);
                let act = act(*what, self.serial);
                // A refusal there is nothing here.
                let _ = self.centre.act(target, act, &duty(), 1);
            }
            Step::Push(count) => {
                for command in store.pending(usize::from(*count)).wait().unwrap() {
                    self.on_the_way.push(self.centre.push(&command));
                }
            }
            Step::Answer(which, times) => self.answer(store, *which, *times),
            Step::Page(count) => self.page(store, usize::from(*count)),
            Step::Gone(n) => self.centre.gone(id(*n)),
            Step::Restart => {}
            Step::Snapshot => self.snapshot(store),
        }
    }

    fn submit(&mut self, store: &Store, n: u8, what: u8) {
        let act = act(what, self.serial);
        let new = match store.shown(id(n)).wait().unwrap() {
            Some(shown) => on(&shown, act, 1),
            None => super::centre::new_act(Target::new_incident(id(n)), act, 1),
        };
        if let Ok(submitted) = store.submit(new).wait() {
            let waiting = store.pending(1_000).wait().unwrap();
            let command = waiting.into_iter().find(|it| it.id == submitted.command);
            self.pending.push(command.unwrap());
        }
    }

    fn answer(&mut self, store: &Store, which: u8, times: u8) {
        if self.on_the_way.is_empty() {
            return;
        }
        let at_index = usize::from(which) % self.on_the_way.len();
        let result = self.on_the_way.remove(at_index);
        for _ in 0..times {
            store.results(vec![result.clone()], at(9)).wait().unwrap();
        }
        match result.verdict {
            Verdict::Accepted { written, .. } | Verdict::Duplicate { written, .. } => {
                self.written.entry(result.id).or_insert(written);
            }
            Verdict::Refused { .. } | Verdict::Late { .. } => {
                self.pending.retain(|command| command.id != result.id);
            }
            Verdict::Quarantined { .. } | Verdict::Retry { .. } => {}
        }
    }

    fn page(&mut self, store: &Store, count: usize) {
        let from = self.cursor;
        let page = self.centre.page(Seq(from as u64), count);
        for change in &page.changes {
            self.cursor += 1;
            if let Some(gone) = &change.gone {
                self.confirmed
                    .retain(|id, record| *id != gone.id && record.parent != Some(gone.id));
            }
            if let (Some(event), Some(record)) = (&change.event, &change.record) {
                let record: Record = serde_json::from_str(record.get()).unwrap();
                self.confirmed.insert(record.id, record);
                if let Some(event) = crate::wire::feed::read_event(event.get()) {
                    let seq = change.seq;
                    let place = Written {
                        feed: feed(),
                        seq,
                        chain: None,
                    };
                    self.written.entry(event.command).or_default().push(place);
                }
            }
        }
        store.changes(page).wait().unwrap();
    }

    fn snapshot(&mut self, store: &Store) {
        let (header, lines, trailer, sha) = self.centre.snapshot();
        store.snapshot_begin(header).wait().unwrap();
        store.snapshot_lines(lines).wait().unwrap();
        store.snapshot_end(trailer, sha).wait().unwrap();
        self.confirmed = self.centre.records.clone();
        self.cursor = self.centre.changes.len();
    }

    /// Confirmed records with the acts on top that the feed has not passed.
    fn fresh(&self) -> BTreeMap<RecordId, Record> {
        let mut records = self.confirmed.clone();
        for command in &self.pending {
            let passed = self.written.get(&command.id).is_some_and(|written| {
                written
                    .iter()
                    .all(|place| place.seq.0 <= self.cursor as u64)
            });
            if passed {
                continue;
            }
            let targets: Vec<Record> = command
                .targets
                .iter()
                .filter_map(|target| records.get(&target.id).cloned())
                .collect();
            let officer = duty();
            let context = Context {
                at: command.made_at,
                author: &officer,
                policy: &self.centre.policy,
                number: None,
                log: None,
                directory: &NobodyKnown,
            };
            let made = crate::domain::apply(&targets, &command.to_domain(), &context);
            for change in made.into_iter().flatten() {
                records.insert(change.record.id, change.record);
            }
        }
        records
    }
}

/// The store shows the fresh computation, and its counters and queue agree.
fn check(model: &Model, store: &Store) -> Result<(), TestCaseError> {
    let fresh = model.fresh();
    let mut ids: Vec<RecordId> = fresh.keys().copied().collect();
    ids.extend((0..4).map(id));
    for id in ids {
        let shown = store.shown(id).wait().unwrap().map(|shown| shown.record);
        prop_assert_eq!(shown.as_ref(), fresh.get(&id), "record {}", id);
    }
    let incidents = fresh.values().filter_map(|record| record.incident());
    let mut met: Vec<RecordId> = fresh
        .values()
        .filter(|record| record.incident().is_some_and(Incident::has_open_conflict))
        .map(|record| record.id)
        .collect();
    let mut walked = Vec::new();
    let next = |after| store.next_conflict(after).wait().unwrap();
    let mut stand = next(None);
    while let Some(id) = stand.filter(|id| !walked.contains(id)) {
        walked.push(id);
        stand = next(Some(id));
    }
    walked.sort_unstable();
    met.sort_unstable();
    prop_assert_eq!(walked, met);
    let mut counts = Counts::default();
    for incident in incidents {
        let severity = usize::from(incident.alarm.rank.severity()) - 1;
        counts.incidents += 1;
        counts.open_by_severity[severity] += u64::from(incident.is_open());
        let rings = incident.is_open() && incident.alarm.ack.is_none();
        counts.unacknowledged_by_severity[severity] += u64::from(rings);
        counts.conflicts += u64::from(incident.has_open_conflict());
    }
    let all = Filter {
        scope: Scope::All,
        ..Filter::default()
    };
    let page = store
        .queue(all, Sort::Rank, Anchor::First, 100)
        .wait()
        .unwrap();
    prop_assert_eq!(page.rows.len() as u64, counts.incidents);
    let told = store.counts().wait().unwrap();
    let waiting = store.outbox().wait().unwrap();
    let is_waiting = |state: &OutboxState| {
        matches!(
            state,
            OutboxState::Waiting { .. } | OutboxState::Doubtful { .. }
        )
    };
    counts.outbox = waiting.iter().filter(|row| is_waiting(&row.state)).count() as u64;
    counts.refused = told.refused;
    prop_assert_eq!(told, counts);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_shown_equals_a_fresh_computation(steps in prop::collection::vec(step(), 1..40)) {
        let dir = tempdir().unwrap();
        let mut store = open(dir.path(), duty());
        let mut model = Model::new();
        for step in &steps {
            if matches!(step, Step::Restart) {
                drop(store);
                store = open(dir.path(), duty());
            }
            model.run(&store, step);
            check(&model, &store)?;
        }
    }
}
