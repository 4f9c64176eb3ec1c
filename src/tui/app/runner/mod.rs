//! The runner: owns the terminal, the store and the engine; turns what happens
//! into messages, draws, and performs effects.
//!
//! Everything that happened is taken in before a frame is drawn, and at most
//! one frame is drawn in ten milliseconds, save for a short burst. Nothing on the way from a key to
//! its frame waits for a disk or the network. It wakes only when something
//! happens or the clock's minute turns.

mod answers;
mod crash;
mod files;
mod grants;
mod open;
mod openers;
mod options;
mod pace;
mod paint;
mod perform;
mod session;
mod start;
mod timings;

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use notify::RecommendedWatcher;
use ratatui::layout::Size;

use self::answers::Collector;
use self::files::{Files, Which};
use self::open::Open;
use self::openers::Openers;
pub use self::options::{
    Access, Bell, Chosen, Declared, ExitKind, Insist, Options, Probing, RunError, Settings,
    SignInAs, Staging, Tracing, Unusable, WantedColour,
};
use self::pace::Pace;
use self::paint::Canvas;
use self::session::Address;
pub use self::start::run;
use self::timings::{Span, Timings};
use super::message::{Message, Told};
use super::model::{Desk, Model};
use super::update::update;
use crate::domain::time::{Millis, Timestamp};
use crate::sync::clock::{Clock, SystemClock};
use crate::sync::status::Status;
use crate::text::colour_depth::ColourDepth;
use crate::tui::keys::KeyPress;
use crate::tui::terminal::backend::OutputError;
use crate::tui::terminal::guard;
use crate::tui::terminal::input::Input;
use crate::tui::terminal::line::LineNews;
use crate::tui::terminal::signals::{self, Signal};

/// Happenings that are taken in before a frame is drawn all the same.
const DRAINED_MAX: usize = 2_000;
/// While something counts seconds the screen looks at the clock this often.
const TICK_MS: u64 = 1_000;

/// Something for the runner's thread.
enum Happening {
    Input(Input),
    Signal(Signal),
    Line(LineNews),
    /// An answer of a session's store.
    Answer {
        session: u64,
        message: Message,
    },
    /// The engine's state.
    Status {
        session: u64,
        status: Status,
    },
    /// Somebody got in, or not.
    Opened(Box<Result<session::Opening, super::message::GateTrouble>>),
    /// A new sign-in for the session that is open.
    Renewed(Box<crate::sync::anew::In>),
    /// The desk is open as another device, or is not.
    Enrolled(Box<Result<session::Opening, super::message::GateTrouble>>),
    /// The copy of changed grants is open, or is not.
    Regranted(Box<Result<session::Opening, super::message::GateTrouble>>),
    /// Something without a session.
    Plain(Message),
    FileSaved(Which),
    /// A folder came in which one of the officer's files may lie.
    FolderCame,
}

/// Why the loop ends.
type Over = Option<ExitKind>;

struct Runner {
    model: Model,
    dir: PathBuf,
    address: Address,
    bell: Bell,
    depth: ColourDepth,
    files: Files,
    watcher: Option<RecommendedWatcher>,
    clock: SystemClock,
    out: Sender<Happening>,
    /// What was asked of the store.
    reads: Collector,
    /// What was written to it.
    writes: Collector,
    /// What opens the desk, or opens it anew.
    openers: Openers,
    open: Option<Open>,
    sessions: u64,
    canvas: Canvas,
    timings: Timings,
    key_at: Option<Instant>,
    acted_at: Option<Instant>,
    opening_at: Option<Instant>,
    bell_due: bool,
    over: Over,
}

/// What came of waiting.
enum Woken {
    By(Happening),
    ByClock,
    /// Everybody who could tell something is gone.
    Never,
}

impl Runner {
    fn run(&mut self, happenings: &Receiver<Happening>) -> Result<ExitKind, RunError> {
        let mut pace = Pace::default();
        self.paint()?;
        loop {
            match wait(happenings, self.patience()) {
                Woken::By(happening) => self.take(happening),
                // The line's turn is not the clock's.
                Woken::ByClock if self.canvas.is_due() => {}
                Woken::ByClock => self.message(Message::Tick),
                Woken::Never => return Ok(ExitKind::HungUp),
            }
            self.drain(happenings, pace.next_frame());
            if let Some(kind) = self.over {
                return Ok(kind);
            }
            match self.paint() {
                Ok(()) => {}
                // A closed terminal is a hang-up, not a failure.
                Err(OutputError::Gone(_)) => {
                    self.message(Message::Told(Told::End));
                    return Ok(ExitKind::HungUp);
                }
                Err(error) => return Err(error.into()),
            }
            pace.drew();
        }
    }

    /// Takes in all that has happened, until the next frame may be drawn.
    fn drain(&mut self, happenings: &Receiver<Happening>, next_frame: Instant) {
        for _ in 0..DRAINED_MAX {
            if self.over.is_some() {
                return;
            }
            let left = next_frame.saturating_duration_since(Instant::now());
            let next = if left.is_zero() {
                happenings.try_recv().ok()
            } else {
                happenings.recv_timeout(left).ok()
            };
            match next {
                Some(happening) => self.take(happening),
                None => return,
            }
        }
    }

    /// How long nothing has to happen: until the line may be free for a frame
    /// that waits, or until the clock's turn.
    fn patience(&self) -> Duration {
        let clock = self.to_the_clock();
        self.canvas.patience().map_or(clock, |line| line.min(clock))
    }

    /// To the next second while something counts them, else to the clock's
    /// next minute.
    fn to_the_clock(&self) -> Duration {
        if counts_seconds(&self.model) {
            return Duration::from_millis(TICK_MS);
        }
        let now = self.now();
        let turn = self
            .model
            .desk
            .as_ref()
            .and_then(|desk| desk.next_turn(self.model.now))
            .map_or(i64::MAX, |turn| turn.since(now).0);
        let into_minute = self.model.now.as_millis().rem_euclid(60_000);
        let minute = 60_000 - into_minute - now.since(self.model.now).0;
        let left = u64::try_from(minute.min(turn)).unwrap_or(0);
        Duration::from_millis(left.max(1))
    }

    fn now(&self) -> Timestamp {
        let offset = Millis(self.model.status.offset_ms);
        self.clock.now().saturating_add(offset)
    }

    fn take(&mut self, happening: Happening) {
        match happening {
            Happening::Input(Input::Key(event)) => {
                if let Some(press) = KeyPress::from_event(event) {
                    self.key_at.get_or_insert_with(Instant::now);
                    self.message(Message::Key(press));
                }
            }
            Happening::Input(Input::Paste(text)) => self.message(Message::Paste(text)),
            Happening::Input(Input::Answer(answer)) => self.line_answered(answer),
            Happening::Line(LineNews::Written) => self.canvas.flow.written(Instant::now()),
            Happening::Line(LineNews::Failed(_))
            | Happening::Input(Input::Gone)
            | Happening::Signal(Signal::HangUp | Signal::Terminate) => {
                self.over = Some(ExitKind::HungUp);
                self.message(Message::Told(Told::End));
            }
            Happening::Signal(Signal::Stopping) => {
                self.message(Message::Told(Told::Stopping));
                if let Some(open) = &self.open {
                    // What cannot be written now is still in the fields when
                    // the process continues.
                    let _ = open.store.written().wait();
                }
                signals::saved();
            }
            Happening::Signal(Signal::Resumed) => {
                self.resize();
                self.message(Message::Told(Told::Resumed));
            }
            Happening::Signal(Signal::Resized) => self.resize(),
            Happening::Answer { session, message } => {
                if self.is_open(session) {
                    self.note_answer(&message);
                    self.message(message);
                }
            }
            Happening::Status { session, status } => {
                if self.is_open(session) {
                    let needs = status.needs.clone();
                    self.message(Message::Sync(status));
                    self.meet(&needs);
                }
            }
            Happening::Opened(result) => self.opened(*result),
            Happening::Renewed(here) => self.renewed(*here),
            Happening::Enrolled(result) => self.reopened(*result, Message::Enrolled),
            Happening::Regranted(result) => self.reopened(*result, Message::Regranted),
            Happening::Plain(message) => self.message(message),
            Happening::FileSaved(which) => self.file_saved(which),
            Happening::FolderCame => self.folder_came(),
        }
    }

    fn resize(&mut self) {
        // Also for a size that comes back: the terminal has cut or wrapped what
        // was on it.
        self.canvas.painter.repaint_next();
        let size = guard::terminal_size();
        self.message(Message::Resize(Size::new(size.width, size.height)));
    }

    fn note_answer(&mut self, message: &Message) {
        match message {
            Message::Submitted { .. } => {
                if let Some(at) = self.acted_at.take() {
                    self.timings.note(Span::Act, at.elapsed());
                }
            }
            Message::Queue { .. } => {
                if let Some(at) = self.opening_at.take() {
                    self.timings.note(Span::Open, at.elapsed());
                    self.keep_index();
                }
            }
            _ => {}
        }
    }

    /// One message through `update`, and what follows.
    fn message(&mut self, message: Message) {
        self.model.now = self.now();
        self.model.fresh_id = uuid::Uuid::now_v7();
        for effect in update(&mut self.model, message) {
            self.perform(effect);
        }
    }
}

fn wait(happenings: &Receiver<Happening>, patience: Duration) -> Woken {
    match happenings.recv_timeout(patience) {
        Ok(happening) => Woken::By(happening),
        Err(RecvTimeoutError::Timeout) => Woken::ByClock,
        Err(RecvTimeoutError::Disconnected) => Woken::Never,
    }
}

/// Whether something on the screen or a draft waits for the next second.
fn counts_seconds(model: &Model) -> bool {
    let gate_waits = model
        .gate
        .as_ref()
        .is_some_and(|gate| matches!(gate.trouble, Some(super::message::GateTrouble::Wait { .. })));
    // The boards turn by the second.
    let turns = model.wall.is_some() && model.desk.is_some();
    gate_waits
        || turns
        || model.notice.is_some()
        || model.desk.as_ref().is_some_and(Desk::counts_seconds)
}
