use super::*;
use crate::domain::ids::OfficerId;
use crate::domain::policy::Policy;
use uuid::Uuid;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000 + minutes * 60_000)
}

fn somebody() -> OfficerRef {
    OfficerRef {
        id: OfficerId::new(Uuid::from_u128(7)),
        name: "王".into(),
    }
}

fn acknowledged(rank: Rank, minute: i64) -> Alarm {
    let mut alarm = Alarm::raised(rank, at(0));
    alarm.ack = Some(Acknowledgement {
        by: somebody(),
        at: at(minute),
    });
    alarm
}

#[test]
fn a_forgotten_red_asks_at_fifteen_minutes_and_lapses_at_seventeen() {
    let policy = Policy::shipped();
    let spec = policy.level(Rank::Urgent);
    let alarm = acknowledged(Rank::Urgent, 0);
    for (minute, state) in [
        (0, AlarmState::Acknowledged),
        (14, AlarmState::Acknowledged),
        (15, AlarmState::AckExpiring),
        (16, AlarmState::AckExpiring),
        (17, AlarmState::AckLapsed),
        (900, AlarmState::AckLapsed),
    ] {
        assert_eq!(alarm.state(spec, at(minute)), state, "minute {minute}");
    }
    assert_eq!(alarm.next_turn(spec, at(0)), Some(at(15)));
    assert_eq!(alarm.next_turn(spec, at(15)), Some(at(17)));
    assert_eq!(alarm.next_turn(spec, at(17)), None);
}

#[test]
fn a_blue_acknowledgement_never_lapses() {
    let policy = Policy::shipped();
    let alarm = acknowledged(Rank::Notice, 0);
    let spec = policy.level(Rank::Notice);
    assert_eq!(alarm.state(spec, at(100_000)), AlarmState::Acknowledged);
    assert_eq!(alarm.next_turn(spec, at(0)), None);
}

#[test]
fn a_snooze_ends_by_itself_and_is_not_new() {
    let policy = Policy::shipped();
    let spec = policy.level(Rank::Watch);
    let mut alarm = Alarm::raised(Rank::Watch, at(0));
    alarm.snooze = Some(Snooze {
        by: somebody(),
        at: at(1),
        until: at(30),
        reason: "约好回电".into(),
    });
    assert_eq!(alarm.state(spec, at(29)), AlarmState::Snoozed);
    assert!(!alarm.wants_attention(spec, at(29)));
    assert_eq!(alarm.state(spec, at(30)), AlarmState::SnoozeEnded);
    assert!(alarm.wants_attention(spec, at(30)));
    assert_eq!(alarm.next_turn(spec, at(1)), Some(at(30)));
}

#[test]
fn raising_again_is_an_episode_that_nobody_answers_for() {
    let policy = Policy::shipped();
    let raised = acknowledged(Rank::Watch, 0).raise_again(Rank::Urgent, at(5));
    assert_eq!(raised.episode, 2);
    assert_eq!(
        raised.state(policy.level(Rank::Urgent), at(5)),
        AlarmState::Unacknowledged
    );
}
