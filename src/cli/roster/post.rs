//! `zhiban roster add-post`: what somebody can stand on.

use super::super::args::RosterAddPostArgs;
use super::super::desk::OpenDesk;
use super::super::exit::{Exit, Trouble};
use super::super::incident::{self, Tell};
use super::super::setting::Setting;
use super::super::value;
use crate::domain::command::Target;
use crate::domain::ids::RecordId;
use crate::domain::record::{Kind, Rev};
use crate::domain::roster::Needs;
use crate::domain::roster::act::{Act, PostAdd};

/// Sets one up.
pub fn add(setting: &Setting, args: &RosterAddPostArgs) -> Result<Exit, Trouble> {
    incident::writable(setting)?;
    let act = Act::RosterPostAdd(PostAdd {
        area: value::area(&args.area)?,
        name: args.name.clone(),
        kind: value::of_option("--kind", &args.kind)?,
        needs: Needs {
            day: value::of_option("--day", &args.day)?,
            night: value::of_option("--night", &args.night)?,
        },
        phone: args.phone.clone(),
    });
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let target = Target {
        kind: Kind::Post,
        id: RecordId::new(uuid::Uuid::now_v7()),
        base_rev: Rev::NONE,
        seen: None,
    };
    incident::submit(&desk, vec![target], act, Tell::of(args.json.json))
}
