//! The fields that each verb needs.

use super::banner::{next_time, shift_end};
use super::dialog::Aim;
use super::form::{Field, PickWhat, Slot};
use super::model::REVEALED_SHOWN_MS;
use super::steer_fields;
use super::words::{names, time};
use crate::domain::alarm::Rank;
use crate::domain::codes::Scale;
use crate::domain::entry::ENTRY_TEXT_MAX_CHARS;
use crate::domain::incident::verb::Verb;
use crate::domain::incident::{CHANNELS, Element, SUMMARY_MAX_CHARS, TITLE_MAX_CHARS};
use crate::domain::officer::Officer;
use crate::domain::policy::{Policy, SnoozeRule};
use crate::domain::time::Timestamp;
use crate::i18n::t;

/// Characters of names, telephones and reasons, as `apply` checks them.
pub(super) const NAME_CHARS_MAX: usize = 80;
const PHONE_CHARS_MAX: usize = 50;
/// A party's name, telephone, document number and part, in one line.
const PARTY_CHARS_MAX: usize = 200;
pub(super) const REASON_CHARS_MAX: usize = 500;
/// Rows of a note, of a longer text, and of a short one.
const NOTE_ROWS: u16 = 6;
pub(super) const TEXT_ROWS: u16 = 3;
pub(super) const SHORT_ROWS: u16 = 2;
/// Digits of the count of people, characters of a date, and of the digits that
/// confirm.
const COUNT_CHARS_MAX: usize = 6;
pub(super) const DUE_CHARS_MAX: usize = 16;
const DIGITS_CHARS: usize = 8;

/// What the fields are made from.
pub struct Ground<'a> {
    pub policy: &'a Policy,
    pub officer: &'a Officer,
    pub now: Timestamp,
}

/// The fields of a verb's dialog.
pub fn of_verb(verb: Verb, aim: &Aim, ground: &Ground<'_>) -> Vec<Field> {
    match verb {
        // Needs nothing, or has a form of its own.
        Verb::Register | Verb::Acknowledge | Verb::Read => Vec::new(),
        Verb::Snooze => snooze(aim, ground),
        Verb::Note => vec![
            Field::block(Slot::Text, ENTRY_TEXT_MAX_CHARS, NOTE_ROWS)
                .must()
                .hint(t!("dialog.note-hint")),
        ],
        Verb::Call => call(),
        Verb::Reveal => vec![reason().must().hint(t!(
            "dialog.reveal-hint",
            seconds = REVEALED_SHOWN_MS.0 / 1_000
        ))],
        Verb::Amend => amend(aim),
        Verb::Raise | Verb::Lower => grade(verb, aim, ground),
        Verb::Triage => steer_fields::triage(aim),
        Verb::Assign => assign(aim),
        Verb::Escalate => steer_fields::escalate(),
        Verb::HandDown => steer_fields::hand_down(),
        Verb::Copy => steer_fields::copy(),
        Verb::Whistle => steer_fields::whistle(ground),
        Verb::ReportIn => steer_fields::report_in(aim, ground),
        Verb::RateWhistle => steer_fields::rate(aim, ground),
        Verb::Supervise => steer_fields::supervise(aim),
        Verb::LiftSupervision => steer_fields::lift(aim, ground),
        Verb::AskExtension => steer_fields::ask_extension(aim, ground),
        Verb::GrantExtension => steer_fields::grant(aim, ground),
        Verb::RefuseExtension => steer_fields::refuse(aim, ground),
        Verb::ReturnToPolice => steer_fields::to_police(),
        Verb::Void => steer_fields::void(),
        Verb::Merge => steer_fields::merge(),
        Verb::Link => steer_fields::link(),
        Verb::Unmerge => steer_fields::part(aim.incident.same_matter()),
        Verb::Unlink => steer_fields::part(aim.incident.links.iter().map(|link| link.case)),
        Verb::Accept => behalf(aim, ground),
        Verb::Return => [vec![reason().must()], behalf(aim, ground)].concat(),
        Verb::Finish => [finish(), behalf(aim, ground)].concat(),
        Verb::Verify | Verb::SignStrikeOff => {
            let mut fields = vec![opinion()];
            if verb == Verb::SignStrikeOff {
                fields.insert(0, Field::told(Slot::Missing, elements(aim)));
            }
            fields
        }
        Verb::Recall | Verb::SendBack | Verb::DeclineStrikeOff | Verb::Reopen => {
            vec![reason().must()]
        }
        Verb::FollowUp => follow_up(),
        Verb::Settle => super::conflict::fields(aim, ground),
        Verb::ProposeStrikeOff => vec![Field::told(Slot::Missing, elements(aim)), opinion()],
    }
}

/// The field for the count of incidents, where a reflex is not enough.
pub fn count_digits(count: usize) -> Field {
    Field::line(Slot::Digits, DIGITS_CHARS)
        .must()
        .hint(t!("bulk.digits-hint", n = count))
}

/// The field for the record's last digits.
pub fn digits(of: &str) -> Field {
    Field::line(Slot::Digits, DIGITS_CHARS)
        .must()
        .hint(t!("dialog.digits-hint", digits = of))
}

/// The fields of a new incident. Who tells it comes first, as in a call; with
/// category and area it is saved. What no amendment can change stands before
/// those two.
pub fn new_incident(policy: &Policy) -> Vec<Field> {
    let channels = CHANNELS
        .iter()
        .map(|channel| {
            let name = names::CHANNEL_NAMES
                .iter()
                .find(|(own, _)| own == channel)
                .map_or("", |(_, name)| name);
            (name.to_owned(), names::channel(*channel))
        })
        .collect();
    let lowest = policy.levels.len().checked_sub(1);
    vec![
        Field::choice(Slot::Channel, channels, Some(0)),
        Field::line(Slot::SourceName, NAME_CHARS_MAX),
        Field::line(Slot::SourcePhone, PHONE_CHARS_MAX),
        Field::line(Slot::OccurredAt, DUE_CHARS_MAX).hint(t!("form.occurred-hint")),
        Field::line(Slot::PartyFirst, PARTY_CHARS_MAX).hint(t!("form.party-hint")),
        Field::line(Slot::PartySecond, PARTY_CHARS_MAX),
        Field::line(Slot::PartyThird, PARTY_CHARS_MAX),
        Field::choice(Slot::Rank, ranks(policy, |_| true), lowest),
        Field::pick(Slot::Category, PickWhat::Category).must(),
        Field::pick(Slot::Area, PickWhat::Area).must(),
        Field::line(Slot::Place, TITLE_MAX_CHARS),
        Field::line(Slot::Title, TITLE_MAX_CHARS),
        Field::block(Slot::Summary, SUMMARY_MAX_CHARS, TEXT_ROWS),
        Field::line(Slot::PeopleCount, COUNT_CHARS_MAX),
        Field::choice(Slot::Scale, scales(), None),
    ]
}

fn snooze(aim: &Aim, ground: &Ground<'_>) -> Vec<Field> {
    let mut options: Vec<(String, String)> = ground
        .policy
        .snooze_presets
        .iter()
        .map(|preset| (format!("m{}", preset.0), time::span(*preset)))
        .collect();
    let morning = next_time(ground.now, u16::from(ground.policy.morning_hour) * 60);
    if let Some(at) = morning {
        options.push((
            format!("t{}", at.as_millis()),
            t!("dialog.until", at = at.hh_mm()).into_owned(),
        ));
    }
    if let Some(at) = shift_end(ground.policy, ground.now).filter(|at| Some(*at) != morning) {
        options.push((
            format!("t{}", at.as_millis()),
            t!("dialog.until-shift-end", at = at.hh_mm()).into_owned(),
        ));
    }
    let field = reason();
    let field = match ground.policy.level(aim.incident.alarm.rank).snooze {
        SnoozeRule::WithReason => field.must(),
        SnoozeRule::Freely | SnoozeRule::Never => field,
    };
    vec![Field::choice(Slot::Until, options, Some(0)).must(), field]
}

fn call() -> Vec<Field> {
    use crate::domain::entry::{CallOutcome, Direction};
    let directions = [(Direction::In, "in"), (Direction::Out, "out")]
        .map(|(direction, code)| (code.to_owned(), names::direction(direction)))
        .to_vec();
    let outcomes = [
        (CallOutcome::Answered, "answered"),
        (CallOutcome::NoAnswer, "no-answer"),
        (CallOutcome::Busy, "busy"),
        (CallOutcome::DeadNumber, "dead-number"),
    ]
    .map(|(outcome, code)| (code.to_owned(), names::call_outcome(outcome)))
    .to_vec();
    vec![
        Field::choice(Slot::Direction, directions, Some(1)).must(),
        Field::line(Slot::CallWith, NAME_CHARS_MAX).must(),
        Field::line(Slot::CallPhone, PHONE_CHARS_MAX),
        Field::choice(Slot::CallOutcome, outcomes, Some(0)).must(),
        Field::block(Slot::Text, ENTRY_TEXT_MAX_CHARS, TEXT_ROWS).must(),
    ]
}

fn amend(aim: &Aim) -> Vec<Field> {
    let incident = &aim.incident;
    let mut category = Field::pick(Slot::Category, PickWhat::Category).must();
    category = category.with_chosen(incident.category.code(), names::category(incident.category));
    let count = incident
        .people_count
        .map_or_else(String::new, |count| count.to_string());
    let scale_at = incident
        .scale
        .and_then(|scale| Scale::ALL.iter().position(|own| *own == scale));
    let elements = &incident.elements;
    vec![
        Field::line(Slot::Title, TITLE_MAX_CHARS).with_text(&incident.title),
        category,
        Field::line(Slot::Place, TITLE_MAX_CHARS).with_text(&incident.place),
        Field::block(Slot::Summary, SUMMARY_MAX_CHARS, TEXT_ROWS).with_text(&incident.summary),
        Field::line(Slot::PeopleCount, COUNT_CHARS_MAX).with_text(&count),
        Field::choice(Slot::Scale, scales(), scale_at),
        steer_fields::emergency(aim),
        Field::block(Slot::Task, SUMMARY_MAX_CHARS, SHORT_ROWS).with_text(&elements.task),
        Field::block(Slot::Schedule, SUMMARY_MAX_CHARS, SHORT_ROWS)
            .with_text(&elements.schedule.join("\n"))
            .hint(t!("dialog.schedule-hint")),
        Field::block(Slot::Path, SUMMARY_MAX_CHARS, SHORT_ROWS).with_text(&elements.path),
        Field::line(Slot::Owner, NAME_CHARS_MAX).with_text(&elements.owner),
    ]
}

fn grade(verb: Verb, aim: &Aim, ground: &Ground<'_>) -> Vec<Field> {
    let from = aim.incident.alarm.rank;
    let wanted = |rank: Rank| match verb {
        Verb::Raise => rank > from,
        _ => rank < from,
    };
    let options = ranks(ground.policy, wanted);
    // The nearest one: the last above, the first below.
    let nearest = match verb {
        Verb::Raise => options.len().checked_sub(1),
        _ => (!options.is_empty()).then_some(0),
    };
    vec![
        Field::choice(Slot::Rank, options, nearest).must(),
        reason().must(),
    ]
}

fn assign(aim: &Aim) -> Vec<Field> {
    let mut fields = vec![Field::pick(Slot::Lead, PickWhat::Holder).must()];
    fields.extend(routed(aim));
    fields.push(Field::line(Slot::Words, REASON_CHARS_MAX));
    fields
}

/// What belongs to giving work out, besides who leads it.
pub(super) fn routed(aim: &Aim) -> Vec<Field> {
    let elements = &aim.incident.elements;
    vec![
        Field::pick(Slot::Assist, PickWhat::Holders),
        Field::pick(Slot::Copies, PickWhat::Holders),
        Field::line(Slot::Due, DUE_CHARS_MAX).hint(t!("dialog.due-hint")),
        Field::block(Slot::Task, SUMMARY_MAX_CHARS, SHORT_ROWS)
            .with_text(&elements.task)
            .hint(t!("dialog.task-hint")),
        Field::block(Slot::Schedule, SUMMARY_MAX_CHARS, SHORT_ROWS)
            .with_text(&elements.schedule.join("\n"))
            .hint(t!("dialog.schedule-hint")),
        Field::block(Slot::Path, SUMMARY_MAX_CHARS, SHORT_ROWS)
            .with_text(&elements.path)
            .hint(t!("dialog.path-hint")),
        Field::line(Slot::Owner, NAME_CHARS_MAX)
            .with_text(&elements.owner)
            .hint(t!("dialog.owner-hint")),
    ]
}

/// Who said it and by which way, when the holder is another unit.
pub(super) fn behalf(aim: &Aim, ground: &Ground<'_>) -> Vec<Field> {
    let holder = &aim.incident.step.holder;
    if holder.unit.id == ground.officer.unit.id {
        return Vec::new();
    }
    let person = holder
        .person
        .as_ref()
        .map_or("", |person| person.name.as_str());
    vec![
        Field::line(Slot::BehalfOf, NAME_CHARS_MAX)
            .must()
            .with_text(person)
            .hint(t!("dialog.behalf-of-hint", holder = holder.unit.name)),
        Field::line(Slot::BehalfBy, NAME_CHARS_MAX)
            .must()
            .with_text(&t!("dialog.behalf-by-telephone")),
    ]
}

fn finish() -> Vec<Field> {
    use crate::domain::incident::Outcome;
    let outcomes = [
        (Outcome::Resolved, "resolved"),
        (Outcome::Unresolved, "unresolved"),
    ]
    .map(|(outcome, code)| (code.to_owned(), names::outcome(outcome)))
    .to_vec();
    vec![
        Field::choice(Slot::Outcome, outcomes, Some(0)).must(),
        Field::pick(Slot::Method, PickWhat::Method),
        Field::block(Slot::Text, ENTRY_TEXT_MAX_CHARS, TEXT_ROWS).must(),
    ]
}

fn follow_up() -> Vec<Field> {
    use crate::domain::incident::act::FollowUpOutcome as Outcome;
    let outcomes = [
        (Outcome::Satisfied, "satisfied"),
        (Outcome::MostlySatisfied, "mostly-satisfied"),
        (Outcome::Dissatisfied, "dissatisfied"),
        (Outcome::NotReached, "not-reached"),
    ]
    .map(|(outcome, code)| (code.to_owned(), names::follow_up(outcome)))
    .to_vec();
    vec![
        Field::choice(Slot::FollowUp, outcomes, Some(0)).must(),
        Field::block(Slot::Text, ENTRY_TEXT_MAX_CHARS, TEXT_ROWS),
    ]
}

fn reason() -> Field {
    Field::block(Slot::Reason, REASON_CHARS_MAX, SHORT_ROWS)
}

fn opinion() -> Field {
    Field::block(Slot::Words, REASON_CHARS_MAX, SHORT_ROWS)
}

fn ranks(policy: &Policy, wanted: impl Fn(Rank) -> bool) -> Vec<(String, String)> {
    policy
        .levels
        .iter()
        .filter(|level| wanted(level.rank))
        .map(|level| (level.rank.to_string(), names::level(level).to_owned()))
        .collect()
}

pub(super) fn scales() -> Vec<(String, String)> {
    Scale::ALL
        .iter()
        .map(|scale| (scale.code().to_owned(), names::scale(*scale).to_owned()))
        .collect()
}

/// The four elements, one a line, with what is missing said.
fn elements(aim: &Aim) -> String {
    let elements = &aim.incident.elements;
    let schedule = elements.schedule.join(" / ");
    let missing = elements.missing();
    [
        (Element::Task, elements.task.as_str()),
        (Element::Schedule, schedule.as_str()),
        (Element::Path, elements.path.as_str()),
        (Element::Owner, elements.owner.as_str()),
    ]
    .map(|(element, text)| {
        let name = names::element(element);
        if missing.contains(&element) {
            t!("dialog.element-missing", element = name).into_owned()
        } else {
            t!("dialog.element", element = name, text = text).into_owned()
        }
    })
    .join("\n")
}
