//! A desk for tests: an officer, some incidents of one evening, and keys
//! pressed as people press them.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use ratatui::layout::Size;
use uuid::Uuid;

use super::effect::{Effect, Join};
use super::face::{Face, Wanted};
use super::gate::Gate;
use super::message::{KnownOfficer, Message, Opened};
use super::model::{Access, Model, Setup, Staging};
use super::update::update;
use crate::domain::alarm::{Acknowledgement, Alarm, Rank, Snooze};
use crate::domain::area::AreaCode;
use crate::domain::calendar::Deadline;
use crate::domain::codes::Category;
use crate::domain::extra::Extra;
use crate::domain::ids::{OfficerId, RecordId, UnitId};
use crate::domain::incident::stage::{Stage, Supervision};
use crate::domain::incident::verb::Verb;
use crate::domain::incident::{
    Channel, Counts as IncidentCounts, FourElements, Incident, LastAct, Source, Step,
};
use crate::domain::officer::{Grant, Officer, Role};
use crate::domain::policy::Policy;
use crate::domain::record::{Body, Record, Rev};
use crate::domain::time::{Minutes, Timestamp};
use crate::domain::unit::{
    Holder, OfficerRef, Person, PersonKind, PersonRef, Unit, UnitKind, UnitRef,
};
use crate::i18n::Language;
use crate::store::view::{Branch, Counts, More, Pending, QueuePage, QueueRow, RowKey, Shown};
use crate::text::colour_depth::ColourDepth;
use crate::text::width::Ambiguous;
use crate::tui::keys::{Chord, KeyPress, Keymap};
use crate::tui::theme::Theme;
use crate::tui::widgets::table::Highlight;

pub fn at(text: &str) -> Timestamp {
    format!("2026-11-23T{text}:00+08:00").parse().unwrap()
}

pub fn id(n: u128) -> RecordId {
    RecordId::new(Uuid::from_u128(n))
}

pub fn area(code: &str) -> AreaCode {
    code.parse().unwrap()
}

pub fn centre() -> UnitRef {
    UnitRef {
        id: UnitId::new(Uuid::from_u128(0xC)),
        name: "襄州区综治中心".into(),
        area: area("420607"),
    }
}

pub fn other_unit() -> UnitRef {
    UnitRef {
        id: UnitId::new(Uuid::from_u128(0xD)),
        name: "石桥镇调委会".into(),
        area: area("420607102"),
    }
}

pub fn officer(role: Role) -> Officer {
    Officer {
        id: OfficerId::new(Uuid::from_u128(0xA)),
        account: "wangxm".into(),
        name: "王秀梅".into(),
        unit: centre(),
        person: None,
        grants: vec![Grant {
            role,
            area: area("420607"),
        }],
        grant_version: 1,
        extra: Extra::new(),
    }
}

fn places() -> BTreeMap<AreaCode, String> {
    [
        ("420607", "襄州区"),
        ("420607102", "石桥镇"),
        ("420607103", "黄集镇"),
        ("420607001", "张湾街道"),
        ("420607105", "双沟镇"),
        ("420607102201", "三岔村"),
    ]
    .into_iter()
    .map(|(code, name)| (area(code), name.to_owned()))
    .collect()
}

/// An incident of this evening.
pub fn incident(rank: Rank, title: &str, stage: Stage, raised: Timestamp) -> Incident {
    let me = officer(Role::DutyOfficer).reference();
    Incident {
        number: Some("420607102-20261123-0012".parse().unwrap()),
        title: title.into(),
        category: Category::from_code("03").unwrap(),
        place: "三岔村二组".into(),
        scale: None,
        people_count: Some(20),
        summary: "两户因宅基地边界起争执，现场约二十人。".into(),
        occurred_at: None,
        source: Source {
            channel: Channel::Telephone,
            name: "李先生".into(),
            phone: "19900001234".into(),
        },
        parties: Vec::new(),
        status: stage.status(),
        step: Step {
            status: stage.step(),
            holder: Holder {
                unit: centre(),
                person: None,
            },
            given_by: None,
            since: raised,
            finish_by: None,
        },
        supervision: Supervision::None,
        supervisions: Vec::new(),
        emergency: None,
        extensions: Vec::new(),
        triage: None,
        readings: Vec::new(),
        whistles: Vec::new(),
        ending: None,
        fold: None,
        merged: Vec::new(),
        links: Vec::new(),
        alarm: Alarm::raised(rank, raised),
        gradings: Vec::new(),
        deadline: Some(Deadline::fixed(raised, raised.saturating_add(Minutes(15)))),
        creator: centre(),
        registered_by: me.clone(),
        registered_at: raised,
        elements: FourElements::default(),
        assist: Vec::new(),
        copies: Vec::new(),
        finish: None,
        verified: None,
        follow_ups: Vec::new(),
        strike_off: None,
        reopened: None,
        conflicts: Vec::new(),
        counts: IncidentCounts::default(),
        last: LastAct {
            verb: Verb::Register,
            by: me,
            at: raised,
        },
        extra: Extra::new(),
    }
}

/// A row of the queue.
pub fn row(n: u128, town: &str, incident: Incident) -> QueueRow {
    QueueRow {
        id: id(n),
        area: area(town),
        incident,
        pending: Pending::Confirmed,
    }
}

pub fn key(row: &QueueRow) -> RowKey {
    RowKey {
        parts: [0; 3],
        area: String::new(),
        id: row.id,
    }
}

/// The evening of the tests: rows as a queue shows them.
pub fn evening() -> Vec<QueueRow> {
    let mut rows = Vec::new();
    rows.push(row(
        1,
        "420607102",
        incident(
            Rank::Urgent,
            "宅基地边界起争执,现场约二十人",
            Stage::New,
            at("23:14"),
        ),
    ));
    let mut second = incident(
        Rank::Urgent,
        "110转:夫妻争吵,女方要求调解",
        Stage::Handling,
        at("23:29"),
    );
    second.category = Category::from_code("01").unwrap();
    second.alarm.ack = Some(Acknowledgement {
        by: OfficerRef {
            id: OfficerId::new(Uuid::from_u128(0xB)),
            name: "陈立".into(),
        },
        at: at("23:30"),
    });
    second.step.holder = Holder {
        unit: other_unit(),
        person: Some(PersonRef {
            id: crate::domain::ids::PersonId::new(Uuid::from_u128(0xE)),
            name: "陈立".into(),
        }),
    };
    second.step.given_by = Some(centre());
    rows.push(row(2, "420607103", second));
    let mut third = incident(
        Rank::Watch,
        "工地讨薪,七人在项目部",
        Stage::Assigned,
        at("23:10"),
    );
    third.deadline = Some(Deadline::fixed(
        at("23:10"),
        at("23:10").saturating_add(Minutes(72)),
    ));
    third.alarm.snooze = Some(Snooze {
        by: officer(Role::DutyOfficer).reference(),
        at: at("23:20"),
        until: at("23:50"),
        reason: "对方约定零点前回电".into(),
    });
    rows.push(QueueRow {
        pending: Pending::Waiting,
        ..row(3, "420607105", third)
    });
    let mut fourth = incident(
        Rank::Notice,
        "小区停水两天,居民询问",
        Stage::New,
        at("22:00"),
    );
    fourth.deadline = Some(Deadline::fixed(
        at("22:00"),
        at("22:00").saturating_add(Minutes(600)),
    ));
    rows.push(row(4, "420607001", fourth));
    rows
}

/// The record of a row.
pub fn shown(row: &QueueRow) -> Shown {
    Shown {
        record: Record {
            id: row.id,
            area: row.area,
            rev: Rev(3),
            parent: None,
            body: Body::Incident(Box::new(row.incident.clone())),
            sealed: None,
        },
        pending: row.pending,
    }
}

/// The record of a row with a grown-up's number and identity, and a minor.
pub fn shown_with_people(row: &QueueRow) -> Shown {
    use crate::domain::incident::party::{AgeClass, Party, SealedParty};
    use crate::domain::record::Sealed;
    let mut shown = shown(row);
    let party = |name: &str, age, phone: &str, part: &str| Party {
        name: name.into(),
        age,
        phone: phone.into(),
        part: part.into(),
    };
    if let Body::Incident(incident) = &mut shown.record.body {
        incident.parties = vec![
            party("令狐成年", AgeClass::Adult, "19900005678", "户主"),
            party("呼**", AgeClass::Minor, "", "其子"),
        ];
    }
    let sealed = |party, name: &str, doc_no: &str| SealedParty {
        party,
        name: name.into(),
        doc_no: doc_no.into(),
    };
    shown.record.sealed = Some(Sealed {
        parties: vec![
            sealed(0, "", "420607198001010033"),
            sealed(1, "呼延小满", ""),
        ],
        extra: Extra::new(),
    });
    shown
}

/// A unit of the mediation network, and two people of it.
pub fn contacts() -> (Vec<Branch>, Vec<Shown>) {
    let unit = Unit {
        name: "石桥镇人民调解委员会".into(),
        kind: UnitKind::MediationCommittee,
        parent: None,
        phone: "0710-3456789".into(),
        extra: Extra::new(),
    };
    let branch = Branch {
        id: id(0xD),
        area: area("420607102"),
        unit,
        units: 0,
        people: 2,
    };
    let person = |n: u128, name: &str| Shown {
        record: Record {
            id: id(n),
            area: area("420607102"),
            rev: Rev(1),
            parent: None,
            body: Body::Person(Box::new(Person {
                post: "人民调解员".into(),
                phone: "10012340001".into(),
                specialities: Category::from_code("01").into_iter().collect(),
                languages: vec!["襄阳话".into()],
                ..Person::named(
                    name.into(),
                    UnitId::new(Uuid::from_u128(0xD)),
                    PersonKind::Mediator,
                )
            })),
            sealed: None,
        },
        pending: Pending::Confirmed,
    };
    (
        vec![branch],
        vec![person(0x31, "王知川"), person(0x32, "李承岚")],
    )
}

fn setup() -> Setup {
    // Read once: a thousand trials of a night build a thousand desks.
    static KEYMAP: OnceLock<Arc<Keymap>> = OnceLock::new();
    Setup {
        keymap: Arc::clone(KEYMAP.get_or_init(|| Arc::new(Keymap::shipped()))),
        theme: Arc::new(Theme::shipped(ColourDepth::Sixteen)),
        face: Face::at(Wanted::default(), at("23:41")),
        ambiguous: Ambiguous::Narrow,
        highlight: Highlight::Row,
        access: Access::Full,
        staging: Staging::Demonstration,
    }
}

/// A desk at its sign-in.
pub fn gate(width: u16, height: u16) -> Model {
    Language::Chinese.select();
    let known = ["wangxm", "lijj"]
        .map(|account| KnownOfficer {
            account: account.into(),
            name: String::new(),
        })
        .to_vec();
    Model::new(
        setup(),
        Size::new(width, height),
        Gate::at_start("https://127.0.0.1:8443", "", known),
        "https://127.0.0.1:8443".into(),
        at("23:41"),
    )
}

/// A desk at work, with the evening in its queue.
pub fn desk_with(width: u16, height: u16, role: Role) -> Model {
    static POLICY: OnceLock<Arc<Policy>> = OnceLock::new();
    let mut model = gate(width, height);
    let opened = Opened {
        found: Vec::new(),
        officer: officer(role),
        policy: Arc::clone(POLICY.get_or_init(|| Arc::new(Policy::shipped()))),
        places: Arc::new(places()),
        counts: Counts {
            incidents: 1881,
            open_by_severity: [600, 180, 0, 43],
            unacknowledged_by_severity: [3, 2, 0, 1],
            outbox: 1,
            ..Counts::default()
        },
        drafts: Vec::new(),
        service: "https://127.0.0.1:8443".into(),
        trouble: None,
    };
    let effects = update(&mut model, Message::Opened(Box::new(opened)));
    answer_queue(&mut model, &effects, &evening());
    model.status.link = crate::sync::status::LinkState::Live;
    model.status.last_heard = Some(at("23:41"));
    model.status.fresh_at = Some(at("23:41"));
    model.notice = None;
    model
}

pub fn desk(width: u16, height: u16) -> Model {
    desk_with(width, height, Role::DutyOfficer)
}

/// Answers the requests for the queue among `effects` with these rows.
pub fn answer_queue(model: &mut Model, effects: &[Effect], rows: &[QueueRow]) -> Vec<Effect> {
    let mut after = Vec::new();
    for effect in effects {
        if let Effect::LoadQueue { serial, join, .. } = effect
            && *join != Join::Watch
        {
            assert_eq!(*join, Join::Replace);
            let page = QueuePage {
                rows: rows.iter().map(|row| (key(row), row.clone())).collect(),
                before: More::Nothing,
                after: More::Nothing,
                ..QueuePage::default()
            };
            after.extend(update(
                model,
                Message::Queue {
                    serial: *serial,
                    join: *join,
                    page: Box::new(page),
                },
            ));
        }
    }
    after
}

/// Presses keys: names in angle brackets as keymaps have them, everything
/// else as typed.
pub fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut rest = keys;
    while let Some(first) = rest.chars().next() {
        let (press, used) = match rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
            Some((name, _)) => {
                let chord: Chord = name.parse().unwrap();
                (
                    KeyPress {
                        chord,
                        typed: chord.sign(),
                    },
                    name.len() + 2,
                )
            }
            None => (
                KeyPress {
                    chord: Chord::plain(crate::tui::keys::Key::Char(first)),
                    typed: Some(first),
                },
                first.len_utf8(),
            ),
        };
        model.fresh_id = Uuid::from_u128(0xF00D + rest.len() as u128);
        effects.extend(update(model, Message::Key(press)));
        rest = &rest[used..];
    }
    effects
}

/// Opens a verb's dialog on the incident under the hand, whether or not it is
/// allowed there.
pub fn dialog_of(model: &mut Model, verb: Verb) {
    use super::dialog::{Dialog, Kind};
    use super::dialog_fields::{Ground, of_verb};
    use super::form::Form;
    use super::model::Layer;
    let now = model.now;
    let desk = model.desk.as_mut().unwrap();
    let aim = Box::new(desk.aim().unwrap());
    let ground = Ground {
        policy: &desk.policy,
        officer: &desk.officer,
        now,
    };
    let form = Form::new(of_verb(verb, &aim, &ground));
    desk.dialogs_opened += 1;
    let dialog = Dialog::new(desk.dialogs_opened, Kind::Act { verb, aim }, form);
    desk.layers.push(Layer::Dialog(Box::new(dialog)));
}

/// One act of each standing.
pub fn outbox() -> Vec<crate::store::view::OutboxRow> {
    use crate::domain::ids::CommandId;
    use crate::domain::incident::refusal::Refusal;
    use crate::store::view::{Met, OutboxRow, OutboxState};
    use crate::wire::command::Refused;
    let base = OutboxRow {
        id: CommandId::new(Uuid::from_u128(1)),
        dseq: 1,
        made_at: at("23:12"),
        author: "王秀梅".into(),
        verb: Verb::Assign.into(),
        on: id(1),
        about: "420607102-20261123-0012 宅基地边界起争执".into(),
        words: "请今晚到场，先分开双方。".into(),
        state: OutboxState::Refused {
            why: Refused::Rule {
                rule: Refusal::Stale {
                    verb: Verb::Assign.into(),
                    seen: Stage::New,
                    stage: Stage::Assigned,
                    holder: other_unit(),
                    last: LastAct {
                        verb: Verb::Assign,
                        by: OfficerRef {
                            id: OfficerId::new(Uuid::from_u128(0xB)),
                            name: "李建军".into(),
                        },
                        at: at("23:05"),
                    },
                },
            },
            at: at("23:30"),
        },
        met: Some(Met {
            by: "李建军".into(),
            at: at("23:05"),
            verb: Verb::Assign.into(),
            words: "请石桥镇调委会今晚到场，带上界址图，明早八点前回话。".into(),
        }),
    };
    let waiting = OutboxRow {
        id: CommandId::new(Uuid::from_u128(2)),
        dseq: 2,
        verb: Verb::Note.into(),
        words: "已电话联系村主任。".into(),
        state: OutboxState::Waiting { attempts: 2 },
        met: None,
        ..base.clone()
    };
    vec![base, waiting]
}
