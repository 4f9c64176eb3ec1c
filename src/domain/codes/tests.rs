use std::collections::HashSet;

use super::tier::TierOrigin;
use super::*;
use crate::domain::area::Level;

/// Every row survives code, text and JSON; codes and ids are unique.
macro_rules! check_table {
    ($name:ident, $all:expr) => {{
        let all: Vec<$name> = $all.collect();
        let mut codes = HashSet::new();
        let mut ids = HashSet::new();
        for row in &all {
            assert!(codes.insert(row.code()), "{row:?} repeats a code");
            assert!(ids.insert(row.id()), "{row:?} repeats an id");
            assert!(!row.name_zh().is_empty() && row.name_en().is_ascii());
            assert_eq!($name::from_code(row.code()), Some(*row));
            assert_eq!(row.to_string().parse(), Ok(*row));
            let json = serde_json::to_string(row).unwrap();
            assert_eq!(json, format!("\"{}\"", row.code()));
            assert_eq!(serde_json::from_str::<$name>(&json).unwrap(), *row);
        }
        for foreign in ["", "1", "00", "001", "9999", "０１"] {
            assert_eq!($name::from_code(foreign), None, "{foreign}");
        }
        all.len()
    }};
}

#[test]
fn every_code_of_every_table_round_trips() {
    assert_eq!(check_table!(Category, Category::all()), 95);
    assert_eq!(check_table!(Scale, Scale::ALL.iter().copied()), 3);
    assert_eq!(check_table!(Method, Method::ALL.iter().copied()), 18);
    assert_eq!(check_table!(Tier, Tier::ALL.iter().copied()), 9);
    assert_eq!(check_table!(OrgKind, OrgKind::ALL.iter().copied()), 3);
    assert_eq!(check_table!(TeamKind, TeamKind::ALL.iter().copied()), 5);
    assert_eq!(check_table!(EventGrade, EventGrade::ALL.iter().copied()), 4);
    assert_eq!(check_table!(PartyClass, PartyClass::ALL.iter().copied()), 8);
}

#[test]
fn an_unknown_code_names_its_table_and_is_cut() {
    let error = "一二三四五六七八九十一二三四"
        .parse::<Category>()
        .unwrap_err();
    assert_eq!(error.table, "5.56");
    assert_eq!(error.code.chars().count(), 12);
    let json = serde_json::from_str::<Scale>("\"04\"").unwrap_err();
    assert!(json.to_string().contains("5.55"), "{json}");
}

#[test]
fn severity_goes_up_for_scales_and_down_for_grades() {
    assert!(Scale::MajorGroup.severity() > Scale::OrdinaryGroup.severity());
    assert!(Scale::OrdinaryGroup.severity() > Scale::Individual.severity());
    assert_eq!(Scale::MajorGroup.code(), "03");

    assert!(EventGrade::Extraordinary.severity() > EventGrade::Major.severity());
    assert!(EventGrade::Major.severity() > EventGrade::Larger.severity());
    assert!(EventGrade::Larger.severity() > EventGrade::Ordinary.severity());
    assert_eq!(EventGrade::Extraordinary.code(), "01");
}

#[test]
fn categories_are_counted_as_in_the_standard() {
    let parts: Vec<(&str, usize)> = Category::main()
        .map(|main| (main.code(), main.children().count()))
        .collect();
    assert_eq!(
        parts,
        [
            ("01", 4),
            ("02", 4),
            ("03", 4),
            ("04", 4),
            ("05", 8),
            ("06", 5),
            ("07", 5),
            ("08", 5),
            ("09", 5),
            ("10", 7),
            ("11", 6),
            ("12", 4),
            ("13", 8),
            ("14", 4),
            ("15", 3),
            ("16", 2),
            ("99", 0),
        ]
    );
}

#[test]
fn the_gaps_of_the_standard_are_kept() {
    for missing in ["1499", "1699", "9999", "9901", "1405"] {
        assert_eq!(Category::from_code(missing), None, "{missing}");
    }
    assert_eq!(Method::from_code("0299"), None);
    assert_eq!(Method::from_code("0204"), Some(Method::OtherArbitration));
}

#[test]
fn categories_are_sorted_and_know_their_parent() {
    let codes: Vec<&str> = Category::all().map(Category::code).collect();
    assert!(codes.is_sorted());
    for category in Category::all() {
        match category.parent() {
            None => assert_eq!(category.code().len(), 2),
            Some(main) => {
                assert_eq!(category.code().len(), 4);
                assert!(category.code().starts_with(main.code()));
                assert!(main.contains(category) && !category.contains(main));
            }
        }
    }
}

#[test]
fn short_names_are_two_characters_and_tell_categories_apart() {
    let mut seen = HashSet::new();
    for category in Category::all() {
        let short = category.short_zh();
        assert_eq!(short.chars().count(), 2, "{category:?}");
        match category.parent() {
            Some(main) if category.code().ends_with("99") => {
                assert_eq!(short, main.short_zh(), "{category:?}");
            }
            _ => assert!(seen.insert(short), "{category:?} shares {short}"),
        }
    }
}

#[test]
fn methods_hang_under_mediation_and_arbitration_only() {
    let parts: Vec<(Method, usize)> = Method::ALL
        .iter()
        .copied()
        .filter(|method| method.parent().is_none())
        .map(|way| (way, way.children().count()))
        .collect();
    assert_eq!(
        parts,
        [
            (Method::Mediation, 8),
            (Method::Arbitration, 4),
            (Method::AdministrativeReview, 0),
            (Method::AdministrativeRuling, 0),
            (Method::Litigation, 0),
            (Method::Settlement, 0),
        ]
    );
    assert_eq!(Method::PeoplesMediation.parent(), Some(Method::Mediation));
}

#[test]
fn tiers_and_division_codes_agree() {
    for level in Level::ALL {
        let tier = Tier::of_level(level);
        assert_eq!(tier.code(), level.tier_code());
        assert_eq!(tier.area_level(), Some(level));
        let local = level > Level::Village;
        assert_eq!(tier.origin() == TierOrigin::Local, local);
    }
    assert_eq!(Tier::Central.area_level(), None);
    assert_eq!(Tier::Group.area_level(), Some(Level::Grid));
    assert_eq!(Tier::Group.origin(), TierOrigin::Local);
}

#[test]
fn labels_of_group_02_cannot_be_recorded() {
    for code in [
        "02", "0201", "0202", "0203", "0204", "0205", "0206", "0207", "0299",
    ] {
        assert_eq!(PartyClass::from_code(code), None, "{code}");
    }
}
