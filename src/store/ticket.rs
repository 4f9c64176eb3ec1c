//! The answer to a call that a worker carries out.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use super::error::StoreError;

/// An answer that may not be there yet: wait for it in a thread, or await it
/// in the engine. Dropping it does not undo the call.
#[must_use = "a ticket is the only way to learn how the call ended"]
pub struct Ticket<T, E = StoreError> {
    inner: Inner<T, E>,
}

enum Inner<T, E> {
    Ready(Option<Result<T, E>>),
    Coming(oneshot::Receiver<Result<T, E>>),
}

impl<T, E: From<StoreError>> Ticket<T, E> {
    /// An answer that is there.
    pub(super) fn ready(result: Result<T, E>) -> Self {
        Self {
            inner: Inner::Ready(Some(result)),
        }
    }

    /// An answer that a worker will send.
    pub(super) fn coming(receiver: oneshot::Receiver<Result<T, E>>) -> Self {
        Self {
            inner: Inner::Coming(receiver),
        }
    }

    /// Blocks the thread until the answer is there. Not for async code, which
    /// awaits the ticket.
    ///
    /// # Errors
    /// Those of the call; [`StoreError::Closed`] when the worker is gone.
    pub fn wait(self) -> Result<T, E> {
        match self.inner {
            Inner::Ready(Some(result)) => result,
            Inner::Ready(None) => Err(StoreError::Closed.into()),
            Inner::Coming(receiver) => receiver
                .blocking_recv()
                .unwrap_or_else(|_| Err(StoreError::Closed.into())),
        }
    }
}

impl<T: Unpin, E: From<StoreError> + Unpin> Future for Ticket<T, E> {
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.inner {
            Inner::Ready(result) => {
                Poll::Ready(result.take().unwrap_or(Err(StoreError::Closed.into())))
            }
            Inner::Coming(receiver) => Pin::new(receiver)
                .poll(context)
                .map(|answer| answer.unwrap_or_else(|_| Err(StoreError::Closed.into()))),
        }
    }
}
