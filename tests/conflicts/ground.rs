//! A service with two leaders and two duty officers of the district's centre,
//! and incidents brought to any stage by real commands.

use std::sync::Arc;

use uuid::Uuid;
use zhiban::domain::alarm::Rank;
use zhiban::domain::area::AreaCode;
use zhiban::domain::command::{Command, Seen, Target};
use zhiban::domain::extra::Extra;
use zhiban::domain::ids::{CommandId, OfficerId, RecordId, UnitId};
use zhiban::domain::incident::act::{Accept, Act, HolderId, ReportIn, Supervise};
use zhiban::domain::incident::stage::{STAGES, Stage, Supervision};
use zhiban::domain::incident::verb::Verb;
use zhiban::domain::officer::{Grant, Officer, Role};
use zhiban::domain::policy::PolicyVersion;
use zhiban::domain::record::{Body, Record, Rev};
use zhiban::domain::unit::{Unit, UnitKind};
use zhiban::service::{ActOutcome, NewAccount, Seed};
use zhiban::sync::clock::Clock;

use crate::deeds::{ask, assign, at_unit, behalf, city, finish, grade, join, satisfied, words};
use crate::support::centre::{Centre, DISTRICT, OTHER_TOWN, PASSWORD, TOWN, area};
use crate::support::centre::{registration, target};
use crate::support::station::Seat;

/// The area around the district's.
const CITY: &str = "4206";

/// The stages of an incident, as an index.
fn index(stage: Stage) -> usize {
    STAGES.iter().position(|own| *own == stage).unwrap()
}

/// Whether a card waits on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    None,
    Open,
}

/// When something is prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prepare {
    New,
    AtStage,
}

pub struct Ground {
    pub centre: Centre,
    pub clock: Arc<dyn Clock>,
    proposer: Officer,
    signer: Officer,
    leader: Officer,
    pub town: UnitId,
    pub village: UnitId,
}

fn unit(number: u128, place: &str) -> Seed {
    Seed {
        event: None,
        record: Record {
            id: RecordId::new(Uuid::from_u128(number)),
            area: area(place),
            rev: Rev(1),
            parent: None,
            body: Body::Unit(Box::new(Unit {
                name: format!("单位{number}"),
                kind: UnitKind::TownOffice,
                parent: None,
                phone: String::new(),
                extra: Extra::new(),
            })),
            sealed: None,
        },
    }
}

pub fn account(centre: &Centre, name: &str, role: Role) -> Officer {
    let new = NewAccount {
        id: None,
        account: name.to_owned(),
        name: name.to_owned(),
        password: PASSWORD.to_owned(),
        grants: vec![Grant {
            role,
            area: area(DISTRICT),
        }],
        unit: None,
    };
    centre.service.account_add(&new).unwrap()
}

impl Ground {
    /// With the leaders `la` and `lb`, who may do everything.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let centre = Centre::new(Arc::clone(&clock));
        let seeds = [unit(2, TOWN), unit(3, OTHER_TOWN), unit(4, CITY)];
        centre.service.seed(seeds, clock.now()).unwrap();
        for name in ["la", "lb"] {
            account(&centre, name, Role::Leader);
        }
        Self {
            proposer: account(&centre, "proposer", Role::DutyOfficer),
            signer: account(&centre, "signer", Role::DutyOfficer),
            leader: account(&centre, "leader", Role::Leader),
            centre,
            clock,
            town: UnitId::new(Uuid::from_u128(2)),
            village: UnitId::new(Uuid::from_u128(3)),
        }
    }

    /// Another incident, for acts on two.
    pub fn other(&self) -> RecordId {
        let id = RecordId::new(Uuid::now_v7());
        let register = registration("又一户争水");
        self.act_as(self.proposer.id, Target::new_incident(id), register);
        id
    }

    /// Where every incident here is.
    pub fn area() -> AreaCode {
        area(TOWN)
    }

    /// Whether what a verb is about is there: a card, a call, a request.
    pub fn is_ready(seat: &Seat, on: RecordId, verb: Verb) -> bool {
        let incident = seat.incident(on).unwrap();
        match verb {
            Verb::Settle => incident.has_open_conflict(),
            Verb::RateWhistle => !incident.whistles.is_empty(),
            Verb::GrantExtension | Verb::RefuseExtension => incident.open_extension().is_some(),
            _ => true,
        }
    }

    /// The unit of every officer here.
    pub fn own(&self) -> UnitId {
        self.proposer.unit.id
    }

    fn act_as(&self, officer: OfficerId, target: Target, act: Act) {
        self.act_on(officer, vec![target], act);
    }

    fn act_on(&self, officer: OfficerId, targets: Vec<Target>, act: Act) {
        let outcome = self.said(officer, targets, act);
        assert!(
            matches!(outcome, ActOutcome::Accepted { .. }),
            "{outcome:?}"
        );
    }

    /// Whether the service takes an act.
    pub fn tries(&self, officer: OfficerId, on: &[RecordId], act: Act) -> bool {
        let targets = on.iter().copied().map(target).collect();
        let outcome = self.said(officer, targets, act);
        matches!(outcome, ActOutcome::Accepted { .. })
    }

    fn said(&self, officer: OfficerId, targets: Vec<Target>, act: Act) -> ActOutcome {
        let at = self.clock.now();
        let command = Command {
            id: CommandId::new(Uuid::now_v7()),
            targets,
            act: act.into(),
            author: officer,
            made_at: at,
            policy: PolicyVersion(Rev(1)),
        };
        self.centre.service.act_as(officer, &command, at).unwrap()
    }

    /// An incident at `stage` whose work `holder` has from its second stage on.
    pub fn incident(
        &self,
        stage: Stage,
        holder: UnitId,
        card: Card,
        (verbs, other): ([Verb; 2], RecordId),
    ) -> RecordId {
        let id = RecordId::new(Uuid::now_v7());
        let base = match card {
            Card::None => Rank::Watch,
            Card::Open => Rank::Notice,
        };
        let mut register = registration("两户争水");
        if let Act::Register(args) = &mut register {
            args.rank = base;
        }
        let (proposer, signer) = (self.proposer.id, self.signer.id);
        self.act_as(proposer, Target::new_incident(id), register);
        self.prepare(id, other, verbs, Prepare::New);
        if verbs.contains(&Verb::Unmerge) {
            return id;
        }
        // On the way to a signature a card would keep the proposal away.
        let late = index(stage) >= index(Stage::AwaitingSignature);
        if card == Card::Open && !late {
            self.leave_card(id, Stage::New, self.own(), act_lower());
        }
        let path = [
            (assign(holder, ""), proposer),
            (
                Act::Accept(Accept {
                    on_behalf: Some(behalf()),
                }),
                proposer,
            ),
            (finish("双方签字"), signer),
            (Act::Verify(words("")), proposer),
            (satisfied(""), proposer),
            (Act::ProposeStrikeOff(words("")), proposer),
            (Act::SignStrikeOff(words("")), signer),
        ];
        for (act, officer) in path.into_iter().take(index(stage)) {
            self.act_as(officer, target(id), act);
        }
        if stage == Stage::Handling {
            self.prepare(id, other, verbs, Prepare::AtStage);
        }
        if card == Card::Open && late {
            let raise = Act::Raise(grade(Rank::Watch, "又起争执"));
            self.act_as(proposer, target(id), raise);
            let again = Act::ProposeStrikeOff(words(""));
            self.act_as(proposer, target(id), again);
            let seen = Self::seen(id, stage, holder);
            self.act_as(self.leader.id, seen, Act::SignStrikeOff(words("可销")));
        }
        id
    }

    /// What verbs need to find on an incident, before its work goes on.
    pub fn prepare(&self, on: RecordId, other: RecordId, verbs: [Verb; 2], when: Prepare) {
        let proposer = self.proposer.id;
        let act = |act| self.act_as(proposer, target(on), act);
        let has = |verb| verbs.contains(&verb);
        match when {
            Prepare::New => {
                if has(Verb::Read) {
                    act(Act::Copy(at_unit(self.own(), "请阅")));
                }
                if has(Verb::ReportIn) || has(Verb::RateWhistle) {
                    let mut called = at_unit(self.town, "请来人");
                    called.units.push(HolderId {
                        unit: city(),
                        person: None,
                    });
                    act(Act::Whistle(called));
                }
                if has(Verb::RateWhistle) {
                    act(Act::ReportIn(ReportIn {
                        text: String::new(),
                        unit: Some(self.town),
                        on_behalf: Some(behalf()),
                    }));
                }
                if has(Verb::LiftSupervision) {
                    act(Act::Supervise(Supervise {
                        to: Supervision::Ordinary,
                        reason: "催一催".to_owned(),
                    }));
                }
                if has(Verb::Unlink) {
                    let both = vec![target(on), target(other)];
                    self.act_on(proposer, both, Act::Link(join("同一户")));
                }
                if has(Verb::Unmerge) {
                    let both = vec![target(on), target(other)];
                    self.act_on(proposer, both, Act::Merge(join("同一件")));
                }
            }
            Prepare::AtStage => {
                if has(Verb::GrantExtension) || has(Verb::RefuseExtension) {
                    act(ask("人在外地"));
                }
            }
        }
    }

    /// What somebody saw who had not seen the raise.
    fn seen(id: RecordId, stage: Stage, holder: UnitId) -> Target {
        Target {
            seen: Some(Seen {
                stage,
                holder,
                rank: Some(Rank::Notice),
                supervision: None,
            }),
            ..target(id)
        }
    }

    fn leave_card(&self, id: RecordId, stage: Stage, holder: UnitId, late: Act) {
        let raise = Act::Raise(grade(Rank::Watch, "又起争执"));
        self.act_as(self.proposer.id, target(id), raise);
        self.act_as(self.leader.id, Self::seen(id, stage, holder), late);
    }
}

fn act_lower() -> Act {
    Act::Lower(grade(Rank::Notice, "已缓和"))
}
