//! `zhiban incident export`

use super::super::args::ExportArgs;
use super::super::desk::OpenDesk;
use super::super::exit::{Exit, Trouble};
use super::super::export::Target;
use super::super::setting::Setting;
use super::super::words;
use super::list;
use crate::i18n::t;
use crate::store::view::{Anchor, Filter, More, QueueRow, Scope, Tally};
use crate::tui::app::words::names;

/// Rows that are asked for at a time.
const PAGE_ROWS: usize = 500;

/// Writes the list into a file.
pub fn run(setting: &Setting, args: &ExportArgs) -> Result<Exit, Trouble> {
    let target = Target::read(&args.file)?;
    let asked = list::Asked::read(&args.which)?;
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let filter = asked.filter(&desk);
    let total = total(&desk, &filter)?;
    let mut writing = target.begin(&head(), total)?;
    let mut anchor = Anchor::First;
    loop {
        let sort = list::sort(args.which.sort);
        let page = desk.store.queue(filter.clone(), sort, anchor, PAGE_ROWS);
        let page = page.wait().map_err(|error| desk.store_trouble(error))?;
        writing.rows(page.rows.iter().map(|(_, row)| cells(&desk, row)))?;
        let Some((last, _)) = page.rows.last().filter(|_| page.after == More::Something) else {
            return writing.finish();
        };
        anchor = Anchor::After(last.clone());
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
