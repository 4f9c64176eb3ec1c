//! What an administrator does with a service: set it up, keep its accounts,
//! back it up.

use std::fs;
use std::path::Path;
use std::sync::PoisonError;

use uuid::Uuid;

use super::auth::password;
use super::core::Core;
use super::error::AccountError;
use super::feed::bus::Told;
use super::feed::sequencer::{self, Bundle, Deed};
use super::secrets::MasterKey;
use super::storage::{Account, Meta, Standing, Storage, StorageError, StoredChange, Tx};
use super::{DATABASE_FILE, Service, ServiceError, ServiceOptions, tls};
use crate::domain::area::{AreaCode, Level};
use crate::domain::ids::{OfficerId, RecordId, UnitId};
use crate::domain::officer::{Grant, Officer, Role};
use crate::domain::place::Place;
use crate::domain::policy::Policy;
use crate::domain::record::{Body, Extra, Record, Rev};
use crate::domain::time::Timestamp;
use crate::domain::unit::{Unit, UnitKind, UnitRef};
use crate::wire::feed::{Epoch, FeedId};
use crate::wire::proof::Digest;

/// The longest account name, in characters.
pub const ACCOUNT_NAME_MAX_CHARS: usize = 64;

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

/// A new account.
#[derive(Clone)]
pub struct NewAccount {
    /// The account's identity, when something refers to it already.
    pub id: Option<OfficerId>,
    /// The name to be typed.
    pub account: String,
    /// The officer's name.
    pub name: String,
    /// The first password.
    pub password: String,
    /// What the officer may do, and where.
    pub grants: Vec<Grant>,
    /// The officer's unit; the governance centre if not said.
    pub unit: Option<UnitId>,
}

impl std::fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewAccount")
            .field("account", &self.account)
            .field("grants", &self.grants)
            .finish_non_exhaustive()
    }
}

/// An account as a list shows it.
#[derive(Clone, Debug)]
pub struct AccountLine {
    /// Who.
    pub officer: Officer,
    /// Whether it may be used.
    pub standing: Standing,
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
        let hash = password::hash(&init.admin_password)?;
        fs::create_dir_all(folder).map_err(|source| ServiceError::File {
            path: folder.to_owned(),
            source,
        })?;
        let database = folder.join(DATABASE_FILE);
        if database.exists() {
            return Err(ServiceError::AlreadyInitialised {
                path: folder.to_owned(),
            });
        }
        let master = MasterKey::create(folder)?;
        tls::create(folder, &init.tls_names)?;
        let pin = tls::pin(folder)?;
        let storage = Storage::open(&database)?;
        let centre = UnitId::new(Uuid::now_v7());
        let meta = Meta {
            epoch: Epoch(Uuid::now_v7()),
            district: init.district,
            centre,
            master_key_id: master.id().to_owned(),
        };
        let administrator = OfficerId::new(Uuid::now_v7());
        let now = (options.clock)();
        storage.write(|tx| -> Result<(), ServiceError> {
            tx.put_meta(&meta)?;
            first_records(tx, init, centre, now)?;
            let account = first_administrator(init, administrator, centre, hash);
            store_account(tx, &account, now)?;
            Ok(())
        })?;
        let service = Self::assemble(folder, storage, &meta, master, options)?;
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

    /// Makes an account.
    ///
    /// # Errors
    /// When name, password or unit do not fit, or the name is taken.
    pub fn account_add(&self, new: &NewAccount) -> Result<Officer, ServiceError> {
        checked_name(&new.account)?;
        let hash = password::hash(&new.password)?;
        let now = self.core.now();
        let (officer, _) = self.core.storage.write_then(
            |tx| -> Result<_, ServiceError> {
                if tx.account_named(&new.account)?.is_some() {
                    return Err(AccountError::Taken(new.account.clone()).into());
                }
                let unit = unit_ref(&self.core, tx, new.unit.unwrap_or(self.core.centre))?;
                let officer = Officer {
                    id: new.id.unwrap_or_else(|| OfficerId::new(Uuid::now_v7())),
                    account: new.account.clone(),
                    name: new.name.clone(),
                    unit,
                    person: None,
                    grants: new.grants.clone(),
                    grant_version: 1,
                    extra: Extra::new(),
                };
                let account = Account {
                    officer: officer.clone(),
                    hash: hash.clone(),
                    standing: Standing::Active,
                };
                let changes = store_account(tx, &account, now)?;
                Ok((officer, changes))
            },
            |(_, changes)| self.core.publish(changes),
        )?;
        Ok(officer)
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn account_list(&self) -> Result<Vec<AccountLine>, ServiceError> {
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "a path to the method fixes the lifetime that must stay open"
        )]
        let accounts = self.core.storage.read(|view| view.accounts())?;
        Ok(accounts
            .into_iter()
            .map(|account| AccountLine {
                officer: account.officer,
                standing: account.standing,
            })
            .collect())
    }

    /// Sets a new password; sessions that are open end.
    ///
    /// # Errors
    /// When there is no such account or the password does not fit.
    pub fn account_passwd(&self, name: &str, new: &str) -> Result<(), ServiceError> {
        let hash = password::hash(new)?;
        self.change_account(name, |account| {
            account.hash.clone_from(&hash);
        })
    }

    /// Takes an account out of use; sessions that are open end.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn account_disable(&self, name: &str) -> Result<(), ServiceError> {
        self.change_account(name, |account| {
            account.standing = Standing::Disabled;
            account.officer.grant_version += 1;
            account
                .officer
                .extra
                .insert("disabled".to_owned(), true.into());
        })
    }

    /// Gives an account other grants; open streams end, and the officer's desk
    /// takes a new snapshot.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn account_grants(&self, name: &str, grants: &[Grant]) -> Result<(), ServiceError> {
        self.change_account(name, |account| {
            grants.clone_into(&mut account.officer.grants);
            account.officer.grant_version += 1;
        })
    }

    fn change_account(
        &self,
        name: &str,
        change: impl FnOnce(&mut Account),
    ) -> Result<(), ServiceError> {
        let now = self.core.now();
        self.core.storage.write_then(
            |tx| -> Result<_, ServiceError> {
                let mut account = tx
                    .account_named(name)?
                    .ok_or_else(|| AccountError::Unknown(name.to_owned()))?;
                change(&mut account);
                tx.end_sessions_of(account.officer.id)?;
                tx.clear_tries(name)?;
                let changes = store_account(tx, &account, now)?;
                Ok((account.officer.id, changes))
            },
            |(officer, changes)| {
                self.core.publish(changes);
                self.core.bus.tell(Told::Officer(*officer));
            },
        )?;
        Ok(())
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
        let epoch = Epoch(Uuid::now_v7());
        self.core.storage.write(|tx| -> Result<(), StorageError> {
            if let Some(meta) = tx.meta()? {
                tx.put_meta(&Meta { epoch, ..meta })?;
            }
            tx.resync_devices()
        })?;
        *self
            .core
            .epoch
            .write()
            .unwrap_or_else(PoisonError::into_inner) = epoch;
        Ok(epoch)
    }
}

fn checked_name(name: &str) -> Result<(), AccountError> {
    let fits = !name.is_empty()
        && name.chars().count() <= ACCOUNT_NAME_MAX_CHARS
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    if fits {
        Ok(())
    } else {
        Err(AccountError::Name(
            name.chars().take(ACCOUNT_NAME_MAX_CHARS).collect(),
        ))
    }
}

fn unit_ref(core: &Core, tx: &Tx<'_>, id: UnitId) -> Result<UnitRef, ServiceError> {
    let unknown = || ServiceError::Account(AccountError::Unit(id));
    let stored = tx
        .record(FeedId::Area(core.district), id.into())?
        .ok_or_else(unknown)?;
    let record: Record = serde_json::from_str(&stored.doc).map_err(StorageError::from)?;
    match record.body {
        Body::Unit(unit) => Ok(UnitRef {
            id,
            name: unit.name,
            area: record.area,
        }),
        _ => Err(unknown()),
    }
}

fn first_records(
    tx: &Tx<'_>,
    init: &Init,
    centre: UnitId,
    now: Timestamp,
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
        record(RecordId::new(Uuid::now_v7()), policy),
        record(RecordId::new(Uuid::now_v7()), place),
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
        standing: Standing::Active,
    }
}

/// Stores the account, and tells its officer through the private feed.
fn store_account(
    tx: &Tx<'_>,
    account: &Account,
    now: Timestamp,
) -> Result<Vec<StoredChange>, StorageError> {
    tx.put_account(account)?;
    let officer = &account.officer;
    let feed = FeedId::Officer(officer.id);
    tx.make_feed(feed)?;
    let id: RecordId = officer.id.into();
    let rev = tx
        .record_place(feed, id)?
        .map_or(Rev::NONE, |(_, rev)| rev)
        .next();
    let record = Record {
        id,
        area: officer.unit.area,
        rev,
        parent: None,
        body: Body::Officer(Box::new(officer.clone())),
        sealed: None,
    };
    write(tx, feed, vec![kept(record, now)?])
}

fn kept(record: Record, now: Timestamp) -> Result<Deed, StorageError> {
    Ok(Deed {
        event: sequencer::kept_event(&record, None, now)?,
        record,
    })
}

fn write(tx: &Tx<'_>, feed: FeedId, deeds: Vec<Deed>) -> Result<Vec<StoredChange>, StorageError> {
    tx.make_feed(feed)?;
    let head = tx
        .feed(feed)?
        .ok_or(StorageError::Corrupt { what: "feed head" })?;
    sequencer::append(tx, head, deeds, Bundle::Apart)
}
