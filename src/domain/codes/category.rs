//! Table 5.56, 事件类别: what a dispute is about.
//!
//! Seventeen main categories (two digits), most of them divided (four digits).
//! A record names one. Someone at a telephone at night may stop at a main
//! category, and refine it later.

use super::table::code_text;

mod rows;

/// Rows of the table: 17 main categories and 78 below them.
const CATEGORIES: usize = 95;

/// Digits of a main category's code.
const MAIN_DIGITS: usize = 2;

/// What a dispute is about (GB/T 31000 table 5.56).
///
/// Ordered as the table lists them, which says nothing about gravity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Category(u8);

struct Row {
    code: &'static str,
    id: &'static str,
    short_zh: &'static str,
    name_zh: &'static str,
    name_en: &'static str,
}

impl Category {
    /// Number of the table in GB/T 31000-2015.
    pub const TABLE: &'static str = "5.56";

    /// Every category in the order of the table, main ones before their parts.
    pub fn all() -> impl ExactSizeIterator<Item = Self> + Clone {
        (0..rows::ROWS.len()).map(Self::at)
    }

    /// The main categories, in the order of the table.
    pub fn main() -> impl Iterator<Item = Self> + Clone {
        Self::all().filter(|category| category.parent().is_none())
    }

    /// The category with this code of two or four digits.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        rows::ROWS
            .binary_search_by(|row| row.code.cmp(code))
            .ok()
            .map(Self::at)
    }

    /// The standard's code: two digits for a main category, else four.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// A short English identifier, unique within the table.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.row().id
    }

    /// The name in Chinese, without that of the main category.
    #[must_use]
    pub fn name_zh(self) -> &'static str {
        self.row().name_zh
    }

    /// A name of two Chinese characters for narrow columns. Every one differs,
    /// except that "other" carries the short name of its main category.
    #[must_use]
    pub fn short_zh(self) -> &'static str {
        self.row().short_zh
    }

    /// The name in English; ours, since the standard has none.
    #[must_use]
    pub fn name_en(self) -> &'static str {
        self.row().name_en
    }

    /// The main category that this is part of; `None` for a main category.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        let code = self.code();
        (code.len() > MAIN_DIGITS)
            .then(|| Self::from_code(&code[..MAIN_DIGITS]))
            .flatten()
    }

    /// The parts of a main category, in the order of the table.
    pub fn children(self) -> impl Iterator<Item = Self> + Clone {
        Self::all().filter(move |category| category.parent() == Some(self))
    }

    /// Whether `other` is this category or a part of it.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self == other || other.parent() == Some(self)
    }

    fn at(index: usize) -> Self {
        Self(u8::try_from(index).expect("the table has fewer than 256 rows"))
    }

    fn row(self) -> &'static Row {
        &rows::ROWS[usize::from(self.0)]
    }
}

impl std::fmt::Debug for Category {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Category({} {})", self.code(), self.id())
    }
}

code_text!(Category);
