//! `zhiban roster import`: first told, then done, and taken back in one step.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::args::RosterImportArgs;
use super::super::desk::{ANSWER_MS_MAX, OpenDesk, needs_trouble};
use super::super::exit::{Exit, Trouble};
use super::super::setting::Setting;
use super::super::{output, words};
use super::view::{Did, Imported};
use crate::domain::command::Target;
use crate::domain::ids::{CommandId, PersonId, RecordId};
use crate::domain::record::Kind;
use crate::domain::roster::act::{Act, UndoImport};
use crate::domain::roster::month::Month;
use crate::domain::time::Timestamp;
use crate::exchange::grid::{self, GridError};
use crate::exchange::roster::plan::{self, Able, Ground, Known, Plan};
use crate::exchange::roster::{Fault, Paper, Spot, layout, report};
use crate::i18n::t;
use crate::store::error::SubmitError;
use crate::store::handle::NewAct;
use crate::store::roster::{Roster, Shifts};
use crate::store::view::OutboxState;
use crate::sync::engine::Outcome;
use crate::tui::app::words::{names, roster as roster_words};
use crate::wire::command::TARGETS_MAX;

/// Takes a month's roster, tells what it would do, or takes one back.
pub fn run(setting: &Setting, args: &RosterImportArgs) -> Result<Exit, Trouble> {
    let month = args.month.as_ref().map(|text| {
        text.parse::<Month>()
            .map_err(|error| Trouble::usage(t!("cli.roster.month", value = text)).because(error))
    });
    let month = month.transpose()?;
    if setting.common.read_only && (args.apply || args.undo) {
        return Err(Trouble::usage(t!("cli.read-only")));
    }
    let Some(file) = &args.file else {
        return undo(setting, month);
    };
    let grid = grid::read(file).map_err(|error| unread(error, file))?;
    let paper = match layout::read(&grid, month) {
        Ok(paper) => paper,
        Err(faults) => return refused(args, &faults),
    };
    let chosen = chosen(&paper, &args.choose)?;
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let ground = ground(&desk, paper.month)?;
    let plan = match plan::plan(&paper, &ground, &chosen) {
        Ok(plan) => plan,
        Err(faults) => return refused(args, &faults),
    };
    if !args.apply || plan.lines.is_empty() {
        tell(args, &plan, Did::Nothing)?;
        return Ok(Exit::Done);
    }
    let at = desk.now();
    let import = CommandId::new(uuid::Uuid::now_v7());
    let acts = plan.acts(&ground, import, &name_of(file));
    let exit = store(&desk, acts, at)?;
    tell(args, &plan, Did::Applied)?;
    Ok(exit)
}

/// A file that is no table, and what to do about it.
fn unread(error: GridError, file: &Path) -> Trouble {
    let mend = match &error {
        GridError::Io(_) => t!("cli.roster.mend-io"),
        GridError::Workbook(_) => t!("cli.roster.mend-workbook"),
        GridError::Empty => t!("cli.roster.mend-empty"),
        GridError::TooLarge => t!("cli.roster.mend-large"),
        GridError::Encoding { at } => t!("cli.roster.mend-encoding", at = at + 1),
    };
    let trouble = Trouble::new(Exit::Failed, t!("cli.roster.unread"))
        .at(file.display())
        .mend(mend);
    match error {
        GridError::Io(error) => trouble.because(error),
        // What a library says of the inside of a file helps nobody.
        GridError::Workbook(_)
        | GridError::Empty
        | GridError::TooLarge
        | GridError::Encoding { .. } => trouble,
    }
}

/// The file's name, without its folder and no longer than an act keeps.
fn name_of(file: &Path) -> String {
    const NAME_CHARS: usize = 100;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.chars().take(NAME_CHARS).collect()
}

/// Nothing is written; everything that is wrong is told at once.
fn refused(args: &RosterImportArgs, faults: &[Fault]) -> Result<Exit, Trouble> {
    let lines: Vec<String> = faults.iter().map(report::fault).collect();
    if args.json {
        output::json(&Imported::faulty(lines))?;
        return Ok(Exit::Refused);
    }
    for line in &lines {
        output::line(line)?;
    }
    output::line(&t!("cli.roster.nothing-written", n = lines.len()))?;
    Ok(Exit::Refused)
}

/// Who is meant, by the cell of the name.
fn chosen(paper: &Paper, said: &[String]) -> Result<BTreeMap<Spot, PersonId>, Trouble> {
    let wrong = |text: &String| Trouble::usage(t!("cli.roster.choose", value = text));
    let mut chosen = BTreeMap::new();
    for text in said {
        let (cell, id) = text.split_once('=').ok_or_else(|| wrong(text))?;
        let mut lines = paper.lines.iter();
        let line = lines.find(|line| line.spot.name().eq_ignore_ascii_case(cell.trim()));
        let id: RecordId = id.trim().parse().map_err(|_| wrong(text))?;
        chosen.insert(line.ok_or_else(|| wrong(text))?.spot, id.into());
    }
    Ok(chosen)
}

fn read(desk: &OpenDesk, month: Month) -> Result<Roster, Trouble> {
    desk.store
        .roster(&[month.before(), month, month.next()], Shifts::All)
        .wait()
        .map_err(|error| desk.store_trouble(error))
}

/// Everybody and everything that a file may mean.
fn ground(desk: &OpenDesk, month: Month) -> Result<Ground, Trouble> {
    let roster = read(desk, month)?;
    let able = desk.store.able().wait();
    let able = able.map_err(|error| desk.store_trouble(error))?;
    let places = desk.store.places();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect();
    let mut usual: BTreeMap<PersonId, BTreeSet<RecordId>> = BTreeMap::new();
    for line in &roster.rotas {
        let posts = usual.entry(line.doc.person.id).or_default();
        posts.insert(line.doc.post);
    }
    Ok(Ground {
        people: able
            .into_iter()
            .map(|able| Able {
                person: crate::domain::unit::PersonRef {
                    id: able.id,
                    name: able.person.name,
                },
                area: able.area,
                phone: digits(&able.person.phone),
                place: names::place_path(able.area, &places),
            })
            .collect(),
        posts: roster
            .posts
            .into_iter()
            .map(|post| Known {
                id: post.id,
                rev: post.rev,
                name: post.doc.name,
                kind: post.doc.kind,
                area: post.area,
            })
            .collect(),
        rotas: roster
            .rotas
            .into_iter()
            .filter(|line| line.doc.month == month)
            .map(|line| (line.id, (line.rev, line.doc)))
            .collect(),
        usual,
    })
}

/// Stores the acts, all or none, and lets the service answer for a while.
fn store(
    desk: &OpenDesk,
    acts: Vec<(Vec<Target>, Act)>,
    made_at: Timestamp,
) -> Result<Exit, Trouble> {
    let news = acts.into_iter().map(|(targets, act)| NewAct {
        targets,
        act: act.into(),
        made_at,
        offset_ms: 0,
    });
    let stored = match desk.store.submit_all(news.collect()).wait() {
        Ok(stored) => stored,
        Err(SubmitError::Refused(rule)) => {
            output::line(&words::refusal(desk, &rule))?;
            return Err(Trouble::new(Exit::Refused, t!("cli.roster.nothing-done")));
        }
        Err(SubmitError::NotStored(error)) => {
            return Err(desk.store_trouble(error).mend(t!("cli.act.not-stored")));
        }
    };
    if let Ok(Outcome::Needs(needs)) = desk.exchange(ANSWER_MS_MAX) {
        eprintln!("{}", needs_trouble(&needs));
    }
    let rows = desk.store.outbox().wait();
    let rows = rows.map_err(|error| desk.store_trouble(error))?;
    let own = |id| stored.iter().any(|one| one.command == id);
    let mut exit = Exit::Done;
    for row in rows.iter().filter(|row| own(row.id)) {
        match &row.state {
            OutboxState::Refused { why, .. } => {
                output::line(&words::refused(desk, why))?;
                exit = Exit::Refused;
            }
            OutboxState::Waiting { .. } | OutboxState::Doubtful { .. } if exit == Exit::Done => {
                exit = Exit::Waiting;
            }
            OutboxState::Waiting { .. }
            | OutboxState::Doubtful { .. }
            | OutboxState::Accepted
            | OutboxState::Late { .. } => {}
        }
    }
    Ok(exit)
}

/// What changes, line by line.
fn tell(args: &RosterImportArgs, plan: &Plan, did: Did) -> Result<(), Trouble> {
    if args.json {
        return output::json(&Imported::of(plan, did));
    }
    for line in &plan.lines {
        let days: Vec<String> = line
            .days
            .iter()
            .map(|edit| {
                let (from, to) = (roster_words::cell(edit.from), roster_words::cell(edit.to));
                format!("{}{from}→{to}", edit.day)
            })
            .collect();
        output::line(&format!(
            "{}  {} {}  {}",
            line.spot.name(),
            line.post_name,
            line.person.name,
            days.join(" ")
        ))?;
    }
    let (lines, same, cells) = (plan.lines.len(), plan.same, plan.cells());
    let month = plan.month;
    let told = match did {
        Did::Nothing => t!(
            "cli.roster.would",
            month = month,
            n = lines,
            cells = cells,
            same = same
        ),
        Did::Applied => t!(
            "cli.roster.did",
            month = month,
            n = lines,
            cells = cells,
            same = same
        ),
    };
    output::line(&told)
}

/// Takes the latest import back: of the month, or of those about now.
fn undo(setting: &Setting, month: Option<Month>) -> Result<Exit, Trouble> {
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let at = desk.now();
    let roster = read(&desk, month.unwrap_or_else(|| Month::of(at.date())))?;
    let lines: Vec<_> = roster
        .rotas
        .iter()
        .filter(|line| month.is_none_or(|month| line.doc.month == month))
        .filter_map(|line| Some((line, line.doc.before.as_ref()?.import)))
        .collect();
    // Identities sort by age.
    let Some(import) = lines.iter().map(|(_, import)| *import).max() else {
        return Err(Trouble::new(Exit::Failed, t!("cli.roster.no-import")));
    };
    let targets: Vec<Target> = lines
        .iter()
        .filter(|(_, own)| *own == import)
        .map(|(line, _)| Target {
            kind: Kind::Rota,
            id: line.id,
            base_rev: line.rev,
            seen: None,
        })
        .collect();
    let n = targets.len();
    let acts = targets
        .chunks(TARGETS_MAX)
        .map(|some| (some.to_vec(), Act::RosterUndoImport(UndoImport { import })));
    let exit = store(&desk, acts.collect(), at)?;
    output::line(&t!("cli.roster.undone", n = n))?;
    Ok(exit)
}
