//! E05, snooze returns.

use std::sync::Arc;
use std::time::Duration;

use zhiban::domain::alarm::Rank;
use zhiban::domain::ids::RecordId;
use zhiban::domain::time::Timestamp;
use zhiban::sync::clock::{Clock, FakeClock};
use zhiban::sync::status::LinkState;
use zhiban::tui::app::headless::Headless;
use zhiban::tui::keys::Context;

use crate::desk_of;
use crate::support::centre::{Centre, moment};
use crate::support::keys::{go_to, press, shows};
use crate::support::run_until;
use crate::support::station::{Place, Seat};

const MINUTE: Duration = Duration::from_mins(1);
const SECOND: Duration = Duration::from_secs(1);

fn wall(text: &str) -> Timestamp {
    moment(&format!("2026-11-24T{text}+08:00"))
}

/// Lets the clock go on to this time of night.
fn pass_until(clock: &FakeClock, text: &str) {
    let span = wall(text).since(clock.now()).0;
    clock.advance(Duration::from_millis(span.try_into().unwrap()));
}

fn go_live(seat: &Seat, clock: &FakeClock) {
    run_until(clock, "the desk is live", || seat.link() == LinkState::Live);
}

/// Puts the yellow off for an hour, at 02:00, and the blue until the morning.
fn put_off(desk: &mut Headless, seat: &Seat, yellow: RecordId, blue: RecordId) {
    go_to(desk, yellow);
    // The third of the times that are offered is an hour.
    press(desk, "z<right><right><tab>");
    assert_eq!(desk.field(), Some(("", 0)));
    press(desk, "<ctrl-s>");
    desk.settle();
    assert_eq!((desk.context(), seat.unsent()), (Context::Dialog, 0));
    press(desk, "对方约定三点回电<ctrl-s>");
    desk.settle();
    assert_eq!((desk.context(), seat.unsent()), (Context::Queue, 1));
    let alarm = seat.incident(yellow).unwrap().alarm;
    let snooze = alarm.snooze.unwrap();
    assert_eq!(snooze.until, wall("03:00:00"));
    assert_eq!(snooze.reason, "对方约定三点回电");

    go_to(desk, blue);
    press(desk, "z4<ctrl-s>");
    desk.settle();
    let alarm = seat.incident(blue).unwrap().alarm;
    assert_eq!(alarm.snooze.unwrap().until, wall("08:00:00"));
}

/// Opens the list of what is put off, with the cursor on what stays there: a
/// row under the cursor would be held in its place.
fn open_list(desk: &mut Headless, stays: RecordId) {
    press(desk, "Z");
    desk.settle();
    go_to(desk, stays);
}

/// A minute's look at the list of what is put off.
fn is_listed(desk: &mut Headless, yellow: RecordId) -> bool {
    desk.tick();
    desk.settle();
    assert_eq!((desk.bells(), desk.banner()), (0, None), "nothing is new");
    desk.rows().contains(&yellow)
}

#[test]
fn e05_a_snooze_outlives_a_restart_and_returns_once() {
    let clock = FakeClock::new(wall("01:59:00"));
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let centre = Centre::new(Arc::clone(&shared));
    let yellow = centre.register_ranked(Rank::Watch, "工地讨薪");
    let blue = centre.register_ranked(Rank::Notice, "小区停水");
    let place = Place::new(&centre.url(), Arc::clone(&shared));
    let mut seat = place.sign_in("a");
    seat.start();
    go_live(&seat, &clock);
    pass_until(&clock, "02:00:00");
    let mut desk = desk_of(&seat, &shared);
    put_off(&mut desk, &seat, yellow, blue);
    run_until(&clock, "the centre has it", || {
        seat.unsent() == 0 && seat.is_confirmed(yellow)
    });
    open_list(&mut desk, blue);
    let mut looks = 0;
    while clock.now() < wall("02:29:00") {
        assert!(is_listed(&mut desk, yellow));
        looks += 1;
        clock.advance(MINUTE);
    }
    pass_until(&clock, "02:30:00");
    drop(desk);
    seat.leave();

    // 02:30: from the disk, with the password alone; then the line is back.
    let mut seat = place.unlock("a");
    let mut desk = desk_of(&seat, &shared);
    open_list(&mut desk, blue);
    assert!(is_listed(&mut desk, yellow));
    seat.start();
    go_live(&seat, &clock);
    while clock.now() < wall("02:58:00") {
        clock.advance(MINUTE);
        assert!(is_listed(&mut desk, yellow));
        looks += 1;
    }
    pass_until(&clock, "02:59:59");
    assert!(is_listed(&mut desk, yellow));
    clock.advance(SECOND);
    assert!(!is_listed(&mut desk, yellow), "it is back at 03:00 sharp");
    assert!(desk.rows().contains(&blue));
    check_return(&mut desk, yellow);

    // Once: it neither goes nor comes again, and a note on it is no new alarm.
    centre.note(yellow, "已回电");
    go_live(&seat, &clock);
    run_until(&clock, "the note is here", || {
        seat.texts(yellow) == ["已回电"]
    });
    open_list(&mut desk, blue);
    for _ in 0..30 {
        clock.advance(MINUTE);
        assert!(!is_listed(&mut desk, yellow));
    }
    println!("listed at {looks} looks, back once");
    drop(desk);
    seat.leave();
}

/// It stands in the queue, marked as what came back.
fn check_return(desk: &mut Headless, yellow: RecordId) {
    press(desk, "Z");
    desk.settle();
    assert!(desk.rows().contains(&yellow));
    let line = |desk: &Headless| {
        let screen = desk.screen();
        screen
            .into_iter()
            .find(|line| line.contains("工地讨薪"))
            .unwrap()
    };
    assert!(line(desk).contains('醒'), "{}", line(desk));
    go_to(desk, yellow);
    press(desk, "o");
    desk.settle();
    assert!(shows(desk, "静默结束"), "{:#?}", desk.screen());
    press(desk, "<esc>");
    desk.settle();
    assert_eq!((desk.bells(), desk.banner()), (0, None));
}

#[test]
fn e05_a_red_refuses_snooze_and_says_why() {
    let clock = FakeClock::new(wall("02:00:00"));
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let centre = Centre::new(Arc::clone(&shared));
    let red = centre.register_ranked(Rank::Urgent, "集市斗殴");
    let place = Place::new(&centre.url(), Arc::clone(&shared));
    let mut seat = place.sign_in("a");
    seat.start();
    go_live(&seat, &clock);
    let mut desk = desk_of(&seat, &shared);
    go_to(&mut desk, red);
    press(&mut desk, "z");
    desk.settle();
    assert_eq!(desk.context(), Context::Queue, "no dialog opens");
    assert!(shows(&desk, "红级不能暂缓"), "{:#?}", desk.screen());
    assert_eq!(seat.unsent(), 0);
    drop(desk);
    seat.leave();
}
