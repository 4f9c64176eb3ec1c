//! `zhiban incident act`

use super::super::args::{ActArgs, VerbArg};
use super::super::desk::OpenDesk;
use super::super::exit::{Exit, Trouble};
use super::super::setting::Setting;
use super::arguments;
use super::submit::{Tell, submit};
use crate::domain::command::Target;
use crate::domain::incident::act::Act;
use crate::domain::incident::verb::Verb;
use crate::i18n::t;
use crate::store::view::Shown;

/// Acts on an incident.
pub fn run(setting: &Setting, args: &ActArgs) -> Result<Exit, Trouble> {
    super::writable(setting)?;
    arguments::check(args)?;
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let shown = super::find(&desk, &args.which)?;
    let Some(incident) = shown.record.incident() else {
        return Err(Trouble::new(
            Exit::Failed,
            t!("cli.incident.not-found", which = args.which),
        ));
    };
    let act = arguments::act(args, incident, desk.now(), &|name| {
        arguments::unit(&desk, name)
    })?;
    let mut targets = vec![Target::seen(&shown.record)];
    if let Some(other) = &args.other {
        targets.push(Target::seen(&super::find(&desk, other)?.record));
    }
    submit(&desk, targets, act, Tell::of(args.json))
}

/// An act that needs nothing but words.
pub fn build(
    desk: &OpenDesk,
    shown: &Shown,
    verb: Verb,
    text: Option<String>,
) -> Result<Act, Trouble> {
    let args = ActArgs {
        verb: VerbArg(verb),
        text,
        ..ActArgs::default()
    };
    arguments::check(&args)?;
    let Some(incident) = shown.record.incident() else {
        return Err(Trouble::new(
            Exit::Failed,
            t!("cli.incident.not-found", which = shown.record.id),
        ));
    };
    arguments::act(&args, incident, desk.now(), &|name| {
        arguments::unit(desk, name)
    })
}
