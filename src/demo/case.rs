//! What happens in the demonstration: cases as data, and their words filled in.

use std::sync::LazyLock;

use serde::Deserialize;

use super::names;
use super::network::Desk;
use super::rng::Rng;
use crate::domain::alarm::Rank;
use crate::domain::codes::{Category, Method, Scale};
use crate::domain::incident::Channel;

const CASES_TOML: &str = include_str!("cases.toml");

/// A kind of case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it is.
    pub category: Category,
    /// How often it comes, beside the others.
    pub weight: u64,
    /// Title, with placeholders.
    pub title: String,
    /// Place in words, with placeholders.
    pub place: String,
    /// What happened, with placeholders.
    pub summary: String,
    /// Scale; individual when absent.
    #[serde(default = "individual")]
    pub scale: Scale,
    /// How many people: from, to.
    pub people: [u32; 2],
    /// How many of a hundred are blue, yellow and red.
    pub rank: [u64; 3],
    /// Who leads.
    pub lead: Desk,
    /// Who helps.
    #[serde(default)]
    pub assist: Option<Desk>,
    /// How it comes in; one of the usual ways when absent.
    #[serde(default)]
    pub source: Option<Channel>,
    /// 任务书.
    pub task: String,
    /// 路径图, steps divided by `;`.
    pub path: String,
    /// A note on the way.
    pub note: String,
    /// 化解情况.
    pub done: String,
    /// 化解方式.
    pub method: Method,
}

fn individual() -> Scale {
    Scale::Individual
}

#[derive(Deserialize)]
struct File {
    case: Vec<Case>,
}

static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    toml::from_str::<File>(CASES_TOML)
        .expect("the embedded cases are valid; a test parses them")
        .case
});

/// All kinds of case.
#[must_use]
pub fn all() -> &'static [Case] {
    &CASES
}

/// Draws a kind of case by its weight.
pub fn draw(rng: &mut Rng) -> usize {
    let total = all().iter().map(|case| case.weight).sum();
    let mut left = rng.below(total);
    for (at, case) in all().iter().enumerate() {
        if left < case.weight {
            return at;
        }
        left -= case.weight;
    }
    0
}

impl Case {
    /// Draws a rank.
    pub fn draw_rank(&self, rng: &mut Rng) -> Rank {
        let drawn = rng.below(100);
        let [blue, yellow, _] = self.rank;
        if drawn < blue {
            Rank::Notice
        } else if drawn < blue + yellow {
            Rank::Watch
        } else {
            Rank::Urgent
        }
    }
}

/// What the placeholders of one case stand for.
#[derive(Clone, Debug)]
pub struct Filling {
    /// First party, whole name.
    pub first: String,
    /// Second party, whole name.
    pub second: String,
    village: String,
    group: u64,
    households: u64,
    money: u64,
}

impl Filling {
    /// Draws parties and numbers for a case at `village`.
    pub fn drawn(rng: &mut Rng, village: &str) -> Self {
        let first = names::person(rng);
        let mut second = names::person(rng);
        // Two parties with one veil would read as one person.
        while names::veiled(&second) == names::veiled(&first) {
            second = names::person(rng);
        }
        Self {
            first,
            second,
            village: village.to_owned(),
            group: rng.between(1, 9),
            households: rng.between(12, 60),
            money: rng.between(3, 180) * 100,
        }
    }

    /// `text` with every placeholder filled.
    #[must_use]
    pub fn fill(&self, text: &str) -> String {
        text.replace("{a}", &names::veiled(&self.first))
            .replace("{b}", &names::veiled(&self.second))
            .replace("{v}", &self.village)
            .replace("{g}", &self.group.to_string())
            .replace("{n}", &self.households.to_string())
            .replace("{m}", &self.money.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::rng::Part;
    use crate::domain::incident::{SUMMARY_MAX_CHARS, TITLE_MAX_CHARS};

    #[test]
    fn every_case_fits_the_form_and_leaves_no_placeholder() {
        let mut rng = Rng::stream(2, Part::Plans, 0);
        assert!(all().len() >= 30);
        for case in all() {
            assert_eq!(case.rank.iter().sum::<u64>(), 100, "{}", case.title);
            assert!(case.people[0] <= case.people[1], "{}", case.title);
            let filling = Filling::drawn(&mut rng, "柳湾村");
            for text in [
                &case.title,
                &case.place,
                &case.summary,
                &case.note,
                &case.done,
            ] {
                let filled = filling.fill(text);
                assert!(!filled.contains(['{', '}']), "{filled}");
                assert!(filled.chars().count() <= SUMMARY_MAX_CHARS);
            }
            assert!(filling.fill(&case.title).chars().count() <= TITLE_MAX_CHARS);
        }
    }

    #[test]
    fn cases_are_drawn_by_their_weight() {
        let mut rng = Rng::stream(2, Part::Plans, 1);
        let mut drawn = vec![0_u64; all().len()];
        for _ in 0..16_200 {
            drawn[draw(&mut rng)] += 1;
        }
        for (case, drawn) in all().iter().zip(drawn) {
            let expected = case.weight * 100;
            assert!(
                drawn > expected / 2 && drawn < expected * 2,
                "{}: {drawn} drawn, {expected} expected",
                case.title
            );
        }
    }
}
