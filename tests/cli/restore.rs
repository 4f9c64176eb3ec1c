//! `admin backup` and `admin restore`, as an operator meets them: refusals, what
//! is said, and what a power cut at any step leaves.

use std::path::{Path, PathBuf};

use super::{Desk, Serving, told, zhiban};

/// A service in a folder, and a desk of its officer.
pub struct Centre {
    folder: tempfile::TempDir,
}

impl Centre {
    pub fn new() -> Self {
        let centre = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let init = ["admin", "init", "--area", "420607", "--district", "X"];
        centre.admin(0, &init, "first-password");
        for account in ["duty", "night"] {
            let add = ["admin", "account", "add", account, "--officer", account];
            let grant = ["--grant", "duty-officer@420607"];
            centre.admin(0, &[&add[..], &grant].concat(), "duty-password");
        }
        centre
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn data(&self) -> PathBuf {
        self.path("centre")
    }

    /// Runs a command on the service's folder that must end with that code.
    pub fn admin(&self, code: i32, args: &[&str], password: &str) -> String {
        self.dying(Some(code), args, password, "")
    }

    /// The same; the process dies at a point where one is named.
    fn dying(&self, code: Option<i32>, args: &[&str], password: &str, point: &str) -> String {
        let mut command = zhiban(args);
        command
            .env("ZHIBAN_DATA", self.data())
            .env("ZHIBAN_PASSWORD", password);
        if !point.is_empty() {
            command.env(zhiban::fault::DIE_AT, point);
        }
        let output = command.output().unwrap();
        let said = told(&output);
        assert_eq!(output.status.code(), code, "{args:?} {point}: {said}");
        said
    }

    pub fn serve(&self) -> (Serving, String) {
        let mut command = zhiban(&["serve", "--listen", "127.0.0.1:0"]);
        command.env("ZHIBAN_DATA", self.data());
        let serving = Serving::start(command);
        let url = serving.first_line.trim().rsplit(' ').next().unwrap();
        let url = url.to_owned();
        (serving, url)
    }

    pub fn backup(&self, name: &str) -> String {
        let file = self.path(name).to_str().unwrap().to_owned();
        let said = self.admin(0, &["admin", "backup", &file], "");
        assert!(said.contains("master key"), "{said}");
        file
    }

    fn accounts(&self) -> usize {
        let listed = self.admin(0, &["admin", "account", "list", "--json"], "");
        listed.lines().count()
    }

    fn aside(&self) -> Vec<String> {
        names(&self.data(), ".before-")
    }
}

pub fn desk<'a>(folder: &'a Path, account: &'a str) -> Desk<'a> {
    Desk {
        folder,
        account,
        password: "duty-password",
    }
}

pub fn names(folder: &Path, part: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains(part))
        .collect()
}

/// Registers an incident; it must be taken at once.
pub fn register(desk: &Desk<'_>) -> String {
    let new = ["incident", "new", "--category", "0201", "--json"];
    let made = desk.json(0, &[&new[..], &["--area", "420607101"]].concat());
    assert_eq!(made[0]["status"], "accepted");
    made[0]["number"].as_str().unwrap().to_owned()
}

fn listed(desk: &Desk<'_>) -> Vec<String> {
    let rows = desk.json(0, &["incident", "list", "--json"]);
    let mut numbers: Vec<String> = rows
        .iter()
        .map(|row| row["number"].as_str().unwrap().to_owned())
        .collect();
    numbers.sort();
    numbers
}

#[test]
fn a_backup_is_restored_and_the_desks_bring_back_what_came_after() {
    let centre = Centre::new();
    let folder = centre.path("desk");
    let duty = desk(&folder, "duty");
    let (serving, url) = centre.serve();
    duty.json(0, &["--service", &url, "sync", "--once", "--json"]);
    let first = register(&duty);
    let backup = centre.backup("one.db");
    assert_eq!(names(centre.folder.path(), "one.db"), ["one.db"]);
    let again = centre.admin(1, &["admin", "backup", &backup], "");
    assert!(again.contains("one.db"), "never over a file: {again}");
    let second = register(&duty);

    let restore = ["admin", "restore", &backup];
    let said = centre.admin(1, &restore, "");
    assert!(said.contains("another program serves"), "{said}");
    assert_eq!(serving.end(), Some(0));
    let said = centre.admin(3, &restore, "");
    assert!(said.contains("--yes") && said.contains("lost"), "{said}");
    assert_eq!(centre.aside(), [] as [String; 0]);
    let said = centre.admin(0, &[&restore[..], &["--yes"]].concat(), "");
    let kept = centre.aside();
    assert_eq!(kept.len(), 1, "{kept:?}");
    for words in ["420607: went to", &kept[0], "send", "zhiban serve"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    // In the other language as well.
    let chinese = ["--lang", "zh-CN", "admin", "restore", &backup, "--yes"];
    let said = centre.admin(0, &chinese, "");
    assert!(
        said.contains("已用") && said.contains("zhiban serve"),
        "{said}"
    );

    let (serving, url) = centre.serve();
    let done = duty.json(0, &["--service", &url, "sync", "--once", "--json"]);
    assert_eq!(done[0]["waiting"], 0);
    assert_eq!(listed(&duty), [first, second]);
    assert_eq!(serving.end(), Some(0));
}

#[test]
fn a_file_that_is_none_is_refused_in_words() {
    let centre = Centre::new();
    let text = centre.path("notes.txt");
    std::fs::write(&text, "duty log\n".repeat(500)).unwrap();
    let spoilt = PathBuf::from(centre.backup("spoilt.db"));
    let mut bytes = std::fs::read(&spoilt).unwrap();
    let half = bytes.len() / 2;
    bytes[half..half + 8_192].fill(0xA5);
    std::fs::write(&spoilt, bytes).unwrap();
    let own = centre.data().join("service.db");
    for (file, words) in [
        (&text, "no backup"),
        (&spoilt, "damaged"),
        (&own, "present database"),
        (&centre.path("absent"), "absent"),
    ] {
        let file = file.to_str().unwrap();
        let said = centre.admin(1, &["admin", "restore", file, "--yes"], "");
        assert!(said.contains(words), "{file}: {said}");
    }
    let backup = centre.backup("good.db");
    std::fs::rename(centre.data().join("master.key"), centre.path("key")).unwrap();
    let said = centre.admin(1, &["admin", "restore", &backup], "");
    assert!(said.contains("master.key"), "{said}");
    std::fs::rename(centre.path("key"), centre.data().join("master.key")).unwrap();
    assert_eq!(centre.accounts(), 3);
    assert_eq!(centre.aside(), [] as [String; 0]);
}

#[test]
fn a_power_cut_at_any_step_leaves_a_service_that_starts() {
    // What is there afterwards: the state before, or the backup's.
    for (point, accounts) in [
        ("service.restore.prepared", 4),
        ("service.restore.ready", 4),
        ("service.restore.aside", 3),
    ] {
        let centre = Centre::new();
        let backup = centre.backup("one.db");
        let add = ["admin", "account", "add", "late", "--officer", "L"];
        let grant = ["--grant", "duty-officer@420607"];
        centre.admin(0, &[&add[..], &grant].concat(), "duty-password");
        let restore = ["admin", "restore", &backup, "--yes"];
        centre.dying(None, &restore, "", point);
        assert_eq!(centre.accounts(), accounts, "{point}");
        drop(centre.serve());
        // And once more, to the end.
        centre.admin(0, &restore, "");
        assert_eq!(centre.accounts(), 3, "{point}");
        assert_eq!(names(&centre.data(), "restor"), [] as [String; 0]);
        assert!(!centre.aside().is_empty(), "{point}");
    }
    let centre = Centre::new();
    let to = centre.path("one.db");
    let backup = ["admin", "backup", to.to_str().unwrap()];
    centre.dying(None, &backup, "", "service.backup.copied");
    assert!(!to.exists(), "half a backup is none");
    centre.admin(0, &backup, "");
    assert_eq!(names(centre.folder.path(), "one.db"), ["one.db"]);
}
