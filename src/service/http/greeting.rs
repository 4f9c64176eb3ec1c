//! A connection whose peer never says what it wants is closed.
//!
//! The first bytes tell HTTP/1 from HTTP/2, and hyper-util waits for them
//! before either has begun, so neither's own clock runs yet: a peer that says
//! nothing would keep its place for ever, and places are bounded. When
//! `hyper_util::server::conn::auto` has a timeout of its own for this, it can
//! take over.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// As many bytes tell the two apart: the preface of HTTP/2 (RFC 9113 §3.4).
/// No request of ours is shorter in HTTP/1.
const GREETING_BYTES: usize = 24;

/// A socket that gives up when the peer does not greet in time.
pub struct Greeted<S> {
    socket: S,
    /// Bytes that are missing, and until when they must come; none afterwards.
    awaited: Option<(usize, Pin<Box<Sleep>>)>,
}

impl<S> Greeted<S> {
    /// Waits from now on for the first bytes.
    pub fn new(socket: S, patience: Duration) -> Self {
        Self {
            socket,
            awaited: Some((GREETING_BYTES, Box::pin(sleep(patience)))),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Greeted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.socket).poll_read(context, buffer);
        let Some((missing, until)) = &mut self.awaited else {
            return outcome;
        };
        if outcome.is_ready() {
            *missing = missing.saturating_sub(buffer.filled().len() - before);
            if *missing == 0 {
                self.awaited = None;
            }
            return outcome;
        }
        ready!(until.as_mut().poll(context));
        tracing::debug!("a peer never said what it wants");
        // Polled again, it is still not greeted.
        until.as_mut().reset(tokio::time::Instant::now());
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Greeted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}
