//! What is left after a panic: a sane terminal, a report without anything
//! personal in it, and a line that says where the report lies.

use std::path::Path;

use crate::i18n::t;
use crate::tui::terminal::guard::{PanicReport, install_panic_hook};

/// The report's name in the desk's folder; the latest one only.
const FILE: &str = "crash.txt";

/// Installs the hook. The report holds the place in the program and its
/// version, and no message: that could quote a record.
pub fn install(desk: &Path) {
    let file = desk.join(FILE);
    install_panic_hook(move |report| told(report, &file));
}

fn told(report: &PanicReport, file: &Path) -> String {
    let text = format!(
        "zhiban {}\nthread {}\n{}\n",
        env!("CARGO_PKG_VERSION"),
        report.thread,
        report.location
    );
    let words = if std::fs::write(file, text).is_ok() {
        t!(
            "screen.crashed",
            place = report.location,
            file = file.display()
        )
    } else {
        t!("screen.crashed-unwritten", place = report.location)
    };
    words.into_owned()
}
