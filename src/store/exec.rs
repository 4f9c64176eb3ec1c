//! Who carries out calls: one writer thread and one reader thread, or the
//! caller itself where a simulation allows no threads.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

use super::error::StoreError;
use super::reader::Reader;
use super::ticket::Ticket;
use super::writer::Writer;

/// Calls that wait for a worker; more are turned away as busy.
pub const WAITING_CALLS_MAX: usize = 1_024;

/// How calls are carried out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Executor {
    /// By a thread that writes and a thread that reads.
    #[default]
    Threads,
    /// By the caller, before the call returns.
    Inline,
}

type Job<W> = Box<dyn FnOnce(&mut W) + Send>;

/// The workers behind a handle.
pub(super) enum Exec {
    Threads {
        writer: Worker<Writer>,
        reader: Worker<Reader>,
    },
    Inline {
        writer: Box<Mutex<Writer>>,
        reader: Box<Mutex<Reader>>,
    },
}

/// A thread and the way to it. Dropping it waits until the thread has closed
/// its files: a process that ends while `SQLCipher` still runs in a thread may
/// crash in OpenSSL's clean-up.
pub(super) struct Worker<W> {
    jobs: Option<SyncSender<Job<W>>>,
    thread: Option<JoinHandle<()>>,
}

impl<W> Drop for Worker<W> {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take()
            // The last handle may be dropped by a job of this very thread.
            && thread.thread().id() != thread::current().id()
            && thread.join().is_err()
        {
            tracing::error!("a thread of the store panicked");
        }
    }
}

impl Exec {
    pub(super) fn start(
        executor: Executor,
        writer: Writer,
        reader: Reader,
    ) -> Result<Self, StoreError> {
        Ok(match executor {
            Executor::Inline => Self::Inline {
                writer: Box::new(Mutex::new(writer)),
                reader: Box::new(Mutex::new(reader)),
            },
            Executor::Threads => Self::Threads {
                writer: spawn("store-writer", writer)?,
                reader: spawn("store-reader", reader)?,
            },
        })
    }

    pub(super) fn write<T, E>(
        &self,
        call: impl FnOnce(&mut Writer) -> Result<T, E> + Send + 'static,
    ) -> Ticket<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match self {
            Self::Threads { writer, .. } => send(writer, call),
            Self::Inline { writer, .. } => run(writer, call),
        }
    }

    /// As [`Exec::write`], for a call that has its answer before it is over.
    pub(super) fn write_telling<T, E>(
        &self,
        call: impl FnOnce(&mut Writer, &mut Early<T, E>) -> Result<(), E> + Send + 'static,
    ) -> Ticket<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, mut ticket) = oneshot::channel();
        let mut early = Early {
            answer: Some(answer),
        };
        let call = move |writer: &mut Writer| {
            if let Err(error) = call(writer, &mut early) {
                early.send(Err(error));
            }
        };
        match self {
            Self::Threads { writer, .. } => hand_over(writer, Box::new(call), ticket),
            Self::Inline { writer, .. } => {
                call(&mut writer.lock().unwrap_or_else(PoisonError::into_inner));
                Ticket::ready(
                    ticket
                        .try_recv()
                        .unwrap_or_else(|_| Err(StoreError::Closed.into())),
                )
            }
        }
    }

    pub(super) fn read<T: Send + 'static>(
        &self,
        call: impl FnOnce(&mut Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Ticket<T> {
        let call = |reader: &mut Reader| {
            reader.shared.wait_until_followed();
            call(reader)
        };
        match self {
            Self::Threads { reader, .. } => send(reader, call),
            Self::Inline { reader, .. } => run(reader, call),
        }
    }
}

/// Answers a call that goes on.
pub(super) struct Early<T, E> {
    answer: Option<oneshot::Sender<Result<T, E>>>,
}

impl<T, E> Early<T, E> {
    /// The call has succeeded; what it still does cannot fail it.
    pub(super) fn tell(&mut self, value: T) {
        self.send(Ok(value));
    }

    fn send(&mut self, result: Result<T, E>) {
        if let Some(answer) = self.answer.take() {
            // Nobody may be waiting any more.
            let _ = answer.send(result);
        }
    }
}

fn spawn<W: Send + 'static>(name: &str, mut worker: W) -> Result<Worker<W>, StoreError> {
    let (jobs, receiver): (_, Receiver<Job<W>>) = sync_channel(WAITING_CALLS_MAX);
    let thread = thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || {
            // Ends when the last handle is dropped, after what was asked.
            for job in receiver {
                job(&mut worker);
            }
        })?;
    Ok(Worker {
        jobs: Some(jobs),
        thread: Some(thread),
    })
}

fn send<W, T, E>(
    worker: &Worker<W>,
    call: impl FnOnce(&mut W) -> Result<T, E> + Send + 'static,
) -> Ticket<T, E>
where
    W: 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let (answer, ticket) = oneshot::channel();
    let job: Job<W> = Box::new(move |worker| {
        // Nobody may be waiting any more; the call was carried out all the same.
        let _ = answer.send(call(worker));
    });
    hand_over(worker, job, ticket)
}

fn hand_over<W, T, E: From<StoreError>>(
    worker: &Worker<W>,
    job: Job<W>,
    ticket: oneshot::Receiver<Result<T, E>>,
) -> Ticket<T, E> {
    match worker.jobs.as_ref().map(|jobs| jobs.try_send(job)) {
        Some(Ok(())) => Ticket::coming(ticket),
        Some(Err(TrySendError::Full(_))) => Ticket::ready(Err(StoreError::Busy.into())),
        Some(Err(TrySendError::Disconnected(_))) | None => {
            Ticket::ready(Err(StoreError::Closed.into()))
        }
    }
}

fn run<W, T, E: From<StoreError>>(
    worker: &Mutex<W>,
    call: impl FnOnce(&mut W) -> Result<T, E>,
) -> Ticket<T, E> {
    let mut worker = worker.lock().unwrap_or_else(PoisonError::into_inner);
    Ticket::ready(call(&mut worker))
}
