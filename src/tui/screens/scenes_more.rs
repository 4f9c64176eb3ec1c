//! The rest of the scenes: what stands over a screen, and what a screen says
//! when something is in the way.

use super::scenes::{Scene, asked, latin, open, work};
use super::testing as standing;
use crate::domain::alarm::Rank;
use crate::domain::extra::Extra;
use crate::domain::incident::alike::{Likeness, SameCategory, SamePlace};
use crate::domain::incident::verb::Verb;
use crate::domain::place::Place;
use crate::domain::record::{Body, Record, Rev};
use crate::domain::time::Millis;
use crate::i18n::Language;
use crate::store::alike::Suggestion;
use crate::store::handle::Searching;
use crate::store::seek::{Field, Found, Hit, HitKind, Why};
use crate::sync::status::{LinkState, Needs};
use crate::tui::app::dialog::Waiting;
use crate::tui::app::effect::Origin;
use crate::tui::app::gate::{Busy, Gate, Purpose};
use crate::tui::app::message::{GateTrouble, Message, NotDone};
use crate::tui::app::model::{Access, LineState, Model, Question};
use crate::tui::app::testing::{at, contacts, evening, gate, id, outbox, press, shown_with_people};
use crate::tui::app::update::update;
use crate::tui::app::words::names;
use crate::tui::app::{duty_tests, warning_rows_tests};
use crate::tui::terminal::flow::Speed;

fn first_run(language: Language, width: u16, height: u16) -> Model {
    let mut model = gate(width, height);
    language.select();
    model.gate = Some(Gate::at_start("", "", Vec::new()));
    model
}

fn with_timeline(language: Language, width: u16, height: u16) -> Model {
    let mut model = open(language, width, height);
    let items = standing::timeline(language);
    update(&mut model, Message::Timeline { id: id(1), items });
    model
}

fn suggestions(language: Language) -> Vec<Suggestion> {
    let rows = evening();
    let like = |at: usize, place, category, minutes: i64| {
        let mut row = rows[at].clone();
        if language == Language::English {
            row.incident = latin(&row.incident);
        }
        Suggestion {
            row,
            likeness: Likeness {
                place,
                category,
                apart: Millis(minutes * 60_000),
            },
        }
    };
    vec![
        like(1, SamePlace::Words, SameCategory::Exact, 12),
        like(2, SamePlace::Words, SameCategory::Exact, 47),
    ]
}

fn handed_in(language: Language, width: u16, height: u16) -> Model {
    let mut model = work(language, width, height);
    press(&mut model, "nok<ctrl-s>");
    model
}

fn statuses() -> Vec<Scene> {
    let status = |name: &str, link: LinkState, needs: Needs| {
        Scene::new(&format!("status-{name}"), move |language, width, height| {
            let mut model = work(language, width, height);
            model.status.link = link;
            model.status.needs = needs.clone();
            model.status.fresh_at = Some(at("22:10"));
            let desk = model.desk.as_mut().unwrap();
            desk.counts.outbox = 12;
            desk.counts.refused = 2;
            desk.counts.conflicts = 1;
            model
        })
    };
    vec![
        status("offline", LinkState::Offline, Needs::Nothing),
        status("enrol", LinkState::Offline, Needs::Enrol),
        status("sign-in", LinkState::Degraded, Needs::SignIn),
        Scene::new("status-first-sync", |language, width, height| {
            let mut model = work(language, width, height);
            model.status.link = LinkState::CatchingUp;
            model.status.snapshot = Some((12_000, 1_000_000));
            model
        }),
        Scene::new("read-only-on-a-thin-line", |language, width, height| {
            let mut model = work(language, width, height);
            model.setup.access = Access::ReadOnly;
            model.line = LineState {
                speed: Speed::Thin,
                minute_bytes: Some(1_940),
            };
            press(&mut model, "m");
            model.notice = None;
            model
        }),
    ]
}

fn lists() -> Vec<Scene> {
    vec![
        Scene::keys("queue-marked", "<space><space>"),
        Scene::new("queue-found", |language, width, height| {
            let mut model = work(language, width, height);
            press(&mut model, "/abc<enter>");
            let desk = model.desk.as_mut().unwrap();
            desk.queue.index = Searching::Making { percent: 37 };
            desk.queue.tally = crate::store::view::Tally::AtMost(4_312);
            desk.queue.unseen.insert(id(99));
            model
        }),
        Scene::new("queue-nothing", |language, width, height| {
            let mut model = work(language, width, height);
            let desk = model.desk.as_mut().unwrap();
            desk.queue.rows.clear();
            desk.queue.cursor = None;
            desk.detail = None;
            model
        }),
        Scene::keys("lists", "l"),
        Scene::keys("which-key-work", "W"),
        Scene::keys("which-key-look", ";"),
        Scene::keys("several-assign", "<space><space>d"),
        Scene::keys("several-note", "<space><space><space>n"),
        Scene::new("outbox-nothing", |language, width, height| {
            let mut model = work(language, width, height);
            press(&mut model, "O");
            update(&mut model, Message::Outbox(Vec::new()));
            model
        }),
        Scene::new("outbox-discard", |language, width, height| {
            let mut model = work(language, width, height);
            press(&mut model, "O");
            let mut rows = outbox();
            if language == Language::English {
                rows.truncate(1);
                rows[0].about = latin(&rows[0].about);
                rows[0].author = latin(&rows[0].author);
                rows[0].words = latin(&rows[0].words);
                rows[0].met = None;
                rows[0].state = crate::store::view::OutboxState::Refused {
                    why: crate::wire::command::Refused::Rule {
                        rule: crate::domain::incident::refusal::Refusal::NothingMasked,
                    },
                    at: at("23:30"),
                };
            }
            update(&mut model, Message::Outbox(rows));
            press(&mut model, "x");
            model
        }),
    ]
}

fn gates() -> Vec<Scene> {
    vec![
        Scene::new("first-run", first_run),
        Scene::new("sign-in-busy", |language, width, height| {
            let mut model = gate(width, height);
            language.select();
            model.gate.as_mut().unwrap().busy = Busy::Yes;
            model
        }),
        Scene::new("sign-in-revoked", |language, width, height| {
            let mut model = gate(width, height);
            language.select();
            let trouble = GateTrouble::Revoked { unsent: 3 };
            update(&mut model, Message::GateFailed(trouble));
            model
        }),
        Scene::new("sign-in-again", |language, width, height| {
            let mut model = work(language, width, height);
            let name = &model.desk.as_ref().unwrap().officer.name;
            model.gate = Some(Gate::for_officer(Purpose::Again, "wangxm", name));
            model
        }),
    ]
}

fn helps() -> Vec<Scene> {
    vec![
        Scene::keys("help-dialog", "d<f1>"),
        Scene::keys("help-picker", "d<enter><f1>"),
        Scene::keys("help-filter", "/<f1>"),
        Scene::keys("help-outbox", "O?"),
        Scene::new("help-detail", |language, width, height| {
            let mut model = open(language, width, height);
            press(&mut model, "?");
            model
        }),
        Scene::new("help-far-down", |language, width, height| {
            let mut model = work(language, width, height);
            press(&mut model, "?<pagedown><pagedown>");
            model
        }),
    ]
}

fn over() -> Vec<Scene> {
    let conflict = |language, width, height| {
        let mut model = work(language, width, height);
        let desk = model.desk.as_mut().unwrap();
        desk.counts.conflicts = 1;
        let mut conflict = standing::conflict(&desk.officer);
        if language == Language::English {
            conflict = latin(&conflict);
        }
        desk.queue.rows[0].1.incident.conflicts.push(conflict);
        model
    };
    let undo = Question::Undo {
        verb: Verb::Assign,
        by: Verb::Recall,
        count: 1,
    };
    vec![
        Scene::new("undo", move |language, width, height| {
            asked(&undo, language, width, height)
        }),
        Scene::new("detail-timeline", with_timeline),
        Scene::new("detail-alike", |language, width, height| {
            let mut model = with_timeline(language, width, height);
            let desk = model.desk.as_mut().unwrap();
            desk.detail
                .as_mut()
                .unwrap()
                .suggested
                .take(suggestions(language));
            model
        }),
        Scene::new("form-alike", |language, width, height| {
            let mut model = work(language, width, height);
            press(&mut model, "<f2>");
            let desk = model.desk.as_mut().unwrap();
            desk.dialog_mut()
                .unwrap()
                .suggested
                .take(suggestions(language));
            model
        }),
        Scene::new("conflict-queue", conflict),
        Scene::new("dialog-waiting", |language, width, height| {
            let mut model = handed_in(language, width, height);
            assert!(model.desk.as_mut().unwrap().dialog_mut().unwrap().waiting == Waiting::Store);
            press(&mut model, "j");
            model
        }),
        Scene::new("dialog-not-stored", |language, width, height| {
            let mut model = handed_in(language, width, height);
            let number = model.desk.as_mut().unwrap().dialog_mut().unwrap().number;
            let full = crate::i18n::t!("screen.disk-full").into_owned();
            let failed = Message::Submitted {
                origin: Origin::Dialog(number),
                result: Err(NotDone::NotStored(full)),
            };
            update(&mut model, failed);
            model
        }),
        Scene::keys("dialog-must", "d<ctrl-s>"),
        Scene::keys("dialog-second-field", "d<tab><tab><tab>"),
        Scene::keys("pick-holder", "d<enter>"),
        Scene::keys("pick-holders", "d<tab><enter>"),
        Scene::keys("pick-method-phrases", "f<ctrl-p>"),
        Scene::new("banner-over-form", |language, width, height| {
            let mut model = work(language, width, height);
            press(&mut model, "<f2>");
            let now = model.now;
            let desk = model.desk.as_mut().unwrap();
            let row = &desk.queue.rows[0].1;
            let (id, title) = (row.id, row.incident.title.clone());
            let cause = crate::tui::app::banner::Cause::Unanswered;
            desk.alarms.raise(id, Rank::Urgent, cause, title, now);
            model
        }),
    ]
}

/// A wall for a while, or with a red that interrupts it.
fn wall(name: &str, number: usize, held: bool) -> Scene {
    Scene::new(name, move |language, width, height| {
        use crate::tui::app::wall::{Wall, WallBoard, WallPlan};
        let mut model = super::scenes::warned(language, width, height);
        let desk = model.desk.as_mut().unwrap();
        for grant in &mut desk.officer.grants {
            grant.role = crate::domain::officer::Role::Wall;
        }
        // As a wall is sent them.
        for (_, row) in &mut desk.queue.rows {
            row.incident.step.holder.person = None;
        }
        model.setup.access = Access::ReadOnly;
        model.wall = Some(Wall::new(WallPlan {
            boards: WallBoard::ALL.to_vec(),
            every: Millis(20_000),
        }));
        update(&mut model, Message::Tick);
        press(&mut model, &number.to_string());
        if held {
            let now = model.now;
            let desk = model.desk.as_mut().unwrap();
            let row = &desk.queue.rows[0].1;
            let (id, title) = (row.id, row.incident.title.clone());
            let cause = crate::tui::app::banner::Cause::New;
            let place = names::town(row.area, &desk.places);
            desk.alarms.raise(id, Rank::Urgent, cause, title, now);
            desk.alarms.place(id, place);
            update(&mut model, Message::Tick);
        }
        model
    })
}

/// The search with somebody, a case, a warning, a line of the log, an office
/// and an area found, and so many steps down.
pub(super) fn search(language: Language, (width, height): (u16, u16), steps: usize) -> Model {
    let mut model = work(language, width, height);
    press(&mut model, "<f3>w");
    let (branches, people) = contacts();
    let warning = &warning_rows_tests::rows()[0];
    let lines = duty_tests::lines(&model.desk.as_ref().unwrap().officer);
    let call = lines.into_iter().find(|row| row.line.call().is_some());
    let call = call.unwrap();
    let unit = Body::Unit(Box::new(branches[0].unit.clone()));
    let town = branches[0].area;
    let place = Place {
        name: names::town(town, &model.desk.as_ref().unwrap().places),
        extra: Extra::new(),
    };
    let record = |id, body| Record {
        id,
        area: town,
        rev: Rev(1),
        parent: None,
        body,
        sealed: None,
    };
    let mut records = vec![
        (HitKind::Person, people[0].record.clone()),
        (HitKind::Case, shown_with_people(&evening()[0]).record),
        (
            HitKind::Warning,
            record(warning.id, Body::Warning(Box::new(warning.warning.clone()))),
        ),
        (
            HitKind::Line,
            record(call.id, Body::LogLine(Box::new(call.line))),
        ),
        (HitKind::Unit, record(branches[0].id, unit)),
        (
            HitKind::Place,
            record(id(0x70), Body::Place(Box::new(place))),
        ),
    ];
    if language == Language::English {
        for (_, record) in &mut records {
            *record = latin(record);
            if let Body::LogLine(line) = &mut record.body {
                // Data that are cut are not what is looked for.
                line.text.truncate(3);
            }
        }
    }
    let hits = records
        .into_iter()
        .map(|(kind, record)| Hit {
            kind,
            record,
            unit_name: String::new(),
            pending: crate::store::view::Pending::Confirmed,
            why: vec![Why {
                field: Field::Phone,
                text: "100****0001".to_owned(),
                chars: 7..11,
            }],
        })
        .collect();
    let found = Box::new(Found {
        hits,
        ..Found::default()
    });
    update(&mut model, Message::Sought { serial: 1, found });
    press(&mut model, &"<down>".repeat(steps));
    model.notice = None;
    model
}

fn searches() -> Vec<Scene> {
    let found = |name: &str, steps| {
        Scene::new(name, move |language, width, height| {
            search(language, (width, height), steps)
        })
    };
    vec![
        Scene::keys("search-empty", "<f3>"),
        found("search", 0),
        found("search-case", 1),
        found("search-warning", 2),
        found("search-line", 3),
        found("search-unit", 4),
        found("search-place", 5),
    ]
}

/// All of them.
pub fn all() -> Vec<Scene> {
    let mut scenes = over();
    scenes.extend(gates());
    scenes.extend(helps());
    scenes.extend(lists());
    scenes.extend(statuses());
    scenes.extend(searches());
    scenes.extend([
        wall("wall-warnings", 1, false),
        wall("wall-incidents", 2, false),
        wall("wall-held", 1, true),
    ]);
    scenes
}
