//! A demonstration's service, and a desk of the duty officer that has synced
//! with it once.

use std::path::{Path, PathBuf};

use super::{Desk, Serving};

pub struct Scene {
    folder: tempfile::TempDir,
    _serving: Serving,
}

impl Scene {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (serving, ready) = Serving::demo(&folder.path().join("demo"));
        let scene = Self {
            folder,
            _serving: serving,
        };
        let url = ready["service"].as_str().unwrap();
        scene.json(&["--service", url, "sync", "--once"]);
        scene
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub fn code(&self, args: &[&str]) -> (i32, String) {
        self.on_desk(|desk| desk.code(args))
    }

    pub fn json(&self, args: &[&str]) -> Vec<serde_json::Value> {
        self.on_desk(|desk| desk.json(0, &[args, &["--json"]].concat()))
    }

    fn on_desk<T>(&self, what: impl FnOnce(&Desk<'_>) -> T) -> T {
        what(&Desk {
            folder: &self.file("desk"),
            account: "duty1",
            password: "duty1-demo",
        })
    }
}
