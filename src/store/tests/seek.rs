//! The one search against the store: what stands first and why, what is found
//! of a masked number and by whom, and that an answer never lags.

use tempfile::tempdir;

use super::centre::{Centre, area, duty, new_act, officer, open, uuid};
use crate::domain::alarm::Rank;
use crate::domain::command::Target;
use crate::domain::duty::act::{LogAdd, Told};
use crate::domain::duty::line::{Means, PhoneCall};
use crate::domain::entry::{Call, CallOutcome, Direction};
use crate::domain::extra::Extra;
use crate::domain::ids::{RecordId, UnitId};
use crate::domain::incident::act::Edit;
use crate::domain::incident::ending::CaseRef;
use crate::domain::network::act::{Act, AmendPerson};
use crate::domain::officer::{Officer, Role};
use crate::domain::record::{Body, Kind, Record, Rev};
use crate::domain::unit::{Person, PersonKind};
use crate::domain::warning::act::{Lift, Raise};
use crate::domain::warning::{self, Ground, Source, Subject, Why};
use crate::store::Store;
use crate::store::handle::{Latest, NewAct};
use crate::store::seek::{Coverage, Field, Found, HitKind, Only, Seek};
use crate::text::fuzzy::Fuzzy;

const PHONE: &str = "10012345678";

fn person(n: u128, name: &str, code: &str) -> Record {
    Record {
        id: RecordId::new(uuid(n)),
        area: area(code),
        rev: Rev(1),
        parent: None,
        body: Body::Person(Box::new(Person {
            phone: PHONE.to_owned(),
            post: "调解员".to_owned(),
            ..Person::named(
                name.to_owned(),
                UnitId::new(uuid(0x200)),
                PersonKind::Mediator,
            )
        })),
        sealed: None,
    }
}

fn filled() -> Centre {
    let mut centre = Centre::new();
    centre.put_unit(0x200, "黄集镇人民调解委员会", "420607102");
    for (n, name, code) in [
        (0x301, "王秀梅", "420607102"),
        (0x302, "王小梅子", "420607102"),
        (0x303, "单玉兰", "420607103"),
        (0x304, "南江", "420607103"),
        (0x305, "买买提·吐尔逊", "420607103"),
    ] {
        centre.put(person(n, name, code));
    }
    centre.incident(0x1000, "王秀梅邻里纠纷", Rank::Notice, 1);
    centre
}

fn ask(store: &Store, text: &str) -> Found {
    ask_for(store, text, Fuzzy::OFF, Only::All)
}

fn ask_for(store: &Store, text: &str, fuzzy: Fuzzy, only: Only) -> Found {
    let seek = Seek {
        text: text.to_owned(),
        fuzzy,
        only,
    };
    store.seek(Latest::always(), seek).wait().unwrap()
}

fn names(found: &Found) -> Vec<String> {
    found
        .hits
        .iter()
        .map(|hit| match &hit.record.body {
            Body::Person(person) => person.name.clone(),
            Body::Unit(unit) => unit.name.clone(),
            Body::Place(place) => place.name.clone(),
            Body::Incident(incident) => incident.title.clone(),
            Body::Warning(warning) => match &warning.why {
                Why::Said { text } => text.clone(),
                other => panic!("{other:?} was not said"),
            },
            Body::LogLine(line) => line.text.clone(),
            other => panic!("{other:?} is nothing to find"),
        })
        .collect()
}

fn desk(centre: &Centre, dir: &std::path::Path, whose: Officer) -> Store {
    let store = open(dir, whose);
    centre.catch_up(&store);
    store.index_now().unwrap();
    store
}

#[test]
fn whole_names_come_before_beginnings_and_each_says_why() {
    let dir = tempdir().unwrap();
    let centre = filled();
    let store = desk(&centre, dir.path(), duty());
    for (text, wanted) in [
        ("wxm", &["王秀梅", "王小梅子", "王秀梅邻里纠纷"][..]),
        ("王xm", &["王秀梅", "王小梅子", "王秀梅邻里纠纷"]),
        ("wangxiumei", &["王秀梅", "王秀梅邻里纠纷"]),
        ("shan", &["单玉兰"]),
        ("mmttex", &["买买提·吐尔逊"]),
        ("买买提吐", &["买买提·吐尔逊"]),
        ("wxm !邻里", &["王秀梅", "王小梅子"]),
        ("没有的人", &[]),
        ("", &[]),
    ] {
        let found = ask(&store, text);
        assert_eq!(names(&found), wanted, "{text}");
        assert_eq!(found.coverage, Coverage::Whole);
    }
    let found = ask(&store, "秀梅");
    assert_eq!(found.hits[0].kind, HitKind::Person);
    let why = &found.hits[0].why[0];
    assert_eq!((why.field, why.chars.clone()), (Field::Name, 1..3));
    assert_eq!(found.hits[0].unit_name, "黄集镇人民调解委员会");
    let people = ask_for(&store, "wxm", Fuzzy::OFF, Only::People);
    assert_eq!(names(&people), ["王秀梅", "王小梅子"]);
    let cases = ask_for(&store, "wxm", Fuzzy::OFF, Only::Cases);
    assert_eq!(names(&cases), ["王秀梅邻里纠纷"]);
    // A post, a unit's name, and what is not told apart only where it is set.
    assert_eq!(ask(&store, "调解员").hits.len(), 5);
    assert_eq!(names(&ask(&store, "hjz")), ["黄集镇人民调解委员会"]);
    assert_eq!(names(&ask(&store, "lanjiang")), Vec::<String>::new());
    let fuzzy = ask_for(&store, "lanjiang", "n-l".parse().unwrap(), Only::All);
    assert_eq!(names(&fuzzy), ["南江"]);
}

#[test]
fn a_masked_number_is_found_whole_only_by_whoever_may_have_it_revealed() {
    let centre = filled();
    for (role, whole) in [
        (Role::DutyOfficer, 5),
        (Role::Mediator, 5),
        (Role::Auditor, 0),
    ] {
        let dir = tempdir().unwrap();
        let store = desk(&centre, dir.path(), officer(5, "某", role, "420607"));
        // What is shown of it, anybody finds it by.
        let tail = ask(&store, "5678");
        assert_eq!(tail.hits.len(), 5, "{role:?}");
        for hit in &tail.hits {
            assert_eq!(hit.why[0].text, "100****5678");
        }
        for hidden in [PHONE, "1001234", "100-1234-5678", "345678"] {
            let found = ask(&store, hidden);
            assert_eq!(found.hits.len(), whole, "{role:?} {hidden}");
            let told = found.hits.iter().all(|hit| hit.why[0].text != PHONE);
            assert!(told, "a reason shows no whole number");
        }
    }
}

#[test]
fn an_answer_never_lags_and_says_where_it_looked_at_a_part_only() {
    let dir = tempdir().unwrap();
    let mut centre = filled();
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let found = ask(&store, "wxm");
    assert_eq!(found.coverage, Coverage::Partly);
    assert_eq!(found.hits.len(), 3);
    store.index_now().unwrap();

    // An act that waits, and a change that comes: both before the index has them.
    let target = Target::seen(&person(0x303, "单玉兰", "420607103"));
    let act = Act::AmendPerson(Box::new(AmendPerson {
        name: Some(Edit {
            from: "单玉兰".to_owned(),
            to: "仇建国".to_owned(),
        }),
        ..AmendPerson::default()
    }));
    let act = NewAct {
        act: act.into(),
        ..new_act(target, super::centre::note(0x50, "x"), 1)
    };
    store.submit(act).wait().unwrap();
    assert_eq!(names(&ask(&store, "qiujg")), ["仇建国"]);
    assert_eq!(names(&ask(&store, "shanyl")), Vec::<String>::new());
    centre.put(person(0x306, "解放", "420607103"));
    centre.catch_up(&store);
    assert_eq!(names(&ask(&store, "xief")), ["解放"]);
    centre.gone(RecordId::new(uuid(0x306)));
    centre.catch_up(&store);
    assert_eq!(names(&ask(&store, "xief")), Vec::<String>::new());
    store.index_now().unwrap();
    assert_eq!(names(&ask(&store, "qiujg")), ["仇建国"]);
    assert_eq!(names(&ask(&store, "xief")), Vec::<String>::new());
}

/// A warning that somebody raises by hand.
fn warn(n: u128, subject: Subject, text: &str) -> NewAct {
    let act = warning::act::Act::Raise(Box::new(Raise {
        area: area("420607102"),
        rank: Rank::Watch,
        subject,
        why: Why::Said {
            text: text.to_owned(),
        },
        source: Source::Hand,
    }));
    let target = of_kind(Kind::Warning, n);
    NewAct {
        act: act.into(),
        ..new_act(target, super::centre::note(0x50, "x"), 1)
    }
}

/// A line of the duty log; a call where there is a number.
fn line(n: u128, text: &str, phone: &str) -> NewAct {
    let call = PhoneCall {
        call: Call {
            direction: Direction::In,
            with: "石桥镇周会计".to_owned(),
            phone: phone.to_owned(),
            outcome: CallOutcome::Answered,
        },
        at: super::centre::at(1),
        told: String::new(),
        instruction: "请他明早来".to_owned(),
        call_back_by: None,
        salt: "salt".to_owned(),
        mark: None,
        extra: Extra::new(),
    };
    let act = crate::domain::duty::act::Act::LogAdd(Box::new(LogAdd {
        area: area("420607"),
        what: if phone.is_empty() {
            Told::Note
        } else {
            Told::Call(Box::new(call))
        },
        text: text.to_owned(),
        by: Means::Desk,
        about: None,
        corrects: None,
        keeps: None,
    }));
    let target = of_kind(Kind::LogLine, n);
    NewAct {
        act: act.into(),
        ..new_act(target, super::centre::note(0x50, "x"), 1)
    }
}

fn of_kind(kind: Kind, n: u128) -> Target {
    Target {
        kind,
        id: RecordId::new(uuid(n)),
        base_rev: Rev::NONE,
        seen: None,
    }
}

#[test]
fn warnings_and_lines_of_the_log_are_found_too() {
    let dir = tempdir().unwrap();
    let centre = filled();
    let store = desk(&centre, dir.path(), duty());
    let at_bridge = Subject::Place {
        place: "汉江桥头".to_owned(),
    };
    let of_case = Subject::Case {
        case: CaseRef {
            id: RecordId::new(uuid(0x1000)),
            number: None,
        },
    };
    let long = format!("{}末尾提到翡翠鸟", "巡查一切正常。".repeat(100));
    for act in [
        warn(0x401, at_bridge, "有人聚集"),
        warn(0x402, of_case, "请再去看看"),
        line(0x501, "巡查东街，未见异常", ""),
        line(0x502, "问安置款", PHONE),
        line(0x503, &long, ""),
    ] {
        store.submit(act).wait().unwrap();
    }
    for index in ["before the index has them", "after"] {
        for (text, only, wanted) in [
            ("聚集", Only::All, &["有人聚集"][..]),
            ("yrjj", Only::All, &["有人聚集"]),
            ("hanjiang", Only::Warnings, &["有人聚集"]),
            // A warning is found by what its case says, and by its own words.
            ("wxm", Only::Warnings, &["请再去看看"]),
            ("王秀梅 邻里", Only::Warnings, &["请再去看看"]),
            ("再去看", Only::All, &["请再去看看"]),
            ("东街", Only::All, &["巡查东街，未见异常"]),
            ("xunchadj", Only::Log, &["巡查东街，未见异常"]),
            ("周会计", Only::All, &["问安置款"]),
            ("明早", Only::Log, &["问安置款"]),
            ("5678", Only::Log, &["问安置款"]),
            // A number of the log is nobody's to have whole.
            (PHONE, Only::Log, &[]),
            ("翡翠鸟", Only::All, &[long.as_str()]),
            // In a long text a sound would fit anywhere.
            ("fcn", Only::All, &[]),
            ("东街", Only::People, &[]),
            ("东街", Only::Warnings, &[]),
            ("聚集", Only::Log, &[]),
        ] {
            let found = ask_for(&store, text, Fuzzy::OFF, only);
            assert_eq!(names(&found), wanted, "{text} {only:?} {index}");
        }
        store.index_now().unwrap();
    }
    let everything = ask(&store, "王秀梅");
    let kinds: Vec<HitKind> = everything.hits.iter().map(|hit| hit.kind).collect();
    assert_eq!(kinds, [HitKind::Person, HitKind::Case, HitKind::Warning]);
    let why = &everything.hits[2].why[0];
    assert_eq!(
        (why.field, why.text.as_str()),
        (Field::Title, "王秀梅邻里纠纷")
    );
    let number = &ask_for(&store, "5678", Fuzzy::OFF, Only::Log).hits[0];
    assert_eq!(number.why[0].text, "100****5678");
    // One that was lifted and has left the board goes with its words alone.
    let lifted = warning::act::Act::Lift(Lift {
        episode: 1,
        rank: Rank::Watch,
        ground: Ground::Judged,
        reason: "已看过".to_owned(),
    });
    let target = of_kind(Kind::Warning, 0x402);
    let lifted = NewAct {
        act: lifted.into(),
        ..new_act(target, super::centre::note(0x51, "x"), 2)
    };
    store.submit(lifted).wait().unwrap();
    let over = ask(&store, "再去看");
    assert_eq!(names(&over), ["请再去看看"]);
}
