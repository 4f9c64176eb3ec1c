//! Checks of arguments: filled, not too long, fitting.

use crate::domain::entry::ENTRY_TEXT_MAX_CHARS;
use crate::domain::incident::act::{HolderId, OnBehalf};
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::{Refusal, Verdict};
use crate::domain::incident::{FourElements, MILESTONES_MAX, SUMMARY_MAX_CHARS, TITLE_MAX_CHARS};
use crate::domain::unit::{Directory, Holder};

/// The longest name of a caller or party, in characters (GB/T 31000: 80).
pub const NAME_MAX_CHARS: usize = 80;
/// The longest telephone number, in characters (GB/T 31000: 50).
pub const PHONE_MAX_CHARS: usize = 50;
/// The longest reason, in characters.
pub const REASON_MAX_CHARS: usize = 500;

/// At most `max` characters.
pub fn at_most(field: Field, text: &str, max: usize) -> Verdict {
    // Bytes first: counting characters of a huge text is work too.
    if text.len() <= max || text.chars().count() <= max {
        return Ok(());
    }
    Err(Refusal::TooLong {
        field,
        max: u32::try_from(max).unwrap_or(u32::MAX),
    })
}

/// Filled, and at most `max` characters.
pub fn filled(field: Field, text: &str, max: usize) -> Verdict {
    if text.trim().is_empty() {
        return Err(Refusal::Empty { field });
    }
    at_most(field, text, max)
}

/// A reason that must be given.
pub fn reason(text: &str) -> Verdict {
    filled(Field::Reason, text, REASON_MAX_CHARS)
}

/// The words of a note, a call or a finished work.
pub fn words(text: &str) -> Verdict {
    filled(Field::Text, text, ENTRY_TEXT_MAX_CHARS)
}

/// Words that may be left out.
pub fn optional_words(text: &str) -> Verdict {
    at_most(Field::Text, text, ENTRY_TEXT_MAX_CHARS)
}

/// At most `max` items.
pub fn count(field: Field, items: usize, max: usize) -> Verdict {
    if items <= max {
        return Ok(());
    }
    Err(Refusal::TooLong {
        field,
        max: u32::try_from(max).unwrap_or(u32::MAX),
    })
}

/// The four elements as far as they are filled.
pub fn elements(elements: &FourElements) -> Verdict {
    at_most(Field::Task, &elements.task, SUMMARY_MAX_CHARS)?;
    count(Field::Schedule, elements.schedule.len(), MILESTONES_MAX)?;
    for line in &elements.schedule {
        at_most(Field::Schedule, line, TITLE_MAX_CHARS)?;
    }
    at_most(Field::Path, &elements.path, SUMMARY_MAX_CHARS)?;
    at_most(Field::Owner, &elements.owner, NAME_MAX_CHARS)
}

/// For whom an act is entered, if it says so.
pub fn on_behalf(on_behalf: Option<&OnBehalf>) -> Verdict {
    on_behalf.map_or(Ok(()), |said| {
        filled(Field::OnBehalf, &said.of, NAME_MAX_CHARS)?;
        filled(Field::OnBehalf, &said.by, NAME_MAX_CHARS)
    })
}

/// Finds the unit, and the person in it, that a command names.
pub fn holder(field: Field, id: HolderId, directory: &dyn Directory) -> Result<Holder, Refusal> {
    let unknown = || Refusal::UnknownHolder { field };
    let unit = directory.unit(id.unit).ok_or_else(unknown)?;
    let person = match id.person {
        None => None,
        Some(person) => {
            let (person, home) = directory.person(person).ok_or_else(unknown)?;
            if home != unit.id {
                return Err(Refusal::Unfit { field });
            }
            Some(person)
        }
    };
    Ok(Holder { unit, person })
}
