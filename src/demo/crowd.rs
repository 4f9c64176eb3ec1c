//! More people than the demonstration needs: volunteers and anchor households
//! of the villages, for load tests of what looks people up. A district has ten
//! thousand volunteers; ten districts' worth is the size that a desk must not
//! notice.

use super::contacts;
use super::ids::{self, ENTERED_AT};
use super::names;
use super::network::{Desk, Network};
use super::places::Places;
use super::rng::{Part, Rng};
use crate::domain::ids::PersonId;
use crate::domain::record::{Body, Record, Rev};
use crate::domain::unit::{Person, PersonKind};

/// The most people of a load test.
pub const PEOPLE_MAX: u32 = 1_000_000;
/// One in so many is the anchor of ten households; the others patrol.
const ANCHOR_EVERY: usize = 5;

/// The people who make the network `people` in all; none where it has as many
/// already. The same seed gives the same people, whatever their number.
#[must_use]
pub fn records(seed: u64, places: &Places, network: &Network, people: u32) -> Vec<Record> {
    let wanted = usize::try_from(people).unwrap_or(usize::MAX);
    let missing = wanted.saturating_sub(network.people.len());
    let mut rng = Rng::stream(seed, Part::Crowd, 0);
    let villages: Vec<_> = places
        .villages()
        .filter_map(|village| {
            let unit = network.desk(Desk::Village, village.area)?;
            Some((village.area, unit.id))
        })
        .collect();
    let mut made: Vec<Record> = villages
        .iter()
        .copied()
        .cycle()
        .take(missing)
        .enumerate()
        .map(|(at, (area, unit))| {
            let (kind, post) = if at % ANCHOR_EVERY == 0 {
                (PersonKind::AnchorHousehold, "治安中心户长")
            } else {
                (PersonKind::Volunteer, "义务巡逻队员")
            };
            let id = PersonId::new(ids::next(&mut rng, ENTERED_AT));
            let person = Person {
                post: post.to_owned(),
                phone: names::phone(&mut rng),
                ..Person::named(names::person(&mut rng), unit, kind)
            };
            Record {
                id: id.into(),
                area,
                rev: Rev::NONE.next(),
                parent: None,
                body: Body::Person(Box::new(person)),
                sealed: None,
            }
        })
        .collect();
    contacts::fill(seed, &mut made);
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::UnitId;

    #[test]
    fn the_crowd_makes_up_the_number_and_begins_the_same_whatever_it_is() {
        let places = Places::made(5);
        let centre = UnitId::new(uuid::Uuid::from_u128(7));
        let network = Network::made(5, &places, centre);
        let own = u32::try_from(network.people.len()).unwrap();
        assert!(records(5, &places, &network, own).is_empty());
        let few = records(5, &places, &network, own + 500);
        let many = records(5, &places, &network, own + 2_000);
        assert_eq!((few.len(), many.len()), (500, 2_000));
        let id = |record: &Record| record.id;
        assert!(few.iter().map(id).eq(many[..500].iter().map(id)));
        let mut ids: Vec<_> = network.people.iter().chain(&many).map(id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), network.people.len() + many.len());
    }
}
