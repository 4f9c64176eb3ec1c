use uuid::Uuid;

use super::*;
use crate::wire::feed::{Epoch, Kinship, Seq};

const NOW: Mono = Mono(1_000_000);
const PAST: Mono = Mono(999_999);
const SOON: Mono = Mono(1_000_500);
const LATER: Mono = Mono(1_900_000);

fn feed_id() -> FeedId {
    "420607".parse().unwrap()
}

fn epoch(number: u128) -> Epoch {
    Epoch(Uuid::from_u128(number))
}

/// A feed of epoch 1 at `head`, and a copy at `seq` of epoch `of`.
fn feed(head: u64, low_water: u64, copy: Option<(u128, u64)>, hint: Hint) -> FeedState {
    FeedState {
        info: FeedInfo {
            feed: feed_id(),
            epoch: epoch(1),
            head: Seq(head),
            low_water: Seq(low_water),
            durable_upto: Seq(head),
            chain: None,
            kinship: Kinship::Same,
        },
        cursor: copy.map(|(of, seq)| Cursor {
            feed: feed_id(),
            epoch: epoch(of),
            seq: Seq(seq),
        }),
        hint,
    }
}

#[test]
fn a_feed_needs_what_its_cursor_says() {
    let cases = [
        // Never read; also when the feed is empty.
        (feed(0, 1, None, Hint::None), FeedNeed::Snapshot),
        (feed(9, 1, None, Hint::None), FeedNeed::Snapshot),
        // Another life of the service, whatever the numbers.
        (feed(9, 1, Some((2, 9)), Hint::None), FeedNeed::Snapshot),
        (feed(9, 1, Some((2, 99)), Hint::None), FeedNeed::Snapshot),
        // The service forgot.
        (feed(9, 1, Some((1, 10)), Hint::None), FeedNeed::Behind),
        (feed(9, 1, Some((1, 10)), Hint::Pull), FeedNeed::Behind),
        (feed(12, 1, Some((1, 10)), Hint::Frozen), FeedNeed::Behind),
        (feed(12, 1, Some((2, 10)), Hint::Frozen), FeedNeed::Snapshot),
        // Below, at and above low water.
        (feed(9, 5, Some((1, 3)), Hint::None), FeedNeed::Snapshot),
        (feed(9, 5, Some((1, 4)), Hint::None), FeedNeed::Pull),
        (feed(9, 5, Some((1, 8)), Hint::None), FeedNeed::Pull),
        // Everything was pruned, but nothing is missing.
        (feed(9, 10, Some((1, 9)), Hint::None), FeedNeed::Nothing),
        (feed(9, 1, Some((1, 9)), Hint::None), FeedNeed::Nothing),
        (feed(9, 1, Some((1, 9)), Hint::Pull), FeedNeed::Pull),
        (feed(9, 1, Some((1, 9)), Hint::Snapshot), FeedNeed::Snapshot),
        (feed(0, 1, Some((1, 0)), Hint::None), FeedNeed::Nothing),
    ];
    for (state, expected) in cases {
        assert_eq!(state.need(), expected, "{state:?}");
    }
}

/// A situation in which nothing is to be done.
fn calm(feeds: &[FeedState]) -> Situation<'_> {
    Situation {
        now: NOW,
        halted: None,
        rest_until: None,
        session: SessionState::RenewAt(LATER),
        feeds: Some(feeds),
        outbox: Outbox::LookAt(SOON),
        stream: StreamState::Open,
    }
}

/// The step in a calm situation with the copy at `copy` of 9, changed.
fn step(copy: Option<u64>, change: impl FnOnce(&mut Situation<'_>)) -> Step {
    let feeds = [feed(9, 1, copy.map(|seq| (1, seq)), Hint::None)];
    let mut situation = calm(&feeds);
    change(&mut situation);
    next_step(&situation)
}

#[test]
fn halt_then_rest_then_session_then_feeds_come_first() {
    let worst = |at: &mut Situation<'_>| {
        at.rest_until = Some(SOON);
        at.session = SessionState::None;
        at.feeds = None;
        at.outbox = Outbox::Due;
        at.stream = StreamState::Closed;
    };
    let halted = step(None, |at| {
        worst(at);
        at.halted = Some(&Needs::SignIn);
    });
    assert_eq!(halted, Step::Halt);
    assert_eq!(step(None, worst), Step::Rest(SOON));
    let rested = step(None, |at| {
        worst(at);
        at.rest_until = Some(NOW);
    });
    assert_eq!(rested, Step::SignIn);
    let renew = step(Some(9), |at| at.session = SessionState::RenewAt(NOW));
    assert_eq!(renew, Step::SignIn);
    let unknown = step(Some(9), |at| {
        at.feeds = None;
        at.outbox = Outbox::Due;
    });
    assert_eq!(unknown, Step::ListFeeds);
}

#[test]
fn acts_go_out_before_changes_come_in() {
    for copy in [None, Some(3), Some(9)] {
        assert_eq!(step(copy, |at| at.outbox = Outbox::Due), Step::Push);
        // The retry timer itself leads back to sending.
        for then in [PAST, NOW] {
            let retried = step(copy, |at| at.outbox = Outbox::NotBefore(then));
            assert_eq!(retried, Step::Push);
            let looked = step(copy, |at| at.outbox = Outbox::LookAt(then));
            assert_eq!(looked, Step::Push);
        }
    }
    let early = step(Some(9), |at| at.outbox = Outbox::NotBefore(SOON));
    assert_eq!(early, Step::Listen(SOON));
    let held = step(Some(9), |at| at.outbox = Outbox::Held);
    assert_eq!(held, Step::Listen(LATER));
}

/// What the service lost comes first, or later acts would take its numbers.
#[test]
fn nothing_goes_out_into_another_life_of_the_service_before_its_snapshot() {
    let feeds = [feed(9, 1, Some((2, 9)), Hint::None)];
    let mut situation = calm(&feeds);
    situation.outbox = Outbox::Due;
    assert_eq!(next_step(&situation), Step::Snapshot(feed_id()));
}

#[test]
fn only_a_whole_copy_listens() {
    assert_eq!(step(None, |_| {}), Step::Snapshot(feed_id()));
    assert_eq!(step(Some(8), |_| {}), Step::Pull(feed_id()));
    assert_eq!(step(Some(9), |_| {}), Step::Listen(SOON));
    // A frozen feed is left alone, the others live on.
    assert_eq!(step(Some(10), |_| {}), Step::Listen(SOON));
    assert_eq!(step(None, |at| at.feeds = Some(&[])), Step::Listen(SOON));
    let closed = step(Some(9), |at| at.stream = StreamState::Closed);
    assert_eq!(closed, Step::OpenStream);
    for (ask_at, expected) in [
        (PAST, Step::ListFeeds),
        (Mono(NOW.0 + 1), Step::Listen(Mono(NOW.0 + 1))),
        (LATER, Step::Listen(SOON)),
    ] {
        let polled = step(Some(9), |at| at.stream = StreamState::Polling { ask_at });
        assert_eq!(polled, expected);
    }
}

#[test]
fn it_never_listens_beyond_what_it_knows_will_happen() {
    let whole = [feed(9, 1, Some((1, 9)), Hint::None)];
    for (renew, look, ask) in [(1, 2, 3), (2, 1, 3), (3, 2, 1)] {
        let at = |ms: u64| Mono(NOW.0 + ms);
        let situation = Situation {
            session: SessionState::RenewAt(at(renew)),
            outbox: Outbox::NotBefore(at(look)),
            stream: StreamState::Polling { ask_at: at(ask) },
            ..calm(&whole)
        };
        assert_eq!(next_step(&situation), Step::Listen(at(1)));
    }
}
