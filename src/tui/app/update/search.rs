//! The one search: over any screen, as one types.

use super::super::boards::Board;
use super::super::effect::Effect;
use super::super::model::{Desk, Layer, Model, Tone};
use super::super::search::Search;
use super::super::words::warning;
use super::{boards, jump, network};
use crate::domain::record::Body;
use crate::i18n::t;
use crate::store::seek::{Found, HitKind};
use crate::store::view::LogRow;
use crate::text::fuzzy::Fuzzy;
use crate::tui::keys::{Action, KeyPress};
use crate::tui::widgets::Change;
use crate::tui::widgets::input::Edit;
use crate::tui::widgets::scroll::Step;

fn fuzzy(model: &Model) -> Fuzzy {
    model.setup.face.wanted.fuzzy
}

fn open_search(desk: &mut Desk) -> Option<&mut Search> {
    match desk.layers.last_mut() {
        Some(Layer::Search(search)) => Some(search),
        _ => None,
    }
}

/// Opens it, with words that are looked for at once.
pub fn open(model: &mut Model, words: &str) -> Vec<Effect> {
    let fuzzy = fuzzy(model);
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    if open_search(desk).is_none() {
        desk.layers.push(Layer::Search(Box::new(Search::new())));
    }
    match open_search(desk) {
        Some(search) if !words.is_empty() => {
            search.input.set_text(words);
            search.ask(fuzzy)
        }
        Some(_) | None => Vec::new(),
    }
}

/// What its own keys do.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let fuzzy = fuzzy(model);
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    match action {
        Action::SearchClose => {
            if open_search(desk).is_some() {
                desk.layers.pop();
            }
            Vec::new()
        }
        Action::SearchKind => open_search(desk).map_or_else(Vec::new, |search| search.turn(fuzzy)),
        Action::SearchTake => go(model),
        _ => Vec::new(),
    }
}

/// Opens what is under the hand; the search stays where the way back leads.
fn go(model: &mut Model) -> Vec<Effect> {
    let Some(search) = model.desk.as_mut().and_then(open_search) else {
        return Vec::new();
    };
    let Some(hit) = search.current() else {
        return Vec::new();
    };
    match hit.kind {
        HitKind::Case => {
            let id = hit.record.id;
            jump::to(model, id)
        }
        HitKind::Warning => to_warning(model),
        HitKind::Line => to_line(model),
        kind @ (HitKind::Person | HitKind::Unit | HitKind::Place) => {
            let record = hit.record.clone();
            network::go_to(model, kind, &record)
        }
    }
}

/// Goes to a warning on its board, or to the case of one that has left it.
fn to_warning(model: &mut Model) -> Vec<Effect> {
    let Some(desk) = &model.desk else {
        return Vec::new();
    };
    let Some(hit) = top(desk).and_then(Search::current) else {
        return Vec::new();
    };
    let id = hit.record.id;
    let case = hit.record.warning().and_then(warning::case_of);
    match (desk.warnings.has(id), case) {
        (true, _) => jump::to(model, id),
        (false, Some(case)) => jump::to(model, case),
        (false, None) => {
            model.say(Tone::Told, t!("search.warning-over"));
            Vec::new()
        }
    }
}

/// Goes to a line of the duty log, which the board has then, however old.
fn to_line(model: &mut Model) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let Some(hit) = top(desk).and_then(Search::current) else {
        return Vec::new();
    };
    let Body::LogLine(line) = &hit.record.body else {
        return Vec::new();
    };
    let sought = LogRow {
        id: hit.record.id,
        line: (**line).clone(),
        pending: hit.pending,
    };
    jump::leave(desk);
    desk.duty.seek(sought);
    boards::open(model, Board::Log)
}

fn top(desk: &Desk) -> Option<&Search> {
    match desk.layers.last() {
        Some(Layer::Search(search)) => Some(search),
        _ => None,
    }
}

/// A key that goes into the line.
pub fn typed(model: &mut Model, press: KeyPress) -> Vec<Effect> {
    match Edit::from_press(press) {
        Some(edit) => edit_line(model, edit),
        None => Vec::new(),
    }
}

/// One sign back.
pub fn take_back(model: &mut Model) -> Vec<Effect> {
    edit_line(model, Edit::Backspace)
}

fn edit_line(model: &mut Model, edit: Edit) -> Vec<Effect> {
    let fuzzy = fuzzy(model);
    let Some(search) = model.desk.as_mut().and_then(open_search) else {
        return Vec::new();
    };
    match search.input.apply(edit) {
        Change::Text => search.ask(fuzzy),
        Change::Cursor | Change::Nothing | Change::Full => Vec::new(),
    }
}

/// A pasted text goes into the line.
pub fn paste(search: &mut Search, text: &str, fuzzy: Fuzzy) -> Vec<Effect> {
    search.input.paste(text);
    search.ask(fuzzy)
}

/// Moves the hand.
pub fn step(model: &mut Model, step: Step) {
    if let Some(search) = model.desk.as_mut().and_then(open_search) {
        search.step(step);
    }
}

/// An answer, for the search on top or one that was left by a jump.
pub fn take(model: &mut Model, serial: u64, found: Found) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let parked = desk
        .bookmarks
        .iter_mut()
        .flat_map(|bookmark| &mut bookmark.layers);
    let searches = desk.layers.iter_mut().chain(parked);
    for layer in searches {
        if let Layer::Search(search) = layer {
            search.take(serial, found);
            break;
        }
    }
    Vec::new()
}

/// Records changed: what is shown is asked for again.
pub fn refresh(model: &mut Model) -> Vec<Effect> {
    let fuzzy = fuzzy(model);
    match model.desk.as_mut().and_then(open_search) {
        Some(search) => search.ask(fuzzy),
        None => Vec::new(),
    }
}
