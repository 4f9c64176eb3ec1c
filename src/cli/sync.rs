//! `zhiban sync --once` and `zhiban desk enrol-anew`

use serde::Serialize;

use super::args::{DeskCommand, Json, SyncArgs};
use super::desk::{OpenDesk, SYNC_MS_MAX, needs_trouble};
use super::exit::{Exit, Trouble};
use super::output;
use super::setting::Setting;
use crate::i18n::t;
use crate::sync::anew::Identity;
use crate::sync::engine::Outcome;

#[derive(Serialize)]
struct Line {
    status: &'static str,
    incidents: u64,
    open: u64,
    waiting: u64,
    refused: u64,
}

/// Exchanges everything with the service, once.
pub fn run(setting: &Setting, args: &SyncArgs) -> Result<Exit, Trouble> {
    let desk = OpenDesk::open(setting)?;
    exchange(&desk, args.json)
}

/// `zhiban desk …`
pub fn desk(setting: &Setting, command: &DeskCommand) -> Result<Exit, Trouble> {
    let DeskCommand::EnrolAnew(how) = command;
    if setting.common.read_only {
        return Err(Trouble::usage(t!("cli.read-only")));
    }
    let (desk, identity) = OpenDesk::enrol_anew(setting)?;
    if !how.json {
        output::line(&match identity {
            Identity::Kept => t!("cli.desk.in-order"),
            Identity::Anew => t!("cli.desk.enrolled-anew"),
        })?;
    }
    exchange(&desk, *how)
}

/// Exchanges everything and says what came of it.
fn exchange(desk: &OpenDesk, how: Json) -> Result<Exit, Trouble> {
    let outcome = desk.exchange(SYNC_MS_MAX)?;
    let counts = desk
        .store
        .counts()
        .wait()
        .map_err(|error| desk.store_trouble(error))?;
    let (exit, status) = match outcome {
        Outcome::Done => (Exit::Done, "done"),
        Outcome::Unreachable if counts.outbox > 0 => (Exit::Waiting, "waiting"),
        Outcome::Unreachable => (Exit::Failed, "unreachable"),
        Outcome::Needs(needs) => return Err(needs_trouble(&needs)),
    };
    let line = Line {
        status,
        incidents: counts.incidents,
        open: counts.open(),
        waiting: counts.outbox,
        refused: counts.refused,
    };
    if how.json {
        output::json(&line)?;
    } else {
        let what = if exit == Exit::Done {
            t!("cli.sync.done")
        } else {
            t!("cli.sync.unreachable")
        };
        output::line(&what)?;
        output::line(&t!(
            "cli.sync.counts",
            incidents = line.incidents,
            open = line.open,
            waiting = line.waiting,
            refused = line.refused
        ))?;
    }
    Ok(exit)
}
