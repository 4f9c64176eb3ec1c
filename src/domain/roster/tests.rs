//! Acts on posts and rosters: who may, what follows, what stands against it.

use uuid::Uuid;

use super::act::{
    Act, AssignShift, Channel, CheckIn, DayEdit, Import, ImportLine, PostAdd, RemoveShift,
    RosterCall, Span, UndoImport,
};
use super::candidate::{Able, Busy, Distance, candidates};
use super::code::{Cell, Code, CodeHours};
use super::night::{Mark, coverage, night, tonight};
use super::refusal::Why;
use super::verb::Verb;
use super::watch::Watch;
use super::*;
use crate::domain::act::AnyAct;
use crate::domain::command::{Change, Command, Target};
use crate::domain::entry::{Call, CallOutcome, Direction, EntryKind};
use crate::domain::incident::refusal::Refusal;
use crate::domain::officer::{Officer, ROLES, Reach, Role};
use crate::domain::policy::Policy;
use crate::domain::record::{Kind, Rev};
use crate::domain::testing::{self, area, context, duty, leader, officer, person};

const TOWN: &str = "420607101";

fn day(number: u8) -> Date {
    Date::from_ymd(2026, 11, number).unwrap()
}

fn at(date: u8, hour: u8) -> Timestamp {
    Timestamp::from_civil(day(date), hour, 0).unwrap()
}

fn month() -> Month {
    Month::of(day(23))
}

fn post_id() -> RecordId {
    RecordId::new(Uuid::from_u128(0xB0_57))
}

fn target(kind: Kind, id: RecordId, rev: Rev) -> Target {
    Target {
        kind,
        id,
        base_rev: rev,
        seen: None,
    }
}

/// Records as they stand, and what happens to them.
struct Desk {
    records: Vec<Record>,
    acts: u128,
}

impl Desk {
    /// With a patrol post in town 101.
    fn new() -> Self {
        let mut desk = Self {
            records: Vec::new(),
            acts: 0,
        };
        let new = target(Kind::Post, post_id(), Rev::NONE);
        desk.does(&duty(1), vec![new], post_add()).unwrap();
        desk
    }

    fn try_out(
        &mut self,
        author: &Officer,
        targets: Vec<Target>,
        act: Act,
    ) -> Result<Vec<Change>, Refusal> {
        self.acts += 1;
        let policy = Policy::shipped();
        let first = targets[0].clone();
        let command = Command {
            targets,
            ..testing::command(self.acts, first, act, author, at(22, 9))
        };
        let named: Vec<Record> = command
            .targets
            .iter()
            .filter_map(|target| self.records.iter().find(|record| record.id == target.id))
            .cloned()
            .collect();
        crate::domain::apply(&named, &command, &context(author, &policy, at(22, 9)))
    }

    fn does(
        &mut self,
        author: &Officer,
        targets: Vec<Target>,
        act: Act,
    ) -> Result<Vec<Change>, Refusal> {
        let changes = self.try_out(author, targets, act)?;
        for change in &changes {
            self.records.retain(|record| record.id != change.record.id);
            self.records.push(change.record.clone());
        }
        Ok(changes)
    }

    fn line(&self) -> &Rota {
        let record = self.records.iter().find(|record| record.id == line_id());
        rota_of(record.unwrap()).unwrap()
    }

    fn assign(&mut self, args: AssignShift) -> Result<Vec<Change>, Refusal> {
        self.does(&duty(1), both(), Act::RosterAssignShift(args))
    }

    fn import(&mut self, number: u128, edits: &[(u8, &str, &str)]) -> Result<Vec<Change>, Refusal> {
        self.does(&duty(1), both(), import(number, edits))
    }

    fn watch(&self) -> Watch {
        let lines = self.records.iter();
        Watch::of(lines.filter_map(|record| Some((record.id, rota_of(record)?))))
    }
}

fn post_add() -> Act {
    Act::RosterPostAdd(PostAdd {
        area: area(TOWN),
        name: "石桥巡逻队".into(),
        kind: PostKind::Patrol,
        needs: Needs {
            day: Need::Nobody,
            night: Need::OnDuty,
        },
        phone: String::new(),
    })
}

fn line_id() -> RecordId {
    rota_id(post_id(), person(), month())
}

fn line_target() -> Vec<Target> {
    vec![target(Kind::Rota, line_id(), Rev(1))]
}

fn both() -> Vec<Target> {
    vec![
        target(Kind::Rota, line_id(), Rev::NONE),
        target(Kind::Post, post_id(), Rev(1)),
    ]
}

fn night_of(number: u8) -> AssignShift {
    AssignShift {
        post: post_id(),
        person: person(),
        date: day(number),
        code: Code::Night,
        hours: None,
        reason: String::new(),
    }
}

fn key(code: Code, starts: Timestamp) -> ShiftKey {
    ShiftKey { code, starts }
}

fn import_id(number: u128) -> CommandId {
    CommandId::new(Uuid::from_u128(0x1A00 + number))
}

fn import(number: u128, edits: &[(u8, &str, &str)]) -> Act {
    let cell = |text: &str| -> Cell { text.parse().unwrap() };
    let edit = |(day, from, to): &(u8, &str, &str)| DayEdit {
        day: *day,
        from: cell(from),
        to: cell(to),
    };
    Act::RosterImport(Box::new(Import {
        import: import_id(number),
        month: month(),
        file: "11月.xlsx".into(),
        lines: vec![ImportLine {
            post: post_id(),
            person: person(),
            days: edits.iter().map(edit).collect(),
        }],
    }))
}

fn why(result: Result<Vec<Change>, Refusal>) -> Why {
    match result {
        Err(Refusal::Roster { roster }) => roster,
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_who_leads_or_watches_over_the_area_makes_its_roster() {
    for role in ROLES {
        let wanted = match role {
            Role::Leader | Role::DutyOfficer => Reach::Area,
            _ => Reach::Nowhere,
        };
        for verb in Verb::ALL {
            assert_eq!(verb.reach_of(role), wanted, "{role:?} {verb}");
            assert_eq!(verb.name().parse::<Verb>().unwrap(), verb);
        }
        let mut desk = Desk::new();
        let author = officer(5, 1, role, "420607");
        let done = desk.does(&author, both(), Act::RosterAssignShift(night_of(23)));
        assert_eq!(done.is_ok(), wanted == Reach::Area, "{role:?} {done:?}");
    }
    let mut desk = Desk::new();
    let elsewhere = officer(6, 4, Role::DutyOfficer, "420607102");
    let done = desk.does(&elsewhere, both(), Act::RosterAssignShift(night_of(23)));
    assert!(
        matches!(done, Err(Refusal::NotPermitted { .. })),
        "{done:?}"
    );
}

#[test]
fn a_night_has_its_hours_from_the_policy_and_belongs_to_the_day_it_starts_on() {
    let mut desk = Desk::new();
    desk.assign(night_of(23)).unwrap();
    let shift = &desk.line().shifts[0];
    assert_eq!((shift.starts, shift.ends), (at(23, 20), at(24, 8)));
    assert_eq!(shift.date, day(23));
    let record = desk.records.iter().find(|it| it.id == line_id()).unwrap();
    assert_eq!((record.area, record.rev), (area(TOWN), Rev(1)));
    // The last night of the month stays in its month.
    let last = CodeHours::default().night.on(day(30));
    assert_eq!(
        last.1,
        Timestamp::from_civil(day(30).saturating_add_days(1), 8, 0).unwrap()
    );
}

#[test]
fn the_same_time_twice_is_refused_and_a_part_of_a_night_may_be_taken() {
    let mut desk = Desk::new();
    let part = AssignShift {
        hours: Some(Span {
            from: at(24, 2),
            until: at(24, 6),
        }),
        ..night_of(23)
    };
    desk.assign(part).unwrap();
    let with = key(Code::Night, at(24, 2));
    assert_eq!(why(desk.assign(night_of(23))), Why::Overlap { with });
    for (from, until) in [
        (at(24, 6), at(24, 6)),
        (at(22, 20), at(23, 1)),
        (at(23, 20), at(25, 8)),
        (at(25, 1), at(25, 8)),
    ] {
        let hours = Some(Span { from, until });
        let odd = AssignShift {
            hours,
            ..night_of(23)
        };
        assert_eq!(why(desk.assign(odd)), Why::Hours, "{from} {until}");
    }
}

#[test]
fn somebody_taken_ill_at_night_leaves_a_gap_from_that_hour_and_another_takes_over() {
    let mut desk = Desk::new();
    desk.assign(night_of(23)).unwrap();
    let remove = |from| {
        Act::RosterRemoveShift(RemoveShift {
            shift: key(Code::Night, at(23, 20)),
            from,
            reason: "送医".into(),
        })
    };
    assert_eq!(
        why(desk.does(&leader(), line_target(), remove(at(24, 8)))),
        Why::Hours
    );
    let unsaid = Act::RosterRemoveShift(RemoveShift {
        shift: key(Code::Night, at(23, 20)),
        from: at(23, 23),
        reason: " ".into(),
    });
    let unsaid = desk.does(&leader(), line_target(), unsaid);
    assert!(matches!(unsaid, Err(Refusal::Empty { .. })), "{unsaid:?}");
    desk.does(&leader(), line_target(), remove(at(23, 23)))
        .unwrap();
    let watch = desk.watch();
    assert_eq!(watch.on(at(23, 22)).count(), 1);
    assert_eq!(watch.on(at(23, 23)).count(), 0);
    let cut = desk.line().shifts[0].cut.clone().unwrap();
    assert_eq!(
        (cut.by, cut.reason.as_str()),
        (leader().reference(), "送医")
    );
    let post = desk.records.iter().find_map(post_of).unwrap().0.clone();
    let hours = CodeHours::default();
    let (mark, gaps) = coverage(&watch, (post_id(), &post), day(23), &hours);
    assert_eq!(mark, Mark::Gap);
    assert_eq!(
        gaps[0].span,
        Span {
            from: at(23, 23),
            until: at(24, 8)
        }
    );
    let rest = AssignShift {
        hours: Some(gaps[0].span),
        reason: "接替".into(),
        ..night_of(23)
    };
    desk.assign(rest).unwrap();
    let (mark, gaps) = coverage(&desk.watch(), (post_id(), &post), day(23), &hours);
    assert_eq!((mark, gaps), (Mark::OnDuty, Vec::new()));
}

#[test]
fn a_check_in_is_an_entry_of_the_line_and_the_first_one_counts() {
    let mut desk = Desk::new();
    desk.assign(night_of(23)).unwrap();
    let check_in = |entry: u128, starts| {
        Act::RosterCheckIn(CheckIn {
            entry: RecordId::new(Uuid::from_u128(entry)),
            shift: key(Code::Night, starts),
            channel: Channel::Radio,
            text: "已到岗".into(),
        })
    };
    let done = desk
        .does(&duty(2), line_target(), check_in(0xE1, at(23, 20)))
        .unwrap();
    assert_eq!(done.len(), 2);
    let entry = done[0].record.entry().unwrap();
    assert_eq!(done[0].record.parent, Some(line_id()));
    let what = EntryKind::CheckIn {
        shift: key(Code::Night, at(23, 20)),
        channel: Channel::Radio,
    };
    assert_eq!((&entry.what, entry.text.as_str()), (&what, "已到岗"));
    // The words are the entry's alone.
    let AnyAct::Roster(Act::RosterCheckIn(told)) = &done[1].event.act else {
        panic!("{done:?}");
    };
    assert_eq!(told.text, "");
    assert_eq!(desk.line().shifts[0].checked_in, Some(at(22, 9)));
    let nobody = desk.does(&duty(2), line_target(), check_in(0xE2, at(24, 20)));
    assert_eq!(why(nobody), Why::NoShift);
}

/// Whatever a desk sends: the number stays in the person's record.
#[test]
fn a_call_is_an_entry_of_the_line_without_the_number() {
    let mut desk = Desk::new();
    desk.assign(night_of(23)).unwrap();
    let number = "10012345678";
    let call = Act::RosterCall(RosterCall {
        entry: RecordId::new(Uuid::from_u128(0xE3)),
        call: Call {
            direction: Direction::Out,
            with: "乙".into(),
            phone: number.into(),
            outcome: CallOutcome::NoAnswer,
        },
        text: "过十分钟再打".into(),
    });
    let done = desk.does(&duty(2), line_target(), call).unwrap();
    assert_eq!(done.len(), 1);
    let entry = done[0].record.entry().unwrap();
    let EntryKind::Call(kept) = &entry.what else {
        panic!("{entry:?}");
    };
    assert_eq!(
        (kept.with.as_str(), kept.outcome),
        ("乙", CallOutcome::NoAnswer)
    );
    assert_eq!(entry.text, "过十分钟再打");
    let said = format!(
        "{}{}",
        serde_json::to_string(&done[0].record).unwrap(),
        serde_json::to_string(&done[0].event).unwrap()
    );
    assert!(!said.contains(number), "{said}");
}

#[test]
fn an_import_sets_days_by_what_was_seen_and_another_days_change_does_not_hinder_it() {
    let mut desk = Desk::new();
    desk.import(1, &[(23, "", "N"), (24, "", "R"), (25, "", "WS")])
        .unwrap();
    assert_eq!(desk.line().cell(25).to_string(), "WS");
    desk.assign(AssignShift {
        code: Code::White,
        ..night_of(24)
    })
    .unwrap();
    // What lies over the plan is not the paper's.
    desk.import(2, &[(24, "R", "N")]).unwrap();
    let stale = desk.import(3, &[(23, "", "W"), (26, "", "W")]);
    let wanted = Why::DayChanged {
        day: 23,
        seen: Cell::EMPTY,
        now: "N".parse().unwrap(),
    };
    assert_eq!(why(stale), wanted);
    assert!(desk.line().cell(26).is_empty());
    assert_eq!(
        why(desk.import(4, &[(31, "", "W")])),
        Why::NoDay { day: 31 }
    );
    let twice = desk.import(5, &[(27, "", "W"), (27, "", "N")]);
    assert_eq!(why(twice), Why::NoDay { day: 27 });
}

#[test]
fn e22_undoing_an_import_puts_back_the_roster_byte_by_byte() {
    let mut desk = Desk::new();
    desk.import(1, &[(23, "", "N"), (24, "", "R")]).unwrap();
    let remove = Act::RosterRemoveShift(RemoveShift {
        shift: key(Code::Night, at(23, 20)),
        from: at(23, 22),
        reason: "送医".into(),
    });
    desk.does(&duty(1), line_target(), remove).unwrap();
    let mut before = desk.line().clone();
    before.before = None;
    desk.import(2, &[(23, "N", "W"), (24, "R", ""), (25, "", "S")])
        .unwrap();
    let undo = |number| {
        Act::RosterUndoImport(UndoImport {
            import: import_id(number),
        })
    };
    let other = desk.does(&duty(1), line_target(), undo(1));
    assert_eq!(why(other), Why::NotUndoable);
    desk.does(&duty(1), line_target(), undo(2)).unwrap();
    let text = |rota: &Rota| serde_json::to_string(rota).unwrap();
    assert_eq!(text(desk.line()), text(&before));
    assert_eq!(
        why(desk.does(&duty(1), line_target(), undo(2))),
        Why::NotUndoable
    );
}

#[test]
fn an_import_that_somebody_has_worked_with_is_not_undone() {
    let mut desk = Desk::new();
    desk.import(1, &[(23, "", "N")]).unwrap();
    let check_in = Act::RosterCheckIn(CheckIn {
        entry: RecordId::new(Uuid::from_u128(0xE1)),
        shift: key(Code::Night, at(23, 20)),
        channel: Channel::Phone,
        text: String::new(),
    });
    desk.does(&duty(1), line_target(), check_in).unwrap();
    let undo = Act::RosterUndoImport(UndoImport {
        import: import_id(1),
    });
    assert_eq!(
        why(desk.does(&duty(1), line_target(), undo)),
        Why::NotUndoable
    );
}

#[test]
fn targets_that_do_not_belong_together_are_refused() {
    let mut desk = Desk::new();
    let line = target(Kind::Rota, RecordId::new(Uuid::from_u128(3)), Rev::NONE);
    let post = target(Kind::Post, post_id(), Rev(1));
    let foreign = desk.does(
        &duty(1),
        vec![line, post.clone()],
        Act::RosterAssignShift(night_of(23)),
    );
    assert_eq!(why(foreign), Why::OtherLine);
    for targets in [vec![post.clone()], [both(), vec![post]].concat()] {
        let done = desk.does(&duty(1), targets, import(1, &[(23, "", "N")]));
        assert!(matches!(done, Err(Refusal::Targets { .. })), "{done:?}");
    }
    let again = target(Kind::Post, post_id(), Rev::NONE);
    let again = desk.does(&duty(1), vec![again], post_add());
    assert_eq!(again, Err(Refusal::Exists));
}

#[test]
fn every_act_is_on_the_wire_what_it_was() {
    let acts = [
        post_add(),
        Act::RosterAssignShift(night_of(23)),
        import(1, &[(23, "", "WS")]),
        Act::RosterUndoImport(UndoImport {
            import: import_id(1),
        }),
    ];
    for act in acts {
        let text = serde_json::to_string(&AnyAct::from(act.clone())).unwrap();
        assert!(
            text.starts_with(&format!("{{\"verb\":\"{}\"", act.verb())),
            "{text}"
        );
        let read: AnyAct = serde_json::from_str(&text).unwrap();
        assert_eq!(read, AnyAct::Roster(act));
    }
}

#[test]
fn tonight_is_the_night_that_runs_else_the_next_one() {
    let hours = CodeHours::default();
    for (now, date) in [
        (at(23, 9), 23),
        (at(23, 23), 23),
        (at(24, 3), 23),
        (at(24, 8), 24),
    ] {
        assert_eq!(tonight(now, &hours), day(date), "{now}");
    }
    assert_eq!(night(day(23), &hours).until, at(24, 8));
}

#[test]
fn who_can_be_asked_is_near_rested_and_never_on_elsewhere_first() {
    let able = |number: u128, code: &str| Able {
        person: PersonRef {
            id: PersonId::new(Uuid::from_u128(number)),
            name: format!("人{number}"),
        },
        area: area(code),
    };
    let people = [
        able(1, "420607102201"),
        able(2, "420607101202"),
        able(3, "420607101201"),
        able(4, "420607101201"),
        able(5, "420607101202"),
    ];
    let hours = CodeHours::default();
    let line = |who: &Able, date: u8, code: Code| {
        let mut rota = Rota::empty(post_id(), who.person.clone(), month());
        let (starts, ends) = hours.of(code).on(day(date));
        rota.shifts.push(Shift {
            date: day(date),
            code,
            starts,
            ends,
            layer: Layer::Plan,
            reason: String::new(),
            cut: None,
            checked_in: None,
        });
        rota
    };
    let rotas = [
        line(&people[2], 23, Code::Night),
        line(&people[3], 23, Code::White),
        line(&people[4], 23, Code::Standby),
    ];
    let watch = Watch::of(rotas.iter().map(|rota| (line_id(), rota)));
    let span = night(day(23), &hours);
    let found = candidates(&watch, &people, area("420607101201"), span);
    let order: Vec<_> = found
        .iter()
        .map(|it| (it.person.name.as_str(), it.distance, it.busy))
        .collect();
    assert_eq!(
        order,
        [
            ("人5", Distance::Town, Busy::StandingBy),
            ("人2", Distance::Town, Busy::Free),
            ("人1", Distance::Elsewhere, Busy::Free),
            ("人4", Distance::Here, Busy::TooLittleRest),
            ("人3", Distance::Here, Busy::OnDuty),
        ]
    );
}

#[test]
fn a_month_knows_its_days() {
    let february: Month = "2028-02".parse().unwrap();
    assert_eq!((february.days(), february.day(30)), (29, None));
    assert_eq!(february.next().to_string(), "2028-03");
    assert_eq!(february.before().to_string(), "2028-01");
    assert_eq!(Month::of(day(30)).next().before(), Month::of(day(1)));
    assert!("2026-13".parse::<Month>().is_err());
    assert!("2026-1".parse::<Month>().is_err());
}
