//! A short night of commands while the service's disk fails at the n-th write,
//! for every n. Whoever is told "accepted" is told the truth; whoever is told
//! "again, please" sends the same again when the disk works, and it takes
//! effect once, without a restart.

#![allow(clippy::similar_names, reason = "a disk, a desk; a test, its text")]

use std::collections::BTreeMap;

use super::bench::{Bench, Desk, Seat, TOWN};
use crate::fault::disk::{self, Disk, Fails, Temporary};
use crate::service::DATABASE_FILE;
use crate::wire::command::{PushReply, Verdict, WireCommand};

/// More operations than a short night has.
const OPERATIONS_MAX: u64 = 2_000;
/// Commands of a night: one that registers, and notes.
const COMMANDS: usize = 4;
/// How often the same is sent again on a disk that works.
const TRIES_MAX: usize = 3;

#[test]
fn every_write_of_a_short_night_of_commands_fails_once_and_nothing_is_half_done() {
    disk::run(
        "service::tests::disk_faults::a_night_of_commands_on_this_disk",
        Temporary::OnIt,
    );
}

#[tokio::test]
#[ignore = "runs in a process with a disk of its own; see the test above"]
async fn a_night_of_commands_on_this_disk() {
    let Some(disk) = Disk::of_this_process() else {
        return println!("no disk of its own: nothing to do");
    };
    let fails = disk::how();
    let bench = Bench::new();
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let mut outcomes: BTreeMap<&str, u64> = BTreeMap::new();
    for n in 1..=OPERATIONS_MAX {
        let before = bench.page(&seat.token, 0, 1).await.head.0;
        disk.fail_at(n, fails);
        let (written, failed) = night(&bench, &mut desk, &seat, &disk, fails).await;
        let happened = disk.free();
        // No number is missing and none was given twice.
        let head = bench.page(&seat.token, 0, 1).await.head.0;
        let wanted: Vec<u64> = (before + 1..=head).collect();
        assert_eq!(written, wanted, "{n}");
        match (failed, happened.failed) {
            (Failed::No, false) => {
                println!(
                    "disk {fails:?}: n = 1..={} of a night of commands, {outcomes:?}",
                    n - 1
                );
                assert!(n > 10, "a night has more writes than {n}");
                assert!(outcomes["again"] > 5, "{outcomes:?}");
                return whole(&bench, head);
            }
            (Failed::No, true) => *outcomes.entry("unnoticed").or_default() += 1,
            (Failed::Told, _) => *outcomes.entry("again").or_default() += 1,
        }
    }
    unreachable!("the night never ends");
}

/// Whether anybody was told that the service could not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failed {
    No,
    Told,
}

/// Sends the commands of a night; gives the numbers that they were given.
async fn night(
    bench: &Bench,
    desk: &mut Desk,
    seat: &Seat,
    disk: &Disk,
    fails: Fails,
) -> (Vec<u64>, Failed) {
    let mut written = Vec::new();
    let mut failed = Failed::No;
    let (id, register) = desk.register(bench, seat, TOWN);
    let mut commands = vec![register];
    while commands.len() < COMMANDS {
        commands.push(desk.note(bench, seat, id));
    }
    for command in &commands {
        let mut tries = 0;
        loop {
            match push(bench, desk, seat, command).await {
                Some(Verdict::Accepted {
                    written: places, ..
                }) => {
                    written.extend(places.iter().map(|place| place.seq.0));
                    break;
                }
                // Stored when the disk said not: the sync failed, not the
                // write. The same verdict is found again.
                Some(Verdict::Duplicate {
                    written: places, ..
                }) if fails != Fails::Full => {
                    written.extend(places.iter().map(|place| place.seq.0));
                    break;
                }
                Some(Verdict::Retry { .. }) | None => {
                    failed = Failed::Told;
                    disk.free();
                }
                Some(other) => unreachable!("{other:?}"),
            }
            tries += 1;
            assert!(tries <= TRIES_MAX, "does not go on when the disk does");
        }
    }
    (written, failed)
}

/// One command; none if the service says that it cannot now.
async fn push(bench: &Bench, desk: &Desk, seat: &Seat, command: &WireCommand) -> Option<Verdict> {
    let body = serde_json::json!({"device": desk.id, "commands": [command]}).to_string();
    let response = bench.post("/v1/commands", Some(&seat.token), body).await;
    let status = response.status();
    let text = response.text().await.unwrap();
    if !status.is_success() {
        assert!(status.is_server_error(), "{status} {text}");
        return None;
    }
    let mut reply: PushReply = serde_json::from_str(&text).unwrap();
    Some(reply.results.remove(0).verdict)
}

/// The database is sound, and every number is there.
fn whole(bench: &Bench, head: u64) {
    let path = bench.folder.path().join(DATABASE_FILE);
    let connection = rusqlite::Connection::open(path).unwrap();
    let said: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(said, "ok");
    assert!(head > 0);
}
