//! The lines that write a list into a file.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Which;

/// Into which file a list is written, and how.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// Into which file.
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
    /// What kind of file; else by its name.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<FormatArg>,
    /// How the bytes of a text are meant.
    #[arg(long, value_enum, default_value = "utf-8")]
    pub encoding: EncodingArg,
    /// Replaces a file that is there.
    #[arg(long)]
    pub replace: bool,
}

/// `zhiban incident export`
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Where to.
    #[command(flatten)]
    pub file: FileArgs,
    /// Which, in which order.
    #[command(flatten)]
    pub which: Which,
}

/// Kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// Text with commas.
    Csv,
    /// A workbook.
    Xlsx,
}

/// Encodings of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EncodingArg {
    /// With a mark at the beginning.
    #[value(name = "utf-8")]
    Utf8,
    /// GB 18030, also read as GBK.
    #[value(name = "gb18030", alias = "gbk")]
    Gb18030,
}
