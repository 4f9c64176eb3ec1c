//! `zhiban --plain`: the queue as lines, for screen readers, pipes and
//! terminals that can do nothing else. No alternate screen, no cursor, one
//! line for each incident and for each change, and a number before each to
//! answer with.
//!
//! What was typed and what happened come over one channel and are told in the
//! order in which they came. It ends with `quit`, or with the end of the input.

mod command;
mod listing;

use std::io::{BufRead, IsTerminal, Write};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use self::command::Command;
use self::listing::Listing;
use super::desk::OpenDesk;
use super::exit::{Exit, Trouble};
use super::incident::{build, tell};
use super::output;
use super::setting::Setting;
use crate::domain::command::Target;
use crate::domain::ids::RecordId;
use crate::domain::incident::verb::Verb;
use crate::i18n::t;
use crate::store::handle::{NewAct, StoreEvent, SubmitError};
use crate::store::view::{OutboxState, Shown};
use crate::sync::status::{LinkState, Status};

/// The longest line that is read, in bytes.
const LINE_BYTES_MAX: usize = 64 * 1024;
/// The lines of a timeline that are told.
const TIMELINE_ITEMS_MAX: usize = 100;

/// Something to tell or to do.
enum Happening {
    Typed(String),
    /// Nothing more will be typed.
    End,
    Store(StoreEvent),
    Link(Status),
}

/// Whether it goes on.
enum Going {
    On,
    Over,
}

/// Lists the queue, then follows it and does what is typed.
pub fn run(setting: &Setting) -> Result<Exit, Trouble> {
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let (out, happenings) = channel();
    follow_store(&desk, out.clone());
    let engine = desk.engine()?;
    let link = out.clone();
    engine.follow(move |status| {
        let _ = link.send(Happening::Link(status));
    });
    follow_input(out);
    let mut plain = Plain {
        desk: &desk,
        listing: Listing::default(),
        read_only: setting.common.read_only,
        link: None,
        refused: Vec::new(),
    };
    plain.list()?;
    output::line(&t!("cli.plain.hint"))?;
    let ended = plain.follow(&happenings);
    // What was written is on the disk; what was not sent goes out next time.
    engine.stop();
    ended
}

fn follow_store(desk: &OpenDesk, out: Sender<Happening>) {
    let events = desk.store.subscribe();
    thread::spawn(move || {
        for event in events {
            if out.send(Happening::Store(event)).is_err() {
                return;
            }
        }
    });
}

fn follow_input(out: Sender<Happening>) {
    thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        loop {
            let mut line = Vec::new();
            let mut part = std::io::Read::take(&mut input, LINE_BYTES_MAX as u64);
            let typed = match part.read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => Happening::End,
                Ok(_) => Happening::Typed(String::from_utf8_lossy(&line).into_owned()),
            };
            let last = matches!(typed, Happening::End);
            if out.send(typed).is_err() || last {
                return;
            }
        }
    });
}

struct Plain<'a> {
    desk: &'a OpenDesk,
    listing: Listing,
    read_only: bool,
    link: Option<LinkState>,
    /// Refused acts that were told.
    refused: Vec<crate::domain::ids::CommandId>,
}

impl Plain<'_> {
    fn follow(&mut self, happenings: &Receiver<Happening>) -> Result<Exit, Trouble> {
        for happening in happenings {
            let going = match happening {
                Happening::Typed(line) => self.typed(&line)?,
                Happening::End => Going::Over,
                Happening::Store(event) => self.changed(event).map(|()| Going::On)?,
                Happening::Link(status) => self.linked(&status).map(|()| Going::On)?,
            };
            if matches!(going, Going::Over) {
                break;
            }
        }
        Ok(Exit::Done)
    }

    fn list(&mut self) -> Result<(), Trouble> {
        for line in self.listing.page(self.desk)? {
            output::line(&line)?;
        }
        Ok(())
    }

    fn typed(&mut self, line: &str) -> Result<Going, Trouble> {
        let command = match Command::parse(line) {
            Ok(command) => command,
            Err(complaint) => {
                output::line(&complaint.words())?;
                return Ok(Going::On);
            }
        };
        match command {
            Command::Nothing => {}
            Command::Quit => return Ok(Going::Over),
            Command::Help => output::line(&t!("cli.plain.help"))?,
            Command::List => self.list()?,
            Command::Open(number) => {
                if let Some(shown) = self.numbered(number)? {
                    let timeline = self
                        .desk
                        .store
                        .timeline(shown.record.id, TIMELINE_ITEMS_MAX);
                    let timeline = timeline
                        .wait()
                        .map_err(|error| self.desk.store_trouble(error))?;
                    tell(self.desk, &shown, &timeline)?;
                }
            }
            Command::Act { verb, number, text } => self.act(verb, number, text)?,
        }
        Ok(Going::On)
    }

    /// The incident of that number, or a line that says that there is none.
    fn numbered(&self, number: u32) -> Result<Option<Shown>, Trouble> {
        let shown = match self.listing.id(number) {
            Some(id) => self.shown(id)?,
            None => None,
        };
        if shown.is_none() {
            output::line(&t!("cli.plain.no-number", number = number))?;
        }
        Ok(shown)
    }

    fn shown(&self, id: RecordId) -> Result<Option<Shown>, Trouble> {
        let shown = self.desk.store.shown(id).wait();
        shown.map_err(|error| self.desk.store_trouble(error))
    }

    fn act(&mut self, verb: Verb, number: u32, text: Option<String>) -> Result<(), Trouble> {
        if self.read_only {
            return output::line(&t!("cli.read-only"));
        }
        let Some(shown) = self.numbered(number)? else {
            return Ok(());
        };
        let act = match build(self.desk, &shown, verb, text) {
            Ok(act) => act,
            Err(trouble) => return output::line(&trouble.lines().join(" ")),
        };
        let new = NewAct {
            targets: vec![Target::seen(&shown.record)],
            act: act.into(),
            made_at: self.desk.now(),
            offset_ms: 0,
        };
        let name = super::words::verb(verb);
        match self.desk.store.submit(new).wait() {
            Ok(_) => output::line(&t!("cli.plain.stored", verb = name, number = number)),
            Err(SubmitError::Refused(rule)) => {
                let why = super::words::refusal(self.desk, &rule);
                output::line(&t!("cli.plain.refused", number = number, why = why))
            }
            Err(SubmitError::NotStored(error)) => {
                output::line(&self.desk.store_trouble(error).lines().join(" "))
            }
        }
    }

    fn changed(&mut self, event: StoreEvent) -> Result<(), Trouble> {
        match event {
            StoreEvent::Changed { ids } => {
                for line in self.listing.changes(self.desk, &ids)? {
                    output::line(&line)?;
                }
            }
            StoreEvent::Alarm(alarm) => {
                if let Some(shown) = self.shown(alarm.id)? {
                    let line = self.listing.alarm(self.desk, &shown);
                    output::line(&line)?;
                    ring();
                }
            }
            StoreEvent::Outbox => self.tell_refused()?,
            StoreEvent::Reset => self.list()?,
            StoreEvent::ScopeChanged => output::line(&t!("cli.needs.grants"))?,
            StoreEvent::CopyDamaged => output::line(&t!("cli.store.failed"))?,
            StoreEvent::Counts
            | StoreEvent::Warnings
            | StoreEvent::PolicyChanged
            | StoreEvent::Searching(_) => {}
        }
        Ok(())
    }

    /// Acts that the service refused are told once.
    fn tell_refused(&mut self) -> Result<(), Trouble> {
        let rows = self.desk.store.outbox().wait();
        for row in rows.map_err(|error| self.desk.store_trouble(error))? {
            let OutboxState::Refused { why, .. } = &row.state else {
                continue;
            };
            if !self.refused.contains(&row.id) {
                self.refused.push(row.id);
                let why = super::words::refused(self.desk, why);
                let about = format!("{} {}", super::words::verb(row.verb), row.about);
                output::line(&t!("cli.plain.came-back", about = about, why = why))?;
            }
        }
        Ok(())
    }

    fn linked(&mut self, status: &Status) -> Result<(), Trouble> {
        // Only what lasts is told, and being offline only once there was a line.
        let told = match status.link {
            LinkState::Live => t!("status.online"),
            LinkState::Offline if self.link.is_some() => t!("status.offline"),
            LinkState::Offline
            | LinkState::Degraded
            | LinkState::CatchingUp
            | LinkState::Connecting => return Ok(()),
        };
        if self.link.replace(status.link) == Some(status.link) {
            return Ok(());
        }
        output::line(&told)
    }
}

/// An alarm is heard where somebody may hear it.
fn ring() {
    let mut out = std::io::stdout();
    if out.is_terminal() {
        let _ = out.write_all(b"\x07").and_then(|()| out.flush());
    }
}
