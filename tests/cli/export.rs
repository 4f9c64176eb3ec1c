//! The list as a file: whole or not at all, harmless to a spreadsheet, and
//! masked and worded as the list on the screen is.

use super::scene::Scene;

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
        let to = self.file(name);
        let to = ["incident", "export", "--to", to.to_str().unwrap()];
        self.code(&[&to, more].concat())
    }

    /// Writes a text and reads it, line by line.
    fn lines(&self, name: &str, more: &[&str]) -> Vec<String> {
        let (code, told) = self.write(name, more);
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
