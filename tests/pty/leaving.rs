//! The program is stopped while it lets somebody in: the thread that opens the
//! desk is waited for, so that no process ends with it in `SQLCipher`.

use std::path::Path;
use std::time::Instant;

use super::centre::Centre;
use super::signed_in;
use super::term::{PATIENCE, Term};

/// How often it is tried.
const TRIALS: usize = 12;

/// Whether the program has a thread of that name.
fn has_thread(term: &Term, name: &str) -> bool {
    let Ok(tasks) = std::fs::read_dir(format!("/proc/{}/task", term.process())) else {
        return false;
    };
    tasks.flatten().any(|task| {
        let comm = std::fs::read_to_string(task.path().join("comm"));
        comm.is_ok_and(|comm| comm.trim() == name)
    })
}

fn wait_for_thread(term: &Term, name: &str) {
    let deadline = Instant::now() + PATIENCE;
    while !has_thread(term, name) {
        assert!(Instant::now() < deadline, "no thread {name}");
        std::thread::yield_now();
    }
}

fn replicas(desk: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(desk).unwrap().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.starts_with("replica-")
        })
        .collect()
}

#[test]
fn whoever_stops_the_program_while_it_lets_them_in_is_waited_for() {
    let centre = Centre::start();
    let desk = tempfile::tempdir().unwrap();
    let mut first = signed_in(&centre, desk.path());
    first.signal("TERM");
    assert!(first.wait_for_end().success());
    let settings = desk.path().join("settings");
    let env = [
        ("ZHIBAN_DATA", desk.path()),
        ("ZHIBAN_CONFIG", settings.as_path()),
    ];
    for trial in 0..TRIALS {
        // A copy that can be built again, and is as soon as the desk is open.
        for path in replicas(desk.path()) {
            std::fs::remove_file(path).unwrap();
        }
        let mut term = Term::start(&["--no-probe"], &env);
        term.wait_for("口令");
        term.send(&centre.password);
        term.wait_for("****");
        term.send("\r");
        wait_for_thread(&term, "sign-in");
        match trial % 2 {
            0 => term.signal("TERM"),
            _ => term.send("\x11"),
        }
        let status = term.wait_for_end();
        assert!(status.success(), "trial {trial}: {status:?}");
        term.assert_sane("the end during the sign-in");
        assert!(
            !replicas(desk.path()).is_empty(),
            "trial {trial}: the end came before the desk was open"
        );
    }
}
