//! E02, red while typing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use zhiban::domain::alarm::Rank;
use zhiban::sync::clock::{Clock, SystemClock};
use zhiban::tui::keys::Context;

use crate::desk_of;
use crate::support::centre::{Centre, OTHER_TOWN};
use crate::support::keys::{go_to, press, shows};
use crate::support::station::Place;
use crate::support::until_true;

/// behaviour.md E02: "banner within 1 s".
const BANNER_WITHIN: Duration = Duration::from_secs(1);

#[test]
fn e02_a_red_while_typing_takes_no_focus_and_loses_no_character() {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let centre = Centre::new(Arc::clone(&clock));
    let on = centre.register_ranked(Rank::Watch, "两户争水");
    let place = Place::new(&centre.url(), Arc::clone(&clock));
    let mut seat = place.sign_in("a");
    seat.go_live();
    until_true("the desk has the incident", || seat.has(on));
    let mut desk = desk_of(&seat, &clock);
    go_to(&mut desk, on);
    press(&mut desk, "n双方情绪<left><left>");
    desk.settle();
    assert_eq!(desk.field(), Some(("双方情绪", "双方".len())));
    assert_eq!((desk.banner(), desk.bells()), (None, 0));

    // A red comes through service and engine while typing goes on.
    let began = Instant::now();
    let red = centre.register_in(OTHER_TOWN, "集市斗殴");
    let mut words = String::new();
    let mut keys = "已经非常激动并且".chars();
    until_true("the banner", || {
        if let Some(key) = keys.next() {
            press(&mut desk, &key.to_string());
            words.push(key);
        }
        desk.settle();
        desk.banner() == Some(red)
    });
    let took = began.elapsed();
    assert!(took < BANNER_WITHIN, "{took:?}");
    assert_eq!(desk.bells(), 1);
    assert_eq!(desk.context(), Context::Dialog, "the focus stays");
    let text = format!("双方{words}情绪");
    let caret = "双方".len() + words.len();
    assert_eq!(desk.field(), Some((text.as_str(), caret)));
    assert!(shows(&desk, "集市斗殴") && shows(&desk, &text));
    assert!(!words.is_empty(), "something was typed meanwhile");

    // One chord goes there; what is done there is done to the red.
    press(&mut desk, "<ctrl-g>");
    desk.settle();
    assert_eq!(
        (desk.context(), desk.opened()),
        (Context::Detail, Some(red))
    );
    press(&mut desk, "a");
    assert_eq!(desk.banner(), None, "silent at once");
    desk.settle();
    until_true("the red is acknowledged at the centre", || {
        seat.unsent() == 0 && seat.is_confirmed(red)
    });

    // One returns, with text and caret; the note is finished and sent.
    press(&mut desk, "<ctrl-o>");
    desk.settle();
    assert_eq!(desk.context(), Context::Dialog);
    assert_eq!(desk.field(), Some((text.as_str(), caret)));
    press(&mut desk, "高涨<ctrl-s>");
    desk.settle();
    until_true("the note is at the centre", || {
        desk.settle();
        seat.unsent() == 0 && seat.is_confirmed(on)
    });
    assert_eq!(seat.texts(on), [format!("双方{words}高涨情绪")]);
    assert_eq!(seat.texts(red), [] as [String; 0]);
    let acked = |id| seat.incident(id).unwrap().alarm.ack.map(|ack| ack.by.name);
    assert_eq!((acked(red).as_deref(), acked(on)), (Some("a"), None));
    println!(
        "banner after {took:?}, {} characters typed meanwhile",
        words.chars().count()
    );
    drop(desk);
    seat.leave();
}
