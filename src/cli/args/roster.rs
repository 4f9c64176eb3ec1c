//! The lines about the roster.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{FileArgs, Json};

/// `zhiban roster …`
#[derive(Debug, Subcommand)]
pub enum RosterCommand {
    /// Who is on now.
    Now(RosterNowArgs),
    /// What each post has of a night.
    Show(RosterShowArgs),
    /// Sets up a new post.
    AddPost(RosterAddPostArgs),
    /// Takes a monthly roster from a file.
    Import(RosterImportArgs),
    /// Writes who is on, or a month, into a file.
    Export(RosterExportArgs),
}

/// `zhiban roster now`
#[derive(Debug, Args)]
pub struct RosterNowArgs {
    /// Another moment than now.
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<String>,
    /// Only this area.
    #[arg(long, value_name = "CODE")]
    pub area: Option<String>,
    /// JSON instead of lines.
    #[arg(long)]
    pub json: bool,
}

/// `zhiban roster show`
#[derive(Debug, Args)]
pub struct RosterShowArgs {
    /// The night that begins on this day; tonight when absent.
    #[arg(long, value_name = "DATE")]
    pub night: Option<String>,
    /// Only this area.
    #[arg(long, value_name = "CODE")]
    pub area: Option<String>,
    /// JSON instead of lines.
    #[arg(long)]
    pub json: bool,
}

/// `zhiban roster add-post`
#[derive(Debug, Args)]
pub struct RosterAddPostArgs {
    /// Where.
    #[arg(long, value_name = "CODE")]
    pub area: String,
    /// What it is called.
    #[arg(long, value_name = "TEXT")]
    pub name: String,
    /// What it is: `village`, `patrol`, `checkpoint`.
    #[arg(long, value_name = "KIND")]
    pub kind: String,
    /// Whom it needs by day: `nobody`, `standby`, `on-duty`.
    #[arg(long, value_name = "NEED", default_value = "nobody")]
    pub day: String,
    /// Whom it needs by night.
    #[arg(long, value_name = "NEED", default_value = "standby")]
    pub night: String,
    /// Its duty telephone.
    #[arg(long, value_name = "NUMBER", default_value = "")]
    pub phone: String,
    /// How.
    #[command(flatten)]
    pub json: Json,
}

/// `zhiban roster import`
#[derive(Debug, Args)]
pub struct RosterImportArgs {
    /// The file: a workbook, or text with commas.
    #[arg(value_name = "FILE", required_unless_present = "undo")]
    pub file: Option<PathBuf>,
    /// Which month, where the file does not say.
    #[arg(long, value_name = "MONTH")]
    pub month: Option<String>,
    /// Which of several with one name: a cell and an identity.
    #[arg(long, value_name = "CELL=ID")]
    pub choose: Vec<String>,
    /// Do it; else it is only told.
    #[arg(long)]
    pub apply: bool,
    /// Take the latest import of the month back.
    #[arg(long, conflicts_with_all = ["file", "apply", "choose"])]
    pub undo: bool,
    /// JSON instead of lines.
    #[arg(long)]
    pub json: bool,
}

/// `zhiban roster export`
#[derive(Debug, Args)]
pub struct RosterExportArgs {
    /// Where to.
    #[command(flatten)]
    pub file: FileArgs,
    /// A month as it is imported, instead of who is on.
    #[arg(long, value_name = "MONTH", conflicts_with = "at")]
    pub month: Option<String>,
    /// Another moment than now.
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<String>,
    /// Only this area.
    #[arg(long, value_name = "CODE")]
    pub area: Option<String>,
}
