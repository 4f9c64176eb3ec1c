use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Year 1 to year 9998, in milliseconds: what every rendering can show.
fn shown() -> impl Strategy<Value = Timestamp> {
    (-62_135_596_800_000_i64..253_300_000_000_000).prop_map(Timestamp::from_millis)
}

#[test]
fn the_clock_face_is_that_of_plus_eight() {
    let night = at("2026-11-22T19:05:07.250Z");
    assert_eq!(
        night.civil(),
        CivilTime {
            year: 2026,
            month: 11,
            day: 23,
            hour: 3,
            minute: 5,
            second: 7,
            weekday: Weekday::Monday,
        }
    );
    assert_eq!(night.hh_mm(), "03:05");
    assert_eq!(night.stamp(), "2026-11-23 03:05");
    assert_eq!(night.to_string(), "2026-11-23T03:05:07.25+08:00");
    assert_eq!(night.date().to_string(), "2026-11-23");
    assert_eq!(night.date().compact(), "20261123");
}

#[test]
fn a_day_ends_one_millisecond_before_the_next() {
    let date = Date::from_ymd(2026, 2, 28).unwrap();
    assert_eq!(
        Timestamp::end_of(date).to_string(),
        "2026-02-28T23:59:59.999+08:00"
    );
    let next = date.saturating_add_days(1);
    assert_eq!(next.to_string(), "2026-03-01");
    assert_eq!(
        Timestamp::start_of(next).since(Timestamp::end_of(date)),
        Millis(1)
    );
}

#[test]
fn json_is_a_number_for_a_moment_and_a_text_for_a_day() {
    let moment = Timestamp::from_millis(1_795_374_307_250);
    assert_eq!(serde_json::to_string(&moment).unwrap(), "1795374307250");
    assert_eq!(
        serde_json::from_str::<Timestamp>("1795374307250").unwrap(),
        moment
    );
    let date = moment.date();
    assert_eq!(serde_json::to_string(&date).unwrap(), "\"2026-11-23\"");
    assert_eq!(
        serde_json::from_str::<Date>("\"2026-11-23\"").unwrap(),
        date
    );
}

#[test]
fn loose_dates_and_moments_without_offset_are_refused() {
    for text in [
        "",
        "2026-1-2",
        "2026-02-30",
        "2026-11-23T00:00:00",
        "20261123",
        "２026-11-2",
    ] {
        assert_eq!(text.parse::<Date>(), Err(TimeError::Date), "{text}");
    }
    for text in ["", "2026-11-23", "2026-11-23T03:05:00", "now"] {
        assert_eq!(text.parse::<Timestamp>(), Err(TimeError::Moment), "{text}");
    }
    let date = Date::from_ymd(2026, 1, 1).unwrap();
    for (hour, minute) in [(24, 0), (0, 60), (200, 0)] {
        assert_eq!(
            Timestamp::from_civil(date, hour, minute),
            Err(TimeError::TimeOfDay { hour, minute })
        );
    }
}

#[test]
fn the_ends_of_the_number_can_be_shown() {
    for millis in [i64::MIN, i64::MAX] {
        let moment = Timestamp::from_millis(millis);
        assert!(!moment.to_string().is_empty());
        assert!(!moment.stamp().is_empty());
        assert!(!Timestamp::end_of(moment.date()).stamp().is_empty());
    }
    let last = Timestamp::from_millis(i64::MAX);
    assert_eq!(last.saturating_add(Minutes(1)), last);
    assert_eq!(last.checked_add(Minutes(1)), None);
    assert_eq!(
        last.since(Timestamp::from_millis(i64::MIN)),
        Millis(i64::MAX)
    );
}

proptest! {
    #[test]
    fn display_and_from_str_round_trip(moment in shown()) {
        prop_assert_eq!(at(&moment.to_string()), moment);
        let date = moment.date();
        prop_assert_eq!(date.to_string().parse::<Date>(), Ok(date));
    }

    #[test]
    fn from_civil_undoes_civil(moment in shown()) {
        let face = moment.civil();
        let date = Date::from_ymd(face.year, face.month, face.day).unwrap();
        prop_assert_eq!(date, moment.date());
        let minute = Timestamp::from_civil(date, face.hour, face.minute).unwrap();
        let rest = moment.since(minute);
        prop_assert!((0..60_000).contains(&rest.0));
        prop_assert_eq!(rest.0 / 1000, i64::from(face.second));
        prop_assert!(Timestamp::start_of(date) <= moment && moment <= Timestamp::end_of(date));
    }

    #[test]
    fn minutes_are_sixty_thousand_milliseconds(moment in shown(), minutes in 0_u32..10_000_000) {
        let later = moment.saturating_add(Minutes(minutes));
        prop_assert_eq!(later.since(moment).whole_minutes(), i64::from(minutes));
        prop_assert_eq!(later.saturating_sub(Minutes(minutes)), moment);
    }

    #[test]
    fn days_count_across_months_and_years(moment in shown(), days in -40_000_i32..40_000) {
        let from = moment.date();
        let to = from.saturating_add_days(days);
        prop_assume!(to.year() > 0 && to.year() < 9999);
        prop_assert_eq!(to.days_since(from), days);
    }

    #[test]
    fn no_text_makes_parsing_fail_hard(text in ".{0,40}") {
        let _ = text.parse::<Date>();
        let _ = text.parse::<Timestamp>();
    }
}
