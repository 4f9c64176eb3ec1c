//! Units and people: the district's centre and departments, the towns'
//! centres, police stations and mediation committees, the villages'
//! committees, 415 auxiliary officers and the five levels of mediators.
//!
//! All names are made up; how many there are of each follows the district
//! that the design notes describe.

mod beside;

use std::collections::BTreeMap;

use super::contacts;
use super::ids::{self, ENTERED_AT};
use super::names;
use super::places::{CENTRE_NAME, DISTRICT_NAME, Named, Places, Town};
use super::rng::{Part, Rng};
use crate::domain::area::AreaCode;
use crate::domain::extra::Extra;
use crate::domain::ids::{PersonId, UnitId};
use crate::domain::record::{Body, Record, Rev};
use crate::domain::unit::{Directory, Person, PersonKind, PersonRef, Unit, UnitKind, UnitRef};

/// 一村一辅警: one for each of 411 villages, and four more in the largest.
pub const AUX_POLICE: usize = 415;

/// District departments and resident bodies that work is given to.
const DEPARTMENTS: [(Desk, &str); 16] = [
    (Desk::Justice, "司法局"),
    (Desk::Police, "公安分局"),
    (Desk::Labour, "人力资源和社会保障局"),
    (Desk::Land, "自然资源和规划局"),
    (Desk::Housing, "住房和城乡建设局"),
    (Desk::Farming, "农业农村局"),
    (Desk::Market, "市场监督管理局"),
    (Desk::Health, "卫生健康局"),
    (Desk::Education, "教育局"),
    (Desk::CivilAffairs, "民政局"),
    (Desk::Transport, "交通运输局"),
    (Desk::Environment, "生态环境分局"),
    (Desk::City, "城市管理执法局"),
    (Desk::Petitions, "信访局"),
    (Desk::Court, "人民法院诉调对接中心"),
    (Desk::Water, "水利局"),
];

/// Mediation committees of a trade, at the district.
const TRADES: [(Desk, &str); 5] = [
    (Desk::MedicalMediation, "医疗纠纷人民调解委员会"),
    (Desk::TrafficMediation, "道路交通事故人民调解委员会"),
    (Desk::LabourMediation, "劳动争议人民调解委员会"),
    (Desk::PropertyMediation, "物业纠纷人民调解委员会"),
    (Desk::FamilyMediation, "婚姻家庭纠纷人民调解委员会"),
];

/// Who in the district, the town or the village is meant, whatever its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Desk {
    /// 区综治中心.
    Centre,
    /// 司法局.
    Justice,
    /// 公安分局.
    Police,
    /// 人社局.
    Labour,
    /// 自然资源和规划局.
    Land,
    /// 住建局.
    Housing,
    /// 农业农村局.
    Farming,
    /// 市场监管局.
    Market,
    /// 卫健局.
    Health,
    /// 教育局.
    Education,
    /// 民政局.
    CivilAffairs,
    /// 交通运输局.
    Transport,
    /// 生态环境分局.
    Environment,
    /// 城管局.
    City,
    /// 信访局.
    Petitions,
    /// 诉调对接中心.
    Court,
    /// 水利局.
    Water,
    /// 医调委.
    MedicalMediation,
    /// 交调委.
    TrafficMediation,
    /// 劳调委.
    LabourMediation,
    /// 物业调委会.
    PropertyMediation,
    /// 婚调委.
    FamilyMediation,
    /// A town's 综治中心.
    TownCentre,
    /// A town's 派出所.
    TownPolice,
    /// A town's 人民调解委员会.
    TownMediation,
    /// A village's 村(居)委会.
    Village,
}

/// Units and people, and how to find them.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Records of all units.
    pub units: Vec<Record>,
    /// Records of all people.
    pub people: Vec<Record>,
    desks: BTreeMap<(AreaCode, Desk), UnitRef>,
    by_unit: BTreeMap<UnitId, UnitRef>,
    parents: BTreeMap<UnitId, UnitId>,
    by_person: BTreeMap<PersonId, (PersonRef, UnitId)>,
    heads: BTreeMap<UnitId, PersonRef>,
}

impl Network {
    /// The network that `seed` makes over `places`. The centre's identity is
    /// the service's choice.
    #[must_use]
    pub fn made(seed: u64, places: &Places, centre: UnitId) -> Self {
        let mut making = Making {
            centre,
            units: Rng::stream(seed, Part::Units, 0),
            people: Rng::stream(seed, Part::People, 0),
            network: Self::default(),
        };
        making.district();
        let mut spare = AUX_POLICE.saturating_sub(places.villages().count());
        for town in &places.towns {
            making.town(town, &mut spare);
        }
        making.beside();
        for town in &places.towns {
            making.groups(town);
        }
        let mut network = making.network;
        contacts::fill(seed, &mut network.people);
        network
    }

    /// The unit that is `desk` for `area`: the narrowest one that answers for
    /// it, going up from the village to the district.
    #[must_use]
    pub fn desk(&self, desk: Desk, area: AreaCode) -> Option<&UnitRef> {
        std::iter::successors(Some(area), |narrow| narrow.parent())
            .find_map(|area| self.desks.get(&(area, desk)))
    }

    /// The first person of a unit.
    #[must_use]
    pub fn head(&self, unit: UnitId) -> Option<&PersonRef> {
        self.heads.get(&unit)
    }
}

impl Directory for Network {
    fn unit(&self, id: UnitId) -> Option<UnitRef> {
        self.by_unit.get(&id).cloned()
    }

    fn parent(&self, id: UnitId) -> Option<UnitId> {
        self.parents.get(&id).copied()
    }

    fn person(&self, id: PersonId) -> Option<(PersonRef, UnitId)> {
        self.by_person.get(&id).cloned()
    }
}

struct Making {
    centre: UnitId,
    units: Rng,
    people: Rng,
    network: Network,
}

impl Making {
    fn district(&mut self) {
        let area = Places::district();
        let centre = self.unit(
            area,
            Desk::Centre,
            CENTRE_NAME.to_owned(),
            UnitKind::GovernanceCenter,
            None,
        );
        self.staff(&centre, 6, PersonKind::Cadre, "值班员");
        for (desk, name) in DEPARTMENTS {
            let kind = UnitKind::Department;
            let unit = self.unit(
                area,
                desk,
                format!("{DISTRICT_NAME}{name}"),
                kind,
                Some(centre.id),
            );
            self.staff(&unit, 2, PersonKind::Cadre, "联络员");
        }
        for (desk, name) in TRADES {
            let kind = UnitKind::MediationCommittee;
            let unit = self.unit(
                area,
                desk,
                format!("{DISTRICT_NAME}{name}"),
                kind,
                Some(centre.id),
            );
            self.staff(&unit, 4, PersonKind::Mediator, "专职调解员");
        }
    }

    fn town(&mut self, town: &Town, spare_aux: &mut usize) {
        let Named { area, name } = &town.own;
        let above = self.network.desk(Desk::Centre, *area).map(|unit| unit.id);
        let centre = self.unit(
            *area,
            Desk::TownCentre,
            format!("{name}综治中心"),
            UnitKind::GovernanceCenter,
            above,
        );
        self.staff(&centre, 3, PersonKind::Cadre, "综治干事");
        let short = name.trim_end_matches("街道").trim_end_matches('镇');
        let police = self.unit(
            *area,
            Desk::TownPolice,
            format!("{short}派出所"),
            UnitKind::PoliceStation,
            Some(centre.id),
        );
        self.staff(&police, 2, PersonKind::Police, "值班民警");
        let committee = self.unit(
            *area,
            Desk::TownMediation,
            format!("{name}人民调解委员会"),
            UnitKind::MediationCommittee,
            Some(centre.id),
        );
        self.staff(&committee, 3, PersonKind::Mediator, "人民调解员");
        for (at, village) in town.villages.iter().enumerate() {
            self.village(village, &police, &centre);
            // The four that are left over go to the first villages that ask.
            if at == 0 && *spare_aux > 0 {
                *spare_aux -= 1;
                self.aux(village, &police);
            }
        }
    }

    fn village(&mut self, village: &Named, police: &UnitRef, centre: &UnitRef) {
        let short = village.name.trim_end_matches('村');
        let (name, post) = if short == village.name {
            (format!("{}居委会", village.name), "社区书记")
        } else {
            (format!("{short}村委会"), "村支书")
        };
        let unit = self.unit(
            village.area,
            Desk::Village,
            name,
            UnitKind::VillageCommittee,
            Some(centre.id),
        );
        self.staff(&unit, 1, PersonKind::Cadre, post);
        self.staff(&unit, 1, PersonKind::Mediator, "村(社区)调解员");
        self.person(
            village.area,
            &unit,
            PersonKind::AnchorHousehold,
            "治安中心户长",
        );
        self.aux(village, police);
    }

    /// An auxiliary officer works in a village and belongs to the town's
    /// police station.
    fn aux(&mut self, village: &Named, police: &UnitRef) {
        let post = format!("{}辅警", village.name);
        self.person(village.area, police, PersonKind::AuxPolice, &post);
    }

    fn unit(
        &mut self,
        area: AreaCode,
        desk: Desk,
        name: String,
        kind: UnitKind,
        parent: Option<UnitId>,
    ) -> UnitRef {
        let drawn = UnitId::new(ids::next(&mut self.units, ENTERED_AT));
        let id = match desk {
            Desk::Centre => self.centre,
            _ => drawn,
        };
        let reference = UnitRef { id, name, area };
        self.network.desks.insert((area, desk), reference.clone());
        self.put(area, reference, kind, parent)
    }

    /// A unit that no work is given to by a desk's name.
    fn plain(
        &mut self,
        area: AreaCode,
        name: String,
        kind: UnitKind,
        parent: Option<UnitId>,
    ) -> UnitRef {
        let id = UnitId::new(ids::next(&mut self.units, ENTERED_AT));
        self.put(area, UnitRef { id, name, area }, kind, parent)
    }

    fn put(
        &mut self,
        area: AreaCode,
        reference: UnitRef,
        kind: UnitKind,
        parent: Option<UnitId>,
    ) -> UnitRef {
        let id = reference.id;
        let unit = Unit {
            name: reference.name.clone(),
            kind,
            parent,
            phone: names::phone(&mut self.units),
            extra: Extra::new(),
        };
        self.network.units.push(Record {
            id: id.into(),
            area,
            rev: Rev::NONE.next(),
            parent: None,
            body: Body::Unit(Box::new(unit)),
            sealed: None,
        });
        self.network.by_unit.insert(id, reference.clone());
        if let Some(parent) = parent {
            self.network.parents.insert(id, parent);
        }
        reference
    }

    fn staff(&mut self, unit: &UnitRef, count: usize, kind: PersonKind, post: &str) {
        for _ in 0..count {
            self.person(unit.area, unit, kind, post);
        }
    }

    fn person(&mut self, area: AreaCode, unit: &UnitRef, kind: PersonKind, post: &str) {
        let id = PersonId::new(ids::next(&mut self.people, ENTERED_AT));
        let reference = PersonRef {
            id,
            name: names::person(&mut self.people),
        };
        let person = Person {
            post: post.to_owned(),
            phone: names::phone(&mut self.people),
            ..Person::named(reference.name.clone(), unit.id, kind)
        };
        self.network.people.push(Record {
            id: id.into(),
            area,
            rev: Rev::NONE.next(),
            parent: None,
            body: Body::Person(Box::new(person)),
            sealed: None,
        });
        self.network
            .heads
            .entry(unit.id)
            .or_insert_with(|| reference.clone());
        self.network.by_person.insert(id, (reference, unit.id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn centre() -> UnitId {
        UnitId::new(uuid::Uuid::from_u128(7))
    }

    fn count(network: &Network, wanted: PersonKind) -> usize {
        let is = |record: &&Record| matches!(&record.body, Body::Person(person) if person.kind == wanted);
        network.people.iter().filter(is).count()
    }

    #[test]
    fn the_network_has_the_size_of_the_district() {
        let network = Network::made(5, &Places::made(5), centre());
        assert_eq!(count(&network, PersonKind::AuxPolice), AUX_POLICE);
        assert!(count(&network, PersonKind::Mediator) > 450);
        assert!(network.people.len() > 1_500);
        let of_kind = |wanted: UnitKind| {
            let is =
                |record: &&Record| matches!(&record.body, Body::Unit(unit) if unit.kind == wanted);
            network.units.iter().filter(is).count()
        };
        // Twelve of a trade, and one of each town.
        assert_eq!(of_kind(UnitKind::MediationCommittee), 12 + 21);
        assert_eq!(of_kind(UnitKind::Tribunal), 5);
        assert_eq!(of_kind(UnitKind::VillageCommittee), 411);
        assert_eq!(
            of_kind(UnitKind::Group),
            of_kind(UnitKind::TenHouseholdGroup)
        );
        assert_eq!(
            network.units.len(),
            1 + 16 + 12 + 21 * 3 + 411 + 5 + 3 + 2 * of_kind(UnitKind::Group)
        );
    }

    #[test]
    fn a_desk_is_found_upwards_from_the_village() {
        let places = Places::made(5);
        let network = Network::made(5, &places, centre());
        let village = &places.towns[7].villages[3];
        let name = |desk| network.desk(desk, village.area).unwrap().name.clone();
        assert_eq!(name(Desk::TownCentre), "石桥镇综治中心");
        assert_eq!(name(Desk::TownPolice), "石桥派出所");
        assert_eq!(name(Desk::Justice), "襄州区司法局");
        assert!(name(Desk::Village).starts_with(village.name.trim_end_matches('村')));
    }

    #[test]
    fn every_unit_has_somebody_to_name() {
        let network = Network::made(5, &Places::made(5), centre());
        for unit in &network.units {
            assert!(network.head(unit.id.into()).is_some(), "{unit:?}");
        }
    }
}
