//! The big screen: its few keys, its turns, and who may open it.

use std::sync::Arc;

use super::super::effect::Effect;
use super::super::form::Move;
use super::super::model::{Board, Desk, Model};
use super::super::wall::{WallBoard, is_for_a_wall, may};
use super::key;
use crate::i18n::t;
use crate::tui::keys::{Action, Context, KeyPress, Pressed};

/// A key at the wall. Whatever is not the wall's own does nothing at all.
pub fn press(model: &mut Model, press: KeyPress) -> Vec<Effect> {
    let keymap = Arc::clone(&model.setup.keymap);
    let pressed = model.pending_keys.press(&keymap, Context::Wall, press);
    model.pending_keys.forget();
    let Pressed::Act(action) = pressed else {
        return Vec::new();
    };
    let now = model.now;
    let Some(wall) = &mut model.wall else {
        return Vec::new();
    };
    match action {
        Action::WallNext => wall.step(Move::Next, now),
        Action::WallPrevious => wall.step(Move::Previous, now),
        Action::WallPause => wall.pause(now),
        // Which one it is says the key itself.
        Action::WallPick => {
            let digit = press.chord.sign().and_then(|sign| sign.to_digit(10));
            if let Some(number) = digit.and_then(|digit| usize::try_from(digit).ok()) {
                wall.pick(number, now);
            }
        }
        Action::WallLeave | Action::AppQuit => return vec![Effect::Quit],
        Action::ScreenRedraw => return vec![Effect::Redraw],
        Action::AppSuspend => return vec![Effect::Suspend],
        // Only asks for a password where the centre wants one.
        Action::SyncNow => return key::sync_now(model),
        _ => {}
    }
    Vec::new()
}

/// What follows from any change at the wall: who has signed in, what interrupts,
/// and whose turn it is.
pub fn follow(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let (Some(wall), Some(desk)) = (&mut model.wall, &mut model.desk) else {
        return Vec::new();
    };
    if !is_for_a_wall(&desk.officer) {
        let words = t!("wall.turned-away", account = desk.officer.account);
        wall.turned_away = Some(words.into_owned());
        model.desk = None;
        return vec![Effect::SignOut];
    }
    // Questions and forms of a desk have no place here; what was found wrong with
    // its files is asked of the next officer who works at it.
    desk.layers.clear();
    desk.detail = None;
    let gravest = desk.policy.levels.first().map(|level| level.rank);
    let reds = desk.alarms.of_rank(gravest);
    wall.review(reds, model.status.link, now);
    let shown = wall.shown();
    show(desk, shown)
}

/// Shows a board from its top, with no row under any hand.
fn show(desk: &mut Desk, board: WallBoard) -> Vec<Effect> {
    desk.queue.cursor = None;
    desk.queue.top = 0;
    desk.warnings.cursor = None;
    desk.warnings.top = 0;
    desk.board = match board {
        WallBoard::Warnings => Board::Warnings,
        WallBoard::Incidents | WallBoard::Deadlines => Board::Queue,
    };
    match board.sort() {
        Some(sort) if desk.queue.sort != sort => {
            desk.queue.sort = sort;
            desk.queue.restart()
        }
        Some(_) | None => Vec::new(),
    }
}

/// Leaves out what a wall never does, whoever asked for it.
pub fn only_looks(model: &Model, effects: Vec<Effect>) -> Vec<Effect> {
    if model.wall.is_none() {
        return effects;
    }
    if effects.contains(&Effect::SignOut) {
        return vec![Effect::SignOut];
    }
    effects.into_iter().filter(may).collect()
}
