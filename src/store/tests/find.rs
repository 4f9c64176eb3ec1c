//! Lists under filters: the same rows in the same order with an index, without
//! one, and while it lags; whatever narrows the list.

use tempfile::tempdir;

use super::centre::{Centre, area, at, duty, open, register};
use crate::domain::alarm::{RANKS, Rank};
use crate::domain::command::Target;
use crate::domain::extra::Extra;
use crate::domain::ids::RecordId;
use crate::domain::incident::act::{Acknowledge, Act};
use crate::domain::incident::stage::Stage;
use crate::domain::place::Place;
use crate::domain::record::{Body, Kind, Record, Rev};
use crate::store::Store;
use crate::store::view::{Anchor, Answer, Filter, More, Scope, Sort, Tally};

const TOWNS: [&str; 3] = ["420607102", "420607103201", "420607"];
/// Rows of a page in these tests.
const P: usize = 3;

/// Incidents whose texts share words, sounds and letters.
fn fill(centre: &mut Centre) {
    centre.put(Record {
        id: RecordId::new(super::centre::uuid(0x1)),
        area: area("420607103"),
        rev: Rev(1),
        parent: None,
        body: Body::Place(Box::new(Place {
            name: "石桥镇".to_owned(),
            extra: Extra::new(),
        })),
        sealed: None,
    });
    let titles = [
        "王秀梅与单玉兰宅基地纠纷",
        "仇建国讨薪",
        "小区停水A栋12号",
        "王小明走失",
        "解放路石桥下斗殴ab12",
        "女方要求调解",
    ];
    let used: Vec<Rank> = RANKS
        .into_iter()
        .filter(|rank| centre.policy.uses(*rank))
        .collect();
    for n in 0..24 {
        let id = 0x1000 + (n as u128 * 37) % 101;
        let rank = used[(n * 7) % used.len()];
        let minute = i64::try_from(n % 5).unwrap();
        let title = format!("{}{n}", titles[n % titles.len()]);
        let id = centre.incident_in(id, &title, rank, TOWNS[n % 3], minute);
        if n % 4 == 0 {
            let target = Target {
                kind: Kind::Incident,
                id,
                base_rev: Rev(1),
                seen: None,
            };
            let act = Act::Acknowledge(Acknowledge { episode: 1 });
            centre.act(target, act, &duty(), minute + 10).unwrap();
        }
    }
}

fn filters() -> Vec<Filter> {
    let words = [
        "",
        "王",
        "王秀",
        "宅基地",
        "wxm",
        "wangxm",
        "王xm",
        "w",
        "wx",
        "shan",
        "dan",
        "qiu",
        "qjg",
        "讨薪",
        "石桥",
        "sqz",
        "12",
        "ab",
        "b1",
        "1",
        "a",
        "女",
        "nv",
        "lv",
        "斗殴 !石桥镇",
        "!王",
        "!王 !讨薪",
        "!wxm sqz",
        "没有的词",
        "zzz",
        "--",
        "王 --",
        "0201",
        "邻里",
        "ll",
    ];
    let text = |text: &str| Filter {
        text: text.to_owned(),
        ..Filter::default()
    };
    let mut all: Vec<Filter> = words.into_iter().map(text).collect();
    for word in ["", "王", "wx", "!王"] {
        all.push(Filter {
            rank: Some(Rank::Urgent),
            ..text(word)
        });
        all.push(Filter {
            stage: Some(Stage::New),
            ..text(word)
        });
        all.push(Filter {
            answer: Answer::Missing,
            ..text(word)
        });
        all.push(Filter {
            answer: Answer::Missing,
            rank: Some(Rank::Urgent),
            since: Some(at(2)),
            ..text(word)
        });
        all.push(Filter {
            due_before: Some(at(60 * 24)),
            ..text(word)
        });
        all.push(Filter {
            since: Some(at(3)),
            scope: Scope::All,
            ..text(word)
        });
        all.push(Filter {
            area: Some(area("420607103")),
            scope: Scope::All,
            ..text(word)
        });
        all.push(Filter {
            scope: Scope::Closed,
            ..text(word)
        });
        all.push(Filter {
            scope: Scope::All,
            stage: Some(Stage::New),
            ..text(word)
        });
    }
    all
}

/// All rows of a list, page by page, on and back.
fn walked(store: &Store, filter: &Filter, sort: Sort) -> Vec<RecordId> {
    let page = |anchor| store.queue(filter.clone(), sort, anchor, P).wait().unwrap();
    let mut on = Vec::new();
    let mut next = page(Anchor::First);
    loop {
        on.extend(next.rows.iter().map(|(_, row)| row.id));
        let Some((key, _)) = next.rows.last().filter(|_| next.after == More::Something) else {
            break;
        };
        next = page(Anchor::After(key.clone()));
    }
    let mut back: Vec<RecordId> = Vec::new();
    let mut next = page(Anchor::Last);
    loop {
        back.splice(..0, next.rows.iter().map(|(_, row)| row.id));
        let Some((key, _)) = next.rows.first().filter(|_| next.before == More::Something) else {
            break;
        };
        next = page(Anchor::Before(key.clone()));
    }
    assert_eq!(on, back, "{filter:?} {sort:?}");
    if let Some(middle) = on.get(on.len() / 2) {
        let around = page(Anchor::Around(*middle));
        assert!(around.rows.iter().any(|(_, row)| row.id == *middle));
    }
    on
}

/// The same by looking at every record.
fn looked(store: &Store, filter: &Filter, sort: Sort) -> Vec<RecordId> {
    let all = Filter {
        scope: Scope::All,
        ..Filter::default()
    };
    let all = store.queue(all, sort, Anchor::First, 500).wait().unwrap();
    let sought = crate::store::find::sought::Sought::new(&filter.text, &store.places());
    all.rows
        .iter()
        .map(|(_, row)| row)
        .filter(|row| {
            let incident = &row.incident;
            let text = crate::store::find::sought::haystack(row.id, incident);
            let open = incident.is_open();
            (match filter.scope {
                Scope::Open => open,
                Scope::All => true,
                Scope::Closed => !open,
            }) && filter.rank.is_none_or(|rank| incident.alarm.rank == rank)
                && filter.stage.is_none_or(|stage| incident.stage() == stage)
                && (filter.answer == Answer::Any || incident.alarm.ack.is_none())
                && filter.due_before.is_none_or(|before| {
                    let due = incident.deadline.as_ref();
                    due.is_some_and(|deadline| deadline.at < before)
                })
                && filter
                    .since
                    .is_none_or(|since| incident.registered_at >= since)
                && filter.area.is_none_or(|area| area.contains(row.area))
                && sought.fits(&text, row.area)
        })
        .map(|row| row.id)
        .collect()
}

fn agrees(store: &Store, what: &str) -> usize {
    let mut rows = 0;
    for filter in filters() {
        for sort in Sort::ALL {
            let wanted = looked(store, &filter, sort);
            assert_eq!(
                walked(store, &filter, sort),
                wanted,
                "{what}: {filter:?} {sort:?}"
            );
            rows += wanted.len();
        }
    }
    rows
}

#[test]
fn every_filter_gives_the_same_rows_with_and_without_an_index() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    fill(&mut centre);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    assert!(agrees(&store, "without") > 1_000);
    store.index_now().unwrap();
    agrees(&store, "with");
    // New texts, and one that goes, that the index has not seen.
    let new = centre.incident_in(0x7001, "王五新件wx", Rank::Urgent, TOWNS[1], 7);
    let first = centre.incident_in(0x7002, "王六新件", Rank::Urgent, TOWNS[1], 7);
    centre.gone(first);
    let old = RecordId::new(super::centre::uuid(0x1000));
    centre.gone(old);
    centre.catch_up(&store);
    agrees(&store, "lagging");
    let filter = Filter {
        text: "王五".to_owned(),
        ..Filter::default()
    };
    assert_eq!(walked(&store, &filter, Sort::Rank), [new]);
    store.index_now().unwrap();
    agrees(&store, "caught up");
}

#[test]
fn with_an_index_the_rows_are_counted_and_own_work_is_found_at_once() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    fill(&mut centre);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let tally = |text: &str| {
        let filter = Filter {
            text: text.to_owned(),
            ..Filter::default()
        };
        let page = store.queue(filter, Sort::Rank, Anchor::First, 2).wait();
        page.unwrap().tally
    };
    assert_eq!(tally("宅基"), Tally::Unknown);
    store.index_now().unwrap();
    assert_eq!(tally("宅基"), Tally::Exactly(4));
    assert_eq!(tally("没有的"), Tally::Exactly(0));
    let (target, act) = register(0x9001, "宅基地自登", Rank::Watch, "420607102");
    store
        .submit(super::centre::new_act(target, act, 60))
        .wait()
        .unwrap();
    assert_eq!(tally("宅基"), Tally::Exactly(5));
    assert_eq!(tally("zjdzd"), Tally::Exactly(1));
}

#[test]
fn a_snapshot_gives_rows_other_numbers_and_the_index_follows() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    fill(&mut centre);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    store.index_now().unwrap();
    centre.incident_in(0x7001, "王五新件", Rank::Urgent, TOWNS[1], 7);
    let (header, lines, trailer, hash) = centre.snapshot();
    store.snapshot_begin(header).wait().unwrap();
    store.snapshot_lines(lines).wait().unwrap();
    store.snapshot_end(trailer, hash).wait().unwrap();
    agrees(&store, "after the snapshot");
    store.index_now().unwrap();
    agrees(&store, "indexed anew");
}

#[test]
fn only_the_latest_question_is_answered() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    fill(&mut centre);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let ask = |latest| {
        let filter = Filter::default();
        let ticket = store.queue_while(latest, filter, Sort::Rank, Anchor::First, 5);
        ticket.wait()
    };
    let (first, second) = (store.ask_list(), store.ask_list());
    let late = ask(first);
    assert!(
        matches!(late, Err(crate::store::error::StoreError::Superseded)),
        "{late:?}"
    );
    assert_eq!(ask(second).unwrap().rows.len(), 5);
}
