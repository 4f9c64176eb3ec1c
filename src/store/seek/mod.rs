//! One search: people, units, places, cases, warnings and lines of the duty log
//! by name, number and words, in Chinese or as it sounds, the best first, each
//! with why it is there.
//!
//! It looks only into this desk's copy, which holds what the service has said
//! to officers with these grants: nothing outside one's area is ever found. A
//! masked number is found whole only by whoever may have it revealed; anybody
//! else finds it by its last four digits, which are shown.
//!
//! [`gather`] says which records to look at, by the index ([`super::find`]);
//! [`fit`] decides by the records themselves what fits and how well.

mod fit;
mod gather;

use std::ops::Range;

use super::error::StoreError;
use super::find::sought::{FILTER_WORDS_MAX, Term, Want};
use super::page::Places;
use super::page::latest::Latest;
use super::reader::Reader;
use super::rows;
use crate::domain::area::AreaCode;
use crate::domain::officer::Officer;
use crate::domain::record::{Body, Record};
use crate::domain::unit::Unit;
use crate::store::view::Pending;
use crate::text::fuzzy::Fuzzy;
use crate::text::spoken::Spoken;

/// The most that one answer holds.
pub const HITS_SHOWN_MAX: usize = 60;
/// The longest text that is looked for, in characters.
pub const TEXT_CHARS_MAX: usize = 80;

/// What somebody looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seek {
    /// Words; all of them must fit. One with `!` before it must not.
    pub text: String,
    /// Sounds that are not told apart.
    pub fuzzy: Fuzzy,
    /// What kind of thing it is to be.
    pub only: Only,
}

/// What is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Only {
    /// Anything.
    #[default]
    All,
    /// 人.
    People,
    /// 案件.
    Cases,
    /// 单位、地点.
    Places,
    /// 预警.
    Warnings,
    /// 值班日志.
    Log,
}

impl Only {
    /// Every choice, as a key walks through them.
    pub const ALL: [Self; 6] = [
        Self::All,
        Self::People,
        Self::Cases,
        Self::Places,
        Self::Warnings,
        Self::Log,
    ];

    /// The choice's name for scripts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::People => "people",
            Self::Cases => "cases",
            Self::Places => "places",
            Self::Warnings => "warnings",
            Self::Log => "log",
        }
    }

    fn has(self, kind: HitKind) -> bool {
        match self {
            Self::All => true,
            Self::People => kind == HitKind::Person,
            Self::Cases => kind == HitKind::Case,
            Self::Places => matches!(kind, HitKind::Place | HitKind::Unit),
            Self::Warnings => kind == HitKind::Warning,
            Self::Log => kind == HitKind::Line,
        }
    }
}

/// What was found, in the order in which equals stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HitKind {
    /// A person.
    Person,
    /// An area.
    Place,
    /// An organisation.
    Unit,
    /// An incident.
    Case,
    /// A warning.
    Warning,
    /// A line of the duty log.
    Line,
}

/// Where a word was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The name of a person, a unit or an area.
    Name,
    /// The number of a case, its tag, or that of one of the same matter.
    Number,
    /// The name of a party, or of who told of it.
    Party,
    /// A telephone number.
    Phone,
    /// The title of a case.
    Title,
    /// A post.
    Post,
    /// The place of a case, in words.
    Place,
    /// A language.
    Language,
    /// Who has a case.
    Holder,
    /// A category, or a speciality.
    Category,
    /// The name of an area around it.
    Area,
    /// What happened.
    Summary,
    /// What a warning says.
    Reason,
    /// What a line of the log says.
    Line,
}

impl Field {
    /// The field's name for scripts and i18n keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Number => "number",
            Self::Party => "party",
            Self::Phone => "phone",
            Self::Title => "title",
            Self::Post => "post",
            Self::Place => "place",
            Self::Language => "language",
            Self::Holder => "holder",
            Self::Category => "category",
            Self::Area => "area",
            Self::Summary => "summary",
            Self::Reason => "reason",
            Self::Line => "line",
        }
    }
}

/// Why something was found: a word of what was typed, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// In which field.
    pub field: Field,
    /// What that field says, masked where it must be; of a category its code.
    pub text: String,
    /// Which of its characters the word is.
    pub chars: Range<usize>,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// What it is.
    pub kind: HitKind,
    /// The record as it now looks.
    pub record: Record,
    /// The unit of a person; empty where it is not known here.
    pub unit_name: String,
    /// Whether acts are waiting.
    pub pending: Pending,
    /// Word by word, why.
    pub why: Vec<Why>,
}

/// What was found, and whether that is all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The best first.
    pub hits: Vec<Hit>,
    /// Whether there are more than are here.
    pub rest: Rest,
    /// Whether everything was looked at.
    pub coverage: Coverage,
}

/// Whether there is more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rest {
    /// This is all.
    #[default]
    None,
    /// More words find them.
    Some,
}

/// Whether everything was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Coverage {
    /// By the index.
    #[default]
    Whole,
    /// The index is not whole yet: only some rows were looked at.
    Partly,
}

/// What fits, the best first.
pub(super) fn seek(
    reader: &mut Reader,
    places: &Places,
    wanted: &Seek,
    latest: &Latest,
) -> Result<Found, StoreError> {
    latest.check()?;
    let text: String = wanted.text.chars().take(TEXT_CHARS_MAX).collect();
    let terms = super::find::sought::Sought::new(&text, places);
    if !terms.terms.iter().any(|term| term.want == Want::There) {
        return Ok(Found::default());
    }
    let words: Vec<Word> = terms
        .terms
        .iter()
        .take(FILTER_WORDS_MAX)
        .map(|term| Word {
            spoken: Spoken::new(term.word.text(), wanted.fuzzy),
            term,
        })
        .collect();
    let replica = reader.dbs.replica.unchecked_transaction()?;
    let look = Look {
        words: &words,
        places,
        officer: &reader.officer,
        only: wanted.only,
    };
    let (found, coverage, rest) =
        gather::gather(&replica, &mut reader.asker, &look, wanted.fuzzy, latest)?;
    let mut hits = Vec::new();
    let mut found = found;
    found.sort_by(|one, other| one.rank.cmp(&other.rank));
    let more = found.len() > HITS_SHOWN_MAX;
    found.truncate(HITS_SHOWN_MAX);
    for fitting in found {
        let unit_name = match &fitting.record.body {
            Body::Person(person) => unit_name(&replica, person.unit.into())?,
            _ => String::new(),
        };
        hits.push(Hit {
            kind: fitting.kind,
            record: fitting.record,
            unit_name,
            pending: fitting.pending,
            why: fitting.why,
        });
    }
    Ok(Found {
        hits,
        rest: if more { Rest::Some } else { rest },
        coverage,
    })
}

fn unit_name(
    replica: &rusqlite::Connection,
    id: crate::domain::ids::RecordId,
) -> Result<String, StoreError> {
    Ok(
        match rows::shown(replica, id)?.map(|shown| shown.record.body) {
            Some(Body::Unit(unit)) => {
                let Unit { name, .. } = *unit;
                name
            }
            _ => String::new(),
        },
    )
}

/// A word of what was typed.
struct Word<'a> {
    spoken: Spoken,
    term: &'a Term,
}

/// What is looked for, by whom.
struct Look<'a> {
    words: &'a [Word<'a>],
    places: &'a Places,
    officer: &'a Officer,
    only: Only,
}

impl Look<'_> {
    /// Where the officer works: what lies there comes before its like.
    fn own_area(&self) -> AreaCode {
        self.officer.unit.area
    }
}
