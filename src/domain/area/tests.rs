use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

fn code(text: &str) -> AreaCode {
    text.parse().unwrap()
}

/// Codes along few branches: each segment is one of two values.
fn branching_code() -> impl Strategy<Value = AreaCode> {
    (
        0..Level::ALL.len(),
        prop::collection::vec(1_u8..=2, Level::ALL.len()),
    )
        .prop_map(|(deepest, branches)| {
            let mut text = String::new();
            for (level, branch) in Level::ALL.into_iter().zip(branches).take(deepest + 1) {
                let width = level.digits() - text.len();
                write!(text, "{branch:0width$}").unwrap();
            }
            code(&text)
        })
}

#[test]
fn levels_follow_the_length() {
    for (text, level, tier) in [
        ("42", Level::Province, "02"),
        ("4206", Level::Prefecture, "03"),
        ("420607", Level::District, "04"),
        ("420607102", Level::Town, "05"),
        ("420607102201", Level::Village, "06"),
        ("420607102201003", Level::Grid, "07"),
        ("420607102201003012", Level::TenHouseholds, "09"),
    ] {
        assert_eq!(code(text).level(), level);
        assert_eq!(level.tier_code(), tier);
        assert_eq!(code(text).to_string(), text);
    }
}

#[test]
fn padding_of_the_national_form_is_dropped() {
    for (padded, short) in [
        ("420607000000", "420607"),
        ("420607102000", "420607102"),
        ("420600000000", "4206"),
        ("420000", "42"),
        ("420607000", "420607"),
    ] {
        assert_eq!(code(padded), code(short));
        assert_eq!(code(padded).to_string(), short);
    }
}

#[test]
fn errors_say_what_and_where() {
    for (text, error) in [
        ("", AreaError::Length { digits: 0 }),
        ("4206071", AreaError::Length { digits: 7 }),
        ("4206O7", AreaError::NotDigit { at: 5, found: 'O' }),
        (
            "４20607",
            AreaError::NotDigit {
                at: 1, found: '４'
            },
        ),
        (
            "000000000000",
            AreaError::ZeroSegment {
                level: Level::Province,
                at: 1,
            },
        ),
        (
            "420607000201",
            AreaError::ZeroSegment {
                level: Level::Town,
                at: 7,
            },
        ),
        (
            "420607102201000",
            AreaError::ZeroSegment {
                level: Level::Grid,
                at: 13,
            },
        ),
    ] {
        assert_eq!(text.parse::<AreaCode>(), Err(error), "{text}");
    }
}

#[test]
fn a_neighbour_with_similar_digits_is_outside() {
    let district = code("420607");
    assert!(district.contains(code("420607102201")));
    assert!(district.contains(district));
    assert!(!district.contains(code("420606")));
    assert!(!district.contains(code("4206")));
    assert!(!code("420607100").contains(code("420607101")));
    assert_eq!(code("420607102201003").district(), Some(district));
    assert_eq!(code("420607102201003").town(), Some(code("420607102")));
    assert_eq!(district.town(), None);
    assert_eq!(code("42").parent(), None);
}

#[test]
fn json_is_the_bare_text_and_is_checked() {
    let town = code("420607102");
    assert_eq!(serde_json::to_string(&town).unwrap(), "\"420607102\"");
    assert_eq!(
        serde_json::from_str::<AreaCode>("\"420607102000\"").unwrap(),
        town
    );
    let error = serde_json::from_str::<AreaCode>("\"4206x7\"").unwrap_err();
    assert!(error.to_string().contains("character 5"), "{error}");
    assert!(serde_json::from_str::<AreaCode>("420607").is_err());
}

proptest! {
    #[test]
    fn containment_is_a_partial_order(
        a in branching_code(), b in branching_code(), c in branching_code()
    ) {
        prop_assert!(a.contains(a));
        if a.contains(b) && b.contains(a) {
            prop_assert_eq!(a, b);
        }
        if a.contains(b) && b.contains(c) {
            prop_assert!(a.contains(c));
        }
    }

    #[test]
    fn containment_is_being_an_ancestor(a in branching_code(), b in branching_code()) {
        let ancestors: Vec<_> = std::iter::successors(Some(b), |code| code.parent()).collect();
        prop_assert_eq!(a.contains(b), ancestors.contains(&a));
        prop_assert_eq!(a.contains(b), b.truncate_to(a.level()) == Some(a));
    }

    #[test]
    fn prefix_bounds_hold_exactly_what_is_contained(a in branching_code(), b in branching_code()) {
        let within = a.as_str() <= b.as_str() && *b.as_str() < *a.prefix_upper_bound();
        prop_assert_eq!(within, a.contains(b));
        prop_assert_eq!(a.cmp(&b), a.as_str().cmp(b.as_str()));
    }

    #[test]
    fn parse_and_display_round_trip(a in branching_code()) {
        prop_assert_eq!(a.to_string().parse::<AreaCode>(), Ok(a));
        let json = serde_json::to_string(&a).unwrap();
        prop_assert_eq!(serde_json::from_str::<AreaCode>(&json).unwrap(), a);
    }

    #[test]
    fn no_text_makes_parsing_fail_hard(text in "\\PC{0,24}", digits in "[0-9]{0,20}") {
        let _ = text.parse::<AreaCode>();
        if let Ok(parsed) = digits.parse::<AreaCode>() {
            prop_assert!(digits.starts_with(parsed.as_str()));
            prop_assert!(digits[parsed.as_str().len()..].bytes().all(|digit| digit == b'0'));
        }
    }
}
