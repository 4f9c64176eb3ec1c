//! The simple way in.

use super::bench::{Bench, Desk, OTHER_TOWN, TOWN, problem};
use crate::domain::act::AnyAct;
use crate::domain::alarm::Rank;
use crate::domain::incident::act::Act;
use crate::domain::record::Body;
use crate::wire::feed::read_record;
use crate::wire::incident::IncidentMade;
use crate::wire::problem::ProblemKind;

async fn post(bench: &Bench, token: &str, key: Option<&str>, body: &str) -> reqwest::Response {
    let mut request = bench
        .http
        .post(bench.url("/v1/incidents"))
        .bearer_auth(token)
        .body(body.to_owned());
    if let Some(key) = key {
        request = request.header("Idempotency-Key", key);
    }
    request.send().await.unwrap()
}

fn body(area: &str) -> String {
    format!(r#"{{"category": "0201", "area": "{area}"}}"#)
}

#[tokio::test]
async fn category_and_area_are_enough_and_the_same_key_makes_one() {
    let bench = Bench::new();
    let token = bench.script("duty").await.token;
    let first = post(&bench, &token, Some("k1"), &body(TOWN)).await;
    assert_eq!(first.status(), 201);
    let first: IncidentMade = first.json().await.unwrap();
    assert_eq!(first.number.to_string(), "420607102-20261123-0001");
    let again: IncidentMade = post(&bench, &token, Some("k1"), &body(TOWN))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!((again.id, again.number), (first.id, first.number));
    let second: IncidentMade = post(&bench, &token, Some("k2"), &body(TOWN))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(second.number.to_string(), "420607102-20261123-0002");
    assert_eq!(bench.page(&token, 0, 100).await.head.0, 5);

    let path = format!("/v1/records/incident/{}", first.id);
    let text = bench.get(&path, &token).await.text().await.unwrap();
    let Body::Incident(incident) = read_record(&text).unwrap().body else {
        unreachable!()
    };
    assert_eq!(incident.alarm.rank, Rank::Notice, "the county's lowest");
    assert!(incident.alarm.ack.is_none(), "it rings until answered");
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    let bench = Bench::new();
    let token = bench.script("duty").await.token;
    post(&bench, &token, Some("k"), &body(TOWN)).await;
    let problem = problem(post(&bench, &token, Some("k"), &body(OTHER_TOWN)).await).await;
    assert_eq!(problem.kind, ProblemKind::KeyReused);
    let other = bench.script("leader").await.token;
    let response = post(&bench, &other, Some("k"), &body(OTHER_TOWN)).await;
    assert_eq!(response.status(), 201, "keys are each account's own");
    assert_eq!(bench.page(&token, 0, 100).await.head.0, 5);
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_stored() {
    let bench = Bench::new();
    let duty = bench.script("duty").await.token;
    let long = format!(
        r#"{{"category": "0201", "area": "{TOWN}", "title": "{}"}}"#,
        "长".repeat(101)
    );
    let cases = [
        (Some("k"), r#"{"area": "420607"}"#, 400, "category"),
        (
            Some("k"),
            r#"{"category": "9999", "area": "420607"}"#,
            400,
            "category",
        ),
        (
            Some("k"),
            r#"{"category": "0201", "area": "42060"}"#,
            400,
            "area",
        ),
        (
            Some("k"),
            r#"{"category": "0201", "area": "420607", "rank": "pink"}"#,
            400,
            "rank",
        ),
        (
            Some("k"),
            r#"{"category": "0201", "area": "420607", "colour": 1}"#,
            400,
            "colour",
        ),
        (
            Some("k"),
            r#"{"category": "0201", "area": "420607", "rank": "serious"}"#,
            422,
            "rank",
        ),
        (Some("k"), long.as_str(), 422, "title"),
        (
            None,
            r#"{"category": "0201", "area": "420607"}"#,
            400,
            "Idempotency-Key",
        ),
        (
            Some(" "),
            r#"{"category": "0201", "area": "420607"}"#,
            400,
            "Idempotency-Key",
        ),
    ];
    for (key, body, status, field) in cases {
        let problem = problem(post(&bench, &duty, key, body).await).await;
        assert_eq!(
            (problem.status, problem.field.as_deref()),
            (status, Some(field)),
            "{body}: {problem:?}"
        );
    }
    assert_eq!(bench.page(&duty, 0, 100).await.head.0, 3);
}

#[tokio::test]
async fn only_roles_that_register_may_and_only_where_they_are() {
    let bench = Bench::new();
    for (account, area, status) in [
        ("duty", TOWN, 201),
        ("leader", TOWN, 201),
        ("handler", TOWN, 201),
        ("mediator", TOWN, 201),
        ("elsewhere", TOWN, 403),
        ("elsewhere", OTHER_TOWN, 201),
        ("auditor", TOWN, 403),
        ("admin", TOWN, 403),
        ("wall", TOWN, 403),
        ("duty", "420606", 403),
    ] {
        let token = bench.script(account).await.token;
        let response = post(&bench, &token, Some(area), &body(area)).await;
        assert_eq!(response.status(), status, "{account} in {area}");
    }
}

#[tokio::test]
async fn numbers_run_on_whatever_the_way_in_and_a_refusal_takes_none() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    post(&bench, &seat.token, Some("a"), &body(TOWN)).await;
    let (_, mut refused) = desk.register(&bench, &seat, TOWN);
    if let AnyAct::Incident(Act::Register(args)) = &mut refused.act {
        args.title = "长".repeat(200);
    }
    refused.mac = crate::wire::proof::Mac::of(&seat.secret, &refused.signed_bytes().unwrap());
    desk.chain = refused.link().unwrap();
    let verdict = desk.push_one(&bench, &seat, &refused).await;
    assert!(matches!(
        verdict,
        crate::wire::command::Verdict::Refused { .. }
    ));
    let (_, register) = desk.register(&bench, &seat, TOWN);
    let verdict = desk.push_one(&bench, &seat, &register).await;
    let crate::wire::command::Verdict::Accepted {
        number: Some(number),
        ..
    } = verdict
    else {
        unreachable!("{verdict:?}")
    };
    assert_eq!(number.to_string(), "420607102-20261123-0002");
    // A new day in Asia/Shanghai begins again.
    bench.pass(21 * 3_600_000);
    let token = bench.script("duty").await.token;
    let made: IncidentMade = post(&bench, &token, Some("b"), &body(TOWN))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(made.number.to_string(), "420607102-20261124-0001");
}
