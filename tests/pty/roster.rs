//! The roster by keys alone in each keymap: somebody is found for a gap, whoever
//! is on is rung and checked in.

use super::centre::Centre;
use super::term::Term;

/// Keys from any screen until the gap is filled, and until somebody is rung and
/// checked in.
const ASSIGN_KEYS_MAX: usize = 8;
const CALL_KEYS_MAX: usize = 24;

/// What the steps are called in one keymap; keys one by one, blanks between.
struct Keymap {
    name: &'static str,
    board: &'static str,
    assign: &'static str,
    down: &'static str,
    call: &'static str,
    check_in: &'static str,
    submit: &'static str,
}

const KEYMAPS: [Keymap; 3] = [
    Keymap {
        name: "default",
        board: "3",
        assign: "a",
        down: "j",
        call: "c",
        check_in: "i",
        submit: "ctrl-s",
    },
    Keymap {
        name: "vim",
        board: "g r",
        assign: "a",
        down: "j",
        call: "c",
        check_in: "i",
        submit: "ctrl-s",
    },
    Keymap {
        name: "numpad",
        board: ". . +",
        assign: "5 1",
        down: "2",
        call: "5 2",
        check_in: "5 3",
        submit: "+",
    },
];

struct Seat {
    term: Term,
    keys: usize,
}

impl Seat {
    fn press(&mut self, keys: &str) {
        for key in keys.split_whitespace() {
            self.term.send(match key {
                "enter" => "\r",
                "ctrl-s" => "\x13",
                sign => sign,
            });
            self.keys += 1;
        }
    }

    /// The row under the hand.
    fn row(&self) -> String {
        let screen = self.term.screen();
        let row = screen.lines().find(|line| line.starts_with('>'));
        row.unwrap_or_default().to_owned()
    }

    fn wait(&self, what: &str, signs: &[&str]) {
        self.term.wait(what, |screen| {
            let screen = screen.replace(' ', "");
            signs.iter().all(|sign| screen.contains(sign))
        });
    }
}

#[test]
fn a_gap_is_filled_and_somebody_rung_and_checked_in_by_keys_alone() {
    let centre = Centre::start();
    for keymap in KEYMAPS {
        let desk = tempfile::tempdir().unwrap();
        let mut seat = sign_in(&centre, desk.path(), keymap.name);
        seat.press(keymap.board);
        seat.wait("the gaps lead the board", &["缺岗", "备勤"]);
        seat.term.wait("a row under the hand", |screen| {
            screen.lines().any(|line| line.starts_with(">缺"))
        });
        let gap = seat.row();
        seat.press(keymap.assign);
        seat.wait("who can be asked, the nearest first", &["接班人", "选定"]);
        seat.press("enter");
        seat.wait("the dialog with somebody in it", &["派班", "提交"]);
        seat.press(keymap.submit);
        seat.wait("that it is done", &["已派班："]);
        // Whoever takes it is missing nowhere else unnoticed; this post has somebody.
        let post: String = gap.chars().skip(8).take(8).collect();
        let post = post.trim();
        seat.term.wait("the gap is no more", |screen| {
            let gaps = screen
                .lines()
                .filter(|line| line.chars().nth(1) == Some('缺'));
            gaps.into_iter().all(|line| !line.contains(post))
        });
        let assigned = seat.keys;
        assert!(assigned <= ASSIGN_KEYS_MAX, "{}: {assigned}", keymap.name);

        while !seat.row().starts_with(">夜") {
            let before = seat.row();
            seat.press(keymap.down);
            seat.term.wait("the hand to move", |screen| {
                screen
                    .lines()
                    .any(|line| line.starts_with('>') && line != before)
            });
        }
        seat.press(keymap.call);
        // Masked first; whole once it is logged that somebody looks.
        seat.wait("the call, with the whole number", &["通话", "电话1001"]);
        seat.press(keymap.submit);
        seat.wait("that the call is logged", &["已通话："]);
        seat.press(keymap.check_in);
        seat.wait("how they reported", &["报告方式"]);
        seat.press(keymap.submit);
        seat.wait("that they are there", &["已签到："]);
        assert!(seat.row().contains("签到"), "{}", seat.row());
        println!(
            "{}: {assigned} keys to fill a gap, {} in all",
            keymap.name, seat.keys
        );
        assert!(seat.keys - assigned <= CALL_KEYS_MAX, "{}", seat.keys);
        seat.term.signal("TERM");
        let status = seat.term.wait_for_end();
        assert!(status.success(), "{status:?}\n{}", seat.term.screen());
    }
}

fn sign_in(centre: &Centre, desk: &std::path::Path, keymap: &str) -> Seat {
    let settings = desk.join("settings");
    let env = [("ZHIBAN_DATA", desk), ("ZHIBAN_CONFIG", settings.as_path())];
    let args = ["--service", &centre.url, "--no-probe", "--keymap", keymap];
    let mut term = Term::start(&args, &env);
    term.wait_for("口令");
    term.send(&centre.account);
    term.send("\t");
    term.send(&centre.password);
    term.wait_for("****");
    term.send("\r");
    term.wait_for("数据最新");
    Seat { term, keys: 0 }
}
