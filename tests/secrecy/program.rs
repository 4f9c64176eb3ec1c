//! The binary itself, run for a desk of its own.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::scene::PASSWORD;

/// A desk that scripts use.
pub struct Script {
    pub folder: TempDir,
    account: String,
}

pub fn zhiban(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhiban"));
    command
        .args(args)
        .env_remove("ZHIBAN_DATA")
        .env_remove("ZHIBAN_CONFIG")
        .env_remove("ZHIBAN_ACCOUNT")
        .env_remove("ZHIBAN_PASSWORD")
        .env("LC_ALL", "zh_CN.UTF-8")
        .stdin(Stdio::null());
    command
}

/// Everything that a program said.
pub fn told(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

impl Script {
    /// A desk of `account`, with a copy of what the service at `url` gives.
    pub fn new(url: &str, account: &str) -> Self {
        let script = Self {
            folder: tempfile::tempdir().unwrap(),
            account: account.to_owned(),
        };
        script.run(0, &["--service", url, "sync", "--once"]);
        script
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What the program says, which must end with `code`.
    pub fn run(&self, code: i32, args: &[&str]) -> String {
        let (ended, told) = self.ends(args);
        assert_eq!(ended, code, "{args:?}: {told}");
        told
    }

    /// How the program ends, and what it says.
    pub fn ends(&self, args: &[&str]) -> (i32, String) {
        let output = zhiban(args)
            .env("ZHIBAN_DATA", self.folder())
            .env("ZHIBAN_CONFIG", self.folder())
            .env("ZHIBAN_ACCOUNT", &self.account)
            .env("ZHIBAN_PASSWORD", PASSWORD)
            .output()
            .unwrap();
        (output.status.code().unwrap(), told(&output))
    }
}
