//! Which records to look at: the index is asked tier by tier, so that what
//! fits best is among them however many fit a little.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};

use super::fit::{Fitting, as_its_case, fit};
use super::{Coverage, HITS_SHOWN_MAX, HitKind, Look, Only, Rest};
use crate::domain::ids::RecordId;
use crate::store::error::StoreError;
use crate::store::find::file::Subject;
use crate::store::find::grams;
use crate::store::find::hits::{Asker, End};
use crate::store::find::names::{self, CUTS_MAX, Tier};
use crate::store::find::sought::Want;
use crate::store::page::latest::Latest;
use crate::store::rows::{self, Key, record_id};
use crate::text::fuzzy::Fuzzy;

/// Rows of one question that are looked at; of incidents so many from each end,
/// because the newest may be at either.
const TIER_ROWS_MAX: usize = 64;
/// Rows of a question of several words.
const SEVERAL_ROWS_MAX: usize = 150;
/// Changed rows that the index does not have yet and that are looked at.
const WAITING_ROWS_MAX: usize = 300;
/// Rows that are looked at without an index.
const WALKED_ROWS_MAX: i64 = 3_000;
/// Warnings on the board that are found by their cases.
const WARNED_ROWS_MAX: i64 = 2_000;
/// Names of areas that one word may stand for before the index is not asked.
const AREAS_ASKED_MAX: usize = 200;

/// A question to the index.
struct Asked {
    subject: Subject,
    question: String,
    limit: usize,
    ends: &'static [End],
}

/// Names fit whole or in front, wherever they are; of what is found by its words
/// the newest may be at either end, as of incidents.
const ONE_END: &[End] = &[End::First];
const BOTH_ENDS: &[End] = &[End::First, End::Last];

type Gathered = (Vec<Fitting>, Coverage, Rest);

/// What fits, in no order.
pub(super) fn gather(
    replica: &Connection,
    asker: &mut Asker,
    look: &Look<'_>,
    fuzzy: Fuzzy,
    latest: &Latest,
) -> Result<Gathered, StoreError> {
    let mut taking = Taking {
        replica,
        look,
        warned_of: warned_of(replica, look.only)?,
        seen: BTreeSet::new(),
        found: Vec::new(),
    };
    let mut coverage = Coverage::Whole;
    let mut rest = Rest::None;
    for subject in [Subject::Named, Subject::Incidents] {
        if !is_wanted(look.only, subject) {
            continue;
        }
        let docs = if let Some(docs) = asker.waiting(replica, subject, WAITING_ROWS_MAX) {
            docs
        } else {
            coverage = Coverage::Partly;
            walked(replica, subject)?
        };
        taking.take(subject, &docs)?;
    }
    for round in questions(look, fuzzy) {
        latest.check()?;
        for asked in round {
            for end in asked.ends {
                let docs = asker.docs(replica, asked.subject, &asked.question, *end, asked.limit);
                // An index that went away meanwhile says nothing.
                let Some(docs) = docs else {
                    coverage = Coverage::Partly;
                    continue;
                };
                if docs.len() == asked.limit {
                    rest = Rest::Some;
                }
                taking.take(asked.subject, &docs)?;
            }
        }
        if taking.found.len() >= HITS_SHOWN_MAX {
            rest = Rest::Some;
            break;
        }
    }
    Ok((taking.found, coverage, rest))
}

/// The warnings on the board, by the case that they are about; none where they
/// are not wanted.
fn warned_of(
    replica: &Connection,
    only: Only,
) -> Result<BTreeMap<RecordId, Vec<RecordId>>, StoreError> {
    let mut warned_of: BTreeMap<RecordId, Vec<RecordId>> = BTreeMap::new();
    if !only.has(HitKind::Warning) {
        return Ok(warned_of);
    }
    let mut statement = replica.prepare_cached(
        "SELECT about, id FROM warning INDEXED BY warning_board
         WHERE on_board = 1 AND about IS NOT NULL
         ORDER BY severity DESC, unacknowledged DESC, raised_at DESC, id LIMIT ?1",
    )?;
    let found = statement.query_map([WARNED_ROWS_MAX], |row| {
        Ok((row.get::<_, Key>(0)?, row.get::<_, Key>(1)?))
    })?;
    for row in found {
        let (about, id) = row?;
        warned_of
            .entry(record_id(about))
            .or_default()
            .push(record_id(id));
    }
    Ok(warned_of)
}

fn is_wanted(only: Only, subject: Subject) -> bool {
    match subject {
        Subject::Named => only != Only::Cases,
        // A rule's warning is found by what its case says.
        Subject::Incidents => matches!(only, Only::All | Only::Cases | Only::Warnings),
    }
}

/// The questions, in rounds from the best fit to the loosest.
fn questions(look: &Look<'_>, fuzzy: Fuzzy) -> Vec<Vec<Asked>> {
    let there: Vec<&super::Word<'_>> = look
        .words
        .iter()
        .filter(|word| word.term.want == Want::There)
        .collect();
    let mut rounds = Vec::new();
    if let [word] = there.as_slice() {
        let text = word.term.word.text();
        for tier in [Tier::Whole, Tier::Front, Tier::Inside] {
            let ends = match tier {
                Tier::Whole | Tier::Front => ONE_END,
                Tier::Inside => BOTH_ENDS,
            };
            let question = names::question(text, fuzzy, tier);
            let question = question.as_deref();
            let mut round = one(Subject::Named, question, TIER_ROWS_MAX, ends);
            let incidents = one(Subject::Incidents, question, TIER_ROWS_MAX / 2, BOTH_ENDS);
            round.extend(incidents);
            rounds.push(round);
        }
        let titles = grams::likeliest(word.term, CUTS_MAX);
        rounds.push(one(
            Subject::Incidents,
            titles.as_deref(),
            TIER_ROWS_MAX,
            BOTH_ENDS,
        ));
        let within = names::within(&word.term.categories, &word.term.areas, AREAS_ASKED_MAX);
        rounds.push(one(
            Subject::Named,
            within.as_deref(),
            TIER_ROWS_MAX,
            BOTH_ENDS,
        ));
    } else {
        let mut named = Vec::new();
        let mut incidents = Vec::new();
        for word in there {
            let text = word.term.word.text();
            let by_name: Vec<String> = [Tier::Whole, Tier::Front, Tier::Inside]
                .into_iter()
                .filter_map(|tier| names::question(text, fuzzy, tier))
                .collect();
            let within = names::within(&word.term.categories, &word.term.areas, AREAS_ASKED_MAX);
            named.extend(any(by_name.iter().cloned().chain(within)));
            incidents.extend(any(by_name
                .iter()
                .cloned()
                .chain(grams::likeliest(word.term, CUTS_MAX))));
        }
        let all = |parts: Vec<String>| (!parts.is_empty()).then(|| parts.join(" AND "));
        let mut round = one(
            Subject::Named,
            all(named).as_deref(),
            SEVERAL_ROWS_MAX,
            BOTH_ENDS,
        );
        round.extend(one(
            Subject::Incidents,
            all(incidents).as_deref(),
            SEVERAL_ROWS_MAX,
            BOTH_ENDS,
        ));
        rounds.push(round);
    }
    for round in &mut rounds {
        round.retain(|asked| is_wanted(look.only, asked.subject));
    }
    rounds
}

fn any(ways: impl Iterator<Item = String>) -> Option<String> {
    let ways: Vec<String> = ways.collect();
    (!ways.is_empty()).then(|| format!("({})", ways.join(" OR ")))
}

fn one(subject: Subject, question: Option<&str>, limit: usize, ends: &'static [End]) -> Vec<Asked> {
    question
        .map(|question| Asked {
            subject,
            question: question.to_owned(),
            limit,
            ends,
        })
        .into_iter()
        .collect()
}

/// What was looked at, and what of it fits.
struct Taking<'a, 'l> {
    replica: &'a Connection,
    look: &'a Look<'l>,
    warned_of: BTreeMap<RecordId, Vec<RecordId>>,
    seen: BTreeSet<RecordId>,
    found: Vec<Fitting>,
}

impl Taking<'_, '_> {
    /// Looks at the records of these rows.
    fn take(&mut self, subject: Subject, docs: &[i64]) -> Result<(), StoreError> {
        for doc in docs {
            let Some(id) = id_of(self.replica, subject, *doc)? else {
                continue;
            };
            if !self.seen.insert(id) {
                continue;
            }
            let Some(shown) = rows::shown(self.replica, id)? else {
                continue;
            };
            if let Some(fitting) = fit(shown, self.look) {
                self.warnings_of(id, &fitting)?;
                if self.look.only.has(fitting.kind) && !self.has(id) {
                    self.found.push(fitting);
                }
            }
        }
        Ok(())
    }

    /// What warns of a case that fits.
    fn warnings_of(&mut self, case: RecordId, fitting: &Fitting) -> Result<(), StoreError> {
        for id in self.warned_of.remove(&case).unwrap_or_default() {
            if !self.has(id)
                && let Some(shown) = rows::shown(self.replica, id)?
            {
                self.found.extend(as_its_case(shown, fitting));
            }
        }
        Ok(())
    }

    /// Whether it was found already: a warning by its own words and by its case.
    fn has(&self, id: RecordId) -> bool {
        self.found.iter().any(|fitting| fitting.record.id == id)
    }
}

fn id_of(replica: &Connection, subject: Subject, doc: i64) -> Result<Option<RecordId>, StoreError> {
    let sql = match subject {
        Subject::Named => "SELECT id FROM lookup WHERE rowid = ?1",
        Subject::Incidents => "SELECT id FROM queue WHERE rowid = ?1",
    };
    Ok(replica
        .prepare_cached(sql)?
        .query_row([doc], |row| row.get::<_, Key>(0))
        .optional()?
        .map(record_id))
}

/// The latest rows, where there is no index.
fn walked(replica: &Connection, subject: Subject) -> Result<Vec<i64>, StoreError> {
    let sql = match subject {
        Subject::Named => "SELECT rowid FROM lookup ORDER BY rowid DESC LIMIT ?1",
        Subject::Incidents => "SELECT rowid FROM queue ORDER BY rowid DESC LIMIT ?1",
    };
    let mut statement = replica.prepare_cached(sql)?;
    let docs = statement.query_map([WALKED_ROWS_MAX], |row| row.get(0))?;
    Ok(docs.collect::<Result<_, _>>()?)
}
