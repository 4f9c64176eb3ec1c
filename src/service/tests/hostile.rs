//! Requests that are made to confuse: names twice, numbers at their ends and
//! beyond, texts that are none, and lists without end. Each is answered by a
//! problem document or by a verdict, never by a fault of the program.

use std::time::Duration;

use reqwest::header::HeaderValue;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::bench::{Bench, Desk, PASSWORD, TOWN, problem};
use crate::domain::counter::COUNTER_MAX;
use crate::domain::time::Timestamp;
use crate::service::accounts::ACCOUNT_NAME_MAX_CHARS;
use crate::service::auth::station::STATION_NAME_MAX_CHARS;
use crate::service::http::{CURSORS_MAX, KEY_BYTES_MAX};
use crate::wire::command::{PUSH_BYTES_MAX, Refused, Verdict, WireCommand};
use crate::wire::problem::ProblemKind;
use crate::wire::proof::Mac;

/// How long a peer waits for what must come at once.
const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_push_that_confuses_is_malformed_and_stores_nothing() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let (_, command) = desk.register(&bench, &seat, TOWN);
    let good = json!({"device": desk.id, "commands": [command]}).to_string();
    let head = bench.page(&seat.token, 0, 1).await.head;
    let with = |what: &str, instead: &str| {
        assert!(good.contains(what), "{what}");
        good.replacen(what, instead, 1)
    };
    let number = |text: &str| with("\"dseq\":1,", &format!("\"dseq\":{text},"));
    let cases = [
        (
            "a name twice",
            with("\"dseq\":1,", "\"dseq\":1,\"dseq\":1,"),
        ),
        (
            "a list twice",
            with("\"device\":", "\"commands\":[],\"device\":"),
        ),
        ("half a character", with("\u{90bb}\u{91cc}", "\\ud800")),
        ("the other half", with("\u{90bb}\u{91cc}", "\\udc00\\ud800")),
        ("a raw control", with("\u{90bb}\u{91cc}", "\u{1}")),
        ("a mark of byte order", format!("\u{feff}{good}")),
        ("two documents", format!("{good}{good}")),
        ("a comment", with("{", "{/* */")),
        ("no number", number("NaN")),
        ("a number without end", number("1e400")),
        ("a fraction", number("1.5")),
        ("a float", number("1.0")),
        ("below nothing", number("-1")),
        ("nothing, but below", number("-0")),
        ("a digit too many", number("18446744073709551616")),
        (
            "a time beyond",
            with("\"offset_ms\":0", "\"offset_ms\":9223372036854775808"),
        ),
        ("no list", with("\"commands\":[", "\"commands\":{},\"x\":[")),
    ];
    for (what, body) in cases {
        let answer = problem(bench.post("/v1/commands", Some(&seat.token), body).await).await;
        assert_eq!(
            (answer.status, answer.kind),
            (400, ProblemKind::Malformed),
            "{what}"
        );
    }
    // As many of them as a body has room for.
    let targets = vec![json!({"kind": "incident", "id": desk.id, "base_rev": 1}); 3_000];
    let mut many = json!({"device": desk.id, "commands": [command]});
    many["commands"][0]["targets"] = Value::Array(targets);
    let nothing = "[],".repeat((PUSH_BYTES_MAX - 200) / 3);
    let nothings = format!("{{\"device\":\"{}\",\"commands\":[{nothing}[]]}}", desk.id);
    for body in [many.to_string(), nothings] {
        assert!(body.len() <= PUSH_BYTES_MAX, "{}", body.len());
        let answer = problem(bench.post("/v1/commands", Some(&seat.token), body).await).await;
        assert_eq!((answer.status, answer.kind), (400, ProblemKind::Malformed));
    }
    assert_eq!(bench.page(&seat.token, 0, 1).await.head, head, "untouched");
    let verdict = desk.push_one(&bench, &seat, &command).await;
    super::bench::accepted(&verdict);
}

/// Signs a command again after it was changed.
fn signed(mut command: WireCommand, secret: &[u8; 32]) -> WireCommand {
    command.mac = Mac::of(secret, &command.signed_bytes().unwrap());
    command
}

#[tokio::test]
async fn numbers_at_their_ends_get_a_verdict() {
    for (made_at, offset_ms) in [
        (i64::MIN, i64::MIN),
        (i64::MIN, 0),
        (-1, i64::MAX),
        (i64::MAX, i64::MAX),
    ] {
        let bench = Bench::new();
        let mut desk = Desk::new();
        let seat = desk.sit(&bench, "duty").await;
        let (id, mut command) = desk.register(&bench, &seat, TOWN);
        command.made_at = Timestamp::from_millis(made_at);
        command.offset_ms = offset_ms;
        let command = signed(command, &seat.secret);
        let verdict = desk.push_one(&bench, &seat, &command).await;
        super::bench::accepted(&verdict);
        // And what was stored of it is read again, by every way.
        let record: Value = bench
            .get_json(&format!("/v1/records/incident/{id}"), &seat.token)
            .await;
        let at = record["doc"]["registered_at"].as_i64().unwrap();
        let now = bench.now().as_millis();
        assert_eq!(at, made_at.clamp(0, now), "made at {made_at}");
        let page = bench.page(&seat.token, 0, 100).await;
        assert_eq!(page.changes.len() as u64, page.head.0);
    }
}

#[tokio::test]
async fn a_name_twice_in_the_arguments_is_what_was_signed_or_refused() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let (_, command) = desk.register(&bench, &seat, TOWN);
    let good = json!({"device": desk.id, "commands": [command]}).to_string();
    let title = "\"place\":\"三岔路口\"";
    let forged = good.replacen(title, &format!("{title},\"place\":\"x\""), 1);
    assert_ne!(forged, good);
    let answer = bench.post("/v1/commands", Some(&seat.token), forged).await;
    let reply: crate::wire::command::PushReply = answer.json().await.unwrap();
    assert!(
        matches!(
            reply.results[0].verdict,
            Verdict::Refused {
                refusal: Refused::Mac,
                ..
            }
        ),
        "{reply:?}"
    );
}

#[tokio::test]
async fn texts_that_steer_are_stored_whole_and_nothing_breaks() {
    let bench = Bench::new();
    let token = bench.script("duty").await.token;
    let title = "\0\u{1b}[2J\u{202e}'; DROP TABLE record; --\u{10ffff}=1+1";
    let body = json!({"category": "0201", "area": TOWN, "title": title}).to_string();
    let request = bench
        .http
        .post(bench.url("/v1/incidents"))
        .bearer_auth(&token);
    let request = request.header("idempotency-key", "'; --").body(body);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 201);
    let made: Value = answer.json().await.unwrap();
    let path = format!("/v1/records/incident/{}", made["id"].as_str().unwrap());
    let record: Value = bench.get_json(&path, &token).await;
    assert_eq!(record["doc"]["title"], title);
    for account in ["\0", "duty\0", "du\u{202e}ty", "' OR 1=1 --"] {
        let body = json!({"account": account, "password": "x\0"}).to_string();
        let answer = problem(bench.post("/v1/sessions", None, body).await).await;
        assert_eq!(answer.kind, ProblemKind::Credentials, "{account:?}");
    }
}

#[tokio::test]
async fn addresses_and_headers_that_are_no_text_are_malformed() {
    let bench = Bench::new();
    let token = bench.script("duty").await.token;
    let epoch = bench.service.epoch();
    let feed = bench.feed();
    for path in [
        "/v1/feeds/%ff/changes".to_owned(),
        "/v1/feeds/%00/changes".to_owned(),
        "/v1/feeds/%2e%2e%2f/snapshot".to_owned(),
        "/v1/records/%c3%28/x".to_owned(),
        "/v1/records/incident/%00".to_owned(),
        "/v1/records/incident/%F0%9F%98%80/timeline".to_owned(),
        format!("/v1/feeds/{feed}/changes?epoch={epoch}&after=%ff"),
        format!("/v1/feeds/{feed}/changes?epoch={epoch}&after=1&after=2"),
        format!("/v1/feeds/{feed}/changes?epoch={epoch}&after=1&limit=99999999999999999999"),
        format!("/v1/feeds/{feed}/changes?epoch={epoch}&after=1&limit=-1"),
        format!("/v1/feeds/{feed}/changes?epoch={epoch}&after=1&chain=zz"),
        "/v1/feeds?marks=:::,,,".to_owned(),
    ] {
        let answer = problem(bench.get(&path, &token).await).await;
        assert_eq!(
            (answer.status, answer.kind),
            (400, ProblemKind::Malformed),
            "{path}"
        );
    }
    let odd = HeaderValue::from_bytes(b"Bearer \xff\xfe").unwrap();
    let request = bench
        .http
        .get(bench.url("/v1/feeds"))
        .header("authorization", odd.clone());
    let answer = problem(request.send().await.unwrap()).await;
    assert_eq!(answer.kind, ProblemKind::NotSignedIn);
    let stream = bench.url(&format!("/v1/feeds/{feed}/stream"));
    let request = bench
        .http
        .get(stream)
        .bearer_auth(&token)
        .header("last-event-id", odd.clone());
    let answer = problem(request.send().await.unwrap()).await;
    assert_eq!(answer.field.as_deref(), Some("Last-Event-ID"));
    let incidents = bench.url("/v1/incidents");
    let request = bench
        .http
        .post(incidents)
        .bearer_auth(&token)
        .header("idempotency-key", odd);
    let answer = problem(request.body("{}").send().await.unwrap()).await;
    assert_eq!(answer.field.as_deref(), Some("Idempotency-Key"));
}

#[tokio::test]
async fn small_texts_and_lists_end_at_their_limits() {
    let bench = Bench::new();
    let token = bench.script("duty").await.token;
    for (bytes, status) in [(KEY_BYTES_MAX, 201), (KEY_BYTES_MAX + 1, 400)] {
        let request = bench
            .http
            .post(bench.url("/v1/incidents"))
            .bearer_auth(&token);
        let request = request.header("idempotency-key", "k".repeat(bytes));
        let body = json!({"category": "0201", "area": TOWN}).to_string();
        let answer = request.body(body).send().await.unwrap();
        assert_eq!(answer.status(), status, "a key of {bytes} bytes");
    }
    for (chars, kind) in [
        (ACCOUNT_NAME_MAX_CHARS, ProblemKind::Credentials),
        (ACCOUNT_NAME_MAX_CHARS + 1, ProblemKind::Malformed),
    ] {
        let body = json!({"account": "值".repeat(chars), "password": "x"}).to_string();
        let answer = problem(bench.post("/v1/sessions", None, body).await).await;
        assert_eq!(answer.kind, kind, "an account of {chars} characters");
    }
    let cursor = json!({"feed": bench.feed(), "epoch": bench.service.epoch(), "seq": 1});
    for (cursors, status) in [
        (0, 400),
        (1, 200),
        (CURSORS_MAX, 200),
        (CURSORS_MAX + 1, 400),
    ] {
        let body = json!({"cursors": vec![cursor.clone(); cursors]}).to_string();
        let answer = bench.post("/v1/stream", Some(&token), body).await;
        assert_eq!(answer.status(), status, "{cursors} cursors");
    }
    let mark = |seq: u64| {
        let word = "0f".repeat(32);
        format!(
            "/v1/feeds?marks={}:{}:{seq}:{word}",
            bench.feed(),
            bench.service.epoch()
        )
    };
    assert_eq!(bench.get(&mark(COUNTER_MAX), &token).await.status(), 200);
    for seq in [COUNTER_MAX + 1, u64::MAX] {
        let answer = problem(bench.get(&mark(seq), &token).await).await;
        assert_eq!(answer.field.as_deref(), Some("marks"), "{seq}");
    }
}

#[tokio::test]
async fn the_name_of_a_desk_ends_at_its_limit() {
    let bench = Bench::new();
    bench.script("duty").await;
    for (chars, fits) in [
        (0, false),
        (STATION_NAME_MAX_CHARS, true),
        (STATION_NAME_MAX_CHARS + 1, false),
    ] {
        let mut request = super::bench::password("duty", PASSWORD);
        let mut station = Desk::new().station("duty", bench.now());
        station.name = "席".repeat(chars);
        request.station = Some(station);
        match bench.sign_in(&request).await {
            Ok(_) => assert!(fits, "{chars}"),
            Err(problem) => {
                assert!(!fits, "{chars}: {problem:?}");
                assert_eq!(problem.field.as_deref(), Some("station.name"));
            }
        }
    }
}

/// What comes back for bytes that no client would send, until the service
/// closes.
async fn raw(bench: &Bench, request: &[u8]) -> String {
    let addr = bench.running.as_ref().unwrap().addr();
    let mut socket = TcpStream::connect(addr).await.unwrap();
    // It may be closed before all is sent.
    let _sent = socket.write_all(request).await;
    let mut heard = Vec::new();
    let _end = tokio::time::timeout(SOON, socket.read_to_end(&mut heard))
        .await
        .expect("the service closes");
    String::from_utf8_lossy(&heard).into_owned()
}

#[tokio::test]
async fn requests_that_two_readers_would_cut_differently_end_the_connection() {
    let bench = Bench::new();
    let start = "POST /v1/sessions HTTP/1.1\r\nhost: x\r\n";
    let second = "GET /v1/health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    for lines in [
        "content-length: 5\r\ncontent-length: 6\r\n",
        "content-length: +5\r\n",
        "content-length: 99999999999999999999\r\n",
        "transfer-encoding: chunked, gzip\r\n",
        "transfer-encoding : chunked\r\n",
        "x: a\0b\r\n",
        " folded: x\r\n",
        "no colon\r\n",
    ] {
        let heard = raw(&bench, format!("{start}{lines}\r\n{second}").as_bytes()).await;
        assert!(!heard.contains(" 200 OK"), "{lines:?}: {heard}");
    }
    // A chunk that says one length and has another.
    let chunked = "transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n";
    let heard = raw(&bench, format!("{start}{chunked}{second}").as_bytes()).await;
    assert!(!heard.contains(" 200 OK"), "{heard}");
    let live = bench.http.get(bench.url("/v1/health/live")).send().await;
    assert_eq!(live.unwrap().status(), 200);
}
