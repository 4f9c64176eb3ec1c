//! Field edits: each carries what the officer saw and what it shall be.

use super::check;
use super::next::Next;
use crate::domain::incident::act::{Amend, Edit};
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::{Refusal, Verdict};
use crate::domain::incident::{Incident, SUMMARY_MAX_CHARS, TITLE_MAX_CHARS};

/// Changes the fields that `args` names, all or none.
pub fn amend(incident: &mut Incident, args: &Amend) -> Result<Next, Refusal> {
    if *args == Amend::default() {
        return Err(Refusal::Empty { field: Field::Text });
    }
    text(
        &mut incident.title,
        Field::Title,
        args.title.as_ref(),
        TITLE_MAX_CHARS,
    )?;
    text(
        &mut incident.place,
        Field::Place,
        args.place.as_ref(),
        TITLE_MAX_CHARS,
    )?;
    text(
        &mut incident.summary,
        Field::Summary,
        args.summary.as_ref(),
        SUMMARY_MAX_CHARS,
    )?;
    field(
        &mut incident.category,
        Field::Category,
        args.category.as_ref(),
    )?;
    field(&mut incident.scale, Field::Scale, args.scale.as_ref())?;
    field(
        &mut incident.people_count,
        Field::PeopleCount,
        args.people_count.as_ref(),
    )?;
    field(
        &mut incident.emergency,
        Field::Emergency,
        args.emergency.as_ref(),
    )?;
    let elements = &mut incident.elements;
    field(&mut elements.task, Field::Task, args.task.as_ref())?;
    field(
        &mut elements.schedule,
        Field::Schedule,
        args.schedule.as_ref(),
    )?;
    field(&mut elements.path, Field::Path, args.path.as_ref())?;
    field(&mut elements.owner, Field::Owner, args.owner.as_ref())?;
    check::elements(&incident.elements)?;
    Ok(Next::Stay)
}

fn text(slot: &mut String, name: Field, edit: Option<&Edit<String>>, max: usize) -> Verdict {
    if let Some(edit) = edit {
        check::at_most(name, &edit.to, max)?;
    }
    field(slot, name, edit)
}

/// Another field changed meanwhile: both stand. The same field: refused with
/// both values, unless both say the same.
pub(in crate::domain) fn field<T>(slot: &mut T, name: Field, edit: Option<&Edit<T>>) -> Verdict
where
    T: Clone + PartialEq + serde::Serialize,
{
    let Some(edit) = edit else { return Ok(()) };
    if *slot != edit.from && *slot != edit.to {
        return Err(Refusal::FieldClash {
            field: name,
            theirs: shown(slot),
            yours: shown(&edit.to),
        });
    }
    slot.clone_from(&edit.to);
    Ok(())
}

/// A field's value as a person reads it in a clash.
fn shown<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(serde_json::Value::Array(lines)) => lines
            .iter()
            .filter_map(|line| line.as_str())
            .collect::<Vec<_>>()
            .join("\n"),
        Ok(serde_json::Value::Null) | Err(_) => String::new(),
        Ok(other) => other.to_string(),
    }
}
