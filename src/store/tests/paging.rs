//! Pages by key: every sort, both ways, at the sizes where pages go wrong.

use proptest::prelude::*;
use tempfile::tempdir;

use super::centre::{Centre, area, duty, open};
use crate::domain::alarm::RANKS;
use crate::domain::ids::RecordId;
use crate::store::Store;
use crate::store::view::{Anchor, Filter, More, QueuePage, QueueRow, Scope, Sort};

const SORTS: [Sort; 5] = Sort::ALL;
/// Rows of a page in these tests.
const P: usize = 4;
const TOWNS: [&str; 3] = ["420607102", "420607103", "420607"];

/// Ranks in use and minutes that repeat, so that keys tie and the id decides.
fn fill(centre: &mut Centre, rows: usize) {
    let used: Vec<_> = RANKS
        .into_iter()
        .filter(|rank| centre.policy.uses(*rank))
        .collect();
    for n in 0..rows {
        let rank = used[(n * 7) % used.len()];
        let minute = i64::try_from(n % 3).unwrap();
        let id = 0x1000 + (n as u128 * 37) % 101;
        centre.incident_in(id, &format!("第{n}件"), rank, TOWNS[n % 3], minute);
    }
}

fn page(store: &Store, sort: Sort, anchor: Anchor) -> QueuePage {
    let page = store.queue(Filter::default(), sort, anchor, P).wait();
    page.unwrap()
}

fn ids(page: &QueuePage) -> Vec<RecordId> {
    page.rows.iter().map(|(_, row)| row.id).collect()
}

/// The order of a sort, computed from the records themselves.
fn expected(store: &Store, sort: Sort) -> Vec<RecordId> {
    let all = store
        .queue(Filter::default(), Sort::Newest, Anchor::First, 500)
        .wait()
        .unwrap();
    let mut rows: Vec<QueueRow> = all.rows.into_iter().map(|(_, row)| row).collect();
    let deadline = |row: &QueueRow| row.incident.deadline.as_ref().map(|deadline| deadline.at);
    rows.sort_by(|a, b| {
        let rank = || {
            b.incident
                .alarm
                .rank
                .cmp(&a.incident.alarm.rank)
                .then(deadline(a).cmp(&deadline(b)))
                .then(a.incident.registered_at.cmp(&b.incident.registered_at))
        };
        let order = match sort {
            Sort::Rank => rank(),
            Sort::Deadline => deadline(a).cmp(&deadline(b)),
            Sort::Newest => b.incident.registered_at.cmp(&a.incident.registered_at),
            Sort::Oldest => {
                let up = a.incident.registered_at.cmp(&b.incident.registered_at);
                return up.then(b.id.cmp(&a.id));
            }
            Sort::Area => a.area.cmp(&b.area).then_with(rank),
        };
        order.then(a.id.cmp(&b.id))
    });
    rows.into_iter().map(|row| row.id).collect()
}

#[test]
fn pages_in_both_ways_meet_every_row_once_in_every_sort() {
    for rows in [0, 1, P - 1, P, P + 1, 3 * P] {
        let dir = tempdir().unwrap();
        let mut centre = Centre::new();
        fill(&mut centre, rows);
        let store = open(dir.path(), duty());
        centre.catch_up(&store);
        for sort in SORTS {
            let wanted = expected(&store, sort);
            assert_eq!(wanted.len(), rows);
            let context = format!("{rows} rows by {sort:?}");
            walk_on(&store, sort, &wanted, &context);
            walk_back(&store, sort, &wanted, &context);
            for (n, id) in wanted.iter().enumerate() {
                around(&store, sort, &wanted, n, *id, &context);
            }
        }
    }
}

fn walk_on(store: &Store, sort: Sort, wanted: &[RecordId], context: &str) {
    let mut met = Vec::new();
    let mut next = page(store, sort, Anchor::First);
    assert_eq!(next.before, More::Nothing, "{context}");
    loop {
        met.extend(ids(&next));
        let left = wanted.len() > met.len();
        assert_eq!(next.after == More::Something, left, "{context}, on");
        let Some((key, _)) = next.rows.last().filter(|_| left) else {
            break;
        };
        next = page(store, sort, Anchor::After(key.clone()));
        assert_eq!(next.before, More::Something, "{context}, on");
    }
    assert_eq!(met, wanted, "{context}, on");
}

fn walk_back(store: &Store, sort: Sort, wanted: &[RecordId], context: &str) {
    let mut met: Vec<RecordId> = Vec::new();
    let mut next = page(store, sort, Anchor::Last);
    assert_eq!(next.after, More::Nothing, "{context}");
    loop {
        let mut rows = ids(&next);
        rows.extend(met);
        met = rows;
        let left = wanted.len() > met.len();
        assert_eq!(next.before == More::Something, left, "{context}, back");
        let Some((key, _)) = next.rows.first().filter(|_| left) else {
            break;
        };
        next = page(store, sort, Anchor::Before(key.clone()));
        assert_eq!(next.after, More::Something, "{context}, back");
    }
    assert_eq!(met, wanted, "{context}, back");
}

fn around(store: &Store, sort: Sort, wanted: &[RecordId], n: usize, id: RecordId, context: &str) {
    let page = page(store, sort, Anchor::Around(id));
    let rows = ids(&page);
    assert!(rows.contains(&id), "{context}, around {n}");
    assert_eq!(rows.len(), wanted.len().min(P), "{context}, around {n}");
    let from = wanted.iter().position(|wanted| *wanted == rows[0]).unwrap();
    assert_eq!(
        rows,
        wanted[from..from + rows.len()],
        "{context}, around {n}"
    );
    assert_eq!(
        page.before == More::Something,
        from > 0,
        "{context}, around {n}"
    );
    let more = from + rows.len() < wanted.len();
    assert_eq!(page.after == More::Something, more, "{context}, around {n}");
}

#[test]
fn an_anchor_whose_row_has_gone_still_divides_the_rows() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    fill(&mut centre, 3 * P);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let first = page(&store, Sort::Rank, Anchor::First);
    let (key, row) = first.rows.last().unwrap().clone();
    let second = ids(&page(&store, Sort::Rank, Anchor::After(key.clone())));
    centre.gone(row.id);
    centre.catch_up(&store);
    assert_eq!(ids(&page(&store, Sort::Rank, Anchor::After(key))), second);
    let around = page(&store, Sort::Rank, Anchor::Around(row.id));
    assert_eq!(around.before, More::Nothing, "like First when it is hidden");
}

#[test]
fn filters_keep_to_rank_area_scope_and_words() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    fill(&mut centre, 3 * P);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let count = |filter: Filter| {
        let page = store.queue(filter, Sort::Rank, Anchor::First, 100).wait();
        page.unwrap().rows.len()
    };
    assert_eq!(count(Filter::default()), 12);
    let within = |code: &str| Filter {
        area: Some(area(code)),
        ..Filter::default()
    };
    assert_eq!(count(within("420607103")), 4);
    assert_eq!(count(within("420607")), 12);
    assert_eq!(count(within("420606")), 0);
    let closed = Filter {
        scope: Scope::Closed,
        ..Filter::default()
    };
    assert_eq!(count(closed), 0);
    let by_rank: usize = RANKS
        .into_iter()
        .map(|rank| {
            count(Filter {
                rank: Some(rank),
                ..Filter::default()
            })
        })
        .sum();
    assert_eq!(by_rank, 12);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    /// A key that was made up, or comes from another sort, never fails.
    #[test]
    fn any_key_is_an_anchor(parts in any::<[i64; 3]>(), code in "[0-9]{0,12}", n in any::<u128>()) {
        let dir = tempdir().unwrap();
        let mut centre = Centre::new();
        fill(&mut centre, 2);
        let store = open(dir.path(), duty());
        centre.catch_up(&store);
        let key = crate::store::view::RowKey {
            parts,
            area: code,
            id: RecordId::new(super::centre::uuid(n)),
        };
        for sort in SORTS {
            let after = page(&store, sort, Anchor::After(key.clone()));
            let before = page(&store, sort, Anchor::Before(key.clone()));
            prop_assert_eq!(after.rows.len() + before.rows.len(), 2);
        }
    }
}
