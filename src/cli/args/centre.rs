//! What the central service and the demonstration are told on the command
//! line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Json;
use crate::demo::INCIDENTS_MAX;
use crate::demo::crowd::PEOPLE_MAX;

/// `zhiban serve`
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Where to listen.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8470")]
    pub listen: SocketAddr,
}

/// `zhiban admin …`
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Makes the data folder of a service.
    Init(InitArgs),
    /// Accounts.
    Account {
        /// What of them.
        #[command(subcommand)]
        command: AccountCommand,
    },
    /// Copies the data while the service runs.
    Backup {
        /// The file to write.
        #[arg(value_name = "FILE")]
        to: PathBuf,
    },
    /// Puts a backup in the place of the data.
    Restore {
        /// The backup.
        #[arg(value_name = "FILE")]
        from: PathBuf,
        /// Also where something newer is given up.
        #[arg(long)]
        yes: bool,
    },
}

/// `zhiban admin init`
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The district's division code.
    #[arg(long, value_name = "CODE")]
    pub area: String,
    /// The district's name.
    #[arg(long, value_name = "NAME")]
    pub district: String,
    /// The name of the centre; made of the district's when absent.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Further names and addresses under which the service is reached, for its
    /// certificate.
    #[arg(long = "host", value_name = "HOST")]
    pub hosts: Vec<String>,
    /// The account of the first administrator.
    #[arg(long, value_name = "NAME", default_value = "admin")]
    pub admin: String,
}

/// `zhiban admin account …`
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Adds one; the password is asked for, or read from `ZHIBAN_PASSWORD`.
    Add(AccountAddArgs),
    /// Lists them.
    List(Json),
    /// Sets another password.
    Passwd {
        /// Whose.
        #[arg(value_name = "ACCOUNT")]
        name: String,
    },
    /// Closes one.
    Disable {
        /// Which.
        #[arg(value_name = "ACCOUNT")]
        name: String,
    },
}

/// `zhiban admin account add`
#[derive(Debug, Args)]
pub struct AccountAddArgs {
    /// The name that is typed at sign-in.
    #[arg(value_name = "ACCOUNT")]
    pub name: String,
    /// The officer's name.
    #[arg(long, value_name = "NAME")]
    pub officer: String,
    /// `role@area`, such as `duty-officer@420607`; may be repeated.
    #[arg(long = "grant", value_name = "ROLE@AREA", required = true)]
    pub grants: Vec<String>,
    /// The unit that the officer acts for; the centre when absent.
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,
}

/// `zhiban demo`
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Throws an earlier demonstration away.
    #[arg(long)]
    pub fresh: bool,
    /// How many incidents.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=i64::from(INCIDENTS_MAX)))]
    pub incidents: Option<u32>,
    /// How many people at least.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=i64::from(PEOPLE_MAX)))]
    pub people: Option<u32>,
    /// What everything is made from.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Serves without a screen.
    #[arg(long)]
    pub prepare_only: bool,
}
