//! `zhiban incident list`

use super::super::args::{ListArgs, ScopeArg, SortArg, Which};
use super::super::desk::OpenDesk;
use super::super::exit::{Exit, Trouble};
use super::super::setting::Setting;
use super::super::{output, value, words};
use super::view::Row;
use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::store::view::{Anchor, Filter, More, QueueRow, Scope, Sort};
use crate::text::truncate::{Align, fit};
use crate::text::width::Ambiguous;
use crate::tui::app::condition::{self, Ground};

/// Rows that are asked for at a time.
const PAGE_ROWS: usize = 200;

/// Lists the queue.
pub fn run(setting: &Setting, args: &ListArgs) -> Result<Exit, Trouble> {
    let asked = Asked::read(&args.which)?;
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let filter = asked.filter(&desk);
    let sort = sort(args.which.sort);
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

/// What of the list was asked for, read before a password is.
pub(super) struct Asked<'a> {
    line: &'a str,
    scope: Scope,
    rank: Option<Rank>,
    area: Option<AreaCode>,
}

impl<'a> Asked<'a> {
    /// Reads it.
    ///
    /// # Errors
    /// For a rank or an area that is none.
    pub(super) fn read(which: &'a Which) -> Result<Self, Trouble> {
        Ok(Self {
            line: which.text.as_deref().unwrap_or_default(),
            scope: scope(which.scope),
            rank: which.rank.as_deref().map(value::rank).transpose()?,
            area: which.area.as_deref().map(value::area).transpose()?,
        })
    }

    /// The filter: the same line as on the screen.
    pub(super) fn filter(&self, desk: &OpenDesk) -> Filter {
        let ground = Ground {
            now: desk.now(),
            me: desk.store.officer().person,
            policy: Some(desk.store.policy().1),
        };
        let filter = condition::filter(self.line, self.scope, &ground);
        Filter {
            rank: self.rank.or(filter.rank),
            area: self.area.or(filter.area),
            ..filter
        }
    }
}

const fn scope(arg: ScopeArg) -> Scope {
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
        column(&words::standing(incident), 10),
        column(&words::title(incident), 36),
        incident.step.holder.unit.name,
    )
}
