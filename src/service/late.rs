//! Late submissions: what an officer did while holding a grant, delivered
//! after it was lost or the account was taken out of use.
//!
//! What happened has happened: a registration is accepted. Any other act takes
//! no effect any more; its words are filed with the incident that it was about,
//! for those who hold that. The grants of the moment of the act are read from
//! the officer's private feed, where every change of the account is written.

use serde::Deserialize;

use super::feed::sequencer::{self, Ask, Outcome};
use super::storage::{Account, Standing, StorageError, StoredVerdict, Tx};
use crate::domain::ids::OfficerId;
use crate::domain::incident::act::Act;
use crate::domain::officer::Officer;
use crate::domain::record::{Body, Record};
use crate::domain::time::Timestamp;
use crate::service::storage::StoredChange;
use crate::wire::command::Refused;
use crate::wire::feed::FeedId;

/// How many changes of an account are looked through for the grants of a
/// moment; an act from before all of them is refused.
const ACCOUNT_CHANGES_MAX: usize = 1_000;

/// The mark in an officer's document that the account is out of use.
pub(super) const DISABLED: &str = "disabled";

/// A verdict to be stored, and what was written with it.
pub(super) type Ruling = (StoredVerdict, Vec<StoredChange>);

/// Decides what `account`'s officer did, by the grants of now; by those of the
/// moment of the act where only their loss stands against it.
pub(super) fn decide(
    tx: &Tx<'_>,
    ask: &Ask<'_>,
    account: &Account,
) -> Result<Ruling, StorageError> {
    let refusal = match account.standing {
        Standing::Disabled => Refused::Author,
        Standing::Active => match sequencer::decide(tx, ask)? {
            Outcome::Refused(refusal) => refusal,
            taken @ Outcome::Accepted { .. } => return Ok(ruling(taken)),
        },
    };
    let refused = |refusal| Ok(ruling(Outcome::Refused(refusal)));
    let Some(past) = officer_at(tx, account.officer.id, ask.at)? else {
        return refused(refusal);
    };
    let then = Ask {
        author: &past,
        ..*ask
    };
    // With other grants, and the same answer: it is not their loss.
    if account.standing == Standing::Active
        && (past.grants == account.officer.grants
            || sequencer::objection(tx, &then)?.as_ref() == Some(&refusal))
    {
        return refused(refusal);
    }
    if matches!(ask.command.act, Act::Register(_)) {
        return match sequencer::decide(tx, &then)? {
            Outcome::Refused(_) => refused(refusal),
            taken @ Outcome::Accepted { .. } => Ok(ruling(taken)),
        };
    }
    match sequencer::file_late(tx, &then)? {
        Outcome::Refused(_) => refused(refusal),
        Outcome::Accepted { changes, .. } => {
            let written = sequencer::written(&changes);
            Ok((StoredVerdict::Late { written }, changes))
        }
    }
}

fn ruling(outcome: Outcome) -> Ruling {
    match outcome {
        Outcome::Accepted { changes, number } => {
            let written = sequencer::written(&changes);
            (StoredVerdict::Accepted { written, number }, changes)
        }
        Outcome::Refused(refusal) => (StoredVerdict::Refused { refusal }, Vec::new()),
    }
}

/// The officer as the account was at `at`; none while there was no account, or
/// it was out of use.
fn officer_at(tx: &Tx<'_>, id: OfficerId, at: Timestamp) -> Result<Option<Officer>, StorageError> {
    #[derive(Deserialize)]
    struct KeptAt {
        at: Timestamp,
    }
    let changes = tx.changes_of(FeedId::Officer(id), id.into(), ACCOUNT_CHANGES_MAX)?;
    for change in changes.iter().rev() {
        let kept: KeptAt = serde_json::from_str(&change.event)?;
        if kept.at > at {
            continue;
        }
        let record: Record = serde_json::from_str(&change.doc)?;
        return Ok(match record.body {
            Body::Officer(officer) if !officer.extra.contains_key(DISABLED) => Some(*officer),
            _ => None,
        });
    }
    Ok(None)
}
