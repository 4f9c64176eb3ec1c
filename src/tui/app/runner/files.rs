//! The officer's settings, theme and keymap: read at the start and again
//! whenever they are saved, also when they did not exist at the start. A file
//! with mistakes changes nothing.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::{Happening, Runner, Settings};
use crate::text::bounded::read_text;
use crate::text::colour_depth::ColourDepth;
use crate::text::problem::Problem;
use crate::tui::app::message::{Message, Reloaded};
use crate::tui::keys::Keymap;
use crate::tui::theme::Theme;

/// A larger file is not read.
const FILE_BYTES_MAX: usize = 256 * 1024;
/// What a theme or a keymap is called that nobody chose.
const DEFAULT_NAME: &str = "default";

/// Which of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Theme,
    Keymap,
    Settings,
}

const ALL: [Which; 3] = [Which::Theme, Which::Keymap, Which::Settings];

/// The files, as far as there are any.
#[derive(Clone, Debug, Default)]
pub struct Files {
    pub theme: Option<PathBuf>,
    pub keymap: Option<PathBuf>,
    pub settings: Option<Settings>,
}

impl Files {
    fn path(&self, which: Which) -> Option<&Path> {
        match which {
            Which::Theme => self.theme.as_deref(),
            Which::Keymap => self.keymap.as_deref(),
            Which::Settings => self.settings.as_ref().map(Settings::path),
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
        match read_text(path, FILE_BYTES_MAX) {
            Ok(text) => Ok(Some((path.display().to_string(), text))),
            // The default one need not be there; one that was named must.
            Err(error) if error.kind() == ErrorKind::NotFound && is_default(path) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// Watches the files' folders: editors replace a file instead of writing
    /// into it. Where a folder is not there yet, the nearest one above it is
    /// watched until it comes. Without a watcher the files are simply not read
    /// again.
    pub fn watch(&self, out: Sender<Happening>) -> Option<RecommendedWatcher> {
        let known: Vec<(Which, PathBuf)> = ALL
            .into_iter()
            .filter_map(|which| Some((which, std::path::absolute(self.path(which)?).ok()?)))
            .collect();
        let folders: BTreeSet<PathBuf> = known
            .iter()
            .filter_map(|(_, path)| path.ancestors().skip(1).find(|folder| folder.is_dir()))
            .map(Path::to_owned)
            .collect();
        if folders.is_empty() {
            return None;
        }
        let mut watcher =
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                let Ok(event) = event else { return };
                if !matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_)) {
                    return;
                }
                for (which, path) in &known {
                    if event.paths.contains(path) {
                        let _ = out.send(Happening::FileSaved(*which));
                    } else if event.paths.iter().any(|come| path.starts_with(come)) {
                        let _ = out.send(Happening::FolderCame);
                    }
                }
            })
            .ok()?;
        for folder in &folders {
            let _ = watcher.watch(folder, RecursiveMode::NonRecursive);
        }
        Some(watcher)
    }
}

impl Runner {
    /// One of the files was saved.
    pub(super) fn file_saved(&mut self, which: Which) {
        let reloaded = match which {
            Which::Theme => self
                .files
                .theme(self.depth)
                .map(Arc::new)
                .map(Reloaded::Theme),
            Which::Keymap => self.files.keymap().map(Arc::new).map(Reloaded::Keymap),
            Which::Settings => return self.settings_saved(),
        };
        let reloaded = reloaded.unwrap_or_else(Reloaded::Broken);
        self.message(Message::FileChanged(reloaded));
    }

    /// The settings choose anew; with a mistake in them all stays as it was.
    fn settings_saved(&mut self) {
        let Some(settings) = self.files.settings.clone() else {
            return;
        };
        let chosen = match settings.read() {
            Ok(chosen) => chosen,
            Err(problems) => {
                return self.message(Message::FileChanged(Reloaded::Broken(problems)));
            }
        };
        self.bell = chosen.bell;
        chosen.language.select();
        let renamed = self.files.theme != chosen.theme || self.files.keymap != chosen.keymap;
        self.files.theme = chosen.theme;
        self.files.keymap = chosen.keymap;
        if renamed {
            self.watcher = self.files.watch(self.out.clone());
        }
        let mut problems = Vec::new();
        let theme = self.files.theme(self.depth);
        let theme = theme.map_err(|found| problems.extend(found)).ok();
        let keymap = self.files.keymap();
        let keymap = keymap.map_err(|found| problems.extend(found)).ok();
        self.message(Message::FileChanged(Reloaded::Settings {
            highlight: chosen.highlight,
            theme: theme.map(Arc::new),
            keymap: keymap.map(Arc::new),
        }));
        if !problems.is_empty() {
            self.message(Message::FileChanged(Reloaded::Broken(problems)));
        }
    }

    /// A folder is there now; so may be what lies in it.
    pub(super) fn folder_came(&mut self) {
        self.watcher = self.files.watch(self.out.clone());
        for which in ALL {
            if self.files.path(which).is_some_and(Path::exists) {
                self.file_saved(which);
            }
        }
    }
}

/// Whether nobody named it.
fn is_default(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem == DEFAULT_NAME)
}

fn told(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(Problem::to_string).collect()
}

#[cfg(test)]
#[path = "files_tests.rs"]
mod tests;
