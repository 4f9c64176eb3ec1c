use std::collections::BTreeSet;

use super::*;
use crate::domain::alarm::Rank;
use crate::domain::incident::Incident;
use crate::domain::incident::stage::{STAGES, Stage as WorkStage};
use crate::domain::time::Timestamp;

fn now() -> Timestamp {
    "2026-11-23T03:05:00+08:00".parse().unwrap()
}

fn shape(seed: u64, incidents: u32) -> Shape {
    Shape {
        seed,
        incidents,
        people: 0,
        now: now(),
    }
}

fn made(seed: u64, incidents: u32) -> District {
    District::made(
        shape(seed, incidents),
        UnitId::new(uuid::Uuid::from_u128(7)),
    )
}

fn incidents(district: &District) -> Vec<Incident> {
    district
        .histories(Detail::Whole)
        .map(|changes| {
            let changes = changes.unwrap();
            changes.last().unwrap().record.incident().unwrap().clone()
        })
        .collect()
}

#[test]
fn the_district_has_1881_disputes_of_which_823_are_open() {
    let district = made(42, 1_881);
    let all = incidents(&district);
    assert_eq!(all.len(), 1_881);
    assert_eq!(
        all.iter().filter(|incident| incident.is_open()).count(),
        823
    );
    for stage in STAGES {
        assert!(
            all.iter().any(|incident| incident.stage() == stage),
            "{stage:?}"
        );
    }
    let open_red: Vec<_> = all
        .iter()
        .filter(|incident| incident.is_open() && incident.alarm.rank == Rank::Urgent)
        .collect();
    assert!((3..=25).contains(&open_red.len()), "{}", open_red.len());
    let unanswered = open_red
        .iter()
        .filter(|incident| incident.alarm.ack.is_none());
    assert!((1..=3).contains(&unanswered.count()));
    let overdue = all
        .iter()
        .filter(|incident| incident.is_overdue(now()))
        .count();
    assert!((20..=250).contains(&overdue), "{overdue}");
}

#[test]
fn every_seed_plays_by_the_rules() {
    for seed in 0..12 {
        let district = made(seed, 400);
        for changes in district.histories(Detail::Whole) {
            let changes = changes.unwrap();
            let mut rev = Rev::NONE;
            let mut last = Timestamp::from_millis(0);
            for change in &changes {
                assert!(
                    change.event.at >= last && change.event.at <= now(),
                    "seed {seed}"
                );
                last = change.event.at;
                if change.record.incident().is_some() {
                    assert_eq!(change.record.rev, rev.next(), "seed {seed}");
                    rev = change.record.rev;
                }
            }
        }
    }
}

#[test]
fn the_same_seed_and_day_give_the_same_district() {
    let text = |seed| {
        let district = made(seed, 60);
        let mut text = serde_json::to_string(&district.base()).unwrap();
        for changes in district.histories(Detail::Whole) {
            for change in changes.unwrap() {
                text += &serde_json::to_string(&change.record).unwrap();
                text += &serde_json::to_string(&change.event).unwrap();
            }
        }
        text
    };
    assert_eq!(text(3), text(3));
    assert_ne!(text(3), text(4));
}

#[test]
fn numbers_and_ids_are_given_once() {
    let district = made(11, 1_000);
    let mut ids: BTreeSet<_> = district.base().iter().map(|record| record.id).collect();
    let base = ids.len();
    assert_eq!(base, district.base().len());
    let mut numbers = BTreeSet::new();
    let mut records = 0;
    for changes in district.histories(Detail::Whole) {
        for change in changes.unwrap() {
            if change.record.rev == Rev(1) {
                records += 1;
                assert!(ids.insert(change.record.id));
                if let Some(incident) = change.record.incident() {
                    assert!(numbers.insert(incident.number.unwrap()));
                }
            }
        }
    }
    assert_eq!(ids.len(), base + records);
    assert_eq!(numbers.len(), 1_000);
}

#[test]
fn a_load_test_gives_each_record_as_it_stands() {
    let district = made(1, 3_000);
    let whole: Vec<_> = district
        .histories(Detail::Whole)
        .map(|changes| changes.unwrap().pop().unwrap())
        .collect();
    let latest: Vec<_> = district
        .histories(Detail::Latest)
        .map(|changes| {
            let mut changes = changes.unwrap();
            assert_eq!(changes.len(), 1);
            changes.pop().unwrap()
        })
        .collect();
    assert_eq!(whole, latest);
}

#[test]
fn struck_off_incidents_bear_two_signatures_and_four_elements() {
    let district = made(8, 1_881);
    let all = incidents(&district);
    let closed: Vec<_> = all
        .iter()
        .filter(|incident| incident.stage() == WorkStage::Closed)
        .collect();
    assert_eq!(closed.len(), 1_058);
    for incident in closed {
        assert!(incident.elements.missing().is_empty());
        let strike = incident.strike_off.as_ref().unwrap();
        assert_ne!(strike.proposed.by.id, strike.signed.as_ref().unwrap().by.id);
    }
}

#[test]
fn the_policy_says_that_it_is_a_demonstration() {
    let policy = serde_json::to_value(policy()).unwrap();
    assert_eq!(policy[MARKER], true);
    assert!(made(1, 0).policy.check().is_ok());
}

#[test]
fn every_number_to_call_is_unreachable() {
    let district = made(6, 200);
    let mut seen = 0;
    let mut check = |value: &serde_json::Value| {
        visit(value, &mut |key, text| {
            if key == "phone" && !text.is_empty() {
                seen += 1;
                assert!(text.starts_with("100") && text.len() == 11, "{text}");
            }
        });
    };
    for record in district.base() {
        check(&serde_json::to_value(&record).unwrap());
    }
    for changes in district.histories(Detail::Whole) {
        for change in changes.unwrap() {
            check(&serde_json::to_value(&change.record).unwrap());
        }
    }
    assert!(seen > 2_000, "{seen}");
}

fn visit(value: &serde_json::Value, found: &mut impl FnMut(&str, &str)) {
    match value {
        serde_json::Value::Object(fields) => {
            for (key, value) in fields {
                if let Some(text) = value.as_str() {
                    found(key, text);
                }
                visit(value, found);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| visit(item, found)),
        _ => {}
    }
}
