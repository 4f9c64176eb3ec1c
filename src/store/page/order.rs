//! The orders of the queue: their columns, their indexes, and the same order in
//! memory.

use std::cmp::Ordering;

use rusqlite::Row;
use rusqlite::types::Value;

use crate::store::rows::{self, Key, record_id};
use crate::store::view::{RowKey, Scope, Sort};

/// Which way rows are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    On,
    Back,
}

impl Way {
    pub(super) fn turned(self) -> Self {
        match self {
            Self::On => Self::Back,
            Self::Back => Self::On,
        }
    }

    /// The way along the index: one order is another one's index backwards.
    pub(super) fn along(self, sort: Sort) -> Self {
        match sort {
            Sort::Oldest => self.turned(),
            Sort::Rank | Sort::Deadline | Sort::Newest | Sort::Area => self,
        }
    }

    pub(super) const fn direction(self) -> &'static str {
        match self {
            Self::On => "ASC",
            Self::Back => "DESC",
        }
    }
}

/// Whether the row at the key itself is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    Beyond,
    From,
}

/// The columns of a sort's index after `open`; all ascend, and the id decides
/// ties.
pub(super) fn columns(sort: Sort) -> &'static [&'static str] {
    match sort {
        Sort::Rank => &["q.rank_key", "q.deadline_key", "q.registered_key", "q.id"],
        Sort::Deadline => &["q.deadline_key", "q.id"],
        Sort::Newest | Sort::Oldest => &["q.newest_key", "q.id"],
        Sort::Area => &[
            "q.area",
            "q.rank_key",
            "q.deadline_key",
            "q.registered_key",
            "q.id",
        ],
    }
}

/// The index of a sort where nothing else narrows the list.
pub(super) fn index(sort: Sort, scope: Scope) -> &'static str {
    match (scope, sort) {
        (Scope::Open | Scope::Closed, Sort::Rank) => "queue_some_rank",
        (Scope::Open | Scope::Closed, Sort::Deadline) => "queue_some_deadline",
        (Scope::Open | Scope::Closed, Sort::Newest | Sort::Oldest) => "queue_some_newest",
        (Scope::Open | Scope::Closed, Sort::Area) => "queue_some_area",
        (Scope::All, Sort::Rank) => "queue_all_rank",
        (Scope::All, Sort::Deadline) => "queue_all_deadline",
        (Scope::All, Sort::Newest | Sort::Oldest) => "queue_all_newest",
        (Scope::All, Sort::Area) => "queue_all_area",
    }
}

pub(super) fn key_values(sort: Sort, key: &RowKey) -> Vec<Value> {
    let [first, second, third] = key.parts.map(Value::Integer);
    let id = Value::Blob(rows::key(key.id).to_vec());
    match sort {
        Sort::Rank => vec![first, second, third, id],
        Sort::Deadline | Sort::Newest | Sort::Oldest => vec![first, id],
        Sort::Area => vec![Value::Text(key.area.clone()), first, second, third, id],
    }
}

/// The key of a row of which the columns of the sort were read, in their
/// order, from column `at` on.
pub(super) fn row_key(row: &Row<'_>, at: usize, sort: Sort) -> rusqlite::Result<RowKey> {
    let (area, numbers, id) = match sort {
        Sort::Rank => (None, 3, 3),
        Sort::Deadline | Sort::Newest | Sort::Oldest => (None, 1, 1),
        Sort::Area => (Some(at), 3, 4),
    };
    let first = at + usize::from(area.is_some());
    let mut parts = [0; 3];
    for (nth, part) in parts.iter_mut().enumerate().take(numbers) {
        *part = row.get(first + nth)?;
    }
    Ok(RowKey {
        parts,
        area: area.map(|at| row.get(at)).transpose()?.unwrap_or_default(),
        id: record_id(row.get::<_, Key>(at + id)?),
    })
}

/// Which of two keys comes first on the list.
pub(super) fn compare(sort: Sort, a: &RowKey, b: &RowKey) -> Ordering {
    let id = || rows::key(a.id).cmp(&rows::key(b.id));
    match sort {
        Sort::Rank => a.parts.cmp(&b.parts).then_with(id),
        Sort::Deadline | Sort::Newest => a.parts[0].cmp(&b.parts[0]).then_with(id),
        Sort::Oldest => compare(Sort::Newest, b, a),
        Sort::Area => a
            .area
            .cmp(&b.area)
            .then_with(|| a.parts.cmp(&b.parts))
            .then_with(id),
    }
}
