//! Errors as RFC 9457 problem documents.

use std::any::Any;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;

use super::super::auth::sign_in::SignInError;
use super::super::auth::station::StationError;
use super::super::commands::RETRY_AFTER_MS;
use super::super::feed::page::PageError;
use super::super::feed::snapshot::SnapshotError;
use super::super::pace::{REQUESTS_PER_S_MAX, TooFast};
use super::super::storage::StorageError;
use crate::wire::command::Refused;
use crate::wire::problem::{PROBLEM_JSON, Problem, ProblemKind};

/// When to come back where too many ask for the same, in seconds.
const BUSY_RETRY_S: u64 = 5;

/// A problem on its way to the caller.
#[derive(Debug)]
pub struct Fault(Box<Problem>);

/// The answer of a route.
pub type Answer<T> = Result<T, Fault>;

impl Fault {
    /// A problem of this kind.
    pub fn new(status: StatusCode, kind: ProblemKind, title: impl Into<String>) -> Self {
        Self(Box::new(Problem {
            kind,
            status: status.as_u16(),
            title: title.into(),
            detail: String::new(),
            field: None,
            tries_left: None,
            retry_after_s: None,
        }))
    }

    /// The body or a parameter is malformed.
    pub fn malformed(field: impl Into<String>, title: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ProblemKind::Malformed, title).at(field)
    }

    /// There is no such thing, or not for this caller.
    pub fn not_found(title: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, ProblemKind::NotFound, title)
    }

    /// The caller may not.
    pub fn forbidden(title: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, ProblemKind::Forbidden, title)
    }

    /// No token, or it has ended.
    pub fn not_signed_in() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            ProblemKind::NotSignedIn,
            "sign in first: the token is missing or has ended",
        )
    }

    /// Names the field at fault.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    /// Says more.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = detail.into();
        self
    }

    /// Too much of something at a time; later it goes.
    pub fn busy(title: impl Into<String>) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            ProblemKind::Unavailable,
            title,
        )
        .retry_after(BUSY_RETRY_S)
    }

    fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after_s = Some(seconds);
        self
    }

    fn tries_left(mut self, left: u32) -> Self {
        self.0.tries_left = Some(left);
        self
    }

    fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error, "request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            ProblemKind::Internal,
            "the service failed",
        )
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> axum::response::Response {
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if let Some(seconds) = self.0.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.0.status == StatusCode::UNAUTHORIZED.as_u16() {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"zhiban\""),
            );
        }
        response
    }
}

impl From<StorageError> for Fault {
    fn from(error: StorageError) -> Self {
        if error.is_transient() {
            tracing::warn!(error = &error as &dyn std::error::Error, "cannot now");
            return Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                ProblemKind::Unavailable,
                "the service cannot now; nothing was stored",
            )
            .retry_after(RETRY_AFTER_MS.div_ceil(1_000));
        }
        Self::internal(&error)
    }
}

impl From<TooFast> for Fault {
    fn from(too_fast: TooFast) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            ProblemKind::SlowDown,
            format!("at most {REQUESTS_PER_S_MAX} requests by the second for one session"),
        )
        .retry_after(too_fast.wait_s)
    }
}

impl From<PageError> for Fault {
    fn from(error: PageError) -> Self {
        match error {
            PageError::NoFeed => Self::not_found("no such feed, or not for you"),
            PageError::SnapshotRequired => Self::new(
                StatusCode::GONE,
                ProblemKind::SnapshotRequired,
                error.to_string(),
            ),
            PageError::Storage(error) => error.into(),
        }
    }
}

impl From<SnapshotError> for Fault {
    fn from(error: SnapshotError) -> Self {
        match error {
            SnapshotError::NoFeed => Self::not_found("no such feed, or not for you"),
            SnapshotError::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => {
                tracing::warn!(error = &error as &dyn std::error::Error, "cannot now");
                Self::busy("the service has no room for a snapshot now")
            }
            SnapshotError::Io(error) => Self::internal(&error),
            // Found while it was sent; said before, it would be a new request's.
            SnapshotError::Unwelcome => Self::not_signed_in(),
            SnapshotError::Storage(error) => error.into(),
        }
    }
}

impl From<StationError> for Fault {
    fn from(error: StationError) -> Self {
        Self::malformed(error.field(), error.to_string())
    }
}

impl From<SignInError> for Fault {
    fn from(error: SignInError) -> Self {
        let title = error.to_string();
        match error {
            SignInError::Name => Self::malformed("account", title),
            SignInError::Means => Self::malformed("password", title),
            SignInError::NoStation => Self::malformed("station", title),
            SignInError::NoStoreKey => {
                Self::new(StatusCode::BAD_REQUEST, ProblemKind::EnrolAnew, title)
                    .at("station.store_key")
            }
            SignInError::Station(error) => error.into(),
            SignInError::ForeignKey => {
                Self::new(StatusCode::FORBIDDEN, ProblemKind::EnrolAnew, title)
                    .at("station.public_key")
            }
            SignInError::Quarantined => {
                Self::new(StatusCode::FORBIDDEN, ProblemKind::EnrolAnew, title).at("station.device")
            }
            SignInError::Wrong { left } => {
                Self::new(StatusCode::UNAUTHORIZED, ProblemKind::Credentials, title)
                    .tries_left(left)
            }
            SignInError::Wait { seconds } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, ProblemKind::SlowDown, title)
                    .retry_after(seconds)
            }
            SignInError::Proof => {
                Self::new(StatusCode::UNAUTHORIZED, ProblemKind::Credentials, title).at("resume")
            }
            SignInError::Revoked => {
                Self::new(StatusCode::FORBIDDEN, ProblemKind::Revoked, title).at("account")
            }
            SignInError::Secret(error) => Self::internal(&error),
            SignInError::Storage(error) => error.into(),
        }
    }
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        use crate::domain::incident::refusal::Refusal;
        let unprocessable = |title: String| {
            Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                ProblemKind::Refused,
                title,
            )
        };
        match refused {
            Refused::Rule { rule } => {
                let title = rule.to_string();
                match &rule {
                    Refusal::NotPermitted { .. } | Refusal::NotOwnWork { .. } => {
                        Self::forbidden(title)
                    }
                    Refusal::AreaOutside => unprocessable(title).at("area"),
                    Refusal::Empty { field }
                    | Refusal::TooLong { field, .. }
                    | Refusal::Unfit { field }
                    | Refusal::UnknownHolder { field }
                    | Refusal::FieldClash { field, .. } => unprocessable(title).at(field.name()),
                    _ => unprocessable(title),
                }
            }
            Refused::Feed => Self::forbidden("this feed is not yours to write to"),
            Refused::Mac | Refused::Author | Refused::Policy => {
                unprocessable("the command is not acceptable".to_owned())
            }
        }
    }
}

/// The answer where there is no route.
pub async fn no_route() -> Fault {
    Fault::not_found("there is nothing here; the routes are under /v1")
}

/// The answer where the route knows other methods only.
pub async fn wrong_method() -> Fault {
    Fault::new(
        StatusCode::METHOD_NOT_ALLOWED,
        ProblemKind::Malformed,
        "this route knows other methods only",
    )
}

/// The answer after a fault in the program.
pub fn panicked(_what: Box<dyn Any + Send>) -> axum::response::Response {
    tracing::error!("a handler panicked");
    Fault::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        ProblemKind::Internal,
        "the service failed",
    )
    .into_response()
}
