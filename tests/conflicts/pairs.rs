//! Every pair of verbs that can meet, from two real desks, in either order.

use std::collections::BTreeSet;
use std::sync::Arc;

use zhiban::domain::ids::{CommandId, RecordId};
use zhiban::domain::incident::conflict::Effect;
use zhiban::domain::incident::meeting::{Outcome, outcome};
use zhiban::domain::incident::refusal::Refusal;
use zhiban::domain::incident::stage::{STAGES, Stage};
use zhiban::domain::incident::verb::{Aims, VERBS, Verb};
use zhiban::store::view::{OutboxRow, OutboxState};
use zhiban::sync::clock::{Clock, SystemClock};
use zhiban::wire::command::Refused;

use crate::deeds::{deed, has_words};
use crate::ground::{Card, Ground};
use crate::support::station::{Place, Seat};

/// One incident on which two officers act without seeing each other.
struct Meet {
    stage: Stage,
    first: Verb,
    second: Verb,
    expected: Outcome,
    on: RecordId,
    other: RecordId,
    words: [String; 2],
    commands: Vec<CommandId>,
}

/// Verbs that only whoever has the work in hand may do.
const HOLDERS: [Verb; 4] = [Verb::Assign, Verb::Escalate, Verb::HandDown, Verb::Whistle];

/// Pairs of which both stand are many, and much the same: each verb meets some
/// of the others here, and all of them in the domain's own test.
const BOTH_STAND_EVERY: usize = 6;

fn is_walked(pair: [Verb; 2], expected: Outcome) -> bool {
    let place = |verb| VERBS.iter().position(|own| own == verb).unwrap();
    expected != Outcome::Both
        || (place(&pair[0]) + place(&pair[1])).is_multiple_of(BOTH_STAND_EVERY)
}

/// Each ordered pair once for each outcome it has at any stage.
fn meets(ground: &Ground, round: &str) -> Vec<Meet> {
    let mut met = BTreeSet::new();
    let mut all = Vec::new();
    for stage in STAGES {
        for first in VERBS {
            for second in VERBS {
                let pair = [first, second];
                let Some(expected) = outcome(stage, first, second) else {
                    continue;
                };
                // Only what is folded now is parted here; one that was opened
                // again in between has a card, which bars much else.
                let parted = pair.contains(&Verb::Unmerge) && stage != Stage::Closed;
                // Both officers lead: they may void what somebody has worked on.
                let leads = pair == [Verb::Whistle, Verb::Void] && stage == Stage::New;
                if expected == Outcome::CannotMeet
                    || parted
                    || leads
                    || !met.insert((first, second, expected))
                    || !is_walked(pair, expected)
                {
                    continue;
                }
                let card = if pair.contains(&Verb::Settle) {
                    Card::Open
                } else {
                    Card::None
                };
                // Work in hand is given on only by whoever has it.
                let own =
                    stage == Stage::Handling && HOLDERS.iter().any(|verb| pair.contains(verb));
                let holder = if own { ground.own() } else { ground.town };
                let number = all.len();
                let other = ground.other();
                all.push(Meet {
                    stage,
                    first,
                    second,
                    expected,
                    on: ground.incident(stage, holder, card, (pair, other)),
                    other,
                    words: [
                        format!("{round}先{number}。"),
                        format!("{round}后{number}。"),
                    ],
                    commands: Vec::new(),
                });
            }
        }
    }
    all
}

fn act(ground: &Ground, seat: &Seat, meet: &mut Meet, which: usize) {
    let incident = seat.incident(meet.on).unwrap();
    assert_eq!(incident.stage(), meet.stage);
    let unit = if incident.step.holder.unit.id == ground.own() {
        ground.town
    } else {
        ground.village
    };
    let verb = [meet.first, meet.second][which];
    let now = ground.clock.now();
    let act = deed(verb, &incident, unit, &meet.words[which], now);
    meet.commands.push(match verb.aims_at() {
        Aims::One => seat.act(meet.on, act),
        Aims::Pair => seat.act_on_two(meet.on, meet.other, act),
    });
}

/// What the seat has of an incident, whole.
fn told(seat: &Seat, on: RecordId) -> String {
    let shown = seat.store.shown(on).wait().unwrap().unwrap();
    let record = serde_json::to_string(&shown.record).unwrap();
    let timeline = seat.store.timeline(on, 500).wait().unwrap();
    format!("{record}{timeline:?}")
}

fn refusal(row: &OutboxRow) -> Option<&Refusal> {
    match &row.state {
        OutboxState::Refused {
            why: Refused::Rule { rule },
            ..
        } => Some(rule),
        OutboxState::Refused { why, .. } => panic!("{why:?}"),
        OutboxState::Waiting { .. }
        | OutboxState::Doubtful { .. }
        | OutboxState::Accepted
        | OutboxState::Late { .. } => None,
    }
}

fn check(meet: &Meet, early: &Seat, late: &Seat, rows: &[OutboxRow]) {
    let name = format!(
        "{} then {} at {}",
        meet.first,
        meet.second,
        meet.stage.name()
    );
    let row = rows.iter().find(|row| row.id == meet.commands[1]);
    let why = row.and_then(refusal);
    let incident = early.incident(meet.on).unwrap();
    let card = incident
        .conflicts
        .iter()
        .find(|card| card.id == meet.commands[1]);
    let actual = match (why, card) {
        (None, None) => Outcome::Both,
        (None, Some(card)) => match card.effect {
            Effect::Applied => Outcome::Over,
            Effect::Withheld => Outcome::Under,
        },
        (Some(Refusal::Stale { .. }), None) => Outcome::Stale,
        (Some(Refusal::FieldClash { .. }), None) => Outcome::SameField,
        (Some(Refusal::Settled { .. } | Refusal::Answered { .. }), None) => Outcome::Settled,
        (
            Some(
                Refusal::WrongStage { .. }
                | Refusal::RankStep { .. }
                | Refusal::Already { .. }
                | Refusal::NotCalled
                | Refusal::NotSupervised
                | Refusal::NotJoined { .. }
                | Refusal::WorkedOn { .. },
            ),
            None,
        ) => Outcome::Rule,
        other => panic!("{name}: {other:?}"),
    };
    assert_eq!(actual, meet.expected, "{name}");
    if let Some(card) = card {
        assert_eq!(card.first.words, meet.words[0], "{name}");
        assert_eq!(card.second.words, meet.words[1], "{name}");
        assert!(incident.is_open(), "{name}: nothing closes silently");
    }
    for seat in [early, late] {
        assert!(seat.is_confirmed(meet.on), "{name}: nothing waits on top");
        let told = told(seat, meet.on);
        let first = !has_words(meet.first) || told.contains(&meet.words[0]);
        assert!(first, "{name}: the first's words on both desks\n{told}");
        if why.is_none() && has_words(meet.second) {
            assert!(
                told.contains(&meet.words[1]),
                "{name}: the second's\n{told}"
            );
        }
    }
    let shown = |seat: &Seat| seat.store.shown(meet.on).wait().unwrap().unwrap().record;
    assert_eq!(shown(early), shown(late), "{name}");
    if let Some(row) = row.filter(|row| refusal(row).is_some()) {
        assert!(
            !has_words(meet.second) || row.words.contains(&meet.words[1]),
            "{name}: refused, with its words"
        );
    }
}

#[test]
fn two_desks_that_acted_apart_agree_in_either_order() {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let ground = Ground::new(Arc::clone(&clock));
    let places = [(); 2].map(|()| Place::new(&ground.centre.url(), Arc::clone(&clock)));
    let seats = [places[0].sign_in("la"), places[1].sign_in("lb")];
    let mut walked = Vec::new();
    let mut refused = 0;
    for (round, early, late) in [("甲", 0, 1), ("乙", 1, 0)] {
        let (early, late) = (&seats[early], &seats[late]);
        let mut meets = meets(&ground, round);
        for seat in &seats {
            seat.sync_once();
        }
        for meet in &mut meets {
            act(&ground, early, meet, 0);
            act(&ground, late, meet, 1);
        }
        for seat in [early, late, early] {
            seat.sync_once();
        }
        let rows = late.store.outbox().wait().unwrap();
        assert_eq!(early.unsent() + late.unsent(), 0);
        for meet in &meets {
            check(meet, early, late, &rows);
        }
        let clashes = |meet: &&Meet| {
            !matches!(
                meet.expected,
                Outcome::Both | Outcome::Over | Outcome::Under
            )
        };
        refused += meets.iter().filter(clashes).count();
        walked.push(meets.len());
    }
    println!("{walked:?} pairs in the two orders, {refused} refused and kept");
    assert_eq!(walked[0], walked[1]);
    let kept: u64 = seats.iter().map(Seat::refused).sum();
    assert_eq!(kept, refused as u64, "nothing is refused silently");
}
