//! Grants that shrink and grow while an officer works, online and offline, and
//! an account that goes out of use.

#![cfg(feature = "service")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod support;

use std::path::PathBuf;
use std::sync::Arc;

use support::centre::{Centre, DISTRICT, OTHER_TOWN, TOWN, area, new_note, registration_in};
use support::proxy::Proxy;
use support::station::{Place, Seat};
use support::until_true;
use uuid::Uuid;
use zhiban::domain::command::Target;
use zhiban::domain::entry::EntryKind;
use zhiban::domain::ids::RecordId;
use zhiban::domain::incident::verb::Verb;
use zhiban::domain::officer::{Grant, Role};
use zhiban::store::desk::{Desk, DeskError, take_off};
use zhiban::store::view::OutboxState;
use zhiban::sync::clock::{Clock, SystemClock};
use zhiban::sync::status::{LinkState, Needs};

struct Bench {
    centre: Centre,
    proxy: Proxy,
    place: Place,
}

impl Bench {
    fn new() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let centre = Centre::new(Arc::clone(&clock));
        let proxy = Proxy::to(centre.addr());
        let place = Place::new(&proxy.url(), clock);
        Self {
            centre,
            proxy,
            place,
        }
    }

    fn grant(&self, account: &str, place: &str) {
        let grant = Grant {
            role: Role::DutyOfficer,
            area: area(place),
        };
        let grants = [grant];
        self.centre
            .service
            .account_grants(account, &grants)
            .unwrap();
    }

    /// The copies on the desk's disk.
    fn copies(&self) -> Vec<PathBuf> {
        let files = self.place.files().into_iter().map(|(path, _)| path);
        files
            .filter(|path| {
                let name = path.file_stem().unwrap().to_string_lossy();
                name.starts_with("replica-") && path.extension().is_some_and(|end| end == "db")
            })
            .collect()
    }
}

fn live(seat: &Seat) -> bool {
    seat.link() == LinkState::Live && seat.needs() == Needs::Nothing
}

#[test]
fn grants_that_shrink_online_take_the_copy_away_and_leave_what_was_written() {
    let mut bench = Bench::new();
    let kept = bench.centre.register_in(TOWN, "留下的纠纷");
    let lost = bench.centre.register_in(OTHER_TOWN, "看不到的纠纷");
    let mut seat = bench.place.sign_in("a");
    seat.go_live();
    until_true("both are here", || seat.has(kept) && seat.has(lost));
    let at = seat.incident(kept).unwrap().registered_at;
    let draft = r#"{"text":"写到一半"}"#.to_owned();
    seat.store
        .save_draft("note:x", draft.clone(), at)
        .wait()
        .unwrap();
    let before = bench.copies();
    assert_eq!(before.len(), 1);

    bench.grant("a", TOWN);
    until_true("the desk knows", || seat.needs() == Needs::Grants);
    seat.regrant();
    until_true("the new copy is live", || live(&seat) && seat.has(kept));
    assert!(!seat.has(lost));
    let after = bench.copies();
    assert_eq!(after.len(), 1);
    assert_ne!(before, after, "the old copy is off the disk");
    let drafts = seat.store.drafts().wait().unwrap();
    assert_eq!(drafts.len(), 1);
    assert_eq!(drafts[0].json, draft);
    // What comes later in the old area stays out, what comes here comes in.
    bench.centre.note(lost, "还在吵");
    bench.centre.note(kept, "已劝开");
    until_true("the note is here", || seat.texts(kept) == ["已劝开"]);
    assert!(!seat.has(lost));
    seat.leave();

    // The password opens the new copy, also without the network.
    bench.proxy.cut();
    let seat = bench.place.unlock("a");
    assert!(seat.has(kept) && !seat.has(lost));
}

#[test]
fn grants_that_grow_online_bring_what_may_be_seen_now() {
    let bench = Bench::new();
    let far = bench.centre.register_in(OTHER_TOWN, "邻镇的纠纷");
    let near = bench.centre.register_in(TOWN, "本镇的纠纷");
    let mut seat = bench.place.sign_in("town");
    seat.go_live();
    until_true("the own town is here", || seat.has(near));
    assert!(!seat.has(far));
    bench.grant("town", DISTRICT);
    until_true("the desk knows", || seat.needs() == Needs::Grants);
    seat.regrant();
    until_true("all is here", || {
        live(&seat) && seat.has(far) && seat.has(near)
    });
}

#[test]
fn grants_that_shrink_offline_are_met_at_the_next_contact_and_the_acts_filed_as_late() {
    let mut bench = Bench::new();
    let lost = bench.centre.register_in(OTHER_TOWN, "看不到的纠纷");
    let kept = bench.centre.register_in(TOWN, "留下的纠纷");
    let mut seat = bench.place.sign_in("a");
    seat.go_live();
    until_true("both are here", || seat.has(kept) && seat.has(lost));
    bench.proxy.cut();
    let late = seat.act(lost, new_note("夜里去过，双方未动手"));
    let well = seat.act(kept, new_note("已劝开"));
    let new = RecordId::new(Uuid::now_v7());
    let registration = registration_in(OTHER_TOWN, "断线时登记的");
    seat.submit(Target::new_incident(new), registration);
    bench.grant("a", TOWN);
    assert!(seat.has(lost), "nobody could tell the desk");
    bench.proxy.mend();
    until_true("the desk knows", || seat.needs() == Needs::Grants);
    assert_eq!(seat.unsent(), 3, "unsent work is nobody's to purge");
    seat.regrant();
    until_true("all is answered", || live(&seat) && seat.unsent() == 0);
    until_true("nothing else is shown", || {
        !seat.has(lost) && !seat.has(new)
    });
    let row = |id| {
        let rows = seat.store.outbox().wait().unwrap();
        rows.into_iter().find(|row| row.id == id)
    };
    let filed = row(late).unwrap();
    assert!(matches!(filed.state, OutboxState::Late { .. }), "{filed:?}");
    assert_eq!(
        (filed.about.as_str(), filed.words.as_str()),
        ("", "夜里去过，双方未动手")
    );
    until_true("what was in reach took effect", || row(well).is_none());

    let mut other = bench.place.sign_in("b");
    other.go_live();
    until_true("the entry is filed", || !other.entries(lost).is_empty());
    let entry = other.entries(lost).remove(0);
    assert_eq!(entry.text, "夜里去过，双方未动手");
    let what = EntryKind::Late {
        verb: Verb::Note,
        call: None,
    };
    assert_eq!(entry.what, what);
    until_true("the registration is there", || other.has(new));
    assert_eq!(other.texts(kept), ["已劝开"]);
}

#[test]
fn an_account_out_of_use_leaves_its_work_to_the_desk_and_nothing_to_see() {
    let mut bench = Bench::new();
    let on = bench.centre.register_in(TOWN, "邻里纠纷");
    bench.place.sign_in("town").leave();
    let mut seat = bench.place.sign_in("a");
    seat.go_live();
    until_true("it is here", || seat.has(on));
    assert_eq!(bench.copies().len(), 2);
    bench.proxy.cut();
    let late = seat.act(on, new_note("最后一夜写下的"));
    bench.centre.service.account_disable("a").unwrap();
    bench.proxy.mend();
    until_true("the desk knows", || seat.needs() == Needs::Revoked);
    assert_eq!(seat.unsent(), 1);
    seat.leave();
    take_off(bench.place.path(), "a").unwrap();

    assert_eq!(
        bench.copies().len(),
        1,
        "only the copy of the other officer is left"
    );
    let mut desk = Desk::open(bench.place.path()).unwrap().unwrap();
    let now = SystemClock::new().now();
    let opened = desk.unlock("a", support::centre::PASSWORD, now);
    assert!(
        matches!(opened, Err(DeskError::UnknownAccount)),
        "{opened:?}"
    );

    let mut other = bench.place.sign_in("town");
    assert_eq!(other.unsent(), 1, "the desk still has it");
    other.go_live();
    until_true("the desk has delivered it", || other.unsent() == 0);
    until_true("it is filed", || other.texts(on) == ["最后一夜写下的"]);
    let rows = other.store.outbox().wait().unwrap();
    let row = rows.iter().find(|row| row.id == late).unwrap();
    assert!(matches!(row.state, OutboxState::Late { .. }), "{row:?}");
}
