//! Reading requests: strict JSON within a bound, tokens, names in paths.

use std::str::FromStr;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, HttpBody as _};
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;

use super::super::auth::caller::{self, Caller};
use super::super::core::Core;
use super::super::feed::audience;
use super::problem::{Answer, Fault};
use crate::wire::bounds;
use crate::wire::feed::FeedId;
use crate::wire::problem::ProblemKind;

/// The most bytes of a body where the contract names no other bound.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// How long a body may take to come, in seconds.
const BODY_TIMEOUT_S: u64 = 30;

/// What is read and dropped of a body that is refused, in bytes: a peer that
/// still sends when the connection closes never hears why.
const DROPPED_BYTES_MAX: usize = 1024 * 1024;

/// The bytes of a body, at most `max`.
pub async fn bytes(body: Body, max: usize) -> Answer<Vec<u8>> {
    let limit = Duration::from_secs(BODY_TIMEOUT_S);
    match tokio::time::timeout(limit, collect(body, max)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Fault::new(
            StatusCode::REQUEST_TIMEOUT,
            ProblemKind::Malformed,
            format!("the body must have come within {BODY_TIMEOUT_S} s"),
        )),
    }
}

async fn collect(body: Body, max: usize) -> Answer<Vec<u8>> {
    let too_large = Fault::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        ProblemKind::TooLarge,
        format!("the body may have at most {max} bytes"),
    );
    // One that says that it is longer than anybody would drop is not waited for.
    if body.size_hint().lower() > max.saturating_add(DROPPED_BYTES_MAX) as u64 {
        return Err(too_large);
    }
    let mut pieces = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Fault::malformed("", "the body broke off"))?;
        if bytes.len() + piece.len() > max {
            drop_rest(pieces).await;
            return Err(too_large);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// Reads on for a while, so that the answer is heard.
async fn drop_rest(mut pieces: BodyDataStream) {
    let mut dropped = 0;
    while dropped < DROPPED_BYTES_MAX
        && let Some(Ok(piece)) = pieces.next().await
    {
        dropped += piece.len();
    }
}

/// Reads and drops a body that nobody wants, within bounds.
pub async fn drop_unread(body: Body) {
    let limit = Duration::from_secs(BODY_TIMEOUT_S);
    let rest = drop_rest(body.into_data_stream());
    let _dropped_or_too_slow = tokio::time::timeout(limit, rest).await;
}

/// Reads JSON and names the field at fault.
pub fn json<T: DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
    bounds::check_depth(bytes).map_err(|error| {
        Fault::malformed("", "the body is not what this route reads").with_detail(error.to_string())
    })?;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        malformed(&path, &inner)
    })?;
    reader.end().map_err(|error| malformed(".", &error))?;
    Ok(value)
}

fn malformed(path: &str, error: &serde_json::Error) -> Fault {
    let words = error.to_string();
    let base = if path == "." { "" } else { path };
    // A field that is missing or unknown is named by its own name, not by
    // that of the object around it. Arguments are read apart from the rest
    // of a command.
    let inner = words
        .strip_prefix("args: ")
        .map_or(words.as_str(), |rest| rest);
    let in_args = inner.len() < words.len();
    let named = ["missing field `", "unknown field `", "duplicate field `"]
        .iter()
        .find_map(|start| inner.strip_prefix(start))
        .and_then(|rest| rest.split('`').next())
        .filter(|name| *name != "args" && !base.ends_with(name));
    let parts = [
        Some(base).filter(|base| !base.is_empty()),
        in_args.then_some("args"),
        named,
    ];
    let field = parts.into_iter().flatten().collect::<Vec<_>>().join(".");
    Fault::malformed(field, "the body is not what this route reads").with_detail(words)
}

/// Reads a JSON body of at most `max` bytes.
pub async fn read<T: DeserializeOwned>(body: Body, max: usize) -> Answer<T> {
    json(&bytes(body, max).await?)
}

/// Reads a name from the path.
pub fn name<T: FromStr>(field: &str, text: &str) -> Answer<T>
where
    T::Err: std::fmt::Display,
{
    text.parse()
        .map_err(|error: T::Err| Fault::malformed(field, error.to_string()))
}

/// Who calls.
pub async fn caller(core: &Core, headers: &HeaderMap) -> Answer<Caller> {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .and_then(|token| caller::hash(token.trim()))
        .ok_or_else(Fault::not_signed_in)?;
    let caller = core
        .blocking(move |core| {
            let now = core.now();
            core.storage.read(|view| caller::caller(view, token, now))
        })
        .await?
        .ok_or_else(Fault::not_signed_in)?;
    core.paces.request(token)?;
    Ok(caller)
}

/// The feed in the path, if the caller may read it.
pub fn feed(caller: &Caller, text: &str) -> Answer<FeedId> {
    let feed = name("feed", text)?;
    if audience::may_read(&caller.officer, feed) {
        Ok(feed)
    } else {
        Err(Fault::not_found("no such feed, or not for you"))
    }
}

/// Makes blocking work speak problems.
impl Core {
    /// As [`Core::blocking`], for work whose error is the storage's.
    pub(super) async fn reading<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        self.blocking(work).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use tokio::time::{Duration, Instant, sleep};

    #[tokio::test(start_paused = true)]
    async fn a_body_that_trickles_ends() {
        // A byte every so often, for ever.
        let trickle = futures_util::stream::unfold((), |()| async {
            sleep(Duration::from_secs(BODY_TIMEOUT_S) / 7).await;
            Some((Ok::<_, Infallible>("x"), ()))
        });
        let began = Instant::now();
        let fault = bytes(Body::from_stream(trickle), BODY_BYTES_MAX).await;
        assert_eq!(began.elapsed().as_secs(), BODY_TIMEOUT_S);
        let status = axum::response::IntoResponse::into_response(fault.unwrap_err()).status();
        assert_eq!(status, StatusCode::REQUEST_TIMEOUT);
    }

    #[tokio::test]
    async fn a_body_of_unknown_length_ends_at_its_limit() {
        for (count, fits) in [(7, true), (8, true), (9, false)] {
            let pieces = (0..count).map(|_| Ok::<_, Infallible>("x"));
            let body = Body::from_stream(futures_util::stream::iter(pieces));
            assert_eq!(bytes(body, 8).await.is_ok(), fits, "{count} bytes");
        }
    }
}
