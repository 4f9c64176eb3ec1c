//! The list as a file: whole or not at all, harmless to a spreadsheet, and
//! masked as the list on the screen is.

use super::{Desk, Serving};

/// The mark that tells spreadsheets that a text is UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

#[test]
fn a_list_is_written_as_text_and_as_a_workbook_and_nothing_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let (serving, ready) = Serving::demo(&folder.path().join("demo"));
    let url = ready["service"].as_str().unwrap();
    let data = folder.path().join("desk");
    let desk = Desk {
        folder: &data,
        account: "duty1",
        password: "duty1-demo",
    };
    desk.json(0, &["--service", url, "sync", "--once", "--json"]);
    let new = |title: &str| {
        let args = [
            "incident",
            "new",
            "--category",
            "0202",
            "--area",
            "420607101201",
            "--title",
            title,
            "--phone",
            "10099990000",
            "--json",
        ];
        desk.json(0, &args);
    };
    new("=HYPERLINK(\"http://x\",\"y\")");
    new("逗号,引号\"都在");
    let open = desk
        .json(0, &["incident", "list", "--limit", "1000", "--json"])
        .len();

    let file = |name: &str| folder.path().join(name);
    let write = |name: &str, more: &[&str]| {
        let to = file(name);
        let args = [&["incident", "export", "--to", to.to_str().unwrap()], more].concat();
        desk.code(&args)
    };
    let (code, told) = write("open.csv", &[]);
    assert_eq!(code, 0, "{told}");
    let bytes = std::fs::read(file("open.csv")).unwrap();
    let text = std::str::from_utf8(bytes.strip_prefix(MARK).expect("the mark")).unwrap();
    let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
    assert_eq!(lines.len(), open + 1, "a head and every open incident");
    assert!(
        text.contains("\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""),
        "{text}"
    );
    assert!(text.contains("\"逗号,引号\"\"都在\""), "{text}");
    assert!(
        !text.contains("10099990000"),
        "no telephone number is in a list"
    );

    // What is there stays, unless it is to be replaced.
    let (code, told) = write("open.csv", &["--text", "引号"]);
    assert_eq!(code, 2, "{told}");
    assert_eq!(std::fs::read(file("open.csv")).unwrap(), bytes);
    let (code, told) = write("open.csv", &["--text", "引号", "--replace"]);
    assert_eq!(code, 0, "{told}");
    let text = std::fs::read_to_string(file("open.csv")).unwrap();
    assert_eq!(text.trim_end().split("\r\n").count(), 2, "{text}");

    // What older programs of the country read.
    let (code, told) = write("old.csv", &["--text", "引号", "--encoding", "gb18030"]);
    assert_eq!(code, 0, "{told}");
    let bytes = std::fs::read(file("old.csv")).unwrap();
    assert!(std::str::from_utf8(&bytes).is_err());
    let comma: &[u8] = b"\xB6\xBA\xBA\xC5";
    assert!(
        bytes.windows(4).any(|four| four == comma),
        "逗号 in GB 18030"
    );

    let (code, told) = write("all.xlsx", &["--scope", "all"]);
    assert_eq!(code, 0, "{told}");
    assert!(
        std::fs::read(file("all.xlsx"))
            .unwrap()
            .starts_with(b"PK\x03\x04")
    );
    // No ending that says what it is to be; a folder that is not there.
    assert_eq!(write("list", &[]).0, 2);
    assert_ne!(write("nowhere/list.csv", &[]).0, 0);
    let mut left: Vec<String> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    left.sort();
    assert_eq!(
        left,
        ["all.xlsx", "demo", "desk", "old.csv", "open.csv"],
        "no half file"
    );
    serving.end();
}
