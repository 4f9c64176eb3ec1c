//! Forms about a contact of the mediation network, and what is read from them.

use super::form::{Field, Form, Slot};
use super::words::{names, network as words};
use crate::domain::codes::Category;
use crate::domain::ids::RecordId;
use crate::domain::incident::act::Edit;
use crate::domain::network::act::{Act, AmendPerson, Reveal};
use crate::domain::network::availability::{Availability, Days, Hours, OnCall};
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
            Field::line(Slot::Phone, PHONE_CHARS_MAX).with_text(&names::phone(&person.phone)),
            Field::line(Slot::BackupPhone, PHONE_CHARS_MAX)
                .with_text(&names::phone(&person.backup_phone)),
            Field::line(Slot::Specialities, LIST_CHARS_MAX)
                .with_text(&specialities(person))
                .hint(t!("network.specialities-hint")),
            Field::line(Slot::Languages, LIST_CHARS_MAX)
                .with_text(&person.languages.join(" "))
                .hint(t!("network.languages-hint")),
            Field::line(Slot::Hours, LIST_CHARS_MAX)
                .with_text(&hours(&person.availability))
                .hint(t!("network.hours-hint")),
            Field::line(Slot::OnCall, NAME_CHARS_MAX)
                .with_text(&on_call(&person.availability))
                .hint(t!("network.on-call-hint")),
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

/// The hours as they are read again.
fn hours(availability: &Availability) -> String {
    let spans: Vec<String> = availability
        .hours
        .iter()
        .map(|one| words::span(*one))
        .collect();
    spans.join("; ")
}

/// The week on call as it is read again.
fn on_call(availability: &Availability) -> String {
    availability.on_call.map_or_else(String::new, |week| {
        format!("{} {}", week.week_of, week.every_weeks)
    })
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
        phone: number(form, Slot::Phone, &person.phone)?,
        backup_phone: number(form, Slot::BackupPhone, &person.backup_phone)?,
        specialities: edit(
            person.specialities.clone(),
            read_specialities(form.text(Slot::Specialities))?,
        ),
        languages: edit(person.languages.clone(), languages),
        availability: edit(
            person.availability.clone(),
            read_availability(form, &person.availability)?,
        ),
    };
    if args == AmendPerson::default() {
        return Err((Slot::Name, t!("network.nothing-changed").into_owned()));
    }
    Ok(args)
}

/// A number as the form has it. It is masked there, because changing a post is
/// no reason to look at one: what is left as it was is kept, and what is
/// written over it must be whole.
fn number(form: &Form, slot: Slot, from: &str) -> Result<Option<Edit<String>>, (Slot, String)> {
    let to = form.text(slot).trim();
    if to == names::phone(from) {
        return Ok(None);
    }
    if to.contains('*') {
        return Err((slot, t!("network.number-whole").into_owned()));
    }
    Ok(edit(from.to_owned(), to.to_owned()))
}

/// When somebody can be rung, as the form has it. What a newer program knows of
/// it is kept.
fn read_availability(form: &Form, known: &Availability) -> Result<Availability, (Slot, String)> {
    let spans = form.text(Slot::Hours).split([';', '；']);
    let spans = spans.map(str::trim).filter(|words| !words.is_empty());
    let hours: Result<Vec<Hours>, (Slot, String)> = spans
        .map(|words| {
            let why = || t!("network.no-hours", words = words).into_owned();
            read_span(words).ok_or_else(|| (Slot::Hours, why()))
        })
        .collect();
    let on_call = match form.text(Slot::OnCall).trim() {
        "" => None,
        words => {
            let why = || (Slot::OnCall, t!("network.no-on-call").into_owned());
            Some(read_on_call(words).ok_or_else(why)?)
        }
    };
    let read = Availability {
        hours: hours?,
        on_call,
        extra: known.extra.clone(),
    };
    if read.is_sound() {
        Ok(read)
    } else {
        let slot = if (Availability {
            on_call: None,
            ..read
        })
        .is_sound()
        {
            Slot::OnCall
        } else {
            Slot::Hours
        };
        Err((slot, t!("network.hours-unsound").into_owned()))
    }
}

/// `周末 09:00-12:00`; without a word for the days it is every day.
fn read_span(text: &str) -> Option<Hours> {
    let (days, times) = match text.rsplit_once(char::is_whitespace) {
        Some((days, times)) => (days.trim(), times),
        None => ("", text),
    };
    let (from, to) = times.split_once(['-', '—', '～', '~'])?;
    let days = match days {
        "" => Days::Every,
        word => [Days::Every, Days::Weekdays, Days::Weekend]
            .into_iter()
            .find(|days| fold_search(&words::days(*days)) == fold_search(word))?,
    };
    Some(Hours {
        days,
        from: from.trim().parse().ok()?,
        to: to.trim().parse().ok()?,
    })
}

/// `2026-11-23 3`; without a number it is every week.
fn read_on_call(text: &str) -> Option<OnCall> {
    let mut parts = text.split_whitespace();
    let week_of = parts.next()?.parse().ok()?;
    let every_weeks = parts.next().map_or(Some(1), |weeks| weeks.parse().ok())?;
    parts.next().is_none().then_some(OnCall {
        week_of,
        every_weeks,
    })
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
    use crate::i18n::Language;

    #[test]
    fn a_number_is_masked_in_the_form_and_kept_or_written_whole() {
        let own = "10012345678";
        let read = |typed: &str| {
            let field = Field::line(Slot::Phone, PHONE_CHARS_MAX).with_text(typed);
            number(&Form::new(vec![field]), Slot::Phone, own).map_err(|(slot, _)| slot)
        };
        let to = |typed: &str| read(typed).unwrap().map(|edit| edit.to);
        assert_eq!(to(&names::phone(own)), None);
        assert_eq!(to(own), None);
        assert_eq!(to("10012345670").as_deref(), Some("10012345670"));
        assert_eq!(to("").as_deref(), Some(""));
        assert_eq!(read("100****5679"), Err(Slot::Phone));
    }

    #[test]
    fn hours_and_the_week_on_call_are_read_as_they_are_written() {
        Language::Chinese.select();
        let read = |hours: &str, on_call: &str| {
            let form = Form::new(vec![
                Field::line(Slot::Hours, LIST_CHARS_MAX).with_text(hours),
                Field::line(Slot::OnCall, NAME_CHARS_MAX).with_text(on_call),
            ]);
            read_availability(&form, &Availability::default()).map_err(|(slot, _)| slot)
        };
        let known = read(
            "周一至周五 08:30-17:30；周末 09:00-12:00; 20:00-06:00",
            "2026-11-23 3",
        )
        .unwrap();
        assert_eq!(
            hours(&known),
            "周一至周五 08:30-17:30; 周末 09:00-12:00; 每天 20:00-06:00"
        );
        assert_eq!(on_call(&known), "2026-11-23 3");
        assert_eq!(read(&hours(&known), &on_call(&known)), Ok(known));
        assert_eq!(read("", ""), Ok(Availability::default()));
        let weekly = read("", "2026-11-23").unwrap().on_call.unwrap();
        assert_eq!(weekly.every_weeks, 1);
        for wrong in ["周八 08:00-09:00", "08:00", "25:00-26:00", "08:00-08:00"] {
            assert_eq!(read(wrong, ""), Err(Slot::Hours), "{wrong}");
        }
        for wrong in ["3", "2026-11-23 0", "2026-11-23 27", "2026-11-23 3 4"] {
            assert_eq!(read("", wrong), Err(Slot::OnCall), "{wrong}");
        }
    }

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
