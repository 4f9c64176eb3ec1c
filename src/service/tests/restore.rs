//! Copies made while the service serves, and putting one back.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use super::bench::{DISTRICT, NIGHT, TOWN, init, options, registration};
use crate::domain::command::{Command, Target};
use crate::domain::ids::{CommandId, OfficerId, RecordId};
use crate::domain::incident::act::Act;
use crate::domain::officer::{Grant, Role};
use crate::domain::policy::PolicyVersion;
use crate::domain::record::Rev;
use crate::domain::time::Timestamp;
use crate::service::secrets::MASTER_KEY_FILE;
use crate::service::storage::{Resting, StorageError, look};
use crate::service::{
    ActOutcome, Before, Consent, DATABASE_FILE, Fork, Init, Listen, NewAccount, RestoreError,
    Restored, Service, ServiceError,
};
use crate::wire::feed::{FeedId, Seq};
use crate::wire::proof::Digest;

/// A service that nobody serves from.
struct Rest {
    folder: tempfile::TempDir,
    clock: Arc<AtomicI64>,
    officer: OfficerId,
}

impl Rest {
    fn new() -> Self {
        Self::of(&init())
    }

    fn of(init: &Init) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(NIGHT));
        let (service, made) = Service::init(folder.path(), init, options(&clock)).unwrap();
        let officer = service
            .account_add(&NewAccount {
                id: None,
                account: "duty".to_owned(),
                name: "duty".to_owned(),
                password: "long enough".to_owned(),
                grants: vec![Grant {
                    role: Role::DutyOfficer,
                    area: service.district(),
                }],
                unit: Some(made.centre),
            })
            .unwrap();
        Self {
            folder,
            clock,
            officer: officer.id,
        }
    }

    fn open(&self) -> Service {
        Service::open(self.folder.path(), options(&self.clock)).unwrap()
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join(DATABASE_FILE)
    }

    fn register(&self, service: &Service, how_many: u64) {
        for _ in 0..how_many {
            let at = Timestamp::from_millis(NIGHT - 1_000);
            let command = Command {
                id: CommandId::new(uuid::Uuid::now_v7()),
                targets: vec![Target::new_incident(RecordId::new(uuid::Uuid::now_v7()))],
                act: Act::Register(Box::new(registration(TOWN))).into(),
                author: self.officer,
                made_at: at,
                policy: PolicyVersion(Rev(1)),
            };
            let outcome = service.act_as(self.officer, &command, at).unwrap();
            assert!(matches!(outcome, ActOutcome::Accepted { .. }));
        }
    }

    fn restore(&self, from: &Path, consent: Consent) -> Result<Restored, ServiceError> {
        Service::restore(self.folder.path(), from, &options(&self.clock), consent)
    }

    /// Names in the folder that begin like the database's.
    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with(DATABASE_FILE))
            .collect();
        names.sort();
        names
    }
}

fn feed() -> FeedId {
    FeedId::Area(DISTRICT.parse().unwrap())
}

fn head(database: &Path) -> u64 {
    let heads = Resting::open(database).unwrap().heads().unwrap();
    let found = heads.iter().find(|(found, _)| *found == feed());
    found.unwrap().1.0
}

fn fork(before: &Before) -> Fork {
    let Before::Service(forks) = before else {
        unreachable!("{before:?}")
    };
    *forks.iter().find(|fork| fork.feed == feed()).unwrap()
}

#[test]
fn a_copy_made_while_others_write_is_one_state_in_one_file() {
    let rest = Rest::new();
    let service = rest.open();
    rest.register(&service, 20);
    let stop = AtomicBool::new(false);
    let copies = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                rest.register(&service, 1);
            }
        });
        let mut last = 0;
        for nth in 0..8 {
            let copy = copies.path().join(format!("copy-{nth}"));
            service.backup(&copy).unwrap();
            assert_eq!(look(&copy).unwrap(), Ok(()));
            let head = head(&copy);
            assert!(head >= last);
            last = head;
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                let mode = std::fs::metadata(&copy).unwrap().permissions().mode();
                assert_eq!(mode & 0o777, 0o600, "for its owner alone");
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    let left = std::fs::read_dir(copies.path()).unwrap();
    let names: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    let alone = |name: &std::ffi::OsString| !name.to_string_lossy().contains("part");
    assert!(names.iter().all(alone), "{names:?}");
}

#[test]
fn what_is_newer_is_given_up_only_by_consent_and_never_deleted() {
    let rest = Rest::new();
    let service = rest.open();
    rest.register(&service, 5);
    let backup = rest.folder.path().join("backup");
    service.backup(&backup).unwrap();
    let at_backup = head(&rest.database());
    rest.register(&service, 7);
    let epoch = service.epoch();
    drop(service);
    let latest = head(&rest.database());

    let refused = rest.restore(&backup, Consent::NotGiven).unwrap_err();
    let ServiceError::Restore(RestoreError::GivesUp(before)) = &refused else {
        unreachable!("{refused:?}")
    };
    let told = fork(before);
    assert_eq!(
        (told.before, told.after, told.common, told.lost()),
        (
            Seq(latest),
            Seq(at_backup),
            Seq(at_backup),
            latest - at_backup
        )
    );
    assert_eq!(head(&rest.database()), latest, "nothing was touched");
    assert!(rest.files().iter().all(|name| !name.contains("restor")));

    let restored = rest.restore(&backup, Consent::Given).unwrap();
    assert_eq!(fork(&restored.before), told);
    assert_eq!(head(&rest.database()), at_backup);
    let aside = restored.aside.unwrap();
    assert_eq!(head(&aside), latest, "kept, with what its log had");
    let service = rest.open();
    assert_eq!(service.epoch(), restored.epoch);
    assert_ne!(service.epoch(), epoch);

    // It goes on; then the former one comes back: both have their own.
    rest.register(&service, 2);
    drop(service);
    let again = rest.restore(&aside, Consent::Given).unwrap();
    let told = fork(&again.before);
    assert_eq!(told.common, Seq(at_backup), "where they parted");
    assert_eq!(told.after, Seq(latest));
    assert_eq!(head(&rest.database()), latest);
    // A backup that has all of it gives nothing up.
    let backup = rest.folder.path().join("whole");
    rest.open().backup(&backup).unwrap();
    rest.restore(&backup, Consent::NotGiven).unwrap();
    let kept = rest.files();
    let aside = kept.iter().filter(|name| name.contains(".before-"));
    assert_eq!(aside.count(), 3, "{kept:?}");
}

#[test]
fn what_cannot_be_read_is_given_up_only_by_consent_and_a_new_machine_needs_none() {
    let rest = Rest::new();
    let service = rest.open();
    rest.register(&service, 3);
    let backup = rest.folder.path().join("backup");
    service.backup(&backup).unwrap();
    let at_backup = head(&backup);
    drop(service);
    std::fs::write(rest.database(), "not a database".repeat(900)).unwrap();
    let refused = rest.restore(&backup, Consent::NotGiven).unwrap_err();
    assert!(
        matches!(
            &refused,
            ServiceError::Restore(RestoreError::GivesUp(Before::Unreadable))
        ),
        "{refused:?}"
    );
    let restored = rest.restore(&backup, Consent::Given).unwrap();
    let aside = std::fs::read(restored.aside.unwrap()).unwrap();
    assert!(aside.starts_with(b"not a database"));
    assert_eq!(head(&rest.database()), at_backup);

    std::fs::remove_file(rest.database()).unwrap();
    let restored = rest.restore(&backup, Consent::NotGiven).unwrap();
    assert_eq!((restored.before, restored.aside), (Before::Nothing, None));
    assert_eq!(head(&rest.database()), at_backup);
}

#[test]
fn a_file_that_does_not_fit_changes_nothing() {
    let rest = Rest::new();
    let service = rest.open();
    rest.register(&service, 30);
    let folder = rest.folder.path();
    let backup = folder.join("backup");
    service.backup(&backup).unwrap();
    drop(service);
    let before = head(&rest.database());
    let files = rest.files();
    let whole = std::fs::read(&backup).unwrap();
    let made = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let restore = |path: &Path| rest.restore(path, Consent::Given).unwrap_err();

    for (name, bytes) in [
        ("empty", &b""[..]),
        ("text", &b"duty log\n".repeat(900)[..]),
    ] {
        let error = restore(&made(name, bytes));
        let foreign = matches!(error, ServiceError::Restore(RestoreError::Foreign { .. }));
        assert!(foreign, "{name}: {error:?}");
    }
    let other = folder.join("other");
    let conn = rusqlite::Connection::open(&other).unwrap();
    conn.execute_batch("CREATE TABLE log (line TEXT)").unwrap();
    drop(conn);
    let error = restore(&other);
    let foreign = matches!(error, ServiceError::Restore(RestoreError::Foreign { .. }));
    assert!(foreign, "{error:?}");

    let mut spoilt = whole.clone();
    let half = spoilt.len() / 2;
    spoilt[half..half + 8_192].fill(0xA5);
    for (name, bytes) in [("spoilt", &spoilt[..]), ("cut", &whole[..half])] {
        let error = restore(&made(name, bytes));
        let damaged = matches!(error, ServiceError::Restore(RestoreError::Damaged { .. }));
        assert!(damaged, "{name}: {error:?}");
    }

    let newer = made("newer", &whole);
    let conn = rusqlite::Connection::open(&newer).unwrap();
    conn.execute(
        "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
         VALUES (99, 'later', '', '0')",
        [],
    )
    .unwrap();
    drop(conn);
    let error = restore(&newer);
    let newer = matches!(
        error,
        ServiceError::Storage(StorageError::Newer { found: 99, .. })
    );
    assert!(newer, "{error:?}");

    let error = restore(&rest.database());
    let itself = matches!(error, ServiceError::Restore(RestoreError::Itself { .. }));
    assert!(itself, "{error:?}");
    let error = restore(&folder.join("nothing"));
    assert!(matches!(error, ServiceError::File { .. }), "{error:?}");
    let error = restore(folder);
    assert!(matches!(error, ServiceError::File { .. }), "{error:?}");

    let key = std::fs::read(folder.join(MASTER_KEY_FILE)).unwrap();
    std::fs::write(
        folder.join(MASTER_KEY_FILE),
        Digest::of(b"other").to_string(),
    )
    .unwrap();
    let error = restore(&backup);
    assert!(matches!(error, ServiceError::Secret(_)), "{error:?}");
    std::fs::write(folder.join(MASTER_KEY_FILE), key).unwrap();

    assert_eq!(head(&rest.database()), before);
    assert_eq!(rest.files(), files, "nothing is left behind");
}

#[test]
fn a_backup_of_another_district_is_not_restored() {
    let rest = Rest::new();
    let neighbour = Rest::of(&Init {
        district: "420602".parse().unwrap(),
        ..init()
    });
    let backup = rest.folder.path().join("backup");
    neighbour.open().backup(&backup).unwrap();
    // Whoever has one key for all of them is told all the same.
    let key = std::fs::read(neighbour.folder.path().join(MASTER_KEY_FILE)).unwrap();
    std::fs::write(rest.folder.path().join(MASTER_KEY_FILE), key).unwrap();
    let error = rest.restore(&backup, Consent::Given).unwrap_err();
    let other = matches!(
        error,
        ServiceError::Restore(RestoreError::OtherDistrict { .. })
    );
    assert!(other, "{error:?}");
}

#[test]
fn nothing_is_restored_under_a_service_that_serves() {
    let rest = Rest::new();
    let service = rest.open();
    let backup = rest.folder.path().join("backup");
    service.backup(&backup).unwrap();
    let running = service.spawn(Listen::loopback()).unwrap();
    let error = rest.restore(&backup, Consent::Given).unwrap_err();
    assert!(matches!(error, ServiceError::InUse { .. }), "{error:?}");
    running.stop();
    drop(service);
    rest.restore(&backup, Consent::Given).unwrap();
}
