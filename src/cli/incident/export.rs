//! `zhiban incident export`

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};

use super::super::args::{EncodingArg, ExportArgs, FormatArg};
use super::super::desk::OpenDesk;
use super::super::exit::{Exit, Trouble};
use super::super::setting::Setting;
use super::super::{output, words};
use super::list;
use crate::exchange::sheet::{Encoding, Format, Sheet, SheetError};
use crate::i18n::t;
use crate::store::view::{Anchor, Filter, More, QueueRow, Scope, Tally};
use crate::tui::app::words::names;

/// Rows that are asked for at a time.
const PAGE_ROWS: usize = 500;
/// Characters of the bar.
const BAR_CHARS: u64 = 30;

/// Writes the list into a file.
pub fn run(setting: &Setting, args: &ExportArgs) -> Result<Exit, Trouble> {
    let format = format(args)?;
    let asked = list::Asked::read(&args.which)?;
    if args.to.exists() && !args.replace {
        return Err(Trouble::usage(t!("cli.export.exists"))
            .at(args.to.display())
            .mend(t!("cli.export.replace")));
    }
    // Set before anything is written, so that what was written goes again.
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop))
            .map_err(|error| Trouble::failed(t!("cli.export.failed"), error))?;
    }
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let filter = asked.filter(&desk);
    let total = total(&desk, &filter)?;
    let trouble =
        |error: SheetError| Trouble::failed(t!("cli.export.failed"), error).at(args.to.display());
    let head = head();
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let mut sheet = Sheet::begin(&args.to, format, &head).map_err(trouble)?;
    let mut bar = Bar::new(total);
    let mut anchor = Anchor::First;
    loop {
        let page = desk
            .store
            .queue(
                filter.clone(),
                list::sort(args.which.sort),
                anchor,
                PAGE_ROWS,
            )
            .wait()
            .map_err(|error| desk.store_trouble(error))?;
        for (_, row) in &page.rows {
            sheet.row(&cells(&desk, row)).map_err(trouble)?;
        }
        bar.more(page.rows.len());
        if stop.load(Ordering::Relaxed) {
            bar.end();
            return Err(Trouble::new(Exit::Failed, t!("cli.export.stopped")));
        }
        let Some((last, _)) = page.rows.last().filter(|_| page.after == More::Something) else {
            break;
        };
        anchor = Anchor::After(last.clone());
    }
    sheet.finish().map_err(trouble)?;
    let rows = bar.end();
    output::line(&t!("cli.export.done", n = rows, file = args.to.display()))?;
    Ok(Exit::Done)
}

fn format(args: &ExportArgs) -> Result<Format, Trouble> {
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

/// How many rows there are at most, for the bar.
fn total(desk: &OpenDesk, filter: &Filter) -> Result<u64, Trouble> {
    let trouble = |error| desk.store_trouble(error);
    let counts = desk.store.counts().wait().map_err(trouble)?;
    let all = match filter.scope {
        Scope::Open => counts.open(),
        Scope::All => counts.incidents,
        Scope::Closed => counts.incidents - counts.open().min(counts.incidents),
    };
    let first = desk
        .store
        .queue(
            filter.clone(),
            crate::store::view::Sort::Rank,
            Anchor::First,
            1,
        )
        .wait()
        .map_err(trouble)?;
    Ok(match first.tally {
        Tally::Exactly(n) | Tally::AtMost(n) => n.min(all),
        Tally::Unknown => all,
    })
}

fn head() -> [String; 12] {
    [
        t!("queue.col.rank"),
        t!("cli.export.col.number"),
        t!("queue.col.title"),
        t!("queue.col.category"),
        t!("queue.col.town"),
        t!("cli.export.col.place"),
        t!("queue.col.stage"),
        t!("queue.col.holder"),
        t!("queue.col.deadline"),
        t!("cli.export.col.overdue"),
        t!("cli.export.col.registered"),
        t!("cli.export.col.acknowledged"),
    ]
    .map(std::borrow::Cow::into_owned)
}

/// A row, masked as the list on the screen is.
fn cells(desk: &OpenDesk, row: &QueueRow) -> [String; 12] {
    let incident = &row.incident;
    let places = desk.store.places();
    let deadline = incident.deadline.as_ref();
    let overdue = if incident.is_overdue(desk.now()) {
        t!("cli.export.yes").into_owned()
    } else {
        String::new()
    };
    let acknowledged = incident.alarm.ack.as_ref();
    let path = names::place_path(row.area, &places);
    let place = format!("{path} {}", incident.place).trim_end().to_owned();
    [
        words::rank(desk, incident.alarm.rank),
        words::number(row.id, incident),
        words::title(incident),
        names::category(incident.category).to_owned(),
        names::town(row.area, &places),
        place,
        words::standing(incident),
        names::holder(&incident.step.holder),
        deadline.map_or_else(String::new, |deadline| deadline.at.to_string()),
        overdue,
        incident.registered_at.to_string(),
        acknowledged.map_or_else(String::new, |ack| ack.by.name.clone()),
    ]
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

    fn more(&mut self, rows: usize) {
        self.done += rows as u64;
        let percent = (self.done * 100)
            .checked_div(self.total)
            .map_or(100, |percent| percent.min(100));
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
