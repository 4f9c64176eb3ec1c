//! What each board does with the keys that all of them share. What only one
//! board knows is in a file of its name.

use super::super::boards::Board;
use super::super::effect::Effect;
use super::super::model::{Desk, Detail, Model};
use super::super::roster::Card;
use super::{ask_detail, duty, lists, outbox, warnings};
use crate::domain::time::Timestamp;
use crate::tui::widgets::scroll::Step;

/// Shows a board.
pub fn open(model: &mut Model, board: Board) -> Vec<Effect> {
    let now = model.now;
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    desk.board = board;
    load(desk, now)
}

/// Asks for what the board that is shown shows.
fn load(desk: &mut Desk, now: Timestamp) -> Vec<Effect> {
    match desk.board {
        // The queue is there all the time, and an incident asks for itself.
        Board::Queue | Board::Detail => Vec::new(),
        Board::Roster => desk.roster.read(now).into_iter().collect(),
        Board::Outbox => vec![Effect::LoadOutbox],
        Board::Warnings => desk.warnings.reload(),
        Board::Network => desk.network.load(),
        Board::Log | Board::Handover => duty::load(desk),
    }
}

/// Moves the cursor of the board.
pub fn step(desk: &mut Desk, step: Step) -> Vec<Effect> {
    match desk.board {
        Board::Queue => desk.queue.step(step),
        Board::Outbox => {
            outbox::step(desk, step);
            Vec::new()
        }
        Board::Roster => {
            desk.roster.step(step);
            Vec::new()
        }
        Board::Warnings => {
            warnings::step(desk, step);
            Vec::new()
        }
        Board::Network => desk.network.step(step),
        Board::Log | Board::Handover => {
            duty::step(desk, step);
            Vec::new()
        }
        Board::Detail => Vec::new(),
    }
}

/// Opens what is under the cursor.
pub fn enter(model: &mut Model) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let id = match desk.board {
        Board::Queue => desk.queue.cursor,
        Board::Outbox => outbox::current(desk).map(|row| row.on),
        Board::Roster => {
            desk.roster.card = Card::Open;
            None
        }
        Board::Warnings => return warnings::open(model),
        Board::Network => return desk.network.unfold(),
        Board::Log | Board::Handover => duty::under_cursor(desk),
        Board::Detail => None,
    };
    let Some(id) = id else {
        return Vec::new();
    };
    desk.board = Board::Detail;
    if desk.detail.as_ref().is_none_or(|detail| detail.id != id) {
        desk.detail = Some(Detail::of(id));
    }
    ask_detail(model)
}

/// One step back on the board; from any other one to the queue.
pub fn back(model: &mut Model) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    match desk.board {
        Board::Roster if desk.roster.card == Card::Open => {
            desk.roster.card = Card::Closed;
            Vec::new()
        }
        Board::Detail
        | Board::Roster
        | Board::Outbox
        | Board::Warnings
        | Board::Log
        | Board::Handover => {
            desk.board = Board::Queue;
            Vec::new()
        }
        Board::Network => {
            if let Some(effects) = desk.network.back() {
                return effects;
            }
            desk.board = Board::Queue;
            Vec::new()
        }
        Board::Queue => lists::back_in_queue(model),
    }
}
