//! Taking the latest act back: asked once, one command for each.

use super::super::effect::{Effect, Origin};
use super::super::marks::UnderWay;
use super::super::model::{Layer, Model, Question};
use super::super::undo::Latest;

/// Asks whether to take it back.
pub fn ask(model: &mut Model) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    if let Some(latest) = &desk.latest
        && let Some(by) = latest.by()
    {
        desk.layers.push(Layer::Confirm(Question::Undo {
            verb: latest.verb,
            by,
            count: latest.back.len(),
        }));
    }
    Vec::new()
}

/// Takes it back.
pub fn go(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let Some(Latest { back, .. }) = desk.latest.take() else {
        return Vec::new();
    };
    let Some(verb) = back.first().map(|back| back.act.verb()) else {
        return Vec::new();
    };
    desk.dialogs_opened += 1;
    let number = desk.dialogs_opened;
    desk.several.push(UnderWay {
        number,
        verb,
        left: back.len(),
        done: Vec::new(),
        not: Vec::new(),
        back: Vec::new(),
    });
    back.into_iter()
        .map(|back| Effect::Submit {
            origin: Origin::Several {
                number,
                on: back.on,
            },
            targets: back.targets,
            act: Box::new(back.act.into()),
            made_at: now,
            draft: None,
        })
        .collect()
}
