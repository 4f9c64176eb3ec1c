//! Times in words: absolute and relative, 24-hour, Asia/Shanghai.

use crate::domain::calendar::Limit;
use crate::domain::time::{Minutes, Timestamp};
use crate::i18n::t;

/// Minutes of an hour and of a day.
const HOUR_MINUTES: i64 = 60;
const DAY_MINUTES: i64 = 24 * HOUR_MINUTES;
/// A deadline up to this hour of the next day is "tomorrow morning".
const MORNING_ENDS_HOUR: u8 = 9;

/// A deadline in at most eight cells: late by, left, or when.
pub fn deadline(at: Timestamp, now: Timestamp) -> String {
    let minutes = at.since(now).whole_minutes();
    if at < now {
        let late = -minutes;
        return if late < HOUR_MINUTES {
            t!("time.late-minutes", n = late.max(1)).into_owned()
        } else if late < DAY_MINUTES {
            t!("time.late-hours", n = late / HOUR_MINUTES).into_owned()
        } else {
            t!("time.late-days", n = late / DAY_MINUTES).into_owned()
        };
    }
    if minutes < HOUR_MINUTES {
        return t!("time.left-minutes", n = minutes.max(1)).into_owned();
    }
    let civil = at.civil();
    let end_of_day = civil.hour == 23 && civil.minute == 59;
    match at.date().days_since(now.date()) {
        0 if end_of_day => t!("time.today").into_owned(),
        0 => at.hh_mm(),
        1 if end_of_day => t!("time.tomorrow").into_owned(),
        1 if civil.hour <= MORNING_ENDS_HOUR => t!("time.tomorrow-morning").into_owned(),
        1 => t!("time.tomorrow-at", at = at.hh_mm()).into_owned(),
        _ => day(at, now),
    }
}

/// A day, with the year only where it is another one.
pub fn day(at: Timestamp, now: Timestamp) -> String {
    let date = at.date();
    if date.year() == now.date().year() {
        format!("{:02}-{:02}", date.month(), date.day())
    } else {
        format!(
            "{:02}-{:02}-{:02}",
            date.year() % 100,
            date.month(),
            date.day()
        )
    }
}

/// A moment in full, with the day only where it is not today.
pub fn moment(at: Timestamp, now: Timestamp) -> String {
    if at.date() == now.date() {
        at.hh_mm()
    } else {
        format!("{} {}", day(at, now), at.hh_mm())
    }
}

/// How long ago, or how long until.
pub fn relative(at: Timestamp, now: Timestamp) -> String {
    let minutes = now.since(at).whole_minutes();
    let ahead = minutes < 0;
    let n = minutes.abs();
    if n == 0 {
        return t!("time.just-now").into_owned();
    }
    let (key, n) = if n < HOUR_MINUTES {
        ("minutes", n)
    } else if n < DAY_MINUTES {
        ("hours", n / HOUR_MINUTES)
    } else {
        ("days", n / DAY_MINUTES)
    };
    let side = if ahead { "in" } else { "ago" };
    crate::i18n::text(&format!("time.{side}-{key}")).replace("%{n}", &n.to_string())
}

/// Absolute and relative together.
pub fn both(at: Timestamp, now: Timestamp) -> String {
    t!(
        "time.both",
        at = moment(at, now),
        relative = relative(at, now)
    )
    .into_owned()
}

/// A deadline in full: when, and how much is left or how late it is.
pub fn deadline_in_full(at: Timestamp, now: Timestamp) -> String {
    let near = at.since(now).whole_minutes().abs() < HOUR_MINUTES;
    let rest = if near || at < now {
        deadline(at, now)
    } else {
        relative(at, now)
    };
    t!("time.both", at = moment(at, now), relative = rest).into_owned()
}

/// A span of minutes.
pub fn span(minutes: Minutes) -> String {
    let n = i64::from(minutes.0);
    if n % HOUR_MINUTES == 0 {
        t!("time.span-hours", n = n / HOUR_MINUTES).into_owned()
    } else {
        t!("time.span-minutes", n = n).into_owned()
    }
}

/// A limit of the policy.
pub fn limit(limit: Limit) -> String {
    match limit {
        Limit::Minutes(minutes) => span(Minutes(minutes)),
        Limit::WorkingDays(days) => t!("time.span-working-days", n = days).into_owned(),
        Limit::CalendarDays(days) => t!("time.span-days", n = days).into_owned(),
    }
}

/// How old data are, in as few changing characters as can be: a line that
/// ticks every second costs a slow terminal its budget.
pub fn age(since: Timestamp, now: Timestamp) -> String {
    let minutes = now.since(since).whole_minutes().max(0);
    if minutes == 0 {
        t!("time.under-a-minute").into_owned()
    } else {
        relative(since, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_deadline_says_late_left_or_when() {
        Language::Chinese.select();
        let now = at("2026-11-23T23:41:00+08:00");
        for (deadline_at, words) in [
            ("2026-11-23T23:29:00+08:00", "超12分"),
            ("2026-11-23T23:40:30+08:00", "超1分"),
            ("2026-11-23T20:41:00+08:00", "超3时"),
            ("2026-11-20T23:41:00+08:00", "超3天"),
            ("2026-11-24T00:22:00+08:00", "剩41分"),
            ("2026-11-24T08:00:00+08:00", "明晨"),
            ("2026-11-24T14:10:00+08:00", "明14:10"),
            ("2026-11-24T23:59:59.999+08:00", "明日"),
            ("2026-12-01T23:59:59.999+08:00", "12-01"),
            ("2027-01-02T23:59:59.999+08:00", "27-01-02"),
        ] {
            assert_eq!(deadline(at(deadline_at), now), words, "{deadline_at}");
        }
        let morning = at("2026-11-23T09:00:00+08:00");
        assert_eq!(deadline(at("2026-11-23T22:10:00+08:00"), morning), "22:10");
        assert_eq!(
            deadline(at("2026-11-23T23:59:59.999+08:00"), morning),
            "今日"
        );
    }

    #[test]
    fn relative_times_have_both_directions() {
        Language::Chinese.select();
        let now = at("2026-11-23T23:41:00+08:00");
        for (moment, words) in [
            ("2026-11-23T23:40:30+08:00", "刚刚"),
            ("2026-11-23T23:36:00+08:00", "5分前"),
            ("2026-11-23T21:00:00+08:00", "2小时前"),
            ("2026-11-21T21:00:00+08:00", "2天前"),
            ("2026-11-23T23:51:00+08:00", "10分后"),
        ] {
            assert_eq!(relative(at(moment), now), words, "{moment}");
        }
    }
}
