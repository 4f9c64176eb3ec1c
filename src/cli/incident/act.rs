//! `zhiban incident act`

use super::super::args::ActArgs;
use super::super::desk::OpenDesk;
use super::super::exit::{Exit, Trouble};
use super::super::setting::Setting;
use super::arguments;
use super::submit::{Tell, submit};
use crate::domain::command::Target;

/// Acts on an incident.
pub fn run(setting: &Setting, args: &ActArgs) -> Result<Exit, Trouble> {
    super::writable(setting)?;
    arguments::check(args)?;
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let shown = super::find(&desk, &args.which)?;
    let Some(incident) = shown.record.incident() else {
        return Err(Trouble::new(
            Exit::Failed,
            crate::i18n::t!("cli.incident.not-found", which = args.which),
        ));
    };
    let act = arguments::act(args, incident, desk.now(), &|name| {
        arguments::unit(&desk, name)
    })?;
    submit(&desk, Target::seen(&shown.record), act, Tell::of(args.json))
}
