//! Desks: their keys, their place in their own sequence of commands, and the
//! officers who sign in at them.

use rusqlite::{OptionalExtension, params};

use super::{Result, StorageError, Tx, View, count, digest, number};
use crate::domain::ids::{DeviceId, OfficerId};
use crate::domain::time::Timestamp;
use crate::wire::proof::Digest;

/// Whether a desk's commands are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceStanding {
    /// In order: the next command must follow the last one.
    InOrder,
    /// After a restore the service may know less than the desk, which offers
    /// again what was taken and not what was refused: numbers may be left out.
    Resync,
    /// Copied, or its chain is broken. Says why.
    Quarantined(String),
}

/// An enrolled desk.
#[derive(Clone, Debug)]
pub struct Device {
    /// Which.
    pub id: DeviceId,
    /// What people call it.
    pub name: String,
    /// Its Ed25519 public key.
    pub public_key: Vec<u8>,
    /// The key of its store, under the service's master key.
    pub store_key: Vec<u8>,
    /// The number of its last command.
    pub last_dseq: u64,
    /// The hash of its last command.
    pub chain: Digest,
    /// The time of the last proof it signed in with; a later one must be
    /// later, so that none works twice.
    pub last_proof_at: Timestamp,
    /// Whether its commands are taken.
    pub standing: DeviceStanding,
    /// Who enrolled it.
    pub enrolled_by: OfficerId,
    /// When.
    pub enrolled_at: Timestamp,
}

/// An officer who signed in at a desk with a password.
#[derive(Clone, Debug)]
pub struct DeviceOfficer {
    /// The key of the officer's MACs there, under the service's master key.
    pub secret: Vec<u8>,
    /// When last with a password.
    pub last_password_at: Timestamp,
}

impl DeviceStanding {
    fn columns(&self) -> (&'static str, &str) {
        match self {
            Self::InOrder => ("in-order", ""),
            Self::Resync => ("resync", ""),
            Self::Quarantined(why) => ("quarantined", why),
        }
    }

    fn from_columns(name: &str, why: String) -> Result<Self> {
        match name {
            "in-order" => Ok(Self::InOrder),
            "resync" => Ok(Self::Resync),
            "quarantined" => Ok(Self::Quarantined(why)),
            _ => Err(StorageError::Corrupt {
                what: "device standing",
            }),
        }
    }
}

impl View<'_> {
    /// The desk.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn device(&self, id: DeviceId) -> Result<Option<Device>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT name, public_key, store_key, last_dseq, chain, last_proof_at, standing, why,
                    enrolled_by, enrolled_at
             FROM device WHERE id = ?1",
        )?;
        let mut rows = statement.query([id.to_string()])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let standing: String = row.get(6)?;
        let enrolled_by: String = row.get(8)?;
        Ok(Some(Device {
            id,
            name: row.get(0)?,
            public_key: row.get(1)?,
            store_key: row.get(2)?,
            last_dseq: count(row.get(3)?),
            chain: digest(&row.get::<_, Vec<u8>>(4)?)?,
            last_proof_at: Timestamp::from_millis(row.get(5)?),
            standing: DeviceStanding::from_columns(&standing, row.get(7)?)?,
            enrolled_by: super::parsed(&enrolled_by, "device")?,
            enrolled_at: Timestamp::from_millis(row.get(9)?),
        }))
    }

    /// What ties an officer to a desk.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn device_officer(
        &self,
        device: DeviceId,
        officer: OfficerId,
    ) -> Result<Option<DeviceOfficer>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT secret, last_password_at FROM device_officer
                 WHERE device = ?1 AND officer = ?2",
            )?
            .query_row([device.to_string(), officer.to_string()], |row| {
                Ok(DeviceOfficer {
                    secret: row.get(0)?,
                    last_password_at: Timestamp::from_millis(row.get(1)?),
                })
            })
            .optional()?)
    }
}

impl Tx<'_> {
    /// Makes or replaces a desk.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_device(&self, device: &Device) -> Result<()> {
        let (standing, why) = device.standing.columns();
        self.conn
            .prepare_cached(
                "INSERT INTO device (id, name, public_key, store_key, last_dseq, chain,
                                     last_proof_at, standing, why, enrolled_by, enrolled_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name,
                     last_dseq = excluded.last_dseq, chain = excluded.chain,
                     last_proof_at = excluded.last_proof_at, standing = excluded.standing,
                     why = excluded.why",
            )?
            .execute(params![
                device.id.to_string(),
                device.name,
                device.public_key,
                device.store_key,
                number(device.last_dseq),
                &device.chain.0[..],
                device.last_proof_at.as_millis(),
                standing,
                why,
                device.enrolled_by.to_string(),
                device.enrolled_at.as_millis(),
            ])?;
        Ok(())
    }

    /// Ties an officer to a desk; a password sign-in renews the time only.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_device_officer(
        &self,
        device: DeviceId,
        officer: OfficerId,
        tie: &DeviceOfficer,
    ) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO device_officer (device, officer, secret, last_password_at)
                 VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (device, officer) DO UPDATE SET
                     last_password_at = excluded.last_password_at",
            )?
            .execute(params![
                device.to_string(),
                officer.to_string(),
                tie.secret,
                tie.last_password_at.as_millis(),
            ])?;
        Ok(())
    }

    /// Lets every desk that is in order leave numbers out (see
    /// [`DeviceStanding::Resync`]).
    ///
    /// # Errors
    /// When the engine fails.
    pub fn resync_devices(&self) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE device SET standing = 'resync' WHERE standing = 'in-order'")?
            .execute([])?;
        Ok(())
    }
}
