//! The start and the end of a run: everything is opened, and closed again on
//! every way out.

use std::io;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;

use super::answers::Collector;
use super::files::Files;
use super::openers::Openers;
use super::options::Declared;
use super::paint::Canvas;
use super::session::Address;
use super::timings::Timings;
use super::{ExitKind, Happening, Options, Probing, RunError, Runner, crash, session};
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::store::desk::Desk;
use crate::store::salvage::{Teller, What};
use crate::store::warm_up;
use crate::sync::clock::{Clock, SystemClock};
use crate::text::colour_depth::ColourDepth;
use crate::tui::app::gate::Gate;
use crate::tui::app::message::{GateTrouble, Message, Reloaded, Told};
use crate::tui::app::model::{Model, Setup};
use crate::tui::app::update::update;
use crate::tui::app::wall::Wall;
use crate::tui::app::words::found;
use crate::tui::keys::Keymap;
use crate::tui::terminal::flow::Flow;
use crate::tui::terminal::guard::{self, Session};
use crate::tui::terminal::input::Keyboard;
use crate::tui::terminal::line::Line;
use crate::tui::terminal::painter::Painter;
use crate::tui::terminal::probe::{Capabilities, probe};
use crate::tui::terminal::profile::SizeSource;
use crate::tui::terminal::refusal;
use crate::tui::terminal::signals;
use crate::tui::theme::Theme;
use crate::tui::widgets::table::Highlight;

/// What is asked before anybody has signed in belongs to no session.
const NO_SESSION: u64 = 0;

/// Runs the workstation until the officer leaves.
///
/// # Errors
/// See [`RunError`]. The terminal is restored on every way out.
pub fn run(options: Options) -> Result<ExitKind, RunError> {
    let clock = SystemClock::new();
    refusal::by_name(&environment, options.insist)?;
    let desk = Desk::open(&options.desk)?;
    crash::install(&options.desk);
    let session = Session::enter()?;
    let (out, happenings) = channel();
    let mut keyboard = Keyboard::open()?;
    let mut capabilities = capabilities(&options, &session, &mut keyboard)?;
    refusal::by_answers(&environment, &capabilities, options.insist)?;
    if let Some(ambiguous) = options.ambiguous {
        capabilities.ambiguous = ambiguous;
    }
    capabilities.colour = options.colour.of(capabilities.colour);
    crash::ground(capabilities.profile());
    let line = out.clone();
    let line = Line::open(&session, move |news| {
        passed(&line.send(Happening::Line(news)))
    })?;
    let declared = match options.line {
        Declared::Nothing => guard::line_speed(),
        Declared::Thin => Declared::Thin,
    };
    let canvas = Canvas::new(
        Painter::new(line, capabilities.profile(), SizeSource::Terminal),
        Flow::new(declared, capabilities.fence, capabilities.round_trip),
    );
    let keys = out.clone();
    let keyboard = keyboard.spawn(move |input| passed(&keys.send(Happening::Input(input))))?;
    let signalled = out.clone();
    let signals = signals::spawn(move |signal| passed(&signalled.send(Happening::Signal(signal))))?;
    let files = Files {
        folder: options.config.clone(),
        theme: options.face.theme_at(clock.now()).to_owned(),
        keymap: options.face.keymap.clone(),
        settings: options.settings.clone(),
    };
    let mut runner = Runner {
        model: first_model(&options, desk.as_ref(), capabilities, &files, clock.now()),
        dir: options.desk.clone(),
        address: Address {
            service: options.service.clone(),
            pin: options.pin,
        },
        bell: options.bell,
        depth: capabilities.colour,
        watcher: files.watch(out.clone()),
        files,
        clock,
        out: out.clone(),
        reads: Collector::start("store-answers", out.clone())?,
        writes: Collector::start("store-receipts", out)?,
        openers: Openers::default(),
        open: None,
        sessions: 0,
        canvas,
        timings: Timings::new(options.tracing),
        key_at: None,
        acted_at: None,
        opening_at: None,
        bell_due: false,
        over: None,
    };
    // While somebody types the password.
    runner.reads.collect(NO_SESSION, || {
        warm_up();
        None
    });
    if let Some(account) = options.sign_in {
        runner.sign_in_as(account);
    }
    let ended = catch_unwind(AssertUnwindSafe(|| runner.run(&happenings)));
    let ended = match ended {
        Ok(ended) => ended,
        Err(panic) => {
            // The hook has restored the terminal. What was typed is saved as
            // far as the broken model still allows.
            let _ = catch_unwind(AssertUnwindSafe(|| {
                runner.message(Message::Told(Told::End));
            }));
            runner.close();
            resume_unwind(panic);
        }
    };
    runner.close();
    let report = runner.timings.report();
    drop((runner.watcher.take(), signals, keyboard, session));
    if let Some(report) = report {
        eprint!("{report}");
    }
    ended
}

fn passed<E>(sent: &Result<(), E>) -> ControlFlow<()> {
    match sent {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    }
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn capabilities(
    options: &Options,
    session: &Session,
    keyboard: &mut Keyboard,
) -> io::Result<Capabilities> {
    match options.probing {
        Probing::Assume => Ok(Capabilities::assumed(environment)),
        Probing::Ask => probe(&mut session.output()?, keyboard, environment),
    }
}

/// Why there is no desk, where there was one. The whole story is told when
/// somebody has signed in.
fn desk_lost(dir: &Path) -> Option<GateTrouble> {
    let findings = Desk::findings(dir, Teller::Screen);
    let lost = findings.iter().find(|one| one.what == What::DeskFile)?;
    let words = found::lines(lost).into_iter().next()?;
    Some(GateTrouble::Store(words))
}

fn first_model(
    options: &Options,
    desk: Option<&Desk>,
    capabilities: Capabilities,
    files: &Files,
    now: Timestamp,
) -> Model {
    let mut problems = options.problems.clone();
    if guard::is_linux_console() {
        problems.push(t!("screen.console").into_owned());
    }
    let theme = files.theme(capabilities.colour).unwrap_or_else(|found| {
        problems.extend(found);
        Theme::shipped(capabilities.colour)
    });
    let keymap = files.keymap().unwrap_or_else(|found| {
        problems.extend(found);
        Keymap::shipped()
    });
    let service = options
        .service
        .as_ref()
        .map(ToString::to_string)
        .or_else(|| desk.map(|desk| desk.service().to_owned()))
        .unwrap_or_default();
    let pin = options
        .pin
        .map(|pin| pin.to_string())
        .or_else(|| desk.and_then(|desk| desk.pin().map(ToOwned::to_owned)))
        .unwrap_or_default();
    let setup = Setup {
        keymap: Arc::new(keymap),
        theme: Arc::new(theme),
        face: files.face(options.face.clone(), now),
        ambiguous: capabilities.ambiguous,
        // Without colours a whole row is told by bold and reverse, which costs
        // as many bytes and reads worse than the marker.
        highlight: match capabilities.colour {
            ColourDepth::Mono => Highlight::Marker,
            ColourDepth::Sixteen | ColourDepth::Palette | ColourDepth::True => Highlight::Row,
        },
        access: options.access,
        staging: options.staging,
    };
    let mut gate = Gate::at_start(&service, &pin, session::known(desk));
    if let Some(account) = &options.account {
        gate.expect_officer(account);
    }
    if desk.is_none() {
        gate.trouble = desk_lost(&options.desk);
    }
    let mut model = Model::new(setup, guard::terminal_size(), gate, service, now);
    model.wall = options.wall.clone().map(Wall::new);
    if !problems.is_empty() {
        update(&mut model, Message::FileChanged(Reloaded::Broken(problems)));
    }
    model
}
