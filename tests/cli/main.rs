//! The binary itself, as scripts meet it: exit codes, the shape of its JSON,
//! two desks at one service, and a desk whose network is gone.

#![cfg(all(unix, feature = "service"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod enrol;
mod export;
mod log;
mod restore;
mod roster;
mod scene;
#[path = "../support/shim.rs"]
mod shim;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

const BINARY: &str = env!("CARGO_BIN_EXE_zhiban");

fn zhiban(args: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command
        .args(args)
        .env_remove("ZHIBAN_DATA")
        .env_remove("ZHIBAN_CONFIG")
        .env_remove("ZHIBAN_ACCOUNT")
        .env_remove("ZHIBAN_PASSWORD")
        .env("LC_ALL", "en_US.UTF-8")
        .stdin(Stdio::null());
    command
}

/// A desk: a data folder, an account and its password.
struct Desk<'a> {
    folder: &'a Path,
    account: &'a str,
    password: &'a str,
}

impl Desk<'_> {
    fn run(&self, args: &[&str]) -> Output {
        zhiban(args)
            .env("ZHIBAN_DATA", self.folder)
            .env("ZHIBAN_CONFIG", self.folder)
            .env("ZHIBAN_ACCOUNT", self.account)
            .env("ZHIBAN_PASSWORD", self.password)
            .output()
            .unwrap()
    }

    /// Runs a command that must end with `code`, and reads its JSON lines.
    fn json(&self, code: i32, args: &[&str]) -> Vec<Value> {
        let output = self.run(args);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{args:?}: {}",
            told(&output)
        );
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    fn code(&self, args: &[&str]) -> (i32, String) {
        let output = self.run(args);
        (output.status.code().unwrap(), told(&output))
    }
}

fn told(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A program that serves until it is told to end.
struct Serving {
    child: Child,
    first_line: String,
}

impl Serving {
    fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first_line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut first_line).unwrap();
        // Kept open, so that later lines do not break the program's pipe.
        child.stdout = Some(out.into_inner());
        let mut serving = Self { child, first_line };
        if serving.first_line.is_empty() {
            let mut error = String::new();
            let mut stderr = serving.child.stderr.take().unwrap();
            stderr.read_to_string(&mut error).unwrap();
            panic!("nothing served: {error}");
        }
        serving
    }

    fn demo(folder: &Path) -> (Self, Value) {
        let mut command = zhiban(&["demo", "--prepare-only", "--incidents", "60", "--seed", "3"]);
        command.arg("--data").arg(folder);
        let serving = Self::start(command);
        let ready = serde_json::from_str(&serving.first_line).unwrap();
        (serving, ready)
    }

    /// Ends it the way a system does, and gives its exit code.
    fn end(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(sent.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What curl would send, and the body of the answer.
fn post(url: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> (u16, Value) {
    let address = url.strip_prefix("http://").unwrap();
    let body = body.to_string();
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        request = [&request, *name, ": ", value, "\r\n"].concat();
    }
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .write_all(format!("{request}\r\n{body}").as_bytes())
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap())
}

#[test]
fn what_needs_no_service_ends_with_the_documented_codes() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = Desk {
        folder: folder.path(),
        account: "duty1",
        password: "x",
    };
    let cases: [(&[&str], i32); 9] = [
        (&["--help"], 0),
        (&["--version"], 0),
        (&["completions", "bash"], 0),
        (&["nonsense"], 2),
        (&["incident", "act", "X", "dance"], 2),
        (&["incident", "list", "--rank", "purple"], 2),
        (&["incident", "list"], 5),
        (&["outbox", "list"], 5),
        (&["serve"], 1),
    ];
    for (args, code) in cases {
        let (found, told) = nobody.code(args);
        assert_eq!(found, code, "{args:?}: {told}");
    }
    let keys = nobody.json(0, &["keys", "--json"]);
    let rows = keys[0].as_array().unwrap();
    assert!(rows.len() > 20);
    assert!(
        rows.iter()
            .all(|row| row["action"].is_string() && row["keys"].is_array())
    );
}

#[test]
fn help_speaks_the_language_that_is_asked_for() {
    let help = |lang: &str| told(&zhiban(&["--lang", lang, "--help"]).output().unwrap());
    assert!(help("en").contains("Usage:") && help("en").contains("demo"));
    assert!(help("zh-CN").contains("用法") && !help("zh-CN").contains("Usage:"));
}

/// curl's way in: a session, an incident. Gives its number.
fn sent_by_curl(url: &str, password: &str) -> String {
    let (status, session) = post(
        url,
        "/v1/sessions",
        &[],
        &serde_json::json!({"account": "duty1", "password": password}),
    );
    assert_eq!(status, 201, "{session}");
    let bearer = format!("Bearer {}", session["token"].as_str().unwrap());
    let (status, made) = post(
        url,
        "/v1/incidents",
        &[("authorization", &bearer), ("idempotency-key", "one")],
        &serde_json::json!({"category": "0202", "area": "420607101201", "rank": "urgent"}),
    );
    assert_eq!(status, 201, "{made}");
    made["number"].as_str().unwrap().to_owned()
}

#[test]
fn two_desks_and_a_script_work_with_a_demonstration_and_through_a_cut() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (serving, ready) = Serving::demo(&at("demo"));
    let url = ready["service"].as_str().unwrap();
    assert_eq!(ready["feed"], "420607");
    let accounts = ready["accounts"].as_array().unwrap();
    let password = |account: &str| {
        let found = accounts.iter().find(|line| line["account"] == account);
        found.unwrap()["password"].as_str().unwrap()
    };
    let duties = accounts
        .iter()
        .filter(|line| line["role"] == "duty-officer" && line["area"] == "420607");
    assert_eq!(duties.count(), 2);
    for role in ["leader", "mediator", "handler"] {
        assert!(accounts.iter().any(|line| line["role"] == role), "{role}");
    }

    let number = sent_by_curl(url, password("duty1"));
    let number = number.as_str();

    // Two desks, two officers.
    let (one, two) = (at("one"), at("two"));
    let first = Desk {
        folder: &one,
        account: "duty1",
        password: password("duty1"),
    };
    let second = Desk {
        folder: &two,
        account: "duty2",
        password: password("duty2"),
    };
    for desk in [&first, &second] {
        let done = desk.json(0, &["--service", url, "sync", "--once", "--json"]);
        assert_eq!(done[0]["status"], "done");
        assert!(done[0]["incidents"].as_u64().unwrap() > 60);
    }
    let listed = second.json(0, &["incident", "list", "--json", "--rank", "urgent"]);
    assert!(
        listed.iter().any(|row| row["number"] == number),
        "{listed:?}"
    );

    let act = |desk: &Desk<'_>, code, verb: &[&str]| {
        let line = [&["incident", "act", number], verb, &["--json"]].concat();
        desk.json(code, &line).remove(0)
    };
    let acknowledged = act(&first, 0, &["acknowledge"]);
    assert_eq!(acknowledged["status"], "accepted");
    let refused = act(&first, 3, &["verify"]);
    assert_eq!(refused["status"], "refused");
    assert_eq!(refused["refusal"]["rule"]["reason"], "wrong-stage");
    assert_eq!(first.code(&["incident", "act", number, "note"]).0, 2);
    assert_eq!(
        first
            .code(&[
                "--read-only",
                "incident",
                "act",
                number,
                "note",
                "--text",
                "x"
            ])
            .0,
        2
    );
    let stranger = Desk {
        password: "wrong-password",
        ..first
    };
    assert_eq!(stranger.code(&["incident", "list"]).0, 5);

    // The line goes down: acts wait, and arrive once it is back.
    assert_eq!(serving.end(), Some(0));
    let waiting = act(&first, 4, &["note", "--text", "said offline"]);
    assert_eq!(waiting["status"], "waiting");
    let outbox = first.json(0, &["outbox", "list", "--json"]);
    let waits = |row: &&Value| row["state"] == "waiting" && row["words"] == "said offline";
    assert_eq!(outbox.iter().filter(waits).count(), 1, "{outbox:?}");
    assert_eq!(first.code(&["sync", "--once"]).0, 4);

    let (serving, ready) = Serving::demo(&at("demo"));
    let url = ready["service"].as_str().unwrap();
    for desk in [&first, &second] {
        let done = desk.json(0, &["--service", url, "sync", "--once", "--json"]);
        assert_eq!(done[0]["waiting"], 0);
    }
    let shown = second.json(0, &["incident", "show", number, "--json"]);
    let said = shown[0]["timeline"].as_array().unwrap().iter();
    let said = said.filter(|item| item["entry"]["entry"]["text"] == "said offline");
    assert_eq!(said.count(), 1, "{shown:?}");
    assert_eq!(serving.end(), Some(0));
}

#[test]
fn a_service_is_set_up_and_served_as_the_readme_says() {
    let folder = tempfile::tempdir().unwrap();
    let (data, desk) = (folder.path().join("centre"), folder.path().join("desk"));
    let admin = |args: &[&str], password: &str| {
        let output = zhiban(args)
            .env("ZHIBAN_DATA", &data)
            .env("ZHIBAN_PASSWORD", password)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", told(&output));
        told(&output)
    };
    let init = ["admin", "init", "--area", "420607", "--district", "X"];
    let said = admin(&init, "first-password");
    assert!(said.contains("fingerprint"), "{said}");
    let add = ["admin", "account", "add", "duty", "--officer", "D"];
    admin(
        &[&add[..], &["--grant", "duty-officer@420607"]].concat(),
        "duty-password",
    );
    let listed = admin(&["admin", "account", "list", "--json"], "");
    assert_eq!(listed.lines().count(), 2, "{listed}");

    let mut command = zhiban(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("ZHIBAN_DATA", &data);
    let serving = Serving::start(command);
    let url = serving
        .first_line
        .trim()
        .rsplit(' ')
        .next()
        .unwrap()
        .to_owned();
    let duty = Desk {
        folder: &desk,
        account: "duty",
        password: "duty-password",
    };
    duty.json(0, &["--service", &url, "sync", "--once", "--json"]);
    let new = [
        "incident",
        "new",
        "--category",
        "0201",
        "--area",
        "420607101",
        "--json",
    ];
    let made = duty.json(0, &new).remove(0);
    assert_eq!(made["status"], "accepted");
    let number = made["number"].as_str().unwrap();
    assert!(
        number.starts_with("420607101-") && number.ends_with("-0001"),
        "{number}"
    );
    let backup = folder.path().join("copy.db");
    admin(&["admin", "backup", backup.to_str().unwrap()], "");
    assert!(backup.exists());
    assert_eq!(serving.end(), Some(0));
}
