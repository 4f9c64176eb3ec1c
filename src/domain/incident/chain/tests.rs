use super::*;
use crate::domain::testing::{Known, unit};

/// Who stands how to whom: rows own, columns the other; units 1 to 5 as in
/// [`unit`].
const STANDINGS: [[&str; 5]; 5] = [
    ["own", "below 1", "below 2", "below 1", "below 1"],
    ["above 1", "own", "below 1", "elsewhere", "above 1"],
    ["above 2", "above 1", "own", "elsewhere", "above 2"],
    ["above 1", "elsewhere", "elsewhere", "own", "above 1"],
    ["above 1", "below 1", "below 2", "below 1", "own"],
];

fn word(standing: Standing) -> String {
    match standing {
        Standing::Own => "own".into(),
        Standing::Beside => "beside".into(),
        Standing::Above(levels) => format!("above {levels}"),
        Standing::Below(levels) => format!("below {levels}"),
        Standing::Elsewhere => "elsewhere".into(),
    }
}

#[test]
fn who_stands_above_whom() {
    for (own, row) in (1..).zip(STANDINGS) {
        for (other, expected) in (1..).zip(row) {
            let standing = standing(&unit(own), &unit(other), &Known);
            assert_eq!(word(standing), expected, "{own} to {other}");
        }
    }
}

/// A second department of the district: beside the first one.
fn department() -> UnitRef {
    UnitRef {
        id: crate::domain::ids::UnitId::new(uuid::Uuid::from_u128(99)),
        ..unit(5)
    }
}

#[test]
fn departments_of_one_level_are_beside_each_other() {
    let standing = standing(&unit(5), &department(), &Known);
    assert_eq!(standing, Standing::Beside);
}

#[test]
fn a_circle_of_units_ends() {
    struct Circle;
    impl Directory for Circle {
        fn unit(&self, _: crate::domain::ids::UnitId) -> Option<UnitRef> {
            None
        }
        fn parent(&self, id: crate::domain::ids::UnitId) -> Option<crate::domain::ids::UnitId> {
            Some(id)
        }
        fn person(
            &self,
            _: crate::domain::ids::PersonId,
        ) -> Option<(crate::domain::unit::PersonRef, crate::domain::ids::UnitId)> {
            None
        }
    }
    assert_eq!(standing(&unit(5), &department(), &Circle), Standing::Beside);
}

/// `+` may, `!` in an emergency alone, `-` never. Rows from, columns to.
#[rustfmt::skip]
const MAY: [(Verb, [&str; 5]); 3] = [
    (Verb::Assign,   ["++!++", "-++--", "--+--", "---+-", "-+!++"]),
    (Verb::Escalate, ["-----", "+---!", "!+--!", "+---!", "+----"]),
    (Verb::HandDown, ["-+!++", "--+--", "-----", "-----", "-+!+-"]),
];

#[test]
fn one_level_at_a_time_and_more_in_an_emergency() {
    for (verb, rows) in MAY {
        for (from, row) in (1..).zip(rows) {
            let actual: String = (1..=5)
                .map(|to| {
                    let may = |grade| may_give(verb, &unit(from), &unit(to), grade, &Known);
                    match (may(None), may(Some(EventGrade::Ordinary))) {
                        (Ok(()), Ok(())) => '+',
                        (Err(Refusal::SkipsLevel { .. }), Ok(())) => '!',
                        (Err(Refusal::OutOfLine { .. }), Err(_)) => '-',
                        other => panic!("{verb} {from} to {to}: {other:?}"),
                    }
                })
                .collect();
            assert_eq!(actual, row, "{verb} from {from}");
        }
    }
}
