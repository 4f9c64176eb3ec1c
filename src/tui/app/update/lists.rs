//! Moving in lists and texts.

use super::super::effect::Effect;
use super::super::model::{Board, Layer, Model};
use super::super::queue::{Typing, View};
use super::{boards, bulk, picker, saved, search};
use crate::tui::keys::Action;
use crate::tui::screens;
use crate::tui::widgets::Change;
use crate::tui::widgets::input::Edit;
use crate::tui::widgets::scroll::{Step, scrolled};

/// A movement, or what changes which rows a list has.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    if let Some(step) = list_step(model, action) {
        return move_cursor(model, step);
    }
    if let Some(step) = scroll_step(model, action) {
        scroll(model, step);
        return Vec::new();
    }
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    match action {
        Action::ListOpen => boards::enter(model),
        Action::ListFilter => {
            if desk.board == Board::Queue && desk.queue.view != View::Suppressed {
                desk.queue.typing = Typing::Yes;
            }
            Vec::new()
        }
        Action::FilterApply => {
            desk.queue.typing = Typing::No;
            Vec::new()
        }
        Action::FilterClear => clear_filter(model),
        Action::MarkToggle | Action::MarkPage => bulk::act(model, action),
        Action::ListsOpen => saved::open(model),
        Action::FilterInvert => saved::invert(model),
        Action::QueueSort => desk.queue.cycle_sort(),
        Action::QueueView => desk.queue.cycle_view(),
        Action::QueueSuppressed => desk.queue.toggle_suppressed(),
        Action::BackStep => back(model),
        _ => Vec::new(),
    }
}

fn list_step(model: &Model, action: Action) -> Option<Step> {
    let height = match &model.desk {
        Some(desk) if matches!(desk.layers.last(), Some(Layer::Search(_))) => {
            screens::search_rows(model).saturating_add(1)
        }
        Some(desk) if desk.board == Board::Warnings => desk.warnings.height,
        Some(desk) => desk.queue.height,
        None => 1,
    };
    let page = height.saturating_sub(1).max(1);
    Some(match action {
        Action::ListDown => Step::Down(1),
        Action::ListUp => Step::Up(1),
        Action::ListPageDown => Step::Down(page),
        Action::ListPageUp => Step::Up(page),
        Action::ListHalfPageDown => Step::Down(page.div_ceil(2)),
        Action::ListHalfPageUp => Step::Up(page.div_ceil(2)),
        Action::ListFirst => Step::First,
        Action::ListLast => Step::Last,
        _ => return None,
    })
}

fn scroll_step(model: &Model, action: Action) -> Option<Step> {
    let page = usize::from(screens::text_rows(model))
        .saturating_sub(1)
        .max(1);
    Some(match action {
        Action::ScrollDown => Step::Down(1),
        Action::ScrollUp => Step::Up(1),
        Action::ScrollPageDown => Step::Down(page),
        Action::ScrollPageUp => Step::Up(page),
        Action::ScrollFirst => Step::First,
        Action::ScrollLast => Step::Last,
        _ => return None,
    })
}

fn move_cursor(model: &mut Model, step: Step) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    if let Some(Layer::Picker(_)) = desk.layers.last() {
        return picker::step(model, step);
    }
    if let Some(Layer::Search(_)) = desk.layers.last() {
        search::step(model, step);
        return Vec::new();
    }
    boards::step(desk, step)
}

fn scroll(model: &mut Model, step: Step) {
    let (count, height) = screens::text_extent(model);
    let Some(desk) = &mut model.desk else {
        return;
    };
    if let Some(Layer::Help { scroll, .. }) = desk.layers.last_mut() {
        *scroll = scrolled(*scroll, step, count, height);
    } else if let Some(detail) = &mut desk.detail {
        detail.scroll = scrolled(detail.scroll, step, count, height);
    }
}

/// One sign of the filter back; without one, no filter any more.
pub fn take_back(model: &mut Model) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    match desk.queue.filter.apply(Edit::Backspace) {
        Change::Text => desk.queue.restart(),
        Change::Cursor | Change::Nothing | Change::Full => clear_filter(model),
    }
}

fn clear_filter(model: &mut Model) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    desk.queue.typing = Typing::No;
    if desk.queue.filter.is_empty() {
        return Vec::new();
    }
    desk.queue.filter.clear();
    desk.queue.restart()
}

/// One step back: help, then what the board has to go back from.
fn back(model: &mut Model) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    if let Some(Layer::Help { .. }) = desk.layers.last() {
        desk.layers.pop();
        return Vec::new();
    }
    boards::back(model)
}

/// One step back in the queue: marks, filter, view.
pub fn back_in_queue(model: &mut Model) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    if !desk.marks.is_empty() {
        desk.marks.clear();
        return Vec::new();
    }
    if !desk.queue.filter.is_empty() {
        return clear_filter(model);
    }
    if desk.queue.view == View::Open {
        return Vec::new();
    }
    desk.queue.view = View::Open;
    desk.queue.restart()
}
