//! What officers do to a contact: who may, what it changes, what it leaves in
//! the log.

use uuid::Uuid;

use super::act::{Act, AmendPerson, Call, Line, Reveal, VerifyPerson};
use super::verb::Verb;
use crate::domain::act::apply;
use crate::domain::codes::Category;
use crate::domain::command::{Change, Command, Context, Target};
use crate::domain::entry::{CallOutcome, EntryKind};
use crate::domain::extra::Extra;
use crate::domain::ids::{CommandId, OfficerId, RecordId, UnitId};
use crate::domain::incident::act::Edit;
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::Refusal;
use crate::domain::officer::{Grant, Officer, ROLES, Reach, Role};
use crate::domain::policy::{Policy, PolicyVersion};
use crate::domain::record::{Body, Record, Rev};
use crate::domain::time::Timestamp;
use crate::domain::unit::{NobodyKnown, Person, PersonKind, UnitRef};

const NUMBER: &str = "10012345678";

fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn now() -> Timestamp {
    "2026-11-27T03:00:00+08:00".parse().unwrap()
}

fn officer(role: Role, area: &str, unit: u128) -> Officer {
    Officer {
        id: OfficerId::new(uuid(0xA)),
        account: "wangxm".to_owned(),
        name: "王秀梅".to_owned(),
        unit: UnitRef {
            id: UnitId::new(uuid(unit)),
            name: "石桥镇".to_owned(),
            area: area.parse().unwrap(),
        },
        person: None,
        grants: vec![Grant {
            role,
            area: area.parse().unwrap(),
        }],
        grant_version: 1,
        extra: Extra::new(),
    }
}

fn contact() -> Record {
    Record {
        id: RecordId::new(uuid(0x31)),
        area: "420607101201".parse().unwrap(),
        rev: Rev(4),
        parent: None,
        body: Body::Person(Box::new(Person {
            phone: NUMBER.to_owned(),
            ..Person::named(
                "李承岚".to_owned(),
                UnitId::new(uuid(3)),
                PersonKind::Mediator,
            )
        })),
        sealed: None,
    }
}

fn done(act: Act, officer: &Officer) -> Result<Vec<Change>, Refusal> {
    let record = contact();
    let command = Command {
        id: CommandId::new(uuid(0xC0)),
        targets: vec![Target::seen(&record)],
        act: act.into(),
        author: officer.id,
        made_at: now(),
        policy: PolicyVersion::default(),
    };
    let context = Context {
        at: now(),
        author: officer,
        policy: &Policy::shipped(),
        number: None,
        directory: &NobodyKnown,
        log: None,
    };
    apply(&[record], &command, &context)
}

fn duty() -> Officer {
    officer(Role::DutyOfficer, "420607", 1)
}

fn person(change: &Change) -> &Person {
    match &change.record.body {
        Body::Person(person) => person,
        other => panic!("{other:?} is nobody"),
    }
}

fn edit<T>(from: T, to: T) -> Edit<T> {
    Edit { from, to }
}

#[test]
fn who_may_do_what_is_a_table() {
    use Reach::{Area, Nowhere, OwnWork};
    for role in ROLES {
        let wanted = match role {
            Role::Leader | Role::DutyOfficer => [Area; 4],
            Role::Handler | Role::Mediator => [OwnWork, OwnWork, Area, Area],
            Role::Auditor | Role::Administrator | Role::Wall => [Nowhere; 4],
        };
        let reach = Verb::ALL.map(|verb| role.may_contact(verb));
        assert_eq!(reach, wanted, "{role:?}");
    }
    let verify = || Act::VerifyPerson(VerifyPerson { on: now().date() });
    let mediator = |unit| officer(Role::Mediator, "420607101", unit);
    assert!(done(verify(), &mediator(3)).is_ok());
    assert!(matches!(
        done(verify(), &mediator(4)),
        Err(Refusal::NotOwnWork { .. })
    ));
    let elsewhere = officer(Role::DutyOfficer, "420607102", 1);
    assert!(matches!(
        done(verify(), &elsewhere),
        Err(Refusal::NotPermitted { .. })
    ));
}

#[test]
fn fields_change_where_nobody_else_changed_them() {
    let act = |args: AmendPerson| Act::AmendPerson(Box::new(args));
    let known = vec![Category::from_code("01").unwrap()];
    let changes = done(
        act(AmendPerson {
            post: Some(edit(String::new(), "调解主任".to_owned())),
            specialities: Some(edit(Vec::new(), known.clone())),
            ..AmendPerson::default()
        }),
        &duty(),
    )
    .unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].record.rev, Rev(5));
    assert_eq!(person(&changes[0]).post, "调解主任");
    assert_eq!(person(&changes[0]).specialities, known);
    assert_eq!(person(&changes[0]).phone, NUMBER);

    let refused = |args: AmendPerson| done(act(args), &duty()).unwrap_err();
    let clash = refused(AmendPerson {
        post: Some(edit("主任".to_owned(), "书记".to_owned())),
        ..AmendPerson::default()
    });
    assert!(matches!(
        clash,
        Refusal::FieldClash {
            field: Field::Post,
            ..
        }
    ));
    let nameless = refused(AmendPerson {
        name: Some(edit("李承岚".to_owned(), " ".to_owned())),
        ..AmendPerson::default()
    });
    assert_eq!(nameless, Refusal::Empty { field: Field::Name });
    let part = refused(AmendPerson {
        specialities: Some(edit(Vec::new(), vec![Category::from_code("0101").unwrap()])),
        ..AmendPerson::default()
    });
    assert_eq!(
        part,
        Refusal::Unfit {
            field: Field::Specialities
        }
    );
    let nothing = refused(AmendPerson::default());
    assert_eq!(nothing, Refusal::Empty { field: Field::Text });
}

#[test]
fn a_day_of_verifying_is_not_to_come() {
    let on = |text: &str| {
        let on = text.parse().unwrap();
        done(Act::VerifyPerson(VerifyPerson { on }), &duty())
    };
    let changes = on("2026-11-27").unwrap();
    assert_eq!(person(&changes[0]).verified_on, "2026-11-27".parse().ok());
    assert_eq!(
        on("2026-11-28").unwrap_err(),
        Refusal::Unfit {
            field: Field::VerifiedOn
        }
    );
}

#[test]
fn a_ring_and_a_look_leave_entries_and_no_number() {
    let entry = RecordId::new(uuid(0xE1));
    let ring = |line| {
        Act::Call(Call {
            entry,
            line,
            outcome: CallOutcome::NoAnswer,
            text: String::new(),
        })
    };
    let look = |reason: &str| {
        Act::Reveal(Reveal {
            entry,
            reason: reason.to_owned(),
        })
    };
    for act in [ring(Line::First), look("核对值班表")] {
        let changes = done(act, &duty()).unwrap();
        let made = changes
            .iter()
            .find(|change| change.record.id == entry)
            .unwrap();
        assert_eq!(made.record.parent, Some(contact().id));
        let told = changes
            .iter()
            .find(|change| change.record.id == contact().id)
            .unwrap();
        assert_eq!(told.record.rev, Rev(5));
        assert_eq!(
            person(told),
            person(&Change {
                event: told.event.clone(),
                record: contact(),
            })
        );
        for change in &changes {
            let event = serde_json::to_string(&change.event).unwrap();
            assert!(!event.contains(NUMBER), "{event}");
        }
        let entry = made.record.entry().unwrap();
        assert!(!serde_json::to_string(entry).unwrap().contains(NUMBER));
        match &entry.what {
            EntryKind::Call(call) => assert_eq!(call.with, "李承岚"),
            EntryKind::Reveal { parts } => assert_eq!(parts.len(), 1),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        done(ring(Line::Backup), &duty()).unwrap_err(),
        Refusal::Empty {
            field: Field::BackupPhone
        }
    );
    assert_eq!(
        done(look(" "), &duty()).unwrap_err(),
        Refusal::Empty {
            field: Field::Reason
        }
    );
    assert_eq!(
        done(look("打100-1234-5678"), &duty()).unwrap_err(),
        Refusal::ReasonTells
    );
    let auditor = officer(Role::Auditor, "420607", 1);
    assert!(matches!(
        done(look("看看"), &auditor),
        Err(Refusal::NotPermitted { .. })
    ));
}
