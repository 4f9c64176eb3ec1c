//! The binary in a terminal: however it is left, the terminal is sane and the
//! half-written words are on the disk.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[allow(dead_code, reason = "shared with the tests that kill")]
mod centre;
#[cfg(target_os = "linux")]
mod disk;
mod enrol;
mod handover;
#[cfg(target_os = "linux")]
mod leaving;
mod lookup;
mod matrix;
mod plain;
mod roster;
#[path = "../support/shim.rs"]
mod shim;
#[allow(dead_code, reason = "shared with the tests that kill")]
mod term;
mod triage;
mod wall;

use std::path::Path;
use std::time::{Duration, Instant};

use self::centre::Centre;
use self::term::{PATIENCE, Term};

/// What an officer had half written when it happened.
const WORDS: &str = "已电话联系村主任";

/// The workstation on a desk of its own, signed in, with the queue shown.
fn signed_in(centre: &Centre, desk: &Path) -> Term {
    signed_in_with(centre, desk, &[])
}

fn signed_in_with(centre: &Centre, desk: &Path, more: &[(&str, &Path)]) -> Term {
    let settings = desk.join("settings");
    let mut env = vec![("ZHIBAN_DATA", desk), ("ZHIBAN_CONFIG", settings.as_path())];
    env.extend_from_slice(more);
    let mut term = Term::start(&["--service", &centre.url, "--no-probe"], &env);
    term.wait_for("口令");
    // A desk that knows the officer asks for the password alone.
    if !term.screen().contains(&centre.account) {
        term.send(&centre.account);
        term.send("\t");
    }
    term.send(&centre.password);
    term.wait_for("****");
    term.send("\r");
    term.wait_for("●在线");
    term.wait("the marker of the list", |screen| screen.contains('>'));
    term
}

/// Opens the note dialog on the first incident and writes half a note.
fn half_a_note(term: &mut Term) {
    term.send("n");
    term.wait_for("Ctrl-S 提交");
    term.send(WORDS);
    term.wait_for(WORDS);
}

/// Signs in again on the same desk and finds the words where they were left.
fn assert_draft_is_back(centre: &Centre, desk: &Path) {
    let mut term = signed_in(centre, desk);
    term.send("n");
    term.wait_for(WORDS);
    term.send("\x1b");
    term.wait("the dialog to close", |screen| {
        !screen.contains("Ctrl-S 提交")
    });
    // Leaving says that a draft stays behind, and asks.
    term.send("\x11");
    term.wait_for("草稿");
    term.send("y");
    assert!(term.wait_for_end().success());
    term.assert_sane("Ctrl-Q");
}

#[test]
fn a_lost_line_ends_the_program_and_keeps_the_draft() {
    let centre = Centre::start();
    let desk = tempfile::tempdir().unwrap();
    let mut term = signed_in(&centre, desk.path());
    half_a_note(&mut term);
    term.hang_up();
    term.wait_for_end();
    drop(term);
    assert_draft_is_back(&centre, desk.path());
}

#[test]
fn term_and_hup_leave_a_sane_terminal_and_the_draft() {
    let centre = Centre::start();
    for signal in ["TERM", "HUP"] {
        let desk = tempfile::tempdir().unwrap();
        let mut term = signed_in(&centre, desk.path());
        half_a_note(&mut term);
        term.signal(signal);
        term.wait_for_end();
        term.assert_sane(signal);
        assert_draft_is_back(&centre, desk.path());
    }
}

/// Repaints that are more than a pseudo terminal holds.
const REPAINTS_MAX: usize = 60;
/// A repaint that has not gone out after this does not go out.
const REPAINT_WITHIN: Duration = Duration::from_millis(500);
/// A stalled terminal may cost this much of the end, with all its threads on a
/// busy machine.
const END_WITHIN: Duration = Duration::from_secs(5);

#[test]
fn a_terminal_that_takes_nothing_more_holds_up_neither_keys_nor_the_end() {
    let centre = Centre::start();
    let desk = tempfile::tempdir().unwrap();
    let mut term = signed_in(&centre, desk.path());
    term.stall();
    fill(&mut term);
    // Typed blind, and saved all the same.
    term.send("n");
    term.send(WORDS);
    wait_for_draft(desk.path());
    term.signal("TERM");
    let asked = Instant::now();
    term.wait_for_end();
    let took = asked.elapsed();
    println!("ended after {took:?} with the terminal stalled");
    assert!(took < END_WITHIN, "{took:?}");
    term.go_on();
    term.assert_sane("TERM, stalled");
    drop(term);
    assert_draft_is_back(&centre, desk.path());
}

#[test]
fn a_stalled_terminal_shows_the_newest_state_when_it_goes_on() {
    let centre = Centre::start();
    let desk = tempfile::tempdir().unwrap();
    let mut term = signed_in(&centre, desk.path());
    half_a_note(&mut term);
    let before = term.bytes().len();
    term.stall();
    fill(&mut term);
    term.send("，明早回话");
    wait_for_draft(desk.path());
    term.go_on();
    term.wait_for("明早回话");
    let since = term.bytes().len() - before;
    // What had gone before it was full, the frame under way, and the last one.
    println!("{since} bytes since it stalled");
    assert!(since > 4_000, "it was full: {since}");
    term.signal("TERM");
    term.wait_for_end();
    term.assert_sane("TERM after a stall");
}

/// Repaints until the stalled terminal takes no more.
fn fill(term: &mut Term) {
    // What goes to the terminal, and not into the desk's files.
    let written = |term: &Term| -> u64 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", term.process())).unwrap();
        let line = tasks.map(|task| task.unwrap().path()).find(|task| {
            std::fs::read_to_string(task.join("comm")).is_ok_and(|name| name == "terminal-line\n")
        });
        let io = std::fs::read_to_string(line.unwrap().join("io")).unwrap();
        let line = io.lines().find(|line| line.starts_with("wchar:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    for _ in 0..REPAINTS_MAX {
        let before = written(term);
        term.send("\x12");
        let deadline = Instant::now() + REPAINT_WITHIN;
        while written(term) < before + 1_000 {
            if Instant::now() > deadline {
                return;
            }
            std::thread::yield_now();
        }
    }
    panic!("the terminal took {REPAINTS_MAX} repaints");
}

/// Waits until a draft has been written: the outbox's file or its log changes.
fn wait_for_draft(desk: &Path) {
    let stamp = |name: &str| std::fs::metadata(desk.join(name)).and_then(|meta| meta.modified());
    let newest = || {
        ["outbox.db", "outbox.db-wal"]
            .iter()
            .filter_map(|name| stamp(name).ok())
            .max()
    };
    let before = newest();
    let deadline = Instant::now() + PATIENCE;
    while newest() == before {
        assert!(Instant::now() < deadline, "no draft was saved");
        std::thread::yield_now();
    }
}

#[test]
fn stopping_gives_the_terminal_back_and_going_on_takes_it_again() {
    let centre = Centre::start();
    let desk = tempfile::tempdir().unwrap();
    let mut term = signed_in(&centre, desk.path());
    half_a_note(&mut term);
    term.signal("TSTP");
    term.wait_for_state('T');
    term.assert_sane("TSTP");
    assert!(!term.in_alternate_screen());
    term.signal("CONT");
    // The same words, painted anew, with the dialog still open over the queue.
    term.wait_for(WORDS);
    assert!(term.in_alternate_screen());
    term.send("，明早回话");
    term.wait_for("明早回话");
    term.signal("TERM");
    term.wait_for_end();
    term.assert_sane("TERM after CONT");
}

#[test]
fn what_is_killed_while_it_is_stopped_has_left_its_draft() {
    let centre = Centre::start();
    let desk = tempfile::tempdir().unwrap();
    let mut term = signed_in(&centre, desk.path());
    half_a_note(&mut term);
    term.signal("TSTP");
    term.wait_for_state('T');
    term.signal("KILL");
    term.wait_for_end();
    drop(term);
    assert_draft_is_back(&centre, desk.path());
}

#[test]
fn a_panic_leaves_a_sane_terminal_a_plain_word_and_the_draft() {
    let centre = Centre::start();
    let desk = tempfile::tempdir().unwrap();
    let planted = "呼延小满 13871230000";
    let panic = format!("runner.redraw={planted}");
    let failing = [("ZHIBAN_PANIC_AT", Path::new(&panic))];
    let mut term = signed_in_with(&centre, desk.path(), &failing);
    let title = first_title(&term);
    half_a_note(&mut term);
    term.send("\x12");
    let status = term.wait_for_end();
    assert!(!status.success(), "a panic is a failure: {status:?}");
    term.assert_sane("panic");
    term.wait_for("草稿");
    assert!(
        !term.screen().contains(WORDS),
        "a crash report quotes no record"
    );
    assert!(!term.screen().contains(planted), "nor the panic's words");
    let report = crash_report(desk.path());
    for secret in [
        planted,
        WORDS,
        &*title,
        &*centre.account,
        &*centre.password,
        &*centre.url,
        &*desk.path().to_string_lossy(),
        env!("CARGO_MANIFEST_DIR"),
    ] {
        assert!(!report.contains(secret), "{secret} in\n{report}");
    }
    for told in [
        "zhiban ",
        "src/fault.rs:",
        "TERM xterm-256color",
        "size 80x24",
        "incident-note",
        "screen-redraw",
        "zhiban::tui::app::runner",
    ] {
        assert!(report.contains(told), "{told} is not in\n{report}");
    }
    drop(term);
    assert_draft_is_back(&centre, desk.path());
}

/// The only report of a crash in the desk's folder.
fn crash_report(desk: &Path) -> String {
    let names = std::fs::read_dir(desk).unwrap().map(|entry| entry.unwrap());
    let reports: Vec<_> = names
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("crash-"))
        .collect();
    assert_eq!(reports.len(), 1, "{reports:?}");
    std::fs::read_to_string(reports[0].path()).unwrap()
}

#[test]
fn no_size_of_the_window_is_a_crash() {
    let centre = Centre::start();
    let desk = tempfile::tempdir().unwrap();
    let mut term = signed_in(&centre, desk.path());
    half_a_note(&mut term);
    for (cols, rows) in [
        (1, 1),
        (2, 300),
        (300, 1),
        (59, 15),
        (60, 16),
        (300, 100),
        (80, 24),
    ] {
        term.resize(cols, rows);
    }
    term.wait_for(WORDS);
    term.signal("TERM");
    assert!(term.wait_for_end().success());
    term.assert_sane("resizing");
}

/// Night E01: the copy of yesterday evening, no network, and queue, warnings,
/// roster and contacts are there and work.
#[test]
fn e01_cold_start_unplugged() {
    let desk = tempfile::tempdir().unwrap();
    let centre = Centre::start();
    let mut term = signed_in(&centre, desk.path());
    term.wait_for("数据最新");
    let first = first_title(&term);
    term.send("\x11");
    term.wait_for_end();
    let (account, password) = (centre.account.clone(), centre.password.clone());
    drop(centre);

    let settings = desk.path().join("settings");
    let env = [
        ("ZHIBAN_DATA", desk.path()),
        ("ZHIBAN_CONFIG", settings.as_path()),
    ];
    let mut term = Term::start(&["--no-probe"], &env);
    term.wait_for("口令");
    assert!(
        term.screen().contains(&account),
        "the desk knows its officer"
    );
    term.send(&password);
    term.wait_for("****");
    term.send("\r");
    // How old the copy is, is read from the disk beside the first page.
    let screen = term.wait("the queue, unplugged, and how old it is", |screen| {
        let age = screen.contains("数据") && !screen.contains("尚无");
        screen.contains("离线") && screen.contains('>') && age
    });
    assert!(!screen.contains('┌'), "no dialog about it:\n{screen}");
    assert!(
        screen.replace(' ', "").contains(&first),
        "the same incident leads:\n{screen}"
    );

    boards_unplugged(&mut term);
    // No key is blocked: down, open, back, a note that waits for the network.
    term.send("jk");
    term.send("o");
    term.wait_for("时间线");
    term.send("n");
    term.wait_for("Ctrl-S 提交");
    term.send(WORDS);
    term.send("\x13");
    term.wait("the note among what waits", |screen| {
        screen.contains(WORDS) && screen.replace(' ', "").contains("待发1")
    });
    // Leaving says that an act has not been sent, and asks.
    term.send("\x11");
    term.wait_for("1 项操作尚未送达");
    term.send("y");
    assert!(term.wait_for_end().success());
    term.assert_sane("leaving with unsent work");
}

/// One key each: warnings, who is on tonight, the network, and somebody of it by
/// initials.
fn boards_unplugged(term: &mut Term) {
    let board = |term: &mut Term, key: &str, what: &str, signs: &[&str]| {
        let asked = Instant::now();
        term.send(key);
        let screen = term.wait(what, |screen| {
            let screen = screen.replace(' ', "");
            signs.iter().all(|sign| screen.contains(sign))
        });
        assert!(screen.contains("离线"), "{what}:\n{screen}");
        assert!(!screen.contains('┌'), "no dialog about it:\n{screen}");
        println!("{what}: {:?}", asked.elapsed());
    };
    board(term, "2", "warnings", &["未解除", "发布预警"]);
    // Somebody is on, with a number that is masked.
    board(term, "3", "the roster", &["在岗", "夜", "100****"]);
    board(term, "4", "the network", &["机构", "综治中心", "值班员"]);
    board(term, "F", "the search", &["边输入边查"]);
    board(
        term,
        "zbm",
        "a contact by initials",
        &["值班民警", "100****"],
    );
    // A key right behind Escape would be one with Alt.
    term.send("\x1b");
    term.wait("the search is closed", |screen| {
        !screen.contains("查找 zbm")
    });
    board(term, "1", "the queue again", &["时限"]);
}

/// The title in the row under the marker, without blanks.
fn first_title(term: &Term) -> String {
    let screen = term.screen();
    let row = screen
        .lines()
        .find(|line| line.starts_with('>'))
        .expect("a row is marked");
    let title: String = row
        .chars()
        .skip(28)
        .take(8)
        .filter(|c| !c.is_whitespace())
        .collect();
    assert!(!title.is_empty(), "{row}");
    title
}

#[test]
fn a_red_sent_by_two_requests_is_on_the_screen_within_a_second_and_rings() {
    let centre = Centre::start();
    let desk = tempfile::tempdir().unwrap();
    let term = signed_in(&centre, desk.path());
    let bells = term.bells();
    let status = centre.post_incident(&serde_json::json!({
        "category": "0202", "area": "420607101201", "title": "院墙倒塌压伤一人", "rank": "urgent",
    }));
    let sent = Instant::now();
    assert!(status.contains("201"), "{status}");
    term.wait_for("院墙倒塌压伤一人");
    let shown = sent.elapsed();
    term.wait_for_bell(bells);
    println!(
        "on the screen after {shown:?}, rung after {:?}",
        sent.elapsed()
    );
    assert!(shown.as_secs() < 1, "{shown:?}");
}
