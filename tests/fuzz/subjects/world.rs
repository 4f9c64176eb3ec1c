//! A small district: its units and officers, and one incident on its way from
//! registration to its end, made by the product's own rules.

use serde_json::{Value, json};
use uuid::Uuid;

use zhiban::domain::area::AreaCode;
use zhiban::domain::command::{Change, Command, Context, Target};
use zhiban::domain::extra::Extra;
use zhiban::domain::ids::{CommandId, DeviceId, OfficerId, PersonId, RecordId, UnitId};
use zhiban::domain::incident::act::Act;
use zhiban::domain::incident::number::IncidentNumber;
use zhiban::domain::officer::{Grant, Officer, Role};
use zhiban::domain::policy::{Policy, PolicyVersion};
use zhiban::domain::record::Record;
use zhiban::domain::time::Timestamp;
use zhiban::domain::unit::{Directory, PersonRef, UnitRef};
use zhiban::wire::command::WireCommand;
use zhiban::wire::feed::{Epoch, FeedId};
use zhiban::wire::proof::{Digest, Mac};

/// Monday 2026-11-23 03:05 in Asia/Shanghai.
const NIGHT: i64 = 1_795_374_300_000;

pub fn minute(minutes: i64) -> Timestamp {
    Timestamp::from_millis(NIGHT + minutes * 60_000)
}

pub fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub fn area(code: &str) -> AreaCode {
    code.parse().expect("a valid code")
}

pub fn feed() -> FeedId {
    FeedId::Area(area("420607"))
}

pub fn epoch() -> Epoch {
    Epoch(uuid(0xE1))
}

pub fn device() -> DeviceId {
    DeviceId::new(uuid(0xD))
}

pub fn incident_id() -> RecordId {
    RecordId::new(uuid(0x1_0000))
}

pub fn unit(number: u128) -> UnitRef {
    let (name, code) = match number {
        1 => ("区综治中心", "420607"),
        2 => ("石桥镇综治中心", "420607101"),
        3 => ("三岔村委会", "420607101201"),
        _ => ("黄集镇综治中心", "420607102"),
    };
    UnitRef {
        id: UnitId::new(uuid(number)),
        name: name.to_owned(),
        area: area(code),
    }
}

/// Who is who.
pub struct Known;

impl Directory for Known {
    fn unit(&self, id: UnitId) -> Option<UnitRef> {
        (1..=4).map(unit).find(|known| known.id == id)
    }

    fn parent(&self, id: UnitId) -> Option<UnitId> {
        let parents = [(2, 1), (3, 2), (4, 1)];
        let above = parents.iter().find(|(own, _)| unit(*own).id == id)?.1;
        Some(unit(above).id)
    }

    fn person(&self, id: PersonId) -> Option<(PersonRef, UnitId)> {
        (id == PersonId::new(uuid(31))).then(|| {
            let name = "陈立".to_owned();
            (PersonRef { id, name }, unit(3).id)
        })
    }
}

fn officer(number: u128, of: u128, role: Role, code: &str) -> Officer {
    Officer {
        id: OfficerId::new(uuid(1_000 + number)),
        account: format!("officer{number}"),
        name: format!("值班{number}"),
        unit: unit(of),
        person: None,
        grants: vec![Grant {
            role,
            area: area(code),
        }],
        grant_version: 1,
        extra: Extra::new(),
    }
}

/// Two duty officers, the leader, a town's handler, and some who may little.
pub fn officers() -> [Officer; 8] {
    [
        officer(1, 1, Role::DutyOfficer, "420607"),
        officer(2, 1, Role::DutyOfficer, "420607"),
        officer(10, 1, Role::Leader, "420607"),
        officer(20, 2, Role::Handler, "420607101"),
        officer(3, 3, Role::Mediator, "420607101"),
        officer(4, 4, Role::DutyOfficer, "420607102"),
        officer(5, 1, Role::Auditor, "420607"),
        officer(6, 1, Role::Wall, "420607"),
    ]
}

pub fn context<'a>(author: &'a Officer, policy: &'a Policy, at: Timestamp) -> Context<'a> {
    Context {
        at,
        author,
        policy,
        // The service counts no act as made before there were such clocks.
        number: (at >= Timestamp::default()).then(|| IncidentNumber {
            area: area("420607101"),
            day: at.date(),
            serial: 1,
        }),
        log: None,
        directory: &Known,
    }
}

fn act(verb: &str, args: &Value) -> Act {
    serde_json::from_value(json!({"verb": verb, "args": args})).expect("an act of this program")
}

/// Verb, arguments, author: from registration to the end.
fn way() -> Vec<(&'static str, Value, usize)> {
    let unit = |number: u128| json!({"unit": uuid(number)});
    let elements = json!({"task": "厘清边界", "schedule": ["周三丈量"],
        "path": "先调解，不成则申请确权", "owner": "陈立"});
    vec![
        (
            "register",
            json!({
                "area": "420607101201", "category": "0202", "rank": "watch",
                "title": "宅基地边界起争执", "place": "三岔村二组", "summary": "约二十人",
                "people_count": 20, "occurred_at": NIGHT,
                "source": {"channel": "telephone", "name": "村民", "phone": "13800001111"},
                "parties": [{"name": "李*", "age": "minor", "part": "一方"}],
                "sealed": [{"party": 0, "name": "李小四", "doc_no": "420607201001011234"}],
            }),
            0,
        ),
        ("acknowledge", json!({"episode": 1}), 0),
        (
            "snooze",
            json!({"until": NIGHT + 3_600_000, "reason": "等回电"}),
            0,
        ),
        (
            "amend",
            json!({"place": {"from": "三岔村二组", "to": "村口"},
                "people_count": {"from": 20, "to": null}}),
            0,
        ),
        ("raise", json!({"to": "urgent", "reason": "人数增加"}), 0),
        ("lower", json!({"to": "watch", "reason": "已平息"}), 2),
        (
            "assign",
            json!({"lead": unit(2), "assist": [unit(3)], "copies": [unit(4)],
                "elements": elements, "words": "请速办"}),
            0,
        ),
        ("return", json!({"reason": "不属本镇"}), 3),
        ("assign", json!({"lead": unit(2), "elements": elements}), 0),
        (
            "accept",
            json!({"on_behalf": {"of": "镇值班员", "by": "电话"}}),
            0,
        ),
        ("note", json!({"entry": uuid(0xE001), "text": "已到场"}), 3),
        (
            "call",
            json!({"entry": uuid(0xE002), "text": "双方到村部",
                "call": {"direction": "out", "with": "村主任", "phone": "139", "outcome": "answered"}}),
            0,
        ),
        (
            "finish",
            json!({"outcome": "resolved", "text": "双方签字"}),
            3,
        ),
        ("send-back", json!({"reason": "缺签字"}), 0),
        ("finish", json!({"outcome": "resolved", "text": "补齐"}), 3),
        ("verify", json!({"text": "属实"}), 0),
        (
            "follow-up",
            json!({"outcome": "satisfied", "text": "满意"}),
            0,
        ),
        ("propose-strike-off", json!({"text": "四要素齐全"}), 0),
        ("decline-strike-off", json!({"reason": "再看一天"}), 1),
        ("propose-strike-off", json!({}), 0),
        ("sign-strike-off", json!({}), 1),
        ("reopen", json!({"reason": "又起争执"}), 0),
    ]
}

/// One act on the way: the records before it, the command, and what followed.
#[derive(Clone)]
pub struct Step {
    pub before: Vec<Record>,
    pub command: WireCommand,
    pub author: Officer,
    pub changes: Vec<Change>,
}

/// The whole way.
pub fn steps() -> Vec<Step> {
    let policy = Policy::shipped();
    let mut before: Vec<Record> = Vec::new();
    let mut steps = Vec::new();
    for (number, (verb, args, author)) in way().into_iter().enumerate() {
        let author = officers()[author].clone();
        let target = before
            .first()
            .map_or_else(|| Target::new_incident(incident_id()), Target::seen);
        let dseq = number as u64 + 1;
        let at = minute(i64::try_from(number).expect("a short way"));
        let command = WireCommand {
            id: CommandId::new(uuid(0xC000_0000 + number as u128)),
            dseq,
            prev: Digest::ZERO,
            feed: feed(),
            targets: vec![target],
            act: act(verb, &args).into(),
            author: author.id,
            made_at: at,
            offset_ms: -250,
            policy: PolicyVersion::default(),
            signed_as: None,
            mac: Mac([7; 32]),
        };
        let changes = applied(&before, &command.to_domain(), &author, &policy, at);
        let after = changes
            .iter()
            .find(|change| change.record.id == incident_id())
            .map(|change| change.record.clone());
        steps.push(Step {
            before: before.clone(),
            command,
            author,
            changes,
        });
        before = after.into_iter().collect();
    }
    steps
}

fn applied(
    before: &[Record],
    command: &Command,
    author: &Officer,
    policy: &Policy,
    at: Timestamp,
) -> Vec<Change> {
    zhiban::domain::apply(before, command, &context(author, policy, at))
        .unwrap_or_else(|refusal| panic!("{:?}: {refusal}", command.act.verb()))
}
