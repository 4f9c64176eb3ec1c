//! Accounts, and how often somebody typed a wrong password for a name.

use rusqlite::{OptionalExtension, params};

use super::{Result, StorageError, Tx, View};
use crate::domain::ids::OfficerId;
use crate::domain::officer::Officer;
use crate::domain::time::Timestamp;

/// Names whose tries are remembered; the oldest go first.
pub const TRIES_ROWS_MAX: i64 = 10_000;

/// Whether an account may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It may.
    Active,
    /// It may not.
    Disabled,
}

/// An account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Who it is.
    pub officer: Officer,
    /// The password's hash, as `auth::password` writes it.
    pub hash: String,
    /// When the password was set: proofs from before do not hold.
    pub password_at: Timestamp,
    /// Whether it may be used.
    pub standing: Standing,
}

/// Wrong passwords for a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// How many in a row.
    pub failed: u32,
    /// Until when no further one is heard.
    pub locked_until: Timestamp,
}

impl Standing {
    const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    fn from_name(name: &str) -> Result<Self> {
        match name {
            "active" => Ok(Self::Active),
            "disabled" => Ok(Self::Disabled),
            _ => Err(StorageError::Corrupt {
                what: "account standing",
            }),
        }
    }
}

type Row = (String, String, String, i64);

fn account((officer, hash, standing, password_at): Row) -> Result<Account> {
    Ok(Account {
        officer: serde_json::from_str(&officer)?,
        hash,
        standing: Standing::from_name(&standing)?,
        password_at: Timestamp::from_millis(password_at),
    })
}

fn columns(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

impl View<'_> {
    /// The account that is typed by this name.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn account_named(&self, name: &str) -> Result<Option<Account>> {
        self.conn
            .prepare_cached(
                "SELECT officer, hash, standing, password_at FROM account WHERE name = ?1",
            )?
            .query_row([name], columns)
            .optional()?
            .map(account)
            .transpose()
    }

    /// The account of this officer.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn account(&self, id: OfficerId) -> Result<Option<Account>> {
        self.conn
            .prepare_cached(
                "SELECT officer, hash, standing, password_at FROM account WHERE id = ?1",
            )?
            .query_row([id.to_string()], columns)
            .optional()?
            .map(account)
            .transpose()
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn accounts(&self) -> Result<Vec<Account>> {
        self.conn
            .prepare_cached(
                "SELECT officer, hash, standing, password_at FROM account ORDER BY name",
            )?
            .query_map([], columns)?
            .map(|row| account(row?))
            .collect()
    }

    /// The tries for a name.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn tries(&self, name: &str) -> Result<Tries> {
        Ok(self
            .conn
            .prepare_cached("SELECT failed, locked_until FROM tries WHERE name = ?1")?
            .query_row([name], |row| {
                Ok(Tries {
                    failed: row.get(0)?,
                    locked_until: Timestamp::from_millis(row.get(1)?),
                })
            })
            .optional()?
            .unwrap_or_default())
    }
}

impl Tx<'_> {
    /// Makes or replaces an account.
    ///
    /// # Errors
    /// When the engine fails, or another account has the name.
    pub fn put_account(&self, account: &Account) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO account (id, name, officer, hash, standing, password_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name,
                     officer = excluded.officer, hash = excluded.hash,
                     standing = excluded.standing, password_at = excluded.password_at",
            )?
            .execute(params![
                account.officer.id.to_string(),
                account.officer.account,
                serde_json::to_string(&account.officer)?,
                account.hash,
                account.standing.name(),
                account.password_at.as_millis(),
            ])?;
        Ok(())
    }

    /// Remembers the tries for a name, and forgets the oldest names beyond the
    /// bound.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_tries(&self, name: &str, tries: Tries, at: Timestamp) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO tries (name, failed, locked_until, at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (name) DO UPDATE SET failed = excluded.failed,
                     locked_until = excluded.locked_until, at = excluded.at",
            )?
            .execute(params![
                name,
                tries.failed,
                tries.locked_until.as_millis(),
                at.as_millis()
            ])?;
        self.conn
            .prepare_cached(
                "DELETE FROM tries WHERE name IN
                 (SELECT name FROM tries ORDER BY at DESC LIMIT -1 OFFSET ?1)",
            )?
            .execute([TRIES_ROWS_MAX])?;
        Ok(())
    }

    /// Forgets the tries for a name.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn clear_tries(&self, name: &str) -> Result<()> {
        self.conn
            .prepare_cached("DELETE FROM tries WHERE name = ?1")?
            .execute([name])?;
        Ok(())
    }
}
