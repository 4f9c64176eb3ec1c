//! A central service with a small made-up district, in a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::term::zhiban;

/// A service that ends with the test.
pub struct Centre {
    child: Child,
    /// Where it listens.
    pub url: String,
    /// A duty officer's account.
    pub account: String,
    /// The password of that account.
    pub password: String,
    _folder: tempfile::TempDir,
}

impl Centre {
    /// Prepares a district of forty incidents and serves it.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut child = Command::new(zhiban())
            .args([
                "demo",
                "--prepare-only",
                "--incidents",
                "40",
                "--seed",
                "7",
                "--data",
            ])
            .arg(folder.path().join("demo"))
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the binary starts");
        let out = child.stdout.take().expect("the output is a pipe");
        let mut line = String::new();
        BufReader::new(out)
            .read_line(&mut line)
            .expect("the service says where it is");
        let ready: Value = serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("no line of JSON but `{line}`: {error}"));
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let officer = ready["accounts"]
            .as_array()
            .expect("accounts")
            .iter()
            .find(|account| account["role"] == "duty-officer" && account["area"] == "420607")
            .expect("a duty officer of the district");
        Self {
            url: text(&ready["service"]),
            account: text(&officer["account"]),
            password: text(&officer["password"]),
            child,
            _folder: folder,
        }
    }
}

impl Drop for Centre {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
