//! E16: a hundred thousand people and cases; whoever types a name by its
//! sound, its first letters, its characters or a mixture has the wanted record
//! among the first five. The queries were fixed before the search was measured
//! and stand in `e16-queries.tsv`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::value::to_raw_value;
use tempfile::tempdir;
use uuid::Uuid;

use zhiban::demo::{Detail, District, Shape};
use zhiban::domain::area::AreaCode;
use zhiban::domain::ids::{DeviceId, RecordId, UnitId};
use zhiban::domain::incident::Incident;
use zhiban::domain::incident::party::{AgeClass, Party};
use zhiban::domain::record::{Body, Record, Rev};
use zhiban::domain::time::Timestamp;
use zhiban::domain::unit::{Person, PersonKind};
use zhiban::store::handle::{DeviceSecret, Executor, Identity, Latest, Store, StoreKey};
use zhiban::store::seek::{Coverage, Found, HitKind, Seek};
use zhiban::sync::entropy::{Entropy, SeededEntropy};
use zhiban::wire::feed::{Epoch, FeedId, Seq, SnapshotHeader, SnapshotLine, TrailerBody};
use zhiban::wire::proof::Digest;

const QUERIES: &str = include_str!("e16-queries.tsv");
/// People and cases that nobody looks for.
const PEOPLE: usize = 60_000;
const CASES: usize = 40_000;
/// Cases that the others are made of.
const PATTERNS: u32 = 120;
/// Lines of a snapshot that are stored at once.
const LINES: usize = 2_000;
/// The wanted record is to be among so many.
const TOP: usize = 5;
/// Of a hundred queries.
const RECALL_PERCENT_MIN: usize = 98;
/// What a letter may cost until its answer is there, half of them.
const KEY_MAX: Duration = Duration::from_millis(100);
/// Every so many queries are typed letter by letter.
const TYPED_EVERY: usize = 10;
const SEED: u64 = 16_160;

const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文";
const GIVEN: &str = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂红玉建国秀梅长庚兴会朝阳行健传重乐天瑾焱垚喆媛若曦然思远航子墨轩安之念慈恩向春江月小满秋志文斌华平凤琴金龙海燕波涛宇浩凯晨阳雪莲荣贵根宝生福来顺";

/// Who is looked for, and how.
struct Query {
    typed: &'static str,
    kind: HitKind,
    name: &'static str,
}

fn queries() -> Vec<Query> {
    QUERIES
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let parts: Vec<&'static str> = line.split('\t').collect();
            let kind = match parts[1] {
                "person" => HitKind::Person,
                "case" => HitKind::Case,
                other => panic!("{other} is no kind of a query"),
            };
            Query {
                typed: parts[0],
                kind,
                name: parts[2],
            }
        })
        .collect()
}

fn one(dice: &SeededEntropy, from: &[char]) -> char {
    from[usize::try_from(dice.below(from.len() as u64)).unwrap()]
}

/// A name of two to four characters.
fn anybody(dice: &SeededEntropy) -> String {
    let surnames: Vec<char> = SURNAMES.chars().collect();
    let given: Vec<char> = GIVEN.chars().collect();
    let many = match dice.below(20) {
        0..3 => 1,
        3..19 => 2,
        _ => 3,
    };
    std::iter::once(one(dice, &surnames))
        .chain((0..many).map(|_| one(dice, &given)))
        .collect()
}

struct Made {
    records: Vec<Record>,
    wanted: BTreeMap<(HitKind, &'static str), RecordId>,
    identity: Identity,
    area: AreaCode,
}

fn id(n: usize) -> RecordId {
    RecordId::new(Uuid::from_u128(0xE16_0000_0000 + n as u128))
}

fn person(n: usize, name: String, area: AreaCode, unit: UnitId) -> Record {
    Record {
        id: id(n),
        area,
        rev: Rev(1),
        parent: None,
        body: Body::Person(Box::new(Person {
            phone: format!("10012{:06}", n % 1_000_000),
            ..Person::named(name, unit, PersonKind::Mediator)
        })),
        sealed: None,
    }
}

fn case(n: usize, name: String, other: String, pattern: &(AreaCode, Incident)) -> Record {
    let (area, incident) = pattern;
    let mut incident = incident.clone();
    let party = |name: String| Party {
        name,
        age: AgeClass::Adult,
        phone: String::new(),
        part: String::new(),
    };
    incident.parties = vec![party(name), party(other)];
    Record {
        id: id(n),
        area: *area,
        rev: Rev(1),
        parent: None,
        body: Body::Incident(Box::new(incident)),
        sealed: None,
    }
}

fn made() -> Made {
    let now: Timestamp = "2026-11-23T03:00:00+08:00".parse().unwrap();
    let shape = Shape {
        seed: SEED,
        incidents: PATTERNS,
        people: 0,
        now,
    };
    let district = District::made(shape, UnitId::new(Uuid::from_u128(0xCE)));
    let account = &district.cast.accounts[0];
    let device = DeviceId::new(Uuid::from_u128(0xDE));
    let identity = Identity {
        device,
        officer: account.officer.clone(),
        store_key: StoreKey::new([7; 32]),
        device_secret: DeviceSecret::new([8; 32]),
        issued_to: device,
    };
    let patterns: Vec<(AreaCode, Incident)> = district
        .histories(Detail::Latest)
        .filter_map(|changes| changes.unwrap().pop())
        .filter_map(|last| Some((last.record.area, last.record.incident()?.clone())))
        .collect();
    let mut records = district.base();
    let unit = identity.officer.unit.id;
    let dice = SeededEntropy::new(SEED);
    let mut wanted = BTreeMap::new();
    let mut planted: Vec<Query> = queries();
    // Those looked for are strewn among the others.
    let every = (PEOPLE + CASES) / planted.len();
    let mut n = 0;
    let mut people = 0;
    while n < PEOPLE + CASES {
        if n.is_multiple_of(every)
            && let Some(query) = planted.pop()
        {
            let pattern = &patterns[n % patterns.len()];
            let name = query.name.to_owned();
            let record = match query.kind {
                HitKind::Person => person(n, name, pattern.0, unit),
                _ => case(n, name, anybody(&dice), pattern),
            };
            wanted.insert((query.kind, query.name), record.id);
            records.push(record);
        } else if people * (PEOPLE + CASES) <= n * PEOPLE {
            people += 1;
            let area = patterns[n % patterns.len()].0;
            records.push(person(n, anybody(&dice), area, unit));
        } else {
            let pattern = &patterns[n % patterns.len()];
            records.push(case(n, anybody(&dice), anybody(&dice), pattern));
        }
        n += 1;
    }
    assert!(planted.is_empty());
    Made {
        records,
        wanted,
        area: account.area,
        identity,
    }
}

fn stored(made: &Made, dir: &std::path::Path) -> Store {
    let store = Store::open(dir, made.identity.clone(), Executor::Inline).unwrap();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for record in &made.records {
        *counts.entry(record.kind().to_string()).or_default() += 1;
    }
    let header = SnapshotHeader {
        snapshot: 1,
        feed: FeedId::Area(made.area),
        epoch: Epoch(Uuid::from_u128(0xE0)),
        seq: Seq(1_000_000),
        counts: counts.clone(),
        chain: None,
    };
    store.snapshot_begin(header).wait().unwrap();
    for lines in made.records.chunks(LINES) {
        let lines = lines
            .iter()
            .map(|record| SnapshotLine {
                record: to_raw_value(record).unwrap(),
                events: Vec::new(),
            })
            .collect();
        store.snapshot_lines(lines).wait().unwrap();
    }
    let received = Digest::of(b"what came");
    let trailer = TrailerBody {
        counts,
        sha256: received.to_string(),
    };
    store.snapshot_end(trailer, received).wait().unwrap();
    store.index_now().unwrap();
    store
}

fn ask(store: &Store, text: &str) -> Found {
    let seek = Seek {
        text: text.to_owned(),
        ..Seek::default()
    };
    store.seek(Latest::always(), seek).wait().unwrap()
}

/// How long this thread has worked. The clock on the wall would tell how many
/// others work on this machine. The store answers in the caller's own thread.
#[cfg(target_os = "linux")]
fn worked() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanos = told.split_whitespace().next().unwrap().parse().unwrap();
    Duration::from_nanos(nanos)
}

#[cfg(not(target_os = "linux"))]
fn worked() -> Duration {
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).unwrap()
}

#[test]
fn e16_pinyin_find() {
    println!("seed {SEED}");
    let made = made();
    let dir = tempdir().unwrap();
    let store = stored(&made, dir.path());
    let queries = queries();
    assert_eq!(queries.len(), 200);
    let mut missed = Vec::new();
    let mut keys: Vec<Duration> = Vec::new();
    for (nth, query) in queries.iter().enumerate() {
        let letters: Vec<char> = query.typed.chars().collect();
        let first = if nth.is_multiple_of(TYPED_EVERY) {
            1
        } else {
            letters.len()
        };
        for many in first..=letters.len() {
            let typed: String = letters[..many].iter().collect();
            let before = worked();
            let found = ask(&store, &typed);
            keys.push(worked().saturating_sub(before));
            assert_eq!(found.coverage, Coverage::Whole);
        }
        let wanted = made.wanted[&(query.kind, query.name)];
        let found = ask(&store, query.typed);
        let place = found.hits.iter().position(|hit| hit.record.id == wanted);
        if place.is_none_or(|place| place >= TOP) {
            missed.push(format!("{} {}: {place:?}", query.typed, query.name));
        }
    }
    let recall = (queries.len() - missed.len()) * 100 / queries.len();
    keys.sort_unstable();
    let half = keys[keys.len() / 2];
    let most = keys[keys.len() - 1];
    println!(
        "{} records, {} queries: {recall} % among the first {TOP}; \
         a key {half:?}, at most {most:?}; missed {missed:?}",
        made.records.len(),
        queries.len(),
    );
    assert!(recall >= RECALL_PERCENT_MIN, "{missed:?}");
    assert!(half <= KEY_MAX, "a key takes {half:?}");
}
