//! What is masked, shown whole: when, where, for how long, to whom.

use super::super::effect::{Effect, Origin, WantedFor};
use super::super::message::{Done, Message, NotDone, Told};
use super::super::model::{Model, REVEALED_SHOWN_MS};
use super::super::testing::{desk, desk_with, evening, press, shown, shown_with_people};
use super::seen::page;
use super::update;
use crate::domain::incident::act::Act;
use crate::domain::officer::Role;
use crate::domain::time::Millis;
use crate::store::view::{Counts, Shown};

/// Everything that is masked of the first row.
const WHOLE: [&str; 4] = [
    "19900001234",
    "19900005678",
    "420607198001010033",
    "呼延小满",
];
const MASKED: [&str; 3] = ["199****1234", "199****5678", "呼**"];

fn is_whole(model: &Model) -> bool {
    let page = page(model);
    let whole = WHOLE.map(|value| page.contains(value));
    let masked = MASKED.map(|value| page.contains(value));
    assert!(
        whole.iter().all(|found| *found == whole[0]),
        "all or nothing: {whole:?}"
    );
    assert!(!(whole[0] && masked[0]), "{page}");
    whole[0]
}

fn answer(model: &mut Model, shown: Shown) {
    let wanted = WantedFor::Detail;
    let id = shown.record.id;
    let shown = Some(Box::new(shown));
    update(model, Message::Shown { id, wanted, shown });
}

/// The first row, opened by somebody of that role.
fn opened_by(role: Role) -> Model {
    let mut model = desk_with(100, 40, role);
    press(&mut model, "o");
    answer(&mut model, shown_with_people(&evening()[0]));
    model
}

/// Asks to see it whole; the act is on its way to the disk.
fn asked() -> Model {
    let mut model = opened_by(Role::DutyOfficer);
    assert!(!is_whole(&model) && page(&model).contains(MASKED[0]));
    press(&mut model, "p");
    press(&mut model, "核对监护人");
    let effects = press(&mut model, "<ctrl-s>");
    let told = effects.iter().find_map(|effect| match effect {
        Effect::Submit { act, targets, .. } => Some((act.incident()?, targets[0].id)),
        _ => None,
    });
    let Some((Act::Reveal(args), on)) = told else {
        panic!("{effects:?}");
    };
    assert_eq!((args.reason.as_str(), on), ("核对监护人", evening()[0].id));
    model
}

fn stored(model: &mut Model, result: Result<Box<Done>, NotDone>) {
    let number = model.desk.as_ref().unwrap().dialogs_opened;
    let origin = Origin::Dialog(number);
    update(model, Message::Submitted { origin, result });
}

fn done() -> Done {
    Done {
        verb: crate::domain::incident::verb::Verb::Reveal.into(),
        shown: Vec::new(),
        counts: Counts::default(),
    }
}

/// Shown whole, right after the disk has answered.
fn revealed() -> Model {
    let mut model = asked();
    stored(&mut model, Ok(Box::new(done())));
    assert!(is_whole(&model), "{}", page(&model));
    model
}

fn after(model: &mut Model, millis: i64) {
    model.now = model.now.saturating_add(Millis(millis));
    update(model, Message::Tick);
}

#[test]
fn nothing_is_whole_before_it_is_on_the_disk_who_looked() {
    let mut model = asked();
    assert!(!is_whole(&model));
    after(&mut model, 1_000);
    assert!(!is_whole(&model));
    stored(&mut model, Err(NotDone::NotStored("磁盘已满".into())));
    assert!(!is_whole(&model));
    assert!(page(&model).contains("磁盘已满"));
    press(&mut model, "<esc>");
    assert!(!is_whole(&model));
    revealed();
}

#[test]
fn a_reason_must_be_typed() {
    let mut model = opened_by(Role::DutyOfficer);
    press(&mut model, "p");
    let effects = press(&mut model, "<ctrl-s>");
    assert!(effects.is_empty(), "{effects:?}");
    assert!(!is_whole(&model));
}

#[test]
fn it_is_masked_again_after_its_time_and_the_screen_counts_down() {
    let mut model = revealed();
    let whole = REVEALED_SHOWN_MS.0;
    assert!(page(&model).contains(&format!("{}秒后重新遮住", whole / 1_000)));
    let desk = model.desk.as_ref().unwrap();
    assert!(desk.counts_seconds(), "the screen wakes each second");
    after(&mut model, whole - 1);
    assert!(is_whole(&model));
    assert!(page(&model).contains("内容，1秒后"), "{}", page(&model));
    // Drawn before the second is told: masked all the same.
    model.now = model.now.saturating_add(Millis(1));
    assert!(!is_whole(&model));
    update(&mut model, Message::Tick);
    let desk = model.desk.as_ref().unwrap();
    assert!(!desk.counts_seconds());
    // A clock that goes back brings nothing back, nor makes it longer.
    after(&mut model, -whole);
    assert!(!is_whole(&model));
    let mut model = revealed();
    after(&mut model, -1);
    assert!(!is_whole(&model));
}

#[test]
fn leaving_the_incident_masks_it_for_whoever_comes_back() {
    let row = &evening()[0];
    for (way_out, way_back) in [
        ("<esc>", "o"),
        ("1", "o"),
        ("O", "<esc>o"),
        // A jump to the banner and back.
        ("<ctrl-g>", "<ctrl-o>"),
    ] {
        let mut model = revealed();
        let desk = model.desk.as_mut().unwrap();
        let cause = super::super::banner::Cause::New;
        let (rank, title) = (row.incident.alarm.rank, "新警情".to_owned());
        desk.alarms
            .raise(evening()[1].id, rank, cause, title, model.now);
        press(&mut model, way_out);
        assert!(!is_whole(&model), "{way_out}");
        press(&mut model, way_back);
        answer(&mut model, shown_with_people(row));
        let opened = model.desk.as_ref().unwrap().detail.as_ref().unwrap();
        assert_eq!(opened.id, row.id, "{way_out}{way_back}");
        assert!(page(&model).contains(MASKED[0]), "{way_out}: back at it");
        assert!(!is_whole(&model), "{way_out}{way_back}");
    }
}

#[test]
fn locking_and_stopping_mask_it() {
    let mut model = revealed();
    press(&mut model, "<f12>");
    assert!(!is_whole(&model));
    update(&mut model, Message::Unlocked);
    assert!(
        page(&model).contains(MASKED[0]),
        "the desk is as it was left"
    );
    assert!(!is_whole(&model));
    let mut model = revealed();
    update(&mut model, Message::Told(Told::Stopping));
    update(&mut model, Message::Told(Told::Resumed));
    assert!(!is_whole(&model));
}

#[test]
fn whoever_left_while_the_disk_was_slow_sees_nothing() {
    let mut model = asked();
    press(&mut model, "<f12>");
    stored(&mut model, Ok(Box::new(done())));
    update(&mut model, Message::Unlocked);
    assert!(!is_whole(&model));
}

#[test]
fn it_stays_whole_under_a_dialog_and_when_the_record_is_read_again() {
    let mut model = revealed();
    press(&mut model, "c");
    let hidden = page(&model).contains(MASKED[0]);
    assert!(
        !hidden,
        "the number can be dialled while the call is logged"
    );
    press(&mut model, "<esc>");
    answer(&mut model, shown_with_people(&evening()[0]));
    assert!(is_whole(&model));
}

#[test]
fn a_role_that_may_not_is_told_why_and_the_key_stays_listed() {
    for role in [Role::Handler, Role::Auditor] {
        let mut model = opened_by(role);
        let effects = press(&mut model, "p");
        assert!(effects.is_empty(), "{effects:?}");
        let page = page(&model);
        assert!(page.contains("您的岗位在此不能查看"), "{role:?}: {page}");
        assert!(model.desk.as_ref().unwrap().layers.is_empty());
        model.size.height = 150;
        press(&mut model, "?");
        let help = self::page(&model).replace('│', "");
        let row = help.split("p,8查看").nth(1).unwrap_or_default();
        let row: String = row.chars().take(120).collect();
        assert!(row.contains("现在不能"), "{role:?}: {help}");
    }
}

#[test]
fn what_has_nothing_masked_says_so_and_a_list_reveals_nothing() {
    let mut model = desk(100, 40);
    press(&mut model, "p");
    assert!(page(&model).contains("没有作用"), "not from the list");
    press(&mut model, "o");
    let mut bare = shown(&evening()[0]);
    if let crate::domain::record::Body::Incident(incident) = &mut bare.record.body {
        incident.source.phone = String::new();
    }
    answer(&mut model, bare);
    let effects = press(&mut model, "p");
    assert!(effects.is_empty(), "{effects:?}");
    assert!(page(&model).contains("本事件没有遮住的内容"));
}

#[test]
fn beside_the_list_nothing_is_ever_whole() {
    let mut model = revealed();
    model.size.width = 140;
    press(&mut model, "<esc>");
    answer(&mut model, shown_with_people(&evening()[0]));
    assert!(page(&model).contains(MASKED[0]), "the pane is there");
    assert!(!is_whole(&model));
}
