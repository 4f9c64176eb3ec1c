//! The district's division: towns by their real codes, villages invented.

use std::collections::BTreeSet;

use super::rng::{Part, Rng};
use crate::domain::area::AreaCode;

/// 襄州区.
pub const DISTRICT: &str = "420607";
/// The district's name.
pub const DISTRICT_NAME: &str = "襄州区";
/// The name of its governance centre.
pub const CENTRE_NAME: &str = "襄州区社会治安综合治理中心";
/// The town whose officer has an account.
pub const SHOWN_TOWN: &str = "420607101";

/// The township level of the district, by the release of the National Bureau
/// of Statistics of 2023-06-30, with how many communities (居委会) and villages
/// (村委会) the demonstration gives each. The counts are made up and come to
/// 411.
const TOWNS: [(&str, &str, u16, u16); 21] = [
    ("420607001", "张湾街道", 16, 8),
    ("420607002", "刘集街道", 8, 10),
    ("420607003", "肖湾街道", 10, 2),
    ("420607004", "六两河街道", 8, 6),
    ("420607005", "浩然街道", 7, 3),
    ("420607006", "金华街道", 6, 5),
    ("420607100", "龙王镇", 2, 25),
    ("420607101", "石桥镇", 2, 26),
    ("420607102", "黄集镇", 2, 27),
    ("420607103", "伙牌镇", 2, 24),
    ("420607104", "古驿镇", 2, 30),
    ("420607105", "朱集镇", 2, 26),
    ("420607106", "程河镇", 2, 23),
    ("420607107", "双沟镇", 3, 31),
    ("420607108", "张家集镇", 2, 21),
    ("420607109", "黄龙镇", 2, 20),
    ("420607110", "峪山镇", 2, 22),
    ("420607111", "东津镇", 4, 14),
    ("420607402", "鹿门风景名胜区", 1, 5),
    ("420607500", "襄北农场", 0, 0),
    ("420607570", "深圳工业园", 0, 0),
];

const HEADS: &str =
    "柳槐桐枣杏梅桃竹荷菱芦茅榆桑楝石土沙青白黄黑红上下前后东西南北大小新老双三七九";
const TAILS: &str = "岗湾营店坡堰铺桥沟庄寨冲坪畈集岭堤桩台";
const COMMUNITY_TAILS: [&str; 8] = ["苑", "园", "里", "坊", "府", "庭", "家园", "花园"];
const COMMUNITY_HEADS: &str = "春秋晨晴云月星霞枫榕桂兰松柏和安康宁福祥瑞顺";

/// A town or a village with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its code.
    pub area: AreaCode,
    /// Its name.
    pub name: String,
}

/// All areas below the district.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The towns, in the order of their codes.
    pub towns: Vec<Town>,
}

/// A town with what lies in it.
#[derive(Clone, Debug)]
pub struct Town {
    /// The town itself.
    pub own: Named,
    /// Its communities and villages.
    pub villages: Vec<Named>,
}

impl Places {
    /// The places that `seed` makes.
    ///
    /// # Panics
    /// Never: the codes are constants, and a test parses each.
    #[must_use]
    pub fn made(seed: u64) -> Self {
        let mut rng = Rng::stream(seed, Part::Places, 0);
        // No invented village is called like a town (石桥, 双沟).
        let mut used: BTreeSet<String> = TOWNS
            .iter()
            .map(|(_, name, ..)| name.replace('镇', "村"))
            .collect();
        let towns = TOWNS
            .iter()
            .map(|(code, name, communities, villages)| {
                let made = (1..=*communities)
                    .map(|serial| (serial, Kind::Community))
                    .chain((1..=*villages).map(|serial| (200 + serial, Kind::Village)))
                    .map(|(segment, kind)| Named {
                        area: code_of(&format!("{code}{segment:03}")),
                        name: fresh(&mut rng, &mut used, kind),
                    })
                    .collect();
                Town {
                    own: Named {
                        area: code_of(code),
                        name: (*name).to_owned(),
                    },
                    villages: made,
                }
            })
            .collect();
        Self { towns }
    }

    /// The villages and communities of all towns.
    pub fn villages(&self) -> impl Iterator<Item = &Named> {
        self.towns.iter().flat_map(|town| &town.villages)
    }

    /// The district's code.
    #[must_use]
    pub fn district() -> AreaCode {
        code_of(DISTRICT)
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Community,
    Village,
}

/// A code that is a constant of this file, or made of one.
fn code_of(text: &str) -> AreaCode {
    text.parse()
        .expect("the table's codes are valid; a test parses every one")
}

/// A name that no other village of the district has.
fn fresh(rng: &mut Rng, used: &mut BTreeSet<String>, kind: Kind) -> String {
    loop {
        let name = match kind {
            Kind::Community => {
                let tail = rng.pick(&COMMUNITY_TAILS).copied().unwrap_or_default();
                format!("{}{tail}社区", two(rng, COMMUNITY_HEADS))
            }
            Kind::Village => format!("{}{}村", one(rng, HEADS), one(rng, TAILS)),
        };
        if used.insert(name.clone()) {
            return name;
        }
    }
}

fn one(rng: &mut Rng, from: &str) -> String {
    let count = from.chars().count() as u64;
    let at = usize::try_from(rng.below(count)).unwrap_or(0);
    from.chars().skip(at).take(1).collect()
}

fn two(rng: &mut Rng, from: &str) -> String {
    one(rng, from) + &one(rng, from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::area::Level;

    #[test]
    fn the_district_has_its_21_towns_and_411_villages_with_names_of_their_own() {
        let places = Places::made(42);
        assert_eq!(places.towns.len(), 21);
        assert_eq!(places.villages().count(), 411);
        let names: BTreeSet<_> = places.villages().map(|village| &village.name).collect();
        assert_eq!(names.len(), 411);
        for town in &places.towns {
            assert_eq!(town.own.area.level(), Level::Town);
            assert!(Places::district().contains(town.own.area));
            for village in &town.villages {
                assert_eq!(village.area.town(), Some(town.own.area));
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_names() {
        let names = |seed| -> Vec<String> {
            let places = Places::made(seed);
            places
                .villages()
                .map(|village| village.name.clone())
                .collect()
        };
        assert_eq!(names(1), names(1));
        assert_ne!(names(1), names(2));
    }
}
