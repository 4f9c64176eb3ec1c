use std::collections::BTreeSet;

use super::*;
use crate::domain::duty;
use crate::domain::incident::verb::VERBS;

#[test]
fn every_name_names_one_verb_of_one_family() {
    let on_cases = VERBS.map(AnyVerb::from);
    let on_duty = duty::verb::VERBS.map(AnyVerb::from);
    let on_contacts = network::verb::Verb::ALL.map(AnyVerb::from);
    let all: Vec<AnyVerb> = on_cases
        .into_iter()
        .chain(on_duty)
        .chain(on_contacts)
        .collect();
    let names: BTreeSet<&str> = all.iter().map(|verb| verb.name()).collect();
    assert_eq!(names.len(), all.len());
    for any in all {
        assert_eq!(any.name().parse(), Ok(any));
        let text = serde_json::to_string(&any).unwrap();
        assert_eq!(text, format!("\"{}\"", any.name()));
        assert_eq!(serde_json::from_str::<AnyVerb>(&text).unwrap(), any);
    }
    assert!("registers".parse::<AnyVerb>().is_err());
}

#[test]
fn arguments_are_read_by_the_family_of_the_verb_alone() {
    let read = |text: &str| serde_json::from_str::<AnyAct>(text);
    let note =
        r#"{"verb":"note","args":{"entry":"00000000-0000-0000-0000-000000000050","text":"到场"}}"#;
    assert_eq!(serde_json::to_string(&read(note).unwrap()).unwrap(), note);
    // In another order, as some JSON libraries write it.
    let turned = r#"{"args":{"reason":"改了"},"verb":"recall"}"#;
    assert_eq!(read(turned).unwrap().words(), "改了");
    for wrong in [
        r#"{"verb":"note","args":{"text":"到场"}}"#,
        r#"{"verb":"note","args":{"entry":"00000000-0000-0000-0000-000000000050","text":"","x":1}}"#,
        r#"{"verb":"note"}"#,
        r#"{"args":{}}"#,
        r#"{"verb":"nod","args":{}}"#,
    ] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}
