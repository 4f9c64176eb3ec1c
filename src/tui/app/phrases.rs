//! Phrases for typed fields: what officers say every night, in a numbered list.

use super::dialog::{Dialog, Kind};
use super::form::{Slot, Value};
use super::words::names;
use crate::domain::incident::verb::Verb;
use crate::i18n::{current, has, text};

/// Phrases of one text in the resources stand between these.
const SEPARATOR: char = '|';

/// The phrases that suit the field with the focus; none where nothing is
/// typed.
pub fn of(dialog: &Dialog, officer: &str) -> Vec<String> {
    let Some(field) = dialog.form.focused() else {
        return Vec::new();
    };
    let Value::Text(_) = field.value else {
        return Vec::new();
    };
    let verb = match &dialog.kind {
        Kind::Act { verb, .. } | Kind::Several { verb, .. } => Some(*verb),
        Kind::New { .. }
        | Kind::Discard { .. }
        | Kind::Duty(_)
        | Kind::Roster(_)
        | Kind::Contact { .. }
        | Kind::Warning { .. } => None,
    };
    match field.slot {
        Slot::Owner | Slot::BehalfOf | Slot::CallWith => people(dialog, officer),
        Slot::Text => of_text(verb),
        slot => said(&format!("phrase.{}", slot.name())),
    }
}

fn of_text(verb: Option<Verb>) -> Vec<String> {
    let own = verb.map(|verb| said(&format!("phrase.text.{}", verb.name())));
    match own {
        Some(phrases) if !phrases.is_empty() => phrases,
        Some(_) | None => said("phrase.text.other"),
    }
}

fn said(key: &str) -> Vec<String> {
    if !has(current(), key) {
        return Vec::new();
    }
    let all = text(key);
    all.split(SEPARATOR).map(ToOwned::to_owned).collect()
}

/// Who has to do with it: whom the form names, who holds the incident, whom it
/// is about, who told it, and the officer.
fn people(dialog: &Dialog, officer: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for lead in dialog.form.picked(Slot::Lead) {
        let person = lead.label.rsplit(' ').next();
        found.push(person.unwrap_or(&lead.label).to_owned());
    }
    if let Kind::Act { aim, .. } = &dialog.kind {
        let incident = &aim.incident;
        found.push(names::holder_short(&incident.step.holder).to_owned());
        found.extend(incident.parties.iter().map(|party| party.name.clone()));
        found.push(incident.source.name.clone());
    }
    found.push(officer.to_owned());
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|name| !name.trim().is_empty() && seen.insert(name.clone()));
    found
}
