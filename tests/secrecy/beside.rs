//! Role × field × way out, for the records beside the incident: warnings, the
//! people of the network, posts and shifts, the duty log, who is on, and the
//! handover. Each way out is really walked, as in [`crate::matrix`].

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;
use zhiban::domain::alarm::Rank;
use zhiban::domain::command::Target;
use zhiban::domain::duty::act as duty;
use zhiban::domain::duty::handover::{Answers, Backlog, Item, ItemKind, Sections};
use zhiban::domain::duty::line::{Means, PhoneCall};
use zhiban::domain::duty::shift::{Slot, Sound};
use zhiban::domain::entry::{Call, CallOutcome, Direction};
use zhiban::domain::extra::Extra;
use zhiban::domain::ids::{PersonId, RecordId};
use zhiban::domain::network::act as network;
use zhiban::domain::officer::{Officer, Role};
use zhiban::domain::policy::Policy;
use zhiban::domain::record::{Body, Kind, Record, Rev};
use zhiban::domain::roster::act as roster;
use zhiban::domain::roster::code::Code;
use zhiban::domain::roster::month::Month;
use zhiban::domain::roster::{Need, Needs, PostKind, rota_id};
use zhiban::domain::time::Millis;
use zhiban::domain::unit::{Person, PersonKind};
use zhiban::domain::warning::act as warning;
use zhiban::domain::warning::{Source, Subject, Why};
use zhiban::i18n::Language;
use zhiban::service::Seed;
use zhiban::sync::clock::{Clock, SystemClock};
use zhiban::tui::app::headless::Headless;
use zhiban::tui::app::{WallBoard, WallPlan};

use crate::http::Request;
use crate::matrix::{LONG, ROLES, log_all, logged, screen, standing};
use crate::program::Script;
use crate::scene::{DISTRICT, OTHER_TOWN, Scene, TOWN, area};
use crate::support::keys::press;
use crate::support::station::{Place, Seat};

/// Heartbeats come fast, so that a stream can be seen to have caught up.
const HEARTBEAT_MS: u64 = 50;
/// A screen with a pane beside its lists.
const WIDE: (u16, u16) = (130, 120);
/// Half an hour.
const HALF_AN_HOUR_MS: i64 = 30 * 60_000;

/// What a field is called, and what stands in it, in no other field.
const FIELDS: [(&str, &str); 27] = [
    ("person name", "闻人绍棠"),
    ("person post", "百事通调解员"),
    ("person phone", "13800010001"),
    ("second phone", "13800010002"),
    ("person call", "三回都没接"),
    ("reveal reason", "核对老号码"),
    ("post name", "柳树湾卡口"),
    ("post phone", "13800010003"),
    ("shift reason", "替班看水库"),
    ("shift call with", "夏侯老四"),
    ("shift call phone", "13800010004"),
    ("shift call", "让他赶紧到岗"),
    ("warning place", "旧砖窑西侧"),
    ("warning reason", "接连两夜聚众"),
    ("raise reason", "人数多了一倍"),
    ("log words", "南门路灯不亮"),
    ("log call with", "水务站值班室"),
    ("log call phone", "13800010005"),
    ("log call", "询问泄洪时间"),
    ("log told", "此前报过镇长"),
    ("log instruction", "要求盯紧水位"),
    ("shift leader", "欧阳带班"),
    ("to expect", "后半夜有大风"),
    ("orders", "勿放货车进村"),
    ("item title", "砖窑聚众的后续"),
    ("item holder", "端木所长"),
    ("item next", "两点再去看一趟"),
];

fn word(field: &str) -> String {
    let found = FIELDS.iter().find(|(name, _)| *name == field);
    found.expect("a field").1.to_owned()
}

fn new_id() -> RecordId {
    RecordId::new(Uuid::now_v7())
}

fn on(kind: Kind, id: RecordId, base_rev: Rev) -> Target {
    Target {
        kind,
        id,
        base_rev,
        seen: None,
    }
}

/// Every record that was made, by which somebody might ask for it.
type Made = Vec<(Kind, RecordId)>;

/// Fills every field, by acts of the leader's wherever there is one.
fn fill(scene: &Scene, leader: &Officer) -> Made {
    let mut made = people(scene);
    let person = made[0].1;
    made.extend(on_the_roster(scene, person));
    let warning = warned(scene);
    made.push((Kind::Warning, warning));
    made.extend(at_the_desk(scene, leader, warning));
    made
}

fn people(scene: &Scene) -> Made {
    let (person, called, revealed) = (new_id(), new_id(), new_id());
    let doc = Person {
        post: word("person post"),
        phone: word("person phone"),
        backup_phone: word("second phone"),
        ..Person::named(word("person name"), scene.town_unit(), PersonKind::Mediator)
    };
    let record = Record {
        id: person,
        area: area(TOWN),
        rev: Rev(1),
        parent: None,
        body: Body::Person(Box::new(doc)),
        sealed: None,
    };
    let seed = Seed {
        event: None,
        record,
    };
    scene.service.seed([seed], scene.now()).unwrap();
    let about = || vec![on(Kind::Person, person, Rev(1))];
    scene.leader_does(
        about(),
        network::Act::Call(network::Call {
            entry: called,
            line: network::Line::First,
            outcome: CallOutcome::NoAnswer,
            text: word("person call"),
        }),
    );
    scene.leader_does(
        about(),
        network::Act::Reveal(network::Reveal {
            entry: revealed,
            reason: word("reveal reason"),
        }),
    );
    vec![
        (Kind::Person, person),
        (Kind::Entry, called),
        (Kind::Entry, revealed),
    ]
}

fn on_the_roster(scene: &Scene, person: RecordId) -> Made {
    let (post, entry, person) = (new_id(), new_id(), PersonId::from(person));
    scene.leader_does(
        vec![on(Kind::Post, post, Rev::NONE)],
        roster::Act::RosterPostAdd(roster::PostAdd {
            area: area(TOWN),
            name: word("post name"),
            kind: PostKind::Checkpoint,
            // Nobody is missing, so that the cursor is on who stands there.
            needs: Needs {
                day: Need::Nobody,
                night: Need::Nobody,
            },
            phone: word("post phone"),
        }),
    );
    let from = scene.now().saturating_add(Millis(-HALF_AN_HOUR_MS));
    let date = from.date();
    let line = rota_id(post, person, Month::of(date));
    scene.leader_does(
        vec![
            on(Kind::Rota, line, Rev::NONE),
            on(Kind::Post, post, Rev(1)),
        ],
        roster::Act::RosterAssignShift(roster::AssignShift {
            post,
            person,
            date,
            code: Code::Night,
            hours: Some(roster::Span {
                from,
                until: from.saturating_add(Millis(6 * HALF_AN_HOUR_MS)),
            }),
            reason: word("shift reason"),
        }),
    );
    scene.leader_does(
        vec![on(Kind::Rota, line, Rev(1))],
        roster::Act::RosterCall(roster::RosterCall {
            entry,
            call: Call {
                direction: Direction::Out,
                with: word("shift call with"),
                phone: word("shift call phone"),
                outcome: CallOutcome::Answered,
            },
            text: word("shift call"),
        }),
    );
    vec![(Kind::Post, post), (Kind::Rota, line), (Kind::Entry, entry)]
}

fn warned(scene: &Scene) -> RecordId {
    let id = new_id();
    scene.leader_does(
        vec![on(Kind::Warning, id, Rev::NONE)],
        warning::Act::Raise(Box::new(warning::Raise {
            area: area(TOWN),
            rank: Rank::Watch,
            subject: Subject::Place {
                place: word("warning place"),
            },
            why: Why::Said {
                text: word("warning reason"),
            },
            source: Source::Hand,
        })),
    );
    scene.leader_does(
        vec![on(Kind::Warning, id, Rev(1))],
        warning::Act::Upgrade(warning::Grade {
            from: Rank::Watch,
            to: Rank::Urgent,
            reason: word("raise reason"),
        }),
    );
    id
}

/// What is handed on of the warning.
fn item(warning: RecordId) -> Item {
    Item {
        kind: ItemKind::Warning,
        record: warning,
        name: String::new(),
        title: word("item title"),
        rank: Some(Rank::Urgent),
        stage: None,
        holder: word("item holder"),
        until: None,
        answers: Answers::Other,
        next: word("item next"),
    }
}

fn at_the_desk(scene: &Scene, leader: &Officer, warning: RecordId) -> Made {
    let unit = &leader.unit;
    let slot = Slot::at(&Policy::shipped(), scene.now()).expect("a shift is on");
    let [note, call, signed, offered] = [(); 4].map(|()| new_id());
    let (shift, handover) = (slot.id(unit.id), slot.handover_id(unit.id));
    let add = |what, text: String| {
        duty::Act::LogAdd(Box::new(duty::LogAdd {
            area: unit.area,
            what,
            text,
            by: Means::Desk,
            about: None,
            corrects: None,
            keeps: None,
        }))
    };
    let told = duty::Told::Call(Box::new(PhoneCall {
        call: Call {
            direction: Direction::In,
            with: word("log call with"),
            phone: word("log call phone"),
            outcome: CallOutcome::Answered,
        },
        at: scene.now(),
        told: word("log told"),
        instruction: word("log instruction"),
        call_back_by: None,
        salt: "salt".to_owned(),
        mark: None,
        extra: Extra::new(),
    }));
    let line = |id| vec![on(Kind::LogLine, id, Rev::NONE)];
    scene.leader_does(line(note), add(duty::Told::Note, word("log words")));
    scene.leader_does(line(call), add(told, word("log call")));
    scene.leader_does(
        vec![on(Kind::DutyShift, shift, Rev::NONE)],
        duty::Act::SignOn(duty::SignOn {
            area: unit.area,
            line: signed,
            day: slot.day,
            shift: slot.shift.clone(),
            leader: word("shift leader"),
            sound: Sound::Heard,
        }),
    );
    scene.leader_does(
        vec![on(Kind::Handover, handover, Rev::NONE)],
        duty::Act::HandoverOffer(Box::new(duty::HandoverOffer {
            area: unit.area,
            line: offered,
            day: slot.day,
            shift: slot.shift,
            items: vec![item(warning)],
            left_out: 0,
            sections: Sections {
                expected: word("to expect"),
                orders: word("orders"),
                ..Sections::default()
            },
            backlog: Backlog::default(),
            closing_code: String::new(),
        })),
    );
    let lines = [note, call, signed, offered].map(|id| (Kind::LogLine, id));
    let desk = [(Kind::DutyShift, shift), (Kind::Handover, handover)];
    lines.into_iter().chain(desk).collect()
}

/// The columns.
const WAYS: [&str; 12] = [
    "changes", "stream", "snapshot", "records", "boards", "calling", "wall", "search", "lists",
    "json", "files", "log",
];

fn answers(scene: &Scene, made: &Made, token: &str, texts: &mut BTreeMap<&'static str, String>) {
    let epoch = scene.service.epoch();
    let get = |path: String| {
        let request = Request::new("GET", path, Some(token));
        request.send(scene.addr()).text()
    };
    let changes = format!("/v1/feeds/{DISTRICT}/changes?epoch={epoch}&after=0&limit=500");
    texts.insert("changes", get(changes));
    texts.insert("snapshot", get(format!("/v1/feeds/{DISTRICT}/snapshot")));
    let records = made.iter().flat_map(|(kind, id)| {
        let path = format!("/v1/records/{}/{id}", kind.as_str());
        [path.clone(), format!("{path}/timeline")]
    });
    texts.insert("records", records.map(get).collect());
    let path = format!("/v1/feeds/{DISTRICT}/stream");
    let mut line = Request::new("GET", path, Some(token))
        .header("last-event-id", format!("{epoch}:0"))
        .begin(scene.addr());
    line.read_until("two heartbeats", |text| {
        text.matches("event: beat").count() > 1
    });
    texts.insert("stream", line.answer().text());
}

/// Every board, each with what it opens.
fn boards(seat: &Seat, clock: &Arc<dyn Clock>) -> String {
    // The post's card, the warning's history, the person's page.
    let walks: [&[&str]; 6] = [
        &["2"],
        &["3", "<enter>"],
        &["4"],
        &["<f3>", "wrst", "<enter>", "<enter>"],
        &["5", "j", "j", "j"],
        &["H", "<enter>"],
    ];
    let mut seen = walked(seat, clock, LONG, &walks);
    // What stands beside the hits of the search: somebody, a warning, a call.
    let found: [&[&str]; 3] = [&["<f3>", "wrst"], &["<f3>", "旧砖窑"], &["<f3>", "水务站"]];
    seen.push_str(&walked(seat, clock, WIDE, &found));
    seen
}

/// The big screen that this account opens, board by board.
fn wall(seat: &Seat, clock: &Arc<dyn Clock>) -> String {
    let plan = WallPlan {
        boards: WallBoard::ALL.to_vec(),
        every: Millis(60_000),
    };
    let mut wall = Headless::open_wall(seat.store.clone(), Arc::clone(clock), LONG, plan);
    let mut seen = screen(&mut wall);
    for board in ["1", "2", "3"] {
        press(&mut wall, board);
        seen.push_str(&screen(&mut wall));
    }
    seen
}

/// What is on the screen after each key of these walks.
fn walked(seat: &Seat, clock: &Arc<dyn Clock>, size: (u16, u16), walks: &[&[&str]]) -> String {
    let mut seen = String::new();
    for walk in walks {
        let mut desk = Headless::open(seat.store.clone(), Arc::clone(clock), size);
        desk.settle();
        for keys in *walk {
            press(&mut desk, keys);
            seen.push_str(&screen(&mut desk));
            seen.push('\n');
        }
    }
    seen
}

/// What the one search finds of each field, whole as it was typed: what it
/// prints, and nothing where it says that there is nothing, for that repeats
/// the words.
fn search(script: &Script) -> String {
    let mut found = String::new();
    for (_, words) in FIELDS {
        let (code, told) = script.ends(&["search", words, "--json"]);
        match code {
            0 => found.push_str(&told),
            1 => {}
            other => panic!("{other}: {told}"),
        }
    }
    found
}

/// What the program prints, and writes into files.
fn prints(script: &Script, texts: &mut BTreeMap<&'static str, String>) {
    let (mut lists, mut json, mut files) = (String::new(), String::new(), String::new());
    for list in [
        &["warning", "list"][..],
        &["roster", "now"],
        &["roster", "show"],
        &["log", "list"],
        &["handover", "print"],
        &["contact", "find", "wrst"],
        &["outbox", "list"],
    ] {
        lists.push_str(&script.ends(list).1);
        json.push_str(&script.ends(&[list, &["--json"]].concat()).1);
    }
    for list in [
        &["warning", "export"][..],
        &["roster", "export"],
        &[
            "roster",
            "export",
            "--month",
            &Month::of(today()).to_string(),
        ],
        &["log", "export"],
        &["contact", "export"],
        &["outbox", "export"],
    ] {
        let to = script.folder.path().join("list.csv");
        let to = ["--replace", "--to", to.to_str().unwrap()];
        let (code, told) = script.ends(&[list, &to].concat());
        assert_eq!(code, 0, "{list:?}: {told}");
        files.push_str(&std::fs::read_to_string(to[2]).unwrap());
    }
    texts.insert("lists", lists);
    texts.insert("json", json);
    texts.insert("files", files);
}

fn today() -> zhiban::domain::time::Date {
    SystemClock::new()
        .now()
        .saturating_add(Millis(-HALF_AN_HOUR_MS))
        .date()
}

#[test]
fn every_role_gets_of_what_stands_beside_the_cases_what_the_table_says() {
    log_all();
    Language::Chinese.select();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let scene = Scene::new(HEARTBEAT_MS);
    for (account, role) in ROLES.into_iter().skip(2) {
        scene.add(account, role, DISTRICT);
    }
    let url = format!("http://{}", scene.addr());
    let place = Place::new(&url, Arc::clone(&clock));
    let leader = place.sign_in("leader");
    let made = fill(&scene, &leader.signed_in.as_ref().unwrap().officer);
    leader.leave();
    scene.add("elsewhere", Role::DutyOfficer, OTHER_TOWN);
    let mut wrong = Vec::new();
    let all = ROLES.map(|(account, role)| (account, role, wanted(role)));
    // Who has every right, and none of it here.
    let elsewhere = ("elsewhere", Role::DutyOfficer, nothing());
    for (account, role, wanted) in all.into_iter().chain([elsewhere]) {
        let mut texts = BTreeMap::new();
        let place = Place::new(&url, Arc::clone(&clock));
        let mut seat = place.sign_in(account);
        let token = seat.signed_in.as_ref().unwrap().token.clone();
        answers(&scene, &made, &token, &mut texts);
        let wordless = made.iter().filter(|(kind, id)| {
            *kind == Kind::Warning && texts["snapshot"].contains(&id.to_string())
        });
        let expected = usize::from(!["keeper", "elsewhere"].contains(&account));
        assert_eq!(wordless.count(), expected, "{account}: the warning itself");
        seat.go_live();
        texts.insert("boards", boards(&seat, &clock));
        // A column of its own: whoever rings is shown the number, after the look
        // at it is logged.
        texts.insert("calling", walked(&seat, &clock, LONG, &[&["3", "c"]]));
        texts.insert("wall", wall(&seat, &clock));
        // A wall shows that there is a warning; to whoever has another role it
        // shows nothing at all.
        let shown = texts["wall"].contains("预警未了");
        assert_eq!(shown, role == Role::Wall, "{account}: {}", texts["wall"]);
        let script = Script::new(&url, account);
        texts.insert("search", search(&script));
        prints(&script, &mut texts);
        texts.insert("log", logged());
        let found: Vec<String> = FIELDS
            .iter()
            .map(|(field, words)| {
                let cell = |way: &&str| standing(field, words, &texts[way]).to_string();
                let cells: Vec<String> = WAYS.iter().map(cell).collect();
                format!("{field:<16} {}", cells.join(" "))
            })
            .collect();
        println!("== {account} ({role:?}): {}", WAYS.join(" "));
        println!("{}", found.join("\n"));
        assert_eq!(found.len(), wanted.len());
        for (line, wanted) in found.iter().zip(&wanted) {
            if line != wanted {
                wrong.push(format!("{account}: {line}\n  expected: {wanted}"));
            }
        }
        seat.leave();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a duty officer and a leader get.
const DESK: &str = "
person name      W W W W W W . W W W W .
person post      W W W W W . . W W W W .
person phone     W W W W m W . m m m m .
second phone     W W W W m . . m . . m .
person call      W W W W . . . . . . . .
reveal reason    W W W W . . . . . . . .
post name        W W W W W W . . W W W .
post phone       W W W W . . . . . . . .
shift reason     W W W W . . . . . . . .
shift call with  W W W W . . . . . . . .
shift call phone . . . . . . . . . . . .
shift call       W W W W . . . . . . . .
warning place    W W W W W W . W W W W .
warning reason   W W W W W W . W W W W .
raise reason     W W W W W . . . . . . .
log words        W W W W W . . W W W W .
log call with    W W W W W . . W W W W .
log call phone   W W W W m . . m m m m .
log call         W W W W W . . W W W W .
log told         W W W W W . . W . W W .
log instruction  W W W W W . . W . W W .
shift leader     W W W W W W . . W . . .
to expect        W W W W W . . . W W . .
orders           W W W W W . . . W W . .
item title       W W W W W . . . W W . .
item holder      W W W W W . . . W W . .
item next        W W W W W . . . W W . .
";
/// The rows in which an auditor's table differs: nobody rings from there.
const AUDIT: &str = "
person phone     W W W W m m . m m m m .
second phone     W W W W m . . . . . m .
";
/// The same of whoever works on cases. What is of the duty desk does not come.
const WORK: &str = "
person phone     W W W W m m . m m m m .
";
/// Characters of a row before its cells.
const FIELD_CHARS: usize = 16;
/// The first field of the duty desk; the rest are its own too.
const OF_THE_DESK: &str = "log words";

/// The field of a row, which stands before its cells.
fn field_of(row: &str) -> &str {
    row.get(..FIELD_CHARS).unwrap_or(row).trim_end()
}

fn nothing() -> Vec<String> {
    let cells = ["."; WAYS.len()].join(" ");
    let rows = FIELDS
        .iter()
        .map(|(field, _)| format!("{field:<16} {cells}"));
    rows.collect()
}

/// The desk's table with these rows in place of its own.
fn desk_but(rows: &str) -> Vec<String> {
    let own: BTreeMap<&str, &str> = rows
        .trim()
        .lines()
        .map(|row| (field_of(row), row))
        .collect();
    let desk = DESK.trim().lines();
    desk.map(|row| own.get(field_of(row)).unwrap_or(&row).to_string())
        .collect()
}

/// The table of a role: `W` whole, `m` masked, `.` not at all.
fn wanted(role: Role) -> Vec<String> {
    match role {
        Role::DutyOfficer | Role::Leader => desk_but(""),
        Role::Auditor => desk_but(AUDIT),
        Role::Handler | Role::Mediator => {
            let first = FIELDS.iter().position(|(field, _)| *field == OF_THE_DESK);
            let first = first.expect("a field");
            let mut rows = desk_but(WORK);
            rows.truncate(first);
            rows.extend(nothing().split_off(first));
            rows
        }
        // A wall is sent the warning, without a word of it.
        Role::Wall | Role::Administrator => nothing(),
    }
}
