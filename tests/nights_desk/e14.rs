//! E14, true conflict.

use std::sync::Arc;
use std::time::Duration;

use zhiban::domain::alarm::Rank;
use zhiban::domain::ids::RecordId;
use zhiban::domain::incident::Outcome as WorkOutcome;
use zhiban::domain::incident::act::{
    Accept, Act, Amend, Edit, FinishWork, FollowUp, FollowUpOutcome, Words,
};
use zhiban::domain::incident::conflict::Way;
use zhiban::domain::incident::refusal::Refusal;
use zhiban::domain::incident::stage::Stage;
use zhiban::domain::incident::verb::Verb;
use zhiban::domain::time::Timestamp;
use zhiban::store::handle::{NewAct, SubmitError};
use zhiban::sync::clock::{Clock, FakeClock};
use zhiban::tui::app::headless::Headless;
use zhiban::tui::keys::Context;

use crate::desk_of;
use crate::support::centre::{Centre, moment, target};
use crate::support::keys::{go_to, press, shows};
use crate::support::station::{Place, Seat};

const TITLE: &str = "两户争水";
const CLOSING: &str = "双方已签和解书";
const RAISING: &str = "有人持刀返回现场";
const RULING: &str = "民警已带离，回访属实";

fn wall(text: &str) -> Timestamp {
    moment(&format!("2026-11-24T{text}+08:00"))
}

fn pass_until(clock: &FakeClock, text: &str) {
    let span = wall(text).since(clock.now()).0;
    clock.advance(Duration::from_millis(span.try_into().unwrap()));
}

fn words(text: &str) -> Words {
    Words {
        text: text.to_owned(),
    }
}

fn elements() -> Act {
    let edit = |to: &str| {
        Some(Edit {
            from: String::new(),
            to: to.to_owned(),
        })
    };
    Act::Amend(Box::new(Amend {
        task: edit("分清用水先后"),
        schedule: Some(Edit {
            from: Vec::new(),
            to: vec!["当晚到场".to_owned()],
        }),
        path: edit("先劝离后调解"),
        owner: edit("陈立"),
        ..Amend::default()
    }))
}

/// The case's whole way up to the second signature, by two officers.
fn up_to_the_signature(a: &Seat, b: &Seat, on: RecordId) {
    a.sync_once();
    a.act(on, Act::Accept(Accept { on_behalf: None }));
    a.act(on, elements());
    let finish = FinishWork {
        outcome: WorkOutcome::Resolved,
        method: None,
        text: "已劝离".to_owned(),
        on_behalf: None,
    };
    a.act(on, Act::Finish(finish));
    a.sync_once();
    b.sync_once();
    b.act(on, Act::Verify(words("")));
    let satisfied = FollowUp {
        outcome: FollowUpOutcome::Satisfied,
        text: String::new(),
    };
    b.act(on, Act::FollowUp(satisfied));
    b.act(on, Act::ProposeStrikeOff(words("四要素齐全")));
    b.sync_once();
    a.sync_once();
    let stage = a.incident(on).unwrap().stage();
    assert_eq!(stage, Stage::AwaitingSignature);
}

/// What stands on the card: both acts with who and words, and the three ways.
fn card_is_whole(desk: &Headless) {
    for part in [
        "centre",
        "签销号",
        CLOSING,
        "升级",
        RAISING,
        "02:00",
        "02:05",
        "1维持",
        "2改办",
        "3转记录",
    ] {
        assert!(shows(desk, part), "{part}\n{}", desk.screen().join("\n"));
    }
}

#[test]
fn e14_what_was_closed_and_raised_apart_is_open_red_and_asks_a_person() {
    let clock = FakeClock::new(wall("01:30:00"));
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let centre = Centre::new(Arc::clone(&shared));
    let on = centre.register_ranked(Rank::Watch, TITLE);
    let places = [(); 2].map(|()| Place::new(&centre.url(), Arc::clone(&shared)));
    let (a, b) = (places[0].sign_in("a"), places[1].sign_in("b"));
    b.sync_once();
    up_to_the_signature(&a, &b, on);

    // The line is down. The centre closes at 02:00, the desk raises at 02:05.
    pass_until(&clock, "02:00:00");
    centre.act(vec![target(on)], Act::SignStrikeOff(words(CLOSING)));
    pass_until(&clock, "02:05:00");
    let mut desk = desk_of(&a, &shared);
    go_to(&mut desk, on);
    press(&mut desk, &format!("u<tab>{RAISING}<ctrl-s>"));
    desk.settle();
    assert_eq!((desk.context(), a.unsent()), (Context::Queue, 1));

    // The line is back.
    pass_until(&clock, "04:40:00");
    a.sync_once();
    b.sync_once();
    desk.settle();
    for seat in [&a, &b] {
        let now = seat.incident(on).unwrap();
        assert_eq!((now.stage(), now.alarm.rank), (Stage::New, Rank::Urgent));
        let cards: Vec<_> = now.open_conflicts().collect();
        assert_eq!(cards.len(), 1);
        let sides = [&cards[0].first, &cards[0].second].map(|side| (side.verb, side.at));
        assert_eq!(sides[0], (Verb::SignStrikeOff, wall("02:00:00")));
        assert_eq!(sides[1], (Verb::Raise, wall("02:05:00")));
    }
    assert!(shows(&desk, "冲突 1"), "{}", desk.screen().join("\n"));

    // It asks; left alone it stays open, and nothing ends the case meanwhile.
    go_to(&mut desk, on);
    press(&mut desk, "C");
    desk.settle();
    card_is_whole(&desk);
    press(&mut desk, "<esc>");
    desk.settle();
    assert!(a.incident(on).unwrap().has_open_conflict());
    assert_eq!(a.unsent(), 0);

    // A person rules: the closing goes back to a second signature.
    pass_until(&clock, "04:45:00");
    press(&mut desk, &format!("C2<tab>{RULING}<ctrl-s>"));
    desk.settle();
    assert_eq!(a.unsent(), 1, "{}", desk.screen().join("\n"));
    a.sync_once();
    b.sync_once();
    desk.settle();
    assert!(!shows(&desk, "冲突 1"));
    let now = b.incident(on).unwrap();
    assert_eq!(now.stage(), Stage::AwaitingSignature);
    let card = &now.conflicts[0];
    let decided = card.decided.as_ref().unwrap();
    let authors = [&card.first.by, &card.second.by, &decided.by].map(|by| by.name.as_str());
    assert_eq!(authors, ["centre", "a", "a"]);
    assert_eq!((decided.way, decided.words.as_str()), (Way::Redo, RULING));

    // Whoever ruled does not sign as well; another does.
    let own = a.store.submit(NewAct {
        targets: vec![target(on)],
        act: Act::SignStrikeOff(words("")).into(),
        made_at: clock.now(),
        offset_ms: 0,
    });
    let own = own.wait();
    assert!(
        matches!(own, Err(SubmitError::Refused(Refusal::SamePerson { .. }))),
        "{own:?}"
    );
    b.act(on, Act::SignStrikeOff(words("")));
    b.sync_once();
    assert!(!b.incident(on).unwrap().is_open());
    drop(desk);
}
