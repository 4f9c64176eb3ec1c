//! What the real programs leave where other programs can read: files, the
//! log, the environment and the command line of their processes, and every
//! byte that goes to the terminal.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use crate::http::find;
use crate::program::{Script, told, zhiban};
use crate::scene::{PASSWORD, TOWN, secret};
use crate::term::Term;

/// Sequences by which a terminal takes a title, a notification, the clipboard
/// or a working directory: what is said in them leaves the screen.
const SAID_BEYOND_THE_SCREEN: [&str; 9] = [
    "\x1b]0;",
    "\x1b]1;",
    "\x1b]2;",
    "\x1b]7;",
    "\x1b]9;",
    "\x1b]52;",
    "\x1b]99;",
    "\x1b]777;",
    "\x1bk",
];

/// A service as the README sets it up, logging everything.
struct Serving {
    child: Child,
    url: String,
    log: PathBuf,
}

impl Serving {
    fn start(data: &Path, log: PathBuf) -> Self {
        let admin = |args: &[&str]| {
            let output = zhiban(args)
                .env("ZHIBAN_DATA", data)
                .env("ZHIBAN_PASSWORD", PASSWORD)
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", told(&output));
        };
        admin(&["admin", "init", "--area", "420607", "--district", "X"]);
        let grant = ["--grant", "duty-officer@420607"];
        let add = ["admin", "account", "add", "duty", "--officer", "D"];
        admin(&[&add[..], &grant[..]].concat());
        let mut child = zhiban(&["serve", "--listen", "127.0.0.1:0"])
            .env("ZHIBAN_DATA", data)
            .env("ZHIBAN_LOG", "trace")
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        child.stdout = Some(out.into_inner());
        let url = line[line.find("http").unwrap()..].trim().to_owned();
        Self { child, url, log }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// What nobody may read outside of the program: words, numbers, the password.
fn secrets() -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<_> = secret::ALL.to_vec();
    all.push(("password", PASSWORD));
    all
}

fn assert_free(what: &str, bytes: &[u8]) {
    for (name, words) in secrets() {
        let at = find(bytes, words.as_bytes());
        assert!(at.is_none(), "{what} holds {name}");
    }
}

fn assert_process_tells_nothing(what: &str, process: u32) {
    for part in ["environ", "cmdline"] {
        let bytes = fs::read(format!("/proc/{process}/{part}")).unwrap();
        assert!(!bytes.is_empty());
        assert_free(&format!("{what}: {part}"), &bytes);
    }
}

/// Registers a case with a note and a call, and leaves one more waiting.
fn work(script: &Script) {
    let new = ["incident", "new", "--category", "0201", "--area", TOWN];
    let what = ["--title", secret::TITLE, "--place", secret::PLACE];
    let more = ["--summary", secret::SUMMARY, "--rank", "urgent"];
    let who = [
        "--caller",
        secret::SOURCE_NAME,
        "--phone",
        secret::SOURCE_PHONE,
    ];
    let made = [&new[..], &what[..], &more[..], &who[..], &["--json"][..]].concat();
    let made: serde_json::Value = serde_json::from_str(&script.run(0, &made)).unwrap();
    let number = made["number"].as_str().unwrap();
    script.run(
        0,
        &["incident", "act", number, "note", "--text", secret::NOTE],
    );
    let call = [
        "incident",
        "act",
        number,
        "call",
        "--with",
        secret::CALL_WITH,
    ];
    let said = ["--phone", secret::CALL_PHONE, "--text", secret::CALL_TEXT];
    script.run(0, &[&call[..], &said[..]].concat());
}

#[test]
fn files_logs_processes_and_the_terminal_tell_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("centre");
    let serving = Serving::start(&data, folder.path().join("service.log"));
    let script = Script::new(&serving.url, "duty");
    work(&script);

    // The workstation on the same desk, which shows the case and then fails.
    let settings = folder.path().join("settings");
    let env = [
        ("ZHIBAN_DATA", script.folder.path()),
        ("ZHIBAN_CONFIG", settings.as_path()),
        ("ZHIBAN_PANIC_AT", Path::new(PANIC)),
        ("ZHIBAN_LOG", Path::new("trace")),
    ];
    let mut term = Term::start(&["--service", &serving.url, "--no-probe"], &env);
    term.wait_for("口令");
    term.send(PASSWORD);
    term.wait_for("****");
    term.send("\r");
    term.wait_for(secret::TITLE);
    term.send("\r");
    // A row of the list, opened: the words, and the number's masked form.
    term.wait_for(secret::SUMMARY);
    assert_process_tells_nothing("the workstation", term.process());
    assert_process_tells_nothing("the service", serving.child.id());
    // Half a note, kept as a draft when it fails.
    term.send("n");
    term.wait_for("Ctrl-S 提交");
    term.send(secret::RAISE);
    term.wait_for(secret::RAISE);
    term.send("\x12");
    assert!(!term.wait_for_end().success(), "it fails on purpose");
    term.wait_for("草稿");
    assert_free("what is left on the terminal", term.screen().as_bytes());

    let bytes = term.bytes();
    for number in [secret::SOURCE_PHONE, secret::CALL_PHONE, PASSWORD] {
        assert!(find(&bytes, number.as_bytes()).is_none(), "{number}");
    }
    for sequence in SAID_BEYOND_THE_SCREEN {
        let at = find(&bytes, sequence.as_bytes());
        assert!(at.is_none(), "the terminal was sent {sequence:?}");
    }

    assert_one_report(script.folder.path());
    let kept = files(script.folder.path());
    for path in kept.iter().chain([&serving.log]) {
        let bytes = fs::read(path).unwrap();
        println!("{:>9} bytes {}", bytes.len(), path.display());
        assert_free(&path.display().to_string(), &bytes);
    }
    let log = fs::read_to_string(&serving.log).unwrap();
    assert!(log.contains("signed in"), "the log is taken: {log}");
    the_centre_is_private(&data);
}

#[test]
fn a_crash_while_a_number_is_revealed_leaves_it_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("centre");
    let serving = Serving::start(&data, folder.path().join("service.log"));
    let script = Script::new(&serving.url, "duty");
    work(&script);
    let settings = folder.path().join("settings");
    let env = [
        ("ZHIBAN_DATA", script.folder.path()),
        ("ZHIBAN_CONFIG", settings.as_path()),
        ("ZHIBAN_PANIC_AT", Path::new(PANIC)),
        ("ZHIBAN_LOG", Path::new("trace")),
    ];
    let mut term = Term::start(&["--service", &serving.url, "--no-probe"], &env);
    term.wait_for("口令");
    term.send(PASSWORD);
    term.wait_for("****");
    term.send("\r");
    term.wait_for(secret::TITLE);
    term.send("\r");
    term.wait_for(secret::SUMMARY);
    term.send("p");
    term.wait_for("Ctrl-S 提交");
    term.send(secret::REVEAL);
    term.wait_for(secret::REVEAL);
    term.send("\x13");
    term.wait_for(secret::SOURCE_PHONE);
    assert_process_tells_nothing("the workstation", term.process());
    term.send("\x12");
    assert!(!term.wait_for_end().success(), "it fails on purpose");
    term.wait_for("报告在");
    assert_free("what is left on the terminal", term.screen().as_bytes());
    let bytes = term.bytes();
    for sequence in SAID_BEYOND_THE_SCREEN {
        let at = find(&bytes, sequence.as_bytes());
        assert!(at.is_none(), "the terminal was sent {sequence:?}");
    }
    assert_one_report(script.folder.path());
    for path in files(script.folder.path()).iter().chain([&serving.log]) {
        let bytes = fs::read(path).unwrap();
        assert_free(&path.display().to_string(), &bytes);
    }
}

/// Where the workstation fails, and what its panic says.
const PANIC: &str = "runner.redraw=words of a panic 70131";

/// There is one report of the crash, and the panic's words are not in it.
fn assert_one_report(folder: &Path) {
    let reports: Vec<_> = files(folder)
        .into_iter()
        .filter(|path| path.to_string_lossy().contains("crash-"))
        .collect();
    assert_eq!(reports.len(), 1, "{reports:?}");
    let report = fs::read_to_string(&reports[0]).unwrap();
    assert!(report.contains("zhiban "), "{report}");
    assert!(!report.contains("70131"), "{report}");
}

/// The service's database is not encrypted: its files are its owner's alone.
/// The password is in it as a hash.
fn the_centre_is_private(data: &Path) {
    let (mut whole, mut open) = (Vec::new(), Vec::new());
    for path in files(data) {
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        let bytes = fs::read(&path).unwrap();
        println!("{mode:o} {:>9} bytes {}", bytes.len(), path.display());
        // A lock is empty.
        if mode & 0o077 != 0 && !bytes.is_empty() {
            open.push(path);
        }
        whole.extend(bytes);
    }
    assert!(
        find(&whole, secret::TITLE.as_bytes()).is_some(),
        "it is kept there"
    );
    assert!(
        find(&whole, PASSWORD.as_bytes()).is_none(),
        "a password in the clear"
    );
}
