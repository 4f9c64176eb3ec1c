//! A centre in memory: takes commands by the real rules and writes one feed.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::value::to_raw_value;
use uuid::Uuid;

use crate::domain::act::AnyAct;
use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::domain::codes::Category;
use crate::domain::command::{Change, Command, Context, Target};
use crate::domain::extra::Extra;
use crate::domain::ids::{CommandId, DeviceId, OfficerId, PersonId, RecordId, UnitId};
use crate::domain::incident::act::{Act, Answer, Note, Register};
use crate::domain::incident::number::IncidentNumber;
use crate::domain::incident::{Channel, Source};
use crate::domain::officer::{Grant, Officer, Role};
use crate::domain::policy::{Policy, PolicyVersion};
use crate::domain::record::{Body, Kind, Record, Rev};
use crate::domain::time::Timestamp;
use crate::domain::unit::{Directory, Person, PersonKind, PersonRef, Unit, UnitKind, UnitRef};
use crate::store::handle::{ChangesIn, DeviceSecret, Executor, Identity, NewAct, Store, StoreKey};
use crate::store::view::Shown;
use crate::wire::command::{CommandResult, Refused, Verdict, WireCommand, Written};
use crate::wire::feed::{
    Epoch, FeedId, RecordName, Seq, SnapshotHeader, SnapshotLine, TrailerBody, WireChange,
};
use crate::wire::proof::Digest;

pub const SECRET: [u8; 32] = [7; 32];
pub const KEY: [u8; 32] = [9; 32];

pub fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub fn at(minute: i64) -> Timestamp {
    // 2026-11-23 08:00 in Asia/Shanghai, and so many minutes.
    Timestamp::from_millis(1_795_392_000_000 + minute * 60_000)
}

pub fn area(code: &str) -> AreaCode {
    code.parse().unwrap()
}

pub fn feed() -> FeedId {
    FeedId::Area(area("420607"))
}

pub fn unit_ref() -> UnitRef {
    UnitRef {
        id: UnitId::new(uuid(0x100)),
        name: "樊城区综治中心".to_owned(),
        area: area("420607"),
    }
}

pub fn officer(n: u128, name: &str, role: Role, code: &str) -> Officer {
    Officer {
        id: OfficerId::new(uuid(n)),
        account: format!("account-{n}"),
        name: name.to_owned(),
        unit: unit_ref(),
        person: None,
        grants: vec![Grant {
            role,
            area: area(code),
        }],
        grant_version: 1,
        extra: Extra::new(),
    }
}

pub fn duty() -> Officer {
    officer(1, "王值守", Role::DutyOfficer, "420607")
}

pub fn identity(officer: Officer) -> Identity {
    identity_of(0xD, officer)
}

/// The officer at the desk as it was enrolled that time.
pub fn identity_of(device: u128, officer: Officer) -> Identity {
    let device = DeviceId::new(uuid(device));
    Identity {
        device,
        officer,
        store_key: StoreKey::new(KEY),
        device_secret: DeviceSecret::new(SECRET),
        issued_to: device,
    }
}

pub fn open(dir: &Path, officer: Officer) -> Store {
    Store::open(dir, identity(officer), Executor::Inline).unwrap()
}

pub fn register(n: u128, title: &str, rank: Rank, code: &str) -> (Target, Act) {
    let args = Register {
        area: area(code),
        category: Category::from_code("0201").unwrap(),
        rank,
        title: title.to_owned(),
        place: String::new(),
        summary: String::new(),
        scale: None,
        people_count: None,
        occurred_at: None,
        source: Source {
            channel: Channel::Telephone,
            name: String::new(),
            phone: String::new(),
        },
        parties: Vec::new(),
        sealed: Vec::new(),
        answer: Answer::Nobody,
    };
    let target = Target::new_incident(RecordId::new(uuid(n)));
    (target, Act::Register(Box::new(args)))
}

pub fn note(entry: u128, text: &str) -> Act {
    Act::Note(Note {
        entry: RecordId::new(uuid(entry)),
        text: text.to_owned(),
        corrects: None,
    })
}

/// What an officer says about a record as the store shows it.
pub fn on(shown: &Shown, act: Act, minute: i64) -> NewAct {
    new_act(Target::seen(&shown.record), act, minute)
}

pub fn new_act(target: Target, act: Act, minute: i64) -> NewAct {
    NewAct {
        targets: vec![target],
        act: act.into(),
        made_at: at(minute),
        offset_ms: 0,
    }
}

pub struct Centre {
    pub epoch: Epoch,
    pub records: BTreeMap<RecordId, Record>,
    pub changes: Vec<WireChange>,
    pub officers: BTreeMap<OfficerId, Officer>,
    pub policy: Policy,
    verdicts: BTreeMap<CommandId, Verdict>,
    serial: u32,
}

impl Directory for Centre {
    fn unit(&self, id: UnitId) -> Option<UnitRef> {
        let record = self.records.get(&id.into())?;
        match &record.body {
            Body::Unit(unit) => Some(UnitRef {
                id,
                name: unit.name.clone(),
                area: record.area,
            }),
            _ => None,
        }
    }

    fn parent(&self, id: UnitId) -> Option<UnitId> {
        match &self.records.get(&id.into())?.body {
            Body::Unit(unit) => unit.parent,
            _ => None,
        }
    }

    fn person(&self, id: PersonId) -> Option<(PersonRef, UnitId)> {
        match &self.records.get(&id.into())?.body {
            Body::Person(person) => Some((
                PersonRef {
                    id,
                    name: person.name.clone(),
                },
                person.unit,
            )),
            _ => None,
        }
    }
}

impl Centre {
    pub fn new() -> Self {
        let duty = duty();
        Self {
            epoch: Epoch(uuid(0xE1)),
            records: BTreeMap::new(),
            changes: Vec::new(),
            officers: BTreeMap::from([(duty.id, duty)]),
            policy: Policy::shipped(),
            verdicts: BTreeMap::new(),
            serial: 0,
        }
    }

    pub fn head(&self) -> Seq {
        Seq(self.changes.len() as u64)
    }

    /// Writes a record that no command makes.
    pub fn put(&mut self, record: Record) {
        let event = r#"{"verb":"set","at":0}"#.to_owned();
        let raw = serde_json::value::RawValue::from_string(event).unwrap();
        self.write(&record, raw);
        self.records.insert(record.id, record);
    }

    pub fn put_unit(&mut self, n: u128, name: &str, code: &str) {
        self.put(Record {
            id: RecordId::new(uuid(n)),
            area: area(code),
            rev: Rev(1),
            parent: None,
            body: Body::Unit(Box::new(Unit {
                name: name.to_owned(),
                kind: UnitKind::TownOffice,
                parent: None,
                phone: String::new(),
                extra: Extra::new(),
            })),
            sealed: None,
        });
    }

    pub fn put_person(&mut self, n: u128, name: &str, unit: u128, code: &str) {
        self.put(Record {
            id: RecordId::new(uuid(n)),
            area: area(code),
            rev: Rev(1),
            parent: None,
            body: Body::Person(Box::new(Person {
                phone: "000-0000".to_owned(),
                ..Person::named(
                    name.to_owned(),
                    UnitId::new(uuid(unit)),
                    PersonKind::Mediator,
                )
            })),
            sealed: None,
        });
    }

    /// An incident as if the duty officer had registered it elsewhere.
    pub fn incident(&mut self, n: u128, title: &str, rank: Rank, minute: i64) -> RecordId {
        self.incident_in(n, title, rank, "420607102", minute)
    }

    pub fn incident_in(
        &mut self,
        n: u128,
        title: &str,
        rank: Rank,
        code: &str,
        minute: i64,
    ) -> RecordId {
        let (target, act) = register(n, title, rank, code);
        let id = target.id;
        self.act(target, act, &duty(), minute).unwrap();
        id
    }

    /// An act of another desk.
    pub fn act(
        &mut self,
        target: Target,
        act: impl Into<AnyAct>,
        author: &Officer,
        minute: i64,
    ) -> Result<Vec<Written>, Refused> {
        let command = Command {
            id: CommandId::new(Uuid::new_v4_from(self.changes.len())),
            targets: vec![target],
            act: act.into(),
            author: author.id,
            made_at: at(minute),
            policy: PolicyVersion::default(),
        };
        self.apply(&command, author)
    }

    /// A command as a workstation pushes it: takes effect once.
    pub fn push(&mut self, wire: &WireCommand) -> CommandResult {
        let author = self.officers[&wire.author].clone();
        let bytes = wire.signed_bytes().unwrap();
        assert!(wire.mac.holds(&SECRET, &bytes), "the MAC is the author's");
        let verdict = match self.verdicts.get(&wire.id) {
            Some(Verdict::Accepted { written, number }) => Verdict::Duplicate {
                written: written.clone(),
                number: *number,
            },
            Some(other) => other.clone(),
            None => match self.apply(&wire.to_domain(), &author) {
                Ok(written) => Verdict::Accepted {
                    written,
                    number: None,
                },
                Err(refusal) => Verdict::Refused {
                    refusal,
                    record: None,
                },
            },
        };
        self.verdicts
            .entry(wire.id)
            .or_insert_with(|| verdict.clone());
        CommandResult {
            id: wire.id,
            verdict,
        }
    }

    fn apply(&mut self, command: &Command, author: &Officer) -> Result<Vec<Written>, Refused> {
        let targets: Vec<Record> = command
            .targets
            .iter()
            .filter_map(|target| self.records.get(&target.id).cloned())
            .collect();
        let made = self.apply_pure(&targets, command, author)?;
        let mut written = Vec::new();
        for change in made {
            let event = to_raw_value(&change.event).unwrap();
            written.push(Written {
                feed: feed(),
                seq: self.write(&change.record, event),
                chain: None,
            });
            self.records.insert(change.record.id, change.record);
        }
        Ok(written)
    }

    fn apply_pure(
        &mut self,
        targets: &[Record],
        command: &Command,
        author: &Officer,
    ) -> Result<Vec<Change>, Refused> {
        self.serial += 1;
        let context = Context {
            at: command.made_at,
            author,
            policy: &self.policy,
            number: Some(IncidentNumber {
                area: area("420607102"),
                day: command.made_at.date(),
                serial: self.serial,
            }),
            log: None,
            directory: self,
        };
        crate::domain::apply(targets, command, &context).map_err(|rule| Refused::Rule { rule })
    }

    fn write(&mut self, record: &Record, event: Box<serde_json::value::RawValue>) -> Seq {
        let seq = self.head().next();
        self.changes.push(WireChange {
            seq,
            tx: seq,
            event: Some(event),
            record: Some(to_raw_value(record).unwrap()),
            gone: None,
        });
        seq
    }

    /// The reader loses sight of a record.
    pub fn gone(&mut self, id: RecordId) {
        let seq = self.head().next();
        self.changes.push(WireChange {
            gone: Some(RecordName {
                kind: Kind::Incident,
                id,
            }),
            ..WireChange::stub(seq, seq)
        });
    }

    pub fn page(&self, after: Seq, limit: usize) -> ChangesIn {
        self.page_durable(after, limit, self.head())
    }

    pub fn page_durable(&self, after: Seq, limit: usize, durable_upto: Seq) -> ChangesIn {
        let from = usize::try_from(after.0).unwrap();
        ChangesIn {
            feed: feed(),
            epoch: self.epoch,
            changes: self.changes[from..].iter().take(limit).cloned().collect(),
            head: self.head(),
            durable_upto,
            mark: None,
        }
    }

    /// Brings a store to the head.
    pub fn catch_up(&self, store: &Store) {
        let after = store.cursor(feed()).wait().unwrap();
        let after = after.map_or(Seq::START, |cursor| cursor.seq);
        store.changes(self.page(after, usize::MAX)).wait().unwrap();
    }

    /// Header, lines and trailer of a snapshot at the head.
    pub fn snapshot(&self) -> (SnapshotHeader, Vec<SnapshotLine>, TrailerBody, Digest) {
        let mut counts = BTreeMap::new();
        for record in self.records.values() {
            *counts.entry(record.kind().to_string()).or_insert(0) += 1;
        }
        let lines = self
            .records
            .values()
            .map(|record| SnapshotLine {
                record: to_raw_value(record).unwrap(),
                events: Vec::new(),
            })
            .collect();
        let sha = Digest::of(b"what came");
        let header = SnapshotHeader {
            snapshot: 1,
            feed: feed(),
            epoch: self.epoch,
            seq: self.head(),
            counts: counts.clone(),
            chain: None,
        };
        let trailer = TrailerBody {
            counts,
            sha256: sha.to_string(),
        };
        (header, lines, trailer, sha)
    }
}

/// Distinct command ids without randomness.
trait Counted {
    fn new_v4_from(n: usize) -> Self;
}

impl Counted for Uuid {
    fn new_v4_from(n: usize) -> Self {
        Self::from_u128(0xC0_0000_0000 + n as u128)
    }
}
