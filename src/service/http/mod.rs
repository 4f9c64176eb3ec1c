//! The routes of API v1, one file per resource. Thin: each reads its request,
//! asks the service, and words the answer. Every error is a problem document.

mod body;
mod changes;
mod commands;
mod feeds;
mod health;
mod incidents;
mod problem;
mod records;
mod server;
mod sessions;
mod snapshot;
mod stream;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{delete, get, post};
use tower_http::catch_panic::CatchPanicLayer;

use super::core::Core;
pub(super) use server::{Server, serve};

/// What every route shares.
type Shared = Arc<Core>;

/// All routes over a service.
pub(super) fn router(core: Shared) -> Router {
    Router::new()
        .route("/v1/sessions", post(sessions::sign_in).get(sessions::list))
        .route("/v1/sessions/current", delete(sessions::sign_out))
        .route("/v1/feeds", get(feeds::list))
        .route("/v1/feeds/{feed}/changes", get(changes::page))
        .route("/v1/feeds/{feed}/stream", get(stream::of_feed))
        .route("/v1/feeds/{feed}/snapshot", get(snapshot::take))
        .route("/v1/stream", post(stream::open))
        .route("/v1/commands", post(commands::push))
        .route("/v1/incidents", post(incidents::register))
        .route("/v1/records/{kind}/{id}", get(records::one))
        .route("/v1/records/{kind}/{id}/timeline", get(records::timeline))
        .route("/v1/health/live", get(health::live))
        .route("/v1/health/ready", get(health::ready))
        .fallback(problem::no_route)
        .method_not_allowed_fallback(problem::wrong_method)
        // Bodies are bounded where they are read, route by route.
        .layer(DefaultBodyLimit::disable())
        .layer(CatchPanicLayer::custom(problem::panicked))
        .with_state(core)
}
