//! `update`: one message turns the model into the next one and says what the
//! runner has to do. Pure: no disk, no network, no clock of its own.

mod boards;
mod bulk;
mod command;
mod contact;
mod dialog;
pub(super) mod duty;
mod face;
mod gate;
mod grants;
mod held;
mod jump;
mod key;
mod lists;
mod network;
mod news;
mod outbox;
mod picker;
mod post;
mod register;
mod reveal;
mod roster;
mod saved;
mod search;
mod suggest;
mod undo;
mod verbs;
mod wall;
pub mod warnings;
mod watch;

#[cfg(test)]
mod bulk_tests;
#[cfg(test)]
mod command_tests;
#[cfg(test)]
mod enrol_tests;
#[cfg(test)]
mod face_tests;
#[cfg(test)]
mod held_tests;
#[cfg(test)]
mod night_tests;
#[cfg(test)]
mod post_tests;
#[cfg(test)]
mod prefill_tests;
#[cfg(test)]
mod reveal_tests;
#[cfg(test)]
mod search_tests;
#[cfg(test)]
mod seen;
#[cfg(test)]
mod suggest_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod undo_tests;
#[cfg(test)]
mod wall_tests;
#[cfg(test)]
mod warning_tests;
#[cfg(test)]
mod watch_tests;

use super::condition::Ground;
use super::effect::Effect;
use super::message::{Message, Opened, Told};
use super::model::{Board, Detail, Model};
use super::queue::View;
use crate::tui::screens;

/// Takes one message.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    model.ids_taken = 0;
    let mut effects = match message {
        Message::Key(press) => key::press(model, press),
        Message::Paste(text) => key::paste(model, &text),
        Message::Resize(size) => {
            model.size = size;
            Vec::new()
        }
        Message::Tick => tick(model),
        Message::Line(line) => {
            model.line = line;
            Vec::new()
        }
        Message::Told(Told::End) => end(model),
        Message::Told(Told::Stopping) => {
            reveal::hide(model);
            dialog::save_all(model)
        }
        Message::Told(Told::Resumed) => vec![Effect::Redraw],
        Message::Store(news) => news::store(model, news),
        Message::Sync(status) => news::sync(model, status),
        Message::FileChanged(reloaded) => news::file(model, reloaded),
        Message::Worn(worn) => face::wear(model, worn),
        Message::Opened(opened) => begun(model, *opened, gate::opened),
        Message::Enrolled(opened) => begun(model, *opened, gate::enrolled),
        Message::Regranted(opened) => begun(model, *opened, grants::regranted),
        Message::Revoked { unsent, known } => grants::revoked(model, unsent, known),
        Message::Unlocked => gate::unlocked(model),
        Message::SignedOut { known } => gate::signed_out(model, known),
        Message::GateFailed(trouble) => gate::failed(model, trouble),
        Message::Submitted { origin, result } => news::submitted(model, origin, result),
        Message::Queue { serial, join, page } => news::page(model, serial, join, *page),
        Message::Shown { id, wanted, shown } => news::shown(model, id, wanted, shown.map(|b| *b)),
        Message::Timeline { id, items } => news::timeline(model, id, items),
        Message::Counts(counts) => news::counts(model, counts),
        Message::Ground { policy, places } => news::ground(model, policy, places),
        Message::Outbox(rows) => outbox::take(model, rows),
        Message::Roster(held, able) => roster::take(model, *held, able),
        Message::Duty(news) => duty::take(model, news),
        Message::Suppressed(rows) => news::suppressed(model, rows),
        Message::Warnings(board) => warnings::take(model, *board),
        Message::Holders { serial, picks } => picker::holders(model, serial, &picks),
        Message::Superior { dialog, unit } => verbs::superior(model, dialog, unit),
        Message::Cases { serial, cases } => picker::cases(model, serial, &cases),
        Message::Next(id) => jump::next(model, id),
        Message::NextConflict(id) => jump::next_conflict(model, id),
        Message::Branches { under, branches } => network::branches(model, under, branches),
        Message::Contacts { unit, people } => network::contacts(model, unit, people),
        Message::Near { case, people } => network::nearest(model, case, people),
        Message::Way {
            levels,
            unit,
            person,
        } => network::way(model, levels, unit, person),
        Message::Sought { serial, found } => search::take(model, serial, *found),
        Message::Alike { whom, found } => suggest::take(model, whom, found),
        Message::OutboxSettled(result) => outbox::settled(model, result),
        Message::StoreTrouble(words) => news::trouble(model, &words),
    };
    effects.extend(held::release(model));
    reveal::hide_where_left(model);
    network::hide_where_left(model);
    duty::hide_where_left(model);
    roster::hide_where_left(model);
    effects.extend(wall::follow(model));
    effects.extend(settle(model));
    effects.extend(suggest::ask(model));
    wall::only_looks(model, effects)
}

/// Work begins, also where the desk's files did not give everything; then the
/// officer is told after all else that is said.
fn begun(
    model: &mut Model,
    mut opened: Opened,
    begin: fn(&mut Model, Opened) -> Vec<Effect>,
) -> Vec<Effect> {
    let trouble = opened.trouble.take();
    let mut effects = begin(model, opened);
    if let Some(words) = trouble {
        effects.extend(news::trouble(model, &words));
    }
    effects
}

/// What follows from any change: rows that fit, and the pane beside the queue.
fn settle(model: &mut Model) -> Vec<Effect> {
    let rows = screens::queue_rows(model);
    warnings::settle(model, screens::warning_rows(model));
    let split = model.is_split();
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    desk.queue.set_height(rows);
    desk.queue.ground = Ground {
        now: model.now,
        me: desk.officer.person,
        policy: Some(std::sync::Arc::clone(&desk.policy)),
    };
    // What is marked and on the screen, the officer sees as it now is; what is
    // elsewhere stays as it was seen.
    if !desk.marks.is_empty() {
        for row in desk.queue.visible() {
            desk.marks.refresh(row);
        }
    }
    if desk.board != Board::Queue || !split {
        return Vec::new();
    }
    let Some(id) = desk.queue.cursor else {
        desk.detail = None;
        return Vec::new();
    };
    if desk.detail.as_ref().is_none_or(|detail| detail.id != id) {
        desk.detail = Some(Detail::of(id));
        return ask_detail(model);
    }
    Vec::new()
}

/// Asks for what the detail shows; one question at a time, the latest wins.
fn ask_detail(model: &mut Model) -> Vec<Effect> {
    use super::effect::WantedFor;
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let Some(id) = desk.detail.as_ref().map(|detail| detail.id) else {
        return Vec::new();
    };
    if desk.timeline_asked.is_some() {
        desk.timeline_stale = true;
        return Vec::new();
    }
    desk.timeline_asked = Some(id);
    vec![
        Effect::LoadShown {
            id,
            wanted: WantedFor::Detail,
        },
        Effect::LoadTimeline { id },
    ]
}

/// A second has passed.
fn tick(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    if model
        .notice
        .as_ref()
        .is_some_and(|notice| notice.until <= now)
    {
        model.notice = None;
    }
    let mut effects = dialog::save_touched(model);
    effects.extend(watch::review(model));
    effects.extend(face::review(model));
    effects.extend(warnings::propose(model));
    let Some(desk) = &mut model.desk else {
        return effects;
    };
    effects.extend(roster::tick(desk, now));
    if desk.queue.view == View::Suppressed && news::snooze_ended(desk, now) {
        effects.push(Effect::LoadSuppressed);
    }
    effects
}

/// Ends at once, with what was typed saved first.
fn end(model: &mut Model) -> Vec<Effect> {
    let mut effects = dialog::save_all(model);
    effects.push(Effect::Quit);
    effects
}
