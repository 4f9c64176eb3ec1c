//! Which incidents may be the same matter told twice (behaviour.md B5).
//!
//! Only ever a suggestion with its reasons: nothing is merged by itself, and
//! nothing here looks at who a party is. A matter is known by where, what and
//! when.

use std::cmp::Reverse;

use super::Incident;
use super::stage::Stage;
use crate::domain::area::{AreaCode, Level};
use crate::domain::codes::Category;
use crate::domain::ids::RecordId;
use crate::domain::policy::Duplicates;
use crate::domain::time::{Millis, Timestamp};

/// Signs of a place's words below which they say nothing ("村" is everywhere).
const PLACE_CHARS_MIN: usize = 2;

/// What is known of a matter: enough to compare two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// Where it belongs.
    pub area: AreaCode,
    /// Where it is, in words; case and width are folded by whoever makes it.
    pub place: String,
    /// What it is about.
    pub category: Category,
    /// When it came in.
    pub at: Timestamp,
}

/// How the places of two matters agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SamePlace {
    /// The same village or community, where one of them says no more.
    Village,
    /// The words name the same place.
    Words,
}

/// How the categories of two matters agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SameCategory {
    /// Not at all.
    No,
    /// Of one group.
    Group,
    /// The same.
    Exact,
}

/// Why two matters may be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// Where.
    pub place: SamePlace,
    /// What.
    pub category: SameCategory,
    /// How far apart they came in; never negative.
    pub apart: Millis,
}

impl Matter {
    /// What an incident is about, with its place folded by `fold`.
    #[must_use]
    pub fn of(area: AreaCode, incident: &Incident, fold: impl FnOnce(&str) -> String) -> Self {
        Self {
            area,
            place: fold(&incident.place),
            category: incident.category,
            at: incident.registered_at,
        }
    }
}

/// Why `other` may be the same matter; `None` when nothing speaks for it.
#[must_use]
pub fn likeness(one: &Matter, other: &Matter, rule: Duplicates) -> Option<Likeness> {
    let place = same_place(one, other)?;
    let category = same_category(one.category, other.category);
    let apart = Millis(one.at.since(other.at).0.saturating_abs());
    let within = match (place, category) {
        (SamePlace::Words, SameCategory::Exact | SameCategory::Group)
        | (SamePlace::Village, SameCategory::Exact) => rule.within,
        (SamePlace::Words, SameCategory::No) => rule.at_one_place_within,
        (SamePlace::Village, SameCategory::Group | SameCategory::No) => return None,
    };
    (apart <= Millis::from(within)).then_some(Likeness {
        place,
        category,
        apart,
    })
}

/// Whether an incident may be suggested at all: what has been folded into
/// another one is found there.
#[must_use]
pub fn may_be_suggested(incident: &Incident) -> bool {
    match incident.stage() {
        Stage::New
        | Stage::Assigned
        | Stage::Handling
        | Stage::PendingCheck
        | Stage::Verified
        | Stage::FollowedUp
        | Stage::AwaitingSignature => true,
        Stage::Closed => false,
    }
}

/// In which order suggestions are read: the best reasons, then the nearest in
/// time; the id decides ties, so that both desks show the same order.
#[must_use]
pub fn order(id: RecordId, likeness: &Likeness) -> impl Ord + use<> {
    (
        Reverse(likeness.place),
        Reverse(likeness.category),
        likeness.apart,
        id,
    )
}

/// A place and a kind of matter as they are counted together: what
/// [`likeness`] compares pair by pair, made into one value to group by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceKey {
    /// The village, or the wider area where no village was told.
    pub area: AreaCode,
    /// What the words say; empty where they say nothing.
    pub words: String,
    /// The group where the words agree, else the category itself.
    pub category: Category,
}

impl PlaceKey {
    /// Whether it is near enough to be a place: a town without words is none.
    #[must_use]
    pub fn is_a_place(&self) -> bool {
        !self.words.is_empty() || self.area.level() >= Level::Village
    }
}

/// The place and kind of a matter whose place's words are `folded`.
#[must_use]
pub fn place_key(area: AreaCode, folded: &str, category: Category) -> PlaceKey {
    let words = said(folded);
    PlaceKey {
        area: area.truncate_to(Level::Village).unwrap_or(area),
        category: match words {
            Some(_) => category.parent().unwrap_or(category),
            None => category,
        },
        words: words.unwrap_or_default(),
    }
}

fn same_place(one: &Matter, other: &Matter) -> Option<SamePlace> {
    let village = |area: AreaCode| area.truncate_to(Level::Village).unwrap_or(area);
    let (here, there) = (village(one.area), village(other.area));
    if !here.contains(there) && !there.contains(here) {
        return None;
    }
    let (first, second) = (said(&one.place), said(&other.place));
    match (first, second) {
        (Some(first), Some(second)) => {
            (first.contains(&second) || second.contains(&first)).then_some(SamePlace::Words)
        }
        (Some(_) | None, _) => {
            (here == there && here.level() >= Level::Village).then_some(SamePlace::Village)
        }
    }
}

/// What a place's words say, without blanks and punctuation.
fn said(place: &str) -> Option<String> {
    let said: String = place
        .chars()
        .filter(|sign| sign.is_alphanumeric())
        .collect();
    (said.chars().count() >= PLACE_CHARS_MIN).then_some(said)
}

fn same_category(one: Category, other: Category) -> SameCategory {
    let group = |category: Category| category.parent().unwrap_or(category);
    if one == other {
        SameCategory::Exact
    } else if group(one) == group(other) {
        SameCategory::Group
    } else {
        SameCategory::No
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Minutes;

    const RULE: Duplicates = Duplicates {
        within: Minutes(60),
        at_one_place_within: Minutes(10),
    };

    fn matter(area: &str, place: &str, category: &str, minutes: i64) -> Matter {
        Matter {
            area: area.parse().expect("an area"),
            place: place.to_owned(),
            category: Category::from_code(category).expect("a category"),
            at: Timestamp::from_millis(minutes * 60_000),
        }
    }

    #[test]
    fn two_matters_by_table() {
        let one = matter("420607101201", "三组 老槐树下", "0202", 1_000);
        let words = |category, apart| Some((SamePlace::Words, category, apart));
        let village = |apart| Some((SamePlace::Village, SameCategory::Exact, apart));
        for (area, place, category, minutes, expected) in [
            // The same place in other words, before and after.
            (
                "420607101201",
                "三组老槐树下",
                "0202",
                990,
                words(SameCategory::Exact, 10),
            ),
            (
                "420607101201",
                "三组，老槐树",
                "0202",
                1_060,
                words(SameCategory::Exact, 60),
            ),
            ("420607101201", "三组老槐树下", "0202", 1_061, None),
            // Another category of the group, and of none.
            (
                "420607101201",
                "三组老槐树下",
                "0201",
                1_030,
                words(SameCategory::Group, 30),
            ),
            (
                "420607101201",
                "三组老槐树下",
                "0101",
                1_010,
                words(SameCategory::No, 10),
            ),
            ("420607101201", "三组老槐树下", "0101", 1_011, None),
            // No words: the village counts, with the same category alone.
            ("420607101201", "", "0202", 1_030, village(30)),
            ("420607101201", "村", "0202", 1_030, village(30)),
            ("420607101201", "", "0201", 1_000, None),
            // Another place is another matter, however near.
            ("420607101201", "五组桥头", "0202", 1_000, None),
            ("420607101202", "三组老槐树下", "0202", 1_000, None),
        ] {
            let other = matter(area, place, category, minutes);
            let expected = expected.map(|(place, category, apart): (_, _, i64)| Likeness {
                place,
                category,
                apart: Millis(apart * 60_000),
            });
            assert_eq!(
                likeness(&one, &other, RULE),
                expected,
                "{place} {category} {minutes}"
            );
            assert_eq!(
                likeness(&other, &one, RULE),
                expected,
                "the other way round"
            );
        }
    }

    #[test]
    fn a_matter_told_for_the_town_is_compared_by_its_words() {
        let one = matter("420607101201", "老槐树下", "0202", 0);
        let town = matter("420607101", "老槐树下", "0202", 5);
        assert!(likeness(&one, &town, RULE).is_some());
        let silent = matter("420607101", "", "0202", 5);
        assert_eq!(likeness(&one, &silent, RULE), None, "a town is no place");
        assert_eq!(likeness(&silent, &silent, RULE), None, "a town is no place");
    }
}
