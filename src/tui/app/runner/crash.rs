//! What is left after a panic: a sane terminal, a report without anything
//! personal in it, and a line that says where the report lies.
//!
//! The report holds the version, the place in the program, the functions that
//! had been called, what the terminal is and the names of the last actions. It
//! holds no message, because that could quote a record, no id and no path.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::i18n::t;
use crate::sync::clock::{Clock, SystemClock};
use crate::tui::app::trail;
use crate::tui::terminal::guard::{PanicReport, install_panic_hook, terminal_size};
use crate::tui::terminal::profile::Profile;

/// Reports are called so, with the time between.
const NAME: (&str, &str) = ("crash-", ".txt");
/// Reports that are kept; the oldest go first.
const REPORTS_MAX: usize = 5;
/// Characters of `TERM` that are told.
const TERM_CHARS_MAX: usize = 40;

/// How frames are written, once that is known.
static GROUND: OnceLock<String> = OnceLock::new();

/// Installs the hook.
pub fn install(desk: &Path) {
    let folder = desk.to_owned();
    install_panic_hook(move |report| told(report, &folder));
}

/// Keeps what the terminal can do for a report.
pub fn ground(profile: Profile) {
    let _ = GROUND.set(format!("{profile:?}"));
}

fn told(report: &PanicReport, folder: &Path) -> String {
    let place = &report.location;
    if let Ok(file) = write(folder, &text(report)) {
        t!("screen.crashed", place = place, file = file.display())
    } else {
        t!("screen.crashed-unwritten", place = place)
    }
    .into_owned()
}

fn text(report: &PanicReport) -> String {
    let size = terminal_size();
    let term: String = std::env::var("TERM")
        .unwrap_or_default()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '+' | '_'))
        .take(TERM_CHARS_MAX)
        .collect();
    let actions: Vec<&str> = trail::last().iter().map(|action| action.name()).collect();
    let mut text = format!(
        "zhiban {} {} {}\nplace {}\nthread {}\nTERM {term}\nsize {}x{}\nterminal {}\nlast actions {}\n\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        report.location,
        report.thread,
        size.width,
        size.height,
        GROUND.get().map_or("unknown", String::as_str),
        actions.join(" "),
    );
    for function in &report.functions {
        // Writing into a text cannot fail.
        let _ = writeln!(text, "{function}");
    }
    text
}

fn write(folder: &Path, text: &str) -> io::Result<PathBuf> {
    let stamp: String = SystemClock::new()
        .now()
        .to_string()
        .chars()
        .take("2026-01-01T00:00:00".len())
        .filter(|c| *c != ':')
        .collect();
    let file = folder.join(format!("{}{stamp}{}", NAME.0, NAME.1));
    std::fs::write(&file, text)?;
    // The report that was written is the one that counts.
    let _ = drop_oldest(folder);
    Ok(file)
}

/// Names sort by their times.
fn drop_oldest(folder: &Path) -> io::Result<()> {
    let mut reports: Vec<PathBuf> = std::fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with(NAME.0) && name.ends_with(NAME.1))
        })
        .collect();
    reports.sort();
    let surplus = reports.len().saturating_sub(REPORTS_MAX);
    for report in &reports[..surplus] {
        std::fs::remove_file(report)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_reports_are_kept_and_nothing_else_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        for other in ["desk.json", "crash-notes.md"] {
            std::fs::write(folder.path().join(other), "x").unwrap();
        }
        for hour in 0..REPORTS_MAX + 3 {
            let name = format!("crash-2026-01-01T{hour:02}0000.txt");
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let file = write(folder.path(), "the latest").unwrap();
        let mut names: Vec<String> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names.len(), REPORTS_MAX + 2, "{names:?}");
        assert!(!names.contains(&"crash-2026-01-01T030000.txt".to_owned()));
        assert!(names.contains(&"crash-2026-01-01T070000.txt".to_owned()));
        assert_eq!(std::fs::read_to_string(file).unwrap(), "the latest");
    }
}
