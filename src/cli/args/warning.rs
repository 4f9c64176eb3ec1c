//! `zhiban warning …`

use clap::{Args, Subcommand};

use super::{FileArgs, Json};

/// `zhiban warning …`
#[derive(Debug, Subcommand)]
pub enum WarningCommand {
    /// Lists the board.
    List(WarningListArgs),
    /// Writes the board into a file.
    Export(Box<WarningExportArgs>),
    /// Answers for one.
    Ack {
        /// Tag or id.
        #[arg(value_name = "WHICH")]
        which: String,
        /// How.
        #[command(flatten)]
        json: Json,
    },
    /// Warns of a place or of an incident.
    Raise(Box<WarningRaiseArgs>),
    /// Lifts one.
    Lift {
        /// Tag or id.
        #[arg(value_name = "WHICH")]
        which: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// How.
        #[command(flatten)]
        json: Json,
    },
}

/// Which warnings.
#[derive(Debug, Args)]
pub struct WhichWarnings {
    /// Only this rank.
    #[arg(long, value_name = "RANK")]
    pub rank: Option<String>,
    /// Only within this area.
    #[arg(long, value_name = "CODE")]
    pub area: Option<String>,
    /// Only those that nobody answers for.
    #[arg(long)]
    pub unacknowledged: bool,
}

/// `zhiban warning list`
#[derive(Debug, Args)]
pub struct WarningListArgs {
    /// Which.
    #[command(flatten)]
    pub which: WhichWarnings,
    /// How.
    #[command(flatten)]
    pub json: Json,
}

/// `zhiban warning export`
#[derive(Debug, Args)]
pub struct WarningExportArgs {
    /// Where to.
    #[command(flatten)]
    pub file: FileArgs,
    /// Which.
    #[command(flatten)]
    pub which: WhichWarnings,
}

/// `zhiban warning raise`
#[derive(Debug, Args)]
pub struct WarningRaiseArgs {
    /// The incident that it is about: number, provisional tag or id.
    #[arg(long, value_name = "WHICH", conflicts_with_all = ["area", "place"])]
    pub incident: Option<String>,
    /// Division code of the place.
    #[arg(long, value_name = "CODE", required_unless_present = "incident")]
    pub area: Option<String>,
    /// The place in words.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub place: String,
    /// How grave.
    #[arg(long, value_name = "RANK")]
    pub rank: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// How.
    #[command(flatten)]
    pub json: Json,
}
