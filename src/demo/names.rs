//! Made-up names and unreachable numbers.

use super::rng::Rng;

/// Surnames common in the region.
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文樊";

/// First and second characters of given names. They are plain and combine
/// freely, so that a name is somebody's by accident at most, never by intent.
const FIRST: &str = "承启书知景思若望可维尚柏砚禾芷清沐传道先守正有长开运发兆显光世家良善宏广本立";
const SECOND: &str = "川舟岚宁和平远泽溪田谷松年顺才贵喜桂兰菊芹莲秀芬珍荣根柱山水林河成安康乐";

/// A made-up name.
pub fn person(rng: &mut Rng) -> String {
    let mut name = String::new();
    name.extend(character(rng, SURNAMES));
    name.extend(character(rng, FIRST));
    // Two characters out of ten, as in the villages.
    if !rng.chance(20) {
        name.extend(character(rng, SECOND));
    }
    name
}

/// The same person as a title names them: `王某`.
#[must_use]
pub fn veiled(name: &str) -> String {
    name.chars().take(1).chain("某".chars()).collect()
}

fn character(rng: &mut Rng, from: &str) -> Option<char> {
    let count = from.chars().count() as u64;
    from.chars()
        .nth(usize::try_from(rng.below(count)).unwrap_or(0))
}

/// A number that reaches nobody: it has the eleven digits of a mobile, but
/// mobiles begin with 13 to 19 and area codes with 0, so that no subscriber
/// has one that begins with 100.
pub fn phone(rng: &mut Rng) -> String {
    format!("10012{:06}", rng.below(1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::rng::Part;

    #[test]
    fn names_have_two_or_three_characters_and_are_veiled_by_the_surname() {
        let mut rng = Rng::stream(3, Part::People, 0);
        for _ in 0..1_000 {
            let name = person(&mut rng);
            assert!((2..=3).contains(&name.chars().count()), "{name}");
            let veil = veiled(&name);
            assert!(veil.ends_with('某') && veil.starts_with(name.chars().next().unwrap()));
        }
    }

    #[test]
    fn no_number_can_be_a_subscribers() {
        let mut rng = Rng::stream(3, Part::People, 0);
        for _ in 0..1_000 {
            let number = phone(&mut rng);
            assert_eq!(number.len(), 11);
            assert!(number.starts_with("100"), "{number}");
        }
    }

    #[test]
    fn no_character_is_listed_twice() {
        for table in [SURNAMES, FIRST, SECOND] {
            let mut seen: Vec<char> = table.chars().collect();
            let all = seen.len();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), all);
        }
    }
}
