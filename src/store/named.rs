//! The rows of what has a name (units, people, places): for pickers, for the
//! tree of the network and for the search; and of what is found by its words
//! alone (warnings, lines of the duty log), for the search. Derived from records
//! as they now look, in the transaction that changes them.

use rusqlite::{Connection, OptionalExtension, params};

use super::error::StoreError;
use super::find::names::CHARS_MAX;
use super::find::sought::{self, PART};
use super::project::Layer;
use super::rows::{self, Key, key, record_id};
use crate::domain::duty::line::{LineKind, LogLine};
use crate::domain::ids::RecordId;
use crate::domain::incident::ending::CaseRef;
use crate::domain::record::{Body, Record};
use crate::domain::unit::Person;
use crate::domain::warning::{Subject, Warning, Why};

/// Characters of a text that are found by the index.
const WORDS_CHARS_MAX: usize = 2_000;
/// Characters of a piece of it; the index looks at no more of one.
const PIECE_CHARS: usize = CHARS_MAX;

/// A row before it is written.
struct Row<'a> {
    name: &'a str,
    /// The unit of a person.
    unit: Option<RecordId>,
    /// The unit above: a unit's own, or that of a person.
    parent: Option<RecordId>,
    /// What pickers look into, folded.
    search: String,
    /// What the search looks into besides the name; see [`more`].
    more: String,
}

impl<'a> Row<'a> {
    fn of(record: &'a Record) -> Option<Self> {
        match &record.body {
            Body::Unit(unit) => Some(Self {
                name: &unit.name,
                unit: None,
                parent: unit.parent.map(RecordId::from),
                search: sought::fold(&[unit.name.as_str(), unit.phone.as_str(), ""].join("\n")),
                more: more("", &[&unit.phone], ""),
            }),
            Body::Person(person) => Some(Self {
                name: &person.name,
                unit: Some(person.unit.into()),
                parent: Some(person.unit.into()),
                search: sought::fold(
                    &[
                        person.name.as_str(),
                        person.post.as_str(),
                        person.phone.as_str(),
                    ]
                    .join("\n"),
                ),
                more: of_person(person),
            }),
            Body::Place(place) => Some(Self {
                name: &place.name,
                unit: None,
                parent: None,
                search: sought::fold(&place.name),
                more: more("", &[], ""),
            }),
            Body::Warning(warning) => Some(Self::of_words(of_warning(record.id, warning))),
            Body::LogLine(line) => Some(Self::of_words(of_line(line))),
            Body::Incident(_)
            | Body::Entry(_)
            | Body::Post(_)
            | Body::Rota(_)
            | Body::Policy(_)
            | Body::Officer(_)
            | Body::DutyShift(_)
            | Body::Handover(_)
            | Body::Unknown { .. } => None,
        }
    }

    /// Of what no picker offers.
    const fn of_words(more: String) -> Self {
        Self {
            name: "",
            unit: None,
            parent: None,
            search: String::new(),
            more,
        }
    }
}

/// What a warning says by itself. A rule's says of which case, and is found by
/// what the case says.
fn of_warning(id: RecordId, warning: &Warning) -> String {
    let tag = id.provisional_tag();
    let numbers: Vec<String> = warning
        .subject
        .case()
        .map(|case| case.name())
        .into_iter()
        .collect();
    let words = words_of_warning(warning)
        .chain(numbers.iter().map(String::as_str))
        .chain(std::iter::once(tag.as_str()));
    let code = match &warning.why {
        Why::Repeated { category, .. } => category.code(),
        Why::Overdue { .. } | Why::People { .. } | Why::Said { .. } => "",
    };
    more(&cut(words), &[], code)
}

/// The words of a warning.
pub(super) fn words_of_warning(warning: &Warning) -> impl Iterator<Item = &str> {
    let place = match &warning.subject {
        Subject::Place { place } => Some(place.as_str()),
        Subject::Case { .. } | Subject::Deadline { .. } => None,
    };
    let said = match &warning.why {
        Why::Said { text } => Some(text.as_str()),
        Why::Overdue { .. } | Why::People { .. } | Why::Repeated { .. } => None,
    };
    place
        .into_iter()
        .chain(said)
        .filter(|text| !text.is_empty())
}

fn of_line(line: &LogLine) -> String {
    let number = match &line.what {
        LineKind::Call(call) => call.call.phone.as_str(),
        LineKind::Note
        | LineKind::SignedOn { .. }
        | LineKind::Cut { .. }
        | LineKind::Offered { .. }
        | LineKind::Taken { .. }
        | LineKind::Warned(_) => "",
    };
    let about: Vec<String> = line.about.iter().map(CaseRef::name).collect();
    let words = words_of_line(line).chain(about.iter().map(String::as_str));
    more(&cut(words), &[number], "")
}

/// The words of a line of the log.
pub(super) fn words_of_line(line: &LogLine) -> impl Iterator<Item = &str> {
    let call = match &line.what {
        LineKind::Call(call) => Some(call),
        LineKind::Note
        | LineKind::SignedOn { .. }
        | LineKind::Cut { .. }
        | LineKind::Offered { .. }
        | LineKind::Taken { .. }
        | LineKind::Warned(_) => None,
    };
    let place = match &line.what {
        LineKind::Warned(warned) => match &warned.subject {
            Subject::Place { place } => Some(place.as_str()),
            Subject::Case { .. } | Subject::Deadline { .. } => None,
        },
        _ => None,
    };
    let told = call.into_iter().flat_map(|call| {
        [
            call.call.with.as_str(),
            call.told.as_str(),
            call.instruction.as_str(),
        ]
    });
    std::iter::once(line.text.as_str())
        .chain(told)
        .chain(place)
        .filter(|text| !text.is_empty())
}

/// Words in pieces that the index takes whole; of a very long text its
/// beginning.
fn cut<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut lines = Vec::new();
    let mut room = WORDS_CHARS_MAX;
    for text in words {
        let chars: Vec<char> = text.chars().take(room).collect();
        room -= chars.len();
        lines.extend(chars.chunks(PIECE_CHARS).map(String::from_iter));
    }
    lines.join("\n")
}

fn of_person(person: &Person) -> String {
    let words: Vec<&str> = std::iter::once(person.post.as_str())
        .chain(person.languages.iter().map(String::as_str))
        .collect();
    let codes: Vec<&str> = person
        .specialities
        .iter()
        .map(|category| category.code())
        .collect();
    more(
        &words.join("\n"),
        &[&person.phone, &person.backup_phone],
        &codes.join("\n"),
    )
}

/// Words, numbers and codes of categories, as the search reads them again.
fn more(words: &str, phones: &[&str], codes: &str) -> String {
    let words = sought::fold(words).replace(PART, " ");
    let phones = sought::digits_of(phones.iter().copied());
    format!("{words}{PART}{phones}{PART}{codes}")
}

/// Brings the row of a record to what the record now looks like; none if it is
/// not here any more.
pub(super) fn renew(
    replica: &Connection,
    id: RecordId,
    record: Option<&Record>,
) -> Result<(), StoreError> {
    if let Some(record) = record {
        return put(replica, Layer::Live, record);
    }
    mark_changed(replica, id)?;
    replica
        .prepare_cached("DELETE FROM lookup WHERE id = ?1")?
        .execute([key(id)])?;
    Ok(())
}

/// Writes the row of what has a name; other records have none.
pub(super) fn put(replica: &Connection, layer: Layer, record: &Record) -> Result<(), StoreError> {
    let Some(row) = Row::of(record) else {
        return Ok(());
    };
    // The row keeps its number, by which the search index knows it.
    let sql = match layer {
        Layer::Live => {
            "INSERT INTO lookup (id, kind, area, name, unit, search, more, parent)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, area = excluded.area,
               name = excluded.name, unit = excluded.unit, search = excluded.search,
               more = excluded.more, parent = excluded.parent"
        }
        Layer::Shadow => {
            "INSERT OR REPLACE INTO shadow_lookup
               (id, kind, area, name, unit, search, more, parent)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        }
    };
    let same = layer == Layer::Shadow || is_found_by(replica, record, &row)?;
    replica.prepare_cached(sql)?.execute(params![
        key(record.id),
        record.kind().as_str(),
        record.area.as_str(),
        row.name,
        row.unit.map(key),
        row.search,
        row.more,
        row.parent.map(key),
    ])?;
    if !same {
        mark_changed(replica, record.id)?;
    }
    Ok(())
}

/// Whether the index would have the same of the row that is there.
fn is_found_by(replica: &Connection, record: &Record, row: &Row<'_>) -> Result<bool, StoreError> {
    Ok(replica
        .prepare_cached("SELECT name = ?2 AND more = ?3 AND area = ?4 FROM lookup WHERE id = ?1")?
        .query_row(
            params![key(record.id), row.name, row.more, record.area.as_str()],
            |row| row.get(0),
        )
        .optional()?
        .unwrap_or(false))
}

fn mark_changed(replica: &Connection, id: RecordId) -> Result<(), StoreError> {
    replica
        .prepare_cached(
            "INSERT OR REPLACE INTO named_dirty (doc) SELECT rowid FROM lookup WHERE id = ?1",
        )?
        .execute([key(id)])?;
    Ok(())
}

/// Computes every row anew, where an older program made them.
pub(super) fn all_anew(replica: &Connection) -> Result<(), StoreError> {
    let ids: Vec<Key> = replica
        .prepare(
            "SELECT id FROM confirmed
             WHERE kind IN ('unit', 'person', 'place', 'warning', 'log-line')
             UNION SELECT id FROM lookup",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in ids {
        let id = record_id(id);
        let shown = rows::shown(replica, id)?;
        renew(replica, id, shown.as_ref().map(|shown| &shown.record))?;
    }
    Ok(())
}
