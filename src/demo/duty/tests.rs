use std::collections::BTreeSet;

use super::plan::SHIFTS;
use super::*;
use crate::demo::prepare::{Earlier, Wanted, prepare};
use crate::domain::duty::chain::{Anchors, verify};
use crate::domain::duty::line::{LineKind, LogLine};

struct Made {
    _folder: tempfile::TempDir,
    service: Service,
    now: Timestamp,
}

impl Made {
    fn at(now: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now: Timestamp = now.parse().unwrap();
        let wanted = Wanted {
            seed: Some(5),
            incidents: Some(60),
            people: None,
            earlier: Earlier::Use,
            now,
        };
        let service = prepare(folder.path(), wanted).unwrap().service;
        Self {
            _folder: folder,
            service,
            now,
        }
    }

    fn unit(&self, account: &str) -> crate::domain::ids::UnitId {
        let all = self.service.account_list().unwrap();
        let line = all.iter().find(|line| line.officer.account == account);
        line.unwrap().officer.unit.id
    }

    /// The log of that officer's centre, by number.
    fn log(&self, account: &str) -> Vec<(RecordId, LogLine)> {
        let unit = self.unit(account);
        let mut lines: Vec<(RecordId, LogLine)> = self
            .service
            .records_of(&Kind::LogLine)
            .unwrap()
            .into_iter()
            .filter_map(|record| match record.body {
                Body::LogLine(line) if line.unit.id == unit => Some((record.id, *line)),
                _ => None,
            })
            .collect();
        lines.sort_by_key(|(_, line)| line.place.unwrap().no);
        lines
    }
}

/// In the night, in the forenoon, and just after a shift has begun.
const MOMENTS: [&str; 3] = [
    "2026-11-23T03:05:00+08:00",
    "2026-11-23T10:30:00+08:00",
    "2026-11-23T20:01:00+08:00",
];

#[test]
fn a_day_and_a_half_stands_in_the_log_whole_and_in_order() {
    for moment in MOMENTS {
        let made = Made::at(moment);
        let policy = Policy::shipped();
        let present = Slot::at(&policy, made.now).unwrap();
        for (account, at_least) in [("duty1", 20), ("shiqiao-duty", 6)] {
            let lines = made.log(account);
            assert!(
                lines.len() >= at_least,
                "{moment} {account}: {}",
                lines.len()
            );
            assert_eq!(
                verify(&lines, &Anchors::default()),
                [],
                "{moment} {account}"
            );
            assert!(
                lines.is_sorted_by_key(|(_, line)| line.at),
                "{moment} {account}"
            );
        }
        let lines = made.log("duty1");
        let words = |line: &LogLine| !line.text.contains(['{', '}']);
        assert!(lines.iter().all(|(_, line)| words(line)), "{lines:?}");
        let first = &lines.first().unwrap().1;
        let hours = (present.starts_at.as_millis() - first.at.as_millis()) / 3_600_000;
        assert_eq!(hours, 35, "{moment}");
        let ids: BTreeSet<RecordId> = lines.iter().map(|(id, _)| *id).collect();
        let corrected = lines.iter().filter_map(|(_, line)| line.corrects);
        let kept = lines.iter().filter_map(|(_, line)| line.keeps);
        assert!(corrected.clone().count() >= 1 && kept.clone().count() >= 1);
        assert!(corrected.chain(kept).all(|id| ids.contains(&id)));
        let about = lines.iter().filter(|(_, line)| line.about.is_some());
        assert!(about.count() >= 1, "{moment}");
    }
}

#[test]
fn two_promises_are_open_and_every_number_is_unreachable() {
    for moment in MOMENTS {
        let made = Made::at(moment);
        let lines = made.log("duty1");
        let open = draft::promises(&lines);
        assert_eq!(open.len(), 2, "{moment}: {open:?}");
        for item in open {
            assert!(item.until.unwrap() > made.now, "{moment}");
        }
        let numbers = lines.iter().filter_map(|(_, line)| line.call());
        for call in numbers.filter(|call| !call.call.phone.is_empty()) {
            assert!(call.call.phone.starts_with("100"), "{call:?}");
        }
    }
}

#[test]
fn each_shift_was_handed_over_and_nobody_is_on_in_the_present_one() {
    for moment in MOMENTS {
        let made = Made::at(moment);
        let policy = Policy::shipped();
        let present = Slot::at(&policy, made.now).unwrap();
        let mut signed = 0;
        for record in made.service.records_of(&Kind::DutyShift).unwrap() {
            let Body::DutyShift(shift) = &record.body else {
                panic!("{record:?}");
            };
            assert!(shift.ends_at <= present.starts_at, "{moment}: {shift:?}");
            assert!(shift.officers.iter().all(|on| on.sound == Sound::Heard));
            signed += 1;
        }
        assert_eq!(signed, SHIFTS + 2, "{moment}");
        let handovers = made.service.records_of(&Kind::Handover).unwrap();
        assert_eq!(handovers.len(), SHIFTS - 1, "{moment}");
        let mut moved = 0;
        for record in handovers {
            let Body::Handover(handover) = &record.body else {
                panic!("{record:?}");
            };
            let taken = handover.taken.as_ref().unwrap();
            assert_ne!(taken.by.id, handover.offered.by.id);
            assert!(!handover.items.is_empty(), "{moment}");
        }
        for (_, line) in made.log("duty1") {
            if let LineKind::Taken { moved: some, .. } = line.what {
                moved += some;
            }
        }
        println!("{moment}: {moved} alarms moved");
    }
}

#[test]
fn the_same_seed_and_moment_give_the_same_log() {
    let (one, two) = (Made::at(MOMENTS[0]), Made::at(MOMENTS[0]));
    let said = |made: &Made| -> Vec<(RecordId, String)> {
        let log = made.log("duty1").into_iter();
        log.map(|(id, line)| (id, line.text)).collect()
    };
    assert_eq!(said(&one), said(&two));
}
