//! The board of warnings, as keys find it.

use super::super::banner::Cause;
use super::super::dialog::Kind;
use super::super::effect::Effect;
use super::super::message::Message;
use super::super::model::{Board, Layer, Model};
use super::super::testing::{at, desk, desk_with, id, officer, press};
use super::super::warning_rows_tests::{board, give, rows};
use super::update;
use crate::domain::act::AnyAct;
use crate::domain::alarm::{Acknowledgement, Rank};
use crate::domain::ids::RecordId;
use crate::domain::officer::Role;
use crate::domain::record::Kind as RecordKind;
use crate::domain::time::Minutes;
use crate::domain::warning::act::{Acknowledge, Act, Lift};
use crate::domain::warning::{Source, Subject, Why};
use crate::store::view::Pending;
use crate::store::warnings::WarningRow;
use crate::sync::status::LinkState;

fn on_board(width: u16, height: u16) -> Model {
    let mut model = desk(width, height);
    give(&mut model, rows());
    press(&mut model, "2");
    model
}

fn cursor(model: &Model) -> Option<RecordId> {
    model.desk.as_ref().unwrap().warnings.cursor
}

/// The act that went to the outbox, and the kind and id of its target.
fn submitted(effects: &[Effect]) -> Option<(RecordKind, RecordId, Act)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Submit { targets, act, .. } => match &**act {
            AnyAct::Warning(act) => Some((targets[0].kind.clone(), targets[0].id, act.clone())),
            AnyAct::Incident(_) | AnyAct::Duty(_) | AnyAct::Roster(_) | AnyAct::Network(_) => None,
        },
        _ => None,
    })
}

#[test]
fn the_gravest_and_unanswered_lead_and_the_cursor_follows_its_warning() {
    let mut model = on_board(80, 24);
    assert_eq!(cursor(&model), Some(id(0x201)));
    press(&mut model, "j");
    assert_eq!(cursor(&model), Some(id(0x202)));
    // A newer and graver one comes; the cursor stays where it was.
    let mut more = rows();
    let mut newer = more[0].clone();
    newer.id = id(0x2FF);
    newer.warning.alarm.raised_at = at("23:40");
    more.push(newer);
    give(&mut model, more);
    assert_eq!(cursor(&model), Some(id(0x202)));
    // It is gone: what stands in its place is next, never the top.
    let rest: Vec<WarningRow> = rows()
        .into_iter()
        .filter(|row| row.id != id(0x202))
        .collect();
    give(&mut model, rest);
    assert_ne!(cursor(&model), None);
    assert_ne!(cursor(&model), Some(id(0x202)));
    for (key, expected) in [("G", id(0x209)), ("gg", id(0x201))] {
        press(&mut model, key);
        assert_eq!(cursor(&model), Some(expected), "{key}");
    }
    // Grouped otherwise it is still the same one.
    for _ in 0..3 {
        press(&mut model, "s");
        assert_eq!(cursor(&model), Some(id(0x201)));
    }
}

#[test]
fn an_act_hits_the_warning_under_the_cursor_as_it_was_seen() {
    let mut model = on_board(80, 24);
    let sent = submitted(&press(&mut model, "a"));
    let ack = Act::Acknowledge(Acknowledge { episode: 1 });
    assert_eq!(sent, Some((RecordKind::Warning, id(0x201), ack)));
    // A dialog remembers which one it was about, whatever the list does.
    press(&mut model, "x");
    press(&mut model, "已到场核实");
    let mut others = rows();
    others.rotate_left(4);
    give(&mut model, others);
    let (kind, on, act) = submitted(&press(&mut model, "<ctrl-s>")).unwrap();
    assert_eq!((kind, on), (RecordKind::Warning, id(0x201)));
    let Act::Lift(Lift {
        episode,
        rank,
        reason,
        ..
    }) = act
    else {
        panic!("{act:?}");
    };
    assert_eq!(
        (episode, rank, reason.as_str()),
        (1, Rank::Urgent, "已到场核实")
    );
}

#[test]
fn to_lower_is_a_leaders_and_says_so() {
    let mut model = on_board(80, 24);
    assert!(press(&mut model, "U").is_empty());
    let told = model.notice.as_ref().map(|notice| notice.text.clone());
    assert!(
        told.is_some_and(|text| text.contains("降级")),
        "with the reason why not"
    );
    let mut model = desk_with(80, 24, Role::Leader);
    give(&mut model, rows());
    press(&mut model, "2U");
    let layers = &model.desk.as_ref().unwrap().layers;
    let open = |layer: &Layer| matches!(layer, Layer::Dialog(dialog) if matches!(dialog.kind, Kind::Warning { .. }));
    assert!(layers.iter().any(open));
}

#[test]
fn a_warning_leads_to_its_case_and_back() {
    let mut model = on_board(80, 24);
    press(&mut model, "<enter>");
    let desk = model.desk.as_ref().unwrap();
    assert_eq!(desk.board, Board::Detail);
    assert_eq!(desk.detail.as_ref().map(|detail| detail.id), Some(id(1)));
    press(&mut model, "B");
    assert_eq!(model.desk.as_ref().unwrap().board, Board::Warnings);
    assert_eq!(cursor(&model), Some(id(0x201)));
}

#[test]
fn an_incident_can_be_warned_of_from_the_queue() {
    let mut model = desk(80, 24);
    press(&mut model, "Wa");
    press(&mut model, "<tab>夜里可能再起冲突");
    let (kind, _, act) = submitted(&press(&mut model, "<ctrl-s>")).unwrap();
    assert_eq!(kind, RecordKind::Warning);
    let Act::Raise(args) = act else {
        panic!("{act:?}");
    };
    assert_eq!(args.source, Source::Hand);
    assert!(matches!(args.subject, Subject::Case { .. }));
    let text = "夜里可能再起冲突".to_owned();
    assert_eq!(args.why, Why::Said { text });
}

#[test]
fn a_red_warning_rings_until_somebody_answers_for_it() {
    let mut model = desk(80, 24);
    give(&mut model, rows());
    let alarms = |model: &Model, n| model.desk.as_ref().unwrap().alarms.knows(id(n));
    assert!(
        alarms(&model, 0x201),
        "nobody answered it before the desk opened"
    );
    assert!(!alarms(&model, 0x203), "somebody did");
    assert!(
        !alarms(&model, 0x206),
        "yellow does not ring again and again"
    );
    // The banner leads to it.
    let open = model.desk.as_ref().unwrap();
    let first = open
        .alarms
        .banner()
        .map(|(ringing, _)| (ringing.id, ringing.cause));
    assert!(matches!(first, Some((_, Cause::Unanswered))));
    press(&mut model, "b");
    assert_eq!(model.desk.as_ref().unwrap().board, Board::Warnings);
    assert_eq!(cursor(&model), first.map(|(id, _)| id));
    press(&mut model, "a");
    let under = cursor(&model).unwrap();
    let open = model.desk.as_ref().unwrap();
    assert!(!open.alarms.knows(under), "silent at once");
    // What somebody answers for does not ring by itself.
    let mut forgotten = rows();
    forgotten[0].warning.alarm.ack = Some(Acknowledgement {
        by: officer(Role::DutyOfficer).reference(),
        at: at("23:41"),
    });
    let only = forgotten.remove(0);
    let mut model = desk(80, 24);
    give(&mut model, vec![only]);
    assert!(!alarms(&model, 0x201));
    model.now = model.now.saturating_add(Minutes(17));
    update(&mut model, Message::Tick);
    assert!(!alarms(&model, 0x201), "nor does it later");
}

#[test]
fn the_rules_run_here_only_without_a_line_and_once_a_minute() {
    let proposes =
        |model: &mut Model| update(model, Message::Tick).contains(&Effect::ProposeWarnings);
    let mut model = desk(80, 24);
    for link in [LinkState::Live, LinkState::Degraded, LinkState::CatchingUp] {
        model.status.link = link;
        assert!(!proposes(&mut model), "{link:?}");
    }
    model.status.link = LinkState::Offline;
    assert!(proposes(&mut model));
    assert!(!proposes(&mut model), "not at every tick");
    model.now = model.now.saturating_add(Minutes(1));
    model.status.link = LinkState::Connecting;
    assert!(proposes(&mut model), "nor does trying to connect stop it");
}

#[test]
fn the_next_red_is_one_key_away_on_the_board() {
    let mut model = on_board(80, 24);
    press(&mut model, "G");
    press(&mut model, "<f6>");
    assert_eq!(cursor(&model), Some(id(0x201)));
    press(&mut model, "<f6>");
    assert_eq!(cursor(&model), Some(id(0x202)));
    press(&mut model, "<f6>");
    assert_eq!(cursor(&model), Some(id(0x201)), "round the end");
}

#[test]
fn what_waits_is_marked_and_what_is_beyond_the_list_is_counted() {
    let mut model = on_board(80, 24);
    let waiting = |row: &&WarningRow| row.pending == Pending::Waiting;
    let desk = model.desk.as_ref().unwrap();
    assert_eq!(desk.warnings.board.rows.iter().filter(waiting).count(), 1);
    let mut full = board(rows());
    full.left_out = 7;
    update(&mut model, Message::Warnings(Box::new(full)));
    let mut buf = ratatui::buffer::Buffer::empty(ratatui::layout::Rect::new(0, 0, 80, 24));
    crate::tui::screens::render(&model, buf.area, &mut buf);
    let lines = crate::tui::widgets::dump::lines(&buf);
    assert!(
        lines.iter().any(|line| line.contains("另有 7 条未列出")),
        "{lines:#?}"
    );
}

/// Another board's officer does not wait for hundreds of lines after every act;
/// a warning itself rings, so that is always read.
#[test]
fn what_a_line_says_of_its_case_is_read_when_the_board_is_looked_at() {
    use super::super::message::StoreNews;
    let reads = |model: &mut Model, about: u128| {
        let news = Message::Store(StoreNews::Changed(vec![id(about)]));
        let reads = update(model, news).contains(&Effect::LoadWarnings);
        // It is answered, so that the next change asks by itself.
        give(model, rows());
        reads
    };
    let mut model = on_board(80, 24);
    give(&mut model, rows());
    let (case, warning, other) = (1, 0x201, 0x999);
    assert!(reads(&mut model, case) && reads(&mut model, warning));
    assert!(!reads(&mut model, other));
    press(&mut model, "1");
    assert!(!reads(&mut model, case), "the queue is looked at");
    assert!(reads(&mut model, warning));
    assert!(
        press(&mut model, "2").contains(&Effect::LoadWarnings),
        "opened, it is read"
    );
}
