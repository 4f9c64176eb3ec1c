//! Every screen and dialog there is, for tests that must look at all of them.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{scenes_more, testing as standing};
use crate::domain::alarm::Rank;
use crate::domain::incident::verb::{VERBS, Verb};
use crate::domain::officer::Officer;
use crate::domain::policy::Policy;
use crate::i18n::Language;
use crate::store::duty::DeskNow;
use crate::store::salvage::Finding;
use crate::tui::app::banner::Cause;
use crate::tui::app::duty_tests;
use crate::tui::app::effect::WantedFor;
use crate::tui::app::face::Worn;
use crate::tui::app::message::{DutyNews, GateTrouble, Message};
use crate::tui::app::model::{Layer, Model, Question, Tone};
use crate::tui::app::testing::{
    at, contacts, desk, dialog_of, evening, gate, id, outbox, press, shown_with_people,
};
use crate::tui::app::update::update;
use crate::tui::app::warning_rows_tests;

/// A screen's name and how it comes about at a size, in a language.
pub struct Scene {
    pub name: String,
    make: Box<dyn Fn(Language, u16, u16) -> Model>,
}

impl Scene {
    pub(super) fn new(name: &str, make: impl Fn(Language, u16, u16) -> Model + 'static) -> Self {
        Self {
            name: name.to_owned(),
            make: Box::new(make),
        }
    }

    /// A desk on which these keys were pressed.
    pub(super) fn keys(name: &str, keys: &'static str) -> Self {
        Self::new(name, move |language, width, height| {
            let mut model = work(language, width, height);
            press(&mut model, keys);
            model
        })
    }

    /// The line for commands with these words in it, Chinese and English.
    fn command(name: &str, [chinese, english]: [&'static str; 2]) -> Self {
        Self::new(
            &format!("command-{name}"),
            move |language, width, height| {
                let mut model = work(language, width, height);
                press(&mut model, ":");
                let words = match language {
                    Language::Chinese => chinese,
                    Language::English => english,
                };
                press(&mut model, words);
                model
            },
        )
    }

    /// The scene in that language.
    pub fn at(&self, language: Language, width: u16, height: u16) -> Model {
        (self.make)(language, width, height)
    }
}

/// A desk at work. On an English one all data are in Latin letters, so that
/// what is Chinese there is the program's.
pub fn work(language: Language, width: u16, height: u16) -> Model {
    let mut model = desk(width, height);
    language.select();
    if language == Language::English {
        let desk = model.desk.as_mut().unwrap();
        desk.officer = latin(&desk.officer);
        desk.places = std::sync::Arc::new(latin(&*desk.places));
        for (_, row) in &mut desk.queue.rows {
            row.incident = latin(&row.incident);
        }
    }
    model
}

/// The same data with a Latin letter for every Han glyph.
pub(super) fn latin<T: Serialize + DeserializeOwned>(data: &T) -> T {
    let json = serde_json::to_string(data).unwrap();
    let json: String = json
        .chars()
        .map(|sign| if sign.is_ascii() { sign } else { 'x' })
        .collect();
    serde_json::from_str(&json).unwrap()
}

pub(super) fn open(language: Language, width: u16, height: u16) -> Model {
    let mut model = work(language, width, height);
    press(&mut model, "o");
    let row = &evening()[0];
    let mut shown = shown_with_people(row);
    if language == Language::English {
        shown.record = latin(&shown.record);
    }
    let opened = Message::Shown {
        id: row.id,
        wanted: WantedFor::Detail,
        shown: Some(Box::new(shown)),
    };
    update(&mut model, opened);
    model.notice = None;
    model
}

/// A desk at work with warnings.
pub(super) fn warned(language: Language, width: u16, height: u16) -> Model {
    let mut model = work(language, width, height);
    let mut rows = warning_rows_tests::rows();
    if language == Language::English {
        for row in &mut rows {
            row.warning = latin(&row.warning);
            if let Some(case) = &mut row.case {
                case.title = "x".repeat(case.title.chars().count());
            }
        }
    }
    warning_rows_tests::give(&mut model, rows);
    model
}

pub(super) fn asked(question: &Question, language: Language, width: u16, height: u16) -> Model {
    let mut model = work(language, width, height);
    let desk = model.desk.as_mut().unwrap();
    desk.layers.push(Layer::Confirm(question.clone()));
    model
}

/// The network's board with one unit and two people.
fn network(language: Language, width: u16, height: u16) -> Model {
    let mut model = work(language, width, height);
    press(&mut model, "4");
    let (mut branches, mut people) = contacts();
    if language == Language::English {
        for branch in &mut branches {
            branch.unit = latin(&branch.unit);
        }
        for shown in &mut people {
            shown.record = latin(&shown.record);
        }
    }
    let unit = branches[0].id;
    update(
        &mut model,
        Message::Branches {
            under: None,
            branches,
        },
    );
    update(&mut model, Message::Contacts { unit, people });
    press(&mut model, "<tab>");
    model.notice = None;
    model
}

fn found() -> Vec<Finding> {
    use crate::store::salvage::{Fault, What};
    let outbox = Finding::new(at("20:05"), What::Outbox, Fault::Damaged)
        .aside(Some("outbox.db.damaged-20261123-200500".to_owned()))
        .all_lost();
    vec![outbox]
}

/// The dialog of each verb, on an incident that suits it.
fn dialogs() -> Vec<Scene> {
    // Those that need nothing have no dialog; a new incident has a form.
    let at_once = [Verb::Register, Verb::Acknowledge, Verb::Read];
    let verbs = VERBS.into_iter().filter(|verb| !at_once.contains(verb));
    let scene = |verb: Verb| {
        Scene::new(
            &format!("dialog-{}", verb.name()),
            move |language, width, height| {
                let mut model = work(language, width, height);
                let desk = model.desk.as_mut().unwrap();
                standing::suit(&mut desk.queue.rows[0].1.incident, verb, &desk.officer);
                if language == Language::English {
                    let incident = &mut desk.queue.rows[0].1.incident;
                    *incident = latin(incident);
                }
                dialog_of(&mut model, verb);
                model
            },
        )
    };
    verbs.map(scene).collect()
}

/// The roster on which these keys were pressed.
fn roster(name: &str, keys: &'static str) -> Scene {
    Scene::new(name, move |language, width, height| {
        let mut model = work(language, width, height);
        crate::tui::app::roster_tests::open(&mut model);
        press(&mut model, keys);
        model
    })
}

fn rosters() -> Vec<Scene> {
    vec![
        roster("roster", ""),
        roster("roster-strip", "<tab>"),
        roster("roster-card", "<enter>"),
        roster("roster-assign", "a"),
        roster("roster-remove", "ggjjjjjjjjjjjjjjjjjjjjjjjjx"),
        roster("roster-check-in", "ggjjjjjjjjjjjjjjjjjjjjjjjji"),
        roster("roster-call", "ggjjjjjjjjjjjjjjjjjjjjjjjjc"),
    ]
}

/// The board of warnings and its dialogs.
fn of_warnings() -> Vec<Scene> {
    let mut scenes = vec![Scene::keys("warnings-empty", "2")];
    for (name, keys) in [
        ("warnings", "2"),
        ("warnings-town", "2s"),
        ("warnings-age", "2ss"),
        ("warnings-help", "2?"),
        ("dialog-warning-raise", "2n"),
        ("dialog-warning-of-case", "Wa"),
        ("dialog-warning-upgrade", "2Gu"),
        ("dialog-warning-lift", "2x"),
    ] {
        scenes.push(Scene::new(name, move |language, width, height| {
            let mut model = warned(language, width, height);
            press(&mut model, keys);
            model
        }));
    }
    scenes
}

/// The mediation network.
fn of_network() -> Vec<Scene> {
    vec![
        Scene::new("network", network),
        Scene::new("network-reveal", |language, width, height| {
            let mut model = network(language, width, height);
            press(&mut model, "c");
            model
        }),
        Scene::new("network-amend", |language, width, height| {
            let mut model = network(language, width, height);
            press(&mut model, "e");
            model
        }),
        Scene::new("network-tel", |language, width, height| {
            let mut model = network(language, width, height);
            let now = model.now;
            let desk = model.desk.as_mut().unwrap();
            desk.network.revealed = Some((id(0x31), now));
            press(&mut model, "t");
            model
        }),
    ]
}

/// A desk of the duty log or the handover, with a night on it.
fn duty(name: &str, keys: &'static str, now: fn(&Officer, &Policy) -> DeskNow) -> Scene {
    Scene::new(name, move |language, width, height| {
        let mut model = work(language, width, height);
        let desk = model.desk.as_ref().unwrap();
        let (officer, policy) = (desk.officer.clone(), desk.policy.clone());
        let mut standing = now(&officer, &policy);
        let mut lines = duty_tests::lines(&officer);
        let mut draft = duty_tests::drafted(&officer, &policy);
        if language == Language::English {
            for row in &mut lines {
                row.line = latin(&row.line);
            }
            draft.items = latin(&draft.items);
            standing.shift = standing.shift.as_ref().map(latin);
            standing.handover = standing
                .handover
                .map(|(id, handover)| (id, latin(&handover)));
        }
        for news in [
            DutyNews::Desk(Box::new(standing)),
            DutyNews::Log(lines),
            DutyNews::Draft(draft),
        ] {
            update(&mut model, Message::Duty(news));
        }
        press(&mut model, keys);
        model
    })
}

fn on_shift(officer: &Officer, policy: &Policy) -> DeskNow {
    DeskNow {
        shift: Some(duty_tests::shift(officer, policy)),
        ..DeskNow::default()
    }
}

fn at_the_desk() -> Vec<Scene> {
    vec![
        duty("log", "<f8>", on_shift),
        duty("log-call-under-cursor", "<f8>j", on_shift),
        duty("log-call", "<f8>c", on_shift),
        duty("log-correct", "<f8>e", on_shift),
        duty("log-write", "<ctrl-k>", on_shift),
        duty("sign-on", "<f8>s", on_shift),
        duty("handover-draft", "<f9>", on_shift),
        duty("handover-offer", "<f9>d", on_shift),
        duty("handover-next", "<f9>e", on_shift),
        duty("handover-taking", "<f9><space><space>", duty_tests::offered),
        duty("handover-not-all", "<f9><space>r", duty_tests::offered),
    ]
}

/// All of them.
pub fn all() -> Vec<Scene> {
    let mut scenes = vec![
        Scene::new("sign-in", |language, width, height| {
            language.select();
            let mut model = gate(width, height);
            language.select();
            update(&mut model, Message::Worn(Worn::Language));
            model.notice = None;
            model
        }),
        Scene::new("sign-in-failed", |language, width, height| {
            let mut model = gate(width, height);
            language.select();
            let trouble = GateTrouble::WrongPassword { tries_left: 3 };
            update(&mut model, Message::GateFailed(trouble));
            model
        }),
        Scene::keys("locked", "<f12>"),
        Scene::keys("queue", ""),
        Scene::keys("queue-all", "<tab>"),
        Scene::keys("queue-filter", "/abc"),
        Scene::keys("queue-pending-keys", "."),
        Scene::keys("queue-refused-key", "X"),
        Scene::keys("help-queue", "?"),
        Scene::keys("help-form", "<f2><f1>"),
        Scene::keys("form", "<f2>"),
        Scene::keys("form-must", "<f2><ctrl-s>"),
        Scene::keys("find", "<f3>"),
        Scene::keys("quit", "q"),
        Scene::keys("command-empty", ":"),
        Scene::command("offers", ["\u{9000}", "s"]),
        Scene::command("incidents", ["\u{8bb0} E", "note E"]),
        Scene::keys("command-trouble", ":xyz<enter>"),
        Scene::keys("phrases", "n<ctrl-p>"),
        Scene::new("detail", open),
        Scene::new("banner", |language, width, height| {
            let mut model = work(language, width, height);
            let now = model.now;
            let desk = model.desk.as_mut().unwrap();
            let id = desk.queue.rows[0].1.id;
            let title = desk.queue.rows[0].1.incident.title.clone();
            desk.alarms.raise(id, Rank::Urgent, Cause::New, title, now);
            model
        }),
        Scene::new("found", |language, width, height| {
            asked(&Question::Found(found()), language, width, height)
        }),
        Scene::new("enrol", |language, width, height| {
            asked(&Question::Enrol, language, width, height)
        }),
        Scene::new("outbox", |language, width, height| {
            let mut model = work(language, width, height);
            press(&mut model, "O");
            let mut rows = outbox();
            if language == Language::English {
                for row in &mut rows {
                    row.author = latin(&row.author);
                    row.about = latin(&row.about);
                    row.words = latin(&row.words);
                    row.met = None;
                    row.state = crate::store::view::OutboxState::Waiting { attempts: 1 };
                }
            }
            update(&mut model, Message::Outbox(rows));
            model
        }),
        Scene::new("notice-done", |language, width, height| {
            let mut model = work(language, width, height);
            model.say(Tone::Done, crate::i18n::t!("screen.syncing"));
            model
        }),
    ];
    scenes.extend(rosters());
    scenes.extend(of_warnings());
    for (name, slot) in [("category", 8), ("area", 9)] {
        scenes.push(Scene::new(
            &format!("pick-{name}"),
            move |language, width, height| {
                let mut model = work(language, width, height);
                press(&mut model, "<f2>");
                press(&mut model, &"<tab>".repeat(slot));
                press(&mut model, "<enter>");
                model
            },
        ));
    }
    scenes.extend(dialogs());
    scenes.extend(scenes_more::all());
    scenes.extend(of_network());
    scenes.extend(at_the_desk());
    scenes
}
