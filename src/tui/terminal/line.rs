//! The line to the terminal: bytes out, without anybody waiting for them.
//!
//! A frame is written at once as far as the terminal takes it; the rest goes
//! out from a thread, and its end is told. So the runner never waits for a
//! terminal that is stopped, slow or stuck. It must not decide whether a frame
//! may go (that is [`super::flow`]).

use std::fs::File;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::guard::{Session, is_inside, write_inside};

/// What is told of the line.
#[derive(Debug)]
pub enum LineNews {
    /// Everything has left this process.
    Written,
    /// The terminal takes nothing more, for ever.
    Failed(io::Error),
}

/// How the terminal's file behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A write takes what there is room for and returns.
    Prompt,
    /// A write waits, so it never happens in the runner's thread: where no
    /// file of our own could be opened, and on real lines, which tell when
    /// their bytes are out.
    Waiting,
}

/// Bytes that are written at once where a write waits: so the session's lock
/// is held for moments only.
const WAITING_BYTES_MAX: usize = 256;

/// How long a thread waits for room before it looks whether the session is
/// still open.
const LOOK_MS: u64 = 100;

/// See the module. Nothing is written once the session is over.
#[derive(Debug)]
pub struct Line {
    file: File,
    kind: Kind,
    rest: Sender<Vec<u8>>,
    /// Bytes that the thread has not written yet.
    waiting: Arc<AtomicUsize>,
}

impl Line {
    /// Opens the line; `sink` is told from a thread of its own.
    ///
    /// # Errors
    /// When standard output is closed, or the system has no thread left.
    pub fn open(
        session: &Session,
        sink: impl FnMut(LineNews) -> ControlFlow<()> + Send + 'static,
    ) -> io::Result<Self> {
        let (file, kind) = match own_file() {
            Some(file) => (file, Kind::Prompt),
            None => (session.output()?.into_file(), Kind::Waiting),
        };
        Self::over(file, kind, sink)
    }

    fn over(
        file: File,
        kind: Kind,
        sink: impl FnMut(LineNews) -> ControlFlow<()> + Send + 'static,
    ) -> io::Result<Self> {
        let (rest, frames) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let (out, left) = (file.try_clone()?, Arc::clone(&waiting));
        thread::Builder::new()
            .name("terminal-line".into())
            .spawn(move || run(&out, kind, &frames, &left, sink))?;
        Ok(Self {
            file,
            kind,
            rest,
            waiting,
        })
    }

    /// Whether everything that was handed over has left this process.
    #[must_use]
    pub fn is_written(&self) -> bool {
        self.waiting.load(Ordering::Acquire) == 0
    }
}

impl Write for Line {
    /// Takes all of it, now or later.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        // What is written now must not overtake what waits.
        while self.kind == Kind::Prompt && self.is_written() && !rest.is_empty() {
            match write_inside(&self.file, rest) {
                Ok(count) => rest = rest.get(count..).unwrap_or(&[]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if !rest.is_empty() {
            self.waiting.fetch_add(rest.len(), Ordering::AcqRel);
            if self.rest.send(rest.to_vec()).is_err() {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The terminal opened once more, because a flag against waiting would else
/// hold for the shell, too. Only for pseudo terminals: real lines tell when
/// their bytes are out, and are better waited for.
fn own_file() -> Option<File> {
    let name = std::fs::read_link("/proc/self/fd/1").ok()?;
    if !name.starts_with("/dev/pts/") {
        return None;
    }
    let file = File::options().write(true).open(&name).ok()?;
    rustix::io::ioctl_fionbio(&file, true).ok()?;
    Some(file)
}

fn run(
    out: &File,
    kind: Kind,
    frames: &Receiver<Vec<u8>>,
    waiting: &AtomicUsize,
    mut sink: impl FnMut(LineNews) -> ControlFlow<()>,
) {
    for frame in frames {
        let written = write_all(out, kind, &frame).and_then(|()| match kind {
            Kind::Prompt => Ok(()),
            Kind::Waiting => drain(out),
        });
        let before = waiting.fetch_sub(frame.len(), Ordering::AcqRel);
        let news = match written {
            Ok(()) if before > frame.len() => continue,
            Ok(()) => LineNews::Written,
            Err(error) => LineNews::Failed(error),
        };
        if sink(news).is_break() {
            return;
        }
    }
}

fn write_all(out: &File, kind: Kind, mut rest: &[u8]) -> io::Result<()> {
    while !rest.is_empty() {
        if kind == Kind::Waiting {
            wait_for_room(out)?;
        }
        let part = match kind {
            Kind::Prompt => rest,
            Kind::Waiting => &rest[..rest.len().min(WAITING_BYTES_MAX)],
        };
        match write_inside(out, part) {
            Ok(count) => rest = rest.get(count..).unwrap_or(&[]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait_for_room(out)?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Waits until the terminal takes more, or until nothing is to be written any
/// more.
fn wait_for_room(out: &File) -> io::Result<()> {
    let wait = Timespec::try_from(Duration::from_millis(LOOK_MS)).ok();
    while is_inside() {
        match poll(&mut [PollFd::new(out, PollFlags::OUT)], wait.as_ref()) {
            Ok(0) | Err(rustix::io::Errno::INTR) => {}
            Ok(_) => return Ok(()),
            Err(errno) => return Err(errno.into()),
        }
    }
    Ok(())
}

/// Waits until a real line has sent everything. What is no terminal has
/// nothing to wait for.
fn drain(out: &File) -> io::Result<()> {
    loop {
        match rustix::termios::tcdrain(out) {
            Ok(()) | Err(rustix::io::Errno::NOTTY) => return Ok(()),
            Err(rustix::io::Errno::INTR) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::OwnedFd;
    use std::sync::mpsc::RecvTimeoutError;

    #[test]
    fn outside_a_session_all_is_taken_and_nothing_written() {
        let (mut reader, writer) = io::pipe().expect("a pipe");
        let file = File::from(OwnedFd::from(writer));
        let (told, news) = channel();
        let mut line = Line::over(file, Kind::Waiting, move |news| {
            told.send(news)
                .map_or(ControlFlow::Break(()), ControlFlow::Continue)
        })
        .expect("a thread");
        line.write_all(b"late").expect("taken");
        let patience = Duration::from_secs(20);
        assert!(matches!(news.recv_timeout(patience), Ok(LineNews::Written)));
        assert!(line.is_written());
        drop(line);
        assert!(matches!(
            news.recv_timeout(patience),
            Err(RecvTimeoutError::Disconnected)
        ));
        let mut written = Vec::new();
        io::Read::read_to_end(&mut reader, &mut written).expect("read");
        assert_eq!(written, b"");
    }
}
