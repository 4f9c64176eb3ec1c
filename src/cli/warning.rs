//! `zhiban warning …`: the board of warnings, for scripts.

use serde::Serialize;

use super::args::{
    WarningCommand, WarningExportArgs, WarningListArgs, WarningRaiseArgs, WhichWarnings,
};
use super::desk::{ANSWER_MS_MAX, OpenDesk};
use super::exit::{Exit, Trouble};
use super::export::{self, Target as File};
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
        WarningCommand::Export(args) => write(setting, &args),
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

/// All that is on the board: a script is given the whole of it.
fn rows(desk: &OpenDesk) -> Result<Vec<WarningRow>, Trouble> {
    let rows = desk.store.warnings_whole().wait();
    rows.map_err(|error| desk.store_trouble(error))
}

/// What is asked for, read before the desk is opened.
struct Asked {
    rank: Option<Rank>,
    area: Option<AreaCode>,
    unacknowledged: bool,
}

impl Asked {
    fn read(which: &WhichWarnings) -> Result<Self, Trouble> {
        Ok(Self {
            rank: which.rank.as_deref().map(value::rank).transpose()?,
            area: which.area.as_deref().map(value::area).transpose()?,
            unacknowledged: which.unacknowledged,
        })
    }

    fn rows(&self, desk: &OpenDesk) -> Result<Vec<WarningRow>, Trouble> {
        let mut rows = rows(desk)?;
        rows.retain(|row| {
            let standing = row.warning.standing();
            self.rank.is_none_or(|rank| rank == row.warning.alarm.rank)
                && self.area.is_none_or(|area| area.contains(row.area))
                && (!self.unacknowledged || standing == Standing::Unacknowledged)
        });
        Ok(rows)
    }
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
    let asked = Asked::read(&args.which)?;
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let now = desk.now();
    for row in asked.rows(&desk)? {
        let warning = &row.warning;
        let standing = warning.standing();
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

/// Writes the board into a file, as it is on the screen.
fn write(setting: &Setting, args: &WarningExportArgs) -> Result<Exit, Trouble> {
    let target = File::read(&args.file)?;
    let asked = Asked::read(&args.which)?;
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let (now, places) = (desk.now(), desk.store.places());
    let head = [
        t!("cli.export.col.number"),
        t!("warning.col.rank"),
        t!("warning.col.standing"),
        t!("warning.col.town"),
        t!("cli.export.col.place"),
        t!("warning.col.age"),
        t!("warning.col.why"),
        t!("cli.export.col.source"),
        t!("cli.export.col.acknowledged"),
    ]
    .map(std::borrow::Cow::into_owned);
    let cells = |row: &WarningRow| {
        let warning = &row.warning;
        let acknowledged = warning.alarm.ack.as_ref();
        [
            row.id.provisional_tag(),
            words::rank(&desk, warning.alarm.rank),
            warned::standing(warning.standing()),
            names::town(row.area, &places),
            names::place_path(row.area, &places),
            warning.alarm.raised_at.to_string(),
            warned::line(row, now),
            warned::source(warning),
            acknowledged.map_or_else(String::new, |ack| ack.by.name.clone()),
        ]
    };
    let rows = asked.rows(&desk)?;
    export::whole(target, &head, rows.iter().map(cells).collect())
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
