use uuid::Uuid;

use super::*;
use crate::domain::alarm::Rank;
use crate::domain::command::{Change, Target};
use crate::domain::entry::{Entry, EntryKind};
use crate::domain::ids::RecordId;
use crate::domain::incident::FourElements;
use crate::domain::incident::act::{Act, Assign, Register, Reveal};
use crate::domain::incident::field::Field;
use crate::domain::incident::party::{AgeClass, Party};
use crate::domain::incident::verb::Verb;
use crate::domain::officer::{Officer, Role};
use crate::domain::policy::Policy;
use crate::domain::record::Body;
use crate::domain::testing::*;

const MINOR: &str = "呼延小满";
const DOC_NO: &str = "42060719800101003X";
const PHONE: &str = "139 0710-0022";

/// A case with a caller, a grown-up with a number and a minor.
fn case() -> Record {
    let party = |name: &str, age, phone: &str| Party {
        name: name.into(),
        age,
        phone: phone.into(),
        part: String::new(),
    };
    let args = Register {
        parties: vec![
            party("令狐成年", AgeClass::Adult, PHONE),
            party(MINOR, AgeClass::Minor, ""),
        ],
        sealed: vec![SealedParty {
            party: 0,
            name: String::new(),
            doc_no: DOC_NO.into(),
        }],
        ..registration(Rank::Watch)
    };
    with(args)
}

fn with(args: Register) -> Record {
    let (author, policy) = (duty(1), Policy::shipped());
    let act = Act::Register(Box::new(args));
    let command = command(
        0,
        Target::new_incident(incident_id()),
        act,
        &author,
        minute(0),
    );
    let changes = crate::domain::apply(&[], &command, &context(&author, &policy, minute(0)));
    changes.unwrap().remove(0).record
}

fn look(record: &Record, author: &Officer, reason: &str) -> Result<Vec<Change>, Refusal> {
    let policy = Policy::shipped();
    let act = Act::Reveal(Reveal {
        entry: RecordId::new(Uuid::from_u128(0xE1)),
        reason: reason.into(),
    });
    let command = command(7, Target::seen(record), act, author, minute(30));
    let context = context(author, &policy, minute(30));
    crate::domain::apply(std::slice::from_ref(record), &command, &context)
}

fn part(what: What, party: Option<u32>) -> Part {
    Part { what, party }
}

#[test]
fn a_look_leaves_an_entry_with_every_part_by_name_and_no_value() {
    let record = case();
    let changes = look(&record, &duty(2), "核对监护人").unwrap();
    let Body::Entry(entry) = &changes[0].record.body else {
        panic!("{changes:?}");
    };
    let Entry {
        what: EntryKind::Reveal { parts },
        text,
        author,
        unit,
        at,
        ..
    } = entry.as_ref()
    else {
        panic!("{entry:?}");
    };
    let named = [
        part(What::Phone, None),
        part(What::Phone, Some(0)),
        part(What::DocNo, Some(0)),
        part(What::Name, Some(1)),
    ];
    assert_eq!(parts.as_slice(), named);
    assert_eq!(text, "核对监护人");
    assert_eq!((author, unit), (&duty(2).reference(), &duty(2).unit));
    assert_eq!(*at, minute(30));
    assert_eq!(changes[0].record.parent, Some(record.id));
    assert_eq!(changes[0].record.sealed, None);
    let events: Vec<_> = changes.iter().map(|change| &change.event).collect();
    let told = serde_json::to_string(&(&changes[0].record, events)).unwrap();
    for value in [MINOR, DOC_NO, PHONE, "10012340001"] {
        assert!(!told.contains(value), "{told}");
    }
    // The reason stands in the entry, once.
    assert_eq!(told.matches("核对监护人").count(), 1, "{told}");
}

#[test]
fn a_look_changes_nothing_of_the_work() {
    let record = case();
    let before = record.incident().unwrap();
    let changes = look(&record, &leader(), "回电").unwrap();
    let after = changes[1].record.incident().unwrap();
    assert_eq!(after, before, "no step, no count, no last act, no answer");
    assert_eq!(changes[1].record.rev, record.rev.next());
    assert_eq!(changes[1].record.sealed, record.sealed);
    assert_eq!(changes[1].event.act.verb(), Verb::Reveal.into());
}

#[test]
fn only_roles_that_are_sent_the_sealed_part_may_look() {
    let record = case();
    let ok = |role, unit, area: &str| look(&record, &officer(40, unit, role, area), "回电").is_ok();
    for (role, may) in [
        (Role::DutyOfficer, true),
        (Role::Leader, true),
        // Of another unit: not the own work.
        (Role::Mediator, false),
        (Role::Handler, false),
        (Role::Auditor, false),
        (Role::Administrator, false),
        (Role::Wall, false),
    ] {
        assert_eq!(ok(role, 2, "420607"), may, "{role:?}");
    }
    assert!(!ok(Role::DutyOfficer, 4, "420607102"), "another town");
    let given = Act::Assign(Box::new(Assign {
        lead: holder(2),
        assist: Vec::new(),
        copies: Vec::new(),
        elements: FourElements::default(),
        due: None,
        words: String::new(),
    }));
    let theirs = act(&record, 1, given, &duty(1), minute(2)).unwrap();
    let mediator = officer(41, 2, Role::Mediator, "420607101");
    assert!(look(&theirs, &mediator, "约谈双方").is_ok());
    let handler = officer(42, 2, Role::Handler, "420607101");
    assert_eq!(
        look(&theirs, &handler, "约谈双方"),
        Err(Refusal::NotPermitted {
            verb: Verb::Reveal.into()
        })
    );
}

#[test]
fn a_reason_must_be_given_and_must_not_tell() {
    let record = case();
    let field = Field::Reason;
    let long = "因".repeat(501);
    for (reason, refusal) in [
        ("", Refusal::Empty { field }),
        (" \n", Refusal::Empty { field }),
        (long.as_str(), Refusal::TooLong { field, max: 500 }),
        ("回电 10012340001", Refusal::ReasonTells),
        ("回电13907100022", Refusal::ReasonTells),
        ("回电 １３９０７１０００２２", Refusal::ReasonTells),
        ("证件42060719800101003x", Refusal::ReasonTells),
        ("找 呼延 小满 的家长", Refusal::ReasonTells),
    ] {
        assert_eq!(look(&record, &duty(1), reason), Err(refusal), "{reason}");
    }
    for reason in ["按 110 指令核实", "尾号 0022 打不通", "找孩子的家长"] {
        assert!(look(&record, &duty(1), reason).is_ok(), "{reason}");
    }
}

#[test]
fn where_nothing_is_masked_there_is_nothing_to_log() {
    let mut args = registration(Rank::Watch);
    args.source.phone = " ".into();
    let record = with(args);
    assert_eq!(parts(&record), []);
    assert_eq!(look(&record, &duty(1), "回电"), Err(Refusal::NothingMasked));
}

#[test]
fn parts_survive_their_own_json() {
    for (part, json) in [
        (part(What::Phone, None), r#"{"what":"phone"}"#),
        (part(What::DocNo, Some(3)), r#"{"what":"doc-no","party":3}"#),
        (part(What::Name, Some(0)), r#"{"what":"name","party":0}"#),
    ] {
        assert_eq!(serde_json::to_string(&part).unwrap(), json);
        assert_eq!(serde_json::from_str::<Part>(json).unwrap(), part);
    }
}
