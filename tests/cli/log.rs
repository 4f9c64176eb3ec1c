//! The duty log through the program: written, corrected, listed, verified; and
//! E21, with a file that an outside tool has changed.

use std::path::PathBuf;

use super::scene::Scene;

const PHONE: &str = "10098765432";

impl Scene {
    /// The whole log as a file.
    fn written(&self, name: &str, change: impl FnOnce(&mut Vec<String>)) -> PathBuf {
        let mut lines: Vec<String> = self
            .json(&["log", "list"])
            .iter()
            .map(ToString::to_string)
            .collect();
        change(&mut lines);
        let path = self.file(name);
        std::fs::write(&path, lines.join("\n")).unwrap();
        path
    }
}

#[test]
fn e21_what_is_changed_with_an_outside_tool_is_named() {
    let scene = Scene::new();
    // The demonstration's desks have written before; the chain goes on from there.
    let before = scene.json(&["log", "list"]).len();
    let own = |lines: &[serde_json::Value]| lines[before..].to_vec();
    for text in ["接班", "巡查西街，未见异常", "镇里报平安"] {
        scene.json(&["log", "add", "--text", text]);
    }
    let told = ["--with", "石桥镇 周会计", "--phone", PHONE];
    scene.json(&[&["log", "add", "--text", "问安置款"][..], &told].concat());
    // A correction is a line of its own that names the old one.
    let second = (before + 2).to_string();
    scene.json(&[
        "log",
        "add",
        "--text",
        "巡查的是东街",
        "--corrects",
        &second,
    ]);
    let lines = own(&scene.json(&["log", "list"]));
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[4]["line"]["corrects"], lines[1]["id"]);
    assert_eq!(lines[1]["line"]["text"], "巡查西街，未见异常");
    for (nth, line) in lines.iter().enumerate() {
        assert_eq!(line["line"]["place"]["no"], before + nth + 1);
        assert!(line["line"]["place"]["received_at"].is_i64());
    }
    // Nobody reads a number out of what a script is given.
    let all = scene.code(&["log", "list", "--json"]).1;
    assert!(all.contains("问安置款") && !all.contains(PHONE), "{all}");

    let verdict = scene.json(&["log", "verify"]).remove(0);
    assert_eq!(verdict["faults"], serde_json::json!([]));
    let code = verdict["closing_code"].as_str().unwrap().to_owned();
    let verify = |path: &PathBuf| {
        let path = path.to_str().unwrap();
        scene.code(&["log", "verify", "--file", path, "--code", &code])
    };
    // The masked file holds too.
    let (exit, told) = verify(&scene.written("whole", |_| {}));
    assert_eq!(exit, 0, "{told}");
    let (exit, told) = verify(&scene.written("edited", |lines| {
        lines[before + 1] = lines[before + 1].replace("西街", "南街");
    }));
    assert_eq!(exit, 1, "{told}");
    assert!(
        told.contains(&format!("line {second} was altered")),
        "{told}"
    );
    let (exit, told) = verify(&scene.written("cut", |lines| {
        lines.pop();
    }));
    assert_eq!(exit, 1, "{told}");
    assert!(
        told.contains(&format!("line {} is missing", before + 5)),
        "{told}"
    );
    let (exit, told) = verify(&scene.written("moved", |lines| lines.swap(before + 2, before + 3)));
    assert_eq!(exit, 1, "{told}");
    let (exit, told) = verify(&scene.written("broken", |lines| {
        lines[0] = "{".to_owned();
    }));
    assert_eq!(exit, 1, "{told}");
}

#[test]
fn what_is_open_is_printed_for_the_paper() {
    let scene = Scene::new();
    let (exit, told) = scene.code(&["--lang", "zh-CN", "handover", "print"]);
    assert_eq!(exit, 0, "{told}");
    assert!(
        told.contains("交接班清单") && told.contains("草稿"),
        "{told}"
    );
    let open = scene.json(&["incident", "list", "--rank", "urgent", "--limit", "500"]);
    assert!(!open.is_empty());
    for row in &open {
        let number = row["number"].as_str().unwrap();
        assert!(told.contains(number), "{number} is not on the paper");
    }
}
