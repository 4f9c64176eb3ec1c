//! The board of warnings: moving, grouping, acts, and the way to the case.

use super::super::dialog::{Kind, Waiting};
use super::super::effect::{Effect, Origin};
use super::super::form::Form;
use super::super::model::{Access, Board, Desk, Model, Tone};
use super::super::warning_form::{self, Aim};
use super::super::warnings::{Ground, Warnings};
use super::super::words::{names, warning as words};
use super::{boards, dialog, jump};
use crate::domain::ids::RecordId;
use crate::domain::incident::ending::CaseRef;
use crate::domain::time::Timestamp;
use crate::domain::warning::act::{Acknowledge, Act};
use crate::domain::warning::verb::Verb;
use crate::i18n::t;
use crate::store::warnings::WarningBoard;
use crate::sync::status::LinkState;
use crate::tui::keys::Action;
use crate::tui::widgets::scroll::Step;

/// The verb that an action stands for.
pub const fn verb_of(action: Action) -> Option<Verb> {
    Some(match action {
        Action::WarningRaise => Verb::Raise,
        Action::WarningAcknowledge => Verb::Acknowledge,
        Action::WarningUpgrade => Verb::Upgrade,
        Action::WarningDowngrade => Verb::Downgrade,
        Action::WarningLift => Verb::Lift,
        _ => return None,
    })
}

/// Does something with the board, with the ground it is worded by.
fn with<T>(
    desk: &mut Desk,
    now: Timestamp,
    what: impl FnOnce(&mut Warnings, &Ground<'_>) -> T,
) -> T {
    let ground = Ground {
        policy: &desk.policy,
        places: &desk.places,
        now,
    };
    what(&mut desk.warnings, &ground)
}

/// The board was read.
pub fn take(model: &mut Model, board: WarningBoard) -> Vec<Effect> {
    let now = model.now;
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let mut effects = with(desk, now, |warnings, ground| warnings.take(board, ground));
    effects.extend(super::watch::review(model));
    effects
}

/// The cursor among the warnings.
pub fn step(desk: &mut Desk, step: Step) {
    let now = desk.queue.ground.now;
    with(desk, now, |warnings, ground| warnings.step(step, ground));
}

/// The next grouping.
pub fn regroup(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    if let Some(desk) = &mut model.desk {
        with(desk, now, Warnings::regroup);
    }
    Vec::new()
}

/// So many lines fit.
pub fn settle(model: &mut Model, rows: usize) {
    let now = model.now;
    if let Some(desk) = &mut model.desk {
        with(desk, now, |warnings, ground| {
            warnings.set_height(rows, ground);
        });
    }
}

/// The next gravest one that nobody answers for, if the board has one.
pub fn next_unanswered(model: &mut Model) -> Option<RecordId> {
    let now = model.now;
    with(model.desk.as_mut()?, now, |warnings, ground| {
        let id = warnings.next_unanswered(ground)?;
        warnings.go_to(id, ground);
        Some(id)
    })
}

/// Opens the board with the cursor on a warning.
pub fn go_to(model: &mut Model, id: RecordId) -> Vec<Effect> {
    let now = model.now;
    let effects = boards::open(model, Board::Warnings);
    if let Some(desk) = &mut model.desk {
        with(desk, now, |warnings, ground| warnings.go_to(id, ground));
    }
    effects
}

/// Opens the case that the warning under the cursor is about.
pub fn open(model: &mut Model) -> Vec<Effect> {
    let case = model
        .desk
        .as_ref()
        .and_then(|desk| words::case_of(&desk.warnings.current()?.warning));
    if let Some(case) = case {
        return jump::to(model, case);
    }
    model.say(Tone::Told, t!("warning.no-case"));
    Vec::new()
}

/// A verb's key: on the warning under the cursor; a raise from the incident
/// under the hand is about that.
pub fn start(model: &mut Model, verb: Verb) -> Vec<Effect> {
    let now = model.now;
    let fresh = (verb == Verb::Raise).then(|| RecordId::new(model.fresh_id));
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let Some(aim) = aim(desk, fresh) else {
        return Vec::new();
    };
    if let (Verb::Acknowledge, Aim::There { id, warning, .. }) = (verb, &aim) {
        // The bell is silent at once, not when the disk has answered.
        desk.alarms.hush(*id);
        let act = Act::Acknowledge(Acknowledge {
            episode: warning.alarm.episode,
        });
        return vec![Effect::Submit {
            origin: Origin::Key,
            targets: vec![aim.target()],
            act: Box::new(act.into()),
            made_at: now,
            draft: None,
        }];
    }
    let form = Form::new(warning_form::fields(verb, &aim, &desk.policy));
    let aim = Box::new(aim);
    dialog::push(model, Kind::Warning { verb, aim }, form);
    Vec::new()
}

/// What a verb would be about; `fresh` is the id of a new warning.
fn aim(desk: &Desk, fresh: Option<RecordId>) -> Option<Aim> {
    let Some(id) = fresh else {
        let row = desk.warnings.current()?;
        return Some(Aim::of_row(row, words::subject_in_full(row, &desk.places)));
    };
    if desk.board == Board::Warnings {
        return Some(Aim::OfPlace { id });
    }
    let case = desk.aim()?;
    let about = format!(
        "{} {}",
        names::number(case.id, &case.incident),
        names::title(&case.incident)
    );
    Some(Aim::OfCase {
        id,
        area: case.area,
        case: CaseRef {
            id: case.id,
            number: case.incident.number,
        },
        about,
    })
}

/// Hands in the dialog on top; its fields are filled.
pub fn submit(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(dialog) = dialog::top(model) else {
        return Vec::new();
    };
    let Kind::Warning { verb, aim } = &dialog.kind else {
        return Vec::new();
    };
    match warning_form::read(*verb, aim, &dialog.form) {
        Err((slot, why)) => {
            dialog.form.fail(slot, why);
            Vec::new()
        }
        Ok(act) => {
            let effect = Effect::Submit {
                origin: Origin::Dialog(dialog.number),
                targets: vec![aim.target()],
                act: Box::new(act.into()),
                made_at: now,
                draft: dialog.draft_key(),
            };
            dialog.waiting = Waiting::Store;
            vec![effect]
        }
    }
}

/// Lets the rules run here while there is no line; the centre does it else.
pub fn propose(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    match model.status.link {
        LinkState::Offline | LinkState::Connecting => {}
        LinkState::Live | LinkState::Degraded | LinkState::CatchingUp => return Vec::new(),
    }
    if model.setup.access == Access::ReadOnly {
        return Vec::new();
    }
    match &mut model.desk {
        Some(desk) => desk.warnings.propose(now),
        None => Vec::new(),
    }
}

/// What was said to a warning, for the bottom line.
pub fn said(desk: &Desk, shown: &crate::store::view::Shown) -> Option<String> {
    let warning = shown.record.warning()?;
    let about = desk.warnings.row(shown.record.id).map_or_else(
        || words::banner_of(warning, warning.last.at),
        |row| words::subject_in_full(row, &desk.places),
    );
    Some(
        t!(
            "screen.done",
            verb = names::verb(warning.last.verb),
            title = about
        )
        .into_owned(),
    )
}
