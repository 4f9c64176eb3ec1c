//! The line about the big screen.

use clap::{Args, ValueEnum};

/// The least and the most seconds that a board may stay, and the usual ones.
const EVERY_SECONDS_MIN: u32 = 5;
const EVERY_SECONDS_MAX: u32 = 3_600;
const EVERY_SECONDS: u32 = 20;

/// `zhiban wall`
#[derive(Clone, Debug, Args)]
pub struct WallArgs {
    /// Which boards, in this order; all when absent.
    #[arg(long, value_name = "NAMES", value_enum, value_delimiter = ',')]
    pub boards: Vec<WallBoardArg>,
    /// Seconds that a board stays.
    #[arg(long, value_name = "SECONDS", default_value_t = EVERY_SECONDS,
        value_parser = clap::value_parser!(u32)
            .range(i64::from(EVERY_SECONDS_MIN)..=i64::from(EVERY_SECONDS_MAX)))]
    pub every: u32,
}

/// A board of the big screen. Roster, network and duty log are lists of people,
/// and a wall is sent none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WallBoardArg {
    /// What is warned of, with the map.
    Warnings,
    /// Open incidents by colour.
    Incidents,
    /// Open incidents by when they are due.
    Deadlines,
}
