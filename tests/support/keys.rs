//! Keys pressed at a desk without a terminal.

use zhiban::domain::ids::RecordId;
use zhiban::tui::app::headless::Headless;
use zhiban::tui::keys::{Chord, Key, KeyPress};

/// Presses keys: names in angle brackets as keymaps have them, everything else
/// as typed.
pub fn press(desk: &mut Headless, keys: &str) {
    let mut rest = keys;
    while let Some(first) = rest.chars().next() {
        let (key, used) = match rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
            Some((name, _)) => (
                KeyPress::from(name.parse::<Chord>().unwrap()),
                name.len() + 2,
            ),
            None => (
                KeyPress {
                    chord: Chord::plain(Key::Char(first)),
                    typed: Some(first),
                },
                first.len_utf8(),
            ),
        };
        desk.press(key);
        rest = &rest[used..];
    }
}

/// Moves the queue's cursor to an incident, row by row.
pub fn go_to(desk: &mut Headless, id: RecordId) {
    let place = |desk: &Headless, id| desk.rows().iter().position(|row| *row == id);
    let to = place(desk, id).expect("the incident is on the list");
    let from = desk.cursor().and_then(|id| place(desk, id)).unwrap_or(0);
    let key = if to > from { "j" } else { "k" };
    for _ in 0..to.abs_diff(from) {
        press(desk, key);
    }
    assert_eq!(desk.cursor(), Some(id));
}

/// Whether the screen shows these words.
pub fn shows(desk: &Headless, words: &str) -> bool {
    desk.screen().iter().any(|line| line.contains(words))
}
