//! `zhiban incident new`

use super::super::args::NewArgs;
use super::super::desk::OpenDesk;
use super::super::exit::{Exit, Trouble};
use super::super::setting::Setting;
use super::super::value;
use super::submit::{Tell, submit};
use crate::domain::command::Target;
use crate::domain::ids::RecordId;
use crate::domain::incident::Source;
use crate::domain::incident::act::{Act, Answer, Register};

/// Registers an incident.
pub fn run(setting: &Setting, args: &NewArgs) -> Result<Exit, Trouble> {
    super::writable(setting)?;
    let category = value::category(&args.category)?;
    let area = value::area(&args.area)?;
    let rank = args.rank.as_deref().map(value::rank).transpose()?;
    let channel = value::of_option("--channel", &args.channel)?;
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let (_, policy) = desk.store.policy();
    let lowest = policy.levels.iter().map(|level| level.rank).min();
    let rank = rank
        .or(lowest)
        .unwrap_or(crate::domain::alarm::Rank::Notice);
    let act = Act::Register(Box::new(Register {
        area,
        category,
        rank,
        title: args.title.clone(),
        place: args.place.clone(),
        summary: args.summary.clone(),
        scale: None,
        people_count: args.people,
        occurred_at: None,
        source: Source {
            channel,
            name: args.caller.clone(),
            phone: args.phone.clone(),
        },
        parties: Vec::new(),
        sealed: Vec::new(),
        answer: if args.answer {
            Answer::Author
        } else {
            Answer::Nobody
        },
    }));
    let id = RecordId::new(uuid::Uuid::now_v7());
    submit(
        &desk,
        vec![Target::new_incident(id)],
        act,
        Tell::of(args.json.json),
    )
}
