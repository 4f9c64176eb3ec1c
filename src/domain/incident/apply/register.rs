//! Registration: category and area are enough, the rest may follow.

use super::{check, event, start_clock};
use crate::domain::alarm::{Acknowledgement, Alarm};
use crate::domain::command::{Change, Command, Context};
use crate::domain::extra::Extra;
use crate::domain::ids::RecordId;
use crate::domain::incident::act::{Act, Answer, Register};
use crate::domain::incident::field::Field;
use crate::domain::incident::party::{AgeClass, PARTIES_MAX, SealedParty};
use crate::domain::incident::refusal::{Refusal, Verdict};
use crate::domain::incident::stage::Stage;
use crate::domain::incident::verb::Verb;
use crate::domain::incident::{
    Counts, FourElements, Incident, LastAct, SUMMARY_MAX_CHARS, Step, TITLE_MAX_CHARS,
};
use crate::domain::officer::Reach;
use crate::domain::record::{Body, Record, Rev, Sealed};
use crate::domain::unit::Holder;

/// The longest identity document number, in characters (GB/T 31000: 50).
const DOC_NO_MAX_CHARS: usize = 50;

/// Makes a new incident.
pub fn register(
    id: RecordId,
    args: &Register,
    command: &Command,
    context: &Context<'_>,
) -> Result<Vec<Change>, Refusal> {
    let author = context.author;
    if author.reach(Verb::Register, args.area) == Reach::Nowhere {
        return Err(Refusal::NotPermitted {
            verb: Verb::Register.into(),
        });
    }
    fits(args, context)?;
    let args = sealed_apart(args);
    let mut incident = new_incident(&args, context);
    start_clock(&mut incident, Stage::New, context);
    let sealed = (!args.sealed.is_empty()).then(|| Sealed {
        parties: args.sealed.clone(),
        extra: Extra::new(),
    });
    let area = args.area;
    let act = Act::Register(Box::new(args)).for_event();
    Ok(vec![Change {
        event: event(command, id, act, Some(Stage::New), context),
        record: Record {
            id,
            area,
            rev: Rev::NONE.next(),
            parent: None,
            body: Body::Incident(Box::new(incident)),
            sealed,
        },
    }])
}

fn new_incident(args: &Register, context: &Context<'_>) -> Incident {
    let author = context.author.reference();
    let mut alarm = Alarm::raised(args.rank, context.at);
    if args.answer == Answer::Author {
        alarm.ack = Some(Acknowledgement {
            by: author.clone(),
            at: context.at,
        });
    }
    Incident {
        number: context.number,
        title: args.title.clone(),
        category: args.category,
        place: args.place.clone(),
        scale: args.scale,
        emergency: None,
        people_count: args.people_count,
        summary: args.summary.clone(),
        occurred_at: args.occurred_at,
        source: args.source.clone(),
        parties: args.parties.clone(),
        status: Stage::New.status(),
        step: Step {
            status: Stage::New.step(),
            holder: Holder {
                unit: context.author.unit.clone(),
                person: None,
            },
            given_by: None,
            since: context.at,
            finish_by: None,
        },
        supervision: super::super::stage::Supervision::None,
        supervisions: Vec::new(),
        alarm,
        gradings: Vec::new(),
        deadline: None,
        extensions: Vec::new(),
        creator: context.author.unit.clone(),
        registered_by: author.clone(),
        registered_at: context.at,
        triage: None,
        elements: FourElements::default(),
        assist: Vec::new(),
        copies: Vec::new(),
        readings: Vec::new(),
        whistles: Vec::new(),
        finish: None,
        verified: None,
        follow_ups: Vec::new(),
        strike_off: None,
        reopened: None,
        ending: None,
        fold: None,
        merged: Vec::new(),
        links: Vec::new(),
        conflicts: Vec::new(),
        counts: Counts::default(),
        last: LastAct {
            verb: Verb::Register,
            by: author,
            at: context.at,
        },
        extra: Extra::new(),
    }
}

fn fits(args: &Register, context: &Context<'_>) -> Verdict {
    if !context.policy.uses(args.rank) {
        return Err(Refusal::Unfit { field: Field::Rank });
    }
    check::at_most(Field::Title, &args.title, TITLE_MAX_CHARS)?;
    check::at_most(Field::Place, &args.place, TITLE_MAX_CHARS)?;
    check::at_most(Field::Summary, &args.summary, SUMMARY_MAX_CHARS)?;
    check::at_most(Field::SourceName, &args.source.name, check::NAME_MAX_CHARS)?;
    check::at_most(
        Field::SourcePhone,
        &args.source.phone,
        check::PHONE_MAX_CHARS,
    )?;
    check::count(Field::Parties, args.parties.len(), PARTIES_MAX)?;
    for party in &args.parties {
        check::filled(Field::Parties, &party.name, check::NAME_MAX_CHARS)?;
        check::at_most(Field::Parties, &party.phone, check::PHONE_MAX_CHARS)?;
        check::at_most(Field::Parties, &party.part, check::NAME_MAX_CHARS)?;
    }
    check::count(Field::Sealed, args.sealed.len(), args.parties.len())?;
    for (at, sealed) in args.sealed.iter().enumerate() {
        let known = (sealed.party as usize) < args.parties.len();
        let twice = args.sealed[..at]
            .iter()
            .any(|earlier| earlier.party == sealed.party);
        if !known || twice {
            return Err(Refusal::Unfit {
                field: Field::Sealed,
            });
        }
        check::at_most(Field::Sealed, &sealed.name, check::NAME_MAX_CHARS)?;
        check::at_most(Field::Sealed, &sealed.doc_no, DOC_NO_MAX_CHARS)?;
    }
    Ok(())
}

/// Moves minors' names into the sealed part, whatever the sender left open.
fn sealed_apart(args: &Register) -> Register {
    let mut args = args.clone();
    for (at, party) in args.parties.iter_mut().enumerate() {
        if party.age == AgeClass::Adult {
            continue;
        }
        let index = u32::try_from(at).unwrap_or(u32::MAX);
        let open = surname_only(&party.name);
        let full = std::mem::replace(&mut party.name, open);
        match args.sealed.iter_mut().find(|sealed| sealed.party == index) {
            Some(sealed) if sealed.name.is_empty() => sealed.name = full,
            Some(_) => {}
            None => args.sealed.push(SealedParty {
                party: index,
                name: full,
                doc_no: String::new(),
            }),
        }
    }
    args
}

fn surname_only(name: &str) -> String {
    name.trim().chars().take(1).chain("**".chars()).collect()
}
