//! A new post is set up from the board.

use super::super::effect::Effect;
use super::super::message::{Done, Message};
use super::super::model::{Access, Layer, Model};
use super::super::roster_tests;
use super::super::testing::{desk, press};
use super::update;
use crate::domain::act::AnyAct;
use crate::domain::extra::Extra;
use crate::domain::officer::Role;
use crate::domain::record::{Body, Kind, Record, Rev};
use crate::domain::roster::act::{Act, PostAdd};
use crate::domain::roster::verb::Verb;
use crate::domain::roster::{Need, Needs, Post, PostKind};
use crate::store::view::{Counts, Pending, Shown};

fn board() -> Model {
    let mut model = desk(80, 24);
    roster_tests::open(&mut model);
    model
}

fn has_dialog(model: &Model) -> bool {
    let layers = &model.desk.as_ref().unwrap().layers;
    layers.iter().any(|layer| matches!(layer, Layer::Dialog(_)))
}

/// The act of the form that was handed in, and the post that it makes.
fn submitted(effects: &[Effect]) -> Option<(Kind, Rev, PostAdd)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Submit { targets, act, .. } => match &**act {
            AnyAct::Roster(Act::RosterPostAdd(add)) => {
                let [target] = targets.as_slice() else {
                    panic!("{targets:?}");
                };
                Some((target.kind.clone(), target.base_rev, add.clone()))
            }
            other => panic!("{other:?}"),
        },
        _ => None,
    })
}

#[test]
fn a_post_is_set_up_with_what_it_is_where_and_whom_it_needs() {
    let mut model = board();
    press(&mut model, "n");
    // Nothing goes out without a name and a place.
    assert_eq!(submitted(&press(&mut model, "<ctrl-s>")), None);
    press(&mut model, "柳树湾卡口<tab><right><right><tab>");
    assert_eq!(submitted(&press(&mut model, "<ctrl-s>")), None);
    // A checkpoint in the first place of the list, somebody on duty at night.
    press(&mut model, "<enter><enter>");
    let form = |model: &Model| {
        let desk = model.desk.as_ref().unwrap();
        let Some(Layer::Dialog(dialog)) = desk.layers.last() else {
            panic!("the form is on top");
        };
        let area = dialog.form.code(super::super::form::Slot::Area);
        let focus = dialog.form.focused().map(|field| field.slot.name());
        (area.map(ToOwned::to_owned), focus)
    };
    let (area, _) = form(&model);
    let area = area.unwrap();
    while form(&model).1 != Some("need-night") {
        press(&mut model, "<tab>");
    }
    press(&mut model, "<right><tab>0710-3456789");
    let effects = press(&mut model, "<ctrl-s>");
    let wanted = PostAdd {
        area: area.parse().unwrap(),
        name: "柳树湾卡口".to_owned(),
        kind: PostKind::Checkpoint,
        needs: Needs {
            day: Need::Nobody,
            night: Need::OnDuty,
        },
        phone: "0710-3456789".to_owned(),
    };
    assert_eq!(submitted(&effects), Some((Kind::Post, Rev::NONE, wanted)));
}

#[test]
fn the_bottom_line_names_the_post_that_is_there_now() {
    let mut model = board();
    press(&mut model, "n柳树湾<tab><tab><enter><enter>");
    let effects = press(&mut model, "<ctrl-s>");
    let (origin, id) = effects
        .iter()
        .find_map(|effect| match effect {
            Effect::Submit {
                origin, targets, ..
            } => Some((*origin, targets[0].id)),
            _ => None,
        })
        .expect("it is handed in");
    let add = submitted(&effects).unwrap().2;
    let post = Post {
        name: add.name,
        kind: add.kind,
        needs: add.needs,
        phone: add.phone,
        extra: Extra::new(),
    };
    let record = Record {
        id,
        area: add.area,
        rev: Rev(1),
        parent: None,
        body: Body::Post(Box::new(post)),
        sealed: None,
    };
    let done = Done {
        verb: Verb::RosterPostAdd.into(),
        shown: vec![Shown {
            record,
            pending: Pending::Waiting,
        }],
        counts: Counts::default(),
    };
    let result = Ok(Box::new(done));
    update(&mut model, Message::Submitted { origin, result });
    assert!(!has_dialog(&model));
    let told = &model.notice.as_ref().unwrap().text;
    assert!(told.contains("柳树湾") && told.contains("设岗"), "{told}");
}

#[test]
fn nobody_sets_one_up_who_may_not_or_where_nothing_can_be_done() {
    let mut model = board();
    model.setup.access = Access::ReadOnly;
    press(&mut model, "n");
    assert!(!has_dialog(&model));
    let mut model = board();
    let desk = model.desk.as_mut().unwrap();
    for grant in &mut desk.officer.grants {
        grant.role = Role::Handler;
    }
    press(&mut model, "n");
    assert!(!has_dialog(&model));
}
