//! `zhiban incident show`

use super::super::args::Json;
use super::super::desk::OpenDesk;
use super::super::exit::{Exit, Trouble};
use super::super::setting::Setting;
use super::super::{output, words};
use super::view::Whole;
use crate::domain::entry::EntryKind;
use crate::i18n::t;
use crate::store::view::{Shown, TimelineItem, TimelineWhat};
use crate::tui::app::words::event;

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
    tell(&desk, &shown, &timeline)?;
    Ok(Exit::Done)
}

/// Tells an incident and its timeline in lines.
pub fn tell(desk: &OpenDesk, shown: &Shown, timeline: &[TimelineItem]) -> Result<(), Trouble> {
    let Some(incident) = shown.record.incident() else {
        return Ok(());
    };
    output::line(&format!(
        "{}  {}  {}",
        words::number(shown.record.id, incident),
        words::rank(desk, incident.alarm.rank),
        words::title(incident)
    ))?;
    output::line(&format!(
        "{}  {}  {}",
        words::standing(incident),
        incident.step.holder.unit.name,
        incident.place
    ))?;
    for part in incident.summary.lines() {
        output::line(part)?;
    }
    for item in timeline {
        output::line(&line(item))?;
    }
    Ok(())
}

fn line(item: &TimelineItem) -> String {
    let at = item.at.stamp();
    match &item.what {
        TimelineWhat::Act(event) => {
            let verb = words::verb(event.act.verb());
            format!("{at}  {}  {verb}", event.author.name)
        }
        TimelineWhat::Entry(_, entry) => {
            let (head, said) = event::entry(entry);
            // A note is its words; of a look it must be said what was seen.
            let said = match &entry.what {
                EntryKind::Reveal { .. } => t!("detail.fact", name = head, value = said),
                EntryKind::Note
                | EntryKind::Call(_)
                | EntryKind::CheckIn { .. }
                | EntryKind::Late { .. } => said.into(),
            };
            format!("{at}  {}  {said}", entry.author.name)
        }
        TimelineWhat::Newer(verb) => format!("{at}  {verb}"),
    }
}
