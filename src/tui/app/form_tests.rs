use super::*;

fn form() -> Form {
    Form::new(vec![
        Field::told(Slot::Missing, "x"),
        Field::line(Slot::Title, 100).must(),
        Field::choice(
            Slot::Rank,
            vec![("a".into(), "A".into()), ("b".into(), "B".into())],
            None,
        ),
        Field::pick(Slot::Area, PickWhat::Area).must(),
        Field::secret(Slot::Password, 20),
    ])
}

#[test]
fn a_draft_brings_back_texts_choices_focus_and_caret_but_no_password() {
    let mut before = form();
    before.field_mut(Slot::Title).unwrap().value = {
        let mut input = InputState::line(100);
        input.set_text("宅基地边界");
        input.set_cursor("宅基".len());
        Value::Text(input)
    };
    before.field_mut(Slot::Rank).unwrap().value = Value::Choice(Choice {
        options: vec![("a".into(), "A".into()), ("b".into(), "B".into())],
        at: Some(1),
    });
    *before.field_mut(Slot::Area).unwrap() = Field::pick(Slot::Area, PickWhat::Area)
        .must()
        .with_chosen("420607102", "石桥镇");
    *before.field_mut(Slot::Password).unwrap() =
        Field::secret(Slot::Password, 20).with_text("geheim");
    before.focus_on(Slot::Title);
    let draft = before.to_draft();
    assert!(!draft.contains("geheim"));
    let mut after = form();
    after.take_draft(&draft);
    *before.field_mut(Slot::Password).unwrap() = Field::secret(Slot::Password, 20);
    assert_eq!(after, before);
}

#[test]
fn the_focus_skips_what_is_only_told_and_goes_round() {
    let mut form = form();
    assert_eq!(form.focus, 1);
    form.step(Move::Previous);
    assert_eq!(form.focus, 4);
    form.step(Move::Next);
    assert_eq!(form.focus, 1);
}

#[test]
fn what_must_be_filled_is_marked_and_gets_the_focus() {
    let mut form = form();
    form.focus_on(Slot::Password);
    assert_eq!(form.check_filled("!"), Filled::No);
    assert_eq!(form.focused().unwrap().slot, Slot::Title);
    assert!(form.field(Slot::Area).unwrap().error.is_some());
}
