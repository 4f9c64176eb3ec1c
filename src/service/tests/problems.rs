//! Bad input: a problem document that names the field, and nothing stored.

use serde_json::{Value, json};

use super::bench::{Bench, Desk, TOWN, problem};
use crate::wire::command::PUSH_BYTES_MAX;
use crate::wire::problem::ProblemKind;

#[tokio::test]
async fn a_malformed_push_names_its_field_and_stores_nothing() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let (_, first) = desk.register(&bench, &seat, TOWN);
    let (_, second) = desk.register(&bench, &seat, TOWN);
    let good = json!({"device": desk.id, "commands": [first, second]});
    let change = |pointer: &str, value: Value| {
        let mut push = good.clone();
        *push.pointer_mut(pointer).unwrap() = value;
        push.to_string()
    };
    let without = |pointer: &str, field: &str| {
        let mut push = good.clone();
        let object = push.pointer_mut(pointer).unwrap();
        object.as_object_mut().unwrap().remove(field);
        push.to_string()
    };
    let with = |pointer: &str, field: &str| {
        let mut push = good.clone();
        let object = push.pointer_mut(pointer).unwrap();
        object
            .as_object_mut()
            .unwrap()
            .insert(field.to_owned(), json!(1));
        push.to_string()
    };
    let cases = [
        (change("/commands/1/dseq", json!("two")), "commands[1].dseq"),
        (change("/commands/1/mac", json!("00")), "commands[1].mac"),
        (change("/commands/0/feed", json!("x")), "commands[0].feed"),
        (without("/commands/1", "author"), "commands[1].author"),
        (with("/commands/1", "colour"), "commands[1].colour"),
        (
            with("/commands/1/args", "colour"),
            "commands[1].args.colour",
        ),
        (without("/commands/1/args", "area"), "commands[1].args.area"),
        (with("", "colour"), "colour"),
        (without("", "device"), "device"),
        ("{\"device\": ".to_owned(), ""),
        (String::new(), ""),
        ("[]".to_owned(), ""),
        (format!("{good} x"), ""),
    ];
    for (body, field) in cases {
        let problem = problem(bench.post("/v1/commands", Some(&seat.token), body).await).await;
        assert_eq!(
            (problem.status, problem.kind),
            (400, ProblemKind::Malformed),
            "{field}"
        );
        if !field.is_empty() {
            assert_eq!(problem.field.as_deref(), Some(field), "{problem:?}");
        }
    }
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let body = change("/commands/0/args", json!("DEEP")).replace("\"DEEP\"", &deep);
    let answer = problem(bench.post("/v1/commands", Some(&seat.token), body).await).await;
    assert_eq!(answer.kind, ProblemKind::Malformed);
    let bytes = b"{\"device\": \"\xff\xfe\"}".to_vec();
    let answer = problem(bench.post("/v1/commands", Some(&seat.token), bytes).await).await;
    assert_eq!(answer.kind, ProblemKind::Malformed);

    assert_eq!(bench.page(&seat.token, 0, 100).await.head.0, 3, "untouched");
    // And the desk's order is untouched too.
    let results = desk.push(&bench, &seat, &[first, second]).await;
    assert_eq!(super::bench::accepted(&results[1].verdict), [5]);
}

#[tokio::test]
async fn what_is_too_large_or_too_many_is_refused_whole() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let body = " ".repeat(PUSH_BYTES_MAX + 1);
    let answer = problem(bench.post("/v1/commands", Some(&seat.token), body).await).await;
    assert_eq!((answer.status, answer.kind), (413, ProblemKind::TooLarge));

    let commands: Vec<_> = (0..101)
        .map(|_| {
            let id = crate::domain::ids::RecordId::new(uuid::Uuid::now_v7());
            desk.note(&bench, &seat, id)
        })
        .collect();
    let body = json!({"device": desk.id, "commands": commands}).to_string();
    let answer = problem(bench.post("/v1/commands", Some(&seat.token), body).await).await;
    assert_eq!(answer.field.as_deref(), Some("commands"));
    assert_eq!(bench.page(&seat.token, 0, 100).await.head.0, 3);
}

#[tokio::test]
async fn a_token_pushes_for_its_own_desk_only() {
    let bench = Bench::new();
    let desk = Desk::new();
    desk.sit(&bench, "duty").await;
    let script = bench.script("duty").await.token;
    let body = json!({"device": desk.id, "commands": []}).to_string();
    let answer = problem(bench.post("/v1/commands", Some(&script), body).await).await;
    assert_eq!(
        (answer.kind, answer.field.as_deref()),
        (ProblemKind::Forbidden, Some("device"))
    );
}

#[tokio::test]
async fn what_is_not_there_and_who_is_not_signed_in() {
    let bench = Bench::new();
    let token = bench.script("duty").await.token;
    let feed = bench.feed();
    let epoch = bench.service.epoch();
    for (path, status, kind, field) in [
        ("/v1/nothing".to_owned(), 404, ProblemKind::NotFound, None),
        (
            "/v1/feeds/x/changes".to_owned(),
            400,
            ProblemKind::Malformed,
            Some("feed"),
        ),
        (
            format!("/v1/feeds/{feed}/changes?after=1"),
            400,
            ProblemKind::Malformed,
            Some("query"),
        ),
        (
            format!("/v1/feeds/{feed}/changes?epoch={epoch}&after=0&limit=0"),
            400,
            ProblemKind::Malformed,
            Some("limit"),
        ),
        (
            format!("/v1/feeds/110101/changes?epoch={epoch}&after=0"),
            404,
            ProblemKind::NotFound,
            None,
        ),
        (
            "/v1/records/incident/x".to_owned(),
            400,
            ProblemKind::Malformed,
            Some("id"),
        ),
        (
            "/v1/incidents".to_owned(),
            405,
            ProblemKind::Malformed,
            None,
        ),
    ] {
        let answer = problem(bench.get(&path, &token).await).await;
        assert_eq!(
            (answer.status, answer.kind, answer.field.as_deref()),
            (status, kind, field),
            "{path}"
        );
    }
    for wrong in ["", "x", &"y".repeat(4_000)] {
        let answer = problem(bench.get("/v1/feeds", wrong).await).await;
        assert_eq!(answer.kind, ProblemKind::NotSignedIn);
    }
    let live = bench.http.get(bench.url("/v1/health/live")).send();
    assert_eq!(live.await.unwrap().status(), 200);
    let ready = bench.http.get(bench.url("/v1/health/ready")).send();
    assert_eq!(ready.await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_sign_in_says_what_it_misses() {
    let bench = Bench::new();
    for (body, field) in [
        (json!({"password": "x"}), "account"),
        (json!({"account": "duty"}), "password"),
        (json!({"account": "", "password": "x"}), "account"),
        (json!({"account": "duty", "password": 7}), "password"),
        (json!({"account": "duty", "pass": "x"}), "pass"),
        (
            json!({"account": "duty", "resume": {"mac": "00".repeat(32)}}),
            "station",
        ),
    ] {
        let answer = problem(bench.post("/v1/sessions", None, body.to_string()).await).await;
        assert_eq!(
            (answer.status, answer.field.as_deref()),
            (400, Some(field)),
            "{body}"
        );
    }
}
