//! What keys do: (desk, keys) → effects and what is open.

use super::super::effect::{Effect, Join, Origin, WantedFor};
use super::super::form::Slot;
use super::super::gate::Purpose;
use super::super::message::{Done, GateTrouble, Message, NotDone, Opened, StoreNews};
use super::super::model::{Board, Layer, Model};
use super::super::testing::{
    answer_queue, at, desk, desk_with, evening, gate, id, press, row, shown,
};
use super::update;
use crate::domain::alarm::Rank;
use crate::domain::incident::act::Act;
use crate::domain::incident::refusal::Refusal;
use crate::domain::incident::stage::Stage;
use crate::domain::incident::verb::Verb;
use crate::domain::officer::Role;
use crate::store::view::Counts;
use crate::tui::keys::Context;

fn acts(effects: &[Effect]) -> Vec<&Act> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Submit { act, .. } => act.incident(),
            _ => None,
        })
        .collect()
}

fn notice(model: &Model) -> &str {
    model
        .notice
        .as_ref()
        .map_or("", |notice| notice.text.as_str())
}

fn done(shown: crate::store::view::Shown) -> Done {
    Done {
        verb: Verb::Amend.into(),
        shown: vec![shown],
        counts: Counts::default(),
    }
}

#[test]
fn acknowledging_needs_no_prompt_and_names_the_episode() {
    let mut model = desk(80, 24);
    let effects = press(&mut model, "a");
    let [
        Effect::Submit {
            origin,
            targets,
            act,
            ..
        },
    ] = effects.as_slice()
    else {
        panic!("{effects:?}");
    };
    assert_eq!(*origin, Origin::Key);
    assert_eq!(targets[0].id, id(1));
    assert!(matches!(act.incident(), Some(Act::Acknowledge(ack)) if ack.episode == 1));
    assert_eq!(model.context(), Context::Queue);
}

#[test]
fn a_key_that_cannot_be_says_why() {
    for (keys, role, words) in [
        ("z", Role::DutyOfficer, "暂缓：红级不能暂缓"),
        ("u", Role::DutyOfficer, "升级：已是最高级"),
        ("v", Role::DutyOfficer, "验证：待研判时不能验证"),
        ("U", Role::DutyOfficer, "降级：您的岗位在此不能降级"),
        ("a", Role::Auditor, "知悉：您的岗位在此不能知悉"),
    ] {
        let mut model = desk_with(80, 24, role);
        let effects = press(&mut model, keys);
        assert!(acts(&effects).is_empty(), "{keys}");
        assert!(
            notice(&model).starts_with(words),
            "{keys}: {}",
            notice(&model)
        );
    }
}

#[test]
fn a_note_is_written_in_several_lines_and_kept_until_it_is_stored() {
    let mut model = desk(80, 24);
    assert!(press(&mut model, "n").is_empty());
    assert_eq!(model.context(), Context::Dialog);
    let effects = press(&mut model, "双方已到<enter>aq?<ctrl-s>");
    let acts = acts(&effects);
    let [Act::Note(note)] = acts.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(note.text, "双方已到\naq?");
    // Not stored: the dialog keeps its words and says so.
    update(
        &mut model,
        Message::Submitted {
            origin: Origin::Dialog(1),
            result: Err(NotDone::NotStored("disk full".into())),
        },
    );
    let desk = model.desk.as_mut().unwrap();
    let dialog = desk.dialog_mut().unwrap();
    assert_eq!(dialog.form.text(Slot::Text), "双方已到\naq?");
    assert!(dialog.trouble.as_ref().unwrap().contains("没有存下"));
    // Again, and stored: it closes.
    press(&mut model, "<ctrl-s>");
    update(
        &mut model,
        Message::Submitted {
            origin: Origin::Dialog(1),
            result: Ok(Box::new(done(shown(&evening()[0])))),
        },
    );
    assert_eq!(model.context(), Context::Queue);
}

#[test]
fn leaving_a_dialog_keeps_a_draft_that_comes_back() {
    let mut model = desk(80, 24);
    let effects = press(&mut model, "n先记一笔<esc>");
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::SaveDraft { .. })),
        "{effects:?}"
    );
    press(&mut model, "n");
    let dialog = model.desk.as_mut().unwrap().dialog_mut().unwrap();
    assert_eq!(dialog.form.text(Slot::Text), "先记一笔");
    assert!(notice(&model).contains("恢复"));
}

#[test]
fn typing_is_saved_within_a_second_and_on_hang_up() {
    use super::super::message::Told;
    let mut model = desk(80, 24);
    press(&mut model, "n草稿");
    assert!(update(&mut model, Message::Tick).is_empty());
    model.now = model.now.saturating_add(crate::domain::time::Millis(1_000));
    let saved = update(&mut model, Message::Tick);
    assert!(
        matches!(saved.as_slice(), [Effect::SaveDraft { .. }]),
        "{saved:?}"
    );
    assert!(update(&mut model, Message::Tick).is_empty(), "once");
    press(&mut model, "二");
    let last = update(&mut model, Message::Told(Told::End));
    assert!(
        matches!(last.as_slice(), [Effect::SaveDraft { json, .. }, Effect::Quit] if json.contains("草稿二")),
        "{last:?}"
    );
}

#[test]
fn a_new_incident_is_saved_with_category_and_area_and_amended_after() {
    let mut model = desk(80, 24);
    press(&mut model, "<f2>");
    assert_eq!(model.context(), Context::Form);
    // Source, name, phone, time, parties, rank, then the two lists.
    let effects = press(
        &mut model,
        "<tab>李<tab><tab>22:50<tab>李小明 未成年 学生<tab>赵六 19900001234<tab><tab><tab>\
         <enter>03<enter>",
    );
    assert!(acts(&effects).is_empty());
    let effects = press(&mut model, "<enter>石桥<enter>");
    let registered = acts(&effects);
    let [Act::Register(args)] = registered.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(args.area.to_string(), "420607102");
    assert_eq!(args.source.name, "李");
    assert_eq!(args.occurred_at, Some(at("22:50")));
    let parties: Vec<&str> = args.parties.iter().map(|one| one.part.as_str()).collect();
    assert_eq!(parties, ["学生", ""]);
    let new = effects.iter().find_map(|effect| match effect {
        Effect::Submit { targets, .. } => Some(targets[0].id),
        _ => None,
    });
    // While it is on its way, the officer types on.
    assert!(acts(&press(&mut model, "二组<tab>边界<tab>")).is_empty());
    let mut stored = row(
        9,
        "420607102",
        super::super::testing::incident(Rank::Notice, "", Stage::New, at("23:41")),
    );
    stored.id = new.unwrap();
    stored.incident.place = String::new();
    stored.incident.summary = String::new();
    stored.incident.people_count = None;
    stored.incident.category = args.category;
    let effects = update(
        &mut model,
        Message::Submitted {
            origin: Origin::Dialog(1),
            result: Ok(Box::new(done(shown(&stored)))),
        },
    );
    let amended = acts(&effects);
    let [Act::Amend(amend)] = amended.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(amend.place.as_ref().unwrap().to, "二组");
    assert_eq!(amend.title.as_ref().unwrap().to, "边界");
    stored.incident.place = "二组".into();
    stored.incident.title = "边界".into();
    update(
        &mut model,
        Message::Submitted {
            origin: Origin::Dialog(1),
            result: Ok(Box::new(done(shown(&stored)))),
        },
    );
    press(&mut model, "<ctrl-s>");
    assert_eq!(model.context(), Context::Queue);
    assert!(notice(&model).contains("已登记"));
}

/// Nothing of a registration is dropped in silence: a line that cannot be read
/// keeps it from being saved, and once it is saved the line takes no more.
#[test]
fn parties_are_read_before_the_registration_and_fixed_after() {
    let mut model = desk(80, 24);
    press(
        &mut model,
        "<f2><tab><tab><tab><tab>19900001234<tab><tab><tab><tab>",
    );
    let effects = press(&mut model, "<enter>03<enter><enter>石桥<enter>");
    assert!(acts(&effects).is_empty(), "{effects:?}");
    let form = |model: &Model| {
        let desk = model.desk.as_ref().unwrap();
        let Layer::Dialog(dialog) = desk.layers.last().unwrap() else {
            panic!("no form");
        };
        dialog.form.clone()
    };
    let wrong = form(&model);
    assert!(wrong.field(Slot::PartyFirst).unwrap().error.is_some());
    assert_eq!(wrong.focused().unwrap().slot, Slot::PartyFirst);
    press(&mut model, "<home>赵六 ");
    let effects = press(&mut model, "<tab>");
    let registered = acts(&effects);
    let [Act::Register(args)] = registered.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(args.parties[0].phone, "19900001234");
    press(&mut model, "孙七");
    assert_eq!(form(&model).text(Slot::PartySecond), "");
    assert!(notice(&model).contains("不能再改"));
}

#[test]
fn irreversible_acts_want_the_last_digits_in_the_small_hours() {
    let mut model = desk_with(80, 24, Role::Leader);
    let mut rows = evening();
    rows[0].incident.status = Stage::AwaitingSignature.status();
    rows[0].incident.step.status = Stage::AwaitingSignature.step();
    for (hour, digits) in [("23:41", None), ("03:10", Some("0012".to_owned()))] {
        model.now = at(hour);
        let effects = update(&mut model, Message::Store(StoreNews::Reset));
        answer_queue(&mut model, &effects, &rows);
        press(&mut model, "X");
        let dialog = model.desk.as_mut().unwrap().dialog_mut().unwrap();
        assert_eq!(dialog.digits, digits, "{hour}");
        let effects = press(&mut model, "<ctrl-s>");
        assert_eq!(acts(&effects).is_empty(), digits.is_some());
        press(&mut model, "<esc>");
        if digits.is_none() {
            model.desk.as_mut().unwrap().close_dialog(1);
        }
    }
    let effects = press(&mut model, "X<tab>0012<ctrl-s>");
    assert!(
        matches!(acts(&effects).as_slice(), [Act::SignStrikeOff(_)]),
        "{effects:?}"
    );
}

#[test]
fn a_refusal_from_the_rules_is_told_in_words() {
    let mut model = desk(80, 24);
    press(&mut model, "a");
    let last = evening()[1].incident.last.clone();
    update(
        &mut model,
        Message::Submitted {
            origin: Origin::Key,
            result: Err(NotDone::Refused(Box::new(Refusal::WrongStage {
                verb: Verb::Assign.into(),
                stage: Stage::Handling,
                last: Some(last),
            }))),
        },
    );
    assert_eq!(notice(&model), "办理中时不能派单（王秀梅 23:29 登记）");
}

#[test]
fn the_gate_counts_tries_and_keeps_the_account() {
    let mut model = gate(80, 24);
    let effects = press(&mut model, "falsch<enter>");
    let [Effect::SignIn(credentials)] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(credentials.account, "wangxm");
    assert_eq!(credentials.password.0.as_str(), "falsch");
    assert!(press(&mut model, "<enter>").is_empty(), "one at a time");
    update(
        &mut model,
        Message::GateFailed(GateTrouble::WrongPassword { tries_left: 3 }),
    );
    let gate = model.gate.as_ref().unwrap();
    assert!(gate.form.text(Slot::Password).is_empty());
    assert_eq!(gate.form.text(Slot::Account), "wangxm");
}

#[test]
fn the_lock_keeps_what_was_open_and_esc_lets_another_officer_in() {
    let mut model = desk(80, 24);
    press(&mut model, "n半句<f12>");
    assert_eq!(model.gate.as_ref().unwrap().purpose, Purpose::Locked);
    assert_eq!(press(&mut model, "<esc>"), [Effect::SignOut]);
    update(&mut model, Message::Unlocked);
    let dialog = model.desk.as_mut().unwrap().dialog_mut().unwrap();
    assert_eq!(dialog.form.text(Slot::Text), "半句");
}

#[test]
fn signing_in_again_is_asked_once_and_loses_nothing() {
    use crate::sync::status::{Needs, Status};
    let mut model = desk(80, 24);
    press(&mut model, "n半句");
    let status = Status {
        needs: Needs::SignIn,
        ..Status::default()
    };
    update(&mut model, Message::Sync(status.clone()));
    assert_eq!(model.gate.as_ref().unwrap().purpose, Purpose::Again);
    press(&mut model, "<esc>");
    update(&mut model, Message::Sync(status));
    assert!(model.gate.is_none(), "not again and again");
    press(&mut model, "<f5>");
    assert_eq!(
        model.gate.as_ref().unwrap().purpose,
        Purpose::Again,
        "when asked to"
    );
    press(&mut model, "<esc>");
    press(&mut model, "话");
    let dialog = model.desk.as_mut().unwrap().dialog_mut().unwrap();
    assert_eq!(dialog.form.text(Slot::Text), "半句话");
}

#[test]
fn leaving_with_unsent_work_asks_first() {
    let mut model = desk(80, 24);
    assert!(press(&mut model, "q").is_empty());
    assert!(matches!(
        model.desk.as_ref().unwrap().layers.last(),
        Some(Layer::Confirm(_))
    ));
    assert!(press(&mut model, "n").is_empty());
    assert_eq!(press(&mut model, "qy"), [Effect::Quit]);
}

#[test]
fn the_filter_narrows_while_one_types_and_esc_walks_back() {
    let mut model = desk(80, 24);
    let effects = press(&mut model, "/讨薪");
    let texts: Vec<&str> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::LoadQueue { filter, .. } => Some(filter.text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(texts, ["讨", "讨薪"]);
    press(&mut model, "<enter>");
    assert_eq!(model.context(), Context::Queue);
    let effects = press(&mut model, "<esc>");
    assert!(
        matches!(effects.as_slice(), [Effect::LoadQueue { filter, .. }] if filter.text.is_empty())
    );
}

#[test]
fn new_rows_never_push_the_cursor_and_wait_behind_a_mark() {
    let mut model = desk(80, 24);
    let mut rows = evening();
    for n in 100..140 {
        rows.push(row(
            n,
            "420607102",
            super::super::testing::incident(Rank::Notice, "件", Stage::New, at("20:00")),
        ));
    }
    let effects = update(&mut model, Message::Store(StoreNews::Reset));
    answer_queue(&mut model, &effects, &rows);
    press(&mut model, "j");
    for n in 20..23 {
        rows.insert(
            0,
            row(
                n,
                "420607102",
                super::super::testing::incident(Rank::Urgent, "新", Stage::New, at("23:41")),
            ),
        );
    }
    let effects = update(&mut model, Message::Store(StoreNews::Reset));
    answer_queue(&mut model, &effects, &rows);
    let queue = &model.desk.as_ref().unwrap().queue;
    assert_eq!(queue.cursor, Some(id(2)));
    assert_eq!(queue.cursor_index().unwrap() - queue.top, 1, "same height");
    assert_eq!(queue.unseen.len(), 3);
    press(&mut model, "<home>");
    assert!(model.desk.as_ref().unwrap().queue.unseen.is_empty());
}

#[test]
fn paging_is_served_from_memory_and_fetches_ahead() {
    use crate::store::view::{More, QueuePage};
    let mut model = desk(80, 24);
    let many: Vec<_> = (100..300)
        .map(|n| {
            row(
                n,
                "420607102",
                super::super::testing::incident(Rank::Notice, "件", Stage::New, at("20:00")),
            )
        })
        .collect();
    let effects = model.desk.as_mut().unwrap().queue.restart();
    let [Effect::LoadQueue { serial, .. }] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    let page = QueuePage {
        rows: many
            .iter()
            .map(|row| (super::super::testing::key(row), row.clone()))
            .collect(),
        before: More::Nothing,
        after: More::Something,
        ..QueuePage::default()
    };
    update(
        &mut model,
        Message::Queue {
            serial: *serial,
            join: Join::Replace,
            page: Box::new(page),
        },
    );
    let mut asked = Vec::new();
    for _ in 0..9 {
        asked.extend(press(&mut model, "<pagedown>"));
    }
    let queue = &model.desk.as_ref().unwrap().queue;
    assert_eq!(queue.cursor_index(), Some(9 * (queue.height - 1)));
    assert!(
        matches!(
            asked.as_slice(),
            [Effect::LoadQueue {
                join: Join::Behind,
                ..
            }]
        ),
        "{asked:?}"
    );
}

#[test]
fn a_policy_that_says_so_marks_every_screen_as_a_demonstration() {
    use super::super::model::Staging;
    let mut model = desk(80, 24);
    model.setup.staging = Staging::Real;
    assert_eq!(model.staging(), Staging::Real);
    let mut policy = crate::domain::policy::Policy::shipped();
    policy.extra.insert("demonstration".into(), true.into());
    let places = std::sync::Arc::clone(&model.desk.as_ref().unwrap().places);
    update(
        &mut model,
        Message::Ground {
            policy: std::sync::Arc::new(policy),
            places,
        },
    );
    assert_eq!(model.staging(), Staging::Demonstration);
}

#[test]
fn the_next_conflict_is_one_key_away_wherever_it_lies() {
    let mut model = desk(80, 24);
    let cursor = model.desk.as_ref().unwrap().queue.cursor;
    let effects = press(&mut model, "!");
    assert!(matches!(effects[..], [Effect::NextConflict { after }] if after == cursor));
    update(&mut model, Message::NextConflict(None));
    assert_eq!(notice(&model), "没有待裁定的冲突");
    // It is on no page of the list: struck off, say.
    let elsewhere = id(77);
    update(&mut model, Message::NextConflict(Some(elsewhere)));
    let desk = model.desk.as_ref().unwrap();
    assert_eq!(desk.board, Board::Detail);
    assert_eq!(desk.detail.as_ref().unwrap().id, elsewhere);
    press(&mut model, "B");
    assert_eq!(model.desk.as_ref().unwrap().queue.cursor, cursor);
    assert_eq!(model.desk.as_ref().unwrap().board, Board::Queue);
}

#[test]
fn going_back_ends_at_the_queue() {
    let mut model = desk(80, 24);
    press(&mut model, "o");
    assert_eq!(model.desk.as_ref().unwrap().board, Board::Detail);
    press(&mut model, "?");
    assert_eq!(model.context(), Context::Help);
    press(&mut model, "<esc><esc>");
    assert_eq!(model.context(), Context::Queue);
    press(&mut model, "O");
    assert_eq!(model.context(), Context::Outbox);
    press(&mut model, "1");
    assert_eq!(model.context(), Context::Queue);
}

#[test]
fn a_key_typed_ahead_of_the_opened_record_means_that_record() {
    let mut model = desk(80, 24);
    press(&mut model, "o");
    let opened = model.desk.as_ref().and_then(|desk| desk.detail.as_ref());
    let opened = opened.expect("a detail is open");
    assert!(opened.shown.is_none(), "the store has not answered yet");
    let id = opened.id;
    let effects = press(&mut model, "a");
    let [Effect::Submit { targets, .. }] = effects.as_slice() else {
        panic!("{effects:?}; {}", notice(&model));
    };
    assert_eq!(targets[0].id, id);
}

fn opened(officer: crate::domain::officer::Officer, model: &Model) -> Box<Opened> {
    let desk = model.desk.as_ref().unwrap();
    Box::new(Opened {
        officer,
        policy: desk.policy.clone(),
        places: desk.places.clone(),
        counts: Counts::default(),
        found: Vec::new(),
        drafts: vec![("note:old".to_owned(), "{}".to_owned())],
        service: String::new(),
        trouble: None,
    })
}

#[test]
fn other_grants_empty_the_boards_and_keep_what_was_written() {
    use crate::sync::status::{Needs, Status};
    let mut model = desk(80, 24);
    press(&mut model, "n半句");
    let draft = model.desk.as_mut().unwrap().dialog_mut().unwrap();
    let key = draft.draft_key().unwrap();
    let needs = Needs::Grants;
    let status = Status {
        needs,
        ..Status::default()
    };
    let effects = update(&mut model, Message::Sync(status));
    let saved =
        |effect: &Effect| matches!(effect, Effect::SaveDraft { key: saved, .. } if *saved == key);
    assert!(effects.iter().any(saved), "{effects:?}");
    let mut officer = model.desk.as_ref().unwrap().officer.clone();
    officer.grants[0].area = "420607103".parse().unwrap();
    let fresh = opened(officer.clone(), &model);
    let effects = update(&mut model, Message::Regranted(fresh));
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::LoadQueue { .. })),
        "{effects:?}"
    );
    let desk = model.desk.as_ref().unwrap();
    assert_eq!(desk.officer.grants, officer.grants);
    assert!(desk.queue.rows.is_empty() && desk.layers.is_empty());
    assert!(desk.drafts.contains_key(&key) && desk.drafts.contains_key("note:old"));
    assert!(model.notice.as_ref().unwrap().text.contains("权限已变更"));
}

#[test]
fn a_new_incident_that_is_half_written_stays_open_through_other_grants() {
    let mut model = desk(80, 24);
    press(&mut model, "<f2>");
    assert_eq!(model.context(), Context::Form);
    let officer = model.desk.as_ref().unwrap().officer.clone();
    let fresh = opened(officer, &model);
    update(&mut model, Message::Regranted(fresh));
    assert_eq!(model.context(), Context::Form);
}

#[test]
fn an_account_out_of_use_shows_nothing_more_at_once() {
    use crate::sync::status::{Needs, Status};
    let mut model = desk(80, 24);
    press(&mut model, "n半句");
    let status = Status {
        needs: Needs::Revoked,
        ..Status::default()
    };
    let effects = update(&mut model, Message::Sync(status));
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::SaveDraft { .. })),
        "{effects:?}"
    );
    assert!(model.desk.is_none());
    let known = Vec::new();
    update(&mut model, Message::Revoked { unsent: 2, known });
    let trouble = model.gate.as_ref().unwrap().trouble.clone();
    assert_eq!(trouble, Some(GateTrouble::Revoked { unsent: 2 }));
}

#[test]
fn an_incident_that_went_elsewhere_leaves_the_screen() {
    let mut model = desk(80, 24);
    press(&mut model, "<enter>");
    let id = model.desk.as_ref().unwrap().detail.as_ref().unwrap().id;
    assert_eq!(model.desk.as_ref().unwrap().board, Board::Detail);
    let wanted = WantedFor::Detail;
    update(
        &mut model,
        Message::Shown {
            id,
            wanted,
            shown: None,
        },
    );
    let desk = model.desk.as_ref().unwrap();
    assert_eq!(desk.board, Board::Queue);
    assert!(desk.detail.is_none());
}

#[test]
fn a_paste_outside_of_a_field_does_nothing_and_says_so() {
    // Keys of this keymap, a line end, and what would steer a terminal.
    for place in ["", "o", "?", "O"] {
        let mut model = desk(80, 24);
        press(&mut model, place);
        let (context, cursor) = (model.context(), model.desk.as_ref().unwrap().queue.cursor);
        let effects = update(
            &mut model,
            Message::Paste("jjaq\n\u{1b}[2J\u{3}".to_owned()),
        );
        assert_eq!(effects, [], "{place}");
        assert_eq!(model.context(), context, "{place}");
        assert_eq!(model.desk.as_ref().unwrap().queue.cursor, cursor);
        let notice = model.notice.as_ref().expect("it is said");
        assert_eq!(notice.text, "这里没有可粘贴的栏，什么也没做");
    }
}
