//! What the duty log says of warnings by itself: that a rule's warning was
//! raised, rose, or was lifted.
//!
//! Pure, and made of the warning alone: whoever asks, and however often, gets
//! the same lines with the same ids, so that two replicas write one.

use uuid::Builder;

use super::rules::uuid_of;
use super::{Warning, Why};
use crate::domain::duty::line::{Befell, Warned};
use crate::domain::extra::Extra;
use crate::domain::ids::RecordId;
use crate::domain::policy::{Policy, Ring};
use crate::domain::time::{Minutes, Timestamp};

/// What is older is no news: a log is of the shift in hand. It is the longest
/// shift, so that a service that was down for one tells what it missed, and
/// rules that run for the first time over the cases of years, or anew after a
/// restart, leave the log alone: such warnings are on the board, where they are
/// counted.
pub const NEWS_WITHIN: Minutes = Minutes(12 * 60);

/// A line that the log shall have.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its record: of the warning, its episode and what befell it, and ordered
    /// by time like those that desks make.
    pub id: RecordId,
    /// When it befell.
    pub at: Timestamp,
    /// What it tells.
    pub warned: Warned,
}

/// The lines that a warning is worth at `now`. Only what a rule raised and what
/// sounds: what an officer raises by hand is the officer's to write down, and a
/// rank that rings nobody would drown the rest. `touched` is when the case that
/// it is about was worked on last.
#[must_use]
pub fn lines(
    on: RecordId,
    warning: &Warning,
    touched: Option<Timestamp>,
    policy: &Policy,
    now: Timestamp,
) -> Vec<Line> {
    let alarm = &warning.alarm;
    if warning.rule().is_none() || policy.level(alarm.rank).ring == Ring::Silent {
        return Vec::new();
    }
    let raised = alarm.raised_at;
    let author = warning
        .turns
        .iter()
        .rev()
        .find(|turn| turn.at == raised)
        .map_or(&warning.raised_by, |turn| &turn.by);
    let cause = match &warning.why {
        Why::Overdue { due, .. } => Some(*due),
        Why::Repeated { newest, .. } => Some(*newest),
        // The number is of the case; it grew when somebody last worked on it.
        Why::People { .. } => touched,
        Why::Said { .. } => Some(raised),
    };
    let mut found = Vec::new();
    if cause.is_some_and(|cause| is_news(cause, raised)) && is_news(raised, now) {
        found.push((Befell::Raised, raised, author));
    }
    if let Some(lifted) = &warning.lifted
        && is_news(lifted.at, now)
    {
        found.push((Befell::Lifted, lifted.at, &lifted.by));
    }
    found
        .into_iter()
        .map(|(befell, at, by)| Line {
            id: line_id(on, alarm.episode, befell, at),
            at,
            warned: Warned {
                warning: on,
                befell,
                rank: alarm.rank,
                subject: warning.subject.clone(),
                why: warning.why.clone(),
                by: by.clone(),
                extra: Extra::new(),
            },
        })
        .collect()
}

/// Whether what was then is news at `now`.
fn is_news(then: Timestamp, now: Timestamp) -> bool {
    then <= now && now <= then.saturating_add(NEWS_WITHIN)
}

fn line_id(on: RecordId, episode: u32, befell: Befell, at: Timestamp) -> RecordId {
    let said = format!("zhiban-log-warning-1\n{on}\n{episode}\n{}", befell.name());
    let hash = uuid_of(&said);
    let mut rest = [0; 10];
    for (to, from) in rest.iter_mut().zip(hash.as_bytes().iter().rev()) {
        *to = *from;
    }
    let millis = u64::try_from(at.as_millis()).unwrap_or(0);
    RecordId::new(Builder::from_unix_timestamp_millis(millis, &rest).into_uuid())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::alarm::{Alarm, Rank};
    use crate::domain::incident::ending::CaseRef;
    use crate::domain::incident::stage::Stage;
    use crate::domain::testing::{duty, minute};
    use crate::domain::warning::verb::Verb;
    use crate::domain::warning::{Ground, Last, Lifted, Source, Subject};

    fn on() -> RecordId {
        RecordId::new(Uuid::from_u128(0xA1))
    }

    /// Overdue since the first minute, found at `raised`.
    fn overdue(rank: Rank, raised: Timestamp) -> Warning {
        let by = duty(1).reference();
        Warning {
            subject: Subject::Deadline {
                case: CaseRef {
                    id: RecordId::new(Uuid::from_u128(7)),
                    number: None,
                },
            },
            why: Why::Overdue {
                stage: Stage::New,
                due: minute(0),
            },
            source: Source::Rule {
                rule: super::super::rules::OVERDUE.to_owned(),
                version: 1,
            },
            alarm: Alarm::raised(rank, raised),
            raised_by: by.clone(),
            unit: duty(1).unit,
            raised_at: raised,
            times: 1,
            lifted: None,
            turns: Vec::new(),
            last: Last {
                verb: Verb::Raise,
                by,
                at: raised,
            },
            extra: Extra::new(),
        }
    }

    fn told(warning: &Warning, touched: Option<Timestamp>, now: Timestamp) -> Vec<Befell> {
        let lines = lines(on(), warning, touched, &Policy::shipped(), now);
        lines.iter().map(|line| line.warned.befell).collect()
    }

    const LONG_MIN: u32 = 13 * 60;

    #[test]
    fn what_sounds_and_is_news_is_told_and_nothing_else() {
        let late = |minutes: u32| minute(0).saturating_add(Minutes(minutes));
        let fresh = overdue(Rank::Urgent, late(5));
        assert_eq!(told(&fresh, None, late(6)), [Befell::Raised]);
        assert_eq!(told(&overdue(Rank::Notice, late(5)), None, late(6)), []);
        // Found late: the rules ran for the first time.
        assert_eq!(
            told(&overdue(Rank::Urgent, late(LONG_MIN)), None, late(LONG_MIN)),
            []
        );
        // Found in time, looked at late: a service that was down for a day.
        assert_eq!(told(&fresh, None, late(5 + LONG_MIN)), []);
        let by_hand = Warning {
            source: Source::Hand,
            ..fresh
        };
        assert_eq!(told(&by_hand, None, late(6)), []);
    }

    #[test]
    fn many_people_are_news_where_somebody_has_just_worked_on_the_case() {
        let late = |minutes: u32| minute(0).saturating_add(Minutes(minutes));
        let crowd = Warning {
            why: Why::People {
                count: 60,
                from: 50,
            },
            ..overdue(Rank::Watch, late(LONG_MIN))
        };
        let now = late(LONG_MIN + 1);
        assert_eq!(
            told(&crowd, Some(late(LONG_MIN - 1)), now),
            [Befell::Raised]
        );
        assert_eq!(told(&crowd, Some(late(0)), now), []);
        assert_eq!(told(&crowd, None, now), []);
    }

    #[test]
    fn each_episode_and_its_end_is_a_line_of_its_own_in_the_order_of_time() {
        let late = |minutes: u32| minute(0).saturating_add(Minutes(minutes));
        let mut warning = overdue(Rank::Watch, late(5));
        let policy = Policy::shipped();
        let first = lines(on(), &warning, None, &policy, late(6));
        assert_eq!(first, lines(on(), &warning, None, &policy, late(60)));
        warning.alarm = warning.alarm.raise_again(Rank::Urgent, late(20));
        warning.lifted = Some(Lifted {
            by: duty(2).reference(),
            at: late(30),
            ground: Ground::Judged,
            reason: "已散去".into(),
        });
        let more = lines(on(), &warning, None, &policy, late(31));
        let ids: Vec<RecordId> = first.iter().chain(&more).map(|line| line.id).collect();
        assert_eq!(ids.len(), 3);
        assert!(ids.is_sorted() && ids[0] != ids[1], "{ids:?}");
        assert_eq!(more[1].warned.by, duty(2).reference());
        let said = serde_json::to_string(&more[1].warned).unwrap();
        assert!(!said.contains("已散去"), "the reason stays on the warning");
    }
}
