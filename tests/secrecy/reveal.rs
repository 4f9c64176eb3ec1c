//! Role × field × surface once somebody has asked to see what is masked: whole
//! in the opened incident of whoever may, and nowhere else; refused at the
//! desk, to scripts and by the service for whoever may not; and an entry for
//! every look, in every case.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use zhiban::domain::entry::{Entry, EntryKind};
use zhiban::domain::ids::{CommandId, RecordId};
use zhiban::domain::incident::act::{Act, Reveal};
use zhiban::domain::incident::refusal::Refusal;
use zhiban::domain::incident::reveal::{Part, What};
use zhiban::domain::incident::verb::Verb;
use zhiban::domain::officer::Role;
use zhiban::domain::record::Record;
use zhiban::i18n::Language;
use zhiban::sync::clock::{Clock, SystemClock};
use zhiban::tui::app::headless::Headless;
use zhiban::wire::command::{PushReply, Refused, Verdict};

use crate::desk::Desk;
use crate::expected;
use crate::http::Request;
use crate::matrix::{ROLES, log_all, logged, screen, table};
use crate::program::Script;
use crate::scene::{Case, DISTRICT, Scene, secret, target};
use crate::support::keys::{go_to, press};
use crate::support::proxy::Proxy;
use crate::support::station::{Place, Seat};
use crate::support::until_true;

/// Heartbeats come fast, so that a stream can be seen to have caught up.
const HEARTBEAT_MS: u64 = 50;
/// A screen on which a whole record and its timeline have room.
const LONG: (u16, u16) = (100, 250);
/// A screen with the record beside the list.
const SPLIT: (u16, u16) = (160, 250);
/// Why somebody looks; stands nowhere else.
const WHY: &str = "榕坝核人";

/// Whether the role is shown what is masked.
fn may(role: Role) -> bool {
    matches!(role, Role::DutyOfficer | Role::Leader | Role::Mediator)
}

fn look() -> Act {
    Act::Reveal(Reveal {
        entry: RecordId::new(Uuid::now_v7()),
        reason: WHY.to_owned(),
    })
}

/// The looks at a case that the service has, as an auditor is told of them.
fn looks(scene: &Scene, case: &Case, token: &str) -> Vec<Entry> {
    let path = format!("/v1/records/incident/{}/timeline", case.id);
    let answer = Request::new("GET", path, Some(token)).send(scene.addr());
    let entries = answer.json()["entries"].clone();
    let records: Vec<Record> = serde_json::from_value(entries).unwrap();
    let entries = records
        .into_iter()
        .filter_map(|record| record.entry().cloned());
    entries
        .filter(|entry| matches!(entry.what, EntryKind::Reveal { .. }))
        .collect()
}

/// What a role sees at its desk, before, during and after it asks to be shown.
fn at_the_desk(
    (seat, proxy): (&Seat, &mut Proxy),
    clock: &Arc<dyn Clock>,
    (on, role): (RecordId, Role),
    texts: &mut BTreeMap<&'static str, String>,
) {
    let mut desk = Headless::open(seat.store.clone(), Arc::clone(clock), LONG);
    desk.settle();
    go_to(&mut desk, on);
    press(&mut desk, "<enter>");
    texts.insert("before", screen(&mut desk));
    // Offline from here on: nobody has to be asked.
    proxy.cut();
    press(&mut desk, "p");
    let asked = screen(&mut desk);
    if may(role) {
        press(&mut desk, WHY);
        press(&mut desk, "<ctrl-s>");
        // The act is on its way to the disk; nothing is shown yet.
        let early = desk.screen().join("\n");
        assert!(!early.contains(secret::DOC_NO), "{early}");
    } else {
        assert!(asked.contains("您的岗位在此不能查看"), "{role:?}: {asked}");
    }
    texts.insert("revealed", screen(&mut desk));
    press(&mut desk, "O");
    texts.insert("outbox", screen(&mut desk));
    press(&mut desk, "1");
    desk.settle();
    go_to(&mut desk, on);
    press(&mut desk, "<enter>");
    texts.insert("again", screen(&mut desk));
    if may(role) {
        assert!(texts["again"].contains(WHY), "the timeline says why");
        assert!(texts["again"].contains("查看了来源人电话"));
    }
    let mut desk = Headless::open(seat.store.clone(), Arc::clone(clock), SPLIT);
    desk.settle();
    go_to(&mut desk, on);
    texts.insert("beside", screen(&mut desk));
    let mut found = String::new();
    for (_, words) in secret::ALL {
        press(&mut desk, "/");
        press(&mut desk, words);
        press(&mut desk, "<enter>");
        desk.settle();
        if desk.rows().contains(&on) {
            found.push_str(words);
        }
        press(&mut desk, "<delete>");
        desk.settle();
    }
    texts.insert("filter", found);
    proxy.mend();
}

/// What the binary prints for a role, the revealing first.
fn prints(script: &Script, case: &Case, role: Role, texts: &mut BTreeMap<&'static str, String>) {
    let code = if may(role) { 0 } else { 3 };
    let number = case.number.as_str();
    let reveal = ["incident", "reveal", number, "--reason", WHY];
    let told = script.run(code, &reveal);
    if may(role) {
        assert!(told.contains("来源人电话"), "{told}");
        let json = script.run(0, &[&reveal[..], &["--json"]].concat());
        let first: serde_json::Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
        assert_eq!(first["revealed"].as_array().unwrap().len(), 4, "{json}");
    } else {
        assert!(told.contains("您的岗位在此不能查看"), "{role:?}: {told}");
    }
    texts.insert("cli-reveal", told);
    // No other verb of the command line is a way around it.
    let around = ["incident", "act", number, "reveal", "--reason", WHY];
    script.run(2, &around);
    script.run(2, &["incident", "reveal", number]);
    let list = script.run(0, &["incident", "list", "--scope", "all", "--json"]);
    texts.insert("cli-list-j", list);
    texts.insert("cli-show", script.run(0, &["incident", "show", number]));
    let show = script.run(0, &["incident", "show", number, "--json"]);
    texts.insert("cli-show-j", show);
    let outbox = script.run(0, &["outbox", "list", "--json"]);
    texts.insert("cli-outbox", outbox);
}

/// A command made by hand, delivered twice; what the service says.
fn by_hand(scene: &Scene, account: &str, on: RecordId) -> Verdict {
    let mut desk = Desk::new();
    let seat = desk.sit(scene.addr(), account, scene.now());
    let ground = (&seat, scene.feed(), scene.now());
    let id = CommandId::new(Uuid::now_v7());
    let command = desk.command(ground, id, seat.officer, (vec![target(on)], look()));
    let push = || {
        let answer = Desk::push(scene.addr(), &seat, desk.id, std::slice::from_ref(&command));
        for (name, words) in [("number", secret::DOC_NO), ("name", secret::MINOR)] {
            let told = answer.holds(words);
            assert!(!told, "{account}: the answer tells the {name}");
        }
        let mut reply: PushReply = serde_json::from_slice(&answer.body).unwrap();
        reply.results.remove(0).verdict
    };
    let first = push();
    match (&first, push()) {
        (Verdict::Accepted { written, .. }, Verdict::Duplicate { written: same, .. }) => {
            assert_eq!(*written, same);
        }
        (Verdict::Refused { refusal, .. }, Verdict::Refused { refusal: same, .. }) => {
            assert_eq!(*refusal, same);
        }
        other => panic!("{account}: {other:?}"),
    }
    first
}

/// Every row of the table that a role's texts break.
fn broken(account: &str, role: Role, texts: &BTreeMap<&'static str, String>) -> Vec<String> {
    let found = table(&expected::REVEALED_SURFACES, texts);
    let surfaces = expected::REVEALED_SURFACES.join(" ");
    println!("== {account} ({role:?}): {surfaces}");
    println!("{}", found.join("\n"));
    let wanted: Vec<&str> = expected::revealed(role).trim().lines().collect();
    assert_eq!(wanted.len(), found.len());
    wanted
        .into_iter()
        .zip(&found)
        .filter(|(wanted, line)| wanted != line)
        .map(|(wanted, line)| format!("{account}: {line}\n  expected: {wanted}"))
        .collect()
}

#[test]
fn what_is_revealed_is_whole_where_the_table_says_and_logged_every_time() {
    log_all();
    Language::Chinese.select();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let scene = Scene::new(HEARTBEAT_MS);
    for (account, role) in ROLES.into_iter().skip(2) {
        scene.add(account, role, DISTRICT);
    }
    let mut desk = Desk::new();
    let duty = desk.sit(scene.addr(), "duty", scene.now());
    let mut case = scene.open_case(&mut desk, &duty);
    scene.finish_case(&mut desk, &duty, &mut case);
    let auditor = Desk::new().sit(scene.addr(), "auditor", scene.now());
    let url = format!("http://{}", scene.addr());
    let mut wrong = Vec::new();
    // One is the scene's own.
    let mut logged_looks = 1;
    for (account, role) in ROLES {
        let mut texts = BTreeMap::new();
        let mut proxy = Proxy::to(scene.addr());
        let place = Place::new(&proxy.url(), Arc::clone(&clock));
        let mut seat = place.sign_in(account);
        seat.go_live();
        match by_hand(&scene, account, case.id) {
            Verdict::Accepted { .. } => {
                assert!(may(role), "{account}");
                logged_looks += 1;
            }
            Verdict::Refused { refusal, .. } => {
                assert!(!may(role), "{account}: {refusal:?}");
                let rule = match role {
                    // Not even that there is such a case.
                    Role::Administrator => Refusal::NotFound,
                    _ => Refusal::NotPermitted {
                        verb: Verb::Reveal.into(),
                    },
                };
                assert_eq!(refusal, Refused::Rule { rule }, "{account}");
            }
            other => panic!("{account}: {other:?}"),
        }
        if role == Role::Administrator {
            assert!(!seat.has(case.id));
            seat.leave();
            continue;
        }
        until_true("the case is here", || seat.has(case.id));
        at_the_desk((&seat, &mut proxy), &clock, (case.id, role), &mut texts);
        until_true("what waited is delivered", || seat.unsent() == 0);
        let script = Script::new(&url, account);
        prints(&script, &case, role, &mut texts);
        // At the desk, and by the script in words and as JSON.
        logged_looks += if may(role) { 3 } else { 0 };
        let looks = looks(&scene, &case, &auditor.token);
        assert_eq!(looks.len(), logged_looks, "{account}: one entry a look");
        texts.insert("audit", serde_json::to_string(&looks).unwrap());
        texts.insert("log", logged());
        wrong.extend(broken(account, role, &texts));
        seat.leave();
    }
    assert_eq!(logged_looks, 13, "three roles, four looks each");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(!logged().contains(WHY), "the reason is logged");
}

#[test]
fn a_look_says_who_when_where_at_what_and_why_to_whoever_may_read_the_case() {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let scene = Scene::new(HEARTBEAT_MS);
    scene.add("auditor", Role::Auditor, DISTRICT);
    scene.add("wall", Role::Wall, DISTRICT);
    let mut desk = Desk::new();
    let duty = desk.sit(scene.addr(), "duty", scene.now());
    let case = scene.open_case(&mut desk, &duty);
    let mut proxy = Proxy::to(scene.addr());
    let place = Place::new(&proxy.url(), Arc::clone(&clock));
    let mut seat = place.sign_in("leader");
    seat.go_live();
    until_true("the case is here", || seat.has(case.id));
    proxy.cut();
    let made = clock.now();
    let ids = [seat.act(case.id, look()), seat.act(case.id, look())];
    let auditor = Desk::new().sit(scene.addr(), "auditor", scene.now());
    assert_eq!(looks(&scene, &case, &auditor.token).len(), 1, "offline");
    // The program ends and starts again before there is a line.
    seat.leave();
    let mut seat = place.unlock("leader");
    assert_eq!(seat.unsent(), 2);
    proxy.mend();
    seat.start();
    until_true("both are delivered", || seat.unsent() == 0);
    let mut told = looks(&scene, &case, &auditor.token);
    // The scene's own is a third.
    told.retain(|entry| entry.text == WHY);
    assert_eq!(told.len(), 2, "every look has its entry");
    for entry in &told {
        assert_eq!(
            (entry.author.name.as_str(), entry.text.as_str()),
            ("leader", WHY)
        );
        assert!(entry.at >= made && entry.at <= clock.now());
        let part = |what, party| Part { what, party };
        let parts = vec![
            part(What::Phone, None),
            part(What::Phone, Some(0)),
            part(What::DocNo, Some(0)),
            part(What::Name, Some(1)),
        ];
        assert_eq!(entry.what, EntryKind::Reveal { parts });
    }
    // The case's own events say from which desk it came, and when it arrived.
    let path = format!("/v1/records/incident/{}/timeline", case.id);
    let get = |token: &str| Request::new("GET", path.clone(), Some(token)).send(scene.addr());
    let events = get(&auditor.token).json()["events"].clone();
    for id in ids {
        let own = |placed: &&serde_json::Value| placed["event"]["command"] == id.to_string();
        let event = events.as_array().unwrap().iter().find(own).unwrap();
        assert_eq!(event["event"]["verb"], "reveal");
        assert_eq!(event["event"]["author"]["name"], "leader");
        let device = seat.unlocked.identity().device.to_string();
        assert_eq!(event["event"]["arrival"]["device"], device);
        assert!(!event["event"]["arrival"]["at"].is_null());
    }
    // A wall gets neither the entry nor the reason.
    let wall = Desk::new().sit(scene.addr(), "wall", scene.now());
    let answer = get(&wall.token);
    assert_eq!(answer.status, 200);
    assert!(!answer.holds(WHY));
    assert!(looks(&scene, &case, &wall.token).is_empty());
}

#[test]
fn a_script_without_a_line_is_shown_it_and_the_look_waits() {
    Language::Chinese.select();
    let scene = Scene::new(HEARTBEAT_MS);
    let mut desk = Desk::new();
    let duty = desk.sit(scene.addr(), "duty", scene.now());
    let case = scene.open_case(&mut desk, &duty);
    let script = Script::new(&format!("http://{}", scene.addr()), "duty");
    drop(scene);
    let reveal = ["incident", "reveal", &case.number, "--reason", WHY];
    let told = script.run(4, &reveal);
    for words in [secret::SOURCE_PHONE, secret::DOC_NO, secret::MINOR] {
        assert!(told.contains(words), "{told}");
    }
    // A reason that tells is refused, and then nothing is shown.
    let telling = format!("找{}", secret::MINOR);
    let reveal = ["incident", "reveal", &case.number, "--reason", &telling];
    let told = script.run(3, &reveal);
    for words in [secret::SOURCE_PHONE, secret::DOC_NO, secret::MINOR] {
        assert!(!told.contains(words), "{told}");
    }
    // Nor is anything shown where nothing can be stored.
    let read_only = [&["--read-only"][..], &reveal[..4], &[WHY]].concat();
    let told = script.run(2, &read_only);
    assert!(!told.contains(secret::DOC_NO), "{told}");
    let outbox = script.run(0, &["outbox", "list", "--json"]);
    assert_eq!(outbox.matches(WHY).count(), 1, "one look waits: {outbox}");
    for words in [secret::SOURCE_PHONE, secret::DOC_NO, secret::MINOR] {
        assert!(!outbox.contains(words), "{outbox}");
    }
}
