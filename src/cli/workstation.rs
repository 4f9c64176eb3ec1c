//! `zhiban`: the workstation.

use std::path::{Path, PathBuf};

use super::exit::{Exit, Trouble};
use super::setting::Setting;
use crate::config::{Bell as BellSetting, Line};
use crate::i18n::t;
use crate::tui::app::{Access, Bell, ExitKind, Options, Probing, RunError, Tracing, run};
#[cfg(feature = "service")]
use crate::tui::app::{SignInAs, Staging};
use crate::tui::widgets::table::Highlight;

/// Opens the workstation on a demonstration, with its first officer signed in.
#[cfg(feature = "service")]
pub fn open_demo(
    setting: &Setting,
    desk: &Path,
    url: &str,
    first: Option<&crate::demo::prepare::Access>,
) -> Result<Exit, Trouble> {
    let mut options = options(setting, desk.to_owned())?;
    options.staging = Staging::Demonstration;
    options.service = Some(address(url)?);
    options.sign_in = first.map(|access| SignInAs {
        account: access.account.clone(),
        password: zeroize::Zeroizing::new(access.password.clone()),
    });
    ended(run(options))
}

/// Opens the workstation.
pub fn open(setting: &Setting) -> Result<Exit, Trouble> {
    ended(run(options(setting, setting.folders.data.clone())?))
}

fn options(setting: &Setting, desk: PathBuf) -> Result<Options, Trouble> {
    let (config, common) = (&setting.config, &setting.common);
    let service = match &setting.desk.service {
        Some(url) => Some(address(url)?),
        None => config.service.clone(),
    };
    let pin = match &setting.desk.pin {
        Some(text) => Some(
            text.parse()
                .map_err(|error: crate::sync::address::PinError| {
                    Trouble::usage(error.to_string())
                })?,
        ),
        None => config.pin,
    };
    Ok(Options {
        service,
        pin,
        access: if common.read_only {
            Access::ReadOnly
        } else {
            Access::Full
        },
        probing: if common.no_probe {
            Probing::Assume
        } else {
            Probing::Ask
        },
        tracing: if common.trace_timings {
            Tracing::On
        } else {
            Tracing::Off
        },
        bell: match config.bell {
            BellSetting::On => Bell::Rings,
            BellSetting::Off => Bell::Off,
        },
        ambiguous: config.ambiguous,
        highlight: match config.line {
            Line::Auto => Highlight::Row,
            Line::Thin => Highlight::Marker,
        },
        theme: own_file(&setting.folders.config, "themes", &config.theme),
        keymap: own_file(&setting.folders.config, "keymaps", &config.keymap),
        ..Options::of_desk(desk)
    })
}

fn address(url: &str) -> Result<crate::sync::address::ServiceUrl, Trouble> {
    url.parse()
        .map_err(|error: crate::sync::address::AddressError| Trouble::usage(error.to_string()))
}

/// A file of the user's own. One that was named must be there, and is told to
/// be missing otherwise; the default one may be.
fn own_file(config: &Path, folder: &str, name: &str) -> Option<PathBuf> {
    let path = config.join(folder).join(format!("{name}.toml"));
    (name != "default" || path.exists()).then_some(path)
}

fn ended(result: Result<ExitKind, RunError>) -> Result<Exit, Trouble> {
    match result {
        Ok(ExitKind::Left | ExitKind::HungUp) => Ok(Exit::Done),
        Err(error) => Err(Trouble::failed(t!("cli.workstation.failed"), error)),
    }
}
