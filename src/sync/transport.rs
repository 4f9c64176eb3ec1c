//! The narrow door to the network: a request and its answer, or a stream of
//! bytes. The engine knows nothing wider, so a simulation can stand in for it.

use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::domain::time::Timestamp;
use crate::wire::proof::Digest;

/// The most bytes of an answer that is read as a whole: a page of changes,
/// where one change alone may be larger than a page.
pub const REPLY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// What is to be done with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Read it.
    Get,
    /// Send something to it.
    Post,
    /// End it.
    Delete,
}

/// A request to the service.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// What to do.
    pub method: Method,
    /// Path and query, beginning with `/`.
    pub path: String,
    /// Bearer token.
    pub token: Option<String>,
    /// A JSON body.
    pub body: Option<Vec<u8>>,
}

// A token or a password in a body must not reach a log by way of `{:?}`.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("body_bytes", &self.body.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}

/// The head of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// HTTP status.
    pub status: u16,
    /// Media type without its parameters, in lower case.
    pub content_type: String,
    /// What `Retry-After` asks for, when it is a number of seconds.
    pub retry_after: Option<Duration>,
    /// The answering machine's clock, to the second.
    pub date: Option<Timestamp>,
}

/// An answer that was read as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// Status and headers.
    pub head: Head,
    /// The body, at most [`REPLY_BYTES_MAX`].
    pub body: Vec<u8>,
}

/// An answer whose body is read piece by piece.
pub struct Streaming {
    /// Status and headers.
    pub head: Head,
    /// The body.
    pub chunks: Box<dyn Chunks>,
}

/// A body that comes piece by piece. Dropping it closes the stream.
pub trait Chunks: Send {
    /// The next bytes; `None` at the end. It may wait for ever: who reads has
    /// to watch the clock.
    fn next(&mut self) -> BoxFuture<'_, Option<Result<Vec<u8>, TransportError>>>;
}

/// Requests to one service.
pub trait Transport: Send + Sync + 'static {
    /// Sends a request and reads the whole answer, within bounds of time and
    /// size. Any status is an answer.
    fn request(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>>;

    /// Sends a request and gives the answer as soon as its head has come.
    fn open(&self, request: Request) -> BoxFuture<'_, Result<Streaming, TransportError>>;
}

/// A source that is kept but need not be known.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// No connection could be made.
    #[error("the service cannot be reached")]
    Unreachable(#[source] Source),
    /// No answer within the time allowed.
    #[error("the service did not answer in time")]
    TimedOut,
    /// The connection broke before the answer was whole.
    #[error("the connection broke")]
    Broken(#[source] Source),
    /// TLS failed for another reason than the pin.
    #[error("the secure connection cannot be made")]
    Tls(#[source] Source),
    /// The certificate is not the one that was pinned.
    #[error("the service shows another certificate than the pinned {pinned}")]
    PinMismatch {
        /// What this desk was told to expect.
        pinned: Digest,
    },
    /// The answer is larger than [`REPLY_BYTES_MAX`].
    #[error("the answer is larger than {REPLY_BYTES_MAX} bytes")]
    TooLarge,
    /// The request itself cannot be sent.
    #[error("the request cannot be sent")]
    Request(#[source] Source),
}

impl TransportError {
    /// Whether the same may work later without anybody's help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::TimedOut | Self::Broken(_) | Self::Tls(_) => true,
            Self::PinMismatch { .. } | Self::TooLarge | Self::Request(_) => false,
        }
    }
}
