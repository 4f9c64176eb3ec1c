//! A night at the duty desk, for tests: lines of a log, and what is handed on.

use uuid::Uuid;

use super::testing::{at, evening};
use crate::domain::alarm::Rank;
use crate::domain::codes::Category;
use crate::domain::digest::Digest;
use crate::domain::duty::draft::{self, Ground};
use crate::domain::duty::handover::{Backlog, Handover, Item, Sections};
use crate::domain::duty::line::{Befell, LineKind, LogLine, Means, PhoneCall, Place, Warned};
use crate::domain::duty::shift::{DutyShift, SignedOn, Slot, Sound};
use crate::domain::entry::{Call, CallOutcome, Direction};
use crate::domain::extra::Extra;
use crate::domain::ids::{OfficerId, RecordId};
use crate::domain::incident::Signature;
use crate::domain::officer::Officer;
use crate::domain::policy::Policy;
use crate::domain::time::Minutes;
use crate::domain::unit::OfficerRef;
use crate::domain::warning::{Subject, Why, rules};
use crate::store::duty::{DeskNow, Draft};
use crate::store::view::{LogRow, Pending};

fn id(n: u128) -> RecordId {
    RecordId::new(Uuid::from_u128(0xD000 + n))
}

fn colleague() -> OfficerRef {
    OfficerRef {
        id: OfficerId::new(Uuid::from_u128(0xB)),
        name: "李建军".into(),
    }
}

/// A rule's warning, as the centre's log tells it.
fn warned() -> LineKind {
    LineKind::Warned(Box::new(Warned {
        warning: id(0xA1),
        befell: Befell::Raised,
        rank: Rank::Urgent,
        subject: Subject::Place {
            place: "集贸市场".into(),
        },
        why: Why::Repeated {
            category: Category::from_code("02").unwrap(),
            times: 3,
            within: Minutes(7 * 24 * 60),
            newest: at("21:50"),
            cases: Vec::new(),
        },
        by: OfficerRef {
            id: rules::account(),
            name: String::new(),
        },
        extra: Extra::new(),
    }))
}

/// The log of the evening, newest first; the last one is not with the centre.
pub fn lines(officer: &Officer) -> Vec<LogRow> {
    let call = PhoneCall {
        call: Call {
            direction: Direction::In,
            with: "石桥镇 周会计".into(),
            phone: "10012340077".into(),
            outcome: CallOutcome::Answered,
        },
        at: at("22:10"),
        told: "已报镇长".into(),
        instruction: "请镇里先到场，民警随后".into(),
        call_back_by: Some(at("23:50")),
        salt: "x".into(),
        mark: None,
        extra: Extra::new(),
    };
    let signed_on = LineKind::SignedOn {
        day: at("20:02").date(),
        shift: "夜".into(),
        sound: Sound::Heard,
    };
    let cut = LineKind::Cut {
        since: at("21:12"),
        until: at("21:40"),
    };
    let said: [(&str, LineKind, &str); 6] = [
        ("20:02", signed_on, ""),
        (
            "20:30",
            LineKind::Note,
            "视频巡查：三个路口正常，东街路灯不亮已报修",
        ),
        ("21:40", cut, ""),
        ("21:51", warned(), ""),
        (
            "22:10",
            LineKind::Call(Box::new(call)),
            "问安置款何时到，情绪激动",
        ),
        ("23:38", LineKind::Note, "镇里报平安"),
    ];
    let count = said.len();
    let mut rows: Vec<LogRow> = said
        .into_iter()
        .enumerate()
        .map(|(nth, (time, what, text))| {
            let no = nth as u64 + 1;
            let waits = nth + 1 == count;
            let author = match &what {
                LineKind::Warned(warned) => warned.by.clone(),
                _ => officer.reference(),
            };
            LogRow {
                id: id(u128::from(no)),
                pending: if waits {
                    Pending::Waiting
                } else {
                    Pending::Confirmed
                },
                line: LogLine {
                    unit: officer.unit.clone(),
                    what,
                    text: text.into(),
                    author,
                    at: at(time),
                    by: Means::Desk,
                    about: None,
                    corrects: None,
                    keeps: None,
                    place: (!waits).then(|| Place {
                        no,
                        received_at: at(time),
                        prev: Digest::ZERO,
                        link: Digest::of(&[u8::try_from(no).unwrap()]),
                    }),
                    extra: Extra::new(),
                },
            }
        })
        .collect();
    rows.reverse();
    rows
}

/// Who is on this evening.
pub fn shift(officer: &Officer, policy: &Policy) -> DutyShift {
    let slot = Slot::at(policy, at("23:41")).unwrap();
    DutyShift {
        unit: officer.unit.clone(),
        day: slot.day,
        shift: slot.shift,
        starts_at: slot.starts_at,
        ends_at: slot.ends_at,
        leader: "李建军".into(),
        officers: vec![SignedOn {
            officer: officer.reference(),
            at: at("20:02"),
            sound: Sound::Heard,
        }],
        extra: Extra::new(),
    }
}

/// What the evening hands on.
pub fn items(officer: &Officer, policy: &Policy) -> Vec<Item> {
    let ground = Ground {
        officer: officer.id,
        policy,
        now: at("23:41"),
    };
    let mut items: Vec<Item> = evening()
        .iter()
        .flat_map(|row| draft::of_case(row.id, &row.incident, &ground))
        .collect();
    let lines: Vec<(RecordId, LogLine)> = lines(officer)
        .into_iter()
        .map(|row| (row.id, row.line))
        .collect();
    items.extend(draft::promises(&lines));
    draft::sort(&mut items);
    items
}

/// A draft of it.
pub fn drafted(officer: &Officer, policy: &Policy) -> Draft {
    Draft {
        items: items(officer, policy),
        left_out: 0,
        backlog: Backlog {
            unsent: 1,
            refused: 0,
            known_until: None,
        },
    }
}

/// The same, signed by a colleague.
pub fn offered(officer: &Officer, policy: &Policy) -> DeskNow {
    let slot = Slot::at(policy, at("23:41")).unwrap();
    let handover = Handover {
        unit: officer.unit.clone(),
        day: slot.day,
        shift: slot.shift.clone(),
        items: items(officer, policy),
        left_out: 0,
        sections: Sections {
            expected: "凌晨有雨，双沟河段要看".into(),
            equipment: "二号对讲机没电".into(),
            ..Sections::default()
        },
        backlog: Backlog::default(),
        closing_code: "4-9F3A-22C1-07BE".into(),
        offered: Signature {
            by: colleague(),
            at: at("23:30"),
            text: String::new(),
        },
        taken: None,
        ticked: Vec::new(),
        extra: Extra::new(),
    };
    DeskNow {
        shift: Some(shift(officer, policy)),
        before: None,
        handover: Some((slot.handover_id(officer.unit.id), handover)),
    }
}
