//! What a filled form of the duty desk says, as an act of the domain.

use super::banner::next_time;
use super::duty::{DutyDesk, DutyForm, Half, shifts};
use super::form::{Form, Slot};
use crate::domain::duty::act::{Act, HandoverOffer, HandoverTake, LogAdd, SignOn, Told};
use crate::domain::duty::handover::{Backlog, Sections};
use crate::domain::duty::line::{Means, PhoneCall};
use crate::domain::duty::shift::{Slot as Shift, Sound};
use crate::domain::entry::{Call, CallOutcome, Direction};
use crate::domain::extra::Extra;
use crate::domain::ids::RecordId;
use crate::domain::officer::Officer;
use crate::domain::policy::Policy;
use crate::domain::time::Timestamp;
use crate::i18n::t;

/// What an act of the desk needs besides its form.
pub struct Ground<'a> {
    pub desk: &'a DutyDesk,
    pub officer: &'a Officer,
    pub policy: &'a Policy,
    pub now: Timestamp,
    /// The new line's id.
    pub line: RecordId,
    /// Chance that hides a number.
    pub salt: String,
    /// What this desk has not delivered.
    pub backlog: Backlog,
}

/// The kind and id of the record that an act is about, and the act.
pub type Said = (Act, RecordId);

/// What a filled form says; `None` for one that says nothing to the centre.
///
/// # Errors
/// The field that cannot be read, and why.
pub fn read(
    kind: &DutyForm,
    form: &Form,
    ground: &Ground<'_>,
) -> Result<Option<Said>, (Slot, String)> {
    let add = |what, corrects, keeps| {
        let args = LogAdd {
            area: ground.officer.unit.area,
            what,
            text: form.text(Slot::Text).to_owned(),
            by: Means::Desk,
            about: None,
            corrects,
            keeps,
        };
        (Act::LogAdd(Box::new(args)), ground.line)
    };
    Ok(Some(match kind {
        DutyForm::Call => add(Told::Call(Box::new(call(form, ground)?)), None, None),
        DutyForm::Correct(line) => add(Told::Note, Some(*line), None),
        DutyForm::Keep(line) => add(Told::Note, None, Some(*line)),
        DutyForm::SignOn => signed_on(form, ground)?,
        DutyForm::Offer => offered(form, ground)?,
        DutyForm::Take => match ground.desk.half(ground.officer) {
            Half::Taking(id, handover) => (
                Act::HandoverTake(HandoverTake {
                    line: ground.line,
                    offered_at: handover.offered.at,
                    ticked: ground.desk.ticked.iter().copied().collect(),
                    text: form.text(Slot::Words).to_owned(),
                }),
                id,
            ),
            Half::Giving | Half::Given(_) => return Ok(None),
        },
        DutyForm::Next(_) => return Ok(None),
    }))
}

fn call(form: &Form, ground: &Ground<'_>) -> Result<PhoneCall, (Slot, String)> {
    let by = form.text(Slot::CallBack);
    let call_back_by = if by.is_empty() {
        None
    } else {
        let unreadable = || (Slot::CallBack, t!("form.unreadable").into_owned());
        Some(clock(by, ground.now).ok_or_else(unreadable)?)
    };
    Ok(PhoneCall {
        call: Call {
            direction: match form.code(Slot::Direction) {
                Some("out") => Direction::Out,
                Some(_) | None => Direction::In,
            },
            with: form.text(Slot::CallWith).to_owned(),
            phone: form.text(Slot::CallPhone).to_owned(),
            outcome: CallOutcome::Answered,
        },
        at: ground.now,
        told: form.text(Slot::Told).to_owned(),
        instruction: form.text(Slot::Instruction).to_owned(),
        call_back_by,
        salt: ground.salt.clone(),
        mark: None,
        extra: Extra::new(),
    })
}

/// The next time that the clock shows this.
fn clock(text: &str, now: Timestamp) -> Option<Timestamp> {
    let (hour, minute) = text.split_once([':', '：'])?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60)
        .then(|| next_time(now, hour * 60 + minute))
        .flatten()
}

fn signed_on(form: &Form, ground: &Ground<'_>) -> Result<Said, (Slot, String)> {
    let missing = || (Slot::Shift, t!("form.unreadable").into_owned());
    let code = form.code(Slot::Shift).ok_or_else(missing)?;
    let slot = shifts(ground.policy, ground.now)
        .into_iter()
        .find(|slot| format!("{} {}", slot.day, slot.shift) == code)
        .ok_or_else(missing)?;
    let id = slot.id(ground.officer.unit.id);
    let act = Act::SignOn(SignOn {
        area: ground.officer.unit.area,
        line: ground.line,
        day: slot.day,
        shift: slot.shift,
        leader: form.text(Slot::Leader).to_owned(),
        sound: match form.code(Slot::Sound) {
            Some("heard") => Sound::Heard,
            Some(_) | None => Sound::Silent,
        },
    });
    Ok((act, id))
}

/// The shift whose matters are handed on: the one before, while the officer's
/// name stands there and not in the one that is on.
fn offered(form: &Form, ground: &Ground<'_>) -> Result<Said, (Slot, String)> {
    let missing = || (Slot::Expected, t!("duty.no-shift").into_owned());
    let on = Shift::at(ground.policy, ground.now).ok_or_else(missing)?;
    let signed_on_now = ground
        .desk
        .now
        .shift
        .as_ref()
        .is_some_and(|shift| shift.has(ground.officer.id));
    let slot = if signed_on_now || !ground.desk.now.had_before(ground.officer.id) {
        on
    } else {
        on.before(ground.policy).unwrap_or(on)
    };
    let id = slot.handover_id(ground.officer.unit.id);
    let draft = ground.desk.draft.as_ref();
    let mut items = draft.map(|draft| draft.items.clone()).unwrap_or_default();
    for item in &mut items {
        if let Some(next) = ground.desk.next.get(&item.record) {
            item.next.clone_from(next);
        }
    }
    let act = Act::HandoverOffer(Box::new(HandoverOffer {
        area: ground.officer.unit.area,
        line: ground.line,
        day: slot.day,
        shift: slot.shift,
        items,
        left_out: draft.map_or(0, |draft| draft.left_out),
        sections: Sections {
            equipment: form.text(Slot::Equipment).to_owned(),
            orders: form.text(Slot::Orders).to_owned(),
            expected: form.text(Slot::Expected).to_owned(),
            other: form.text(Slot::OtherWords).to_owned(),
        },
        backlog: ground.backlog,
        closing_code: ground.desk.closing_code(),
    }));
    Ok((act, id))
}
