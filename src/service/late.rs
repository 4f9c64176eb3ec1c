//! Late submissions: what an officer did while holding a grant, delivered
//! after it was lost or the account was taken out of use.
//!
//! What happened has happened: a registration is accepted. So is a look at what
//! is masked, as long as the desk could still show it: an offline desk did, and
//! nobody would learn of it otherwise. Any other act takes no effect any more;
//! its words are filed with the incident that it was about, for those who hold
//! that. The grants of the moment of the act are read from the officer's private
//! feed, where every change of the account is written.

use serde::Deserialize;

use super::auth::sign_in;
use super::core::Core;
use super::feed::sequencer::{self, Ask, Outcome};
use super::storage::{Account, Standing, StorageError, StoredVerdict, Tx};
use crate::domain::ids::OfficerId;
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
    core: &Core,
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
    if ask.command.act.verb().only_looks() {
        return looked(core, tx, ask, refusal);
    }
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
    if ask.command.act.verb().has_happened() {
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

/// Decides a look at what is masked by the grants that the desk could still go
/// by: an officer who has lost them works on offline for as long as the window
/// lets, is shown what was asked for, and the log must say so.
fn looked(
    core: &Core,
    tx: &Tx<'_>,
    ask: &Ask<'_>,
    refusal: Refused,
) -> Result<Ruling, StorageError> {
    let window = sign_in::offline_window(core, tx)?;
    let since = Timestamp::from_millis(ask.at.as_millis().saturating_sub(window.0));
    let registered = registered_at(tx, ask)?;
    for past in officers_within(tx, ask.author.id, since, ask.at)? {
        // No desk has what came after the loss.
        if registered.is_none_or(|at| at > past.until) {
            continue;
        }
        let then = Ask {
            author: &past.officer,
            ..*ask
        };
        if let taken @ Outcome::Accepted { .. } = sequencer::decide(tx, &then)? {
            return Ok(ruling(taken));
        }
    }
    Ok(ruling(Outcome::Refused(refusal)))
}

/// When the case was registered that an act is about, if there is one.
fn registered_at(tx: &Tx<'_>, ask: &Ask<'_>) -> Result<Option<Timestamp>, StorageError> {
    let Some(target) = ask.command.targets.first() else {
        return Ok(None);
    };
    let Some(stored) = tx.record(ask.feed, target.id)? else {
        return Ok(None);
    };
    let record: Record = serde_json::from_str(&stored.doc)?;
    Ok(record.incident().map(|incident| incident.registered_at))
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
    let mut found = officers_within(tx, id, at, at)?.into_iter();
    Ok(found.next().map(|past| past.officer))
}

/// An officer as the account was for a time.
struct Past {
    officer: Officer,
    /// When that ended, or the time that was asked for did.
    until: Timestamp,
}

/// The officer as the account was at any time from `since` to `until`, the
/// latest first; without the times when it was out of use.
fn officers_within(
    tx: &Tx<'_>,
    id: OfficerId,
    since: Timestamp,
    until: Timestamp,
) -> Result<Vec<Past>, StorageError> {
    #[derive(Deserialize)]
    struct KeptAt {
        at: Timestamp,
    }
    let mut found = Vec::new();
    let mut ended = until;
    let changes = tx.changes_of(FeedId::Officer(id), id.into(), ACCOUNT_CHANGES_MAX)?;
    for change in changes.iter().rev() {
        let kept: KeptAt = serde_json::from_str(&change.event)?;
        if kept.at > until {
            continue;
        }
        let record: Record = serde_json::from_str(&change.doc)?;
        if let Body::Officer(officer) = record.body
            && !officer.extra.contains_key(DISABLED)
        {
            found.push(Past {
                officer: *officer,
                until: ended,
            });
        }
        ended = kept.at;
        // What came before was no more at `since`.
        if kept.at <= since {
            break;
        }
    }
    Ok(found)
}
