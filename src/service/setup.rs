//! Setting a service up, backing it up, and beginning a new life after a
//! restore.

use std::fs;
use std::path::Path;
use std::sync::PoisonError;

use super::accounts::{checked_name, kept, store_account, write};
use super::auth::password::Passwords;
use super::secrets::{self, MasterKey, Random};
use super::storage::{Account, Meta, Standing, Storage, StorageError, Tx};
use super::{DATABASE_FILE, Service, ServiceError, ServiceOptions, tls};
use crate::domain::area::{AreaCode, Level};
use crate::domain::extra::Extra;
use crate::domain::ids::{OfficerId, RecordId, UnitId};
use crate::domain::officer::{Grant, Officer, Role};
use crate::domain::place::Place;
use crate::domain::policy::Policy;
use crate::domain::record::{Body, Record, Rev};
use crate::domain::time::Timestamp;
use crate::domain::unit::{Unit, UnitKind, UnitRef};
use crate::wire::feed::{Epoch, FeedId};
use crate::wire::proof::Digest;

/// What a new service is told.
#[derive(Clone, Debug)]
pub struct Init {
    /// The district that it serves.
    pub district: AreaCode,
    /// The district's name.
    pub district_name: String,
    /// The name of its governance centre.
    pub centre_name: String,
    /// The rules of the county; [`Policy::shipped`] to begin with.
    pub policy: Policy,
    /// The first administrator's account.
    pub admin_account: String,
    /// The first administrator's name.
    pub admin_name: String,
    /// The first administrator's password.
    pub admin_password: String,
    /// Host names and addresses for the certificate.
    pub tls_names: Vec<String>,
}

/// What a new service says.
#[derive(Clone, Copy, Debug)]
pub struct Initialised {
    /// What workstations must be told to trust its certificate.
    pub pin: Digest,
    /// The first administrator.
    pub administrator: OfficerId,
    /// The governance centre.
    pub centre: UnitId,
}

impl Service {
    /// Sets up a service in `folder`: database, master key, certificate, the
    /// district's first records, the first administrator.
    ///
    /// # Errors
    /// When there is one already, or something in `init` does not fit.
    pub fn init(
        folder: &Path,
        init: &Init,
        options: ServiceOptions,
    ) -> Result<(Self, Initialised), ServiceError> {
        if init.district.level() != Level::District {
            return Err(ServiceError::NoDistrict(init.district));
        }
        init.policy.check()?;
        checked_name(&init.admin_account)?;
        let passwords = Passwords::new(&options)?;
        let hash = passwords.hash(&init.admin_password)?;
        fs::create_dir_all(folder).map_err(|source| ServiceError::File {
            path: folder.to_owned(),
            source,
        })?;
        let database = folder.join(DATABASE_FILE);
        let storage = Storage::open(&database)?;
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "a path to the method fixes the lifetime that must stay open"
        )]
        let there = storage.read(|view| view.meta())?;
        if there.is_some() {
            return Err(ServiceError::AlreadyInitialised {
                path: folder.to_owned(),
            });
        }
        // What an attempt that failed half-way left behind is used again.
        let master = MasterKey::create(folder, &options.random)?;
        tls::create(folder, &init.tls_names)?;
        let pin = tls::pin(folder)?;
        let now = (options.clock)();
        let fresh = || secrets::new_uuid(now, &options.random);
        let centre = UnitId::new(fresh()?);
        let meta = Meta {
            epoch: Epoch(fresh()?),
            district: init.district,
            centre,
            master_key_id: master.id().to_owned(),
        };
        let administrator = OfficerId::new(fresh()?);
        storage.write(|tx| -> Result<(), ServiceError> {
            tx.put_meta(&meta)?;
            first_records(tx, init, centre, (now, &options.random))?;
            let account = first_administrator(init, administrator, centre, hash);
            store_account(tx, &account, now)?;
            Ok(())
        })?;
        let service = Self::assemble(folder, storage, &meta, (master, passwords), options);
        Ok((
            service,
            Initialised {
                pin,
                administrator,
                centre,
            },
        ))
    }

    /// The pin of the service's certificate.
    ///
    /// # Errors
    /// When the certificate cannot be read.
    pub fn pin(&self) -> Result<Digest, ServiceError> {
        Ok(tls::pin(&self.core.folder)?)
    }

    /// Copies the database to a new file while the service runs. The master
    /// key is not in it and must be kept elsewhere.
    ///
    /// # Errors
    /// When the file is there already or cannot be written.
    pub fn backup(&self, to: &Path) -> Result<(), ServiceError> {
        if to.exists() {
            return Err(ServiceError::File {
                path: to.to_owned(),
                source: std::io::ErrorKind::AlreadyExists.into(),
            });
        }
        Ok(self.core.storage.backup(to)?)
    }

    /// Begins a new life after a restore: what was written after the backup is
    /// gone, so every reader must notice, and every desk may set its place
    /// anew.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn new_epoch(&self) -> Result<Epoch, ServiceError> {
        let epoch = Epoch(secrets::new_uuid(
            self.core.now(),
            &self.core.options.random,
        )?);
        self.core.storage.write(|tx| begin_life(tx, epoch))?;
        *self
            .core
            .epoch
            .write()
            .unwrap_or_else(PoisonError::into_inner) = epoch;
        Ok(epoch)
    }
}

/// Everything that another life of the service begins with.
pub(super) fn begin_life(tx: &Tx<'_>, epoch: Epoch) -> Result<(), StorageError> {
    if let Some(meta) = tx.meta()? {
        tx.put_meta(&Meta { epoch, ..meta })?;
    }
    tx.resync_devices()?;
    // Whoever was signed in asks where the feeds stand, and so learns of the
    // new life before anything is sent.
    tx.end_sessions()
}

fn first_records(
    tx: &Tx<'_>,
    init: &Init,
    centre: UnitId,
    (now, random): (Timestamp, &Random),
) -> Result<(), ServiceError> {
    let feed = FeedId::Area(init.district);
    let record = |id: RecordId, body: Body| Record {
        id,
        area: init.district,
        rev: Rev::NONE.next(),
        parent: None,
        body,
        sealed: None,
    };
    let policy = Body::Policy(Box::new(init.policy.clone()));
    let place = Body::Place(Box::new(Place {
        name: init.district_name.clone(),
        extra: Extra::new(),
    }));
    let unit = Body::Unit(Box::new(Unit {
        name: init.centre_name.clone(),
        kind: UnitKind::GovernanceCenter,
        parent: None,
        phone: String::new(),
        extra: Extra::new(),
    }));
    let deeds = [
        record(RecordId::new(secrets::new_uuid(now, random)?), policy),
        record(RecordId::new(secrets::new_uuid(now, random)?), place),
        record(centre.into(), unit),
    ]
    .into_iter()
    .map(|record| kept(record, now))
    .collect::<Result<Vec<_>, _>>()?;
    write(tx, feed, deeds)?;
    Ok(())
}

fn first_administrator(init: &Init, id: OfficerId, centre: UnitId, hash: String) -> Account {
    Account {
        officer: Officer {
            id,
            account: init.admin_account.clone(),
            name: init.admin_name.clone(),
            unit: UnitRef {
                id: centre,
                name: init.centre_name.clone(),
                area: init.district,
            },
            person: None,
            grants: vec![Grant {
                role: Role::Administrator,
                area: init.district,
            }],
            grant_version: 1,
            extra: Extra::new(),
        },
        hash,
        password_at: Timestamp::default(),
        standing: Standing::Active,
    }
}
