//! `/v1/health`: for whoever watches the service. Says nothing about cases.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::Shared;
use super::problem::Answer;
use crate::domain::time::Timestamp;
use crate::wire::feed::Epoch;

/// What a healthy service says.
#[derive(Debug, Serialize)]
pub struct Health {
    status: &'static str,
    version: &'static str,
    epoch: Epoch,
    server_time: Timestamp,
}

/// `GET /v1/health/live`: the process answers.
pub async fn live(State(core): State<Shared>) -> Json<Health> {
    Json(health(&core))
}

/// `GET /v1/health/ready`: its database does, too.
pub async fn ready(State(core): State<Shared>) -> Answer<Json<Health>> {
    core.blocking(|core| core.storage.read(|view| view.meta().map(|_| ())))
        .await?;
    Ok(Json(health(&core)))
}

fn health(core: &Shared) -> Health {
    Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        epoch: core.epoch(),
        server_time: core.now(),
    }
}
