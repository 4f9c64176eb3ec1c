//! Forms about a contact of the mediation network, and what is read from them.

use super::form::{Field, Form, Slot};
use super::words::names;
use crate::domain::codes::Category;
use crate::domain::ids::RecordId;
use crate::domain::incident::act::Edit;
use crate::domain::network::act::{Act, AmendPerson, Reveal};
use crate::domain::network::verb::Verb;
use crate::domain::record::{Body, Record};
use crate::domain::unit::Person;
use crate::i18n::t;
use crate::text::fold::fold_search;

/// Characters of the fields, as the rules bound them.
const NAME_CHARS_MAX: usize = 80;
const PHONE_CHARS_MAX: usize = 50;
const REASON_CHARS_MAX: usize = 500;
/// Characters of a list in a line.
const LIST_CHARS_MAX: usize = 300;

/// The fields of a verb on somebody.
pub fn fields(verb: Verb, record: &Record) -> Vec<Field> {
    let Body::Person(person) = &record.body else {
        return Vec::new();
    };
    match verb {
        Verb::Reveal => vec![Field::line(Slot::Reason, REASON_CHARS_MAX).must()],
        Verb::AmendPerson => vec![
            Field::line(Slot::Name, NAME_CHARS_MAX)
                .must()
                .with_text(&person.name),
            Field::line(Slot::Post, NAME_CHARS_MAX).with_text(&person.post),
            Field::line(Slot::Phone, PHONE_CHARS_MAX).with_text(&person.phone),
            Field::line(Slot::BackupPhone, PHONE_CHARS_MAX).with_text(&person.backup_phone),
            Field::line(Slot::Specialities, LIST_CHARS_MAX)
                .with_text(&specialities(person))
                .hint(t!("network.specialities-hint")),
            Field::line(Slot::Languages, LIST_CHARS_MAX)
                .with_text(&person.languages.join(" "))
                .hint(t!("network.languages-hint")),
        ],
        // They need their key alone.
        Verb::VerifyPerson | Verb::Call => Vec::new(),
    }
}

fn specialities(person: &Person) -> String {
    let names: Vec<String> = person
        .specialities
        .iter()
        .map(|category| names::category_short(*category).into_owned())
        .collect();
    names.join(" ")
}

/// Reads the form: the act, or the field that is wrong and why.
pub fn read(
    verb: Verb,
    record: &Record,
    form: &Form,
    entry: RecordId,
) -> Result<Act, (Slot, String)> {
    let Body::Person(person) = &record.body else {
        return Err((Slot::Name, t!("form.unreadable").into_owned()));
    };
    match verb {
        Verb::Reveal => Ok(Act::Reveal(Reveal {
            entry,
            reason: form.text(Slot::Reason).trim().to_owned(),
        })),
        Verb::AmendPerson => Ok(Act::AmendPerson(Box::new(amended(person, form)?))),
        Verb::VerifyPerson | Verb::Call => Err((Slot::Name, t!("form.unreadable").into_owned())),
    }
}

fn amended(person: &Person, form: &Form) -> Result<AmendPerson, (Slot, String)> {
    let text = |slot: Slot, from: &str| edit(from.to_owned(), form.text(slot).trim().to_owned());
    let languages = form
        .text(Slot::Languages)
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let args = AmendPerson {
        name: text(Slot::Name, &person.name),
        post: text(Slot::Post, &person.post),
        phone: text(Slot::Phone, &person.phone),
        backup_phone: text(Slot::BackupPhone, &person.backup_phone),
        specialities: edit(
            person.specialities.clone(),
            read_specialities(form.text(Slot::Specialities))?,
        ),
        languages: edit(person.languages.clone(), languages),
        availability: None,
    };
    if args == AmendPerson::default() {
        return Err((Slot::Name, t!("network.nothing-changed").into_owned()));
    }
    Ok(args)
}

/// What was changed; nothing where it says the same as before.
fn edit<T: PartialEq>(from: T, to: T) -> Option<Edit<T>> {
    (from != to).then_some(Edit { from, to })
}

/// Main categories by code, name or short name.
fn read_specialities(text: &str) -> Result<Vec<Category>, (Slot, String)> {
    let mut known = Vec::new();
    for word in text.split_whitespace() {
        let folded = fold_search(word);
        let category = Category::main().find(|category| {
            category.code() == folded
                || category.short_zh() == word
                || category.name_zh() == word
                || fold_search(&names::category_short(*category)) == folded
        });
        match category {
            Some(category) if known.contains(&category) => {}
            Some(category) => known.push(category),
            None => {
                let why = t!("network.no-category", word = word).into_owned();
                return Err((Slot::Specialities, why));
            }
        }
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specialities_are_read_by_code_and_name_each_once() {
        let read = |text: &str| read_specialities(text).map_err(|(slot, _)| slot);
        let codes =
            |known: Vec<Category>| -> Vec<&str> { known.into_iter().map(Category::code).collect() };
        assert_eq!(codes(read("01 邻里 01").unwrap()), ["01", "02"]);
        assert_eq!(codes(read("").unwrap()), Vec::<&str>::new());
        assert_eq!(read("0101"), Err(Slot::Specialities));
        assert_eq!(read("天文"), Err(Slot::Specialities));
    }
}
