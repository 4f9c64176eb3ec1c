//! The duty desk: its boards, its forms, and what the program writes down by
//! itself.

use super::super::boards::Board;
use super::super::dialog::{Kind, Waiting};
use super::super::duty::{self, DutyForm, Half};
use super::super::duty_act;
use super::super::effect::{DutyAsk, Effect, Origin};
use super::super::form::Form;
use super::super::message::DutyNews;
use super::super::model::{Access, Desk, Layer, Model, Tone, is_shown_whole};
use super::super::words::log;
use super::{command, dialog};
use crate::domain::command::Target;
use crate::domain::duty::act::{Act, LogAdd, Told};
use crate::domain::duty::handover::{Answers, Item};
use crate::domain::duty::line::Means;
use crate::domain::duty::verb::Verb;
use crate::domain::ids::RecordId;
use crate::domain::officer::Reach;
use crate::domain::record::{Kind as RecordKind, Rev};
use crate::domain::time::{Millis, Timestamp};
use crate::i18n::t;
use crate::sync::status::LinkState;
use crate::tui::keys::Action;
use crate::tui::widgets::scroll::Step;

/// A cut of the line is written down when it lasted longer than this.
const CUT_NOTED_MS: Millis = Millis(60_000);

/// What the boards of the desk ask for when one is opened, or when something
/// that they show may have changed.
pub fn load(desk: &Desk) -> Vec<Effect> {
    let board = match desk.board {
        Board::Log => Some(DutyAsk::Log),
        Board::Handover => Some(DutyAsk::Draft),
        Board::Queue
        | Board::Detail
        | Board::Warnings
        | Board::Roster
        | Board::Network
        | Board::Outbox => None,
    };
    let log = (desk.board == Board::Handover).then_some(DutyAsk::Log);
    [Some(DutyAsk::Desk), log, board]
        .into_iter()
        .flatten()
        .map(Effect::Duty)
        .collect()
}

/// The store's answer.
pub fn take(model: &mut Model, news: DutyNews) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let duty = &mut desk.duty;
    match news {
        DutyNews::Desk(now) => {
            let other = |one: &crate::store::duty::DeskNow| {
                one.handover
                    .as_ref()
                    .map(|(id, handover)| (*id, handover.offered.at))
            };
            // Another handover is gone through from the beginning.
            if other(&now) != other(&duty.now) {
                duty.ticked.clear();
                duty.item = 0;
            }
            duty.now = *now;
        }
        DutyNews::Log(lines) => {
            duty.take_lines(lines);
        }
        DutyNews::Draft(draft) => {
            duty.draft = Some(draft);
            let count = duty.items(&desk.officer).len();
            desk.duty.item = desk.duty.item.min(count.saturating_sub(1));
        }
    }
    Vec::new()
}

/// Moves the cursor of the board that is shown.
pub fn step(desk: &mut Desk, step: Step) {
    match desk.board {
        Board::Log => {
            let lines = &desk.duty.lines;
            let at = lines.iter().position(|row| Some(row.id) == desk.duty.line);
            let at = step.from(at.unwrap_or(0), lines.len());
            // Whoever moves on does not need it any more.
            desk.duty.sought = None;
            desk.duty.line = lines.get(at).map(|row| row.id);
            desk.duty.lines_top = at;
        }
        Board::Handover => {
            let count = desk.duty.items(&desk.officer).len();
            desk.duty.item = step.from(desk.duty.item, count);
            desk.duty.items_top = desk.duty.item;
        }
        Board::Queue
        | Board::Detail
        | Board::Warnings
        | Board::Roster
        | Board::Network
        | Board::Outbox => {}
    }
}

/// The case of what is under the cursor.
pub fn under_cursor(desk: &Desk) -> Option<RecordId> {
    match desk.board {
        Board::Log => desk.duty.current()?.line.about.map(|case| case.id),
        Board::Handover => {
            let items = desk.duty.items(&desk.officer);
            let item = items.get(desk.duty.item)?;
            item.rank.is_some().then_some(item.record)
        }
        Board::Queue
        | Board::Detail
        | Board::Warnings
        | Board::Roster
        | Board::Network
        | Board::Outbox => None,
    }
}

fn item(desk: &Desk) -> Option<&Item> {
    desk.duty.items(&desk.officer).get(desk.duty.item)
}

/// Whether this officer keeps the desk.
pub fn keeps_desk(desk: &Desk) -> bool {
    let officer = &desk.officer;
    let reach = officer.widest(officer.unit.area, |role| Verb::LogAdd.reach(role));
    reach > Reach::Nowhere
}

/// An action of the desk.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let line = desk.duty.line;
    let item_id = item(desk).map(|item| item.record);
    match action {
        Action::LogWrite => return command::open_with(model, Action::LogWrite),
        Action::LogCall => open(model, DutyForm::Call),
        Action::LogCorrect => {
            if let Some(line) = line {
                open(model, DutyForm::Correct(line));
            }
        }
        Action::LogKeep => {
            if let Some(line) = line {
                open(model, DutyForm::Keep(line));
            }
        }
        Action::LogReveal => return look(model),
        Action::DutySignOn => {
            open(model, DutyForm::SignOn);
            // The sound test: whoever signs on says whether it was heard.
            return vec![Effect::Bell];
        }
        Action::HandoverTick => {
            if let Some(id) = item_id {
                if !desk.duty.ticked.remove(&id) {
                    desk.duty.ticked.insert(id);
                }
                step(desk, Step::Down(1));
            }
        }
        Action::HandoverNext => {
            if let Some(id) = item_id {
                open(model, DutyForm::Next(id));
            }
        }
        Action::HandoverOffer => open(model, DutyForm::Offer),
        Action::HandoverTake => open(model, DutyForm::Take),
        _ => {}
    }
    Vec::new()
}

fn open(model: &mut Model, form: DutyForm) {
    let now = model.now;
    let Some(desk) = &model.desk else { return };
    let fields = duty::fields(&form, &desk.duty, &desk.officer, &desk.policy, now);
    dialog::push(model, Kind::Duty(form), Form::new(fields));
}

/// Hands in the form on top; its fields are filled.
pub fn submit(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let line = model.take_id();
    let salt = model.take_id().to_string();
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let Some(Layer::Dialog(dialog)) = desk.layers.last_mut() else {
        return Vec::new();
    };
    let Kind::Duty(form) = &dialog.kind else {
        return Vec::new();
    };
    let (number, kind) = (dialog.number, form.clone());
    let ground = duty_act::Ground {
        desk: &desk.duty,
        officer: &desk.officer,
        policy: &desk.policy,
        now,
        line,
        salt,
        backlog: desk.duty.backlog(&model.status),
    };
    match duty_act::read(&kind, &dialog.form, &ground) {
        Err((slot, why)) => {
            dialog.form.fail(slot, why);
            Vec::new()
        }
        Ok(None) => {
            if let DutyForm::Next(item) = kind {
                let words = dialog.form.text(super::super::form::Slot::Words).to_owned();
                desk.duty.next.insert(item, words);
            }
            desk.close_dialog(number);
            Vec::new()
        }
        Ok(Some((act, id))) => {
            let targets = targets(desk, &act, id);
            let mut draft = None;
            if let Some(Layer::Dialog(dialog)) = desk.layers.last_mut() {
                dialog.waiting = Waiting::Store;
                draft = dialog.draft_key();
            }
            vec![Effect::Submit {
                origin: Origin::Dialog(number),
                targets,
                act: Box::new(act.into()),
                made_at: now,
                draft,
            }]
        }
    }
}

/// The record that an act is about, and the cases that change hands with it.
fn targets(desk: &Desk, act: &Act, id: RecordId) -> Vec<Target> {
    let target = |kind, id, base_rev| Target {
        kind,
        id,
        base_rev,
        seen: None,
    };
    let mut targets = vec![match act {
        Act::LogAdd(_) => target(RecordKind::LogLine, id, Rev::NONE),
        Act::SignOn(_) => target(RecordKind::DutyShift, id, Rev::NONE),
        Act::HandoverOffer(_) => target(RecordKind::Handover, id, Rev::NONE),
        Act::HandoverTake(_) => target(RecordKind::Handover, id, Rev(1)),
    }];
    if matches!(act, Act::HandoverTake(_)) {
        let mut moving: Vec<&Item> = desk
            .duty
            .items(&desk.officer)
            .iter()
            .filter(|item| item.answers == Answers::Outgoing)
            .collect();
        moving.sort_unstable_by_key(|item| item.record);
        moving.dedup_by_key(|item| item.record);
        targets.extend(
            moving
                .into_iter()
                .map(|item| target(item.kind.record_kind(), item.record, Rev(1))),
        );
    }
    targets
}

/// A line from the command line: it goes into the log as it is, whatever lies
/// below.
pub fn write(model: &mut Model, text: &str) -> Vec<Effect> {
    let (now, id) = (model.now, model.take_id());
    let Some(desk) = &model.desk else {
        return Vec::new();
    };
    vec![added(desk, Told::Note, text, (id, now), Means::Desk)]
}

fn added(
    desk: &Desk,
    what: Told,
    text: &str,
    (id, at): (RecordId, Timestamp),
    by: Means,
) -> Effect {
    let act = Act::LogAdd(Box::new(LogAdd {
        area: desk.officer.unit.area,
        what,
        text: text.to_owned(),
        by,
        about: None,
        corrects: None,
        keeps: None,
    }));
    Effect::Submit {
        origin: match by {
            Means::Program => Origin::Program,
            Means::Desk | Means::Script => Origin::Key,
        },
        targets: targets(desk, &act, id),
        act: Box::new(act.into()),
        made_at: at,
        draft: None,
    }
}

/// Writes down that somebody looks at the number of the call under the cursor;
/// it is shown when that is on the disk.
fn look(model: &mut Model) -> Vec<Effect> {
    let (now, id) = (model.now, model.take_id());
    let Some(desk) = &model.desk else {
        return Vec::new();
    };
    let Some(row) = desk.duty.current() else {
        return Vec::new();
    };
    let words = t!(
        "log.looked",
        no = log::number(&row.line),
        with = row.line.call().map_or("", |call| call.call.with.as_str())
    );
    let mut effect = added(desk, Told::Note, &words, (id, now), Means::Desk);
    if let Effect::Submit { origin, .. } = &mut effect {
        *origin = Origin::Contact(row.id);
    }
    vec![effect]
}

/// The look at a call's number is on the disk: it is shown for a while.
pub fn revealed(model: &mut Model, id: RecordId) {
    let now = model.now;
    if let Some(desk) = &mut model.desk
        && desk.duty.current().is_some_and(|row| row.id == id)
    {
        desk.duty.revealed = Some((id, now));
    }
}

/// Masks it again when its time is over, or another line is under the cursor.
pub fn hide_where_left(model: &mut Model) {
    let now = model.now;
    let locked = model.gate.is_some();
    if let Some(desk) = &mut model.desk {
        let left = locked || desk.board != Board::Log;
        let duty = &mut desk.duty;
        let stays = duty.revealed.is_some_and(|(id, since)| {
            !left && duty.line == Some(id) && is_shown_whole(since, now)
        });
        if !stays {
            duty.revealed = None;
        }
    }
}

/// The line to the centre is another one now: a cut that lasted is written down
/// once it is over.
pub fn link(model: &mut Model, link: LinkState) -> Vec<Effect> {
    let now = model.now;
    let id = model.take_id();
    let writes = model.setup.access == Access::Full;
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    match link {
        LinkState::Offline | LinkState::Connecting => {
            desk.duty.cut_since.get_or_insert(now);
            Vec::new()
        }
        LinkState::CatchingUp => Vec::new(),
        LinkState::Live | LinkState::Degraded => {
            let Some(since) = desk.duty.cut_since.take() else {
                return Vec::new();
            };
            if now.since(since) <= CUT_NOTED_MS || !writes || !keeps_desk(desk) {
                return Vec::new();
            }
            let cut = Told::Cut { since, until: now };
            vec![added(desk, cut, "", (id, now), Means::Program)]
        }
    }
}

/// Why an action of the desk does not work now.
pub fn denied(desk: &Desk, action: Action) -> Option<String> {
    if !keeps_desk(desk) {
        return Some(t!("duty.denied.not-kept").into_owned());
    }
    let half = desk.duty.half(&desk.officer);
    let why = match (action, half) {
        (Action::LogCorrect | Action::LogKeep | Action::LogReveal, _)
            if desk.duty.line.is_none() =>
        {
            t!("screen.denied.no-row")
        }
        (Action::LogReveal, _) => {
            let call = desk.duty.current().and_then(|row| row.line.call());
            if call.is_some_and(|call| !call.call.phone.is_empty()) {
                return None;
            }
            t!("refusal.nothing-masked")
        }
        (Action::LogKeep, _) => {
            let call = desk.duty.current().and_then(|row| row.line.call());
            if call.is_some_and(|call| call.call_back_by.is_some()) {
                return None;
            }
            t!("duty.denied.no-promise")
        }
        (Action::HandoverTick | Action::HandoverNext, _) if item(desk).is_none() => {
            t!("screen.denied.no-row")
        }
        (Action::HandoverTick | Action::HandoverTake, Half::Giving | Half::Given(_)) => {
            t!("duty.denied.nothing-to-take")
        }
        (Action::HandoverNext, Half::Given(_) | Half::Taking(..)) => t!("duty.denied.signed"),
        (Action::HandoverOffer, Half::Taking(..)) => t!("duty.denied.take-first"),
        (Action::HandoverTake, Half::Taking(..)) => match desk.duty.unticked(&desk.officer) {
            0 => return None,
            left => t!("refusal.unticked", n = left),
        },
        _ => return None,
    };
    Some(why.into_owned())
}

/// An act of the desk is on the disk.
pub fn done(model: &mut Model, verb: Verb) {
    let words = match verb {
        Verb::LogAdd => t!("duty.done.log"),
        Verb::SignOn => t!("duty.done.signed-on"),
        Verb::HandoverOffer => t!("duty.done.offered"),
        Verb::HandoverTake => t!("duty.done.taken"),
    };
    model.say(Tone::Done, words);
}
