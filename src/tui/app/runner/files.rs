//! Theme and keymap files of the officer's own: read at the start and again
//! whenever they are saved. A file with mistakes changes nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::Happening;
use crate::text::colour_depth::ColourDepth;
use crate::text::problem::Problem;
use crate::tui::app::message::Reloaded;
use crate::tui::keys::Keymap;
use crate::tui::theme::Theme;

/// A larger file is not read.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// Which of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Theme,
    Keymap,
}

/// The two files, as far as there are any.
#[derive(Clone, Debug, Default)]
pub struct Files {
    pub theme: Option<PathBuf>,
    pub keymap: Option<PathBuf>,
}

impl Files {
    fn path(&self, which: Which) -> Option<&Path> {
        match which {
            Which::Theme => self.theme.as_deref(),
            Which::Keymap => self.keymap.as_deref(),
        }
    }

    /// Reads one of them anew.
    pub fn reload(&self, which: Which, depth: ColourDepth) -> Reloaded {
        match which {
            Which::Theme => match self.theme(depth) {
                Ok(theme) => Reloaded::Theme(Arc::new(theme)),
                Err(problems) => Reloaded::Broken(problems),
            },
            Which::Keymap => match self.keymap() {
                Ok(keymap) => Reloaded::Keymap(Arc::new(keymap)),
                Err(problems) => Reloaded::Broken(problems),
            },
        }
    }

    /// The theme, with the officer's file over the shipped one.
    pub fn theme(&self, depth: ColourDepth) -> Result<Theme, Vec<String>> {
        let file = self.text(Which::Theme)?;
        let user = file.as_ref().map(|(name, text)| (&**name, &**text));
        Theme::load(user, depth).map_err(|problems| told(&problems))
    }

    /// The keymap, with the officer's file over the shipped one.
    pub fn keymap(&self) -> Result<Keymap, Vec<String>> {
        let file = self.text(Which::Keymap)?;
        let user = file.as_ref().map(|(name, text)| (&**name, &**text));
        Keymap::load(user).map_err(|problems| told(&problems))
    }

    fn text(&self, which: Which) -> Result<Option<(String, String)>, Vec<String>> {
        let Some(path) = self.path(which) else {
            return Ok(None);
        };
        let failed = |error: std::io::Error| vec![format!("{}: {error}", path.display())];
        let size = std::fs::metadata(path).map_err(failed)?.len();
        if size > FILE_BYTES_MAX {
            return Err(failed(std::io::ErrorKind::FileTooLarge.into()));
        }
        let text = std::fs::read_to_string(path).map_err(failed)?;
        Ok(Some((path.display().to_string(), text)))
    }

    /// Watches the files' folders: editors replace a file instead of writing
    /// into it. Without a watcher the files are simply not read again.
    pub fn watch(&self, out: Sender<Happening>) -> Option<RecommendedWatcher> {
        let known: Vec<(Which, PathBuf)> = [Which::Theme, Which::Keymap]
            .into_iter()
            .filter_map(|which| Some((which, self.path(which)?.to_owned())))
            .collect();
        if known.is_empty() {
            return None;
        }
        let names: Vec<(Which, std::ffi::OsString)> = known
            .iter()
            .filter_map(|(which, path)| Some((*which, path.file_name()?.to_owned())))
            .collect();
        let mut watcher =
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                let Ok(event) = event else { return };
                if !matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_)) {
                    return;
                }
                for (which, name) in &names {
                    if event
                        .paths
                        .iter()
                        .any(|path| path.file_name() == Some(name))
                    {
                        let _ = out.send(Happening::FileSaved(*which));
                    }
                }
            })
            .ok()?;
        for (_, path) in &known {
            let folder = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or_else(|| Path::new("."));
            let _ = watcher.watch(folder, RecursiveMode::NonRecursive);
        }
        Some(watcher)
    }
}

fn told(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(Problem::to_string).collect()
}
