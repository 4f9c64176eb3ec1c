//! A connection whose peer takes nothing any more is closed.
//!
//! Whoever asks for a snapshot and then does not read it holds its bytes in
//! this process; a partition does the same without wanting to. Reading has its
//! own bounds (heads and bodies have deadlines), so only writing is watched.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// How long the peer may take nothing while something waits to be sent, in
/// seconds. Longer than a workstation's stream may be silent.
pub const WRITE_STALL_S: u64 = 60;

/// A socket that gives up when the peer takes nothing for too long.
pub struct Stalling<S> {
    socket: S,
    patience: Duration,
    /// Runs from the first step that had to wait; `None` while all pass.
    waiting: Option<(Step, Pin<Box<Sleep>>)>,
}

/// What the peer is waited for with. A socket without a buffer of its own has
/// always flushed, which says nothing about a write that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Write,
    Flush,
}

impl<S> Stalling<S> {
    /// Watches `socket`.
    pub fn new(socket: S, patience: Duration) -> Self {
        Self {
            socket,
            patience,
            waiting: None,
        }
    }

    /// Passes on what a write came to, or the end of patience.
    fn watch<T>(
        &mut self,
        context: &mut Context<'_>,
        step: Step,
        outcome: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.waiting
                .take_if(|(waited_for, _)| step == Step::Write || *waited_for == step);
            return outcome;
        }
        let patience = self.patience;
        let (_, waiting) = self
            .waiting
            .get_or_insert_with(|| (step, Box::pin(sleep(patience))));
        ready!(waiting.as_mut().poll(context));
        tracing::debug!("a peer takes nothing any more");
        // Polled again, it is out of patience again.
        waiting.as_mut().reset(Instant::now());
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Stalling<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stalling<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.watch(context, Step::Write, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.socket).poll_write_vectored(context, bytes);
        self.watch(context, Step::Write, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.socket).poll_flush(context);
        self.watch(context, Step::Flush, outcome)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.socket).poll_shutdown(context);
        self.watch(context, Step::Flush, outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const PATIENCE: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn a_peer_that_takes_nothing_is_given_up() {
        let (near, _far) = tokio::io::duplex(16);
        let mut near = Stalling::new(near, PATIENCE);
        let error = near.write_all(&[0; 64]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        let error = near.write_all(&[0; 64]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut, "and stays so");
    }

    #[tokio::test]
    async fn a_flush_that_passes_does_not_hide_a_write_that_waits() {
        let (near, _far) = tokio::io::duplex(16);
        let mut near = Stalling::new(near, PATIENCE);
        near.write_all(&[0; 16]).await.unwrap();
        let error = std::future::poll_fn(|context| {
            let written = Pin::new(&mut near).poll_write(context, &[0; 1]);
            let flushed = Pin::new(&mut near).poll_flush(context);
            assert!(matches!(flushed, Poll::Ready(Ok(()))));
            written.map(|outcome| outcome.unwrap_err())
        });
        let flushed = tokio::time::timeout(PATIENCE * 100, error).await;
        assert_eq!(flushed.unwrap().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_slow_peer_that_takes_something_is_waited_for() {
        let (near, mut far) = tokio::io::duplex(16);
        let mut near = Stalling::new(near, Duration::from_mins(1));
        let writing = tokio::spawn(async move { near.write_all(&[7; 4_096]).await });
        let mut taken = Vec::new();
        while taken.len() < 4_096 {
            let mut byte = [0; 1];
            far.read_exact(&mut byte).await.unwrap();
            taken.push(byte[0]);
        }
        writing.await.unwrap().unwrap();
        assert_eq!(taken, [7; 4_096]);
    }
}
