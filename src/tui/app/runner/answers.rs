//! Waiting for the store without making the screen wait: one thread for what
//! was asked, one for what was written, each in order.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::Happening;
use crate::tui::app::message::Message;

/// How long the end waits for what is being written.
const FLUSH_MS_MAX: u64 = 2_000;
/// Between two looks whether it is done.
const FLUSH_STEP_MS: u64 = 2;

type Wait = Box<dyn FnOnce() -> Option<Message> + Send>;

/// A thread that waits for answers and passes them on as messages.
pub struct Collector {
    waits: Option<Sender<(u64, Wait)>>,
    thread: Option<JoinHandle<()>>,
}

impl Collector {
    /// Starts the thread.
    pub fn start(name: &str, out: Sender<Happening>) -> io::Result<Self> {
        let (waits, taken) = channel();
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || run(&taken, &out))?;
        Ok(Self {
            waits: Some(waits),
            thread: Some(thread),
        })
    }

    /// Waits for an answer of a session, then passes its message on.
    pub fn collect(&self, session: u64, wait: impl FnOnce() -> Option<Message> + Send + 'static) {
        if let Some(waits) = &self.waits {
            // It ends only with this handle.
            let _ = waits.send((session, Box::new(wait)));
        }
    }

    /// Waits until everything that was asked for has been answered, for a
    /// bounded time.
    pub fn finish(&mut self) {
        self.waits = None;
        let Some(thread) = self.thread.take() else {
            return;
        };
        let deadline = Instant::now() + Duration::from_millis(FLUSH_MS_MAX);
        wait_for_end(&thread, deadline);
    }
}

/// Waits until a thread has ended, or until then.
pub(super) fn wait_for_end(thread: &JoinHandle<()>, deadline: Instant) {
    while !thread.is_finished() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(FLUSH_STEP_MS));
    }
}

fn run(waits: &Receiver<(u64, Wait)>, out: &Sender<Happening>) {
    while let Ok((session, wait)) = waits.recv() {
        if let Some(message) = wait()
            && out.send(Happening::Answer { session, message }).is_err()
        {
            // Nobody draws any more; what is still written is waited for.
            for (_, wait) in waits {
                wait();
            }
            return;
        }
    }
}
