//! What fits, and how well: by the record itself, word by word.

use std::cmp::Reverse;

use super::{Field, HitKind, Look, Why, Word};
use crate::domain::area::AreaCode;
use crate::domain::codes::Category;
use crate::domain::duty::line::{LineKind, LogLine};
use crate::domain::incident::Incident;
use crate::domain::incident::verb::Verb;
use crate::domain::network;
use crate::domain::officer::Reach;
use crate::domain::record::{Body, Record};
use crate::domain::unit::Holder;
use crate::domain::warning::{self, Warning};
use crate::store::find::names::{HEAD_DIGITS, TAIL_DIGITS};
use crate::store::find::sought::{Want, around};
use crate::store::named::{words_of_line, words_of_warning};
use crate::store::view::{Pending, Shown};
use crate::text::mask::mask_phone;
use crate::text::spoken::{Manner, Place, Seat, Spoken, TEXT_CHARS_MAX, WORD_CHARS_MAX};

/// Characters of a text in which a sound says something.
const SOUNDING_CHARS_MAX: usize = 60;

/// Within one grade of field, seat and manner stands first what sounds so by its
/// usual readings.
const GRADE_STEP: u16 = 8;

/// How far the fields lie apart, the first the best.
const fn distance(field: Field) -> u16 {
    let steps = match field {
        Field::Name | Field::Number => 0,
        Field::Party => 2,
        Field::Phone => 4,
        Field::Title => 10,
        Field::Post => 30,
        Field::Place => 32,
        Field::Language => 34,
        Field::Holder => 36,
        Field::Category => 40,
        Field::Area => 44,
        Field::Reason => 12,
        Field::Line => 46,
        Field::Summary => 50,
    };
    steps * GRADE_STEP
}

fn grade(field: Field, place: &Place) -> u16 {
    let seat = match place.seat {
        Seat::Whole => 0,
        Seat::Front => 5,
        Seat::Inside => 12,
    };
    let manner = match place.manner {
        Manner::Written => 0,
        Manner::Said => 1,
        Manner::Mixed => 2,
        Manner::Initials => 3,
    };
    let rare = u16::from(place.rare).min(GRADE_STEP - 1);
    distance(field) + (seat + manner) * GRADE_STEP + rare
}

/// What the order is by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// How well the words fit, the sum of all.
    grade: u16,
    /// What is over stands after what is not.
    over: bool,
    /// What lies elsewhere stands after what lies in the own area.
    elsewhere: bool,
    kind: HitKind,
    /// The newest first.
    newest: Reverse<i64>,
    name: String,
    id: crate::domain::ids::RecordId,
}

/// Something that fits.
pub(super) struct Fitting {
    pub(super) rank: Rank,
    pub(super) kind: HitKind,
    pub(super) record: Record,
    pub(super) pending: Pending,
    pub(super) why: Vec<Why>,
}

/// A text of a record that words are looked for in.
struct Text<'a> {
    field: Field,
    text: &'a str,
}

/// What words are looked for in.
#[derive(Default)]
struct Hay<'a> {
    texts: Vec<Text<'a>>,
    phones: Vec<&'a str>,
    categories: Vec<Category>,
    area: Option<AreaCode>,
    own_texts: Vec<(Field, String)>,
}

/// Whether the record fits, and how well.
pub(super) fn fit(shown: Shown, look: &Look<'_>) -> Option<Fitting> {
    let Shown { record, pending } = shown;
    let kind = kind_of(&record)?;
    let (total, why) = {
        let hay = hay(&record);
        let numbers = numbers(&record, look);
        let mut total = 0_u16;
        let mut why = Vec::new();
        for word in look.words {
            let best = best(word, &hay, numbers, look);
            match (word.term.want, best) {
                (Want::There, Some((grade, reason))) => {
                    total = total.saturating_add(grade);
                    why.push(reason);
                }
                (Want::There, None) | (Want::Absent, Some(_)) => return None,
                (Want::Absent, None) => {}
            }
        }
        (total, why)
    };
    let (over, newest, name) = match &record.body {
        Body::Incident(incident) => (
            !incident.is_open(),
            incident.registered_at.as_millis(),
            String::new(),
        ),
        Body::Person(person) => (false, 0, person.name.clone()),
        Body::Unit(unit) => (false, 0, unit.name.clone()),
        Body::Warning(warning) => (
            !warning.is_open(),
            warning.alarm.raised_at.as_millis(),
            String::new(),
        ),
        Body::LogLine(line) => (false, line.at.as_millis(), String::new()),
        Body::Place(_)
        | Body::Entry(_)
        | Body::Post(_)
        | Body::Rota(_)
        | Body::Policy(_)
        | Body::Officer(_)
        | Body::DutyShift(_)
        | Body::Handover(_)
        | Body::Unknown { .. } => (false, 0, record.area.to_string()),
    };
    let own = look.own_area();
    Some(Fitting {
        rank: Rank {
            grade: total,
            over,
            elsewhere: !own.contains(record.area),
            kind,
            newest: Reverse(newest),
            name,
            id: record.id,
        },
        kind,
        record,
        pending,
        why,
    })
}

/// A warning about a case that fits: as well as the case does.
pub(super) fn as_its_case(shown: Shown, case: &Fitting) -> Option<Fitting> {
    let Shown { record, pending } = shown;
    let warning = record.warning()?;
    Some(Fitting {
        rank: Rank {
            grade: case.rank.grade,
            over: !warning.is_open(),
            elsewhere: case.rank.elsewhere,
            kind: HitKind::Warning,
            newest: Reverse(warning.alarm.raised_at.as_millis()),
            name: String::new(),
            id: record.id,
        },
        kind: HitKind::Warning,
        record,
        pending,
        why: case.why.clone(),
    })
}

pub(super) fn kind_of(record: &Record) -> Option<HitKind> {
    match &record.body {
        Body::Incident(_) => Some(HitKind::Case),
        Body::Person(_) => Some(HitKind::Person),
        Body::Unit(_) => Some(HitKind::Unit),
        Body::Place(_) => Some(HitKind::Place),
        Body::Warning(_) => Some(HitKind::Warning),
        Body::LogLine(_) => Some(HitKind::Line),
        Body::Entry(_)
        | Body::Post(_)
        | Body::Rota(_)
        | Body::Policy(_)
        | Body::Officer(_)
        | Body::DutyShift(_)
        | Body::Handover(_)
        | Body::Unknown { .. } => None,
    }
}

/// How much of a masked number somebody may look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Numbers {
    /// All of it: it could be revealed.
    Whole,
    /// What is shown of it.
    Tail,
}

/// The duty telephone of a unit is no secret; other numbers are masked.
fn numbers(record: &Record, look: &Look<'_>) -> Numbers {
    let of = |may: bool| if may { Numbers::Whole } else { Numbers::Tail };
    match &record.body {
        Body::Unit(_) | Body::Place(_) => Numbers::Whole,
        Body::Person(person) => {
            let verb = network::verb::Verb::Reveal;
            let verdict =
                network::apply::allowed(record.id, record.area, person, verb, look.officer);
            of(verdict.is_ok())
        }
        // There is no way to have a number of the log revealed.
        Body::LogLine(_) => Numbers::Tail,
        Body::Incident(_)
        | Body::Entry(_)
        | Body::Post(_)
        | Body::Rota(_)
        | Body::Warning(_)
        | Body::Policy(_)
        | Body::Officer(_)
        | Body::DutyShift(_)
        | Body::Handover(_)
        | Body::Unknown { .. } => match look.officer.reach(Verb::Reveal, record.area) {
            Reach::Nowhere => Numbers::Tail,
            Reach::OwnWork | Reach::Area => Numbers::Whole,
        },
    }
}

fn hay(record: &Record) -> Hay<'_> {
    let mut hay = Hay {
        area: Some(record.area),
        ..Hay::default()
    };
    match &record.body {
        Body::Incident(incident) => of_case(record, incident, &mut hay),
        Body::Person(person) => {
            hay.put(Field::Name, &person.name);
            hay.put(Field::Post, &person.post);
            for language in &person.languages {
                hay.put(Field::Language, language);
            }
            hay.phones
                .extend([person.phone.as_str(), &person.backup_phone]);
            hay.categories.extend(&person.specialities);
        }
        Body::Unit(unit) => {
            hay.put(Field::Name, &unit.name);
            hay.phones.push(&unit.phone);
        }
        Body::Place(place) => hay.put(Field::Name, &place.name),
        Body::Warning(warning) => of_warning(record, warning, &mut hay),
        Body::LogLine(line) => of_line(line, &mut hay),
        Body::Entry(_)
        | Body::Post(_)
        | Body::Rota(_)
        | Body::Policy(_)
        | Body::Officer(_)
        | Body::DutyShift(_)
        | Body::Handover(_)
        | Body::Unknown { .. } => {}
    }
    hay
}

impl<'a> Hay<'a> {
    fn put(&mut self, field: Field, text: &'a str) {
        if !text.is_empty() {
            self.texts.push(Text { field, text });
        }
    }
}

fn of_case<'a>(record: &Record, incident: &'a Incident, hay: &mut Hay<'a>) {
    hay.own_texts.extend(
        incident
            .number
            .map(|number| (Field::Number, number.to_string())),
    );
    hay.own_texts
        .push((Field::Number, record.id.provisional_tag()));
    let same = incident.same_matter();
    hay.own_texts
        .extend(same.map(|case| (Field::Number, case.name())));
    hay.put(Field::Title, &incident.title);
    hay.put(Field::Place, &incident.place);
    for party in &incident.parties {
        hay.put(Field::Party, &party.name);
        hay.phones.push(&party.phone);
    }
    hay.put(Field::Party, &incident.source.name);
    hay.phones.push(&incident.source.phone);
    let holders = std::iter::once(&incident.step.holder).chain(&incident.assist);
    for Holder { unit, person } in holders {
        hay.put(Field::Holder, &unit.name);
        if let Some(person) = person {
            hay.put(Field::Holder, &person.name);
        }
    }
    hay.put(Field::Holder, &incident.elements.owner);
    hay.put(Field::Summary, &incident.summary);
    hay.categories.push(incident.category);
}

fn of_warning<'a>(record: &Record, warning: &'a Warning, hay: &mut Hay<'a>) {
    hay.own_texts
        .push((Field::Number, record.id.provisional_tag()));
    let case = warning.subject.case();
    hay.own_texts
        .extend(case.map(|case| (Field::Number, case.name())));
    for text in words_of_warning(warning) {
        hay.put(Field::Reason, text);
    }
    if let warning::Why::Repeated { category, .. } = &warning.why {
        hay.categories.push(*category);
    }
}

fn of_line<'a>(line: &'a LogLine, hay: &mut Hay<'a>) {
    let about = line.about.as_ref();
    hay.own_texts
        .extend(about.map(|case| (Field::Number, case.name())));
    for text in words_of_line(line) {
        hay.put(Field::Line, text);
    }
    if let LineKind::Call(call) = &line.what {
        hay.phones.push(&call.call.phone);
    }
}

/// Where a word is in a text, however long that is; of a long one as it is
/// written, where it has it so.
fn placed(word: &Spoken, text: &str) -> Option<Place> {
    // No text has more characters than bytes.
    if text.len() <= TEXT_CHARS_MAX {
        return word.place(text);
    }
    let chars: Vec<char> = text.chars().collect();
    let mut from = 0;
    let mut said = None;
    loop {
        let upto = chars.len().min(from + TEXT_CHARS_MAX);
        let piece: String = chars[from..upto].iter().collect();
        if let Some(mut place) = word.place(&piece) {
            if from > 0 {
                place.seat = Seat::Inside;
            }
            place.chars = place.chars.start + from..place.chars.end + from;
            if place.manner == Manner::Written {
                return Some(place);
            }
            said = said.or(Some(place));
        }
        if upto == chars.len() {
            return said;
        }
        // A word may lie across the border of two pieces.
        from = upto - WORD_CHARS_MAX;
    }
}

/// Whether only what is written counts there: in a long text a sound would fit
/// anywhere.
fn by_writing_alone(field: Field, text: &str) -> bool {
    match field {
        Field::Summary => true,
        Field::Reason | Field::Line => text.chars().count() > SOUNDING_CHARS_MAX,
        Field::Name
        | Field::Number
        | Field::Party
        | Field::Phone
        | Field::Title
        | Field::Post
        | Field::Place
        | Field::Language
        | Field::Holder
        | Field::Category
        | Field::Area => false,
    }
}

/// The best place of a word in a record.
fn best(word: &Word<'_>, hay: &Hay<'_>, numbers: Numbers, look: &Look<'_>) -> Option<(u16, Why)> {
    let mut best: Option<(u16, Why)> = None;
    let mut offer = |grade: u16, why: &dyn Fn() -> Why| {
        if best.as_ref().is_none_or(|(have, _)| grade < *have) {
            best = Some((grade, why()));
        }
    };
    let own = hay.own_texts.iter().map(|(field, text)| Text {
        field: *field,
        text,
    });
    let texts = hay.texts.iter().map(|text| Text {
        field: text.field,
        text: text.text,
    });
    for Text { field, text } in own.chain(texts) {
        let Some(place) = placed(&word.spoken, text) else {
            continue;
        };
        if place.manner != Manner::Written && by_writing_alone(field, text) {
            continue;
        }
        offer(grade(field, &place), &|| Why {
            field,
            text: text.to_owned(),
            chars: place.chars.clone(),
        });
    }
    for phone in &hay.phones {
        if let Some((grade, why)) = by_phone(word.term.word.text(), phone, numbers) {
            offer(grade, &|| why.clone());
        }
    }
    for category in &hay.categories {
        if word.term.categories.contains(category) {
            offer(distance(Field::Category), &|| Why {
                field: Field::Category,
                text: category.code().to_owned(),
                chars: 0..0,
            });
        }
    }
    if let Some(area) = hay.area
        && !word.term.areas.is_empty()
        && let Some(named) = around(area).find(|area| word.term.areas.contains(area))
    {
        offer(distance(Field::Area), &|| Why {
            field: Field::Area,
            text: look.places.get(&named).cloned().unwrap_or_default(),
            chars: 0..0,
        });
    }
    best
}

/// A telephone number by its digits: its end, its beginning, or all of it.
fn by_phone(word: &str, phone: &str, numbers: Numbers) -> Option<(u16, Why)> {
    let typed: String = word.chars().filter(char::is_ascii_digit).collect();
    if typed.len() < TAIL_DIGITS || word.chars().any(|c| !c.is_ascii_digit() && c != '-') {
        return None;
    }
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let whole = digits == typed;
    let fits = match numbers {
        Numbers::Tail => typed.len() == TAIL_DIGITS && digits.ends_with(&typed) && !whole,
        Numbers::Whole => {
            digits.ends_with(&typed) || (typed.len() >= HEAD_DIGITS && digits.starts_with(&typed))
        }
    };
    if !fits {
        return None;
    }
    let masked = mask_phone(phone);
    let many = masked.chars().count();
    let chars = if digits.ends_with(&typed) {
        many.saturating_sub(typed.len().min(TAIL_DIGITS))..many
    } else {
        0..many
    };
    let grade = distance(Field::Phone) + if whole { 0 } else { 5 * GRADE_STEP };
    Some((
        grade,
        Why {
            field: Field::Phone,
            text: masked,
            chars,
        },
    ))
}
