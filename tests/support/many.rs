//! A desk with very many incidents: made up as the demonstration makes them,
//! stored as a first sync stores them, without a centre. More of them, and
//! changes to those that are there, can come afterwards.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::value::{RawValue, to_raw_value};
use uuid::Uuid;

use zhiban::demo::{Detail, District, Shape};
use zhiban::domain::alarm::Rank;
use zhiban::domain::command::Event;
use zhiban::domain::ids::{DeviceId, UnitId};
use zhiban::domain::record::{Body, Record};
use zhiban::domain::time::Timestamp;
use zhiban::store::handle::{ChangesIn, DeviceSecret, Executor, Identity, Store, StoreKey};
use zhiban::wire::feed::{
    Epoch, FeedId, Seq, SnapshotHeader, SnapshotLine, TrailerBody, WireChange,
};
use zhiban::wire::proof::Digest;

/// Lines of a snapshot that are stored at once.
const LINES: usize = 2_000;
/// The latest incidents, which changes are made to.
const LATEST: usize = 4_000;

/// See the module.
pub struct Many {
    pub identity: Identity,
    feed: FeedId,
    epoch: Epoch,
    seq: Seq,
    /// Incidents that have not come yet, with the act that made them what they
    /// are.
    coming: Vec<(Record, Event)>,
    /// The latest that have come.
    latest: Vec<(Record, Event)>,
    turn: usize,
}

impl Many {
    /// Fills the folder with so many incidents and holds so many back.
    pub fn fill(dir: &Path, incidents: u32, held_back: u32, now: Timestamp) -> Self {
        let shape = Shape {
            seed: 20_260_607,
            incidents: incidents + held_back,
            people: 0,
            now,
        };
        let district = District::made(shape, UnitId::new(Uuid::from_u128(0xCE)));
        let account = &district.cast.accounts[0];
        let device = DeviceId::new(Uuid::from_u128(0xDE));
        let mut many = Self {
            identity: Identity {
                device,
                officer: account.officer.clone(),
                store_key: StoreKey::new([7; 32]),
                device_secret: DeviceSecret::new([8; 32]),
                issued_to: device,
            },
            feed: FeedId::Area(account.area),
            epoch: Epoch(Uuid::from_u128(0xE0)),
            seq: Seq(1_000_000_000),
            coming: Vec::new(),
            latest: Vec::new(),
            turn: 0,
        };
        let store = many.open(dir, Executor::Threads);
        let base = district.base();
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for record in &base {
            *counts.entry(record.kind().to_string()).or_default() += 1;
        }
        *counts.entry("incident".to_owned()).or_default() += u64::from(incidents);
        store.snapshot_begin(many.header(&counts)).wait().unwrap();
        let mut lines: Vec<SnapshotLine> = base.iter().map(line).collect();
        for (nth, changes) in (0..).zip(district.histories(Detail::Latest)) {
            let last = changes
                .unwrap()
                .pop()
                .expect("every incident was registered");
            let pair = (last.record, last.event);
            if nth >= incidents {
                many.coming.push(pair);
                continue;
            }
            lines.push(line(&pair.0));
            if lines.len() >= LINES {
                store
                    .snapshot_lines(std::mem::take(&mut lines))
                    .wait()
                    .unwrap();
            }
            if incidents - nth <= u32::try_from(LATEST).unwrap() {
                many.latest.push(pair);
            }
        }
        store.snapshot_lines(lines).wait().unwrap();
        many.coming.reverse();
        let received = Digest::of(b"what came");
        let trailer = TrailerBody {
            counts,
            sha256: received.to_string(),
        };
        store.snapshot_end(trailer, received).wait().unwrap();
        many
    }

    fn header(&self, counts: &BTreeMap<String, u64>) -> SnapshotHeader {
        SnapshotHeader {
            snapshot: 1,
            feed: self.feed,
            epoch: self.epoch,
            seq: self.seq,
            counts: counts.clone(),
            chain: None,
        }
    }

    pub fn open(&self, dir: &Path, executor: Executor) -> Store {
        Store::open(dir, self.identity.clone(), executor).unwrap()
    }

    /// The next changes, as a page of the feed: every fifth a rise in rank of
    /// an incident that is there, the others new incidents while there are any.
    pub fn changes(&mut self, many: usize) -> ChangesIn {
        let changes = (0..many).map(|_| self.change()).collect();
        ChangesIn {
            feed: self.feed,
            epoch: self.epoch,
            changes,
            head: self.seq,
            durable_upto: self.seq,
            mark: None,
        }
    }

    fn change(&mut self) -> WireChange {
        self.turn += 1;
        self.seq = self.seq.next();
        let arrival = if self.turn.is_multiple_of(5) {
            None
        } else {
            self.coming.pop()
        };
        let (record, event) = match arrival {
            Some(pair) => {
                self.latest.push(pair.clone());
                pair
            }
            None => self.moved(),
        };
        WireChange {
            seq: self.seq,
            tx: self.seq,
            event: Some(raw(&event)),
            record: Some(raw(&record)),
            gone: None,
        }
    }

    /// One of the latest, at another rank than before.
    fn moved(&mut self) -> (Record, Event) {
        let at = self.turn.wrapping_mul(7_919) % self.latest.len();
        let (record, event) = &mut self.latest[at];
        record.rev = record.rev.next();
        if let Body::Incident(incident) = &mut record.body {
            let alarm = &mut incident.alarm;
            alarm.rank = match alarm.rank {
                Rank::Urgent => Rank::Watch,
                _ => Rank::Urgent,
            };
        }
        (record.clone(), event.clone())
    }
}

fn raw(value: &impl serde::Serialize) -> Box<RawValue> {
    to_raw_value(value).unwrap()
}

fn line(record: &Record) -> SnapshotLine {
    SnapshotLine {
        record: raw(record),
        events: Vec::new(),
    }
}
