//! Who acts in the demonstration: the accounts that can sign in, and the
//! officers of all other units, who have acted in the past and cannot.

use std::collections::BTreeMap;

use super::ids::{self, ENTERED_AT};
use super::names;
use super::network::{Desk, Network};
use super::places::{Places, SHOWN_TOWN};
use super::rng::{Part, Rng};
use crate::domain::area::AreaCode;
use crate::domain::extra::Extra;
use crate::domain::ids::{OfficerId, UnitId};
use crate::domain::officer::{Grant, Officer, Role};
use crate::domain::record::Body;
use crate::domain::unit::{UnitKind, UnitRef};

/// An account that the demonstration opens, with its password. The password is
/// shown to whoever starts it: there is nothing to protect.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    /// The account.
    pub officer: Officer,
    /// Its password.
    pub password: String,
    /// Its one role.
    pub role: Role,
    /// Where.
    pub area: AreaCode,
}

/// The accounts: name, role, the unit it acts for, and how far it reaches.
const ACCOUNTS: [(&str, Role, Desk, Reach); 9] = [
    ("duty1", Role::DutyOfficer, Desk::Centre, Reach::District),
    ("duty2", Role::DutyOfficer, Desk::Centre, Reach::District),
    ("leader", Role::Leader, Desk::Centre, Reach::District),
    ("mediator", Role::Mediator, Desk::TownMediation, Reach::Town),
    ("shiqiao", Role::Handler, Desk::TownCentre, Reach::Town),
    (
        "shiqiao-duty",
        Role::DutyOfficer,
        Desk::TownCentre,
        Reach::Town,
    ),
    ("auditor", Role::Auditor, Desk::Centre, Reach::District),
    ("admin", Role::Administrator, Desk::Centre, Reach::District),
    ("wall", Role::Wall, Desk::Centre, Reach::District),
];

#[derive(Clone, Copy)]
enum Reach {
    District,
    Town,
}

/// Everybody who acts.
#[derive(Clone, Debug)]
pub struct Cast {
    /// Those who can sign in; the first is the one whose desk is shown.
    pub accounts: Vec<DemoAccount>,
    town_duty: BTreeMap<AreaCode, [Officer; 2]>,
    by_unit: BTreeMap<UnitId, Officer>,
}

impl Cast {
    /// Everybody who acts for the units of `network`.
    #[must_use]
    pub fn made(seed: u64, places: &Places, network: &Network) -> Self {
        let mut rng = Rng::stream(seed, Part::Officers, 0);
        let accounts: Vec<DemoAccount> = ACCOUNTS
            .iter()
            .filter_map(|(account, role, desk, reach)| {
                let area = match reach {
                    Reach::District => Places::district(),
                    Reach::Town => SHOWN_TOWN.parse().ok()?,
                };
                let unit = network.desk(*desk, area)?;
                Some(DemoAccount {
                    officer: officer(&mut rng, account, unit, *role, area),
                    password: format!("{account}-demo"),
                    role: *role,
                    area,
                })
            })
            .collect();
        let town_duty = places
            .towns
            .iter()
            .filter_map(|town| {
                let unit = network.desk(Desk::TownCentre, town.own.area)?;
                let mut duty =
                    |letter| officer(&mut rng, letter, unit, Role::DutyOfficer, town.own.area);
                Some((town.own.area, [duty("a"), duty("b")]))
            })
            .collect();
        let by_unit = network
            .units
            .iter()
            .filter_map(|record| {
                let id = UnitId::from(record.id);
                let Body::Unit(unit) = &record.body else {
                    return None;
                };
                let role = match unit.kind {
                    UnitKind::MediationCommittee => Role::Mediator,
                    UnitKind::GovernanceCenter
                    | UnitKind::Department
                    | UnitKind::PoliceStation
                    | UnitKind::TownOffice
                    | UnitKind::VillageCommittee
                    | UnitKind::PatrolTeam
                    | UnitKind::Group
                    | UnitKind::TenHouseholdGroup
                    | UnitKind::Tribunal
                    | UnitKind::LawFirm => Role::Handler,
                };
                let known = accounts
                    .iter()
                    .find(|known| known.officer.unit.id == id && known.role == role);
                let acting = if let Some(known) = known {
                    known.officer.clone()
                } else {
                    let reference = UnitRef {
                        id,
                        name: unit.name.clone(),
                        area: record.area,
                    };
                    officer(&mut rng, "past", &reference, role, record.area)
                };
                Some((id, acting))
            })
            .collect();
        Self {
            accounts,
            town_duty,
            by_unit,
        }
    }

    /// The account of that name.
    #[must_use]
    pub fn account(&self, name: &str) -> Option<&DemoAccount> {
        self.accounts
            .iter()
            .find(|account| account.officer.account == name)
    }

    /// The two duty officers of the district (`None`) or of a town.
    #[must_use]
    pub fn duty(&self, town: Option<AreaCode>) -> Option<[&Officer; 2]> {
        match town {
            None => Some([
                &self.account("duty1")?.officer,
                &self.account("duty2")?.officer,
            ]),
            Some(town) => self.town_duty.get(&town).map(|[a, b]| [a, b]),
        }
    }

    /// The officer who acts for a unit that work is given to.
    #[must_use]
    pub fn of_unit(&self, unit: UnitId) -> Option<&Officer> {
        self.by_unit.get(&unit)
    }
}

fn officer(rng: &mut Rng, account: &str, unit: &UnitRef, role: Role, area: AreaCode) -> Officer {
    Officer {
        id: OfficerId::new(ids::next(rng, ENTERED_AT)),
        account: account.to_owned(),
        name: names::person(rng),
        unit: unit.clone(),
        person: None,
        grants: vec![Grant { role, area }],
        grant_version: 1,
        extra: Extra::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_accounts_for_every_role_and_for_an_officer_of_one_town() {
        let places = Places::made(1);
        let cast = Cast::made(
            1,
            &places,
            &Network::made(1, &places, UnitId::new(uuid::Uuid::from_u128(7))),
        );
        assert_eq!(cast.accounts.len(), ACCOUNTS.len());
        for role in crate::domain::officer::ROLES {
            assert!(
                cast.accounts.iter().any(|account| account.role == role),
                "{role:?}"
            );
        }
        let district_duty = |account: &&DemoAccount| {
            account.role == Role::DutyOfficer && account.area == Places::district()
        };
        assert_eq!(cast.accounts.iter().filter(district_duty).count(), 2);
        assert_eq!(cast.account("shiqiao").unwrap().area.as_str(), SHOWN_TOWN);
    }
}
