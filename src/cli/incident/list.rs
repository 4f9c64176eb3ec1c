//! `zhiban incident list`

use super::super::args::{ListArgs, ScopeArg, SortArg};
use super::super::desk::OpenDesk;
use super::super::exit::{Exit, Trouble};
use super::super::setting::Setting;
use super::super::{output, value, words};
use super::view::Row;
use crate::store::view::{Anchor, Filter, More, QueueRow, Scope, Sort};
use crate::text::truncate::{Align, fit};
use crate::text::width::Ambiguous;

/// Rows that are asked for at a time.
const PAGE_ROWS: usize = 200;

/// Lists the queue.
pub fn run(setting: &Setting, args: &ListArgs) -> Result<Exit, Trouble> {
    let filter = Filter {
        scope: scope(args.scope),
        rank: args.rank.as_deref().map(value::rank).transpose()?,
        area: args.area.as_deref().map(value::area).transpose()?,
        text: args.text.clone().unwrap_or_default(),
        ..Filter::default()
    };
    let sort = sort(args.sort);
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let mut left = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let mut anchor = Anchor::First;
    while left > 0 {
        let page = desk
            .store
            .queue(filter.clone(), sort, anchor, left.min(PAGE_ROWS))
            .wait()
            .map_err(|error| desk.store_trouble(error))?;
        let Some((last, _)) = page.rows.last() else {
            break;
        };
        anchor = Anchor::After(last.clone());
        left = left.saturating_sub(page.rows.len());
        for (_, row) in &page.rows {
            if args.json.json {
                output::json(&Row::of(row))?;
            } else {
                output::line(&line(&desk, row))?;
            }
        }
        if page.after == More::Nothing {
            break;
        }
    }
    Ok(Exit::Done)
}

pub(super) const fn scope(arg: ScopeArg) -> Scope {
    match arg {
        ScopeArg::Open => Scope::Open,
        ScopeArg::Closed => Scope::Closed,
        ScopeArg::All => Scope::All,
    }
}

pub(super) const fn sort(arg: SortArg) -> Sort {
    match arg {
        SortArg::Rank => Sort::Rank,
        SortArg::Deadline => Sort::Deadline,
        SortArg::Newest => Sort::Newest,
        SortArg::Oldest => Sort::Oldest,
        SortArg::Area => Sort::Area,
    }
}

fn line(desk: &OpenDesk, row: &QueueRow) -> String {
    let incident = &row.incident;
    let column = |text: &str, cells| fit(text, cells, Align::Left, Ambiguous::Narrow).into_owned();
    format!(
        "{} {} {} {} {}",
        column(&words::number(row.id, incident), 25),
        column(&words::rank(desk, incident.alarm.rank), 6),
        column(&words::stage(incident.stage()), 10),
        column(&words::title(incident), 36),
        incident.step.holder.unit.name,
    )
}
