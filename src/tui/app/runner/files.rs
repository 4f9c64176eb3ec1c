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
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::text::bounded::read_text;
use crate::text::colour_depth::ColourDepth;
use crate::text::problem::Problem;
use crate::tui::app::face::{Face, Wanted, Wish, Worn};
use crate::tui::app::message::{Message, Reloaded};
use crate::tui::keys::{Keymap, shipped as keymaps};
use crate::tui::theme::{Theme, shipped as themes};

/// A larger file is not read.
const FILE_BYTES_MAX: usize = 256 * 1024;
/// The folders of an officer's own files, and how these end.
const THEMES: &str = "themes";
const KEYMAPS: &str = "keymaps";
const ENDING: &str = "toml";
/// Files of the officer's own that are looked at.
const NAMES_MAX: usize = 200;

/// Which of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Theme,
    Keymap,
    Settings,
}

const ALL: [Which; 3] = [Which::Theme, Which::Keymap, Which::Settings];

/// The files: which theme and keymap are read, and where the officer's own lie.
#[derive(Clone, Debug, Default)]
pub struct Files {
    pub folder: Option<PathBuf>,
    pub theme: String,
    pub keymap: String,
    pub settings: Option<Settings>,
}

impl Files {
    fn path(&self, which: Which) -> Option<PathBuf> {
        let own = |kind: &str, name: &str| {
            let folder = self.folder.as_ref()?.join(kind);
            Some(folder.join(format!("{name}.{ENDING}")))
        };
        match which {
            Which::Theme => own(THEMES, &self.theme),
            Which::Keymap => own(KEYMAPS, &self.keymap),
            Which::Settings => self
                .settings
                .as_ref()
                .map(|settings| settings.path().to_owned()),
        }
    }

    /// The theme, with the officer's file over the shipped one.
    pub fn theme(&self, depth: ColourDepth) -> Result<Theme, Vec<String>> {
        let file = self.text(Which::Theme)?;
        let user = file.as_ref().map(|(name, text)| (&**name, &**text));
        Theme::named(&self.theme, user, depth).map_err(|problems| told(&problems))
    }

    /// The keymap, with the officer's file over the shipped one.
    pub fn keymap(&self) -> Result<Keymap, Vec<String>> {
        let file = self.text(Which::Keymap)?;
        let user = file.as_ref().map(|(name, text)| (&**name, &**text));
        Keymap::named(&self.keymap, user).map_err(|problems| told(&problems))
    }

    /// What is worn, and every name that can be: of what ships and of the
    /// officer's own files.
    pub fn face(&self, wanted: Wanted, now: Timestamp) -> Face {
        let mut face = Face::at(wanted, now);
        face.theme.clone_from(&self.theme);
        face.keymap.clone_from(&self.keymap);
        face.themes = self.names(THEMES, face.themes);
        face.keymaps = self.names(KEYMAPS, face.keymaps);
        face
    }

    fn names(&self, kind: &str, shipped: Vec<String>) -> Vec<String> {
        let mut names = shipped;
        let folder = self.folder.as_ref().map(|folder| folder.join(kind));
        let entries = folder.and_then(|folder| std::fs::read_dir(folder).ok());
        let mut own: Vec<String> = entries
            .into_iter()
            .flatten()
            .take(NAMES_MAX)
            .filter_map(|entry| {
                let path = entry.ok()?.path();
                let stem = path.file_stem()?.to_str()?;
                let fits = path.extension().is_some_and(|ending| ending == ENDING);
                (fits && !names.iter().any(|name| name == stem)).then(|| stem.to_owned())
            })
            .collect();
        own.sort();
        names.append(&mut own);
        names
    }

    fn text(&self, which: Which) -> Result<Option<(String, String)>, Vec<String>> {
        let Some(path) = self.path(which) else {
            return self.shipped(which);
        };
        let failed = |error: std::io::Error| vec![format!("{}: {error}", path.display())];
        match read_text(&path, FILE_BYTES_MAX) {
            Ok(text) => Ok(Some((path.display().to_string(), text))),
            // One that ships need not be there; any other must.
            Err(error) if error.kind() == ErrorKind::NotFound => self.shipped(which),
            Err(error) => Err(failed(error)),
        }
    }

    /// Without a file of the officer's own: one that ships, or none at all.
    fn shipped(&self, which: Which) -> Result<Option<(String, String)>, Vec<String>> {
        let (known, what) = match which {
            Which::Theme => {
                let names: Vec<&str> = themes::SHIPPED.iter().map(|one| one.name).collect();
                let (known, names) = (names.contains(&&*self.theme), names.join(", "));
                (
                    known,
                    t!("screen.theme-unknown", name = self.theme, names = names),
                )
            }
            Which::Keymap => {
                let names: Vec<&str> = keymaps::SHIPPED.iter().map(|one| one.name).collect();
                let (known, names) = (names.contains(&&*self.keymap), names.join(", "));
                (
                    known,
                    t!("screen.keymap-unknown", name = self.keymap, names = names),
                )
            }
            Which::Settings => return Ok(None),
        };
        if known {
            Ok(None)
        } else {
            Err(vec![what.into_owned()])
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
        self.canvas.flow.declare(chosen.line);
        chosen.language.select();
        let now = self.now();
        chosen.face.theme_at(now).clone_into(&mut self.files.theme);
        self.files.keymap.clone_from(&chosen.face.keymap);
        self.watcher = self.files.watch(self.out.clone());
        let mut problems = Vec::new();
        let theme = self.files.theme(self.depth);
        let theme = theme.map_err(|found| problems.extend(found)).ok();
        let keymap = self.files.keymap();
        let keymap = keymap.map_err(|found| problems.extend(found)).ok();
        self.message(Message::FileChanged(Reloaded::Settings {
            face: Box::new(self.files.face(chosen.face, now)),
            theme: theme.map(Arc::new),
            keymap: keymap.map(Arc::new),
        }));
        if !problems.is_empty() {
            self.message(Message::FileChanged(Reloaded::Broken(problems)));
        }
    }

    /// Puts on what somebody wants to have on; what cannot be read changes
    /// nothing.
    pub(super) fn wear(&mut self, wish: Wish) {
        let mut files = self.files.clone();
        let worn = match wish {
            Wish::Theme(name) => {
                files.theme.clone_from(&name);
                let theme = files.theme(self.depth);
                theme.map(|theme| Worn::Theme(name, Arc::new(theme)))
            }
            Wish::Keymap(name) => {
                files.keymap.clone_from(&name);
                let keymap = files.keymap();
                keymap.map(|keymap| Worn::Keymap(name, Arc::new(keymap)))
            }
            Wish::Language(language) => {
                language.select();
                Ok(Worn::Language)
            }
        };
        match worn {
            Ok(worn) => {
                self.files = files;
                self.watcher = self.files.watch(self.out.clone());
                self.message(Message::Worn(worn));
            }
            Err(problems) => self.message(Message::FileChanged(Reloaded::Broken(problems))),
        }
    }

    /// A folder is there now; so may be what lies in it.
    pub(super) fn folder_came(&mut self) {
        self.watcher = self.files.watch(self.out.clone());
        for which in ALL {
            if self.files.path(which).is_some_and(|path| path.exists()) {
                self.file_saved(which);
            }
        }
    }
}

fn told(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(Problem::to_string).collect()
}

#[cfg(test)]
#[path = "files_tests.rs"]
mod tests;
