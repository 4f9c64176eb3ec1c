//! The list as a file: whole or not at all, harmless to a spreadsheet, and
//! masked and worded as the list on the screen is.

use super::shim;

use super::scene::Scene;
use super::zhiban;

/// The mark that tells spreadsheets that a text is UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";
const PHONE: &str = "10099990000";

impl Scene {
    /// With two incidents of the desk's own.
    fn with_incidents() -> Self {
        let scene = Self::new();
        for title in ["=HYPERLINK(\"http://x\",\"y\")", "逗号,引号\"都在"] {
            let area = ["--category", "0202", "--area", "420607101201"];
            let told = ["--title", title, "--phone", PHONE];
            scene.json(&[&["incident", "new"][..], &area, &told].concat());
        }
        scene
    }

    fn write(&self, name: &str, more: &[&str]) -> (i32, String) {
        self.write_list("incident", name, more)
    }

    fn write_list(&self, list: &str, name: &str, more: &[&str]) -> (i32, String) {
        let to = self.file(name);
        let to = [list, "export", "--to", to.to_str().unwrap()];
        self.code(&[&to, more].concat())
    }

    /// Writes a text and reads it, line by line.
    fn lines(&self, name: &str, more: &[&str]) -> Vec<String> {
        self.lines_of("incident", name, more)
    }

    fn lines_of(&self, list: &str, name: &str, more: &[&str]) -> Vec<String> {
        let (code, told) = self.write_list(list, name, more);
        assert_eq!(code, 0, "{told}");
        let bytes = std::fs::read(self.file(name)).unwrap();
        let text = std::str::from_utf8(bytes.strip_prefix(MARK).expect("the mark")).unwrap();
        text.trim_end()
            .split("\r\n")
            .map(ToOwned::to_owned)
            .collect()
    }
}

#[test]
fn a_list_is_written_as_text_and_as_a_workbook_and_nothing_is_written_over() {
    let scene = Scene::with_incidents();
    let open = scene.json(&["incident", "list", "--limit", "1000"]).len();
    let lines = scene.lines("open.csv", &[]);
    assert_eq!(lines.len(), open + 1, "a head and every open incident");
    let text = lines.join("\n");
    assert!(
        text.contains("\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""),
        "{text}"
    );
    assert!(text.contains("\"逗号,引号\"\"都在\""), "{text}");
    assert!(!text.contains(PHONE), "no telephone number is in a list");

    // What is there stays, unless it is to be replaced.
    let before = std::fs::read(scene.file("open.csv")).unwrap();
    let (code, told) = scene.write("open.csv", &["--text", "引号"]);
    assert_eq!(code, 2, "{told}");
    assert_eq!(std::fs::read(scene.file("open.csv")).unwrap(), before);
    let lines = scene.lines("open.csv", &["--text", "引号", "--replace"]);
    assert_eq!(lines.len(), 2, "{lines:?}");

    // What older programs of the country read.
    let (code, told) = scene.write("old.csv", &["--text", "引号", "--encoding", "gb18030"]);
    assert_eq!(code, 0, "{told}");
    let bytes = std::fs::read(scene.file("old.csv")).unwrap();
    assert!(std::str::from_utf8(&bytes).is_err());
    let comma: &[u8] = b"\xB6\xBA\xBA\xC5";
    assert!(
        bytes.windows(4).any(|four| four == comma),
        "逗号 in GB 18030"
    );

    let (code, told) = scene.write("all.xlsx", &["--scope", "all"]);
    assert_eq!(code, 0, "{told}");
    let workbook = std::fs::read(scene.file("all.xlsx")).unwrap();
    assert!(workbook.starts_with(b"PK\x03\x04"));
    // No ending that says what it is to be; a folder that is not there.
    assert_eq!(scene.write("list", &[]).0, 2);
    assert_ne!(scene.write("nowhere/list.csv", &[]).0, 0);
    let mut left: Vec<String> = std::fs::read_dir(scene.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    left.sort();
    assert_eq!(
        left,
        ["all.xlsx", "demo", "desk", "old.csv", "open.csv"],
        "no half file"
    );
}

/// Both lists read one line of filter, and neither tells a voided case as
/// struck off.
#[test]
fn a_case_is_told_as_it_ended_and_conditions_are_read_in_every_list() {
    let scene = Scene::with_incidents();
    let found = scene.json(&["incident", "list", "--text", "逗号 @待研判"]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0]["ending"].is_null(), "it is open: {found:?}");
    let none = scene.json(&["incident", "list", "--text", "逗号 @办理中"]);
    assert!(none.is_empty(), "{none:?}");
    let number = found[0]["number"].as_str().unwrap();
    scene.json(&["incident", "act", number, "void", "--reason", "重复登记"]);
    let closed = ["--scope", "closed", "--text", "逗号"];
    let ended = scene.json(&[&["incident", "list"][..], &closed].concat());
    assert_eq!(ended[0]["ending"], "voided", "{ended:?}");
    let (code, listed) = scene.code(&[&["incident", "list"][..], &closed].concat());
    assert_eq!(code, 0);
    let text = scene.lines("ended.csv", &closed).join("\n");
    for list in [&listed, &text] {
        assert!(
            list.contains("Voided") && !list.contains("Struck"),
            "{list}"
        );
    }
}

/// Whether a text has a number that somebody could ring: eleven digits or more
/// that begin with 1, as no date, area or tag here does.
fn rings(line: &str) -> bool {
    let mut runs = line.split(|sign: char| !sign.is_ascii_digit());
    runs.any(|run| run.len() == 11 && run.starts_with('1'))
}

#[test]
fn every_list_is_written_whole_masked_and_harmless() {
    let scene = Scene::new();
    scene.json(
        &[
            &["warning", "raise", "--area", "420607101"][..],
            &["--rank", "watch", "--reason", "=1+1"],
        ]
        .concat(),
    );
    let call = ["--with", "石桥镇 周会计", "--phone", PHONE];
    scene.json(&[&["log", "add", "--text", "问安置款"][..], &call].concat());
    scene.json(&["log", "add", "--text", "@SUM(1)"]);
    let told = [
        "--with",
        "@cmd|calc",
        "--told",
        "+told",
        "--instruction",
        "=said",
    ];
    let corrects = ["--text", "\t=2", "--corrects", "2"];
    scene.json(&[&["log", "add"][..], &corrects, &told].concat());

    let warnings = scene.lines_of("warning", "warnings.csv", &[]);
    let listed = scene.json(&["warning", "list"]);
    assert_eq!(warnings.len(), listed.len() + 1);
    assert!(
        warnings.iter().any(|line| line.contains(",'=1+1")),
        "{warnings:?}"
    );
    let watch = scene.lines_of("warning", "watch.csv", &["--rank", "watch"]);
    let of_rank = scene.json(&["warning", "list", "--rank", "watch"]);
    assert_eq!(watch.len(), of_rank.len() + 1);

    let log = scene.lines_of("log", "log.csv", &[]);
    assert_eq!(log.len(), scene.json(&["log", "list"]).len() + 1);
    let text = log.join("\n");
    assert!(
        text.contains("问安置款") && text.contains(",'@SUM(1),"),
        "{text}"
    );
    assert!(text.contains(",'+told,'=said,"), "{text}");
    let last = scene.lines_of("log", "last.csv", &["--last", "1"]);
    assert_eq!(last.len(), 2);
    assert!(last[1].contains(",2,"), "it corrects the second: {last:?}");

    // Everybody of the district, and those of one town.
    let people = scene.lines_of("contact", "people.csv", &[]);
    assert!(people.len() > 1_500, "{}", people.len());
    assert!(people[1].contains("100****"), "{}", people[1]);
    let town = scene.lines_of("contact", "town.csv", &["--area", "420607101"]);
    assert!((20..400).contains(&town.len()), "{}", town.len());
    let inside = |line: &String| people.contains(line);
    assert!(town.iter().all(inside));

    let now = scene.json(&["roster", "now"]).remove(0);
    let count = |key: &str| now[key].as_array().unwrap().len();
    let on = scene.lines_of("roster", "on.csv", &[]);
    let all = count("gaps") + count("on") + count("standby");
    assert_eq!(on.len(), all + 1);

    let outbox = scene.lines_of("outbox", "outbox.csv", &[]);
    assert_eq!(outbox.len(), 1, "everything was sent: {outbox:?}");
    for list in [&warnings, &log, &people, &on] {
        let plain = list.iter().find(|line| rings(line));
        assert_eq!(plain, None);
    }
    let (code, told) = scene.write_list("contact", "people.xlsx", &[]);
    assert_eq!(code, 0, "{told}");
    // Nothing is written over here either.
    assert_eq!(scene.write_list("contact", "people.xlsx", &[]).0, 2);
}

#[test]
fn a_month_of_the_roster_is_read_again_as_it_was_written() {
    let scene = Scene::new();
    let now = scene.json(&["roster", "now"]).remove(0);
    let month = &now["night"].as_str().unwrap()[..7];
    for name in ["month.csv", "month.xlsx"] {
        let (code, told) = scene.write_list("roster", name, &["--month", month]);
        assert_eq!(code, 0, "{told}");
        let file = scene.file(name);
        let read = scene.json(&["roster", "import", file.to_str().unwrap()]);
        let read = &read[0];
        assert_eq!(read["month"], *month, "{read}");
        assert_eq!(read["faults"], serde_json::json!([]));
        assert_eq!(read["cells"], 0, "nothing would change: {read}");
        assert!(read["same"].as_u64().unwrap() > 400, "{read}");
    }
    // A cell that was changed by hand is the one that is told.
    let path = scene.file("month.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.split("\r\n").map(ToOwned::to_owned).collect();
    let mut cells: Vec<&str> = lines[1].split(',').collect();
    let day = cells.len() - 1;
    cells[day] = if cells[day] == "N" { "" } else { "N" };
    lines[1] = cells.join(",");
    std::fs::write(&path, lines.join("\r\n")).unwrap();
    let read = scene.json(&["roster", "import", path.to_str().unwrap()]);
    assert_eq!(
        (&read[0]["cells"], &read[0]["lines"]),
        (&1.into(), &1.into())
    );
}

/// A disk without room is told, and nothing is left of the file.
#[test]
fn a_full_disk_leaves_no_half_list() {
    let scene = Scene::new();
    let folder = scene.path().canonicalize().unwrap().join("lists");
    std::fs::create_dir(&folder).unwrap();
    let full = scene.file("full");
    std::fs::write(&full, "").unwrap();
    let library = shim::compiled(scene.path());
    for list in ["incident", "warning", "log", "outbox", "contact", "roster"] {
        for name in ["list.csv", "list.xlsx"] {
            let to = folder.join(name);
            let output = zhiban(&[list, "export", "--to", to.to_str().unwrap()])
                .env("ZHIBAN_DATA", scene.file("desk"))
                .env("ZHIBAN_CONFIG", scene.file("desk"))
                .env("ZHIBAN_ACCOUNT", "duty1")
                .env("ZHIBAN_PASSWORD", "duty1-demo")
                .env("LD_PRELOAD", &library)
                .env("DISK_UNDER", &folder)
                .env("DISK_FULL", &full)
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{list} {name}: {told}");
            assert!(told.contains("could not be exported"), "{told}");
            assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
        }
    }
}
