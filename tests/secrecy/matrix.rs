//! Role × field × surface: what of a record comes out where. Each surface is
//! really produced: the service's answers over HTTP, the screens of a whole
//! workstation with its store and engine, and what the binary prints.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex, Once};

use zhiban::domain::ids::RecordId;
use zhiban::domain::officer::Role;
use zhiban::i18n::Language;
use zhiban::sync::clock::{Clock, SystemClock};
use zhiban::text::mask::{mask_identity, mask_name, mask_phone};
use zhiban::tui::app::headless::Headless;

use crate::desk::Desk;
use crate::expected;
use crate::http::Request;
use crate::program::Script;
use crate::scene::{Case, DISTRICT, PASSWORD, Scene, secret};
use crate::support::keys::{go_to, press};
use crate::support::station::{Place, Seat};

/// Heartbeats come fast, so that a stream can be seen to have caught up.
const HEARTBEAT_MS: u64 = 50;
/// A narrow screen with a list, and one on which a whole record has room.
const LIST: (u16, u16) = (80, 24);
pub const LONG: (u16, u16) = (100, 250);

/// Every role, and the account that has it in the whole district.
pub const ROLES: [(&str, Role); 7] = [
    ("duty", Role::DutyOfficer),
    ("leader", Role::Leader),
    ("mediator", Role::Mediator),
    ("handler", Role::Handler),
    ("auditor", Role::Auditor),
    ("wall", Role::Wall),
    ("keeper", Role::Administrator),
];

/// All that was logged in this process, by service and workstation.
static LOG: LazyLock<Mutex<Vec<u8>>> = LazyLock::new(Mutex::default);

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Logs everything there is from now on.
pub fn log_all() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_writer(|| Log)
            .init();
    });
}

/// What was logged so far.
pub fn logged() -> String {
    String::from_utf8_lossy(&LOG.lock().unwrap()).into_owned()
}

/// How a field stands in what came out: `W`hole, `m`asked, or not at all.
pub fn standing(field: &str, words: &str, text: &str) -> char {
    let masked = match field {
        "identity number" => mask_identity(words),
        "minor's name" => "呼**".to_owned(),
        _ if words.chars().all(|c| c.is_ascii_digit()) => mask_phone(words),
        _ => mask_name(words),
    };
    // A number is also read where it stands in groups.
    let digits = words.chars().all(|c| c.is_ascii_digit());
    let apart = digits.then(|| text.replace(' ', ""));
    let has =
        |what: &str| text.contains(what) || apart.as_ref().is_some_and(|text| text.contains(what));
    if has(words) {
        'W'
    } else if has(&masked) {
        'm'
    } else {
        '.'
    }
}

/// What a role gets from the service, route by route.
fn answers(scene: &Scene, case: &Case, token: &str, texts: &mut BTreeMap<&'static str, String>) {
    let at = scene.addr();
    let epoch = scene.service.epoch();
    let get = |path: String| Request::new("GET", path, Some(token)).send(at).text();
    let changes = format!("/v1/feeds/{DISTRICT}/changes?epoch={epoch}&after=0&limit=500");
    texts.insert("changes", get(changes));
    texts.insert("snapshot", get(format!("/v1/feeds/{DISTRICT}/snapshot")));
    texts.insert("record", get(format!("/v1/records/incident/{}", case.id)));
    let timeline = format!("/v1/records/incident/{}/timeline", case.id);
    texts.insert("timeline", get(timeline));
    let entries =
        [case.note, case.call, case.reveal].map(|id| get(format!("/v1/records/entry/{id}")));
    texts.insert("entries", entries.concat());
    let path = format!("/v1/feeds/{DISTRICT}/stream");
    let mut line = Request::new("GET", path, Some(token))
        .header("last-event-id", format!("{epoch}:0"))
        .begin(at);
    line.read_until("two heartbeats", |text| {
        text.matches("event: beat").count() > 1
    });
    texts.insert("stream", line.answer().text());
}

/// The whole screen as text.
pub fn screen(desk: &mut Headless) -> String {
    desk.settle();
    desk.screen().join("\n")
}

/// What a role sees at a desk.
fn screens(
    seat: &Seat,
    clock: &Arc<dyn Clock>,
    on: RecordId,
    texts: &mut BTreeMap<&'static str, String>,
) {
    let mut desk = Headless::open(seat.store.clone(), Arc::clone(clock), LIST);
    texts.insert("queue", screen(&mut desk));
    let there = desk.rows().contains(&on);
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
    let mut desk = Headless::open(seat.store.clone(), Arc::clone(clock), LONG);
    desk.settle();
    assert_eq!(desk.rows().contains(&on), there);
    if there {
        go_to(&mut desk, on);
        press(&mut desk, "<enter>");
        desk.settle();
        assert_eq!(desk.opened(), Some(on));
    }
    texts.insert("detail", screen(&mut desk));
}

/// What the binary prints for a role.
fn prints(script: &Script, case: &Case, texts: &mut BTreeMap<&'static str, String>) {
    let list = script.run(0, &["incident", "list", "--scope", "all"]);
    let there = list.contains(&case.number);
    let json = script.run(0, &["incident", "list", "--scope", "all", "--json"]);
    texts.insert("cli-list", list);
    texts.insert("cli-list-j", json);
    let code = i32::from(!there);
    let show = script.run(code, &["incident", "show", &case.number]);
    texts.insert("cli-show", show);
    let show = script.run(code, &["incident", "show", &case.number, "--json"]);
    texts.insert("cli-show-j", show);
}

/// The table of a role, line by line: one field a line, one surface a column.
pub fn table(surfaces: &[&str], texts: &BTreeMap<&'static str, String>) -> Vec<String> {
    secret::ALL
        .iter()
        .filter(|(_, words)| *words != secret::SIGN)
        .map(|(field, words)| {
            let cells: Vec<String> = surfaces
                .iter()
                .map(|surface| standing(field, words, &texts[surface]).to_string())
                .collect();
            format!("{field:<16} {}", cells.join(" "))
        })
        .collect()
}

#[test]
fn every_role_gets_of_every_field_on_every_surface_what_the_table_says() {
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
    let url = format!("http://{}", scene.addr());
    let mut wrong = Vec::new();
    for (account, role) in ROLES {
        let mut texts = BTreeMap::new();
        let place = Place::new(&url, Arc::clone(&clock));
        let mut seat = place.sign_in(account);
        let token = seat.signed_in.as_ref().unwrap().token.clone();
        answers(&scene, &case, &token, &mut texts);
        seat.go_live();
        screens(&seat, &clock, case.id, &mut texts);
        let script = Script::new(&url, account);
        prints(&script, &case, &mut texts);
        texts.insert("log", logged());
        let found = table(&expected::SURFACES, &texts);
        println!("== {account} ({role:?}): {}", expected::SURFACES.join(" "));
        println!("{}", found.join("\n"));
        let wanted: Vec<&str> = expected::of(role).trim().lines().collect();
        for (at, line) in found.iter().enumerate() {
            let wanted = wanted.get(at).copied().unwrap_or("nothing");
            if line != wanted {
                wrong.push(format!("{account}: {line}\n  expected: {wanted}"));
            }
        }
        assert!(!logged().contains(&token), "{account}: the token is logged");
        seat.leave();
    }
    let log = logged();
    assert!(log.contains("signed in"), "the log is taken: {log}");
    assert!(!log.contains(PASSWORD), "a password is logged");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
