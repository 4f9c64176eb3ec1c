//! `zhiban warning …`: the board of warnings, for scripts.

use serde::Serialize;

use super::args::{WarningCommand, WarningListArgs, WarningRaiseArgs};
use super::desk::{ANSWER_MS_MAX, OpenDesk};
use super::exit::{Exit, Trouble};
use super::incident::{self, Tell};
use super::setting::Setting;
use super::{output, value, words};
use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::domain::command::Target;
use crate::domain::ids::RecordId;
use crate::domain::incident::ending::CaseRef;
use crate::domain::record::{Kind, Rev};
use crate::domain::time::Timestamp;
use crate::domain::warning::act::{Acknowledge, Act, Lift, Raise};
use crate::domain::warning::{Ground, Source, Standing, Subject, Why};
use crate::i18n::t;
use crate::store::warnings::WarningRow;
use crate::tui::app::words::{names, warning as warned};

/// Does what is asked of warnings.
pub fn run(setting: &Setting, command: WarningCommand) -> Result<Exit, Trouble> {
    match command {
        WarningCommand::List(args) => list(setting, &args),
        WarningCommand::Raise(args) => raise(setting, &args),
        WarningCommand::Ack { which, json } => {
            let (desk, row) = open(setting, &which)?;
            let act = Act::Acknowledge(Acknowledge {
                episode: row.warning.alarm.episode,
            });
            submit(&desk, target(row.id, Rev(1)), act, Tell::of(json.json))
        }
        WarningCommand::Lift {
            which,
            reason,
            json,
        } => {
            let (desk, row) = open(setting, &which)?;
            let act = Act::Lift(Lift {
                episode: row.warning.alarm.episode,
                rank: row.warning.alarm.rank,
                ground: Ground::Judged,
                reason,
            });
            submit(&desk, target(row.id, Rev(1)), act, Tell::of(json.json))
        }
    }
}

fn target(id: RecordId, base_rev: Rev) -> Target {
    Target {
        kind: Kind::Warning,
        id,
        base_rev,
        seen: None,
    }
}

fn submit(desk: &OpenDesk, target: Target, act: Act, tell: Tell) -> Result<Exit, Trouble> {
    incident::submit(desk, vec![target], act, tell)
}

fn rows(desk: &OpenDesk) -> Result<Vec<WarningRow>, Trouble> {
    let board = desk.store.warnings(desk.now()).wait();
    let board = board.map_err(|error| desk.store_trouble(error))?;
    if board.left_out > 0 {
        eprintln!("{}", t!("cli.warning.left-out", n = board.left_out));
    }
    Ok(board.rows)
}

/// The one warning of that tag or id. One that is not here yet may have come in
/// meanwhile, so the service is asked once.
fn open(setting: &Setting, which: &str) -> Result<(OpenDesk, WarningRow), Trouble> {
    incident::writable(setting)?;
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let names = |row: &WarningRow| {
        row.id.to_string() == which || row.id.provisional_tag().eq_ignore_ascii_case(which)
    };
    let look = |desk: &OpenDesk| -> Result<Vec<WarningRow>, Trouble> {
        Ok(rows(desk)?.into_iter().filter(names).collect())
    };
    let mut found = look(&desk)?;
    if found.is_empty() {
        desk.exchange(ANSWER_MS_MAX)?;
        found = look(&desk)?;
    }
    match found.len() {
        1 => Ok((desk, found.remove(0))),
        0 => Err(Trouble::new(
            Exit::Failed,
            t!("cli.warning.not-found", which = which),
        )),
        _ => {
            let what = t!("cli.incident.several", which = which);
            Err(Trouble::usage(what).mend(t!("cli.incident.use-id")))
        }
    }
}

fn raise(setting: &Setting, args: &WarningRaiseArgs) -> Result<Exit, Trouble> {
    incident::writable(setting)?;
    let rank = value::rank(&args.rank)?;
    let named = args.area.as_deref().map(value::area).transpose()?;
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let (area, subject) = match (&args.incident, named) {
        (Some(which), _) => {
            let record = incident::find(&desk, which)?.record;
            let case = CaseRef {
                id: record.id,
                number: record.incident().and_then(|incident| incident.number),
            };
            (record.area, Subject::Case { case })
        }
        (None, Some(area)) => {
            let place = args.place.clone();
            (area, Subject::Place { place })
        }
        (None, None) => return Err(Trouble::usage(t!("cli.warning.about-what"))),
    };
    let act = Act::Raise(Box::new(Raise {
        area,
        rank,
        subject,
        why: Why::Said {
            text: args.reason.clone(),
        },
        source: Source::Hand,
    }));
    let id = RecordId::new(uuid::Uuid::now_v7());
    submit(&desk, target(id, Rev::NONE), act, Tell::of(args.json.json))
}

#[derive(Serialize)]
struct Line<'a> {
    id: RecordId,
    tag: String,
    area: AreaCode,
    rank: Rank,
    standing: &'static str,
    episode: u32,
    times: u32,
    raised_at: String,
    about: &'a Subject,
    title: Option<&'a str>,
    #[serde(flatten)]
    why: &'a Why,
    source: &'a Source,
    words: String,
}

fn list(setting: &Setting, args: &WarningListArgs) -> Result<Exit, Trouble> {
    let rank = args.rank.as_deref().map(value::rank).transpose()?;
    let area = args.area.as_deref().map(value::area).transpose()?;
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let now = desk.now();
    for row in rows(&desk)? {
        let warning = &row.warning;
        let standing = warning.standing();
        let meant = rank.is_none_or(|rank| rank == warning.alarm.rank)
            && area.is_none_or(|area| area.contains(row.area))
            && (!args.unacknowledged || standing == Standing::Unacknowledged);
        if !meant {
            continue;
        }
        if args.json.json {
            output::json(&Line {
                id: row.id,
                tag: row.id.provisional_tag(),
                area: row.area,
                rank: warning.alarm.rank,
                standing: standing.name(),
                episode: warning.alarm.episode,
                times: warning.times,
                raised_at: warning.alarm.raised_at.to_string(),
                about: &warning.subject,
                title: row.case.as_ref().map(|case| case.title.as_str()),
                why: &warning.why,
                source: &warning.source,
                words: warned::line(&row, now),
            })?;
        } else {
            output::line(&in_words(&desk, &row, standing, now))?;
        }
    }
    Ok(Exit::Done)
}

fn in_words(desk: &OpenDesk, row: &WarningRow, standing: Standing, now: Timestamp) -> String {
    format!(
        "{}  {}  {}  {}  {}  {}",
        row.id.provisional_tag(),
        words::rank(desk, row.warning.alarm.rank),
        warned::standing(standing),
        row.warning.alarm.raised_at.stamp(),
        names::town(row.area, &desk.store.places()),
        warned::line(row, now),
    )
}
