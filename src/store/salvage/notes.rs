//! `files.json`: which files this desk has made, and what was found wrong with
//! them. Without it a file that is gone could not be told from one that never
//! was. It can be lost itself: then less is known, and nothing breaks.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Finding, Numbering, Teller};
use crate::domain::time::Timestamp;
use crate::store::folder;
use crate::text::bounded::read_text;
use crate::wire::bounds::from_json;

const FILE: &str = "files.json";
/// The most bytes of the notes; a larger file is none of ours.
const NOTES_BYTES_MAX: usize = 4 * 1024 * 1024;
const LOCK: &str = "files.lock";
/// Findings that are kept; the oldest that everybody has told go first.
const FINDINGS_MAX: usize = 100;

/// The file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in crate::store) struct Notes {
    /// Names of files that this desk has made.
    #[serde(default)]
    pub(in crate::store) made: BTreeSet<String>,
    /// Files in which a check found damage while they were in use.
    #[serde(default)]
    pub(in crate::store) suspect: BTreeSet<String>,
    /// When a check last found all of a copy sound.
    #[serde(default)]
    pub(in crate::store) sound: BTreeMap<String, Timestamp>,
    /// Pages of a file when its first page was copied.
    #[serde(default)]
    pub(in crate::store) first_pages: BTreeMap<String, u32>,
    /// How often the outbox has been begun anew or found behind: what a copy
    /// has shown of an earlier one says nothing about this one.
    #[serde(default)]
    pub(in crate::store) outbox_life: u32,
    /// Whether numbers can go on from the outbox.
    #[serde(default)]
    pub(in crate::store) numbering: Numbering,
    #[serde(default)]
    found: Vec<Finding>,
}

impl Notes {
    /// What is known; nothing where the file does not read.
    pub(in crate::store) fn read(dir: &Path) -> Self {
        read_text(&dir.join(FILE), NOTES_BYTES_MAX)
            .ok()
            .and_then(|text| from_json(text.as_bytes()).ok())
            .unwrap_or_default()
    }

    /// Changes what is known.
    pub(in crate::store) fn change(dir: &Path, change: impl FnOnce(&mut Self)) -> io::Result<()> {
        let _held = folder::hold(dir, LOCK)?;
        let mut notes = Self::read(dir);
        change(&mut notes);
        let bytes = serde_json::to_vec_pretty(&notes).map_err(io::Error::other)?;
        folder::replace(dir, FILE, &bytes)
    }

    /// As [`Notes::change`], for what is good to know and not worth failing
    /// for.
    pub(in crate::store) fn try_change(dir: &Path, change: impl FnOnce(&mut Self)) {
        if let Err(error) = Self::change(dir, change) {
            tracing::warn!(%error, "files.json could not be written");
        }
    }

    /// Adds a finding.
    pub(in crate::store) fn add(&mut self, finding: Finding) {
        self.found.push(finding);
        while self.found.len() > FINDINGS_MAX {
            let screen = |old: &Finding| old.told.contains(&Teller::Screen);
            let at = self.found.iter().position(screen).unwrap_or(0);
            self.found.remove(at);
        }
    }

    /// Corrects a finding that was added before.
    pub(in crate::store) fn correct(&mut self, finding: &Finding) {
        for noted in &mut self.found {
            if same(noted, finding) {
                noted.clone_from(finding);
            }
        }
    }

    /// Whether a finding has not been written down.
    pub(in crate::store) fn lacks(&self, finding: &Finding) -> bool {
        !self.found.iter().any(|noted| same(noted, finding))
    }

    /// What `teller` has not told yet.
    pub(in crate::store) fn untold(&self, teller: Teller) -> Vec<Finding> {
        self.found
            .iter()
            .filter(|finding| !finding.told.contains(&teller))
            .cloned()
            .collect()
    }

    /// Notes that `teller` has told these.
    pub(in crate::store) fn mark_told(&mut self, told: &[Finding], teller: Teller) {
        for finding in &mut self.found {
            if told.iter().any(|other| same(finding, other)) {
                finding.told.insert(teller);
            }
        }
    }
}

/// Whether two are about the same event; who has told it may differ.
fn same(one: &Finding, other: &Finding) -> bool {
    (one.at, one.what, &one.aside) == (other.at, other.what, &other.aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notes_are_read_up_to_their_limit() {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"{"outbox_life": 7}"#;
        for (bytes, life) in [
            (NOTES_BYTES_MAX - 1, 7),
            (NOTES_BYTES_MAX, 7),
            (NOTES_BYTES_MAX + 1, 0),
        ] {
            let padded = format!("{text}{}", " ".repeat(bytes - text.len()));
            std::fs::write(folder.path().join(FILE), padded).unwrap();
            assert_eq!(Notes::read(folder.path()).outbox_life, life, "{bytes}");
        }
    }
}
