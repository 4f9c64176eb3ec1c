//! `zhiban incident show`

use super::super::args::Json;
use super::super::desk::OpenDesk;
use super::super::exit::{Exit, Trouble};
use super::super::output;
use super::super::setting::Setting;
use super::view::Whole;
use crate::store::view::{TimelineItem, TimelineWhat};

/// The lines of a timeline that are shown.
const TIMELINE_ITEMS_MAX: usize = 500;

/// Shows one incident and what was done.
pub fn run(setting: &Setting, which: &str, how: Json) -> Result<Exit, Trouble> {
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let shown = super::find(&desk, which)?;
    let timeline = desk
        .store
        .timeline(shown.record.id, TIMELINE_ITEMS_MAX)
        .wait()
        .map_err(|error| desk.store_trouble(error))?;
    if how.json {
        output::json(&Whole::of(&shown, &timeline))?;
        return Ok(Exit::Done);
    }
    let Some(incident) = shown.record.incident() else {
        return Ok(Exit::Done);
    };
    let number = incident.number.map_or_else(
        || shown.record.id.provisional_tag(),
        |number| number.to_string(),
    );
    output::line(&format!(
        "{number}  {}  {}",
        incident.alarm.rank, incident.title
    ))?;
    output::line(&format!(
        "{}  {}  {}",
        incident.stage().name(),
        incident.step.holder.unit.name,
        incident.place
    ))?;
    for part in incident.summary.lines() {
        output::line(part)?;
    }
    for item in &timeline {
        output::line(&line(item))?;
    }
    Ok(Exit::Done)
}

fn line(item: &TimelineItem) -> String {
    let at = item.at.stamp();
    match &item.what {
        TimelineWhat::Act(event) => {
            format!("{at}  {}  {}", event.author.name, event.act.verb())
        }
        TimelineWhat::Entry(_, entry) => format!("{at}  {}  {}", entry.author.name, entry.text),
        TimelineWhat::Newer(verb) => format!("{at}  {verb}"),
    }
}
