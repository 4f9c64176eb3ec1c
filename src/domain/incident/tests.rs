use super::stage::STAGES;
use super::stage::StepStatus;
use super::table::{Actor, Cell, beside, cell};
use super::verb::{Aims, VERBS, Verb};
use super::*;

/// The table of the work as people read it: for each verb, what it does at
/// each stage. `-` stays, `.` refused, a letter the stage it leads to
/// (n a h p v f s c); several letters are several ways.
const TABLE: [(Verb, [&str; 8]); 41] = [
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
    (Verb::Triage, ["na", ".", ".", ".", ".", ".", ".", "."]),
    (Verb::Assign, ["a", "a", "a", ".", ".", ".", ".", "."]),
    (Verb::Escalate, ["a", ".", "a", ".", ".", ".", ".", "."]),
    (Verb::HandDown, ["a", ".", "a", ".", ".", ".", ".", "."]),
    (Verb::Copy, ["-", "-", "-", "-", "-", "-", "-", "."]),
    (Verb::Read, ["-", "-", "-", "-", "-", "-", "-", "-"]),
    (Verb::Accept, ["h", "h", ".", ".", ".", ".", ".", "."]),
    (Verb::Return, [".", "n", "n", ".", ".", ".", ".", "."]),
    (Verb::Recall, [".", "n", ".", ".", ".", ".", ".", "."]),
    (Verb::Whistle, ["-", ".", "-", ".", ".", ".", ".", "."]),
    (Verb::ReportIn, ["-", "-", "-", "-", "-", "-", ".", "."]),
    (Verb::RateWhistle, ["-", "-", "-", "-", "-", "-", "-", "."]),
    (Verb::Supervise, ["-", "-", "-", "-", "-", "-", "-", "."]),
    (
        Verb::LiftSupervision,
        ["-", "-", "-", "-", "-", "-", "-", "."],
    ),
    (Verb::AskExtension, [".", ".", "-", ".", ".", ".", ".", "."]),
    (
        Verb::GrantExtension,
        [".", ".", "-", ".", ".", ".", ".", "."],
    ),
    (
        Verb::RefuseExtension,
        [".", ".", "-", ".", ".", ".", ".", "."],
    ),
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
    (
        Verb::ReturnToPolice,
        ["c", "c", "c", ".", ".", ".", ".", "."],
    ),
    (Verb::Void, ["c", "c", "c", "c", "c", "c", "c", "."]),
    (Verb::Merge, ["c", "c", "c", "c", "c", "c", ".", "."]),
    (Verb::Unmerge, ["-", "-", "-", "-", "-", "-", "-", "nahpvf"]),
    (Verb::Link, ["-", "-", "-", "-", "-", "-", "-", "-"]),
    (Verb::Unlink, ["-", "-", "-", "-", "-", "-", "-", "-"]),
    (
        Verb::Settle,
        ["nsc", "ac", "hc", "pc", "vc", "fsc", "sc", "."],
    ),
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

/// The verbs that end a case without having it done: they say how it ended.
const OTHER_ENDS: [Verb; 3] = [Verb::ReturnToPolice, Verb::Void, Verb::Merge];

#[test]
fn nothing_is_struck_off_without_follow_up_and_a_second_person() {
    for verb in VERBS {
        for stage in STAGES {
            let Cell::To(ways, actor) = cell(verb, stage) else {
                continue;
            };
            // A ruling ends a case only as one of those would have.
            let other_end = OTHER_ENDS.contains(&verb) || verb == Verb::Settle;
            if ways.contains(&Stage::Closed) && !other_end {
                assert_eq!(
                    (verb, stage, actor),
                    (
                        Verb::SignStrikeOff,
                        Stage::AwaitingSignature,
                        Actor::SecondPerson
                    )
                );
            }
            // A parted case goes back to where it was.
            if verb == Verb::Unmerge {
                continue;
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
fn what_ends_a_case_is_said_by_the_verb_and_by_the_table() {
    for verb in VERBS {
        let closes = STAGES.into_iter().any(|stage| match cell(verb, stage) {
            Cell::To(ways, _) => ways.contains(&Stage::Closed),
            Cell::Stays(_) | Cell::Refused => false,
        });
        assert_eq!(closes, verb.ends() || verb == Verb::Settle, "{verb}");
    }
}

/// The second of two cases as people read it, columns as in [`TABLE`].
const BESIDE: [(Verb, &str); 4] = [
    (Verb::Merge, "------.."),
    (Verb::Unmerge, "--------"),
    (Verb::Link, "--------"),
    (Verb::Unlink, "--------"),
];

#[test]
fn the_table_of_the_second_case() {
    let pairs: Vec<Verb> = VERBS
        .into_iter()
        .filter(|verb| verb.aims_at() == Aims::Pair)
        .collect();
    assert_eq!(pairs, BESIDE.map(|(verb, _)| verb));
    for verb in VERBS {
        let actual: String = STAGES
            .into_iter()
            .map(|stage| match beside(verb, stage) {
                Cell::Stays(Actor::Anyone) => '-',
                Cell::Refused => '.',
                other => panic!("{verb} at {}: {other:?}", stage.name()),
            })
            .collect();
        let expected = BESIDE.iter().find(|(own, _)| *own == verb);
        assert_eq!(
            actual,
            expected.map_or("........", |(_, row)| row),
            "{verb}"
        );
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
