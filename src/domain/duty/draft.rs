//! The draft of a handover, made from records: nothing that is open is left to
//! anybody's memory.

use std::collections::BTreeSet;

use super::handover::{Answers, ITEMS_MAX, Item, ItemKind};
use super::line::LogLine;
use crate::domain::alarm::{Alarm, AlarmState, Rank};
use crate::domain::ids::{OfficerId, RecordId};
use crate::domain::incident::{Incident, TITLE_MAX_CHARS};
use crate::domain::policy::{Policy, Ring};
use crate::domain::time::Timestamp;
use crate::domain::warning::{Subject, Warning, Why};

/// For whom and when a draft is made.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The outgoing officer.
    pub officer: OfficerId,
    /// The centre's policy.
    pub policy: &'a Policy,
    /// Now.
    pub now: Timestamp,
}

/// What a case has to be handed on for, if anything: an open one of a rank that
/// sounds, one that is put off, one that waits for a called unit.
#[must_use]
pub fn of_case(id: RecordId, incident: &Incident, ground: &Ground<'_>) -> Vec<Item> {
    if !incident.is_open() {
        return Vec::new();
    }
    let mut items = Vec::new();
    let snoozed = incident.alarm_state(ground.policy, ground.now) == AlarmState::Snoozed;
    let sounds = ground.policy.level(incident.alarm.rank).ring != Ring::Silent;
    if snoozed {
        let until = incident.alarm.snooze.as_ref().map(|snooze| snooze.until);
        items.push(Item {
            until,
            ..item(ItemKind::Snoozed, id, incident, ground)
        });
    } else if sounds || answers(&incident.alarm, ground) == Answers::Outgoing {
        items.push(item(ItemKind::Open, id, incident, ground));
    }
    let awaited = incident.whistles.iter().flat_map(|whistle| {
        whistle
            .called
            .iter()
            .filter(|called| called.reported.is_none())
            .map(|called| (whistle.answer_by, called.unit.unit.name.clone()))
    });
    items.extend(awaited.map(|(until, holder)| Item {
        holder,
        until: Some(until),
        ..item(ItemKind::Called, id, incident, ground)
    }));
    items
}

/// What an open warning has to be handed on for, if it has: it is of a rank that
/// sounds, or the outgoing officer answers for it. `case` is the title of the
/// case that it is about, where it is known.
#[must_use]
pub fn of_warning(
    id: RecordId,
    warning: &Warning,
    case: Option<&str>,
    ground: &Ground<'_>,
) -> Option<Item> {
    let alarm = &warning.alarm;
    let answers = answers(alarm, ground);
    let sounds = ground.policy.level(alarm.rank).ring != Ring::Silent;
    if !warning.is_open() || !(sounds || answers == Answers::Outgoing) {
        return None;
    }
    let said = match &warning.why {
        Why::Said { text } => text.as_str(),
        Why::Overdue { .. } | Why::People { .. } | Why::Repeated { .. } => "",
    };
    let about = match &warning.subject {
        Subject::Case { .. } | Subject::Deadline { .. } => case.unwrap_or_default(),
        Subject::Place { place } => place.as_str(),
    };
    let title: String = format!("{said} {about}")
        .trim()
        .chars()
        .take(TITLE_MAX_CHARS)
        .collect();
    let number = warning.subject.case().map(|case| case.name());
    Some(Item {
        kind: ItemKind::Warning,
        record: id,
        name: number.unwrap_or_else(|| id.provisional_tag()),
        title,
        rank: Some(alarm.rank),
        stage: None,
        holder: alarm
            .ack
            .as_ref()
            .map_or_else(String::new, |ack| ack.by.name.clone()),
        until: match &warning.why {
            Why::Overdue { due, .. } => Some(*due),
            Why::People { .. } | Why::Repeated { .. } | Why::Said { .. } => None,
        },
        answers,
        next: String::new(),
    })
}

fn answers(alarm: &Alarm, ground: &Ground<'_>) -> Answers {
    match &alarm.ack {
        Some(ack) if ack.by.id == ground.officer => Answers::Outgoing,
        Some(_) | None => Answers::Other,
    }
}

fn item(kind: ItemKind, id: RecordId, incident: &Incident, ground: &Ground<'_>) -> Item {
    let holder = &incident.step.holder;
    let title = if incident.title.trim().is_empty() {
        &incident.place
    } else {
        &incident.title
    };
    Item {
        kind,
        record: id,
        name: incident
            .number
            .map_or_else(|| id.provisional_tag(), |number| number.to_string()),
        title: title.clone(),
        rank: Some(incident.alarm.rank),
        stage: Some(incident.stage()),
        holder: holder
            .person
            .as_ref()
            .map_or_else(|| holder.unit.name.clone(), |person| person.name.clone()),
        until: incident.deadline.as_ref().map(|deadline| deadline.at),
        answers: answers(&incident.alarm, ground),
        next: String::new(),
    }
}

/// The promises of the log that nobody has kept yet.
#[must_use]
pub fn promises(lines: &[(RecordId, LogLine)]) -> Vec<Item> {
    let kept: BTreeSet<RecordId> = lines.iter().filter_map(|(_, line)| line.keeps).collect();
    lines
        .iter()
        .filter(|(id, _)| !kept.contains(id))
        .filter_map(|(id, line)| {
            let call = line.call()?;
            let by = call.call_back_by?;
            Some(Item {
                kind: ItemKind::CallBack,
                record: *id,
                name: line.about.map_or_else(String::new, |case| case.name()),
                title: line.text.chars().take(TITLE_MAX_CHARS).collect(),
                rank: None,
                stage: None,
                holder: call.call.with.clone(),
                until: Some(by),
                answers: Answers::Other,
                next: String::new(),
            })
        })
        .collect()
}

/// A post that has less than it needs in the coming shift, from `from` on; it
/// is nobody's alarm, and the board of the roster fills it.
#[must_use]
pub fn of_gap(post: RecordId, name: &str, from: Timestamp) -> Item {
    Item {
        kind: ItemKind::Gap,
        record: post,
        name: String::new(),
        title: name.chars().take(TITLE_MAX_CHARS).collect(),
        rank: None,
        stage: None,
        holder: String::new(),
        until: Some(from),
        answers: Answers::Other,
        next: String::new(),
    }
}

/// The order in which they are gone through: what is open, the gravest first,
/// then warnings, promises, what is put off, who is still awaited, and where
/// somebody is missing; of each what
/// the outgoing officer answers for, then the nearest time first.
pub fn sort(items: &mut [Item]) {
    items.sort_by_key(|item| {
        let section = match item.kind {
            ItemKind::Open => 0,
            ItemKind::Warning => 1,
            ItemKind::CallBack => 2,
            ItemKind::Snoozed => 3,
            ItemKind::Called => 4,
            ItemKind::Gap => 5,
        };
        let rank = item.rank.map_or(0, Rank::severity);
        let until = item.until.map_or(i64::MAX, Timestamp::as_millis);
        let other = item.answers == Answers::Other;
        (section, std::cmp::Reverse(rank), other, until, item.record)
    });
}

/// Leaves out what is too much for one handover: the end of the order, where
/// nothing is that the outgoing officer answers for while there is room. Says
/// how many, because nothing is left out uncounted.
#[must_use]
pub fn cut(items: &mut Vec<Item>) -> u32 {
    let over = items.len().saturating_sub(ITEMS_MAX);
    items.truncate(ITEMS_MAX);
    u32::try_from(over).unwrap_or(u32::MAX)
}
