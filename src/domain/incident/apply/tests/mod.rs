mod alarms;
mod deeds;
mod meetings;
mod rules;
mod steering;
mod undoing;
mod walk;

use crate::domain::alarm::Rank;
use crate::domain::ids::RecordId;
use crate::domain::incident::act::*;
use crate::domain::incident::refusal::Refusal;
use crate::domain::incident::stage::Stage;
use crate::domain::incident::{FourElements, Incident, Outcome};
use crate::domain::officer::Officer;
use crate::domain::record::Record;
use crate::domain::testing::*;
use uuid::Uuid;

fn entry_id(number: u128) -> RecordId {
    RecordId::new(Uuid::from_u128(0xE000_0000 + number))
}

fn incident(record: &Record) -> &Incident {
    record
        .incident()
        .expect("the record under test is an incident")
}

fn elements() -> FourElements {
    FourElements {
        task: "厘清边界".into(),
        schedule: vec!["周三丈量".into()],
        path: "先调解，不成则申请确权".into(),
        owner: "陈立".into(),
    }
}

fn assign_to(unit: u128) -> Act {
    Act::Assign(Box::new(Assign {
        lead: holder(unit),
        assist: Vec::new(),
        copies: Vec::new(),
        elements: elements(),
        due: None,
        words: String::new(),
    }))
}

fn said() -> OnBehalf {
    OnBehalf {
        of: "村主任".into(),
        by: "电话".into(),
    }
}

fn finish(on_behalf: Option<OnBehalf>) -> Act {
    Act::Finish(FinishWork {
        outcome: Outcome::Resolved,
        method: None,
        text: "双方签字".into(),
        on_behalf,
    })
}

fn words(text: &str) -> Words {
    Words { text: text.into() }
}

fn why() -> Reason {
    Reason {
        reason: "情况有变".into(),
    }
}

fn satisfied() -> Act {
    Act::FollowUp(FollowUp {
        outcome: FollowUpOutcome::Satisfied,
        text: String::new(),
    })
}

/// Plays acts one minute apart and gives the record after the last.
fn play(mut record: Record, acts: &[(Act, &Officer)]) -> Result<Record, Refusal> {
    for (number, (next, author)) in acts.iter().enumerate() {
        let minutes = i64::try_from(number).unwrap() + 1;
        record = act(
            &record,
            number as u128 + 1,
            next.clone(),
            author,
            minute(minutes),
        )?;
    }
    Ok(record)
}

#[test]
fn one_incident_all_the_way() {
    let (first, second, village) = (duty(1), duty(2), town());
    let record = registered(Rank::Watch, &first);
    assert_eq!(incident(&record).stage(), Stage::New);
    let record = play(
        record,
        &[
            (Act::Acknowledge(Acknowledge { episode: 1 }), &first),
            (Act::Accept(Accept::default()), &first),
            (assign_to(2), &first),
            (Act::Accept(Accept::default()), &village),
            (
                Act::Note(Note {
                    entry: entry_id(1),
                    text: "已到场".into(),
                    corrects: None,
                }),
                &village,
            ),
            (finish(None), &village),
            (Act::Verify(words("")), &first),
            (satisfied(), &first),
            (Act::ProposeStrikeOff(words("四要素齐全")), &first),
            (Act::SignStrikeOff(words("")), &second),
        ],
    )
    .expect("every step is allowed");
    let done = incident(&record);
    assert_eq!(done.stage(), Stage::Closed);
    assert!(!done.is_open());
    assert_eq!(done.deadline, None);
    assert_eq!(record.rev.0, 11);
    assert_eq!(done.counts.notes, 1);
    let strike = done.strike_off.as_ref().expect("struck off");
    assert_eq!(strike.proposed.by.id, first.id);
    assert_eq!(
        strike.signed.as_ref().map(|signed| signed.by.id),
        Some(second.id)
    );
}

#[test]
fn records_survive_their_own_json() {
    let (first, village) = (duty(1), town());
    let record = play(
        registered(Rank::Watch, &first),
        &[
            (assign_to(2), &first),
            (Act::Accept(Accept::default()), &village),
            (finish(None), &village),
        ],
    )
    .unwrap();
    let text = serde_json::to_string(&record).unwrap();
    assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), record);
}

fn handled_by_town() -> Record {
    play(
        registered(Rank::Watch, &duty(1)),
        &[
            (assign_to(2), &duty(1)),
            (Act::Accept(Accept::default()), &town()),
        ],
    )
    .unwrap()
}

fn struck_off() -> Record {
    play(
        handled_by_town(),
        &[
            (finish(None), &town()),
            (Act::Verify(words("")), &duty(1)),
            (satisfied(), &duty(1)),
            (Act::ProposeStrikeOff(words("")), &duty(1)),
            (Act::SignStrikeOff(words("")), &duty(2)),
        ],
    )
    .unwrap()
}

fn once(record: &Record, next: Act, author: &Officer) -> Result<Record, Refusal> {
    act(record, 99, next, author, minute(30))
}
