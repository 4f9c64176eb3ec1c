use super::*;

fn user(text: &str) -> Result<Keymap, Vec<Problem>> {
    Keymap::load(Some(("my.toml", text)))
}

/// Presses the keys one after the other and returns what became of the last.
fn press(keymap: &Keymap, context: Context, keys: &str) -> Pressed {
    let mut pending = PendingKeys::default();
    let mut last = None;
    for chord in keys.split_whitespace() {
        let chord: Chord = chord.parse().expect("a chord");
        last = Some(pending.press(keymap, context, KeyPress::from(chord)));
    }
    last.expect("at least one key")
}

/// The keymaps that ship, by name.
fn every_keymap() -> impl Iterator<Item = (&'static str, Keymap)> {
    shipped::SHIPPED.iter().map(|one| {
        let keymap = Keymap::named(one.name, None);
        (
            one.name,
            keymap.unwrap_or_else(|found| panic!("{}: {found:#?}", one.name)),
        )
    })
}

#[test]
fn every_keymap_that_ships_has_no_problem_and_reaches_every_action() {
    for (name, keymap) in every_keymap() {
        for action in Action::ALL {
            let bound = Context::ALL
                .into_iter()
                .any(|context| keymap.keys_for(context, *action).next().is_some());
            let elsewhere = name != "numpad" && ELSEWHERE.contains(action);
            assert!(bound || elsewhere, "{action} has no key in {name}");
        }
    }
}

#[test]
fn every_action_can_be_reached_without_a_letter_wherever_it_works() {
    for (name, keymap) in every_keymap() {
        for context in Context::ALL {
            for binding in keymap.bindings(context) {
                let action = binding.action;
                let letterless = keymap
                    .keys_for(context, action)
                    .any(Sequence::is_letterless);
                assert!(letterless, "{name}: in [{context}] {action} needs a letter");
            }
        }
    }
}

/// What a number pad sends with num lock, and without.
fn on_the_pad(chord: Chord, without_num_lock: bool) -> bool {
    let with = chord
        .sign()
        .is_some_and(|sign| "0123456789.+-*/".contains(sign));
    let neutral = chord.sign().is_some_and(|sign| "+-*/".contains(sign));
    let twins = "0123456789."
        .chars()
        .filter_map(|sign| Chord::plain(Key::Char(sign)).keypad_twin());
    let enter = chord.key() == Key::Enter;
    if without_num_lock {
        enter || neutral || twins.into_iter().any(|twin| twin == chord)
    } else {
        enter || with
    }
}

#[test]
fn the_numpad_keymap_needs_nothing_but_the_number_pad() {
    let keymap = Keymap::named("numpad", None).expect("it ships");
    let boards = [
        Context::Queue,
        Context::Detail,
        Context::Outbox,
        Context::Roster,
        Context::Log,
        Context::Handover,
        Context::Help,
        Context::Confirm,
    ];
    for context in boards {
        for binding in keymap.bindings(context) {
            let action = binding.action;
            for without in [false, true] {
                // Half pages are a comfort; the help is left by what it scrolls
                // with.
                let spare = matches!(
                    action,
                    Action::ListHalfPageDown
                        | Action::ListHalfPageUp
                        | Action::ScrollDown
                        | Action::ScrollUp
                ) && context == Context::Queue
                    || matches!(action, Action::ListHalfPageDown | Action::ListHalfPageUp)
                    || !context.chain().contains(&Context::Board)
                        && action.row().contexts == [Context::Global];
                let reached = keymap.keys_for(context, action).any(|keys| {
                    keys.chords()
                        .iter()
                        .all(|chord| on_the_pad(*chord, without))
                });
                assert!(
                    reached || spare,
                    "in [{context}] {action} is not on the pad, without NumLock: {without}"
                );
            }
        }
    }
    for (context, actions) in [
        (
            Context::Dialog,
            &[
                Action::FieldDone,
                Action::FieldTakeBack,
                Action::FormSubmit,
                Action::PhraseOpen,
                Action::FieldPrevious,
            ][..],
        ),
        (
            Context::Form,
            &[
                Action::FieldDone,
                Action::FieldTakeBack,
                Action::FormSubmit,
                Action::PhraseOpen,
            ][..],
        ),
        (
            Context::Picker,
            &[
                Action::PickerAccept,
                Action::PickerNumber,
                Action::PickerToggle,
                Action::FieldTakeBack,
                Action::ListPageDown,
            ][..],
        ),
        (
            Context::Filter,
            &[
                Action::FilterApply,
                Action::FilterClear,
                Action::FieldTakeBack,
            ][..],
        ),
    ] {
        for action in actions {
            let reached = keymap
                .keys_for(context, *action)
                .any(|keys| keys.chords().iter().all(|chord| on_the_pad(*chord, false)));
            assert!(reached, "in [{context}] {action} is not on the pad");
        }
    }
}

#[test]
fn the_number_pad_does_the_same_without_num_lock() {
    let keymap = Keymap::named("numpad", None).expect("it ships");
    for (with, without, action) in [
        ("8", "up", Action::ListUp),
        ("3", "pagedown", Action::ListPageDown),
        ("5 4", "begin left", Action::IncidentNote),
        ("0 3", "insert pagedown", Action::IncidentSnooze),
        (". 2", "delete down", Action::OutboxOpen),
        (". . 0", "delete delete insert", Action::AppQuit),
        ("*", "*", Action::IncidentAcknowledge),
    ] {
        for keys in [with, without] {
            assert_eq!(
                press(&keymap, Context::Queue, keys),
                Pressed::Act(action),
                "{keys}"
            );
        }
    }
    // Where a list is chosen from by number the arrows still move.
    assert_eq!(
        press(&keymap, Context::Picker, "up"),
        Pressed::Act(Action::ListUp)
    );
    assert_eq!(
        press(&keymap, Context::Picker, "8"),
        Pressed::Act(Action::PickerNumber)
    );
}

#[test]
fn every_function_key_has_a_twin_among_the_signs() {
    let keymap = Keymap::shipped();
    for context in [
        Context::Queue,
        Context::Detail,
        Context::Outbox,
        Context::Roster,
        Context::Log,
        Context::Handover,
    ] {
        for binding in keymap.bindings(context) {
            let [chord] = binding.sequence.chords() else {
                continue;
            };
            if matches!(chord.key(), Key::F(_)) {
                let twin = keymap
                    .keys_for(context, binding.action)
                    .any(|keys| matches!(keys.chords(), [twin] if twin.sign().is_some()));
                assert!(twin, "in [{context}] {} has no twin", binding.sequence);
            }
        }
    }
}

#[test]
fn the_fixed_keys_are_where_the_design_puts_them() {
    let keymap = Keymap::shipped();
    for (key, action) in [
        ("f1", Action::HelpOpen),
        ("f2", Action::IncidentNew),
        ("f3", Action::SearchOpen),
        ("f5", Action::SyncNow),
        ("f6", Action::QueueNextUnacknowledgedRed),
        ("f8", Action::LogOpen),
        ("f9", Action::HandoverOpen),
        ("f12", Action::SessionLock),
        ("a", Action::IncidentAcknowledge),
        ("r", Action::IncidentAccept),
        ("u", Action::IncidentRaise),
        ("/", Action::ListFilter),
        ("?", Action::HelpOpen),
    ] {
        assert_eq!(
            press(&keymap, Context::Queue, key),
            Pressed::Act(action),
            "{key}"
        );
    }
}

#[test]
fn the_shipped_keys_use_no_alt() {
    let keymap = Keymap::shipped();
    for context in Context::ALL {
        for binding in keymap.section(context) {
            for chord in binding.sequence.chords() {
                assert!(
                    !chord.modifiers().has(super::super::chord::Modifiers::ALT),
                    "{}",
                    binding.sequence
                );
            }
        }
    }
}

#[test]
fn the_nearest_section_decides() {
    let keymap = Keymap::shipped();
    for (context, keys, action) in [
        (Context::Queue, "j", Action::ListDown),
        (Context::Queue, "J", Action::ScrollDown),
        (Context::Detail, "j", Action::ScrollDown),
        (Context::Queue, "tab", Action::QueueView),
        (Context::Detail, "space", Action::ScrollPageDown),
        (Context::Outbox, "r", Action::OutboxRetry),
        (Context::Outbox, ". 1", Action::OutboxRetry),
        (Context::Queue, ". 1", Action::IncidentAcknowledge),
        (Context::Help, "f1", Action::BackStep),
    ] {
        assert_eq!(
            press(&keymap, context, keys),
            Pressed::Act(action),
            "{keys} in {context}"
        );
    }
}

#[test]
fn where_text_is_typed_characters_go_into_the_field() {
    let keymap = Keymap::shipped();
    for context in [
        Context::Form,
        Context::Dialog,
        Context::Picker,
        Context::Filter,
        Context::SignIn,
    ] {
        for sign in ["q", "a", "1", "?", ".", "，", "space", "G"] {
            let outcome = press(&keymap, context, sign);
            assert!(
                matches!(outcome, Pressed::Field(_)),
                "{sign} in {context} became {outcome:?}"
            );
        }
        for (key, action) in [("f12", Action::SessionLock), ("ctrl-g", Action::BannerJump)] {
            assert_eq!(
                press(&keymap, context, key),
                Pressed::Act(action),
                "{key} in {context}"
            );
        }
        assert!(
            matches!(press(&keymap, context, "left"), Pressed::Field(_)),
            "the cursor moves in {context}"
        );
    }
    assert_eq!(
        press(&keymap, Context::Form, "ctrl-enter"),
        Pressed::Act(Action::FormSubmit)
    );
    assert_eq!(
        press(&keymap, Context::Form, "ctrl-s"),
        Pressed::Act(Action::FormSubmit)
    );
}

#[test]
fn a_sequence_waits_goes_on_and_can_be_broken_off() {
    let keymap = Keymap::shipped();
    assert_eq!(press(&keymap, Context::Queue, "g"), Pressed::Pending);
    assert_eq!(
        press(&keymap, Context::Queue, "g g"),
        Pressed::Act(Action::ListFirst)
    );
    assert!(matches!(
        press(&keymap, Context::Queue, "g esc"),
        Pressed::BrokenOff(_)
    ));
    // A mistyped sequence must not let its last key act alone: g x is not x.
    assert!(matches!(
        press(&keymap, Context::Queue, "g x"),
        Pressed::BrokenOff(_)
    ));
    assert_eq!(
        press(&keymap, Context::Queue, "V"),
        Pressed::Unbound(Chord::plain(Key::Char('V')))
    );

    let point = ".".parse::<Sequence>().expect("a sequence");
    let next = keymap.continuations(Context::Queue, point.chords());
    assert_eq!(next.len(), 10);
    assert!(next.contains(&(
        Chord::plain(Key::Char('1')),
        Continuation::Act(Action::IncidentAcknowledge)
    )));
}

#[test]
fn a_users_file_adds_replaces_and_takes_away() {
    let keymap = user(
        "[incident]\n\"p\" = \"incident-assign\"\n\"a\" = \"incident-note\"\n\"d\" = \"none\"\n",
    )
    .expect("no problem");
    assert_eq!(
        press(&keymap, Context::Queue, "p"),
        Pressed::Act(Action::IncidentAssign)
    );
    assert_eq!(
        press(&keymap, Context::Queue, "a"),
        Pressed::Act(Action::IncidentNote)
    );
    assert_eq!(
        press(&keymap, Context::Queue, "d"),
        Pressed::Unbound(Chord::plain(Key::Char('d')))
    );
    assert_eq!(
        press(&keymap, Context::Queue, "r"),
        Pressed::Act(Action::IncidentAccept),
        "the rest stays"
    );
    let shown: Vec<String> = keymap
        .keys_for(Context::Queue, Action::IncidentAssign)
        .map(Sequence::label)
        .collect();
    assert_eq!(shown, ["p", ".3"], "the user's own key is shown first");
}

#[test]
fn a_file_stands_on_the_keymap_that_it_inherits() {
    let text = "inherits = \"numpad\"\n[queue]\n\"y\" = \"queue-sort\"\n";
    let own = user(text).expect("no problem");
    let numpad = Keymap::named("numpad", None).expect("it ships");
    assert_ne!(own, numpad);
    assert_eq!(own.section(Context::List), numpad.section(Context::List));
    for (text, place) in [
        ("inherits = \"emacs\"\n", (1, 12)),
        ("inherits = 1\n", (1, 12)),
    ] {
        let problems = user(text).expect_err("no such keymap");
        assert_eq!((problems[0].line, problems[0].column), place);
        assert!(problems[0].expected.contains("numpad"), "{}", problems[0]);
    }
}

#[test]
fn taking_a_key_away_takes_what_it_begins() {
    let keymap = user("[incident]\n\".\" = \"none\"\n[queue]\n\".\" = \"queue-sort\"\n");
    let keymap = keymap.expect("no conflict is left");
    assert_eq!(
        press(&keymap, Context::Queue, "."),
        Pressed::Act(Action::QueueSort)
    );
    assert!(matches!(
        press(&keymap, Context::Detail, "."),
        Pressed::Unbound(_)
    ));
}

#[test]
fn a_key_that_is_hidden_nearer_is_not_offered() {
    let keymap = user("[queue]\n\"a\" = \"queue-sort\"\n").expect("no problem");
    let keys: Vec<String> = keymap
        .keys_for(Context::Queue, Action::IncidentAcknowledge)
        .map(Sequence::label)
        .collect();
    assert_eq!(keys, [".1"]);
    assert_eq!(
        press(&keymap, Context::Detail, "a"),
        Pressed::Act(Action::IncidentAcknowledge)
    );
}
