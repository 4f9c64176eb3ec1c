//! The binary in a pseudo terminal: keys in, a screen out, and the state in
//! which it leaves the terminal.
//!
//! Nothing here sleeps to wait: the reader thread wakes whoever waits for the
//! screen, and every wait has a deadline.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long a test waits for anything before it fails.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What the program has written so far.
struct Seen {
    parser: vt100::Parser,
    /// Everything that the program wrote to its terminal.
    bytes: Vec<u8>,
    /// The line is cut: whoever reads shall let go of it.
    cut: bool,
    /// The terminal takes nothing just now.
    stalled: bool,
    ended: bool,
    bells: usize,
}

/// How the terminal meets questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// It answers none.
    None,
    /// It answers as most do.
    Polite,
    /// The same, and characters of open width take two cells.
    Wide,
}

/// A kind of terminal.
#[derive(Clone, Copy, Debug)]
pub struct Kind<'a> {
    /// Its `TERM`.
    pub name: &'a str,
    /// How it meets questions.
    pub answers: Answers,
}

/// What most tests run in.
pub const ORDINARY: Kind<'static> = Kind {
    name: "xterm-256color",
    answers: Answers::None,
};

type Writer = Arc<Mutex<Option<Box<dyn Write + Send>>>>;

/// The binary, running in a terminal of its own.
pub struct Term {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Writer,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    before: String,
}

/// The `zhiban` that this test run built.
pub fn zhiban() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_zhiban"))
}

impl Term {
    /// Starts the binary with `args` at 80x24.
    pub fn start(args: &[&str], env: &[(&str, &Path)]) -> Self {
        Self::start_in(ORDINARY, args, env)
    }

    /// Starts the binary in a terminal of that kind at 80x24.
    pub fn start_in(kind: Kind<'_>, args: &[&str], env: &[(&str, &Path)]) -> Self {
        let size = PtySize {
            rows: 24,
            cols: 80,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system()
            .openpty(size)
            .expect("a pty can be opened");
        let before = line_flags(&*pair.master);
        let mut command = CommandBuilder::new(zhiban());
        command.args(args);
        command.env("TERM", kind.name);
        for name in ["COLORTERM", "NO_COLOR", "SSH_CONNECTION", "SSH_TTY"] {
            command.env_remove(name);
        }
        command.env("LANG", "zh_CN.UTF-8");
        for (name, value) in env {
            command.env(name, value);
        }
        let child = pair
            .slave
            .spawn_command(command)
            .expect("the binary starts");
        // Ours must be closed, or the end of the program would never be seen.
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a pty can be read");
        let writer = pair.master.take_writer().expect("a pty can be written");
        let parser = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
        let seen = Arc::new((
            Mutex::new(Seen {
                parser,
                bytes: Vec::new(),
                cut: false,
                stalled: false,
                ended: false,
                bells: 0,
            }),
            Condvar::new(),
        ));
        let shared = Arc::clone(&seen);
        let writer: Writer = Arc::new(Mutex::new(Some(writer)));
        let replies = Arc::clone(&writer);
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            let mut questions = Questions::default();
            loop {
                let count = reader.read(&mut chunk).unwrap_or(0);
                let seen = shared.0.lock().expect("no reader panics");
                let mut seen = shared
                    .1
                    .wait_while(seen, |seen| seen.stalled)
                    .expect("no reader panics");
                if count == 0 || seen.cut {
                    seen.ended = true;
                } else {
                    let answer = questions.take(&mut seen.parser, &chunk[..count], kind.answers);
                    if let Some(writer) = &mut *replies.lock().expect("no writer panics") {
                        let _ = writer.write_all(&answer);
                    }
                    seen.bytes.extend_from_slice(&chunk[..count]);
                    seen.bells += chunk[..count].split(|byte| *byte == 7).count() - 1;
                }
                shared.1.notify_all();
                if seen.ended {
                    return;
                }
            }
        });
        Self {
            child,
            master: Some(pair.master),
            writer,
            seen,
            before,
        }
    }

    /// Types `keys`.
    pub fn send(&mut self, keys: &str) {
        let mut writer = self.writer.lock().expect("no reader panics");
        let writer = writer.as_mut().expect("the terminal is still open");
        writer
            .write_all(keys.as_bytes())
            .expect("the terminal takes keys");
        writer.flush().expect("the terminal takes keys");
    }

    /// Types `keys` to a program that may have died meanwhile.
    pub fn try_send(&mut self, keys: &str) {
        if let Some(writer) = &mut *self.writer.lock().expect("no reader panics") {
            let _ = writer.write_all(keys.as_bytes());
            let _ = writer.flush();
        }
    }

    /// Whether the program has let go of its terminal.
    pub fn has_ended(&self) -> bool {
        self.seen.0.lock().expect("no reader panics").ended
    }

    /// The screen's text.
    pub fn screen(&self) -> String {
        self.seen
            .0
            .lock()
            .expect("no reader panics")
            .parser
            .screen()
            .contents()
    }

    /// Waits until the screen's text fulfils `wanted`.
    pub fn wait(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = self.seen.0.lock().expect("no reader panics");
        loop {
            let text = seen.parser.screen().contents();
            if wanted(&text) {
                return text;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !seen.ended,
                "waited for {what}; ended: {}; the screen is\n{text}",
                seen.ended
            );
            seen = self
                .seen
                .1
                .wait_timeout(seen, left)
                .expect("no reader panics")
                .0;
        }
    }

    /// Waits until `text` is on the screen.
    pub fn wait_for(&self, text: &str) -> String {
        self.wait(text, |screen| {
            screen.replace(' ', "").contains(&text.replace(' ', ""))
        })
    }

    /// Sends a signal by its name (`TERM`, `HUP`, `TSTP`, `CONT`).
    pub fn signal(&self, name: &str) {
        let pid = self
            .child
            .process_id()
            .expect("the program runs")
            .to_string();
        let status = Command::new("kill")
            .args(["-s", name, &pid])
            .status()
            .expect("kill exists");
        assert!(status.success(), "kill -s {name} {pid}");
    }

    /// The letter of the process's state (`R`, `S`, `T` …).
    pub fn process_state(&self) -> Option<char> {
        let pid = self.child.process_id()?;
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        stat.rsplit_once(") ")?.1.chars().next()
    }

    /// Waits until the process's state is `letter`.
    pub fn wait_for_state(&self, letter: char) {
        let deadline = Instant::now() + PATIENCE;
        while self.process_state() != Some(letter) {
            assert!(
                Instant::now() < deadline,
                "state {:?}, not {letter}",
                self.process_state()
            );
            std::thread::yield_now();
        }
    }

    /// Closes the terminal under the program, as a lost SSH line does.
    ///
    /// The reader holds the line too, so it is woken by a repaint and lets go.
    pub fn hang_up(&mut self) {
        self.seen.0.lock().expect("no reader panics").cut = true;
        self.resize(81, 24);
        let deadline = Instant::now() + PATIENCE;
        let mut seen = self.seen.0.lock().expect("no reader panics");
        while !seen.ended {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "no repaint after a resize");
            seen = self
                .seen
                .1
                .wait_timeout(seen, left)
                .expect("no reader panics")
                .0;
        }
        drop(seen);
        *self.writer.lock().expect("no reader panics") = None;
        self.master = None;
    }

    /// The terminal takes nothing more, as after Ctrl-S, until it is told to.
    pub fn stall(&self) {
        self.seen.0.lock().expect("no reader panics").stalled = true;
    }

    /// The terminal takes everything again.
    pub fn go_on(&self) {
        self.seen.0.lock().expect("no reader panics").stalled = false;
        self.seen.1.notify_all();
    }

    /// Gives the terminal another size; the program is told by WINCH.
    pub fn resize(&self, cols: u16, rows: u16) {
        let size = PtySize {
            rows,
            cols,
            pixel_width: 0,
            pixel_height: 0,
        };
        let mut seen = self.seen.0.lock().expect("no reader panics");
        let (of_rows, of_cols) = (rows.try_into().unwrap(), cols.try_into().unwrap());
        seen.parser.screen_mut().set_size(of_rows, of_cols);
        drop(seen);
        let master = self.master.as_ref().expect("the terminal is still open");
        master.resize(size).expect("a pty can be resized");
    }

    /// Waits for the end of the program.
    pub fn wait_for_end(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("the child can be asked") {
                return status;
            }
            assert!(
                Instant::now() < deadline,
                "still running; the screen is\n{}",
                self.screen()
            );
            std::thread::yield_now();
        }
    }

    /// Fails unless the terminal is as it was before the program started.
    pub fn assert_sane(&self, after: &str) {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = self.seen.0.lock().expect("no reader panics");
        while !seen.ended && Instant::now() < deadline && !modes_left(&seen.parser).is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            seen = self
                .seen
                .1
                .wait_timeout(seen, left)
                .expect("no reader panics")
                .0;
        }
        let left = modes_left(&seen.parser);
        assert!(left.is_empty(), "{after}: still on: {left:?}");
        if let Some(master) = &self.master {
            assert_eq!(
                line_flags(&**master),
                self.before,
                "{after}: the line's flags"
            );
        }
    }

    /// Waits until the bell has rung more than `before` times.
    pub fn wait_for_bell(&self, before: usize) {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = self.seen.0.lock().expect("no reader panics");
        while seen.bells <= before {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "no bell");
            seen = self
                .seen
                .1
                .wait_timeout(seen, left)
                .expect("no reader panics")
                .0;
        }
    }

    /// Everything that the program wrote to its terminal.
    pub fn bytes(&self) -> Vec<u8> {
        self.seen.0.lock().expect("no reader panics").bytes.clone()
    }

    /// The program's process.
    pub fn process(&self) -> u32 {
        self.child.process_id().expect("it runs")
    }

    /// How often the bell has rung.
    pub fn bells(&self) -> usize {
        self.seen.0.lock().expect("no reader panics").bells
    }

    /// Whether the alternate screen is shown.
    pub fn in_alternate_screen(&self) -> bool {
        self.seen
            .0
            .lock()
            .expect("no reader panics")
            .parser
            .screen()
            .alternate_screen()
    }
}

/// Finds questions among what the program writes and answers them.
#[derive(Default)]
struct Questions {
    /// The beginning of a sequence whose end has not come.
    open: Vec<u8>,
    /// The last character that was printed.
    last: Option<char>,
}

impl Questions {
    /// Gives the bytes to the parser, and back what the terminal answers.
    fn take(&mut self, parser: &mut vt100::Parser, bytes: &[u8], answers: Answers) -> Vec<u8> {
        let mut answer = Vec::new();
        for byte in bytes {
            parser.process(&[*byte]);
            match (self.open.as_slice(), byte) {
                (_, 0x1b) => self.open = vec![0x1b],
                ([], _) => self.printed(*byte),
                ([0x1b], b'[') => self.open.push(b'['),
                ([0x1b], _) => self.open.clear(),
                (_, 0x20..=0x3f) => self.open.push(*byte),
                (_, _) => {
                    self.open.push(*byte);
                    let question = std::mem::take(&mut self.open);
                    if answers != Answers::None {
                        answer.extend(self.answer(parser, &question, answers));
                    }
                }
            }
        }
        answer
    }

    fn printed(&mut self, byte: u8) {
        // Enough to know the sample of open width again: its last byte.
        self.last = (byte == 0x80).then_some('─');
    }

    fn answer(&self, parser: &vt100::Parser, question: &[u8], answers: Answers) -> Vec<u8> {
        match question {
            b"\x1b[6n" => {
                let (row, column) = parser.screen().cursor_position();
                let wider = answers == Answers::Wide && self.last == Some('─');
                format!("\x1b[{};{}R", row + 1, column + 1 + u16::from(wider)).into_bytes()
            }
            b"\x1b[5n" => b"\x1b[0n".to_vec(),
            b"\x1b[c" => b"\x1b[?62;22c".to_vec(),
            b"\x1b[?2026$p" => b"\x1b[?2026;0$y".to_vec(),
            _ => Vec::new(),
        }
    }
}

impl Drop for Term {
    fn drop(&mut self) {
        // A test that failed must not leave the program behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn modes_left(parser: &vt100::Parser) -> Vec<&'static str> {
    let screen = parser.screen();
    let mut left = Vec::new();
    if screen.alternate_screen() {
        left.push("alternate screen");
    }
    if screen.hide_cursor() {
        left.push("hidden cursor");
    }
    if screen.bracketed_paste() {
        left.push("bracketed paste");
    }
    if screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None {
        left.push("mouse");
    }
    left
}

/// The line's flags as text: raw mode shows in them.
fn line_flags(master: &dyn MasterPty) -> String {
    let termios = master.get_termios().expect("a unix pty has line flags");
    format!(
        "{:?} {:?} {:?}",
        termios.input_flags, termios.output_flags, termios.local_flags
    )
}
