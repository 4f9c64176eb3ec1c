//! What an officer may not see any more is on no page of any file, used or
//! free, for somebody who has the desk's key; what the officer wrote and nobody
//! has taken yet is.

use std::path::PathBuf;
use std::sync::Arc;

use uuid::Uuid;

use zhiban::domain::extra::Extra;
use zhiban::domain::ids::RecordId;
use zhiban::domain::officer::{Grant, Role};
use zhiban::domain::record::{Body, Record, Rev};
use zhiban::domain::unit::{Unit, UnitKind};
use zhiban::service::Seed;
use zhiban::store::desk::take_off;
use zhiban::sync::clock::{Clock, SystemClock};
use zhiban::sync::status::{LinkState, Needs};

use crate::desk::Desk;
use crate::http::find;
use crate::pages;
use crate::scene::{DISTRICT, Scene, secret};
use crate::support::centre::{Centre, OTHER_TOWN, TOWN, area, new_note};
use crate::support::proxy::Proxy;
use crate::support::station::{Place, Seat};
use crate::support::until_true;

/// Heartbeats come fast, so that a desk is told soon.
const HEARTBEAT_MS: u64 = 50;
/// What is said of the place that is lost, by others.
const LOST: [&str; 2] = ["塘坝决口的纠纷", "两边都拿着锄头"];
/// What is said of the place that stays.
const KEPT: &str = "留下的纠纷";
/// What the officer wrote there, unsent.
const OWN: &str = "夜里去过塘坝";
const UNIT: &str = "柳林渡调委会";

struct Bench {
    centre: Centre,
    proxy: Proxy,
    place: Place,
    lost: RecordId,
    kept: RecordId,
}

/// The files that say these words to somebody with the desk's key.
fn holding(place: &Place, seat: &Seat, words: &str) -> Vec<String> {
    let key = *seat.unlocked.identity().store_key.bytes();
    let says = |bytes: &[u8]| find(&pages::plain(bytes, &key), words.as_bytes()).is_some();
    let name = |path: PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    let files = place.files().into_iter();
    let mut names: Vec<_> = files
        .filter(|(_, bytes)| says(bytes))
        .map(|(path, _)| name(path))
        .collect();
    names.sort();
    println!("{words}: {names:?}");
    names
}

impl Bench {
    fn new() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let centre = Centre::new(Arc::clone(&clock));
        let proxy = Proxy::to(centre.addr());
        let place = Place::new(&proxy.url(), clock);
        let lost = centre.register_in(OTHER_TOWN, LOST[0]);
        let kept = centre.register_in(TOWN, KEPT);
        centre.note(lost, LOST[1]);
        Self {
            centre,
            proxy,
            place,
            lost,
            kept,
        }
    }

    /// Takes everything but one town from an officer.
    fn shrink(&self, account: &str) {
        let grant = Grant {
            role: Role::DutyOfficer,
            area: area(TOWN),
        };
        let service = &self.centre.service;
        service.account_grants(account, &[grant]).unwrap();
    }

    fn sit(&self, account: &str) -> Seat {
        let mut seat = self.place.sign_in(account);
        seat.go_live();
        until_true("all is here", || {
            seat.has(self.kept) && seat.texts(self.lost) == [LOST[1]]
        });
        seat
    }

    fn holding(&self, seat: &Seat, words: &str) -> Vec<String> {
        holding(&self.place, seat, words)
    }

    /// Before the loss: the search finds what is there, in the copy alone.
    fn is_there(&self, seat: &Seat) {
        for words in LOST.into_iter().chain([KEPT]) {
            let names = self.holding(seat, words);
            assert!(!names.is_empty(), "{words} is on some page");
            let copies = names.iter().all(|name| name.starts_with("replica-"));
            assert!(copies, "{words}: {names:?}");
        }
    }

    fn regrant(&self, seat: &mut Seat) {
        until_true("the desk knows", || seat.needs() == Needs::Grants);
        seat.regrant();
        until_true("the new copy is live", || {
            seat.link() == LinkState::Live && seat.needs() == Needs::Nothing && seat.has(self.kept)
        });
    }

    /// After the loss: nothing on any page, and what stays is still found.
    fn is_gone(&self, seat: &Seat) {
        for words in LOST {
            let names: Vec<_> = self.holding(seat, words);
            // The line by which an officer knows the own unsent act again has
            // the title; it is the outbox's, which nobody purges.
            let copies: Vec<_> = names
                .iter()
                .filter(|name| !name.starts_with("outbox.db") || words != LOST[0])
                .collect();
            assert!(copies.is_empty(), "{words} is left in {copies:?}");
        }
        assert!(!self.holding(seat, KEPT).is_empty());
    }
}

#[test]
fn grants_that_shrink_online_leave_no_page_of_what_was_lost() {
    let bench = Bench::new();
    let mut seat = bench.sit("a");
    bench.is_there(&seat);
    bench.shrink("a");
    bench.regrant(&mut seat);
    assert!(!seat.has(bench.lost));
    bench.is_gone(&seat);
    // Nor does it come back with the next start, or by what is said there now.
    bench.centre.note(bench.lost, LOST[1]);
    seat.leave();
    let mut seat = bench.place.sign_in("a");
    seat.go_live();
    assert!(!seat.has(bench.lost));
    bench.is_gone(&seat);
}

#[test]
fn grants_that_shrink_offline_leave_the_officers_own_words_and_nothing_else() {
    let mut bench = Bench::new();
    let mut seat = bench.sit("a");
    bench.is_there(&seat);
    bench.proxy.cut();
    seat.act(bench.lost, new_note(OWN));
    bench.shrink("a");
    bench.proxy.mend();
    until_true("the desk knows", || seat.needs() == Needs::Grants);
    // The line to the centre is cut before anything of it goes out.
    bench.proxy.cut();
    seat.regrant();
    assert_eq!(seat.unsent(), 1, "unsent work survives the purge");
    for words in LOST {
        let names = bench.holding(&seat, words);
        let copies = names.iter().filter(|name| name.starts_with("replica-"));
        assert_eq!(copies.count(), 0, "{words}: {names:?}");
    }
    let own = bench.holding(&seat, OWN);
    let kept = own.iter().all(|name| name.starts_with("outbox.db"));
    assert!(kept && !own.is_empty(), "{own:?}");
    bench.proxy.mend();
    until_true("it is delivered", || {
        seat.link() == LinkState::Live && seat.unsent() == 0 && seat.has(bench.kept)
    });
    bench.is_gone(&seat);
    let mut other = bench.place.sign_in("b");
    other.go_live();
    until_true("and filed", || {
        other.texts(bench.lost).contains(&OWN.to_owned())
    });
}

#[test]
fn copies_that_were_set_aside_go_with_the_rest() {
    let bench = Bench::new();
    let seat = bench.sit("a");
    seat.leave();
    let copy = |(path, _): &(PathBuf, Vec<u8>)| path.extension().is_some_and(|end| end == "db");
    for (path, mut bytes) in bench.place.files().into_iter().filter(copy) {
        if path
            .file_name()
            .unwrap()
            .to_string_lossy()
            .starts_with("replica-")
        {
            // One page is broken; the words stand on others.
            let page = bytes.len() / 4_096 / 2 * 4_096;
            bytes[page..page + 64].fill(0);
            std::fs::write(&path, bytes).unwrap();
        }
    }
    let mut seat = bench.sit("a");
    let aside = |seat: &Seat| {
        let names = bench.holding(seat, LOST[0]);
        let dated = names.iter().filter(|name| name.contains(".damaged-"));
        dated.count()
    };
    assert_eq!(aside(&seat), 1, "what was damaged is kept, and readable");
    bench.shrink("a");
    bench.regrant(&mut seat);
    bench.is_gone(&seat);
}

#[test]
fn an_account_out_of_use_leaves_no_page_of_its_copy() {
    let bench = Bench::new();
    bench.place.sign_in("town").leave();
    let seat = bench.sit("a");
    bench.is_there(&seat);
    bench.centre.service.account_disable("a").unwrap();
    until_true("the desk knows", || seat.needs() == Needs::Revoked);
    let key_holder = seat.unlocked.clone();
    seat.leave();
    take_off(bench.place.path(), "a").unwrap();
    let mut other = bench.place.sign_in("town");
    other.go_live();
    until_true("the own town is here", || other.has(bench.kept));
    assert_eq!(
        key_holder.identity().store_key.bytes(),
        other.unlocked.identity().store_key.bytes(),
        "one key a desk"
    );
    bench.is_gone(&other);
}

#[test]
fn a_role_that_is_not_sent_the_sealed_part_leaves_no_page_of_it() {
    let scene = Scene::new(HEARTBEAT_MS);
    scene.add("colleague", Role::DutyOfficer, DISTRICT);
    let mut desk = Desk::new();
    let duty = desk.sit(scene.addr(), "duty", scene.now());
    let case = scene.open_case(&mut desk, &duty);
    let url = format!("http://{}", scene.addr());
    let place = Place::new(&url, Arc::new(SystemClock::new()));
    let mut seat = place.sign_in("colleague");
    seat.go_live();
    until_true("the case is here", || seat.has(case.id));
    for words in [secret::DOC_NO, secret::MINOR, secret::PARTY_PHONE] {
        assert!(!holding(&place, &seat, words).is_empty(), "{words}");
    }
    let grant = Grant {
        role: Role::Handler,
        area: area(DISTRICT),
    };
    scene.service.account_grants("colleague", &[grant]).unwrap();
    until_true("the desk knows", || seat.needs() == Needs::Grants);
    seat.regrant();
    until_true("the new copy is live", || {
        seat.link() == LinkState::Live && seat.needs() == Needs::Nothing && seat.has(case.id)
    });
    for words in [secret::DOC_NO, secret::MINOR] {
        assert!(holding(&place, &seat, words).is_empty(), "{words} is left");
    }
    let phone = secret::PARTY_PHONE;
    assert!(!holding(&place, &seat, phone).is_empty(), "the case stays");
}

/// A unit that belongs to a place, as the centre has it.
fn unit(place: &str, rev: u64) -> Seed {
    let record = Record {
        id: RecordId::new(Uuid::from_u128(0x0_17)),
        area: area(place),
        rev: Rev(rev),
        parent: None,
        body: Body::Unit(Box::new(Unit {
            name: UNIT.to_owned(),
            kind: UnitKind::TownOffice,
            parent: None,
            phone: String::new(),
            extra: Extra::new(),
        })),
        sealed: None,
    };
    Seed {
        event: None,
        record,
    }
}

#[test]
fn a_record_that_went_elsewhere_leaves_no_page_of_a_copy_that_stays_in_use() {
    let bench = Bench::new();
    let now = || SystemClock::new().now();
    bench.centre.service.seed([unit(TOWN, 1)], now()).unwrap();
    let mut seat = bench.place.sign_in("town");
    seat.go_live();
    let found = || !seat.store.units(UNIT, None, 5).wait().unwrap().is_empty();
    until_true("the unit is here", found);
    assert!(!bench.holding(&seat, UNIT).is_empty());
    let moved = unit(OTHER_TOWN, 2);
    bench.centre.service.seed([moved], now()).unwrap();
    until_true("it is gone", || !found());
    until_true("from every page", || bench.holding(&seat, UNIT).is_empty());
    assert!(!bench.holding(&seat, KEPT).is_empty(), "the copy is in use");
}
