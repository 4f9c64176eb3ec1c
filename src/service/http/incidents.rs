//! `POST /v1/incidents`: the simple way in for scripts and curl. One incident,
//! registered by whoever is signed in, through the same rules and the same
//! sequencer as any command. An `Idempotency-Key` is required: a script that
//! tries again after a broken answer must not make two.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use ring::digest;
use uuid::Uuid;

use super::super::core::Core;
use super::super::feed::sequencer::{self, Ask, Outcome};
use super::super::storage::{Kept, StorageError, StoredChange, Tx};
use super::problem::{Answer, Fault};
use super::{Shared, body};
use crate::domain::command::{Arrival, Command, Target};
use crate::domain::ids::{CommandId, DeviceId, RecordId};
use crate::domain::incident::act::{Act, Answer as Answers, Register};
use crate::domain::incident::{Channel, Source};
use crate::domain::officer::Officer;
use crate::domain::policy::Policy;
use crate::domain::time::Timestamp;
use crate::wire::feed::FeedId;
use crate::wire::incident::{IncidentMade, NewIncident};
use crate::wire::problem::ProblemKind;
use crate::wire::proof::Digest;

/// The longest idempotency key, in bytes.
pub const KEY_BYTES_MAX: usize = 200;
const KEY_HEADER: &str = "idempotency-key";

/// `POST /v1/incidents`.
pub async fn register(
    State(core): State<Shared>,
    headers: HeaderMap,
    request: Body,
) -> Answer<(StatusCode, Json<IncidentMade>)> {
    let caller = body::caller(&core, &headers).await?;
    let key = key(&headers)?;
    let bytes = body::bytes(request, body::BODY_BYTES_MAX).await?;
    let wanted: NewIncident = body::json(&bytes)?;
    let request = Request {
        officer: caller.officer,
        key,
        hash: Digest::of(&bytes),
        wanted,
    };
    let made = core.reading(move |core| make(core, &request)).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

struct Request {
    officer: Officer,
    key: String,
    hash: Digest,
    wanted: NewIncident,
}

fn key(headers: &HeaderMap) -> Answer<String> {
    headers
        .get(KEY_HEADER)
        .and_then(|value| value.to_str().ok())
        .map(str::trim)
        .filter(|key| !key.is_empty() && key.len() <= KEY_BYTES_MAX)
        .map(str::to_owned)
        .ok_or_else(|| {
            Fault::malformed(
                "Idempotency-Key",
                format!("a header of 1 to {KEY_BYTES_MAX} visible characters is needed"),
            )
        })
}

fn make(core: &Core, request: &Request) -> Answer<IncidentMade> {
    let (made, _) = core.storage.write_then(
        |tx| made_or_kept(core, tx, request),
        |(_, changes)| core.publish(changes),
    )?;
    Ok(made)
}

fn made_or_kept(
    core: &Core,
    tx: &Tx<'_>,
    request: &Request,
) -> Answer<(IncidentMade, Vec<StoredChange>)> {
    if let Some(kept) = tx.kept(request.officer.id, &request.key)? {
        if kept.body != request.hash {
            return Err(Fault::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                ProblemKind::KeyReused,
                "this Idempotency-Key was used for another request",
            )
            .at("Idempotency-Key"));
        }
        let made = serde_json::from_str(&kept.reply).map_err(StorageError::from)?;
        return Ok((made, Vec::new()));
    }
    let at = core.now();
    let feed = feed_of(core, &request.wanted);
    let (version, policy) = sequencer::newest_policy(tx, feed)?;
    let id: RecordId = RecordId::new(derived("incident", request));
    let command = Command {
        id: CommandId::new(derived("command", request)),
        targets: vec![Target::new_incident(id)],
        act: Act::Register(Box::new(args(&request.wanted, &policy))).into(),
        author: request.officer.id,
        made_at: at,
        policy: version,
    };
    let ask = Ask {
        command: &command,
        feed,
        author: &request.officer,
        at,
        arrival: Some(Arrival {
            at,
            device: channel(),
        }),
    };
    match sequencer::decide(tx, &ask)? {
        Outcome::Refused(refused) => Err(refused.into()),
        Outcome::Accepted {
            changes,
            number: Some(number),
        } => {
            let made = IncidentMade { id, number };
            keep(tx, request, &made, at)?;
            Ok((made, changes))
        }
        Outcome::Accepted { number: None, .. } => Err(StorageError::Corrupt {
            what: "number of a new incident",
        }
        .into()),
    }
}

fn keep(tx: &Tx<'_>, request: &Request, made: &IncidentMade, at: Timestamp) -> Answer<()> {
    let kept = Kept {
        body: request.hash,
        reply: serde_json::to_string(made).map_err(StorageError::from)?,
    };
    Ok(tx.keep(request.officer.id, &request.key, &kept, at)?)
}

fn feed_of(core: &Core, wanted: &NewIncident) -> FeedId {
    FeedId::Area(wanted.area.district().unwrap_or(core.district))
}

fn args(wanted: &NewIncident, policy: &Policy) -> Register {
    // A checked policy has at least one level; the last is the lowest.
    let lowest = policy.levels.last().map(|level| level.rank);
    Register {
        area: wanted.area,
        category: wanted.category,
        rank: wanted
            .rank
            .or(lowest)
            .unwrap_or(crate::domain::alarm::Rank::Notice),
        title: wanted.title.clone(),
        place: wanted.place.clone(),
        summary: wanted.summary.clone(),
        scale: None,
        people_count: wanted.people_count,
        occurred_at: wanted.occurred_at,
        source: Source {
            channel: Channel::Interface,
            name: wanted.source_name.clone(),
            phone: wanted.source_phone.clone(),
        },
        parties: Vec::new(),
        sealed: Vec::new(),
        answer: Answers::Nobody,
    }
}

/// An identity made from account and key, so that the same request made again
/// means the same thing whatever was remembered of it.
fn derived(what: &str, request: &Request) -> Uuid {
    uuid_of(&format!(
        "zhiban-{what}-1\n{}\n{}",
        request.officer.id, request.key
    ))
}

/// The way in itself, as the device that acts come from.
fn channel() -> DeviceId {
    DeviceId::new(uuid_of("zhiban-channel-incidents-1"))
}

fn uuid_of(text: &str) -> Uuid {
    let hash = digest::digest(&digest::SHA256, text.as_bytes());
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hash.as_ref()) {
        *to = *from;
    }
    Uuid::new_v8(bytes)
}
