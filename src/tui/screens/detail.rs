//! One incident: what it is and stands at, its four elements, and its
//! timeline.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::steering;
use crate::domain::area::AreaCode;
use crate::domain::ids::RecordId;
use crate::domain::incident::Incident;
use crate::domain::incident::party::Party;
use crate::domain::incident::reveal;
use crate::domain::record::Record;
use crate::i18n::{self, Language, t};
use crate::store::alike::Suggestion;
use crate::store::view::{Pending, TimelineItem, TimelineWhat};
use crate::tui::app::model::{Desk, Detail, Look, Model};
use crate::tui::app::words::{alike, event, names, time};
use crate::tui::keys::Context;
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::scroll::{Paragraph, Wrapped};

/// Where the detail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Beside the queue.
    Beside,
    /// On the whole screen.
    Whole,
}

/// Cells of what names a value, with the blank after it.
const LABEL_CELLS_ZH: u16 = 7;
const LABEL_CELLS_EN: u16 = 11;
/// Cells before the words of a timeline's line.
const WORDS_INDENT: u16 = 6;
/// Cells before a suggestion.
const SUGGESTED_INDENT: u16 = 2;

/// The area of the text.
pub fn text_area(area: Rect, side: Option<Rect>) -> Rect {
    let border = u16::from(side.is_some());
    Rect {
        x: area.x + border + 1,
        width: area.width.saturating_sub(border + 1),
        ..area
    }
}

/// Draws it.
pub fn draw(model: &Model, desk: &Desk, pen: Pen<'_>, area: Rect, buf: &mut Buffer, place: Place) {
    pen.clear(buf, area, Role::Text);
    let scroll = desk.detail.as_ref().map_or(0, |detail| detail.scroll);
    let parts = parts(model, pen, area, place);
    for (at, (text, inner)) in parts.iter().enumerate() {
        if at > 0 || place == Place::Beside {
            let line = Rect {
                x: inner.x.saturating_sub(2),
                width: 1,
                ..area
            };
            for row in line.rows() {
                pen.text(
                    buf,
                    row.as_position(),
                    1,
                    pen.glyphs().vertical,
                    Role::Border,
                );
            }
        }
        if at == 0 && text.is_empty() {
            let nothing = t!("detail.nothing");
            pen.text(buf, inner.as_position(), inner.width, &nothing, Role::Dim);
        } else {
            text.draw(pen, *inner, buf, scroll);
        }
    }
}

/// Lines of the longest part, and rows that show them.
pub fn extent(model: &Model, pen: Pen<'_>, area: Rect, place: Place) -> (usize, usize) {
    let parts = parts(model, pen, area, place);
    let longest = parts.iter().map(|(text, _)| text.len()).max();
    (longest.unwrap_or(0), usize::from(area.height))
}

/// What stands where: on a wide screen the timeline is beside the facts, else
/// under them.
fn parts(model: &Model, pen: Pen<'_>, area: Rect, place: Place) -> Vec<(Wrapped, Rect)> {
    let side = match place {
        Place::Beside => Some(area),
        Place::Whole => None,
    };
    if place == Place::Beside || !model.is_split() {
        let inner = text_area(area, side);
        let mut text = facts_of(model, pen);
        if !text.is_empty() {
            say(&mut text, Role::Text, String::new());
            text.extend(history_of(model, pen));
        }
        return vec![(Wrapped::new(pen, &text, inner.width), inner)];
    }
    let left = Rect {
        width: area.width / 2,
        ..area
    };
    let right = Rect {
        x: left.right(),
        width: area.width - left.width,
        ..area
    };
    let (left, right) = (text_area(left, None), text_area(right, Some(right)));
    let facts = Wrapped::new(pen, &facts_of(model, pen), left.width);
    let history = if facts.is_empty() {
        Vec::new()
    } else {
        history_of(model, pen)
    };
    vec![
        (facts, left),
        (Wrapped::new(pen, &history, right.width), right),
    ]
}

fn history_of(model: &Model, pen: Pen<'_>) -> Text {
    let mut text = Vec::new();
    if let Some(desk) = &model.desk
        && let Some(detail) = &desk.detail
    {
        timeline(model, desk, detail, pen, &mut text);
    }
    text
}

/// What it is and stands at; empty where nothing is known.
fn facts_of(model: &Model, pen: Pen<'_>) -> Text {
    let mut text = Vec::new();
    let Some(desk) = &model.desk else {
        return text;
    };
    let Some(detail) = &desk.detail else {
        return text;
    };
    let row = || {
        let (_, row) = desk
            .queue
            .rows
            .iter()
            .find(|(_, row)| row.id == detail.id)?;
        Some((row.area, &row.incident, row.pending))
    };
    let known = detail
        .shown
        .as_ref()
        .and_then(|shown| Some((shown.record.area, shown.record.incident()?, shown.pending)))
        .or_else(row);
    let Some((area, incident, pending)) = known else {
        return text;
    };
    head(model, desk, pen, (detail.id, incident, pending), &mut text);
    let look = detail.look(model.now);
    revealed(look, &mut text);
    suggested(model, &detail.suggested.found, &mut text);
    standing(model, desk, (area, incident), look, &mut text);
    text
}

/// A case as any other page shows it beside a list: masked, and only what its
/// own record says.
pub(super) fn of_case(
    model: &Model,
    desk: &Desk,
    pen: Pen<'_>,
    (record, incident, pending): (&Record, &Incident, Pending),
) -> Text {
    let mut text = Vec::new();
    head(model, desk, pen, (record.id, incident, pending), &mut text);
    let about = (record.area, incident);
    standing(model, desk, about, Look::Masked, &mut text);
    text
}

fn standing(
    model: &Model,
    desk: &Desk,
    (area, incident): (AreaCode, &Incident),
    look: Look<'_>,
    text: &mut Text,
) {
    facts(model, desk, (area, incident), look, text);
    people(incident, look, text);
    elements(incident, text);
    ending(model, incident, text);
    steering::say_all(model, incident, text);
}

pub(super) type Text = Vec<Paragraph<'static>>;

pub(super) fn say(text: &mut Text, role: Role, words: impl Into<String>) {
    text.push(Paragraph::new(words.into(), role));
}

/// A named value; nothing for an empty one.
pub(super) fn fact(text: &mut Text, name: &str, value: &str) {
    fact_in(text, Role::Text, name, value);
}

/// The same in a look of its own.
fn fact_in(text: &mut Text, role: Role, name: &str, value: &str) {
    if value.trim().is_empty() {
        return;
    }
    let cells = match i18n::current() {
        Language::Chinese => LABEL_CELLS_ZH,
        Language::English => LABEL_CELLS_EN,
    };
    let value = Paragraph::new(value.trim_end().to_owned(), role);
    text.push(value.labelled(name.to_owned(), cells));
}

fn head(
    model: &Model,
    desk: &Desk,
    pen: Pen<'_>,
    (id, incident, pending): (RecordId, &Incident, Pending),
    text: &mut Text,
) {
    let badge = names::badge(incident.alarm.rank, &desk.policy);
    let title = format!("{} {}", badge.text(pen), names::title(incident));
    say(text, badge.role(), title);
    let number = names::number(id, incident);
    let stage = names::standing(incident);
    say(
        text,
        Role::Dim,
        format!("{number} {} {stage}", pen.glyphs().dot),
    );
    match pending {
        Pending::Confirmed => {}
        Pending::Waiting => say(text, Role::Pending, t!("detail.pending")),
        Pending::Doubtful => say(text, Role::Refused, t!("detail.doubtful")),
    }
    if desk.queue.gone == Some(id) {
        say(text, Role::Dim, t!("detail.gone"));
    }
    let alarm = &incident.alarm;
    let standing = incident.alarm_state(&desk.policy, model.now);
    let mut words = names::alarm_state(standing);
    if let Some(ack) = &alarm.ack {
        words = t!(
            "detail.acknowledged-by",
            state = words,
            by = ack.by.name,
            at = time::both(ack.at, model.now)
        )
        .into_owned();
    }
    if let Some(snooze) = &alarm.snooze {
        words = t!(
            "detail.snoozed-by",
            state = words,
            by = snooze.by.name,
            until = time::both(snooze.until, model.now),
            reason = snooze.reason
        )
        .into_owned();
    }
    if incident.is_open() {
        fact(text, &t!("detail.alarm.name"), &words);
    }
}

/// What may be the same matter, with the key that leads there.
fn suggested(model: &Model, found: &[Suggestion], text: &mut Text) {
    if found.is_empty() {
        return;
    }
    say(
        text,
        Role::Title,
        alike::heading(found.len(), model.setup.keymap.as_ref(), Context::Detail),
    );
    for found in found {
        let (which, why) = alike::suggestion(found, model.now);
        text.push(Paragraph::new(which, Role::Text).indented(SUGGESTED_INDENT));
        text.push(Paragraph::new(why, Role::Dim).indented(SUGGESTED_INDENT));
    }
}

fn facts(
    model: &Model,
    desk: &Desk,
    (area, incident): (AreaCode, &Incident),
    look: Look<'_>,
    text: &mut Text,
) {
    if let Some(deadline) = &incident.deadline {
        let words = time::deadline_in_full(deadline.at, model.now);
        let role = if incident.is_overdue(model.now) {
            Role::Overdue
        } else {
            Role::Text
        };
        fact_in(text, role, &t!("field.due"), &words);
    }
    fact(
        text,
        &t!("field.category"),
        names::category(incident.category),
    );
    let place = format!(
        "{} {}",
        names::place_path(area, &desk.places),
        incident.place
    );
    fact(text, &t!("field.place"), &place);
    let mut size = Vec::new();
    if let Some(count) = incident.people_count {
        size.push(t!("detail.people", n = count).into_owned());
    }
    if let Some(scale) = incident.scale {
        size.push(names::scale(scale).to_owned());
    }
    fact(text, &t!("field.scale"), &size.join(" "));
    let grade = incident.emergency.map_or("", names::event_grade);
    fact(text, &t!("field.emergency"), grade);
    let source = &incident.source;
    let told_by = format!(
        "{} {} {}",
        names::channel(source.channel),
        source.name,
        phone(&source.phone, look)
    );
    fact(text, &t!("field.channel"), &told_by);
    let occurred = incident.occurred_at;
    let occurred = occurred.map_or_else(String::new, |at| time::both(at, model.now));
    fact(text, &t!("field.occurred-at"), &occurred);
    fact(text, &t!("field.summary"), &incident.summary);
    fact(
        text,
        &t!("detail.holder"),
        &names::holder(&incident.step.holder),
    );
    let list = |holders: &[crate::domain::unit::Holder]| {
        let all: Vec<String> = holders.iter().map(names::holder).collect();
        all.join(&t!("screen.list-comma"))
    };
    fact(text, &t!("field.assist"), &list(&incident.assist));
    fact(text, &t!("field.copies"), &steering::copies(incident));
    let registered = t!(
        "detail.registered-by",
        by = incident.registered_by.name,
        unit = incident.creator.name,
        at = time::both(incident.registered_at, model.now)
    );
    fact(text, &t!("detail.registered"), &registered);
}

/// Says that the page is whole for now, and for how long.
fn revealed(look: Look<'_>, text: &mut Text) {
    if let Look::Whole { left, .. } = look {
        // The second that has begun counts.
        let seconds = (left.0 + 999) / 1_000;
        say(text, Role::Pending, t!("reveal.open", seconds = seconds));
    }
}

fn phone(number: &str, look: Look<'_>) -> String {
    match look {
        Look::Masked => names::phone(number),
        Look::Whole { .. } => number.to_owned(),
    }
}

fn people(incident: &Incident, look: Look<'_>, text: &mut Text) {
    let parties = (0..).zip(&incident.parties);
    let all: Vec<String> = parties.map(|(at, own)| party(at, own, look)).collect();
    fact(
        text,
        &t!("field.parties"),
        &all.join(&t!("screen.list-comma")),
    );
}

fn party(at: u32, party: &Party, look: Look<'_>) -> String {
    let kept = match look {
        Look::Masked => None,
        Look::Whole { sealed, .. } => reveal::of_party(sealed, at),
    };
    let name = kept
        .map(|kept| kept.name.as_str())
        .filter(|name| !name.is_empty());
    let doc_no = kept.map_or("", |kept| kept.doc_no.as_str());
    let words = [
        name.unwrap_or(&party.name),
        &party.part,
        &phone(&party.phone, look),
        doc_no,
    ];
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn elements(incident: &Incident, text: &mut Text) {
    let elements = &incident.elements;
    fact(text, &t!("field.task"), &elements.task);
    fact(text, &t!("field.schedule"), &elements.schedule.join("\n"));
    fact(text, &t!("field.path"), &elements.path);
    fact(text, &t!("field.owner"), &elements.owner);
}

fn ending(model: &Model, incident: &Incident, text: &mut Text) {
    if let Some(finish) = &incident.finish {
        let method = finish.method.map_or("", names::method);
        let words = format!(
            "{} {method} {} {}",
            names::outcome(finish.outcome),
            finish.by.name,
            time::both(finish.at, model.now)
        );
        fact(text, &t!("verb.finish"), &words);
    }
    if let Some(strike) = &incident.strike_off {
        let mut words = format!(
            "{} {}",
            strike.proposed.by.name,
            time::both(strike.proposed.at, model.now)
        );
        if let Some(signed) = &strike.signed {
            words = format!(
                "{words}{}{} {}",
                t!("screen.list-comma"),
                signed.by.name,
                time::both(signed.at, model.now)
            );
        }
        fact(text, &t!("detail.signatures"), &words);
    }
}

fn timeline(model: &Model, desk: &Desk, detail: &Detail, pen: Pen<'_>, text: &mut Text) {
    let title = t!("detail.timeline", n = detail.timeline.len());
    say(text, Role::Title, title);
    // The newest on top: what happened last is what is looked for.
    for item in detail.timeline.iter().rev() {
        line(model, desk, pen, item, text);
    }
}

fn line(model: &Model, desk: &Desk, pen: Pen<'_>, item: &TimelineItem, text: &mut Text) {
    let (who, head, words) = match &item.what {
        TimelineWhat::Act(act) => {
            let (head, words) = event::act(act, &desk.policy, model.now);
            (act.author.name.clone(), head, words)
        }
        TimelineWhat::Entry(_, entry) => {
            let (head, words) = event::entry(entry);
            (entry.author.name.clone(), head, words)
        }
        TimelineWhat::Newer(verb) => (
            String::new(),
            t!("detail.newer", verb = verb).into_owned(),
            String::new(),
        ),
    };
    let (mark, role) = match item.pending {
        Pending::Confirmed => ("", Role::Label),
        Pending::Waiting => ("*", Role::Pending),
        Pending::Doubtful => ("?", Role::Refused),
    };
    let at = time::both(item.at, model.now);
    let dot = pen.glyphs().dot;
    say(text, role, format!("{mark}{at} {dot} {who} {head}"));
    if !words.trim().is_empty() {
        text.push(Paragraph::new(words, Role::Text).indented(WORDS_INDENT));
    }
}
