//! What the filled forms of the steering verbs say.

use super::dialog::Aim;
use super::dialog_act::{Unreadable, assign, behalf, due, holder, unreadable};
use super::form::{Form, Slot};
use super::steer_fields::STAYS_THIS;
use crate::domain::codes::{Category, EventGrade, Scale};
use crate::domain::command::Target;
use crate::domain::ids::RecordId;
use crate::domain::incident::Incident;
use crate::domain::incident::act::{
    Act, AskExtension, AtUnits, Edit, GrantExtension, HandDown, HolderId, Join, PoliceReturn,
    RateWhistle, RefuseExtension, ReportIn, Supervise, ToUnit, Triage, Words,
};
use crate::domain::incident::extension::EXTENSION_WORKING_DAYS_MAX;
use crate::domain::incident::stage::SUPERVISIONS;
use crate::domain::incident::verb::Verb;
use crate::domain::incident::whistle::MARKS;
use crate::domain::record::{Kind, Rev};
use crate::domain::time::Timestamp;
use crate::i18n::t;

fn reason(form: &Form) -> String {
    form.text(Slot::Reason).to_owned()
}

/// The emergency that the form says, where it is another one.
pub fn emergency(form: &Form, incident: &Incident) -> Option<Edit<Option<EventGrade>>> {
    let to = EventGrade::from_code(form.code(Slot::Emergency)?);
    (to != incident.emergency).then_some(Edit {
        from: incident.emergency,
        to,
    })
}

pub fn triage(form: &Form, incident: &Incident, now: Timestamp) -> Result<Triage, Unreadable> {
    let category = form.code(Slot::Category).and_then(Category::from_code);
    let scale = form.code(Slot::Scale).and_then(Scale::from_code);
    let route = match form.picked(Slot::Lead) {
        [] => None,
        [..] => Some(assign(form, now)?),
    };
    Ok(Triage {
        category: category
            .filter(|to| *to != incident.category)
            .map(|to| Edit {
                from: incident.category,
                to,
            }),
        scale: scale
            .filter(|to| Some(*to) != incident.scale)
            .map(|to| Edit {
                from: incident.scale,
                to: Some(to),
            }),
        emergency: emergency(form, incident),
        opinion: form.text(Slot::Text).to_owned(),
        route,
    })
}

fn to(form: &Form) -> Result<HolderId, Unreadable> {
    form.code(Slot::To)
        .and_then(holder)
        .ok_or_else(|| unreadable(Slot::To))
}

pub fn escalate(form: &Form) -> Result<ToUnit, Unreadable> {
    Ok(ToUnit {
        to: to(form)?,
        reason: reason(form),
    })
}

pub fn hand_down(form: &Form, now: Timestamp) -> Result<HandDown, Unreadable> {
    Ok(HandDown {
        to: to(form)?,
        due: match form.text(Slot::Due) {
            "" => None,
            typed => Some(due(typed, now).ok_or_else(|| unreadable(Slot::Due))?),
        },
        words: form.text(Slot::Words).to_owned(),
    })
}

/// The units of a copy or a whistle, and what they are told.
pub fn at_units(form: &Form, units: Slot, words: Slot) -> AtUnits {
    AtUnits {
        units: form
            .picked(units)
            .iter()
            .filter_map(|chosen| holder(&chosen.code))
            .collect(),
        words: form.text(words).to_owned(),
    }
}

/// Reading needs no form.
pub fn read() -> Act {
    Act::Read(Words::default())
}

pub fn report_in(form: &Form) -> ReportIn {
    ReportIn {
        text: form.text(Slot::Text).to_owned(),
        unit: form
            .code(Slot::CalledUnit)
            .and_then(|code| code.parse().ok()),
        on_behalf: behalf(form),
    }
}

pub fn rate(form: &Form) -> Result<RateWhistle, Unreadable> {
    let wrong = || unreadable(Slot::CalledUnit);
    let code = form.code(Slot::CalledUnit).ok_or_else(wrong)?;
    let (whistle, unit) = code.split_once('/').ok_or_else(wrong)?;
    let mark = form.code(Slot::Mark);
    Ok(RateWhistle {
        whistle: whistle.parse().map_err(|_| wrong())?,
        unit: unit.parse().map_err(|_| wrong())?,
        mark: MARKS
            .into_iter()
            .find(|own| Some(own.name()) == mark)
            .ok_or_else(|| unreadable(Slot::Mark))?,
        text: form.text(Slot::Text).to_owned(),
    })
}

pub fn supervise(form: &Form) -> Result<Supervise, Unreadable> {
    let level = form.code(Slot::Supervision);
    Ok(Supervise {
        to: SUPERVISIONS
            .into_iter()
            .find(|own| Some(own.name()) == level)
            .ok_or_else(|| unreadable(Slot::Supervision))?,
        reason: reason(form),
    })
}

fn days(form: &Form) -> Result<u16, Unreadable> {
    let typed = crate::text::fold::fold_search(form.text(Slot::Days)).into_owned();
    typed
        .parse()
        .ok()
        .filter(|days| (1..=EXTENSION_WORKING_DAYS_MAX).contains(days))
        .ok_or_else(|| {
            let hint = t!("dialog.days-hint", max = EXTENSION_WORKING_DAYS_MAX);
            (Slot::Days, hint.into_owned())
        })
}

pub fn ask_extension(form: &Form) -> Result<AskExtension, Unreadable> {
    Ok(AskExtension {
        days: days(form)?,
        reason: reason(form),
        on_behalf: behalf(form),
    })
}

pub fn grant(form: &Form, incident: &Incident) -> Result<GrantExtension, Unreadable> {
    let asked = incident
        .open_extension()
        .ok_or_else(|| unreadable(Slot::Days))?;
    Ok(GrantExtension {
        asked: asked.id,
        days: days(form)?,
        text: form.text(Slot::Words).to_owned(),
    })
}

pub fn refuse(form: &Form, incident: &Incident) -> Result<RefuseExtension, Unreadable> {
    let asked = incident
        .open_extension()
        .ok_or_else(|| unreadable(Slot::Reason))?;
    Ok(RefuseExtension {
        asked: asked.id,
        reason: reason(form),
    })
}

pub fn to_police(form: &Form) -> PoliceReturn {
    PoliceReturn {
        reason: reason(form),
        confirmed_with: form.text(Slot::Police).to_owned(),
    }
}

pub fn join(form: &Form) -> Join {
    Join {
        reason: reason(form),
    }
}

/// The targets of a dialog's act: of a pair the one that it is about first.
pub fn targets(verb: Verb, aim: &Aim, form: &Form) -> Option<Vec<Target>> {
    let own = aim.target.clone();
    match verb {
        Verb::Merge | Verb::Link => {
            let other: Target = serde_json::from_str(form.code(Slot::Other)?).ok()?;
            let folds_other = form.code(Slot::Stays) == Some(STAYS_THIS);
            Some(if folds_other {
                vec![other, own]
            } else {
                vec![own, other]
            })
        }
        Verb::Unmerge | Verb::Unlink => {
            let id: RecordId = form.code(Slot::OtherOne)?.parse().ok()?;
            let other = unseen(id);
            // The folded one comes first, whichever of the two is on the
            // screen.
            let folds_other = aim.incident.merged.iter().any(|link| link.case.id == id);
            Some(if verb == Verb::Unmerge && folds_other {
                vec![other, own]
            } else {
                vec![own, other]
            })
        }
        _ => Some(vec![own]),
    }
}

/// A case of which only the name is on the screen.
fn unseen(id: RecordId) -> Target {
    Target {
        kind: Kind::Incident,
        id,
        base_rev: Rev(1),
        seen: None,
    }
}
