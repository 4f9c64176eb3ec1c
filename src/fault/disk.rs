//! A disk that fails at the n-th write, for tests: a test runs itself again in
//! a process of its own, with `tests/support/disk_shim.c` between it and the
//! disk.

#![allow(
    clippy::similar_names,
    clippy::unwrap_used,
    clippy::panic,
    reason = "for tests alone: a disk, a desk; a test, its text"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The tests of the whole program have it from there too.
#[path = "../../tests/support/shim.rs"]
mod shim;

/// The environment variables of the shim.
const UNDER: &str = "DISK_UNDER";
const CONTROL: &str = "DISK_CONTROL";

/// How the disk fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fails {
    /// There is no room.
    Full,
    /// Nothing is written or synced.
    Error,
    /// Half of one write reaches it, then nothing.
    Torn,
}

pub(crate) const ALL: [Fails; 3] = [Fails::Full, Fails::Error, Fails::Torn];

/// The disk as the process on it sees it.
pub(crate) struct Disk {
    /// Everything under it may fail.
    pub(crate) under: PathBuf,
    control: PathBuf,
}

/// What happened on the disk since it was told to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Happened {
    /// Operations that were counted.
    pub(crate) operations: u64,
    /// Whether the n-th came, and failed.
    pub(crate) failed: bool,
}

impl Disk {
    /// The disk of this process; none where a person runs the inner test.
    pub(crate) fn of_this_process() -> Option<Self> {
        Some(Self {
            under: std::env::var_os(UNDER)?.into(),
            control: std::env::var_os(CONTROL)?.into(),
        })
    }

    /// The n-th operation from now, and all after it, fail.
    pub(crate) fn fail_at(&self, n: u64, fails: Fails) {
        let name = match fails {
            Fails::Full => "full",
            Fails::Error => "error",
            Fails::Torn => "torn",
        };
        std::fs::write(&self.control, format!("arm {n} {name}")).unwrap();
    }

    /// Nothing fails any more.
    pub(crate) fn free(&self) -> Happened {
        std::fs::write(&self.control, "free").unwrap();
        let text = std::fs::read_to_string(&self.control).unwrap();
        let (operations, failed) = text.split_once(' ').unwrap();
        Happened {
            operations: operations.parse().unwrap(),
            failed: failed == "1",
        }
    }
}

/// Where temporary folders of the inner test lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Temporary {
    /// On the disk that fails.
    OnIt,
    /// On another.
    Beside,
}

/// A folder in memory, where there is one: what matters is what the program
/// does, not how long a disk takes.
const IN_MEMORY: &str = "/dev/shm";

/// Runs the ignored test of that name of this very binary, for each way to
/// fail, with a disk of its own; two at a time.
pub(crate) fn run(test: &str, temporary: Temporary) {
    let folder = tempfile::tempdir_in(IN_MEMORY)
        .or_else(|_| tempfile::tempdir())
        .unwrap();
    // The shim compares what the system calls the paths.
    let kept = folder;
    let folder = kept.path().canonicalize().unwrap();
    let library = shim::compiled(&folder);
    std::thread::scope(|scope| {
        let runs = [&ALL[..1], &ALL[1..]].map(|some| {
            let (folder, library) = (&folder, &library);
            scope.spawn(move || {
                for fails in some {
                    run_one(test, temporary, folder, library, *fails);
                }
            })
        });
        for run in runs {
            run.join().unwrap();
        }
    });
    kept.close().unwrap();
}

fn run_one(test: &str, temporary: Temporary, folder: &Path, library: &Path, fails: Fails) {
    let under = folder.join(format!("{fails:?}"));
    std::fs::create_dir(&under).unwrap();
    let temporary = match temporary {
        Temporary::OnIt => &*under,
        Temporary::Beside => folder,
    };
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            test,
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env("LD_PRELOAD", library)
        .env(UNDER, &under)
        .env("TMPDIR", temporary)
        .env(CONTROL, folder.join(format!("{fails:?}.control")))
        .env(HOW, format!("{fails:?}"))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    // The harness begins the line with the test's name.
    for line in text
        .lines()
        .filter_map(|line| line.find("disk ").map(|at| &line[at..]))
    {
        println!("{line}");
    }
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{fails:?}:\n{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// How the disk of this process fails.
const HOW: &str = "DISK_HOW";

/// As the outer test said.
pub(crate) fn how() -> Fails {
    let name = std::env::var(HOW).unwrap();
    *ALL.iter()
        .find(|fails| format!("{fails:?}") == name)
        .unwrap()
}
