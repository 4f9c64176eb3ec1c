//! A mediator's look-up by keys alone: from sign-in to the case opened, and
//! from there to who is nearest, in each keymap that has letters.

use super::centre::Centre;
use super::term::Term;

const TITLE: &str = "院墙倒塌压伤一人";
/// What is typed of the title: two syllables and one first letter.
const TYPED: &str = "yuanqiangd";
/// Keys from any screen to the opened case, and on to whom one may ring.
const KEYS_MAX: usize = 16;

/// The keys of one keymap: the search from any screen, and who is nearest.
struct Keymap {
    name: &'static str,
    find: &'static str,
    near: &'static str,
}

const KEYMAPS: [Keymap; 2] = [
    Keymap {
        name: "default",
        find: "F",
        near: "M",
    },
    Keymap {
        name: "vim",
        find: "gf",
        near: "M",
    },
];

#[test]
fn a_mediator_looks_a_case_up_by_keys_alone() {
    for keymap in KEYMAPS {
        let centre = Centre::start();
        let number = centre.post_numbered(&serde_json::json!({
            "category": "0202", "area": "420607101201", "title": TITLE, "rank": "watch",
        }));
        let desk = tempfile::tempdir().unwrap();
        let settings = desk.path().join("settings");
        let env = [
            ("ZHIBAN_DATA", desk.path()),
            ("ZHIBAN_CONFIG", settings.as_path()),
        ];
        let args = [
            "--service",
            &centre.url,
            "--no-probe",
            "--keymap",
            keymap.name,
        ];
        let (account, password) = &centre.mediator;
        let mut term = Term::start(&args, &env);
        term.wait_for("口令");
        term.send(account);
        term.send("\t");
        term.send(password);
        term.wait_for("****");
        term.send("\r");
        term.wait_for("●在线");

        let mut keys = 0;
        let mut press = |term: &mut Term, signs: &str| {
            for sign in signs.chars() {
                term.send(sign.encode_utf8(&mut [0; 4]));
                keys += 1;
            }
        };
        press(&mut term, keymap.find);
        term.wait_for("边输入边查");
        press(&mut term, TYPED);
        let without_blanks = |screen: &str| screen.replace(' ', "");
        term.wait("the case is the first that was found", |screen| {
            without_blanks(screen).contains(TITLE)
        });
        press(&mut term, "\r");
        term.wait("the case is open", |screen| {
            let screen = without_blanks(screen);
            screen.contains(&number) && screen.contains(TITLE) && screen.contains("时间线")
        });
        press(&mut term, keymap.near);
        term.wait("who is nearest", |screen| screen.contains("最近"));
        println!("{}: {keys} keys", keymap.name);
        assert!(keys <= KEYS_MAX, "{}: {keys}", keymap.name);
        term.signal("TERM");
        assert!(term.wait_for_end().success());
    }
}
