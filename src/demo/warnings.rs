//! Warnings of the demonstration's last day: what the built-in rules would have
//! raised hour by hour, some that officers raised, and some that somebody
//! answers for.

use super::duty::Log;
use super::trickle::REGISTRAR;
use crate::domain::act::AnyAct;
use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::domain::command::{Command, Target};
use crate::domain::ids::{CommandId, OfficerId, RecordId};
use crate::domain::policy::PolicyVersion;
use crate::domain::record::{Body, Kind, Rev};
use crate::domain::time::{Minutes, Timestamp};
use crate::domain::warning::act::{Acknowledge, Act, Lift, Raise};
use crate::domain::warning::{Ground, Source, Subject, Why, rules};
use crate::service::watch::More;
use crate::service::{Service, ServiceError};

/// Hours that the rules are run for, one by one.
const HOURS: u32 = 24;
/// Turns of one hour, so that a fault of the rules ends.
const TURNS_PER_HOUR_MAX: usize = 1_000;
/// What is older than this somebody answers for.
const ANSWERED_AFTER: Minutes = Minutes(3 * 60);

/// What officers raised: how many hours ago, where, how grave, and why.
const BY_HAND: [(u32, &str, &str, Rank, &str); 4] = [
    (
        20,
        "420607107",
        "双沟老街集贸市场",
        Rank::Watch,
        "摊位调整，连续两天有人聚集",
    ),
    (
        9,
        "420607102",
        "黄集中学门口",
        Rank::Notice,
        "放学时段接送车辆堵路，易起口角",
    ),
    (
        5,
        "420607001",
        "城南在建小区项目部",
        Rank::Watch,
        "多名工人反映工资拖欠，约定明天上午再来",
    ),
    (
        2,
        "420607110",
        "灌渠分水口",
        Rank::Watch,
        "上下游两个组争水，已约好今晚守口",
    ),
];

/// Fills the board of warnings as it would stand at `now`, and the duty log
/// beside it: what the desks wrote stands among what the rules raised meanwhile.
pub fn seed(service: &Service, log: &mut Log<'_>, now: Timestamp) -> Result<(), ServiceError> {
    let mut watch = service.watch();
    for ago in (0..=HOURS).rev() {
        let then = now.saturating_sub(Minutes(ago * 60));
        log.write_until(then)?;
        for _ in 0..TURNS_PER_HOUR_MAX {
            if watch.turn_at(then)?.more == More::Nothing {
                break;
            }
        }
    }
    let Some(registrar) = service
        .account_list()?
        .into_iter()
        .find(|line| line.officer.account == REGISTRAR)
    else {
        return Ok(());
    };
    let officer = registrar.officer.id;
    for (nth, (ago, area, place, rank, why)) in BY_HAND.into_iter().enumerate() {
        let Ok(area) = area.parse::<AreaCode>() else {
            continue;
        };
        let at = now.saturating_sub(Minutes(ago * 60));
        let on = RecordId::new(rules::uuid_of(&format!("zhiban-demo-warning\n{nth}")));
        let raise = Act::Raise(Box::new(Raise {
            area,
            rank,
            subject: Subject::Place {
                place: place.to_owned(),
            },
            why: Why::Said {
                text: why.to_owned(),
            },
            source: Source::Hand,
        }));
        act(service, officer, on, raise, at)?;
        if nth == 1 {
            let lift = Act::Lift(Lift {
                episode: 1,
                rank,
                ground: Ground::Judged,
                reason: "派出所已安排护学岗".to_owned(),
            });
            let later = at.saturating_add(Minutes(90));
            act(service, officer, on, lift, later)?;
        }
    }
    answer(service, officer, now)
}

/// What is some hours old somebody answers for.
fn answer(service: &Service, officer: OfficerId, now: Timestamp) -> Result<(), ServiceError> {
    for record in service.records_of(&Kind::Warning)? {
        let Body::Warning(warning) = &record.body else {
            continue;
        };
        let at = warning.alarm.raised_at.saturating_add(Minutes(10));
        if warning.is_open() && warning.alarm.raised_at.saturating_add(ANSWERED_AFTER) < now {
            let episode = warning.alarm.episode;
            let acknowledge = Act::Acknowledge(Acknowledge { episode });
            act(service, officer, record.id, acknowledge, at)?;
        }
    }
    Ok(())
}

fn act(
    service: &Service,
    officer: OfficerId,
    on: RecordId,
    act: Act,
    at: Timestamp,
) -> Result<(), ServiceError> {
    let said = format!("zhiban-demo-act\n{on}\n{}", act.verb());
    let command = Command {
        id: CommandId::new(rules::uuid_of(&said)),
        targets: vec![Target {
            kind: Kind::Warning,
            id: on,
            base_rev: Rev::NONE,
            seen: None,
        }],
        act: AnyAct::Warning(act),
        author: officer,
        made_at: at,
        policy: PolicyVersion(Rev(1)),
    };
    service.act_as(officer, &command, at).map(drop)
}
