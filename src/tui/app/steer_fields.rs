//! The fields of the verbs that steer the work: whose it is, who is told,
//! called and driven on, how long it may take, what belongs together.

use super::dialog::Aim;
use super::dialog_fields::{
    Ground, NAME_CHARS_MAX, REASON_CHARS_MAX, SHORT_ROWS, TEXT_ROWS, behalf, routed, scales,
};
use super::form::{Field, PickWhat, Slot};
use super::words::{names, time};
use crate::domain::codes::{EventGrade, Scale};
use crate::domain::entry::ENTRY_TEXT_MAX_CHARS;
use crate::domain::incident::ending::CaseRef;
use crate::domain::incident::extension::EXTENSION_WORKING_DAYS_MAX;
use crate::domain::incident::stage::SUPERVISIONS;
use crate::domain::incident::whistle::MARKS;
use crate::i18n::t;

/// Digits of a number of days.
const DAYS_CHARS_MAX: usize = 2;
/// The code of "none" among options.
pub(super) const NONE: &str = "none";
/// Codes of which of two cases stays.
pub(super) const STAYS_OTHER: &str = "other";
pub(super) const STAYS_THIS: &str = "this";

fn reason() -> Field {
    Field::block(Slot::Reason, REASON_CHARS_MAX, SHORT_ROWS).must()
}

/// What it is, how urgent, and perhaps whose: one form for both.
pub fn triage(aim: &Aim) -> Vec<Field> {
    let incident = &aim.incident;
    let category = Field::pick(Slot::Category, PickWhat::Category)
        .must()
        .with_chosen(incident.category.code(), names::category(incident.category));
    let scale_at = incident
        .scale
        .and_then(|scale| Scale::ALL.iter().position(|own| *own == scale));
    let mut fields = vec![
        category,
        Field::choice(Slot::Scale, scales(), scale_at),
        emergency(aim),
        Field::block(Slot::Text, ENTRY_TEXT_MAX_CHARS, SHORT_ROWS)
            .must()
            .hint(t!("dialog.opinion-hint")),
        Field::pick(Slot::Lead, PickWhat::Holder).hint(t!("dialog.route-hint")),
    ];
    fields.extend(routed(aim));
    fields
}

/// 加急: none, or one of the four grades.
pub fn emergency(aim: &Aim) -> Field {
    let grades = EventGrade::ALL.iter().map(|grade| {
        (
            grade.code().to_owned(),
            names::event_grade(*grade).to_owned(),
        )
    });
    let none = (NONE.to_owned(), t!("form.emergency-none").into_owned());
    let at = aim.incident.emergency.and_then(|grade| {
        let at = EventGrade::ALL.iter().position(|own| *own == grade);
        at.map(|at| at + 1)
    });
    let options = std::iter::once(none).chain(grades).collect();
    Field::choice(Slot::Emergency, options, Some(at.unwrap_or(0)))
}

pub fn escalate() -> Vec<Field> {
    vec![
        Field::pick(Slot::To, PickWhat::Holder)
            .must()
            .hint(t!("dialog.escalate-hint")),
        reason(),
    ]
}

pub fn hand_down() -> Vec<Field> {
    vec![
        Field::pick(Slot::To, PickWhat::Holder)
            .must()
            .hint(t!("dialog.hand-down-hint")),
        Field::line(Slot::Due, super::dialog_fields::DUE_CHARS_MAX).hint(t!("dialog.due-hint")),
        Field::block(Slot::Words, REASON_CHARS_MAX, SHORT_ROWS),
    ]
}

pub fn copy() -> Vec<Field> {
    vec![
        Field::pick(Slot::Copies, PickWhat::Holders).must(),
        Field::block(Slot::Words, REASON_CHARS_MAX, SHORT_ROWS),
    ]
}

pub fn whistle(ground: &Ground<'_>) -> Vec<Field> {
    vec![
        Field::pick(Slot::Called, PickWhat::Holders).must(),
        Field::block(Slot::Text, ENTRY_TEXT_MAX_CHARS, TEXT_ROWS)
            .must()
            .hint(t!(
                "dialog.whistle-hint",
                within = time::limit(ground.policy.report_in_within)
            )),
    ]
}

/// The own unit was called, or one that it called came and somebody writes
/// that down.
pub fn report_in(aim: &Aim, ground: &Ground<'_>) -> Vec<Field> {
    let text =
        Field::block(Slot::Text, ENTRY_TEXT_MAX_CHARS, TEXT_ROWS).hint(t!("dialog.report-in-hint"));
    let own = ground.officer.unit.id;
    if aim.incident.call_for(own).is_some() {
        return vec![text];
    }
    let options: Vec<(String, String)> = aim
        .incident
        .unanswered_calls()
        .filter(|(whistle, _)| whistle.by.id == own)
        .map(|(_, called)| {
            let unit = &called.unit.unit;
            (unit.id.to_string(), unit.name.clone())
        })
        .collect();
    vec![
        Field::choice(Slot::CalledUnit, options, Some(0)).must(),
        Field::line(Slot::BehalfOf, NAME_CHARS_MAX).must(),
        Field::line(Slot::BehalfBy, NAME_CHARS_MAX)
            .must()
            .with_text(&t!("dialog.behalf-by-telephone")),
        text,
    ]
}

pub fn rate(aim: &Aim, ground: &Ground<'_>) -> Vec<Field> {
    let own = ground.officer.unit.id;
    let mut options = Vec::new();
    for whistle in aim.incident.whistles.iter().filter(|it| it.by.id == own) {
        for called in &whistle.called {
            if whistle.is_ratable(called, ground.now) {
                let unit = &called.unit.unit;
                let presence = names::presence(whistle.presence(called, ground.now));
                options.push((
                    format!("{}/{}", whistle.id, unit.id),
                    format!("{} {presence}", unit.name),
                ));
            }
        }
    }
    let marks = MARKS
        .map(|mark| (mark.name().to_owned(), names::mark(mark)))
        .to_vec();
    vec![
        Field::choice(Slot::CalledUnit, options, Some(0)).must(),
        Field::choice(Slot::Mark, marks, Some(0)).must(),
        Field::block(Slot::Text, ENTRY_TEXT_MAX_CHARS, SHORT_ROWS).hint(t!("dialog.mark-hint")),
    ]
}

pub fn supervise(aim: &Aim) -> Vec<Field> {
    let options: Vec<(String, String)> = SUPERVISIONS
        .into_iter()
        .filter(|level| *level > aim.incident.supervision)
        .map(|level| (level.name().to_owned(), names::supervision(level)))
        .collect();
    vec![
        Field::choice(Slot::Supervision, options, Some(0)).must(),
        reason(),
    ]
}

pub fn lift(aim: &Aim, ground: &Ground<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    if let Some(change) = aim.incident.supervisions.last() {
        let told = t!(
            "dialog.supervised",
            level = names::supervision(change.to),
            by = change.by.by.name,
            at = time::moment(change.by.at, ground.now),
            reason = change.by.text
        );
        fields.push(Field::told(Slot::Request, told));
    }
    fields.push(reason());
    fields
}

fn days() -> Field {
    Field::line(Slot::Days, DAYS_CHARS_MAX)
        .must()
        .hint(t!("dialog.days-hint", max = EXTENSION_WORKING_DAYS_MAX))
}

pub fn ask_extension(aim: &Aim, ground: &Ground<'_>) -> Vec<Field> {
    [vec![days(), reason()], behalf(aim, ground)].concat()
}

/// What was asked for, as the answer's form tells it.
fn request(aim: &Aim, ground: &Ground<'_>) -> Option<Field> {
    let asked = aim.incident.open_extension()?;
    let told = t!(
        "dialog.requested",
        unit = asked.unit.name,
        by = asked.asked.by.name,
        at = time::moment(asked.asked.at, ground.now),
        days = asked.days,
        reason = asked.asked.text
    );
    Some(Field::told(Slot::Request, told))
}

pub fn grant(aim: &Aim, ground: &Ground<'_>) -> Vec<Field> {
    let asked = aim.incident.open_extension().map_or(0, |asked| asked.days);
    let mut fields: Vec<Field> = request(aim, ground).into_iter().collect();
    fields.push(days().with_text(&asked.to_string()));
    fields.push(Field::block(Slot::Words, REASON_CHARS_MAX, SHORT_ROWS));
    fields
}

pub fn refuse(aim: &Aim, ground: &Ground<'_>) -> Vec<Field> {
    let mut fields: Vec<Field> = request(aim, ground).into_iter().collect();
    fields.push(reason());
    fields
}

pub fn to_police() -> Vec<Field> {
    vec![
        reason(),
        Field::line(Slot::Police, NAME_CHARS_MAX).hint(t!("dialog.police-hint")),
    ]
}

pub fn void() -> Vec<Field> {
    vec![reason().hint(t!("dialog.void-hint"))]
}

pub fn merge() -> Vec<Field> {
    let stays = [
        (STAYS_OTHER, t!("form.stays.other")),
        (STAYS_THIS, t!("form.stays.this")),
    ]
    .map(|(code, label)| (code.to_owned(), label.into_owned()))
    .to_vec();
    vec![
        Field::pick(Slot::Other, PickWhat::Case).must(),
        Field::choice(Slot::Stays, stays, Some(0)).must(),
        reason().hint(t!("dialog.merge-hint")),
    ]
}

pub fn link() -> Vec<Field> {
    vec![Field::pick(Slot::Other, PickWhat::Case).must(), reason()]
}

/// The cases that this one may be parted from.
pub fn part(cases: impl Iterator<Item = CaseRef>) -> Vec<Field> {
    let options: Vec<(String, String)> = cases
        .map(|case| (case.id.to_string(), names::case(&case)))
        .collect();
    vec![
        Field::choice(Slot::OtherOne, options, Some(0)).must(),
        reason(),
    ]
}
