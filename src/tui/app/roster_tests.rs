//! The roster board under the keys; night E09 in its first form.

use uuid::Uuid;

use super::effect::Effect;
use super::message::{Done, Message};
use super::model::{Board, Bookmark, Model};
use super::queue::Typing;
use super::roster::{Card, Row, View, shifts};
use super::testing::{area, at, desk, press};
use super::update::update;
use super::words::names;
use crate::domain::act::AnyAct;
use crate::domain::area::AreaCode;
use crate::domain::extra::Extra;
use crate::domain::ids::{OfficerId, PersonId, RecordId, UnitId};
use crate::domain::network;
use crate::domain::record::Rev;
use crate::domain::roster::act::Act;
use crate::domain::roster::code::{Code, CodeHours, Duty};
use crate::domain::roster::month::Month;
use crate::domain::roster::{
    Cut, Layer, Need, Needs, Post, PostKind, Rota, Shift, ShiftKey, rota_id,
};
use crate::domain::time::{Date, Timestamp};
use crate::domain::unit::{OfficerRef, Person, PersonKind, PersonRef};
use crate::i18n::{Language, current};
use crate::store::roster::{AblePerson, Held, Roster};
use crate::store::view::{Counts, Pending};

/// Villages of each town of the test's district.
const TOWNS: [(&str, u128); 4] = [
    ("420607102", 28),
    ("420607103", 29),
    ("420607001", 24),
    ("420607105", 34),
];

fn named(chinese: &str, latin: &str, n: u128) -> String {
    match current() {
        Language::Chinese => format!("{chinese}{n}"),
        Language::English => format!("{latin} {n}"),
    }
}

fn tonight() -> Date {
    at("20:00").date()
}

fn person(n: u128) -> PersonRef {
    let names = ["王承川", "李启舟", "张书岚", "刘景宁", "陈思和", "杨若水"];
    let at = usize::try_from(n % 6).unwrap();
    PersonRef {
        id: PersonId::new(Uuid::from_u128(0xA000 + n)),
        name: match current() {
            Language::Chinese => names[at].to_owned(),
            Language::English => format!("Ofc {n}"),
        },
    }
}

fn held<T>(id: RecordId, area: AreaCode, doc: T) -> Held<T> {
    Held {
        id,
        area,
        rev: Rev(1),
        doc,
        pending: Pending::Confirmed,
    }
}

fn post(n: u128, code: AreaCode, name: String, kind: PostKind, night: Need) -> Held<Post> {
    let needs = Needs {
        day: Need::Nobody,
        night,
    };
    let doc = Post {
        name,
        kind,
        needs,
        phone: String::new(),
        extra: Extra::new(),
    };
    held(RecordId::new(Uuid::from_u128(0xF000 + n)), code, doc)
}

fn shift(code: Code, date: Date) -> Shift {
    let (starts, ends) = CodeHours::default().of(code).on(date);
    Shift {
        date,
        code,
        starts,
        ends,
        layer: Layer::Plan,
        reason: String::new(),
        cut: None,
        checked_in: None,
    }
}

fn line(post: &Held<Post>, n: u128, shifts: Vec<Shift>) -> Held<Rota> {
    let month = Month::of(tonight());
    let mut rota = Rota::empty(post.id, person(n), month);
    rota.shifts = shifts;
    held(rota_id(post.id, rota.person.id, month), post.area, rota)
}

/// A patrol team with somebody who was taken to hospital at 23:10, and villages
/// of which each sixth has nobody tonight.
pub fn roster() -> (Roster, Vec<AblePerson>) {
    let mut roster = Roster::default();
    let mut able = Vec::new();
    let mut n = 0;
    for (town, villages) in TOWNS {
        let code = area(town);
        let patrol = post(
            n,
            code,
            named("巡逻队", "Patrol", n),
            PostKind::Patrol,
            Need::OnDuty,
        );
        let mut night = shift(Code::Night, tonight());
        if n == 0 {
            night.cut = Some(Box::new(Cut {
                from: at("23:10"),
                by: OfficerRef {
                    id: OfficerId::new(Uuid::nil()),
                    name: String::new(),
                },
                at: at("23:10"),
                reason: String::new(),
            }));
        } else {
            night.checked_in = Some(at("20:05"));
        }
        roster.rotas.push(line(&patrol, 500 + n, vec![night]));
        roster.posts.push(patrol);
        for village in 1..=villages {
            n += 1;
            let own = area(&format!("{town}{:03}", 200 + village));
            let there = post(
                n,
                own,
                named("第", "Village", n),
                PostKind::Village,
                Need::Standby,
            );
            let code = match n % 6 {
                0 => Code::Rest,
                1 => Code::Night,
                _ => Code::Standby,
            };
            roster
                .rotas
                .push(line(&there, n, vec![shift(code, tonight())]));
            roster.posts.push(there);
            able.push(AblePerson {
                id: person(n).id,
                area: own,
                person: Person {
                    phone: format!("100{n:08}"),
                    ..Person::named(
                        person(n).name,
                        UnitId::new(Uuid::nil()),
                        PersonKind::AuxPolice,
                    )
                },
            });
        }
        n += 1;
    }
    let phones = roster.rotas.iter().enumerate().map(|(at, line)| {
        let phone = format!("100{at:08}");
        (line.doc.person.id, phone)
    });
    roster.phones = phones.collect();
    (roster, able)
}

/// The board as it is opened at 23:41.
pub fn open(model: &mut Model) {
    press(model, "P");
    answer(model, roster());
}

fn answer(model: &mut Model, (roster, able): (Roster, Vec<AblePerson>)) -> Vec<Effect> {
    update(model, Message::Roster(Box::new(roster), able))
}

fn board() -> Model {
    let mut model = desk(80, 24);
    open(&mut model);
    model
}

fn own(model: &Model) -> &super::roster::RosterBoard {
    &model.desk.as_ref().unwrap().roster
}

fn submitted(effects: Vec<Effect>) -> Act {
    let mut acts = effects.into_iter().filter_map(|effect| match effect {
        Effect::Submit { act, .. } => Some(*act),
        _ => None,
    });
    match acts.next_back() {
        Some(AnyAct::Roster(act)) => act,
        other => panic!("no act of the roster: {other:?}"),
    }
}

#[test]
fn the_board_asks_for_last_nights_months_and_gaps_lead_the_list() {
    let mut model = desk(80, 24);
    let effects = press(&mut model, "3");
    let month = Month::of(tonight());
    let wanted = Effect::LoadRoster {
        months: vec![month, month.next()],
        shifts: shifts(model.now),
    };
    assert!(effects.contains(&wanted), "{effects:?}");
    answer(&mut model, roster());
    assert_eq!(model.desk.as_ref().unwrap().board, Board::Roster);
    let rows = &own(&model).rows;
    let kinds: Vec<u8> = rows
        .iter()
        .map(|row| match row {
            Row::Gap(_) => 0,
            Row::Stand(stand) if stand.duty == Duty::On => 1,
            Row::Stand(_) => 2,
            Row::Later(_) => 3,
        })
        .collect();
    assert!(kinds.is_sorted(), "{kinds:?}");
    for kind in 0..=3 {
        assert!(kinds.contains(&kind), "{kind}");
    }
    // Whoever was taken to hospital at 23:10 is on no more, and the gap is
    // from now on.
    let Row::Gap(first) = rows[0] else {
        panic!("{:?}", rows[0]);
    };
    assert_eq!(first.span.from, model.now);
}

#[test]
fn e09_a_gap_is_filled_in_three_keys_by_somebody_near_and_rested() {
    let mut model = board();
    let at_gap = |model: &Model| match own(model).current() {
        Some(Row::Gap(gap)) => *gap,
        other => panic!("{other:?}"),
    };
    let patrol = RecordId::new(Uuid::from_u128(0xF000));
    while at_gap(&model).post != patrol {
        press(&mut model, "j");
    }
    let gap = at_gap(&model);
    press(&mut model, "a");
    press(&mut model, "<enter>");
    let effects = press(&mut model, "<enter>");
    let Act::RosterAssignShift(args) = submitted(effects) else {
        panic!("another act");
    };
    assert_eq!(
        (args.post, args.date, args.code),
        (patrol, tonight(), Code::Night)
    );
    assert_eq!(args.hours.unwrap(), gap.span);
    let chosen = own(&model).given.as_ref().unwrap();
    let stands = chosen.overview.watch.stands();
    let busy = stands
        .iter()
        .any(|stand| stand.person.id == args.person && stand.duty == Duty::On);
    assert!(
        !busy,
        "whoever is on elsewhere is not the first to be asked"
    );
    let able = chosen.able.iter().find(|one| one.person.id == args.person);
    assert_eq!(able.unwrap().area.town(), Some(area("420607102")));
}

#[test]
fn taking_somebody_off_who_is_on_means_from_now_on_and_wants_a_reason() {
    let mut model = board();
    while !matches!(own(&model).current(), Some(Row::Stand(stand)) if stand.duty == Duty::On) {
        press(&mut model, "j");
    }
    let stand = own(&model).stand().unwrap().clone();
    let effects = press(&mut model, "x<enter><enter>");
    assert!(!effects.iter().any(|it| matches!(it, Effect::Submit { .. })));
    let effects = press(&mut model, "abc<ctrl-s>");
    let Act::RosterRemoveShift(args) = submitted(effects) else {
        panic!("another act");
    };
    assert_eq!((args.shift, args.from), (stand.shift, model.now));
    assert_eq!(args.reason, "abc");
}

#[test]
fn a_check_in_names_the_shift_and_a_call_whom_but_no_number() {
    let mut model = board();
    while own(&model).stand().is_none() {
        press(&mut model, "j");
    }
    let stand = own(&model).stand().unwrap().clone();
    let Act::RosterCheckIn(args) = submitted(press(&mut model, "i2<ctrl-s>")) else {
        panic!("another act");
    };
    assert_eq!(args.shift, stand.shift);
    assert_eq!(args.channel.name(), "radio");
    press(&mut model, "<esc>");
    let Act::RosterCall(args) = submitted(press(&mut model, "c2<ctrl-s>")) else {
        panic!("another act");
    };
    assert!(!own(&model).phone(stand.person.id).is_empty());
    assert_eq!(args.call.phone, "");
    assert_eq!(args.call.with, stand.person.name);
    assert_eq!(
        args.call.outcome,
        crate::domain::entry::CallOutcome::NoAnswer
    );
}

#[test]
fn on_the_strip_the_cursor_goes_by_towns_and_by_villages() {
    let mut model = board();
    press(&mut model, "<tab>");
    assert_eq!(own(&model).view, View::Strip);
    let place = |model: &Model| own(model).hand().unwrap().area;
    let first = place(&model);
    press(&mut model, "<right>");
    let second = place(&model);
    assert_eq!((first.town(), first < second), (second.town(), true));
    press(&mut model, "j");
    assert_ne!(place(&model).town(), second.town());
    press(&mut model, "<left><left><left>");
    assert_eq!(own(&model).view, View::Strip);
    press(&mut model, "<enter>");
    assert_eq!(own(&model).card, Card::Open);
    press(&mut model, "<esc>");
    assert_eq!(own(&model).card, Card::Closed);
    press(&mut model, "<esc>");
    assert_eq!(model.desk.as_ref().unwrap().board, Board::Queue);
}

#[test]
fn the_cursor_stays_on_its_row_and_the_clock_moves_people_off() {
    let mut model = board();
    press(&mut model, "jjj");
    let before = own(&model).cursor;
    answer(&mut model, roster());
    assert_eq!(own(&model).cursor, before);
    let on = |model: &Model| {
        let given = own(model).given.as_ref().unwrap();
        given.overview.now_as(Duty::On).len()
    };
    assert!(on(&model) > 10);
    let morning = Timestamp::start_of(tonight().saturating_add_days(1));
    model.now = morning.saturating_add(crate::domain::time::Minutes(8 * 60));
    update(&mut model, Message::Tick);
    assert_eq!(on(&model), 0);
}

#[test]
fn much_that_changes_is_read_once_at_a_time() {
    use super::message::StoreNews;
    let mut model = board();
    let loads = |effects: &[Effect]| {
        let load = |it: &&Effect| matches!(it, Effect::LoadRoster { .. });
        effects.iter().filter(load).count()
    };
    let changed = || Message::Store(StoreNews::Changed(Vec::new()));
    assert_eq!(loads(&update(&mut model, changed())), 1);
    for _ in 0..50 {
        assert_eq!(loads(&update(&mut model, changed())), 0);
    }
    assert_eq!(loads(&answer(&mut model, roster())), 1);
    assert_eq!(loads(&answer(&mut model, roster())), 0);
}

#[test]
fn another_day_is_read_anew() {
    let mut model = board();
    let asked = |effects: Vec<Effect>| {
        effects.into_iter().find_map(|effect| match effect {
            Effect::LoadRoster { shifts, .. } => Some(shifts),
            _ => None,
        })
    };
    model.now = model.now.saturating_add(crate::domain::time::Minutes(1));
    assert_eq!(asked(update(&mut model, Message::Tick)), None);
    model.now = Timestamp::start_of(model.now.date().saturating_add_days(1));
    let wanted = Some(shifts(model.now));
    assert_eq!(asked(update(&mut model, Message::Tick)), wanted);
    answer(&mut model, roster());
    assert_eq!(asked(update(&mut model, Message::Tick)), None);
}

#[test]
fn a_shift_is_named_by_its_code_and_start() {
    let model = board();
    let stand = own(&model).rows.iter().find_map(|row| match row {
        Row::Stand(stand) => Some(stand.shift),
        Row::Gap(_) | Row::Later(_) => None,
    });
    let night = shift(Code::Night, tonight());
    let wanted = ShiftKey {
        code: Code::Night,
        starts: night.starts,
    };
    assert_eq!(stand, Some(wanted));
}

fn shown(model: &Model) -> String {
    let area = ratatui::layout::Rect::new(0, 0, model.size.width, model.size.height);
    let mut buf = ratatui::buffer::Buffer::empty(area);
    crate::tui::screens::render(model, area, &mut buf);
    buf.content()
        .iter()
        .map(ratatui::buffer::Cell::symbol)
        .collect()
}

#[test]
fn numbers_are_masked_until_it_is_logged_that_somebody_looks() {
    for (width, height) in [(80, 24), (120, 40)] {
        for keys in ["", "<tab>", "<enter>"] {
            let mut model = desk(width, height);
            open(&mut model);
            while own(&model).stand().is_none() {
                press(&mut model, "j");
            }
            let person = own(&model).stand().unwrap().person.id;
            let phone = own(&model).phone(person).to_owned();
            press(&mut model, keys);
            let screen = shown(&model);
            for whole in own(&model).given.as_ref().unwrap().roster.phones.values() {
                assert!(!screen.contains(whole.as_str()), "{keys} {screen}");
            }
            if keys.is_empty() {
                let grouped = format!("{} {} {}", &phone[..3], &phone[3..7], &phone[7..]);
                let effects = press(&mut model, "c");
                let screen = shown(&model);
                assert!(!screen.contains(&grouped), "{screen}");
                assert!(screen.contains(&names::phone(&phone)), "{screen}");
                let [
                    Effect::Submit {
                        origin,
                        act,
                        targets,
                        ..
                    },
                ] = effects.as_slice()
                else {
                    panic!("{effects:?}");
                };
                assert_eq!(targets[0].id, person.into());
                let logged = matches!(&**act, AnyAct::Network(network::act::Act::Reveal(args))
                    if !args.reason.is_empty());
                assert!(logged, "{act:?}");
                let done = Done {
                    verb: act.verb(),
                    shown: Vec::new(),
                    counts: Counts::default(),
                };
                update(
                    &mut model,
                    Message::Submitted {
                        origin: *origin,
                        result: Ok(Box::new(done)),
                    },
                );
                assert!(shown(&model).contains(&grouped), "{}", shown(&model));
                // A minute later it is masked again, also where a jump has
                // left the dialog meanwhile.
                let desk = model.desk.as_mut().unwrap();
                desk.bookmarks.push(Bookmark {
                    board: desk.board,
                    layers: std::mem::take(&mut desk.layers),
                    detail: None,
                    cursor: None,
                    typing: Typing::No,
                });
                model.now = model.now.saturating_add(crate::domain::time::Minutes(1));
                update(&mut model, Message::Tick);
                let desk = model.desk.as_mut().unwrap();
                desk.layers = desk.bookmarks.pop().unwrap().layers;
                let screen = shown(&model);
                assert!(!screen.contains(&grouped), "{screen}");
                assert!(screen.contains(&names::phone(&phone)), "{screen}");
            }
        }
    }
}
