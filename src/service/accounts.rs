//! Accounts: who may sign in, and as what. Each change goes to the officer
//! through the private feed, and ends the sessions that are open.

use super::core::Core;
use super::error::AccountError;
use super::feed::bus::Told;
use super::feed::sequencer::{self, Bundle, Deed};
use super::secrets;
use super::storage::{Account, Standing, StorageError, StoredChange, Tx};
use super::{Service, ServiceError, late};
use crate::domain::extra::Extra;
use crate::domain::ids::{OfficerId, RecordId, UnitId};
use crate::domain::officer::{Grant, Officer};
use crate::domain::record::{Body, Record, Rev};
use crate::domain::time::Timestamp;
use crate::domain::unit::UnitRef;
use crate::wire::feed::FeedId;

/// The longest account name, in characters.
pub const ACCOUNT_NAME_MAX_CHARS: usize = 64;

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
    /// Makes an account.
    ///
    /// # Errors
    /// When name, password or unit do not fit, or the name is taken.
    pub fn account_add(&self, new: &NewAccount) -> Result<Officer, ServiceError> {
        checked_name(&new.account)?;
        let hash = self.core.passwords.hash(&new.password)?;
        let now = self.core.now();
        let fresh = OfficerId::new(secrets::new_uuid(now, &self.core.options.random)?);
        let (officer, _) = self.core.storage.write_then(
            |tx| -> Result<_, ServiceError> {
                if tx.account_named(&new.account)?.is_some() {
                    return Err(AccountError::Taken(new.account.clone()).into());
                }
                let unit = unit_ref(&self.core, tx, new.unit.unwrap_or(self.core.centre))?;
                let officer = Officer {
                    id: new.id.unwrap_or(fresh),
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
                    password_at: now,
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

    /// Sets a new password; sessions that are open end, and desks ask for it
    /// before they deliver again.
    ///
    /// # Errors
    /// When there is no such account or the password does not fit.
    pub fn account_passwd(&self, name: &str, new: &str) -> Result<(), ServiceError> {
        let hash = self.core.passwords.hash(new)?;
        let now = self.core.now();
        self.change_account(name, |account| {
            account.hash.clone_from(&hash);
            account.password_at = now;
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
                .insert(late::DISABLED.to_owned(), true.into());
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
}

pub(super) fn checked_name(name: &str) -> Result<(), AccountError> {
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

/// Stores the account, and tells its officer through the private feed.
pub(super) fn store_account(
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

/// A record that is kept up, as it is written.
pub(super) fn kept(record: Record, now: Timestamp) -> Result<Deed, StorageError> {
    Ok(Deed {
        event: sequencer::kept_event(&record, None, now)?,
        record,
    })
}

/// Writes to a feed, which is made if it is not there.
pub(super) fn write(
    tx: &Tx<'_>,
    feed: FeedId,
    deeds: Vec<Deed>,
) -> Result<Vec<StoredChange>, StorageError> {
    tx.make_feed(feed)?;
    let head = tx
        .feed(feed)?
        .ok_or(StorageError::Corrupt { what: "feed head" })?;
    sequencer::append(tx, head, deeds, Bundle::Apart)
}
