//! A central service with a small made-up district, in a process of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use super::term::zhiban;

/// A service that ends with the test.
pub struct Centre {
    child: Child,
    /// Where it listens.
    pub url: String,
    /// Somebody who may sign beside the duty officer: account and password.
    pub leader: (String, String),
    /// A mediator, wherever: account and password.
    pub mediator: (String, String),
    /// An account for the big screen: account and password.
    pub wall: (String, String),
    /// A duty officer's account.
    pub account: String,
    /// The password of that account.
    pub password: String,
    folder: tempfile::TempDir,
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
        let of_role = |role: &str| {
            let all = ready["accounts"].as_array().expect("accounts");
            all.iter()
                .find(|account| account["role"] == role && account["area"] == "420607")
                .unwrap_or_else(|| panic!("no {role} of the district"))
        };
        let all = ready["accounts"].as_array().expect("accounts");
        let mediator = all
            .iter()
            .find(|account| account["role"] == "mediator")
            .expect("a mediator");
        let wall = of_role("wall");
        let (officer, leader) = (of_role("duty-officer"), of_role("leader"));
        Self {
            url: text(&ready["service"]),
            wall: (text(&wall["account"]), text(&wall["password"])),
            leader: (text(&leader["account"]), text(&leader["password"])),
            mediator: (text(&mediator["account"]), text(&mediator["password"])),
            account: text(&officer["account"]),
            password: text(&officer["password"]),
            child,
            folder,
        }
    }
}

impl Centre {
    /// The service's database.
    pub fn database(&self) -> std::path::PathBuf {
        self.folder
            .path()
            .join("demo/service")
            .join(zhiban::service::DATABASE_FILE)
    }

    /// The service is gone; its database stays.
    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// The service is there again, on the same data at the same address.
    pub fn serve_again(&mut self) {
        let address = self.url.trim_start_matches("http://");
        let mut child = Command::new(zhiban())
            .args(["serve", "--listen", address, "--data"])
            .arg(self.folder.path().join("demo/service"))
            .env("LANG", "zh_CN.UTF-8")
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the binary starts");
        let out = child.stdout.take().expect("the output is a pipe");
        self.child = child;
        let mut line = String::new();
        BufReader::new(out)
            .read_line(&mut line)
            .expect("the service says that it serves");
        assert!(line.contains("正在服务"), "{line}");
    }

    /// What README shows as two lines of curl: a session, then an incident.
    /// Gives the status line of the second reply.
    pub fn post_incident(&self, body: &Value) -> String {
        let sign_in = serde_json::json!({"account": self.account, "password": self.password});
        let reply = self.post("/v1/sessions", &[], &sign_in);
        let (_, session) = reply.split_once("\r\n\r\n").expect("a body");
        let session: Value = serde_json::from_str(session.trim()).expect("JSON");
        let token = session["token"].as_str().expect("a token");
        let bearer = format!("authorization: Bearer {token}");
        let reply = self.post("/v1/incidents", &[&bearer, "idempotency-key: 1"], body);
        reply.lines().next().unwrap_or_default().to_owned()
    }

    /// As [`Self::post_incident`]; gives the number of the incident.
    pub fn post_numbered(&self, body: &Value) -> String {
        // Each is another request; `post_incident` has the first key.
        static KEY: AtomicUsize = AtomicUsize::new(2);
        let sign_in = serde_json::json!({"account": self.account, "password": self.password});
        let reply = self.post("/v1/sessions", &[], &sign_in);
        let (_, session) = reply.split_once("\r\n\r\n").expect("a body");
        let session: Value = serde_json::from_str(session.trim()).expect("JSON");
        let token = session["token"].as_str().expect("a token");
        let bearer = format!("authorization: Bearer {token}");
        let key = KEY.fetch_add(1, Ordering::Relaxed);
        let key = format!("idempotency-key: {key}");
        let reply = self.post("/v1/incidents", &[&bearer, &key], body);
        let (_, made) = reply.split_once("\r\n\r\n").expect("a body");
        let made: Value = serde_json::from_str(made.trim()).expect("JSON");
        let number = made["number"].as_str();
        number
            .unwrap_or_else(|| panic!("no number: {made}"))
            .to_owned()
    }

    fn post(&self, path: &str, headers: &[&str], body: &Value) -> String {
        let host = self.url.trim_start_matches("http://");
        let body = body.to_string();
        let mut line = TcpStream::connect(host).expect("the service listens");
        let mut request = format!("POST {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
        for header in headers.iter().chain(&["content-type: application/json"]) {
            request.push_str(header);
            request.push_str("\r\n");
        }
        request.push_str("content-length: ");
        request.push_str(&body.len().to_string());
        request.push_str("\r\n\r\n");
        request.push_str(&body);
        line.write_all(request.as_bytes())
            .expect("the service reads");
        let mut reply = String::new();
        line.read_to_string(&mut reply)
            .expect("the service answers");
        reply
    }
}

impl Drop for Centre {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
