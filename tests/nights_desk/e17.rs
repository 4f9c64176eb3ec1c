//! E17, a case looked up with privacy: a dispute with a minor in it is found by
//! the sound of a party's name, opens masked, is shown whole only for a reason,
//! and every look is in the log.

use std::sync::Arc;

use tempfile::tempdir;
use uuid::Uuid;

use zhiban::domain::alarm::Rank;
use zhiban::domain::codes::Category;
use zhiban::domain::command::Target;
use zhiban::domain::entry::EntryKind;
use zhiban::domain::ids::RecordId;
use zhiban::domain::incident::act::{Act, Answer, Register};
use zhiban::domain::incident::party::{AgeClass, Party, SealedParty};
use zhiban::domain::incident::{Channel, Source};
use zhiban::domain::time::Timestamp;
use zhiban::i18n::Language;
use zhiban::store::handle::{Executor, NewAct};
use zhiban::store::view::TimelineWhat;
use zhiban::sync::clock::{Clock, FakeClock};
use zhiban::tui::app::headless::Headless;
use zhiban::tui::keys::Context;

use crate::SCREEN;
use crate::support::keys::{press, shows};
use crate::support::many::Many;

const MINOR: &str = "尉迟小满";
const PHONE: &str = "10012345678";
const IDENTITY: &str = "420607201201010018";

fn party(name: &str, age: AgeClass, phone: &str) -> Party {
    Party {
        name: name.to_owned(),
        age,
        phone: phone.to_owned(),
        part: String::new(),
    }
}

fn registration() -> Act {
    Act::Register(Box::new(Register {
        area: "420607101201".parse().unwrap(),
        category: Category::from_code("0102").unwrap(),
        rank: Rank::Watch,
        title: "离异双方争执孩子抚养".to_owned(),
        place: String::new(),
        summary: "母称父不付抚养费;父称探视被阻。上次约定周五由父接。".to_owned(),
        scale: None,
        people_count: None,
        occurred_at: None,
        source: Source {
            channel: Channel::Telephone,
            name: String::new(),
            phone: String::new(),
        },
        parties: vec![
            party("单玉兰", AgeClass::Adult, PHONE),
            party("尉***", AgeClass::Minor, ""),
        ],
        sealed: vec![SealedParty {
            party: 1,
            name: MINOR.to_owned(),
            doc_no: IDENTITY.to_owned(),
        }],
        answer: Answer::default(),
    }))
}

#[test]
fn e17_a_case_is_looked_up_with_privacy() {
    let now: Timestamp = "2026-11-24T03:00:00+08:00".parse().unwrap();
    let clock = FakeClock::new(now);
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let dir = tempdir().unwrap();
    let many = Many::fill(dir.path(), 40, 0, now);
    let store = many.open(dir.path(), Executor::Threads);
    let case = RecordId::new(Uuid::from_u128(0xE17));
    let act = NewAct {
        targets: vec![Target::new_incident(case)],
        act: registration().into(),
        made_at: now,
        offset_ms: 0,
    };
    store.submit(act).wait().unwrap();
    store.index_now().unwrap();
    Language::Chinese.select();
    let mut desk = Headless::open(store.clone(), Arc::clone(&shared), SCREEN);
    desk.settle();

    // The minor's name finds nothing, in whatever spelling.
    for word in ["尉迟小满", "yuchixiaoman", "ycxm"] {
        press(&mut desk, "<f3>");
        press(&mut desk, word);
        desk.settle();
        assert!(!shows(&desk, "抚养"), "{word}");
        press(&mut desk, "<esc>");
    }
    press(&mut desk, "<f3>shanyl");
    desk.settle();
    assert!(
        shows(&desk, "单玉兰") && shows(&desk, "抚养"),
        "{:#?}",
        desk.screen()
    );
    press(&mut desk, "<enter>");
    desk.settle();
    assert_eq!(
        (desk.context(), desk.opened()),
        (Context::Detail, Some(case))
    );
    // One screen of 24 lines says what it is about, and nothing that is masked.
    for told in ["抚养费", "探视", "周五", "尉"] {
        assert!(shows(&desk, told), "{told}: {:#?}", desk.screen());
    }
    let secret = |desk: &Headless| [MINOR, PHONE, IDENTITY].map(|value| shows(desk, value));
    assert_eq!(secret(&desk), [false; 3]);

    // A key alone shows nothing: it wants a reason.
    press(&mut desk, "p<ctrl-s>");
    desk.settle();
    assert_eq!(
        (desk.context(), secret(&desk)),
        (Context::Dialog, [false; 3])
    );
    press(&mut desk, "核对监护人<ctrl-s>");
    desk.settle();
    assert!(shows(&desk, MINOR), "{:#?}", desk.screen());
    let looks: Vec<String> = store
        .timeline(case, 100)
        .wait()
        .unwrap()
        .into_iter()
        .filter_map(|line| match line.what {
            TimelineWhat::Entry(_, entry) => Some(entry),
            _ => None,
        })
        .filter(|entry| matches!(entry.what, EntryKind::Reveal { .. }))
        .map(|entry| entry.text)
        .collect();
    assert_eq!(looks, ["核对监护人"]);
}
