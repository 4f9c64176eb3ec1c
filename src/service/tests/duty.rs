//! The duty log at the service: numbered and chained, and for the desk alone.

use uuid::Uuid;

use super::bench::{Bench, DISTRICT, Desk, Seat, accepted, area};
use crate::domain::command::Target;
use crate::domain::duty::act::{Act, LogAdd, Told};
use crate::domain::duty::chain::{Anchors, verify};
use crate::domain::duty::line::{LogLine, Means, PhoneCall};
use crate::domain::entry::{Call, CallOutcome, Direction};
use crate::domain::extra::Extra;
use crate::domain::ids::RecordId;
use crate::domain::record::{Body, Kind, Rev};
use crate::wire::command::{Verdict, WireCommand};
use crate::wire::feed::read_record;

const CALLER: &str = "10098765432";
const WORDS: &str = "问安置款何时到";

fn line(desk: &mut Desk, bench: &Bench, seat: &Seat, text: &str) -> (RecordId, WireCommand) {
    let id = RecordId::new(Uuid::now_v7());
    let call = PhoneCall {
        call: Call {
            direction: Direction::In,
            with: "石桥镇 周会计".to_owned(),
            phone: CALLER.to_owned(),
            outcome: CallOutcome::Answered,
        },
        at: bench.now(),
        told: String::new(),
        instruction: String::new(),
        call_back_by: None,
        salt: Uuid::now_v7().to_string(),
        mark: None,
        extra: Extra::new(),
    };
    let act = Act::LogAdd(Box::new(LogAdd {
        area: area(DISTRICT),
        what: Told::Call(Box::new(call)),
        text: text.to_owned(),
        by: Means::Desk,
        about: None,
        corrects: None,
        keeps: None,
    }));
    let target = Target {
        kind: Kind::LogLine,
        id,
        base_rev: Rev::NONE,
        seen: None,
    };
    (id, desk.command(bench, seat, vec![target], act))
}

async fn read(bench: &Bench, account: &str, id: RecordId) -> Option<String> {
    let token = bench.script(account).await.token;
    let path = format!("/v1/records/log-line/{id}");
    let response = bench.get(&path, &token).await;
    match response.status().as_u16() {
        200 => Some(response.text().await.unwrap()),
        404 | 403 => None,
        other => panic!("{account}: {other}"),
    }
}

#[tokio::test]
async fn lines_are_numbered_and_chained_in_the_order_of_arrival() {
    let bench = Bench::new();
    let (mut one, mut two) = (Desk::new(), Desk::new());
    let first = one.sit(&bench, "duty").await;
    let second = two.sit(&bench, "duty2").await;
    let mut lines: Vec<(RecordId, LogLine)> = Vec::new();
    for nth in 0..6 {
        let (desk, seat) = if nth % 2 == 0 {
            (&mut one, &first)
        } else {
            (&mut two, &second)
        };
        let (id, command) = line(desk, &bench, seat, &format!("第{nth}条"));
        accepted(&desk.push_one(&bench, seat, &command).await);
        // Delivered again: no second line, no second number.
        let again = desk.push_one(&bench, seat, &command).await;
        assert!(matches!(again, Verdict::Duplicate { .. }), "{again:?}");
        bench.pass(60_000);
        let text = read(&bench, "duty", id).await.unwrap();
        let Body::LogLine(line) = read_record(&text).unwrap().body else {
            panic!("{text}");
        };
        let place = line.place.unwrap();
        assert_eq!(place.no, nth + 1);
        assert!(place.received_at >= line.at);
        lines.push((id, *line));
    }
    // One that is refused takes no number.
    let (_, empty) = line(&mut one, &bench, &first, "  ");
    let refused = one.push_one(&bench, &first, &empty).await;
    assert!(matches!(refused, Verdict::Refused { .. }), "{refused:?}");
    let (id, command) = line(&mut one, &bench, &first, "第6条");
    accepted(&one.push_one(&bench, &first, &command).await);
    let text = read(&bench, "duty", id).await.unwrap();
    let Body::LogLine(line) = read_record(&text).unwrap().body else {
        panic!("{text}");
    };
    lines.push((id, *line));
    assert_eq!(verify(&lines, &Anchors::default()), []);
}

/// Role × log line: the desk and who audits it, nobody else; and no number in
/// any event.
#[tokio::test]
async fn the_log_is_for_the_desk_and_its_auditor() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let (id, command) = line(&mut desk, &bench, &seat, WORDS);
    accepted(&desk.push_one(&bench, &seat, &command).await);
    for (account, sees) in [
        ("duty", true),
        ("duty2", true),
        ("leader", true),
        ("auditor", true),
        ("handler", false),
        ("mediator", false),
        ("elsewhere", false),
        ("wall", false),
        ("admin", false),
    ] {
        let record = read(&bench, account, id).await;
        assert_eq!(record.is_some(), sees, "{account}");
        let token = bench.script(account).await.token;
        let page = bench.page(&token, 0, 100).await;
        for change in &page.changes {
            let event = change.event.as_ref().map_or("", |event| event.get());
            let record = change.record.as_ref().map_or("", |record| record.get());
            assert!(
                !event.contains(CALLER) && !event.contains(WORDS),
                "{account}"
            );
            assert!(sees || !record.contains(WORDS), "{account}: {record}");
        }
    }
}
