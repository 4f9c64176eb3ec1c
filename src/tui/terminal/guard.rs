//! The session guard: into the terminal, and out of it on every way.
//!
//! It owns the terminal's modes and the right to write to it. There is one
//! restore, it is idempotent, and it may come from any thread: on return, on an
//! error, from the panic hook, from the signal thread. After it, nothing more
//! is painted, whoever still holds an [`Output`]. It must not decide when to
//! leave.

use std::backtrace::Backtrace;
use std::fs::File;
use std::io::{self, Write};
use std::marker::PhantomData;
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, TryLockError, mpsc};
use std::thread::{self, ThreadId};
use std::time::Duration;

use ratatui::layout::Size;
use rustix::termios::{QueueSelector, tcflush};
use thiserror::Error;

use super::flow::Declared;
use super::sequences::{ENTER, LEAVE};
use crate::text::neutral::neutralise_block;

/// Longest wait for a terminal that takes nothing more. A stopped line
/// (XOFF) or a dead one must not keep the process from ending.
const RESTORE_MS_MAX: u64 = 200;

/// Assumed where the terminal does not tell its size (serial lines).
const FALLBACK_SIZE: Size = Size::new(80, 24);

/// Why a terminal could not be entered.
#[derive(Debug, Error)]
pub enum EnterError {
    /// Standard output is no terminal, or is closed.
    #[error("standard output cannot be used as a terminal")]
    Output(#[source] io::Error),
    /// The terminal refuses raw mode: mostly standard input is no terminal.
    #[error("the terminal cannot be switched to raw mode")]
    RawMode(#[source] io::Error),
    /// A session is open already, or one was left for good.
    #[error("the terminal was entered before in this process")]
    Entered,
}

/// Whether the terminal is ours just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Outside,
    Inside,
    /// Restored for a stop; entered again on continuing.
    Suspended,
    /// Restored on the way out of the process. Final.
    Left,
}

/// Held while bytes go out, so that no frame can follow a restore.
static PHASE: Mutex<Phase> = Mutex::new(Phase::Outside);

/// Whether a frame may still be on its way to the terminal.
static UNDER_WAY: AtomicBool = AtomicBool::new(false);

/// The thread that entered: a panic there ends the session.
static OWNER: OnceLock<ThreadId> = OnceLock::new();

fn phase() -> MutexGuard<'static, Phase> {
    // One plain value: a panic elsewhere cannot leave it torn.
    PHASE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a restore is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// The process stops and will go on: [`reenter`] takes the terminal back.
    ForNow,
    /// The process ends; nothing takes the terminal back.
    ForGood,
}

/// The terminal in raw mode on the alternate screen, with bracketed paste on
/// and the cursor hidden. Dropping it restores everything.
#[derive(Debug)]
pub struct Session {
    // Bound to the thread that entered, whose panic restores the terminal.
    not_send: PhantomData<*const ()>,
}

impl Session {
    /// Enters the terminal. Only once in a process.
    ///
    /// # Errors
    /// [`EnterError`]; the terminal is then as it was.
    pub fn enter() -> Result<Self, EnterError> {
        let mut out = raw_output().map_err(EnterError::Output)?;
        let mut phase = phase();
        if *phase != Phase::Outside {
            return Err(EnterError::Entered);
        }
        crossterm::terminal::enable_raw_mode().map_err(EnterError::RawMode)?;
        if let Err(error) = out.write_all(ENTER) {
            // Best effort: the first error is the one that tells something.
            let _ = crossterm::terminal::disable_raw_mode();
            return Err(EnterError::Output(error));
        }
        *phase = Phase::Inside;
        OWNER.get_or_init(|| thread::current().id());
        Ok(Self {
            not_send: PhantomData,
        })
    }

    /// A writer to the terminal that falls silent once the session is over.
    ///
    /// # Errors
    /// When standard output is closed.
    pub fn output(&self) -> io::Result<Output> {
        raw_output().map(|file| Output { file })
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        restore(Leaving::ForGood);
    }
}

/// Restores the terminal: all modes off, cursor shown, main screen, cooked
/// mode. Does nothing outside a session or the second time. Errors are ignored:
/// where the terminal is gone, there is nothing to restore.
pub fn restore(leaving: Leaving) {
    // The bytes go out from a helper, because the terminal may take none and
    // the lock may be held by a thread that waits for it.
    let (done, wait) = mpsc::channel();
    let helper = thread::Builder::new()
        .name("terminal-restore".into())
        .spawn(move || {
            let _ = done.send(restore_modes(leaving));
        });
    let restored = match helper {
        Ok(_) => wait
            .recv_timeout(Duration::from_millis(RESTORE_MS_MAX))
            .unwrap_or(Restored::Now),
        Err(_) => restore_modes(leaving),
    };
    match restored {
        Restored::Now => {
            let _ = crossterm::terminal::disable_raw_mode();
        }
        Restored::Before => {}
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Restored {
    Now,
    Before,
}

fn restore_modes(leaving: Leaving) -> Restored {
    let mut phase = phase();
    let before = *phase;
    *phase = match (before, leaving) {
        (Phase::Outside, _) => Phase::Outside,
        (Phase::Left, _) | (_, Leaving::ForGood) => Phase::Left,
        (Phase::Inside | Phase::Suspended, Leaving::ForNow) => Phase::Suspended,
    };
    match before {
        Phase::Inside => {
            if let Ok(mut out) = raw_output() {
                // What nobody will see any more must not keep a slow line busy
                // before the words that end the session.
                if UNDER_WAY.load(Ordering::Acquire) {
                    let _ = tcflush(&out, QueueSelector::OFlush);
                }
                let _ = out.write_all(LEAVE);
            }
            Restored::Now
        }
        Phase::Outside | Phase::Suspended | Phase::Left => Restored::Before,
    }
}

/// Takes the terminal back after a stop, whoever stopped the process: a shell
/// has changed the modes meanwhile even where nobody restored them. Does
/// nothing outside a session or after leaving for good. The screen is empty
/// afterwards and wants a full repaint.
///
/// # Errors
/// When the terminal is gone.
pub fn reenter() -> io::Result<()> {
    let mut phase = phase();
    match *phase {
        Phase::Outside | Phase::Left => return Ok(()),
        Phase::Inside | Phase::Suspended => {}
    }
    // Enabling does nothing while crossterm believes that raw mode is on.
    let _ = crossterm::terminal::disable_raw_mode();
    crossterm::terminal::enable_raw_mode()?;
    raw_output()?.write_all(ENTER)?;
    *phase = Phase::Inside;
    Ok(())
}

/// The terminal's size in cells. 80 by 24 where it does not know.
#[must_use]
pub fn terminal_size() -> Size {
    let told = rustix::termios::tcgetwinsize(rustix::stdio::stdout())
        .or_else(|_| rustix::termios::tcgetwinsize(rustix::stdio::stdin()));
    match told {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Size::new(size.ws_col, size.ws_row),
        _ => FALLBACK_SIZE,
    }
}

/// What the line itself says of its speed: a real one that is set to a slow
/// rate. Pseudo terminals keep a rate that means nothing, mostly 38400.
#[must_use]
pub fn line_speed() -> Declared {
    const THIN_BAUD_MAX: u32 = 19_200;
    match rustix::termios::tcgetattr(rustix::stdio::stdout()) {
        Ok(termios) if (1..=THIN_BAUD_MAX).contains(&termios.output_speed()) => Declared::Thin,
        Ok(_) | Err(_) => Declared::Nothing,
    }
}

/// Whether this is the kernel's own console, which has no Han glyphs unless
/// something draws them for it.
#[must_use]
pub fn is_linux_console() -> bool {
    std::fs::read_link("/proc/self/fd/1").is_ok_and(|name| {
        let digits = name.to_str().and_then(|name| name.strip_prefix("/dev/tty"));
        digits
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// Standard output without the lock and the buffer of [`io::Stdout`], which a
/// panicking or waiting thread may hold.
fn raw_output() -> io::Result<File> {
    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

/// Writes to the terminal while the session lasts. Outside of it everything
/// written is dropped without an error, so that a late frame harms nobody.
#[derive(Debug)]
pub struct Output {
    file: File,
}

impl Output {
    /// The terminal's file; what goes to it goes through [`write_inside`].
    pub(super) fn into_file(self) -> File {
        self.file
    }
}

/// Writes while the session lasts; outside of it nothing is written, without an
/// error.
pub(super) fn write_inside(mut file: &File, bytes: &[u8]) -> io::Result<usize> {
    // The lock stays held while the bytes go out.
    let phase = phase();
    match *phase {
        Phase::Inside => file.write(bytes),
        Phase::Outside | Phase::Suspended | Phase::Left => Ok(bytes.len()),
    }
}

/// Whether what is written goes to the terminal just now.
pub(super) fn is_inside() -> bool {
    *phase() == Phase::Inside
}

/// Says whether a frame may still be on its way; a restore then drops what the
/// terminal has not taken yet.
pub fn set_under_way(under_way: bool) {
    UNDER_WAY.store(under_way, Ordering::Release);
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        write_inside(&self.file, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where a panic happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanicPlace {
    /// In the thread that owns the session: the program ends.
    Session,
    /// In a worker: the screen stays, and its owner hears of it otherwise.
    Worker,
    /// Outside of any session.
    NoSession,
}

/// What the panic hook passes on. It leaves out the panic's message, which may
/// quote a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanicReport {
    /// Who panicked.
    pub place: PanicPlace,
    /// Source file and line, `unknown` where the compiler gave none.
    pub location: String,
    /// The thread's name.
    pub thread: String,
    /// The functions that had been called, the innermost first; no paths.
    pub functions: Vec<String>,
}

/// Functions of a report.
const FUNCTIONS_MAX: usize = 80;

/// The names in a backtrace, without the lines that say where sources lie.
fn functions(trace: &str) -> Vec<String> {
    trace
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("at "))
        .take(FUNCTIONS_MAX)
        .map(ToOwned::to_owned)
        .collect()
}

/// The place of a source: of another crate only its own part, because the rest
/// names folders of whoever built this.
fn source(file: &str) -> &str {
    const DEEP_PARTS: usize = 3;
    if !file.starts_with(['/', '\\']) {
        return file;
    }
    let deep = file.rmatch_indices(['/', '\\']).nth(DEEP_PARTS - 1);
    deep.map_or(file, |(at, _)| &file[at + 1..])
}

/// Installs the panic hook: it restores the terminal first when the session's
/// own thread panics, then asks `notice` for the text that the person at the
/// terminal shall read, and prints it neutralised. A worker's panic prints
/// nothing while the session is open.
pub fn install_panic_hook(notice: impl Fn(&PanicReport) -> String + Send + Sync + 'static) {
    std::panic::set_hook(Box::new(move |info| {
        let thread = thread::current();
        let place = panic_place(thread.id());
        if place == PanicPlace::Session {
            restore(Leaving::ForGood);
        }
        let report = PanicReport {
            place,
            location: info.location().map_or_else(
                || "unknown".to_owned(),
                |at| format!("{}:{}", source(at.file()), at.line()),
            ),
            thread: thread.name().unwrap_or("unnamed").to_owned(),
            functions: functions(&Backtrace::force_capture().to_string()),
        };
        let text = notice(&report);
        if place != PanicPlace::Worker {
            // Nobody is left to hear of an error here.
            let _ = writeln!(io::stderr(), "{}", neutralise_block(&text));
        }
    }));
}

fn panic_place(thread: ThreadId) -> PanicPlace {
    let open = match PHASE.try_lock() {
        Ok(phase) => is_open(*phase),
        Err(TryLockError::Poisoned(poisoned)) => is_open(*poisoned.into_inner()),
        // Somebody writes to the terminal just now.
        Err(TryLockError::WouldBlock) => true,
    };
    if !open {
        PanicPlace::NoSession
    } else if OWNER.get() == Some(&thread) {
        PanicPlace::Session
    } else {
        PanicPlace::Worker
    }
}

fn is_open(phase: Phase) -> bool {
    match phase {
        Phase::Inside | Phase::Suspended => true,
        Phase::Outside | Phase::Left => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_that_entering_sets_is_ended_by_leaving() {
        let enter = String::from_utf8_lossy(ENTER);
        let leave = String::from_utf8_lossy(LEAVE);
        for mode in ["?1049", "?2004"] {
            assert!(enter.contains(&format!("\x1b[{mode}h")), "{mode}");
            assert!(leave.contains(&format!("\x1b[{mode}l")), "{mode}");
        }
        assert!(enter.contains("\x1b[?25l") && leave.contains("\x1b[?25h"));
        assert!(enter.is_ascii() && leave.is_ascii());
    }

    #[test]
    fn the_terminal_is_as_before_after_leaving() {
        let mut terminal = vt100::Parser::default();
        terminal.process(b"shell$ zhiban\r\n");
        let before = terminal.screen().contents();
        terminal.process(ENTER);
        terminal.process(b"\x1b[?1000h\x1b[?1006h\x1b[?1004h\x1b[31mscreen");
        assert!(terminal.screen().alternate_screen() && terminal.screen().hide_cursor());
        terminal.process(LEAVE);
        let screen = terminal.screen();
        assert_eq!(screen.contents(), before);
        assert!(!screen.alternate_screen() && !screen.hide_cursor());
        assert!(!screen.bracketed_paste());
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert_eq!(screen.fgcolor(), vt100::Color::Default);
    }

    #[test]
    fn a_report_names_functions_and_no_folders() {
        let trace = "   0: zhiban::a\n             at /somewhere/x/src/a.rs:1:2\n   1: core::b\n";
        assert_eq!(functions(trace), ["0: zhiban::a", "1: core::b"]);
        assert_eq!(source("src/fault.rs"), "src/fault.rs");
        assert_eq!(
            source("/home/w/.cargo/x/fail-0.5.1/src/lib.rs"),
            "fail-0.5.1/src/lib.rs"
        );
        assert_eq!(source("/a.rs"), "/a.rs");
    }

    #[test]
    fn restoring_outside_a_session_does_nothing() {
        restore(Leaving::ForGood);
        restore(Leaving::ForNow);
        assert_eq!(*phase(), Phase::Outside);
        assert!(reenter().is_ok());
        assert_eq!(panic_place(thread::current().id()), PanicPlace::NoSession);
    }
}
