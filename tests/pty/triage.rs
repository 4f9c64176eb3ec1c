//! A full triage by keys alone in each keymap that ships: find, acknowledge,
//! accept, note, assign, finish, verify, strike off. Verifying and striking off
//! want a second person, who sits at another desk.

use std::path::Path;

use super::centre::Centre;
use super::term::Term;

const TITLE: &str = "院墙倒塌压伤一人";

/// The beginning of the title's initials.
const INITIALS: &str = "yqdtys";

#[derive(Clone, Copy)]
enum By {
    Initials,
    Serial,
}

/// What the steps are called in one keymap: keys one by one, blanks between.
struct Keymap {
    name: &'static str,
    /// Before and after what is looked for, and one row down.
    find: [&'static str; 3],
    /// What is looked for: initials of the title in pinyin, or the last part of
    /// the number where there are no letters.
    by: By,
    acknowledge: &'static str,
    accept: &'static str,
    note: &'static str,
    assign: &'static str,
    accept_for_holder: &'static str,
    finish: &'static str,
    verify: &'static str,
    follow_up: &'static str,
    propose: &'static str,
    sign: [&'static str; 2],
}

/// `phrase` takes the first phrase of a field.
const KEYMAPS: [Keymap; 3] = [
    Keymap {
        name: "default",
        find: ["/", "enter", "j"],
        by: By::Initials,
        acknowledge: "a",
        accept: "r",
        note: "n ctrl-p enter ctrl-s",
        assign: "d enter LIST enter tab tab tab ctrl-p enter tab ctrl-p enter tab ctrl-p enter tab ctrl-p enter ctrl-s",
        accept_for_holder: "r ctrl-p enter ctrl-s",
        finish: "f tab tab ctrl-p enter tab ctrl-p enter ctrl-s",
        verify: "v ctrl-s",
        follow_up: "w ctrl-s",
        propose: "x ctrl-s",
        sign: ["X", "ctrl-s"],
    },
    Keymap {
        name: "vim",
        find: ["/", "enter", "j"],
        by: By::Initials,
        acknowledge: "a",
        accept: "r",
        note: "n insert enter ctrl-s",
        assign: "d enter LIST enter ctrl-n ctrl-n ctrl-n insert enter ctrl-n insert enter ctrl-n insert enter ctrl-n insert enter ctrl-s",
        accept_for_holder: "r insert enter ctrl-s",
        finish: "f ctrl-n ctrl-n insert enter ctrl-n insert enter ctrl-s",
        verify: "v ctrl-s",
        follow_up: "w ctrl-s",
        propose: "x ctrl-s",
        sign: ["X", "ctrl-s"],
    },
    Keymap {
        name: "numpad",
        find: ["/", "enter", "2"],
        by: By::Serial,
        acknowledge: "*",
        accept: "5 2",
        note: "5 4 * 1 enter",
        assign: "5 3 enter LIST 1 enter enter enter * 1 enter * 1 enter * 1 enter * 1 +",
        accept_for_holder: "5 2 * 1 +",
        finish: "5 6 enter enter * 1 enter * 1 +",
        verify: "5 7 +",
        follow_up: "5 8 +",
        propose: "5 9 +",
        sign: ["5 0", "+"],
    },
];

/// The least serial that few numbers of other towns end with.
const SERIAL_MIN: u32 = 7;
/// A list that was narrowed has fewer rows than this.
const ROWS_MAX: usize = 10;

/// Whether a line of the screen is one of the list.
fn is_row(line: &str) -> bool {
    line.starts_with(['>', ' '])
        && line
            .chars()
            .nth(1)
            .is_some_and(|sign| "■▲●○".contains(sign))
        && !line.contains("无人知悉")
}

/// A desk whose keys are counted.
struct Seat {
    term: Term,
    keys: usize,
}

impl Seat {
    fn sign_in(
        centre: &Centre,
        desk: &Path,
        keymap: &str,
        (account, password): (&str, &str),
    ) -> Self {
        let settings = desk.join("settings");
        let env = [("ZHIBAN_DATA", desk), ("ZHIBAN_CONFIG", settings.as_path())];
        let args = ["--service", &centre.url, "--no-probe", "--keymap", keymap];
        let mut term = Term::start(&args, &env);
        term.wait_for("口令");
        term.send(account);
        term.send("\t");
        term.send(password);
        term.wait_for("****");
        term.send("\r");
        term.wait_for("●在线");
        term.wait("the marker of the list", |screen| screen.contains('>'));
        Self { term, keys: 0 }
    }

    /// Presses keys by their names, and counts them. `LIST` is no key: a list
    /// with somebody in it is waited for.
    fn press(&mut self, keys: &str) {
        for key in keys.split_whitespace() {
            let bytes = match key {
                "LIST" => {
                    self.term.wait("a list of units", |screen| {
                        screen.contains("选定") && screen.contains("派出所")
                    });
                    continue;
                }
                "enter" => "\r",
                "tab" => "\t",
                "insert" => "\x1b[2~",
                "ctrl-s" => "\x13",
                "ctrl-p" => "\x10",
                "ctrl-n" => "\x0e",
                sign => sign,
            };
            self.term.send(bytes);
            self.keys += 1;
        }
    }

    fn find(&mut self, keymap: &Keymap, number: &str) {
        let serial = number.rsplit('-').next().unwrap();
        let words = match keymap.by {
            By::Initials => INITIALS,
            By::Serial => serial,
        };
        self.press(keymap.find[0]);
        for sign in words.chars() {
            self.press(&sign.to_string());
        }
        let found = |line: &str| line.replace(' ', "").contains(TITLE);
        let rows = |screen: &str| screen.lines().filter(|line| is_row(line)).count();
        self.term
            .wait("the list narrowed, with the incident in it", |screen| {
                rows(screen) < ROWS_MAX && screen.lines().any(|line| is_row(line) && found(line))
            });
        self.press(keymap.find[1]);
        for _ in 0..ROWS_MAX {
            let under = |line: &str| line.starts_with('>');
            let screen = self.term.screen();
            let marked = screen.lines().find(|line| under(line)).unwrap_or_default();
            if found(marked) {
                return;
            }
            let before = marked.to_owned();
            self.press(keymap.find[2]);
            self.term.wait("the marker to move", |screen| {
                screen.lines().any(|line| under(line) && line != before)
            });
        }
        panic!("not in the list:\n{}", self.term.screen());
    }

    /// One step: the dialog opens, is filled and handed in, and the row says
    /// what came of it.
    fn step(&mut self, keys: &str, stage: &str) {
        let (fill, last) = keys.rsplit_once(' ').unwrap_or(("", keys));
        self.press(fill);
        self.term.wait("the dialog", |screen| screen.contains('┌'));
        self.press(last);
        self.wait_for_stage(stage);
    }

    /// Waits until the incident's row says at which stage it is.
    fn wait_for_stage(&self, stage: &str) {
        self.term.wait(stage, |screen| {
            let mut lines = screen.lines();
            lines.any(|line| line.starts_with('>') && line.contains(stage)) && !screen.contains('┌')
        });
    }
}

/// Registers the incident; where it is found by its serial, not as one of the
/// first of its town's day: every town has had those.
fn registered(centre: &Centre, by: By) -> String {
    let serial = |number: &str| -> u32 {
        let serial = number.rsplit('-').next().unwrap();
        serial.parse().unwrap()
    };
    let before = serde_json::json!({
        "category": "0301", "area": "420607101202", "title": "先来的一件", "rank": "notice",
    });
    if let By::Serial = by {
        while serial(&centre.post_numbered(&before)) + 1 < SERIAL_MIN {}
    }
    centre.post_numbered(&serde_json::json!({
        "category": "0202", "area": "420607101201", "title": TITLE, "rank": "urgent",
    }))
}

#[test]
fn a_full_triage_by_keys_alone_in_every_keymap() {
    for keymap in KEYMAPS {
        let centre = Centre::start();
        let desks = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let number = registered(&centre, keymap.by);
        let own = (centre.account.as_str(), centre.password.as_str());
        let mut officer = Seat::sign_in(&centre, desks[0].path(), keymap.name, own);
        officer.find(&keymap, &number);
        officer.press(keymap.acknowledge);
        officer.term.wait("nobody has to acknowledge it", |screen| {
            screen
                .lines()
                .any(|line| line.starts_with('>') && !line.contains('!'))
        });
        officer.press(keymap.accept);
        officer.wait_for_stage("办理中");
        for (keys, stage) in [
            (keymap.note, "办理中"),
            (keymap.assign, "待签收"),
            (keymap.accept_for_holder, "办理中"),
            (keymap.finish, "待验证"),
        ] {
            officer.step(keys, stage);
        }

        let (account, password) = &centre.leader;
        let mut leader = Seat::sign_in(&centre, desks[1].path(), keymap.name, (account, password));
        leader.find(&keymap, &number);
        leader.wait_for_stage("待验证");
        for (keys, stage) in [
            (keymap.verify, "待回访"),
            (keymap.follow_up, "待销号"),
            (keymap.propose, "待会签"),
        ] {
            leader.step(keys, stage);
        }

        officer.wait_for_stage("待会签");
        officer.press(keymap.sign[0]);
        officer.term.wait_for("任务书");
        // In the small hours an irreversible act wants the last digits.
        if officer.term.screen().contains("末几位") {
            officer.press("tab");
            for digit in number.rsplit('-').next().unwrap().chars() {
                officer.press(&digit.to_string());
            }
        }
        officer.press(keymap.sign[1]);
        officer.wait_for_stage("已销号");
        println!(
            "{}: {} keys at the officer's desk, {} at the leader's",
            keymap.name, officer.keys, leader.keys
        );
        assert!(officer.keys + leader.keys <= 80, "{}", keymap.name);
        for seat in [&mut officer, &mut leader] {
            seat.term.signal("TERM");
            assert!(seat.term.wait_for_end().success());
        }
    }
}
