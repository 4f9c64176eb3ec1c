//! Threads that open the desk, each for one question: they derive a key, ask the
//! service, and open the store's files.

use std::io;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::answers::wait_for_end;

/// How long the end waits for them. A key is derived in under a second and the
/// files are open soon after; only a service that does not answer takes longer.
const END_MS_MAX: u64 = 4_000;

/// Those that may still be at work.
#[derive(Default)]
pub struct Openers {
    threads: Vec<JoinHandle<()>>,
}

impl Openers {
    /// Starts one.
    ///
    /// # Errors
    ///
    /// The system has no thread to give.
    pub fn start(&mut self, name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let thread = thread::Builder::new().name(name.to_owned()).spawn(work)?;
        self.threads.retain(|thread| !thread.is_finished());
        self.threads.push(thread);
        Ok(())
    }

    /// Waits until they have ended, for a bounded time: a process must not end
    /// while one of them is in `SQLCipher`, for OpenSSL cleans up under its
    /// hands.
    pub fn finish(&mut self) {
        self.finish_by(Instant::now() + Duration::from_millis(END_MS_MAX));
    }

    fn finish_by(&mut self, deadline: Instant) {
        for thread in self.threads.drain(..) {
            wait_for_end(&thread, deadline);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn the_end_comes_after_every_thread_that_opens() {
        let mut openers = Openers::default();
        let ended = Arc::new(AtomicUsize::new(0));
        let mut gates = Vec::new();
        for _ in 0..3 {
            let (gate, opened) = channel::<()>();
            gates.push(gate);
            let ended = Arc::clone(&ended);
            let work = move || {
                let _ = opened.recv();
                ended.fetch_add(1, Ordering::SeqCst);
            };
            openers.start("opener", work).unwrap();
        }
        // They are let go when the wait is about to begin.
        let (waits, waiting) = channel::<()>();
        let opens = thread::spawn(move || {
            waiting.recv().unwrap();
            drop(gates);
        });
        waits.send(()).unwrap();
        openers.finish_by(Instant::now() + Duration::from_mins(1));
        assert_eq!(ended.load(Ordering::SeqCst), 3);
        assert!(openers.threads.is_empty());
        opens.join().unwrap();
    }

    #[test]
    fn one_that_never_ends_does_not_keep_the_program() {
        let mut openers = Openers::default();
        let (held, never) = channel::<()>();
        let work = move || {
            let _ = never.recv();
        };
        openers.start("opener", work).unwrap();
        let before = Instant::now();
        openers.finish_by(before + Duration::from_millis(20));
        assert!(before.elapsed() < Duration::from_secs(30));
        drop(held);
    }
}
