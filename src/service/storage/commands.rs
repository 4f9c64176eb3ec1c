//! What decides replay: verdicts by command, serials by place and day, replies
//! by idempotency key.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::{Result, StorageError, Tx, View, digest, number};
use crate::domain::area::AreaCode;
use crate::domain::ids::{CommandId, DeviceId, OfficerId};
use crate::domain::incident::number::IncidentNumber;
use crate::domain::time::{Date, Timestamp};
use crate::wire::command::{Refused, Written};
use crate::wire::feed::FeedId;
use crate::wire::proof::Digest;

/// How long the reply to an idempotency key is kept, in milliseconds.
pub const IDEMPOTENCY_KEPT_MS: i64 = 7 * 24 * 3_600_000;

/// What was decided about a command, for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "was", rename_all = "kebab-case")]
pub enum StoredVerdict {
    /// It took effect.
    Accepted {
        /// Where it is written.
        written: Vec<Written>,
        /// The number given to a new incident.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<IncidentNumber>,
    },
    /// Its author had lost the grant: its words were filed.
    Late {
        /// Where it is written.
        written: Vec<Written>,
    },
    /// A rule stood against it.
    Refused {
        /// Which.
        refusal: Refused,
    },
}

/// A verdict that was given, and on whose words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenVerdict {
    /// What was decided.
    pub verdict: StoredVerdict,
    /// The desk that delivered the command.
    pub device: DeviceId,
    /// Who said it; not known of the oldest ones.
    pub author: Option<OfficerId>,
}

/// The text of a verdict: its author beside it.
#[derive(Serialize, Deserialize)]
struct VerdictText {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    author: Option<OfficerId>,
    #[serde(flatten)]
    verdict: StoredVerdict,
}

/// The reply that was given to an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The hash of the request.
    pub body: Digest,
    /// The reply's JSON text.
    pub reply: String,
}

impl View<'_> {
    /// The verdict on a command; `None` when it has not been here.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn verdict(&self, id: CommandId) -> Result<Option<GivenVerdict>> {
        let found: Option<(String, String)> = self
            .conn
            .prepare_cached("SELECT device, verdict FROM command WHERE id = ?1")?
            .query_row([id.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        found
            .map(|(device, text)| {
                let VerdictText { author, verdict } = serde_json::from_str(&text)?;
                let device = device
                    .parse()
                    .map_err(|_| StorageError::Corrupt { what: "device id" })?;
                Ok(GivenVerdict {
                    verdict,
                    device,
                    author,
                })
            })
            .transpose()
    }

    /// The last serial given for a place and day; 0 for none.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn last_serial(&self, area: AreaCode, day: Date) -> Result<u32> {
        Ok(self
            .conn
            .prepare_cached("SELECT last FROM serial WHERE area = ?1 AND day = ?2")?
            .query_row([area.to_string(), day.compact()], |row| row.get(0))
            .optional()?
            .unwrap_or_default())
    }

    /// The reply that was given to a key.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn kept(&self, officer: OfficerId, key: &str) -> Result<Option<Kept>> {
        let found: Option<(Vec<u8>, String)> = self
            .conn
            .prepare_cached("SELECT body, reply FROM idempotency WHERE officer = ?1 AND key = ?2")?
            .query_row([officer.to_string().as_str(), key], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        found
            .map(|(body, reply)| {
                Ok(Kept {
                    body: digest(&body)?,
                    reply,
                })
            })
            .transpose()
    }
}

impl Tx<'_> {
    /// Stores a verdict on what came from a desk, as its number, by an author.
    ///
    /// # Errors
    /// When the engine fails, or the command has one already.
    pub fn put_verdict(
        &self,
        id: CommandId,
        from: (DeviceId, u64, OfficerId),
        feed: FeedId,
        verdict: &StoredVerdict,
        at: Timestamp,
    ) -> Result<()> {
        let text = VerdictText {
            author: Some(from.2),
            verdict: verdict.clone(),
        };
        self.conn
            .prepare_cached(
                "INSERT INTO command (id, device, dseq, feed, verdict, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                id.to_string(),
                from.0.to_string(),
                number(from.1),
                feed.to_string(),
                serde_json::to_string(&text)?,
                at.as_millis(),
            ])?;
        Ok(())
    }

    /// Notes that a serial was given; a lower one than the last changes
    /// nothing.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn give_serial(&self, number: IncidentNumber) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO serial (area, day, last) VALUES (?1, ?2, ?3)
                 ON CONFLICT (area, day) DO UPDATE SET last = max(last, excluded.last)",
            )?
            .execute(params![
                number.area.to_string(),
                number.day.compact(),
                number.serial
            ])?;
        Ok(())
    }

    /// Keeps the reply to a key, and forgets old ones.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn keep(&self, officer: OfficerId, key: &str, kept: &Kept, at: Timestamp) -> Result<()> {
        self.conn
            .prepare_cached("DELETE FROM idempotency WHERE at < ?1")?
            .execute([at.as_millis() - IDEMPOTENCY_KEPT_MS])?;
        self.conn
            .prepare_cached(
                "INSERT INTO idempotency (officer, key, body, reply, at)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                officer.to_string(),
                key,
                &kept.body.0[..],
                kept.reply,
                at.as_millis()
            ])?;
        Ok(())
    }
}
