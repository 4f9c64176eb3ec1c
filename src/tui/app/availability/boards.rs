//! Which actions of the boards beside the queue work here.

use super::read_only;
use crate::domain::incident::refusal::Refusal;
use crate::domain::network;
use crate::domain::officer::Reach;
use crate::domain::roster::verb::Verb as RosterVerb;
use crate::i18n::t;
use crate::tui::app::model::{Access, Board, Desk, Layer, Model};
use crate::tui::app::update::duty;
use crate::tui::app::words::refusal::refusal;
use crate::tui::keys::{Action, Availability};

/// Whether the roster has something under the hand for the action, and this
/// officer may.
pub(super) fn on_roster(model: &Model, desk: &Desk, action: Action) -> Availability {
    if model.setup.access == Access::ReadOnly {
        return read_only();
    }
    let may = |verb: RosterVerb, area| {
        if verb.allowed_to(&desk.officer, area) {
            return Availability::Ready;
        }
        let why = Refusal::NotPermitted { verb: verb.into() };
        Availability::Denied(refusal(&why, &desk.policy, model.now))
    };
    if action == Action::RosterPostAdd {
        // Where, the form asks: any of the officer's own areas will do.
        let verb = RosterVerb::RosterPostAdd;
        let grants = desk.officer.grants.iter();
        let mut answers = grants.map(|grant| may(verb, grant.area));
        let ready = answers.find(|answer| *answer == Availability::Ready);
        return ready.unwrap_or_else(|| may(verb, desk.officer.unit.area));
    }
    let board = &desk.roster;
    let (verb, there, why) = match action {
        Action::RosterAssign => (
            RosterVerb::RosterAssignShift,
            board.gap().is_some(),
            t!("roster.no-gap"),
        ),
        Action::RosterRemove => (
            RosterVerb::RosterRemoveShift,
            board.stand().is_some(),
            t!("roster.nobody"),
        ),
        Action::RosterCheckIn => (
            RosterVerb::RosterCheckIn,
            board.stand().is_some(),
            t!("roster.nobody"),
        ),
        _ => (
            RosterVerb::RosterCall,
            board.stand().is_some(),
            t!("roster.nobody"),
        ),
    };
    let Some(post) = board.hand().filter(|_| there) else {
        return Availability::Denied(why.into_owned());
    };
    may(verb, post.area)
}

/// Whether something can be done to the warning under the cursor.
pub(super) fn on_warning(model: &Model, desk: &Desk, action: Action) -> Availability {
    use crate::domain::warning::verb::Verb as OnWarning;
    use crate::domain::warning::{apply, rules};
    use crate::tui::app::update::warnings::verb_of;
    let denied = |why: &Refusal| Availability::Denied(refusal(why, &desk.policy, model.now));
    if model.setup.access == Access::ReadOnly {
        return read_only();
    }
    match verb_of(action) {
        None => Availability::Ready,
        Some(OnWarning::Raise) => {
            let may = |area| desk.officer.may_warn(OnWarning::Raise, area) == Reach::Area;
            let verb = OnWarning::Raise.into();
            let allowed = match desk.board {
                Board::Warnings => desk.officer.grants.iter().any(|grant| may(grant.area)),
                Board::Queue
                | Board::Detail
                | Board::Outbox
                | Board::Roster
                | Board::Network
                | Board::Log
                | Board::Handover => match desk.in_hand() {
                    Some(hand) => may(hand.area()),
                    None => {
                        return Availability::Denied(t!("screen.denied.no-row").into_owned());
                    }
                },
            };
            if allowed {
                Availability::Ready
            } else {
                denied(&Refusal::NotPermitted { verb })
            }
        }
        Some(verb) => {
            let Some(row) = desk.warnings.current() else {
                return Availability::Denied(t!("warning.nothing").into_owned());
            };
            let ranks = rules::ranks(&desk.policy);
            match apply::allowed(&row.warning, row.area, verb, &desk.officer, ranks) {
                Ok(()) => Availability::Ready,
                Err(Refusal::RankStep { .. }) if verb == OnWarning::Upgrade => {
                    Availability::Denied(t!("screen.denied.highest").into_owned())
                }
                Err(Refusal::RankStep { .. }) => {
                    Availability::Denied(t!("screen.denied.lowest").into_owned())
                }
                Err(why) => denied(&why),
            }
        }
    }
}

/// Whether the search has something under the hand.
pub(super) fn hit_to_open(desk: &Desk) -> Availability {
    match desk.layers.last() {
        Some(Layer::Search(search)) if search.current().is_some() => Availability::Ready,
        _ => Availability::Denied(t!("screen.denied.no-row").into_owned()),
    }
}

/// Whether something can be done about whoever is under the hand.
pub(super) fn contact_allowed(
    model: &Model,
    desk: &Desk,
    verb: network::verb::Verb,
) -> Availability {
    if model.setup.access == Access::ReadOnly {
        return read_only();
    }
    let Some(contact) = desk.network.contact() else {
        return Availability::Denied(t!("network.denied.nobody").into_owned());
    };
    let Some(person) = contact.person() else {
        return Availability::Hidden;
    };
    let record = &contact.shown.record;
    match network::apply::allowed(record.id, record.area, person, verb, &desk.officer) {
        Ok(()) => Availability::Ready,
        Err(why) => Availability::Denied(refusal(&why, &desk.policy, model.now)),
    }
}

/// A number that is not shown is not shown as a code either.
pub(super) fn tel(model: &Model, desk: &Desk) -> Availability {
    let shown = desk
        .network
        .contact()
        .is_some_and(|contact| desk.network.shows_whole(contact.shown.record.id, model.now));
    if shown {
        Availability::Ready
    } else {
        Availability::Denied(t!("network.denied.masked").into_owned())
    }
}

/// Whether an action of the duty desk works now.
pub(super) fn at_the_desk(model: &Model, desk: &Desk, action: Action) -> Availability {
    if model.setup.access == Access::ReadOnly {
        return read_only();
    }
    match duty::denied(desk, action) {
        Some(why) => Availability::Denied(why),
        None => Availability::Ready,
    }
}
