//! Acts that are numbered anew: under another identity, in another life.

use std::path::Path;

use tempfile::tempdir;

use super::centre::{Centre, at, duty, identity, identity_of, note, officer, on};
use crate::domain::alarm::Rank;
use crate::domain::ids::{DeviceId, RecordId};
use crate::domain::officer::{Officer, Role};
use crate::store::handle::{DeviceSecret, Executor, Identity, Store};
use crate::wire::command::{CommandResult, Refused, Verdict, WireCommand};
use crate::wire::proof::Digest;

fn write(store: &Store, id: RecordId, n: u128, words: &str) {
    let shown = store.shown(id).wait().unwrap().unwrap();
    let act = on(&shown, note(0x1000 + n, words), 1);
    store.submit(act).wait().unwrap();
}

fn pending(store: &Store) -> Vec<WireCommand> {
    store.pending(100).wait().unwrap()
}

fn opened(dir: &Path, identity: Identity) -> Store {
    Store::open(dir, identity, Executor::Inline).unwrap()
}

/// The identity with the secret that was issued to another one.
fn with_secret_of(device: u128, secret: u8, officer: Officer, issued_to: DeviceId) -> Identity {
    Identity {
        device_secret: DeviceSecret::new([secret; 32]),
        issued_to,
        ..identity_of(device, officer)
    }
}

/// Numbers from 1, each the successor of the one before, and each author's MAC
/// holds where it says that it was made.
fn in_order(
    commands: &[WireCommand],
    first: u64,
    delivered_by: DeviceId,
    secrets: &[(DeviceId, u8)],
) {
    let mut prev = (first == 1).then_some(Digest::ZERO);
    for (command, dseq) in commands.iter().zip(first..) {
        assert_eq!(command.dseq, dseq);
        if let Some(prev) = prev {
            assert_eq!(command.prev, prev, "{dseq}");
        }
        prev = Some(command.link().unwrap());
        let device = command.signed_on(delivered_by);
        let (_, secret) = secrets.iter().find(|(of, _)| *of == device).unwrap();
        let bytes = command.signed_bytes().unwrap();
        assert!(command.mac.holds(&[*secret; 32], &bytes), "{dseq}");
    }
}

#[test]
fn what_waits_gets_numbers_from_one_and_keeps_ids_order_and_words() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(1, "纠纷", Rank::Urgent, 0);
    let first = identity(duty()).device;
    let other = officer(7, "李值守", Role::DutyOfficer, "420607");
    let mine = || with_secret_of(0xD, 1, duty(), first);
    let theirs = || with_secret_of(0xD, 2, other.clone(), first);
    let store = opened(dir.path(), mine());
    centre.catch_up(&store);
    for n in 0..3 {
        write(&store, id, n, "甲");
    }
    // One of them was refused: it keeps its place and gets no number.
    let refused = pending(&store)[0].id;
    let verdict = Verdict::Refused {
        refusal: Refused::Mac,
        record: None,
    };
    let results = vec![CommandResult {
        id: refused,
        verdict,
    }];
    store.results(results, at(2)).wait().unwrap();
    drop(store);
    let store = opened(dir.path(), theirs());
    write(&store, id, 3, "乙");
    let before = pending(&store);
    drop(store);

    // The first officer signs in to the new identity.
    let second = identity_of(0xE, duty()).device;
    let anew = || with_secret_of(0xE, 9, duty(), second);
    let store = opened(dir.path(), anew());
    let after = pending(&store);
    let ids = |commands: &[WireCommand]| commands.iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(ids(&after), ids(&before));
    in_order(&after[..2], 1, second, &[(second, 9)]);
    // Who has not come back has signed under the first one.
    in_order(&after[2..], 3, second, &[(first, 2)]);
    for (one, other) in before.iter().zip(&after) {
        assert_eq!((&one.act, one.author), (&other.act, other.author));
    }
    // Its own acts go on, and another start changes nothing.
    write(&store, id, 4, "甲新");
    let went_on = pending(&store);
    drop(store);
    let store = opened(dir.path(), anew());
    assert_eq!(pending(&store), went_on);
    in_order(&went_on[3..], 4, second, &[(second, 9)]);
    let rows = store.outbox().wait().unwrap();
    assert_eq!(rows[0].id, refused, "the order in which they were made");
    assert_eq!(rows.len(), 5);
    drop(store);

    // A program that was open before, and who has only the secret of before.
    for stale in [mine(), with_secret_of(0xE, 2, other.clone(), first)] {
        let store = opened(dir.path(), stale);
        assert_eq!(pending(&store)[..4], went_on[..4], "nothing is put back");
        let n = 5 + u128::from(pending(&store).len() as u64);
        write(&store, id, n, "旧钥匙");
        let written = pending(&store).pop().unwrap();
        assert_eq!(written.signed_on(second), first);
    }
    let store = opened(dir.path(), anew());
    let all = pending(&store);
    let last = &all[4..];
    in_order(&last[..1], 5, second, &[(first, 1)]);
    in_order(&last[1..], 6, second, &[(first, 2)]);
    assert_eq!(last[1].prev, last[0].link().unwrap());
}

#[test]
fn an_act_keeps_where_it_was_first_signed_however_often_the_desk_is_enrolled() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(1, "纠纷", Rank::Urgent, 0);
    let other = officer(7, "李值守", Role::DutyOfficer, "420607");
    let first = identity(duty()).device;
    let store = opened(dir.path(), with_secret_of(0xD, 2, other, first));
    centre.catch_up(&store);
    write(&store, id, 0, "乙");
    let signed = pending(&store)[0].signed_bytes().unwrap();
    drop(store);
    for device in [0xE, 0xF] {
        let now = identity_of(device, duty());
        let (device, dir) = (now.device, dir.path());
        let store = opened(dir, now);
        let command = pending(&store).remove(0);
        assert_eq!(command.signed_as.unwrap().device, first);
        assert_eq!(command.signed_bytes().unwrap(), signed);
        in_order(&[command], 1, device, &[(first, 2)]);
    }
}
