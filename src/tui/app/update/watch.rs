//! The watch over grave alarms, and the bell.

use std::sync::Arc;

use super::super::banner::Sound;
use super::super::effect::Effect;
use super::super::model::{Desk, Model, Tone};
use super::super::warnings::Ground;
use super::super::watch::Reminder;
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::store::view::QueuePage;

/// Sounds the bell where it is due.
pub fn ring(desk: &mut Desk, now: Timestamp) -> Vec<Effect> {
    let policy = Arc::clone(&desk.policy);
    match desk.alarms.sound(&policy, now) {
        Sound::Now => vec![Effect::Bell],
        Sound::Not => Vec::new(),
    }
}

/// Looks at every grave alarm: what nobody answers for rings, what is about to
/// lapse is said.
pub fn review(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let policy = Arc::clone(&desk.policy);
    let reminder = desk
        .watch
        .review(&mut desk.alarms, &policy, &desk.places, now);
    let ground = Ground {
        policy: &policy,
        places: &desk.places,
        now,
    };
    desk.warnings.review(&mut desk.alarms, &ground);
    let mut effects = ring(desk, now);
    if let Reminder::For(id) = reminder {
        let words = t!("screen.ack-expiring", title = desk.watch.title(id)).into_owned();
        if effects.is_empty() {
            effects.push(Effect::Bell);
        }
        // What is locked shows no content.
        if model.gate.is_none() {
            model.say(Tone::Error, words);
        }
    }
    effects
}

/// A page of what is watched.
pub fn page(model: &mut Model, serial: u64, page: QueuePage) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let mut effects = desk.watch.take_page(serial, page, &desk.policy);
    effects.extend(review(model));
    effects
}

/// Somebody sits down at a desk that was locked, or signs in again.
pub fn sat_down(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    desk.alarms.ring_anew(&desk.policy, now);
    let mut effects = desk.watch.reload(&desk.policy);
    effects.extend(review(model));
    effects
}

/// An act was not taken: what was silenced on trust rings again.
pub fn not_answered(model: &mut Model) -> Vec<Effect> {
    if let Some(desk) = &mut model.desk {
        desk.watch.not_answered();
    }
    review(model)
}
