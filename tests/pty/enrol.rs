//! The workstation on a data folder that somebody copied: it says why nothing
//! goes out, and one password makes another device of it.

use std::path::Path;
use std::process::Command;

use super::centre::Centre;
use super::term::{Term, zhiban};
use super::{WORDS, half_a_note, signed_in};

const BOX: &str = "本席须重新登记";
const DONE: &str = "本席已重新登记";
const SAVE: &str = "\x13";
const F5: &str = "\x1b[15~";

/// The desk's folder as it lies on the disk.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

fn leave(term: &mut Term) {
    term.signal("TERM");
    assert!(term.wait_for_end().success());
}

/// Exchanges everything, as a script does; its exit code.
fn sync(centre: &Centre, desk: &Path) -> Option<i32> {
    let output = Command::new(zhiban())
        .args(["sync", "--once"])
        .env("ZHIBAN_DATA", desk)
        .env("ZHIBAN_CONFIG", desk)
        .env("ZHIBAN_ACCOUNT", &centre.account)
        .env("ZHIBAN_PASSWORD", &centre.password)
        .output()
        .unwrap();
    output.status.code()
}

fn write_a_note(term: &mut Term) {
    half_a_note(term);
    term.send(SAVE);
    term.wait("the dialog to close", |screen| {
        !screen.contains("Ctrl-S 提交")
    });
}

#[test]
fn a_copied_desk_says_why_nothing_goes_out_and_a_password_mends_it() {
    let centre = Centre::start();
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    std::fs::create_dir(&first).unwrap();
    leave(&mut signed_in(&centre, &first));
    copy(&first, &second);
    let mut term = signed_in(&centre, &first);
    write_a_note(&mut term);
    leave(&mut term);
    assert_eq!(sync(&centre, &first), Some(0));

    let mut term = signed_in(&centre, &second);
    write_a_note(&mut term);
    let screen = term.wait_for(BOX);
    assert!(screen.contains("不会丢"), "{screen}");
    term.send("n");
    let screen = term.wait("the box to close", |screen| !screen.contains("输口令登记"));
    assert!(
        screen.contains("F5"),
        "the frame goes on saying it:\n{screen}"
    );
    assert!(screen.contains("●在线"), "and it reads on:\n{screen}");
    term.send(F5);
    term.wait_for("输口令登记");
    term.send("y");
    term.wait_for("请再次输入口令");
    term.send(&centre.password);
    term.wait_for("****");
    term.send("\r");
    term.wait_for(DONE);
    let screen = term.wait("work to go on", |screen| {
        screen.contains("●在线") && !screen.contains("须重新登记")
    });
    assert!(screen.contains('>'), "the queue is there:\n{screen}");
    term.send("o");
    term.wait("both notes", |screen| screen.matches(WORDS).count() == 2);
    leave(&mut term);
    assert_eq!(sync(&centre, &second), Some(0));

    // The other copy learns of it too, and remembers: the next sign-in mends it
    // without another word.
    assert_eq!(sync(&centre, &first), Some(5));
    let mut term = signed_in(&centre, &first);
    term.wait_for(DONE);
    leave(&mut term);
    assert_eq!(sync(&centre, &first), Some(0));
}
