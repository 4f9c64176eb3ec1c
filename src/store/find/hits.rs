//! Asking the index: which rows to look at.

use std::path::PathBuf;

use rusqlite::{Connection, params};

use super::file::{self, Made, Meta, Subject};
use super::grams;
use super::keeper::generation;
use super::sought::Sought;
use super::source;
use crate::store::error::StoreError;
use crate::store::secret::StoreKey;

/// Rows that are taken from the index at once; words that have more stand in
/// every tenth row of a million, and are found sooner by walking.
pub(in crate::store) const HITS_MAX: usize = 100_000;

/// Hits after which it is seen whether that is so.
const SAMPLE_ROWS: usize = 2_000;
/// A word that is in one of so many rows is soon met on a walk.
const ROWS_PER_HIT: usize = 10;

/// Rows in ascending order.
pub(in crate::store) type Docs = Vec<i64>;

/// What the index says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) enum Hits {
    /// There is no index, or it is not whole yet.
    NoIndex,
    /// It cannot narrow these words down.
    Anywhere,
    /// More than were asked for.
    Many,
    /// These, and no others.
    These(Docs),
}

/// Asks the index of one copy.
pub(in crate::store) struct Asker {
    path: PathBuf,
    key: StoreKey,
    find: Option<Connection>,
    /// What the index answered last, for the pages that follow on a first one.
    /// Without the rows that changed since: those are other ones each time.
    last: Option<Answer>,
}

struct Answer {
    at: Meta,
    question: String,
    limit: usize,
    /// None if there are more.
    docs: Option<Docs>,
}

impl Asker {
    pub(in crate::store) fn new(path: PathBuf, key: StoreKey) -> Self {
        Self {
            path,
            key,
            find: None,
            last: None,
        }
    }

    /// The rows that may have the words, at most `limit`. `replica` is in a
    /// transaction, begun before this.
    pub(in crate::store) fn hits(
        &mut self,
        replica: &Connection,
        sought: &Sought,
        limit: usize,
    ) -> Hits {
        match self.ask(replica, sought, limit) {
            Ok(hits) => hits,
            Err(error) => {
                // Its keeper makes another one; until then rows are walked.
                tracing::warn!(%error, "the search index does not answer");
                self.find = None;
                self.last = None;
                Hits::NoIndex
            }
        }
    }

    fn ask(
        &mut self,
        replica: &Connection,
        sought: &Sought,
        limit: usize,
    ) -> Result<Hits, StoreError> {
        if self.find.is_none() {
            self.find = file::open_to_ask(&self.path, &self.key)?;
        }
        let Some(find) = &self.find else {
            return Ok(Hits::NoIndex);
        };
        let reading = find.unchecked_transaction()?;
        let meta = file::meta(&reading, Subject::Incidents)?;
        let meta = meta.filter(|meta| meta.made == Made::Whole);
        let Some(meta) = meta else {
            return Ok(Hits::NoIndex);
        };
        if meta.generation != generation(replica)? {
            return Ok(Hits::NoIndex);
        }
        let Some(question) = grams::question(sought) else {
            return Ok(Hits::Anywhere);
        };
        let known = self
            .last
            .take()
            .filter(|last| (last.at, &last.question, last.limit) == (meta, &question, limit));
        let answer = match known {
            Some(answer) => answer,
            None => Answer {
                at: meta,
                docs: matching(&reading, &question, limit)?,
                question,
                limit,
            },
        };
        let hits = match answer.docs.clone() {
            Some(mut docs) => {
                docs.extend(changed(replica, meta.applied)?);
                docs.sort_unstable();
                docs.dedup();
                Hits::These(docs)
            }
            None => Hits::Many,
        };
        self.last = Some(answer);
        Ok(hits)
    }
}

/// From which end rows are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum End {
    /// The lowest numbers first.
    First,
    /// The highest first.
    Last,
}

impl Asker {
    /// At most `limit` rows for a question of one's own; none if there is no
    /// index of these rows, or not a whole one yet.
    pub(in crate::store) fn docs(
        &mut self,
        replica: &Connection,
        subject: Subject,
        question: &str,
        end: End,
        limit: usize,
    ) -> Option<Docs> {
        self.with(replica, subject, |find, _| {
            let order = match end {
                End::First => "ASC",
                End::Last => "DESC",
            };
            let table = subject.table();
            let sql = format!(
                "SELECT rowid FROM {table} WHERE {table} MATCH ?1 ORDER BY rowid {order} LIMIT ?2"
            );
            let mut statement = find.prepare_cached(&sql)?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let docs = statement.query_map(params![question, limit], |row| row.get(0))?;
            Ok(docs.collect::<Result<_, _>>()?)
        })
    }

    /// At most `limit` rows that changed after what the index has; none if
    /// there is no whole index of these rows.
    pub(in crate::store) fn waiting(
        &mut self,
        replica: &Connection,
        subject: Subject,
        limit: usize,
    ) -> Option<Docs> {
        self.with(replica, subject, |_, meta| {
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let changes = source::changes_after(replica, subject, meta.applied, limit)?;
            Ok(changes.into_iter().map(|(_, doc)| doc).collect())
        })
    }

    fn with<T>(
        &mut self,
        replica: &Connection,
        subject: Subject,
        ask: impl FnOnce(&Connection, Meta) -> Result<T, StoreError>,
    ) -> Option<T> {
        let answer = self.with_index(replica, subject, ask);
        answer.unwrap_or_else(|error| {
            // Its keeper makes another one.
            tracing::warn!(%error, "the search index does not answer");
            self.find = None;
            self.last = None;
            None
        })
    }

    fn with_index<T>(
        &mut self,
        replica: &Connection,
        subject: Subject,
        ask: impl FnOnce(&Connection, Meta) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        if self.find.is_none() {
            self.find = file::open_to_ask(&self.path, &self.key)?;
        }
        let Some(find) = &self.find else {
            return Ok(None);
        };
        let reading = find.unchecked_transaction()?;
        let meta = file::meta(&reading, subject)?;
        let meta = meta.filter(|meta| meta.made == Made::Whole);
        match meta {
            Some(meta) if meta.generation == generation(replica)? => ask(&reading, meta).map(Some),
            Some(_) | None => Ok(None),
        }
    }
}

/// The rows in the index; none if there are more than `limit`.
fn matching(find: &Connection, question: &str, limit: usize) -> Result<Option<Docs>, StoreError> {
    let mut statement = find.prepare_cached("SELECT rowid FROM find WHERE find MATCH ?1")?;
    let mut found = statement.query([question])?;
    let mut docs = Docs::new();
    while let Some(row) = found.next()? {
        if docs.len() == limit || (docs.len() == SAMPLE_ROWS && limit == HITS_MAX && dense(&docs)) {
            return Ok(None);
        }
        docs.push(row.get(0)?);
    }
    Ok(Some(docs))
}

/// Whether the first hits lie so close together that rows with them are met
/// everywhere.
fn dense(docs: &Docs) -> bool {
    match (docs.first(), docs.last()) {
        (Some(first), Some(last)) => {
            let rows = usize::try_from(last - first).unwrap_or(usize::MAX);
            rows < docs.len().saturating_mul(ROWS_PER_HIT)
        }
        _ => false,
    }
}

/// Rows that changed after what the index has.
fn changed(replica: &Connection, applied: i64) -> Result<Docs, StoreError> {
    let mut statement = replica.prepare_cached("SELECT doc FROM search_dirty WHERE nth > ?1")?;
    let rows = statement.query_map([applied], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
