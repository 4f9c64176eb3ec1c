use super::*;
use crate::tui::keys::press::KeyPress;
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use proptest::prelude::*;

fn event(code: KeyCode, modifiers: KeyModifiers) -> KeyPress {
    KeyPress::from_event(KeyEvent::new(code, modifiers)).expect("a key that is used")
}

#[test]
fn chords_are_written_as_people_read_them() {
    for (written, normal) in [
        ("a", "a"),
        ("A", "A"),
        ("shift-a", "A"),
        ("ctrl-s", "ctrl-s"),
        ("Ctrl-S", "ctrl-s"),
        ("ctrl-shift-s", "ctrl-shift-s"),
        ("shift-ctrl-s", "ctrl-shift-s"),
        ("F6", "f6"),
        ("shift-tab", "shift-tab"),
        ("Space", "space"),
        ("-", "-"),
        ("ctrl--", "ctrl--"),
        ("ctrl-enter", "ctrl-enter"),
        ("ｊ", "j"),
        ("？", "?"),
    ] {
        let chord: Chord = written.parse().expect(written);
        assert_eq!(chord.to_string(), normal, "written {written:?}");
    }
}

#[test]
fn what_is_no_key_is_refused() {
    for written in [
        "", "ctrl-", "f0", "f25", "f06", "f+6", "shift-1", "hyper-a", "ab", "\u{1b}", "甲乙",
    ] {
        assert!(
            written.parse::<Chord>().is_err(),
            "{written:?} was read as a key"
        );
    }
    assert_eq!("".parse::<Sequence>(), Err(ChordError::Empty));
    assert_eq!("a b c d e".parse::<Sequence>(), Err(ChordError::TooLong(5)));
}

#[test]
fn a_terminal_with_the_input_method_on_presses_the_same_keys() {
    for (sent, meant) in [
        ('ｊ', "j"),
        ('：', ":"),
        ('？', "?"),
        ('、', "/"),
        ('。', "."),
        ('，', ","),
        ('　', "space"),
    ] {
        let press = event(KeyCode::Char(sent), KeyModifiers::NONE);
        assert_eq!(press.chord.to_string(), meant);
        assert_eq!(press.typed, Some(sent), "the field must get what was typed");
    }
}

#[test]
fn terminals_report_shift_in_two_ways_and_mean_one() {
    let capital = event(KeyCode::Char('G'), KeyModifiers::NONE);
    assert_eq!(capital, event(KeyCode::Char('G'), KeyModifiers::SHIFT));
    assert_eq!(
        event(KeyCode::Char('?'), KeyModifiers::SHIFT)
            .chord
            .to_string(),
        "?"
    );
    assert_eq!(
        event(KeyCode::BackTab, KeyModifiers::SHIFT),
        event(KeyCode::BackTab, KeyModifiers::NONE)
    );
    assert_eq!(
        event(KeyCode::Char('S'), KeyModifiers::CONTROL)
            .chord
            .to_string(),
        "ctrl-s"
    );
}

#[test]
fn a_control_chord_types_nothing_and_a_release_is_nothing() {
    assert_eq!(event(KeyCode::Char('s'), KeyModifiers::CONTROL).typed, None);
    assert_eq!(event(KeyCode::Enter, KeyModifiers::NONE).typed, None);
    let release = KeyEvent::new_with_kind(
        KeyCode::Char('a'),
        KeyModifiers::NONE,
        KeyEventKind::Release,
    );
    assert_eq!(KeyPress::from_event(release), None);
}

#[test]
fn keys_with_a_name_have_it_in_both_languages() {
    use crate::i18n::{Language, has};
    for (_, name) in NAMED {
        for language in [Language::Chinese, Language::English] {
            assert!(
                has(language, &format!("key.{name}")),
                "{} lacks {name}",
                language.tag()
            );
        }
    }
}

fn any_key() -> impl Strategy<Value = Key> {
    prop_oneof![
        (1..=FUNCTION_KEY_MAX).prop_map(Key::F),
        (0..NAMED.len()).prop_map(|index| NAMED[index].0),
        any::<char>()
            .prop_filter("writable", |sign| !sign.is_control()
                && !sign.is_whitespace())
            .prop_map(Key::Char),
    ]
}

proptest! {
    #[test]
    fn reading_what_was_written_gives_the_same_chord(key in any_key(), bits in 0_u8..8) {
        let chord = Chord::new(key, Modifiers(bits));
        let written = chord.to_string();
        prop_assert_eq!(written.parse::<Chord>(), Ok(chord), "written {:?}", written);
    }

    #[test]
    fn reading_sequences_is_a_round_trip(keys in prop::collection::vec(any_key(), 1..=SEQUENCE_CHORDS_MAX)) {
        let sequence = Sequence(keys.into_iter().map(Chord::plain).collect());
        prop_assert_eq!(sequence.to_string().parse::<Sequence>(), Ok(sequence));
    }

    #[test]
    fn any_text_is_read_or_refused_but_never_crashes(text in ".{0,12}") {
        let _ = text.parse::<Sequence>();
    }
}
