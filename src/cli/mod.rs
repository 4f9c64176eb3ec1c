//! The command line: one file a command. Knows every other room and is known
//! by none.
//!
//! [`main`] is the way in. A command ends with an [`Exit`] or a [`Trouble`];
//! [`exit`] turns both into what a script sees.

#[cfg(feature = "service")]
mod admin;
pub mod args;
mod completions;
#[cfg(feature = "service")]
mod demo;
mod desk;
mod doctor;
pub mod exit;
mod export;
mod handover;
pub mod help;
mod incident;
mod keys;
mod log;
mod opening;
mod outbox;
mod output;
mod password;
mod plain;
#[cfg(feature = "service")]
mod restore;
mod roster;
mod search;
#[cfg(feature = "service")]
mod serve;
#[cfg(feature = "service")]
mod service;
mod setting;
mod sync;
#[cfg(feature = "service")]
mod timing;
mod usage;
mod value;
mod wall;
mod warning;
mod words;
mod workstation;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches;

use self::args::{CommandLine, Line};
use self::exit::{Exit, Trouble};
use self::setting::Setting;
#[cfg(feature = "service")]
use crate::domain::time::Timestamp;

/// Reads the command line, does what it says, and ends with the code that
/// scripts rely on.
#[must_use]
pub fn main() -> ExitCode {
    let line: Vec<OsString> = std::env::args_os().collect();
    // Help and mistakes speak the user's language, so it is chosen before the
    // line is read.
    setting::language_at_first_glance(&line).select();
    let exit = match parse(line) {
        Ok(Parsed::Line(line)) => run(*line),
        Ok(Parsed::Shown) => Ok(Exit::Done),
        Err(trouble) => Err(trouble),
    };
    match exit {
        Ok(exit) => exit.into(),
        Err(trouble) => {
            eprintln!("{trouble}");
            trouble.exit().into()
        }
    }
}

/// The command line's one look at the clock.
#[cfg(feature = "service")]
fn now() -> Timestamp {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

enum Parsed {
    Line(Box<Line>),
    /// Help or the version was shown; there is nothing more to do.
    Shown,
}

fn parse(line: Vec<OsString>) -> Result<Parsed, Trouble> {
    let found = help::command()
        .try_get_matches_from(line)
        .and_then(|matches| Line::from_arg_matches(&matches));
    match found {
        Ok(line) => Ok(Parsed::Line(Box::new(line))),
        Err(error) if !error.use_stderr() => {
            // A closed pipe (`zhiban --help | head -1`) is nobody's trouble.
            let _ = error.print();
            Ok(Parsed::Shown)
        }
        Err(error) => Err(usage::explain(&error)),
    }
}

fn run(line: Line) -> Result<Exit, Trouble> {
    let setting = Setting::new(line.common, line.desk)?;
    match line.command {
        None if line.plain => plain::run(&setting),
        None => workstation::open(&setting),
        #[cfg(feature = "service")]
        Some(CommandLine::Serve(args)) => serve::run(&setting, &args),
        #[cfg(feature = "service")]
        Some(CommandLine::Admin { command }) => admin::run(&setting, command),
        #[cfg(feature = "service")]
        Some(CommandLine::Demo(args)) => demo::run(&setting, &args, now()),
        Some(CommandLine::Doctor(args)) => doctor::run(&setting, args),
        Some(CommandLine::Keys(how)) => keys::run(&setting, how),
        Some(CommandLine::Completions { shell }) => completions::run(shell),
        Some(CommandLine::Incident { command }) => incident::run(&setting, command),
        Some(CommandLine::Log { command }) => log::run(&setting, command),
        Some(CommandLine::Handover { command }) => handover::run(&setting, &command),
        Some(CommandLine::Roster { command }) => roster::run(&setting, &command),
        Some(CommandLine::Wall(args)) => wall::run(&setting, &args),
        Some(CommandLine::Warning { command }) => warning::run(&setting, command),
        Some(CommandLine::Search(args)) => search::run(&setting, &args),
        Some(CommandLine::Contact { command }) => search::contact(&setting, &command),
        Some(CommandLine::Outbox { command }) => outbox::run(&setting, &command),
        Some(CommandLine::Desk { command }) => sync::desk(&setting, &command),
        Some(CommandLine::Sync(args)) => sync::run(&setting, &args),
    }
}
