//! `zhiban roster export`: who is on now, or a month as `zhiban roster import`
//! reads it.

use super::super::args::RosterExportArgs;
use super::super::desk::OpenDesk;
use super::super::exit::{Exit, Trouble};
use super::super::export::{self, Target};
use super::super::setting::Setting;
use super::super::value;
use super::{area, overview, read};
use crate::domain::area::AreaCode;
use crate::domain::roster::code::{Cell, Duty};
use crate::domain::roster::month::Month;
use crate::domain::roster::night::Mark;
use crate::domain::roster::overview::PostView;
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::store::roster::Shifts;
use crate::tui::app::words::{names, roster as words};

/// Writes the roster into a file.
pub fn run(setting: &Setting, args: &RosterExportArgs) -> Result<Exit, Trouble> {
    let target = Target::read(&args.file)?;
    let area = area(args.area.as_ref())?;
    let month = args.month.as_ref().map(|text| {
        let wrong = |error| Trouble::usage(t!("cli.roster.month", value = text)).because(error);
        text.parse::<Month>().map_err(wrong)
    });
    let month = month.transpose()?;
    let at = args.at.as_ref().map(|text| value::moment(text));
    let at = at.transpose()?;
    let desk = OpenDesk::open(setting)?.with_copy()?;
    if let Some(month) = month {
        return table(&desk, target, month, area);
    }
    let at = at.unwrap_or_else(|| desk.now());
    stands(&desk, target, at, area)
}

/// Gaps, then who is on, then who can be called: the list of the board.
fn stands(
    desk: &OpenDesk,
    target: Target,
    at: Timestamp,
    area: Option<AreaCode>,
) -> Result<Exit, Trouble> {
    let roster = read(desk, at)?;
    let overview = overview(desk, &roster, at, area);
    let places = desk.store.places();
    let head = [
        t!("roster.col.mark"),
        t!("roster.col.town"),
        t!("roster.col.post"),
        t!("roster.col.person"),
        t!("cli.export.col.from"),
        t!("cli.export.col.until"),
        t!("roster.col.phone"),
        t!("cli.export.col.there"),
    ]
    .map(std::borrow::Cow::into_owned);
    let row = |mark: String, post: &PostView, more: [String; 5]| {
        let mut row = vec![
            mark,
            names::town(post.area, &places),
            post.post.name.clone(),
        ];
        row.extend(more);
        row
    };
    let mut rows = Vec::new();
    for gap in overview.gaps_tonight() {
        if let Some(post) = overview.post(gap.post) {
            let more = [
                words::nobody(gap.has),
                gap.span.from.to_string(),
                gap.span.until.to_string(),
                String::new(),
                words::need(gap.need),
            ];
            rows.push(row(words::mark(Mark::Gap), post, more));
        }
    }
    for stand in [Duty::On, Duty::Standby]
        .into_iter()
        .flat_map(|duty| overview.now_as(duty))
    {
        if let Some(post) = overview.post(stand.post) {
            let phone = roster.phones.get(&stand.person.id);
            let more = [
                stand.person.name.clone(),
                stand.span.from.to_string(),
                stand.span.until.to_string(),
                names::phone(phone.map_or("", String::as_str)),
                stand
                    .checked_in
                    .map_or_else(String::new, |at| at.to_string()),
            ];
            rows.push(row(words::code(stand.shift.code), post, more));
        }
    }
    export::whole(target, &head, rows)
}

/// A line for each person and post, a column for each day.
fn table(
    desk: &OpenDesk,
    target: Target,
    month: Month,
    area: Option<AreaCode>,
) -> Result<Exit, Trouble> {
    let roster = desk.store.roster(&[month], Shifts::All).wait();
    let roster = roster.map_err(|error| desk.store_trouble(error))?;
    let days: Vec<u8> = (1..=month.days()).collect();
    let mut head = [
        t!("roster.col.post"),
        t!("cli.export.col.name"),
        t!("cli.export.col.id"),
    ]
    .map(std::borrow::Cow::into_owned)
    .to_vec();
    head.extend(
        days.iter()
            .filter_map(|day| Some(month.day(*day)?.to_string())),
    );
    let mut rows = Vec::new();
    for line in &roster.rotas {
        let Some(post) = roster.posts.iter().find(|post| post.id == line.doc.post) else {
            continue;
        };
        if area.is_some_and(|area| !area.contains(post.area)) {
            continue;
        }
        let person = &line.doc.person;
        let mut row = vec![
            post.doc.name.clone(),
            person.name.clone(),
            person.id.to_string(),
        ];
        row.extend(days.iter().map(|day| match line.doc.cell(*day) {
            Cell::EMPTY => String::new(),
            cell => words::cell(cell),
        }));
        rows.push(((post.area, post.doc.name.clone(), person.id), row));
    }
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    export::whole(
        target,
        &head,
        rows.into_iter().map(|(_, row)| row).collect(),
    )
}
