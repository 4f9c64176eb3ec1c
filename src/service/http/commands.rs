//! `POST /v1/commands`: what officers did at a desk, in the desk's order.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;

use super::super::commands::{self, Delivery};
use super::problem::{Answer, Fault};
use super::{Shared, body};
use crate::fault::fail_point;
use crate::wire::command::{PUSH_BYTES_MAX, PUSH_COMMANDS_MAX, Push, PushReply};

/// `POST /v1/commands`.
pub async fn push(
    State(core): State<Shared>,
    headers: HeaderMap,
    request: Body,
) -> Answer<Json<PushReply>> {
    let caller = body::caller(&core, &headers).await?;
    let push: Push = body::read(request, PUSH_BYTES_MAX).await?;
    if push.commands.len() > PUSH_COMMANDS_MAX {
        return Err(Fault::malformed(
            "commands",
            format!("at most {PUSH_COMMANDS_MAX} at a time"),
        ));
    }
    if caller.session.device != Some(push.device) {
        return Err(Fault::forbidden("this token was not given to that device").at("device"));
    }
    let reply = core
        .reading(move |core| {
            let delivery = Delivery {
                device: push.device,
                officer: caller.officer.id,
                at: core.now(),
            };
            Ok(PushReply {
                results: commands::take(core, delivery, &push.commands),
                server_time: core.now(),
            })
        })
        .await?;
    fail_point!(
        "service.commands.before-answer",
        super::super::storage::StorageError::RanOut("luck").into()
    );
    Ok(Json(reply))
}
