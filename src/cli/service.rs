//! What the commands about the service share: its folder, its errors in the
//! user's words, and waiting for the signal to stop.

use std::path::PathBuf;

use super::exit::{Exit, Trouble};
use super::restore;
use super::setting::Setting;
use crate::i18n::t;
use crate::service::secrets::SecretError;
use crate::service::storage::StorageError;
use crate::service::watch::Watching;
use crate::service::{AccountError, Service, ServiceError, ServiceOptions};

/// The service's folder within the program's own, where `--data` names none.
const FOLDER: &str = "service";

/// Where the service's data is: the folder that was named, else one beside the
/// workstation's.
pub fn folder(setting: &Setting) -> PathBuf {
    match &setting.common.data {
        Some(named) => named.clone(),
        None => setting.folders.data.join(FOLDER),
    }
}

/// Opens the service.
pub fn open(setting: &Setting) -> Result<Service, Trouble> {
    let options = ServiceOptions {
        watching: Watching::ByItself,
        ..ServiceOptions::default()
    };
    Service::open(&folder(setting), options).map_err(trouble)
}

/// What a service's error means to whoever typed the command.
pub fn trouble(error: ServiceError) -> Trouble {
    match &error {
        ServiceError::NotInitialised { path } => {
            Trouble::new(Exit::Failed, t!("cli.service.not-initialised"))
                .at(path.display())
                .mend(t!("cli.service.run-init"))
        }
        ServiceError::AlreadyInitialised { path } => {
            Trouble::new(Exit::Failed, t!("cli.service.already")).at(path.display())
        }
        ServiceError::InUse { path } => Trouble::new(Exit::Failed, t!("cli.service.in-use"))
            .at(path.display())
            .mend(t!("cli.service.stop-other")),
        ServiceError::NoDistrict(area) => {
            Trouble::usage(t!("cli.service.no-district", area = area))
        }
        ServiceError::PlainRemote { addr, folder } => {
            Trouble::new(Exit::Failed, t!("cli.service.plain-remote", addr = addr))
                .at(folder.display())
                .mend(t!("cli.service.run-init"))
        }
        ServiceError::Listen { addr, .. } => {
            let what = t!("cli.service.listen", addr = addr);
            Trouble::failed(what, error).mend(t!("cli.service.other-address"))
        }
        ServiceError::Account(account) => account_trouble(account),
        ServiceError::File { path, .. } => {
            let path = path.display().to_string();
            Trouble::failed(t!("cli.file.unusable"), error).at(path)
        }
        ServiceError::Restore(fault) => restore::trouble(fault),
        ServiceError::Secret(secret) => {
            let mend = match secret {
                SecretError::File { .. }
                | SecretError::Malformed { .. }
                | SecretError::Foreign { .. } => t!("cli.service.key"),
                SecretError::Random | SecretError::Sealed => t!("cli.service.see-log"),
            };
            Trouble::failed(t!("cli.service.failed"), error).mend(mend)
        }
        ServiceError::Storage(StorageError::Newer { .. }) => {
            Trouble::failed(t!("cli.service.newer"), error).mend(t!("cli.service.update"))
        }
        ServiceError::StaleSeed(_)
        | ServiceError::Policy(_)
        | ServiceError::Start(_)
        | ServiceError::Tls(_)
        | ServiceError::Storage(_) => Trouble::failed(t!("cli.service.failed"), error),
    }
}

fn account_trouble(error: &AccountError) -> Trouble {
    match error {
        AccountError::Name(name) => Trouble::usage(t!("cli.account.name", name = name)),
        AccountError::Taken(name) => {
            Trouble::new(Exit::Failed, t!("cli.account.taken", name = name))
        }
        AccountError::Unknown(name) => {
            Trouble::new(Exit::Failed, t!("cli.account.unknown", name = name))
                .mend(t!("cli.account.see-list"))
        }
        AccountError::Password { min, max } => {
            Trouble::usage(t!("cli.account.password", min = min, max = max))
        }
        AccountError::Unit(unit) => Trouble::usage(t!("cli.account.unit", unit = unit)),
        AccountError::Hash => Trouble::new(Exit::Failed, t!("cli.service.failed")),
    }
}

/// Ends when the program is asked to stop (INT, TERM, on Unix also HUP).
pub async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut term), Ok(mut hang_up)) = (
            signal(SignalKind::terminate()),
            signal(SignalKind::hangup()),
        ) else {
            // Without handlers the signals end the program by themselves.
            return std::future::pending().await;
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = term.recv() => {}
            _ = hang_up.recv() => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// Warnings of the service go to the standard error; `ZHIBAN_LOG` asks for
/// more.
pub fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("ZHIBAN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    // A second subscriber is refused; then the first one goes on.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}
