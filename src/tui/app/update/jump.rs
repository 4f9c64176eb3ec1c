//! Jumps: to the banner's incident, to the next alarm, to a number; and back.

use super::super::effect::Effect;
use super::super::model::{BOOKMARKS_MAX, Board, Bookmark, Desk, Detail, Model, Tone};
use super::super::queue::Typing;
use super::{ask_detail, warnings};
use crate::domain::ids::RecordId;
use crate::i18n::t;
use crate::tui::keys::Action;

/// To alarms and conflicts, and back.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let on_board = |model: &Model| {
        let board = model.desk.as_ref().map(|desk| desk.board);
        action == Action::QueueNextUnacknowledgedRed && board == Some(Board::Warnings)
    };
    if on_board(model) && warnings::next_unanswered(model).is_some() {
        return Vec::new();
    }
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    match action {
        Action::BannerJump => match desk.alarms.banner().map(|(ringing, _)| ringing.id) {
            Some(id) => to(model, id),
            None => Vec::new(),
        },
        Action::BannerReturn => back(model),
        Action::QueueNextUnacknowledgedRed => {
            let rank = desk
                .policy
                .levels
                .first()
                .map_or(crate::domain::alarm::Rank::Urgent, |level| level.rank);
            let after = looked_at(desk);
            vec![Effect::NextUnacknowledged { rank, after }]
        }
        Action::ConflictNext => vec![Effect::NextConflict {
            after: looked_at(desk),
        }],
        _ => Vec::new(),
    }
}

/// The incident that the officer looks at.
fn looked_at(desk: &Desk) -> Option<RecordId> {
    match desk.board {
        Board::Detail => desk.detail.as_ref().map(|detail| detail.id),
        Board::Queue
        | Board::Roster
        | Board::Outbox
        | Board::Warnings
        | Board::Network
        | Board::Log
        | Board::Handover => desk.queue.cursor,
    }
}

/// Remembers where the officer is, with every dialog, its text and its caret.
pub fn leave(desk: &mut Desk) {
    if desk.bookmarks.len() == BOOKMARKS_MAX {
        desk.bookmarks.remove(0);
    }
    desk.bookmarks.push(Bookmark {
        board: desk.board,
        layers: std::mem::take(&mut desk.layers),
        detail: desk.detail.take(),
        cursor: desk.queue.cursor,
        typing: std::mem::replace(&mut desk.queue.typing, Typing::No),
    });
}

/// Opens an incident; the way back leads to where the officer was.
pub fn to(model: &mut Model, id: RecordId) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    leave(desk);
    model.pending_keys.forget();
    if desk.warnings.has(id) {
        return warnings::go_to(model, id);
    }
    desk.board = Board::Detail;
    desk.detail = Some(Detail::of(id));
    let mut effects = desk.queue.go_to(id);
    effects.extend(ask_detail(model));
    effects
}

/// Back to where the officer was.
fn back(model: &mut Model) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let Some(bookmark) = desk.bookmarks.pop() else {
        return Vec::new();
    };
    desk.board = bookmark.board;
    desk.layers = bookmark.layers;
    desk.detail = bookmark.detail;
    desk.queue.typing = bookmark.typing;
    let mut effects = match bookmark.cursor {
        Some(id) => desk.queue.go_to(id),
        None => Vec::new(),
    };
    model.pending_keys.forget();
    effects.extend(ask_detail(model));
    effects
}

/// The next alarm that nobody answers for: in the queue the cursor goes there,
/// from elsewhere it is a jump.
///
/// The store knows those that nobody ever acknowledged; where there is none,
/// what is announced for another reason is next.
pub fn next(model: &mut Model, id: Option<RecordId>) -> Vec<Effect> {
    let announced = || Some(model.desk.as_ref()?.alarms.banner()?.0.id);
    let Some(id) = id.or_else(announced) else {
        model.say(Tone::Told, t!("screen.none-unacknowledged"));
        return Vec::new();
    };
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    if desk.board == Board::Queue && desk.layers.is_empty() {
        return desk.queue.go_to(id);
    }
    to(model, id)
}

/// The next conflict is opened: it may have left every list of open work.
pub fn next_conflict(model: &mut Model, id: Option<RecordId>) -> Vec<Effect> {
    let Some(id) = id else {
        model.say(Tone::Told, t!("refusal.no-conflict"));
        return Vec::new();
    };
    to(model, id)
}
