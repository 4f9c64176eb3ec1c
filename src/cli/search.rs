//! `zhiban search` and `zhiban contact`: the one search, and who is nearest to
//! a case, for scripts.

use serde::Serialize;

use super::args::{ContactCommand, ContactExportArgs, Json, SearchArgs};
use super::desk::OpenDesk;
use super::exit::{Exit, Trouble};
use super::export::Target;
use super::setting::Setting;
use super::{incident, output, value};
use crate::domain::network::nearest::{Nearness, Rung, Skill};
use crate::domain::record::{Body, Record};
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::store::error::StoreError;
use crate::store::handle::Latest;
use crate::store::seek::{Hit, HitKind, Only, Seek};
use crate::store::view::Pick;
use crate::text::mask::mask_phone;
use crate::text::truncate::{Align, fit};
use crate::text::width::Ambiguous;
use crate::tui::app::words::{log, names, network, warning as warned};

/// Searches for anything.
pub fn run(setting: &Setting, args: &SearchArgs) -> Result<Exit, Trouble> {
    let desk = OpenDesk::open(setting)?.with_copy()?;
    look(&desk, args, args.only.into())
}

/// Does what is asked of contacts.
pub fn contact(setting: &Setting, command: &ContactCommand) -> Result<Exit, Trouble> {
    let open = || OpenDesk::open(setting)?.with_copy();
    match command {
        ContactCommand::Find(args) => look(&open()?, args, Only::People),
        ContactCommand::Export(args) => write(setting, args),
        ContactCommand::Near { which, json } => near(&open()?, which, *json),
    }
}

/// People that are asked for at a time.
const PAGE_PEOPLE: usize = 500;

/// Writes the people into a file; numbers are masked as in every list.
fn write(setting: &Setting, args: &ContactExportArgs) -> Result<Exit, Trouble> {
    let target = Target::read(&args.file)?;
    let within = args.area.as_deref().map(value::area).transpose()?;
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let places = desk.store.places();
    let head = [
        t!("network.col.name"),
        t!("cli.export.col.post"),
        t!("network.col.unit"),
        t!("cli.export.col.place"),
        t!("network.col.phone"),
        t!("cli.export.col.backup"),
        t!("cli.export.col.skills"),
        t!("cli.export.col.hours"),
        t!("cli.export.col.verified"),
    ]
    .map(std::borrow::Cow::into_owned);
    let cells = |pick: &Pick| match &pick.record.body {
        Body::Person(person) => Some([
            person.name.clone(),
            person.post.clone(),
            pick.unit_name.clone(),
            names::place_path(pick.record.area, &places),
            mask_phone(&person.phone),
            mask_phone(&person.backup_phone),
            network::skills(person),
            network::hours(&person.availability),
            person
                .verified_on
                .map_or_else(String::new, |day| day.to_string()),
        ]),
        _ => None,
    };
    // How many there are is not counted beforehand.
    let mut writing = target.begin(&head, 0)?;
    let mut after = None;
    loop {
        let page = desk.store.people_page(within, after, PAGE_PEOPLE).wait();
        let (people, last) = page.map_err(|error| desk.store_trouble(error))?;
        writing.rows(people.iter().filter_map(cells))?;
        if last.is_none() {
            return writing.finish();
        }
        after = last;
    }
}

fn look(desk: &OpenDesk, args: &SearchArgs, only: Only) -> Result<Exit, Trouble> {
    match desk.store.index_now() {
        // Whoever keeps it has it ready.
        Ok(()) | Err(StoreError::Busy) => {}
        Err(error) => return Err(desk.store_trouble(error)),
    }
    let seek = Seek {
        text: args.words.join(" "),
        fuzzy: args.fuzzy,
        only,
    };
    let found = desk
        .store
        .seek(Latest::always(), seek)
        .wait()
        .map_err(|error| desk.store_trouble(error))?;
    if found.hits.is_empty() {
        let what = t!("cli.search.nothing", words = args.words.join(" "));
        return Err(Trouble::new(Exit::Failed, what));
    }
    let now = desk.now();
    for hit in found.hits.iter().take(args.limit) {
        if args.json.json {
            output::json(&Line::of(hit, now))?;
        } else {
            output::line(&told(hit, now))?;
        }
    }
    Ok(Exit::Done)
}

const fn kind(kind: HitKind) -> &'static str {
    match kind {
        HitKind::Person => "person",
        HitKind::Place => "place",
        HitKind::Unit => "unit",
        HitKind::Case => "incident",
        HitKind::Warning => "warning",
        HitKind::Line => "log-line",
    }
}

/// What is found, as programs read it; numbers stay masked.
#[derive(Serialize)]
struct Line<'a> {
    kind: &'static str,
    id: String,
    name: String,
    area: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    post: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    unit: &'a str,
    #[serde(skip_serializing_if = "String::is_empty")]
    phone: String,
    why: Vec<Because<'a>>,
}

#[derive(Serialize)]
struct Because<'a> {
    field: &'static str,
    text: &'a str,
    /// Characters of the text, from and up to.
    from: usize,
    to: usize,
}

impl<'a> Line<'a> {
    fn of(hit: &'a Hit, now: Timestamp) -> Self {
        let mut line = Self::bare(&hit.record, kind(hit.kind), now);
        line.unit = &hit.unit_name;
        line.why = hit
            .why
            .iter()
            .map(|why| Because {
                field: why.field.name(),
                text: &why.text,
                from: why.chars.start,
                to: why.chars.end,
            })
            .collect();
        line
    }

    fn bare(record: &'a Record, kind: &'static str, now: Timestamp) -> Self {
        let mut line = Self {
            kind,
            id: record.id.to_string(),
            name: String::new(),
            area: record.area.to_string(),
            number: None,
            post: "",
            unit: "",
            phone: String::new(),
            why: Vec::new(),
        };
        match &record.body {
            Body::Person(person) => {
                line.name.clone_from(&person.name);
                line.post = &person.post;
                line.phone = mask_phone(&person.phone);
            }
            Body::Unit(unit) => {
                line.name.clone_from(&unit.name);
                line.phone.clone_from(&unit.phone);
            }
            Body::Place(place) => line.name.clone_from(&place.name),
            Body::Incident(incident) => {
                line.name.clone_from(&incident.title);
                line.number = incident.number.map(|number| number.to_string());
            }
            Body::Warning(warning) => {
                line.name = warned::why(warning, now);
                line.number = Some(match warning.subject.case() {
                    Some(case) => case.name(),
                    None => record.id.provisional_tag(),
                });
            }
            Body::LogLine(of_log) => {
                line.name = log::words(of_log);
                line.number = of_log.place.map(|place| place.no.to_string());
            }
            _ => {}
        }
        line
    }
}

fn column(text: &str, cells: usize) -> String {
    fit(text, cells, Align::Left, Ambiguous::Narrow).into_owned()
}

fn told(hit: &Hit, now: Timestamp) -> String {
    let line = Line::of(hit, now);
    let aside = match &line.number {
        Some(number) => number.clone(),
        None => format!("{} {} {}", line.post, line.unit, line.phone),
    };
    format!(
        "{} {} {}",
        column(line.kind, 8),
        column(&line.name, 36),
        aside.trim()
    )
}

/// Somebody near, as programs read it.
#[derive(Serialize)]
struct NearLine<'a> {
    #[serde(flatten)]
    who: Line<'a>,
    rung: &'static str,
    speciality: bool,
    reachable_now: bool,
}

const fn rung(nearness: Nearness) -> &'static str {
    match nearness.rung {
        Rung::TenHouseholds => "ten-households",
        Rung::Group => "group",
        Rung::Village => "village",
        Rung::Town => "town",
        Rung::District => "district",
    }
}

fn near(desk: &OpenDesk, which: &str, json: Json) -> Result<Exit, Trouble> {
    let shown = incident::find(desk, which)?;
    let category = shown.record.incident().map(|incident| incident.category);
    let now = desk.now();
    let found = desk
        .store
        .near(shown.record.area, category, now)
        .wait()
        .map_err(|error| desk.store_trouble(error))?;
    for near in &found {
        let mut who = Line::bare(&near.pick.record, "person", now);
        who.unit = &near.pick.unit_name;
        let line = NearLine {
            rung: rung(near.nearness),
            speciality: near.nearness.skill == Skill::Own,
            reachable_now: near.nearness.reachable.is_now(),
            who,
        };
        if json.json {
            output::json(&line)?;
        } else {
            let reach = if line.reachable_now { "*" } else { " " };
            let speciality = if line.speciality { "+" } else { " " };
            output::line(&format!(
                "{reach}{speciality} {} {} {} {} {}",
                column(line.rung, 14),
                column(&line.who.name, 10),
                column(line.who.post, 14),
                column(line.who.unit, 28),
                line.who.phone,
            ))?;
        }
    }
    Ok(Exit::Done)
}
