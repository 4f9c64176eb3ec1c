//! The real programs: a service, desks as scripts use them, and a line between.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::proxy::Proxy;
use crate::proxy::weather::Dice;
use crate::term::zhiban;

pub const PASSWORD: &str = "duty-password";
/// The officer at every desk here.
pub const ACCOUNT: &str = "duty";

/// `zhiban serve` with one duty officer.
pub struct Service {
    child: Child,
    addr: SocketAddr,
    folder: TempDir,
}

/// `zhiban` commands on one data folder, through one line.
pub struct Desk {
    folder: PathBuf,
    url: String,
}

/// How an act ended for the script that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The service has it.
    Accepted,
    /// It waits in the outbox.
    Waiting,
}

/// The binary, with a folder of its own for everything, in English.
fn program(folder: &Path) -> Command {
    let mut command = Command::new(zhiban());
    command
        .env("ZHIBAN_DATA", folder)
        .env("ZHIBAN_CONFIG", folder)
        .env("LC_ALL", "en_US.UTF-8")
        .stdin(Stdio::null());
    command
}

fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

impl Service {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("centre");
        let admin = |args: &[&str], password: &str| {
            let mut command = program(&data);
            command.args(args).env("ZHIBAN_PASSWORD", password);
            let output = command.output().unwrap();
            assert!(output.status.success(), "{args:?}: {}", told(&output));
        };
        admin(
            &["admin", "init", "--area", "420607", "--district", "X"],
            "first-password",
        );
        let add = ["admin", "account", "add", ACCOUNT, "--officer", "D"];
        admin(
            &[&add[..], &["--grant", "duty-officer@420607"]].concat(),
            PASSWORD,
        );
        let mut child = program(&data)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stderr(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        child.stdout = Some(out.into_inner());
        let url = line.trim().rsplit(' ').next().unwrap_or_default();
        let Ok(addr) = url.trim_start_matches("http://").parse() else {
            let _ = child.kill();
            panic!("where it listens is not said: {line}");
        };
        Self {
            child,
            addr,
            folder,
        }
    }

    /// A line to it, with what is drawn from this seed.
    pub fn line(&self, seed: u64) -> Proxy {
        Proxy::seeded(self.addr, seed)
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub fn folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A desk that reaches it by `url`; nothing is exchanged yet.
    pub fn desk(&self, name: &str, url: &str) -> Desk {
        Desk {
            folder: self.folder(name),
            url: url.to_owned(),
        }
    }

    /// Whether its database holds these words: it encrypts no records.
    pub fn has(&self, words: &str) -> bool {
        let files = std::fs::read_dir(self.folder.path().join("centre")).unwrap();
        files.into_iter().any(|file| {
            let bytes = std::fs::read(file.unwrap().path()).unwrap_or_default();
            bytes
                .windows(words.len())
                .any(|window| window == words.as_bytes())
        })
    }

    /// A desk without anything on its line, to look at what the service has.
    pub fn onlooker(&self) -> Desk {
        let desk = self.desk("onlooker", &self.url());
        assert_eq!(desk.sync().0, Some(0));
        desk
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Desk {
    fn output(&self, args: &[&str]) -> Output {
        let mut command = program(&self.folder);
        command
            .args(args)
            .env("ZHIBAN_ACCOUNT", ACCOUNT)
            .env("ZHIBAN_PASSWORD", PASSWORD);
        command.output().unwrap()
    }

    fn json(&self, args: &[&str]) -> (Option<i32>, Vec<Value>, String) {
        let output = self.output(args);
        let text = String::from_utf8_lossy(&output.stdout);
        let lines = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        (output.status.code(), lines.collect(), told(&output))
    }

    /// `zhiban sync --once`: its code and its line, if it came to say one.
    pub fn sync(&self) -> (Option<i32>, Value, String) {
        let args = ["--service", &self.url, "sync", "--once", "--json"];
        let (code, lines, told) = self.json(&args);
        (code, lines.into_iter().next().unwrap_or_default(), told)
    }

    /// Registers an incident; its number.
    pub fn register(&self) -> String {
        let args = "incident new --category 0201 --area 420607101 --json";
        let args: Vec<_> = args.split(' ').collect();
        let (code, lines, told) = self.json(&args);
        assert_eq!(code, Some(0), "{told}");
        lines[0]["number"].as_str().unwrap().to_owned()
    }

    /// Writes a note, as a script does, and what the script is told.
    pub fn note(&self, number: &str, text: &str) -> Told {
        let args = ["incident", "act", number, "note", "--text", text, "--json"];
        let (code, lines, told) = self.json(&args);
        let status = lines.first().map(|line| line["status"].clone());
        match (code, status.as_ref().and_then(Value::as_str)) {
            (Some(0), Some("accepted")) => Told::Accepted,
            (Some(4), Some("waiting")) => Told::Waiting,
            _ => panic!("{text}: {code:?} {told}"),
        }
    }

    /// The words of what waits in the outbox.
    pub fn waiting(&self) -> Vec<String> {
        let (code, lines, told) = self.json(&["outbox", "list", "--json"]);
        assert_eq!(code, Some(0), "{told}");
        let waits = lines.iter().filter(|row| row["state"] == "waiting");
        waits
            .map(|row| row["words"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The notes of an incident as this desk has them.
    pub fn notes(&self, number: &str) -> Vec<String> {
        let (code, lines, told) = self.json(&["incident", "show", number, "--json"]);
        assert_eq!(code, Some(0), "{told}");
        let items = lines[0]["timeline"].as_array().unwrap().iter();
        items
            .filter_map(|item| item["entry"]["entry"]["text"].as_str())
            .map(ToOwned::to_owned)
            .collect()
    }
}

/// `ZHIBAN_TEST_SEED`, or one of this run; printed.
pub fn seed() -> u64 {
    let given = std::env::var("ZHIBAN_TEST_SEED").ok();
    let seed = given.map_or_else(
        || Dice::new(u64::from(std::process::id())).below(1_000_000),
        |text| text.parse().unwrap(),
    );
    println!("ZHIBAN_TEST_SEED={seed}");
    seed
}
