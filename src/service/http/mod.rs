//! The routes of API v1, one file per resource. Thin: each reads its request,
//! asks the service, and words the answer. Every error is a problem document.

mod body;
mod changes;
mod commands;
mod feeds;
mod greeting;
mod health;
mod incidents;
mod limits;
mod problem;
mod records;
mod server;
mod sessions;
mod snapshot;
mod spool;
mod stall;
mod stream;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, delete, get, post};
use tower_http::catch_panic::CatchPanicLayer;

use super::core::Core;
#[cfg(test)]
pub(super) use body::BODY_BYTES_MAX;
#[cfg(test)]
pub(super) use incidents::KEY_BYTES_MAX;
#[cfg(test)]
pub(super) use limits::{HEADERS_MAX, URL_BYTES_MAX};
pub(super) use server::{Server, serve};
pub(super) use spool::sweep;
#[cfg(test)]
pub(super) use stream::CURSORS_MAX;

/// What every route shares.
type Shared = Arc<Core>;

/// A route: method, path, and what answers there.
type Route = (&'static str, &'static str, MethodRouter<Shared>);

/// Every route there is. Whoever adds one adds a row; the tests of secrecy walk
/// this list and know for each row how a stranger would try it.
fn table() -> [Route; 14] {
    [
        ("POST", "/v1/sessions", post(sessions::sign_in)),
        ("GET", "/v1/sessions", get(sessions::list)),
        ("DELETE", "/v1/sessions/current", delete(sessions::sign_out)),
        ("GET", "/v1/feeds", get(feeds::list)),
        ("GET", "/v1/feeds/{feed}/changes", get(changes::page)),
        ("GET", "/v1/feeds/{feed}/stream", get(stream::of_feed)),
        ("GET", "/v1/feeds/{feed}/snapshot", get(snapshot::take)),
        ("POST", "/v1/stream", post(stream::open)),
        ("POST", "/v1/commands", post(commands::push)),
        ("POST", "/v1/incidents", post(incidents::register)),
        ("GET", "/v1/records/{kind}/{id}", get(records::one)),
        (
            "GET",
            "/v1/records/{kind}/{id}/timeline",
            get(records::timeline),
        ),
        ("GET", "/v1/health/live", get(health::live)),
        ("GET", "/v1/health/ready", get(health::ready)),
    ]
}

/// Method and path of every route.
pub(super) fn routes() -> Vec<(&'static str, &'static str)> {
    table()
        .into_iter()
        .map(|(method, path, _)| (method, path))
        .collect()
}

/// All routes over a service.
pub(super) fn router(core: Shared) -> Router {
    table()
        .into_iter()
        .fold(Router::new(), |router, (_, path, answer)| {
            router.route(path, answer)
        })
        .fallback(problem::no_route)
        .method_not_allowed_fallback(problem::wrong_method)
        // Bodies are bounded where they are read, route by route.
        .layer(DefaultBodyLimit::disable())
        .layer(axum::middleware::from_fn(limits::keep))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .with_state(core)
}
