//! Saved lists: a name for a line of filter, a list and an order. Some ship;
//! an officer's own are kept among the drafts of the encrypted desk.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::condition::{Condition, written};
use super::queue::View;
use crate::domain::policy::Policy;
use crate::i18n::t;
use crate::store::view::Sort;

/// What the keys of saved lists begin with, among the drafts.
const KEY: &str = "list/";
/// The most characters of a name.
pub const NAME_CHARS_MAX: usize = 20;
/// The most lists of an officer's own.
pub const SAVED_MAX: usize = 40;

/// A list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedList {
    pub filter: String,
    pub view: View,
    pub sort: Sort,
}

/// An officer's own lists, by name.
pub type OwnLists = BTreeMap<String, SavedList>;

/// Under which key a list is kept.
pub fn key_of(name: &str) -> String {
    format!("{KEY}{name}")
}

/// Takes the saved lists out of the drafts. What does not read stays on the
/// disk and is not offered.
pub fn take_from(drafts: &mut Vec<(String, String)>) -> OwnLists {
    let mut lists = OwnLists::new();
    drafts.retain(|(key, json)| {
        let Some(name) = key.strip_prefix(KEY) else {
            return true;
        };
        if let Ok(list) = serde_json::from_str(json) {
            lists.insert(name.to_owned(), list);
        }
        false
    });
    lists
}

/// The lists that ship, with their names in the chosen language.
pub fn shipped(policy: &Policy) -> Vec<(String, SavedList)> {
    let list = |conditions: &[Condition], view, sort| SavedList {
        filter: conditions
            .iter()
            .map(|condition| written(*condition, policy))
            .collect::<Vec<_>>()
            .join(" "),
        view,
        sort,
    };
    let mut lists = vec![(
        t!("list.open").into_owned(),
        list(&[], View::Open, Sort::Rank),
    )];
    if let Some(highest) = policy.levels.first() {
        let unanswered = [Condition::Unanswered, Condition::Rank(highest.rank)];
        let name = t!(
            "list.unanswered",
            rank = super::words::names::rank(highest.rank, policy)
        );
        lists.push((name.into_owned(), list(&unanswered, View::Open, Sort::Rank)));
    }
    let overdue = list(&[Condition::Overdue], View::Open, Sort::Deadline);
    let mine = list(&[Condition::Mine], View::Open, Sort::Deadline);
    let today = list(&[Condition::Today], View::All, Sort::Newest);
    lists.extend([
        (t!("list.overdue").into_owned(), overdue),
        (t!("list.mine").into_owned(), mine),
        (t!("list.today").into_owned(), today),
        (
            t!("list.suppressed").into_owned(),
            list(&[], View::Suppressed, Sort::Rank),
        ),
        (
            t!("list.all").into_owned(),
            list(&[], View::All, Sort::Newest),
        ),
        (
            t!("list.closed").into_owned(),
            list(&[], View::Closed, Sort::Newest),
        ),
    ]);
    lists
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_lists_are_told_from_drafts_and_come_back_as_they_were() {
        let list = SavedList {
            filter: "石桥 @超时".to_owned(),
            view: View::Closed,
            sort: Sort::Oldest,
        };
        let json = serde_json::to_string(&list).unwrap();
        let mut drafts = vec![
            ("new:1".to_owned(), "{}".to_owned()),
            (key_of("石桥"), json),
            (key_of("坏"), "not json".to_owned()),
        ];
        let lists = take_from(&mut drafts);
        assert_eq!(drafts, [("new:1".to_owned(), "{}".to_owned())]);
        assert_eq!(lists, OwnLists::from([("石桥".to_owned(), list)]));
    }
}
