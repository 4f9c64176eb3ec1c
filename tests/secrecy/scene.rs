//! A real service, and a night on it: one incident from the telephone to its
//! closing, with a secret in every field that can hold words.

use std::net::SocketAddr;

use tempfile::TempDir;
use uuid::Uuid;

use zhiban::domain::act::AnyAct;
use zhiban::domain::alarm::Rank;
use zhiban::domain::area::AreaCode;
use zhiban::domain::command::{Command, Target};
use zhiban::domain::entry::{Call, CallOutcome, Direction};
use zhiban::domain::extra::Extra;
use zhiban::domain::ids::{CommandId, OfficerId, RecordId, UnitId};
use zhiban::domain::incident::act::{
    Accept, Act, Amend, Answer, Assign, CallLogged, Edit, FinishWork, FollowUp, FollowUpOutcome,
    Grade, HolderId, Note, OnBehalf, Register, Reveal, SnoozeUntil, Words,
};
use zhiban::domain::incident::party::{AgeClass, Party, SealedParty};
use zhiban::domain::incident::{Channel, FourElements, Outcome, Source};
use zhiban::domain::officer::{Grant, Role};
use zhiban::domain::policy::{Policy, PolicyVersion};
use zhiban::domain::record::{Body, Kind, Record, Rev};
use zhiban::domain::time::{Millis, Timestamp};
use zhiban::domain::unit::{Unit, UnitKind};
use zhiban::service::{
    ActOutcome, Init, Listen, NewAccount, Running, Seed, Service, ServiceOptions,
};
use zhiban::wire::command::{PushReply, Verdict};
use zhiban::wire::feed::FeedId;

use crate::desk::{Desk, Seat};

pub const DISTRICT: &str = "420607";
pub const TOWN: &str = "420607102";
pub const OTHER_TOWN: &str = "420607103";
pub const OTHER_DISTRICT: &str = "420606";
pub const PASSWORD: &str = "a good password";

/// What a record says, field by field: each a word that stands nowhere else.
pub mod secret {
    pub const TITLE: &str = "杏花岗题";
    pub const PLACE: &str = "枣林冲口";
    pub const SUMMARY: &str = "柿树湾述";
    pub const SOURCE_NAME: &str = "闻人告之";
    pub const SOURCE_PHONE: &str = "13907100011";
    pub const PARTY_NAME: &str = "令狐成年";
    pub const PARTY_PHONE: &str = "13907100022";
    pub const PARTY_PART: &str = "梨园户主";
    pub const DOC_NO: &str = "420607198001010033";
    pub const MINOR: &str = "呼延小满";
    pub const NOTE: &str = "槐荫记言";
    pub const CALL_WITH: &str = "桑榆村长";
    pub const CALL_PHONE: &str = "13907100044";
    pub const CALL_TEXT: &str = "柳堤话录";
    pub const REVEAL: &str = "杉坳查因";
    pub const SNOOZE: &str = "樟桥静由";
    pub const RAISE: &str = "桂岭升因";
    pub const ASSIGN: &str = "松坪交词";
    pub const TASK: &str = "竹溪任书";
    pub const STEP: &str = "梅畈时表";
    pub const PATH: &str = "兰渡路径";
    pub const OWNER: &str = "荷塘责人";
    pub const BEHALF: &str = "菊潭代言";
    pub const FINISH: &str = "芦湖化解";
    pub const VERIFY: &str = "苇荡验语";
    pub const FOLLOW_UP: &str = "茶垭访谈";
    pub const PROPOSE: &str = "枫镇提销";
    pub const SIGN: &str = "榆关签词";
    /// What another officer wrote into a field, and a refusal names.
    pub const AMENDED: &str = "橘洲改述";

    /// All of them, by field.
    pub const ALL: [(&str, &str); 29] = [
        ("title", TITLE),
        ("place", PLACE),
        ("summary", SUMMARY),
        ("source name", SOURCE_NAME),
        ("source phone", SOURCE_PHONE),
        ("party name", PARTY_NAME),
        ("party phone", PARTY_PHONE),
        ("party's part", PARTY_PART),
        ("identity number", DOC_NO),
        ("minor's name", MINOR),
        ("note", NOTE),
        ("call with", CALL_WITH),
        ("call number", CALL_PHONE),
        ("call words", CALL_TEXT),
        ("reveal reason", REVEAL),
        ("snooze reason", SNOOZE),
        ("raise reason", RAISE),
        ("assign words", ASSIGN),
        ("task", TASK),
        ("schedule", STEP),
        ("path", PATH),
        ("owner", OWNER),
        ("on behalf of", BEHALF),
        ("finish words", FINISH),
        ("verify words", VERIFY),
        ("follow-up words", FOLLOW_UP),
        ("propose words", PROPOSE),
        ("sign words", SIGN),
        ("amended summary", AMENDED),
    ];
}

/// A service with a duty officer (`duty`), a leader (`leader`), and whoever
/// else a test adds.
pub struct Scene {
    pub service: Service,
    pub running: Running,
    pub folder: TempDir,
    leader: OfficerId,
    town_unit: UnitId,
}

/// An incident that lived, with all by which somebody might ask for it.
pub struct Case {
    pub id: RecordId,
    pub note: RecordId,
    pub call: RecordId,
    pub reveal: RecordId,
    pub number: String,
    /// The commands that the duty officer's desk pushed, in order: the
    /// registration first; the refused edit has the clash in it.
    pub commands: Vec<CommandId>,
}

pub fn area(code: &str) -> AreaCode {
    code.parse().unwrap()
}

pub fn target(id: RecordId) -> Target {
    Target {
        kind: Kind::Incident,
        id,
        base_rev: Rev(1),
        seen: None,
    }
}

impl Scene {
    /// With heartbeats as far apart as this.
    pub fn new(heartbeat_ms: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = ServiceOptions {
            heartbeat_ms,
            ..ServiceOptions::default()
        };
        let init = Init {
            district: area(DISTRICT),
            district_name: "襄州区".to_owned(),
            centre_name: "区综治中心".to_owned(),
            policy: Policy::shipped(),
            admin_account: "admin".to_owned(),
            admin_name: "管理员".to_owned(),
            admin_password: PASSWORD.to_owned(),
            tls_names: Vec::new(),
        };
        let (service, _) = Service::init(folder.path(), &init, options).unwrap();
        add(&service, "duty", Role::DutyOfficer, DISTRICT);
        let leader = add(&service, "leader", Role::Leader, DISTRICT);
        let town_unit = unit(&service);
        let running = service.spawn(Listen::loopback()).unwrap();
        Self {
            service,
            running,
            folder,
            leader,
            town_unit,
        }
    }

    pub fn addr(&self) -> SocketAddr {
        self.running.addr()
    }

    pub fn now(&self) -> Timestamp {
        self.service.now()
    }

    pub fn feed(&self) -> FeedId {
        self.service.feed()
    }

    pub fn add(&self, account: &str, role: Role, place: &str) -> OfficerId {
        add(&self.service, account, role, place)
    }

    /// The unit of the town.
    pub const fn town_unit(&self) -> UnitId {
        self.town_unit
    }

    /// An act of the leader's on an incident, at the centre.
    pub fn leader_acts(&self, on: RecordId, act: Act) {
        self.leader_does(vec![target(on)], act);
    }

    /// Any act of the leader's, at the centre.
    pub fn leader_does(&self, targets: Vec<Target>, act: impl Into<AnyAct>) {
        let at = self.now();
        let command = Command {
            id: CommandId::new(Uuid::now_v7()),
            targets,
            act: act.into(),
            author: self.leader,
            made_at: at,
            policy: PolicyVersion(Rev(1)),
        };
        match self.service.act_as(self.leader, &command, at).unwrap() {
            ActOutcome::Accepted { .. } => {}
            ActOutcome::Refused(refused) => panic!("the leader's act: {refused:?}"),
        }
    }

    /// Registers the case and carries it as far as work in hand.
    pub fn open_case(&self, desk: &mut Desk, duty: &Seat) -> Case {
        let id = RecordId::new(Uuid::now_v7());
        let [note, call, reveal] = [(); 3].map(|()| RecordId::new(Uuid::now_v7()));
        let mut case = Case {
            id,
            note,
            call,
            reveal,
            number: String::new(),
            commands: Vec::new(),
        };
        let new = vec![Target::new_incident(id)];
        case.number = self.push(desk, duty, &mut case.commands, (new, registration()));
        for act in [
            noted(note),
            called(call),
            revealed(reveal),
            snoozed(self.now()),
            raised(),
            amended(secret::SUMMARY, secret::AMENDED),
        ] {
            self.push(desk, duty, &mut case.commands, (vec![target(id)], act));
        }
        self.push_refused(desk, duty, &mut case);
        for act in [self.assigned(), accepted()] {
            self.push(desk, duty, &mut case.commands, (vec![target(id)], act));
        }
        case
    }

    /// Carries it to its end.
    pub fn close_case(&self, desk: &mut Desk, duty: &Seat, case: &mut Case) {
        self.finish_case(desk, duty, case);
        self.leader_acts(case.id, Act::SignStrikeOff(words(secret::SIGN)));
    }

    /// Carries it to where only the second signature is missing.
    pub fn finish_case(&self, desk: &mut Desk, duty: &Seat, case: &mut Case) {
        let on = case.id;
        let mut duty_acts = |act| {
            self.push(desk, duty, &mut case.commands, (vec![target(on)], act));
        };
        duty_acts(finished());
        self.leader_acts(on, Act::Verify(words(secret::VERIFY)));
        duty_acts(followed_up());
        duty_acts(Act::ProposeStrikeOff(words(secret::PROPOSE)));
    }

    /// Pushes an act of the duty officer's; its incident's number, if new.
    fn push(
        &self,
        desk: &mut Desk,
        duty: &Seat,
        commands: &mut Vec<CommandId>,
        what: (Vec<Target>, Act),
    ) -> String {
        match self.pushed(desk, duty, commands, what) {
            Verdict::Accepted { number, .. } => {
                number.map_or_else(String::new, |number| number.to_string())
            }
            other => panic!("the duty officer's act: {other:?}"),
        }
    }

    /// An edit of what is no longer there: refused, with both values in it.
    fn push_refused(&self, desk: &mut Desk, duty: &Seat, case: &mut Case) {
        let what = (vec![target(case.id)], amended(secret::SUMMARY, "x"));
        let verdict = self.pushed(desk, duty, &mut case.commands, what);
        let Verdict::Refused { refusal, record } = verdict else {
            panic!("the edit meets another: {verdict:?}");
        };
        assert!(format!("{refusal:?}").contains(secret::AMENDED));
        assert!(record.is_some(), "the record comes along");
    }

    fn pushed(
        &self,
        desk: &mut Desk,
        duty: &Seat,
        commands: &mut Vec<CommandId>,
        what: (Vec<Target>, Act),
    ) -> Verdict {
        let id = CommandId::new(Uuid::now_v7());
        commands.push(id);
        let ground = (duty, self.feed(), self.now());
        let command = desk.command(ground, id, duty.officer, what);
        let answer = Desk::push(self.addr(), duty, desk.id, &[command]);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let mut reply: PushReply = serde_json::from_slice(&answer.body).unwrap();
        reply.results.remove(0).verdict
    }

    fn assigned(&self) -> Act {
        Act::Assign(Box::new(Assign {
            lead: HolderId {
                unit: self.town_unit,
                person: None,
            },
            assist: Vec::new(),
            copies: Vec::new(),
            elements: FourElements {
                task: secret::TASK.to_owned(),
                schedule: vec![secret::STEP.to_owned()],
                path: secret::PATH.to_owned(),
                owner: secret::OWNER.to_owned(),
            },
            due: None,
            words: secret::ASSIGN.to_owned(),
        }))
    }
}

impl Case {
    /// Everything that a stranger must not get: words, number, ids.
    pub fn secrets(&self) -> Vec<(String, String)> {
        let words = secret::ALL.map(|(name, words)| (name.to_owned(), words.to_owned()));
        let ids = [
            ("incident id", self.id.to_string()),
            ("note id", self.note.to_string()),
            ("call id", self.call.to_string()),
            ("reveal id", self.reveal.to_string()),
            ("number", self.number.clone()),
        ];
        let ids = ids.map(|(name, id)| (name.to_owned(), id));
        words.into_iter().chain(ids).collect()
    }
}

fn add(service: &Service, account: &str, role: Role, place: &str) -> OfficerId {
    let new = NewAccount {
        id: None,
        account: account.to_owned(),
        name: account.to_owned(),
        password: PASSWORD.to_owned(),
        grants: vec![Grant {
            role,
            area: area(place),
        }],
        unit: None,
    };
    service.account_add(&new).unwrap().id
}

fn unit(service: &Service) -> UnitId {
    let id = RecordId::new(Uuid::now_v7());
    let record = Record {
        id,
        area: area(TOWN),
        rev: Rev(1),
        parent: None,
        body: Body::Unit(Box::new(Unit {
            name: "镇综治办".to_owned(),
            kind: UnitKind::TownOffice,
            parent: None,
            phone: String::new(),
            extra: Extra::new(),
        })),
        sealed: None,
    };
    let seed = Seed {
        event: None,
        record,
    };
    service.seed([seed], service.now()).unwrap();
    id.into()
}

pub fn registration() -> Act {
    let party = |name: &str, age, phone: &str, part: &str| Party {
        name: name.to_owned(),
        age,
        phone: phone.to_owned(),
        part: part.to_owned(),
    };
    Act::Register(Box::new(Register {
        area: area(TOWN),
        category: "0201".parse().unwrap(),
        rank: Rank::Watch,
        title: secret::TITLE.to_owned(),
        place: secret::PLACE.to_owned(),
        summary: secret::SUMMARY.to_owned(),
        scale: None,
        people_count: None,
        occurred_at: None,
        source: Source {
            channel: Channel::Telephone,
            name: secret::SOURCE_NAME.to_owned(),
            phone: secret::SOURCE_PHONE.to_owned(),
        },
        parties: vec![
            party(
                secret::PARTY_NAME,
                AgeClass::Adult,
                secret::PARTY_PHONE,
                secret::PARTY_PART,
            ),
            party(secret::MINOR, AgeClass::Minor, "", ""),
        ],
        sealed: vec![SealedParty {
            party: 0,
            name: String::new(),
            doc_no: secret::DOC_NO.to_owned(),
        }],
        answer: Answer::Nobody,
    }))
}

pub fn noted(entry: RecordId) -> Act {
    Act::Note(Note {
        entry,
        text: secret::NOTE.to_owned(),
        corrects: None,
    })
}

pub fn called(entry: RecordId) -> Act {
    Act::Call(CallLogged {
        entry,
        call: Call {
            direction: Direction::Out,
            with: secret::CALL_WITH.to_owned(),
            phone: secret::CALL_PHONE.to_owned(),
            outcome: CallOutcome::Answered,
        },
        text: secret::CALL_TEXT.to_owned(),
    })
}

pub fn revealed(entry: RecordId) -> Act {
    Act::Reveal(Reveal {
        entry,
        reason: secret::REVEAL.to_owned(),
    })
}

pub fn snoozed(now: Timestamp) -> Act {
    Act::Snooze(SnoozeUntil {
        until: now.saturating_add(Millis(30 * 60_000)),
        reason: secret::SNOOZE.to_owned(),
    })
}

pub fn raised() -> Act {
    Act::Raise(Grade {
        to: Rank::Urgent,
        reason: secret::RAISE.to_owned(),
    })
}

pub fn amended(from: &str, to: &str) -> Act {
    Act::Amend(Box::new(Amend {
        summary: Some(Edit {
            from: from.to_owned(),
            to: to.to_owned(),
        }),
        ..Amend::default()
    }))
}

fn behalf() -> OnBehalf {
    OnBehalf {
        of: secret::BEHALF.to_owned(),
        by: "电话".to_owned(),
    }
}

fn accepted() -> Act {
    Act::Accept(Accept {
        on_behalf: Some(behalf()),
    })
}

fn finished() -> Act {
    Act::Finish(FinishWork {
        outcome: Outcome::Resolved,
        method: None,
        text: secret::FINISH.to_owned(),
        on_behalf: Some(behalf()),
    })
}

fn followed_up() -> Act {
    Act::FollowUp(FollowUp {
        outcome: FollowUpOutcome::Satisfied,
        text: secret::FOLLOW_UP.to_owned(),
    })
}

fn words(text: &str) -> Words {
    Words {
        text: text.to_owned(),
    }
}
