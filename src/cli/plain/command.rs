//! What can be typed: a verb in Chinese or English, or its first letters, a
//! number and words.

use crate::domain::incident::verb::Verb;
use crate::i18n::{Language, t, text_in};
use crate::text::fold::fold_key;

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Nothing,
    Help,
    Quit,
    List,
    Open(u32),
    Act {
        verb: Verb,
        number: u32,
        text: Option<String>,
    },
}

/// Why it cannot be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Complaint {
    /// Nothing is called so.
    Unknown(String),
    /// The number is missing.
    Number,
    /// The words are missing.
    Words,
}

impl Complaint {
    /// In the user's language.
    pub fn words(&self) -> String {
        match self {
            Self::Unknown(word) => t!("cli.plain.unknown", word = word),
            Self::Number => t!("cli.plain.which"),
            Self::Words => t!("cli.plain.words"),
        }
        .into_owned()
    }
}

#[derive(Clone, Copy)]
enum Name {
    Help,
    Quit,
    List,
    Open,
    Act(Verb),
}

/// Each with the key of its words. Of words in letters the beginning is enough,
/// and the first that fits counts.
const NAMES: [(&str, Name); 7] = [
    ("list", Name::List),
    ("open", Name::Open),
    ("acknowledge", Name::Act(Verb::Acknowledge)),
    ("accept", Name::Act(Verb::Accept)),
    ("note", Name::Act(Verb::Note)),
    ("quit", Name::Quit),
    ("help", Name::Help),
];

/// What a word means, in whichever language: an officer need not know which is
/// selected.
fn named(word: &str) -> Option<Name> {
    let lower = word.to_lowercase();
    let fits = |key: &str| {
        [Language::Chinese, Language::English]
            .into_iter()
            .map(|language| text_in(language, &format!("cli.plain.verb.{key}")))
            .any(|name| *name == *lower || (name.is_ascii() && name.starts_with(&*lower)))
    };
    NAMES
        .iter()
        .find(|(key, _)| fits(key))
        .map(|(_, name)| *name)
        .or((lower == "?").then_some(Name::Help))
}

impl Command {
    /// Reads a line. Full-width letters and digits of an input method count as
    /// their own; the words of a note stay as they were typed.
    pub fn parse(line: &str) -> Result<Self, Complaint> {
        let line = line.trim();
        let (word, rest) = split(line);
        if word.is_empty() {
            return Ok(Self::Nothing);
        }
        let word: String = word.chars().map(fold_key).collect();
        // A number alone opens.
        if let Ok(number) = word.parse() {
            return Ok(Self::Open(number));
        }
        let name = named(&word).ok_or(Complaint::Unknown(word))?;
        match name {
            Name::Help => Ok(Self::Help),
            Name::Quit => Ok(Self::Quit),
            Name::List => Ok(Self::List),
            Name::Open => Ok(Self::Open(number(rest)?.0)),
            Name::Act(verb) => {
                let (number, text) = number(rest)?;
                let text = (!text.is_empty()).then(|| text.to_owned());
                if verb == Verb::Note && text.is_none() {
                    return Err(Complaint::Words);
                }
                Ok(Self::Act { verb, number, text })
            }
        }
    }
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    match text.split_once(char::is_whitespace) {
        Some((first, rest)) => (first, rest.trim()),
        None => (text, ""),
    }
}

fn number(text: &str) -> Result<(u32, &str), Complaint> {
    let (first, rest) = split(text);
    let folded: String = first.chars().map(fold_key).collect();
    let number = folded.parse().map_err(|_| Complaint::Number)?;
    Ok((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_by_table() {
        let act = |verb, number, text: Option<&str>| {
            Ok(Command::Act {
                verb,
                number,
                text: text.map(ToOwned::to_owned),
            })
        };
        for (line, expected) in [
            ("", Ok(Command::Nothing)),
            ("  list \n", Ok(Command::List)),
            ("l", Ok(Command::List)),
            ("列表", Ok(Command::List)),
            ("3", Ok(Command::Open(3))),
            ("open 12", Ok(Command::Open(12))),
            ("打开 12", Ok(Command::Open(12))),
            ("ｏｐｅｎ　１２", Ok(Command::Open(12))),
            ("ack 2", act(Verb::Acknowledge, 2, None)),
            ("知悉 2", act(Verb::Acknowledge, 2, None)),
            ("acc 2", act(Verb::Accept, 2, None)),
            (
                "note 2 已到现场，　等候",
                act(Verb::Note, 2, Some("已到现场，　等候")),
            ),
            ("记录 ２ Call BACK", act(Verb::Note, 2, Some("Call BACK"))),
            ("note 2", Err(Complaint::Words)),
            ("note", Err(Complaint::Number)),
            ("open x", Err(Complaint::Number)),
            ("销号 2", Err(Complaint::Unknown("销号".into()))),
            ("?", Ok(Command::Help)),
            ("Q", Ok(Command::Quit)),
        ] {
            assert_eq!(Command::parse(line), expected, "{line:?}");
        }
    }
}
