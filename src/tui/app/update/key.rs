//! Keys: through the keymap to an action, or into a field.

use super::super::availability::{availability, verb_of};
use super::super::boards::Board;
use super::super::effect::Effect;
use super::super::model::{Layer, Model, Question, Tone};
use super::super::queue::Typing;
use super::super::trail;
use super::{
    boards, command, contact, dialog, duty, face, gate, held, jump, lists, network, outbox, picker,
    roster, search, suggest, undo, verbs, wall, warnings,
};
use crate::i18n::t;
use crate::sync::status::Needs;
use crate::tui::keys::help::denial;
use crate::tui::keys::{Action, Availability, Context, KeyPress, Pressed};
use crate::tui::widgets::input::Edit;

/// One key.
pub fn press(model: &mut Model, press: KeyPress) -> Vec<Effect> {
    model.notice = None;
    if held::keeps(model, press) {
        return Vec::new();
    }
    let keymap = std::sync::Arc::clone(&model.setup.keymap);
    let context = model.context();
    if context == Context::Wall {
        return wall::press(model, press);
    }
    match model.pending_keys.press(&keymap, context, press) {
        // Which number it is says the key itself.
        Pressed::Act(Action::PickerNumber) => picker::number(model, press),
        Pressed::Act(action) => act(model, action),
        Pressed::Field(press) => typed(model, press),
        Pressed::Unbound(chord) => {
            model.say(Tone::Told, t!("screen.unbound", key = chord.label()));
            Vec::new()
        }
        Pressed::Pending | Pressed::BrokenOff(_) => Vec::new(),
    }
}

/// A pasted text goes into the field that has the focus, whatever is in it.
pub fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if let Some(gate) = &mut model.gate {
        gate::paste(gate, text);
        return Vec::new();
    }
    if model.wall.is_some() || held::refuses_paste(model) {
        return Vec::new();
    }
    let now = model.now;
    let fuzzy = model.setup.face.wanted.fuzzy;
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    match desk.layers.last_mut() {
        Some(Layer::Search(search)) => search::paste(search, text, fuzzy),
        Some(Layer::Picker(picker)) => {
            picker.state.filter.paste(text);
            picker.filter()
        }
        Some(Layer::Dialog(dialog)) => {
            dialog::paste(dialog, text, now);
            Vec::new()
        }
        None if desk.queue.typing == Typing::Yes => {
            desk.queue.filter.paste(text);
            desk.queue.restart()
        }
        Some(Layer::Command(line)) => {
            line.input.paste(text);
            Vec::new()
        }
        Some(Layer::Confirm(_) | Layer::Help { .. }) | None => {
            model.say(Tone::Told, t!("screen.paste-nowhere"));
            Vec::new()
        }
    }
}

/// An action, if it works here; else the reason goes to the bottom line.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    trail::note(action);
    match availability(model, action) {
        Availability::Ready => {}
        Availability::Denied(reason) => {
            model.say(Tone::Error, denial(action, &reason));
            return Vec::new();
        }
        Availability::Hidden => return Vec::new(),
    }
    match action {
        Action::ScreenRedraw => return vec![Effect::Redraw],
        Action::AppSuspend => return vec![Effect::Suspend],
        Action::AppQuit => return quit(model),
        Action::ThemeSwitch | Action::ThemeNext | Action::KeymapNext | Action::LanguageSwitch => {
            return face::act(model, action);
        }
        _ => {}
    }
    if model.gate.is_some() {
        return gate::act(model, action);
    }
    if action == Action::IncidentNew {
        return super::register::open(model);
    }
    if let Some(verb) = warnings::verb_of(action) {
        return warnings::start(model, verb);
    }
    if let Some(verb) = verb_of(action) {
        return verbs::start(model, verb, action.danger());
    }
    if let Some(board) = Board::opened_by(action) {
        return boards::open(model, board);
    }
    match action {
        Action::HelpOpen => help(model),
        Action::CommandOpen => command::open(model),
        Action::CommandRun
        | Action::CommandComplete
        | Action::CommandEarlier
        | Action::CommandLater
        | Action::CommandCancel => command::act(model, action),
        Action::SessionLock => gate::lock(model),
        Action::SyncNow => sync_now(model),
        Action::BellMute => mute(model),
        Action::ContactsNear | Action::PaneSwitch => network::act(model, action),
        Action::ContactCall
        | Action::ContactAnswered
        | Action::ContactNoAnswer
        | Action::ContactBusy
        | Action::ContactDead
        | Action::ContactTel
        | Action::ContactAmend
        | Action::ContactVerify => contact::act(model, action),
        Action::SearchOpen => search::open(model, ""),
        Action::SearchTake | Action::SearchKind | Action::SearchClose => search::act(model, action),
        Action::AlikeOpen => suggest::open(model),
        Action::WarningGroup => warnings::regroup(model),
        Action::ActUndo => undo::ask(model),
        Action::QueueNextUnacknowledgedRed
        | Action::BannerJump
        | Action::BannerReturn
        | Action::ConflictNext => jump::act(model, action),
        Action::LogWrite
        | Action::LogCall
        | Action::LogCorrect
        | Action::LogKeep
        | Action::LogReveal
        | Action::DutySignOn
        | Action::HandoverTick
        | Action::HandoverNext
        | Action::HandoverOffer
        | Action::HandoverTake => duty::act(model, action),
        Action::OutboxRetry | Action::OutboxToNote | Action::OutboxDiscard => {
            outbox::act(model, action)
        }
        Action::RosterAssign
        | Action::RosterRemove
        | Action::RosterCheckIn
        | Action::RosterCall
        | Action::RosterPostAdd
        | Action::RosterView
        | Action::RosterLeft
        | Action::RosterRight => roster::act(model, action),
        Action::FieldNext
        | Action::FieldPrevious
        | Action::FieldEnter
        | Action::FieldDone
        | Action::PhraseOpen
        | Action::PickerOpen
        | Action::FormSubmit
        | Action::FormCancel => dialog::act(model, action),
        Action::FieldTakeBack => take_back(model),
        Action::PickerAccept
        | Action::PickerToggle
        | Action::PickerNumber
        | Action::PickerCancel => picker::act(model, action),
        Action::AnswerYes | Action::AnswerNo => answer(model, action),
        _ => lists::act(model, action),
    }
}

/// A key that is no action, where text is typed.
fn typed(model: &mut Model, press: KeyPress) -> Vec<Effect> {
    if let Some(gate) = &mut model.gate {
        gate::typed(gate, press);
        return Vec::new();
    }
    if model.context() == Context::Filter {
        let Some(desk) = &mut model.desk else {
            return Vec::new();
        };
        return match Edit::from_press(press).map(|edit| desk.queue.filter.apply(edit)) {
            Some(crate::tui::widgets::Change::Text) => desk.queue.restart(),
            Some(_) | None => Vec::new(),
        };
    }
    match model.desk.as_ref().and_then(|desk| desk.layers.last()) {
        Some(Layer::Picker(_)) => picker::typed(model, press),
        Some(Layer::Dialog(_)) => dialog::typed(model, press),
        Some(Layer::Command(_)) => {
            command::typed(model, press);
            Vec::new()
        }
        Some(Layer::Search(_)) => search::typed(model, press),
        Some(Layer::Confirm(_) | Layer::Help { .. }) | None => Vec::new(),
    }
}

/// One sign back, wherever one is typed.
fn take_back(model: &mut Model) -> Vec<Effect> {
    match model.context() {
        Context::Picker => picker::act(model, Action::FieldTakeBack),
        Context::Filter => lists::take_back(model),
        Context::Search => search::take_back(model),
        _ => dialog::act(model, Action::FieldTakeBack),
    }
}

fn help(model: &mut Model) -> Vec<Effect> {
    let context = model.context();
    if let Some(desk) = &mut model.desk {
        desk.layers.push(Layer::Help { scroll: 0, context });
    }
    Vec::new()
}

/// Sends and fetches now; where only a password is missing, asks for it.
pub(super) fn sync_now(model: &mut Model) -> Vec<Effect> {
    if model.status.needs == Needs::SignIn {
        gate::ask_again(model);
        return Vec::new();
    }
    if model.status.needs == Needs::Enrol {
        gate::tell_to_enrol(model);
        return Vec::new();
    }
    model.say(Tone::Told, t!("screen.syncing"));
    vec![Effect::SyncNow]
}

fn mute(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    desk.alarms.toggle_mute(now);
    let words = if let Some(until) = desk.alarms.muted_until(now) {
        t!("screen.muted", until = until.hh_mm())
    } else {
        t!("screen.unmuted")
    };
    model.say(Tone::Done, words);
    Vec::new()
}

/// Asks first when something is unsent, refused or half-written.
fn quit(model: &mut Model) -> Vec<Effect> {
    let saved = dialog::save_all(model);
    let Some(desk) = &mut model.desk else {
        return vec![Effect::Quit];
    };
    let question = Question::Quit {
        unsent: desk.counts.outbox,
        refused: desk.counts.refused,
        drafts: desk.drafts.len(),
    };
    if model.gate.is_some()
        || question
            == (Question::Quit {
                unsent: 0,
                refused: 0,
                drafts: 0,
            })
    {
        return saved.into_iter().chain([Effect::Quit]).collect();
    }
    if !matches!(desk.layers.last(), Some(Layer::Confirm(_))) {
        desk.layers.push(Layer::Confirm(question));
    }
    saved
}

fn answer(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let Some(Layer::Confirm(question)) = desk.layers.last() else {
        return Vec::new();
    };
    let effects = match (question, action) {
        (Question::Quit { .. }, Action::AnswerYes) => vec![Effect::Quit],
        (Question::Found(found), Action::AnswerYes) => {
            vec![Effect::FindingsRead(found.clone())]
        }
        (Question::Undo { .. }, Action::AnswerYes) => {
            desk.layers.pop();
            return undo::go(model);
        }
        (Question::Enrol, Action::AnswerYes) => {
            desk.layers.pop();
            gate::ask_again(model);
            return Vec::new();
        }
        // Findings that were not read are shown again at the next start.
        (
            Question::Quit { .. }
            | Question::Found(_)
            | Question::Enrol
            | Question::Undo { .. }
            | Question::Tel { .. },
            _,
        ) => Vec::new(),
    };
    desk.layers.pop();
    effects
}
