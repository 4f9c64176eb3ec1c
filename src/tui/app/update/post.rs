//! A new post of the roster: its form, and what a filled one says.

use super::super::dialog::Kind;
use super::super::effect::Effect;
use super::super::form::{Field, Form, PickWhat, Slot};
use super::super::model::Model;
use super::super::roster::Asked;
use super::super::words::roster as words;
use super::dialog;
use crate::domain::command::Target;
use crate::domain::ids::RecordId;
use crate::domain::record::{Kind as RecordKind, Rev};
use crate::domain::roster::act::{Act, PostAdd};
use crate::domain::roster::{Need, Needs, POST_NAME_MAX_CHARS, PostKind};

/// Characters of the duty telephone, as the rules bound it.
const PHONE_CHARS_MAX: usize = 50;

/// Asks what it is, where, and whom it needs.
pub fn open(model: &mut Model) -> Vec<Effect> {
    let id = model.take_id();
    let kinds = PostKind::ALL.map(|kind| (kind.name().to_owned(), words::kind(kind)));
    let needs = || Need::ALL.map(|need| (need.name().to_owned(), words::need(need)));
    // What most posts are: a village, with somebody who can be called at night.
    let most = |need: Need| Need::ALL.iter().position(|own| *own == need);
    let form = Form::new(vec![
        Field::line(Slot::PostName, POST_NAME_MAX_CHARS).must(),
        Field::choice(Slot::PostKind, kinds.to_vec(), Some(0)).must(),
        Field::pick(Slot::Area, PickWhat::Area).must(),
        Field::choice(Slot::NeedDay, needs().to_vec(), most(Need::Nobody)).must(),
        Field::choice(Slot::NeedNight, needs().to_vec(), most(Need::Standby)).must(),
        Field::line(Slot::Phone, PHONE_CHARS_MAX),
    ]);
    let asked = Asked::Post { id };
    dialog::push(model, Kind::Roster(Box::new(asked)), form);
    Vec::new()
}

/// What the form says.
///
/// # Errors
///
/// The field that cannot be read.
pub fn read(form: &Form, id: RecordId) -> Result<(Vec<Target>, Act), Slot> {
    let kind = |slot| {
        let said = form.code(slot).ok_or(slot)?;
        let mut kinds = PostKind::ALL.into_iter();
        kinds.find(|kind| kind.name() == said).ok_or(slot)
    };
    let need = |slot| {
        let said = form.code(slot).ok_or(slot)?;
        let mut needs = Need::ALL.into_iter();
        needs.find(|need| need.name() == said).ok_or(slot)
    };
    let area = form.code(Slot::Area).and_then(|code| code.parse().ok());
    let act = Act::RosterPostAdd(PostAdd {
        area: area.ok_or(Slot::Area)?,
        name: form.text(Slot::PostName).trim().to_owned(),
        kind: kind(Slot::PostKind)?,
        needs: Needs {
            day: need(Slot::NeedDay)?,
            night: need(Slot::NeedNight)?,
        },
        phone: form.text(Slot::Phone).trim().to_owned(),
    });
    let target = Target {
        kind: RecordKind::Post,
        id,
        base_rev: Rev::NONE,
        seen: None,
    };
    Ok((vec![target], act))
}
