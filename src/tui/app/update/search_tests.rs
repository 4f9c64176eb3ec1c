//! What the search opens: the board where the thing stands, with the cursor on
//! it, and the way back to the search.

use super::super::duty_tests::lines;
use super::super::message::{DutyNews, Message};
use super::super::model::{Board, Layer, Model};
use super::super::testing::{at, desk, id, officer, press};
use super::super::warning_rows_tests::{give, rows};
use super::update;
use crate::domain::ids::RecordId;
use crate::domain::officer::Role;
use crate::domain::record::{Body, Record, Rev};
use crate::store::seek::{Found, Hit, HitKind};
use crate::store::view::Pending;

fn hit(kind: HitKind, on: RecordId, body: Body) -> Hit {
    Hit {
        kind,
        record: Record {
            id: on,
            area: "420607".parse().unwrap(),
            rev: Rev(1),
            parent: None,
            body,
            sealed: None,
        },
        unit_name: String::new(),
        pending: Pending::Confirmed,
        why: Vec::new(),
    }
}

/// The search with one thing found, and Enter pressed on it.
fn opened(model: &mut Model, found: Hit) {
    press(model, "<f3>x");
    let found = Found {
        hits: vec![found],
        ..Found::default()
    };
    let found = Box::new(found);
    update(model, Message::Sought { serial: 1, found });
    press(model, "<enter>");
}

fn is_search(model: &Model) -> bool {
    let layers = &model.desk.as_ref().unwrap().layers;
    matches!(layers.last(), Some(Layer::Search(_)))
}

#[test]
fn a_found_warning_is_opened_on_its_board_and_one_that_is_over_by_its_case() {
    let mut model = desk(80, 24);
    let rows = rows();
    give(&mut model, rows.clone());
    let third = &rows[2];
    let warning = Body::Warning(Box::new(third.warning.clone()));
    opened(&mut model, hit(HitKind::Warning, third.id, warning.clone()));
    let desk_now = model.desk.as_ref().unwrap();
    assert_eq!(desk_now.board, Board::Warnings);
    assert_eq!(desk_now.warnings.cursor, Some(third.id));
    press(&mut model, "B");
    assert!(is_search(&model), "the way back leads to the search");

    // Not on the board any more.
    let of_case = rows.iter().find(|row| row.warning.subject.case().is_some());
    let of_case = of_case.unwrap();
    let case = of_case.warning.subject.case().unwrap().id;
    let mut model = desk(80, 24);
    let warning = Body::Warning(Box::new(of_case.warning.clone()));
    opened(&mut model, hit(HitKind::Warning, id(0xFFF), warning));
    let desk_now = model.desk.as_ref().unwrap();
    assert_eq!(desk_now.board, Board::Detail);
    assert_eq!(desk_now.detail.as_ref().unwrap().id, case);
}

#[test]
fn a_found_line_of_the_log_is_shown_however_old_it_is() {
    let mut model = desk(80, 24);
    let all = lines(&officer(Role::DutyOfficer));
    let latest = || Message::Duty(DutyNews::Log(all.clone()));
    // A month older than the latest that the board has.
    let mut old = all[2].clone();
    old.id = id(0xABC);
    old.line.at = at("00:01");
    let body = Body::LogLine(Box::new(old.line.clone()));
    opened(&mut model, hit(HitKind::Line, old.id, body));
    update(&mut model, latest());
    let log = |model: &Model| {
        let desk = model.desk.as_ref().unwrap();
        assert_eq!(desk.board, Board::Log);
        (desk.duty.line, desk.duty.lines.len())
    };
    assert_eq!(log(&model), (Some(old.id), all.len() + 1));
    // It stays under the cursor whatever comes in, until the cursor moves on.
    update(&mut model, latest());
    assert_eq!(log(&model), (Some(old.id), all.len() + 1));
    press(&mut model, "k");
    update(&mut model, latest());
    assert_eq!(log(&model).1, all.len());
}

#[test]
fn the_number_of_a_call_is_shown_when_the_log_has_who_looked() {
    use super::super::effect::{Effect, Origin};
    use super::super::message::Done;
    use crate::domain::act::AnyAct;
    use crate::domain::duty::act::{Act, Told};
    use crate::domain::time::Millis;
    use crate::store::view::Counts;

    let mut model = desk(80, 24);
    press(&mut model, "<f8>");
    let all = lines(&officer(Role::DutyOfficer));
    let call = all.iter().find(|row| row.line.call().is_some()).unwrap();
    update(&mut model, Message::Duty(DutyNews::Log(all.clone())));
    let revealed = |model: &Model| model.desk.as_ref().unwrap().duty.revealed;
    // A note has no number.
    assert!(press(&mut model, "p").is_empty());
    while model.desk.as_ref().unwrap().duty.line != Some(call.id) {
        press(&mut model, "j");
    }
    let effects = press(&mut model, "p");
    let [Effect::Submit { origin, act, .. }] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(*origin, Origin::Contact(call.id));
    let AnyAct::Duty(Act::LogAdd(line)) = &**act else {
        panic!("{act:?}");
    };
    assert_eq!(line.what, Told::Note);
    assert!(line.text.contains("周会计"), "{}", line.text);
    assert_eq!(revealed(&model), None, "not before it is on the disk");
    let done = |model: &mut Model| {
        let done = Done {
            verb: act.verb(),
            shown: Vec::new(),
            counts: Counts::default(),
        };
        let result = Ok(Box::new(done));
        let origin = *origin;
        update(model, Message::Submitted { origin, result });
    };
    done(&mut model);
    assert!(revealed(&model).is_some());
    // Another line, another board, or a minute later: masked again.
    press(&mut model, "j");
    assert_eq!(revealed(&model), None);
    press(&mut model, "k");
    done(&mut model);
    assert!(revealed(&model).is_some());
    model.now = model.now.saturating_add(Millis(60_000));
    update(&mut model, Message::Tick);
    assert_eq!(revealed(&model), None);
}
