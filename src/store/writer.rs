//! What the writing worker holds, and how it comes up to date.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use super::db::{Dbs, begin};
use super::error::StoreError;
use super::handle::{Chance, Identity};
use super::overlay::{self, Which};
use super::renumber::Signer;
use super::rows;
use super::salvage::behind::{self, Life};
use super::secret::DeviceSecret;
use super::shared::{Shared, StoreEvent};
use crate::domain::area::AreaCode;
use crate::domain::ids::DeviceId;
use crate::domain::officer::Officer;
use crate::domain::policy::{Policy, PolicyVersion};
use crate::domain::record::{Body, Rev};
use crate::domain::time::Timestamp;

/// Whether the overlay may lag behind the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overlay {
    /// It follows from the outbox.
    Fresh,
    /// An act is in the outbox and could not be shown yet.
    Stale,
}

/// Connections that write, and for whom.
pub(super) struct Writer {
    pub(super) dbs: Dbs,
    pub(super) officer: Officer,
    secret: DeviceSecret,
    issued_to: DeviceId,
    pub(super) shared: Arc<Shared>,
    pub(super) overlay: Overlay,
    chance: Chance,
    /// Which outbox the copy follows.
    pub(super) life: Life,
    seen: Versions,
}

/// What `SQLite` counts up when another connection has written; own writes do
/// not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Versions {
    replica: i64,
    outbox: i64,
}

impl Versions {
    fn of(dbs: &Dbs) -> Result<Self, StoreError> {
        let version = |connection: &Connection| {
            connection.query_row("PRAGMA data_version", [], |row| row.get(0))
        };
        Ok(Self {
            replica: version(&dbs.replica)?,
            outbox: version(&dbs.outbox)?,
        })
    }
}

impl Writer {
    /// Takes the files over: policy, places, and what waits on top of what is
    /// confirmed. What was left of a snapshot is discarded.
    pub(super) fn start(
        dbs: Dbs,
        identity: Identity,
        shared: Arc<Shared>,
        chance: Chance,
        life: Life,
    ) -> Result<Self, StoreError> {
        let mut writer = Self {
            seen: Versions::of(&dbs)?,
            dbs,
            officer: identity.officer,
            secret: identity.device_secret,
            issued_to: identity.issued_to,
            shared,
            overlay: Overlay::Stale,
            chance,
            life,
        };
        writer.load_policy()?;
        writer.load_places()?;
        writer.freshen()?;
        Ok(writer)
    }

    /// What signs the officer's acts.
    pub(super) fn signer(&self) -> Signer<'_> {
        Signer {
            officer: self.officer.id,
            secret: &self.secret,
            issued_to: self.issued_to,
        }
    }

    /// A version 7 id of the moment at which something is made; the rest is
    /// chance.
    pub(super) fn new_uuid(&self, at: Timestamp) -> Uuid {
        let millis = u64::try_from(at.as_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &(self.chance)()).into_uuid()
    }

    /// Makes the overlay follow from the outbox again, if it may not.
    pub(super) fn freshen(&mut self) -> Result<(), StoreError> {
        match self.overlay {
            Overlay::Fresh => Ok(()),
            Overlay::Stale => {
                let replica = begin(&self.dbs.replica)?;
                overlay::rebase(self, Which::All)?;
                behind::note(&self.dbs.replica, &self.dbs.outbox, self.life)?;
                replica.commit()?;
                self.overlay = Overlay::Fresh;
                Ok(())
            }
        }
    }

    /// Another program may have written: what is kept in memory or derived is
    /// made anew. Own writes are told from others', and only an outbox that
    /// another program wrote makes this one write: so two programs that watch
    /// the same folder come to rest.
    pub(super) fn look_again(&mut self) -> Result<(), StoreError> {
        let now = Versions::of(&self.dbs)?;
        if now == self.seen {
            return Ok(());
        }
        if now.outbox != self.seen.outbox {
            self.overlay = Overlay::Stale;
            self.freshen()?;
            self.shared.grown().notify_one();
        }
        self.seen = now;
        self.load_policy()?;
        self.load_places()?;
        self.shared.tell(&StoreEvent::Reset);
        Ok(())
    }

    /// Reads the policy in force from the records.
    pub(super) fn load_policy(&self) -> Result<(), StoreError> {
        let (version, policy) = stored_policy(&self.dbs.replica)?;
        if version != self.shared.policy().0 {
            self.shared.set_policy(version, policy);
            self.shared.tell(&StoreEvent::PolicyChanged);
        }
        Ok(())
    }

    /// The policy that an act was made under; the one in force if that is not
    /// known here.
    pub(super) fn policy_of(&self, version: PolicyVersion) -> Result<Arc<Policy>, StoreError> {
        let (in_force, policy) = self.shared.policy();
        if version == in_force {
            return Ok(policy);
        }
        if version.0 == Rev::NONE {
            return Ok(Arc::new(Policy::shipped()));
        }
        let raw: Option<String> = self
            .dbs
            .replica
            .prepare_cached("SELECT raw FROM policy WHERE rev = ?1")?
            .query_row([rows::from_rev(version.0)], |row| row.get(0))
            .optional()?;
        Ok(raw
            .and_then(|raw| policy_in(&raw))
            .map_or(policy, |(_, kept)| kept))
    }

    /// Reads the names of areas from the records.
    pub(super) fn load_places(&self) -> Result<(), StoreError> {
        let mut statement = self
            .dbs
            .replica
            .prepare_cached("SELECT raw FROM confirmed WHERE kind = 'place'")?;
        let mut found = statement.query([])?;
        let mut places: BTreeMap<AreaCode, String> = BTreeMap::new();
        while let Some(row) = found.next()? {
            let raw: String = row.get(0)?;
            let record = rows::parse(&raw)?;
            if let Body::Place(place) = record.body {
                places.insert(record.area, place.name);
            }
        }
        self.shared.set_places(places);
        Ok(())
    }
}

/// The policy record of the widest area in the copy, or what ships.
fn stored_policy(replica: &Connection) -> Result<(PolicyVersion, Arc<Policy>), StoreError> {
    let raw: Option<String> = replica
        .prepare_cached(
            "SELECT raw FROM confirmed WHERE kind = 'policy' ORDER BY area, id LIMIT 1",
        )?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(raw
        .and_then(|raw| policy_in(&raw))
        .unwrap_or_else(|| (PolicyVersion::default(), Arc::new(Policy::shipped()))))
}

/// The policy in a record's text; none when this program cannot use it.
fn policy_in(raw: &str) -> Option<(PolicyVersion, Arc<Policy>)> {
    let record = rows::parse(raw).ok()?;
    match record.body {
        Body::Policy(policy) if policy.check().is_ok() => {
            Some((PolicyVersion(record.rev), Arc::new(*policy)))
        }
        _ => None,
    }
}
