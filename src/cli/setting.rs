//! What every command is run in: folders, settings, language.

use std::ffi::OsString;

use super::args::{Common, DeskArgs, Lang};
use super::exit::Trouble;
use crate::config::{Config, Folders};
use crate::i18n::{Language, t};
use crate::text::neutral::neutralise_line;

/// Folders, settings and the options that every command takes.
#[derive(Debug)]
pub struct Setting {
    /// Where files live.
    pub folders: Folders,
    /// What the user has set.
    pub config: Config,
    /// The options.
    pub common: Common,
    /// The desk's options.
    pub desk: DeskArgs,
}

impl Setting {
    /// Chooses the folders, reads the settings and selects the language.
    /// Mistakes in the settings are told, and what they concern keeps its
    /// default.
    ///
    /// # Errors
    /// When no folder can be chosen.
    pub fn new(common: Common, desk: DeskArgs) -> Result<Self, Trouble> {
        let folders = Folders::choose(common.data.clone(), common.config.clone())
            .map_err(|error| Trouble::failed(t!("cli.folder.none"), error))?;
        let (config, problems) = Config::load(&folders.config_file, &Config::default());
        for problem in problems {
            eprintln!("{}", neutralise_line(&problem.to_string()));
        }
        language(&common, &config).select();
        Ok(Self {
            folders,
            config,
            common,
            desk,
        })
    }
}

/// The language: of the command line, of the settings, of the environment.
pub fn language(common: &Common, config: &Config) -> Language {
    common
        .lang
        .map(Language::from)
        .or(config.language)
        .unwrap_or_else(of_environment)
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Chinese => Self::Chinese,
            Lang::English => Self::English,
        }
    }
}

/// The language of help and of mistakes in the line itself: `--lang` wherever
/// it stands, else the environment's.
pub fn language_at_first_glance(line: &[OsString]) -> Language {
    let words: Vec<&str> = line.iter().filter_map(|word| word.to_str()).collect();
    let beside = words
        .windows(2)
        .filter(|pair| pair[0] == "--lang")
        .map(|pair| pair[1]);
    let joined = words.iter().filter_map(|word| word.strip_prefix("--lang="));
    beside
        .chain(joined)
        .find_map(Language::parse)
        .unwrap_or_else(of_environment)
}

/// Chinese, unless the environment asks for another language that ships.
fn of_environment() -> Language {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .and_then(|value| Language::parse(&value))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_found_before_the_line_is_read() {
        let glance = |words: &[&str]| {
            let line: Vec<OsString> = words.iter().map(OsString::from).collect();
            language_at_first_glance(&line)
        };
        assert_eq!(
            glance(&["zhiban", "--lang", "en", "demo"]),
            Language::English
        );
        assert_eq!(
            glance(&["zhiban", "demo", "--lang=zh-CN"]),
            Language::Chinese
        );
    }
}
