//! `zhiban handover print`: what is open, for the paper.

use super::args::{HandoverCommand, Json};
use super::desk::OpenDesk;
use super::exit::{Exit, Trouble};
use super::output;
use super::setting::Setting;
use crate::domain::duty::chain::{ClosingCode, Tail};
use crate::domain::duty::handover::Handover;
use crate::domain::duty::shift::Slot;
use crate::domain::extra::Extra;
use crate::domain::incident::Signature;
use crate::i18n::t;
use crate::store::duty::DeskNow;
use crate::tui::app::words::handover;

/// Does what is asked of the handover.
pub fn run(setting: &Setting, command: &HandoverCommand) -> Result<Exit, Trouble> {
    match command {
        HandoverCommand::Print(how) => print(setting, *how),
    }
}

fn print(setting: &Setting, how: Json) -> Result<Exit, Trouble> {
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let now = desk.now();
    let officer = desk.store.officer().clone();
    let unit = officer.unit.clone();
    let failed = |error| desk.store_trouble(error);
    let DeskNow {
        shift, handover, ..
    } = desk.store.desk_now(unit.id, now).wait().map_err(failed)?;
    let signed = handover.filter(|(_, handover)| handover.taken.is_none());
    let (handover, signature) = if let Some((_, handover)) = signed {
        (handover, handover::Signed::Yes)
    } else {
        let draft = desk
            .store
            .handover_draft(unit.clone(), officer.id, now)
            .wait()
            .map_err(failed)?;
        let lines = desk
            .store
            .log(unit.clone(), None, 1)
            .wait()
            .map_err(failed)?;
        let tail = lines.first().and_then(|row| row.line.place);
        let slot = Slot::at(&desk.store.policy().1, now);
        let draft = Handover {
            unit,
            day: slot.as_ref().map_or_else(|| now.date(), |slot| slot.day),
            shift: slot.map(|slot| slot.shift).unwrap_or_default(),
            items: draft.items,
            left_out: draft.left_out,
            sections: crate::domain::duty::handover::Sections::default(),
            backlog: draft.backlog,
            closing_code: tail.map_or_else(String::new, |place| {
                ClosingCode::of(Tail {
                    no: place.no,
                    link: place.link,
                })
                .to_string()
            }),
            offered: Signature {
                by: officer.reference(),
                at: now,
                text: String::new(),
            },
            taken: None,
            ticked: Vec::new(),
            extra: Extra::new(),
        };
        (draft, handover::Signed::No)
    };
    if how.json {
        output::json(&handover)?;
        return Ok(Exit::Done);
    }
    let policy = desk.store.policy().1;
    let leader = shift.map(|shift| shift.leader).unwrap_or_default();
    let paper = handover::paper(&handover, signature, &leader, &policy, now);
    if paper.is_empty() {
        output::line(&t!("cli.handover.nothing"))?;
    }
    for line in paper {
        output::line(&line)?;
    }
    Ok(Exit::Done)
}
