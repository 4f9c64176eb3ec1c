//! Incidents that may be the same matter as another one. The rule is
//! [`domain::incident::alike`](crate::domain::incident::alike); this only finds
//! those that came in about the same time.

use rusqlite::{Connection, named_params};

use super::error::StoreError;
use super::page;
use super::view::QueueRow;
use crate::domain::area::Level;
use crate::domain::ids::RecordId;
use crate::domain::incident::alike::{self, Likeness, Matter};
use crate::domain::policy::Duplicates;
use crate::domain::time::Millis;
use crate::text::fold::fold_search;

/// Suggestions that are given: more would be a list, not a hint.
pub const SUGGESTIONS_MAX: usize = 5;
/// Incidents of the time and town that are compared, the nearest first.
const COMPARED_MAX: usize = 300;

/// An incident that may be the same matter, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The incident.
    pub row: QueueRow,
    /// Why.
    pub likeness: Likeness,
}

/// An incident's matter, with its words folded as a search folds them.
#[must_use]
pub fn matter(row: &QueueRow) -> Matter {
    Matter::of(row.area, &row.incident, folded)
}

/// Words of a place as they are compared.
#[must_use]
pub fn folded(place: &str) -> String {
    fold_search(place).into_owned()
}

/// What may be the same matter as `one`, without `except`; the best first.
pub(super) fn alike(
    replica: &Connection,
    one: &Matter,
    except: Option<RecordId>,
    rule: Duplicates,
) -> Result<Vec<Suggestion>, StoreError> {
    let within = Millis::from(rule.within.max(rule.at_one_place_within));
    let town = one.area.truncate_to(Level::Town).unwrap_or(one.area);
    let at = one.at.as_millis();
    // The index is of the negated moment: newest first.
    let sql = format!(
        "{} FROM queue AS q INDEXED BY queue_all_newest {}
         WHERE q.newest_key BETWEEN :newest AND :oldest
           AND q.area >= :area AND q.area < :below
         ORDER BY abs(q.newest_key + :at) LIMIT {COMPARED_MAX}",
        page::SELECT,
        page::JOIN,
    );
    let mut statement = replica.prepare_cached(&sql)?;
    let mut found = statement.query(named_params! {
        ":newest": at.saturating_add(within.0).saturating_neg(),
        ":oldest": at.saturating_sub(within.0).saturating_neg(),
        ":area": town.as_str(),
        ":below": town.prefix_upper_bound(),
        ":at": at,
    })?;
    let mut suggestions = Vec::new();
    while let Some(row) = found.next()? {
        let Some(row) = page::queue_row(row)? else {
            continue;
        };
        if Some(row.id) == except || !alike::may_be_suggested(&row.incident) {
            continue;
        }
        if let Some(likeness) = alike::likeness(one, &matter(&row), rule) {
            suggestions.push(Suggestion { row, likeness });
        }
    }
    suggestions.sort_by_key(|found| alike::order(found.row.id, &found.likeness));
    suggestions.truncate(SUGGESTIONS_MAX);
    Ok(suggestions)
}
