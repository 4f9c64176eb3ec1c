//! A desk over its nights: two officers, wrong passwords, crashes, clocks.

use std::fs;
use std::path::Path;

use ring::signature::{ED25519, UnparsedPublicKey};
use tempfile::{TempDir, tempdir};
use uuid::Uuid;

use super::*;
use crate::domain::extra::Extra;
use crate::domain::ids::{OfficerId, UnitId};
use crate::domain::officer::{Grant, Role};
use crate::domain::unit::UnitRef;
use crate::store::salvage::{Fault, Lost, What};
use crate::wire::session::{DeskKeys, resume_statement};

const HOUR_MS: i64 = 3_600_000;
const WINDOW: Minutes = Minutes(72 * 60);

fn at(hours: i64) -> Timestamp {
    Timestamp::from_millis(1_795_392_000_000 + hours * HOUR_MS)
}

fn officer(account: &str, name: &str) -> Officer {
    let area = "420607".parse().unwrap();
    Officer {
        id: OfficerId::new(Uuid::from_u128(account.len() as u128)),
        account: account.to_owned(),
        name: name.to_owned(),
        unit: UnitRef {
            id: UnitId::new(Uuid::from_u128(1)),
            name: "综治中心".to_owned(),
            area,
        },
        person: None,
        grants: vec![Grant {
            role: Role::DutyOfficer,
            area,
        }],
        grant_version: 1,
        extra: Extra::new(),
    }
}

fn signed_in(officer: Officer, secret: u8) -> SignedIn {
    SignedIn {
        token: "t".to_owned(),
        expires_at: at(12),
        server_time: at(0),
        grants: officer.grants.clone(),
        grant_version: 1,
        feeds: Vec::new(),
        desk: Some(DeskKeys {
            device_secret: DeviceSecret::new([secret; 32]).to_base64(),
            store_key: StoreKey::new([9; 32]).to_base64(),
            last_dseq: 0,
            quarantined: None,
        }),
        officer,
    }
}

/// A desk of officers `wang` and `lizhi`.
fn desk() -> (TempDir, Desk) {
    let dir = tempdir().unwrap();
    let enrolment = Desk::enrol_new(dir.path(), "一号台", "https://centre", None).unwrap();
    let first = signed_in(officer("wang", "王值守"), 1);
    let (mut desk, _) = enrolment.finish(&first, "pass-a", at(0), WINDOW).unwrap();
    let second = signed_in(officer("lizhi", "李值守"), 2);
    desk.remember(&second, "pass-b", at(0), WINDOW).unwrap();
    (dir, desk)
}

fn again(dir: &Path) -> Desk {
    Desk::open(dir).unwrap().unwrap()
}

#[test]
fn nothing_is_on_the_disk_before_the_first_officer_has_signed_in() {
    let dir = tempdir().unwrap();
    let folder = dir.path().join("desk");
    let enrolment = Desk::enrol_new(&folder, "一号台", "https://centre", None).unwrap();
    let station = enrolment.station("wang", at(0)).unwrap();
    assert!(station.store_key.is_some(), "for escrow");
    assert!(Desk::open(&folder).unwrap().is_none());
}

#[test]
fn each_officer_opens_the_desk_with_the_own_password_alone() {
    let (dir, _) = desk();
    let mut desk = again(dir.path());
    assert_eq!(desk.officers().collect::<Vec<_>>(), ["lizhi", "wang"]);
    let a = desk.unlock("wang", "pass-a", at(1)).unwrap();
    let b = desk.unlock("lizhi", "pass-b", at(1)).unwrap();
    assert_eq!(a.identity().store_key, b.identity().store_key);
    assert_ne!(a.identity().device_secret, b.identity().device_secret);
    assert_eq!(a.officer().name, "王值守");
    assert_eq!(a.identity().device, desk.device());
    let crossed = desk.unlock("wang", "pass-b", at(1));
    assert!(matches!(crossed, Err(DeskError::WrongPassword { .. })));
    let unknown = desk.unlock("nobody", "pass-a", at(1));
    assert!(matches!(unknown, Err(DeskError::UnknownAccount)));
}

#[test]
fn five_tries_then_a_wait_that_grows_and_survives_a_restart() {
    let (dir, _) = desk();
    let minutes = |n: i64| at(1).saturating_add(Millis(n * 60_000));
    for left in (0..5).rev() {
        // A new program each time: the count is on the disk.
        let wrong = again(dir.path()).unlock("wang", "guess", minutes(0));
        let Err(DeskError::WrongPassword {
            tries_left,
            wait_until,
        }) = wrong
        else {
            panic!("{wrong:?}");
        };
        assert_eq!(tries_left, left);
        assert_eq!(wait_until.is_some(), left == 0);
    }
    let early = again(dir.path()).unlock("wang", "pass-a", minutes(0));
    assert!(matches!(early, Err(DeskError::Wait { .. })), "{early:?}");
    let mut now = minutes(0);
    let mut waits = Vec::new();
    for _ in 0..7 {
        let Err(DeskError::Wait { until }) = again(dir.path()).unlock("wang", "guess", now) else {
            panic!("has to wait");
        };
        waits.push(until.since(now).0 / 1_000);
        now = until;
        let wrong = again(dir.path()).unlock("wang", "guess", now);
        assert!(matches!(wrong, Err(DeskError::WrongPassword { .. })));
    }
    assert_eq!(waits, [30, 60, 120, 240, 480, 900, 900]);
    // The other officer is not held up, and the right password ends it.
    again(dir.path()).unlock("lizhi", "pass-b", now).unwrap();
    now = now.saturating_add(Millis(900_000));
    again(dir.path()).unlock("wang", "pass-a", now).unwrap();
    let wrong = again(dir.path()).unlock("wang", "guess", now);
    assert!(matches!(
        wrong,
        Err(DeskError::WrongPassword { tries_left: 4, .. })
    ));
}

#[test]
fn a_right_password_writes_nothing() {
    let (dir, mut desk) = desk();
    let written = || {
        let file = fs::metadata(dir.path().join("desk.json")).unwrap();
        file.modified().unwrap()
    };
    let before = written();
    desk.unlock("wang", "pass-a", at(1)).unwrap();
    assert_eq!(written(), before);
    desk.unlock("wang", "guess", at(1)).unwrap_err();
    assert_ne!(written(), before);
}

#[test]
fn a_clock_that_was_set_back_lengthens_no_wait() {
    let (dir, mut desk) = desk();
    for _ in 0..5 {
        desk.unlock("wang", "guess", at(9_000)).unwrap_err();
    }
    let Err(DeskError::Wait { until }) = again(dir.path()).unlock("wang", "pass-a", at(1)) else {
        panic!("has to wait");
    };
    assert!(until.since(at(1)).0 <= WAIT_MS_MAX);
}

#[test]
fn the_offline_window_ends_and_begins_anew_online() {
    let (dir, mut desk) = desk();
    let mut unlocked = desk.unlock("wang", "pass-a", at(72)).unwrap();
    let expired = desk.unlock("wang", "pass-a", at(73));
    assert!(
        matches!(expired, Err(DeskError::Expired { last_online_at }) if last_online_at == at(0))
    );
    let renamed = officer("wang", "王主任");
    desk.mark_online(&mut unlocked, &renamed, at(70), WINDOW)
        .unwrap();
    let later = again(dir.path()).unlock("wang", "pass-a", at(140)).unwrap();
    assert_eq!(later.officer().name, "王主任");
    assert_eq!(later.online_until(), at(142));
}

#[test]
fn the_desk_signs_and_the_officer_proves_without_a_password() {
    let (_dir, mut desk) = desk();
    let station = desk.station("wang", at(1)).unwrap();
    assert!(station.store_key.is_none(), "only at enrolment");
    let key = STANDARD.decode(&station.public_key).unwrap();
    let signature = STANDARD.decode(&station.signature).unwrap();
    let statement = station_statement("wang", desk.device(), at(1));
    let public = UnparsedPublicKey::new(&ED25519, key);
    public.verify(statement.as_bytes(), &signature).unwrap();
    let unlocked = desk.unlock("wang", "pass-a", at(1)).unwrap();
    let statement = resume_statement("wang", desk.device(), at(1));
    let mac = unlocked.resume(at(1)).mac;
    assert!(mac.holds(&[1; 32], statement.as_bytes()));
}

#[test]
fn a_crash_while_writing_leaves_the_old_file() {
    let (dir, _) = desk();
    // What a crash before the rename leaves behind: half a new file.
    fs::write(dir.path().join("desk.json.new"), b"{\"desk\": 1, \"sui").unwrap();
    let mut desk = again(dir.path());
    desk.unlock("wang", "pass-a", at(1)).unwrap();
    desk.set_service("https://other", Some("pin".to_owned()))
        .unwrap();
    assert_eq!(again(dir.path()).service(), "https://other");
}

#[test]
fn two_programs_do_not_undo_each_others_changes() {
    let (dir, mut one) = desk();
    let mut two = again(dir.path());
    one.set_service("https://other", None).unwrap();
    two.unlock("wang", "guess", at(1)).unwrap_err();
    one.forget("lizhi").unwrap();
    let desk = again(dir.path());
    assert_eq!(desk.service(), "https://other");
    assert_eq!(desk.officers().collect::<Vec<_>>(), ["wang"]);
    assert_eq!(desk.file.officers[0].tries, 1);
}

/// Every byte of the file, one bit at a time: whoever opens the desk finds all
/// of it, from the copy where the file no longer reads.
#[test]
fn a_flipped_bit_anywhere_is_mended_from_the_copy_and_told() {
    let (dir, _) = desk();
    let good = fs::read(dir.path().join("desk.json")).unwrap();
    let whole = serde_json::to_value(again(dir.path()).file).unwrap();
    let mut told = 0;
    for at in 0..good.len() {
        let mut bytes = good.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(dir.path().join("desk.json"), &bytes).unwrap();
        let desk = again(dir.path());
        assert_eq!(
            serde_json::to_value(&desk.file).unwrap(),
            whole,
            "byte {at}"
        );
        let found = Desk::findings(dir.path(), Teller::Screen);
        if let Some(finding) = found.last() {
            told += 1;
            assert_eq!(
                (finding.what, finding.lost_acts),
                (What::DeskFile, Lost::Nothing)
            );
            let aside = finding.aside.as_ref().unwrap();
            assert_eq!(fs::read(dir.path().join(aside)).unwrap(), bytes);
            fs::remove_file(dir.path().join("files.json")).unwrap();
            fs::remove_file(dir.path().join(aside)).unwrap();
        }
    }
    // Blanks between the fields may differ without harm.
    assert!(told * 10 > good.len() * 8, "{told} of {}", good.len());
}

#[test]
fn a_file_that_is_cut_gone_or_not_ours_is_mended_and_kept_aside() {
    for (how, fault) in [
        ("cut", Fault::Damaged),
        ("empty", Fault::Damaged),
        ("gone", Fault::Missing),
        ("text", Fault::Damaged),
        ("folder", Fault::Foreign),
    ] {
        let (dir, _) = desk();
        let path = dir.path().join("desk.json");
        let good = fs::read(&path).unwrap();
        spoil(&path, how);
        let mut desk = again(dir.path());
        desk.unlock("wang", "pass-a", at(1)).unwrap();
        let found = Desk::findings(dir.path(), Teller::Screen);
        assert_eq!((found.len(), found[0].fault), (1, fault), "{how}");
        assert_eq!(fs::read(&path).unwrap(), good, "{how}");
        match &found[0].aside {
            Some(name) => assert!(dir.path().join(name).exists(), "{how}"),
            None => assert_eq!(how, "gone"),
        }
    }
}

#[test]
fn a_desk_of_which_nothing_reads_is_kept_aside_and_begins_anew() {
    for how in ["cut", "gone", "text", "folder"] {
        let (dir, _) = desk();
        for name in ["desk.json", "desk.json.good"] {
            spoil(&dir.path().join(name), how);
        }
        assert!(Desk::open(dir.path()).unwrap().is_none(), "{how}");
        let found = Desk::findings(dir.path(), Teller::Screen);
        assert_eq!(found[0].lost_acts, Lost::Unknown, "{how}");
        assert!(Desk::open(dir.path()).unwrap().is_none(), "{how}");
        let found = Desk::findings(dir.path(), Teller::Screen);
        assert_eq!(found.len(), 1, "{how}: told once");
    }
}

fn spoil(path: &Path, how: &str) {
    let bytes = fs::read(path).unwrap();
    match how {
        "cut" => fs::write(path, &bytes[..bytes.len() / 2]).unwrap(),
        "empty" => fs::write(path, b"").unwrap(),
        "text" => fs::write(path, "值班安排.txt").unwrap(),
        _ => fs::remove_file(path).unwrap(),
    }
    if how == "folder" {
        fs::create_dir(path).unwrap();
        fs::write(path.join("inside"), b"kept").unwrap();
    }
}

#[test]
fn newer_files_and_other_ciphers_are_told_from_broken_ones() {
    let (dir, desk) = desk();
    let with = |change: &dyn Fn(&mut DeskFile)| {
        let mut file = desk.file.clone();
        change(&mut file);
        file::write(dir.path(), &file).unwrap();
        let error = Desk::open(dir.path()).unwrap_err();
        assert!(Desk::findings(dir.path(), Teller::Screen).is_empty());
        error
    };
    let newer = with(&|file| file.desk = 3);
    assert!(matches!(newer, DeskError::Newer { found: 3, known: 1 }));
    let other = with(&|file| file.suite = "sm3+sm4+sm2".to_owned());
    assert!(matches!(other, DeskError::OtherSuite(_)));
}

#[test]
fn a_box_moved_to_another_account_does_not_open() {
    let (dir, _) = desk();
    let mut desk = again(dir.path());
    let stolen = desk.entry("wang").unwrap().clone();
    let entry = desk.entry("lizhi").unwrap();
    (entry.kdf, entry.nonce, entry.sealed) = (stolen.kdf, stolen.nonce, stolen.sealed);
    desk.save().unwrap();
    let opened = desk.unlock("lizhi", "pass-a", at(1));
    assert!(matches!(opened, Err(DeskError::WrongPassword { .. })));
}

#[test]
fn the_file_names_accounts_and_no_people_and_is_for_its_owner() {
    let (dir, _) = desk();
    let text = fs::read_to_string(dir.path().join("desk.json")).unwrap();
    for secret in ["王值守", "李值守", "综治中心", "pass-a"] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(text.contains("wang"));
    assert!(!format!("{:?}", again(dir.path())).contains("device_secret"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(dir.path().join("desk.json"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_desk_file_ends_at_its_limits() {
    let entry = r#"{"account":"a","kdf":{"memory_kib":8,"passes":1,"lanes":1,"salt":""},"nonce":"","sealed":""}"#;
    let file = |officers: usize| {
        let list = vec![entry; officers].join(",");
        format!(
            r#"{{"desk":1,"suite":"{}","device":"{}","name":"n","service":"s","device_key":"","officers":[{list}]}}"#,
            keyring::SUITE,
            Uuid::nil(),
        )
    };
    // One that goes beyond is moved aside, whole.
    let opens = |text: &str| {
        let folder = tempdir().unwrap();
        fs::write(folder.path().join("desk.json"), text).unwrap();
        let opened = Desk::open(folder.path()).unwrap().is_some();
        let kept = fs::read_dir(folder.path()).unwrap().filter_map(Result::ok);
        let sizes: Vec<u64> = kept.map(|entry| entry.metadata().unwrap().len()).collect();
        assert!(sizes.contains(&(text.len() as u64)), "{sizes:?}");
        opened
    };
    for off in [-1_isize, 0, 1] {
        let fits = off <= 0;
        let officers = DESK_OFFICERS_MAX.saturating_add_signed(off);
        assert_eq!(opens(&file(officers)), fits, "{officers} officers");
        let bytes = DESK_FILE_BYTES_MAX.saturating_add_signed(off);
        let text = file(1);
        let padded = text.clone() + &" ".repeat(bytes - text.len());
        assert_eq!(opens(&padded), fits, "{bytes} bytes");
    }
    let deep = file(1).replace("\"\"}", &format!("{}{}}}", "[".repeat(70), "]".repeat(70)));
    assert!(!opens(&deep));
}

#[test]
fn a_desk_that_is_enrolled_anew_opens_for_everybody_with_the_password_of_before() {
    let (dir, mut desk) = desk();
    let former = desk.device();
    desk.set_quarantined(former, "copied", at(1)).unwrap();
    desk.set_quarantined(former, "said again", at(2)).unwrap();
    let mut desk = again(dir.path());
    assert_eq!(desk.quarantine().unwrap().why, "copied");
    let key = desk.store_key("wang", "pass-a", at(1)).unwrap();
    // Also long after the offline window.
    let late = at(1_000);
    assert!(matches!(
        desk.unlock("wang", "pass-a", late),
        Err(DeskError::Expired { .. })
    ));
    assert_eq!(desk.store_key("wang", "pass-a", late).unwrap(), key);

    let renewal = desk.renewal().unwrap();
    let station = renewal.station("wang", &key, at(1)).unwrap();
    assert_ne!(station.device, former);
    assert_eq!(station.store_key, Some(key.to_base64()));
    let statement = station_statement("wang", station.device, at(1));
    let public = STANDARD.decode(&station.public_key).unwrap();
    let signature = STANDARD.decode(&station.signature).unwrap();
    UnparsedPublicKey::new(&ED25519, &public)
        .verify(statement.as_bytes(), &signature)
        .unwrap();
    assert_eq!(again(dir.path()).device(), former, "not before it is taken");

    let answer = signed_in(officer("wang", "王值守"), 8);
    let renewed = desk
        .renew(renewal, &answer, "pass-a", at(1), WINDOW)
        .unwrap();
    let mut desk = again(dir.path());
    assert_eq!((desk.device(), desk.quarantine()), (station.device, None));
    // Who signed in has the secret of the new identity, the other one that of
    // the former, until the next sign-in.
    assert_eq!(renewed.identity().issued_to, station.device);
    let a = desk.unlock("wang", "pass-a", at(2)).unwrap().identity();
    assert_eq!((a.device, a.issued_to), (station.device, station.device));
    assert_eq!(a.device_secret, DeviceSecret::new([8; 32]));
    let mut b = desk.unlock("lizhi", "pass-b", at(2)).unwrap();
    let identity = b.identity();
    assert_eq!(
        (identity.device, identity.issued_to),
        (station.device, former)
    );
    assert_eq!(identity.device_secret, DeviceSecret::new([2; 32]));
    // Being online does not change that, and the box still opens.
    desk.mark_online(&mut b, &officer("lizhi", "李值守"), at(3), WINDOW)
        .unwrap();
    let mut desk = again(dir.path());
    let b = desk.unlock("lizhi", "pass-b", at(4)).unwrap().identity();
    assert_eq!(b.issued_to, former);
    let answer = signed_in(officer("lizhi", "李值守"), 7);
    desk.remember(&answer, "pass-b", at(5), WINDOW).unwrap();
    let b = desk.unlock("lizhi", "pass-b", at(6)).unwrap().identity();
    assert_eq!(b.issued_to, station.device);
    // What is said of the former identity is none of this one's.
    desk.set_quarantined(former, "late word", at(7)).unwrap();
    assert_eq!(again(dir.path()).quarantine(), None);
}
