//! Where an incident stands when a verb is wanted on it, and what has happened
//! to it: what dialogs and pages tell of.

use uuid::Uuid;

use super::scenes::latin;
use crate::domain::alarm::Rank;
use crate::domain::command::Event;
use crate::domain::entry::{Call, CallOutcome, Direction, Entry, EntryKind};
use crate::domain::extra::Extra;
use crate::domain::ids::CommandId;
use crate::domain::incident::act::{Acknowledge, Act, Grade};
use crate::domain::incident::conflict::{Conflict, Effect, Holds, Side};
use crate::domain::incident::ending::{CaseLink, CaseRef};
use crate::domain::incident::extension::Extension;
use crate::domain::incident::stage::{Stage, Supervision};
use crate::domain::incident::verb::Verb;
use crate::domain::incident::whistle::{Called, Whistle};
use crate::domain::incident::{Incident, Signature, Supervised};
use crate::domain::officer::{Officer, Role};
use crate::domain::time::Timestamp;
use crate::domain::unit::Holder;
use crate::i18n::Language;
use crate::store::view::{Pending, TimelineItem, TimelineWhat};
use crate::tui::app::testing::{at, centre, id, officer, other_unit};

fn command(n: u128) -> CommandId {
    CommandId::new(Uuid::from_u128(n))
}

fn signed(by: &Officer, text: &str) -> Signature {
    Signature {
        by: by.reference(),
        at: at("23:20"),
        text: text.to_owned(),
    }
}

/// A raise that met a closing.
pub fn conflict(by: &Officer) -> Conflict {
    let mut raised = Side {
        verb: Verb::Raise,
        by: by.reference(),
        unit: None,
        at: at("23:14"),
        words: "有人持刀返回现场，围观三十余人，派出所尚未到达，请求立即增援并疏散两侧住户"
            .to_owned(),
        rank: Some(Rank::Urgent),
    };
    raised.by.name = "王秀梅".to_owned();
    let mut closed = Side {
        verb: Verb::SignStrikeOff,
        at: at("23:09"),
        words: "双方已签和解书，回访满意。".to_owned(),
        rank: None,
        ..raised.clone()
    };
    closed.by.name = "李建军".to_owned();
    Conflict {
        id: command(9),
        first: closed,
        second: raised,
        effect: Effect::Applied,
        holds: Holds {
            stage: Stage::New,
            rank: Rank::Urgent,
        },
        undone: None,
        decided: None,
    }
}

fn whistle(by: &Officer, reported: Option<Signature>) -> Whistle {
    let holder = Holder {
        unit: other_unit(),
        person: None,
    };
    Whistle {
        id: command(5),
        by: centre(),
        made: signed(by, "请到场测量界址。"),
        answer_by: at("23:50"),
        called: vec![Called {
            unit: holder,
            reported,
            rated: None,
        }],
    }
}

fn other(by: &Officer) -> CaseLink {
    let number = "420607102-20261123-0009".parse().unwrap();
    CaseLink {
        case: CaseRef {
            id: id(77),
            number: Some(number),
        },
        by: signed(by, "同一块宅基地。"),
    }
}

/// Puts into an incident what this verb needs there.
pub fn suit(incident: &mut Incident, verb: Verb, by: &Officer) {
    match verb {
        Verb::Raise | Verb::Snooze => incident.alarm.rank = Rank::Notice,
        Verb::Accept | Verb::Return | Verb::Finish => incident.step.holder.unit = other_unit(),
        Verb::Settle => incident.conflicts.push(conflict(by)),
        Verb::ReportIn => incident.whistles.push(whistle(by, None)),
        Verb::RateWhistle => {
            let came = signed(by, "两人到场，带全站仪。");
            incident.whistles.push(whistle(by, Some(came)));
        }
        Verb::LiftSupervision => {
            incident.supervision = Supervision::YellowCard;
            incident.supervisions.push(Supervised {
                from: Supervision::None,
                to: Supervision::YellowCard,
                by: signed(by, "两次到期未办，群众再次来电。"),
            });
        }
        Verb::GrantExtension | Verb::RefuseExtension => incident.extensions.push(Extension {
            id: command(6),
            unit: other_unit(),
            asked: signed(by, "界址图要从县档案馆调取，周一才能办理。"),
            days: 5,
            answer: None,
        }),
        Verb::Unmerge => incident.merged.push(other(by)),
        Verb::Unlink => incident.links.push(other(by)),
        Verb::SignStrikeOff => {
            let elements = &mut incident.elements;
            elements.task = "查明界址，双方签字确认".to_owned();
            elements.schedule = vec!["今晚到场".to_owned(), "三日内调解".to_owned()];
            elements.path = "现场测量，调委会调解，回访".to_owned();
            elements.owner = "陈立".to_owned();
        }
        _ => {}
    }
}

/// An act on the opened incident, as its timeline has it.
fn acted(at: Timestamp, act: Act, author: &Officer) -> TimelineItem {
    let event = Event {
        command: command(3),
        on: id(1),
        act: act.into(),
        author: author.reference(),
        unit: centre(),
        at,
        arrival: None,
        stage: None,
        card: None,
        other: None,
    };
    TimelineItem {
        at,
        seq: None,
        what: TimelineWhat::Act(Box::new(event)),
        pending: Pending::Confirmed,
    }
}

/// An entry of its timeline.
fn written(at: Timestamp, what: EntryKind, text: &str, author: &Officer) -> Entry {
    Entry {
        what,
        text: text.to_owned(),
        author: author.reference(),
        unit: centre(),
        at,
        corrects: None,
        extra: Extra::new(),
    }
}

/// What has happened to the opened incident.
pub fn timeline(language: Language) -> Vec<TimelineItem> {
    let author = officer(Role::DutyOfficer);
    let call = EntryKind::Call(Call {
        direction: Direction::Out,
        with: "石桥镇调委会 陈立".to_owned(),
        phone: "19900002222".to_owned(),
        outcome: CallOutcome::Answered,
    });
    let call = written(
        at("23:21"),
        call,
        "已出发，约二十分钟到；先请村主任到场。",
        &author,
    );
    let note = written(
        at("23:38"),
        EntryKind::Note,
        "村主任已到场，双方分开站，围观的人开始散去。陈立带界址图在路上，先不动围墙，等测量后再说。",
        &author,
    );
    let raised = Act::Raise(Grade {
        to: Rank::Urgent,
        reason: "围观的人多了，有人推搡".to_owned(),
    });
    let seen = Act::Acknowledge(Acknowledge { episode: 1 });
    let (author, call, note, raised) = match language {
        Language::Chinese => (author, call, note, raised),
        Language::English => (latin(&author), latin(&call), latin(&note), latin(&raised)),
    };
    let item = |entry: Entry, pending: Pending| TimelineItem {
        at: entry.at,
        seq: None,
        what: TimelineWhat::Entry(id(4), Box::new(entry)),
        pending,
    };
    vec![
        acted(at("23:16"), seen, &author),
        item(call, Pending::Confirmed),
        acted(at("23:30"), raised, &author),
        item(note, Pending::Waiting),
    ]
}
