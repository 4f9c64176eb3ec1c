//! Nights of behaviour.md as far as the model goes.

use super::super::effect::Effect;
use super::super::form::{Slot, Value};
use super::super::message::{Message, StoreNews};
use super::super::model::Board;
use super::super::testing::{answer_queue, at, desk, evening, incident, press, row, shown};
use super::update;
use crate::domain::alarm::Rank;
use crate::domain::incident::stage::Stage;
use crate::tui::keys::Context;

/// Trials of E03.
const TRIALS: u32 = 1_000;

/// E02: a red arrives while a note is half written.
#[test]
fn e02_a_red_while_typing_takes_no_focus_and_loses_no_character() {
    let mut model = desk(80, 24);
    press(&mut model, "n双方情绪<left><left>");
    let caret = |model: &super::super::model::Model| {
        let desk = model.desk.as_ref().unwrap();
        let super::super::model::Layer::Dialog(dialog) = desk.layers.last().unwrap() else {
            panic!("no dialog");
        };
        match &dialog.form.field(Slot::Text).unwrap().value {
            Value::Text(input) => (input.text().to_owned(), input.cursor()),
            _ => panic!("no text"),
        }
    };
    let before = caret(&model);
    let red = row(
        7,
        "420607103",
        incident(Rank::Urgent, "集市斗殴", Stage::New, at("23:41")),
    );
    let effects = update(
        &mut model,
        Message::Store(StoreNews::Alarm {
            id: red.id,
            rank: Rank::Urgent,
            title: "集市斗殴".into(),
        }),
    );
    assert!(effects.contains(&Effect::Bell), "{effects:?}");
    let banner = model.desk.as_ref().unwrap().alarms.banner();
    assert_eq!(banner.map(|(ringing, _)| ringing.id), Some(red.id));
    assert_eq!(caret(&model), before, "focus, text and caret stay");
    // Typing goes on where it was.
    press(&mut model, "很");
    assert_eq!(caret(&model).0, "双方很情绪");
    // One chord goes there, one returns.
    press(&mut model, "<ctrl-g>");
    let open = model.desk.as_ref().unwrap();
    assert_eq!(open.board, Board::Detail);
    assert_eq!(open.detail.as_ref().map(|detail| detail.id), Some(red.id));
    assert_eq!(model.context(), Context::Detail);
    let effects = update(
        &mut model,
        Message::Shown {
            id: red.id,
            wanted: super::super::effect::WantedFor::Detail,
            shown: Some(Box::new(shown(&red))),
        },
    );
    assert!(
        matches!(effects.as_slice(), [Effect::LoadAlike { .. }]),
        "only what may be the same matter is looked for: {effects:?}"
    );
    let effects = press(&mut model, "a");
    assert!(
        matches!(effects.as_slice(), [Effect::Submit { targets, .. }] if targets[0].id == red.id)
    );
    assert!(
        model.desk.as_ref().unwrap().alarms.banner().is_none(),
        "hushed at once"
    );
    press(&mut model, "<ctrl-o>");
    assert_eq!(model.context(), Context::Dialog);
    assert_eq!(caret(&model).0, "双方很情绪");
    assert_eq!(caret(&model).1, "双方很".len());
}

/// E05, as far as the screen goes: what was snoozed comes back marked as such
/// and not as new; the list of what is snoozed showed it until then.
#[test]
fn e05_a_snooze_ends_marked_and_silent() {
    use crate::domain::alarm::AlarmState;
    use crate::tui::app::words::names::alarm_mark;
    let mut model = desk(80, 24);
    let rows = evening();
    let snoozed = &rows[2];
    let mark = |model: &super::super::model::Model| {
        let desk = model.desk.as_ref().unwrap();
        let alarm = &snoozed.incident.alarm;
        alarm_mark(alarm.state(desk.policy.level(alarm.rank), model.now))
    };
    assert_eq!(press(&mut model, "Z"), [Effect::LoadSuppressed]);
    update(&mut model, Message::Suppressed(vec![snoozed.clone()]));
    let listed = |model: &super::super::model::Model| {
        let queue = &model.desk.as_ref().unwrap().queue;
        queue.rows.iter().any(|(_, row)| row.id == snoozed.id)
    };
    model.now = at("23:49");
    assert!(update(&mut model, Message::Tick).is_empty());
    assert!(listed(&model), "the list shows it throughout");
    assert_eq!(mark(&model), alarm_mark(AlarmState::Snoozed));
    model.now = at("23:50");
    let effects = update(&mut model, Message::Tick);
    assert_eq!(
        effects,
        [Effect::LoadSuppressed],
        "and no bell: it is not new"
    );
    update(&mut model, Message::Suppressed(Vec::new()));
    assert_eq!(mark(&model), alarm_mark(AlarmState::SnoozeEnded));
    assert!(model.desk.as_ref().unwrap().alarms.banner().is_none());
}

/// E03: rows arrive and re-sort around the key.
#[test]
fn e03_an_act_hits_what_was_under_the_cursor() {
    let seed = std::env::var("E03_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0x5EED_u64);
    println!("seed {seed} (E03_SEED repeats it)");
    let mut random = Random(seed);
    let mut wrong = 0;
    for trial in 0..TRIALS {
        let mut model = desk(80, 24);
        let mut rows = evening();
        for n in 0..20 {
            rows.push(row(100 + n, "420607102", any(&mut random)));
        }
        reload(&mut model, &rows);
        for _ in 0..random.below(20) {
            press(&mut model, "j");
        }
        let wanted = model.desk.as_ref().unwrap().queue.cursor.unwrap();
        // Twenty arrive and all re-sort, before, around and after the key.
        let key_at = random.below(20);
        let mut hit = None;
        for n in 0..20_u32 {
            rows.push(row(
                u128::from(10_000 + trial * 100 + n),
                "420607103",
                any(&mut random),
            ));
            shuffle(&mut rows, &mut random);
            if random.below(4) == 0 {
                // Even the record itself may leave the list.
                rows.retain(|row| row.id != wanted);
            }
            reload(&mut model, &rows);
            if n == key_at {
                hit = press(&mut model, "a")
                    .iter()
                    .find_map(|effect| match effect {
                        Effect::Submit { targets, .. } => Some(targets[0].id),
                        _ => None,
                    });
            }
        }
        if hit != Some(wanted) {
            println!("trial {trial}: wanted {wanted}, hit {hit:?}");
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0, "wrong targets of {TRIALS}, seed {seed}");
}

fn reload(model: &mut super::super::model::Model, rows: &[crate::store::view::QueueRow]) {
    let effects = update(model, Message::Store(StoreNews::Changed(Vec::new())));
    answer_queue(model, &effects, rows);
}

fn any(random: &mut Random) -> crate::domain::incident::Incident {
    let rank = [Rank::Urgent, Rank::Watch, Rank::Notice][random.below(3) as usize];
    incident(rank, "件", Stage::New, at("23:40"))
}

fn shuffle<T>(rows: &mut [T], random: &mut Random) {
    for at in (1..rows.len()).rev() {
        let other = random.below(u32::try_from(at + 1).unwrap());
        rows.swap(at, other as usize);
    }
}

/// A small generator of its own, so that a seed gives the same night on every
/// machine (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.next() % u64::from(bound)).unwrap()
    }
}
