//! Names of actions on the command line, and what each takes after its name.
//!
//! The names stand beside an action's other words in the resources, blanks
//! between them: in `zh-CN.toml` Chinese and pinyin, in `en.toml` English. All
//! of them work whatever the language of the screen is.

use super::action::Action;
use super::group::Group;
use crate::i18n::{Language, has, text_in};
use crate::text::fold::fold_search;

/// What may stand behind a command's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// Incidents, then what the verb's form asks.
    Incidents,
    /// The number of one incident.
    Number,
    /// Words.
    Text,
    /// A theme's name.
    Theme,
    /// A keymap's name.
    Keymap,
    /// A language.
    Language,
    /// An order of the list.
    Sort,
    /// One of the lists.
    View,
}

/// What an action takes as a command; `None` for those that only make sense as
/// keys: moving about, and what belongs to a field.
#[must_use]
pub fn takes(action: Action) -> Option<Takes> {
    Some(match action {
        Action::SearchOpen => Takes::Number,
        Action::ListFilter | Action::LogWrite => Takes::Text,
        Action::QueueSort => Takes::Sort,
        Action::QueueView => Takes::View,
        Action::ThemeNext => Takes::Theme,
        Action::KeymapNext => Takes::Keymap,
        Action::LanguageSwitch => Takes::Language,
        Action::IncidentNew
        | Action::ThemeSwitch
        | Action::ActUndo
        | Action::ListOpen
        | Action::FilterClear
        | Action::QueueSuppressed
        | Action::ListsOpen
        | Action::QueueNextUnacknowledgedRed
        | Action::BannerJump
        | Action::BannerReturn
        | Action::BackStep
        | Action::MarkToggle
        | Action::MarkPage
        | Action::FormSubmit
        | Action::FormCancel => Takes::Nothing,
        Action::CommandOpen
        | Action::WallNext
        | Action::WallPrevious
        | Action::WallPause
        | Action::WallPick
        | Action::WallLeave => return None,
        _ => match action.row().group {
            Group::Incident => Takes::Incidents,
            Group::Outbox
            | Group::Duty
            | Group::Roster
            | Group::Desk
            | Group::Warning
            | Group::Network => Takes::Nothing,
            Group::Movement | Group::Form => return None,
        },
    })
}

fn key(action: Action) -> String {
    format!("action.{}.command", action.name())
}

/// The names of an action, the selected language's first.
#[must_use]
pub fn names(action: Action) -> Vec<String> {
    if takes(action).is_none() {
        return Vec::new();
    }
    let own = crate::i18n::current();
    let mut names = words_in(own, &key(action));
    names.extend(words_in(own.next(), &key(action)));
    names
}

/// The words of a text that lists some, in both languages.
#[must_use]
pub fn words(key: &str) -> Vec<String> {
    let own = crate::i18n::current();
    let mut words = words_in(own, key);
    words.extend(words_in(own.next(), key));
    words
}

fn words_in(language: Language, key: &str) -> Vec<String> {
    if !has(language, key) {
        return Vec::new();
    }
    let all = text_in(language, key);
    all.split_whitespace().map(ToOwned::to_owned).collect()
}

/// Why a word is no command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unmatched {
    /// Nothing begins so.
    Unknown,
    /// These begin so.
    Several(Vec<String>),
}

/// The action that a word names: as a whole, or as the beginning of names of
/// one action only.
///
/// # Errors
/// When no action or more than one is meant.
pub fn find(word: &str) -> Result<Action, Unmatched> {
    let wanted = fold_search(word);
    let mut beginning: Vec<(Action, String)> = Vec::new();
    for action in Action::ALL.iter().copied() {
        for name in names(action) {
            let folded = fold_search(&name);
            if folded == wanted {
                return Ok(action);
            }
            let known = beginning.iter().any(|(own, _)| *own == action);
            if folded.starts_with(&*wanted) && !known {
                beginning.push((action, name));
            }
        }
    }
    match beginning.as_slice() {
        [] => Err(Unmatched::Unknown),
        [(action, _)] => Ok(*action),
        several => Err(Unmatched::Several(
            several.iter().map(|(_, name)| name.clone()).collect(),
        )),
    }
}

/// How well a name fits what is typed; the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Whole,
    OwnLanguage,
    Other,
}

/// The commands that a name begins, each with that name; a whole name first,
/// then those of the screen's language.
#[must_use]
pub fn beginning_with(word: &str) -> Vec<(Action, String)> {
    let wanted = fold_search(word);
    let own = crate::i18n::current();
    let mut found: Vec<(Fit, Action, String)> = Vec::new();
    for action in Action::ALL.iter().copied() {
        let names = names(action);
        let count_own = words_in(own, &key(action)).len();
        let whole = names.iter().position(|name| fold_search(name) == wanted);
        let begins = |name: &String| fold_search(name).starts_with(&*wanted);
        let Some(at) = whole.or_else(|| names.iter().position(begins)) else {
            continue;
        };
        let fit = match whole {
            Some(_) => Fit::Whole,
            None if at < count_own => Fit::OwnLanguage,
            None => Fit::Other,
        };
        found.push((fit, action, names[at].clone()));
    }
    found.sort_by_key(|(fit, _, _)| *fit);
    found
        .into_iter()
        .map(|(_, action, name)| (action, name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_action_that_is_no_mere_key_has_a_command_in_both_languages() {
        for action in Action::ALL.iter().copied() {
            for language in Language::ALL {
                let named = !words_in(language, &key(action)).is_empty();
                let wanted = takes(action).is_some();
                assert_eq!(named, wanted, "{action} in {}", language.tag());
            }
        }
    }

    #[test]
    fn a_name_means_one_action_and_english_ones_are_ascii() {
        let mut owners: BTreeMap<String, Action> = BTreeMap::new();
        for action in Action::ALL.iter().copied() {
            for name in names(action) {
                let folded = fold_search(&name).into_owned();
                let other = owners.insert(folded, action);
                assert!(other.is_none(), "{name}: {action} and {other:?}");
            }
            let english = words_in(Language::English, &key(action));
            assert!(english.iter().all(|name| name.is_ascii()), "{english:?}");
        }
    }

    #[test]
    fn a_whole_name_or_a_beginning_of_one_action_is_enough() {
        for (word, action) in [
            ("\u{6d3e}", Action::IncidentAssign),
            ("pd", Action::IncidentAssign),
            ("D", Action::IncidentAssign),
            ("assi", Action::IncidentAssign),
            ("\u{ff30}\u{ff24}", Action::IncidentAssign),
            ("zx", Action::IncidentAcknowledge),
            ("a", Action::IncidentAcknowledge),
            ("qs", Action::IncidentAccept),
            ("n", Action::IncidentNote),
            ("c", Action::SearchOpen),
            ("q", Action::AppQuit),
        ] {
            assert_eq!(find(word), Ok(action), "{word}");
        }
        assert_eq!(find("xyzzy"), Err(Unmatched::Unknown));
        assert!(matches!(find("re"), Err(Unmatched::Several(_))));
    }
}
