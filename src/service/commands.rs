//! Commands from desks: each desk's own order, proof of the author, and a
//! verdict that is the same however often a command is delivered.
//!
//! The id alone decides replay. The desk's number (dseq) and chain decide
//! order, and reveal a desk that was copied: the same number with another id.
//! A command that is refused still counts: its verdict is stored and the desk
//! moves on. Each command has a transaction of its own.

use serde_json::Value;

use super::auth::sign_in;
use super::core::Core;
use super::feed::sequencer::Ask;
use super::feed::{audience, kinship};
use super::late;
use super::secrets::SecretError;
use super::storage::{
    Account, Device, DeviceOfficer, DeviceStanding, GivenVerdict, StorageError, StoredChange,
    StoredVerdict, Tx,
};
use crate::domain::command::Arrival;
use crate::domain::ids::{DeviceId, OfficerId};
use crate::domain::officer::Sight;
use crate::domain::time::Timestamp;
use crate::fault::fail_point;
use crate::wire::command::{CommandResult, Refused, Verdict, WireCommand};

/// What a desk is told to wait when a command before this one is missing, or
/// the service cannot now, in milliseconds.
pub const RETRY_AFTER_MS: u64 = 1_000;

/// Why a command got no verdict.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The desk's escrow does not open.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The command cannot be written as JSON again.
    #[error("command: {0}")]
    Json(#[from] serde_json::Error),
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Who delivers, and when.
#[derive(Clone, Copy, Debug)]
pub struct Delivery {
    /// The desk.
    pub device: DeviceId,
    /// Who is signed in there.
    pub officer: OfficerId,
    /// When it came in.
    pub at: Timestamp,
}

/// Takes commands in order; one result each. A failure of the service makes
/// the rest "again, please", never a refusal.
///
/// Several are made durable together: nobody is answered and nobody is told
/// before that, and each is there whole or not at all. If anything goes wrong
/// on the way, nothing of it is stored, and each is tried by itself: one that
/// cannot be stored holds up none before it.
#[must_use]
pub fn take(core: &Core, delivery: Delivery, commands: &[WireCommand]) -> Vec<CommandResult> {
    let verdicts = if commands.len() > 1 {
        together(core, delivery, commands)
            .inspect_err(|error| tracing::warn!(%error, "commands are tried one by one"))
            .ok()
    } else {
        None
    };
    let verdicts = verdicts.unwrap_or_else(|| {
        let one = |command| alone(core, delivery, command);
        commands.iter().map(one).collect()
    });
    commands
        .iter()
        .zip(verdicts)
        .map(|(command, verdict)| CommandResult {
            id: command.id,
            verdict,
        })
        .collect()
}

fn together(
    core: &Core,
    delivery: Delivery,
    commands: &[WireCommand],
) -> Result<Vec<Verdict>, CommandError> {
    let (verdicts, _) = core.storage.write_then(
        |tx| {
            let mut verdicts = Vec::with_capacity(commands.len());
            let mut changes = Vec::new();
            for command in commands {
                let (verdict, written) = judge(core, tx, delivery, command)?;
                verdicts.push(verdict);
                changes.extend(written);
            }
            Ok::<_, CommandError>((verdicts, changes))
        },
        |(_, changes)| core.publish(changes),
    )?;
    fail_point!("service.commands.answered");
    Ok(verdicts)
}

fn alone(core: &Core, delivery: Delivery, command: &WireCommand) -> Verdict {
    let judged = core.storage.write_then(
        |tx| judge(core, tx, delivery, command),
        |(_, changes)| core.publish(changes),
    );
    fail_point!("service.commands.answered");
    match judged {
        Ok((verdict, _)) => verdict,
        Err(error) => {
            tracing::error!(%error, command = %command.id, "command without a verdict");
            Verdict::Retry {
                after_ms: RETRY_AFTER_MS,
            }
        }
    }
}

type Judged = (Verdict, Vec<StoredChange>);

/// Where a command stands in its desk's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// It is the next one.
    Next,
    /// Its number has been used.
    Used,
    /// One before it is missing.
    Gap,
    /// It is the next one, and does not follow from the one before.
    BrokenChain,
}

fn place(device: &Device, command: &WireCommand) -> Place {
    let next = device.last_dseq + 1;
    match device.standing {
        DeviceStanding::Resync if command.dseq >= next => Place::Next,
        DeviceStanding::InOrder | DeviceStanding::Resync | DeviceStanding::Quarantined(_) => {
            if command.dseq < next {
                Place::Used
            } else if command.dseq > next {
                Place::Gap
            } else if command.prev != device.chain {
                Place::BrokenChain
            } else {
                Place::Next
            }
        }
    }
}

fn judge(
    core: &Core,
    tx: &Tx<'_>,
    delivery: Delivery,
    command: &WireCommand,
) -> Result<Judged, CommandError> {
    let nothing = |verdict| Ok((verdict, Vec::new()));
    let retry = Verdict::Retry {
        after_ms: RETRY_AFTER_MS,
    };
    let Some(mut device) = tx.device(delivery.device)? else {
        return nothing(Verdict::Quarantined {
            why: "the device is not enrolled".to_owned(),
        });
    };
    if let DeviceStanding::Quarantined(why) = &device.standing {
        return nothing(Verdict::Quarantined { why: why.clone() });
    }
    let place = place(&device, command);
    if let Some(given) = tx.verdict(command.id)? {
        match place {
            Place::Used => {}
            // Known from another enrolment of the desk: it has its effect, and
            // its place in the new order all the same.
            Place::Next => advance(tx, &mut device, command)?,
            Place::Gap => return nothing(retry),
            Place::BrokenChain => return quarantine(tx, device, "the chain is broken"),
        }
        if !may_hear(core, tx, delivery, command, &given)? {
            return nothing(Verdict::Refused {
                refusal: Refused::Mac,
                record: None,
            });
        }
        return nothing(again(core, tx, delivery, command, given.verdict)?);
    }
    match place {
        Place::Next => {}
        Place::Gap => return nothing(retry),
        Place::Used => return quarantine(tx, device, "a number was used for another command"),
        Place::BrokenChain => return quarantine(tx, device, "the chain is broken"),
    }
    let (stored, changes) = match author(core, tx, delivery, command)? {
        Ok(account) => late::decide(
            core,
            tx,
            &Ask {
                command: &command.to_domain(),
                feed: command.feed,
                author: &account.officer,
                at: counted_at(command.made_at, delivery.at),
                arrival: Some(Arrival {
                    at: delivery.at,
                    device: delivery.device,
                }),
            },
            &account,
        )?,
        Err(refusal) => (StoredVerdict::Refused { refusal }, Vec::new()),
    };
    fail_point!(
        "service.commands.decided",
        StorageError::RanOut("luck").into()
    );
    tx.put_verdict(
        command.id,
        (delivery.device, command.dseq, command.author),
        command.feed,
        &stored,
        delivery.at,
    )?;
    fail_point!(
        "service.commands.before-place",
        StorageError::RanOut("luck").into()
    );
    advance(tx, &mut device, command)?;
    fail_point!(
        "service.commands.after-place",
        StorageError::RanOut("luck").into()
    );
    let verdict = match stored {
        StoredVerdict::Accepted { written, number } => Verdict::Accepted {
            written: kinship::worded(core, tx, written)?,
            number,
        },
        StoredVerdict::Late { written } => Verdict::Late {
            written: kinship::worded(core, tx, written)?,
        },
        StoredVerdict::Refused { refusal } => refused(tx, delivery, command, refusal)?,
    };
    Ok((verdict, changes))
}

/// When an act counts as made: when its author says, never later than its
/// arrival, and never before there were such clocks.
fn counted_at(made_at: Timestamp, arrival: Timestamp) -> Timestamp {
    made_at.min(arrival).max(Timestamp::default())
}

/// The author's account, if these are the author's own words. It may be out of
/// use by now.
fn author(
    core: &Core,
    tx: &Tx<'_>,
    delivery: Delivery,
    command: &WireCommand,
) -> Result<Result<Account, Refused>, CommandError> {
    let Some(tie) = signed_by(core, tx, delivery, command)? else {
        return Ok(Err(Refused::Mac));
    };
    let Some(account) = tx.account(command.author)? else {
        return Ok(Err(Refused::Author));
    };
    let window = sign_in::offline_window(core, tx)?;
    let in_time = command.made_at <= tie.last_password_at.saturating_add(window);
    if command.author == delivery.officer || in_time {
        Ok(Ok(account))
    } else {
        Ok(Err(Refused::Author))
    }
}

/// The tie of the author to this desk, if the MAC is the author's here; or to
/// the device under which the words were signed before they were numbered
/// anew. They are the author's own all the same, and the id decides replay.
fn signed_by(
    core: &Core,
    tx: &Tx<'_>,
    delivery: Delivery,
    command: &WireCommand,
) -> Result<Option<DeviceOfficer>, CommandError> {
    let device = command.signed_on(delivery.device);
    let Some(tie) = tx.device_officer(device, command.author)? else {
        return Ok(None);
    };
    let owner = sign_in::secret_owner(device, command.author);
    let secret = core.master.open_secret(&owner, &tie.secret)?;
    let holds = command.mac.holds(&secret, &command.signed_bytes()?);
    Ok(holds.then_some(tie))
}

fn advance(tx: &Tx<'_>, device: &mut Device, command: &WireCommand) -> Result<(), CommandError> {
    device.last_dseq = command.dseq;
    device.chain = command.link()?;
    device.standing = DeviceStanding::InOrder;
    tx.put_device(device)?;
    Ok(())
}

fn quarantine(tx: &Tx<'_>, mut device: Device, why: &str) -> Result<Judged, CommandError> {
    tracing::warn!(device = %device.id, why, "device quarantined");
    device.standing = DeviceStanding::Quarantined(why.to_owned());
    tx.put_device(&device)?;
    Ok((
        Verdict::Quarantined {
            why: why.to_owned(),
        },
        Vec::new(),
    ))
}

/// Whether a verdict that was given is this deliverer's to hear again: the desk
/// that it was given to, or the same author from another one, which a desk is
/// after it enrolled again. An id that somebody picked up tells nothing.
fn may_hear(
    core: &Core,
    tx: &Tx<'_>,
    delivery: Delivery,
    command: &WireCommand,
    given: &GivenVerdict,
) -> Result<bool, CommandError> {
    Ok(given.device == delivery.device
        || (given.author == Some(command.author)
            && signed_by(core, tx, delivery, command)?.is_some()))
}

/// The stored verdict again.
fn again(
    core: &Core,
    tx: &Tx<'_>,
    delivery: Delivery,
    command: &WireCommand,
    stored: StoredVerdict,
) -> Result<Verdict, CommandError> {
    match stored {
        StoredVerdict::Accepted { written, number } => Ok(Verdict::Duplicate {
            written: kinship::worded(core, tx, written)?,
            number,
        }),
        StoredVerdict::Late { written } => Ok(Verdict::Late {
            written: kinship::worded(core, tx, written)?,
        }),
        StoredVerdict::Refused { refusal } => refused(tx, delivery, command, refusal),
    }
}

/// A refusal with the record as it is now, if its author may see it, and
/// whoever delivers it may too.
fn refused(
    tx: &Tx<'_>,
    delivery: Delivery,
    command: &WireCommand,
    refusal: Refused,
) -> Result<Verdict, CommandError> {
    let record = match refusal {
        // Whose words these are is not known, so nothing is shown to anybody.
        Refused::Mac | Refused::Author => None,
        Refused::Rule { .. } | Refused::Feed | Refused::Policy => {
            target_now(tx, delivery, command)?
        }
    };
    Ok(Verdict::Refused { refusal, record })
}

fn target_now(
    tx: &Tx<'_>,
    delivery: Delivery,
    command: &WireCommand,
) -> Result<Option<Box<Value>>, CommandError> {
    let Some(target) = command.targets.first() else {
        return Ok(None);
    };
    let Some(stored) = tx.record(command.feed, target.id)? else {
        return Ok(None);
    };
    let mut least = Sight::Sealed;
    for id in [command.author, delivery.officer] {
        let sight = tx.account(id)?.map_or(Sight::Nothing, |account| {
            audience::sight(&account.officer, stored.feed, &stored.kind, stored.area)
        });
        least = least.min(sight);
    }
    let text = audience::record_at(least, &stored)?;
    Ok(text
        .map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(StorageError::from)?)
}
