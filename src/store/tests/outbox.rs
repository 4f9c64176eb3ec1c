//! Acts from the key press to the feed that has passed them.

use tempfile::tempdir;

use super::centre::{Centre, at, duty, feed, new_act, note, officer, on, open, register, uuid};
use crate::domain::alarm::Rank;
use crate::domain::command::Target;
use crate::domain::ids::RecordId;
use crate::domain::incident::Outcome;
use crate::domain::incident::act::{Accept, Acknowledge, Act, Amend, Edit, FinishWork, Grade};
use crate::domain::incident::refusal::Refusal;
use crate::domain::incident::verb::Verb;
use crate::domain::officer::Role;
use crate::store::handle::{Store, StoreError, StoreEvent, SubmitError, When};
use crate::store::view::{OutboxState, Pending, TimelineWhat};
use crate::wire::command::{CommandResult, Verdict, Written};
use crate::wire::feed::{Seq, WireChange};
use crate::wire::proof::Digest;

const WHEN: When = When {
    made_at: at_minute_60(),
    offset_ms: 0,
};

const fn at_minute_60() -> crate::domain::time::Timestamp {
    crate::domain::time::Timestamp::from_millis(1_795_392_000_000 + 60 * 60_000)
}

fn accept() -> Act {
    Act::Accept(Accept::default())
}

fn finish() -> FinishWork {
    FinishWork {
        text: "对方先办结".to_owned(),
        outcome: Outcome::Resolved,
        method: None,
        on_behalf: None,
    }
}

fn acknowledge() -> Act {
    Act::Acknowledge(Acknowledge { episode: 1 })
}

fn deliver(centre: &mut Centre, store: &Store) {
    let results = store
        .pending(100)
        .wait()
        .unwrap()
        .iter()
        .map(|command| centre.push(command))
        .collect();
    store.results(results, at(50)).wait().unwrap();
}

#[test]
fn an_act_is_shown_at_once_and_leaves_when_the_feed_has_passed_it() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(10, "邻里纠纷", Rank::Urgent, 0);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let before = store.shown(id).wait().unwrap().unwrap();
    assert_eq!(store.counts().wait().unwrap().unacknowledged(), 1);

    let done = store.submit(on(&before, acknowledge(), 1)).wait().unwrap();
    assert_eq!(done.counts.unacknowledged(), 0);
    assert_eq!(done.counts.outbox, 1);
    assert_eq!(done.shown[0].pending, Pending::Waiting);

    deliver(&mut centre, &store);
    // The verdict came before the feed: the row must not flicker back.
    let shown = store.shown(id).wait().unwrap().unwrap();
    assert!(shown.record.incident().unwrap().alarm.ack.is_some());
    assert_eq!(shown.pending, Pending::Waiting);
    assert_eq!(
        store.outbox().wait().unwrap()[0].state,
        OutboxState::Accepted
    );

    centre.catch_up(&store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    assert_eq!(shown.pending, Pending::Confirmed);
    assert!(shown.record.incident().unwrap().alarm.ack.is_some());
    assert!(store.outbox().wait().unwrap().is_empty());
}

#[test]
fn the_feed_may_show_an_act_before_its_verdict_comes() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(10, "纠纷", Rank::Urgent, 0);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    store.submit(on(&shown, accept(), 1)).wait().unwrap();
    let result = centre.push(&store.pending(1).wait().unwrap()[0]);
    centre.catch_up(&store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    assert_eq!(shown.pending, Pending::Confirmed, "not applied twice");
    assert!(store.pending(10).wait().unwrap().is_empty());
    store.results(vec![result], at(50)).wait().unwrap();
    assert!(store.outbox().wait().unwrap().is_empty());
}

#[test]
fn an_act_of_which_the_feed_shows_only_the_number_leaves_too() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(10, "纠纷", Rank::Urgent, 0);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    store.submit(on(&shown, accept(), 1)).wait().unwrap();
    deliver(&mut centre, &store);
    let mut page = centre.page(Seq(1), 100);
    for change in &mut page.changes {
        *change = WireChange::stub(change.seq, change.tx);
    }
    store.changes(page).wait().unwrap();
    let shown = store.shown(id).wait().unwrap().unwrap();
    assert_eq!(shown.pending, Pending::Confirmed);
    assert!(store.outbox().wait().unwrap().is_empty());
}

#[test]
fn an_act_stays_until_the_service_calls_it_durable() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(10, "纠纷", Rank::Urgent, 0);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    store.submit(on(&shown, accept(), 1)).wait().unwrap();
    deliver(&mut centre, &store);
    let page = centre.page_durable(Seq(1), 100, Seq(1));
    store.changes(page).wait().unwrap();
    assert_eq!(store.outbox().wait().unwrap().len(), 1);
    assert_eq!(
        store.shown(id).wait().unwrap().unwrap().pending,
        Pending::Confirmed
    );
    store
        .changes(centre.page(centre.head(), 100))
        .wait()
        .unwrap();
    assert!(store.outbox().wait().unwrap().is_empty());
}

#[test]
fn the_same_verdict_twice_changes_nothing() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(10, "纠纷", Rank::Urgent, 0);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    store
        .submit(on(&shown, note(0x20, "到场"), 1))
        .wait()
        .unwrap();
    let command = store.pending(1).wait().unwrap().remove(0);
    let first = centre.push(&command);
    let again = centre.push(&command);
    for result in [first.clone(), again.clone(), first.clone()] {
        store.results(vec![result], at(50)).wait().unwrap();
    }
    centre.catch_up(&store);
    store.results(vec![again, first], at(51)).wait().unwrap();
    assert!(store.outbox().wait().unwrap().is_empty());
    let notes = store.shown(id).wait().unwrap().unwrap();
    assert_eq!(notes.record.incident().unwrap().counts.notes, 1);
    assert_eq!(store.timeline(id, 10).wait().unwrap().len(), 2);
}

#[test]
fn what_a_rule_forbids_is_refused_before_anything_is_written() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(10, "纠纷", Rank::Urgent, 0);
    let store = open(dir.path(), officer(2, "李审计", Role::Auditor, "420607"));
    centre.catch_up(&store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    let refused = store.submit(on(&shown, accept(), 1)).wait();
    assert!(matches!(
        refused,
        Err(SubmitError::Refused(Refusal::NotPermitted { .. }))
    ));
    assert!(store.outbox().wait().unwrap().is_empty());
}

#[test]
fn acts_are_numbered_chained_and_signed() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(10, "纠纷", Rank::Urgent, 0);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    for n in 0..3 {
        let shown = store.shown(id).wait().unwrap().unwrap();
        let act = note(0x20 + n, "到场");
        store.submit(on(&shown, act, 1)).wait().unwrap();
    }
    // Another start of the program goes on where the last one stopped.
    drop(store);
    let store = open(dir.path(), duty());
    let shown = store.shown(id).wait().unwrap().unwrap();
    store
        .submit(on(&shown, note(0x30, "又"), 2))
        .wait()
        .unwrap();
    let commands = store.pending(10).wait().unwrap();
    let mut head = Digest::ZERO;
    for (n, command) in (1..).zip(&commands) {
        assert_eq!(command.dseq, n);
        assert_eq!(command.prev, head);
        assert_eq!(command.feed, feed());
        head = command.link().unwrap();
        centre.push(command);
    }
    assert_eq!(commands.len(), 4);
}

#[test]
fn a_new_incident_is_in_the_queue_under_its_tag_before_it_has_a_number() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let store = open(dir.path(), duty());
    let (target, act) = register(0xABCD_7F3A, "拦路", Rank::Watch, "420607102");
    let id = target.id;
    store.submit(new_act(target, act, 1)).wait().unwrap();
    assert_eq!(store.counts().wait().unwrap().open(), 1);
    assert_eq!(store.find_incident("临7f3a").wait().unwrap(), [id]);
    deliver(&mut centre, &store);
    centre.catch_up(&store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    let number = shown.record.incident().unwrap().number.unwrap();
    assert_eq!(
        store.find_incident(&number.to_string()).wait().unwrap(),
        [id]
    );
    assert_eq!(store.find_incident("7F3A").wait().unwrap(), [id]);
    assert_eq!(store.find_incident(&id.to_string()).wait().unwrap(), [id]);
    assert_eq!(store.counts().wait().unwrap().incidents, 1);
}

/// What the refusal tells is shown before the feed brings the event itself,
/// and then with the words.
#[test]
fn a_refused_act_stands_beside_the_act_that_came_before_it() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(10, "纠纷", Rank::Urgent, 0);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    let act = Act::Finish(FinishWork {
        text: "我方办结".to_owned(),
        ..finish()
    });
    let accepted = centre.act(Target::seen(&centre.records[&id]), accept(), &duty(), 1);
    accepted.unwrap();
    centre.catch_up(&store);
    let shown = store.shown(shown.record.id).wait().unwrap().unwrap();
    store.submit(on(&shown, act, 3)).wait().unwrap();
    centre
        .act(
            Target::seen(&centre.records[&id]),
            Act::Finish(finish()),
            &duty(),
            2,
        )
        .unwrap();
    deliver(&mut centre, &store);
    let row = store.outbox().wait().unwrap().remove(0);
    let met = row.met.unwrap();
    assert_eq!(
        (met.verb, met.at, met.words.as_str()),
        (Verb::Finish.into(), at(2), "")
    );
    centre.catch_up(&store);
    let row = store.outbox().wait().unwrap().remove(0);
    let met = row.met.unwrap();
    assert_eq!((met.verb, met.by.as_str()), (Verb::Finish.into(), "王值守"));
    assert_eq!(met.words, "对方先办结");
}

/// Raised here while a leader lowered it there: the higher holds, a card waits.
#[test]
fn the_next_conflict_goes_round_the_end() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let store = open(dir.path(), duty());
    let ids = [10, 11, 12].map(|n| centre.incident(n, "纠纷", Rank::Watch, 0));
    centre.catch_up(&store);
    assert_eq!(store.next_conflict(None).wait().unwrap(), None);
    let grade = |to| Grade {
        to,
        reason: "看法不同".to_owned(),
    };
    let leader = officer(2, "李带班", Role::Leader, "420607");
    for (id, n) in [(ids[0], 3), (ids[2], 4)] {
        let shown = store.shown(id).wait().unwrap().unwrap();
        store
            .submit(on(&shown, Act::Raise(grade(Rank::Urgent)), n))
            .wait()
            .unwrap();
        let seen = Target::seen(&centre.records[&id]);
        centre
            .act(seen, Act::Lower(grade(Rank::Notice)), &leader, 1)
            .unwrap();
    }
    deliver(&mut centre, &store);
    centre.catch_up(&store);
    assert_eq!(store.counts().wait().unwrap().conflicts, 2);
    let next = |after| store.next_conflict(after).wait().unwrap();
    assert_eq!(next(None), Some(ids[0]));
    assert_eq!(next(Some(ids[0])), Some(ids[2]));
    assert_eq!(next(Some(ids[1])), Some(ids[0]), "round the end");
    assert_eq!(next(Some(ids[2])), Some(ids[0]));
}

/// Two officers accept the same incident; this desk comes second.
fn too_late(centre: &mut Centre, store: &Store) -> RecordId {
    let id = centre.incident(10, "纠纷", Rank::Urgent, 0);
    centre.catch_up(store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    store.submit(on(&shown, accept(), 2)).wait().unwrap();
    centre
        .act(Target::seen(&centre.records[&id]), accept(), &duty(), 1)
        .unwrap();
    id
}

#[test]
fn a_waiting_act_that_would_be_refused_is_marked_and_then_settled() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let store = open(dir.path(), duty());
    let id = too_late(&mut centre, &store);
    centre.catch_up(&store);
    let row = store.outbox().wait().unwrap().remove(0);
    assert!(matches!(
        row.state,
        OutboxState::Doubtful {
            refusal: Refusal::Stale { .. }
        }
    ));
    let met = row.met.unwrap();
    assert_eq!((met.verb, met.at), (Verb::Accept.into(), at(1)));
    assert_eq!(
        store.shown(id).wait().unwrap().unwrap().pending,
        Pending::Doubtful
    );

    deliver(&mut centre, &store);
    let row = store.outbox().wait().unwrap().remove(0);
    assert!(matches!(row.state, OutboxState::Refused { at: answered, .. } if answered == at(50)));
    assert_eq!(
        store.shown(id).wait().unwrap().unwrap().pending,
        Pending::Confirmed
    );
    assert_eq!(store.counts().wait().unwrap().refused, 1);

    store
        .discard(row.id, "已由他人签收".to_owned(), at(60))
        .wait()
        .unwrap();
    assert_eq!(store.counts().wait().unwrap().refused, 0);
    let again = store.discard(row.id, String::new(), at(61)).wait();
    assert!(matches!(again, Err(StoreError::NoSuchAct(_))));
}

#[test]
fn a_refused_edit_is_said_again_on_the_present_ground() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(10, "旧", Rank::Urgent, 0);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let title = |from: &str, to: &str| {
        Act::Amend(Box::new(Amend {
            title: Some(Edit {
                from: from.to_owned(),
                to: to.to_owned(),
            }),
            ..Amend::default()
        }))
    };
    let shown = store.shown(id).wait().unwrap().unwrap();
    store
        .submit(on(&shown, title("旧", "我的"), 1))
        .wait()
        .unwrap();
    let theirs = title("旧", "他的");
    centre
        .act(Target::seen(&centre.records[&id]), theirs, &duty(), 1)
        .unwrap();
    deliver(&mut centre, &store);
    centre.catch_up(&store);
    let refused = store.outbox().wait().unwrap().remove(0);
    assert_eq!(refused.words, "我的");
    let met = refused.met.unwrap();
    assert_eq!((met.verb, met.words.as_str()), (Verb::Amend.into(), "他的"));
    store.retry(refused.id, WHEN).wait().unwrap();
    assert_eq!(store.counts().wait().unwrap().refused, 0);
    deliver(&mut centre, &store);
    centre.catch_up(&store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    assert_eq!(shown.record.incident().unwrap().title, "我的");
}

#[test]
fn a_refused_act_becomes_a_note_with_its_words() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let store = open(dir.path(), duty());
    let id = centre.incident(10, "纠纷", Rank::Urgent, 0);
    centre.catch_up(&store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    store.submit(on(&shown, accept(), 1)).wait().unwrap();
    let shown = store.shown(id).wait().unwrap().unwrap();
    let back = Act::Return(crate::domain::incident::act::ReturnWork {
        reason: "不属本区".to_owned(),
        on_behalf: None,
    });
    // Nobody gave it out, so the rules refuse at once: no row, no words lost.
    assert!(store.submit(on(&shown, back, 2)).wait().is_err());
    let raise = Act::Snooze(crate::domain::incident::act::SnoozeUntil {
        until: at(30),
        reason: "等回电".to_owned(),
    });
    assert!(
        store.submit(on(&shown, raise, 2)).wait().is_err(),
        "red is not put off"
    );

    let gone = store
        .submit(on(&shown, note(0x21, "电话已打"), 3))
        .wait()
        .unwrap();
    let refusal = crate::wire::command::Refused::Author;
    let verdict = Verdict::Refused {
        refusal,
        record: None,
    };
    let result = CommandResult {
        id: gone.command,
        verdict,
    };
    store.results(vec![result], at(50)).wait().unwrap();
    let noted = store.refused_to_note(gone.command, WHEN).wait().unwrap();
    assert_ne!(noted.command, gone.command);
    let lines = store.timeline(id, 10).wait().unwrap();
    let words: Vec<_> = lines
        .iter()
        .filter_map(|line| match &line.what {
            TimelineWhat::Entry(_, entry) => Some(entry.text.as_str()),
            TimelineWhat::Act(_) | TimelineWhat::Newer(_) => None,
        })
        .collect();
    assert_eq!(words, ["电话已打"]);
}

#[test]
fn another_program_on_the_same_desk_is_noticed() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(10, "纠纷", Rank::Urgent, 0);
    let screen = open(dir.path(), duty());
    centre.catch_up(&screen);
    let events = screen.subscribe();
    let script = open(dir.path(), duty());
    let shown = script.shown(id).wait().unwrap().unwrap();
    script.submit(on(&shown, acknowledge(), 1)).wait().unwrap();
    screen.note_outbox_changed().wait().unwrap();
    assert_eq!(events.try_iter().last(), Some(StoreEvent::Reset));
    assert_eq!(screen.counts().wait().unwrap().outbox, 1);
    let shown = screen.shown(id).wait().unwrap().unwrap();
    assert_eq!(shown.pending, Pending::Waiting);
    // The screen's own writes, which its watch of the folder sees as well, are
    // no reason to read everything again.
    screen.note_outbox_changed().wait().unwrap();
    assert_eq!(events.try_iter().count(), 0);
    screen
        .submit(on(&shown, note(0x20, "屏上"), 2))
        .wait()
        .unwrap();
    screen.note_outbox_changed().wait().unwrap();
    assert!(!events.try_iter().any(|event| event == StoreEvent::Reset));
    let numbers: Vec<u64> = script
        .pending(10)
        .wait()
        .unwrap()
        .iter()
        .map(|command| command.dseq)
        .collect();
    assert_eq!(numbers, [1, 2]);
}

#[test]
fn drafts_are_each_officers_own() {
    let dir = tempdir().unwrap();
    let a = open(dir.path(), duty());
    let b = open(
        dir.path(),
        officer(2, "李值守", Role::DutyOfficer, "420607"),
    );
    a.save_draft("new", "{1}".to_owned(), at(1)).wait().unwrap();
    a.save_draft("new", "{2}".to_owned(), at(2)).wait().unwrap();
    assert_eq!(a.draft("new").wait().unwrap().unwrap().json, "{2}");
    assert!(b.drafts().wait().unwrap().is_empty());
    b.delete_draft("new").wait().unwrap();
    assert_eq!(a.drafts().wait().unwrap().len(), 1);
    a.delete_draft("new").wait().unwrap();
    assert!(a.draft("new").wait().unwrap().is_none());
}

#[test]
fn an_act_takes_the_draft_that_it_was_written_in_with_it() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(10, "纠纷", Rank::Watch, 0);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    for key in ["its own", "another"] {
        store
            .save_draft(key, "{}".to_owned(), at(1))
            .wait()
            .unwrap();
    }
    // Neither where the rules are against it ...
    let refused = on(&shown, note(0x20, ""), 2);
    let refused = store.submit_draft(refused, "its own".to_owned());
    assert!(refused.wait().is_err());
    assert_eq!(store.drafts().wait().unwrap().len(), 2);
    // ... or both.
    let taken = on(&shown, note(0x21, "已联系"), 3);
    let taken = store.submit_draft(taken, "its own".to_owned());
    assert_eq!(taken.wait().unwrap().counts.outbox, 1);
    let left = store.drafts().wait().unwrap();
    let left: Vec<&str> = left.iter().map(|draft| draft.key.as_str()).collect();
    assert_eq!(left, ["another"]);
}

#[test]
fn threads_answer_as_the_inline_executor_does() {
    let dir = tempdir().unwrap();
    let identity = super::centre::identity(duty());
    let store = Store::open(
        dir.path(),
        identity,
        crate::store::handle::Executor::Threads,
    )
    .unwrap();
    let grown = store.outbox_grown();
    let (target, act) = register(0x77, "拦路", Rank::Watch, "420607102");
    let waiting = store.submit(new_act(target, act, 1));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let done = runtime.block_on(async {
        grown.notified().await;
        waiting.await
    });
    assert_eq!(done.unwrap().counts.outbox, 1);
    assert_eq!(store.counts().wait().unwrap().incidents, 1);
    assert_eq!(
        store.find_incident("临0077").wait().unwrap(),
        [RecordId::new(uuid(0x77))]
    );
}

#[test]
fn an_act_that_was_filed_as_late_loses_its_effect_and_waits_to_be_seen() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(10, "纠纷", Rank::Urgent, 0);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    let done = store.submit(on(&shown, accept(), 1)).wait().unwrap();
    let written = vec![Written {
        feed: feed(),
        seq: centre.head().next(),
        chain: None,
    }];
    let verdict = Verdict::Late { written };
    for _ in 0..2 {
        let result = CommandResult {
            id: done.command,
            verdict: verdict.clone(),
        };
        store.results(vec![result], at(50)).wait().unwrap();
    }
    let now = store.shown(id).wait().unwrap().unwrap();
    assert_eq!(
        (now.pending, &now.record),
        (Pending::Confirmed, &shown.record)
    );
    assert!(store.pending(10).wait().unwrap().is_empty());
    let row = &store.outbox().wait().unwrap()[0];
    assert_eq!(row.state, OutboxState::Late { at: at(50) });
    let counts = store.counts().wait().unwrap();
    assert_eq!((counts.outbox, counts.refused), (0, 1));
    assert!(
        store.retry(done.command, WHEN).wait().is_err(),
        "it is over"
    );

    let seen = store.discard(done.command, "知道了".to_owned(), at(51));
    seen.wait().unwrap();
    assert!(store.outbox().wait().unwrap().is_empty());
}
