//! The process's signals, in a thread of their own.
//!
//! It owns what must happen at once, whatever the rest of the program is doing:
//! on a signal that ends the process the terminal is restored here, within its
//! time limit; on a stop it is restored, and taken back on continuing. Saving
//! drafts and ending is the runner's: it gets a [`Signal`].

use std::io;
use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::{Handle, Signals};
use signal_hook::low_level::emulate_default_handler;

use super::guard::{Leaving, reenter, restore};

/// What the runner has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The terminal or the connection is gone: save and end.
    HangUp,
    /// Somebody asks the process to end: save and end.
    Terminate,
    /// The process is about to stop: save, then say so by [`saved`].
    Stopping,
    /// The process continues after a stop: ask the size, repaint everything.
    Resumed,
    /// The terminal has another size.
    Resized,
}

/// A second request to end counts only after this; it may be the same one,
/// sent twice.
const INSIST_MS_MIN: u64 = 1000;

/// A stop waits no longer than this for what is half written to be saved.
const STOP_MS_MAX: u64 = 500;

/// Whether what was half written before a stop is on the disk.
static SAVED: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());

/// Lets a stop go on: everything that must not be lost is on the disk.
pub fn saved() {
    *SAVED.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
    SAVED.1.notify_all();
}

fn wait_until_saved() {
    let saved = SAVED.0.lock().unwrap_or_else(PoisonError::into_inner);
    let patience = Duration::from_millis(STOP_MS_MAX);
    // Who stops a program must not wait for a disk that hangs.
    let _ = SAVED.1.wait_timeout_while(saved, patience, |saved| !*saved);
}

/// Ends the thread when dropped.
#[derive(Debug)]
pub struct SignalThread {
    handle: Handle,
}

impl Drop for SignalThread {
    fn drop(&mut self) {
        self.handle.close();
    }
}

/// Takes over the signals and gives the runner's part to `sink`, until the sink
/// breaks or the handle is dropped.
///
/// # Errors
/// When the system refuses the handlers or the thread.
pub fn spawn(
    sink: impl FnMut(Signal) -> ControlFlow<()> + Send + 'static,
) -> io::Result<SignalThread> {
    let mut signals = Signals::new([SIGHUP, SIGTERM, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH])?;
    let handle = signals.handle();
    thread::Builder::new()
        .name("signals".into())
        .spawn(move || run(&mut signals, sink))?;
    Ok(SignalThread { handle })
}

/// Stops this process as Ctrl-Z would; the signal thread restores the terminal
/// before and takes it back after.
///
/// # Errors
/// When the system refuses.
pub fn stop_self() -> io::Result<()> {
    signal_hook::low_level::raise(SIGTSTP)
}

/// What one signal asks of this thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Duty {
    /// Restore for good, then tell.
    End(Signal),
    /// Restore, let the runner save, then stop the process.
    Stop,
    /// Take the terminal back, then tell.
    Resume,
    /// Tell.
    Tell(Signal),
}

fn duty(number: i32) -> Option<Duty> {
    match number {
        SIGHUP => Some(Duty::End(Signal::HangUp)),
        SIGTERM | SIGINT | SIGQUIT => Some(Duty::End(Signal::Terminate)),
        SIGTSTP => Some(Duty::Stop),
        SIGCONT => Some(Duty::Resume),
        SIGWINCH => Some(Duty::Tell(Signal::Resized)),
        _ => None,
    }
}

fn run(signals: &mut Signals, mut sink: impl FnMut(Signal) -> ControlFlow<()>) {
    let mut ending_since: Option<Instant> = None;
    for number in signals.forever() {
        let Some(duty) = duty(number) else {
            continue;
        };
        let told = match duty {
            Duty::End(signal) => {
                restore(Leaving::ForGood);
                let since = *ending_since.get_or_insert_with(Instant::now);
                if signal == Signal::Terminate && insists(since.elapsed()) {
                    // The runner hangs. Nothing is left to save it by.
                    let _ = emulate_default_handler(number);
                }
                sink(signal)
            }
            Duty::Stop => {
                restore(Leaving::ForNow);
                *SAVED.0.lock().unwrap_or_else(PoisonError::into_inner) = false;
                if sink(Signal::Stopping).is_break() {
                    return;
                }
                wait_until_saved();
                // Returns when the process continues; SIGCONT comes after it.
                // Where it fails, the process never stopped.
                if emulate_default_handler(SIGTSTP).is_err() {
                    resume(&mut sink)
                } else {
                    ControlFlow::Continue(())
                }
            }
            Duty::Resume => resume(&mut sink),
            Duty::Tell(signal) => sink(signal),
        };
        if told.is_break() {
            return;
        }
    }
}

fn insists(elapsed: Duration) -> bool {
    elapsed >= Duration::from_millis(INSIST_MS_MIN)
}

fn resume(sink: &mut impl FnMut(Signal) -> ControlFlow<()>) -> ControlFlow<()> {
    match reenter() {
        Ok(()) => sink(Signal::Resumed),
        Err(_) => sink(Signal::HangUp),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn duties_by_table() {
        for (number, expected) in [
            (SIGHUP, Duty::End(Signal::HangUp)),
            (SIGTERM, Duty::End(Signal::Terminate)),
            (SIGINT, Duty::End(Signal::Terminate)),
            (SIGTSTP, Duty::Stop),
            (SIGCONT, Duty::Resume),
            (SIGWINCH, Duty::Tell(Signal::Resized)),
        ] {
            assert_eq!(duty(number), Some(expected));
        }
    }

    #[test]
    fn a_signal_reaches_the_runner_and_dropping_ends_the_thread() {
        let (sender, received) = mpsc::channel();
        let thread = spawn(move |signal| {
            sender
                .send(signal)
                .map_or(ControlFlow::Break(()), ControlFlow::Continue)
        })
        .expect("handlers");
        signal_hook::low_level::raise(SIGWINCH).expect("raised");
        let wait = Duration::from_secs(20);
        assert_eq!(received.recv_timeout(wait), Ok(Signal::Resized));
        drop(thread);
        assert_eq!(
            received.recv_timeout(wait),
            Err(mpsc::RecvTimeoutError::Disconnected)
        );
    }
}
