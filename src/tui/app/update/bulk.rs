//! One act on several incidents: marking, asking once with the count, one
//! command each, and one line that says what came of it.

use super::super::dialog::{Aim, Kind, Waiting};
use super::super::dialog_act;
use super::super::dialog_fields::{self, Ground};
use super::super::effect::{Effect, Origin};
use super::super::form::{Field, Form, Slot};
use super::super::marks::{self, MARKED_MAX, Marking, UnderWay};
use super::super::message::{Done, NotDone};
use super::super::model::{Desk, Model, Tone};
use super::super::undo::Latest;
use super::super::words::names;
use super::super::words::refusal::refusal;
use super::dialog;
use super::verbs::secured;
use crate::domain::ids::RecordId;
use crate::domain::incident::verb::Verb;
use crate::domain::incident::{FourElements, Incident};
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::tui::keys::{Action, Danger};
use crate::tui::widgets::scroll::Step;

/// Titles that a dialog names before it says how many more there are.
const NAMED_MAX: usize = 3;

/// Marks, and takes marks away.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    match action {
        Action::MarkToggle => {
            let Some(row) = desk.queue.current().cloned() else {
                return Vec::new();
            };
            let marking = desk.marks.toggle(&row);
            let effects = desk.queue.step(Step::Down(1));
            full(model, marking);
            effects
        }
        Action::MarkPage => {
            let mut marking = Marking::Done;
            for row in desk.queue.visible() {
                if desk.marks.add(row) == Marking::Full {
                    marking = Marking::Full;
                }
            }
            full(model, marking);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn full(model: &mut Model, marking: Marking) {
    if marking == Marking::Full {
        model.say(Tone::Error, t!("bulk.full", max = MARKED_MAX));
    }
}

/// A verb's key while incidents are marked: asks once, with the count.
pub fn start(model: &mut Model, verb: Verb, danger: Danger) -> Vec<Effect> {
    let now = model.now;
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let (aims, not): (Vec<Aim>, Vec<(Aim, String)>) = marks::split(desk, verb, now);
    let mut fields = fields(desk, verb, (&aims, &not), now);
    if fields.is_empty() {
        return Vec::new();
    }
    // At this hour the count is typed where one record's digits would be.
    let digits = (secured(danger, now) == Danger::TypeToConfirm).then(|| aims.len().to_string());
    if digits.is_some() {
        fields.push(dialog_fields::count_digits(aims.len()));
    }
    let kind = Kind::Several { verb, aims };
    dialog::push(model, kind, Form::new(fields));
    if let Some(dialog) = dialog::top(model) {
        dialog.digits = digits;
    }
    Vec::new()
}

/// The dialog's fields in the language that is selected now.
pub fn reworded(desk: &Desk, verb: Verb, aims: &[Aim], now: Timestamp) -> Vec<Field> {
    let (_, not) = marks::split(desk, verb, now);
    fields(desk, verb, (aims, &not), now)
}

type Not = (Aim, String);

/// What it does to which incidents, and what the verb asks; none without an
/// incident.
fn fields(desk: &Desk, verb: Verb, (aims, not): (&[Aim], &[Not]), now: Timestamp) -> Vec<Field> {
    let Some(template) = template(verb, aims) else {
        return Vec::new();
    };
    let mut fields = vec![Field::told(Slot::Marked, told(desk, aims, not))];
    fields.extend(dialog_fields::of_verb(
        verb,
        &template,
        &Ground {
            policy: &desk.policy,
            officer: &desk.officer,
            now,
        },
    ));
    fields
}

/// The incident whose fields the dialog starts from: nothing of one case may
/// slip into another, so only what all of them share is left in it.
fn template(verb: Verb, aims: &[Aim]) -> Option<Aim> {
    let rank = |aim: &&Aim| aim.incident.alarm.rank;
    let mut template = match verb {
        // The ranks that are offered suit at least one of them.
        Verb::Lower => aims.iter().max_by_key(rank),
        _ => aims.iter().min_by_key(rank),
    }?
    .clone();
    let incident: &mut Incident = &mut template.incident;
    incident.elements = FourElements::default();
    Some(template)
}

/// How many, of which ranks, the first by name; and which cannot be done.
fn told(desk: &Desk, aims: &[Aim], not: &[(Aim, String)]) -> String {
    let ranks: Vec<String> = desk
        .policy
        .levels
        .iter()
        .filter_map(|level| {
            let of_rank = |aim: &&Aim| aim.incident.alarm.rank == level.rank;
            let count = aims.iter().filter(of_rank).count();
            (count > 0).then(|| format!("{}{count}", names::level(level)))
        })
        .collect();
    let mut gravest: Vec<&Aim> = aims.iter().collect();
    gravest.sort_by_key(|aim| std::cmp::Reverse(aim.incident.alarm.rank));
    let named: Vec<String> = gravest
        .into_iter()
        .take(NAMED_MAX)
        .map(|aim| names::title(&aim.incident))
        .collect();
    let mut lines = vec![
        t!("bulk.count", n = aims.len(), ranks = ranks.join(" ")).into_owned(),
        t!(
            "bulk.named",
            titles = named.join(&t!("screen.list-comma")),
            n = aims.len()
        )
        .into_owned(),
    ];
    if let Some((aim, why)) = not.first() {
        let title = names::title(&aim.incident);
        let words = t!("bulk.not", n = not.len(), title = title, why = why);
        lines.push(words.into_owned());
    }
    lines.join("\n")
}

/// Hands the dialog in: one command for each.
pub fn submit(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(dialog) = dialog::top(model) else {
        return Vec::new();
    };
    let Kind::Several { verb, aims } = &dialog.kind else {
        return Vec::new();
    };
    let (verb, aims, form) = (*verb, aims.clone(), dialog.form.clone());
    let number = dialog.number;
    dialog.waiting = Waiting::Store;
    let mut effects = Vec::with_capacity(aims.len());
    for aim in &aims {
        let entry = model.take_id();
        match dialog_act::read(verb, aim, &form, entry, now) {
            Ok(act) => effects.push(Effect::Submit {
                origin: Origin::Several { number, on: aim.id },
                targets: vec![aim.target.clone()],
                act: Box::new(act.into()),
                made_at: now,
                draft: None,
            }),
            Err((slot, why)) => {
                if let Some(dialog) = dialog::top(model) {
                    dialog.waiting = Waiting::Officer;
                    dialog.form.fail(slot, why);
                }
                return Vec::new();
            }
        }
    }
    if let Some(desk) = &mut model.desk {
        if verb == Verb::Acknowledge {
            for aim in &aims {
                desk.alarms.hush(aim.id);
                desk.watch.answer(aim.id);
            }
        }
        desk.several.push(UnderWay {
            number,
            verb,
            left: effects.len(),
            done: Vec::new(),
            not: Vec::new(),
            back: Vec::new(),
        });
        desk.close_dialog(number);
    }
    effects
}

/// One of them is on the disk.
pub fn taken(model: &mut Model, number: u64, on: RecordId, done: &Done) {
    answered(model, number, |under_way, _| {
        under_way.done.push(on);
        under_way
            .back
            .extend(Latest::of(done).into_iter().flat_map(|it| it.back));
    });
}

/// One of them is not.
pub fn not_taken(model: &mut Model, number: u64, on: RecordId, why: &NotDone) {
    let now = model.now;
    answered(model, number, |under_way, desk| {
        let words = match why {
            NotDone::Refused(why) => refusal(why, &desk.policy, now),
            NotDone::NotStored(why) => t!("screen.not-stored", why = why).into_owned(),
        };
        under_way.not.push((title_of(desk, on), words));
    });
}

/// The title of an incident that was acted on: marked, or in the list.
fn title_of(desk: &Desk, on: RecordId) -> String {
    let marked = desk.marks.aims().find(|aim| aim.id == on);
    let listed = || desk.queue.rows.iter().find(|(_, row)| row.id == on);
    marked
        .map(|aim| aim.incident.as_ref())
        .or_else(|| listed().map(|(_, row)| &row.incident))
        .map_or_else(String::new, names::title)
}

fn answered(model: &mut Model, number: u64, note: impl FnOnce(&mut UnderWay, &Desk)) {
    let Some(desk) = &mut model.desk else {
        return;
    };
    let Some(at) = desk.several.iter().position(|one| one.number == number) else {
        return;
    };
    let mut under_way = desk.several.remove(at);
    under_way.left = under_way.left.saturating_sub(1);
    note(&mut under_way, desk);
    if under_way.left > 0 {
        desk.several.push(under_way);
        return;
    }
    // What could not be done stays marked, to be looked at.
    for id in &under_way.done {
        desk.marks.remove(*id);
    }
    desk.latest = Some(Latest {
        verb: under_way.verb,
        back: std::mem::take(&mut under_way.back),
    });
    tell(model, &under_way);
}

/// What came of all of them, in one line.
fn tell(model: &mut Model, under_way: &UnderWay) {
    let verb = names::verb(under_way.verb);
    let (done, not) = (under_way.done.len(), under_way.not.len());
    match under_way.not.first() {
        None => model.say(Tone::Done, t!("bulk.done", verb = verb, n = done)),
        Some((title, why)) => model.say(
            Tone::Error,
            t!(
                "bulk.partly",
                verb = verb,
                n = done,
                not = not,
                title = title,
                why = why
            ),
        ),
    }
}
