use serde_json::{Value, json};
use uuid::Uuid;

use super::command::{CommandResult, Push, PushReply, Refused, TARGETS_MAX, Verdict, WireCommand};
use super::feed::{Brings, FeedId, Seq, WireChange, read_event};
use super::proof::{Digest, Mac};
use crate::domain::alarm::Rank;
use crate::domain::command::{Change, Target};
use crate::domain::incident::act::Act;
use crate::domain::policy::{Policy, PolicyVersion};
use crate::domain::record::{Kind, Record};
use crate::domain::testing::*;

type Breakage = fn(&mut Value);
type Forgery = fn(&mut WireCommand);

fn sample() -> WireCommand {
    let author = duty(1);
    let target = Target::new_incident(incident_id());
    let act = Act::Register(Box::new(registration(Rank::Urgent)));
    let command = command(1, target, act, &author, minute(0));
    WireCommand {
        id: command.id,
        dseq: 1,
        prev: Digest::ZERO,
        feed: FeedId::Area(area("420607")),
        targets: command.targets,
        act: command.act,
        author: command.author,
        made_at: command.made_at,
        offset_ms: -250,
        policy: PolicyVersion::default(),
        signed_as: None,
        mac: Mac([7; 32]),
    }
}

fn registered_change() -> Change {
    let author = duty(1);
    let policy = Policy::shipped();
    let command = sample().to_domain();
    crate::domain::apply(&[], &command, &context(&author, &policy, minute(0)))
        .expect("a registration holds")
        .remove(0)
}

#[test]
fn a_command_comes_back_as_it_went() {
    let command = sample();
    let text = serde_json::to_string(&command).unwrap();
    let read: WireCommand = serde_json::from_str(&text).unwrap();
    assert_eq!(read, command);
    assert_eq!(
        read.signed_bytes().unwrap(),
        command.signed_bytes().unwrap()
    );
}

#[test]
fn a_command_numbered_anew_keeps_what_was_signed_and_chains_all_of_it() {
    let first = sample();
    let device = crate::domain::ids::DeviceId::new(Uuid::from_u128(0xD));
    let mut anew = first.clone();
    anew.keep_signed_as(device);
    anew.dseq = 9;
    anew.prev = Digest::of(b"eight");
    assert_eq!(anew.signed_bytes().unwrap(), first.signed_bytes().unwrap());
    let text = serde_json::to_string(&anew).unwrap();
    let read: WireCommand = serde_json::from_str(&text).unwrap();
    assert_eq!(read, anew);
    // Once more: the first signing counts.
    let mut again = anew.clone();
    again.keep_signed_as(crate::domain::ids::DeviceId::new(Uuid::from_u128(0xE)));
    assert_eq!(again, anew);
    // The chain covers the present number and the former one.
    let forgeries: [Forgery; 3] = [
        |command| command.dseq += 1,
        |command| command.signed_as = None,
        |command| {
            command.signed_as.as_mut().expect("it was kept").dseq += 1;
        },
    ];
    for forge in forgeries {
        let mut forged = anew.clone();
        forge(&mut forged);
        assert_ne!(forged.link().unwrap(), anew.link().unwrap());
    }
    let unknown = text.replace("\"signed_as\":{", "\"signed_as\":{\"why\":1,");
    assert!(serde_json::from_str::<WireCommand>(&unknown).is_err());
}

#[test]
fn a_command_names_verb_and_args_as_the_contract_says() {
    let value = serde_json::to_value(sample()).unwrap();
    assert_eq!(value["verb"], "register");
    assert_eq!(value["args"]["category"], "0202");
    assert_eq!(value["feed"], "420607");
    assert_eq!(value["targets"][0]["kind"], "incident");
    assert_eq!(value["targets"][0]["base_rev"], 0);
}

/// Each row breaks one thing; none may be read as a command.
#[test]
fn what_is_not_understood_whole_is_not_done() {
    let breakages: [(&str, Breakage); 10] = [
        ("unknown field", |v| v["urgent"] = json!(true)),
        ("unknown argument", |v| v["args"]["colour"] = json!("red")),
        ("unknown field of a target", |v| {
            v["targets"][0]["x"] = json!(1);
        }),
        ("unknown verb", |v| v["verb"] = json!("delete")),
        ("no author", |v| {
            v.as_object_mut().unwrap().remove("author");
        }),
        ("a number too large", |v| v["dseq"] = json!(-1)),
        ("a category outside the table", |v| {
            v["args"]["category"] = json!("1499");
        }),
        ("an area that is none", |v| {
            v["args"]["area"] = json!("42060");
        }),
        ("a MAC too short", |v| v["mac"] = json!("00")),
        ("too many targets", |v| {
            let target = v["targets"][0].clone();
            v["targets"] = Value::Array(vec![target; TARGETS_MAX + 1]);
        }),
    ];
    for (what, breakage) in breakages {
        let mut value = serde_json::to_value(sample()).unwrap();
        breakage(&mut value);
        assert!(
            serde_json::from_value::<WireCommand>(value).is_err(),
            "{what}"
        );
    }
    let push = json!({"device": Uuid::nil(), "commands": [], "extra": 1});
    assert!(serde_json::from_value::<Push>(push).is_err());
}

#[test]
fn the_mac_covers_every_field_but_itself() {
    let command = sample();
    let signed = command.signed_bytes().unwrap();
    let mut other_mac = command.clone();
    other_mac.mac = Mac([8; 32]);
    assert_eq!(other_mac.signed_bytes().unwrap(), signed);
    let forgeries: [Forgery; 6] = [
        |c| c.dseq += 1,
        |c| c.prev = Digest::of(b"x"),
        |c| c.made_at = minute(1),
        |c| c.offset_ms += 1,
        |c| c.author = duty(2).id,
        |c| c.targets[0].base_rev = c.targets[0].base_rev.next(),
    ];
    let secret = [1; 32];
    let mac = Mac::of(&secret, &signed);
    assert!(mac.holds(&secret, &signed));
    for forgery in forgeries {
        let mut forged = command.clone();
        forgery(&mut forged);
        assert!(!mac.holds(&secret, &forged.signed_bytes().unwrap()));
    }
}

#[test]
fn an_event_without_its_whole_meaning_is_kept_as_text() {
    let change = registered_change();
    let text = serde_json::to_string(&change.event).unwrap();
    assert_eq!(read_event(&text).as_ref(), Some(&change.event));
    let newer = text.replace("\"register\"", "\"teleport\"");
    assert!(read_event(&newer).is_none());
    // A newer field beside known ones is no obstacle.
    let mut value: Value = serde_json::from_str(&text).unwrap();
    value["weather"] = json!("rain");
    assert_eq!(read_event(&value.to_string()).as_ref(), Some(&change.event));
}

#[test]
fn records_of_unknown_kinds_and_fields_are_kept_whole() {
    let unknown = r#"{"id":"00000000-0000-0000-0000-000000000001","kind":"drone","area":"420607","rev":3,"doc":{"b":1.50,"a":[ 1,2]}}"#;
    let record: Record = serde_json::from_str(unknown).unwrap();
    assert_eq!(record.kind(), Kind::Unknown("drone".into()));
    assert_eq!(
        serde_json::to_string(&record).unwrap(),
        unknown,
        "byte for byte"
    );

    let mut value = serde_json::to_value(registered_change().record).unwrap();
    value["doc"]["noise_level"] = json!(71);
    let record: Record = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&record).unwrap(), value);
}

#[test]
fn a_change_is_whole_gone_or_a_stub() {
    let stub = WireChange::stub(Seq(4), Seq(4));
    assert!(matches!(stub.brings(), Brings::Stub));
    assert_eq!(serde_json::to_string(&stub).unwrap(), r#"{"seq":4,"tx":4}"#);
    let gone = json!({"seq": 5, "tx": 5, "gone": {"kind": "incident", "id": Uuid::nil()}});
    let gone: WireChange = serde_json::from_value(gone).unwrap();
    assert!(matches!(gone.brings(), Brings::Gone(_)));
}

#[test]
fn a_refusal_brings_the_record_as_it_is_now() {
    let record = serde_json::to_value(registered_change().record).unwrap();
    let rule = crate::domain::incident::refusal::Refusal::NotFound;
    let reply = PushReply {
        results: vec![CommandResult {
            id: sample().id,
            verdict: Verdict::Refused {
                refusal: Refused::Rule { rule },
                record: Some(Box::new(record.clone())),
            },
        }],
        server_time: minute(0),
    };
    let text = serde_json::to_string(&reply).unwrap();
    let read: PushReply = serde_json::from_str(&text).unwrap();
    let Verdict::Refused { record: read, .. } = &read.results[0].verdict else {
        panic!("{text}");
    };
    assert_eq!(read.as_deref(), Some(&record));
}

#[test]
fn verdicts_round_trip() {
    let refused = CommandResult {
        id: sample().id,
        verdict: Verdict::Refused {
            refusal: Refused::Mac,
            record: None,
        },
    };
    let text = serde_json::to_string(&refused).unwrap();
    assert!(text.contains(r#""verdict":"refused""#), "{text}");
    let read: CommandResult = serde_json::from_str(&text).unwrap();
    assert!(matches!(
        read.verdict,
        Verdict::Refused {
            refusal: Refused::Mac,
            ..
        }
    ));
}

#[test]
fn feeds_and_their_names_round_trip() {
    for text in ["420607", "42", "o-00000000-0000-0000-0000-000000000001"] {
        assert_eq!(text.parse::<FeedId>().unwrap().to_string(), text);
    }
    for text in ["", "o-", "o-1", "420607x", "../etc"] {
        assert!(text.parse::<FeedId>().is_err(), "{text}");
    }
}

#[test]
fn a_chain_notices_what_was_altered() {
    let links = |texts: &[&str]| {
        texts
            .iter()
            .fold(Digest::ZERO, |chain, text| chain.link(text.as_bytes()))
    };
    assert_eq!(links(&["a", "b"]), links(&["a", "b"]));
    assert_ne!(links(&["a", "b"]), links(&["b", "a"]));
    assert_ne!(links(&["a", "b"]), links(&["a"]));
}

/// A row of an outbox, and an event of a feed, as programs wrote them that knew
/// acts on incidents only.
const OLD_ROW: &str = r#"{"id":"00000000-0000-0000-0000-0000c0000001","dseq":3,"prev":"0000000000000000000000000000000000000000000000000000000000000000","feed":"420607","targets":[{"kind":"incident","id":"00000000-0000-0000-0000-000000010000","base_rev":2,"seen":{"stage":"handling","holder":"00000000-0000-0000-0000-000000000001","rank":"serious"}}],"verb":"raise","args":{"to":"urgent","reason":"又来了一批人"},"author":"00000000-0000-0000-0000-0000000003e9","made_at":1795374300000,"offset_ms":-250,"policy":0,"mac":"0707070707070707070707070707070707070707070707070707070707070707"}"#;
#[test]
fn what_was_written_before_there_were_families_still_reads() {
    let row: WireCommand = serde_json::from_str(OLD_ROW).unwrap();
    assert_eq!(row.act.verb().name(), "raise");
    assert_eq!(row.act.words(), "又来了一批人");
    assert_eq!(serde_json::to_string(&row).unwrap(), OLD_ROW);
}
