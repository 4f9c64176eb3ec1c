use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::domain::time::{Date, Minutes, Timestamp};

static SHIPPED: LazyLock<HolidayTable> = LazyLock::new(HolidayTable::shipped);

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The working days of `days` after the act on `from`, and its last day.
fn check(from: &str, days: u32, last: &str) -> Vec<Explanation> {
    let (found, why) = SHIPPED.add_working_days(date(from), days);
    assert_eq!(found.to_string(), last, "{days} working days from {from}");
    why
}

fn holiday(name: &str, first: &str, last: &str, work: &[&str]) -> Holiday {
    Holiday {
        name: name.to_owned(),
        name_en: String::new(),
        first: date(first),
        last: date(last),
        work: work.iter().map(|day| date(day)).collect(),
    }
}

fn notice(year: i16, holidays: Vec<Holiday>) -> HolidayYear {
    HolidayYear {
        year,
        document: "试〔1〕号".to_owned(),
        title: String::new(),
        issued: date("2000-01-01"),
        holidays,
    }
}

#[test]
fn the_shipped_notices_give_the_days_they_state() {
    let days_off = |year: i16| -> Vec<i32> {
        let notice = SHIPPED.years().iter().find(|notice| notice.year == year);
        let holidays = &notice.unwrap().holidays;
        holidays
            .iter()
            .map(|holiday| holiday.last.days_since(holiday.first) + 1)
            .collect()
    };
    // The counts ("共9天") are stated in the notices beside the dates.
    assert_eq!(days_off(2025), [1, 8, 3, 5, 3, 8]);
    assert_eq!(days_off(2026), [3, 9, 3, 5, 3, 3, 7]);
    assert_eq!(SHIPPED.years()[1].document, "国办发明电〔2025〕7号");
    for worked in [
        "2025-01-26",
        "2025-02-08",
        "2025-04-27",
        "2025-09-28",
        "2025-10-11",
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
    ] {
        let kind = SHIPPED.day(date(worked));
        assert!(
            matches!(kind, DayKind::Working { adjusted: Some(_) }),
            "{worked}: {kind:?}"
        );
    }
}

/// A check of every date at once: the law on public holidays gives 13 days a
/// year since 2025, and make-up days pay for all others.
#[test]
fn a_year_has_thirteen_days_off_beside_its_weekends() {
    for year in [2025, 2026] {
        let first = Date::from_ymd(year, 1, 1).unwrap();
        let gained: i32 = (0..365)
            .map(|day| first.saturating_add_days(day))
            .map(|day| {
                let by_weekday = HolidayTable::default().day(day).is_working();
                i32::from(by_weekday) - i32::from(SHIPPED.day(day).is_working())
            })
            .sum();
        assert_eq!(gained, 13, "{year}");
    }
}

#[test]
fn an_act_before_spring_festival_has_until_its_end() {
    // The 14th is worked (1), the 15th to the 23rd are off, the 24th is 2.
    let why = check("2026-02-13", 2, "2026-02-24");
    assert_eq!(
        why,
        [
            Explanation::AdjustedDayCounted {
                date: date("2026-02-14"),
                name: "春节".to_owned(),
                name_en: "Spring Festival".to_owned(),
            },
            Explanation::HolidaySkipped {
                name: "春节".to_owned(),
                name_en: "Spring Festival".to_owned(),
                first: date("2026-02-15"),
                last: date("2026-02-23"),
            },
        ]
    );
}

#[test]
fn plain_weeks_skip_weekends() {
    assert_eq!(
        check("2026-11-23", 5, "2026-11-30"),
        [Explanation::WeekendSkipped { days: 2 }]
    );
    assert_eq!(check("2026-11-23", 1, "2026-11-24"), []);
    assert_eq!(check("2026-11-23", 0, "2026-11-23"), []);
    // Saturday: the first working day is Monday, counted or not.
    check("2026-11-28", 0, "2026-11-30");
    check("2026-11-28", 1, "2026-11-30");
    check("2026-11-28", 2, "2026-12-01");
    // A worked Sunday is a day like another.
    check("2026-09-18", 1, "2026-09-20");
    check("2026-09-20", 0, "2026-09-20");
    check("2026-09-20", 1, "2026-09-21");
}

#[test]
fn two_holidays_on_the_way_are_told_apart() {
    let why = check("2026-09-24", 4, "2026-10-08");
    let names: Vec<_> = why
        .iter()
        .filter_map(|fact| match fact {
            Explanation::HolidaySkipped {
                name, first, last, ..
            } => Some((name.as_str(), first.to_string(), last.to_string())),
            _ => None,
        })
        .collect();
    assert_eq!(
        names,
        [
            ("中秋节", "2026-09-25".to_owned(), "2026-09-27".to_owned()),
            ("国庆节", "2026-10-01".to_owned(), "2026-10-07".to_owned()),
        ]
    );
}

#[test]
fn an_act_during_a_holiday_skips_only_what_is_left_of_it() {
    let why = check("2026-10-06", 1, "2026-10-08");
    assert!(
        matches!(&why[..], [Explanation::HolidaySkipped { first, last, .. }]
            if *first == date("2026-10-07") && *last == date("2026-10-07")),
        "{why:?}"
    );
}

#[test]
fn a_year_without_table_is_told() {
    let why = check("2026-12-30", 2, "2027-01-01");
    assert_eq!(why, [Explanation::TableMissing { year: 2027 }]);
    let told = deadline(
        at("2026-12-30T10:00:00+08:00"),
        Limit::WorkingDays(2),
        &SHIPPED,
    );
    assert_eq!(told.certainty(), Certainty::TableMissing);
    let known = deadline(
        at("2026-12-30T10:00:00+08:00"),
        Limit::WorkingDays(1),
        &SHIPPED,
    );
    assert_eq!(known.certainty(), Certainty::Official);
    assert_eq!(
        SHIPPED.certainty(date("2027-01-01")),
        Certainty::TableMissing
    );
}

#[test]
fn days_end_at_midnight_and_minutes_run_through_it() {
    let night = at("2026-02-12T23:50:00+08:00");
    let shown = |limit| deadline(night, limit, &SHIPPED).at.to_string();
    assert_eq!(shown(Limit::Minutes(30)), "2026-02-13T00:20:00+08:00");
    assert_eq!(
        shown(Limit::WorkingDays(1)),
        "2026-02-13T23:59:59.999+08:00"
    );
    assert_eq!(
        shown(Limit::CalendarDays(3)),
        "2026-02-15T23:59:59.999+08:00"
    );
    // The day is that of +08:00, not that of UTC.
    let early = at("2026-11-22T16:30:00Z");
    let due = deadline(early, Limit::WorkingDays(1), &SHIPPED).at;
    assert_eq!(due.to_string(), "2026-11-24T23:59:59.999+08:00");
}

#[test]
fn tables_and_deadlines_survive_json_and_toml() {
    let json = serde_json::to_string(&*SHIPPED).unwrap();
    assert_eq!(
        serde_json::from_str::<HolidayTable>(&json).unwrap(),
        *SHIPPED
    );
    let text = toml::to_string(&*SHIPPED).unwrap();
    assert_eq!(HolidayTable::from_toml(&text).unwrap(), *SHIPPED);

    let due = deadline(
        at("2026-02-13T08:00:00+08:00"),
        Limit::WorkingDays(2),
        &SHIPPED,
    );
    let json = serde_json::to_string(&due).unwrap();
    assert!(json.contains(r#""limit":{"working_days":2}"#), "{json}");
    assert!(json.contains(r#""why":"holiday-skipped""#), "{json}");
    assert_eq!(serde_json::from_str::<Deadline>(&json).unwrap(), due);
}

#[test]
fn limits_are_bounded_where_they_enter() {
    for (json, fits) in [
        (r#"{"minutes":15}"#, Some(Limit::Minutes(15))),
        (r#"{"working_days":400}"#, Some(Limit::WorkingDays(400))),
        (r#"{"calendar_days":30}"#, Some(Limit::CalendarDays(30))),
        (r#"{"working_days":401}"#, None),
        (r#"{"calendar_days":4000}"#, None),
        (r#"{"minutes":527041}"#, None),
        (r#"{"minutes":-1}"#, None),
        (r#"{"hours":1}"#, None),
    ] {
        assert_eq!(serde_json::from_str::<Limit>(json).ok(), fits, "{json}");
    }
}

#[test]
fn unsound_tables_are_refused_with_the_day() {
    let spring = || holiday("春节", "2030-02-02", "2030-02-08", &["2030-02-10"]);
    let long = holiday("长", "2030-01-01", "2030-03-01", &[]);
    let backwards = holiday("反", "2030-01-03", "2030-01-01", &[]);
    let weekday = holiday("班", "2030-01-01", "2030-01-01", &["2030-01-07"]);
    let foreign = holiday("错", "2003-01-01", "2003-01-01", &[]);
    for (years, says) in [
        (
            vec![notice(2030, vec![]), notice(2030, vec![])],
            "2030 is listed twice",
        ),
        (
            vec![notice(2030, vec![spring(), spring()])],
            "2030-02-02 is given twice",
        ),
        (vec![notice(2030, vec![long])], "2030-01-01 to 2030-03-01"),
        (
            vec![notice(2030, vec![backwards])],
            "2030-01-03 to 2030-01-01",
        ),
        (vec![notice(2030, vec![weekday])], "2030-01-07"),
        (vec![notice(2030, vec![foreign])], "notice for 2030"),
        (
            vec![notice(2030, vec![spring(); HOLIDAYS_PER_YEAR_MAX + 1])],
            "more than 30 holidays",
        ),
    ] {
        let error = HolidayTable::from_years(years).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    let broken = "[[years]]\nyear = 2030\ndocument = \"x\"\nissued = \"2029-13-01\"\nholidays = []";
    let error = HolidayTable::from_toml(broken).unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("line 4"), "{source}");
}

/// Acts from 2024, which has no table, to 2028, which has none either.
fn acts() -> impl Strategy<Value = Timestamp> {
    (1_704_038_400_000_i64..1_830_268_800_000).prop_map(Timestamp::from_millis)
}

fn limits() -> impl Strategy<Value = (Limit, Limit)> {
    let pair = |top: u32| (0..=top, 0..=top).prop_map(|(a, b)| (a.min(b), a.max(b)));
    prop_oneof![
        pair(20_000).prop_map(|(a, b)| (Limit::Minutes(a), Limit::Minutes(b))),
        pair(WORKING_DAYS_MAX).prop_map(|(a, b)| (Limit::WorkingDays(a), Limit::WorkingDays(b))),
        pair(1_000).prop_map(|(a, b)| (Limit::CalendarDays(a), Limit::CalendarDays(b))),
    ]
}

proptest! {
    #[test]
    fn a_later_act_is_never_due_earlier(a in acts(), b in acts(), (limit, _) in limits()) {
        let (early, late) = (a.min(b), a.max(b));
        prop_assert!(deadline(early, limit, &SHIPPED).at <= deadline(late, limit, &SHIPPED).at);
    }

    #[test]
    fn a_longer_limit_is_never_due_earlier(act in acts(), (short, long) in limits()) {
        let (first, second) = (deadline(act, short, &SHIPPED), deadline(act, long, &SHIPPED));
        prop_assert!(first.at <= second.at);
        prop_assert!(first.at >= act);
    }

    #[test]
    fn working_days_end_on_a_working_day_and_every_day_is_accounted_for(
        act in acts(), days in 1..=WORKING_DAYS_MAX
    ) {
        let from = act.date();
        let (last, why) = SHIPPED.add_working_days(from, days);
        prop_assert!(SHIPPED.day(last).is_working());
        let passed: i32 = why.iter().map(|fact| match fact {
            Explanation::HolidaySkipped { first, last, .. } => last.days_since(*first) + 1,
            Explanation::WeekendSkipped { days } => i32::try_from(*days).unwrap(),
            Explanation::AdjustedDayCounted { .. } | Explanation::TableMissing { .. } => 0,
        }).sum();
        prop_assert_eq!(last.days_since(from), i32::try_from(days).unwrap() + passed);
    }

    #[test]
    fn counting_in_two_goes_is_counting_in_one(act in acts(), a in 0_u32..150, b in 1_u32..150) {
        let from = act.date();
        let (half, _) = SHIPPED.add_working_days(from, a);
        // Zero days from a day off already move to the first working day.
        prop_assume!(a > 0 || SHIPPED.day(from).is_working());
        prop_assert_eq!(
            SHIPPED.add_working_days(half, b).0,
            SHIPPED.add_working_days(from, a + b).0
        );
    }

    #[test]
    fn any_number_gives_a_deadline(millis in any::<i64>(), count in any::<u32>()) {
        let act = Timestamp::from_millis(millis);
        for limit in [
            Limit::Minutes(count),
            Limit::WorkingDays(count),
            Limit::CalendarDays(count),
        ] {
            let due = deadline(act, limit, &SHIPPED);
            prop_assert!(!due.at.stamp().is_empty());
            let json = serde_json::to_string(&due).unwrap();
            prop_assert_eq!(serde_json::from_str::<Deadline>(&json).unwrap(), due);
        }
    }

    #[test]
    fn minutes_are_exact(act in acts(), minutes in 0..=MINUTES_MAX) {
        let due = deadline(act, Limit::Minutes(minutes), &SHIPPED);
        prop_assert_eq!(due.at, act.saturating_add(Minutes(minutes)));
        prop_assert!(due.skipped.is_empty());
    }
}
