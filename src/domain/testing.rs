//! A small district for tests: three units, a handful of officers, and the
//! shortest way to make a command.

use uuid::Uuid;

use super::act::AnyAct;
use super::alarm::Rank;
use super::area::AreaCode;
use super::codes::Category;
use super::command::{Command, Context, Target};
use super::extra::Extra;
use super::ids::{CommandId, OfficerId, PersonId, RecordId, UnitId};
use super::incident::act::{Act, Answer, HolderId, Register};
use super::incident::{Channel, Source};
use super::officer::{Grant, Officer, Role};
use super::policy::{Policy, PolicyVersion};
use super::record::Record;
use super::time::Timestamp;
use super::unit::{Directory, PersonRef, UnitRef};

/// Monday 2026-11-23 03:05 in Asia/Shanghai.
pub const NIGHT: i64 = 1_795_374_300_000;

/// The minute `minutes` after [`NIGHT`].
pub fn minute(minutes: i64) -> Timestamp {
    Timestamp::from_millis(NIGHT + minutes * 60_000)
}

/// An area from its digits.
pub fn area(code: &str) -> AreaCode {
    code.parse().expect("a valid code")
}

/// Units that tests know by a number: 1 the district's centre, 2 the centre of
/// town 101, 3 a village of that town, 4 the centre of town 102, 5 a department
/// of the district.
pub fn unit(number: u128) -> UnitRef {
    let (name, code) = match number {
        1 => ("区综治中心", "420607"),
        2 => ("石桥镇综治中心", "420607101"),
        3 => ("三岔村委会", "420607101201"),
        5 => ("区自然资源局", "420607"),
        _ => ("黄集镇综治中心", "420607102"),
    };
    UnitRef {
        id: UnitId::new(Uuid::from_u128(number)),
        name: name.into(),
        area: area(code),
    }
}

/// Person 31 belongs to unit 3.
pub fn person() -> PersonId {
    PersonId::new(Uuid::from_u128(31))
}

/// Who is who in the tests.
pub struct Known;

impl Directory for Known {
    fn unit(&self, id: UnitId) -> Option<UnitRef> {
        (1..=5).map(unit).find(|known| known.id == id)
    }

    fn parent(&self, id: UnitId) -> Option<UnitId> {
        let parents = [(2, 1), (3, 2), (4, 1), (5, 1)];
        let above = parents.iter().find(|(own, _)| unit(*own).id == id)?.1;
        Some(unit(above).id)
    }

    fn person(&self, id: PersonId) -> Option<(PersonRef, UnitId)> {
        (id == person()).then(|| {
            (
                PersonRef {
                    id,
                    name: "陈立".into(),
                },
                unit(3).id,
            )
        })
    }
}

/// An officer of a unit, with one grant.
pub fn officer(number: u128, unit_number: u128, role: Role, code: &str) -> Officer {
    Officer {
        id: OfficerId::new(Uuid::from_u128(1_000 + number)),
        account: format!("officer{number}"),
        name: format!("值班{number}"),
        unit: unit(unit_number),
        person: None,
        grants: vec![Grant {
            role,
            area: area(code),
        }],
        grant_version: 1,
        extra: Extra::new(),
    }
}

/// A duty officer of the district's centre.
pub fn duty(number: u128) -> Officer {
    officer(number, 1, Role::DutyOfficer, "420607")
}

/// An officer of town 101's centre.
pub fn town() -> Officer {
    officer(20, 2, Role::Handler, "420607101")
}

/// The district's leader.
pub fn leader() -> Officer {
    officer(10, 1, Role::Leader, "420607")
}

/// A command with an id made from `number`.
pub fn command(
    number: u128,
    target: Target,
    act: impl Into<AnyAct>,
    author: &Officer,
    at: Timestamp,
) -> Command {
    Command {
        id: CommandId::new(Uuid::from_u128(0xC000_0000 + number)),
        targets: vec![target],
        act: act.into(),
        author: author.id,
        made_at: at,
        policy: PolicyVersion::default(),
    }
}

/// What `apply` is told.
pub fn context<'a>(author: &'a Officer, policy: &'a Policy, at: Timestamp) -> Context<'a> {
    Context {
        at,
        author,
        policy,
        number: None,
        log: None,
        directory: &Known,
    }
}

/// A registration in village 201 of town 101.
pub fn registration(rank: Rank) -> Register {
    Register {
        area: area("420607101201"),
        category: Category::from_code("0202").expect("a code of table 5.56"),
        rank,
        title: "宅基地边界起争执".into(),
        place: "三岔村二组".into(),
        summary: String::new(),
        scale: None,
        people_count: None,
        occurred_at: None,
        source: Source {
            channel: Channel::Telephone,
            name: "村民".into(),
            phone: "10012340001".into(),
        },
        parties: Vec::new(),
        sealed: Vec::new(),
        answer: Answer::Nobody,
    }
}

/// The id of the incident that tests work on.
pub fn incident_id() -> RecordId {
    RecordId::new(Uuid::from_u128(0x1_0000))
}

/// Unit `number` as a command names it.
pub fn holder(number: u128) -> HolderId {
    HolderId {
        unit: unit(number).id,
        person: None,
    }
}

/// The record after one act, or why not.
pub fn act(
    record: &Record,
    number: u128,
    act: Act,
    author: &Officer,
    at: Timestamp,
) -> Result<Record, super::incident::refusal::Refusal> {
    let policy = Policy::shipped();
    let command = command(number, Target::seen(record), act, author, at);
    super::apply(
        std::slice::from_ref(record),
        &command,
        &context(author, &policy, at),
    )
    .map(|changes| {
        changes
            .into_iter()
            .find(|change| change.record.id == record.id)
            .map(|change| change.record)
            .expect("an act on an incident changes it")
    })
}

/// A new incident of the district's centre at minute 0.
pub fn registered(rank: Rank, author: &Officer) -> Record {
    let policy = Policy::shipped();
    let target = Target::new_incident(incident_id());
    let args = Act::Register(Box::new(registration(rank)));
    let command = command(0, target, args, author, minute(0));
    let changes = super::apply(&[], &command, &context(author, &policy, minute(0)));
    changes.expect("a registration holds").remove(0).record
}
