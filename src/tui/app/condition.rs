//! What the line of a filter says besides words: `@超时`, `@未知悉`, `@红`,
//! `@办理中`, `@本人`, `@今日`.
//!
//! A condition is written in either language, by its beginning or by its
//! sound. So a saved list is a line of text, and an officer sees and changes
//! what narrows it. What is no condition stays a word, and nothing fits it.

use std::sync::Arc;

use uuid::Uuid;

use super::words::names;
use crate::domain::alarm::Rank;
use crate::domain::ids::PersonId;
use crate::domain::incident::stage::{STAGES, Stage};
use crate::domain::policy::Policy;
use crate::domain::time::Timestamp;
use crate::i18n::{self, Language};
use crate::store::view::{Answer, Filter, Scope};
use crate::text::fold::fold_search;
use crate::text::pinyin::Word;

/// Before a condition.
pub const MARK: char = '@';

/// A condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    Overdue,
    Unanswered,
    Mine,
    Today,
    Rank(Rank),
    Stage(Stage),
}

/// What conditions are understood by.
#[derive(Clone, Debug, Default)]
pub struct Ground {
    pub now: Timestamp,
    /// The person whom the officer is on the list of people.
    pub me: Option<PersonId>,
    pub policy: Option<Arc<Policy>>,
}

/// The filter that a line of text is.
pub fn filter(line: &str, scope: Scope, ground: &Ground) -> Filter {
    let mut filter = Filter {
        scope,
        ..Filter::default()
    };
    let mut words = Vec::new();
    for word in line.split_whitespace() {
        let folded = fold_search(word);
        match folded
            .strip_prefix(MARK)
            .and_then(|name| read(name, ground))
        {
            Some(condition) => set(&mut filter, condition, ground),
            None => words.push(word),
        }
    }
    filter.text = words.join(" ");
    filter
}

fn set(filter: &mut Filter, condition: Condition, ground: &Ground) {
    match condition {
        Condition::Overdue => filter.due_before = Some(ground.now),
        Condition::Unanswered => filter.answer = Answer::Missing,
        Condition::Today => filter.since = Some(Timestamp::start_of(ground.now.date())),
        Condition::Rank(rank) => filter.rank = Some(rank),
        Condition::Stage(stage) => filter.stage = Some(stage),
        // Whoever is nobody on the list of people has nothing in hand.
        Condition::Mine => filter.holder = Some(ground.me.unwrap_or(PersonId::new(Uuid::nil()))),
    }
}

/// The condition of that name: whole, else by its beginning, else by its sound.
fn read(typed: &str, ground: &Ground) -> Option<Condition> {
    if typed.is_empty() {
        return None;
    }
    let all = all(ground);
    let word = Word::new(typed);
    let folded = |name: &str| fold_search(name).replace(' ', "");
    let by = |fits: &dyn Fn(&str) -> bool| {
        all.iter()
            .find(|(_, names)| names.iter().any(|name| fits(&folded(name))))
            .map(|(condition, _)| *condition)
    };
    by(&|name| name == typed)
        .or_else(|| by(&|name| name.starts_with(typed)))
        .or_else(|| by(&|name| word.sounds_in(name)))
}

/// Every condition with its names in all languages.
fn all(ground: &Ground) -> Vec<(Condition, Vec<String>)> {
    let keyed = |condition, key: &str| (condition, in_all_languages(&format!("queue.only.{key}")));
    let mut all = vec![
        keyed(Condition::Overdue, "overdue"),
        keyed(Condition::Unanswered, "unanswered"),
        keyed(Condition::Mine, "mine"),
        keyed(Condition::Today, "today"),
    ];
    if let Some(policy) = &ground.policy {
        all.extend(policy.levels.iter().map(|level| {
            let names = vec![level.name.clone(), level.name_en.clone()];
            (Condition::Rank(level.rank), names)
        }));
    }
    all.extend(STAGES.into_iter().map(|stage| {
        let names = in_all_languages(&format!("stage.{}", stage.name()));
        (Condition::Stage(stage), names)
    }));
    all
}

fn in_all_languages(key: &str) -> Vec<String> {
    [Language::Chinese, Language::English]
        .into_iter()
        .map(|language| i18n::text_in(language, key).into_owned())
        .collect()
}

/// A condition as it is written in the chosen language.
pub fn written(condition: Condition, policy: &Policy) -> String {
    let name = match condition {
        Condition::Overdue => i18n::text("queue.only.overdue").into_owned(),
        Condition::Unanswered => i18n::text("queue.only.unanswered").into_owned(),
        Condition::Mine => i18n::text("queue.only.mine").into_owned(),
        Condition::Today => i18n::text("queue.only.today").into_owned(),
        Condition::Rank(rank) => names::rank(rank, policy),
        Condition::Stage(stage) => names::stage(stage),
    };
    // A blank would end it.
    format!("{MARK}{}", name.replace(' ', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ground() -> Ground {
        Ground {
            now: "2026-11-23T03:05:00+08:00".parse().unwrap(),
            me: None,
            policy: Some(Arc::new(Policy::shipped())),
        }
    }

    fn read(line: &str) -> Filter {
        filter(line, Scope::Open, &ground())
    }

    #[test]
    fn conditions_are_read_in_both_languages_by_beginning_and_by_sound() {
        let red = Policy::shipped().levels[0].rank;
        for (line, wanted) in [
            ("@超时", Condition::Overdue),
            ("@超", Condition::Overdue),
            ("@cs", Condition::Overdue),
            ("＠ＯＶＥＲＤＵＥ", Condition::Overdue),
            ("@未知悉", Condition::Unanswered),
            ("@wzx", Condition::Unanswered),
            ("@今日", Condition::Today),
            ("@red", Condition::Rank(red)),
            ("@办理中", Condition::Stage(Stage::Handling)),
            ("@blz", Condition::Stage(Stage::Handling)),
        ] {
            let mut filter = Filter::default();
            set(&mut filter, wanted, &ground());
            assert_eq!(read(line), filter, "{line}");
        }
    }

    #[test]
    fn what_is_no_condition_stays_a_word() {
        assert_eq!(read("石桥 @zzzz !讨薪").text, "石桥 @zzzz !讨薪");
        assert_eq!(read("@").text, "@");
        let both = read("石桥 @超时");
        assert_eq!(both.text, "石桥");
        assert_eq!(both.due_before, Some(ground().now));
    }

    #[test]
    fn every_condition_is_read_as_it_is_written() {
        let policy = Policy::shipped();
        for (condition, names) in all(&ground()) {
            let mut filter = Filter::default();
            set(&mut filter, condition, &ground());
            let marked = names.iter().map(|name| format!("{MARK}{name}"));
            for line in marked.chain([written(condition, &policy)]) {
                let line = line.replace(' ', "");
                assert_eq!(read(&line), filter, "{line}");
            }
        }
    }
}
