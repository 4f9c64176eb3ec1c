//! The command line: opening it over anything, and doing what it says.

use super::super::availability::{self, verb_of};
use super::super::command::{self, COMMANDS_KEPT_MAX, CommandLine, Meant};
use super::super::dialog::{Aim, Kind};
use super::super::effect::Effect;
use super::super::face::Wish;
use super::super::form::{Field, Filled, Value};
use super::super::marks;
use super::super::model::{Desk, Layer, Model};
use super::super::queue::View;
use super::{dialog, key, verbs};
use crate::domain::incident::verb::Verb;
use crate::i18n::t;
use crate::text::fold::fold_search;
use crate::tui::keys::help::denial;
use crate::tui::keys::{Action, Availability, Danger, KeyPress};
use crate::tui::widgets::Change;
use crate::tui::widgets::input::Edit;

/// Opens the line over whatever is open.
pub fn open(model: &mut Model) -> Vec<Effect> {
    if let Some(desk) = &mut model.desk
        && !matches!(desk.layers.last(), Some(Layer::Command(_)))
    {
        desk.layers.push(Layer::Command(Box::default()));
    }
    Vec::new()
}

/// Opens the line with the name of a command in it, to be followed by words.
pub fn open_with(model: &mut Model, action: Action) -> Vec<Effect> {
    let effects = open(model);
    let name = crate::tui::keys::command::names(action).into_iter().next();
    if let (Some(name), Some(line)) = (name, model.desk.as_mut().and_then(top))
        && line.input.text().is_empty()
    {
        line.input.set_text(&format!("{name} "));
    }
    effects
}

fn top(desk: &mut Desk) -> Option<&mut CommandLine> {
    match desk.layers.last_mut()? {
        Layer::Command(line) => Some(line),
        _ => None,
    }
}

/// An action in the line.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::CommandRun => return run(model),
        Action::CommandComplete => complete(model),
        Action::CommandEarlier => recall(model, Towards::Older),
        Action::CommandLater => recall(model, Towards::Newer),
        _ => close(model),
    }
    Vec::new()
}

/// A key into the line.
pub fn typed(model: &mut Model, press: KeyPress) {
    let Some(line) = model.desk.as_mut().and_then(top) else {
        return;
    };
    if let Some(edit) = Edit::from_press(press)
        && line.input.apply(edit) == Change::Text
    {
        line.trouble = None;
        line.recalled = None;
    }
}

fn close(model: &mut Model) {
    if let Some(desk) = &mut model.desk {
        desk.layers.pop();
    }
}

fn complete(model: &mut Model) {
    let Some(text) = model
        .desk
        .as_mut()
        .and_then(top)
        .map(|line| line.input.text().to_owned())
    else {
        return;
    };
    let offers = command::offers(model, &text);
    if let (Some(done), Some(line)) = (
        command::completed(&text, &offers),
        model.desk.as_mut().and_then(top),
    ) {
        line.input.set_text(&done);
        line.trouble = None;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Towards {
    Older,
    Newer,
}

fn recall(model: &mut Model, towards: Towards) {
    let Some(desk) = &mut model.desk else { return };
    let kept = desk.commands.clone();
    let Some(line) = top(desk) else { return };
    let next = match (line.recalled, towards) {
        (None, Towards::Older) => Some(0),
        (None, Towards::Newer) => return,
        (Some(at), Towards::Older) => Some((at + 1).min(kept.len().saturating_sub(1))),
        (Some(at), Towards::Newer) => at.checked_sub(1),
    };
    if line.recalled.is_none() {
        line.input.text().clone_into(&mut line.typed);
    }
    let text = match next {
        // The newest is the last of them.
        Some(at) => match kept.len().checked_sub(at + 1).and_then(|at| kept.get(at)) {
            Some(text) => text.clone(),
            None => return,
        },
        None => line.typed.clone(),
    };
    line.recalled = next;
    line.input.set_text(&text);
    line.trouble = None;
}

/// Reads the line; what is wrong stays in it, what is right is done on what
/// lies below.
fn run(model: &mut Model) -> Vec<Effect> {
    let Some(text) = model
        .desk
        .as_mut()
        .and_then(top)
        .map(|line| line.input.text().trim().to_owned())
    else {
        return Vec::new();
    };
    if text.is_empty() {
        close(model);
        return Vec::new();
    }
    let Some(Layer::Command(line)) = model.desk.as_mut().and_then(|desk| desk.layers.pop()) else {
        return Vec::new();
    };
    // Read without the line on top: what is under the hand is what is below.
    match command::read(model, &text).and_then(|meant| perform(model, meant)) {
        Ok(effects) => {
            keep(model, text);
            effects
        }
        Err(why) => {
            if let Some(desk) = &mut model.desk {
                desk.layers.push(Layer::Command(Box::new(CommandLine {
                    trouble: Some(why),
                    ..*line
                })));
            }
            Vec::new()
        }
    }
}

fn keep(model: &mut Model, text: String) {
    let Some(desk) = &mut model.desk else { return };
    desk.commands.retain(|known| *known != text);
    if desk.commands.len() == COMMANDS_KEPT_MAX {
        desk.commands.remove(0);
    }
    desk.commands.push(text);
}

fn perform(model: &mut Model, meant: Meant) -> Result<Vec<Effect>, String> {
    Ok(match meant {
        Meant::Act(action) => {
            ready(action, availability::availability(model, action))?;
            key::act(model, action)
        }
        Meant::Verb {
            action,
            aims,
            words,
        } => return verb(model, action, &aims, &words),
        Meant::Find(text) => super::search::open(model, &text),
        Meant::Filter(text) => filter(model, &text),
        Meant::Log(text) => {
            ready(
                Action::LogWrite,
                availability::availability(model, Action::LogWrite),
            )?;
            super::duty::write(model, &text)
        }
        Meant::Theme(name) => vec![Effect::Wear(Wish::Theme(name))],
        Meant::Keymap(name) => vec![Effect::Wear(Wish::Keymap(name))],
        Meant::Language(language) => vec![Effect::Wear(Wish::Language(language))],
        Meant::Sort(sort) => match &mut model.desk {
            Some(desk) => {
                desk.queue.sort = sort;
                desk.queue.restart()
            }
            None => Vec::new(),
        },
        Meant::View(view) => match &mut model.desk {
            Some(desk) => {
                desk.queue.view = view;
                desk.queue.restart()
            }
            None => Vec::new(),
        },
    })
}

/// The reason why not, as the error of the line.
fn ready(action: Action, availability: Availability) -> Result<(), String> {
    match availability {
        Availability::Ready => Ok(()),
        Availability::Denied(why) => Err(denial(action, &why)),
        Availability::Hidden => Err(denial(action, &t!("command.not-here"))),
    }
}

fn filter(model: &mut Model, text: &str) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    if desk.queue.view == View::Suppressed {
        desk.queue.view = View::Open;
    }
    desk.queue.filter.set_text(text);
    desk.queue.restart()
}

/// A verb on the named incidents, or on the one under the hand.
fn verb(
    model: &mut Model,
    action: Action,
    aims: &[Aim],
    words: &[String],
) -> Result<Vec<Effect>, String> {
    let Some(verb) = verb_of(action) else {
        return Ok(key::act(model, action));
    };
    let here = || model.desk.as_ref().and_then(Desk::aim);
    let aim = aims.first().cloned().or_else(here);
    if let (Some(word), Some(aim)) = (words.first(), aim)
        && verbs::acts_at_once(model, &aim, verb)
    {
        return Err(t!("command.not-understood", word = word).into_owned());
    }
    let before = model.desk.as_ref().map_or(0, |desk| desk.layers.len());
    let mut effects = match aims {
        [] => {
            ready(action, availability::availability(model, action))?;
            verbs::start(model, verb, action.danger())
        }
        [aim] => {
            ready(action, availability::verb_allowed_on(model, aim, verb))?;
            verbs::start_on(model, aim.clone(), verb, action.danger())
        }
        several => on_several(model, action, verb, several)?,
    };
    let opened = model
        .desk
        .as_ref()
        .is_some_and(|desk| desk.layers.len() > before);
    if opened {
        effects.extend(fill(model, words, action.danger()));
    }
    Ok(effects)
}

/// Several are marked, and the verb is for all that are marked.
fn on_several(
    model: &mut Model,
    action: Action,
    verb: Verb,
    aims: &[Aim],
) -> Result<Vec<Effect>, String> {
    if !marks::for_several(verb) {
        let name = action.short();
        let word = aims.len().to_string();
        return Err(t!("command.one-at-a-time", command = name, word = word).into_owned());
    }
    if let Some(desk) = &mut model.desk {
        let rows = desk.queue.rows.iter().map(|(_, row)| row);
        let meant = rows.filter(|row| aims.iter().any(|aim| aim.id == row.id));
        desk.marks.clear();
        for row in meant {
            desk.marks.add(row);
        }
    }
    ready(action, availability::verb_allowed(model, verb))?;
    Ok(verbs::start(model, verb, action.danger()))
}

/// Puts words into the form on top: what names an option chooses it, the first
/// list is looked up, the rest is the text. A form that lacks nothing then, of
/// an act that needs no second look, is handed in.
fn fill(model: &mut Model, words: &[String], danger: Danger) -> Vec<Effect> {
    if words.is_empty() {
        return Vec::new();
    }
    let now = model.now;
    let Some(form) = dialog::top(model) else {
        return Vec::new();
    };
    let mut rest: Vec<&str> = Vec::new();
    for word in words {
        let chose = form.form.fields.iter_mut().any(|field| choose(field, word));
        if !chose {
            rest.push(word);
        }
    }
    let pick = form.form.fields.iter().find(|field| {
        let empty = matches!(&field.value, Value::Pick(_, chosen) if chosen.is_empty());
        empty && field.need == super::super::form::Need::Must
    });
    let pick = pick.map(|field| field.slot);
    dialog::touch(form, now);
    if let Some(slot) = pick {
        form.form.focus_on(slot);
        return if rest.is_empty() {
            Vec::new()
        } else {
            dialog::look_up(model, &rest.join(" "))
        };
    }
    let text = rest.join(" ");
    let field = form.form.fields.iter_mut().find(|field| {
        let typed = matches!(field.value, Value::Text(_)) && field.is_empty();
        typed && field.slot != super::super::form::Slot::Digits
    });
    if let Some(Value::Text(input)) = field.map(|field| &mut field.value) {
        input.set_text(&text);
    }
    let whole = form.digits.is_none() && form.form.clone().check_filled("") == Filled::Yes;
    // What is done to several is looked at with its count first.
    let one = matches!(form.kind, Kind::Act { .. });
    if danger == Danger::None && whole && one {
        return dialog::act(model, Action::FormSubmit);
    }
    Vec::new()
}

/// Chooses the option that a word names by its code or the beginning of its
/// label.
fn choose(field: &mut Field, word: &str) -> bool {
    let Value::Choice(choice) = &mut field.value else {
        return false;
    };
    let wanted = fold_search(word);
    let fits = |(code, label): &(String, String)| {
        let number = wanted.trim_end_matches('m');
        let minutes = code.strip_prefix('m') == Some(number);
        minutes || *code == *wanted || fold_search(label).starts_with(&*wanted)
    };
    let Some(at) = choice.options.iter().position(fits) else {
        return false;
    };
    choice.at = Some(at);
    true
}
