//! `zhiban outbox …`

use serde::Serialize;

use super::args::{FileArgs, Json, OutboxCommand};
use super::desk::OpenDesk;
use super::exit::{Exit, Trouble};
use super::export::{self, Target};
use super::incident::{Tell, settle};
use super::setting::Setting;
use super::{output, words};
use crate::domain::act::AnyVerb;
use crate::domain::ids::{CommandId, RecordId};
use crate::domain::incident::refusal::Refusal;
use crate::i18n::t;
use crate::store::handle::When;
use crate::store::view::{OutboxRow, OutboxState};
use crate::wire::command::Refused;

/// Shows and settles what waits.
pub fn run(setting: &Setting, command: &OutboxCommand) -> Result<Exit, Trouble> {
    match command {
        OutboxCommand::List(how) => list(setting, *how),
        OutboxCommand::Export(args) => write(setting, args),
        OutboxCommand::Retry { id } => {
            let (desk, id) = open(setting, id)?;
            let when = When {
                made_at: desk.now(),
                offset_ms: 0,
            };
            let stored = desk.store.retry(id, when).wait();
            settle(&desk, None, stored, Tell::Words)
        }
        OutboxCommand::Discard { id, reason } => {
            let (desk, id) = open(setting, id)?;
            desk.store
                .discard(id, reason.clone(), desk.now())
                .wait()
                .map_err(|error| desk.store_trouble(error))?;
            output::line(&t!("cli.outbox.discarded", id = id))?;
            Ok(Exit::Done)
        }
    }
}

fn open(setting: &Setting, id: &str) -> Result<(OpenDesk, CommandId), Trouble> {
    if setting.common.read_only {
        return Err(Trouble::usage(t!("cli.read-only")));
    }
    let id = id
        .parse()
        .map_err(|error| Trouble::usage(t!("cli.value.id", value = id)).because(error))?;
    Ok((OpenDesk::open(setting)?, id))
}

#[derive(Serialize)]
struct Line<'a> {
    id: CommandId,
    dseq: u64,
    made_at: String,
    author: &'a str,
    verb: AnyVerb,
    on: RecordId,
    about: &'a str,
    words: &'a str,
    #[serde(flatten)]
    state: State<'a>,
}

#[derive(Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
enum State<'a> {
    Waiting { attempts: u32 },
    Doubtful { refusal: &'a Refusal },
    Accepted,
    Late { at: String },
    Refused { why: &'a Refused, at: String },
}

impl<'a> Line<'a> {
    fn of(row: &'a OutboxRow) -> Self {
        Self {
            id: row.id,
            dseq: row.dseq,
            made_at: row.made_at.to_string(),
            author: &row.author,
            verb: row.verb,
            on: row.on,
            about: &row.about,
            words: &row.words,
            state: match &row.state {
                OutboxState::Waiting { attempts } => State::Waiting {
                    attempts: *attempts,
                },
                OutboxState::Doubtful { refusal } => State::Doubtful { refusal },
                OutboxState::Accepted => State::Accepted,
                OutboxState::Late { at } => State::Late { at: at.to_string() },
                OutboxState::Refused { why, at } => State::Refused {
                    why,
                    at: at.to_string(),
                },
            },
        }
    }
}

fn rows(desk: &OpenDesk) -> Result<Vec<OutboxRow>, Trouble> {
    let rows = desk.store.outbox().wait();
    rows.map_err(|error| desk.store_trouble(error))
}

fn list(setting: &Setting, how: Json) -> Result<Exit, Trouble> {
    let desk = OpenDesk::open(setting)?;
    for row in &rows(&desk)? {
        if how.json {
            output::json(&Line::of(row))?;
        } else {
            output::line(&in_words(&desk, row))?;
        }
    }
    Ok(Exit::Done)
}

/// Writes it into a file, with the words that each act carries.
fn write(setting: &Setting, args: &FileArgs) -> Result<Exit, Trouble> {
    let target = Target::read(args)?;
    let desk = OpenDesk::open(setting)?;
    let head = [
        t!("outbox.col.state"),
        t!("outbox.col.time"),
        t!("outbox.col.verb"),
        t!("outbox.col.about"),
        t!("outbox.col.author"),
        t!("cli.export.col.words"),
        t!("cli.export.col.id"),
    ]
    .map(std::borrow::Cow::into_owned);
    let cells = |row: &OutboxRow| {
        [
            state(&desk, row),
            row.made_at.to_string(),
            words::verb(row.verb),
            row.about.clone(),
            row.author.clone(),
            row.words.clone(),
            row.id.to_string(),
        ]
    };
    let rows = rows(&desk)?;
    export::whole(target, &head, rows.iter().map(cells).collect())
}

fn state(desk: &OpenDesk, row: &OutboxRow) -> String {
    match &row.state {
        OutboxState::Waiting { attempts } => t!("outbox.waiting", n = attempts).into_owned(),
        OutboxState::Doubtful { refusal } => {
            let why = words::refusal(desk, refusal);
            t!("outbox.doubtful", why = why).into_owned()
        }
        OutboxState::Accepted => t!("outbox.accepted").into_owned(),
        OutboxState::Late { at } => t!("outbox.late", at = at.stamp()).into_owned(),
        OutboxState::Refused { why, at } => {
            let why = words::refused(desk, why);
            t!("outbox.refused", at = at.stamp(), why = why).into_owned()
        }
    }
}

fn in_words(desk: &OpenDesk, row: &OutboxRow) -> String {
    let state = state(desk, row);
    format!(
        "{}  {}  {}  {}  {}  {state}",
        row.id,
        row.made_at.stamp(),
        row.author,
        words::verb(row.verb),
        row.about,
    )
}
