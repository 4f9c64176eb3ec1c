//! The rows of a filtered list, in order and from any place in it: the few that
//! there are, sorted; or those met on a walk along the order's index.
//!
//! Neither depends on how many rows there are. A word with few hits is sorted,
//! one with many is soon met on the way; and what is met too rarely is given up
//! after a bounded number of looks, and said so.

use rusqlite::{Connection, params_from_iter};

use super::latest::Latest;
use super::narrow::{self, Check, Clauses, Condition, Route};
use super::order::{Bound, Way, columns, compare, key_values, row_key};
use crate::store::error::StoreError;
use crate::store::find::hits::{Asker, Docs, HITS_MAX, Hits};
use crate::store::find::sought::Sought;
use crate::store::view::{Filter, Reach, RowKey, Sort, Tally};

/// With no more rows than this the list is made by sorting them.
const SORTED_ROWS_MAX: usize = 400;
/// Rows that a condition's own index is read for; more of them are soon met.
const GATHERED_ROWS_MAX: usize = 20_000;
/// Rows that are looked at one by one for one page, at most.
const LOOKED_ROWS_MAX: u64 = 20_000;
/// Rows that were looked at in vain before the index is asked for all its hits.
const LOOKED_ROWS_BEFORE_ALL: u64 = 2_000;
/// Rows between two looks whether the answer is still wanted.
const ROWS_BETWEEN_LOOKS: u64 = 256;

/// What a list is asked for.
pub(super) struct Asked<'a> {
    pub(super) replica: &'a Connection,
    pub(super) filter: &'a Filter,
    pub(super) sort: Sort,
    pub(super) sought: &'a Sought,
    pub(super) latest: &'a Latest,
}

/// The rows of a list.
pub(super) struct Rows<'a> {
    asked: Asked<'a>,
    index: &'a mut Asker,
    check: Check<'a>,
    from: From,
    looked: u64,
    pub(super) tally: Tally,
    pub(super) reach: Reach,
}

/// Where they come from.
enum From {
    /// All of them, in order.
    Sorted(Vec<RowKey>),
    /// Along an index; of those rows that are in every set.
    Walk {
        route: Route,
        sets: Vec<Docs>,
        looks: Looks,
        /// Whether the index may know more than what is in the sets.
        unasked: Unasked,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Looks {
    /// The row itself decides.
    Each,
    /// The walk's own index has decided.
    None,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unasked {
    Hits,
    Nothing,
}

impl<'a> Rows<'a> {
    /// Plans how to come by the rows.
    pub(super) fn new(asked: Asked<'a>, index: &'a mut Asker) -> Result<Self, StoreError> {
        let conditions = narrow::conditions(asked.filter);
        let route = narrow::route(asked.filter, asked.sort, &conditions);
        let free: Vec<Condition> = conditions
            .iter()
            .copied()
            .filter(|one| !route.covers(*one))
            .collect();
        let mut sets = Vec::new();
        for condition in free.iter().chain(&route.held) {
            // What the walk holds is only worth a set where it leaves few.
            let limit = if free.contains(condition) {
                GATHERED_ROWS_MAX
            } else {
                SORTED_ROWS_MAX
            };
            if asked.sought.is_empty() && free.is_empty() {
                break;
            }
            sets.extend(narrow::gather(
                asked.replica,
                asked.filter,
                *condition,
                limit,
            )?);
        }
        let mut unasked = Unasked::Nothing;
        let mut tally = Tally::Unknown;
        if !asked.sought.is_empty() {
            match index.hits(asked.replica, asked.sought, HITS_MAX) {
                Hits::These(docs) => {
                    tally = Tally::AtMost(docs.len() as u64);
                    sets.push(docs);
                }
                Hits::Many => unasked = Unasked::Hits,
                Hits::NoIndex | Hits::Anywhere => {}
            }
        }
        sets.sort_by_key(Vec::len);
        let looks = if free.is_empty() && asked.sought.is_empty() {
            Looks::None
        } else {
            Looks::Each
        };
        let few = sets.first().is_some_and(|set| set.len() <= SORTED_ROWS_MAX);
        let check = Check::new(asked.replica, asked.filter, asked.sought)?;
        let mut rows = Self {
            asked,
            index,
            check,
            from: From::Walk {
                route,
                sets,
                looks,
                unasked,
            },
            looked: 0,
            tally,
            reach: Reach::Whole,
        };
        if few {
            rows.sort_few()?;
        }
        Ok(rows)
    }

    /// Looks at the few rows that there are.
    fn sort_few(&mut self) -> Result<(), StoreError> {
        let From::Walk { sets, .. } = &self.from else {
            return Ok(());
        };
        let mut sorted = Vec::new();
        let (first, others) = sets
            .split_first()
            .map_or((&[][..], &[][..]), |(a, b)| (a, b));
        for doc in first {
            let everywhere = others.iter().all(|set| set.binary_search(doc).is_ok());
            if everywhere
                && self.check.fits(*doc)?
                && let Some(key) = key_at(&self.asked, *doc)?
            {
                sorted.push(key);
            }
        }
        let sort = self.asked.sort;
        sorted.sort_unstable_by(|a, b| compare(sort, a, b));
        self.tally = Tally::Exactly(sorted.len() as u64);
        self.from = From::Sorted(sorted);
        Ok(())
    }

    /// Up to `limit` rows from a place on, one way, nearest first.
    pub(super) fn read(
        &mut self,
        from: Option<&RowKey>,
        bound: Bound,
        way: Way,
        limit: usize,
    ) -> Result<Vec<RowKey>, StoreError> {
        match &self.from {
            From::Sorted(sorted) => Ok(within(sorted, self.asked.sort, from, bound, way, limit)),
            From::Walk { .. } => self.walk(from, bound, way, limit),
        }
    }

    fn walk(
        &mut self,
        from: Option<&RowKey>,
        bound: Bound,
        way: Way,
        limit: usize,
    ) -> Result<Vec<RowKey>, StoreError> {
        let From::Walk { route, looks, .. } = &self.from else {
            return Ok(Vec::new());
        };
        let looks = *looks;
        let (sql, values) = along(&self.asked, route, from, bound, way);
        let mut statement = self.asked.replica.prepare_cached(&sql)?;
        let mut met = statement.query(params_from_iter(&values))?;
        let mut found = Vec::new();
        let mut walked = 0_u64;
        let mut in_vain = 0_u64;
        while found.len() < limit
            && let Some(row) = met.next()?
        {
            walked += 1;
            if walked.is_multiple_of(ROWS_BETWEEN_LOOKS) {
                self.asked.latest.check()?;
            }
            let doc = row.get(0)?;
            if !self.may_fit(doc) {
                continue;
            }
            if looks == Looks::Each {
                if self.looked == LOOKED_ROWS_MAX {
                    self.reach = Reach::Rows(self.looked);
                    break;
                }
                self.looked += 1;
                if !self.check.fits(doc)? {
                    in_vain += 1;
                    if in_vain == LOOKED_ROWS_BEFORE_ALL {
                        self.ask_for_all();
                    }
                    continue;
                }
            }
            found.push(row_key(row, 1, self.asked.sort)?);
        }
        Ok(found)
    }

    fn may_fit(&self, doc: i64) -> bool {
        match &self.from {
            From::Walk { sets, .. } => sets.iter().all(|set| set.binary_search(&doc).is_ok()),
            From::Sorted(_) => true,
        }
    }

    /// The word is frequent, and yet not met: it stands where the walk does
    /// not come by.
    fn ask_for_all(&mut self) {
        let From::Walk { sets, unasked, .. } = &mut self.from else {
            return;
        };
        if std::mem::replace(unasked, Unasked::Nothing) == Unasked::Hits {
            let hits = self
                .index
                .hits(self.asked.replica, self.asked.sought, usize::MAX);
            if let Hits::These(docs) = hits {
                sets.push(docs);
            }
        }
    }

    /// The key of a record, if the filter lets it be seen.
    pub(super) fn key_of(&mut self, doc: i64) -> Result<Option<RowKey>, StoreError> {
        if self.check.fits(doc)? {
            key_at(&self.asked, doc)
        } else {
            Ok(None)
        }
    }
}

/// The query along a route, and its values.
fn along(
    asked: &Asked<'_>,
    route: &Route,
    from: Option<&RowKey>,
    bound: Bound,
    way: Way,
) -> (String, Vec<rusqlite::types::Value>) {
    let way = way.along(asked.sort);
    let columns = columns(asked.sort);
    let mut clauses = Clauses::default();
    for condition in &route.held {
        condition.add(asked.filter, &mut clauses);
    }
    if let Some(from) = from {
        let compare = match (way, bound) {
            (Way::On, Bound::Beyond) => ">",
            (Way::On, Bound::From) => ">=",
            (Way::Back, Bound::Beyond) => "<",
            (Way::Back, Bound::From) => "<=",
        };
        let marks = vec!["?"; columns.len()].join(", ");
        let clause = format!("({}) {compare} ({marks})", columns.join(", "));
        clauses.add(&clause, key_values(asked.sort, from));
    }
    let direction = way.direction();
    let order: Vec<String> = columns
        .iter()
        .map(|column| format!("{column} {direction}"))
        .collect();
    let sql = format!(
        "SELECT q.rowid, {} FROM queue AS q INDEXED BY {} {} ORDER BY {}",
        columns.join(", "),
        route.index,
        clauses.wheres(),
        order.join(", "),
    );
    (sql, clauses.values)
}

fn key_at(asked: &Asked<'_>, doc: i64) -> Result<Option<RowKey>, StoreError> {
    use rusqlite::OptionalExtension as _;
    let sql = format!(
        "SELECT {} FROM queue AS q WHERE q.rowid = ?1",
        columns(asked.sort).join(", ")
    );
    Ok(asked
        .replica
        .prepare_cached(&sql)?
        .query_row([doc], |row| row_key(row, 0, asked.sort))
        .optional()?)
}

/// Rows of a sorted list from a place on.
fn within(
    sorted: &[RowKey],
    sort: Sort,
    from: Option<&RowKey>,
    bound: Bound,
    way: Way,
    limit: usize,
) -> Vec<RowKey> {
    let before = |key: &RowKey| sorted.partition_point(|one| compare(sort, one, key).is_lt());
    let upto = |key: &RowKey| sorted.partition_point(|one| compare(sort, one, key).is_le());
    match way {
        Way::On => {
            let start = from.map_or(0, |key| match bound {
                Bound::Beyond => upto(key),
                Bound::From => before(key),
            });
            sorted[start..].iter().take(limit).cloned().collect()
        }
        Way::Back => {
            let end = from.map_or(sorted.len(), |key| match bound {
                Bound::Beyond => before(key),
                Bound::From => upto(key),
            });
            sorted[..end].iter().rev().take(limit).cloned().collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::alarm::Rank;
    use crate::domain::ids::RecordId;
    use crate::domain::incident::stage::Stage;
    use crate::domain::time::Timestamp;
    use crate::store::db::{self, File};
    use crate::store::secret::StoreKey;
    use crate::store::view::{Answer, Scope};

    fn plan(replica: &Connection, filter: &Filter, sort: Sort, way: Way) -> String {
        let conditions = narrow::conditions(filter);
        let route = narrow::route(filter, sort, &conditions);
        let asked = Asked {
            replica,
            filter,
            sort,
            sought: &Sought::default(),
            latest: &Latest::always(),
        };
        let from = RowKey {
            parts: [1; 3],
            area: "42".to_owned(),
            id: RecordId::new(Uuid::nil()),
        };
        let (sql, values) = along(&asked, &route, Some(&from), Bound::Beyond, way);
        let mut statement = replica
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap();
        let lines = statement.query_map(params_from_iter(&values), |row| row.get(3));
        let lines: Vec<String> = lines.unwrap().map(Result::unwrap).collect();
        lines.join("; ")
    }

    #[test]
    fn every_walk_goes_along_one_index_alone_and_sorts_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("replica-x.db");
        let replica = db::open(&path, File::Replica, &StoreKey::new([1; 32])).unwrap();
        for scope in [Scope::Open, Scope::All, Scope::Closed] {
            for sort in Sort::ALL {
                for bits in 0..32 {
                    let has = |bit: i32| bits & (1 << bit) != 0;
                    let filter = Filter {
                        scope,
                        rank: has(0).then_some(Rank::Urgent),
                        stage: has(1).then_some(Stage::New),
                        answer: if has(2) { Answer::Missing } else { Answer::Any },
                        due_before: has(3).then_some(Timestamp::from_millis(1)),
                        since: has(4).then_some(Timestamp::from_millis(1)),
                        ..Filter::default()
                    };
                    for way in [Way::On, Way::Back] {
                        let plan = plan(&replica, &filter, sort, way);
                        assert!(
                            plan.contains("USING COVERING INDEX") && !plan.contains("TEMP"),
                            "{filter:?} {sort:?}: {plan}"
                        );
                    }
                }
            }
        }
    }
}
