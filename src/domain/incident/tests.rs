use super::stage::STAGES;
use super::table::{Actor, Cell, cell};
use super::verb::VERBS;
use super::*;

/// The table of the work as people read it: for each verb, what it does at
/// each stage. `-` stays, `.` refused, a letter the stage it leads to
/// (n a h p v f s c); several letters are several ways.
const TABLE: [(Verb, [&str; 8]); 21] = [
    //                         new  asg  hdl  pend ver    fup  sign closed
    (Verb::Register, [".", ".", ".", ".", ".", ".", ".", "."]),
    (Verb::Acknowledge, ["-", "-", "-", "-", "-", "-", "-", "-"]),
    (Verb::Snooze, ["-", "-", "-", "-", "-", "-", "-", "."]),
    (Verb::Note, ["-", "-", "-", "-", "-", "-", "-", "-"]),
    (Verb::Call, ["-", "-", "-", "-", "-", "-", "-", "-"]),
    (Verb::Reveal, ["-", "-", "-", "-", "-", "-", "-", "-"]),
    (Verb::Amend, ["-", "-", "-", "-", "-", "-", ".", "."]),
    (Verb::Raise, ["-", "-", "-", "-", "-", "-", "f", "n"]),
    (Verb::Lower, ["-", "-", "-", "-", ".", ".", ".", "."]),
    (Verb::Assign, ["a", "a", "a", ".", ".", ".", ".", "."]),
    (Verb::Accept, ["h", "h", ".", ".", ".", ".", ".", "."]),
    (Verb::Return, [".", "n", "n", ".", ".", ".", ".", "."]),
    (Verb::Finish, [".", ".", "p", ".", ".", ".", ".", "."]),
    (Verb::Verify, [".", ".", ".", "v", ".", ".", ".", "."]),
    (Verb::SendBack, [".", ".", ".", "h", ".", ".", ".", "."]),
    (Verb::FollowUp, [".", ".", ".", ".", "fhv", ".", ".", "."]),
    (
        Verb::ProposeStrikeOff,
        [".", ".", ".", ".", ".", "s", ".", "."],
    ),
    (
        Verb::SignStrikeOff,
        [".", ".", ".", ".", ".", ".", "c", "."],
    ),
    (
        Verb::DeclineStrikeOff,
        [".", ".", ".", ".", ".", ".", "f", "."],
    ),
    (Verb::Reopen, [".", ".", ".", ".", "h", "h", "h", "n"]),
    (Verb::Settle, ["ns", "-", "-", "-", "-", "fs", "-", "."]),
];

fn letter(stage: Stage) -> char {
    match stage {
        Stage::New => 'n',
        Stage::Assigned => 'a',
        Stage::Handling => 'h',
        Stage::PendingCheck => 'p',
        Stage::Verified => 'v',
        Stage::FollowedUp => 'f',
        Stage::AwaitingSignature => 's',
        Stage::Closed => 'c',
    }
}

#[test]
fn the_table_of_stages_and_verbs() {
    assert_eq!(TABLE.map(|(verb, _)| verb), VERBS);
    for (verb, row) in TABLE {
        for (stage, expected) in STAGES.into_iter().zip(row) {
            let actual: String = match cell(verb, stage) {
                Cell::Refused => ".".into(),
                Cell::Stays(_) => "-".into(),
                Cell::To(ways, _) => ways.iter().map(|way| letter(*way)).collect(),
            };
            assert_eq!(actual, expected, "{verb} at {}", stage.name());
        }
    }
}

#[test]
fn nothing_closes_without_follow_up_and_a_second_person() {
    for verb in VERBS {
        for stage in STAGES {
            let Cell::To(ways, actor) = cell(verb, stage) else {
                continue;
            };
            if ways.contains(&Stage::Closed) {
                assert_eq!(
                    (stage, actor),
                    (Stage::AwaitingSignature, Actor::SecondPerson)
                );
            }
            if ways.contains(&Stage::AwaitingSignature) && verb != Verb::Settle {
                assert_eq!(stage, Stage::FollowedUp);
            }
            if ways.contains(&Stage::FollowedUp) && stage != Stage::FollowedUp {
                let from = [Stage::Verified, Stage::AwaitingSignature];
                assert!(from.contains(&stage), "{verb} from {stage:?}");
            }
            if ways.contains(&Stage::Verified) && stage != Stage::Verified {
                assert_eq!((verb, actor), (Verb::Verify, Actor::CreatorNotFinisher));
            }
        }
    }
}

#[test]
fn stage_and_the_two_fields_are_the_same_thing() {
    for stage in STAGES {
        assert_eq!(Stage::of(stage.status(), stage.step()), Some(stage));
    }
    let statuses = [
        Status::Open,
        Status::PendingCheck,
        Status::Verified,
        Status::FollowedUp,
        Status::AwaitingSignature,
        Status::Closed,
    ];
    let steps = [
        StepStatus::New,
        StepStatus::ToAccept,
        StepStatus::Handling,
        StepStatus::Done,
    ];
    let legal = statuses
        .iter()
        .flat_map(|status| steps.iter().map(move |step| Stage::of(*status, *step)))
        .flatten()
        .count();
    assert_eq!(legal, STAGES.len());
}

#[test]
fn verbs_and_their_names_round_trip() {
    for verb in VERBS {
        assert_eq!(verb.name().parse::<Verb>(), Ok(verb));
        assert_eq!(serde_json::to_value(verb).unwrap(), verb.name());
    }
    assert!("delete".parse::<Verb>().is_err());
}

#[test]
fn numbers_round_trip_and_others_are_told_apart() {
    for text in [
        "420607102-20261123-0012",
        "420607-20260101-0001",
        "420607102-20261123-12345",
    ] {
        assert_eq!(text.parse::<IncidentNumber>().unwrap().to_string(), text);
    }
    for text in [
        "",
        "420607102",
        "420607102-20261123",
        "420607102-20261123-0000",
        "420607102-20261323-0001",
        "420607102-20261123-12",
        "420607102-20261123-0012-1",
        "42060710x-20261123-0012",
        "420607102-2026112三-0012",
        "420607102-20261123-99999999999999999999",
    ] {
        assert!(text.parse::<IncidentNumber>().is_err(), "{text}");
    }
}

#[test]
fn elements_that_are_blank_are_missing() {
    let mut elements = FourElements::default();
    assert_eq!(
        elements.missing(),
        [
            Element::Task,
            Element::Schedule,
            Element::Path,
            Element::Owner
        ]
    );
    elements.task = " ".into();
    elements.schedule = vec![String::new(), "  ".into()];
    elements.path = "先调解".into();
    elements.owner = "陈立".into();
    assert_eq!(elements.missing(), [Element::Task, Element::Schedule]);
}
