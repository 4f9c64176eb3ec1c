//! The command line: what is typed, how it is read, what it may become.
//!
//! Verb first, then incidents and words in any order, blanks or points between
//! them. Reading knows the incidents that are in memory and changes nothing;
//! [`super::update`] does what was read.

use super::dialog::Aim;
use super::model::{Desk, Model};
use super::words::names;
use crate::i18n::{Language, t};
use crate::store::view::{QueueRow, Sort};
use crate::text::fold::fold_search;
use crate::tui::app::queue::View;
use crate::tui::keys::Action;
use crate::tui::keys::command::{self, Takes, Unmatched};
use crate::tui::widgets::InputState;

/// A line is at most this long.
const LINE_CHARS_MAX: usize = 600;
/// Commands that can be recalled. They are kept in memory only, because they
/// may hold words of a case, and only while their officer sits here.
pub const COMMANDS_KEPT_MAX: usize = 50;
/// Offers that are shown.
pub const OFFERS_MAX: usize = 8;
/// Words of an error that names what could have been meant.
const NAMES_TOLD_MAX: usize = 6;

/// The open line.
#[derive(Clone, Debug, PartialEq)]
pub struct CommandLine {
    pub input: InputState,
    /// What is wrong with it.
    pub trouble: Option<String>,
    /// Which of the kept commands is shown, counted from the newest.
    pub recalled: Option<usize>,
    /// What was typed before one was recalled.
    pub typed: String,
}

impl Default for CommandLine {
    fn default() -> Self {
        Self {
            input: InputState::line(LINE_CHARS_MAX),
            trouble: None,
            recalled: None,
            typed: String::new(),
        }
    }
}

/// What a line means.
#[derive(Clone, Debug, PartialEq)]
pub enum Meant {
    /// An action as by its key.
    Act(Action),
    /// A verb on these incidents; none means the one under the hand. Then the
    /// words for its form.
    Verb {
        action: Action,
        aims: Vec<Aim>,
        words: Vec<String>,
    },
    /// Look for these words.
    Find(String),
    /// Narrow the list to this.
    Filter(String),
    /// A line into the duty log.
    Log(String),
    Theme(String),
    Keymap(String),
    Language(Language),
    Sort(Sort),
    View(View),
}

/// The orders and lists by the names of their texts.
const SORTS: [(Sort, &str); 5] = [
    (Sort::Rank, "command.sort.rank"),
    (Sort::Deadline, "command.sort.deadline"),
    (Sort::Newest, "command.sort.newest"),
    (Sort::Oldest, "command.sort.oldest"),
    (Sort::Area, "command.sort.area"),
];
const VIEWS: [(View, &str); 4] = [
    (View::Open, "command.view.open"),
    (View::All, "command.view.all"),
    (View::Closed, "command.view.closed"),
    (View::Suppressed, "command.view.suppressed"),
];
const LANGUAGES: [(Language, &str); 2] = [
    (Language::Chinese, "command.language.chinese"),
    (Language::English, "command.language.english"),
];

/// The words of a line. A point between two words is as good as a blank; one
/// inside a number or at an end is part of the word.
pub fn words(line: &str) -> Vec<&str> {
    line.split(|sign: char| sign.is_whitespace() || matches!(sign, '.' | '\u{3002}' | '\u{ff0e}'))
        .filter(|word| !word.is_empty())
        .collect()
}

/// Reads a line.
///
/// # Errors
/// What is wrong, and at which word.
pub fn read(model: &Model, line: &str) -> Result<Meant, String> {
    let all = words(line);
    let Some((verb, rest)) = all.split_first() else {
        return Err(String::new());
    };
    let action = command::find(verb).map_err(|why| at(0, &unmatched(verb, why)))?;
    let face = &model.setup.face;
    match command::takes(action) {
        None | Some(Takes::Nothing) => match rest.first() {
            None => Ok(Meant::Act(action)),
            Some(word) => {
                let why = t!("command.too-much", word = word, command = action.short());
                Err(at(1, &why))
            }
        },
        Some(Takes::Incidents) => incidents(model, action, rest),
        Some(Takes::Number | Takes::Text) if rest.is_empty() => Ok(Meant::Act(action)),
        Some(Takes::Number) => Ok(Meant::Find(sought(&rest.join(" ")))),
        // As it was typed, points and all.
        Some(Takes::Text) if action == Action::LogWrite => {
            Ok(Meant::Log(after(line, verb).to_owned()))
        }
        Some(Takes::Text) => Ok(Meant::Filter(after(line, verb).to_owned())),
        Some(Takes::Theme) => named(action, rest, &face.themes, Meant::Theme),
        Some(Takes::Keymap) => named(action, rest, &face.keymaps, Meant::Keymap),
        Some(Takes::Language) => listed(action, rest, &LANGUAGES, Meant::Language),
        Some(Takes::Sort) => listed(action, rest, &SORTS, Meant::Sort),
        Some(Takes::View) => listed(action, rest, &VIEWS, Meant::View),
    }
}

fn at(word: usize, why: &str) -> String {
    t!("command.at", n = word + 1, why = why).into_owned()
}

fn after<'l>(line: &'l str, verb: &str) -> &'l str {
    let start = line.find(verb).map_or(0, |start| start + verb.len());
    line[start..].trim_matches(|sign: char| sign.is_whitespace() || sign == '.')
}

fn unmatched(word: &str, why: Unmatched) -> String {
    match why {
        Unmatched::Unknown => t!("command.unknown", word = word).into_owned(),
        Unmatched::Several(mut names) => {
            names.truncate(NAMES_TOLD_MAX);
            t!("command.several", word = word, names = names.join(" ")).into_owned()
        }
    }
}

/// A name of a file or of what ships; without one it is as the key.
fn named(
    action: Action,
    rest: &[&str],
    known: &[String],
    meant: impl Fn(String) -> Meant,
) -> Result<Meant, String> {
    let Some(word) = rest.first() else {
        return Ok(Meant::Act(action));
    };
    let wanted = fold_search(word);
    let whole = known.iter().find(|name| fold_search(name) == wanted);
    let begun = known
        .iter()
        .find(|name| fold_search(name).starts_with(&*wanted));
    whole
        .or(begun)
        .map(|name| meant(name.clone()))
        .ok_or_else(|| {
            at(
                1,
                &t!("command.no-name", word = word, names = known.join(" ")),
            )
        })
}

/// One of a closed set; without one it is as the key.
fn listed<T: Copy>(
    action: Action,
    rest: &[&str],
    known: &[(T, &str)],
    meant: impl Fn(T) -> Meant,
) -> Result<Meant, String> {
    let Some(word) = rest.first() else {
        return Ok(Meant::Act(action));
    };
    let wanted = fold_search(word);
    let fits = |key: &str, whole: bool| {
        command::words(key).iter().any(|name| {
            let name = fold_search(name);
            if whole {
                name == wanted
            } else {
                name.starts_with(&*wanted)
            }
        })
    };
    let whole = known.iter().find(|(_, key)| fits(key, true));
    let found = whole.or_else(|| known.iter().find(|(_, key)| fits(key, false)));
    found.map(|(one, _)| meant(*one)).ok_or_else(|| {
        let first = |(_, key): &(T, &str)| command::words(key).into_iter().next();
        let names: Vec<String> = known.iter().filter_map(first).collect();
        at(
            1,
            &t!("command.no-name", word = word, names = names.join(" ")),
        )
    })
}

/// Incidents and words, in any order. Digits alone are an incident right behind
/// the verb and a word elsewhere; with an `E` they are one everywhere.
fn incidents(model: &Model, action: Action, rest: &[&str]) -> Result<Meant, String> {
    let Some(desk) = &model.desk else {
        return Ok(Meant::Act(action));
    };
    let mut aims: Vec<Aim> = Vec::new();
    let mut words = Vec::new();
    for (place, word) in rest.iter().enumerate() {
        let called = Called::read(word);
        let sure = called.as_ref().is_some_and(Called::is_sure);
        match called {
            Some(called) if sure || (words.is_empty() && aims.is_empty()) => {
                let aim = resolve(desk, &called).map_err(|why| at(place + 1, &why.told(word)))?;
                if aims.iter().all(|known| known.id != aim.id) {
                    aims.push(aim);
                }
            }
            Some(_) | None => words.push((*word).to_owned()),
        }
    }
    Ok(Meant::Verb {
        action,
        aims,
        words,
    })
}

/// How a word names an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Called {
    /// By the last part of its number, with the letter before it or without.
    Serial(u32, Letter),
    /// By its whole number.
    Number(String),
    /// By the tag that stands in for a number.
    Tag(String),
}

/// Whether a serial was written as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Letter {
    With,
    Without,
}

/// Digits of a serial; more are a telephone number.
const SERIAL_DIGITS_MAX: usize = 5;
const TAG_DIGITS: usize = 4;

impl Called {
    fn read(word: &str) -> Option<Self> {
        let folded = fold_search(word);
        let digits = |text: &str, max: usize| {
            let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            (plain && text.len() <= max)
                .then(|| text.parse::<u32>().ok())
                .flatten()
        };
        if let Some(serial) = folded
            .strip_prefix('e')
            .and_then(|rest| digits(rest, SERIAL_DIGITS_MAX))
        {
            return Some(Self::Serial(serial, Letter::With));
        }
        if let Some(serial) = digits(&folded, SERIAL_DIGITS_MAX) {
            return Some(Self::Serial(serial, Letter::Without));
        }
        if folded
            .parse::<crate::domain::incident::number::IncidentNumber>()
            .is_ok()
        {
            return Some(Self::Number(folded.into_owned()));
        }
        let mut signs = folded.chars();
        let mark = signs.next()?;
        let tag = signs.as_str();
        let hex = tag.len() == TAG_DIGITS && tag.bytes().all(|byte| byte.is_ascii_hexdigit());
        (!mark.is_ascii() && hex).then(|| Self::Tag(tag.to_owned()))
    }

    const fn is_sure(&self) -> bool {
        !matches!(self, Self::Serial(_, Letter::Without))
    }

    fn fits(&self, row: &QueueRow) -> bool {
        let number = row.incident.number;
        match self {
            Self::Serial(serial, _) => number.is_some_and(|number| number.serial == *serial),
            Self::Number(text) => number.is_some_and(|number| number.to_string() == *text),
            Self::Tag(tag) => row.id.provisional_tag().eq_ignore_ascii_case(tag),
        }
    }
}

enum Unresolved {
    Nothing,
    Several(usize),
}

impl Unresolved {
    fn told(&self, word: &str) -> String {
        match self {
            Self::Nothing => t!("command.no-incident", word = word),
            Self::Several(n) => t!("command.many-incidents", word = word, n = n),
        }
        .into_owned()
    }
}

/// The incident among those in memory.
fn resolve(desk: &Desk, called: &Called) -> Result<Aim, Unresolved> {
    let rows = desk.queue.rows.iter().map(|(_, row)| row);
    let found: Vec<&QueueRow> = rows.filter(|row| called.fits(row)).collect();
    match found.as_slice() {
        [row] => Ok(Aim::of_row(row)),
        [] => Err(Unresolved::Nothing),
        // The one under the hand is meant before its namesakes.
        several => {
            let here = desk.aim().map(|aim| aim.id);
            let own = several.iter().find(|row| Some(row.id) == here);
            own.map(|row| Aim::of_row(row))
                .ok_or(Unresolved::Several(several.len()))
        }
    }
}

/// Something that the line may go on with.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// What stands in the line then, in place of the word that is being typed.
    pub fill: String,
    /// What it is.
    pub told: String,
    /// The command, where it is one.
    pub action: Option<Action>,
}

/// What may be meant by what is typed so far.
pub fn offers(model: &Model, line: &str) -> Vec<Offer> {
    let all = words(line);
    let fresh = line.is_empty() || line.ends_with(|sign: char| sign.is_whitespace() || sign == '.');
    match all.split_first() {
        None => Vec::new(),
        Some((verb, [])) if !fresh => command::beginning_with(verb)
            .into_iter()
            .take(OFFERS_MAX)
            .map(|(action, name)| Offer {
                fill: name,
                told: format!("{}  {}", action.short(), action.help()),
                action: Some(action),
            })
            .collect(),
        Some((verb, rest)) => {
            let word = if fresh {
                ""
            } else {
                rest.last().copied().unwrap_or("")
            };
            let Ok(action) = command::find(verb) else {
                return Vec::new();
            };
            arguments(model, action, word)
        }
    }
}

fn arguments(model: &Model, action: Action, word: &str) -> Vec<Offer> {
    let wanted = fold_search(word);
    let plain = |name: &str| Offer {
        fill: name.to_owned(),
        told: String::new(),
        action: None,
    };
    let keys = |known: &[&str]| -> Vec<Offer> {
        let all = known.iter().filter_map(|key| {
            let words = command::words(key);
            let fit = words
                .iter()
                .find(|name| fold_search(name).starts_with(&*wanted));
            fit.map(|name| plain(name))
        });
        all.collect()
    };
    let files = |known: &[String]| -> Vec<Offer> {
        let fits = known.iter().filter(|name| name.starts_with(&*wanted));
        fits.map(|name| plain(name)).take(OFFERS_MAX).collect()
    };
    match command::takes(action) {
        Some(Takes::Incidents | Takes::Number) => in_view(model, &wanted),
        Some(Takes::Theme) => files(&model.setup.face.themes),
        Some(Takes::Keymap) => files(&model.setup.face.keymaps),
        Some(Takes::Language) => keys(&LANGUAGES.map(|(_, key)| key)),
        Some(Takes::Sort) => keys(&SORTS.map(|(_, key)| key)),
        Some(Takes::View) => keys(&VIEWS.map(|(_, key)| key)),
        Some(Takes::Nothing | Takes::Text) | None => Vec::new(),
    }
}

/// The incidents on the screen that begin so, by the end of their numbers.
fn in_view(model: &Model, wanted: &str) -> Vec<Offer> {
    let Some(desk) = &model.desk else {
        return Vec::new();
    };
    // Towns count apart: where one serial has several, only the whole number
    // says which.
    let serials = || {
        desk.queue
            .rows
            .iter()
            .filter_map(|(_, row)| row.incident.number)
    };
    let called = |row: &QueueRow| match row.incident.number {
        Some(number) => {
            let namesakes = serials().filter(|other| other.serial == number.serial);
            if namesakes.count() > 1 {
                number.to_string()
            } else {
                format!("E{}", number.serial)
            }
        }
        None => names::provisional(row.id),
    };
    let begins = |row: &QueueRow, called: &str| {
        let serial = row
            .incident
            .number
            .map(|number| format!("e{}", number.serial));
        fold_search(called).starts_with(wanted)
            || serial.is_some_and(|serial| serial.starts_with(wanted))
    };
    desk.queue
        .visible()
        .map(|row| (called(row), row))
        .filter(|(called, row)| begins(row, called))
        .take(OFFERS_MAX)
        .map(|(called, row)| Offer {
            fill: called,
            told: names::title(&row.incident),
            action: None,
        })
        .collect()
}

/// The line with the word that is being typed completed as far as all offers
/// agree, or to the first one when they agree in nothing more.
pub fn completed(line: &str, offers: &[Offer]) -> Option<String> {
    let first = offers.first()?;
    let start = line
        .rfind(|sign: char| sign.is_whitespace() || sign == '.')
        .map_or(0, |at| {
            at + line[at..].chars().next().map_or(1, char::len_utf8)
        });
    let (kept, word) = line.split_at(start);
    let mut common = first.fill.clone();
    for offer in &offers[1..] {
        let agree = common
            .char_indices()
            .zip(offer.fill.chars())
            .take_while(|((_, one), other)| one == other)
            .last()
            .map_or(0, |((at, sign), _)| at + sign.len_utf8());
        common.truncate(agree);
    }
    let longer = common.chars().count() > word.chars().count();
    if offers.len() > 1 && longer {
        Some(format!("{kept}{common}"))
    } else {
        Some(format!("{kept}{} ", first.fill))
    }
}
/// What is looked for: a number may have the letter before it that the line's
/// other commands want.
fn sought(words: &str) -> String {
    let digits = words.strip_prefix(['e', 'E']);
    match digits {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.to_owned()
        }
        Some(_) | None => words.to_owned(),
    }
}
