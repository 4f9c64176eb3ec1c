//! What any request may look like, before a route sees it: the length of its
//! address and that it is text, the number and size of its headers, and no
//! compressed body.
//!
//! A request that goes beyond is answered by a problem document that says
//! which bound it was, and its body is dropped. The listener has bounds of
//! its own below these (`server`), for what never becomes a request.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::body;
use super::problem::{Answer, Fault};
use crate::wire::problem::ProblemKind;

/// The longest path with its query, in bytes. The longest of ours has 200.
pub const URL_BYTES_MAX: usize = 2_048;
/// The most header lines of a request.
pub const HEADERS_MAX: usize = 64;
/// The most bytes of all header names and values together.
pub const HEADER_BYTES_MAX: usize = 16 * 1024;

/// Lets a request through that keeps within the bounds.
pub async fn keep(request: Request, next: Next) -> Response {
    match within(request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(fault) => {
            body::drop_unread(request.into_body()).await;
            fault.into_response()
        }
    }
}

fn within(uri: &Uri, headers: &HeaderMap) -> Answer<()> {
    let url_bytes = uri.path_and_query().map_or(0, |path| path.as_str().len());
    if url_bytes > URL_BYTES_MAX {
        return Err(Fault::new(
            StatusCode::URI_TOO_LONG,
            ProblemKind::TooLarge,
            format!(
                "path and query may have at most {URL_BYTES_MAX} bytes, these have {url_bytes}"
            ),
        )
        .at("url"));
    }
    if !is_text(uri.path()) {
        return Err(Fault::malformed(
            "url",
            "the path must be UTF-8 after its percent signs are resolved",
        ));
    }
    let bytes: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if headers.len() > HEADERS_MAX || bytes > HEADER_BYTES_MAX {
        return Err(Fault::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            ProblemKind::TooLarge,
            format!(
                "at most {HEADERS_MAX} headers with {HEADER_BYTES_MAX} bytes are read, \
                 these are {} with {bytes}",
                headers.len()
            ),
        )
        .at("headers"));
    }
    plain(headers)
}

/// Whether the path is text once `%xx` is resolved. A route would refuse what
/// is not, and not with a problem document.
fn is_text(path: &str) -> bool {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut resolved = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (byte, digit(after.first()), digit(after.get(1))) {
            (b'%', Some(high), Some(low)) => {
                resolved.extend(u8::try_from(high << 4 | low));
                rest = &after[2..];
            }
            _ => resolved.push(*byte),
        }
    }
    std::str::from_utf8(&resolved).is_ok()
}

/// Bodies come as they are: what would be unpacked here could be a bomb.
fn plain(headers: &HeaderMap) -> Answer<()> {
    let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
    if codings.all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Ok(());
    }
    Err(Fault::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ProblemKind::Malformed,
        "compressed bodies are not read; send the JSON as it is",
    )
    .at("Content-Encoding"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn url(bytes: usize) -> Uri {
        format!("/{}", "x".repeat(bytes - 1)).parse().unwrap()
    }

    fn headers(count: usize, bytes: usize) -> HeaderMap {
        let mut map = HeaderMap::new();
        let mut left = bytes;
        for number in 0..count {
            let name: HeaderName = format!("x-{number:03}").parse().unwrap();
            let length = if number + 1 == count { left - 5 } else { 0 };
            left -= 5 + length;
            map.append(name, HeaderValue::from_str(&"v".repeat(length)).unwrap());
        }
        map
    }

    #[test]
    fn addresses_and_headers_end_at_their_limits() {
        let small = headers(1, 50);
        for (bytes, fits) in [
            (URL_BYTES_MAX - 1, true),
            (URL_BYTES_MAX, true),
            (URL_BYTES_MAX + 1, false),
        ] {
            assert_eq!(within(&url(bytes), &small).is_ok(), fits, "{bytes} bytes");
        }
        for (count, bytes, fits) in [
            (HEADERS_MAX - 1, 1_000, true),
            (HEADERS_MAX, 1_000, true),
            (HEADERS_MAX + 1, 1_000, false),
            (3, HEADER_BYTES_MAX - 1, true),
            (3, HEADER_BYTES_MAX, true),
            (3, HEADER_BYTES_MAX + 1, false),
        ] {
            let outcome = within(&url(10), &headers(count, bytes));
            assert_eq!(outcome.is_ok(), fits, "{count} headers, {bytes} bytes");
        }
    }

    #[test]
    fn a_path_is_text() {
        for (path, fits) in [
            ("/v1/feeds/420607/changes", true),
            ("/%E5%80%BC%e7%8f%ad", true),
            ("/%00%7F%zz%", true),
            ("/%ff", false),
            ("/%E5%80", false),
            ("/a%C0%AF", false),
            ("/%ED%A0%80", false),
        ] {
            assert_eq!(is_text(path), fits, "{path}");
            let uri: Uri = path.parse().unwrap();
            assert_eq!(within(&uri, &HeaderMap::new()).is_ok(), fits, "{path}");
        }
        let query: Uri = "/x?a=%ff".parse().unwrap();
        assert!(
            within(&query, &HeaderMap::new()).is_ok(),
            "its route says more"
        );
    }

    #[test]
    fn only_plain_bodies_are_read() {
        for (codings, fits) in [
            (vec![], true),
            (vec!["identity"], true),
            (vec!["gzip"], false),
            (vec!["zstd"], false),
            (vec!["identity", "br"], false),
            (vec![""], false),
        ] {
            let mut map = HeaderMap::new();
            for coding in &codings {
                map.append(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
            }
            assert_eq!(plain(&map).is_ok(), fits, "{codings:?}");
        }
    }
}
