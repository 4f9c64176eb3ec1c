use super::*;
use crate::domain::ids::UnitId;
use crate::domain::incident::verb::VERBS;
use uuid::Uuid;

fn area(code: &str) -> AreaCode {
    code.parse().expect("a valid code")
}

fn officer(grants: &[(Role, &str)]) -> Officer {
    Officer {
        id: OfficerId::new(Uuid::from_u128(1)),
        account: "zhang".into(),
        name: "张三".into(),
        unit: UnitRef {
            id: UnitId::new(Uuid::from_u128(2)),
            name: "中心".into(),
            area: area("420607"),
        },
        person: None,
        grants: grants
            .iter()
            .map(|(role, code)| Grant {
                role: *role,
                area: area(code),
            })
            .collect(),
        grant_version: 1,
        extra: Extra::new(),
    }
}

/// The table of roles and verbs as people read it; `A` in the whole area, `o`
/// own work, `.` not at all. Columns as in [`VERBS`], in four groups.
const TABLE: [(Role, [&str; 4]); 7] = [
    // reg ack snz not cal rev amd rai low tri
    //     asg esc hdn cpy rd  acc ret rec whi rep rat
    //         sup lif ask grn rfs fin ver sbk fup pro
    //             sig dec reo pol voi mer unm lnk unl set
    (
        Role::DutyOfficer,
        ["AAAAAAAA.A", "AAAAAAAAAAA", "A.AAAAAAAA", "AAAAAAAAAA"],
    ),
    (
        Role::Leader,
        ["AAAAAAAAAA", "AAAAAAAAAAA", "AAAAAAAAAA", "AAAAAAAAAA"],
    ),
    (
        Role::Handler,
        ["Ao.oo.oA.o", "ooooooooooo", "..oooo....", "....o....."],
    ),
    (
        Role::Mediator,
        ["Ao.ooooA.o", "oooooooo.o.", "..o..o....", "....o....."],
    ),
    (
        Role::Auditor,
        ["..........", "...........", "..........", ".........."],
    ),
    (
        Role::Administrator,
        ["..........", "...........", "..........", ".........."],
    ),
    (
        Role::Wall,
        ["..........", "...........", "..........", ".........."],
    ),
];

#[test]
fn the_table_of_roles_and_verbs() {
    assert_eq!(TABLE.map(|(role, _)| role), ROLES);
    for (role, row) in TABLE {
        let actual: String = VERBS
            .iter()
            .map(|verb| match role.may(*verb) {
                Reach::Nowhere => '.',
                Reach::OwnWork => 'o',
                Reach::Area => 'A',
            })
            .collect();
        assert_eq!(actual, row.concat(), "{role:?}");
    }
}

#[test]
fn whoever_is_sent_the_sealed_part_may_reveal_it_and_nobody_else() {
    for role in ROLES {
        let sent = role.sight(&Kind::Incident) == Sight::Sealed;
        let may = role.may(Verb::Reveal) > Reach::Nowhere;
        assert_eq!(sent, may, "{role:?}");
    }
}

#[test]
fn a_permission_reaches_what_lies_within_and_nothing_beside() {
    let town = officer(&[(Role::DutyOfficer, "420607101")]);
    let cases = [
        ("420607101", Reach::Area),
        ("420607101201", Reach::Area),
        ("420607101201003", Reach::Area),
        ("420607102", Reach::Nowhere),
        ("420607", Reach::Nowhere),
        ("42", Reach::Nowhere),
    ];
    for (code, reach) in cases {
        for verb in VERBS {
            let expected = match Role::DutyOfficer.may(verb) {
                Reach::Nowhere => Reach::Nowhere,
                Reach::OwnWork | Reach::Area => reach,
            };
            assert_eq!(town.reach(verb, area(code)), expected, "{verb} at {code}");
        }
    }
}

#[test]
fn the_widest_of_several_grants_counts() {
    let both = officer(&[(Role::Handler, "420607"), (Role::DutyOfficer, "420607101")]);
    assert_eq!(both.reach(Verb::Verify, area("420607101201")), Reach::Area);
    assert_eq!(both.reach(Verb::Verify, area("420607102")), Reach::Nowhere);
    assert_eq!(both.reach(Verb::Accept, area("420607102")), Reach::OwnWork);
}

#[test]
fn an_administrator_sees_no_case_and_a_wall_no_person() {
    let admin = officer(&[(Role::Administrator, "420607")]);
    let wall = officer(&[(Role::Wall, "420607")]);
    let auditor = officer(&[(Role::Auditor, "420607")]);
    let duty = officer(&[(Role::DutyOfficer, "420607")]);
    let at = area("420607101");
    for (who, kind, sight) in [
        (&admin, Kind::Incident, Sight::Nothing),
        (&admin, Kind::Entry, Sight::Nothing),
        (&admin, Kind::Person, Sight::Nothing),
        (&wall, Kind::Incident, Sight::Board),
        (&wall, Kind::Entry, Sight::Nothing),
        (&wall, Kind::Person, Sight::Nothing),
        (&admin, Kind::Rota, Sight::Nothing),
        (&wall, Kind::Rota, Sight::Nothing),
        (&wall, Kind::Post, Sight::Nothing),
        (&auditor, Kind::Rota, Sight::Open),
        (&duty, Kind::Post, Sight::Open),
        (&auditor, Kind::Incident, Sight::Open),
        (&duty, Kind::Incident, Sight::Sealed),
        (&duty, Kind::Officer, Sight::Nothing),
    ] {
        assert_eq!(who.sight(&kind, at), sight, "{:?} {kind}", who.grants);
    }
}

#[test]
fn rules_and_units_are_seen_upwards_and_cases_are_not() {
    let town = officer(&[(Role::Handler, "420607101")]);
    assert_eq!(town.sight(&Kind::Policy, area("420607")), Sight::Open);
    assert_eq!(town.sight(&Kind::Unit, area("420607")), Sight::Open);
    assert_eq!(town.sight(&Kind::Unit, area("420607102")), Sight::Nothing);
    assert_eq!(town.sight(&Kind::Incident, area("420607")), Sight::Nothing);
}

#[test]
fn equal_grants_make_one_scope_whatever_their_order() {
    let one = officer(&[(Role::Handler, "420607"), (Role::DutyOfficer, "420607101")]);
    let other = officer(&[(Role::DutyOfficer, "420607101"), (Role::Handler, "420607")]);
    let third = officer(&[(Role::DutyOfficer, "420607102"), (Role::Handler, "420607")]);
    assert_eq!(one.scope(), other.scope());
    assert_ne!(one.scope(), third.scope());
}
