//! `zhiban log …`: the duty log, for scripts.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};

use serde::{Deserialize, Serialize};

use super::args::{
    DirectionArg, LogAddArgs, LogCommand, LogExportArgs, LogListArgs, LogVerifyArgs, WhichLines,
};
use super::desk::OpenDesk;
use super::exit::{Exit, Trouble};
use super::export::{self, Target as File};
use super::incident::{self, Tell, masked};
use super::setting::Setting;
use super::{output, value};
use crate::domain::command::Target;
use crate::domain::duty::act::{Act, LogAdd, Told};
use crate::domain::duty::chain::{Anchors, ClosingCode, Fault, Tail, verify};
use crate::domain::duty::line::{LogLine, Means, PhoneCall};
use crate::domain::entry::{Call, CallOutcome, Direction};
use crate::domain::extra::Extra;
use crate::domain::ids::RecordId;
use crate::domain::incident::ending::CaseRef;
use crate::domain::record::{Kind, Rev};
use crate::i18n::t;
use crate::store::view::{LogRow, Pending};
use crate::tui::app::words::{log, names};

/// The longest line of a file that is read, in bytes: the longest text of a log
/// line with room for its JSON.
const FILE_LINE_BYTES_MAX: u64 = 256 * 1024;

/// Does what is asked of the log.
pub fn run(setting: &Setting, command: LogCommand) -> Result<Exit, Trouble> {
    match command {
        LogCommand::Add(args) => add(setting, &args),
        LogCommand::List(args) => list(setting, &args),
        LogCommand::Export(args) => write(setting, &args),
        LogCommand::Verify(args) => check(setting, &args),
    }
}

fn add(setting: &Setting, args: &LogAddArgs) -> Result<Exit, Trouble> {
    incident::writable(setting)?;
    let call_back_by = args
        .call_back_by
        .as_deref()
        .map(value::moment)
        .transpose()?;
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let about = match &args.case {
        Some(which) => {
            let shown = incident::find(&desk, which)?;
            let number = shown.record.incident().and_then(|incident| incident.number);
            Some(CaseRef {
                id: shown.record.id,
                number,
            })
        }
        None => None,
    };
    let what = match &args.call_with {
        None => Told::Note,
        Some(with) => Told::Call(Box::new(PhoneCall {
            call: Call {
                direction: match args.direction {
                    DirectionArg::In => Direction::In,
                    DirectionArg::Out => Direction::Out,
                },
                with: with.clone(),
                phone: args.phone.clone().unwrap_or_default(),
                outcome: CallOutcome::Answered,
            },
            at: desk.now(),
            told: args.told.clone().unwrap_or_default(),
            instruction: args.instruction.clone().unwrap_or_default(),
            call_back_by,
            salt: uuid::Uuid::now_v7().to_string(),
            mark: None,
            extra: Extra::new(),
        })),
    };
    let act = Act::LogAdd(Box::new(LogAdd {
        area: desk.store.officer().unit.area,
        what,
        text: args.text.clone(),
        by: Means::Script,
        about,
        corrects: args
            .corrects
            .as_deref()
            .map(|of| line_of(&desk, of))
            .transpose()?,
        keeps: args
            .keeps
            .as_deref()
            .map(|of| line_of(&desk, of))
            .transpose()?,
    }));
    let target = Target {
        kind: Kind::LogLine,
        id: RecordId::new(uuid::Uuid::now_v7()),
        base_rev: Rev::NONE,
        seen: None,
    };
    incident::submit(&desk, vec![target], act, Tell::of(args.json.json))
}

/// The line of that number or id.
fn line_of(desk: &OpenDesk, text: &str) -> Result<RecordId, Trouble> {
    if let Ok(id) = text.parse::<RecordId>() {
        return Ok(id);
    }
    let found = text.parse::<u64>().ok().and_then(|no| {
        let rows = whole(desk).ok()?;
        let is_it = |row: &LogRow| row.line.place.is_some_and(|place| place.no == no);
        rows.into_iter().find(is_it).map(|row| row.id)
    });
    found.ok_or_else(|| Trouble::new(Exit::Failed, t!("cli.log.no-line", line = text)))
}

fn whole(desk: &OpenDesk) -> Result<Vec<LogRow>, Trouble> {
    let unit = desk.store.officer().unit.clone();
    desk.store
        .log_whole(unit)
        .wait()
        .map_err(|error| desk.store_trouble(error))
}

/// A line as a script reads it, and as `log verify --file` does.
#[derive(Serialize, Deserialize)]
struct Row {
    id: RecordId,
    /// Whether the centre has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pending: Option<bool>,
    line: LogLine,
}

/// The lines that are asked for, oldest first.
fn asked(desk: &OpenDesk, which: &WhichLines) -> Result<Vec<LogRow>, Trouble> {
    let mut rows = whole(desk)?;
    if let Some(from) = which.from {
        rows.retain(|row| row.line.place.is_none_or(|place| place.no >= from));
    }
    if let Some(last) = which.last {
        let last = usize::try_from(last).unwrap_or(usize::MAX);
        rows.drain(..rows.len().saturating_sub(last));
    }
    Ok(rows)
}

/// Writes the lines into a file; numbers are masked as in every list.
fn write(setting: &Setting, args: &LogExportArgs) -> Result<Exit, Trouble> {
    let target = File::read(&args.file)?;
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let head = [
        t!("log.col.number"),
        t!("log.col.time"),
        t!("cli.export.col.received"),
        t!("log.col.kind"),
        t!("log.col.words"),
        t!("field.told"),
        t!("field.instruction"),
        t!("field.call-back"),
        t!("cli.export.col.case"),
        t!("cli.export.col.corrects"),
        t!("log.col.author"),
    ]
    .map(std::borrow::Cow::into_owned);
    // What is corrected may stand before the lines that are asked for.
    let numbers: BTreeMap<RecordId, String> = whole(&desk)?
        .iter()
        .map(|row| (row.id, log::number(&row.line)))
        .collect();
    let cells = |row: &LogRow| {
        let line = masked::log_line(&row.line);
        let said = |what: fn(&PhoneCall) -> String| line.call().map(what).unwrap_or_default();
        let corrected = line.corrects.map(|of| {
            let known = numbers.get(&of).cloned();
            known.unwrap_or_else(|| of.to_string())
        });
        [
            log::number(&line),
            line.at.to_string(),
            line.place
                .map_or_else(String::new, |place| place.received_at.to_string()),
            log::kind(&line),
            log::words(&line),
            said(|call| call.told.clone()),
            said(|call| call.instruction.clone()),
            said(|call| {
                call.call_back_by
                    .map_or_else(String::new, |at| at.to_string())
            }),
            line.about.as_ref().map_or_else(String::new, names::case),
            corrected.unwrap_or_default(),
            log::author(&line),
        ]
    };
    let rows = asked(&desk, &args.which)?;
    export::whole(target, &head, rows.iter().map(cells).collect())
}

fn list(setting: &Setting, args: &LogListArgs) -> Result<Exit, Trouble> {
    let desk = OpenDesk::open(setting)?.with_copy()?;
    for row in &asked(&desk, &args.which)? {
        let line = masked::log_line(&row.line);
        if args.json.json {
            output::json(&Row {
                id: row.id,
                pending: (row.pending != Pending::Confirmed).then_some(true),
                line,
            })?;
        } else {
            output::line(&log::in_one_line(&line))?;
        }
    }
    Ok(Exit::Done)
}

fn code(text: Option<&str>) -> Result<Option<ClosingCode>, Trouble> {
    text.map(|text| {
        text.parse()
            .map_err(|error| Trouble::usage(t!("cli.log.code", value = text)).because(error))
    })
    .transpose()
}

/// What `log verify` tells a script.
#[derive(Serialize)]
struct Verdict {
    lines: usize,
    waiting: usize,
    closing_code: String,
    faults: Vec<String>,
}

fn check(setting: &Setting, args: &LogVerifyArgs) -> Result<Exit, Trouble> {
    let anchors = Anchors {
        opening: code(args.since.as_deref())?,
        closing: code(args.code.as_deref())?,
    };
    let lines = if let Some(path) = &args.file {
        read(path)?
    } else {
        let desk = OpenDesk::open(setting)?.with_copy()?;
        let rows = whole(&desk)?;
        rows.into_iter().map(|row| (row.id, row.line)).collect()
    };
    let faults = verify(&lines, &anchors);
    let places: Vec<_> = lines.iter().filter_map(|(_, line)| line.place).collect();
    let tail = places.last().map_or(Tail::EMPTY, |place| Tail {
        no: place.no,
        link: place.link,
    });
    let verdict = Verdict {
        lines: places.len(),
        waiting: lines.len() - places.len(),
        closing_code: ClosingCode::of(tail).to_string(),
        faults: faults.iter().map(told).collect(),
    };
    if args.json.json {
        output::json(&verdict)?;
    } else {
        for fault in &verdict.faults {
            output::line(fault)?;
        }
        if verdict.faults.is_empty() {
            output::line(&t!(
                "cli.log.sound",
                n = verdict.lines,
                code = verdict.closing_code
            ))?;
        }
        if verdict.waiting > 0 {
            output::line(&t!("cli.log.waiting", n = verdict.waiting))?;
        }
    }
    Ok(if faults.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn told(fault: &Fault) -> String {
    match fault {
        Fault::Altered { no } => t!("cli.log.altered", no = no),
        Fault::Missing { from, to } if from == to => t!("cli.log.missing-one", no = from),
        Fault::Missing { from, to } => t!("cli.log.missing", from = from, to = to),
        Fault::Moved { no } => t!("cli.log.moved", no = no),
        Fault::OtherEnd { no } => t!("cli.log.other-end", no = no),
    }
    .into_owned()
}

/// The lines of a file; what is no line is named by its place in the file.
fn read(path: &std::path::Path) -> Result<Vec<(RecordId, LogLine)>, Trouble> {
    use std::io::Read;
    let trouble = |error| Trouble::failed(t!("cli.log.file"), error).at(path.display());
    let file = std::fs::File::open(path).map_err(trouble)?;
    let mut reader = BufReader::new(file);
    let mut lines = Vec::new();
    loop {
        let mut text = String::new();
        let read = reader
            .by_ref()
            .take(FILE_LINE_BYTES_MAX)
            .read_line(&mut text)
            .map_err(trouble)?;
        if read == 0 {
            return Ok(lines);
        }
        if text.trim().is_empty() {
            continue;
        }
        let row: Row = serde_json::from_str(&text).map_err(|error| {
            let what = t!("cli.log.unreadable", n = lines.len() + 1);
            Trouble::failed(what, error).at(path.display())
        })?;
        lines.push((row.id, row.line));
    }
}
