//! Every route of the router, tried by everybody who has no business with a
//! record, while it is in hand and after it is closed.

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

use zhiban::domain::alarm::Rank;
use zhiban::domain::command::Target;
use zhiban::domain::ids::{CommandId, OfficerId, RecordId};
use zhiban::domain::incident::act::{Acknowledge, Act, Grade, Note, Reveal};
use zhiban::service::Service;

use crate::desk::{Desk, Seat};
use crate::http::{Answer, Request};
use crate::people::{self, Person, Standing};
use crate::scene::{
    Case, DISTRICT, OTHER_DISTRICT, PASSWORD, Scene, TOWN, amended, registration, secret, target,
};

/// Heartbeats come fast, so that a stream can be seen to have caught up.
const HEARTBEAT_MS: u64 = 50;
/// The key of an incident that a script of the duty officer's registered.
const SCRIPT_KEY: &str = "night-7-call-3";

/// Method and path, as the router has them.
type Route = (&'static str, &'static str);

/// What somebody tried on a route, and what came back.
type Tried = Vec<(String, Answer)>;

/// What is tried by a command: its name here, its id, its author, what it says.
type Said = (String, CommandId, OfficerId, (Vec<Target>, Act));

struct Ground<'a> {
    scene: &'a Scene,
    case: &'a Case,
    duty: &'a Seat,
    duty_desk: &'a Desk,
    /// The tag of the duty officer's own snapshot.
    snapshot_tag: &'a str,
}

/// Whose tokens, feeds and desk a route is tried with.
struct Thief<'a> {
    name: &'a str,
    standing: Standing,
    seat: &'a Seat,
    desk: &'a mut Desk,
}

impl Ground<'_> {
    fn get(&self, tried: &mut Tried, thief: &Thief<'_>, path: &str) {
        for method in ["GET", "HEAD"] {
            let answer =
                Request::new(method, path, Some(&thief.seat.token)).send(self.scene.addr());
            tried.push((format!("{method} {path}"), answer));
        }
    }

    fn feeds(&self, thief: &Thief<'_>) -> Vec<String> {
        vec![
            DISTRICT.to_owned(),
            TOWN.to_owned(),
            "42".to_owned(),
            OTHER_DISTRICT.to_owned(),
            format!("o-{}", self.duty.officer),
            format!("o-{}", thief.seat.officer),
        ]
    }

    /// Tries a route. A route that this test does not know fails it: whoever
    /// adds one says here how a stranger would try it.
    fn try_route(&self, route: Route, thief: &mut Thief<'_>) -> Tried {
        let mut tried = Tried::new();
        match route {
            ("POST", "/v1/sessions") => self.sign_in(&mut tried, thief),
            ("GET", "/v1/sessions") => self.get(&mut tried, thief, "/v1/sessions"),
            ("DELETE", "/v1/sessions/current") => self.sign_out(&mut tried, thief),
            ("GET", "/v1/feeds") => self.get(&mut tried, thief, "/v1/feeds"),
            ("GET", "/v1/feeds/{feed}/changes") => self.changes(&mut tried, thief),
            ("GET", "/v1/feeds/{feed}/stream") => self.stream_of_feed(&mut tried, thief),
            ("GET", "/v1/feeds/{feed}/snapshot") => self.snapshots(&mut tried, thief),
            ("POST", "/v1/stream") => self.stream(&mut tried, thief),
            ("POST", "/v1/commands") => self.commands(&mut tried, thief),
            ("POST", "/v1/incidents") => self.incidents(&mut tried, thief),
            ("GET", "/v1/records/{kind}/{id}") => self.records(&mut tried, thief, ""),
            ("GET", "/v1/records/{kind}/{id}/timeline") => {
                self.records(&mut tried, thief, "/timeline");
            }
            ("GET", "/v1/health/live") => self.get(&mut tried, thief, "/v1/health/live"),
            ("GET", "/v1/health/ready") => self.get(&mut tried, thief, "/v1/health/ready"),
            (method, path) => {
                panic!("{method} {path} is new: add how a stranger would try to get a record there")
            }
        }
        tried
    }

    fn sign_in(&self, tried: &mut Tried, thief: &Thief<'_>) {
        let (at, now) = (self.scene.addr(), self.scene.now());
        let account = &thief.seat.account;
        tried.push(("at the own desk".into(), thief.desk.enrol(at, account, now)));
        tried.push(("resumed".into(), thief.desk.resume(at, thief.seat, now)));
        let body = json!({"account": account, "password": PASSWORD}).to_string();
        let script = Request::new("POST", "/v1/sessions", None)
            .body(body)
            .send(at);
        if matches!(thief.standing, Standing::Revoked) {
            for (how, answer) in tried.iter() {
                // A desk that proves itself is told that the account is out of
                // use, so that it takes the officer off; nobody else is.
                let status = answer.status;
                assert!(
                    [401, 403].contains(&status),
                    "{}: {how}: {status}",
                    thief.name
                );
            }
            assert_eq!(script.status, 401);
        }
        tried.push(("as a script".into(), script));
        let body = json!({"account": "leader", "password": "guessed"}).to_string();
        let guess = Request::new("POST", "/v1/sessions", None)
            .body(body)
            .send(at);
        assert!(matches!(guess.status, 401 | 429), "{}", guess.status);
        tried.push(("as the leader".into(), guess));
    }

    /// With a session of its own, since it ends.
    fn sign_out(&self, tried: &mut Tried, thief: &Thief<'_>) {
        let at = self.scene.addr();
        let token = match thief.standing {
            Standing::Good | Standing::Moved => {
                let account = &thief.seat.account;
                let body = json!({"account": account, "password": PASSWORD}).to_string();
                let answer = Request::new("POST", "/v1/sessions", None)
                    .body(body)
                    .send(at);
                answer.json()["token"].as_str().unwrap().to_owned()
            }
            Standing::Revoked | Standing::Nobody => thief.seat.token.clone(),
        };
        for how in ["signed out", "signed out again"] {
            let request = Request::new("DELETE", "/v1/sessions/current", Some(&token));
            tried.push((how.to_owned(), request.send(at)));
        }
    }

    fn changes(&self, tried: &mut Tried, thief: &Thief<'_>) {
        let epoch = self.scene.service.epoch();
        for feed in self.feeds(thief) {
            // Page by page, to the end of what is there.
            for after in (0..120).step_by(20) {
                let path = format!("/v1/feeds/{feed}/changes?epoch={epoch}&after={after}&limit=20");
                self.get(tried, thief, &path);
            }
        }
        self.get(
            tried,
            thief,
            &format!("/v1/feeds/{DISTRICT}/changes?epoch=0&after=x"),
        );
    }

    fn snapshots(&self, tried: &mut Tried, thief: &Thief<'_>) {
        for feed in self.feeds(thief) {
            self.get(tried, thief, &format!("/v1/feeds/{feed}/snapshot"));
        }
        // The tag of somebody else's snapshot tells nothing, nor does a range.
        let path = format!("/v1/feeds/{DISTRICT}/snapshot");
        let request = Request::new("GET", path, Some(&thief.seat.token))
            .header("if-none-match", self.snapshot_tag)
            .header("range", "bytes=0-99999");
        let answer = request.send(self.scene.addr());
        if thief.name != "duty" {
            assert_ne!(answer.status, 304, "{}: the tag tells", thief.name);
        }
        tried.push(("with another's tag".to_owned(), answer));
    }

    fn stream_of_feed(&self, tried: &mut Tried, thief: &Thief<'_>) {
        let epoch = self.scene.service.epoch();
        for feed in self.feeds(thief) {
            let path = format!("/v1/feeds/{feed}/stream");
            let request = || Request::new("GET", path.clone(), Some(&thief.seat.token));
            for last in ["0", "5", "999999"] {
                let request = request().header("last-event-id", format!("{epoch}:{last}"));
                tried.push((format!("GET {path} after {last}"), self.caught_up(&request)));
            }
            tried.push((format!("GET {path}"), self.caught_up(&request())));
        }
    }

    fn stream(&self, tried: &mut Tried, thief: &Thief<'_>) {
        let epoch = self.scene.service.epoch();
        let feeds = self.feeds(thief);
        let one = feeds.iter().map(|feed| vec![feed.clone()]);
        for feeds in one.chain([feeds.clone(), Vec::new()]) {
            let cursors: Vec<_> = feeds
                .iter()
                .map(|feed| json!({"feed": feed, "epoch": epoch, "seq": 0}))
                .collect();
            let request = Request::new("POST", "/v1/stream", Some(&thief.seat.token))
                .body(json!({"cursors": cursors}).to_string());
            tried.push((format!("from 0 of {feeds:?}"), self.caught_up(&request)));
        }
    }

    /// Reads a stream until a heartbeat came after all it caught up with.
    fn caught_up(&self, request: &Request<'_>) -> Answer {
        let mut line = request.begin(self.scene.addr());
        line.read_until("two heartbeats", |text| {
            text.matches("event: beat").count() > 1
        });
        line.answer()
    }

    fn records(&self, tried: &mut Tried, thief: &Thief<'_>, tail: &str) {
        let case = self.case;
        for (kind, id) in [
            ("incident", case.id.to_string()),
            ("entry", case.note.to_string()),
            ("entry", case.call.to_string()),
            ("entry", case.reveal.to_string()),
            ("entry", case.id.to_string()),
            ("person", case.id.to_string()),
            ("officer", self.duty.officer.to_string()),
            ("anything", case.id.to_string()),
            ("incident", case.number.clone()),
            ("incident", RecordId::new(Uuid::now_v7()).to_string()),
        ] {
            // What is not an id comes back named by nobody.
            self.get(tried, thief, &format!("/v1/records/{kind}/{id}{tail}"));
        }
    }

    fn incidents(&self, tried: &mut Tried, thief: &Thief<'_>) {
        for (key, body) in [
            // What the duty officer's script sent, byte for byte.
            (SCRIPT_KEY.to_owned(), script_body()),
            (
                SCRIPT_KEY.to_owned(),
                json!({"category": "0201", "area": TOWN}).to_string(),
            ),
            (
                format!("own-{}", Uuid::now_v7()),
                json!({"category": "0201", "area": OTHER_DISTRICT}).to_string(),
            ),
        ] {
            let request = Request::new("POST", "/v1/incidents", Some(&thief.seat.token))
                .header("idempotency-key", key.clone())
                .body(body);
            tried.push((format!("key {key}"), request.send(self.scene.addr())));
        }
    }

    /// Commands about the case, its ids said again, other people's names on
    /// them, another desk's name on the push.
    fn commands(&self, tried: &mut Tried, thief: &mut Thief<'_>) {
        let (case, at) = (self.case, self.scene.addr());
        let own = thief.seat.officer;
        let fresh = || CommandId::new(Uuid::now_v7());
        let mut all: Vec<Said> = Vec::new();
        for act in acts() {
            let verb = act.verb();
            all.push((
                format!("{verb}"),
                fresh(),
                own,
                (vec![target(case.id)], act),
            ));
        }
        for entry in [case.note, case.call, case.reveal] {
            all.push((
                "note on an entry".into(),
                fresh(),
                own,
                (vec![target(entry)], note()),
            ));
        }
        let new = vec![Target::new_incident(case.id)];
        all.push((
            "register its id".into(),
            fresh(),
            own,
            (new, plain_registration()),
        ));
        // Said again by somebody else: as they went, and about nothing at all.
        for id in &case.commands {
            let what = (vec![target(case.id)], note());
            all.push(("the same id".into(), *id, own, what));
            let elsewhere = vec![target(RecordId::new(Uuid::now_v7()))];
            all.push((
                "the same id, elsewhere".into(),
                *id,
                own,
                (elsewhere, note()),
            ));
            let as_duty = (vec![target(case.id)], note());
            all.push((
                "the same id, as the author".into(),
                *id,
                self.duty.officer,
                as_duty,
            ));
        }
        let as_duty = (vec![target(case.id)], note());
        all.push((
            "as the duty officer".into(),
            fresh(),
            self.duty.officer,
            as_duty,
        ));
        let ground = (thief.seat, self.scene.feed(), self.scene.now());
        for (what, id, author, said) in all {
            let command = thief.desk.command(ground, id, author, said);
            for again in ["", ", again"] {
                let pushed = Desk::push(
                    at,
                    thief.seat,
                    thief.desk.id,
                    std::slice::from_ref(&command),
                );
                tried.push((format!("{what}{again}"), pushed));
            }
            let pretended = Desk::push(at, thief.seat, self.duty_desk.id, &[command]);
            if thief.name != "duty" {
                assert!(
                    matches!(pretended.status, 401 | 403),
                    "{} pushed as another desk: {}",
                    thief.name,
                    pretended.text()
                );
            }
            tried.push((format!("{what}, as another desk"), pretended));
        }
    }
}

fn acts() -> Vec<Act> {
    vec![
        note(),
        // What it reveals comes back to nobody, whoever may or may not.
        Act::Reveal(Reveal {
            entry: RecordId::new(Uuid::now_v7()),
            reason: "x".to_owned(),
        }),
        Act::Acknowledge(Acknowledge { episode: 1 }),
        Act::Raise(Grade {
            to: Rank::Urgent,
            reason: "x".to_owned(),
        }),
        Act::Lower(Grade {
            to: Rank::Notice,
            reason: "x".to_owned(),
        }),
        // A clash would name what is there.
        amended("x", "y"),
        Act::Verify(zhiban::domain::incident::act::Words::default()),
    ]
}

fn note() -> Act {
    Act::Note(Note {
        entry: RecordId::new(Uuid::now_v7()),
        text: "x".to_owned(),
        corrects: None,
    })
}

fn plain_registration() -> Act {
    let Act::Register(mut args) = registration() else {
        unreachable!("it registers")
    };
    "x".clone_into(&mut args.title);
    args.place = String::new();
    args.summary = String::new();
    args.source.name = String::new();
    args.source.phone = String::new();
    args.parties = Vec::new();
    args.sealed = Vec::new();
    Act::Register(args)
}

fn script_body() -> String {
    json!({"category": "0201", "area": TOWN, "title": secret::TITLE}).to_string()
}

/// What of the secrets is in an answer.
fn found(secrets: &[(String, String)], answer: &Answer) -> Vec<String> {
    secrets
        .iter()
        .filter(|(_, words)| answer.holds(words))
        .map(|(name, _)| name.clone())
        .collect()
}

/// Tries all routes as one person: what came out, route by route.
fn walk(
    ground: &Ground<'_>,
    thief: &mut Thief<'_>,
    secrets: &[(String, String)],
) -> BTreeMap<String, (String, Vec<String>)> {
    let mut results = BTreeMap::new();
    for route in Service::routes() {
        let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
        let mut leaks = Vec::new();
        for (what, answer) in ground.try_route(route, thief) {
            assert!(answer.status < 500, "{route:?} {what}: {}", answer.text());
            *statuses.entry(answer.status).or_default() += 1;
            for name in found(secrets, &answer) {
                leaks.push(format!("{name} ({what}: {})", answer.status));
            }
        }
        let statuses: Vec<String> = statuses
            .into_iter()
            .map(|(status, count)| format!("{status}×{count}"))
            .collect();
        let name = format!("{} {}", route.0, route.1);
        results.insert(name, (statuses.join(" "), leaks));
    }
    results
}

/// The routes on which the duty officer, who may, gets the record: the walk
/// looks where something is.
const GIVES: [&str; 7] = [
    "GET /v1/feeds/{feed}/changes",
    "GET /v1/feeds/{feed}/snapshot",
    "GET /v1/feeds/{feed}/stream",
    "GET /v1/records/{kind}/{id}",
    "GET /v1/records/{kind}/{id}/timeline",
    "POST /v1/commands",
    "POST /v1/stream",
];

fn try_all(scene: &Scene, case: &Case, people: &mut [Person], duty: (&Seat, &Desk), when: &str) {
    let mut secrets = case.secrets();
    let request = Request::new("POST", "/v1/incidents", Some(&duty.0.token))
        .header("idempotency-key", SCRIPT_KEY)
        .body(script_body());
    let made = request.send(scene.addr());
    assert_eq!(made.status, 201, "{}", made.text());
    for field in ["id", "number"] {
        let value = made.json()[field].as_str().unwrap().to_owned();
        secrets.push((format!("script's {field}"), value));
    }
    let path = format!("/v1/feeds/{DISTRICT}/snapshot");
    let snapshot = Request::new("GET", path, Some(&duty.0.token)).send(scene.addr());
    let ground = Ground {
        scene,
        case,
        duty: duty.0,
        duty_desk: duty.1,
        snapshot_tag: &snapshot.header("etag").unwrap(),
    };
    for person in people {
        let mut thief = Thief {
            name: person.name,
            standing: person.standing,
            seat: &person.seat,
            desk: &mut person.desk,
        };
        let results = walk(&ground, &mut thief, &secrets);
        for (route, (statuses, leaks)) in &results {
            let result = if leaks.is_empty() { "nothing" } else { "LEAKS" };
            println!(
                "{when:<8} {:<10} {route:<38} {result:<8} {statuses}",
                person.name
            );
        }
        let leaks: Vec<_> = results
            .into_iter()
            .filter(|(_, (_, leaks))| !leaks.is_empty())
            .map(|(route, (_, leaks))| (route, leaks))
            .collect();
        assert!(leaks.is_empty(), "{when}, {}: {leaks:#?}", person.name);
    }
    // Somebody who may, by the same walk from a second desk.
    let mut desk = Desk::new();
    let seat = desk.sit(scene.addr(), "duty", scene.now());
    let mut control = Thief {
        name: "duty",
        standing: Standing::Good,
        seat: &seat,
        desk: &mut desk,
    };
    let results = walk(&ground, &mut control, &secrets);
    for (route, (statuses, leaks)) in &results {
        let result = if leaks.is_empty() {
            "nothing"
        } else {
            "the record"
        };
        println!(
            "{when:<8} {:<10} {route:<38} {result:<8} {statuses}",
            "duty"
        );
    }
    for route in GIVES {
        assert!(
            !results[route].1.is_empty(),
            "{route} gives nothing to anybody"
        );
    }
}

#[test]
fn nobody_without_business_gets_a_record_by_any_route() {
    let scene = Scene::new(HEARTBEAT_MS);
    let mut people = people::all(&scene);
    let mut desk = Desk::new();
    let duty = desk.sit(scene.addr(), "duty", scene.now());
    let mut case = scene.open_case(&mut desk, &duty);
    try_all(&scene, &case, &mut people, (&duty, &desk), "in hand");
    scene.close_case(&mut desk, &duty, &mut case);
    try_all(&scene, &case, &mut people, (&duty, &desk), "closed");
}

#[test]
fn paths_beside_the_routes_say_nothing() {
    let scene = Scene::new(HEARTBEAT_MS);
    let mut desk = Desk::new();
    let duty = desk.sit(scene.addr(), "duty", scene.now());
    let case = scene.open_case(&mut desk, &duty);
    let routes = Service::routes();
    // Named by the design and not built yet: whoever builds one adds a row to
    // the walk above, because the router will then have it.
    for path in [
        "/v1/health/metrics",
        "/metrics",
        "/v1/metrics",
        "/v1/openapi.json",
        "/v1/intake/hotline",
        "/v1/records",
        "/v1/incidents",
        "/",
    ] {
        assert!(!routes.contains(&("GET", path)), "{path} is a route now");
        let answer = Request::new("GET", path, Some(&duty.token)).send(scene.addr());
        assert!(
            matches!(answer.status, 404 | 405),
            "{path}: {}",
            answer.status
        );
        let leaks = found(&case.secrets(), &answer);
        assert!(leaks.is_empty(), "{path}: {leaks:?}");
    }
}
