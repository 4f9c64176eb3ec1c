//! What is wrong in a file that a person wrote, and where exactly.
//!
//! Keymaps, themes and the configuration answer a mistake in the same way:
//! every problem of the file is collected with its line and column and with
//! what would have been right, and what was in force before stays in force.

use std::fmt;
use std::ops::Range;

/// A file with more mistakes than this reports the first ones only.
pub const PROBLEMS_PER_FILE_MAX: usize = 50;

/// One mistake in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file's name as the user knows it.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// What is wrong, in the user's language.
    pub what: String,
    /// What would have been right, in the user's language.
    pub expected: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            column,
            what,
            expected,
        } = self;
        write!(f, "{file}:{line}:{column}: {what}")?;
        if expected.is_empty() {
            Ok(())
        } else {
            write!(f, "; {expected}")
        }
    }
}

/// Collects the problems of one file and knows how to name places in it.
#[derive(Debug)]
pub struct ProblemList<'a> {
    file: &'a str,
    text: &'a str,
    problems: Vec<Problem>,
}

impl<'a> ProblemList<'a> {
    /// Starts with no problem.
    #[must_use]
    pub fn new(file: &'a str, text: &'a str) -> Self {
        Self {
            file,
            text,
            problems: Vec::new(),
        }
    }

    /// Adds a problem at a byte range of the text. Beyond
    /// [`PROBLEMS_PER_FILE_MAX`] it is dropped: the first ones are to be
    /// mended first.
    pub fn add(
        &mut self,
        span: Range<usize>,
        what: impl Into<String>,
        expected: impl Into<String>,
    ) {
        if self.problems.len() >= PROBLEMS_PER_FILE_MAX {
            return;
        }
        let (line, column) = line_and_column(self.text, span.start);
        self.problems.push(Problem {
            file: self.file.to_owned(),
            line,
            column,
            what: what.into(),
            expected: expected.into(),
        });
    }

    /// The problems in the order of the file.
    #[must_use]
    pub fn finish(mut self) -> Vec<Problem> {
        self.problems
            .sort_by_key(|problem| (problem.line, problem.column));
        self.problems
    }
}

/// Line and column, both from 1, of a byte offset. An offset beyond the text
/// or inside a character means the place just before it.
#[must_use]
pub fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (line, before[start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_and_survive_odd_offsets() {
        let text = "甲乙\n丙 = 1\n";
        for (offset, place) in [
            (0, (1, 1)),
            (3, (1, 2)),
            (4, (1, 2)),
            (7, (2, 1)),
            (11, (2, 3)),
            (99, (3, 1)),
        ] {
            assert_eq!(line_and_column(text, offset), place, "offset {offset}");
        }
    }

    #[test]
    fn a_hopeless_file_reports_the_first_problems_only() {
        let mut list = ProblemList::new("a.toml", "x");
        for _ in 0..PROBLEMS_PER_FILE_MAX + 5 {
            list.add(0..1, "w", "");
        }
        let found = list.finish();
        assert_eq!(found.len(), PROBLEMS_PER_FILE_MAX);
        assert_eq!(found[0].to_string(), "a.toml:1:1: w");
    }
}
