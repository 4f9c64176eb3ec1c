//! The command line over whatever is open.

use crate::domain::incident::act::Act;
use crate::i18n::Language;
use crate::store::view::Sort;
use crate::tui::app::effect::Effect;
use crate::tui::app::face::Wish;
use crate::tui::app::form::Slot;
use crate::tui::app::model::{Layer, Model};
use crate::tui::app::testing::{answer_queue, desk, evening, id, press};
use crate::tui::keys::Context;

/// A desk whose incidents have numbers of their own: E11 to E14.
fn numbered() -> Model {
    let mut model = desk(80, 24);
    let mut rows = evening();
    for (row, serial) in rows.iter_mut().zip(11_u16..) {
        let number = format!("420607102-20261123-{serial:04}");
        row.incident.number = Some(number.parse().unwrap());
    }
    let effects = model.desk.as_mut().unwrap().queue.restart();
    answer_queue(&mut model, &effects, &rows);
    model
}

fn command(model: &mut Model, line: &str) -> Vec<Effect> {
    press(model, ":");
    press(model, line);
    press(model, "<enter>")
}

fn trouble(model: &Model) -> &str {
    match model.desk.as_ref().unwrap().layers.last() {
        Some(Layer::Command(line)) => line.trouble.as_deref().unwrap_or(""),
        _ => "",
    }
}

fn targets(effects: &[Effect]) -> Vec<(u128, &Act)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Submit { targets, act, .. } => {
                Some((targets[0].id.uuid().as_u128(), act.incident()?))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn a_verb_acts_on_the_incident_it_names_in_any_of_three_tongues() {
    for line in [
        "知悉 E12",
        "zx e12",
        "a E12",
        "ack 12",
        "知.e12",
        "ａ　Ｅ１２",
        "zhixi 420607102-20261123-0012",
    ] {
        let mut model = numbered();
        let effects = command(&mut model, line);
        let acts = targets(&effects);
        assert_eq!(acts.len(), 1, "{line}: {}", trouble(&model));
        assert_eq!(acts[0].0, 2, "{line}");
        assert!(matches!(acts[0].1, Act::Acknowledge(_)), "{line}");
        assert_eq!(model.context(), Context::Queue, "{line}");
    }
    let mut model = numbered();
    let effects = command(&mut model, "zx");
    assert_eq!(targets(&effects)[0].0, 1, "the one under the cursor");
}

#[test]
fn what_is_wrong_is_told_with_its_word_and_the_line_stays() {
    for (line, word) in [
        ("xyzzy", "xyzzy"),
        ("re", "return"),
        ("zx E99", "E99"),
        ("退出 现在", "现在"),
        ("主题 sunset", "sunset"),
        ("排序 E1", "E1"),
        ("办结 E11 E12", "2"),
        // Nothing may hit the one under the cursor by a slip.
        ("zx E12 现在", "现在"),
        ("zx 99", "99"),
        ("验证 E11", "验证"),
    ] {
        let mut model = numbered();
        let effects = command(&mut model, line);
        assert_eq!(targets(&effects), [], "{line}");
        assert!(
            trouble(&model).contains(word),
            "{line}: {}",
            trouble(&model)
        );
        assert_eq!(model.context(), Context::Command, "{line}");
        press(&mut model, "<esc>");
        assert_eq!(model.context(), Context::Queue, "{line}");
    }
}

#[test]
fn words_fill_the_form_and_a_whole_one_is_handed_in() {
    let mut model = numbered();
    let effects = command(&mut model, "记 E12 已电话联系 无异常");
    let acts = targets(&effects);
    assert!(
        matches!(acts.as_slice(), [(2, Act::Note(note))] if note.text == "已电话联系 无异常"),
        "{acts:?}"
    );
    // Without words the form opens and waits.
    let mut model = numbered();
    let effects = command(&mut model, "jl E12");
    assert_eq!(
        (targets(&effects).len(), model.context()),
        (0, Context::Dialog)
    );
    // The rank and the reason of a raise.
    let mut model = numbered();
    let effects = command(&mut model, "升 E13 红 现场升级");
    let acts = targets(&effects);
    assert!(
        matches!(acts.as_slice(), [(3, Act::Raise(grade))] if grade.reason == "现场升级"),
        "{acts:?}"
    );
    // What lacks something stays open, with what was said in it.
    let mut model = numbered();
    command(&mut model, "静默 E13 30m");
    assert_eq!(model.context(), Context::Dialog);
    let Some(Layer::Dialog(dialog)) = model.desk.as_ref().unwrap().layers.last() else {
        panic!("no dialog");
    };
    assert_eq!(dialog.form.code(Slot::Until), Some("m30"));
}

#[test]
fn a_unit_is_looked_up_before_or_after_the_number() {
    for line in ["派 石桥 E11", "pd E11 石桥", "D.石桥.e11"] {
        let mut model = numbered();
        let effects = command(&mut model, line);
        let asked: Vec<&str> = effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::FindHolders { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(asked.last(), Some(&"石桥"), "{line}");
        assert_eq!(model.context(), Context::Picker, "{line}");
    }
}

#[test]
fn several_incidents_are_asked_for_once_with_their_count() {
    let mut model = numbered();
    command(&mut model, "记 E11 E13 已电话联系");
    let Some(Layer::Dialog(dialog)) = model.desk.as_ref().unwrap().layers.last() else {
        panic!("no dialog: {}", trouble(&model));
    };
    assert!(
        matches!(&dialog.kind, crate::tui::app::dialog::Kind::Several { aims, .. } if aims.len() == 2)
    );
    assert_eq!(dialog.form.text(Slot::Text), "已电话联系");
}

#[test]
fn a_half_written_form_comes_back_as_it_was() {
    let mut model = numbered();
    press(&mut model, "n");
    press(&mut model, "已电话联");
    press(&mut model, "<left>");
    let before = model.desk.as_ref().unwrap().layers[0].clone();
    press(&mut model, "<f10>");
    assert_eq!(model.context(), Context::Command);
    press(&mut model, "排序 最新<enter>");
    assert_eq!(model.desk.as_ref().unwrap().queue.sort, Sort::Newest);
    assert_eq!(model.context(), Context::Dialog);
    let after = &model.desk.as_ref().unwrap().layers[0];
    assert_eq!(format!("{before:?}"), format!("{after:?}"));
    press(&mut model, "系");
    let Some(Layer::Dialog(dialog)) = model.desk.as_ref().unwrap().layers.last() else {
        panic!("no dialog");
    };
    assert_eq!(dialog.form.text(Slot::Text), "已电话系联", "the caret too");
}

#[test]
fn names_choose_theme_keymap_language_order_and_list() {
    for (line, wish) in [
        ("主题 night", Wish::Theme("night".to_owned())),
        ("theme hi", Wish::Theme("high-contrast".to_owned())),
        ("jw vim", Wish::Keymap("vim".to_owned())),
        ("语言 en", Wish::Language(Language::English)),
        ("lang 中文", Wish::Language(Language::Chinese)),
        ("语言", Wish::Language(Language::English)),
    ] {
        let mut model = numbered();
        let effects = command(&mut model, line);
        assert!(effects.contains(&Effect::Wear(wish)), "{line}: {effects:?}");
    }
    let mut model = numbered();
    let effects = command(&mut model, "查 E0012");
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::Seek { seek, .. } => Some(seek.text.as_str()),
        _ => None,
    });
    assert_eq!(asked, Some("0012"));
}

#[test]
fn tab_completes_and_the_arrows_recall() {
    let mut model = numbered();
    let text = |model: &Model| match model.desk.as_ref().unwrap().layers.last() {
        Some(Layer::Command(line)) => line.input.text().to_owned(),
        _ => String::new(),
    };
    press(&mut model, ":zhix<tab>");
    assert_eq!(text(&model), "zhixi ");
    press(&mut model, "e1<tab>");
    assert_eq!(text(&model), "zhixi E11 ", "the first on the screen");
    press(&mut model, "<enter>");
    command(&mut model, "主题 night");
    press(&mut model, ":half");
    press(&mut model, "<up>");
    assert_eq!(text(&model), "主题 night");
    press(&mut model, "<up>");
    assert_eq!(text(&model), "zhixi E11");
    press(&mut model, "<up><down><down>");
    assert_eq!(text(&model), "half", "and back to what was typed");
    assert_eq!(id(1), model.desk.as_ref().unwrap().queue.cursor.unwrap());
}

#[test]
fn completion_gives_the_whole_number_where_towns_share_a_serial() {
    let mut model = desk(80, 24);
    let mut rows = evening();
    for (row, town) in rows.iter_mut().zip(102_u16..) {
        let number = format!("420607{town}-20261123-0007");
        row.incident.number = Some(number.parse().unwrap());
    }
    let effects = model.desk.as_mut().unwrap().queue.restart();
    answer_queue(&mut model, &effects, &rows);
    press(&mut model, ":zx e7<tab>");
    press(&mut model, "<tab>");
    let Some(Layer::Command(line)) = model.desk.as_ref().unwrap().layers.last() else {
        panic!("no line");
    };
    let text = line.input.text().trim().to_owned();
    assert!(text.starts_with("zx 420607"), "{text}");
    let effects = press(&mut model, "<enter>");
    assert_eq!(targets(&effects).len(), 1, "{text}: {}", trouble(&model));
}
