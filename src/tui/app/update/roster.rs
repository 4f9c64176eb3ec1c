//! The roster board: what its keys do.

use super::super::dialog::{Kind, Waiting};
use super::super::effect::{Effect, Origin};
use super::super::form::{Chosen, Field, Form, PickWhat, Slot};
use super::super::message::Done;
use super::super::model::{Board, Desk, Layer, Model, Tone, is_shown_whole};
use super::super::picker::Picker;
use super::super::roster::{Aside, Asked, Reading, View};
use super::super::words::{names, roster as words};
use super::{dialog, post};
use crate::domain::act::AnyVerb;
use crate::domain::command::Target;
use crate::domain::entry::{Call, CallOutcome, Direction, EntryKind};
use crate::domain::ids::{PersonId, RecordId};
use crate::domain::network;
use crate::domain::record::{Body, Kind as RecordKind, Rev};
use crate::domain::roster::act::{
    Act, AssignShift, Channel, CheckIn, RemoveShift, RosterCall, Span,
};
use crate::domain::roster::candidate::candidates;
use crate::domain::roster::code::Code;
use crate::domain::roster::month::Month;
use crate::domain::roster::{ShiftKey, rota_id};
use crate::domain::time::{Date, Timestamp};
use crate::i18n::t;
use crate::store::roster::{AblePerson, Roster};
use crate::text::aloud::grouped;
use crate::tui::keys::Action;

/// Characters of a reason.
const REASON_CHARS_MAX: usize = 200;
/// Characters of what was said.
const TEXT_CHARS_MAX: usize = 500;
/// People that are offered for a gap.
const CANDIDATES_MAX: usize = 60;

/// Something changed in the store: reads the board if it is shown.
pub fn changed(desk: &mut Desk, now: Timestamp) -> Option<Effect> {
    match desk.board {
        Board::Roster => desk.roster.read(now),
        Board::Queue
        | Board::Detail
        | Board::Outbox
        | Board::Warnings
        | Board::Network
        | Board::Log
        | Board::Handover => None,
    }
}

/// Time goes on: whoever was on until now is on no more, and another day has
/// other shifts.
pub fn tick(desk: &mut Desk, now: Timestamp) -> Option<Effect> {
    if desk.board != Board::Roster {
        return None;
    }
    let minute = |at: Timestamp| at.as_millis() / 60_000;
    let given = desk.roster.given.as_ref();
    if given.is_some_and(|given| minute(given.overview.now) != minute(now)) {
        let hours = desk.policy.roster;
        desk.roster.later(&hours, now);
    }
    let another = desk.roster.read_on.is_some_and(|day| day != now.date());
    another.then(|| desk.roster.read(now)).flatten()
}

/// Takes what the store gave.
pub fn take(model: &mut Model, roster: Roster, able: Vec<AblePerson>) -> Vec<Effect> {
    let now = model.now;
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let hours = desk.policy.roster;
    desk.roster.take(roster, able, &hours, now);
    let before = std::mem::take(&mut desk.roster.reading);
    match before {
        Reading::Again => desk.roster.read(now).into_iter().collect(),
        Reading::UnderWay | Reading::Still => Vec::new(),
    }
}

/// What an act on the roster has done, for the bottom line.
pub fn done(done: &Done) -> Option<String> {
    let AnyVerb::Roster(verb) = done.verb else {
        return None;
    };
    // A call leaves the line as it was.
    let who = done
        .shown
        .iter()
        .find_map(|shown| match &shown.record.body {
            Body::Rota(rota) => Some(rota.person.name.as_str()),
            Body::Post(post) => Some(post.name.as_str()),
            Body::Entry(entry) => match &entry.what {
                EntryKind::Call(call) => Some(call.with.as_str()),
                _ => None,
            },
            _ => None,
        });
    let who = who.unwrap_or_default();
    Some(t!("screen.done", verb = names::verb(verb), title = who).into_owned())
}

/// A key of the board.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    match action {
        Action::RosterView => {
            desk.roster.view = match desk.roster.view {
                View::List => View::Strip,
                View::Strip => View::List,
            };
            Vec::new()
        }
        Action::RosterLeft if desk.roster.view == View::List => super::boards::back(model),
        Action::RosterLeft => {
            desk.roster.aside(Aside::Left);
            Vec::new()
        }
        Action::RosterRight => {
            desk.roster.aside(Aside::Right);
            Vec::new()
        }
        Action::RosterAssign => assign(model),
        Action::RosterRemove => remove(model),
        Action::RosterCheckIn => check_in(model),
        Action::RosterCall => call(model),
        Action::RosterPostAdd => post::open(model),
        _ => Vec::new(),
    }
}

/// Asks who fills the gap under the hand; the list of who can be asked is open.
fn assign(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(desk) = &model.desk else {
        return Vec::new();
    };
    let board = &desk.roster;
    let (Some(gap), Some(post)) = (board.gap(), board.hand()) else {
        model.say(Tone::Error, t!("roster.no-gap"));
        return Vec::new();
    };
    let span = Span {
        from: gap.span.from.max(now),
        until: gap.span.until,
    };
    let about = format!("{} {}", post.post.name, words::span(span, now));
    let asked = Asked::Assign {
        post: board.post_target(gap.post),
        post_name: about,
        date: gap.date,
        code: gap.code,
        span,
    };
    let form = Form::new(vec![
        Field::pick(Slot::Relief, PickWhat::Able).must(),
        Field::line(Slot::Reason, REASON_CHARS_MAX),
    ]);
    dialog::push(model, Kind::Roster(Box::new(asked)), form);
    open_able(model);
    Vec::new()
}

/// Opens the list of who can be asked.
pub fn open_able(model: &mut Model) {
    let rows = able_rows(model);
    if let Some(desk) = &mut model.desk {
        let picker = Picker::of_able(Slot::Relief, rows);
        desk.layers.push(Layer::Picker(Box::new(picker)));
    }
}

/// The people that can be asked, and why.
fn able_rows(model: &Model) -> Vec<(Chosen, String)> {
    let Some(desk) = &model.desk else {
        return Vec::new();
    };
    let board = &desk.roster;
    let (Some(gap), Some(post), Some(given)) = (board.gap(), board.hand(), &board.given) else {
        return Vec::new();
    };
    candidates(&given.overview.watch, &given.able, post.area, gap.span)
        .into_iter()
        .take(CANDIDATES_MAX)
        .map(|one| {
            let chosen = Chosen {
                code: one.person.id.to_string(),
                label: one.person.name.clone(),
            };
            let why = format!(
                "{} {}",
                words::distance(one.distance),
                words::busy(one.busy)
            );
            (chosen, why)
        })
        .collect()
}

/// Asks why the one under the hand is taken off, and from when on.
fn remove(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some((line, who, shift, span)) = in_hand(model) else {
        return nobody(model);
    };
    let mut ways = vec![(WHOLE.to_owned(), t!("roster.off.whole").into_owned())];
    if span.holds(now) {
        ways.push((
            FROM_NOW.to_owned(),
            t!("roster.off.now", at = now.hh_mm()).into_owned(),
        ));
    }
    // Whoever is on now is mostly called away now.
    let likely = ways.len() - 1;
    let form = Form::new(vec![
        Field::choice(Slot::TakeOff, ways, Some(likely)).must(),
        Field::line(Slot::Reason, REASON_CHARS_MAX).must(),
    ]);
    let asked = Asked::Remove { line, who, shift };
    dialog::push(model, Kind::Roster(Box::new(asked)), form);
    Vec::new()
}

const WHOLE: &str = "whole";
const FROM_NOW: &str = "now";

fn check_in(model: &mut Model) -> Vec<Effect> {
    let Some((line, who, shift, _)) = in_hand(model) else {
        return nobody(model);
    };
    let ways = Channel::ALL.map(|way| (way.name().to_owned(), words::channel(way)));
    let form = Form::new(vec![
        Field::choice(Slot::ReportedBy, ways.to_vec(), Some(0)).must(),
        Field::line(Slot::Text, TEXT_CHARS_MAX),
    ]);
    let asked = Asked::CheckIn { line, who, shift };
    dialog::push(model, Kind::Roster(Box::new(asked)), form);
    Vec::new()
}

/// Asks how the call went, and shows the number, grouped for reading aloud, as
/// soon as it is logged that somebody looked at it: whoever is on tonight is rung
/// for that.
fn call(model: &mut Model) -> Vec<Effect> {
    let Some((line, who, ..)) = in_hand(model) else {
        return nobody(model);
    };
    let (entry, now) = (model.take_id(), model.now);
    let Some((person, post, phone)) = model.desk.as_ref().and_then(|desk| {
        let stand = desk.roster.stand()?;
        let post = desk.roster.given.as_ref()?.overview.post(stand.post)?;
        let phone = desk.roster.phone(stand.person.id).to_owned();
        Some((stand.person.id, post.post.name.clone(), phone))
    }) else {
        return nobody(model);
    };
    let outcomes = [
        CallOutcome::Answered,
        CallOutcome::NoAnswer,
        CallOutcome::Busy,
        CallOutcome::DeadNumber,
    ];
    let ways = outcomes.map(|way| (outcome_code(way).to_owned(), names::call_outcome(way)));
    let masked = match phone.as_str() {
        "" => t!("network.no-number").into_owned(),
        phone => names::phone(phone),
    };
    let form = Form::new(vec![
        Field::told(Slot::CallPhone, masked),
        Field::choice(Slot::CallOutcome, ways.to_vec(), Some(0)).must(),
        Field::line(Slot::Text, TEXT_CHARS_MAX),
    ]);
    let looks = !phone.is_empty();
    let asked = Asked::Call {
        line,
        who,
        person: person.into(),
        phone,
    };
    dialog::push(model, Kind::Roster(Box::new(asked)), form);
    if !looks {
        return Vec::new();
    }
    let reason = t!("roster.reason-call", post = post).into_owned();
    let act = network::act::Act::Reveal(network::act::Reveal { entry, reason });
    let target = Target {
        kind: RecordKind::Person,
        id: person.into(),
        base_rev: Rev::NONE,
        seen: None,
    };
    vec![Effect::Submit {
        origin: Origin::Contact(person.into()),
        targets: vec![target],
        act: Box::new(act.into()),
        made_at: now,
        draft: None,
    }]
}

/// The look at somebody's number is on the disk: the dialog shows it.
pub fn revealed(model: &mut Model, id: RecordId) {
    let now = model.now;
    if show_number(model, id, grouped)
        && let Some(desk) = &mut model.desk
    {
        desk.roster.revealed = Some((id, now));
    }
}

/// Masks it again when its time is over or the desk is locked.
pub fn hide_where_left(model: &mut Model) {
    let now = model.now;
    let locked = model.gate.is_some();
    let Some((id, since)) = model.desk.as_ref().and_then(|desk| desk.roster.revealed) else {
        return;
    };
    if locked || !is_shown_whole(since, now) {
        show_number(model, id, names::phone);
        if let Some(desk) = &mut model.desk {
            desk.roster.revealed = None;
        }
    }
}

/// Tells the number of somebody in the call's dialog, where that is open or was
/// left by a jump; says whether it is.
fn show_number(model: &mut Model, id: RecordId, told: impl Fn(&str) -> String) -> bool {
    let Some(desk) = &mut model.desk else {
        return false;
    };
    let parked = desk
        .bookmarks
        .iter_mut()
        .flat_map(|bookmark| &mut bookmark.layers);
    for layer in desk.layers.iter_mut().chain(parked) {
        if let Layer::Dialog(dialog) = layer
            && let Kind::Roster(asked) = &dialog.kind
            && let Asked::Call { person, phone, .. } = &**asked
            && *person == id
        {
            dialog.form.tell(Slot::CallPhone, told(phone));
            return true;
        }
    }
    false
}

const fn outcome_code(outcome: CallOutcome) -> &'static str {
    match outcome {
        CallOutcome::Answered => "answered",
        CallOutcome::NoAnswer => "no-answer",
        CallOutcome::Busy => "busy",
        CallOutcome::DeadNumber => "dead-number",
    }
}

fn nobody(model: &mut Model) -> Vec<Effect> {
    model.say(Tone::Error, t!("roster.nobody"));
    Vec::new()
}

/// The line, person and shift under the hand.
fn in_hand(model: &Model) -> Option<(Target, String, ShiftKey, Span)> {
    let board = &model.desk.as_ref()?.roster;
    let stand = board.stand()?;
    Some((
        board.line(stand.rota),
        stand.person.name.clone(),
        stand.shift,
        stand.span,
    ))
}

/// Hands in the dialog on top; its fields are filled.
pub fn submit(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let entry = model.take_id();
    let Some(dialog) = dialog::top(model) else {
        return Vec::new();
    };
    let Kind::Roster(asked) = &dialog.kind else {
        return Vec::new();
    };
    let form = &dialog.form;
    let read = match &**asked {
        Asked::Assign {
            post,
            date,
            code,
            span,
            ..
        } => assigned(form, post, (*date, *code, *span)).ok_or(Slot::Relief),
        Asked::Remove { line, shift, .. } => {
            let from = match form.code(Slot::TakeOff) {
                Some(FROM_NOW) => now,
                Some(_) | None => shift.starts,
            };
            let act = Act::RosterRemoveShift(RemoveShift {
                shift: *shift,
                from,
                reason: form.text(Slot::Reason).to_owned(),
            });
            Ok((vec![line.clone()], act))
        }
        Asked::CheckIn { line, shift, .. } => {
            let said = form.code(Slot::ReportedBy);
            let mut ways = Channel::ALL.into_iter();
            let channel = ways.find(|way| Some(way.name()) == said);
            let act = Act::RosterCheckIn(CheckIn {
                entry,
                shift: *shift,
                channel: channel.unwrap_or(Channel::Phone),
                text: form.text(Slot::Text).to_owned(),
            });
            Ok((vec![line.clone()], act))
        }
        Asked::Call { line, who, .. } => {
            let act = Act::RosterCall(RosterCall {
                entry,
                call: Call {
                    direction: Direction::Out,
                    with: who.clone(),
                    // The person's record has it, and a look at it is logged.
                    phone: String::new(),
                    outcome: outcome(form.code(Slot::CallOutcome)),
                },
                text: form.text(Slot::Text).to_owned(),
            });
            Ok((vec![line.clone()], act))
        }
        Asked::Post { id } => post::read(form, *id),
    };
    let (targets, act) = match read {
        Ok(read) => read,
        Err(slot) => {
            dialog.form.fail(slot, t!("form.unreadable"));
            return Vec::new();
        }
    };
    dialog.waiting = Waiting::Store;
    vec![Effect::Submit {
        origin: Origin::Dialog(dialog.number),
        targets,
        act: Box::new(act.into()),
        made_at: now,
        draft: dialog.draft_key(),
    }]
}

fn outcome(code: Option<&str>) -> CallOutcome {
    match code {
        Some("no-answer") => CallOutcome::NoAnswer,
        Some("busy") => CallOutcome::Busy,
        Some("dead-number") => CallOutcome::DeadNumber,
        Some(_) | None => CallOutcome::Answered,
    }
}

fn assigned(
    form: &Form,
    post: &Target,
    (date, code, span): (Date, Code, Span),
) -> Option<(Vec<Target>, Act)> {
    let person: RecordId = form.code(Slot::Relief)?.parse().ok()?;
    let person = PersonId::from(person);
    let line = Target {
        kind: RecordKind::Rota,
        id: rota_id(post.id, person, Month::of(date)),
        base_rev: Rev::NONE,
        seen: None,
    };
    let act = Act::RosterAssignShift(AssignShift {
        post: post.id,
        person,
        date,
        code,
        hours: Some(span),
        reason: form.text(Slot::Reason).to_owned(),
    });
    Some((vec![line, post.clone()], act))
}
