//! `zhiban incident reveal`

use super::super::args::Json;
use super::super::desk::OpenDesk;
use super::super::exit::{Exit, Trouble};
use super::super::output;
use super::super::setting::Setting;
use super::arguments::new_entry;
use super::submit::{Tell, settle};
use super::view::{Part, Revealed};
use crate::domain::command::Target;
use crate::domain::incident::act::{Act, Reveal};
use crate::domain::incident::reveal::{Whole, wholes};
use crate::i18n::t;
use crate::store::handle::NewAct;
use crate::store::view::Shown;
use crate::tui::app::words::names;

/// Prints what is masked of an incident, whole and once. It is in the outbox
/// who looked and why before a single digit is printed.
pub fn run(setting: &Setting, which: &str, reason: &str, how: Json) -> Result<Exit, Trouble> {
    super::writable(setting)?;
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let shown = super::find(&desk, which)?;
    let new = NewAct {
        targets: vec![Target::seen(&shown.record)],
        act: Act::Reveal(Reveal {
            entry: new_entry(),
            reason: reason.to_owned(),
        })
        .into(),
        made_at: desk.now(),
        offset_ms: 0,
    };
    let stored = desk.store.submit(new).wait();
    if stored.is_ok() {
        print(&shown, how)?;
    }
    settle(&desk, Some(shown.record.id), stored, Tell::of(how.json))
}

fn print(shown: &Shown, how: Json) -> Result<(), Trouble> {
    let record = &shown.record;
    let wholes: Vec<Whole<'_>> = record.incident().map_or_else(Vec::new, |incident| {
        wholes(incident, record.sealed.as_ref())
    });
    if how.json {
        return output::json(&Revealed {
            incident: record.id,
            revealed: wholes.iter().map(Part::of).collect(),
        });
    }
    for whole in &wholes {
        let part = names::part(whole.part);
        output::line(&t!("detail.fact", name = part, value = whole.value))?;
    }
    Ok(())
}
