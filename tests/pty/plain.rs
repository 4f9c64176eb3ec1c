//! `--plain`: the queue as lines, on a dumb terminal and through pipes.

use std::io::Write;
use std::process::{Command, Stdio};

use super::centre::Centre;
use super::term::{Answers, Kind, Term, zhiban};

const DUMB: Kind<'static> = Kind {
    name: "dumb",
    answers: Answers::None,
};

fn start(centre: &Centre, desk: &std::path::Path, more: &[&str]) -> Term {
    let settings = desk.join("settings");
    let env = [
        ("ZHIBAN_DATA", desk),
        ("ZHIBAN_CONFIG", settings.as_path()),
        ("ZHIBAN_PASSWORD", std::path::Path::new(&centre.password)),
    ];
    let mut args = vec![
        "--plain",
        "--service",
        &*centre.url,
        "--account",
        &*centre.account,
    ];
    args.extend_from_slice(more);
    Term::start_in(DUMB, &args, &env)
}

#[test]
fn a_dumb_terminal_lists_follows_and_answers() {
    let centre = Centre::start();
    let desk = tempfile::tempdir().unwrap();
    let mut term = start(&centre, desk.path(), &[]);
    term.wait_for("帮助");
    term.wait_for("在线");
    // What comes in is told, with a number to answer with.
    let status = centre.post_incident(&serde_json::json!({
        "category": "0202", "area": "420607101201", "title": "院墙倒塌压伤一人", "rank": "urgent",
    }));
    assert!(status.contains("201"), "{status}");
    let screen = term.wait_for("院墙倒塌压伤一人");
    let line = screen
        .lines()
        .find(|line| line.contains("院墙倒塌"))
        .expect("its line");
    let number: String = line.chars().filter(char::is_ascii_digit).take(2).collect();
    term.send(&format!("记录 {number} 已派人到场\r"));
    term.wait_for(&format!("已记下：记录 {number} 号"));
    term.send(&format!("ack {number}\r"));
    term.wait_for(&format!("已记下：知悉 {number} 号"));
    term.send(&format!("打开 {number}\r"));
    term.wait_for("已派人到场");
    term.send("打开 999\r");
    term.wait_for("没有 999 号");
    term.send("跳舞\r");
    term.wait_for("没有 跳舞 这句话");
    term.send("quit\r");
    assert!(term.wait_for_end().success());
    term.assert_sane("--plain");
    assert!(!term.bytes().contains(&0x1b), "no control sequence at all");
}

#[test]
fn pipes_carry_lines_in_and_out() {
    let centre = Centre::start();
    let desk = tempfile::tempdir().unwrap();
    let mut child = Command::new(zhiban())
        .args(["--plain", "--lang", "en", "--service", &centre.url])
        .args(["--account", &centre.account])
        .env("ZHIBAN_DATA", desk.path())
        .env("ZHIBAN_CONFIG", desk.path().join("settings"))
        .env("ZHIBAN_PASSWORD", &centre.password)
        .env_remove("TERM")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut keys = child.stdin.take().expect("a pipe");
    keys.write_all("open 1\nnote 1 on the spot\nhelp\n".as_bytes())
        .expect("it reads");
    // The end of the input ends it.
    drop(keys);
    let output = child.wait_with_output().expect("it ends");
    let told = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(output.status.success(), "{told}");
    let lines: Vec<&str> = told.lines().collect();
    assert!(
        lines[0].starts_with("1. ") && lines[1].starts_with("2. "),
        "{told}"
    );
    assert!(
        told.contains("stored: note 1") || told.contains("stored: Note 1"),
        "{told}"
    );
    assert!(told.contains("acknowledge N"), "{told}");
    assert!(!told.contains('\x1b') && !told.contains('\x07'), "{told}");
}
