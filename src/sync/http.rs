//! The transport of the product: HTTP by reqwest, TLS by rustls.

use std::error::Error as _;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::header::{CONTENT_TYPE, DATE, RETRY_AFTER};

use super::address::{Pin, ServiceUrl, Whereabouts};
use super::pin::{MISMATCH, install_provider, pinned_config};
use super::transport::{
    Chunks, Head, Method, REPLY_BYTES_MAX, Request, Response, Streaming, Transport, TransportError,
};
use crate::domain::time::Timestamp;

/// How long a connection may take to be made, in seconds.
pub const CONNECT_TIMEOUT_S: u64 = 5;
/// How long a whole answer, or the head of a stream, may take, in seconds.
pub const REQUEST_TIMEOUT_S: u64 = 20;
/// An unused connection is closed after this, in seconds: sooner than boxes on
/// the way forget it silently.
const POOL_IDLE_S: u64 = 30;

/// HTTP to one service. Needs a tokio runtime.
#[derive(Clone, Debug)]
pub struct Http {
    /// Made at the first request: to read the authorities that this machine
    /// trusts takes a tenth of a second, and no start waits for that.
    client: Arc<OnceLock<reqwest::Client>>,
    service: ServiceUrl,
    pin: Option<Pin>,
}

impl Http {
    /// A line to `service`; nothing is sent yet. Without a pin the certificate
    /// must be one that this machine trusts. What is wrong with the machine's
    /// TLS shows at the first request.
    #[must_use]
    pub fn new(service: ServiceUrl, pin: Option<Pin>) -> Self {
        Self {
            client: Arc::new(OnceLock::new()),
            service,
            pin,
        }
    }

    fn client(&self) -> Result<&reqwest::Client, TransportError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = self.set_up()?;
        Ok(self.client.get_or_init(|| client))
    }

    fn set_up(&self) -> Result<reqwest::Client, TransportError> {
        install_provider();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("zhiban/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(CONNECT_TIMEOUT_S))
            .pool_idle_timeout(Duration::from_secs(POOL_IDLE_S))
            .tcp_nodelay(true)
            // A redirection is a portal's or a mistake, and would carry the
            // token to somebody else.
            .redirect(reqwest::redirect::Policy::none());
        if self.service.whereabouts() == Whereabouts::ThisMachine {
            builder = builder.no_proxy();
            if !self.service.has_tls() {
                // No proxy, no redirection: no certificate is ever looked at.
                builder = builder.tls_certs_only([]);
            }
        }
        if let Some(pin) = self.pin.filter(|_| self.service.has_tls()) {
            let config = pinned_config(pin).map_err(|error| TransportError::Tls(error.into()))?;
            builder = builder.tls_backend_preconfigured(config);
        }
        builder
            .build()
            .map_err(|error| TransportError::Tls(error.into()))
    }

    fn prepare(&self, request: Request) -> Result<reqwest::RequestBuilder, TransportError> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut prepared = self
            .client()?
            .request(method, self.service.join(&request.path));
        if let Some(token) = request.token {
            prepared = prepared.bearer_auth(token);
        }
        if let Some(body) = request.body {
            prepared = prepared.header(CONTENT_TYPE, "application/json").body(body);
        }
        Ok(prepared)
    }

    async fn send(&self, request: Request) -> Result<reqwest::Response, TransportError> {
        self.prepare(request)?
            .send()
            .await
            .map_err(|error| classify(error, self.pin))
    }

    async fn whole(&self, request: Request) -> Result<Response, TransportError> {
        let mut answer = self.send(request).await?;
        let head = head_of(&answer);
        let mut body = Vec::new();
        while let Some(chunk) = answer
            .chunk()
            .await
            .map_err(|error| classify(error, self.pin))?
        {
            if body.len() + chunk.len() > REPLY_BYTES_MAX {
                return Err(TransportError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { head, body })
    }
}

impl Transport for Http {
    fn request(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            tokio::time::timeout(Duration::from_secs(REQUEST_TIMEOUT_S), self.whole(request))
                .await
                .unwrap_or(Err(TransportError::TimedOut))
        })
    }

    fn open(&self, request: Request) -> BoxFuture<'_, Result<Streaming, TransportError>> {
        Box::pin(async move {
            let limit = Duration::from_secs(REQUEST_TIMEOUT_S);
            let answer = tokio::time::timeout(limit, self.send(request))
                .await
                .unwrap_or(Err(TransportError::TimedOut))?;
            Ok(Streaming {
                head: head_of(&answer),
                chunks: Box::new(HttpChunks {
                    answer,
                    pin: self.pin,
                }),
            })
        })
    }
}

struct HttpChunks {
    answer: reqwest::Response,
    pin: Option<Pin>,
}

impl Chunks for HttpChunks {
    fn next(&mut self) -> BoxFuture<'_, Option<Result<Vec<u8>, TransportError>>> {
        Box::pin(async move {
            match self.answer.chunk().await {
                Ok(Some(bytes)) => Some(Ok(bytes.to_vec())),
                Ok(None) => None,
                Err(error) => Some(Err(classify(error, self.pin))),
            }
        })
    }
}

fn head_of(answer: &reqwest::Response) -> Head {
    let text = |name| {
        answer
            .headers()
            .get(name)
            .and_then(|value: &reqwest::header::HeaderValue| value.to_str().ok())
    };
    let media = text(CONTENT_TYPE).and_then(|value| value.split(';').next());
    Head {
        status: answer.status().as_u16(),
        content_type: media.unwrap_or_default().trim().to_ascii_lowercase(),
        retry_after: text(RETRY_AFTER)
            .and_then(|value| value.trim().parse().ok())
            .map(Duration::from_secs),
        date: text(DATE).and_then(http_date),
    }
}

/// The usual form of RFC 9110 §5.6.7, `Mon, 23 Nov 2026 07:00:00 GMT`.
fn http_date(text: &str) -> Option<Timestamp> {
    let moment = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(Timestamp::from_millis(moment.timestamp().as_millisecond()))
}

fn classify(error: reqwest::Error, pin: Option<Pin>) -> TransportError {
    if let Some(tls) = tls_error(&error) {
        return match (tls, pin) {
            (rustls::Error::InvalidCertificate(what), Some(pin)) if *what == MISMATCH => {
                TransportError::PinMismatch { pinned: pin.0 }
            }
            _ => TransportError::Tls(error.into()),
        };
    }
    if error.is_builder() || error.is_request() && error.source().is_none() {
        TransportError::Request(error.into())
    } else if error.is_connect() {
        // Also when connecting took too long: a partition answers nothing.
        TransportError::Unreachable(error.into())
    } else if error.is_timeout() {
        TransportError::TimedOut
    } else {
        TransportError::Broken(error.into())
    }
}

/// The TLS error at the bottom, if there is one. An `io::Error` hides what it
/// wraps from `source()`, so it is opened by hand.
fn tls_error(error: &reqwest::Error) -> Option<&rustls::Error> {
    let mut at: Option<&(dyn std::error::Error + 'static)> = error.source();
    while let Some(cause) = at {
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return Some(tls);
        }
        at = match cause.downcast_ref::<std::io::Error>() {
            Some(io) => io
                .get_ref()
                .map(|inner| inner as &(dyn std::error::Error + 'static)),
            None => cause.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests;
