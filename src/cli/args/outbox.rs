//! What waits, what goes out, and the desk itself.

use clap::{Args, Subcommand};

use super::{FileArgs, Json};

/// `zhiban outbox …`
#[derive(Debug, Subcommand)]
pub enum OutboxCommand {
    /// Lists it.
    List(Json),
    /// Writes it into a file.
    Export(FileArgs),
    /// Tries a refused act again.
    Retry {
        /// Which.
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Gives a refused act up.
    Discard {
        /// Which.
        #[arg(value_name = "ID")]
        id: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

/// `zhiban sync`
#[derive(Debug, Args)]
pub struct SyncArgs {
    /// Until everything is exchanged, and no longer.
    #[arg(long, required = true)]
    pub once: bool,
    /// How.
    #[command(flatten)]
    pub json: Json,
}

/// `zhiban desk …`
#[derive(Debug, Subcommand)]
pub enum DeskCommand {
    /// Makes another device of a desk that was copied or put back.
    EnrolAnew(Json),
}
