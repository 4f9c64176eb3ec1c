//! The big screen: what turns it, what interrupts it, what no key can do, and who
//! is turned away.

use super::super::banner::Cause;
use super::super::effect::Effect;
use super::super::message::{GateTrouble, Message};
use super::super::model::{Board, Model};
use super::super::testing::{answer_queue, desk, desk_with, evening, id, press};
use super::super::wall::{Turning, Wall, WallBoard, WallPlan};
use super::update;
use crate::domain::alarm::Rank;
use crate::domain::ids::RecordId;
use crate::domain::officer::Role;
use crate::domain::time::Millis;
use crate::store::view::Sort;
use crate::tui::keys::{Chord, KeyPress, Keymap};

const EVERY: Millis = Millis(20_000);

fn plan() -> WallPlan {
    WallPlan {
        boards: WallBoard::ALL.to_vec(),
        every: EVERY,
    }
}

/// A wall that has been open for a while.
fn wall() -> Model {
    let mut model = desk_with(120, 40, Role::Wall);
    model.wall = Some(Wall::new(plan()));
    pass(&mut model, Millis(0));
    pass(&mut model, Millis(6_000));
    model
}

fn pass(model: &mut Model, span: Millis) -> Vec<Effect> {
    model.now = model.now.saturating_add(span);
    let effects = update(model, Message::Tick);
    answer_queue(model, &effects, &evening());
    effects
}

fn shown(model: &Model) -> WallBoard {
    model.wall.as_ref().unwrap().shown()
}

fn red(model: &mut Model, id: RecordId, cause: Cause) {
    let now = model.now;
    let desk = model.desk.as_mut().unwrap();
    desk.alarms
        .raise(id, Rank::Urgent, cause, "院墙倒塌".to_owned(), now);
    pass(model, Millis(1_000));
}

#[test]
fn the_boards_turn_by_themselves_and_stand_when_paused() {
    let mut model = wall();
    assert_eq!(shown(&model), WallBoard::Warnings);
    assert_eq!(model.desk.as_ref().unwrap().board, Board::Warnings);
    pass(&mut model, Millis(13_999));
    assert_eq!(shown(&model), WallBoard::Warnings, "its time is not over");
    pass(&mut model, Millis(1));
    assert_eq!(shown(&model), WallBoard::Incidents);
    pass(&mut model, EVERY);
    assert_eq!(shown(&model), WallBoard::Deadlines);
    assert_eq!(model.desk.as_ref().unwrap().queue.sort, Sort::Deadline);
    pass(&mut model, EVERY);
    assert_eq!(shown(&model), WallBoard::Warnings, "round and round");

    press(&mut model, "<space>");
    pass(&mut model, Millis(600_000));
    assert_eq!(shown(&model), WallBoard::Warnings);
    press(&mut model, "<right>");
    assert_eq!(shown(&model), WallBoard::Incidents);
    press(&mut model, "<left>");
    press(&mut model, "<left>");
    assert_eq!(shown(&model), WallBoard::Deadlines);
    press(&mut model, "2");
    assert_eq!(shown(&model), WallBoard::Incidents);
    assert_eq!(model.desk.as_ref().unwrap().queue.sort, Sort::Rank);
    press(&mut model, "7");
    assert_eq!(shown(&model), WallBoard::Incidents, "there is no seventh");
    press(&mut model, "<space>");
    pass(&mut model, EVERY);
    assert_eq!(shown(&model), WallBoard::Deadlines);
}

#[test]
fn a_new_red_interrupts_and_stays_until_somebody_answers_for_it() {
    let mut model = wall();
    red(&mut model, id(0x77), Cause::New);
    assert_eq!(model.wall.as_ref().unwrap().held(), [id(0x77)]);
    assert_eq!(shown(&model), WallBoard::Incidents);
    pass(&mut model, Millis(3_600_000));
    assert_eq!(shown(&model), WallBoard::Incidents, "an hour later too");
    // Somebody at a desk answers.
    model.desk.as_mut().unwrap().alarms.hush(id(0x77));
    pass(&mut model, Millis(1_000));
    assert!(model.wall.as_ref().unwrap().held().is_empty());
    assert_eq!(shown(&model), WallBoard::Warnings, "where it was");
    pass(&mut model, EVERY);
    assert_eq!(shown(&model), WallBoard::Incidents, "and it turns again");

    // It comes back, because nobody went on with it.
    red(&mut model, id(0x77), Cause::Lapsed);
    assert_eq!(model.wall.as_ref().unwrap().held(), [id(0x77)]);
    // Somebody in the room wants to see another board: it interrupts no more.
    press(&mut model, "<right>");
    assert!(model.wall.as_ref().unwrap().held().is_empty());
    pass(&mut model, Millis(1_000));
    assert!(model.wall.as_ref().unwrap().held().is_empty());
    red(&mut model, id(0x78), Cause::New);
    assert_eq!(model.wall.as_ref().unwrap().held(), [id(0x78)]);
}

#[test]
fn what_was_unanswered_before_and_what_is_lighter_interrupts_nothing() {
    let mut model = desk_with(120, 40, Role::Wall);
    model.wall = Some(Wall::new(plan()));
    red(&mut model, id(0x70), Cause::Unanswered);
    assert!(model.wall.as_ref().unwrap().held().is_empty());
    let now = model.now;
    let alarms = &mut model.desk.as_mut().unwrap().alarms;
    alarms.raise(id(0x71), Rank::Watch, Cause::New, "占道".to_owned(), now);
    pass(&mut model, Millis(10_000));
    assert!(model.wall.as_ref().unwrap().held().is_empty());
    // What came while the line was down is news when it is told.
    red(&mut model, id(0x72), Cause::Unanswered);
    assert_eq!(model.wall.as_ref().unwrap().held(), [id(0x72)]);
}

/// Every key there is: letters, signs, control and function keys.
fn every_key() -> Vec<KeyPress> {
    let mut names: Vec<String> = (' '..='~')
        .filter(|sign| !"<> ".contains(*sign))
        .map(|sign| sign.to_string())
        .collect();
    names.extend(('a'..='z').map(|letter| format!("ctrl-{letter}")));
    names.extend((1..=12).map(|n| format!("f{n}")));
    for name in [
        "enter",
        "esc",
        "tab",
        "shift-tab",
        "space",
        "up",
        "down",
        "left",
        "right",
        "home",
        "end",
        "pageup",
        "pagedown",
        "insert",
        "delete",
        "backspace",
        "ctrl-enter",
    ] {
        names.push(name.to_owned());
    }
    names
        .iter()
        .filter_map(|name| name.parse::<Chord>().ok())
        .map(|chord| KeyPress {
            chord,
            typed: chord.sign(),
        })
        .collect()
}

#[test]
fn no_key_does_anything_but_turn_the_boards_or_leave() {
    let keys = every_key();
    assert!(keys.len() > 130, "{}", keys.len());
    let backwards: Vec<KeyPress> = keys.iter().rev().copied().collect();
    for keymap in ["default", "vim", "numpad"] {
        let mut model = wall();
        model.setup.keymap = std::sync::Arc::new(Keymap::named(keymap, None).unwrap());
        for key in keys.iter().chain(&backwards) {
            for effect in update(&mut model, Message::Key(*key)) {
                assert!(
                    matches!(
                        effect,
                        Effect::Quit
                            | Effect::Redraw
                            | Effect::Suspend
                            | Effect::SyncNow
                            | Effect::LoadQueue { .. }
                    ),
                    "{keymap}: {} asks for {effect:?}",
                    key.chord.label()
                );
            }
            let desk = model.desk.as_ref().unwrap();
            assert!(desk.layers.is_empty() && model.gate.is_none());
            assert!(desk.marks.is_empty() && desk.detail.is_none());
        }
    }
    let mut model = wall();
    assert!(update(&mut model, Message::Paste("派 石桥".to_owned())).is_empty());
}

/// The rules run on a desk without a line, as acts of whoever sits there; drafts
/// are saved when a program ends. Not on a wall.
#[test]
fn the_wall_asks_for_nothing_that_is_kept_or_heard() {
    let offline = |model: &mut Model| model.status.link = crate::sync::status::LinkState::Offline;
    let mut seat = desk(120, 40);
    offline(&mut seat);
    let proposed = pass(&mut seat, Millis(120_000));
    assert!(proposed.contains(&Effect::ProposeWarnings), "a desk does");
    let mut model = wall();
    offline(&mut model);
    red(&mut model, id(0x79), Cause::New);
    for _ in 0..10 {
        let effects = pass(&mut model, Millis(61_000));
        assert!(!effects.contains(&Effect::ProposeWarnings), "{effects:?}");
        assert!(!effects.contains(&Effect::Bell), "{effects:?}");
    }
    assert_eq!(model.wall.as_ref().unwrap().turning(), Turning::On);
}

#[test]
fn whoever_may_see_more_or_do_more_is_turned_away() {
    use super::super::message::Opened;
    for role in [
        Role::DutyOfficer,
        Role::Leader,
        Role::Handler,
        Role::Mediator,
        Role::Auditor,
        Role::Administrator,
    ] {
        // Alone, and beside the right one.
        for both in [false, true] {
            let mut model = super::super::testing::gate(120, 40);
            model.wall = Some(Wall::new(plan()));
            let seated = desk_with(80, 24, role);
            let open = seated.desk.unwrap();
            let mut officer = open.officer;
            if both {
                let mut grant = officer.grants[0].clone();
                grant.role = Role::Wall;
                officer.grants.push(grant);
            }
            let opened = Opened {
                officer,
                policy: open.policy,
                places: open.places,
                counts: open.counts,
                drafts: Vec::new(),
                found: Vec::new(),
                service: String::new(),
                trouble: None,
            };
            let effects = update(&mut model, Message::Opened(Box::new(opened)));
            assert_eq!(effects, [Effect::SignOut], "{role:?}");
            assert!(model.desk.is_none(), "nothing of it can be drawn");
            update(&mut model, Message::SignedOut { known: Vec::new() });
            let gate = model.gate.as_ref().unwrap();
            assert!(
                matches!(&gate.trouble, Some(GateTrouble::Other(words)) if words.contains("wangxm")),
                "{:?}",
                gate.trouble
            );
        }
    }
    assert!(wall().desk.is_some());
}
