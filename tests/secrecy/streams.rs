//! Watching the live stream while a record comes into being and is worked on.

use serde_json::json;

use zhiban::domain::officer::Role;
use zhiban::service::{Service, ServiceOptions};

use crate::desk::{Desk, Seat};
use crate::http::{Line, Request};
use crate::people::{self, Standing};
use crate::scene::{DISTRICT, Scene};

/// Longer than any test: nothing here waits for a heartbeat.
const NEVER_MS: u64 = 3_600_000;

/// An open stream, from the feed's head.
fn watch(scene: &Scene, seat: &Seat) -> Line {
    let path = format!("/v1/feeds/{DISTRICT}/stream");
    let mut line = Request::new("GET", path, Some(&seat.token)).begin(scene.addr());
    line.read_until("the first heartbeat, or a refusal", |text| {
        text.contains("event: beat") || text.contains("\r\n\r\n{")
    });
    line
}

/// Where the feed stands.
fn head(scene: &Scene, seat: &Seat) -> u64 {
    let answer = Request::new("GET", "/v1/feeds", Some(&seat.token)).send(scene.addr());
    let feeds = answer.json();
    let feeds = feeds.as_array().unwrap();
    let district = feeds.iter().find(|feed| feed["feed"] == DISTRICT);
    district.unwrap()["head"].as_u64().unwrap()
}

#[test]
fn whoever_watches_the_stream_sees_numbers_and_nothing_else() {
    let scene = Scene::new(NEVER_MS);
    let people = people::all(&scene);
    let mut desk = Desk::new();
    let duty = desk.sit(scene.addr(), "duty", scene.now());
    let first = head(&scene, &duty) + 1;
    let mut lines: Vec<_> = people
        .iter()
        .map(|person| (person, watch(&scene, &person.seat)))
        .collect();
    let mut own = watch(&scene, &duty);
    let mut case = scene.open_case(&mut desk, &duty);
    scene.close_case(&mut desk, &duty, &mut case);
    let last = head(&scene, &duty);
    assert!(last >= first + 14, "{first} to {last}");

    let secrets = case.secrets();
    let end = format!("id: {}:{last}\n", scene.service.epoch());
    own.read_until("the last change", |text| text.contains(&end));
    let own = own.answer();
    for (name, words) in &secrets {
        // A name that is sealed and an edit's refused value aside, the duty
        // officer sees all of it, so there is something to be kept from others.
        assert!(own.holds(words), "{name} never passed by");
    }
    for (person, line) in &mut lines {
        let ends = match (person.name, person.standing) {
            // Sees stubs of the district: numbers without holes.
            ("town" | "moved", _) => {
                line.read_until("the last stub", |text| text.contains(&end));
                "stubs"
            }
            // Not a feed of theirs, or not signed in.
            ("neighbour", _) | (_, Standing::Revoked | Standing::Nobody) => {
                line.read_until("the refusal's end", |_| false);
                "refused"
            }
            // An administrator keeps accounts in the district and sees no case.
            (_, Standing::Good | Standing::Moved) => {
                line.read_until("the last stub", |text| text.contains(&end));
                "stubs"
            }
        };
        println!("{:<10} {ends}", person.name);
    }
    for (person, line) in lines {
        let answer = line.answer();
        for (name, words) in &secrets {
            assert!(!answer.holds(words), "{}: {name}", person.name);
        }
        if answer.status == 200 {
            for seq in first..=last {
                let id = format!("id: {}:{seq}\n", scene.service.epoch());
                assert!(answer.text().contains(&id), "{}: no {seq}", person.name);
            }
        }
    }
}

#[test]
fn a_stream_ends_before_the_next_change_once_its_officer_is_revoked_here() {
    revoked_while_watching(|scene| scene.service.account_disable("colleague").unwrap());
}

#[test]
fn a_stream_ends_before_the_next_change_once_its_officer_is_revoked_by_another_program() {
    // As the administrator's command line does beside a running service. No
    // heartbeat comes in between.
    revoked_while_watching(|scene| {
        let other = Service::open(scene.folder.path(), ServiceOptions::default()).unwrap();
        other.account_disable("colleague").unwrap();
    });
}

fn revoked_while_watching(revoke: impl FnOnce(&Scene)) {
    let scene = Scene::new(NEVER_MS);
    scene.add("colleague", Role::DutyOfficer, DISTRICT);
    let mut desk = Desk::new();
    let duty = desk.sit(scene.addr(), "duty", scene.now());
    let own_desk = Desk::new();
    let colleague = own_desk.sit(scene.addr(), "colleague", scene.now());
    // A second session of the same officer, which is signed out and not
    // disabled, and both ways to open a stream.
    let mut lines = vec![watch(&scene, &colleague)];
    let cursor = json!({
        "feed": DISTRICT,
        "epoch": scene.service.epoch(),
        "seq": head(&scene, &duty),
    });
    let mut posted = Request::new("POST", "/v1/stream", Some(&colleague.token))
        .body(json!({"cursors": [cursor]}).to_string())
        .begin(scene.addr());
    posted.read_until("the first heartbeat", |text| text.contains("event: beat"));
    lines.push(posted);

    revoke(&scene);
    let case = scene.open_case(&mut desk, &duty);
    for mut line in lines {
        line.read_until("the goodbye", |_| false);
        assert!(line.ended());
        let answer = line.answer();
        assert!(answer.text().contains("event: bye"), "{}", answer.text());
        for (name, words) in case.secrets() {
            assert!(!answer.holds(&words), "{name}: {}", answer.text());
        }
    }
    // Nor do the old token, its last event or the desk's proof open another.
    let path = format!("/v1/feeds/{DISTRICT}/stream");
    let again = Request::new("GET", path, Some(&colleague.token))
        .header("last-event-id", format!("{}:1", scene.service.epoch()))
        .send(scene.addr());
    let resumed = own_desk.resume(scene.addr(), &colleague, scene.now());
    // The desk that proves itself is told why, and nothing else.
    assert_eq!(again.status, 401);
    assert!([401, 403].contains(&resumed.status), "{}", resumed.status);
    for (name, words) in case.secrets() {
        assert!(!again.holds(&words) && !resumed.holds(&words), "{name}");
    }
}

#[test]
fn a_stream_ends_before_the_next_change_once_its_session_is_signed_out() {
    let scene = Scene::new(NEVER_MS);
    let mut desk = Desk::new();
    let duty = desk.sit(scene.addr(), "duty", scene.now());
    let second = Desk::new().sit(scene.addr(), "duty", scene.now());
    let mut line = watch(&scene, &second);
    let out = Request::new("DELETE", "/v1/sessions/current", Some(&second.token));
    assert_eq!(out.send(scene.addr()).status, 204);
    let case = scene.open_case(&mut desk, &duty);
    line.read_until("the goodbye", |_| false);
    let answer = line.answer();
    for (name, words) in case.secrets() {
        assert!(!answer.holds(&words), "{name}: {}", answer.text());
    }
}
