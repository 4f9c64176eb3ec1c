//! Reading requests: strict JSON within a bound, tokens, names in paths.

use std::str::FromStr;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use super::super::auth::caller::{self, Caller};
use super::super::core::Core;
use super::super::feed::audience;
use super::problem::{Answer, Fault};
use crate::wire::feed::FeedId;
use crate::wire::problem::ProblemKind;

/// The most bytes of a body where the contract names no other bound.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// How long a body may take to come, in seconds.
const BODY_TIMEOUT_S: u64 = 30;

/// The bytes of a body, at most `max`.
pub async fn bytes(body: Body, max: usize) -> Answer<Vec<u8>> {
    let limit = Duration::from_secs(BODY_TIMEOUT_S);
    let Ok(read) = tokio::time::timeout(limit, axum::body::to_bytes(body, max)).await else {
        return Err(Fault::new(
            StatusCode::REQUEST_TIMEOUT,
            ProblemKind::Malformed,
            "the body took too long",
        ));
    };
    match read {
        Ok(bytes) => Ok(bytes.to_vec()),
        Err(error) if is_too_large(&error) => Err(Fault::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            ProblemKind::TooLarge,
            format!("the body may have at most {max} bytes"),
        )),
        Err(_) => Err(Fault::malformed("", "the body broke off")),
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    let mut at: Option<&(dyn std::error::Error + 'static)> =
        Some(error as &(dyn std::error::Error + 'static));
    while let Some(cause) = at {
        // The limited body says so by this text and by no type of its own that
        // this program could name without another dependency.
        if cause.to_string() == "length limit exceeded" {
            return true;
        }
        at = cause.source();
    }
    false
}

/// Reads JSON and names the field at fault.
pub fn json<T: DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
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
    core.blocking(move |core| {
        let now = core.now();
        core.storage.read(|view| caller::caller(view, token, now))
    })
    .await?
    .ok_or_else(Fault::not_signed_in)
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
