//! The command line as a structure. The words of help are in the resources
//! (see [`super::help`]); the comments here are for readers of the code.

#[cfg(feature = "service")]
mod centre;
mod duty;
mod export;
mod outbox;
mod roster;
mod search;
mod wall;
mod warning;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

#[cfg(feature = "service")]
pub use self::centre::{
    AccountAddArgs, AccountCommand, AdminCommand, DemoArgs, InitArgs, ServeArgs,
};
pub use self::duty::{
    DirectionArg, HandoverCommand, LogAddArgs, LogCommand, LogExportArgs, LogListArgs,
    LogVerifyArgs, WhichLines,
};
pub use self::export::{EncodingArg, ExportArgs, FileArgs, FormatArg};
pub use self::outbox::{DeskCommand, OutboxCommand, SyncArgs};
pub use self::roster::{
    RosterAddPostArgs, RosterCommand, RosterExportArgs, RosterImportArgs, RosterNowArgs,
    RosterShowArgs,
};
pub use self::search::{ContactCommand, ContactExportArgs, OnlyArg, SearchArgs};
pub use self::wall::{WallArgs, WallBoardArg};
pub use self::warning::{
    WarningCommand, WarningExportArgs, WarningListArgs, WarningRaiseArgs, WhichWarnings,
};
use crate::domain::incident::verb::Verb;
use crate::text::profile_name::ProfileNames;

/// `zhiban …`
#[derive(Debug, Parser)]
#[command(name = "zhiban", version, disable_help_subcommand = true)]
pub struct Line {
    /// What every command takes.
    #[command(flatten)]
    pub common: Common,
    /// What the workstation takes.
    #[command(flatten)]
    pub desk: DeskArgs,
    /// Lines instead of a screen.
    #[arg(long)]
    pub plain: bool,
    /// Which command; none opens the workstation.
    #[command(subcommand)]
    pub command: Option<CommandLine>,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// The folder of the data.
    #[arg(long, global = true, env = "ZHIBAN_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The folder of the settings, or the file itself.
    #[arg(long, global = true, env = "ZHIBAN_CONFIG", value_name = "PATH")]
    pub config: Option<PathBuf>,
    /// The language.
    #[arg(long, global = true, value_enum, value_name = "LANG")]
    pub lang: Option<Lang>,
    /// The theme, instead of the settings' ones.
    #[arg(long, global = true, value_name = "NAME", value_parser = parse_name)]
    pub theme: Option<String>,
    /// The keymap, instead of the settings' one.
    #[arg(long, global = true, value_name = "NAME", value_parser = parse_name)]
    pub keymap: Option<String>,
    /// Look on, and change nothing.
    #[arg(long, global = true)]
    pub read_only: bool,
    /// What the terminal can do, with commas between; what is found out when
    /// absent.
    #[arg(long, global = true, value_name = "NAMES")]
    pub profile: Option<ProfileNames>,
    /// Ask the terminal nothing.
    #[arg(long, global = true)]
    pub no_probe: bool,
    /// Say how long each stage of the start took.
    #[arg(long, global = true)]
    pub trace_timings: bool,
}

/// A name becomes part of a path.
fn parse_name(text: &str) -> Result<String, String> {
    crate::config::file_name(text)
        .ok_or_else(|| crate::i18n::t!("config.expected-name").into_owned())
}

/// A language that ships.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// 简体中文.
    #[value(name = "zh-CN", alias = "zh")]
    Chinese,
    /// English.
    #[value(name = "en")]
    English,
}

/// How a desk finds its service and its officer.
#[derive(Clone, Debug, Default, Args)]
pub struct DeskArgs {
    /// Where the service is.
    #[arg(long, global = true, value_name = "URL")]
    pub service: Option<String>,
    /// The certificate that it must show.
    #[arg(long, global = true, value_name = "HEX")]
    pub pin: Option<String>,
    /// Who signs in; the desk's only officer when absent.
    #[arg(long, global = true, env = "ZHIBAN_ACCOUNT", value_name = "NAME")]
    pub account: Option<String>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum CommandLine {
    /// The central service.
    #[cfg(feature = "service")]
    Serve(ServeArgs),
    /// Accounts and the data of a service.
    #[cfg(feature = "service")]
    Admin {
        /// What of it.
        #[command(subcommand)]
        command: AdminCommand,
    },
    /// A made-up district to try everything on.
    #[cfg(feature = "service")]
    Demo(DemoArgs),
    /// Incidents, for scripts.
    Incident {
        /// What of them.
        #[command(subcommand)]
        command: IncidentCommand,
    },
    /// The duty log, for scripts.
    Log {
        /// What of it.
        #[command(subcommand)]
        command: LogCommand,
    },
    /// What a shift hands on.
    Handover {
        /// What of it.
        #[command(subcommand)]
        command: HandoverCommand,
    },
    /// The roster of the auxiliary police, for scripts.
    Roster {
        /// What of it.
        #[command(subcommand)]
        command: RosterCommand,
    },
    /// Early warnings, for scripts.
    Warning {
        /// What of them.
        #[command(subcommand)]
        command: WarningCommand,
    },
    /// Searches people, cases, units and places.
    Search(SearchArgs),
    /// Contacts of the mediation network.
    Contact {
        /// What of them.
        #[command(subcommand)]
        command: ContactCommand,
    },
    /// Acts that wait or were refused, for scripts.
    Outbox {
        /// What of them.
        #[command(subcommand)]
        command: OutboxCommand,
    },
    /// Exchange with the service.
    Sync(SyncArgs),
    /// This desk's standing at the service.
    Desk {
        /// What of it.
        #[command(subcommand)]
        command: DeskCommand,
    },
    /// The boards in turn, for a big screen.
    Wall(WallArgs),
    /// Looks at terminal, desk, service and clock.
    Doctor(DoctorArgs),
    /// The keys of the workstation.
    Keys(Json),
    /// Completions for a shell.
    Completions {
        /// Which shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

/// `zhiban doctor`
#[derive(Clone, Copy, Debug, Args)]
pub struct DoctorArgs {
    /// How.
    #[command(flatten)]
    pub json: Json,
    /// Measure how wide the terminal draws certain signs.
    #[arg(long)]
    pub widths: bool,
}

/// Whether the output is JSON.
#[derive(Clone, Copy, Debug, Args)]
pub struct Json {
    /// One JSON document a line.
    #[arg(long)]
    pub json: bool,
}

/// `zhiban incident …`
#[derive(Debug, Subcommand)]
pub enum IncidentCommand {
    /// Lists the queue.
    List(ListArgs),
    /// Shows one.
    Show {
        /// Number, provisional tag or id.
        #[arg(value_name = "WHICH")]
        which: String,
        /// How.
        #[command(flatten)]
        json: Json,
    },
    /// Shows what is masked of one, and logs who looked and why.
    Reveal {
        /// Number, provisional tag or id.
        #[arg(value_name = "WHICH")]
        which: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// How.
        #[command(flatten)]
        json: Json,
    },
    /// Writes the list into a file.
    Export(Box<ExportArgs>),
    /// Registers one.
    New(Box<NewArgs>),
    /// Acts on one.
    Act(Box<ActArgs>),
}

/// Which incidents, in which order: the same for every list.
#[derive(Debug, Args)]
pub struct Which {
    /// Open, closed or all.
    #[arg(long, value_enum, default_value = "open")]
    pub scope: ScopeArg,
    /// Only this rank.
    #[arg(long, value_name = "RANK")]
    pub rank: Option<String>,
    /// Only within this area.
    #[arg(long, value_name = "CODE")]
    pub area: Option<String>,
    /// A line of filter, as on the screen.
    #[arg(long, value_name = "TEXT")]
    pub text: Option<String>,
    /// In which order.
    #[arg(long, value_enum, default_value = "rank")]
    pub sort: SortArg,
}

/// `zhiban incident list`
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Which, in which order.
    #[command(flatten)]
    pub which: Which,
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub limit: u32,
    /// How.
    #[command(flatten)]
    pub json: Json,
}

/// Open, closed or all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ScopeArg {
    /// Not struck off.
    Open,
    /// Struck off.
    Closed,
    /// Both.
    All,
}

/// The orders of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SortArg {
    /// Highest rank first.
    Rank,
    /// Nearest deadline first.
    Deadline,
    /// Newest first.
    Newest,
    /// Oldest first.
    Oldest,
    /// By area.
    Area,
}

/// `zhiban incident new`
#[derive(Debug, Args)]
pub struct NewArgs {
    /// GB/T 31000 category.
    #[arg(long, value_name = "CODE")]
    pub category: String,
    /// Division code.
    #[arg(long, value_name = "CODE")]
    pub area: String,
    /// Title.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub title: String,
    /// Place in words.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub place: String,
    /// What happened.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub summary: String,
    /// How grave; the lowest rank when absent.
    #[arg(long, value_name = "RANK")]
    pub rank: Option<String>,
    /// How many people.
    #[arg(long, value_name = "N")]
    pub people: Option<u32>,
    /// How it came in.
    #[arg(long, value_name = "CHANNEL", default_value = "telephone")]
    pub channel: String,
    /// Who told it.
    #[arg(long, value_name = "NAME", default_value = "")]
    pub caller: String,
    /// Their telephone.
    #[arg(long, value_name = "NUMBER", default_value = "")]
    pub phone: String,
    /// Answer for the alarm at once.
    #[arg(long)]
    pub answer: bool,
    /// How.
    #[command(flatten)]
    pub json: Json,
}

/// `zhiban incident act`
#[derive(Debug, Default, Args)]
pub struct ActArgs {
    /// Number, provisional tag or id.
    #[arg(value_name = "WHICH")]
    pub which: String,
    /// What to do.
    #[arg(value_name = "VERB", value_parser = parse_verb)]
    pub verb: VerbArg,
    /// The act's arguments as JSON, as the service's API has them.
    #[arg(long, value_name = "JSON")]
    pub args: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// The words.
    #[arg(long, value_name = "TEXT")]
    pub text: Option<String>,
    /// The new rank.
    #[arg(long, value_name = "RANK")]
    pub rank: Option<String>,
    /// Who leads: a unit's id or name.
    #[arg(long, value_name = "UNIT")]
    pub lead: Option<String>,
    /// Who helps.
    #[arg(long, value_name = "UNIT")]
    pub assist: Vec<String>,
    /// Who gets a copy.
    #[arg(long = "copy", value_name = "UNIT")]
    pub copies: Vec<String>,
    /// 任务书.
    #[arg(long, value_name = "TEXT")]
    pub task: Option<String>,
    /// 时间表, one step each.
    #[arg(long = "step", value_name = "TEXT")]
    pub schedule: Vec<String>,
    /// 路径图.
    #[arg(long, value_name = "TEXT")]
    pub path: Option<String>,
    /// 责任人.
    #[arg(long, value_name = "NAME")]
    pub owner: Option<String>,
    /// When it must be finished.
    #[arg(long, value_name = "TIME")]
    pub due: Option<String>,
    /// For how many minutes it is put off.
    #[arg(long, value_name = "N")]
    pub minutes: Option<u32>,
    /// How a conflict is settled.
    #[arg(long, value_name = "WAY")]
    pub way: Option<String>,
    /// What came of it.
    #[arg(long, value_name = "OUTCOME")]
    pub outcome: Option<String>,
    /// How it was resolved (GB/T 31000).
    #[arg(long, value_name = "CODE")]
    pub method: Option<String>,
    /// The other side of a call.
    #[arg(long, value_name = "NAME")]
    pub with: Option<String>,
    /// The other side's number.
    #[arg(long, value_name = "NUMBER")]
    pub phone: Option<String>,
    /// Who rang whom.
    #[arg(long, value_name = "IN|OUT")]
    pub direction: Option<String>,
    /// Whose words these are.
    #[arg(long, value_name = "NAME", requires = "by")]
    pub on_behalf: Option<String>,
    /// By which way they came.
    #[arg(long, value_name = "WAY")]
    pub by: Option<String>,
    /// What triage found it to be.
    #[arg(long, value_name = "CODE")]
    pub category: Option<String>,
    /// How large.
    #[arg(long, value_name = "CODE")]
    pub scale: Option<String>,
    /// How grave an emergency.
    #[arg(long, value_name = "CODE")]
    pub emergency: Option<String>,
    /// The unit above or below that the step goes to.
    #[arg(long, value_name = "UNIT")]
    pub to: Option<String>,
    /// Units that are told, called, or rated.
    #[arg(long = "unit", value_name = "UNIT")]
    pub units: Vec<String>,
    /// How a called unit answered.
    #[arg(long, value_name = "MARK")]
    pub mark: Option<String>,
    /// The level of supervision.
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<String>,
    /// Working days asked for or granted.
    #[arg(long, value_name = "N")]
    pub days: Option<u16>,
    /// The other case of two.
    #[arg(long, value_name = "WHICH")]
    pub other: Option<String>,
    /// How.
    #[arg(long)]
    pub json: bool,
}

/// A verb of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerbArg(pub Verb);

impl Default for VerbArg {
    fn default() -> Self {
        Self(Verb::Note)
    }
}

fn parse_verb(text: &str) -> Result<VerbArg, String> {
    text.parse()
        .map(VerbArg)
        .map_err(|error: crate::domain::incident::verb::UnknownVerb| error.to_string())
}
