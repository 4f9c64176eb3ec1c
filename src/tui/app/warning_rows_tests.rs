//! A board of warnings for tests: ten of one evening, of every colour, source
//! and state.

use std::collections::BTreeMap;

use super::message::Message;
use super::model::Model;
use super::testing::{area, at, id, officer};
use super::update::update;
use crate::domain::alarm::{Acknowledgement, Alarm, Rank};
use crate::domain::codes::Category;
use crate::domain::extra::Extra;
use crate::domain::incident::ending::CaseRef;
use crate::domain::incident::stage::{Stage, Supervision};
use crate::domain::officer::Role;
use crate::domain::time::{Minutes, Timestamp};
use crate::domain::unit::OfficerRef;
use crate::domain::warning::rules::{OVERDUE, PEOPLE, REPEATED, RULES_VERSION};
use crate::domain::warning::verb::Verb;
use crate::domain::warning::{Ground, Last, Lifted, Source, Subject, Turn, Warning, Why};
use crate::store::view::Pending;
use crate::store::warnings::{
    SPARK_HOURS, TownCount, WarningBoard, WarningCase, WarningCounts, WarningRow,
};

fn by_rule() -> OfficerRef {
    OfficerRef {
        name: String::new(),
        ..officer(Role::DutyOfficer).reference()
    }
}

fn rule(name: &str) -> Source {
    Source::Rule {
        rule: name.to_owned(),
        version: RULES_VERSION,
    }
}

fn case(n: u128) -> CaseRef {
    CaseRef {
        id: id(n),
        number: Some("420607102-20261123-0012".parse().unwrap()),
    }
}

/// One warning.
pub fn row(
    n: u128,
    town: &str,
    (rank, source): (Rank, Source),
    (subject, why): (Subject, Why),
    raised: &str,
) -> WarningRow {
    let by = match source {
        Source::Hand => officer(Role::DutyOfficer).reference(),
        Source::Rule { .. } => by_rule(),
    };
    let title = subject.case().map(|name| WarningCase {
        name,
        title: "宅基地边界起争执".into(),
        supervision: Supervision::None,
    });
    let raised = at(raised);
    WarningRow {
        id: id(0x200 + n),
        area: area(town),
        warning: Warning {
            subject,
            why,
            source,
            alarm: Alarm::raised(rank, raised),
            raised_by: by.clone(),
            unit: officer(Role::DutyOfficer).unit,
            raised_at: raised,
            times: 1,
            lifted: None,
            turns: vec![Turn {
                verb: Verb::Raise,
                from: rank,
                to: rank,
                by: by.clone(),
                at: raised,
                reason: String::new(),
            }],
            last: Last {
                verb: Verb::Raise,
                by,
                at: raised,
            },
            extra: Extra::new(),
        },
        pending: Pending::Confirmed,
        case: title,
    }
}

fn answered(mut row: WarningRow, moment: Timestamp) -> WarningRow {
    row.warning.alarm.ack = Some(Acknowledgement {
        by: officer(Role::DutyOfficer).reference(),
        at: moment,
    });
    row
}

fn lifted(mut row: WarningRow, moment: Timestamp) -> WarningRow {
    row.warning.lifted = Some(Lifted {
        by: by_rule(),
        at: moment,
        ground: Ground::Ended,
        reason: String::new(),
    });
    row
}

fn late(n: u128) -> Subject {
    Subject::Deadline { case: case(n) }
}

fn place(words: &str) -> Subject {
    Subject::Place {
        place: words.to_owned(),
    }
}

fn overdue(stage: Stage, due: &str) -> Why {
    Why::Overdue {
        stage,
        due: at(due),
    }
}

fn said(words: &str) -> Why {
    Why::Said {
        text: words.to_owned(),
    }
}

/// Ten warnings of an evening.
pub fn rows() -> Vec<WarningRow> {
    [red(), yellow(), blue()].concat()
}

fn red() -> Vec<WarningRow> {
    let people = Why::People {
        count: 60,
        from: 50,
    };
    let about = Subject::Case { case: case(2) };
    let first = (late(1), overdue(Stage::New, "23:29"));
    let third = (place("集贸市场"), said("两家约人对峙"));
    let (late, many) = ((Rank::Urgent, rule(OVERDUE)), (Rank::Urgent, rule(PEOPLE)));
    let hand = (Rank::Urgent, Source::Hand);
    let mut rows = vec![
        row(1, "420607102", late, first, "23:30"),
        row(2, "420607103", many, (about, people), "23:05"),
        answered(row(3, "420607105", hand, third, "22:40"), at("23:38")),
    ];
    if let Some(case) = &mut rows[0].case {
        case.supervision = Supervision::YellowCard;
    }
    rows
}

fn yellow() -> Vec<WarningRow> {
    let repeated = Why::Repeated {
        category: Category::from_code("02").unwrap(),
        times: 3,
        within: Minutes(7 * 24 * 60),
        newest: at("22:50"),
        cases: vec![case(1), case(2), case(3)],
    };
    let by = |name| (Rank::Watch, rule(name));
    let again = (place("三岔村二组"), repeated);
    let given = (late(4), overdue(Stage::Assigned, "21:00"));
    let site = (place("项目部"), said("工人约定明早再来"));
    let over = (late(5), overdue(Stage::Handling, "19:00"));
    let hand = (Rank::Watch, Source::Hand);
    vec![
        row(4, "420607102201", by(REPEATED), again, "22:51"),
        answered(
            row(5, "420607105", by(OVERDUE), given, "21:01"),
            at("23:20"),
        ),
        row(6, "420607001", hand, site, "20:10"),
        lifted(row(7, "420607102", by(OVERDUE), over, "19:01"), at("23:00")),
    ]
}

fn blue() -> Vec<WarningRow> {
    let hand = || (Rank::Notice, Source::Hand);
    let new = (late(6), overdue(Stage::New, "18:00"));
    let school = (place(""), said("学校门口堵车"));
    let visit = (place(""), said("明天集中接访"));
    let mut rows = vec![
        row(8, "420607103", (Rank::Notice, rule(OVERDUE)), new, "18:01"),
        answered(row(9, "420607001", hand(), school, "16:30"), at("16:40")),
        row(10, "420607", hand(), visit, "09:00"),
    ];
    rows[0].pending = Pending::Waiting;
    rows
}

/// The board with these.
pub fn board(rows: Vec<WarningRow>) -> WarningBoard {
    let mut towns: BTreeMap<_, TownCount> = BTreeMap::new();
    let mut raised_by_hour = [0; SPARK_HOURS];
    for row in &rows {
        let hours = at("23:41")
            .since(row.warning.alarm.raised_at)
            .whole_minutes()
            / 60;
        let place = SPARK_HOURS - 1 - usize::try_from(hours).unwrap();
        raised_by_hour[place] += 1;
        if row.warning.is_open() {
            let town = towns
                .entry(row.area.town().unwrap_or(row.area))
                .or_default();
            let index = usize::from(row.warning.alarm.rank.severity()) - 1;
            town.open_by_severity[index] += 1;
            town.unacknowledged += u64::from(row.warning.alarm.ack.is_none());
        }
    }
    WarningBoard {
        rows,
        left_out: 0,
        towns,
        raised_by_hour,
    }
}

/// The counts of a board.
pub fn counts(board: &WarningBoard) -> WarningCounts {
    let mut counts = WarningCounts::default();
    for row in &board.rows {
        let index = usize::from(row.warning.alarm.rank.severity()) - 1;
        if row.warning.is_open() {
            counts.open_by_severity[index] += 1;
            let silent = row.warning.alarm.ack.is_none();
            counts.unacknowledged_by_severity[index] += u64::from(silent);
        } else {
            counts.lifted_unseen += 1;
        }
    }
    counts
}

/// Gives the desk these warnings, as the store would.
pub fn give(model: &mut Model, rows: Vec<WarningRow>) {
    let board = board(rows);
    let desk = model.desk.as_mut().unwrap();
    desk.counts.warnings = counts(&board);
    update(model, Message::Warnings(Box::new(board)));
}
