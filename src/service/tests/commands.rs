//! Each desk's order, and every command exactly once.

use super::bench::{Bench, Desk, Seat, TOWN, accepted};
use crate::wire::command::{Refused, SignedAs, Verdict};
use crate::wire::proof::Mac;

#[tokio::test]
async fn a_command_delivered_twice_takes_effect_once() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let (_, register) = desk.register(&bench, &seat, TOWN);
    let first = desk.push_one(&bench, &seat, &register).await;
    let Verdict::Accepted { written, number } = &first else {
        unreachable!("{first:?}")
    };
    assert_eq!(number.unwrap().to_string(), "420607102-20261123-0001");
    let again = desk.push_one(&bench, &seat, &register).await;
    let Verdict::Duplicate {
        written: same,
        number: same_number,
    } = &again
    else {
        unreachable!("{again:?}")
    };
    assert_eq!((written, number), (same, same_number));
    let head = bench.page(&seat.token, 0, 100).await.head;
    assert_eq!(head, written[0].seq);
}

#[tokio::test]
async fn commands_that_arrive_out_of_order_wait_for_the_missing_one() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let (id, register) = desk.register(&bench, &seat, TOWN);
    let note = desk.note(&bench, &seat, id);
    let early = desk.push_one(&bench, &seat, &note).await;
    assert!(matches!(early, Verdict::Retry { .. }), "{early:?}");
    let results = desk.push(&bench, &seat, &[register, note]).await;
    assert_eq!(accepted(&results[0].verdict), [4]);
    assert_eq!(accepted(&results[1].verdict), [5, 6]);
}

#[tokio::test]
async fn a_copied_desk_is_quarantined_and_its_first_self_too() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let mut copy = desk.clone();
    let (_, one) = desk.register(&bench, &seat, TOWN);
    let (_, other) = copy.register(&bench, &seat, TOWN);
    accepted(&desk.push_one(&bench, &seat, &one).await);
    let verdict = copy.push_one(&bench, &seat, &other).await;
    assert!(
        matches!(verdict, Verdict::Quarantined { .. }),
        "{verdict:?}"
    );
    let (_, next) = desk.register(&bench, &seat, TOWN);
    let verdict = desk.push_one(&bench, &seat, &next).await;
    assert!(
        matches!(verdict, Verdict::Quarantined { .. }),
        "{verdict:?}"
    );

    // Enrolled again and restamped: the ids stay, so nothing runs twice.
    let mut fresh = Desk::new();
    let seat = fresh.sit(&bench, "duty").await;
    let mut restamp = |mut command: crate::wire::command::WireCommand| {
        fresh.dseq += 1;
        command.dseq = fresh.dseq;
        command.prev = fresh.chain;
        command.mac = Mac::of(&seat.secret, &command.signed_bytes().unwrap());
        fresh.chain = command.link().unwrap();
        command
    };
    let commands = [restamp(one), restamp(next)];
    let results = fresh.push(&bench, &seat, &commands).await;
    assert!(matches!(results[0].verdict, Verdict::Duplicate { .. }));
    accepted(&results[1].verdict);
}

#[tokio::test]
async fn words_that_were_signed_under_the_former_identity_are_their_authors() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let night = desk.sit(&bench, "duty2").await;
    let (_, theirs) = desk.register(&bench, &night, TOWN);
    let (_, delivered) = desk.register(&bench, &night, TOWN);
    accepted(&desk.push_one(&bench, &night, &theirs).await);
    accepted(&desk.push_one(&bench, &night, &delivered).await);
    let (_, waits) = desk.register(&bench, &night, TOWN);

    // Another device, another officer; nobody asks the author to come back.
    let mut fresh = Desk::new();
    let day = fresh.sit(&bench, "duty").await;
    let former = desk.id;
    let mut restamp = |mut command: crate::wire::command::WireCommand| {
        command.keep_signed_as(former);
        fresh.dseq += 1;
        command.dseq = fresh.dseq;
        command.prev = fresh.chain;
        fresh.chain = command.link().unwrap();
        command
    };
    let commands = [restamp(delivered), restamp(waits.clone())];
    let results = fresh.push(&bench, &day, &commands).await;
    assert!(matches!(results[0].verdict, Verdict::Duplicate { .. }));
    accepted(&results[1].verdict);

    // Nobody's words: another number than was signed, another device, others'.
    let (_, next) = desk.register(&bench, &night, TOWN);
    for forge in [
        |first: &mut SignedAs, _: &Seat| first.dseq += 1,
        |first: &mut SignedAs, _: &Seat| first.prev = crate::wire::proof::Digest::of(b"other"),
        |first: &mut SignedAs, _: &Seat| first.device = Desk::new().id,
    ] as [fn(&mut SignedAs, &Seat); 3]
    {
        let mut forged = next.clone();
        forged.id = crate::domain::ids::CommandId::new(uuid::Uuid::now_v7());
        forged.mac = Mac::of(&night.secret, &forged.signed_bytes().unwrap());
        forged.keep_signed_as(former);
        forge(forged.signed_as.as_mut().unwrap(), &day);
        fresh.dseq += 1;
        forged.dseq = fresh.dseq;
        forged.prev = fresh.chain;
        fresh.chain = forged.link().unwrap();
        let verdict = fresh.push_one(&bench, &day, &forged).await;
        let mac = Refused::Mac;
        assert!(
            matches!(&verdict, Verdict::Refused { refusal, .. } if *refusal == mac),
            "{verdict:?}"
        );
    }
}

#[tokio::test]
async fn a_sign_in_says_that_the_desk_must_be_enrolled_anew() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let mut copy = desk.clone();
    let (_, one) = desk.register(&bench, &seat, TOWN);
    let (_, other) = copy.register(&bench, &seat, TOWN);
    accepted(&desk.push_one(&bench, &seat, &one).await);
    copy.push_one(&bench, &seat, &other).await;
    let mut request = super::bench::password("duty", super::bench::PASSWORD);
    request.station = Some(desk.station("duty", bench.now()));
    let told = bench.sign_in(&request).await.unwrap().desk.unwrap();
    assert!(told.quarantined.is_some());
    bench.pass(1_000);
    let problem = bench
        .sign_in(&desk.proof(&seat, bench.now()))
        .await
        .unwrap_err();
    assert_eq!(problem.kind, crate::wire::problem::ProblemKind::EnrolAnew);
    // A proof that does not hold learns nothing of it.
    let stranger = Seat {
        secret: [1; 32],
        ..seat
    };
    bench.pass(1_000);
    let problem = bench
        .sign_in(&desk.proof(&stranger, bench.now()))
        .await
        .unwrap_err();
    assert_eq!(problem.kind, crate::wire::problem::ProblemKind::Credentials);
}

#[tokio::test]
async fn a_chain_that_does_not_follow_is_quarantined() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let (_, one) = desk.register(&bench, &seat, TOWN);
    accepted(&desk.push_one(&bench, &seat, &one).await);
    desk.chain = crate::wire::proof::Digest::of(b"something else");
    let (_, two) = desk.register(&bench, &seat, TOWN);
    let verdict = desk.push_one(&bench, &seat, &two).await;
    assert!(
        matches!(verdict, Verdict::Quarantined { .. }),
        "{verdict:?}"
    );
}

#[tokio::test]
async fn words_that_are_not_the_authors_are_refused_and_the_desk_goes_on() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let (_, mut forged) = desk.register(&bench, &seat, TOWN);
    forged.mac = Mac([1; 32]);
    let verdict = desk.push_one(&bench, &seat, &forged).await;
    assert!(
        matches!(
            verdict,
            Verdict::Refused {
                refusal: Refused::Mac,
                record: None
            }
        ),
        "{verdict:?}"
    );
    let (_, honest) = desk.register(&bench, &seat, TOWN);
    accepted(&desk.push_one(&bench, &seat, &honest).await);
    // The stored verdict stays what it was.
    let again = desk.push_one(&bench, &seat, &forged).await;
    assert!(matches!(
        again,
        Verdict::Refused {
            refusal: Refused::Mac,
            ..
        }
    ));
}

#[tokio::test]
async fn desks_that_push_at_once_leave_no_hole_for_a_reader() {
    const DESKS: u64 = 4;
    const EACH: u64 = 15;
    let bench = Bench::new();
    let reader = bench.script("auditor").await.token;
    let pushing = async |mut desk: Desk| {
        let seat = desk.sit(&bench, "duty").await;
        for _ in 0..EACH {
            let (_, register) = desk.register(&bench, &seat, TOWN);
            accepted(&desk.push_one(&bench, &seat, &register).await);
        }
    };
    // Heard before the first look, so that no change comes unheard between a
    // look and the wait; asking without a pause would meet the service's pace.
    let mut news = bench.service.core.bus.listen();
    let reading = async {
        let mut last = 3;
        while last < 3 + DESKS * EACH {
            let changes = bench.page(&reader, last, 7).await.changes;
            if changes.is_empty() {
                news.recv().await.expect("the bus holds so many");
            }
            for change in changes {
                assert_eq!(change.seq.0, last + 1);
                last = change.seq.0;
            }
        }
    };
    let desks = (0..DESKS).map(|_| pushing(Desk::new()));
    futures_util::future::join(futures_util::future::join_all(desks), reading).await;
    assert_eq!(bench.page(&reader, 0, 1).await.head.0, 3 + DESKS * EACH);
}

#[tokio::test]
async fn a_full_disk_stores_nothing_and_asks_to_come_again() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    bench.service.core.storage.limit_pages(1);
    let mut commands = Vec::new();
    for _ in 0..60 {
        commands.push(desk.register(&bench, &seat, TOWN).1);
    }
    let results = desk.push(&bench, &seat, &commands).await;
    let stored = results
        .iter()
        .take_while(|result| matches!(result.verdict, Verdict::Accepted { .. }))
        .count();
    assert!(stored < commands.len(), "the disk was full");
    for result in &results[stored..] {
        assert!(
            matches!(result.verdict, Verdict::Retry { .. }),
            "{result:?}"
        );
    }
    bench.service.core.storage.limit_pages(1_000_000);
    let results = desk.push(&bench, &seat, &commands).await;
    for (at, result) in results.iter().enumerate() {
        match &result.verdict {
            Verdict::Duplicate { .. } => assert!(at < stored),
            verdict => assert_eq!(accepted(verdict), [4 + at as u64]),
        }
    }
}

#[tokio::test]
async fn a_command_that_cannot_be_stored_holds_up_none_before_it() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let (sound, one) = desk.register(&bench, &seat, TOWN);
    let (broken, two) = desk.register(&bench, &seat, TOWN);
    for result in desk.push(&bench, &seat, &[one, two]).await {
        accepted(&result.verdict);
    }
    let file = bench.folder.path().join(crate::service::DATABASE_FILE);
    let file = rusqlite::Connection::open(file).unwrap();
    let (doc, id): (String, String) = file
        .query_row(
            "SELECT doc, id FROM record WHERE id = ?1",
            [broken.to_string()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    let store_doc = |doc: &str| {
        let changed = file.execute("UPDATE record SET doc = ?2 WHERE id = ?1", [&id, doc]);
        assert_eq!(changed.unwrap(), 1);
    };
    store_doc("{");
    let head = bench.page(&seat.token, 0, 1).await.head.0;
    let commands = [
        desk.note(&bench, &seat, sound),
        desk.note(&bench, &seat, sound),
        desk.note(&bench, &seat, broken),
        desk.note(&bench, &seat, sound),
    ];
    let results = desk.push(&bench, &seat, &commands).await;
    assert_eq!(accepted(&results[0].verdict), [head + 1, head + 2]);
    assert_eq!(accepted(&results[1].verdict), [head + 3, head + 4]);
    for result in &results[2..] {
        let retry = matches!(result.verdict, Verdict::Retry { .. });
        assert!(retry, "{:?}", result.verdict);
    }
    assert_eq!(bench.page(&seat.token, 0, 1).await.head.0, head + 4);
    store_doc(&doc);
    let results = desk.push(&bench, &seat, &commands).await;
    let again = |at: usize| matches!(results[at].verdict, Verdict::Duplicate { .. });
    assert!(again(0) && again(1), "{results:?}");
    assert_eq!(accepted(&results[2].verdict), [head + 5, head + 6]);
    assert_eq!(accepted(&results[3].verdict), [head + 7, head + 8]);
}
