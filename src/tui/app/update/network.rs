//! The board of the mediation network: what is under the hand.

use super::super::effect::{Effect, WayTo};
use super::super::model::{Board, Model, Tone};
use super::super::network::{Levels, Source};
use super::{duty, jump, roster};
use crate::domain::ids::RecordId;
use crate::domain::record::{Body, Record};
use crate::i18n::t;
use crate::store::seek::HitKind;
use crate::store::view::{Branch, Near, Shown};
use crate::tui::keys::Action;

/// What its own keys do.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::ContactsNear => near(model),
        Action::PaneSwitch => {
            if let Some(desk) = &mut model.desk {
                desk.network.turn();
            }
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Who is nearest to the case under the hand.
fn near(model: &mut Model) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let Some(aim) = desk.aim() else {
        return Vec::new();
    };
    jump::leave(desk);
    desk.board = Board::Network;
    let mut effects = desk.network.near(aim);
    if desk.network.rows().is_empty() {
        effects.push(Effect::LoadBranches { under: None });
    }
    effects
}

/// Goes to what the search found; the way back leads to the search.
pub fn go_to(model: &mut Model, kind: HitKind, record: &Record) -> Vec<Effect> {
    let to = match (&record.body, kind) {
        (Body::Person(person), _) => WayTo::Person {
            unit: person.unit.into(),
            person: record.id,
        },
        (_, HitKind::Place) => WayTo::Area(record.area),
        _ => WayTo::Unit(record.id),
    };
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    jump::leave(desk);
    desk.board = Board::Network;
    model.pending_keys.forget();
    vec![Effect::LoadWay { to }]
}

/// The way was found, or there is none.
pub fn way(
    model: &mut Model,
    levels: Levels,
    unit: Option<RecordId>,
    person: Option<RecordId>,
) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    if let Some(unit) = unit {
        return desk.network.take_way(levels, unit, person);
    }
    model.say(Tone::Told, t!("network.no-unit"));
    Vec::new()
}

/// Units were read.
pub fn branches(model: &mut Model, under: Option<RecordId>, branches: Vec<Branch>) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    // Beside a case the hand stays on the people.
    if matches!(desk.network.source, Source::Case(_)) {
        let source = std::mem::take(&mut desk.network.source);
        let people = std::mem::take(&mut desk.network.people);
        let cursor = desk.network.cursor;
        let effects = desk.network.take_branches(under, branches);
        desk.network.source = source;
        desk.network.people = people;
        desk.network.cursor = cursor;
        return effects
            .into_iter()
            .filter(|effect| matches!(effect, Effect::LoadBranches { .. }))
            .collect();
    }
    desk.network.take_branches(under, branches)
}

/// The people of a unit were read.
pub fn contacts(model: &mut Model, unit: RecordId, people: Vec<Shown>) -> Vec<Effect> {
    if let Some(desk) = &mut model.desk {
        desk.network.take_contacts(unit, people);
    }
    Vec::new()
}

/// Who is nearest was read.
pub fn nearest(model: &mut Model, case: RecordId, people: Vec<Near>) -> Vec<Effect> {
    if let Some(desk) = &mut model.desk {
        desk.network.take_near(case, people);
    }
    Vec::new()
}

/// Records changed: whoever is listed is read again.
pub fn refresh(model: &Model, changed: &[RecordId]) -> Vec<Effect> {
    let Some(desk) = &model.desk else {
        return Vec::new();
    };
    let listed = desk
        .network
        .people
        .iter()
        .any(|contact| changed.contains(&contact.shown.record.id));
    if desk.board == Board::Network && listed {
        desk.network.reload_people()
    } else {
        Vec::new()
    }
}

/// The look at somebody's numbers is on the disk: they are shown.
pub fn revealed(model: &mut Model, id: RecordId) {
    let now = model.now;
    if let Some(desk) = &mut model.desk {
        desk.network.revealed = Some((id, now));
    }
    roster::revealed(model, id);
    duty::revealed(model, id);
}

/// Hides numbers when their time is over, or whoever they belong to is no more
/// under the hand.
pub fn hide_where_left(model: &mut Model) {
    let now = model.now;
    let locked = model.gate.is_some();
    if let Some(desk) = &mut model.desk {
        if locked || desk.board != Board::Network {
            desk.network.revealed = None;
        }
        desk.network.hide_where_over(now);
    }
}
