use super::*;
use crate::domain::alarm::RANKS;
use crate::domain::incident::stage::STAGES;

#[test]
fn the_policy_that_ships_is_valid_and_survives_its_own_json() {
    let policy = Policy::shipped();
    assert_eq!(policy.check(), Ok(()));
    let text = serde_json::to_string(&policy).unwrap();
    assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), policy);
}

#[test]
fn a_rank_that_a_county_does_not_use_counts_as_the_next_higher() {
    let policy = Policy::shipped();
    assert!(!policy.uses(Rank::Serious));
    assert_eq!(policy.level(Rank::Serious).rank, Rank::Urgent);
    for rank in RANKS.into_iter().filter(|rank| policy.uses(*rank)) {
        assert_eq!(policy.level(rank).rank, rank);
    }
    assert_eq!(policy.next_lower(Rank::Urgent), Some(Rank::Watch));
    assert_eq!(policy.next_lower(Rank::Notice), None);
}

#[test]
fn every_stage_but_the_last_has_a_clock() {
    let policy = Policy::shipped();
    for stage in STAGES {
        let runs = policy.limit(stage, Rank::Watch).is_some();
        assert_eq!(runs, stage != Stage::Closed, "{stage:?}");
    }
}

#[test]
fn a_broken_policy_says_what_is_wrong() {
    let mut policy = Policy::shipped();
    policy.levels.reverse();
    assert_eq!(policy.check(), Err(PolicyError::LevelOrder(Rank::Watch)));
    policy.levels.clear();
    assert_eq!(policy.check(), Err(PolicyError::LevelCount(0)));
    let mut policy = Policy::shipped();
    policy.shifts[0].ends = 1440;
    assert_eq!(policy.check(), Err(PolicyError::ShiftHour("日".into())));
    let text = DEFAULT_TOML.replace("snooze_max = 1440", "snooze_max = \"day\"");
    let Err(PolicyError::Shape(why)) = Policy::from_toml(&text) else {
        panic!("a word is not a number of minutes");
    };
    assert!(
        why.contains("snooze_max") || why.contains("string"),
        "{why}"
    );
}

#[test]
fn unknown_fields_of_a_newer_policy_are_kept() {
    let mut value = serde_json::to_value(Policy::shipped()).unwrap();
    value["flood_threshold"] = serde_json::json!(10);
    let policy: Policy = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(policy).unwrap(), value);
}

#[test]
fn what_a_policy_lists_ends_at_its_limits() {
    let with = |change: &dyn Fn(&mut Policy)| {
        let mut policy = Policy::shipped();
        change(&mut policy);
        policy.check()
    };
    for off in [-1_isize, 0, 1] {
        let fits = off <= 0;
        let near = |max: usize| max.saturating_add_signed(off);
        let presets = near(SNOOZE_PRESETS_MAX);
        let outcome = with(&|policy| policy.snooze_presets = vec![Minutes(5); presets]);
        assert_eq!(outcome.is_ok(), fits, "{presets} presets");
        let shifts = near(SHIFTS_MAX);
        let outcome = with(&|policy| {
            let shift = policy.shifts[0].clone();
            policy.shifts = vec![shift; shifts];
        });
        assert_eq!(outcome.is_ok(), fits, "{shifts} shifts");
        let name = "\u{4e2d}".repeat(near(NAME_MAX_CHARS));
        let outcome = with(&|policy| policy.levels[0].name.clone_from(&name));
        assert_eq!(outcome.is_ok(), fits, "{name}");
        let hour = 23_u8.saturating_add_signed(i8::try_from(off).unwrap());
        assert_eq!(
            with(&|policy| policy.morning_hour = hour).is_ok(),
            fits,
            "{hour}"
        );
        let bytes = near(POLICY_FILE_BYTES_MAX);
        let text = DEFAULT_TOML.to_owned() + &" ".repeat(bytes - DEFAULT_TOML.len());
        assert_eq!(Policy::from_toml(&text).is_ok(), fits, "{bytes} bytes");
    }
    let deep = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let error = Policy::from_toml(&deep).unwrap_err();
    assert!(matches!(error, PolicyError::Shape(_)), "{error}");
}
