//! E24, colour removed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use ratatui::style::Modifier;
use uuid::Uuid;
use zhiban::domain::alarm::Rank;
use zhiban::domain::ids::RecordId;
use zhiban::domain::incident::act::{Acknowledge, Act, Reason, SnoozeUntil};
use zhiban::domain::record::{Kind, Rev};
use zhiban::domain::time::Millis;
use zhiban::domain::warning::act::{Acknowledge as Answered, Act as OnWarning, Raise};
use zhiban::domain::warning::{Source, Subject, Why};
use zhiban::i18n::Language;
use zhiban::service::watch::More;
use zhiban::sync::clock::{Clock, FakeClock};
use zhiban::sync::engine::Outcome;
use zhiban::text::colour_depth::ColourDepth;
use zhiban::tui::app::headless::Headless;
use zhiban::tui::theme::Theme;
use zhiban::tui::theme::shipped::SHIPPED;

use crate::support::centre::{Centre, TOWN, area, moment, target};
use crate::support::keys::press;
use crate::support::station::Place;

const SCREEN: (u16, u16) = (80, 24);
/// High enough for ten warnings with their map.
const TALL: (u16, u16) = (80, 30);
const DEPTHS: [ColourDepth; 4] = [
    ColourDepth::Mono,
    ColourDepth::Sixteen,
    ColourDepth::Palette,
    ColourDepth::True,
];

/// Ten incidents of three ranks, a minute apart: some answered for, one put
/// off, the others not.
fn ten(centre: &Centre, clock: &FakeClock) {
    let ranks = [Rank::Notice, Rank::Urgent, Rank::Watch];
    for nth in 0..10 {
        clock.advance(Duration::from_mins(1));
        let rank = ranks[nth % 3];
        let id = centre.register_ranked(rank, &format!("第{nth}件"));
        if nth % 4 == 1 {
            let act = Act::Acknowledge(Acknowledge { episode: 1 });
            centre.act(vec![target(id)], act);
        }
        if nth == 3 {
            let until = clock.now().saturating_add(Millis(10 * 60_000));
            let reason = "等回电".to_owned();
            centre.act(vec![target(id)], Act::Snooze(SnoozeUntil { until, reason }));
        }
    }
}

/// Ten warnings of three ranks, a minute apart: some answered for, one lifted
/// before anybody had seen it, the others not.
fn ten_warnings(centre: &Centre, clock: &FakeClock) {
    let overdue = centre.register_ranked(Rank::Urgent, "登记有误");
    clock.advance(Duration::from_mins(16));
    let mut watch = centre.service.watch();
    let mut turn = || while watch.turn().unwrap().more == More::Something {};
    turn();
    let reason = "重复登记".to_owned();
    centre.act(vec![target(overdue)], Act::Void(Reason { reason }));
    turn();
    let ranks = [Rank::Notice, Rank::Urgent, Rank::Watch];
    for nth in 0..9 {
        clock.advance(Duration::from_mins(1));
        let mut on = target(RecordId::new(Uuid::now_v7()));
        on.kind = Kind::Warning;
        on.base_rev = Rev::NONE;
        let raise = OnWarning::Raise(Box::new(Raise {
            area: area(TOWN),
            rank: ranks[nth % 3],
            subject: Subject::Place {
                place: format!("第{nth}处"),
            },
            why: Why::Said {
                text: "有人聚集".to_owned(),
            },
            source: Source::Hand,
        }));
        centre.act(vec![on.clone()], raise);
        if nth % 4 == 1 {
            let act = OnWarning::Acknowledge(Answered { episode: 1 });
            centre.act(vec![on], act);
        }
    }
    clock.advance(Duration::from_mins(1));
}

#[test]
fn e24_ten_mixed_warnings_are_told_without_any_colour() {
    Language::Chinese.select();
    let fake = FakeClock::new(moment("2026-11-23T03:00:00+08:00"));
    let clock: Arc<dyn Clock> = Arc::new(fake.clone());
    let centre = Centre::new(Arc::clone(&clock));
    ten_warnings(&centre, &fake);
    let place = Place::new(&centre.url(), Arc::clone(&clock));
    let seat = place.sign_in("a");
    assert_eq!(seat.sync_once(), Outcome::Done);

    let mut seen: Option<Vec<String>> = None;
    for theme in SHIPPED {
        for depth in DEPTHS {
            let theme = Theme::named(theme.name, None, depth).unwrap();
            let store = seat.store.clone();
            let mut desk = Headless::open_in(store, Arc::clone(&clock), TALL, theme);
            desk.settle();
            press(&mut desk, "2");
            desk.settle();
            let blinks = Modifier::SLOW_BLINK | Modifier::RAPID_BLINK;
            let buffer = desk.buffer();
            let still = |cell: &ratatui::buffer::Cell| !cell.modifier.intersects(blinks);
            assert!(buffer.content().iter().all(still), "text blinks");
            let screen = desk.screen();
            let first = seen.get_or_insert_with(|| screen.clone());
            assert_eq!(&screen, first, "another theme tells something else");
        }
    }
    let screen = seen.unwrap();
    let states = ["未知悉", "已知悉", "已解除"];
    let rows: Vec<&String> = screen
        .iter()
        .filter(|line| states.iter().any(|state| line.contains(state)))
        .filter(|line| {
            ["■红", "▲黄", "●蓝"]
                .iter()
                .any(|badge| line.contains(badge))
        })
        .filter(|line| line.contains("分前"))
        .collect();
    assert_eq!(rows.len(), 10, "{screen:#?}");
    let place_of = |row: &str, of: &[&str]| of.iter().position(|one| row.contains(one)).unwrap();
    let ranks: Vec<usize> = rows
        .iter()
        .map(|row| place_of(row, &["■红", "▲黄", "●蓝"]))
        .collect();
    assert!(ranks.is_sorted(), "by order too: {rows:#?}");
    assert_eq!(ranks.iter().collect::<BTreeSet<_>>().len(), 3);
    let counts = states.map(|state| rows.iter().filter(|row| row.contains(state)).count());
    assert_eq!(counts, [7, 2, 1], "{rows:#?}");
    // The map says by word and number which town, and how grave at most.
    let map = &screen[2..9];
    assert!(map.iter().any(|line| line.contains("■红9!")), "{screen:#?}");

    // The first red that nobody answers for is one key away.
    let mut desk = Headless::open(seat.store.clone(), Arc::clone(&clock), TALL);
    desk.settle();
    press(&mut desk, "2");
    desk.settle();
    press(&mut desk, "G");
    press(&mut desk, "<f6>");
    desk.settle();
    let under = desk.screen().into_iter().find(|line| line.starts_with('>'));
    let under = under.unwrap();
    assert!(under.contains("■红") && under.contains("未知悉"), "{under}");
}

#[test]
fn e24_rank_state_and_age_are_told_without_any_colour() {
    Language::Chinese.select();
    let fake = FakeClock::new(moment("2026-11-23T03:00:00+08:00"));
    let clock: Arc<dyn Clock> = Arc::new(fake.clone());
    let centre = Centre::new(Arc::clone(&clock));
    ten(&centre, &fake);
    let place = Place::new(&centre.url(), Arc::clone(&clock));
    let seat = place.sign_in("a");
    assert_eq!(seat.sync_once(), Outcome::Done);

    let mut seen: Option<Vec<String>> = None;
    for theme in SHIPPED {
        for depth in DEPTHS {
            let theme = Theme::named(theme.name, None, depth).unwrap();
            let store = seat.store.clone();
            let mut desk = Headless::open_in(store, Arc::clone(&clock), SCREEN, theme);
            desk.settle();
            let blinks = Modifier::SLOW_BLINK | Modifier::RAPID_BLINK;
            let buffer = desk.buffer();
            assert!(
                buffer
                    .content()
                    .iter()
                    .all(|cell| !cell.modifier.intersects(blinks)),
                "text blinks"
            );
            let screen = desk.screen();
            let first = seen.get_or_insert_with(|| screen.clone());
            assert_eq!(&screen, first, "another theme tells something else");
        }
    }
    let screen = seen.unwrap();
    // Rank by shape and word, state by word, age by the deadline's words; the
    // gravest first.
    let rows: Vec<&String> = screen
        .iter()
        .filter(|line| line.contains("待研判"))
        .collect();
    assert_eq!(rows.len(), 10, "{screen:#?}");
    let badges: Vec<&str> = rows
        .iter()
        .map(|row| {
            ["■红", "▲黄", "●蓝"]
                .into_iter()
                .find(|badge| row.contains(badge))
                .unwrap_or_else(|| panic!("{row}"))
        })
        .collect();
    let order: Vec<usize> = badges
        .iter()
        .map(|badge| {
            ["■红", "▲黄", "●蓝"]
                .iter()
                .position(|one| one == badge)
                .unwrap()
        })
        .collect();
    assert!(order.is_sorted(), "{badges:?}");
    assert_eq!(order.iter().collect::<BTreeSet<_>>().len(), 3);
    assert!(
        rows.iter().all(|row| row.contains(['剩', '超', ':', '明'])),
        "{rows:#?}"
    );
    assert_eq!(rows.iter().filter(|row| row.contains('未')).count(), 6);
    assert_eq!(rows.iter().filter(|row| row.contains('缓')).count(), 1);

    // From wherever one is, the first red that nobody answers for is one key
    // away.
    let mut desk = Headless::open(seat.store.clone(), Arc::clone(&clock), SCREEN);
    desk.settle();
    press(&mut desk, "G");
    desk.settle();
    let red = seat.store.next_unacknowledged(Some(Rank::Urgent), None);
    let red = red.wait().unwrap();
    assert!(red.is_some());
    press(&mut desk, "<f6>");
    desk.settle();
    assert_eq!(desk.cursor(), red);
}
