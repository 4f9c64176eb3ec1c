//! A refused act said again: what it starts from is what is there now.

use crate::domain::act::AnyAct;
use crate::domain::incident::Incident;
use crate::domain::incident::act::{Act, Edit};
use crate::domain::warning::{self, Warning};

/// An edit said again starts from what is there now.
pub(super) fn on_present_ground(act: &mut AnyAct, incident: &Incident) {
    fn from<T: Clone>(edit: Option<&mut Edit<T>>, present: &T) {
        if let Some(edit) = edit {
            edit.from.clone_from(present);
        }
    }
    let args = match act {
        AnyAct::Incident(Act::Acknowledge(args)) => {
            args.episode = args.episode.max(incident.alarm.episode);
            return;
        }
        AnyAct::Incident(Act::Amend(args)) => args,
        AnyAct::Incident(_)
        | AnyAct::Duty(_)
        | AnyAct::Roster(_)
        | AnyAct::Warning(_)
        | AnyAct::Network(_) => return,
    };
    from(args.title.as_mut(), &incident.title);
    from(args.category.as_mut(), &incident.category);
    from(args.place.as_mut(), &incident.place);
    from(args.summary.as_mut(), &incident.summary);
    from(args.scale.as_mut(), &incident.scale);
    from(args.people_count.as_mut(), &incident.people_count);
    from(args.task.as_mut(), &incident.elements.task);
    from(args.schedule.as_mut(), &incident.elements.schedule);
    from(args.path.as_mut(), &incident.elements.path);
    from(args.owner.as_mut(), &incident.elements.owner);
}

/// The same for an act on a warning.
pub(super) fn on_present_warning(act: &mut AnyAct, now: &Warning) {
    let AnyAct::Warning(act) = act else { return };
    match act {
        warning::act::Act::Raise(_) => {}
        warning::act::Act::Acknowledge(args) => args.episode = now.alarm.episode,
        warning::act::Act::Upgrade(args) | warning::act::Act::Downgrade(args) => {
            args.from = now.alarm.rank;
        }
        warning::act::Act::Lift(args) => {
            args.episode = now.alarm.episode;
            args.rank = now.alarm.rank;
        }
    }
}
