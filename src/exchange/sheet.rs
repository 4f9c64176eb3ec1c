//! A list as a file, row by row: text with commas, or a workbook.
//!
//! It is written beside its place under another name and renamed at the end:
//! whoever looks finds the whole of it or what was there before. Dropping it
//! before the end takes away what was written.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding as Table, GB18030, UTF_8};
use rust_xlsxwriter::{Format as Style, Workbook, XlsxError};

use super::formula::harmless;

/// The most rows of a workbook's sheet, the head among them.
pub const WORKBOOK_ROWS_MAX: u32 = 1_048_576;
/// Marks text as UTF-8, so that Excel does not take it for something else.
const MARK: &[u8] = b"\xEF\xBB\xBF";
/// Bytes that are kept before they are written.
const BUFFER_BYTES: usize = 64 * 1024;

/// How the bytes of a text are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// With a mark at the beginning.
    Utf8,
    /// What older programs of the country expect.
    Gb18030,
}

/// What kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text with commas.
    Csv(Encoding),
    /// A workbook of one sheet.
    Xlsx,
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The disk does not take it.
    #[error("the file cannot be written")]
    Io(#[from] io::Error),
    /// The workbook does not take it.
    #[error("the workbook cannot be written")]
    Workbook(#[from] XlsxError),
    /// A workbook has no room for more rows.
    #[error("a workbook holds {WORKBOOK_ROWS_MAX} rows")]
    Full,
}

/// A file that is being written.
pub struct Sheet {
    to: PathBuf,
    part: PathBuf,
    body: Body,
}

enum Body {
    Text(BufWriter<File>, &'static Table),
    Workbook(Box<Workbook>, u32),
}

impl Sheet {
    /// Begins a file with its head. It replaces what is at `to` only when it is
    /// finished.
    ///
    /// # Errors
    /// See [`SheetError`].
    pub fn begin(to: &Path, format: Format, head: &[&str]) -> Result<Self, SheetError> {
        let part = beside(to);
        let body = match format {
            Format::Csv(encoding) => {
                let mut file = BufWriter::with_capacity(BUFFER_BYTES, private(&part)?);
                let table = match encoding {
                    Encoding::Utf8 => {
                        file.write_all(MARK)?;
                        UTF_8
                    }
                    Encoding::Gb18030 => GB18030,
                };
                Body::Text(file, table)
            }
            Format::Xlsx => {
                // The name is taken now, so that a folder that does not take
                // it is told of before the rows are read.
                drop(private(&part)?);
                let mut workbook = Workbook::new();
                let sheet = workbook.add_worksheet_with_constant_memory()?;
                sheet.set_freeze_panes(1, 0)?;
                Body::Workbook(Box::new(workbook), 0)
            }
        };
        let mut sheet = Self {
            to: to.to_owned(),
            part,
            body,
        };
        sheet.row(head)?;
        Ok(sheet)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// See [`SheetError`].
    pub fn row(&mut self, cells: &[impl AsRef<str>]) -> Result<(), SheetError> {
        match &mut self.body {
            Body::Text(file, table) => {
                let line = line(cells);
                let (bytes, _, _) = table.encode(&line);
                file.write_all(&bytes)?;
            }
            Body::Workbook(workbook, next) => {
                if *next == WORKBOOK_ROWS_MAX {
                    return Err(SheetError::Full);
                }
                let style = if *next == 0 {
                    Style::new().set_bold()
                } else {
                    Style::new()
                };
                let sheet = workbook.worksheet_from_index(0)?;
                for (column, cell) in (0..).zip(cells) {
                    let text = harmless(cell.as_ref());
                    // As text, which no program runs.
                    sheet.write_string_with_format(*next, column, text, &style)?;
                }
                *next += 1;
            }
        }
        Ok(())
    }

    /// Puts the whole file in its place.
    ///
    /// # Errors
    /// See [`SheetError`].
    pub fn finish(mut self) -> Result<(), SheetError> {
        match &mut self.body {
            Body::Text(file, _) => {
                file.flush()?;
                file.get_ref().sync_all()?;
            }
            Body::Workbook(workbook, _) => {
                workbook.save(&self.part)?;
                File::open(&self.part)?.sync_all()?;
            }
        }
        fs::rename(&self.part, &self.to)?;
        Ok(())
    }
}

impl Drop for Sheet {
    fn drop(&mut self) {
        // It has another name by now, or nobody wants it.
        let _ = fs::remove_file(&self.part);
    }
}

/// A line of text with commas.
fn line(cells: &[impl AsRef<str>]) -> String {
    let mut line = String::new();
    for (nth, cell) in cells.iter().enumerate() {
        if nth > 0 {
            line.push(',');
        }
        let text = harmless(cell.as_ref());
        if text.contains([',', '"', ';']) {
            line.push('"');
            line.push_str(&text.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(&text);
        }
    }
    line.push_str("\r\n");
    line
}

/// The name under which it is written.
fn beside(to: &Path) -> PathBuf {
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    to.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

/// A file for its owner alone: there are people in it.
fn private(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn text_has_a_mark_commas_are_quoted_and_formulas_are_text() {
        let dir = tempfile::tempdir().unwrap();
        let to = dir.path().join("list.csv");
        let format = Format::Csv(Encoding::Utf8);
        let mut sheet = Sheet::begin(&to, format, &["编号", "事件"]).unwrap();
        sheet.row(&["1", "他说\"不\",走了"]).unwrap();
        sheet.row(&["=HYPERLINK(1)", "两\r\n行"]).unwrap();
        assert!(!to.exists());
        sheet.finish().unwrap();
        let bytes = fs::read(&to).unwrap();
        let text = std::str::from_utf8(bytes.strip_prefix(MARK).unwrap()).unwrap();
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines[0], "编号,事件");
        assert_eq!(lines[1], "1,\"他说\"\"不\"\",走了\"");
        assert!(lines[2].starts_with("'=HYPERLINK(1),"), "{lines:?}");
        assert_eq!(lines.len(), 4);
        assert_eq!(names(dir.path()), ["list.csv"]);
    }

    #[test]
    fn older_programs_get_their_own_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let to = dir.path().join("list.csv");
        let format = Format::Csv(Encoding::Gb18030);
        let sheet = Sheet::begin(&to, format, &["石桥", "㐀𠀀"]).unwrap();
        sheet.finish().unwrap();
        let bytes = fs::read(&to).unwrap();
        let (text, _, wrong) = GB18030.decode(&bytes);
        assert_eq!((text.as_ref(), wrong), ("石桥,㐀𠀀\r\n", false));
    }

    #[test]
    fn a_workbook_is_whole_and_a_broken_off_one_leaves_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let to = dir.path().join("list.xlsx");
        let mut sheet = Sheet::begin(&to, Format::Xlsx, &["事件"]).unwrap();
        sheet.row(&["=1+1"]).unwrap();
        sheet.finish().unwrap();
        let whole = fs::read(&to).unwrap();
        // A zip archive, with its end.
        assert!(whole.starts_with(b"PK\x03\x04"));
        assert!(whole.windows(4).any(|bytes| bytes == b"PK\x05\x06"));
        assert!(!whole.windows(3).any(|bytes| bytes == b"<f>"));
        let mut sheet = Sheet::begin(&to, Format::Xlsx, &["事件"]).unwrap();
        sheet.row(&["不要了"]).unwrap();
        drop(sheet);
        assert_eq!(fs::read(&to).unwrap(), whole);
        assert_eq!(names(dir.path()), ["list.xlsx"]);
    }
}
