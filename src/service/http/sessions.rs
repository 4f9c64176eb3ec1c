//! `/v1/sessions`: sign in, list the own sessions, sign out.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::super::auth::sign_in;
use super::super::storage::StorageError;
use super::problem::Answer;
use super::{Shared, body};
use crate::wire::session::{SessionInfo, SignIn, SignedIn};

/// `POST /v1/sessions`.
pub async fn sign_in(
    State(core): State<Shared>,
    request: Body,
) -> Answer<(StatusCode, Json<SignedIn>)> {
    let request: SignIn = body::read(request, body::BODY_BYTES_MAX).await?;
    let signed_in = sign_in::sign_in(&core, request).await?;
    Ok((StatusCode::CREATED, Json(signed_in)))
}

/// `GET /v1/sessions`.
pub async fn list(
    State(core): State<Shared>,
    headers: HeaderMap,
) -> Answer<Json<Vec<SessionInfo>>> {
    let caller = body::caller(&core, &headers).await?;
    let officer = caller.officer.id;
    let sessions = core
        .blocking(move |core| {
            let now = core.now();
            core.storage.read(|view| view.sessions_of(officer, now))
        })
        .await?;
    Ok(Json(
        sessions
            .into_iter()
            .map(|session| SessionInfo {
                officer: session.officer,
                device: session.device,
                since: session.since,
                expires_at: session.expires,
            })
            .collect(),
    ))
}

/// `DELETE /v1/sessions/current`.
pub async fn sign_out(State(core): State<Shared>, headers: HeaderMap) -> Answer<StatusCode> {
    let caller = body::caller(&core, &headers).await?;
    core.blocking(move |core| -> Result<(), StorageError> {
        core.storage.write(|tx| tx.end_session(&caller.token))
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
