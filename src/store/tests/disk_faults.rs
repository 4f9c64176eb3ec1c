//! A short night on a disk that fails at the n-th write, for every n: with no
//! room, with errors, with one write torn. Nothing is half done; what was said
//! to be stored is stored, once; work goes on when the disk does.

#![allow(clippy::similar_names, reason = "a disk, a desk; a test, its text")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::centre::{Centre, at, duty, feed, identity, new_act, note, on, register, uuid};
use crate::domain::alarm::Rank;
use crate::domain::ids::{CommandId, RecordId};
use crate::fault::disk::{self, Disk, Fails, Temporary};
use crate::store::handle::{Executor, Store, StoreError, SubmitError};
use crate::store::salvage::{Numbering, Teller};
use crate::store::view::OutboxState;
use crate::wire::command::{CommandResult, Refused, Verdict, Written};
use crate::wire::feed::Seq;
use crate::wire::proof::Digest;

/// More operations than a short night has.
const OPERATIONS_MAX: u64 = 2_000;

#[test]
fn every_write_of_a_short_night_fails_once_and_nothing_is_half_done() {
    disk::run(
        "store::tests::disk_faults::a_night_on_this_disk",
        Temporary::Beside,
    );
}

/// What is done in the night, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    FirstNote,
    Draft,
    SecondNote,
    Changes,
    FirstAccepted,
    SecondRefused,
    ThirdNote,
    Sent,
    Snapshot,
    Register,
    DiscardSecond,
    Fresh,
    ForgetDraft,
}

const NIGHT: [Step; 13] = [
    Step::FirstNote,
    Step::Draft,
    Step::SecondNote,
    Step::Changes,
    Step::FirstAccepted,
    Step::SecondRefused,
    Step::ThirdNote,
    Step::Sent,
    Step::Snapshot,
    Step::Register,
    Step::DiscardSecond,
    Step::Fresh,
    Step::ForgetDraft,
];

/// One desk, one night.
struct Desk<'a> {
    dir: &'a Path,
    centre: &'a Centre,
    id: RecordId,
    store: Option<Store>,
    /// Acts that the store said are stored.
    stored: BTreeMap<u128, CommandId>,
}

impl Desk<'_> {
    fn open(&mut self) -> Result<(), StoreError> {
        self.store = None;
        self.store = Some(Store::open(self.dir, identity(duty()), Executor::Inline)?);
        Ok(())
    }

    fn store(&self) -> Store {
        self.store.clone().expect("the desk is open")
    }

    fn submit(&mut self, entry: u128) -> Result<(), StoreError> {
        let store = self.store();
        let act = if entry == 0xF {
            let (target, act) = register(entry, "夜间新报", Rank::Watch, "420607102");
            new_act(target, act, 3)
        } else {
            let shown = store.shown(self.id).wait()?.expect("it is in the copy");
            on(&shown, note(entry, "已电话联系村主任，双方约定明早见面"), 2)
        };
        match store.submit(act).wait() {
            Ok(done) => {
                self.stored.insert(entry, done.command);
                Ok(())
            }
            Err(SubmitError::NotStored(error)) => Err(error),
            Err(SubmitError::Refused(refusal)) => panic!("{entry:x}: {refusal}"),
        }
    }

    fn answered(&self, entry: u128, verdict: Verdict) -> Result<(), StoreError> {
        let id = self.stored[&entry];
        let result = CommandResult { id, verdict };
        self.store().results(vec![result], at(4)).wait()
    }

    fn step(&mut self, step: Step) -> Result<(), StoreError> {
        let store = self.store();
        match step {
            Step::FirstNote => self.submit(0xA),
            Step::SecondNote => self.submit(0xB),
            Step::ThirdNote => self.submit(0xC),
            Step::Register => self.submit(0xF),
            Step::Draft => {
                for key in ["kept", "gone"] {
                    store.save_draft(key, "\"半句\"".to_owned(), at(2)).wait()?;
                }
                Ok(())
            }
            Step::Changes => {
                let after = store.cursor(feed()).wait()?.map_or(Seq::START, |at| at.seq);
                store.changes(self.centre.page(after, usize::MAX)).wait()?;
                Ok(())
            }
            Step::FirstAccepted => self.answered(
                0xA,
                Verdict::Accepted {
                    written: vec![Written {
                        feed: feed(),
                        seq: Seq(900),
                        chain: None,
                    }],
                    number: None,
                },
            ),
            Step::SecondRefused => self.answered(
                0xB,
                Verdict::Refused {
                    refusal: Refused::Mac,
                    record: None,
                },
            ),
            Step::Sent => store.sent(vec![self.stored[&0xC]]).wait(),
            Step::Snapshot => {
                let (header, lines, trailer, sha) = self.centre.snapshot();
                store.snapshot_begin(header).wait()?;
                store.snapshot_lines(lines).wait()?;
                store.snapshot_end(trailer, sha).wait()
            }
            Step::DiscardSecond => match store
                .discard(self.stored[&0xB], "已另行处理".to_owned(), at(5))
                .wait()
            {
                // Stored although it said not: a sync that failed after all
                // was written.
                Err(StoreError::NoSuchAct(_)) => Ok(()),
                other => other,
            },
            Step::Fresh => store.note_fresh(at(6)).wait(),
            Step::ForgetDraft => store.delete_draft("gone").wait(),
        }
    }
}

/// How a step that failed was got over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Over {
    /// The disk failed where nobody needs to know.
    Unnoticed,
    /// The same step again, in the same program.
    Again,
    /// After a restart.
    Restarted,
}

#[test]
#[ignore = "runs in a process with a disk of its own; see the test above"]
fn a_night_on_this_disk() {
    let Some(disk) = Disk::of_this_process() else {
        return println!("no disk of its own: nothing to do");
    };
    let fails = disk::how();
    let mut centre = Centre::new();
    let id = centre.incident(1, "宅基地边界", Rank::Urgent, 0);
    let template = tempfile::tempdir().unwrap();
    let store = Store::open(template.path(), identity(duty()), Executor::Inline).unwrap();
    centre.catch_up(&store);
    drop(store);
    for n in 2..=4 {
        centre.incident(n, "夜间来报", Rank::Notice, 1);
    }
    let mut outcomes: BTreeMap<Over, u64> = BTreeMap::new();
    let mut in_doubt = 0;
    for n in 1..=OPERATIONS_MAX {
        let dir = disk.under.join(n.to_string());
        fs::create_dir(&dir).unwrap();
        copy(template.path(), &dir);
        let mut desk = Desk {
            dir: &dir,
            centre: &centre,
            id,
            store: None,
            stored: BTreeMap::new(),
        };
        let over = night(&disk, fails, n, &mut desk, &mut in_doubt);
        desk.store = None;
        let happened = disk.free();
        check(&dir, &desk, n);
        fs::remove_dir_all(&dir).unwrap();
        if !happened.failed && over.is_none() {
            println!(
                "disk {fails:?}: n = 1..={} of a night, {outcomes:?}, in doubt after a crash: \
                 {in_doubt}",
                n - 1
            );
            assert!(n > 50, "a night has more writes than {n}");
            assert!(outcomes[&Over::Again] > 20, "{outcomes:?}");
            return;
        }
        *outcomes.entry(over.unwrap_or(Over::Unnoticed)).or_default() += 1;
    }
    panic!("the night never ends");
}

/// One night in which the n-th operation fails; says how that was got over.
fn night(
    disk: &Disk,
    fails: Fails,
    n: u64,
    desk: &mut Desk<'_>,
    in_doubt: &mut u64,
) -> Option<Over> {
    let mut over = None;
    disk.fail_at(n, fails);
    if let Err(error) = desk.open() {
        clear(fails, &error, n, "open");
        assert!(disk.free().failed);
        desk.open().unwrap_or_else(|error| panic!("{n}: {error}"));
        over = Some(Over::Again);
    }
    for step in NIGHT {
        let Err(error) = desk.step(step) else {
            continue;
        };
        clear(fails, &error, n, &format!("{step:?}"));
        assert_eq!(
            over, None,
            "{n}: {step:?} fails on a disk that works: {error}"
        );
        *in_doubt += crash(desk, n);
        assert!(disk.free().failed, "{n}: {step:?}: {error}");
        over = Some(Over::Again);
        if desk.step(step).is_err() {
            over = Some(Over::Restarted);
            desk.open().unwrap_or_else(|error| panic!("{n}: {error}"));
            desk.step(step)
                .unwrap_or_else(|error| panic!("{n}: {step:?} after a restart: {error}"));
        }
    }
    over
}

/// The error says what is the matter.
fn clear(fails: Fails, error: &StoreError, n: u64, step: &str) {
    let said = match fails {
        // The engine has no word of its own for an index without room.
        Fails::Full => error.is_full_disk() || matches!(error, StoreError::DiskFails(_)),
        Fails::Error | Fails::Torn => {
            matches!(error, StoreError::DiskFails(_) | StoreError::Io(_))
        }
    };
    assert!(said, "{n}: {step}: {error:?}");
}

/// The power goes right after the error: whatever was said to be stored is
/// there, once. Says whether the act that failed is there too: all of it was
/// written and only the disk's word was missing.
fn crash(desk: &Desk<'_>, n: u64) -> u64 {
    let crashed = tempfile::tempdir().unwrap();
    copy(desk.dir, crashed.path());
    let store = Store::open(crashed.path(), identity(duty()), Executor::Inline)
        .unwrap_or_else(|error| panic!("{n}: after a crash: {error:?}"));
    assert_eq!(store.findings(Teller::Screen), [], "{n}: after a crash");
    let rows = store.outbox().wait().unwrap();
    for (entry, id) in &desk.stored {
        let found = rows.iter().filter(|row| row.id == *id).count();
        let settled = *entry == 0xB;
        assert!(
            found == 1 || settled && found == 0,
            "{n}: {entry:x}: {found}"
        );
    }
    u64::from(
        rows.iter()
            .any(|row| !desk.stored.values().any(|id| *id == row.id)),
    )
}

/// After the night and a restart everything that was done is there, once.
fn check(dir: &Path, desk: &Desk<'_>, n: u64) {
    let store = Store::open(dir, identity(duty()), Executor::Inline)
        .unwrap_or_else(|error| panic!("{n}: {error:?}"));
    assert_eq!(store.findings(Teller::Screen), [], "{n}");
    assert_eq!(store.numbering(), Numbering::Sound, "{n}");
    let rows = store.outbox().wait().unwrap();
    let mut stands: Vec<_> = rows
        .iter()
        .map(|row| (row.id, matches!(row.state, OutboxState::Accepted)))
        .collect();
    stands.sort_unstable();
    let mut wanted = [(0xA, true), (0xC, false), (0xF, false)]
        .map(|(entry, accepted)| (desk.stored[&entry], accepted));
    wanted.sort_unstable();
    assert_eq!(stands, wanted, "{n}");
    let drafts = store.drafts().wait().unwrap();
    let keys: Vec<_> = drafts.iter().map(|draft| draft.key.as_str()).collect();
    assert_eq!(keys, ["kept"], "{n}");
    assert_eq!(store.counts().wait().unwrap().incidents, 5, "{n}");
    let shown = store.shown(desk.id).wait().unwrap().unwrap();
    let notes = shown.record.incident().unwrap().counts.notes;
    assert_eq!(notes, 2, "{n}: first and third; the second was refused");
    assert!(
        store
            .shown(RecordId::new(uuid(0xF)))
            .wait()
            .unwrap()
            .is_some()
    );
    let pending = store.pending(9).wait().unwrap();
    let numbers: Vec<u64> = pending.iter().map(|command| command.dseq).collect();
    assert_eq!(numbers, [3, 4], "{n}");
    assert_ne!(pending[0].prev, Digest::ZERO);
    assert_eq!(pending[1].prev, pending[0].link().unwrap(), "{n}");
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
