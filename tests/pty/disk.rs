//! The workstation on a disk that is full while an officer acts: the officer is
//! told, what was typed stays, and the same key stores it when there is room.

use super::shim;

use super::centre::Centre;
use super::{WORDS, half_a_note, signed_in, signed_in_with};

#[test]
fn a_full_disk_is_said_on_the_screen_and_the_act_is_stored_when_there_is_room() {
    let centre = Centre::start();
    let folder = tempfile::tempdir().unwrap();
    // The shim compares what the system calls the paths.
    let folder = folder.path().canonicalize().unwrap();
    let desk = folder.join("desk");
    std::fs::create_dir_all(&desk).unwrap();
    let full = folder.join("full");
    let library = shim::compiled(&folder);
    let env = [
        ("LD_PRELOAD", library.as_path()),
        ("DISK_UNDER", desk.as_path()),
        ("DISK_FULL", full.as_path()),
    ];
    let mut term = signed_in_with(&centre, &desk, &env);
    half_a_note(&mut term);
    std::fs::write(&full, "").unwrap();
    term.send("\x13");
    let screen = term.wait_for("磁盘已满");
    assert!(screen.contains(WORDS), "what was typed stays:\n{screen}");
    assert!(
        screen.contains("Ctrl-S 提交"),
        "nothing is shown as done:\n{screen}"
    );
    std::fs::remove_file(&full).unwrap();
    term.send("\x13");
    // All of it: what is left of the dialog in half a frame has the words too.
    term.wait("the dialog to close", |screen| {
        !screen.contains("Ctrl-S 提交") && !screen.contains(WORDS)
    });
    term.send("o");
    let screen = term.wait("the note, once", |screen| {
        screen.contains("时间线") && screen.matches(WORDS).count() == 1
    });
    let number = screen
        .split_whitespace()
        .find(|word| word.starts_with("420607") && word.contains("-2"))
        .expect("the incident's number")
        .to_owned();
    term.signal("KILL");
    term.wait_for_end();
    drop(term);
    // It was on the disk when the screen said so.
    let mut term = signed_in(&centre, &desk);
    let screen = term.screen();
    assert!(!screen.contains("本机文件有问题"), "{screen}");
    term.send("F");
    term.wait_for("边输入边查");
    term.send(&number);
    term.wait_for(&format!("编号 {}", &number[..15]));
    term.send("\r");
    term.wait("the note, once, after a restart", |screen| {
        screen.matches(WORDS).count() == 1
    });
    term.send("\x11");
    assert!(term.wait_for_end().success());
}
