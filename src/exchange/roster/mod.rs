//! A monthly roster from a plain spreadsheet or a text with commas.
//!
//! Three steps, all pure: [`layout::read`] finds out where names, days and codes
//! stand (names down and days across, or the other way round) and what the file
//! says; [`plan::plan`] finds the people and posts that are meant and compares
//! with the roster there is; [`plan::Plan::acts`] makes the acts. Whatever is
//! wrong is a [`Fault`] with its row and column, and as long as there is one
//! nothing is written. [`report`] has the words.

pub mod layout;
pub mod plan;
pub mod report;
mod words;

use crate::domain::ids::PersonId;
use crate::domain::roster::code::Cell;
use crate::domain::roster::month::Month;

/// Where something stands in the file. Both count from 0 here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    /// The row.
    pub row: usize,
    /// The column.
    pub column: usize,
}

impl Spot {
    /// The cell as a spreadsheet names it: `C7`.
    #[must_use]
    pub fn name(self) -> String {
        const LETTERS: usize = 26;
        let mut letters = Vec::new();
        let mut rest = self.column + 1;
        while rest > 0 {
            let letter = u8::try_from((rest - 1) % LETTERS).unwrap_or(0);
            letters.push(char::from(b'A' + letter));
            rest = (rest - 1) / LETTERS;
        }
        letters.reverse();
        let column: String = letters.into_iter().collect();
        format!("{column}{}", self.row + 1)
    }
}

/// What a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// The month.
    pub month: Month,
    /// Its lines, in the order of the file.
    pub lines: Vec<PaperLine>,
    /// Whether a column has the posts.
    pub posts: Posts,
    /// What is wrong with single cells, whoever is meant by them: told with what
    /// is wrong with the people, so that all of it is mended in one go.
    pub faults: Vec<Fault>,
}

/// Whether a file says which post a line is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posts {
    /// In a column.
    Named,
    /// Nowhere: each person's usual post is meant.
    Unnamed,
}

/// One person's line, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperLine {
    /// Where the name stands.
    pub spot: Spot,
    /// The name.
    pub name: String,
    /// Telephone, digits only.
    pub phone: String,
    /// The identity, where the file has one.
    pub id: String,
    /// The post, as it is called.
    pub post: String,
    /// What each day of the month says; the first day first.
    pub days: Vec<Cell>,
}

/// Something that stands against the import, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, when it is about one place.
    pub spot: Option<Spot>,
    /// What.
    pub what: Wrong,
}

/// What can be wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// No row and no column has three days.
    NoDays,
    /// No column has the names.
    NoNames,
    /// Nothing says which month.
    NoMonth,
    /// A head names another month than the one asked for.
    OtherMonth {
        /// What is asked for.
        month: Month,
    },
    /// The month has no such day.
    NoDay {
        /// What the head says.
        text: String,
    },
    /// Two columns have the same day.
    DoubleDay {
        /// Which.
        day: u8,
    },
    /// A cell says something that is no code.
    NoCode {
        /// What it says.
        text: String,
    },
    /// Codes without a name.
    Nameless,
    /// Nobody is called so.
    Unknown {
        /// The name.
        name: String,
    },
    /// Several people are called so.
    Namesakes {
        /// The name.
        name: String,
        /// Those it may be.
        are: Vec<Namesake>,
    },
    /// The telephone or identity belongs to somebody else.
    Other {
        /// The name in the file.
        name: String,
        /// The name of whom the number belongs to.
        whose: String,
    },
    /// No post is called so, or several are.
    NoPost {
        /// What the file says.
        post: String,
    },
    /// The file names no post, and the person has none or several.
    WhichPost {
        /// The person.
        name: String,
    },
    /// The same person on the same post again.
    Twice {
        /// The person.
        name: String,
        /// Where first.
        first: Spot,
    },
    /// People stand in several lines, and no column says on which posts.
    NoPostColumn,
    /// The file has no line.
    NoLines,
}

/// One of several with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namesake {
    /// Who.
    pub id: PersonId,
    /// What tells the person from the others: where, and the number's end.
    pub where_at: String,
    /// The telephone.
    pub phone: String,
}

#[cfg(test)]
mod tests;
