mod chain;
mod desk;
mod handover;

use uuid::Uuid;

use super::act::{Act, LogAdd, SignOn, Told};
use super::chain::Tail;
use super::line::Means;
use super::shift::{Slot, Sound};
use crate::domain::alarm::Rank;
use crate::domain::command::{Change, Command, Context, LogEnd, Target};
use crate::domain::ids::{CommandId, RecordId};
use crate::domain::incident::refusal::Refusal;
use crate::domain::officer::{Officer, Role};
use crate::domain::policy::{Policy, PolicyVersion};
use crate::domain::record::{Kind, Record, Rev};
use crate::domain::testing::*;
use crate::domain::time::Timestamp;

fn id(n: u128) -> RecordId {
    RecordId::new(Uuid::from_u128(n))
}

fn fresh(kind: Kind, id: RecordId) -> Target {
    Target {
        kind,
        id,
        base_rev: Rev::NONE,
        seen: None,
    }
}

fn command(targets: Vec<Target>, act: Act, author: &Officer, at: Timestamp) -> Command {
    Command {
        id: CommandId::new(Uuid::from_u128(0xC0)),
        targets,
        act: act.into(),
        author: author.id,
        made_at: at,
        policy: PolicyVersion::default(),
    }
}

/// What the centre makes of it, its log ending at `tail`.
fn at_centre(
    records: &[Record],
    command: &Command,
    author: &Officer,
    tail: Tail,
) -> Result<Vec<Change>, Refusal> {
    let policy = Policy::shipped();
    let context = Context {
        log: Some(LogEnd {
            tail,
            received_at: command.made_at,
        }),
        ..context(author, &policy, command.made_at)
    };
    crate::domain::apply(records, command, &context)
}

fn note(text: &str) -> Act {
    Act::LogAdd(Box::new(LogAdd {
        area: area("420607"),
        what: Told::Note,
        text: text.into(),
        by: Means::Desk,
        about: None,
        corrects: None,
        keeps: None,
    }))
}

fn night() -> Slot {
    Slot::at(&Policy::shipped(), minute(0)).expect("the shipped policy has shifts all day")
}

fn sign_on(sound: Sound, leader: &str) -> Act {
    let slot = night();
    Act::SignOn(SignOn {
        area: area("420607"),
        line: id(0x51),
        day: slot.day,
        shift: slot.shift,
        leader: leader.into(),
        sound,
    })
}

/// A case that `by` answers for.
fn answered(n: u128, rank: Rank, by: &Officer) -> Record {
    use crate::domain::incident::act::{Acknowledge, Act as OnCase};
    let mut record = registered(rank, by);
    record.id = id(n);
    let answer = OnCase::Acknowledge(Acknowledge { episode: 1 });
    let policy = Policy::shipped();
    let command = crate::domain::testing::command(n, Target::seen(&record), answer, by, minute(1));
    let mut changes = crate::domain::apply(
        std::slice::from_ref(&record),
        &command,
        &context(by, &policy, minute(1)),
    )
    .unwrap();
    changes.remove(0).record
}
