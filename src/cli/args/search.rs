//! What `zhiban search` and `zhiban contact` take.

use clap::{Args, Subcommand, ValueEnum};

use super::{FileArgs, Json};
use crate::store::seek::{HITS_SHOWN_MAX, Only};
use crate::text::fuzzy::Fuzzy;

/// `zhiban search`
#[derive(Clone, Debug, Args)]
pub struct SearchArgs {
    /// Words; all of them must fit.
    #[arg(required = true, value_name = "WORDS")]
    pub words: Vec<String>,
    /// Only things of this kind.
    #[arg(long, value_enum, default_value_t = OnlyArg::All)]
    pub only: OnlyArg,
    /// Sounds that are not told apart.
    #[arg(long, value_name = "PAIRS", default_value = "off")]
    pub fuzzy: Fuzzy,
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = HITS_SHOWN_MAX)]
    pub limit: usize,
    /// How.
    #[command(flatten)]
    pub json: Json,
}

/// A kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OnlyArg {
    /// Anything.
    All,
    /// People.
    People,
    /// Cases.
    Cases,
    /// Units and places.
    Places,
    /// Warnings.
    Warnings,
    /// Lines of the duty log.
    Log,
}

impl From<OnlyArg> for Only {
    fn from(arg: OnlyArg) -> Self {
        match arg {
            OnlyArg::All => Self::All,
            OnlyArg::People => Self::People,
            OnlyArg::Cases => Self::Cases,
            OnlyArg::Places => Self::Places,
            OnlyArg::Warnings => Self::Warnings,
            OnlyArg::Log => Self::Log,
        }
    }
}

/// `zhiban contact …`
#[derive(Debug, Subcommand)]
pub enum ContactCommand {
    /// Finds people by name, sound, post or number.
    Find(SearchArgs),
    /// Writes the people into a file.
    Export(ContactExportArgs),
    /// Lists who is nearest to a case.
    Near {
        /// Number, provisional tag or id.
        #[arg(value_name = "WHICH")]
        which: String,
        /// How.
        #[command(flatten)]
        json: Json,
    },
}

/// `zhiban contact export`
#[derive(Debug, Args)]
pub struct ContactExportArgs {
    /// Where to.
    #[command(flatten)]
    pub file: FileArgs,
    /// Only within this area.
    #[arg(long, value_name = "CODE")]
    pub area: Option<String>,
}
