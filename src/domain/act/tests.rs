use std::collections::BTreeSet;

use super::*;
use crate::domain::incident::verb::VERBS;
use crate::wire::command::WireCommand;

/// A row of an outbox, and an event of a feed, as programs wrote them that knew
/// acts on incidents only.
const OLD_ROW: &str = r#"{"id":"00000000-0000-0000-0000-0000c0000001","dseq":3,"prev":"0000000000000000000000000000000000000000000000000000000000000000","feed":"420607","targets":[{"kind":"incident","id":"00000000-0000-0000-0000-000000010000","base_rev":2,"seen":{"stage":"handling","holder":"00000000-0000-0000-0000-000000000001","rank":"serious"}}],"verb":"raise","args":{"to":"urgent","reason":"又来了一批人"},"author":"00000000-0000-0000-0000-0000000003e9","made_at":1795374300000,"offset_ms":-250,"policy":0,"mac":"0707070707070707070707070707070707070707070707070707070707070707"}"#;

#[test]
fn every_name_names_one_verb_of_one_family() {
    let names: BTreeSet<&str> = VERBS.iter().map(|verb| verb.name()).collect();
    assert_eq!(names.len(), VERBS.len());
    for verb in VERBS {
        let any = AnyVerb::from(verb);
        assert_eq!(verb.name().parse(), Ok(any));
        let text = serde_json::to_string(&any).unwrap();
        assert_eq!(text, serde_json::to_string(&verb).unwrap());
        assert_eq!(serde_json::from_str::<AnyVerb>(&text).unwrap(), any);
    }
    assert!("registers".parse::<AnyVerb>().is_err());
}

#[test]
fn what_was_written_before_there_were_families_still_reads() {
    let row: WireCommand = serde_json::from_str(OLD_ROW).unwrap();
    assert_eq!(row.act.verb().name(), "raise");
    assert_eq!(row.act.words(), "又来了一批人");
    assert_eq!(serde_json::to_string(&row).unwrap(), OLD_ROW);
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
