//! Rank, acknowledgement and snooze: what rings, for how long, and who answers.

use super::*;
use crate::domain::act::AnyVerb;
use crate::domain::command::Target;
use crate::domain::incident::verb::Verb;
use crate::domain::policy::Policy;
use crate::domain::time::Minutes;

#[test]
fn lowering_is_the_leaders_one_step_at_a_time() {
    let record = registered(Rank::Urgent, &duty(1));
    let to = |to| {
        Act::Lower(Grade {
            to,
            reason: "三天平静".into(),
        })
    };
    assert_eq!(
        once(&record, to(Rank::Watch), &duty(1)).unwrap_err(),
        Refusal::NotPermitted {
            verb: Verb::Lower.into()
        }
    );
    assert!(matches!(
        once(&record, to(Rank::Notice), &leader()),
        Err(Refusal::RankStep {
            verb: AnyVerb::Incident(Verb::Lower),
            ..
        })
    ));
    let before = incident(&record).deadline.clone();
    let lowered = once(&record, to(Rank::Watch), &leader()).unwrap();
    assert_eq!(incident(&lowered).alarm.rank, Rank::Watch);
    assert_eq!(
        incident(&lowered).deadline,
        before,
        "lowering grants no time in passing"
    );
    assert_eq!(incident(&lowered).gradings.len(), 1);
}

#[test]
fn raising_rings_anew_and_never_lengthens_the_clock() {
    let acknowledged = once(
        &registered(Rank::Notice, &duty(1)),
        Act::Acknowledge(Acknowledge { episode: 1 }),
        &duty(1),
    )
    .unwrap();
    let raise = Act::Raise(Grade {
        to: Rank::Urgent,
        reason: "有人受伤".into(),
    });
    let raised = once(&acknowledged, raise, &duty(1)).unwrap();
    let (old, new) = (incident(&acknowledged), incident(&raised));
    assert_eq!(new.alarm.episode, 2);
    assert_eq!(new.alarm.ack, None);
    assert!(new.deadline.as_ref().unwrap().at < old.deadline.as_ref().unwrap().at);
}

#[test]
fn the_safer_state_wins_when_a_closed_case_is_raised() {
    let open = handled_by_town();
    let closed = struck_off();
    let policy = Policy::shipped();
    let author = duty(1);
    let raise = Act::Raise(Grade {
        to: Rank::Urgent,
        reason: "又起冲突".into(),
    });
    // The officer saw it open; the centre had closed it.
    let command = command(99, Target::seen(&open), raise, &author, minute(40));
    let changes = crate::domain::apply(
        std::slice::from_ref(&closed),
        &command,
        &context(&author, &policy, minute(40)),
    )
    .unwrap();
    let after = incident(&changes[0].record);
    assert_eq!(after.stage(), Stage::New);
    assert_eq!(after.alarm.rank, Rank::Urgent);
    assert_eq!(after.step.holder.unit, unit(1));
    assert_eq!(after.counts.reopened, 1);
}

#[test]
fn a_second_acknowledgement_is_a_fact_and_not_a_clash() {
    let record = registered(Rank::Watch, &duty(1));
    let ack = Act::Acknowledge(Acknowledge { episode: 1 });
    let record = once(&record, ack.clone(), &duty(1)).unwrap();
    let record = once(&record, ack, &duty(2)).unwrap();
    assert_eq!(
        incident(&record).alarm.ack.as_ref().unwrap().by.id,
        duty(1).id
    );
}

#[test]
fn an_acknowledgement_of_an_older_episode_silences_nothing() {
    let record = registered(Rank::Notice, &duty(1));
    let raise = Act::Raise(Grade {
        to: Rank::Watch,
        reason: "升级".into(),
    });
    let record = once(&record, raise, &duty(2)).unwrap();
    let record = once(
        &record,
        Act::Acknowledge(Acknowledge { episode: 1 }),
        &duty(1),
    )
    .unwrap();
    assert_eq!(incident(&record).alarm.ack, None);
}

#[test]
fn red_refuses_snooze_yellow_wants_a_reason_and_blue_does_not() {
    let snooze = |reason: &str, after: i64| {
        Act::Snooze(SnoozeUntil {
            until: minute(30 + after),
            reason: reason.into(),
        })
    };
    let red = registered(Rank::Urgent, &duty(1));
    let yellow = registered(Rank::Watch, &duty(1));
    let blue = registered(Rank::Notice, &duty(1));
    assert_eq!(
        once(&red, snooze("稍后", 15), &duty(1)).unwrap_err(),
        Refusal::NoSnooze { rank: Rank::Urgent }
    );
    assert!(matches!(
        once(&yellow, snooze("", 15), &duty(1)),
        Err(Refusal::Empty { .. })
    ));
    assert!(once(&yellow, snooze("约好回电", 15), &duty(1)).is_ok());
    assert!(once(&blue, snooze("", 15), &duty(1)).is_ok());
    for outside in [0, -5, 24 * 60 + 1] {
        assert!(
            matches!(
                once(&blue, snooze("", outside), &duty(1)),
                Err(Refusal::SnoozeRange { .. })
            ),
            "{outside}"
        );
    }
}

#[test]
fn a_forgotten_acknowledgement_is_renewed_by_any_later_act() {
    let policy = Policy::shipped();
    let spec = policy.level(Rank::Urgent);
    let record = registered(Rank::Urgent, &duty(1));
    let ack = Act::Acknowledge(Acknowledge { episode: 1 });
    let record = act(&record, 1, ack, &duty(1), minute(1)).unwrap();
    let note = Act::Note(Note {
        entry: entry_id(1),
        text: "已派人".into(),
        corrects: None,
    });
    let record = act(&record, 2, note, &duty(1), minute(10)).unwrap();
    let (reminder, _) = incident(&record).alarm.ack_lapse(spec).unwrap();
    assert_eq!(reminder, minute(10).saturating_add(Minutes(15)));
}

#[test]
fn an_acknowledgement_lapses_only_until_somebody_has_the_work() {
    use crate::domain::alarm::AlarmState;
    let policy = Policy::shipped();
    let ack = Act::Acknowledge(Acknowledge { episode: 1 });
    let late = minute(600);
    let waiting = once(&registered(Rank::Urgent, &duty(1)), ack.clone(), &duty(1)).unwrap();
    assert_eq!(
        incident(&waiting).alarm_state(&policy, late),
        AlarmState::AckLapsed
    );
    let taken = once(&waiting, Act::Accept(Accept::default()), &duty(1)).unwrap();
    assert_eq!(
        incident(&taken).alarm_state(&policy, late),
        AlarmState::Acknowledged
    );
}
