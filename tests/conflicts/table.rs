//! The table of verbs, stages and roles: the rules' answer, the service's and
//! the workstation's are one.

use std::collections::BTreeMap;
use std::sync::Arc;

use zhiban::domain::area::AreaCode;
use zhiban::domain::ids::RecordId;
use zhiban::domain::incident::apply::allowed;
use zhiban::domain::incident::stage::{STAGES, Stage};
use zhiban::domain::incident::verb::{Aims, VERBS, Verb};
use zhiban::domain::officer::{Officer, Role};
use zhiban::store::handle::SubmitError;
use zhiban::sync::clock::{Clock, SystemClock};

use crate::deeds::deed;
use crate::ground::{Card, Ground, account};
use crate::support::station::{Place, Seat};

/// Roles that see incidents.
const ROLES: [(Role, &str); 5] = [
    (Role::Auditor, "tauditor"),
    (Role::DutyOfficer, "tduty"),
    (Role::Leader, "tleader"),
    (Role::Handler, "thandler"),
    (Role::Mediator, "tmediator"),
];

/// One cell of the table. What is done at the desk stays there: nothing is
/// exchanged any more.
struct Cell {
    verb: Verb,
    stage: Stage,
    role: usize,
    on: RecordId,
    other: RecordId,
}

/// What the rules say to somebody who looks, before any argument.
fn rule(seat: &Seat, cell: &Cell, officer: &Officer, area: AreaCode) -> bool {
    let incident = seat.incident(cell.on).unwrap();
    assert_eq!(incident.stage(), cell.stage);
    allowed(&incident, area, cell.verb, officer).is_ok()
}

#[test]
fn rules_service_and_workstation_say_the_same_of_every_verb_stage_and_role() {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let ground = Ground::new(Arc::clone(&clock));
    let officers = ROLES.map(|(role, name)| account(&ground.centre, name, role));
    let mut cells = Vec::new();
    let other = ground.other();
    for stage in STAGES {
        // The second case of an unmerging is its own; it is walked closed.
        for verb in VERBS {
            let parted = verb == Verb::Unmerge && stage != Stage::Closed;
            if verb == Verb::Register || parted {
                continue;
            }
            let mut seen = None;
            for (role, (kind, _)) in ROLES.iter().enumerate() {
                // What an auditor is refused leaves the case to the next one.
                if let Some((on, other)) = seen.take() {
                    cells.push(Cell {
                        verb,
                        stage,
                        role,
                        on,
                        other,
                    });
                    continue;
                }
                let other = match verb.aims_at() {
                    Aims::Pair => ground.other(),
                    Aims::One => other,
                };
                let card = match verb {
                    Verb::Settle if stage != Stage::Closed => Card::Open,
                    _ => Card::None,
                };
                let on = ground.incident(stage, ground.own(), card, ([verb, verb], other));
                if *kind == Role::Auditor {
                    seen = Some((on, other));
                }
                cells.push(Cell {
                    verb,
                    stage,
                    role,
                    on,
                    other,
                });
            }
        }
    }
    let places = ROLES.map(|_| Place::new(&ground.centre.url(), Arc::clone(&clock)));
    let seats: Vec<Seat> = places
        .iter()
        .zip(ROLES)
        .map(|(place, (_, name))| place.sign_in(name))
        .collect();
    for seat in &seats {
        seat.sync_once();
    }
    let mut counts: BTreeMap<(bool, Role), u32> = BTreeMap::new();
    for cell in &cells {
        let seat = &seats[cell.role];
        let officer = &officers[cell.role];
        let name = format!(
            "{} at {} by {:?}",
            cell.verb,
            cell.stage.name(),
            ROLES[cell.role].0
        );
        let says = rule(seat, cell, officer, Ground::area());
        let ready = Ground::is_ready(seat, cell.on, cell.verb);
        if !ready {
            // What the verb is about cannot be there at this stage.
            assert!(!says, "{name}: nothing to do it to");
            continue;
        }
        let incident = seat.incident(cell.on).unwrap();
        let act = deed(cell.verb, &incident, ground.town, "话", clock.now());
        let on = match cell.verb.aims_at() {
            Aims::One => vec![cell.on],
            Aims::Pair => vec![cell.on, cell.other],
        };
        let at_desk = match seat.try_act(&on, act.clone()) {
            Ok(_) => true,
            Err(SubmitError::Refused(_)) => false,
            Err(error) => panic!("{name}: {error}"),
        };
        let at_centre = ground.tries(officer.id, &on, act);
        assert_eq!(at_desk, says, "{name}: the workstation");
        assert_eq!(at_centre, says, "{name}: the service");
        *counts.entry((says, ROLES[cell.role].0)).or_default() += 1;
    }
    println!("{} cells: {counts:?}", cells.len());
    for (role, _) in ROLES {
        assert!(counts.contains_key(&(false, role)), "{role:?}");
        let may = role != Role::Auditor;
        assert_eq!(counts.contains_key(&(true, role)), may, "{role:?}");
    }
}
