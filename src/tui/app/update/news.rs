//! News from the store, the engine and files.

use std::sync::Arc;

use super::super::banner::{Answered, Cause};
use super::super::dialog::{Aim, Kind, Waiting};
use super::super::effect::{Effect, Join, Origin, WantedFor};
use super::super::message::{Done, NotDone, Reloaded, StoreNews};
use super::super::model::{Board, Desk, Model, Tone};
use super::super::undo::Latest;
use super::super::words::names::{self, Places};
use super::super::words::refusal::refusal;
use super::super::words::warning as words;
use super::{
    ask_detail, bulk, dialog, duty, gate, grants, network, register, reveal, roster, search,
    suggest, warnings, watch,
};
use crate::domain::act::AnyVerb;
use crate::domain::ids::RecordId;
use crate::domain::policy::Policy;
use crate::domain::policy::Ring;
use crate::domain::time::Timestamp;
use crate::domain::warning::Standing;
use crate::i18n::t;
use crate::store::view::{Counts, QueuePage, QueueRow, Shown, TimelineItem};
use crate::sync::status::{Needs, Status};

/// Something changed in the store.
pub fn store(model: &mut Model, news: StoreNews) -> Vec<Effect> {
    let now = model.now;
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    match news {
        StoreNews::Changed(ids) => {
            suggest::outdate(desk);
            let mut effects = desk.queue.reload();
            effects.extend(desk.watch.reload(&desk.policy));
            effects.extend(desk.warnings.changed(&ids, desk.board));
            for id in &ids {
                if desk.alarms.knows(*id) {
                    effects.push(Effect::LoadShown {
                        id: *id,
                        wanted: WantedFor::Banner,
                    });
                }
            }
            let opened = desk.detail.as_ref().map(|detail| detail.id);
            if opened.is_some_and(|id| ids.contains(&id)) {
                effects.extend(ask_detail(model));
            }
            if let Some(desk) = &mut model.desk {
                effects.extend(roster::changed(desk, now));
            }
            effects.push(Effect::LoadCounts);
            effects.extend(search::refresh(model));
            effects.extend(network::refresh(model, &ids));
            if let Some(desk) = &model.desk {
                effects.extend(duty::load(desk));
            }
            effects
        }
        StoreNews::Warnings => desk.warnings.reload(),
        StoreNews::Outbox => {
            let mut effects = vec![Effect::LoadCounts];
            if desk.board == Board::Outbox {
                effects.push(Effect::LoadOutbox);
            }
            effects
        }
        StoreNews::Counts => vec![Effect::LoadCounts],
        // What never sounds takes no line of the screen either: the counts and
        // the mark above the list tell of it.
        StoreNews::Alarm { rank, .. } if desk.policy.level(rank).ring == Ring::Silent => {
            vec![Effect::LoadCounts]
        }
        StoreNews::Alarm { id, rank, title } => {
            desk.alarms.raise(id, rank, Cause::New, title, now);
            let mut effects = watch::ring(desk, now);
            effects.push(Effect::LoadShown {
                id,
                wanted: WantedFor::Banner,
            });
            effects
        }
        StoreNews::PolicyChanged => vec![Effect::LoadGround],
        StoreNews::Searching(now) => desk.queue.searching(now),
        StoreNews::CopyDamaged => {
            model.say(Tone::Error, t!("found.copy-later"));
            Vec::new()
        }
        // The engine asks the service, and the desk opens the copy for them.
        StoreNews::ScopeChanged => {
            model.say(Tone::Told, t!("screen.scope-changed"));
            Vec::new()
        }
        StoreNews::Reset => {
            let mut effects = desk.queue.reload();
            effects.extend(desk.watch.reload(&desk.policy));
            effects.extend(desk.warnings.reload());
            effects.extend([Effect::LoadGround, Effect::LoadCounts]);
            effects.extend(roster::changed(desk, now));
            if desk.board == Board::Outbox {
                effects.push(Effect::LoadOutbox);
            }
            effects.extend(ask_detail(model));
            effects
        }
    }
}

/// Whether a row of the snoozed list has come back.
pub fn snooze_ended(desk: &Desk, now: Timestamp) -> bool {
    desk.queue.rows.iter().any(|(_, row)| {
        row.incident
            .alarm
            .snooze
            .as_ref()
            .is_none_or(|snooze| snooze.until <= now)
    })
}

/// The engine's state has changed.
pub fn sync(model: &mut Model, status: Status) -> Vec<Effect> {
    let link = status.link;
    let needed_before = std::mem::replace(&mut model.status, status).needs;
    let needs = model.status.needs.clone();
    if needs == Needs::SignIn && needed_before != Needs::SignIn && model.gate.is_none() {
        gate::ask_again(model);
    }
    if needs == Needs::Enrol && needed_before != Needs::Enrol {
        gate::tell_to_enrol(model);
    }
    let mut effects = duty::link(model, link);
    effects.extend(match needs {
        Needs::Grants => grants::changing(model),
        Needs::Revoked => grants::withdrawn(model),
        Needs::Nothing
        | Needs::SignIn
        | Needs::CertificateChanged
        | Needs::ServiceBehind
        | Needs::Enrol
        | Needs::Version => Vec::new(),
    });
    effects
}

/// A file of the officer's own was saved.
pub fn file(model: &mut Model, reloaded: Reloaded) -> Vec<Effect> {
    match reloaded {
        Reloaded::Keymap(keymap) => {
            model.setup.keymap = keymap;
            model.pending_keys.forget();
            model.say(Tone::Done, t!("screen.keymap-reloaded"));
        }
        Reloaded::Theme(theme) => {
            model.setup.theme = theme;
            model.say(Tone::Done, t!("screen.theme-reloaded"));
            return vec![Effect::Redraw];
        }
        Reloaded::Settings {
            face,
            theme,
            keymap,
        } => {
            model.setup.face = *face;
            if let Some(theme) = theme {
                model.setup.theme = theme;
            }
            if let Some(keymap) = keymap {
                model.setup.keymap = keymap;
                model.pending_keys.forget();
            }
            super::face::reword(model);
            model.say(Tone::Done, t!("screen.settings-reloaded"));
            return vec![Effect::Redraw];
        }
        Reloaded::Broken(problems) => {
            let first = problems.first().map_or("", String::as_str);
            let text = match problems.len() {
                0 | 1 => first.to_owned(),
                n => t!("screen.problems", first = first, more = n - 1).into_owned(),
            };
            model.say(Tone::Error, text);
        }
    }
    Vec::new()
}

/// The store's answer to an act.
pub fn submitted(
    model: &mut Model,
    origin: Origin,
    result: Result<Box<Done>, NotDone>,
) -> Vec<Effect> {
    match result {
        Ok(done) => taken(model, origin, &done),
        Err(why) => {
            not_taken(model, origin, why);
            watch::not_answered(model)
        }
    }
}

fn taken(model: &mut Model, origin: Origin, done: &Done) -> Vec<Effect> {
    let now = model.now;
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    desk.counts = done.counts;
    for shown in &done.shown {
        show(desk, shown, now);
        desk.watch.settled(shown.record.id);
        own_hand(desk, origin, shown);
    }
    let mut effects = desk.queue.reload_after_act();
    effects.extend(desk.watch.restart(&desk.policy));
    let changed: Vec<RecordId> = done.shown.iter().map(|shown| shown.record.id).collect();
    effects.extend(desk.warnings.changed(&changed, desk.board));
    let opened = desk.detail.as_ref().map(|detail| detail.id);
    let touches = |id| done.shown.iter().any(|shown| shown.record.id == id);
    if opened.is_some_and(touches) {
        effects.extend(ask_detail(model));
    }
    match origin {
        Origin::Key => {
            if let Some(desk) = &mut model.desk {
                desk.latest = Latest::of(done);
            }
            say_done(model, done);
        }
        Origin::Program => {}
        Origin::Several { number, on } => bulk::taken(model, number, on, done),
        Origin::Contact(id) => network::revealed(model, id),
        Origin::Dialog(number) => {
            let Some(desk) = &mut model.desk else {
                return effects;
            };
            let Some(dialog) = desk.dialog_numbered(number) else {
                return effects;
            };
            if matches!(dialog.kind, Kind::New { .. }) {
                effects.extend(register::taken(model, number, done));
            } else {
                desk.latest = Latest::of(done);
                let Some(dialog) = desk.dialog_numbered(number) else {
                    return effects;
                };
                let key = dialog.draft_key();
                let revealed = dialog.reveals();
                let contact = dialog.reveals_contact();
                desk.close_dialog(number);
                effects.extend(dialog::drop_draft(model, key));
                match revealed {
                    Some(id) => reveal::show(model, id),
                    None => say_done(model, done),
                }
                if let Some(id) = contact {
                    network::revealed(model, id);
                }
            }
        }
    }
    effects
}

/// A dialog that was opened before the disk had answered the officer's own act
/// on the same incident: what they have done themselves they have seen.
fn own_hand(desk: &mut Desk, origin: Origin, shown: &Shown) {
    let Some(dialog) = desk.dialog_mut() else {
        return;
    };
    let answered = origin == Origin::Dialog(dialog.number);
    if let Kind::Act { aim, .. } = &mut dialog.kind
        && !answered
        && aim.id == shown.record.id
        && let Some(now) = Aim::of_shown(shown)
    {
        **aim = now;
    }
}

/// What was done to which incident.
fn say_done(model: &mut Model, done: &Done) {
    let warned = model.desk.as_ref().and_then(|desk| {
        done.shown
            .iter()
            .find_map(|shown| warnings::said(desk, shown))
    });
    if let Some(words) = warned {
        model.say(Tone::Done, words);
        return;
    }
    if let AnyVerb::Duty(verb) = done.verb {
        return duty::done(model, verb);
    }
    let incident = done
        .shown
        .iter()
        .find_map(|shown| Some((shown.record.id, shown.record.incident()?)));
    if incident.is_none() && done.verb.incident().is_none() {
        model.say(
            Tone::Done,
            t!("network.done", verb = names::verb(done.verb)),
        );
    }
    if let Some((_, incident)) = incident {
        let words = t!(
            "screen.done",
            verb = names::verb(incident.last.verb),
            title = names::title(incident)
        );
        model.say(Tone::Done, words);
    } else if let Some(words) = roster::done(done) {
        model.say(Tone::Done, words);
    }
}

/// Puts a record as it now looks wherever it is shown.
fn show(desk: &mut Desk, shown: &Shown, now: Timestamp) {
    desk.queue.patch(shown);
    desk.marks.learn(shown);
    if let Some(detail) = &mut desk.detail
        && detail.id == shown.record.id
    {
        detail.shown = Some(shown.clone());
    }
    learn(desk, shown, now);
}

fn learn(desk: &mut Desk, shown: &Shown, now: Timestamp) {
    if let Some(warning) = shown.record.warning() {
        let title = words::banner_of(warning, now);
        let place = names::town(shown.record.area, &desk.places);
        let answered = match warning.standing() {
            Standing::Unacknowledged => Answered::No,
            Standing::LiftedUnseen | Standing::Acknowledged | Standing::Lifted => Answered::Yes,
        };
        let ringing = (shown.record.id, warning.alarm.rank);
        desk.alarms.know(ringing, answered, title, place);
        return;
    }
    desk.watch.learn(shown, &desk.policy);
    if let Some(incident) = shown.record.incident() {
        let title = names::title(incident);
        let place = names::town(shown.record.area, &desk.places);
        desk.alarms.learn(shown, title, place, (&desk.policy, now));
    }
}

fn not_taken(model: &mut Model, origin: Origin, why: NotDone) {
    let now = model.now;
    let Some(desk) = &mut model.desk else {
        return;
    };
    if let Origin::Several { number, on } = origin {
        bulk::not_taken(model, number, on, &why);
        return;
    }
    let words = match why {
        NotDone::Refused(why) => refusal(&why, &desk.policy, now),
        NotDone::NotStored(why) => t!("screen.not-stored", why = why).into_owned(),
    };
    if let Origin::Dialog(number) = origin
        && let Some(dialog) = desk.dialog_numbered(number)
    {
        dialog.trouble = Some(words);
        dialog.waiting = Waiting::Officer;
        register::not_taken(dialog);
        return;
    }
    model.say(Tone::Error, words);
}

/// A page of the queue.
pub fn page(model: &mut Model, serial: u64, join: Join, page: QueuePage) -> Vec<Effect> {
    let now = model.now;
    match &mut model.desk {
        Some(_) if join == Join::Watch => watch::page(model, serial, page),
        Some(desk) => desk.queue.take_page(serial, join, page, now),
        None => Vec::new(),
    }
}

/// A record that was asked for.
pub fn shown(
    model: &mut Model,
    id: RecordId,
    wanted: WantedFor,
    shown: Option<Shown>,
) -> Vec<Effect> {
    let now = model.now;
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    match (wanted, shown) {
        (wanted, None) => {
            desk.alarms.hush(id);
            desk.watch.forget(id);
            if wanted == WantedFor::Detail && put_away(desk, id) == Board::Detail {
                model.say(Tone::Told, t!("screen.record-gone"));
            }
        }
        (WantedFor::Banner, Some(shown)) => learn(desk, &shown, now),
        // A jump to something that turns out to be a warning.
        (WantedFor::Detail, Some(shown)) if shown.record.warning().is_some() => {
            if put_away(desk, id) == Board::Detail {
                return warnings::go_to(model, id);
            }
        }
        (WantedFor::Detail, Some(shown)) => {
            if let Some(detail) = &mut desk.detail
                && detail.id == id
            {
                detail.shown = Some(shown);
            }
        }
    }
    Vec::new()
}

/// Takes a record off the screen that is not to be seen any more, and says
/// on which board it was.
fn put_away(desk: &mut Desk, id: RecordId) -> Board {
    let board = desk.board;
    if let Some(detail) = desk.detail.as_mut().filter(|detail| detail.id == id) {
        detail.shown = None;
        detail.timeline.clear();
        if board == Board::Detail {
            desk.board = Board::Queue;
            desk.detail = None;
        }
    }
    board
}

/// A timeline; if another one is wanted by now, that is asked for next.
pub fn timeline(model: &mut Model, id: RecordId, items: Vec<TimelineItem>) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    if desk.timeline_asked == Some(id) {
        desk.timeline_asked = None;
    }
    let again = std::mem::take(&mut desk.timeline_stale);
    let Some(detail) = &mut desk.detail else {
        return Vec::new();
    };
    if detail.id == id {
        detail.timeline = items;
        if !again {
            return Vec::new();
        }
    }
    ask_detail(model)
}

/// Counts were read.
pub fn counts(model: &mut Model, counts: Counts) -> Vec<Effect> {
    if let Some(desk) = &mut model.desk {
        desk.counts = counts;
    }
    Vec::new()
}

/// Policy and names of places were read.
pub fn ground(model: &mut Model, policy: Arc<Policy>, places: Arc<Places>) -> Vec<Effect> {
    if let Some(desk) = &mut model.desk {
        desk.policy = policy;
        desk.places = places;
        // Other ranks may ring now.
        return desk.watch.reload(&desk.policy);
    }
    Vec::new()
}

/// The list of what is snoozed.
pub fn suppressed(model: &mut Model, rows: Vec<QueueRow>) -> Vec<Effect> {
    let now = model.now;
    if let Some(desk) = &mut model.desk {
        desk.queue.take_suppressed(rows, now);
    }
    Vec::new()
}

/// The store did not answer as it should.
pub fn trouble(model: &mut Model, words: &str) -> Vec<Effect> {
    if let Some(desk) = &mut model.desk {
        desk.timeline_asked = None;
        desk.warnings.not_answered();
    }
    model.say(Tone::Error, t!("screen.store-trouble", why = words));
    Vec::new()
}
