//! `zhiban incident …`: the queue, for scripts.

mod act;
mod arguments;
mod export;
mod list;
pub mod masked;
mod new;
mod reveal;
mod show;
mod steering;
mod submit;
mod view;

pub use act::build;
pub use show::tell;
pub use submit::{Tell, settle, submit};

use super::args::IncidentCommand;
use super::desk::OpenDesk;
use super::exit::{Exit, Trouble};
use super::setting::Setting;
use crate::domain::ids::RecordId;
use crate::domain::incident::number::IncidentNumber;
use crate::i18n::t;
use crate::store::view::Shown;

/// Does what is asked of incidents.
pub fn run(setting: &Setting, command: IncidentCommand) -> Result<Exit, Trouble> {
    match command {
        IncidentCommand::List(args) => list::run(setting, &args),
        IncidentCommand::Export(args) => export::run(setting, &args),
        IncidentCommand::Show { which, json } => show::run(setting, &which, json),
        IncidentCommand::Reveal {
            which,
            reason,
            json,
        } => reveal::run(setting, &which, &reason, json),
        IncidentCommand::New(args) => new::run(setting, &args),
        IncidentCommand::Act(args) => act::run(setting, &args),
    }
}

/// The one incident of that number, tag or id. One that is not here yet may
/// have come in meanwhile, so the service is asked once.
pub fn find(desk: &OpenDesk, which: &str) -> Result<Shown, Trouble> {
    let look = || -> Result<Vec<RecordId>, Trouble> {
        desk.store
            .find_incident(which)
            .wait()
            .map_err(|error| desk.store_trouble(error))
    };
    let mut found = look()?;
    if found.is_empty() {
        desk.exchange(super::desk::ANSWER_MS_MAX)?;
        found = look()?;
    }
    let id = match found.as_slice() {
        [one] => *one,
        // A number or an id is of one case; the others are of the same matter.
        [one, ..] if names_one(which) => *one,
        [] => {
            let what = t!("cli.incident.not-found", which = which);
            return Err(Trouble::new(Exit::Failed, what));
        }
        _ => {
            let what = t!("cli.incident.several", which = which);
            return Err(Trouble::usage(what).mend(t!("cli.incident.use-id")));
        }
    };
    desk.store
        .shown(id)
        .wait()
        .map_err(|error| desk.store_trouble(error))?
        .ok_or_else(|| {
            let what = t!("cli.incident.not-found", which = which);
            Trouble::new(Exit::Failed, what)
        })
}

/// Whether it can be the name of one case only; a tag may be that of several.
fn names_one(which: &str) -> bool {
    which.parse::<RecordId>().is_ok() || which.parse::<IncidentNumber>().is_ok()
}

/// Refuses to change anything under `--read-only`.
pub fn writable(setting: &Setting) -> Result<(), Trouble> {
    if setting.common.read_only {
        return Err(Trouble::usage(t!("cli.read-only")));
    }
    Ok(())
}
