//! Passwords, waits, desks and proofs.

use super::bench::{Bench, Desk, PASSWORD, TOWN, accepted, password, problem};
use crate::domain::time::{Millis, Timestamp};
use crate::service::auth::sign_in::TOKEN_MS;
use crate::wire::command::{Refused, Verdict};
use crate::wire::problem::ProblemKind;
use crate::wire::session::SessionInfo;

const HOUR_MS: i64 = 3_600_000;

#[tokio::test]
async fn wrong_passwords_count_down_then_wait_and_the_right_one_starts_afresh() {
    let bench = Bench::new();
    for left in [4, 3, 2, 1, 0] {
        let problem = bench.sign_in(&password("duty", "wrong")).await.unwrap_err();
        assert_eq!(
            (problem.kind, problem.status, problem.tries_left),
            (ProblemKind::Credentials, 401, Some(left))
        );
    }
    let body = serde_json::to_string(&password("duty", PASSWORD)).unwrap();
    let response = bench.post("/v1/sessions", None, body).await;
    assert_eq!(response.headers()["retry-after"], "30");
    let waiting = problem(response).await;
    assert_eq!(
        (waiting.kind, waiting.status, waiting.retry_after_s),
        (ProblemKind::SlowDown, 429, Some(30)),
        "even the right one waits"
    );
    bench.pass(30_000);
    let problem = bench.sign_in(&password("duty", "wrong")).await.unwrap_err();
    assert_eq!(problem.tries_left, Some(0));
    bench.pass(59_000);
    let waiting = bench
        .sign_in(&password("duty", PASSWORD))
        .await
        .unwrap_err();
    assert_eq!(waiting.retry_after_s, Some(1));
    bench.pass(1_000);
    bench.sign_in(&password("duty", PASSWORD)).await.unwrap();
    let problem = bench.sign_in(&password("duty", "wrong")).await.unwrap_err();
    assert_eq!(problem.tries_left, Some(4));
}

#[tokio::test]
async fn an_account_that_is_not_there_counts_like_one_that_is() {
    let bench = Bench::new();
    for left in [4, 3, 2, 1, 0] {
        let problem = bench
            .sign_in(&password("nobody", PASSWORD))
            .await
            .unwrap_err();
        assert_eq!(problem.tries_left, Some(left));
    }
    let waiting = bench
        .sign_in(&password("nobody", PASSWORD))
        .await
        .unwrap_err();
    assert_eq!(waiting.kind, ProblemKind::SlowDown);
}

#[tokio::test]
async fn a_token_ends_after_its_time_at_sign_out_and_with_its_account() {
    let bench = Bench::new();
    let by_time = bench.script("duty").await;
    let by_hand = bench.script("duty2").await;
    let by_account = bench.script("leader").await;
    let sessions: Vec<SessionInfo> = bench.get_json("/v1/sessions", &by_time.token).await;
    assert_eq!(sessions.len(), 1);

    bench.pass(TOKEN_MS - 1);
    assert_eq!(bench.get("/v1/feeds", &by_time.token).await.status(), 200);
    let url = bench.url("/v1/sessions/current");
    let out = bench.http.delete(url).bearer_auth(&by_hand.token);
    assert_eq!(out.send().await.unwrap().status(), 204);
    bench.service.account_disable("leader").unwrap();
    let gone = problem(bench.get("/v1/feeds", &by_hand.token).await).await;
    assert_eq!(gone.kind, ProblemKind::NotSignedIn);
    assert_eq!(
        bench.get("/v1/feeds", &by_account.token).await.status(),
        401
    );
    let refused = bench.sign_in(&password("leader", PASSWORD)).await;
    assert_eq!(refused.unwrap_err().kind, ProblemKind::Credentials);

    bench.pass(1);
    assert_eq!(bench.get("/v1/feeds", &by_time.token).await.status(), 401);
}

#[tokio::test]
async fn a_new_password_replaces_the_old_one_and_the_proofs_made_under_it() {
    let bench = Bench::new();
    let desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    bench.pass(1_000);
    bench
        .service
        .account_passwd("duty", "another password")
        .unwrap();
    assert!(bench.sign_in(&password("duty", PASSWORD)).await.is_err());
    bench.pass(1_000);
    let proof = desk.proof(&seat, bench.now());
    assert!(bench.sign_in(&proof).await.is_err());
    let mut right = password("duty", "another password");
    right.station = Some(desk.station("duty", bench.now()));
    assert!(bench.sign_in(&right).await.is_ok());
    bench.pass(1_000);
    let proof = desk.proof(&seat, bench.now());
    assert!(bench.sign_in(&proof).await.is_ok());
}

#[tokio::test]
async fn a_desk_must_sign_with_its_key_and_give_its_store_key_once() {
    let bench = Bench::new();
    let desk = Desk::new();
    let mut request = password("duty", PASSWORD);
    let mut station = desk.station("duty", bench.now());
    station.store_key = None;
    request.station = Some(station.clone());
    let problem = bench.sign_in(&request).await.unwrap_err();
    assert_eq!(problem.field.as_deref(), Some("station.store_key"));

    station.signature = Desk::new().station("duty", bench.now()).signature;
    request.station = Some(station);
    let problem = bench.sign_in(&request).await.unwrap_err();
    assert_eq!(problem.field.as_deref(), Some("station.signature"));

    desk.sit(&bench, "duty").await;
    let mut impostor = Desk::new();
    impostor.id = desk.id;
    request.station = Some(impostor.station("duty", bench.now()));
    let problem = bench.sign_in(&request).await.unwrap_err();
    assert_eq!(
        (problem.kind, problem.field.as_deref()),
        (ProblemKind::EnrolAnew, Some("station.public_key"))
    );

    // Known now: the key of the store comes back, also to a second officer.
    let mut request = password("duty2", PASSWORD);
    let mut station = desk.station("duty2", bench.now());
    station.store_key = None;
    request.station = Some(station);
    let signed_in = bench.sign_in(&request).await.unwrap();
    let first = desk.station("duty2", bench.now()).store_key.unwrap();
    assert_eq!(signed_in.desk.unwrap().store_key, first);
}

#[tokio::test]
async fn a_proof_stands_for_the_password_within_the_window_and_once() {
    let bench = Bench::new();
    let desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    bench.pass(71 * HOUR_MS);
    let proof = desk.proof(&seat, bench.now());
    let resumed = bench.sign_in(&proof).await.unwrap();
    assert!(resumed.desk.is_none(), "no secrets for a proof");
    assert_eq!(bench.get("/v1/feeds", &resumed.token).await.status(), 200);
    assert_eq!(
        bench.sign_in(&proof).await.unwrap_err().kind,
        ProblemKind::Credentials,
        "replayed"
    );
    bench.pass(1);
    let mut forged = seat.clone();
    forged.secret = [0; 32];
    let forged = desk.proof(&forged, bench.now());
    assert!(bench.sign_in(&forged).await.is_err());
    let other_desk = Desk::new().proof(&seat, bench.now());
    assert!(bench.sign_in(&other_desk).await.is_err());
    let skewed = desk.proof(&seat, bench.now().saturating_add(Millis(20 * HOUR_MS)));
    assert!(bench.sign_in(&skewed).await.is_ok(), "skew is no crime");
    bench.pass(HOUR_MS);
    let late = desk.proof(&seat, bench.now().saturating_add(Millis(21 * HOUR_MS)));
    assert!(bench.sign_in(&late).await.is_err(), "72 h are over");
}

#[tokio::test]
async fn the_next_officer_delivers_what_the_one_before_did_offline() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let night = desk.sit(&bench, "duty").await;
    bench.pass(10 * HOUR_MS);
    let (_, by_night) = desk.register(&bench, &night, TOWN);
    bench.pass(100 * HOUR_MS);
    let (_, too_late) = desk.register(&bench, &night, TOWN);
    let morning = desk.sit(&bench, "duty2").await;
    let results = desk.push(&bench, &morning, &[by_night, too_late]).await;
    accepted(&results[0].verdict);
    let Verdict::Refused { refusal, .. } = &results[1].verdict else {
        unreachable!("{results:?}")
    };
    assert_eq!(*refusal, Refused::Author, "72 h without a password");

    let page = bench.page(&morning.token, 3, 10).await;
    let event = page.changes[0].event.as_ref().unwrap();
    let event = crate::wire::feed::read_event(event.get()).unwrap();
    assert_eq!(event.author.id, night.officer);
    assert_eq!(event.at, bench.now().saturating_sub(Millis(100 * HOUR_MS)));
    assert_eq!(event.arrival.unwrap().at, bench.now());
    assert_eq!(event.arrival.unwrap().device, desk.id);
}

#[tokio::test]
async fn an_act_never_counts_as_made_after_its_arrival() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let now = bench.now();
    bench.pass(2 * HOUR_MS);
    let (_, hasty) = desk.register(&bench, &seat, TOWN);
    bench.pass(-2 * HOUR_MS);
    accepted(&desk.push_one(&bench, &seat, &hasty).await);
    bench.pass(i64::MIN / 2 - now.as_millis());
    let (_, ancient) = desk.register(&bench, &seat, TOWN);
    bench.pass(now.as_millis() - bench.now().as_millis());
    let verdict = desk.push_one(&bench, &seat, &ancient).await;
    accepted(&verdict);
    let page = bench.page(&seat.token, 3, 10).await;
    let at = |index: usize| {
        let event = page.changes[index].event.as_ref().unwrap();
        crate::wire::feed::read_event(event.get()).unwrap().at
    };
    assert_eq!((at(0), at(1)), (now, Timestamp::default()));
}
