//! The lines of the duty desk: its log and its handover.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{FileArgs, Json};

/// `zhiban log …`
#[derive(Debug, Subcommand)]
pub enum LogCommand {
    /// Writes a line.
    Add(Box<LogAddArgs>),
    /// Lists the lines, oldest first.
    List(LogListArgs),
    /// Writes the lines into a file.
    Export(LogExportArgs),
    /// Looks whether every line is as the centre took it.
    Verify(LogVerifyArgs),
}

/// `zhiban log add`
#[derive(Debug, Args)]
pub struct LogAddArgs {
    /// What is written down.
    #[arg(long, value_name = "TEXT")]
    pub text: String,
    /// Number, provisional tag or id of the case that it is about.
    #[arg(long, value_name = "WHICH")]
    pub case: Option<String>,
    /// Number or id of the line that it corrects.
    #[arg(long, value_name = "LINE")]
    pub corrects: Option<String>,
    /// Number or id of the line whose promise it keeps.
    #[arg(long, value_name = "LINE")]
    pub keeps: Option<String>,
    /// Of a call: who was on the other side.
    #[arg(long = "with", value_name = "NAME")]
    pub call_with: Option<String>,
    /// Of a call: the other side's number.
    #[arg(long, value_name = "NUMBER", requires = "call_with")]
    pub phone: Option<String>,
    /// Of a call: who rang.
    #[arg(long, value_enum, default_value = "in", requires = "call_with")]
    pub direction: DirectionArg,
    /// Of a call: whom the other side has told already, and when.
    #[arg(long, value_name = "TEXT", requires = "call_with")]
    pub told: Option<String>,
    /// Of a call: what the leader said and what was done.
    #[arg(long, value_name = "TEXT", requires = "call_with")]
    pub instruction: Option<String>,
    /// Of a call: until when it was promised to ring back.
    #[arg(long, value_name = "TIME", requires = "call_with")]
    pub call_back_by: Option<String>,
    /// How.
    #[command(flatten)]
    pub json: Json,
}

/// Who rang whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DirectionArg {
    /// They rang.
    In,
    /// The desk rang.
    Out,
}

/// Which lines.
#[derive(Debug, Args)]
pub struct WhichLines {
    /// From this line on.
    #[arg(long, value_name = "NO")]
    pub from: Option<u64>,
    /// The last so many.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub last: Option<u32>,
}

/// `zhiban log list`
#[derive(Debug, Args)]
pub struct LogListArgs {
    /// Which.
    #[command(flatten)]
    pub which: WhichLines,
    /// How.
    #[command(flatten)]
    pub json: Json,
}

/// `zhiban log export`
#[derive(Debug, Args)]
pub struct LogExportArgs {
    /// Where to.
    #[command(flatten)]
    pub file: FileArgs,
    /// Which.
    #[command(flatten)]
    pub which: WhichLines,
}

/// `zhiban log verify`
#[derive(Debug, Args)]
pub struct LogVerifyArgs {
    /// What `log list --json` wrote; the desk's own copy when absent.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The closing code on the paper of the handover.
    #[arg(long, value_name = "CODE")]
    pub code: Option<String>,
    /// The closing code on the paper of the handover before.
    #[arg(long, value_name = "CODE")]
    pub since: Option<String>,
    /// How.
    #[command(flatten)]
    pub json: Json,
}

/// `zhiban handover …`
#[derive(Debug, Subcommand)]
pub enum HandoverCommand {
    /// Prints what is open, 80 columns wide: the signed handover where there is
    /// one, else what would be handed on now.
    Print(Json),
}
