//! `zhiban`: the workstation.

#[cfg(feature = "service")]
use std::path::Path;
use std::path::PathBuf;

use super::args::Common;
use super::exit::{Exit, Trouble};
use super::setting::{Setting, language};
use crate::config::{Bell as BellSetting, Config, Line};
use crate::i18n::{Language, t};
use crate::text::colour_depth::ColourDepth;
use crate::text::profile_name::ProfileName;
use crate::text::width::Ambiguous;
#[cfg(feature = "service")]
use crate::tui::app::Staging;
use crate::tui::app::{
    Access, Bell, Chosen, Declared, ExitKind, Insist, Options, Probing, RunError, Settings,
    SignInAs, Tracing, Unusable, WallPlan, Wanted, WantedColour, run,
};

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

/// Opens the boards of a big screen, with its account signed in where a password
/// was given.
pub fn open_wall(
    setting: &Setting,
    plan: WallPlan,
    sign_in: Option<SignInAs>,
) -> Result<Exit, Trouble> {
    let mut options = options(setting, setting.folders.data.clone())?;
    options.access = Access::ReadOnly;
    options.wall = Some(plan);
    options.sign_in = sign_in;
    ended(run(options))
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
    let chosen = chosen(config, common);
    Ok(Options {
        service,
        pin,
        account: setting.desk.account.clone(),
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
        bell: chosen.bell,
        ambiguous: if wanted(common, config).contains(&ProfileName::Wide) {
            Some(Ambiguous::Wide)
        } else {
            config.ambiguous
        },
        colour: colour(wanted(common, config)),
        line: chosen.line,
        insist: if wanted(common, config).is_empty() {
            Insist::No
        } else {
            Insist::Yes
        },
        face: chosen.face,
        config: Some(setting.folders.config.clone()),
        settings: Some(settings(setting)),
        ..Options::of_desk(desk)
    })
}

/// What the settings choose, as far as it can change while the workstation
/// runs.
fn chosen(config: &Config, common: &Common) -> Chosen {
    Chosen {
        bell: match config.bell {
            BellSetting::On => Bell::Rings,
            BellSetting::Off => Bell::Off,
        },
        line: match config.line {
            _ if wanted(common, config).contains(&ProfileName::Thin) => Declared::Thin,
            Line::Auto => Declared::Nothing,
            Line::Thin => Declared::Thin,
        },
        language: language(common, config),
        face: Wanted {
            day_theme: common.theme.clone().unwrap_or_else(|| config.theme.clone()),
            night_theme: config.night_theme.clone(),
            // A theme that was named for this run is not changed by the clock.
            night_hours: config.night_hours.filter(|_| common.theme.is_none()),
            keymap: common
                .keymap
                .clone()
                .unwrap_or_else(|| config.keymap.clone()),
            fuzzy: config.fuzzy,
        },
    }
}

/// The profile's names: of the command line, else of the settings.
fn wanted<'a>(common: &'a Common, config: &'a Config) -> &'a [ProfileName] {
    &common.profile.as_ref().unwrap_or(&config.profile).0
}

fn colour(names: &[ProfileName]) -> WantedColour {
    let mut colour = WantedColour::AsFound;
    for name in names {
        colour = match name {
            ProfileName::Full => WantedColour::AtLeast(ColourDepth::Palette),
            ProfileName::Basic => WantedColour::AtMost(ColourDepth::Sixteen),
            ProfileName::Mono => WantedColour::AtMost(ColourDepth::Mono),
            ProfileName::Wide | ProfileName::Thin => colour,
        };
    }
    colour
}

/// The settings' file, read again whenever it is saved.
fn settings(setting: &Setting) -> Settings {
    let (folders, common) = (setting.folders.clone(), setting.common.clone());
    Settings::new(folders.config_file.clone(), move || {
        let (config, problems) = Config::load(&folders.config_file, &Config::default());
        if problems.is_empty() {
            Ok(chosen(&config, &common))
        } else {
            Err(problems.iter().map(ToString::to_string).collect())
        }
    })
}

fn address(url: &str) -> Result<crate::sync::address::ServiceUrl, Trouble> {
    url.parse()
        .map_err(|error: crate::sync::address::AddressError| Trouble::usage(error.to_string()))
}

fn ended(result: Result<ExitKind, RunError>) -> Result<Exit, Trouble> {
    match result {
        Ok(ExitKind::Left | ExitKind::HungUp) => Ok(Exit::Done),
        Err(RunError::Unusable(why)) => Err(Trouble::new(Exit::Failed, unusable(&why))),
        Err(error) => Err(Trouble::failed(t!("cli.workstation.failed"), error)),
    }
}

/// One line that says why not, and what to do.
fn unusable(why: &Unusable) -> String {
    match why {
        Unusable::Dumb(name) => t!("cli.workstation.dumb", name = name),
        // In letters that every encoding has.
        Unusable::Encoding(name) => {
            Language::English.select();
            t!("cli.workstation.encoding", name = name)
        }
        Unusable::Glyphs(_) => {
            Language::English.select();
            t!("cli.workstation.glyphs")
        }
    }
    .into_owned()
}
