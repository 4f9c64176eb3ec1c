use super::super::act::{HandoverOffer, HandoverTake};
use super::super::draft::{self, Ground};
use super::super::handover::{Answers, Backlog, Handover, Item, ItemKind, Sections};
use super::*;
use crate::domain::record::Body;

/// Two reds and a yellow that the outgoing officer answers for, and a red of
/// somebody else's.
fn cases() -> [Record; 4] {
    let (outgoing, other) = (duty(1), duty(3));
    [
        answered(0xA1, Rank::Urgent, &outgoing),
        answered(0xA2, Rank::Urgent, &outgoing),
        answered(0xA3, Rank::Watch, &outgoing),
        answered(0xA4, Rank::Urgent, &other),
    ]
}

fn draft(cases: &[Record]) -> Vec<Item> {
    let policy = Policy::shipped();
    let ground = Ground {
        officer: duty(1).id,
        policy: &policy,
        now: minute(10),
    };
    let mut items: Vec<Item> = cases
        .iter()
        .filter_map(|record| Some((record.id, record.incident()?)))
        .flat_map(|(id, incident)| draft::of_case(id, incident, &ground))
        .collect();
    draft::sort(&mut items);
    items
}

fn offer(items: Vec<Item>, expected: &str) -> Command {
    let slot = night();
    let act = Act::HandoverOffer(Box::new(HandoverOffer {
        area: area("420607"),
        line: id(0x61),
        day: slot.day,
        shift: slot.shift.clone(),
        items,
        left_out: 0,
        sections: Sections {
            expected: expected.into(),
            ..Sections::default()
        },
        backlog: Backlog::default(),
        closing_code: String::new(),
    }));
    let target = fresh(Kind::Handover, slot.handover_id(unit(1).id));
    command(vec![target], act, &duty(1), minute(10))
}

fn offered(cases: &[Record]) -> Record {
    let said = offer(draft(cases), "凌晨有雨");
    let changes = at_centre(&[], &said, &duty(1), Tail::EMPTY).unwrap();
    changes[1].record.clone()
}

fn handover(record: &Record) -> &Handover {
    match &record.body {
        Body::Handover(handover) => handover,
        _ => panic!("a handover"),
    }
}

fn take(record: &Record, ticked: Vec<RecordId>, cases: &[Record]) -> Command {
    let targets = std::iter::once(record).chain(cases).map(|record| Target {
        seen: None,
        ..Target::seen(record)
    });
    let act = Act::HandoverTake(HandoverTake {
        line: id(0x62),
        offered_at: handover(record).offered.at,
        ticked,
        text: String::new(),
    });
    command(targets.collect(), act, &duty(2), minute(20))
}

fn all(record: &Record) -> Vec<RecordId> {
    let items = &handover(record).items;
    items.iter().map(|item| item.record).collect()
}

#[test]
fn what_the_first_answered_for_is_the_seconds_in_one_step() {
    let cases = cases();
    let record = offered(&cases);
    let said = take(&record, all(&record), &cases);
    let records: Vec<Record> = [record.clone()].into_iter().chain(cases.clone()).collect();
    let changes = at_centre(&records, &said, &duty(2), Tail::EMPTY).unwrap();
    // The line, the handover, and the three that were the first one's.
    assert_eq!(changes.len(), 5);
    let owners: Vec<&str> = changes
        .iter()
        .filter_map(|change| change.record.incident())
        .map(|incident| incident.alarm.ack.as_ref().unwrap().by.name.as_str())
        .collect();
    assert_eq!(owners, ["值班2"; 3]);
    let taken = handover(&changes[1].record).taken.as_ref().unwrap();
    assert_eq!(taken.by.id, duty(2).id);
    // Signed is signed.
    let again = at_centre(
        &[changes[1].record.clone()],
        &take(&record, all(&record), &[]),
        &duty(3),
        Tail::EMPTY,
    );
    assert!(matches!(again, Err(Refusal::Answered { .. })), "{again:?}");
}

#[test]
fn nobody_takes_over_with_an_unticked_red_or_from_oneself() {
    let cases = cases();
    let record = offered(&cases);
    let records: Vec<Record> = [record.clone()].into_iter().chain(cases.clone()).collect();
    for missing in 0..all(&record).len() {
        let mut ticked = all(&record);
        ticked.remove(missing);
        let said = take(&record, ticked, &cases);
        assert_eq!(
            at_centre(&records, &said, &duty(2), Tail::EMPTY),
            Err(Refusal::Unticked { left: 1 })
        );
    }
    let mut own = take(&record, all(&record), &cases);
    own.author = duty(1).id;
    assert!(matches!(
        at_centre(&records, &own, &duty(1), Tail::EMPTY),
        Err(Refusal::SamePerson { .. })
    ));
    // A case that the first answers for is left out.
    let said = take(&record, all(&record), &cases[1..]);
    assert!(matches!(
        at_centre(&records, &said, &duty(2), Tail::EMPTY),
        Err(Refusal::Targets { .. })
    ));
}

#[test]
fn what_was_signed_anew_is_gone_through_anew_and_what_is_expected_is_said() {
    let cases = cases();
    let record = offered(&cases);
    let policy_less = offer(draft(&cases), " ");
    assert!(matches!(
        at_centre(&[], &policy_less, &duty(1), Tail::EMPTY),
        Err(Refusal::Empty { .. })
    ));
    let mut later = offer(draft(&cases), "另有一事");
    later.made_at = minute(15);
    let changes = at_centre(std::slice::from_ref(&record), &later, &duty(1), Tail::EMPTY).unwrap();
    let anew = changes[1].record.clone();
    assert_eq!(anew.rev, record.rev.next());
    let records: Vec<Record> = [anew].into_iter().chain(cases.clone()).collect();
    let said = take(&record, all(&record), &cases);
    assert!(matches!(
        at_centre(&records, &said, &duty(2), Tail::EMPTY),
        Err(Refusal::HandoverChanged { .. })
    ));
}

#[test]
fn a_case_that_ended_or_is_anothers_by_now_does_not_move() {
    let mut cases = cases();
    let record = offered(&cases);
    // Somebody else answers for the first by now.
    if let Body::Incident(incident) = &mut cases[0].body {
        incident.alarm.ack.as_mut().unwrap().by = duty(3).reference();
    }
    let records: Vec<Record> = [record.clone()].into_iter().chain(cases.clone()).collect();
    let said = take(&record, all(&record), &cases);
    let changes = at_centre(&records, &said, &duty(2), Tail::EMPTY).unwrap();
    assert_eq!(changes.len(), 4);
    assert!(changes.iter().all(|change| change.record.id != cases[0].id));
}

#[test]
fn the_draft_has_what_is_open_first_and_the_gravest_of_it() {
    let cases = cases();
    let items = draft(&cases);
    let kinds: Vec<(ItemKind, Option<Rank>)> =
        items.iter().map(|item| (item.kind, item.rank)).collect();
    assert_eq!(
        kinds,
        [
            (ItemKind::Open, Some(Rank::Urgent)),
            (ItemKind::Open, Some(Rank::Urgent)),
            (ItemKind::Open, Some(Rank::Urgent)),
            (ItemKind::Open, Some(Rank::Watch)),
        ]
    );
    let own = items
        .iter()
        .filter(|item| item.answers == Answers::Outgoing);
    assert_eq!(own.count(), 3);
}
