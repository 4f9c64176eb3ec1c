//! What the domain costs: `cargo bench --bench domain`.
//!
//! One act by `apply`, one record read from its JSON text and one written,
//! each beside the same text through `serde_json::Value`, which is what a
//! program that understood nothing would pay.

use divan::{Bencher, black_box};
use uuid::Uuid;
use zhiban::domain::alarm::Rank;
use zhiban::domain::area::AreaCode;
use zhiban::domain::codes::Category;
use zhiban::domain::command::{Command, Context, Target};
use zhiban::domain::extra::Extra;
use zhiban::domain::ids::{CommandId, OfficerId, RecordId, UnitId};
use zhiban::domain::incident::act::{Accept, Act, Answer, Register};
use zhiban::domain::incident::{Channel, Source};
use zhiban::domain::officer::{Grant, Officer, Role};
use zhiban::domain::policy::{Policy, PolicyVersion};
use zhiban::domain::record::Record;
use zhiban::domain::time::Timestamp;
use zhiban::domain::unit::{NobodyKnown, UnitRef};
use zhiban::domain::warning::rules::{self, Case};

const NOW: Timestamp = Timestamp::from_millis(1_795_374_300_000);

fn main() {
    divan::main();
}

fn area(code: &str) -> AreaCode {
    code.parse().expect("a valid code")
}

fn officer() -> Officer {
    let unit = UnitId::new(Uuid::from_u128(1));
    Officer {
        id: OfficerId::new(Uuid::from_u128(2)),
        account: "duty".into(),
        name: "值班".into(),
        unit: UnitRef {
            id: unit,
            name: "区综治中心".into(),
            area: area("420607"),
        },
        person: None,
        grants: vec![Grant {
            role: Role::DutyOfficer,
            area: area("420607"),
        }],
        grant_version: 1,
        extra: Extra::new(),
    }
}

fn command(target: Target, act: Act, author: &Officer) -> Command {
    Command {
        id: CommandId::new(Uuid::from_u128(3)),
        targets: vec![target],
        act: act.into(),
        author: author.id,
        made_at: NOW,
        policy: PolicyVersion::default(),
    }
}

fn registered(author: &Officer, policy: &Policy) -> Record {
    let args = Register {
        area: area("420607101201"),
        category: Category::from_code("0202").expect("a code of table 5.56"),
        rank: Rank::Watch,
        title: "宅基地边界起争执".into(),
        place: "三岔村二组".into(),
        summary: "两户因翻建房屋在边界处发生争执，现场约二十人，村干部已到场。".repeat(8),
        scale: None,
        people_count: Some(20),
        occurred_at: None,
        source: Source {
            channel: Channel::Telephone,
            name: "村民".into(),
            phone: String::new(),
        },
        parties: Vec::new(),
        sealed: Vec::new(),
        answer: Answer::Nobody,
    };
    let target = Target::new_incident(RecordId::new(Uuid::from_u128(4)));
    let command = command(target, Act::Register(Box::new(args)), author);
    zhiban::domain::apply(&[], &command, &context(author, policy))
        .expect("a registration holds")
        .remove(0)
        .record
}

fn context<'a>(author: &'a Officer, policy: &'a Policy) -> Context<'a> {
    Context {
        at: NOW,
        author,
        policy,
        number: None,
        log: None,
        directory: &NobodyKnown,
    }
}

#[divan::bench]
fn apply_accept(bencher: Bencher<'_, '_>) {
    let (author, policy) = (officer(), Policy::shipped());
    let record = registered(&author, &policy);
    let accept = command(
        Target::seen(&record),
        Act::Accept(Accept::default()),
        &author,
    );
    bencher.bench(|| {
        zhiban::domain::apply(
            black_box(std::slice::from_ref(&record)),
            black_box(&accept),
            &context(&author, &policy),
        )
    });
}

#[divan::bench]
fn read_record(bencher: Bencher<'_, '_>) {
    let text = serde_json::to_string(&registered(&officer(), &Policy::shipped()))
        .expect("a record can be written");
    bencher.bench(|| serde_json::from_str::<Record>(black_box(&text)));
}

#[divan::bench]
fn read_value(bencher: Bencher<'_, '_>) {
    let text = serde_json::to_string(&registered(&officer(), &Policy::shipped()))
        .expect("a record can be written");
    bencher.bench(|| serde_json::from_str::<serde_json::Value>(black_box(&text)));
}

#[divan::bench]
fn write_record(bencher: Bencher<'_, '_>) {
    let record = registered(&officer(), &Policy::shipped());
    bencher.bench(|| serde_json::to_string(black_box(&record)));
}

/// Open cases that the service's rules watch at most.
const CASES: u32 = 50_000;
/// Places that they lie at.
const PLACES: u32 = 5_000;
const DAY_MS: i64 = 24 * 3_600_000;

/// One turn of the built-in rules over as many open cases as they watch: what a
/// change or a minute costs the service.
#[divan::bench(sample_count = 20)]
fn rules_over_50_000_open_cases(bencher: Bencher<'_, '_>) {
    let policy = Policy::shipped();
    let record = registered(&officer(), &policy);
    let incident = record.incident().expect("it was registered");
    let cases: Vec<Case> = (0..CASES)
        .map(|n| {
            let mut incident = incident.clone();
            incident.place = format!("三岔村{}组", n % PLACES);
            incident.people_count = Some(n % 60);
            let ago = i64::from(n) * 30 * DAY_MS / i64::from(CASES);
            incident.registered_at = Timestamp::from_millis(NOW.as_millis() - ago);
            let id = RecordId::new(Uuid::from_u128(u128::from(n)));
            Case::of(id, record.area, &incident, str::to_owned)
        })
        .collect();
    bencher.bench(|| {
        let mut found = rules::of_places(black_box(&cases), &policy, NOW);
        for case in &cases {
            found.extend(rules::of_case(black_box(case), &policy, NOW));
        }
        found
    });
}
