//! Who sees what: the same answer in pages, snapshots and single records.

use serde_json::value::RawValue;

use super::bench::{Bench, CALLER_PHONE, DOC_NO, Desk, MINOR, PARTY_PHONE, TOWN, accepted};
use crate::domain::ids::RecordId;
use crate::domain::officer::{Grant, Role};
use crate::wire::feed::{Brings, WireChange};

struct Scene {
    bench: Bench,
    incident: RecordId,
    /// The place of its registration, then those of a note.
    seq: u64,
}

async fn scene() -> Scene {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let (incident, register) = desk.register(&bench, &seat, TOWN);
    let note = desk.note(&bench, &seat, incident);
    let results = desk.push(&bench, &seat, &[register, note]).await;
    let seq = accepted(&results[0].verdict)[0];
    assert_eq!(accepted(&results[1].verdict), [seq + 1, seq + 2]);
    Scene {
        bench,
        incident,
        seq,
    }
}

fn text(raw: Option<&RawValue>) -> String {
    raw.map(|raw| raw.get().to_owned()).unwrap_or_default()
}

impl Scene {
    async fn changes(&self, account: &str) -> Vec<WireChange> {
        let token = self.bench.script(account).await.token;
        let page = self.bench.page(&token, self.seq - 1, 100).await;
        let seqs: Vec<u64> = page.changes.iter().map(|change| change.seq.0).collect();
        assert_eq!(seqs, [self.seq, self.seq + 1, self.seq + 2], "no holes");
        page.changes
    }

    /// The text that the account gets of the incident's registration: by page
    /// and by itself, which must agree.
    async fn incident(&self, account: &str) -> Option<String> {
        let changes = self.changes(account).await;
        let paged = text(changes[2].record.as_deref());
        let token = self.bench.script(account).await.token;
        let path = format!("/v1/records/incident/{}", self.incident);
        let response = self.bench.get(&path, &token).await;
        if paged.is_empty() {
            assert_eq!(response.status(), 404);
            return None;
        }
        assert_eq!(response.text().await.unwrap(), paged);
        Some(format!("{}{paged}", text(changes[0].event.as_deref())))
    }
}

#[tokio::test]
async fn sealed_parts_go_to_roles_that_may_reveal_them_and_to_no_other() {
    let scene = scene().await;
    for account in ["duty", "leader", "mediator"] {
        let seen = scene.incident(account).await.unwrap();
        assert!(seen.contains(DOC_NO) && seen.contains(MINOR), "{account}");
    }
    for account in ["handler", "auditor"] {
        let seen = scene.incident(account).await.unwrap();
        assert!(!seen.contains(DOC_NO) && !seen.contains(MINOR), "{account}");
        assert!(!seen.contains("sealed"), "{account}: {seen}");
        assert!(seen.contains(PARTY_PHONE) && seen.contains(CALLER_PHONE));
    }
}

#[tokio::test]
async fn another_town_and_the_administrator_get_numbered_stubs() {
    let scene = scene().await;
    for account in ["elsewhere", "admin"] {
        assert_eq!(scene.incident(account).await, None);
        for change in scene.changes(account).await {
            assert!(matches!(change.brings(), Brings::Stub), "{account}");
        }
    }
}

#[tokio::test]
async fn the_wall_shows_no_person() {
    let scene = scene().await;
    let seen = scene.incident("wall").await.unwrap();
    for secret in [
        DOC_NO,
        MINOR,
        PARTY_PHONE,
        CALLER_PHONE,
        "孙来电",
        "争水",
        "赵",
    ] {
        assert!(!seen.contains(secret), "{secret} in {seen}");
    }
    assert!(seen.contains("邻里纠纷"), "the title is there");
    let changes = scene.changes("wall").await;
    assert!(
        matches!(changes[1].brings(), Brings::Stub),
        "no entry on a wall"
    );
    // What is shown is a record and an event like any other.
    let record = changes[2].record.as_ref().unwrap();
    let record = crate::wire::feed::read_record(record.get()).unwrap();
    assert_eq!(record.id, scene.incident);
    let event = changes[0].event.as_ref().unwrap();
    assert!(crate::wire::feed::read_event(event.get()).is_some());
}

#[tokio::test]
async fn nobody_reads_another_officers_feed() {
    let bench = Bench::new();
    let duty = bench.script("duty").await;
    let admin = bench.script("admin").await;
    let own = crate::wire::feed::FeedId::Officer(duty.officer.id);
    assert!(duty.feeds.contains(&own));
    let path = format!(
        "/v1/feeds/{own}/changes?epoch={}&after=0",
        bench.service.epoch()
    );
    let page: crate::wire::feed::ChangesPage = bench.get_json(&path, &duty.token).await;
    assert!(text(page.changes[0].record.as_deref()).contains("\"duty\""));
    assert_eq!(bench.get(&path, &admin.token).await.status(), 404);
}

#[tokio::test]
async fn grants_that_change_change_what_is_seen_and_are_told_in_the_own_feed() {
    let scene = scene().await;
    let before = scene.bench.script("elsewhere").await;
    let grants = [Grant {
        role: Role::DutyOfficer,
        area: super::bench::area(TOWN),
    }];
    scene
        .bench
        .service
        .account_grants("elsewhere", &grants)
        .unwrap();
    assert_eq!(
        scene.bench.get("/v1/feeds", &before.token).await.status(),
        401,
        "the old token ended"
    );
    let after = scene.bench.script("elsewhere").await;
    assert!(after.grant_version > before.grant_version);
    assert_eq!(after.grants, grants);
    assert!(scene.incident("elsewhere").await.is_some());
}

#[tokio::test]
async fn a_timeline_has_events_and_entries_for_who_may_see_them() {
    let scene = scene().await;
    let path = format!("/v1/records/incident/{}/timeline", scene.incident);
    let read = async |account: &str| {
        let token = scene.bench.script(account).await.token;
        let response = scene.bench.get(&path, &token).await;
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let (status, told) = read("auditor").await;
    assert_eq!(status, 200);
    assert!(told.contains("到场了解情况") && told.contains("\"register\""));
    assert!(!told.contains(DOC_NO));
    assert_eq!(read("elsewhere").await.0, 404);
    let (_, wall) = read("wall").await;
    assert!(!wall.contains("到场") && !wall.contains(PARTY_PHONE));
}
