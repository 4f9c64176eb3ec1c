//! Numbering acts anew: under another identity of the desk, or in another life
//! of the service. Ids stay, so nothing runs twice; the order stays, so nothing
//! overtakes what it refers to.
//!
//! A row's place in the outbox (the column `dseq`) never changes. The number
//! that the service is told stands in the command.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};

use super::db::begin;
use super::error::{StoreError, unreadable};
use super::handle::Identity;
use super::outbox::{self, Chain, Stand};
use super::salvage::Numbering;
use super::salvage::notes::Notes;
use super::secret::DeviceSecret;
use crate::domain::ids::{DeviceId, OfficerId};
use crate::fault::fail_point;
use crate::wire::command::WireCommand;
use crate::wire::proof::{Digest, Mac};

/// Who can sign here and now.
#[derive(Clone, Copy)]
pub(super) struct Signer<'a> {
    pub(super) officer: OfficerId,
    pub(super) secret: &'a DeviceSecret,
    /// The identity of the desk under which the secret was issued.
    pub(super) issued_to: DeviceId,
}

impl Signer<'_> {
    /// Signs a command with numbers of `device`. With the secret of an earlier
    /// identity it says so.
    pub(super) fn sign(
        &self,
        command: &mut WireCommand,
        device: DeviceId,
    ) -> Result<(), StoreError> {
        command.signed_as = None;
        if self.issued_to != device {
            command.keep_signed_as(self.issued_to);
        }
        let bytes = command.signed_bytes().map_err(unreadable("command"))?;
        command.mac = Mac::of(self.secret.bytes(), &bytes);
        Ok(())
    }
}

/// The identity whose numbers the acts have; none in an outbox that no program
/// of this age has opened yet.
pub(super) fn numbered_for(outbox: &Connection) -> Result<Option<DeviceId>, StoreError> {
    let found: Option<[u8; 16]> = outbox
        .prepare_cached("SELECT device FROM enrolment ORDER BY nth DESC LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(found.map(|bytes| DeviceId::new(uuid::Uuid::from_bytes(bytes))))
}

/// Brings the outbox under the identity that the desk has now. If it is a new
/// one, what waits gets numbers from 1 on, in the order in which it was made; a
/// start that was cut off before this does it at the next. An identity that the
/// desk has left behind changes nothing: then a program that was open meanwhile
/// opens the outbox once more.
pub(super) fn adopt(
    outbox: &Connection,
    dir: &Path,
    identity: &Identity,
) -> Result<(), StoreError> {
    if was_adopted(outbox, identity.device)? {
        return Ok(());
    }
    let changes = begin(outbox)?;
    // Another program may have come first.
    if was_adopted(&changes, identity.device)? {
        return Ok(());
    }
    if let Some(before) = numbered_for(&changes)? {
        for stand in [Stand::Accepted, Stand::Passed, Stand::Late] {
            keep_signed_as(&changes, stand, before)?;
        }
        let first = Chain {
            dseq: 0,
            head: Digest::ZERO,
            ..outbox::chain(&changes)?
        };
        let signer = Signer {
            officer: identity.officer.id,
            secret: &identity.device_secret,
            issued_to: identity.issued_to,
        };
        renumber(&changes, first, before, identity.device, &signer)?;
        // Said before it is so: a crash in between only means that the next
        // start does it again.
        Notes::change(dir, |notes| notes.numbering = Numbering::Sound)?;
    }
    changes.execute(
        "INSERT INTO enrolment (nth, device)
         VALUES ((SELECT coalesce(max(nth), 0) + 1 FROM enrolment), ?1)",
        [*identity.device.uuid().as_bytes()],
    )?;
    fail_point!("store.renumber.before-commit", StoreError::Closed);
    changes.commit()?;
    fail_point!("store.renumber.after");
    Ok(())
}

fn was_adopted(outbox: &Connection, device: DeviceId) -> Result<bool, StoreError> {
    Ok(outbox
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM enrolment WHERE device = ?1)")?
        .query_row([*device.uuid().as_bytes()], |row| row.get(0))?)
}

/// Acts that were answered may have to be offered again one day.
fn keep_signed_as(outbox: &Connection, stand: Stand, device: DeviceId) -> Result<(), StoreError> {
    for place in outbox::standing(outbox, &[stand])? {
        if let Some(mut kept) = outbox::at(outbox, place)? {
            kept.command.keep_signed_as(device);
            put(outbox, place, &kept.command)?;
        }
    }
    Ok(())
}

/// Where the numbers begin that the service has not answered, as far as this
/// desk knows.
pub(super) fn unanswered(outbox: &Connection) -> Result<Chain, StoreError> {
    let last = outbox::chain(outbox)?;
    let first = outbox::pending(outbox, 1)?.pop();
    Ok(first.map_or(last, |first| Chain {
        dseq: first.dseq.saturating_sub(1),
        head: first.prev,
        ..last
    }))
}

/// Gives what waits the numbers from there on. After the service has lost its
/// latest verdicts, what it lost is offered again with gaps between: acts that
/// were refused, or given up, since. The service would wait for them for ever.
///
/// They begin where nothing was answered yet, and not beyond: a desk that the
/// service has enrolled anew in this life must go on from its very next number.
pub(super) fn waiting_again(
    outbox: &Connection,
    from: Chain,
    signer: &Signer<'_>,
) -> Result<(), StoreError> {
    let device = numbered_for(outbox)?.unwrap_or(signer.issued_to);
    renumber(outbox, from, device, device, signer)
}

fn renumber(
    outbox: &Connection,
    last: Chain,
    before: DeviceId,
    now: DeviceId,
    signer: &Signer<'_>,
) -> Result<(), StoreError> {
    let mut chain = last;
    for place in outbox::standing(outbox, &[Stand::Waiting])? {
        let Some(mut kept) = outbox::at(outbox, place)? else {
            continue;
        };
        let command = &mut kept.command;
        command.keep_signed_as(before);
        command.dseq = chain.dseq + 1;
        command.prev = chain.head;
        if command.author == signer.officer && signer.issued_to == now {
            signer.sign(command, now)?;
        }
        chain.dseq = command.dseq;
        chain.head = command.link().map_err(unreadable("command"))?;
        put(outbox, place, command)?;
    }
    outbox::set_chain(outbox, chain)
}

fn put(outbox: &Connection, place: i64, command: &WireCommand) -> Result<(), StoreError> {
    let text = serde_json::to_string(command).map_err(unreadable("command"))?;
    outbox
        .prepare_cached("UPDATE outbox SET command = ?2 WHERE dseq = ?1")?
        .execute(params![place, text])?;
    Ok(())
}
