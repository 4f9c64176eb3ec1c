//! The keyboard: bytes of the terminal, read in a thread of its own.
//!
//! It owns the reading end of the terminal. It notices a dead terminal by
//! itself and says so once ([`Input::Gone`]). It must not know what a key
//! means; folding and keymaps come after it.

use std::fs::File;
use std::io::{self, IsTerminal, PipeReader, PipeWriter, Read};
use std::ops::ControlFlow;
use std::os::fd::AsFd;
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event::KeyEvent;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::decode::{Answer, Decoded, Decoder};

/// What comes from the keyboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key, as crossterm would report it.
    Key(KeyEvent),
    /// Pasted text: never keys, not yet neutralised, line ends are line feeds.
    Paste(String),
    /// An answer that tells how far the terminal has come. No other is passed
    /// on: late ones are nobody's keys.
    Answer(Answer),
    /// The terminal is gone; nothing follows. To be treated as a hang-up.
    Gone,
}

/// Bytes taken at once; a longer paste takes several reads.
const READ_BYTES_MAX: usize = 4096;

/// Longest wait for a batch of answers, however they dribble in.
const ANSWERS_MS_MAX: u64 = 2000;

/// The terminal's input before its thread runs.
#[derive(Debug)]
pub struct Keyboard {
    file: File,
    decoder: Decoder,
    /// Keys that were typed while somebody waited for answers.
    early: Vec<Decoded>,
}

/// Ends the reading thread when dropped.
#[derive(Debug)]
pub struct KeyboardThread {
    _stop: PipeWriter,
}

/// What a wait for input brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Woken {
    Readable,
    TimedOut,
    Stopped,
}

impl Keyboard {
    /// Standard input where it is a terminal, the controlling terminal
    /// otherwise.
    ///
    /// # Errors
    /// When there is neither.
    pub fn open() -> io::Result<Self> {
        let stdin = io::stdin();
        let file = if stdin.is_terminal() {
            File::from(stdin.as_fd().try_clone_to_owned()?)
        } else {
            File::open("/dev/tty")?
        };
        Ok(Self::over(file))
    }

    fn over(file: File) -> Self {
        Self {
            file,
            decoder: Decoder::default(),
            early: Vec::new(),
        }
    }

    /// Collects answers until the device attributes come, or until none has
    /// come for `wait`. Keys typed meanwhile are kept for the thread.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn answers(&mut self, wait: Duration) -> io::Result<Vec<Answer>> {
        let begun = Instant::now();
        let mut deadline = begun + wait;
        let mut answers = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(answers);
            }
            let decoded = match wait_for(&self.file, None, Some(left))? {
                Woken::Readable => self.read()?,
                Woken::TimedOut | Woken::Stopped => return Ok(answers),
            };
            for thing in decoded {
                match thing {
                    // A slow line brings them one by one.
                    Decoded::Answer(answer) => {
                        answers.push(answer);
                        let last = begun + Duration::from_millis(ANSWERS_MS_MAX);
                        deadline = last.min(Instant::now() + wait);
                    }
                    key @ (Decoded::Key(_) | Decoded::Paste(_)) => self.early.push(key),
                }
            }
            if answers.contains(&Answer::DeviceAttributes) {
                return Ok(answers);
            }
        }
    }

    /// Reads in a thread of its own from now on and gives everything to `sink`,
    /// until the sink breaks, the handle is dropped or the terminal is gone.
    ///
    /// # Errors
    /// When the system has no thread or no pipe left.
    pub fn spawn(
        self,
        sink: impl FnMut(Input) -> ControlFlow<()> + Send + 'static,
    ) -> io::Result<KeyboardThread> {
        let (stopped, stop) = io::pipe()?;
        thread::Builder::new()
            .name("keyboard".into())
            .spawn(move || self.run(&stopped, sink))?;
        Ok(KeyboardThread { _stop: stop })
    }

    fn run(mut self, stopped: &PipeReader, mut sink: impl FnMut(Input) -> ControlFlow<()>) {
        let early = std::mem::take(&mut self.early);
        if pass_on(early, &mut sink).is_break() {
            return;
        }
        loop {
            let patience = self.decoder.patience();
            let decoded = match wait_for(&self.file, Some(stopped), patience) {
                Ok(Woken::Stopped) => return,
                Ok(Woken::Readable) => self.read(),
                Ok(Woken::TimedOut) => {
                    let mut decoded = Vec::new();
                    self.decoder.expire(&mut decoded);
                    Ok(decoded)
                }
                Err(error) => Err(error),
            };
            let Ok(decoded) = decoded else {
                // Every error of a terminal's input is final for a reader, and
                // a reader that went on would spin.
                let _ = sink(Input::Gone);
                return;
            };
            if pass_on(decoded, &mut sink).is_break() {
                return;
            }
        }
    }

    fn read(&mut self) -> io::Result<Vec<Decoded>> {
        let mut buffer = [0; READ_BYTES_MAX];
        let mut decoded = Vec::new();
        match self.file.read(&mut buffer) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => self.decoder.feed(&buffer[..count], &mut decoded),
            Err(error) if is_momentary(&error) => {}
            Err(error) => return Err(error),
        }
        Ok(decoded)
    }
}

/// Most answers end here.
fn pass_on(
    decoded: Vec<Decoded>,
    sink: &mut impl FnMut(Input) -> ControlFlow<()>,
) -> ControlFlow<()> {
    for thing in decoded {
        match thing {
            Decoded::Key(key) => sink(Input::Key(key))?,
            Decoded::Paste(text) => sink(Input::Paste(text))?,
            Decoded::Answer(answer @ (Answer::Ready | Answer::DeviceAttributes)) => {
                sink(Input::Answer(answer))?;
            }
            Decoded::Answer(_) => {}
        }
    }
    ControlFlow::Continue(())
}

fn is_momentary(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock
    )
}

/// Waits for input, for the stop, or until the time is over. Input comes before
/// a hang-up, so that the last keys are not lost; the read then tells the end.
fn wait_for(
    file: &File,
    stopped: Option<&PipeReader>,
    wait: Option<Duration>,
) -> io::Result<Woken> {
    let wait = wait.and_then(|wait| Timespec::try_from(wait).ok());
    let mut fds = vec![PollFd::new(file, PollFlags::IN)];
    if let Some(stopped) = stopped {
        fds.push(PollFd::new(stopped, PollFlags::IN));
    }
    loop {
        match poll(&mut fds, wait.as_ref()) {
            Ok(0) => return Ok(Woken::TimedOut),
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(errno) => return Err(errno.into()),
        }
        if fds.get(1).is_some_and(|stop| !stop.revents().is_empty()) {
            return Ok(Woken::Stopped);
        }
        let ready = fds[0].revents();
        if ready.contains(PollFlags::IN) {
            return Ok(Woken::Readable);
        }
        if ready.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyCode, KeyModifiers};
    use std::io::Write;
    use std::os::fd::OwnedFd;
    use std::sync::mpsc;

    fn keyboard() -> (Keyboard, PipeWriter) {
        let (reader, writer) = io::pipe().expect("a pipe");
        (Keyboard::over(File::from(OwnedFd::from(reader))), writer)
    }

    fn key(c: char) -> Input {
        Input::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE))
    }

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn keys_pass_answers_do_not_and_the_end_is_told_once() {
        let (keyboard, mut terminal) = keyboard();
        let (sender, received) = mpsc::channel();
        let _thread = keyboard
            .spawn(move |input| {
                sender
                    .send(input)
                    .map_or(ControlFlow::Break(()), ControlFlow::Continue)
            })
            .expect("a thread");
        terminal.write_all(b"a\x1b[5;7Rb").expect("written");
        drop(terminal);
        let all: Vec<Input> = received.iter().collect();
        assert_eq!(all, [key('a'), key('b'), Input::Gone]);
    }

    #[test]
    fn an_escape_alone_is_a_key_after_a_moment() {
        let (keyboard, mut terminal) = keyboard();
        let (sender, received) = mpsc::channel();
        let _thread = keyboard
            .spawn(move |input| {
                sender
                    .send(input)
                    .map_or(ControlFlow::Break(()), ControlFlow::Continue)
            })
            .expect("a thread");
        terminal.write_all(b"\x1b").expect("written");
        let escape = Input::Key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE));
        assert_eq!(received.recv_timeout(LONG), Ok(escape));
    }

    #[test]
    fn dropping_the_handle_ends_the_thread() {
        let (keyboard, _terminal) = keyboard();
        let (sender, received) = mpsc::channel::<Input>();
        let thread = keyboard
            .spawn(move |input| {
                sender
                    .send(input)
                    .map_or(ControlFlow::Break(()), ControlFlow::Continue)
            })
            .expect("a thread");
        drop(thread);
        assert_eq!(
            received.recv_timeout(LONG),
            Err(mpsc::RecvTimeoutError::Disconnected)
        );
    }

    #[test]
    fn keys_typed_during_the_questions_are_kept() {
        let (mut keyboard, mut terminal) = keyboard();
        terminal.write_all(b"q\x1b[2;2R\x1b[?62c").expect("written");
        let answers = keyboard.answers(LONG).expect("answers");
        assert_eq!(
            answers,
            [
                Answer::CursorAt { row: 2, column: 2 },
                Answer::DeviceAttributes
            ]
        );
        let (sender, received) = mpsc::channel();
        let _thread = keyboard
            .spawn(move |input| {
                sender
                    .send(input)
                    .map_or(ControlFlow::Break(()), ControlFlow::Continue)
            })
            .expect("a thread");
        assert_eq!(received.recv_timeout(LONG), Ok(key('q')));
    }

    #[test]
    fn silence_ends_the_questions() {
        let (mut keyboard, _terminal) = keyboard();
        let answers = keyboard
            .answers(Duration::from_millis(1))
            .expect("no error");
        assert_eq!(answers, []);
    }
}
