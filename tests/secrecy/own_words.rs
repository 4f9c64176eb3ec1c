//! What an officer wrote and the service has not got yet: the outbox, forms,
//! drafts, by the same rules of masking.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use zhiban::domain::command::Target;
use zhiban::domain::ids::RecordId;
use zhiban::i18n::Language;
use zhiban::sync::clock::{Clock, SystemClock};
use zhiban::tui::app::headless::Headless;

use crate::desk::Desk;
use crate::matrix::{log_all, logged, screen, standing};
use crate::program::{Script, told, zhiban};
use crate::scene::{Scene, called, noted, registration, secret};
use crate::support::keys::{go_to, press};
use crate::support::station::Place;
use crate::support::until_true;

const HEARTBEAT_MS: u64 = 50;
const SCREEN: (u16, u16) = (100, 60);

/// What the outbox shows of acts that wait: registration, note, call. A line a
/// field; the columns are the list with its pane at the desk, and the binary's
/// list in words and as JSON.
const OUTBOX: &str = "
title            W W W
place            W . W
summary          W . W
source name      . . .
source phone     . . .
party name       . . .
party phone      . . .
party's part     . . .
identity number  . . .
minor's name     . . .
note             W . W
call with        W . W
call number      m . m
call words       W . W
";

/// What a form shows of what was typed into it: its author's own half-written
/// words, whole, or they could not be gone on with.
const FORM: [(&str, &str); 3] = [
    ("party name", secret::PARTY_NAME),
    ("party phone", secret::PARTY_PHONE),
    ("identity number", secret::DOC_NO),
];

#[test]
fn the_outbox_shows_acts_masked_on_the_screen_and_to_scripts() {
    log_all();
    Language::Chinese.select();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let scene = Scene::new(HEARTBEAT_MS);
    let url = format!("http://{}", scene.addr());
    let place = Place::new(&url, Arc::clone(&clock));
    let mut seat = place.sign_in("duty");
    seat.go_live();
    let script = Script::new(&url, "duty");
    drop(scene);

    let id = RecordId::new(Uuid::now_v7());
    seat.submit(Target::new_incident(id), registration());
    seat.act(id, noted(RecordId::new(Uuid::now_v7())));
    seat.act(id, called(RecordId::new(Uuid::now_v7())));
    let mut desk = Headless::open(seat.store.clone(), Arc::clone(&clock), SCREEN);
    desk.settle();
    press(&mut desk, "O");
    // The pane shows the act under the cursor.
    let mut board = screen(&mut desk);
    for _ in 0..3 {
        press(&mut desk, "j");
        board += &screen(&mut desk);
    }
    assert!(board.contains(secret::CALL_WITH), "{board}");

    let new = script.run(4, &new_by_script());
    assert!(!new.contains(secret::SOURCE_PHONE), "{new}");
    let list = script.run(0, &["incident", "list", "--json"]);
    let row: serde_json::Value = serde_json::from_str(list.lines().next().unwrap()).unwrap();
    let tag = row["id"].as_str().unwrap();
    script.run(4, &["incident", "act", tag, "note", "--text", secret::NOTE]);
    let call = ["incident", "act", tag, "call", "--with", secret::CALL_WITH];
    let more = ["--phone", secret::CALL_PHONE, "--text", secret::CALL_TEXT];
    script.run(4, &[&call[..], &more[..]].concat());
    let words = script.run(0, &["outbox", "list"]);
    let json = script.run(0, &["outbox", "list", "--json"]);

    let fields: BTreeMap<&str, &str> = secret::ALL.into_iter().collect();
    let found: Vec<String> = OUTBOX
        .trim()
        .lines()
        .map(|line| {
            let field = line[..16].trim();
            let cells = [&board, &words, &json]
                .map(|text| standing(field, fields[field], text).to_string());
            format!("{field:<16} {}", cells.join(" "))
        })
        .collect();
    println!("outbox: screen, cli, cli --json\n{}", found.join("\n"));
    let wanted: Vec<&str> = OUTBOX.trim().lines().collect();
    assert_eq!(found, wanted);
    // What waits is shown like anything else: masked, and nothing sealed.
    let show = script.run(0, &["incident", "show", tag, "--json"]);
    for number in [secret::SOURCE_PHONE, secret::CALL_PHONE] {
        assert!(!show.contains(number), "{show}");
    }
    told_at_the_desk(&script);
    for (name, words) in secret::ALL {
        assert!(!logged().contains(words), "{name} is logged");
    }
    seat.leave();
}

/// A call in the duty log: its number is masked in the log, where it waits, and
/// on the paper of the handover.
fn told_at_the_desk(script: &Script) {
    let add = ["log", "add", "--text", secret::CALL_TEXT];
    let call = ["--with", secret::CALL_WITH, "--phone", secret::CALL_PHONE];
    let promise = ["--call-back-by", "2030-01-01T07:30:00+08:00"];
    script.run(4, &[&add[..], &call[..], &promise[..]].concat());
    for args in [
        &["log", "list"][..],
        &["log", "list", "--json"],
        &["outbox", "list"],
        &["outbox", "list", "--json"],
        &["handover", "print"],
    ] {
        let told = script.run(0, args);
        assert!(told.contains(secret::CALL_TEXT), "{args:?}: {told}");
        assert!(!told.contains(secret::CALL_PHONE), "{args:?}: {told}");
    }
}

fn new_by_script() -> Vec<&'static str> {
    let mut args = vec!["incident", "new", "--category", "0201"];
    args.extend(["--area", crate::scene::TOWN, "--title", secret::TITLE]);
    args.extend(["--place", secret::PLACE, "--summary", secret::SUMMARY]);
    args.extend(["--caller", secret::SOURCE_NAME]);
    args.extend(["--phone", secret::SOURCE_PHONE]);
    args
}

#[test]
fn a_half_written_form_comes_back_to_its_author_and_to_nobody_else() {
    log_all();
    Language::Chinese.select();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let scene = Scene::new(HEARTBEAT_MS);
    let url = format!("http://{}", scene.addr());
    let place = Place::new(&url, Arc::clone(&clock));
    let mut seat = place.sign_in("duty");
    seat.go_live();
    let mut desk = Headless::open(seat.store.clone(), Arc::clone(&clock), SCREEN);
    desk.settle();
    let line = format!(
        "{} {} {}",
        secret::PARTY_NAME,
        secret::PARTY_PHONE,
        secret::DOC_NO
    );
    press(&mut desk, "N<tab><tab><tab><tab>");
    press(&mut desk, &line);
    press(&mut desk, "<esc>");
    desk.settle();
    seat.leave();

    let form = |account: &str| {
        let mut seat = place.sign_in(account);
        seat.go_live();
        let mut desk = Headless::open(seat.store.clone(), Arc::clone(&clock), SCREEN);
        desk.settle();
        press(&mut desk, "N");
        let form = screen(&mut desk);
        seat.leave();
        form
    };
    let (own, other) = (form("duty"), form("leader"));
    for (field, words) in FORM {
        let shown = (standing(field, words, &own), standing(field, words, &other));
        println!("{field:<16} author {} colleague {}", shown.0, shown.1);
        assert_eq!(shown, ('W', '.'), "{field}");
        assert!(!logged().contains(words), "{field} is logged");
    }
}

#[test]
fn an_amendment_opens_with_nothing_that_is_masked() {
    log_all();
    Language::Chinese.select();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let scene = Scene::new(HEARTBEAT_MS);
    let mut own = Desk::new();
    let duty = own.sit(scene.addr(), "duty", scene.now());
    let case = scene.open_case(&mut own, &duty);
    let url = format!("http://{}", scene.addr());
    let place = Place::new(&url, Arc::clone(&clock));
    let mut seat = place.sign_in("leader");
    seat.go_live();
    until_true("the desk has the case", || seat.has(case.id));
    let mut desk = Headless::open(seat.store.clone(), Arc::clone(&clock), SCREEN);
    desk.settle();
    assert_eq!(desk.banner(), Some(case.id), "nobody answers for it yet");
    go_to(&mut desk, case.id);
    press(&mut desk, "e");
    let form = screen(&mut desk);
    assert!(form.contains(secret::TASK), "the form is open: {form}");
    for field in ["identity number", "minor's name"] {
        let (_, words) = secret::ALL
            .into_iter()
            .find(|(name, _)| *name == field)
            .unwrap();
        assert_eq!(standing(field, words, &form), '.', "{field}");
    }
    for number in [
        secret::SOURCE_PHONE,
        secret::PARTY_PHONE,
        secret::CALL_PHONE,
    ] {
        assert!(!form.contains(number), "{number}");
    }
    seat.leave();
}

/// Ways out that the product does not have. Whoever builds one adds it to the
/// table of masking first.
#[test]
fn there_is_no_way_out_that_the_table_does_not_know() {
    for absent in [
        &["export"][..],
        &["incident", "print"],
        &["report"],
        &["notify"],
        &["admin", "export"],
    ] {
        let output = zhiban(absent).output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(2),
            "{absent:?}: {}",
            told(&output)
        );
    }
    // The commands that there are, each of which the tests here know.
    let help = told(&zhiban(&["--lang", "en", "--help"]).output().unwrap());
    let (_, commands) = help.split_once("Commands:").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    let names: Vec<&str> = commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let known = [
        "serve",
        "admin",
        "demo",
        "incident",
        // Calls at the desk, their numbers masked; what is open, by its titles.
        "log",
        "handover",
        // Who is on, and people, their numbers masked.
        "roster",
        // Of cases and places, never of people.
        "warning",
        // People with masked numbers, and titles of cases.
        "search",
        "contact",
        "outbox",
        "sync",
        // Says counts, and nothing of any record.
        "desk",
        // What the role of a wall is sent: cases and warnings without anybody.
        "wall",
        // Says nothing of any record, and of nobody.
        "doctor",
        "keys",
        "completions",
    ];
    assert_eq!(names, known, "{help}");
}
