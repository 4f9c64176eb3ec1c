//! Sessions: who is signed in, by the hash of the token.

use rusqlite::{OptionalExtension, params};

use super::{Result, Tx, View, parsed};
use crate::domain::ids::{DeviceId, OfficerId};
use crate::domain::time::Timestamp;
use crate::wire::proof::Digest;

/// Sessions of one officer at one desk (or at none); the oldest end first.
/// More than one, because a script may run beside an open screen.
pub const SESSIONS_PER_DESK_MAX: i64 = 8;

/// Somebody is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub officer: OfficerId,
    /// At which desk, if at one.
    pub device: Option<DeviceId>,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub expires: Timestamp,
}

type Row = (String, Option<String>, i64, i64);

fn columns(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn session((officer, device, since, expires): Row) -> Result<Session> {
    Ok(Session {
        officer: parsed(&officer, "session")?,
        device: device.map(|id| parsed(&id, "session")).transpose()?,
        since: Timestamp::from_millis(since),
        expires: Timestamp::from_millis(expires),
    })
}

impl View<'_> {
    /// The session of the token with this hash, ended or not.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn session(&self, token: &Digest) -> Result<Option<Session>> {
        self.conn
            .prepare_cached("SELECT officer, device, since, expires FROM session WHERE token = ?1")?
            .query_row([&token.0[..]], columns)
            .optional()?
            .map(session)
            .transpose()
    }

    /// The sessions of an officer that have not ended by `now`, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn sessions_of(&self, officer: OfficerId, now: Timestamp) -> Result<Vec<Session>> {
        self.conn
            .prepare_cached(
                "SELECT officer, device, since, expires FROM session
                 WHERE officer = ?1 AND expires > ?2 ORDER BY since",
            )?
            .query_map(params![officer.to_string(), now.as_millis()], columns)?
            .map(|row| session(row?))
            .collect()
    }
}

impl Tx<'_> {
    /// Begins a session; those that ended, and the oldest beyond the bound,
    /// are removed.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn begin_session(&self, token: &Digest, session: &Session) -> Result<()> {
        let device = session.device.map(|id| id.to_string());
        self.conn
            .prepare_cached("DELETE FROM session WHERE expires <= ?1")?
            .execute([session.since.as_millis()])?;
        self.conn
            .prepare_cached(
                "DELETE FROM session WHERE token IN (SELECT token FROM session
                 WHERE officer = ?1 AND device IS ?2 ORDER BY since DESC LIMIT -1 OFFSET ?3)",
            )?
            .execute(params![
                session.officer.to_string(),
                device,
                SESSIONS_PER_DESK_MAX - 1
            ])?;
        self.conn
            .prepare_cached(
                "INSERT INTO session (token, officer, device, since, expires)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                &token.0[..],
                session.officer.to_string(),
                device,
                session.since.as_millis(),
                session.expires.as_millis(),
            ])?;
        Ok(())
    }

    /// Ends one session.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_session(&self, token: &Digest) -> Result<()> {
        self.conn
            .prepare_cached("DELETE FROM session WHERE token = ?1")?
            .execute([&token.0[..]])?;
        Ok(())
    }

    /// Ends every session of everybody.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_sessions(&self) -> Result<()> {
        self.conn
            .prepare_cached("DELETE FROM session")?
            .execute([])?;
        Ok(())
    }

    /// Ends every session of an officer.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_sessions_of(&self, officer: OfficerId) -> Result<()> {
        self.conn
            .prepare_cached("DELETE FROM session WHERE officer = ?1")?
            .execute([officer.to_string()])?;
        Ok(())
    }
}
