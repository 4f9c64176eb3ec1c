//! Which actions work here, and why the others do not. One answer for the
//! keys, the hint line and the help.

mod boards;

use self::boards::{at_the_desk, contact_allowed, hit_to_open, on_roster, on_warning, tel};
use super::dialog::Aim;
use super::marks;
use super::model::{Access, Board, Desk, Detail, Layer, Model};
use super::queue::View;
use super::words::names;
use super::words::refusal::refusal;
use crate::domain::area::AreaCode;
use crate::domain::incident::Incident;
use crate::domain::incident::apply::allowed;
use crate::domain::incident::refusal::Refusal;
use crate::domain::incident::reveal;
use crate::domain::incident::verb::Verb;
use crate::domain::network;
use crate::domain::officer::Reach;
use crate::domain::policy::SnoozeRule;
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::store::view::OutboxState;
use crate::tui::keys::{Action, Availability, Context, Group};
use crate::tui::terminal::flow::Speed;

/// The verb that an action stands for.
pub fn verb_of(action: Action) -> Option<Verb> {
    Some(match action {
        Action::IncidentAcknowledge => Verb::Acknowledge,
        Action::IncidentAccept => Verb::Accept,
        Action::IncidentAssign => Verb::Assign,
        Action::IncidentNote => Verb::Note,
        Action::IncidentLogCall => Verb::Call,
        Action::IncidentReveal => Verb::Reveal,
        Action::IncidentRaise => Verb::Raise,
        Action::IncidentLower => Verb::Lower,
        Action::IncidentSnooze => Verb::Snooze,
        Action::IncidentReturn => Verb::Return,
        Action::IncidentRecall => Verb::Recall,
        Action::IncidentFinish => Verb::Finish,
        Action::IncidentVerify => Verb::Verify,
        Action::IncidentSendBack => Verb::SendBack,
        Action::IncidentFollowUp => Verb::FollowUp,
        Action::StrikeOffPropose => Verb::ProposeStrikeOff,
        Action::StrikeOffSign => Verb::SignStrikeOff,
        Action::StrikeOffDecline => Verb::DeclineStrikeOff,
        Action::IncidentReopen => Verb::Reopen,
        Action::IncidentTriage => Verb::Triage,
        Action::IncidentEscalate => Verb::Escalate,
        Action::IncidentHandDown => Verb::HandDown,
        Action::IncidentCopy => Verb::Copy,
        Action::IncidentRead => Verb::Read,
        Action::WhistleBlow => Verb::Whistle,
        Action::WhistleReportIn => Verb::ReportIn,
        Action::WhistleRate => Verb::RateWhistle,
        Action::SupervisionRaise => Verb::Supervise,
        Action::SupervisionLift => Verb::LiftSupervision,
        Action::ExtensionAsk => Verb::AskExtension,
        Action::ExtensionGrant => Verb::GrantExtension,
        Action::ExtensionRefuse => Verb::RefuseExtension,
        Action::IncidentReturnToPolice => Verb::ReturnToPolice,
        Action::IncidentVoid => Verb::Void,
        Action::IncidentMerge => Verb::Merge,
        Action::IncidentUnmerge => Verb::Unmerge,
        Action::IncidentLink => Verb::Link,
        Action::IncidentUnlink => Verb::Unlink,
        Action::IncidentSettle => Verb::Settle,
        Action::IncidentAmend => Verb::Amend,
        Action::IncidentNew => Verb::Register,
        _ => return None,
    })
}

/// Whether an action works now.
pub fn availability(model: &Model, action: Action) -> Availability {
    let Some(desk) = &model.desk else {
        return at_gate(action);
    };
    if model.gate.is_some() {
        return at_gate(action);
    }
    match action {
        Action::IncidentNew => new_incident(model),
        Action::BannerJump if desk.alarms.banner().is_none() => {
            Availability::Denied(t!("screen.denied.no-banner").into_owned())
        }
        Action::BannerReturn if desk.bookmarks.is_empty() => {
            Availability::Denied(t!("screen.denied.no-bookmark").into_owned())
        }
        Action::AlikeOpen if !has_suggestions(desk) => {
            Availability::Denied(t!("screen.denied.no-alike").into_owned())
        }
        Action::OutboxRetry | Action::OutboxToNote | Action::OutboxDiscard => {
            unsettled_row(model, action)
        }
        Action::WarningRaise
        | Action::WarningAcknowledge
        | Action::WarningUpgrade
        | Action::WarningDowngrade
        | Action::WarningLift => on_warning(model, desk, action),
        Action::PickerOpen => on_pick(model),
        Action::LogWrite
        | Action::LogCall
        | Action::LogCorrect
        | Action::LogKeep
        | Action::LogReveal
        | Action::DutySignOn
        | Action::HandoverTick
        | Action::HandoverNext
        | Action::HandoverOffer
        | Action::HandoverTake => at_the_desk(model, desk, action),
        Action::PickerToggle if !takes_several(desk) => Availability::Hidden,
        Action::ListOpen | Action::ListDown if desk.board == Board::Queue => {
            if desk.queue.current().is_none() && desk.layers.is_empty() {
                Availability::Denied(t!("screen.denied.no-row").into_owned())
            } else {
                Availability::Ready
            }
        }
        Action::ListFilter | Action::FilterClear if desk.board != Board::Queue => {
            Availability::Hidden
        }
        Action::RosterAssign
        | Action::RosterRemove
        | Action::RosterCheckIn
        | Action::RosterCall
        | Action::RosterPostAdd => on_roster(model, desk, action),
        Action::SearchTake => hit_to_open(desk),
        Action::ContactsNear if desk.in_hand().is_none() => {
            Availability::Denied(t!("screen.denied.no-row").into_owned())
        }
        Action::ContactCall => contact_allowed(model, desk, network::verb::Verb::Reveal),
        Action::ContactAnswered
        | Action::ContactNoAnswer
        | Action::ContactBusy
        | Action::ContactDead => contact_allowed(model, desk, network::verb::Verb::Call),
        Action::ContactAmend => contact_allowed(model, desk, network::verb::Verb::AmendPerson),
        Action::ContactVerify => contact_allowed(model, desk, network::verb::Verb::VerifyPerson),
        Action::ContactTel => tel(model, desk),
        Action::ActUndo => undoable(model, desk),
        Action::MarkToggle | Action::MarkPage if desk.queue.current().is_none() => {
            Availability::Denied(t!("screen.denied.no-row").into_owned())
        }
        Action::QueueSort if desk.queue.view == View::Suppressed => {
            Availability::Denied(t!("screen.denied.suppressed-order").into_owned())
        }
        _ => match verb_of(action) {
            Some(verb) => verb_allowed(model, verb),
            None => Availability::Ready,
        },
    }
}

/// What the hint line offers: verbs that cannot be done here are left to the
/// help page, which says why.
pub fn hinted(model: &Model, action: Action) -> Availability {
    // At the wall nothing else works.
    if model.wall.is_some() && !action.row().contexts.contains(&Context::Wall) {
        return Availability::Hidden;
    }
    let covered = model
        .desk
        .as_ref()
        .is_some_and(|desk| !desk.layers.is_empty());
    let of_the_board = matches!(
        action,
        Action::IncidentNew
            | Action::SearchOpen
            | Action::QueueNextUnacknowledgedRed
            | Action::CommandOpen
    );
    if covered && of_the_board || action == Action::PhraseOpen && !on_text(model) {
        return Availability::Hidden;
    }
    // From a case it is one of many; its own board offers it.
    if action == Action::WarningRaise && !on_warnings(model) {
        return Availability::Hidden;
    }
    // On a slow line the hints are those of the board, whatever row the cursor
    // is on: a line of hints costs more than ten steps of the cursor.
    if !covered && model.line.speed == Speed::Thin && on_rows(model) && verb_of(action).is_some() {
        return Availability::Ready;
    }
    // A verb that cannot be done is not shown, so its reason is not put into
    // words: a dozen of them for every frame.
    let verb = verb_of(action).filter(|verb| *verb != Verb::Register);
    let open = model.desk.as_ref().filter(|_| model.gate.is_none());
    if let (Some(verb), Some(desk)) = (verb, open) {
        return match verdict(model, desk, verb) {
            Ok(Availability::Denied(_)) | Err(_) => Availability::Hidden,
            Ok(other) => other,
        };
    }
    match availability(model, action) {
        Availability::Denied(_)
            if verb_of(action).is_some()
                || action == Action::PickerOpen
                || action.row().group == Group::Roster
                || super::update::warnings::verb_of(action).is_some() =>
        {
            Availability::Hidden
        }
        other => other,
    }
}

fn on_warnings(model: &Model) -> bool {
    let desk = model.desk.as_ref();
    desk.is_some_and(|desk| desk.board == Board::Warnings)
}

/// Whether the cursor is on a row of the queue.
fn on_rows(model: &Model) -> bool {
    model
        .desk
        .as_ref()
        .is_some_and(|desk| desk.board == Board::Queue && desk.queue.current().is_some())
}

fn at_gate(action: Action) -> Availability {
    match action {
        Action::IncidentNew
        | Action::SearchOpen
        | Action::QueueNextUnacknowledgedRed
        | Action::BannerJump
        | Action::BannerReturn
        | Action::SyncNow
        | Action::LogOpen
        | Action::HandoverOpen
        | Action::LogWrite
        | Action::SessionLock
        | Action::HelpOpen
        | Action::CommandOpen => Availability::Hidden,
        _ => Availability::Ready,
    }
}

fn new_incident(model: &Model) -> Availability {
    let Some(desk) = &model.desk else {
        return Availability::Hidden;
    };
    if model.setup.access == Access::ReadOnly {
        return read_only();
    }
    let may = desk
        .officer
        .grants
        .iter()
        .any(|grant| grant.role.may(Verb::Register) == Reach::Area);
    if may {
        Availability::Ready
    } else {
        let why = Refusal::NotPermitted {
            verb: Verb::Register.into(),
        };
        Availability::Denied(refusal(&why, &desk.policy, model.now))
    }
}

fn read_only() -> Availability {
    Availability::Denied(t!("screen.denied.read-only").into_owned())
}

/// Whether a verb works on the incident under the hand.
pub fn verb_allowed(model: &Model, verb: Verb) -> Availability {
    let Some(desk) = &model.desk else {
        return Availability::Hidden;
    };
    verdict(model, desk, verb).unwrap_or_else(|why| told(&why, desk, model.now))
}

/// The same; the refusal of a rule is not put into words yet.
fn verdict(model: &Model, desk: &Desk, verb: Verb) -> Result<Availability, Refusal> {
    if model.setup.access == Access::ReadOnly {
        return Ok(read_only());
    }
    if marks::are_meant(desk) {
        return Ok(marks::available(desk, verb, model.now));
    }
    let Some(hand) = desk.in_hand() else {
        return Ok(Availability::Denied(
            t!("screen.denied.no-row").into_owned(),
        ));
    };
    allowed_on(desk, (hand.incident(), hand.area()), verb)
}

fn told(why: &Refusal, desk: &Desk, now: Timestamp) -> Availability {
    Availability::Denied(refusal(why, &desk.policy, now))
}

/// Whether a verb works on this incident, wherever the hand is.
pub fn verb_allowed_on(model: &Model, aim: &Aim, verb: Verb) -> Availability {
    match &model.desk {
        None => Availability::Hidden,
        Some(_) if model.setup.access == Access::ReadOnly => read_only(),
        Some(desk) => aim_allowed(desk, aim, verb, model.now),
    }
}

/// Whether a verb works on this incident, by the officer's role and the rules.
pub fn aim_allowed(desk: &Desk, aim: &Aim, verb: Verb, now: Timestamp) -> Availability {
    allowed_on(desk, (&aim.incident, aim.area), verb).unwrap_or_else(|why| told(&why, desk, now))
}

fn allowed_on(
    desk: &Desk,
    (incident, area): (&Incident, AreaCode),
    verb: Verb,
) -> Result<Availability, Refusal> {
    let rank = incident.alarm.rank;
    allowed(incident, area, verb, &desk.officer)?;
    if verb == Verb::Snooze && desk.policy.level(rank).snooze == SnoozeRule::Never {
        return Err(Refusal::NoSnooze { rank });
    }
    if verb == Verb::Reveal && desk.detail.as_ref().is_some_and(nothing_masked) {
        return Err(Refusal::NothingMasked);
    }
    let exists = |wanted: &dyn Fn(crate::domain::alarm::Rank) -> bool| {
        desk.policy.levels.iter().any(|level| wanted(level.rank))
    };
    Ok(match verb {
        Verb::Raise if !exists(&|other| other > rank) => {
            Availability::Denied(t!("screen.denied.highest").into_owned())
        }
        Verb::Lower if !exists(&|other| other < rank) => {
            Availability::Denied(t!("screen.denied.lowest").into_owned())
        }
        _ => Availability::Ready,
    })
}

/// Whether the latest act can be taken back.
fn undoable(model: &Model, desk: &Desk) -> Availability {
    if model.setup.access == Access::ReadOnly {
        return read_only();
    }
    match &desk.latest {
        None => Availability::Denied(t!("undo.nothing").into_owned()),
        Some(latest) if latest.back.is_empty() => {
            let verb = names::verb(latest.verb);
            Availability::Denied(t!("undo.no-way", verb = verb).into_owned())
        }
        Some(_) => Availability::Ready,
    }
}

/// Whether something may be the same matter as what is on the screen.
fn has_suggestions(desk: &Desk) -> bool {
    match desk.layers.last() {
        Some(Layer::Dialog(dialog)) => !dialog.suggested.found.is_empty(),
        Some(
            Layer::Picker(_)
            | Layer::Confirm(_)
            | Layer::Help { .. }
            | Layer::Search(_)
            | Layer::Command(_),
        ) => false,
        None => desk
            .detail
            .as_ref()
            .is_some_and(|detail| !detail.suggested.found.is_empty()),
    }
}

/// Whether a record that is here has nothing to reveal.
fn nothing_masked(detail: &Detail) -> bool {
    detail
        .shown
        .as_ref()
        .is_some_and(|shown| reveal::parts(&shown.record).is_empty())
}

/// What was refused can be said again, noted or given up; what was filed as
/// late can only be taken note of.
fn unsettled_row(model: &Model, action: Action) -> Availability {
    let state = model
        .desk
        .as_ref()
        .and_then(|desk| {
            let under = desk.outbox.cursor;
            desk.outbox.rows.iter().find(|row| Some(row.id) == under)
        })
        .map(|row| &row.state);
    let refused = match state {
        Some(OutboxState::Refused { .. }) => true,
        Some(OutboxState::Late { .. }) => action == Action::OutboxDiscard,
        Some(
            OutboxState::Waiting { .. } | OutboxState::Doubtful { .. } | OutboxState::Accepted,
        )
        | None => false,
    };
    if model.setup.access == Access::ReadOnly {
        read_only()
    } else if refused {
        Availability::Ready
    } else {
        Availability::Denied(t!("screen.denied.not-refused").into_owned())
    }
}

/// Whether several rows of the open list may be marked.
fn takes_several(desk: &Desk) -> bool {
    use super::form::PickWhat;
    matches!(desk.layers.last(), Some(Layer::Picker(picker)) if picker.what == PickWhat::Holders)
}

/// What is in the field of the dialog that has the focus.
fn focused(model: &Model) -> Option<&super::form::Value> {
    match model.desk.as_ref()?.layers.last()? {
        Layer::Dialog(dialog) => dialog.form.focused().map(|field| &field.value),
        Layer::Picker(_)
        | Layer::Confirm(_)
        | Layer::Help { .. }
        | Layer::Search(_)
        | Layer::Command(_) => None,
    }
}

fn on_text(model: &Model) -> bool {
    matches!(focused(model), Some(super::form::Value::Text(_)))
}

fn on_pick(model: &Model) -> Availability {
    if matches!(focused(model), Some(super::form::Value::Pick(..))) {
        Availability::Ready
    } else {
        Availability::Denied(t!("screen.denied.no-list").into_owned())
    }
}
