use super::*;

fn ready(_: Action) -> Availability {
    Availability::Ready
}

#[test]
fn the_hint_line_lists_what_works_here_and_ends_with_help() {
    let keymap = Keymap::shipped();
    let mut hints = hints(&keymap, Context::Queue, ready);
    assert_eq!(hints.others.next().expect("a hint").key, "a");
    assert_eq!(hints.help.map(|hint| hint.key).as_deref(), Some("?"));
}

#[test]
fn what_is_denied_stays_listed_and_what_is_hidden_does_not() {
    let keymap = Keymap::shipped();
    let availability = |action| match action {
        Action::IncidentAccept => Availability::Denied("not yours".to_owned()),
        Action::IncidentAssign => Availability::Hidden,
        _ => Availability::Ready,
    };
    let rows = rows(&keymap, Context::Queue, availability);
    let accept = rows
        .iter()
        .find(|row| row.action == Action::IncidentAccept)
        .expect("listed");
    assert_eq!(accept.denied.as_deref(), Some("not yours"));
    assert_eq!(accept.keys, ["r", ".2"]);
    assert!(rows.iter().all(|row| row.action != Action::IncidentAssign));
    let mut hints = hints(&keymap, Context::Queue, availability);
    let second = hints.others.nth(1).expect("a hint");
    assert_eq!(second.readiness, Readiness::Denied);
    assert_eq!(second.key, "r");
}

#[test]
fn help_shows_only_what_has_a_key_here() {
    let keymap = Keymap::shipped();
    let rows = rows(&keymap, Context::Form, ready);
    assert!(rows.iter().any(|row| row.action == Action::FormSubmit));
    assert!(rows.iter().all(|row| row.action != Action::IncidentAccept));
}

#[test]
fn a_pending_sequence_is_its_own_help() {
    let keymap = Keymap::shipped();
    let chords = [".".parse().expect("a chord")];
    let next = following(&keymap, Context::Outbox, &chords, ready);
    let keys: Vec<&str> = next.iter().map(|one| one.key.as_str()).collect();
    assert!(keys.starts_with(&["1", "2", "3"]), "{keys:?}");
    let denied = |_| Availability::Denied("not yours".to_owned());
    let next = following(&keymap, Context::Outbox, &chords, denied);
    assert_eq!(next[0].denied.as_deref(), Some("not yours"));
}

#[test]
fn the_key_table_has_every_action() {
    let table = key_table(&Keymap::shipped());
    assert_eq!(table.len(), Action::ALL.len());
    for row in table {
        let bound = !row.bindings.is_empty();
        assert!(bound || super::super::keymap::ELSEWHERE.contains(&row.action));
    }
}
