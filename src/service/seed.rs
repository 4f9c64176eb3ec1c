//! Filling a service without the network: for the demonstration, for imports,
//! and for tests. What is written is numbered and chained like anything else.

use super::feed::sequencer::{self, Ask, Bundle, Deed, Outcome};
use super::storage::StorageError;
use super::{Service, ServiceError};
use crate::domain::command::{Command, Event};
use crate::domain::ids::OfficerId;
use crate::domain::incident::number::IncidentNumber;
use crate::domain::record::{Body, Kind, Record, Rev};
use crate::domain::time::Timestamp;
use crate::wire::command::{Refused, Written};

/// Records written in one transaction.
const SEEDS_PER_COMMIT_MAX: usize = 5_000;

/// A record as it shall stand, with the event that made it. Several of one
/// record, with growing revisions, give it a history.
#[derive(Clone, Debug)]
pub struct Seed {
    /// What happened; `None` for records that are kept up rather than acted
    /// upon (places, units, people, policy).
    pub event: Option<Event>,
    /// The record after it.
    pub record: Record,
}

/// What became of a command that was run directly.
#[derive(Clone, Debug)]
pub enum ActOutcome {
    /// It took effect.
    Accepted {
        /// Where it is written.
        written: Vec<Written>,
        /// The number of a new incident.
        number: Option<IncidentNumber>,
    },
    /// It did not.
    Refused(Refused),
}

impl Service {
    /// Writes records to the district's feed, a few thousand a transaction.
    /// Returns how many were written. Numbers that they carry are not given
    /// again.
    ///
    /// # Errors
    /// [`ServiceError::StaleSeed`] when a record is not newer than what is
    /// stored; the transactions before it stay.
    pub fn seed(
        &self,
        seeds: impl IntoIterator<Item = Seed>,
        at: Timestamp,
    ) -> Result<usize, ServiceError> {
        let mut seeds = seeds.into_iter().peekable();
        let mut total = 0;
        while seeds.peek().is_some() {
            let batch: Vec<Seed> = seeds.by_ref().take(SEEDS_PER_COMMIT_MAX).collect();
            total += batch.len();
            self.seed_batch(batch, at)?;
        }
        Ok(total)
    }

    fn seed_batch(&self, batch: Vec<Seed>, at: Timestamp) -> Result<(), ServiceError> {
        let feed = self.feed();
        self.core.storage.write_then(
            |tx| -> Result<_, ServiceError> {
                let mut newest = std::collections::BTreeMap::new();
                let mut deeds = Vec::with_capacity(batch.len());
                for Seed { event, record } in batch {
                    let before = match newest.get(&record.id) {
                        Some(rev) => *rev,
                        None => tx
                            .record_place(feed, record.id)?
                            .map_or(Rev::NONE, |(_, rev)| rev),
                    };
                    if record.rev <= before {
                        return Err(ServiceError::StaleSeed(record.id));
                    }
                    newest.insert(record.id, record.rev);
                    if let Body::Incident(incident) = &record.body
                        && let Some(number) = incident.number
                    {
                        tx.give_serial(number)?;
                    }
                    let event = match &event {
                        Some(event) => serde_json::to_string(event).map_err(StorageError::from)?,
                        None => sequencer::kept_event(&record, None, at)?,
                    };
                    deeds.push(Deed { event, record });
                }
                let head = tx
                    .feed(feed)?
                    .ok_or(StorageError::Corrupt { what: "feed head" })?;
                Ok(sequencer::append(tx, head, deeds, Bundle::Apart)?)
            },
            |changes| self.core.publish(changes),
        )?;
        Ok(())
    }

    /// Every record of a kind in the district's feed, as it is.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn records_of(&self, kind: &Kind) -> Result<Vec<Record>, ServiceError> {
        let feed = self.feed();
        let stored = self.core.storage.read(|view| view.records_of(feed, kind))?;
        let mut records = Vec::with_capacity(stored.len());
        for stored in stored {
            records.push(serde_json::from_str(&stored.doc).map_err(StorageError::from)?);
        }
        Ok(records)
    }

    /// Runs a command as this officer, without a desk, as if it had been made
    /// at `at`. It goes through the same rules and the same sequencer.
    ///
    /// # Errors
    /// When there is no such officer or the storage fails.
    pub fn act_as(
        &self,
        officer: OfficerId,
        command: &Command,
        at: Timestamp,
    ) -> Result<ActOutcome, ServiceError> {
        let account = self
            .core
            .storage
            .read(|view| view.account(officer))?
            .ok_or_else(|| super::AccountError::Unknown(officer.to_string()))?;
        let ask = Ask {
            command,
            feed: self.feed(),
            author: &account.officer,
            at,
            arrival: None,
        };
        Ok(match self.core.decide(&ask)? {
            Outcome::Accepted { changes, number } => ActOutcome::Accepted {
                written: sequencer::written(&changes),
                number,
            },
            Outcome::Refused(refused) => ActOutcome::Refused(refused),
        })
    }
}
