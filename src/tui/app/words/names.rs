//! Names of the domain's codes in the officer's language.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::domain::act::AnyVerb;
use crate::domain::alarm::{AlarmState, Rank};
use crate::domain::area::{AreaCode, Level};
use crate::domain::codes::{Category, EventGrade, Method, Scale};
use crate::domain::entry::{CallOutcome, Direction};
use crate::domain::ids::RecordId;
use crate::domain::incident::act::FollowUpOutcome;
use crate::domain::incident::conflict::Way;
use crate::domain::incident::ending::{CaseRef, Ending};
use crate::domain::incident::field::Field;
use crate::domain::incident::reveal::{Part, What};
use crate::domain::incident::stage::{Stage, Supervision};
use crate::domain::incident::whistle::{Mark, Presence};
use crate::domain::incident::{Channel, Element, Incident, Outcome};
use crate::domain::policy::{Colour, LevelSpec, Policy, ShiftSpec};
use crate::domain::unit::{Holder, OfficerRef};
use crate::i18n::{self, Language, t, text};
use crate::tui::widgets::{AlarmColour, Badge, Shape};

/// Which of two names the selected language wants.
fn choose<'a>(chinese: &'a str, english: &'a str) -> &'a str {
    if i18n::current() == Language::English && !english.is_empty() {
        english
    } else {
        chinese
    }
}

pub fn verb(verb: impl Into<AnyVerb>) -> String {
    let verb = verb.into();
    text(&format!("verb.{}", verb.name())).into_owned()
}

/// An officer's name; the rules act by an account without one.
pub fn by(officer: &OfficerRef) -> String {
    if officer.name.is_empty() {
        t!("warning.by-rule").into_owned()
    } else {
        officer.name.clone()
    }
}

pub fn stage(stage: Stage) -> String {
    text(&format!("stage.{}", stage.name())).into_owned()
}

pub fn field(field: Field) -> String {
    text(&format!("field.{}", field.name())).into_owned()
}

pub fn element(element: Element) -> String {
    field(match element {
        Element::Task => Field::Task,
        Element::Schedule => Field::Schedule,
        Element::Path => Field::Path,
        Element::Owner => Field::Owner,
    })
}

/// The county's word for a rank.
pub fn rank(rank: Rank, policy: &Policy) -> String {
    level(policy.level(rank)).to_owned()
}

pub fn level(level: &LevelSpec) -> &str {
    choose(&level.name, &level.name_en)
}

pub fn shift(shift: &ShiftSpec) -> &str {
    choose(&shift.name, &shift.name_en)
}

/// Shape, word and colour of a rank. The shape follows the rank, counted from
/// the county's highest; the colour is the county's.
pub fn badge(rank: Rank, policy: &Policy) -> Badge<'_> {
    let spec = policy.level(rank);
    let shape = match policy
        .levels
        .iter()
        .position(|level| level.rank == spec.rank)
    {
        Some(0) | None => Shape::Square,
        Some(1) => Shape::Triangle,
        Some(2) => Shape::Disc,
        Some(_) => Shape::Ring,
    };
    let colour = match spec.colour {
        Colour::Red => AlarmColour::Red,
        Colour::Orange => AlarmColour::Orange,
        Colour::Yellow => AlarmColour::Yellow,
        Colour::Blue => AlarmColour::Blue,
        Colour::Green => AlarmColour::Green,
    };
    Badge {
        shape,
        colour,
        word: match i18n::current() {
            Language::Chinese => Cow::Borrowed(spec.name.as_str()),
            // The column has no room for an English word.
            Language::English => match colour {
                AlarmColour::Red => t!("badge.red"),
                AlarmColour::Orange => t!("badge.orange"),
                AlarmColour::Yellow => t!("badge.yellow"),
                AlarmColour::Blue => t!("badge.blue"),
                AlarmColour::Green => t!("badge.green"),
            },
        },
    }
}

/// A category for a narrow column.
pub fn category_short(category: Category) -> Cow<'static, str> {
    match i18n::current() {
        Language::Chinese => Cow::Borrowed(category.short_zh()),
        Language::English => {
            let main = category.parent().unwrap_or(category);
            text(&format!("category.short.{}", main.code()))
        }
    }
}

pub fn category(category: Category) -> &'static str {
    choose(category.name_zh(), category.name_en())
}

pub fn method(method: Method) -> &'static str {
    choose(method.name_zh(), method.name_en())
}

pub fn scale(scale: Scale) -> &'static str {
    choose(scale.name_zh(), scale.name_en())
}

pub const CHANNEL_NAMES: [(Channel, &str); 8] = [
    (Channel::Telephone, "telephone"),
    (Channel::Visit, "visit"),
    (Channel::Grid, "grid"),
    (Channel::Police, "police"),
    (Channel::Hotline, "hotline"),
    (Channel::Patrol, "patrol"),
    (Channel::Superior, "superior"),
    (Channel::Interface, "interface"),
];

pub fn channel(channel: Channel) -> String {
    let name = CHANNEL_NAMES
        .iter()
        .find(|(own, _)| *own == channel)
        .map_or("telephone", |(_, name)| name);
    text(&format!("form.channel.{name}")).into_owned()
}

pub fn direction(direction: Direction) -> String {
    match direction {
        Direction::In => t!("form.direction.in"),
        Direction::Out => t!("form.direction.out"),
    }
    .into_owned()
}

pub fn call_outcome(outcome: CallOutcome) -> String {
    match outcome {
        CallOutcome::Answered => t!("form.call.answered"),
        CallOutcome::NoAnswer => t!("form.call.no-answer"),
        CallOutcome::Busy => t!("form.call.busy"),
        CallOutcome::DeadNumber => t!("form.call.dead-number"),
    }
    .into_owned()
}

/// A telephone number as a page that is open to the room shows it.
pub fn phone(number: &str) -> String {
    if number.is_empty() {
        String::new()
    } else {
        crate::text::mask::mask_phone(number)
    }
}

pub fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Resolved => t!("form.outcome.resolved"),
        Outcome::Unresolved => t!("form.outcome.unresolved"),
    }
    .into_owned()
}

/// Where it stands, in a word: the stage; of what has ended, how it did.
pub fn standing(incident: &Incident) -> String {
    match incident.ended() {
        Some(ended) => ending(&ended),
        None => stage(incident.stage()),
    }
}

/// How a case ended, in a word.
pub fn ending(ending: &Ending) -> String {
    text(&format!("ending.{}", ending.name())).into_owned()
}

/// Another case by its number or tag.
pub fn case(case: &CaseRef) -> String {
    case.number
        .map_or_else(|| provisional(case.id), |number| number.to_string())
}

pub fn event_grade(grade: EventGrade) -> &'static str {
    choose(grade.name_zh(), grade.name_en())
}

pub fn supervision(level: Supervision) -> String {
    text(&format!("supervision.{}", level.name())).into_owned()
}

/// The level of supervision in one glyph for the queue.
pub fn supervision_mark(level: Supervision) -> String {
    match level {
        Supervision::None => return String::new(),
        Supervision::Ordinary => t!("queue.mark.supervised"),
        Supervision::YellowCard => t!("queue.mark.yellow-card"),
        Supervision::RedCard => t!("queue.mark.red-card"),
    }
    .into_owned()
}

pub fn mark(mark: Mark) -> String {
    text(&format!("form.mark.{}", mark.name())).into_owned()
}

/// Where a called unit stands.
pub fn presence(presence: Presence) -> String {
    match presence {
        Presence::Awaited => t!("whistle.awaited"),
        Presence::Overdue => t!("whistle.overdue"),
        Presence::InTime => t!("whistle.in-time"),
        Presence::Late => t!("whistle.late"),
    }
    .into_owned()
}

pub fn way(way: Way) -> String {
    match way {
        Way::Keep => t!("conflict.way.keep"),
        Way::Redo => t!("conflict.way.redo"),
        Way::Note => t!("conflict.way.note"),
    }
    .into_owned()
}

pub fn follow_up(outcome: FollowUpOutcome) -> String {
    match outcome {
        FollowUpOutcome::Satisfied => t!("form.follow-up.satisfied"),
        FollowUpOutcome::MostlySatisfied => t!("form.follow-up.mostly-satisfied"),
        FollowUpOutcome::Dissatisfied => t!("form.follow-up.dissatisfied"),
        FollowUpOutcome::NotReached => t!("form.follow-up.not-reached"),
    }
    .into_owned()
}

/// What is masked, and of whom: who told of it, or a party as counted on the
/// page.
pub fn part(part: Part) -> String {
    let what = match part.what {
        What::Phone => t!("reveal.phone"),
        What::DocNo => t!("reveal.doc-no"),
        What::Name => t!("reveal.name"),
    };
    match part.party {
        None => t!("reveal.of-source", what = what),
        Some(party) => t!("reveal.of-party", n = u64::from(party) + 1, what = what),
    }
    .into_owned()
}

/// What an alarm is, in one glyph for the queue; empty when somebody answers
/// for it and nothing is due.
pub fn alarm_mark(state: AlarmState) -> String {
    match state {
        AlarmState::Unacknowledged => t!("queue.mark.unacknowledged"),
        AlarmState::Acknowledged => return String::new(),
        AlarmState::AckExpiring => t!("queue.mark.expiring"),
        AlarmState::AckLapsed => t!("queue.mark.lapsed"),
        AlarmState::Snoozed => t!("queue.mark.snoozed"),
        AlarmState::SnoozeEnded => t!("queue.mark.snooze-ended"),
    }
    .into_owned()
}

/// The same in words.
pub fn alarm_state(state: AlarmState) -> String {
    match state {
        AlarmState::Unacknowledged => t!("detail.alarm.unacknowledged"),
        AlarmState::Acknowledged => t!("detail.alarm.acknowledged"),
        AlarmState::AckExpiring => t!("detail.alarm.expiring"),
        AlarmState::AckLapsed => t!("detail.alarm.lapsed"),
        AlarmState::Snoozed => t!("detail.alarm.snoozed"),
        AlarmState::SnoozeEnded => t!("detail.alarm.snooze-ended"),
    }
    .into_owned()
}

pub type Places = BTreeMap<AreaCode, String>;

/// An area's own name, or its code where it has none here.
pub fn place(area: AreaCode, places: &Places) -> String {
    places
        .get(&area)
        .cloned()
        .unwrap_or_else(|| area.to_string())
}

/// The town that an area lies in, for the column of towns.
pub fn town(area: AreaCode, places: &Places) -> String {
    place(area.town().unwrap_or(area), places)
}

/// As [`place_path`], down to the village: groups and households have codes and
/// seldom names.
pub fn village_path(area: AreaCode, places: &Places) -> String {
    place_path(area.truncate_to(Level::Village).unwrap_or(area), places)
}

/// An area from the town down, as people say it.
pub fn place_path(area: AreaCode, places: &Places) -> String {
    let mut names = Vec::new();
    let mut at = Some(area);
    while let Some(area) = at {
        names.push(place(area, places));
        if area.town() == Some(area) || area.district() == Some(area) {
            break;
        }
        at = area.parent();
    }
    names.reverse();
    names.concat()
}

/// A person where one is named, else the unit.
pub fn holder_short(holder: &Holder) -> &str {
    holder
        .person
        .as_ref()
        .map_or(holder.unit.name.as_str(), |person| person.name.as_str())
}

/// The unit, and the person in it.
pub fn holder(holder: &Holder) -> String {
    match &holder.person {
        Some(person) => format!("{} {}", holder.unit.name, person.name),
        None => holder.unit.name.clone(),
    }
}

/// What people call a record: its number, or the tag that stands in for it.
pub fn number(id: RecordId, incident: &Incident) -> String {
    match incident.number {
        Some(number) => number.to_string(),
        None => provisional(id),
    }
}

/// The tag that stands in for a number until the service gives one.
pub fn provisional(id: RecordId) -> String {
    t!("detail.provisional", tag = id.provisional_tag()).into_owned()
}

/// The last four characters of what people call a record; typed to confirm.
pub fn last_digits(id: RecordId, incident: &Incident) -> String {
    incident.number.map_or_else(
        || id.provisional_tag(),
        |number| format!("{:04}", number.serial % 10_000),
    )
}

/// A title, or category and place where it has none yet.
pub fn title(incident: &Incident) -> String {
    if incident.title.trim().is_empty() {
        format!("{} {}", category(incident.category), incident.place)
            .trim()
            .to_owned()
    } else {
        incident.title.clone()
    }
}
