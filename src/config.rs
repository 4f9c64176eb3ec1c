//! The user's settings and where files live.
//!
//! `config.toml` is read strictly and answered with every mistake's line and
//! column; a setting with a mistake keeps the value that was in force, so that
//! a slip of the finger never costs a shift. Nothing here is written back:
//! what a desk learns at its first run is kept with the desk's data.
//!
//! ```toml
//! service = "https://centre.example:8443"
//! pin = "64 hexadecimal digits"
//! language = "zh-CN"          # or "en"
//! theme = "default"           # or night, light, high-contrast, colour-blind,
//!                             # mono, or a file of your own in themes/
//! night-theme = "night"       # what the clock and a key switch to
//! night-hours = "off"         # or "20:00-07:00"
//! keymap = "default"          # or vim, numpad, or a file in keymaps/
//! bell = "on"                 # or "off"
//! line = "auto"               # or "thin", for a slow line
//! fuzzy-sounds = "off"        # or "all", or pairs such as "zh-z n-l": sounds
//!                             # that a search does not tell apart
//! ambiguous-width = "auto"    # or "narrow", "wide"
//! profile = "auto"            # or "full", "basic", "mono", "wide", "thin"
//! ```

use std::fmt;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::i18n::{Language, t};
use crate::sync::address::{Pin, ServiceUrl};
use crate::text::bounded::read_text;
use crate::text::day_span::DaySpan;
use crate::text::fuzzy::Fuzzy;
use crate::text::problem::{Problem, ProblemList};
use crate::text::profile_name::ProfileNames;
use crate::text::width::Ambiguous;

/// A configuration larger than this is not read.
pub const CONFIG_FILE_BYTES_MAX: usize = 256 * 1024;

/// The name of the settings' file.
pub const CONFIG_FILE: &str = "config.toml";

/// Names the folder of the desk's data, like `--data`.
pub const DATA_VARIABLE: &str = "ZHIBAN_DATA";
/// Names the folder of the settings (or the file itself), like `--config`.
pub const CONFIG_VARIABLE: &str = "ZHIBAN_CONFIG";

/// What the user has set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where the service is, for desks that have not learnt it yet.
    pub service: Option<ServiceUrl>,
    /// The certificate that it must show.
    pub pin: Option<Pin>,
    /// The language; by the environment when not set.
    pub language: Option<Language>,
    /// The theme's name.
    pub theme: String,
    /// The name of the theme for the night.
    pub night_theme: String,
    /// When the clock switches to it; never, when not set.
    pub night_hours: Option<DaySpan>,
    /// The keymap's name.
    pub keymap: String,
    /// Whether the bell rings.
    pub bell: Bell,
    /// What the line to the terminal can carry.
    pub line: Line,
    /// Sounds that a search does not tell apart.
    pub fuzzy: Fuzzy,
    /// How wide the terminal draws characters of open width; probed when not
    /// set.
    pub ambiguous: Option<Ambiguous>,
    /// What the terminal can do, where it is not found out.
    pub profile: ProfileNames,
}

/// Whether the bell rings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bell {
    /// It rings as the policy says.
    #[default]
    On,
    /// It never rings on this seat.
    Off,
}

/// What the line to the terminal can carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Line {
    /// Found out by back pressure.
    #[default]
    Auto,
    /// Little: no animation, few frames (terminal.md §3).
    Thin,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            service: None,
            pin: None,
            language: None,
            theme: "default".to_owned(),
            night_theme: "night".to_owned(),
            night_hours: None,
            keymap: "default".to_owned(),
            bell: Bell::default(),
            line: Line::default(),
            fuzzy: Fuzzy::OFF,
            ambiguous: None,
            profile: ProfileNames::default(),
        }
    }
}

/// The settings of a file, in the order in which help lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Service,
    Pin,
    Language,
    Theme,
    NightTheme,
    NightHours,
    Keymap,
    Bell,
    Line,
    FuzzySounds,
    AmbiguousWidth,
    Profile,
}

const KEYS: [Key; 12] = [
    Key::Service,
    Key::Pin,
    Key::Language,
    Key::Theme,
    Key::NightTheme,
    Key::NightHours,
    Key::Keymap,
    Key::Bell,
    Key::Line,
    Key::FuzzySounds,
    Key::AmbiguousWidth,
    Key::Profile,
];

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Service => "service",
            Self::Pin => "pin",
            Self::Language => "language",
            Self::Theme => "theme",
            Self::NightTheme => "night-theme",
            Self::NightHours => "night-hours",
            Self::Keymap => "keymap",
            Self::Bell => "bell",
            Self::Line => "line",
            Self::FuzzySounds => "fuzzy-sounds",
            Self::AmbiguousWidth => "ambiguous-width",
            Self::Profile => "profile",
        })
    }
}

impl Key {
    fn named(name: &str) -> Option<Self> {
        KEYS.into_iter().find(|key| key.to_string() == name)
    }

    /// Takes a value over; `None` when it is not one of this setting's.
    fn take(self, value: &str, into: &mut Config) -> Option<()> {
        match self {
            Self::Service => into.service = Some(value.parse().ok()?),
            Self::Pin => into.pin = Some(value.parse().ok()?),
            Self::Language => into.language = Some(Language::parse(value)?),
            Self::Theme => into.theme = file_name(value)?,
            Self::NightTheme => into.night_theme = file_name(value)?,
            Self::NightHours if value == "off" => into.night_hours = None,
            Self::NightHours => into.night_hours = Some(value.parse().ok()?),
            Self::Keymap => into.keymap = file_name(value)?,
            Self::Bell => into.bell = choose(value, &[("on", Bell::On), ("off", Bell::Off)])?,
            Self::Line => into.line = choose(value, &[("auto", Line::Auto), ("thin", Line::Thin)])?,
            Self::FuzzySounds => into.fuzzy = value.parse().ok()?,
            Self::AmbiguousWidth => {
                into.ambiguous = choose(
                    value,
                    &[
                        ("auto", None),
                        ("narrow", Some(Ambiguous::Narrow)),
                        ("wide", Some(Ambiguous::Wide)),
                    ],
                )?;
            }
            Self::Profile => into.profile = value.parse().ok()?,
        }
        Some(())
    }

    /// What would have been right, in the user's language.
    fn expected(self) -> String {
        let names = match self {
            Self::Service => return t!("config.expected-service").into_owned(),
            Self::Pin => return t!("config.expected-pin").into_owned(),
            Self::Theme | Self::NightTheme | Self::Keymap => {
                return t!("config.expected-name").into_owned();
            }
            Self::NightHours => "\"off\", \"20:00-07:00\"",
            Self::Language => "\"zh-CN\", \"en\"",
            Self::Bell => "\"on\", \"off\"",
            Self::Line => "\"auto\", \"thin\"",
            Self::FuzzySounds => {
                "\"off\", \"all\", \"zh-z ch-c sh-s n-l f-h r-l ang-an eng-en ing-in\""
            }
            Self::AmbiguousWidth => "\"auto\", \"narrow\", \"wide\"",
            Self::Profile => "\"auto\", \"full\", \"basic\", \"mono\", \"wide\", \"thin\"",
        };
        t!("config.expected-one-of", names = names).into_owned()
    }
}

fn choose<T: Copy>(value: &str, from: &[(&str, T)]) -> Option<T> {
    from.iter()
        .find(|(name, _)| *name == value)
        .map(|(_, chosen)| *chosen)
}

/// A name that becomes part of a path: nothing that could leave the folder.
#[must_use]
pub fn file_name(value: &str) -> Option<String> {
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    (!value.is_empty() && value.len() <= 64 && value.chars().all(plain)).then(|| value.to_owned())
}

impl Config {
    /// Reads the text of a settings' file. What it does not set has its
    /// default; what it sets wrongly stays as in `in_force`, and a text that
    /// is no TOML changes nothing at all.
    #[must_use]
    pub fn parse(file: &str, text: &str, in_force: &Self) -> (Self, Vec<Problem>) {
        let mut problems = ProblemList::new(file, text);
        if text.len() > CONFIG_FILE_BYTES_MAX {
            let kib = CONFIG_FILE_BYTES_MAX / 1024;
            let expected = t!("config.expected-size", kib = kib);
            problems.add(0..0, t!("config.too-large"), expected);
            return (in_force.clone(), problems.finish());
        }
        let (root, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            for error in errors {
                let what = t!("config.not-toml", message = error.message());
                let span = error.span().unwrap_or(0..0);
                problems.add(span, what, t!("config.expected-toml"));
            }
            return (in_force.clone(), problems.finish());
        }
        let mut config = Self::default();
        for (name, value) in root.get_ref() {
            if let Some(key) = Key::named(name.get_ref()) {
                take_value(key, value, &mut config, in_force, &mut problems);
            } else {
                let what = t!("config.unknown-key", name = name.get_ref());
                let names: Vec<String> = KEYS.iter().map(Key::to_string).collect();
                let expected = t!("config.expected-one-of", names = names.join(", "));
                problems.add(name.span(), what, expected);
            }
        }
        (config, problems.finish())
    }

    /// Reads a settings' file. A file that does not exist sets nothing; one
    /// that cannot be read is a problem, and what was in force stays.
    #[must_use]
    pub fn load(path: &Path, in_force: &Self) -> (Self, Vec<Problem>) {
        let file = path.display().to_string();
        match read_text(path, CONFIG_FILE_BYTES_MAX) {
            Ok(text) => Self::parse(&file, &text, in_force),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                (Self::default(), Vec::new())
            }
            Err(error) => {
                let mut problems = ProblemList::new(&file, "");
                let what = t!("config.unreadable", message = error);
                problems.add(0..0, what, t!("config.expected-readable"));
                (in_force.clone(), problems.finish())
            }
        }
    }
}

fn take_value(
    key: Key,
    value: &Spanned<DeValue<'_>>,
    config: &mut Config,
    in_force: &Config,
    problems: &mut ProblemList<'_>,
) {
    let taken = value
        .get_ref()
        .as_str()
        .and_then(|text| key.take(text, config));
    if taken.is_none() {
        keep(key, config, in_force);
        let what = t!("config.wrong-value", name = key);
        problems.add(value.span(), what, key.expected());
    }
}

fn keep(key: Key, config: &mut Config, in_force: &Config) {
    match key {
        Key::Service => config.service.clone_from(&in_force.service),
        Key::Pin => config.pin = in_force.pin,
        Key::Language => config.language = in_force.language,
        Key::Theme => config.theme.clone_from(&in_force.theme),
        Key::NightTheme => config.night_theme.clone_from(&in_force.night_theme),
        Key::NightHours => config.night_hours = in_force.night_hours,
        Key::Keymap => config.keymap.clone_from(&in_force.keymap),
        Key::Bell => config.bell = in_force.bell,
        Key::Line => config.line = in_force.line,
        Key::FuzzySounds => config.fuzzy = in_force.fuzzy,
        Key::AmbiguousWidth => config.ambiguous = in_force.ambiguous,
        Key::Profile => config.profile.clone_from(&in_force.profile),
    }
}

/// Where a desk's files live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// The desk's data.
    pub data: PathBuf,
    /// Settings, keymaps and themes of the user.
    pub config: PathBuf,
    /// The settings' file.
    pub config_file: PathBuf,
}

/// The system names no home for this user, so no folder can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no home folder is known; name folders with --data and --config")]
pub struct NoHome;

impl Folders {
    /// Chooses the folders: what was named on the command line, then in the
    /// environment (both come as parameters), then the system's custom.
    ///
    /// # Errors
    /// When a folder was not named and the system has no custom to follow.
    pub fn choose(data: Option<PathBuf>, config: Option<PathBuf>) -> Result<Self, NoHome> {
        let custom = || directories::ProjectDirs::from("", "", "zhiban").ok_or(NoHome);
        let data = match data {
            Some(path) => path,
            None => custom()?.data_local_dir().to_owned(),
        };
        let config = match config {
            Some(path) => path,
            None => custom()?.config_dir().to_owned(),
        };
        // A file is as good a name for its folder as the folder itself.
        let names_file = config.extension().is_some_and(|ending| ending == "toml");
        let (config, config_file) = if names_file {
            let folder = config.parent().unwrap_or(Path::new("")).to_owned();
            (folder, config)
        } else {
            let file = config.join(CONFIG_FILE);
            (config, file)
        };
        Ok(Self {
            data,
            config,
            config_file,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::profile_name::ProfileName;

    fn parse(text: &str) -> (Config, Vec<String>) {
        let (config, problems) = Config::parse("config.toml", text, &Config::default());
        let places = problems
            .iter()
            .map(|problem| format!("{}:{}", problem.line, problem.column))
            .collect();
        (config, places)
    }

    #[test]
    fn every_setting_is_read() {
        let pin = "0f".repeat(32);
        let text = format!(
            "service = \"https://centre.example:8443\"\npin = \"{pin}\"\nlanguage = \"en\"\n\
             theme = \"light\"\nnight-theme = \"dark\"\nnight-hours = \"20:00-07:00\"\nkeymap = \"vim\"\nbell = \"off\"\nline = \"thin\"\n\
             fuzzy-sounds = \"n-l\"\nambiguous-width = \"wide\"\nprofile = \"mono,thin\"\n"
        );
        let (config, problems) = parse(&text);
        assert_eq!(problems, Vec::<String>::new());
        let expected = Config {
            service: "https://centre.example:8443".parse().ok(),
            pin: pin.parse().ok(),
            language: Some(Language::English),
            theme: "light".to_owned(),
            night_theme: "dark".to_owned(),
            night_hours: "20:00-07:00".parse().ok(),
            keymap: "vim".to_owned(),
            bell: Bell::Off,
            line: Line::Thin,
            fuzzy: "n-l".parse().unwrap(),
            ambiguous: Some(Ambiguous::Wide),
            profile: ProfileNames(vec![ProfileName::Mono, ProfileName::Thin]),
        };
        assert_eq!(config, expected);
    }

    #[test]
    fn a_mistake_names_its_place_and_the_rest_is_read() {
        let cases: [(&str, &[&str]); 9] = [
            ("", &[]),
            ("bell = \"loud\"", &["1:8"]),
            ("bell = true\n\n  line = 3", &["1:8", "3:10"]),
            ("theme = \"../../etc/passwd\"", &["1:9"]),
            ("colour = \"red\"\nbell = \"off\"", &["1:1"]),
            ("service = \"http://10.0.0.1\"", &["1:11"]),
            ("pin = \"12\"", &["1:7"]),
            ("night-hours = \"20\"", &["1:15"]),
            ("bell = ", &["1:8"]),
        ];
        for (text, places) in cases {
            assert_eq!(parse(text).1, places, "{text:?}");
        }
        assert_eq!(parse("colour = \"red\"\nbell = \"off\"").0.bell, Bell::Off);
    }

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let start = "bell = \"off\" #";
        for (bytes, fits) in [
            (CONFIG_FILE_BYTES_MAX - 1, true),
            (CONFIG_FILE_BYTES_MAX, true),
            (CONFIG_FILE_BYTES_MAX + 1, false),
        ] {
            let text = format!("{start}{}", "x".repeat(bytes - start.len()));
            let (config, problems) = parse(&text);
            assert_eq!(
                (config.bell == Bell::Off, problems.is_empty()),
                (fits, fits)
            );
        }
    }

    #[test]
    fn what_was_in_force_stays_where_the_file_is_wrong() {
        let in_force = Config {
            bell: Bell::Off,
            theme: "night".to_owned(),
            ..Config::default()
        };
        let (config, problems) = Config::parse("c", "bell = 1\ntheme = \"light\"", &in_force);
        assert_eq!((config.bell, config.theme.as_str()), (Bell::Off, "light"));
        assert_eq!(problems.len(), 1);
        let (config, _) = Config::parse("c", "bell = \"on\"\n= broken", &in_force);
        assert_eq!(config, in_force);
    }

    #[test]
    fn a_missing_file_sets_nothing_and_an_unreadable_one_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(CONFIG_FILE);
        let (config, problems) = Config::load(&path, &Config::default());
        assert_eq!((config, problems.len()), (Config::default(), 0));
        std::fs::write(&path, b"bell = \"\xff\"").unwrap();
        let (_, problems) = Config::load(&path, &Config::default());
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn folders_are_chosen_by_name() {
        let named = |config: &str| {
            Folders::choose(Some(PathBuf::from("/d")), Some(PathBuf::from(config))).unwrap()
        };
        let by_folder = named("/c");
        let by_file = named("/c/config.toml");
        assert_eq!(by_folder, by_file);
        assert_eq!(by_folder.config_file, PathBuf::from("/c/config.toml"));
        assert_eq!(by_folder.data, PathBuf::from("/d"));
    }
}
