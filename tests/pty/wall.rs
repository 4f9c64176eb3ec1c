//! The big screen through the real binary: it turns by itself, a red interrupts
//! it, no key makes an act, and only an account for a wall may open it.

use std::path::Path;
use std::process::Command;

use super::centre::Centre;
use super::term::{Term, zhiban};

const TITLE: &str = "院墙倒塌压伤一人";

/// What is on the screen only while that board is.
const WARNINGS: &str = "近24小时";
const BY_RANK: &str = "按级别";
const BY_DEADLINE: &str = "按时限";

/// What a red that nobody answers for makes of the rotation.
const HELD: &str = "不换板";

fn open(centre: &Centre, (account, password): &(String, String), desk: &Path) -> Term {
    let settings = desk.join("settings");
    let env = [
        ("ZHIBAN_DATA", desk),
        ("ZHIBAN_CONFIG", settings.as_path()),
        ("ZHIBAN_PASSWORD", Path::new(password)),
    ];
    let args = [
        "wall",
        "--service",
        &centre.url,
        "--account",
        account,
        "--every",
        "5",
        "--no-probe",
    ];
    Term::start(&args, &env)
}

#[test]
fn the_wall_turns_by_itself_is_interrupted_by_a_red_and_makes_no_act() {
    let centre = Centre::start();
    let desk = tempfile::tempdir().unwrap();
    let mut term = open(&centre, &centre.wall, desk.path());
    term.wait_for("●在线");
    for board in [WARNINGS, BY_RANK, BY_DEADLINE, WARNINGS] {
        let screen = term.wait(board, |screen| {
            screen.contains(board) || screen.contains(HELD)
        });
        // A red of the demonstration's own may hold it; turning lets that go.
        if !screen.contains(board) {
            term.send("\x1b[C");
            term.wait_for(board);
        }
    }

    // Every key that does something at a desk.
    for key in "anrduUzfvTwxXDRCeYWoOFlsc.,:/?mMpP_;".chars() {
        term.send(key.encode_utf8(&mut [0; 4]));
    }
    for key in ["\r", "\t", "\x1bOQ", "\x1bOR", "\x0b", "\x13", "2"] {
        term.send(key);
    }
    let screen = term.wait_for(BY_RANK);
    assert!(screen.contains("大屏"), "{screen}");

    let status = centre.post_incident(&serde_json::json!({
        "category": "0202", "area": "420607101201", "title": TITLE, "rank": "urgent",
    }));
    assert!(status.contains("201"), "{status}");
    let without_blanks = |screen: &str| screen.replace(' ', "");
    term.wait("the red interrupts the boards", |screen| {
        let screen = without_blanks(screen);
        screen.contains("有红色无人知悉") && screen.contains(TITLE)
    });
    assert_eq!(term.bells(), 0, "the desks ring, not the wall");

    term.signal("TERM");
    assert!(term.wait_for_end().success());
    term.assert_sane("the end of the wall");

    let listed = Command::new(zhiban())
        .args(["outbox", "list", "--json", "--account", &centre.wall.0])
        .env("ZHIBAN_DATA", desk.path())
        .env("ZHIBAN_PASSWORD", &centre.wall.1)
        .output()
        .unwrap();
    assert!(listed.status.success(), "{listed:?}");
    // A line for each act that waits or was refused.
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "");
}

#[test]
fn a_wall_says_that_it_is_cut_off_and_comes_back_by_itself_with_what_it_missed() {
    let mut centre = Centre::start();
    let desk = tempfile::tempdir().unwrap();
    let mut term = open(&centre, &centre.wall, desk.path());
    term.wait_for("●在线");
    term.wait_for("数据最新");
    centre.stop();
    let screen = term.wait_for("○离线");
    // What it shows is of then, and nobody takes it for the state of now.
    let told = screen.replace(' ', "");
    assert!(
        told.contains("数据截至") || told.contains("分钟前"),
        "{screen}"
    );
    assert!(!told.contains("数据最新"), "{screen}");
    // The boards go on turning over what is there.
    for board in [BY_RANK, BY_DEADLINE] {
        term.wait(board, |screen| {
            screen.contains(board) || screen.contains(HELD)
        });
    }
    centre.serve_again();
    // Nobody is there to press a key.
    let screen = term.wait_for("●在线");
    assert!(screen.replace(' ', "").contains("数据最新"), "{screen}");

    centre.stop();
    term.wait_for("○离线");
    centre.serve_again();
    let status = centre.post_incident(&serde_json::json!({
        "category": "0202", "area": "420607101201", "title": TITLE, "rank": "urgent",
    }));
    assert!(status.contains("201"), "{status}");
    // Whether it came with the stream or while the wall was away: it interrupts.
    term.wait("what happened meanwhile", |screen| {
        let screen = screen.replace(' ', "");
        screen.contains("●在线") && screen.contains(TITLE)
    });
    term.signal("TERM");
    assert!(term.wait_for_end().success());
    term.assert_sane("the end of the wall");
}

#[test]
fn a_duty_officer_is_told_that_this_is_no_account_for_a_wall() {
    let centre = Centre::start();
    let desk = tempfile::tempdir().unwrap();
    let officer = (centre.account.clone(), centre.password.clone());
    let mut term = open(&centre, &officer, desk.path());
    let screen = term.wait("the reason at the gate", |screen| {
        screen.replace(' ', "").contains("不是大屏账号")
    });
    assert!(!screen.contains("1预警"), "{screen}");
    term.signal("TERM");
    assert!(term.wait_for_end().success());
}
