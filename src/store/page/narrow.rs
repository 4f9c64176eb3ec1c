//! What narrows a list: the conditions of a filter as SQL, the indexes that
//! hold them, and the check of one row against all of them.

use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, params_from_iter};

use super::order;
use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::find::hits::Docs;
use crate::store::find::sought::Sought;
use crate::store::project::stage_code;
use crate::store::rows::key;
use crate::store::view::{Answer, Filter, Scope, Sort};

/// Conditions with their values, which are always bound and never pasted.
#[derive(Clone, Debug, Default)]
pub(super) struct Clauses {
    all: Vec<String>,
    pub(super) values: Vec<Value>,
}

impl Clauses {
    pub(super) fn add(&mut self, clause: &str, values: impl IntoIterator<Item = Value>) {
        self.all.push(clause.to_owned());
        self.values.extend(values);
    }

    pub(super) fn wheres(&self) -> String {
        if self.all.is_empty() {
            return String::new();
        }
        format!("WHERE {}", self.all.join(" AND "))
    }
}

/// A condition of a filter apart from its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Open,
    Closed,
    Rank,
    Stage,
    Unanswered,
    Overdue,
    Held,
    Since,
    Within,
}

/// The conditions that a filter sets.
pub(super) fn conditions(filter: &Filter) -> Vec<Condition> {
    let mut all = Vec::new();
    match filter.scope {
        Scope::All => {}
        Scope::Open => all.push(Condition::Open),
        Scope::Closed => all.push(Condition::Closed),
    }
    let set = [
        (filter.rank.is_some(), Condition::Rank),
        (filter.stage.is_some(), Condition::Stage),
        (filter.answer == Answer::Missing, Condition::Unanswered),
        (filter.due_before.is_some(), Condition::Overdue),
        (filter.holder.is_some(), Condition::Held),
        (filter.since.is_some(), Condition::Since),
        (filter.area.is_some(), Condition::Within),
    ];
    all.extend(set.into_iter().filter(|(is, _)| *is).map(|(_, one)| one));
    all
}

impl Condition {
    /// Adds the condition to a query over the queue.
    pub(super) fn add(self, filter: &Filter, clauses: &mut Clauses) {
        match self {
            Self::Open => clauses.add("q.open = 1", []),
            Self::Closed => clauses.add("q.open = 0", []),
            Self::Rank => {
                let rank = filter.rank.map_or(0, Rank::severity);
                clauses.add("q.rank_key = ?", [Value::Integer(-i64::from(rank))]);
            }
            Self::Stage => {
                let stage = filter.stage.map_or(0, stage_code);
                clauses.add("q.stage = ?", [Value::Integer(stage)]);
            }
            Self::Unanswered => clauses.add("q.unacknowledged = 1", []),
            Self::Overdue => {
                let before = filter.due_before.map_or(i64::MIN, Timestamp::as_millis);
                clauses.add(
                    "q.open = 1 AND q.deadline_key < ?",
                    [Value::Integer(before)],
                );
            }
            Self::Held => {
                let holder = filter.holder.map(|id| key(id.into()).to_vec());
                clauses.add(
                    "q.open = 1 AND q.holder = ?",
                    [holder.map_or(Value::Null, Value::Blob)],
                );
            }
            Self::Since => {
                let since = filter.since.map_or(i64::MAX, Timestamp::as_millis);
                clauses.add(
                    "q.newest_key <= ?",
                    [Value::Integer(since.saturating_neg())],
                );
            }
            Self::Within => {
                if let Some(area) = filter.area {
                    let from = Value::Text(area.as_str().to_owned());
                    let below = Value::Text(area.prefix_upper_bound());
                    clauses.add("q.area >= ? AND q.area < ?", [from, below]);
                }
            }
        }
    }

    /// An index whose first columns hold just this condition; none where only
    /// walking does.
    fn own_index(self, scope: Scope) -> Option<&'static str> {
        let of_all = scope == Scope::All;
        Some(match self {
            Self::Rank if of_all => "queue_all_rank",
            Self::Rank => "queue_some_rank",
            Self::Stage if scope == Scope::Open => "queue_stage",
            Self::Unanswered => "queue_ringing",
            Self::Overdue => "queue_some_deadline",
            Self::Held => "queue_holder",
            Self::Since if of_all => "queue_all_newest",
            Self::Since => "queue_some_newest",
            Self::Within if of_all => "queue_all_area",
            Self::Within => "queue_some_area",
            Self::Open | Self::Closed | Self::Stage => return None,
        })
    }
}

/// An index to walk along in the order of a list, and the conditions that it
/// holds by itself.
pub(super) struct Route {
    pub(super) index: &'static str,
    pub(super) held: Vec<Condition>,
    /// What every row of the index fulfils.
    implied: Option<Condition>,
}

impl Route {
    /// Whether whoever walks here need not look for the condition.
    pub(super) fn covers(&self, condition: Condition) -> bool {
        self.held.contains(&condition) || self.implied == Some(condition)
    }
}

/// The narrowest index in the order of the list.
pub(super) fn route(filter: &Filter, sort: Sort, conditions: &[Condition]) -> Route {
    let has = |one| conditions.contains(&one);
    let by_scope = match filter.scope {
        Scope::All => None,
        Scope::Open => Some(Condition::Open),
        Scope::Closed => Some(Condition::Closed),
    };
    let (index, also): (_, &[Condition]) = match sort {
        Sort::Rank if has(Condition::Unanswered) && !has(Condition::Closed) => {
            ("queue_ringing", &[Condition::Unanswered, Condition::Rank])
        }
        Sort::Rank if has(Condition::Stage) && has(Condition::Open) => {
            ("queue_stage", &[Condition::Stage, Condition::Rank])
        }
        Sort::Newest | Sort::Oldest if has(Condition::Rank) && by_scope.is_some() => {
            ("queue_grave_newest", &[Condition::Rank, Condition::Since])
        }
        Sort::Rank => (order::index(sort, filter.scope), &[Condition::Rank]),
        Sort::Deadline => {
            let also: &[Condition] = if filter.scope == Scope::Open {
                &[Condition::Overdue]
            } else {
                &[]
            };
            (order::index(sort, filter.scope), also)
        }
        Sort::Newest | Sort::Oldest => (order::index(sort, filter.scope), &[Condition::Since]),
        // With one rank given, the engine takes this index to need sorting.
        Sort::Area => (order::index(sort, filter.scope), &[Condition::Within]),
    };
    // What rings is open.
    let implied = by_scope.filter(|_| index == "queue_ringing");
    let held = by_scope
        .into_iter()
        .filter(|one| implied != Some(*one))
        .chain(also.iter().copied().filter(|one| has(*one)))
        .collect();
    Route {
        index,
        held,
        implied,
    }
}

/// Rows that fulfil one condition, at most `limit`; none if there are more, or
/// no index of it.
pub(super) fn gather(
    replica: &Connection,
    filter: &Filter,
    condition: Condition,
    limit: usize,
) -> Result<Option<Docs>, StoreError> {
    let Some(index) = condition.own_index(filter.scope) else {
        return Ok(None);
    };
    let mut clauses = Clauses::default();
    match condition {
        Condition::Unanswered
        | Condition::Overdue
        | Condition::Held
        | Condition::Open
        | Condition::Closed => {}
        // A partial index is used where the query says what it is of.
        Condition::Stage => clauses.add("q.open = 1", []),
        Condition::Rank | Condition::Since | Condition::Within => match filter.scope {
            Scope::All => {}
            Scope::Open => clauses.add("q.open = 1", []),
            Scope::Closed => clauses.add("q.open = 0", []),
        },
    }
    condition.add(filter, &mut clauses);
    let sql = format!(
        "SELECT q.rowid FROM queue AS q INDEXED BY {index} {} LIMIT {}",
        clauses.wheres(),
        limit + 1
    );
    let mut statement = replica.prepare_cached(&sql)?;
    let found = statement.query_map(params_from_iter(&clauses.values), |row| row.get(0))?;
    let mut docs: Docs = found.collect::<Result<_, _>>()?;
    if docs.len() > limit {
        return Ok(None);
    }
    docs.sort_unstable();
    Ok(Some(docs))
}

/// Looks at single rows: whether they fulfil everything that the filter says.
pub(super) struct Check<'a> {
    statement: CachedStatement<'a>,
    values: Vec<Value>,
    sought: &'a Sought,
}

impl<'a> Check<'a> {
    pub(super) fn new(
        replica: &'a Connection,
        filter: &Filter,
        sought: &'a Sought,
    ) -> Result<Self, StoreError> {
        let mut clauses = Clauses::default();
        clauses.add("q.rowid = ?", []);
        for condition in conditions(filter) {
            condition.add(filter, &mut clauses);
        }
        let sql = format!(
            "SELECT q.area, q.search FROM queue AS q {}",
            clauses.wheres()
        );
        let mut values = vec![Value::Null];
        values.append(&mut clauses.values);
        Ok(Self {
            statement: replica.prepare_cached(&sql)?,
            values,
            sought,
        })
    }

    pub(super) fn fits(&mut self, doc: i64) -> Result<bool, StoreError> {
        self.values[0] = Value::Integer(doc);
        let mut found = self.statement.query(params_from_iter(&self.values))?;
        let Some(row) = found.next()? else {
            return Ok(false);
        };
        if self.sought.is_empty() {
            return Ok(true);
        }
        let area: Option<AreaCode> = row.get_ref(0)?.as_str().ok().and_then(|a| a.parse().ok());
        let text = row.get_ref(1)?.as_str().unwrap_or_default();
        Ok(area.is_some_and(|area| self.sought.fits(text, area)))
    }
}
