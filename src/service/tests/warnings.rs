//! Who sees what of a warning, and what its rules do at the centre.

use uuid::Uuid;

use super::bench::{Bench, TOWN, area};
use crate::domain::alarm::Rank;
use crate::domain::command::{Command, Target};
use crate::domain::ids::{CommandId, RecordId};
use crate::domain::policy::PolicyVersion;
use crate::domain::record::{Kind, Rev};
use crate::domain::warning::act::{Act, Grade, Lift, Raise};
use crate::domain::warning::{Ground, Source, Subject, Why};
use crate::service::ActOutcome;

const PLACE: &str = "张家院子门口";
const WHY: &str = "两家约人对峙";
const HIGHER: &str = "有人带了棍棒";
const LIFTED: &str = "派出所已劝离";

/// A warning by hand with all the words that officers say of one.
async fn scene() -> (Bench, RecordId) {
    let bench = Bench::new();
    let seat = bench.script("duty").await;
    let on = RecordId::new(Uuid::from_u128(0xA1));
    let acts = [
        Act::Raise(Box::new(Raise {
            area: area(TOWN),
            rank: Rank::Watch,
            subject: Subject::Place {
                place: PLACE.to_owned(),
            },
            why: Why::Said {
                text: WHY.to_owned(),
            },
            source: Source::Hand,
        })),
        Act::Upgrade(Grade {
            from: Rank::Watch,
            to: Rank::Urgent,
            reason: HIGHER.to_owned(),
        }),
        Act::Lift(Lift {
            episode: 2,
            rank: Rank::Urgent,
            ground: Ground::Judged,
            reason: LIFTED.to_owned(),
        }),
    ];
    for (nth, act) in acts.into_iter().enumerate() {
        bench.pass(1_000);
        let command = Command {
            id: CommandId::new(Uuid::from_u128(0xB0 + nth as u128)),
            targets: vec![Target {
                kind: Kind::Warning,
                id: on,
                base_rev: Rev::NONE,
                seen: None,
            }],
            act: act.into(),
            author: seat.officer.id,
            made_at: bench.now(),
            policy: PolicyVersion(Rev(1)),
        };
        let done = bench.service.act_as(seat.officer.id, &command, bench.now());
        assert!(matches!(done, Ok(ActOutcome::Accepted { .. })), "{done:?}");
    }
    (bench, on)
}

/// All that an account gets of the warning: pages, snapshot, record.
async fn seen(bench: &Bench, on: RecordId, account: &str) -> String {
    let token = bench.script(account).await.token;
    let page = bench.page(&token, 0, 500).await;
    let record = format!("/v1/records/warning/{on}");
    let record = bench.get(&record, &token).await.text().await.unwrap();
    let timeline = format!("/v1/records/warning/{on}/timeline");
    let timeline = bench.get(&timeline, &token).await.text().await.unwrap();
    let page = serde_json::to_string(&page).unwrap();
    format!("{page}\n{record}\n{timeline}")
}

/// Role × words, as people read it: `+` seen, `.` not.
#[tokio::test]
async fn words_go_to_whoever_works_with_them_and_to_no_wall() {
    let (bench, on) = scene().await;
    for (account, expected) in [
        ("duty", "++++"),
        ("leader", "++++"),
        ("handler", "++++"),
        ("mediator", "++++"),
        ("auditor", "++++"),
        ("wall", "...."),
        ("elsewhere", "...."),
        ("admin", "...."),
    ] {
        let text = seen(&bench, on, account).await;
        let found: String = [PLACE, WHY, HIGHER, LIFTED]
            .map(|words| if text.contains(words) { '+' } else { '.' })
            .into_iter()
            .collect();
        assert_eq!(found, expected, "{account}");
    }
    let wall = seen(&bench, on, "wall").await;
    assert!(wall.contains("warning-raise"), "that there is one it shows");
}
