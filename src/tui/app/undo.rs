//! What the officer did last, and the way back from it.

use super::message::Done;
use crate::domain::command::Target;
use crate::domain::ids::RecordId;
use crate::domain::incident::act::Act;
use crate::domain::incident::undo::undo;
use crate::domain::incident::verb::{Aims, Verb};
use crate::i18n::t;

/// One act that takes one back.
#[derive(Clone, Debug, PartialEq)]
pub struct Back {
    /// The record it is about.
    pub on: RecordId,
    pub targets: Vec<Target>,
    pub act: Act,
}

/// The latest act, on one incident or on several.
#[derive(Clone, Debug, PartialEq)]
pub struct Latest {
    pub verb: Verb,
    /// Empty where the rules have no way back.
    pub back: Vec<Back>,
}

impl Latest {
    /// What was done to one incident, or to two that belong together.
    pub fn of(done: &Done) -> Option<Self> {
        let (record, incident) = done
            .shown
            .iter()
            .find_map(|shown| Some((&shown.record, shown.record.incident()?)))?;
        let verb = done.verb.incident()?;
        let act = undo(verb, incident, &t!("undo.reason"));
        let incidents = done
            .shown
            .iter()
            .filter(|shown| shown.record.incident().is_some());
        let wanted = match verb.aims_at() {
            Aims::One => 1,
            Aims::Pair => 2,
        };
        let targets: Vec<Target> = incidents
            .map(|shown| Target::seen(&shown.record))
            .take(wanted)
            .collect();
        let back = act.filter(|_| targets.len() == wanted).map(|act| Back {
            on: record.id,
            targets,
            act,
        });
        Some(Self {
            verb,
            back: back.into_iter().collect(),
        })
    }

    /// The verb that takes it back.
    pub fn by(&self) -> Option<Verb> {
        self.back.first().map(|back| back.act.verb())
    }
}
