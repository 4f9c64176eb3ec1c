//! Theme, keymap and language, changed while everything is open.

use std::sync::Arc;

use crate::i18n::Language;
use crate::text::colour_depth::ColourDepth;
use crate::tui::app::effect::Effect;
use crate::tui::app::face::{Wish, Worn};
use crate::tui::app::form::{Slot, Value};
use crate::tui::app::message::Message;
use crate::tui::app::model::{Layer, Model};
use crate::tui::app::testing::{at, desk, press};
use crate::tui::app::update::update;
use crate::tui::keys::Keymap;
use crate::tui::theme::Theme;

/// The wishes among the effects, granted as the runner grants them.
fn grant(model: &mut Model, effects: Vec<Effect>) -> Vec<Wish> {
    let mut wishes = Vec::new();
    for effect in effects {
        let Effect::Wear(wish) = effect else { continue };
        let worn = match &wish {
            Wish::Theme(name) => {
                let theme = Theme::named(name, None, ColourDepth::Sixteen).unwrap();
                Worn::Theme(name.clone(), Arc::new(theme))
            }
            Wish::Keymap(name) => {
                let keymap = Keymap::named(name, None).unwrap();
                Worn::Keymap(name.clone(), Arc::new(keymap))
            }
            Wish::Language(language) => {
                language.select();
                Worn::Language
            }
        };
        update(model, Message::Worn(worn));
        wishes.push(wish);
    }
    wishes
}

fn labels(model: &Model) -> Vec<String> {
    let Some(Layer::Dialog(dialog)) = model.desk.as_ref().unwrap().layers.last() else {
        panic!("no dialog is open");
    };
    let mut labels = Vec::new();
    for field in &dialog.form.fields {
        labels.push(field.slot.label());
        labels.push(field.hint.clone());
        match &field.value {
            Value::Choice(choice) => {
                labels.extend(choice.options.iter().map(|(_, label)| label.clone()));
            }
            Value::Pick(_, chosen) => labels.extend(chosen.iter().map(|one| one.label.clone())),
            Value::Told(text) => labels.push(text.clone()),
            Value::Text(_) => {}
        }
    }
    labels
}

#[test]
fn an_open_form_changes_its_language_and_keeps_what_was_put_in() {
    let mut model = desk(80, 24);
    press(&mut model, "<f2>");
    press(&mut model, "3<tab>Li<tab>");
    // The category is picked from its list.
    press(&mut model, &"<tab>".repeat(6));
    press(&mut model, "0202<enter>");
    let chinese = labels(&model);
    let effects = press(&mut model, "<ctrl-y>");
    assert_eq!(
        grant(&mut model, effects),
        [Wish::Language(Language::English)]
    );
    let english = labels(&model);
    for label in &english {
        assert!(label.is_ascii() || label.contains('\u{2026}'), "{label}");
    }
    assert!(
        english.iter().any(|label| label.contains("adjoining")),
        "{english:?}"
    );
    let Some(Layer::Dialog(dialog)) = model.desk.as_ref().unwrap().layers.last() else {
        panic!("the form was left");
    };
    assert_eq!(dialog.form.code(Slot::Channel), Some("grid"));
    assert_eq!(dialog.form.text(Slot::SourceName), "Li");
    assert_eq!(dialog.form.code(Slot::Category), Some("0202"));
    let effects = press(&mut model, "<ctrl-y>");
    grant(&mut model, effects);
    assert_eq!(labels(&model), chinese, "and back again");
}

#[test]
fn the_clock_switches_day_and_night_and_a_hand_holds_until_it_turns() {
    let mut model = desk(80, 24);
    model.setup.face.wanted.night_hours = "23:45-07:00".parse().ok();
    let tick = |model: &mut Model, clock: &str| {
        model.now = at(clock);
        let effects = update(model, Message::Tick);
        grant(model, effects)
    };
    assert_eq!(tick(&mut model, "23:44"), []);
    assert_eq!(tick(&mut model, "23:45"), [Wish::Theme("night".to_owned())]);
    assert_eq!(
        model.setup.theme.as_ref(),
        &Theme::named("night", None, ColourDepth::Sixteen).unwrap()
    );
    let effects = press(&mut model, "<ctrl-t>");
    assert_eq!(
        grant(&mut model, effects),
        [Wish::Theme("default".to_owned())]
    );
    assert_eq!(tick(&mut model, "23:50"), [], "chosen by hand");
    let effects = press(&mut model, ";2");
    assert_eq!(
        grant(&mut model, effects),
        [Wish::Theme("night".to_owned())],
        "the next"
    );
}

#[test]
fn every_keymap_and_theme_is_reached_by_going_round() {
    let mut model = desk(80, 24);
    let mut seen = Vec::new();
    for _ in 0..model.setup.face.keymaps.len() {
        // Whatever the keymap, the command of the action is the same.
        let effects = super::face::act(&model, crate::tui::keys::Action::KeymapNext);
        for wish in grant(&mut model, effects) {
            seen.push(wish);
        }
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
    assert_eq!(seen[2], Wish::Keymap("default".to_owned()));
}
