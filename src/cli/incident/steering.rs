//! From options to the acts that steer the work.

use super::super::args::ActArgs;
use super::super::exit::Trouble;
use super::super::value;
use super::arguments::{assign, needed, on_behalf, reason};
use crate::domain::codes::EventGrade;
use crate::domain::ids::UnitId;
use crate::domain::incident::Incident;
use crate::domain::incident::act::{
    AskExtension, AtUnits, Edit, GrantExtension, HandDown, HolderId, Join, PoliceReturn,
    RateWhistle, RefuseExtension, ReportIn, Supervise, ToUnit, Triage,
};
use crate::domain::incident::extension::Extension;
use crate::i18n::t;

/// Finds a unit by id or name.
pub type Units<'a> = &'a dyn Fn(&str) -> Result<HolderId, Trouble>;

pub fn triage(args: &ActArgs, incident: &Incident, unit: Units<'_>) -> Result<Triage, Trouble> {
    let category = args.category.as_deref().map(value::category).transpose()?;
    let scale = args
        .scale
        .as_deref()
        .map(|code| value::of_option("--scale", code))
        .transpose()?;
    let emergency = args.emergency.as_deref().map(emergency).transpose()?;
    Ok(Triage {
        category: category.map(|to| Edit {
            from: incident.category,
            to,
        }),
        scale: scale.map(|to| Edit {
            from: incident.scale,
            to: Some(to),
        }),
        emergency: emergency.map(|to| Edit {
            from: incident.emergency,
            to,
        }),
        opinion: needed("--text", args.text.as_ref())?,
        route: match args.lead {
            // The opinion is the triage's; the route has no words of its own.
            Some(_) => Some(assign(args, String::new(), unit)?),
            None => None,
        },
    })
}

/// `none`, or a grade's code of GB/T 31000 table 5.8.
fn emergency(text: &str) -> Result<Option<EventGrade>, Trouble> {
    match text {
        "none" => Ok(None),
        code => value::of_option("--emergency", code).map(Some),
    }
}

pub fn escalate(args: &ActArgs, unit: Units<'_>) -> Result<ToUnit, Trouble> {
    Ok(ToUnit {
        to: unit(&needed("--to", args.to.as_ref())?)?,
        reason: needed("--reason", args.reason.as_ref())?,
    })
}

pub fn hand_down(args: &ActArgs, unit: Units<'_>) -> Result<HandDown, Trouble> {
    Ok(HandDown {
        to: unit(&needed("--to", args.to.as_ref())?)?,
        due: args.due.as_deref().map(value::moment).transpose()?,
        words: args.text.clone().unwrap_or_default(),
    })
}

/// Of a copy or a whistle.
pub fn at_units(args: &ActArgs, unit: Units<'_>) -> Result<AtUnits, Trouble> {
    needed("--unit", args.units.first())?;
    Ok(AtUnits {
        units: args
            .units
            .iter()
            .map(|name| unit(name))
            .collect::<Result<_, _>>()?,
        words: args.text.clone().unwrap_or_default(),
    })
}

pub fn report_in(args: &ActArgs, unit: Units<'_>) -> Result<ReportIn, Trouble> {
    let named = args.units.first().map(|name| unit(name)).transpose()?;
    Ok(ReportIn {
        text: args.text.clone().unwrap_or_default(),
        unit: named.map(|holder| holder.unit),
        on_behalf: on_behalf(args),
    })
}

/// The latest call of that unit that nobody has rated.
pub fn rate(args: &ActArgs, incident: &Incident, unit: Units<'_>) -> Result<RateWhistle, Trouble> {
    let unit: UnitId = unit(&needed("--unit", args.units.first())?)?.unit;
    let unrated = |whistle: &&crate::domain::incident::whistle::Whistle| {
        let mut called = whistle.called.iter();
        called.any(|called| called.unit.unit.id == unit && called.rated.is_none())
    };
    let whistle = incident
        .whistles
        .iter()
        .rev()
        .find(unrated)
        .ok_or_else(|| Trouble::usage(t!("refusal.nothing-to-rate")))?;
    Ok(RateWhistle {
        whistle: whistle.id,
        unit,
        mark: value::of_option("--mark", &needed("--mark", args.mark.as_ref())?)?,
        text: args.text.clone().unwrap_or_default(),
    })
}

pub fn supervise(args: &ActArgs) -> Result<Supervise, Trouble> {
    Ok(Supervise {
        to: value::of_option("--level", &needed("--level", args.level.as_ref())?)?,
        reason: needed("--reason", args.reason.as_ref())?,
    })
}

pub fn ask_extension(args: &ActArgs) -> Result<AskExtension, Trouble> {
    Ok(AskExtension {
        days: needed("--days", args.days.as_ref())?,
        reason: needed("--reason", args.reason.as_ref())?,
        on_behalf: on_behalf(args),
    })
}

fn asked(incident: &Incident) -> Result<&Extension, Trouble> {
    incident
        .open_extension()
        .ok_or_else(|| Trouble::usage(t!("refusal.no-request")))
}

pub fn grant(args: &ActArgs, incident: &Incident) -> Result<GrantExtension, Trouble> {
    Ok(GrantExtension {
        asked: asked(incident)?.id,
        days: needed("--days", args.days.as_ref())?,
        text: args.text.clone().unwrap_or_default(),
    })
}

pub fn refuse(args: &ActArgs, incident: &Incident) -> Result<RefuseExtension, Trouble> {
    Ok(RefuseExtension {
        asked: asked(incident)?.id,
        reason: needed("--reason", args.reason.as_ref())?,
    })
}

pub fn to_police(args: &ActArgs) -> Result<PoliceReturn, Trouble> {
    Ok(PoliceReturn {
        reason: needed("--reason", args.reason.as_ref())?,
        confirmed_with: args.with.clone().unwrap_or_default(),
    })
}

pub fn join(args: &ActArgs) -> Result<Join, Trouble> {
    Ok(Join {
        reason: reason(args)?.reason,
    })
}
