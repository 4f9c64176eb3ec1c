//! How a contact changes.

use super::act::{Act, AmendPerson, Line, VerifyPerson};
use super::availability::HOURS_MAX;
use super::verb::Verb;
use crate::domain::area::AreaCode;
use crate::domain::command::{Change, Command, Context, Event};
use crate::domain::entry::{Call, Direction, Entry, EntryKind};
use crate::domain::extra::Extra;
use crate::domain::ids::RecordId;
use crate::domain::incident::act::Edit;
use crate::domain::incident::apply::{amend, check};
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::{Refusal, Verdict};
use crate::domain::incident::reveal::{Part, What};
use crate::domain::officer::{Officer, Reach};
use crate::domain::record::{Body, Kind, Record, Rev};
use crate::domain::unit::Person;

/// Specialities and languages that one contact may have.
pub const SKILLS_MAX: usize = 17;

/// What follows from an act on a contact.
///
/// # Errors
/// The first rule that stands against it. Nothing has changed then.
pub fn apply(
    targets: &[Record],
    command: &Command,
    act: &Act,
    context: &Context<'_>,
) -> Result<Vec<Change>, Refusal> {
    let verb = act.verb();
    let wrong = || Refusal::Targets { verb: verb.into() };
    let [target] = command.targets.as_slice() else {
        return Err(wrong());
    };
    if target.kind != Kind::Person {
        return Err(wrong());
    }
    let record = targets
        .iter()
        .find(|record| record.id == target.id)
        .ok_or(Refusal::NotFound)?;
    let Body::Person(person) = &record.body else {
        return Err(wrong());
    };
    allowed(record.id, record.area, person, verb, context.author)?;
    match act {
        Act::AmendPerson(args) => {
            let after = amended(person, args)?;
            Ok(vec![changed(record, after, command, act, context)])
        }
        Act::VerifyPerson(args) => {
            let after = verified(person, args, context)?;
            Ok(vec![changed(record, after, command, act, context)])
        }
        Act::Call(args) => {
            check::optional_words(&args.text)?;
            number_of(person, args.line)?;
            let call = Call {
                direction: Direction::Out,
                with: person.name.clone(),
                phone: String::new(),
                outcome: args.outcome,
            };
            let what = EntryKind::Call(call);
            entry(
                record,
                args.entry,
                (what, &args.text),
                command,
                act,
                context,
            )
        }
        Act::Reveal(args) => {
            check::reason(&args.reason)?;
            unsaid(person, &args.reason)?;
            let what = EntryKind::Reveal {
                parts: vec![Part {
                    what: What::Phone,
                    party: None,
                }],
            };
            entry(
                record,
                args.entry,
                (what, &args.reason),
                command,
                act,
                context,
            )
        }
    }
}

/// Whether the officer may try this on the contact, apart from the arguments.
///
/// # Errors
/// The rule that stands against it.
pub fn allowed(
    id: RecordId,
    area: AreaCode,
    person: &Person,
    verb: Verb,
    officer: &Officer,
) -> Verdict {
    let reach = officer
        .grants
        .iter()
        .filter(|grant| grant.area.contains(area))
        .map(|grant| grant.role.may_contact(verb))
        .max()
        .unwrap_or(Reach::Nowhere);
    let own = person.unit == officer.unit.id || officer.person.map(RecordId::from) == Some(id);
    match reach {
        Reach::Nowhere => Err(Refusal::NotPermitted { verb: verb.into() }),
        Reach::OwnWork if !own => Err(Refusal::NotOwnWork { verb: verb.into() }),
        Reach::OwnWork | Reach::Area if verb == Verb::Reveal && !has_number(person) => {
            Err(Refusal::NothingMasked)
        }
        Reach::OwnWork | Reach::Area => Ok(()),
    }
}

fn has_number(person: &Person) -> bool {
    [Line::First, Line::Backup]
        .into_iter()
        .any(|line| number_of(person, line).is_ok())
}

/// One of the two numbers.
///
/// # Errors
/// There is none.
pub fn number_of(person: &Person, line: Line) -> Result<&str, Refusal> {
    let (number, field) = match line {
        Line::First => (&person.phone, Field::Phone),
        Line::Backup => (&person.backup_phone, Field::BackupPhone),
    };
    if number.trim().is_empty() {
        return Err(Refusal::Empty { field });
    }
    Ok(number)
}

/// A reason must not say the number: everybody who sees the contact reads it.
fn unsaid(person: &Person, reason: &str) -> Verdict {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let said = digits(reason);
    let tells = [&person.phone, &person.backup_phone]
        .into_iter()
        .map(|number| digits(number))
        .any(|number| number.len() >= NUMBER_TOLD_DIGITS_MIN && said.contains(&number));
    if tells {
        return Err(Refusal::ReasonTells);
    }
    Ok(())
}

/// Shorter numbers (110) are nobody's own.
const NUMBER_TOLD_DIGITS_MIN: usize = 7;

fn amended(person: &Person, args: &AmendPerson) -> Result<Person, Refusal> {
    if *args == AmendPerson::default() {
        return Err(Refusal::Empty { field: Field::Text });
    }
    let mut after = person.clone();
    text(
        &mut after.name,
        Field::Name,
        args.name.as_ref(),
        check::NAME_MAX_CHARS,
    )?;
    check::filled(Field::Name, &after.name, check::NAME_MAX_CHARS)?;
    text(
        &mut after.post,
        Field::Post,
        args.post.as_ref(),
        check::NAME_MAX_CHARS,
    )?;
    let phone = check::PHONE_MAX_CHARS;
    text(&mut after.phone, Field::Phone, args.phone.as_ref(), phone)?;
    let backup = args.backup_phone.as_ref();
    text(&mut after.backup_phone, Field::BackupPhone, backup, phone)?;
    let skills = args.specialities.as_ref();
    amend::field(&mut after.specialities, Field::Specialities, skills)?;
    check::count(Field::Specialities, after.specialities.len(), SKILLS_MAX)?;
    if after.specialities.iter().any(|one| one.parent().is_some()) {
        return Err(Refusal::Unfit {
            field: Field::Specialities,
        });
    }
    amend::field(
        &mut after.languages,
        Field::Languages,
        args.languages.as_ref(),
    )?;
    check::count(Field::Languages, after.languages.len(), SKILLS_MAX)?;
    for language in &after.languages {
        check::filled(Field::Languages, language, check::NAME_MAX_CHARS)?;
    }
    let when = args.availability.as_ref();
    amend::field(&mut after.availability, Field::Availability, when)?;
    check::count(
        Field::Availability,
        after.availability.hours.len(),
        HOURS_MAX,
    )?;
    if !after.availability.is_sound() {
        return Err(Refusal::Unfit {
            field: Field::Availability,
        });
    }
    Ok(after)
}

fn text(slot: &mut String, name: Field, edit: Option<&Edit<String>>, max: usize) -> Verdict {
    if let Some(edit) = edit {
        check::at_most(name, &edit.to, max)?;
    }
    amend::field(slot, name, edit)
}

/// The later day holds: two officers who made sure say nothing against each
/// other.
fn verified(
    person: &Person,
    args: &VerifyPerson,
    context: &Context<'_>,
) -> Result<Person, Refusal> {
    if args.on > context.at.date() {
        return Err(Refusal::Unfit {
            field: Field::VerifiedOn,
        });
    }
    Ok(Person {
        verified_on: person.verified_on.max(Some(args.on)),
        ..person.clone()
    })
}

fn changed(
    record: &Record,
    after: Person,
    command: &Command,
    act: &Act,
    context: &Context<'_>,
) -> Change {
    Change {
        event: event(command, record.id, act, context),
        record: Record {
            rev: record.rev.next(),
            body: Body::Person(Box::new(after)),
            ..record.clone()
        },
    }
}

fn entry(
    parent: &Record,
    id: RecordId,
    (what, text): (EntryKind, &str),
    command: &Command,
    act: &Act,
    context: &Context<'_>,
) -> Result<Vec<Change>, Refusal> {
    if id == parent.id {
        return Err(Refusal::Exists);
    }
    let entry = Entry {
        what,
        text: text.to_owned(),
        author: context.author.reference(),
        unit: context.author.unit.clone(),
        at: context.at,
        corrects: None,
        extra: Extra::new(),
    };
    let made = Change {
        event: event(command, id, act, context),
        record: Record {
            id,
            area: parent.area,
            rev: Rev::NONE.next(),
            parent: Some(parent.id),
            body: Body::Entry(Box::new(entry)),
            sealed: None,
        },
    };
    // The contact's own history tells of it too.
    let told = Change {
        event: event(command, parent.id, act, context),
        record: Record {
            rev: parent.rev.next(),
            ..parent.clone()
        },
    };
    Ok(vec![made, told])
}

fn event(command: &Command, on: RecordId, act: &Act, context: &Context<'_>) -> Event {
    Event::of(command, on, act.clone(), context)
}
