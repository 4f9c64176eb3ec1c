//! A spreadsheet or a text with commas as rows of cells, whatever wrote it.
//!
//! Workbooks are read by calamine: what several cells were merged into stands
//! in each of them, and a date is its day. Text is UTF-8, or else GB 18030,
//! which older programs of the country write; commas, semicolons or tabs
//! between the cells. Nothing here knows what the cells mean.

use std::fs::{self, File};
use std::io::{self, BufReader, Read as _};
use std::path::Path;

use calamine::{Data, Range, Reader as _, Xls, Xlsx};
use encoding_rs::GB18030;

use crate::domain::time::Date;

/// The largest file that is read.
pub const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// The most rows of a sheet.
pub const ROWS_MAX: usize = 20_000;
/// The most columns of a sheet.
pub const COLUMNS_MAX: usize = 2_000;
/// The most cells of a sheet.
pub const CELLS_MAX: usize = 2_000_000;

/// Rows of cells. Rows and columns count from 0 here and from 1 for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    rows: Vec<Vec<String>>,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum GridError {
    /// The disk does not give it.
    #[error("the file cannot be read")]
    Io(#[from] io::Error),
    /// It is no workbook that this program reads.
    #[error("the workbook cannot be read: {0}")]
    Workbook(String),
    /// It has no sheet with anything in it.
    #[error("the file has no filled sheet")]
    Empty,
    /// It is larger than any roster.
    #[error("the file is larger than a roster can be")]
    TooLarge,
    /// Its bytes are text in no encoding that is known here.
    #[error("the text is neither UTF-8 nor GB 18030: byte {at} fits neither")]
    Encoding {
        /// The first such byte, from 0.
        at: usize,
    },
}

impl Grid {
    /// A grid of these rows.
    #[must_use]
    pub const fn new(rows: Vec<Vec<String>>) -> Self {
        Self { rows }
    }

    /// How many rows there are.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.rows.len()
    }

    /// How many columns the widest row has.
    #[must_use]
    pub fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// A cell; empty where there is none.
    #[must_use]
    pub fn at(&self, row: usize, column: usize) -> &str {
        let row = self.rows.get(row).map_or(&[][..], Vec::as_slice);
        row.get(column).map_or("", String::as_str)
    }

    /// Rows for columns.
    #[must_use]
    pub fn turned(&self) -> Self {
        let turned = |column| {
            let cells = (0..self.height()).map(|row| self.at(row, column).to_owned());
            cells.collect()
        };
        Self {
            rows: (0..self.width()).map(turned).collect(),
        }
    }
}

/// Reads the first filled sheet of a file.
///
/// # Errors
/// See [`GridError`].
pub fn read(path: &Path) -> Result<Grid, GridError> {
    if fs::metadata(path)?.len() > FILE_BYTES_MAX {
        return Err(GridError::TooLarge);
    }
    let mut bytes = Vec::new();
    File::open(path)?
        .take(FILE_BYTES_MAX)
        .read_to_end(&mut bytes)?;
    parse(&bytes)
}

/// Reads a file's bytes, by what they are and not by what the file is called.
///
/// # Errors
/// See [`GridError`].
pub fn parse(bytes: &[u8]) -> Result<Grid, GridError> {
    const ZIP: &[u8] = b"PK\x03\x04";
    const OLE: &[u8] = b"\xD0\xCF\x11\xE0";
    let wrong = |error: &dyn std::error::Error| GridError::Workbook(error.to_string());
    let source = || BufReader::new(io::Cursor::new(bytes));
    if bytes.starts_with(ZIP) {
        let mut book = Xlsx::new(source()).map_err(|error| wrong(&error))?;
        for name in book.sheet_names() {
            let range = book.worksheet_range(&name).map_err(|error| wrong(&error))?;
            if range.is_empty() {
                continue;
            }
            let merged = book
                .merge_cells_by_sheet_name(&name)
                .map_err(|error| wrong(&error))?;
            let merged = merged.iter().map(|it| (it.start, it.end));
            return from_range(&range, merged);
        }
        return Err(GridError::Empty);
    }
    if bytes.starts_with(OLE) {
        let mut book: Xls<_> = Xls::new(source()).map_err(|error| wrong(&error))?;
        for name in book.sheet_names() {
            let range = book.worksheet_range(&name).map_err(|error| wrong(&error))?;
            if range.is_empty() {
                continue;
            }
            let merged = book
                .merge_cells_by_sheet_name(&name)
                .map_err(|error| wrong(&error))?;
            let merged = merged.iter().map(|it| (it.start, it.end));
            return from_range(&range, merged);
        }
        return Err(GridError::Empty);
    }
    text(bytes)
}

type Corner = (u32, u32);

fn from_range(
    range: &Range<Data>,
    merged: impl Iterator<Item = (Corner, Corner)>,
) -> Result<Grid, GridError> {
    let (last_row, last_column) = range.end().ok_or(GridError::Empty)?;
    let (height, width) = (last_row as usize + 1, last_column as usize + 1);
    if height > ROWS_MAX || width > COLUMNS_MAX || height * width > CELLS_MAX {
        return Err(GridError::TooLarge);
    }
    let mut rows = vec![vec![String::new(); width]; height];
    let (top, left) = range.start().unwrap_or((0, 0));
    for (row, column, data) in range.used_cells() {
        let (row, column) = (row + top as usize, column + left as usize);
        if let Some(cell) = rows.get_mut(row).and_then(|row| row.get_mut(column)) {
            *cell = cell_text(data);
        }
    }
    for ((top, left), (bottom, right)) in merged {
        let (top, left) = (top as usize, left as usize);
        let shown = rows.get(top).and_then(|row| row.get(left)).cloned();
        let Some(shown) = shown.filter(|text| !text.is_empty()) else {
            continue;
        };
        for row in rows.iter_mut().take(bottom as usize + 1).skip(top) {
            for cell in row.iter_mut().take(right as usize + 1).skip(left) {
                cell.clone_from(&shown);
            }
        }
    }
    Ok(Grid { rows })
}

fn cell_text(data: &Data) -> String {
    match data {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            text.trim().to_owned()
        }
        Data::Int(number) => number.to_string(),
        // Programs keep every number as a fraction: 13700000000 is no 1.37e10.
        Data::Float(number) => number.to_string(),
        Data::Bool(flag) => flag.to_string(),
        Data::DateTime(at) => day_of_serial(at.as_f64())
            .map_or_else(|| at.as_f64().to_string(), |date| date.to_string()),
    }
}

/// The day of a spreadsheet's serial number: days since 1899-12-30.
fn day_of_serial(serial: f64) -> Option<Date> {
    const DAYS_MAX: f64 = 100_000.0;
    if !(1.0..DAYS_MAX).contains(&serial) {
        return None;
    }
    let base = Date::from_ymd(1899, 12, 30).ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "bounded just above")]
    let days = serial.floor() as i32;
    Some(base.saturating_add_days(days))
}

fn text(bytes: &[u8]) -> Result<Grid, GridError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) => GB18030
            .decode_without_bom_handling_and_without_replacement(bytes)
            .ok_or(GridError::Encoding {
                at: error.valid_up_to(),
            })?
            .into_owned(),
    };
    if text.contains('\0') {
        return Err(GridError::Workbook("not a text".to_owned()));
    }
    let rows = cells(&text)?;
    if rows.iter().flatten().all(String::is_empty) {
        return Err(GridError::Empty);
    }
    Ok(Grid { rows })
}

/// The cells of a text: quoted ones may hold anything, a doubled quote is one.
fn cells(text: &str) -> Result<Vec<Vec<String>>, GridError> {
    let between = separator(text);
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = Quoted::No;
    let mut chars = text.chars().peekable();
    let mut count = 0_usize;
    while let Some(found) = chars.next() {
        match (quoted, found) {
            (Quoted::Yes, '"') if chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            (Quoted::Yes, '"') => quoted = Quoted::No,
            (Quoted::No, '"') if cell.trim().is_empty() => {
                cell.clear();
                quoted = Quoted::Yes;
            }
            (Quoted::No, '\r') if chars.peek() == Some(&'\n') => {}
            (Quoted::No, '\n' | '\r') => {
                row.push(std::mem::take(&mut cell).trim().to_owned());
                rows.push(std::mem::take(&mut row));
            }
            (Quoted::No, other) if other == between => {
                row.push(std::mem::take(&mut cell).trim().to_owned());
                count += 1;
            }
            (Quoted::Yes | Quoted::No, other) => cell.push(other),
        }
        if rows.len() > ROWS_MAX || row.len() > COLUMNS_MAX || count > CELLS_MAX {
            return Err(GridError::TooLarge);
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell.trim().to_owned());
        rows.push(row);
    }
    Ok(rows)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoted {
    No,
    Yes,
}

/// What stands between the cells: whatever the text has most of.
fn separator(text: &str) -> char {
    let count = |wanted| text.chars().filter(|found| *found == wanted).count();
    [',', '\t', ';']
        .into_iter()
        .rev()
        .max_by_key(|separator| count(*separator))
        .unwrap_or(',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        parse(text.as_bytes()).unwrap().rows
    }

    #[test]
    fn text_has_quotes_line_ends_and_separators_of_all_kinds() {
        assert_eq!(
            rows("姓名,\"1,2\"\r\n\"他\"\"说\", 夜 \n"),
            [["姓名", "1,2"], ["他\"说", "夜"]]
        );
        assert_eq!(rows("a\tb\tc,d"), [["a", "b", "c,d"]]);
        assert_eq!(rows("a;b;c"), [["a", "b", "c"]]);
        assert_eq!(rows("\u{feff}a,b"), [["a", "b"]]);
    }

    #[test]
    fn older_programs_bytes_are_read_and_no_text_is_refused() {
        let (bytes, _, _) = GB18030.encode("姓名,夜\n王承川,白\n");
        assert_eq!(parse(&bytes).unwrap().at(1, 0), "王承川");
        assert!(matches!(
            parse(b"ab\xFF\xFF,c"),
            Err(GridError::Encoding { at: 2 })
        ));
        assert!(matches!(parse(b",,\n"), Err(GridError::Empty)));
        assert!(matches!(
            parse(b"PK\x03\x04no"),
            Err(GridError::Workbook(_))
        ));
    }

    #[test]
    fn a_serial_number_is_a_day() {
        assert_eq!(day_of_serial(46_357.0).unwrap().to_string(), "2026-12-01");
        assert_eq!(day_of_serial(f64::NAN), None);
    }
}
