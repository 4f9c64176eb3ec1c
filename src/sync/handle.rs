//! The engine as others hold it: started, asked, told, stopped.

use std::future::Future;
use std::io;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::engine::{Engine, Order, Outcome, Parts};
use super::status::Status;
use crate::wire::session::SignedIn;

/// Orders that may wait; more of them would only say the same.
const ORDERS_MAX: usize = 16;
/// Threads of a runtime of the engine's own.
const WORKER_THREADS: usize = 1;
/// How long stopping may take, in milliseconds.
const STOP_MS: u64 = 1_000;

/// A running engine. Dropping it stops the engine.
pub struct EngineHandle {
    status: watch::Receiver<Status>,
    orders: mpsc::Sender<Order>,
    task: JoinHandle<()>,
    spawner: Handle,
    // Only when the engine has a runtime of its own.
    runtime: Option<Runtime>,
}

/// Where the engine runs.
#[derive(Clone, Debug)]
pub enum RunOn {
    /// On a runtime of its own, which it starts and ends.
    Own,
    /// On this one.
    Given(Handle),
}

impl EngineHandle {
    /// Starts the engine. With `begun`, the answer of a sign-in, it uses that
    /// session; otherwise it begins one by the desk's proof.
    ///
    /// # Errors
    /// When a runtime of its own cannot be started.
    pub fn start(parts: Parts, begun: Option<&SignedIn>, on: RunOn) -> io::Result<Self> {
        let (runtime, spawner) = match on {
            RunOn::Own => {
                let runtime = Builder::new_multi_thread()
                    .worker_threads(WORKER_THREADS)
                    .thread_name("sync")
                    .enable_all()
                    .build()?;
                let spawner = runtime.handle().clone();
                (Some(runtime), spawner)
            }
            RunOn::Given(handle) => (None, handle),
        };
        let (orders, taken) = mpsc::channel(ORDERS_MAX);
        let (tell, status) = watch::channel(Status::default());
        let engine = Engine::new(parts, begun, taken, tell);
        let task = spawner.spawn(engine.run());
        Ok(Self {
            status,
            orders,
            task,
            spawner,
            runtime,
        })
    }

    /// How things stand now.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// To wait for changes of the status.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Calls `tell` with the status now and whenever it changes, from a thread
    /// of the engine's; it must not block.
    pub fn follow(&self, mut tell: impl FnMut(Status) + Send + 'static) {
        let mut status = self.status.clone();
        self.spawner.spawn(async move {
            loop {
                let now = status.borrow_and_update().clone();
                tell(now);
                if status.changed().await.is_err() {
                    return;
                }
            }
        });
    }

    /// Tries now, whatever was waited for.
    pub fn sync_now(&self) {
        self.order(Order::SyncNow);
    }

    /// Tells of a sign-in with the password.
    pub fn signed_in(&self, signed_in: SignedIn) {
        self.order(Order::SignedIn(Box::new(signed_in)));
    }

    fn order(&self, order: Order) {
        // Full only when many orders wait already; the engine then looks at
        // everything anyway.
        let _ = self.orders.try_send(order);
    }

    /// Stops the engine and waits until it has let go of everything. Not from
    /// async code, which uses [`EngineHandle::stopped`].
    pub fn stop(mut self) {
        self.task.abort();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_millis(STOP_MS));
        }
    }

    /// Stops the engine and waits until it has let go of everything.
    pub async fn stopped(mut self) {
        self.task.abort();
        // Cancelled is what was asked for.
        let _ = (&mut self.task).await;
    }
}

impl Drop for EngineHandle {
    fn drop(&mut self) {
        self.task.abort();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Runs until the outbox is answered and the copy is whole, or that cannot be
/// had now; for the command line. Blocks the thread.
///
/// # Errors
/// When no runtime can be started.
pub fn sync_once(parts: Parts, begun: Option<&SignedIn>) -> io::Result<Outcome> {
    let (_orders, taken) = mpsc::channel(ORDERS_MAX);
    let (tell, _status) = watch::channel(Status::default());
    let engine = Engine::new(parts, begun, taken, tell);
    block_on(engine.run_once())
}

/// Runs a future of this room (a sign-in, say) to its end; for threads without
/// a runtime.
///
/// # Errors
/// When no runtime can be started.
pub fn block_on<T>(future: impl Future<Output = T>) -> io::Result<T> {
    Ok(Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(future))
}
