//! A list as a file: what every command that exports one shares. The file is
//! whole or not there, nothing is written over unasked, and it stops when told.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};

use super::args::{EncodingArg, FileArgs, FormatArg};
use super::exit::{Exit, Trouble};
use super::output;
use crate::exchange::sheet::{Encoding, Format, Sheet, SheetError};
use crate::i18n::t;

/// Characters of the bar.
const BAR_CHARS: u64 = 30;

/// Where a list goes, looked at before anything is read.
pub struct Target {
    to: PathBuf,
    format: Format,
}

impl Target {
    /// What the line asks for.
    ///
    /// # Errors
    /// Where it is unclear which format is meant, or a file is there already.
    pub fn read(args: &FileArgs) -> Result<Self, Trouble> {
        let format = format(args)?;
        if args.to.exists() && !args.replace {
            return Err(Trouble::usage(t!("cli.export.exists"))
                .at(args.to.display())
                .mend(t!("cli.export.replace")));
        }
        Ok(Self {
            to: args.to.clone(),
            format,
        })
    }

    /// Begins the file. `total` is how many rows there are at most, for whoever
    /// looks on; 0 where nobody knows.
    ///
    /// # Errors
    /// Where the file cannot be made.
    pub fn begin(self, head: &[String], total: u64) -> Result<Writing, Trouble> {
        // Set before anything is written, so that what was written goes again.
        let stop = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register(signal, Arc::clone(&stop))
                .map_err(|error| Trouble::failed(t!("cli.export.failed"), error))?;
        }
        let head: Vec<&str> = head.iter().map(String::as_str).collect();
        let sheet =
            Sheet::begin(&self.to, self.format, &head).map_err(|error| failed(&self.to, error))?;
        Ok(Writing {
            to: self.to,
            sheet,
            bar: Bar::new(total),
            stop,
        })
    }
}

fn failed(to: &Path, error: SheetError) -> Trouble {
    Trouble::failed(t!("cli.export.failed"), error).at(to.display())
}

fn format(args: &FileArgs) -> Result<Format, Trouble> {
    let encoding = match args.encoding {
        EncodingArg::Utf8 => Encoding::Utf8,
        EncodingArg::Gb18030 => Encoding::Gb18030,
    };
    match args.format.or_else(|| by_name(&args.to)) {
        Some(FormatArg::Csv) => Ok(Format::Csv(encoding)),
        Some(FormatArg::Xlsx) => Ok(Format::Xlsx),
        None => Err(Trouble::usage(t!("cli.export.format")).at(args.to.display())),
    }
}

fn by_name(to: &Path) -> Option<FormatArg> {
    let ends = to.extension()?.to_str()?.to_ascii_lowercase();
    match ends.as_str() {
        "csv" => Some(FormatArg::Csv),
        "xlsx" => Some(FormatArg::Xlsx),
        _ => None,
    }
}

/// A file that is being written.
pub struct Writing {
    to: PathBuf,
    sheet: Sheet,
    bar: Bar,
    stop: Arc<AtomicBool>,
}

impl Writing {
    /// Adds rows.
    ///
    /// # Errors
    /// Where the file does not take them, or somebody asked to stop.
    pub fn rows<Row: AsRef<[String]>>(
        &mut self,
        rows: impl IntoIterator<Item = Row>,
    ) -> Result<(), Trouble> {
        for row in rows {
            let written = self.sheet.row(row.as_ref());
            written.map_err(|error| failed(&self.to, error))?;
            self.bar.more();
            if self.stop.load(Ordering::Relaxed) {
                self.bar.end();
                return Err(Trouble::new(Exit::Failed, t!("cli.export.stopped")));
            }
        }
        Ok(())
    }

    /// Puts the file in its place and says so.
    ///
    /// # Errors
    /// Where it cannot be put there.
    pub fn finish(self) -> Result<Exit, Trouble> {
        let done = self.sheet.finish();
        done.map_err(|error| failed(&self.to, error))?;
        let rows = self.bar.end();
        output::line(&t!("cli.export.done", n = rows, file = self.to.display()))?;
        Ok(Exit::Done)
    }
}

/// Writes a list that is read whole.
///
/// # Errors
/// See [`Target::begin`] and [`Writing`].
pub fn whole<Row: AsRef<[String]>>(
    target: Target,
    head: &[String],
    rows: Vec<Row>,
) -> Result<Exit, Trouble> {
    let mut writing = target.begin(head, rows.len() as u64)?;
    writing.rows(rows)?;
    writing.finish()
}

/// How far it is, where somebody looks on.
struct Bar {
    done: u64,
    total: u64,
    shown: Option<u64>,
    looked_at: bool,
}

impl Bar {
    fn new(total: u64) -> Self {
        Self {
            done: 0,
            total,
            shown: None,
            looked_at: std::io::stderr().is_terminal(),
        }
    }

    fn more(&mut self) {
        self.done += 1;
        let Some(percent) = (self.done * 100).checked_div(self.total) else {
            if self.looked_at {
                let _ = write!(
                    std::io::stderr(),
                    "\r{}",
                    t!("cli.export.rows", n = self.done)
                );
            }
            return;
        };
        let percent = percent.min(100);
        if !self.looked_at || self.shown == Some(percent) {
            return;
        }
        self.shown = Some(percent);
        let full = percent * BAR_CHARS / 100;
        let bar: String = (0..BAR_CHARS)
            .map(|nth| if nth < full { '#' } else { '.' })
            .collect();
        // A terminal that is gone is nobody's trouble here.
        let _ = write!(
            std::io::stderr(),
            "\r[{bar}] {percent:>3}% {}",
            t!("cli.export.rows", n = self.done)
        );
    }

    /// Leaves the line as it was; how many rows there were.
    fn end(&self) -> u64 {
        if self.looked_at {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
        self.done
    }
}
