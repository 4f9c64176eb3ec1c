use super::*;
use proptest::prelude::*;

/// Applies edits written as text: `|` is the cursor.
fn check(before: &str, edit: Edit, after: &str) {
    let mut input = InputState::block(LONG_TEXT_CHARS_MAX);
    input.set_text(&before.replace('|', ""));
    input.set_cursor(before.find('|').expect("a cursor"));
    input.apply(edit);
    let mut found = input.text().to_owned();
    found.insert(input.cursor(), '|');
    assert_eq!(found, after, "{edit:?} on {before:?}");
}

#[test]
fn edits_by_table() {
    for (before, edit, after) in [
        ("ab|", Edit::Insert('宅'), "ab宅|"),
        ("|", Edit::Backspace, "|"),
        ("宅基|地", Edit::Backspace, "宅|地"),
        ("宅基|地", Edit::Delete, "宅基|"),
        ("e\u{301}|", Edit::Backspace, "|"),
        ("xe\u{301}|y", Edit::Left, "x|e\u{301}y"),
        ("x|e\u{301}y", Edit::Right, "xe\u{301}|y"),
        ("call the unit|", Edit::WordLeft, "call the |unit"),
        ("call the |unit", Edit::WordLeft, "call |the unit"),
        ("|call the", Edit::WordRight, "call| the"),
        ("call the |unit", Edit::DeleteWord, "call |unit"),
        ("石桥镇|", Edit::DeleteWord, "石桥|"),
        ("一\n二三|四", Edit::Home, "一\n|二三四"),
        ("一\n二|三\n四", Edit::End, "一\n二三|\n四"),
        ("一\n二三|四", Edit::DeleteToHome, "一\n|四"),
        ("一|二\n三", Edit::DeleteToEnd, "一|\n三"),
        ("一|二", Edit::NewLine, "一\n|二"),
    ] {
        check(before, edit, after);
    }
}

#[test]
fn a_paste_goes_in_as_text() {
    let mut line = InputState::line(LINE_CHARS_MAX);
    assert_eq!(line.paste("甲\r\n乙\n丙\u{1b}[31m"), Change::Text);
    assert_eq!(
        line.text(),
        "甲 乙 丙\u{1b}[31m",
        "stored whole, in one line"
    );
    let mut block = InputState::block(LONG_TEXT_CHARS_MAX);
    block.paste("甲\r\n乙\r丙");
    assert_eq!(block.text(), "甲\n乙\n丙");
}

#[test]
fn a_field_is_never_longer_than_its_bound() {
    let mut input = InputState::line(3);
    assert_eq!(input.paste("宅基地"), Change::Text);
    assert_eq!(input.paste("x"), Change::Full);
    assert_eq!(input.text(), "宅基地");
    input.apply(Edit::Backspace);
    assert_eq!(input.paste("边界"), Change::Full);
    assert_eq!(input.text(), "宅基边", "what has room goes in");
}

#[test]
fn a_field_of_one_line_has_no_second() {
    let mut input = InputState::line(9);
    assert_eq!(input.apply(Edit::NewLine), Change::Nothing);
    assert!(input.is_empty());
}

#[test]
fn a_password_is_not_told_by_debug_and_wiped_by_clear() {
    let mut input = InputState::secret(64);
    input.paste("geheim");
    assert!(!format!("{input:?}").contains("geheim"));
    input.clear();
    assert!(input.is_empty());
    input.paste("new");
    assert_eq!((input.text(), input.cursor()), ("new", 3));
}

#[test]
fn keys_that_no_action_took_edit_the_field() {
    for (key, edit) in [
        ("a", Some(Edit::Insert('a'))),
        ("space", Some(Edit::Insert(' '))),
        ("ctrl-h", Some(Edit::Backspace)),
        ("ctrl-w", Some(Edit::DeleteWord)),
        ("ctrl-left", Some(Edit::WordLeft)),
        ("home", Some(Edit::Home)),
        ("enter", Some(Edit::NewLine)),
        ("ctrl-y", None),
        ("f7", None),
        ("up", None),
    ] {
        let press = KeyPress::from(key.parse::<crate::tui::keys::Chord>().expect("a chord"));
        assert_eq!(Edit::from_press(press), edit, "{key}");
    }
}

fn any_edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        any::<char>().prop_map(Edit::Insert),
        prop::sample::select(vec![
            Edit::NewLine,
            Edit::Left,
            Edit::Right,
            Edit::WordLeft,
            Edit::WordRight,
            Edit::Home,
            Edit::End,
            Edit::Backspace,
            Edit::Delete,
            Edit::DeleteWord,
            Edit::DeleteToHome,
            Edit::DeleteToEnd,
        ]),
    ]
}

proptest! {
    #[test]
    fn the_cursor_always_stands_between_clusters(
        start in "[a🏽\u{301}\u{200d}👍宅 \n]{0,12}",
        edits in prop::collection::vec(any_edit(), 0..30),
    ) {
        let mut input = InputState::block(40);
        input.set_text(&start);
        for edit in edits {
            input.apply(edit);
            let borders: Vec<usize> =
                input.text().grapheme_indices(true).map(|(at, _)| at).chain([input.text().len()]).collect();
            prop_assert!(borders.contains(&input.cursor()), "{:?} after {:?}", input, edit);
            prop_assert!(input.text().chars().count() <= 40);
        }
    }
}
