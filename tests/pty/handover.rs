//! A handover by keys alone: the outgoing officer signs, the incoming one signs
//! in at another desk, goes through each matter and signs.

use std::path::Path;

use super::centre::Centre;
use super::term::Term;

/// A desk whose keys are counted.
struct Seat {
    term: Term,
    keys: usize,
}

impl Seat {
    fn sign_in(centre: &Centre, desk: &Path, (account, password): (&str, &str)) -> Self {
        let settings = desk.join("settings");
        let env = [("ZHIBAN_DATA", desk), ("ZHIBAN_CONFIG", settings.as_path())];
        let args = [
            "--service",
            &centre.url,
            "--no-probe",
            "--keymap",
            "default",
        ];
        let mut term = Term::start(&args, &env);
        term.wait_for("口令");
        term.send(account);
        term.send("\t");
        term.send(password);
        term.wait_for("****");
        term.send("\r");
        term.wait_for("●在线");
        Self { term, keys: 0 }
    }

    fn press(&mut self, keys: &[&str]) {
        for key in keys {
            self.term.send(match *key {
                "f8" => "\x1b[19~",
                "f9" => "\x1b[20~",
                "enter" => "\r",
                "tab" => "\t",
                "ctrl-s" => "\x13",
                "ctrl-k" => "\x0b",
                sign => sign,
            });
            self.keys += 1;
        }
    }

    fn wait(&self, words: &str) {
        self.term.wait_for(words);
    }
}

/// How many matters wait, by the line over the list; with none left it says so
/// in words.
fn left(screen: &str) -> Option<usize> {
    if screen.contains("已逐条确认") {
        return Some(0);
    }
    let (_, rest) = screen.split_once("还有 ")?;
    rest.split_once(" 件")?.0.trim().parse().ok()
}

#[test]
fn a_shift_is_handed_over_by_keys_alone() {
    let centre = Centre::start();
    for nth in 0..3 {
        centre.post_numbered(&serde_json::json!({
            "category": "0202", "area": "420607101201", "title": format!("交接{nth}"), "rank": "urgent",
        }));
    }
    let desks = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let own = (centre.account.as_str(), centre.password.as_str());
    let mut outgoing = Seat::sign_in(&centre, desks[0].path(), own);
    // On duty, with the sound test; a line into the log beside it.
    outgoing.press(&["f8"]);
    outgoing.wait("内容");
    outgoing.press(&["s"]);
    outgoing.wait("提示音");
    outgoing.press(&["tab", "tab", "1", "ctrl-s"]);
    outgoing.wait("已签到");
    outgoing.press(&["ctrl-k", "巡", "查", "完", "毕", "enter"]);
    outgoing.wait("巡查完毕");
    outgoing.press(&["f9"]);
    outgoing.wait("待交");
    // The draft is of what this desk has: all three must have come.
    for nth in 0..3 {
        outgoing.wait(&format!("交接{nth}"));
    }
    outgoing.press(&["d"]);
    outgoing.wait("下一班可能发生");
    outgoing.press(&["有", "雨", "ctrl-s"]);
    outgoing.wait("已签交班");

    let (account, password) = &centre.leader;
    let mut incoming = Seat::sign_in(&centre, desks[1].path(), (account, password));
    incoming.press(&["f9"]);
    incoming.wait("交来");
    let mut waiting = left(&incoming.term.screen()).unwrap();
    let matters = waiting;
    assert!(matters >= 3);
    while waiting > 0 {
        incoming.press(&[" "]);
        waiting -= 1;
        incoming
            .term
            .wait("one less", |screen| left(screen) == Some(waiting));
    }
    incoming.press(&["r"]);
    incoming.wait("签字后");
    incoming.press(&["ctrl-s"]);
    incoming.wait("已接班");
    println!(
        "handover of {matters} matters: {} keys at the outgoing desk, {} at the incoming one",
        outgoing.keys, incoming.keys
    );
    assert_eq!(incoming.keys, matters + 3);
    for seat in [&mut outgoing, &mut incoming] {
        seat.term.signal("TERM");
        let status = seat.term.wait_for_end();
        assert!(status.success(), "{status}: {}", seat.term.screen());
    }
}
