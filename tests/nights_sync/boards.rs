//! E13 with the records of the other boards: warnings, rosters, contacts and the
//! duty log, written on both sides of a long cut.

use std::collections::BTreeSet;
use std::sync::Arc;

use uuid::Uuid;
use zhiban::domain::act::AnyAct;
use zhiban::domain::alarm::Rank;
use zhiban::domain::command::Target;
use zhiban::domain::duty;
use zhiban::domain::duty::line::{LogLine, Means};
use zhiban::domain::entry::{Call, CallOutcome, Direction};
use zhiban::domain::ids::{CommandId, PersonId, RecordId, UnitId};
use zhiban::domain::network;
use zhiban::domain::record::{Body, Kind, Record, Rev};
use zhiban::domain::roster::code::Code;
use zhiban::domain::roster::month::Month;
use zhiban::domain::roster::{self, Need, Needs, PostKind, Rota, ShiftKey, rota_id};
use zhiban::domain::time::Date;
use zhiban::domain::unit::{Person, PersonKind};
use zhiban::domain::warning::{self, Ground, Source, Standing, Subject, Warning, Why};
use zhiban::service::Seed;
use zhiban::store::handle::NewAct;
use zhiban::store::view::Pending;
use zhiban::sync::clock::{Clock, FakeClock};
use zhiban::sync::status::LinkState;

use super::support::centre::{Centre, TOWN, area, moment};
use super::support::proxy::Proxy;
use super::support::station::{Place, Seat};
use super::support::{let_pass, run_until};
use super::{DRAINED_WITHIN, MINUTE, effects, until_wall};

/// Changes at the centre, and acts at the desk, while there is no line.
const THERE: usize = 40;
const HERE: usize = 14;
/// Warnings that were there before.
const WARNINGS: usize = 4;

/// What both sides write about.
struct Ground13 {
    post: RecordId,
    /// Two auxiliary officers and a mediator.
    people: [PersonId; 3],
    warnings: Vec<RecordId>,
    night: Date,
}

fn on(kind: Kind, id: RecordId) -> Target {
    Target {
        kind,
        id,
        base_rev: Rev::NONE,
        seen: None,
    }
}

fn fresh() -> RecordId {
    RecordId::new(Uuid::now_v7())
}

fn raise(text: &str) -> AnyAct {
    warning::act::Act::Raise(Box::new(warning::act::Raise {
        area: area(TOWN),
        rank: Rank::Watch,
        subject: Subject::Place {
            place: "桥头".to_owned(),
        },
        why: Why::Said {
            text: text.to_owned(),
        },
        source: Source::Hand,
    }))
    .into()
}

fn line(text: &str) -> AnyAct {
    duty::act::Act::LogAdd(Box::new(duty::act::LogAdd {
        area: area("420607"),
        what: duty::act::Told::Note,
        text: text.to_owned(),
        by: Means::Desk,
        about: None,
        corrects: None,
        keeps: None,
    }))
    .into()
}

fn call(to: &str) -> Call {
    Call {
        direction: Direction::Out,
        with: to.to_owned(),
        phone: "10012340009".to_owned(),
        outcome: CallOutcome::Answered,
    }
}

impl Ground13 {
    fn made(centre: &Centre, clock: &FakeClock) -> Self {
        let people = [0xA1, 0xA2, 0xA3].map(|n| PersonId::new(Uuid::from_u128(n)));
        let kinds = [
            PersonKind::AuxPolice,
            PersonKind::AuxPolice,
            PersonKind::Mediator,
        ];
        let seeds = people.iter().zip(kinds).map(|(id, kind)| Seed {
            event: None,
            record: Record {
                id: (*id).into(),
                area: area(TOWN),
                rev: Rev(1),
                parent: None,
                body: Body::Person(Box::new(Person {
                    phone: "10012340009".to_owned(),
                    ..Person::named("周守望".to_owned(), UnitId::new(Uuid::from_u128(9)), kind)
                })),
                sealed: None,
            },
        });
        centre.service.seed(seeds, clock.now()).unwrap();
        let ground = Self {
            post: fresh(),
            people,
            warnings: (0..WARNINGS).map(|_| fresh()).collect(),
            night: clock.now().date().saturating_add_days(-1),
        };
        let post = roster::act::Act::RosterPostAdd(roster::act::PostAdd {
            area: area("420607102201"),
            name: "桥头村".to_owned(),
            kind: PostKind::Village,
            needs: Needs {
                day: Need::Nobody,
                night: Need::OnDuty,
            },
            phone: String::new(),
        });
        centre.act(vec![on(Kind::Post, ground.post)], post);
        centre.act(ground.line_and_post(0), ground.assign(0, ground.night));
        for (nth, id) in ground.warnings.iter().enumerate() {
            centre.act(vec![on(Kind::Warning, *id)], raise(&format!("早先{nth}")));
        }
        ground
    }

    fn line(&self, whose: usize) -> RecordId {
        rota_id(self.post, self.people[whose], Month::of(self.night))
    }

    fn line_and_post(&self, whose: usize) -> Vec<Target> {
        vec![on(Kind::Rota, self.line(whose)), on(Kind::Post, self.post)]
    }

    fn assign(&self, whose: usize, date: Date) -> AnyAct {
        roster::act::Act::RosterAssignShift(roster::act::AssignShift {
            post: self.post,
            person: self.people[whose],
            date,
            code: Code::Night,
            hours: None,
            reason: String::new(),
        })
        .into()
    }

    fn roster_call(whom: &str) -> AnyAct {
        roster::act::Act::RosterCall(roster::act::RosterCall {
            entry: fresh(),
            call: call(whom),
            text: String::new(),
        })
        .into()
    }

    fn network_call(&self, text: &str) -> (Vec<Target>, AnyAct) {
        let act = network::act::Act::Call(network::act::Call {
            entry: fresh(),
            line: network::act::Line::First,
            outcome: CallOutcome::NoAnswer,
            text: text.to_owned(),
        });
        (vec![on(Kind::Person, self.people[2].into())], act.into())
    }

    /// The `number`-th of the desk's acts.
    fn here(&self, seat: &Seat, number: usize) -> (Vec<Target>, AnyAct) {
        let of_warning = |nth: usize, act: warning::act::Act| {
            (vec![on(Kind::Warning, self.warnings[nth])], act.into())
        };
        let answer = warning::act::Act::Acknowledge(warning::act::Acknowledge { episode: 1 });
        match number {
            0 => of_warning(0, answer),
            2 => {
                let act = roster::act::Act::RosterCheckIn(roster::act::CheckIn {
                    entry: fresh(),
                    shift: shift_of(seat, self.line(0)),
                    channel: roster::act::Channel::Phone,
                    text: "在岗".to_owned(),
                });
                (vec![on(Kind::Rota, self.line(0))], act.into())
            }
            3 | 10 => self.network_call(&format!("本席{number:02}拨打")),
            4 => (self.line_and_post(1), self.assign(1, self.night)),
            5 => (vec![on(Kind::Warning, fresh())], raise("本席发现")),
            6 => of_warning(1, answer),
            7 => {
                let act = warning::act::Act::Lift(warning::act::Lift {
                    episode: 1,
                    rank: Rank::Watch,
                    ground: Ground::Judged,
                    reason: "已散去".to_owned(),
                });
                of_warning(2, act)
            }
            9 => (
                vec![on(Kind::Rota, self.line(0))],
                Self::roster_call("周守望"),
            ),
            _ => (
                vec![on(Kind::LogLine, fresh())],
                line(&format!("本席{number:02}记录")),
            ),
        }
    }

    /// The `number`-th of the centre's changes.
    fn there(&self, centre: &Centre, number: usize) {
        let (targets, act) = match number % 5 {
            0 => (
                vec![on(Kind::Warning, fresh())],
                raise(&format!("中心{number:02}")),
            ),
            1 => self.network_call(&format!("中心{number:02}拨打")),
            2 => (
                vec![on(Kind::Rota, self.line(0))],
                Self::roster_call("周守望"),
            ),
            _ => (
                vec![on(Kind::LogLine, fresh())],
                line(&format!("中心{number:02}记录")),
            ),
        };
        centre.act(targets, act);
    }
}

fn shift_of(seat: &Seat, line: RecordId) -> ShiftKey {
    rota(seat, line).shifts[0].key()
}

fn rota(seat: &Seat, line: RecordId) -> Rota {
    let shown = seat.store.shown(line).wait().unwrap().unwrap();
    match shown.record.body {
        Body::Rota(rota) => *rota,
        other => panic!("{other:?}"),
    }
}

fn submitted(seat: &Seat, clock: &FakeClock, (targets, act): (Vec<Target>, AnyAct)) -> CommandId {
    let new = NewAct {
        targets,
        act,
        made_at: clock.now(),
        offset_ms: 0,
    };
    seat.store.submit(new).wait().unwrap().command
}

#[test]
fn e13_warnings_rosters_contacts_and_the_log_merge_as_cleanly() {
    let clock = FakeClock::new(moment("2026-11-23T01:00:00+08:00"));
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let centre = Centre::new(Arc::clone(&shared));
    let ground = Ground13::made(&centre, &clock);
    let mut proxy = Proxy::to(centre.addr());
    let place = Place::new(&proxy.url(), shared);
    let mut seat = place.sign_in("a");
    let token = seat.signed_in.as_ref().unwrap().token.clone();
    seat.start();
    run_until(&clock, "the desk has everything", || {
        let last = seat.store.shown(ground.warnings[WARNINGS - 1]).wait();
        seat.link() == LinkState::Live && last.unwrap().is_some()
    });

    // 01:12 to 04:40: each side by itself.
    clock.advance(until_wall(&clock, "2026-11-23T01:12:00+08:00"));
    proxy.cut();
    run_until(&clock, "the cut is noticed", || {
        seat.link() == LinkState::Offline
    });
    let mut acts = Vec::new();
    for number in 0..THERE {
        ground.there(&centre, number);
        if number % 3 == 0 {
            let act = ground.here(&seat, acts.len());
            acts.push(submitted(&seat, &clock, act));
        }
        let_pass(&clock, 5 * MINUTE);
    }
    assert_eq!((acts.len(), seat.unsent()), (HERE, HERE));
    // What the desk has done, it shows.
    assert_eq!(rota(&seat, ground.line(1)).shifts.len(), 1);
    let_pass(&clock, until_wall(&clock, "2026-11-23T04:40:00+08:00"));

    // The line is back, and swallows an answer: everything is sent again.
    proxy.swallow_answers(1);
    proxy.mend();
    let mended_at = clock.monotonic();
    run_until(&clock, "the backlog is drained", || {
        seat.unsent() == 0 && seat.link() == LinkState::Live
    });
    let took = clock.monotonic().since(mended_at);
    assert!(took <= DRAINED_WITHIN, "drained after {took:?}");
    let head = centre.changes(&token).head;
    run_until(&clock, "all of it is here", || {
        let feed = super::page_feed(&seat);
        let cursor = seat.store.cursor(feed).wait().unwrap();
        cursor.is_some_and(|cursor| cursor.seq >= head)
    });
    // Every push again, the latest first, twice: nothing is done again.
    let pushes = proxy.pushes();
    for push in pushes.iter().rev().chain(pushes.iter().rev()) {
        let answer = proxy.replay(push);
        assert!(!answer.contains(r#""verdict":"accepted""#), "{answer}");
    }
    check(&centre, &seat, &token, &ground, &acts);
    println!("drained after {took:?}; {} pushes replayed", pushes.len());
}

/// 0 lost, 0 doubled, the same on both sides.
fn check(centre: &Centre, seat: &Seat, token: &str, ground: &Ground13, acts: &[CommandId]) {
    assert_eq!(seat.refused(), 0);
    let page = centre.changes(token);
    let effects = effects(&page);
    assert!(effects.values().all(|count| *count == 1), "{effects:?}");
    for act in acts {
        let named = act.to_string();
        let found = effects.keys().any(|(command, _)| *command == named);
        assert!(found, "{act} is lost");
    }
    for kind in [Kind::Warning, Kind::Rota, Kind::Person, Kind::LogLine] {
        for record in centre.service.records_of(&kind).unwrap() {
            let shown = seat.store.shown(record.id).wait().unwrap();
            let shown = shown.unwrap_or_else(|| panic!("{kind:?} {} is missing", record.id));
            assert_eq!(shown.pending, Pending::Confirmed);
            assert_eq!(shown.record.body, record.body, "the same on both sides");
        }
    }
    let warning = |nth: usize| -> Warning {
        let shown = seat.store.shown(ground.warnings[nth]).wait().unwrap();
        shown.unwrap().record.warning().unwrap().clone()
    };
    let standings = [0, 1, 2, 3].map(|nth| warning(nth).standing());
    assert_eq!(standings[..2], [Standing::Acknowledged; 2]);
    assert!(warning(2).lifted.is_some() && !warning(2).is_open());
    assert_eq!(standings[3], Standing::Unacknowledged);
    assert!(rota(seat, ground.line(0)).shifts[0].checked_in.is_some());
    assert_eq!(rota(seat, ground.line(1)).shifts.len(), 1);
    // Calls of both sides: of the contact 2 and 8, of the line 1 and 8.
    let entries = |of: RecordId| seat.entries(of).len();
    assert_eq!(entries(ground.people[2].into()), 2 + 8);
    // With the check-in.
    assert_eq!(entries(ground.line(0)), 1 + 1 + 8);
    log_is_whole(seat);
}

/// One log of both, without a hole, each side's lines in their order.
fn log_is_whole(seat: &Seat) {
    let unit = seat.store.officer().unit.clone();
    let rows = seat.store.log_whole(unit).wait().unwrap();
    let lines: Vec<&LogLine> = rows.iter().map(|row| &row.line).collect();
    let numbers: Vec<u64> = lines.iter().map(|line| line.place.unwrap().no).collect();
    let all: Vec<u64> = (1..=lines.len() as u64).collect();
    assert_eq!(numbers, all);
    for (side, count) in [("本席", 5), ("中心", 16)] {
        let own: Vec<&str> = lines
            .iter()
            .map(|line| line.text.as_str())
            .filter(|text| text.starts_with(side))
            .collect();
        assert!(own.is_sorted(), "{own:?}");
        let once: BTreeSet<&str> = own.iter().copied().collect();
        assert_eq!((own.len(), once.len()), (count, count), "{own:?}");
    }
}
