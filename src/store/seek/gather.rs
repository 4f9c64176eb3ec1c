//! Which records to look at: the index is asked tier by tier, so that what
//! fits best is among them however many fit a little.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension};

use super::fit::{Fitting, fit};
use super::{Coverage, HITS_SHOWN_MAX, Look, Only, Rest};
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
/// Names of areas that one word may stand for before the index is not asked.
const AREAS_ASKED_MAX: usize = 200;

/// A question to the index.
struct Asked {
    subject: Subject,
    question: String,
    limit: usize,
}

type Gathered = (Vec<Fitting>, Coverage, Rest);

/// What fits, in no order.
pub(super) fn gather(
    replica: &Connection,
    asker: &mut Asker,
    look: &Look<'_>,
    fuzzy: Fuzzy,
    latest: &Latest,
) -> Result<Gathered, StoreError> {
    let mut seen: BTreeSet<(u8, i64)> = BTreeSet::new();
    let mut found: Vec<Fitting> = Vec::new();
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
        take(replica, look, subject, &docs, &mut seen, &mut found)?;
    }
    for round in questions(look, fuzzy) {
        latest.check()?;
        for asked in round {
            let ends: &[End] = match asked.subject {
                Subject::Named => &[End::First],
                Subject::Incidents => &[End::First, End::Last],
            };
            for end in ends {
                let docs = asker
                    .docs(replica, asked.subject, &asked.question, *end, asked.limit)
                    .unwrap_or_default();
                if docs.len() == asked.limit {
                    rest = Rest::Some;
                }
                take(replica, look, asked.subject, &docs, &mut seen, &mut found)?;
            }
        }
        if found.len() >= HITS_SHOWN_MAX {
            rest = Rest::Some;
            break;
        }
    }
    Ok((found, coverage, rest))
}

fn is_wanted(only: Only, subject: Subject) -> bool {
    match subject {
        Subject::Named => only != Only::Cases,
        Subject::Incidents => matches!(only, Only::All | Only::Cases),
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
            rounds.push(both(
                names::question(text, fuzzy, tier).as_deref(),
                TIER_ROWS_MAX,
            ));
        }
        let titles = grams::likeliest(word.term, CUTS_MAX);
        rounds.push(one(Subject::Incidents, titles.as_deref(), TIER_ROWS_MAX));
        let within = names::within(&word.term.categories, &word.term.areas, AREAS_ASKED_MAX);
        rounds.push(one(Subject::Named, within.as_deref(), TIER_ROWS_MAX));
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
        let mut round = one(Subject::Named, all(named).as_deref(), SEVERAL_ROWS_MAX);
        round.extend(one(
            Subject::Incidents,
            all(incidents).as_deref(),
            SEVERAL_ROWS_MAX,
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

fn one(subject: Subject, question: Option<&str>, limit: usize) -> Vec<Asked> {
    question
        .map(|question| Asked {
            subject,
            question: question.to_owned(),
            limit,
        })
        .into_iter()
        .collect()
}

fn both(question: Option<&str>, limit: usize) -> Vec<Asked> {
    let mut asked = one(Subject::Named, question, limit);
    asked.extend(one(Subject::Incidents, question, limit / 2));
    asked
}

/// Looks at the records of these rows.
fn take(
    replica: &Connection,
    look: &Look<'_>,
    subject: Subject,
    docs: &[i64],
    seen: &mut BTreeSet<(u8, i64)>,
    found: &mut Vec<Fitting>,
) -> Result<(), StoreError> {
    for doc in docs {
        let which = match subject {
            Subject::Named => 0,
            Subject::Incidents => 1,
        };
        if !seen.insert((which, *doc)) {
            continue;
        }
        let Some(id) = id_of(replica, subject, *doc)? else {
            continue;
        };
        if let Some(shown) = rows::shown(replica, id)? {
            found.extend(fit(shown, look));
        }
    }
    Ok(())
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
