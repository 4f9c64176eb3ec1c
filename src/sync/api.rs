//! The service's API in types: what is asked, what is answered, and what an
//! answer that is none means.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::backoff::Setback;
use super::transport::{Head, Method, Request, Response, Streaming, Transport, TransportError};
use crate::domain::time::Timestamp;
use crate::store::handle::Witness;
use crate::wire::bounds::from_json;
use crate::wire::command::{Push, PushReply};
use crate::wire::feed::{ChangesPage, Cursor, FeedId, FeedInfo, Stated};
use crate::wire::problem::{PROBLEM_JSON, Problem, ProblemKind};
use crate::wire::session::{SignIn, SignedIn};
use crate::wire::stream::StreamRequest;

const JSON: &str = "application/json";
/// The media type of the live stream.
const EVENT_STREAM: &str = "text/event-stream";
/// The most bytes of a refusal that are read while a stream was asked for.
const REFUSAL_BYTES_MAX: usize = 64 * 1024;
/// How long such a refusal may take to come, in seconds.
const REFUSAL_TIMEOUT_S: u64 = 20;

/// Why a question to the service has no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// Nothing came back.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// What answered is not the service: a portal, a proxy, another program.
    #[error("something else answers in the service's place (status {status})")]
    NotOurs {
        /// The HTTP status.
        status: u16,
    },
    /// The service, or something before it, cannot serve now.
    #[error("the service cannot serve now")]
    Unavailable {
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// The service says what is wrong.
    #[error("the service answers: {}", .0.title)]
    Problem(Box<Problem>),
    /// The answer does not read as this program knows it.
    #[error("the service's answer cannot be read")]
    Unreadable(#[source] serde_json::Error),
}

impl ApiError {
    /// Whether the same may work later without anybody's help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Transport(error) => error.is_transient(),
            Self::NotOurs { .. } | Self::Unavailable { .. } | Self::Unreadable(_) => true,
            Self::Problem(problem) => problem.kind == ProblemKind::Internal,
        }
    }

    /// What the error is to the next wait.
    #[must_use]
    pub fn setback(&self) -> Setback {
        match self {
            Self::Transport(TransportError::Unreachable(_)) => Setback::Unreachable,
            Self::Unavailable { retry_after } => Setback::Overloaded {
                retry_after: *retry_after,
            },
            Self::Transport(_) | Self::NotOurs { .. } | Self::Problem(_) | Self::Unreadable(_) => {
                Setback::Overloaded { retry_after: None }
            }
        }
    }

    /// The kind of problem, if the service stated one.
    #[must_use]
    pub fn problem(&self) -> Option<ProblemKind> {
        match self {
            Self::Problem(problem) => Some(problem.kind),
            Self::Transport(_)
            | Self::NotOurs { .. }
            | Self::Unavailable { .. }
            | Self::Unreadable(_) => None,
        }
    }
}

/// Questions to one service.
#[derive(Clone)]
pub struct Api {
    transport: Arc<dyn Transport>,
}

impl Api {
    /// Asks over this transport.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport }
    }

    /// Begins a session.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn sign_in(&self, sign_in: &SignIn) -> Result<SignedIn, ApiError> {
        self.post("/v1/sessions", None, sign_in).await
    }

    /// Ends the session of this token.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn sign_out(&self, token: &str) -> Result<(), ApiError> {
        let request = bare(Method::Delete, "/v1/sessions/current", Some(token));
        let response = self.transport.request(request).await?;
        match response.head.status {
            200..=299 => Ok(()),
            _ => Err(refusal(&response)),
        }
    }

    /// Where the feeds stand, and whether what the desk holds still holds there.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn feeds(&self, token: &str, held: &[Witness]) -> Result<Vec<FeedInfo>, ApiError> {
        let marks: Vec<String> = held
            .iter()
            .map(|Witness { feed, epoch, mark }| {
                format!("{feed}:{epoch}:{}:{}", mark.seq, mark.chain)
            })
            .collect();
        let path = if marks.is_empty() {
            "/v1/feeds".to_owned()
        } else {
            format!("/v1/feeds?marks={}", marks.join(","))
        };
        let request = bare(Method::Get, &path, Some(token));
        read(&self.transport.request(request).await?)
    }

    /// The service's clock, to the second, as any answer states it.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn time(&self) -> Result<Option<Timestamp>, ApiError> {
        let request = bare(Method::Get, "/v1/health/live", None);
        Ok(self.transport.request(request).await?.head.date)
    }

    /// The changes after a cursor, at most `limit`.
    ///
    /// # Errors
    /// See [`ApiError`]; [`ProblemKind::SnapshotRequired`] when the cursor is
    /// too old.
    pub async fn changes(
        &self,
        token: &str,
        after: Stated,
        limit: usize,
    ) -> Result<ChangesPage, ApiError> {
        let Cursor { feed, epoch, seq } = after.cursor;
        let word = after.chain.map(|chain| format!("&chain={chain}"));
        let word = word.unwrap_or_default();
        let path =
            format!("/v1/feeds/{feed}/changes?epoch={epoch}&after={seq}&limit={limit}{word}");
        let request = bare(Method::Get, &path, Some(token));
        read(&self.transport.request(request).await?)
    }

    /// Delivers commands.
    ///
    /// # Errors
    /// See [`ApiError`]. Verdicts are no errors: they are in the reply.
    pub async fn push(&self, token: &str, push: &Push) -> Result<PushReply, ApiError> {
        self.post("/v1/commands", Some(token), push).await
    }

    /// Opens the live stream after these cursors.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn stream(&self, token: &str, cursors: Vec<Stated>) -> Result<Streaming, ApiError> {
        let request = with_body("/v1/stream", Some(token), &StreamRequest { cursors })?;
        let streaming = self.transport.open(request).await?;
        match streaming.head.status {
            200 if streaming.head.content_type == EVENT_STREAM => Ok(streaming),
            _ => Err(refused_stream(streaming).await),
        }
    }

    /// Opens a snapshot of a feed.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn snapshot(&self, token: &str, feed: FeedId) -> Result<Streaming, ApiError> {
        let path = format!("/v1/feeds/{feed}/snapshot");
        let request = bare(Method::Get, &path, Some(token));
        let streaming = self.transport.open(request).await?;
        // The type is not looked at: header and trailer tell more surely
        // whether it is a snapshot.
        match streaming.head.status {
            200 => Ok(streaming),
            _ => Err(refused_stream(streaming).await),
        }
    }

    async fn post<B: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        token: Option<&str>,
        body: &B,
    ) -> Result<T, ApiError> {
        let request = with_body(path, token, body)?;
        read(&self.transport.request(request).await?)
    }
}

fn bare(method: Method, path: &str, token: Option<&str>) -> Request {
    Request {
        method,
        path: path.to_owned(),
        token: token.map(str::to_owned),
        body: None,
    }
}

fn with_body<B: Serialize>(path: &str, token: Option<&str>, body: &B) -> Result<Request, ApiError> {
    let body = serde_json::to_vec(body).map_err(|error| TransportError::Request(error.into()))?;
    Ok(Request {
        body: Some(body),
        ..bare(Method::Post, path, token)
    })
}

fn read<T: DeserializeOwned>(response: &Response) -> Result<T, ApiError> {
    let Head {
        status,
        content_type,
        ..
    } = &response.head;
    match status {
        200..=299 if content_type == JSON => {
            from_json(&response.body).map_err(ApiError::Unreadable)
        }
        _ => Err(refusal(response)),
    }
}

/// What an answer that is no success means.
fn refusal(response: &Response) -> ApiError {
    let head = &response.head;
    let stated: Option<Problem> = (head.content_type == PROBLEM_JSON)
        .then(|| from_json(&response.body).ok())
        .flatten();
    match (stated, head.status) {
        (Some(problem), _) => match problem.kind {
            ProblemKind::SlowDown | ProblemKind::Unavailable => ApiError::Unavailable {
                retry_after: problem
                    .retry_after_s
                    .map(Duration::from_secs)
                    .or(head.retry_after),
            },
            ProblemKind::Malformed
            | ProblemKind::TooLarge
            | ProblemKind::Credentials
            | ProblemKind::NotSignedIn
            | ProblemKind::Forbidden
            | ProblemKind::Revoked
            | ProblemKind::EnrolAnew
            | ProblemKind::NotFound
            | ProblemKind::Refused
            | ProblemKind::SnapshotRequired
            | ProblemKind::KeyReused
            | ProblemKind::Internal
            | ProblemKind::Other => ApiError::Problem(Box::new(problem)),
        },
        (None, 408 | 425 | 429 | 500..=599) => ApiError::Unavailable {
            retry_after: head.retry_after,
        },
        (None, status) => ApiError::NotOurs { status },
    }
}

/// Reads the refusal that came where a stream was asked for.
async fn refused_stream(mut streaming: Streaming) -> ApiError {
    let mut body = Vec::new();
    let whole = async {
        while body.len() < REFUSAL_BYTES_MAX
            && streaming.head.content_type == PROBLEM_JSON
            && let Some(Ok(bytes)) = streaming.chunks.next().await
        {
            let room = REFUSAL_BYTES_MAX - body.len();
            body.extend_from_slice(&bytes[..bytes.len().min(room)]);
        }
    };
    // What has come by then is all there is; the status says the rest.
    let limit = Duration::from_secs(REFUSAL_TIMEOUT_S);
    let _cut_or_whole = tokio::time::timeout(limit, whole).await;
    refusal(&Response {
        head: streaming.head,
        body,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, content_type: &str, body: &str) -> Response {
        Response {
            head: Head {
                status,
                content_type: content_type.to_owned(),
                retry_after: (status == 503).then_some(Duration::from_secs(9)),
                date: None,
            },
            body: body.as_bytes().to_vec(),
        }
    }

    fn name(error: &ApiError) -> String {
        match error {
            ApiError::Transport(_) => "transport".to_owned(),
            ApiError::NotOurs { status } => format!("not ours {status}"),
            ApiError::Unavailable { retry_after } => format!("unavailable {retry_after:?}"),
            ApiError::Problem(problem) => format!("{:?}", problem.kind),
            ApiError::Unreadable(_) => "unreadable".to_owned(),
        }
    }

    /// Sends a byte now and then, for ever.
    struct Trickle;

    impl crate::sync::transport::Chunks for Trickle {
        fn next(
            &mut self,
        ) -> futures_util::future::BoxFuture<'_, Option<Result<Vec<u8>, TransportError>>> {
            Box::pin(async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                Some(Ok(b" ".to_vec()))
            })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_that_trickles_ends() {
        let streaming = Streaming {
            head: response(503, PROBLEM_JSON, "").head,
            chunks: Box::new(Trickle),
        };
        let began = tokio::time::Instant::now();
        let error = refused_stream(streaming).await;
        assert_eq!(began.elapsed().as_secs(), REFUSAL_TIMEOUT_S);
        assert_eq!(name(&error), "unavailable Some(9s)");
    }

    #[test]
    fn answers_that_are_none_are_told_apart() {
        let slow = r#"{"type":"urn:zhiban:slow-down","status":429,"title":"x","retry_after_s":4}"#;
        let gone = r#"{"type":"urn:zhiban:snapshot-required","status":410,"title":"x"}"#;
        let newer = r#"{"type":"urn:zhiban:something-new","status":409,"title":"x"}"#;
        let cases = [
            // A captive portal answers everything with its page.
            (response(200, "text/html", "<html>"), "not ours 200"),
            (response(302, "", ""), "not ours 302"),
            (response(404, "text/html", "no"), "not ours 404"),
            (response(200, JSON, "{\"cut"), "unreadable"),
            (response(502, "text/html", "bad"), "unavailable None"),
            (response(503, "text/html", "no"), "unavailable Some(9s)"),
            (response(429, PROBLEM_JSON, slow), "unavailable Some(4s)"),
            (response(410, PROBLEM_JSON, gone), "SnapshotRequired"),
            (response(409, PROBLEM_JSON, newer), "Other"),
            // A refusal by a box on the way that merely looks like ours.
            (response(401, JSON, "{}"), "not ours 401"),
            (response(401, PROBLEM_JSON, "{}"), "not ours 401"),
        ];
        for (response, expected) in cases {
            let error = read::<Vec<FeedInfo>>(&response).unwrap_err();
            assert_eq!(name(&error), expected, "{response:?}");
        }
        let none: Vec<FeedInfo> = read(&response(200, JSON, "[]")).unwrap();
        assert!(none.is_empty());
    }
}
