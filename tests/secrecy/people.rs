//! Who tries to get the record: people with a sign-in of their own, and no
//! business with it.

use zhiban::domain::officer::{Grant, Role};

use crate::desk::{Desk, Seat};
use crate::scene::{DISTRICT, OTHER_DISTRICT, OTHER_TOWN, Scene, area};

/// What became of an account before the record was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Signed in, as ever.
    Good,
    /// Had every right in the district; disabled since. The token is the old.
    Revoked,
    /// Had every right in the district; now only in the other town.
    Moved,
    /// No account at all.
    Nobody,
}

pub struct Person {
    pub name: &'static str,
    pub standing: Standing,
    pub seat: Seat,
    pub desk: Desk,
}

/// Everybody, signed in at a desk each.
pub fn all(scene: &Scene) -> Vec<Person> {
    let cast = [
        (
            "neighbour",
            Role::DutyOfficer,
            OTHER_DISTRICT,
            Standing::Good,
        ),
        ("town", Role::DutyOfficer, OTHER_TOWN, Standing::Good),
        ("revoked", Role::Leader, DISTRICT, Standing::Revoked),
        ("moved", Role::Leader, DISTRICT, Standing::Moved),
        ("keeper", Role::Administrator, DISTRICT, Standing::Good),
        ("nobody", Role::DutyOfficer, OTHER_TOWN, Standing::Nobody),
    ];
    cast.into_iter()
        .map(|(name, role, place, standing)| {
            scene.add(name, role, place);
            let desk = Desk::new();
            let mut seat = desk.sit(scene.addr(), name, scene.now());
            match standing {
                Standing::Good => {}
                Standing::Revoked => scene.service.account_disable(name).unwrap(),
                Standing::Moved => {
                    let grants = [Grant {
                        role,
                        area: area(OTHER_TOWN),
                    }];
                    scene.service.account_grants(name, &grants).unwrap();
                    seat = desk.sit(scene.addr(), name, scene.now());
                }
                Standing::Nobody => "no token of this service".clone_into(&mut seat.token),
            }
            Person {
                name,
                standing,
                seat,
                desk,
            }
        })
        .collect()
}
