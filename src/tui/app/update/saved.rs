//! Choosing a saved list, saving the present one, forgetting one.

use super::super::effect::Effect;
use super::super::form::PickWhat;
use super::super::model::{Board, Layer, Model, Tone};
use super::super::picker::{ListRow, Picker};
use super::super::queue::Typing;
use super::super::saved::{self, NAME_CHARS_MAX, SAVED_MAX, SavedList};
use crate::i18n::t;

/// Opens the list of lists.
pub fn open(model: &mut Model) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    let shipped = saved::shipped(&desk.policy);
    for (nth, (name, list)) in shipped.into_iter().enumerate() {
        rows.push(ListRow {
            name: format!("{} {name}", nth + 1),
            own: None,
            list,
        });
    }
    for (name, list) in &desk.lists {
        rows.push(ListRow {
            name: format!("{} {name}", rows.len() + 1),
            own: Some(name.clone()),
            list: list.clone(),
        });
    }
    desk.layers
        .push(Layer::Picker(Box::new(Picker::lists(rows))));
    Vec::new()
}

/// What was chosen: a list, or to save the present one under what is typed.
pub fn choose(model: &mut Model) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let Some(Layer::Picker(picker)) = desk.layers.last() else {
        return Vec::new();
    };
    let chosen = picker.chosen_list().map(|row| row.list.clone());
    let name = picker.state.filter.text().trim().to_owned();
    desk.layers.pop();
    match chosen {
        Some(list) => {
            desk.board = Board::Queue;
            desk.queue.typing = Typing::No;
            desk.queue.filter.set_text(&list.filter);
            desk.queue.view = list.view;
            desk.queue.sort = list.sort;
            desk.queue.restart()
        }
        None => save(model, &name),
    }
}

fn save(model: &mut Model, name: &str) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let list = SavedList {
        filter: desk.queue.filter.text().trim().to_owned(),
        view: desk.queue.view,
        sort: desk.queue.sort,
    };
    let name = match name {
        "" => list.filter.as_str(),
        name => name,
    };
    let name: String = name.chars().take(NAME_CHARS_MAX).collect();
    if name.is_empty() {
        model.say(Tone::Error, t!("list.needs-name"));
        return Vec::new();
    }
    if desk.lists.len() >= SAVED_MAX && !desk.lists.contains_key(&name) {
        model.say(Tone::Error, t!("list.too-many", n = SAVED_MAX));
        return Vec::new();
    }
    let Ok(json) = serde_json::to_string(&list) else {
        return Vec::new();
    };
    desk.lists.insert(name.clone(), list);
    let key = saved::key_of(&name);
    model.say(Tone::Done, t!("list.saved", name = name));
    vec![Effect::SaveDraft { key, json }]
}

/// Forgets the list under the highlight, if it is the officer's own.
pub fn forget(model: &mut Model) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let Some(Layer::Picker(picker)) = desk.layers.last() else {
        return Vec::new();
    };
    let own = picker.chosen_list().and_then(|row| row.own.clone());
    let Some(name) = own else {
        model.say(Tone::Error, t!("list.not-own"));
        return Vec::new();
    };
    desk.lists.remove(&name);
    desk.layers.pop();
    let effects = open(model);
    model.say(Tone::Done, t!("list.forgotten", name = name));
    let key = saved::key_of(&name);
    effects
        .into_iter()
        .chain([Effect::DeleteDraft { key }])
        .collect()
}

/// Whether the list on top is the list of lists.
pub fn is_open(model: &Model) -> bool {
    let top = model.desk.as_ref().and_then(|desk| desk.layers.last());
    matches!(top, Some(Layer::Picker(picker)) if picker.what == PickWhat::List)
}

/// Turns the last word of the filter round: it must occur, or must not.
pub fn invert(model: &mut Model) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let text = desk.queue.filter.text().trim_end().to_owned();
    let at = text.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let (before, word) = text.split_at(at);
    let turned = match word.strip_prefix(['!', '！']) {
        Some(plain) => format!("{before}{plain}"),
        None => format!("{before}!{word}"),
    };
    desk.queue.filter.set_text(&turned);
    // With nothing to turn round the next thing is a word that must not occur.
    if word.is_empty() {
        desk.queue.typing = Typing::Yes;
        return Vec::new();
    }
    desk.queue.restart()
}
