//! The words and arguments of each step.

use super::case::Filling;
use super::ids;
use super::names;
use super::network::{Desk, Network};
use super::plan::{Origin, Plan, Step};
use super::rng::Rng;
use crate::domain::alarm::Rank;
use crate::domain::entry::{Call, CallOutcome, Direction};
use crate::domain::ids::RecordId;
use crate::domain::incident::act::{
    Accept, Acknowledge, Act, Answer, Assign, CallLogged, FinishWork, FollowUp, FollowUpOutcome,
    Grade, HolderId, Note, OnBehalf, Reason, Register, ReturnWork, SnoozeUntil, Words,
};
use crate::domain::incident::party::{AgeClass, Party, SealedParty};
use crate::domain::incident::{Channel, FourElements, Incident, Outcome, Source};
use crate::domain::time::{Minutes, Timestamp};
use crate::domain::unit::UnitRef;

const NOTES: [&str; 12] = [
    "已联系双方,约定明日上午到村部见面。",
    "入户了解情况,双方情绪平稳。",
    "组长和治安中心户长到场劝说,气氛缓和。",
    "已向镇领导报告,同意按现方案推进。",
    "双方补交材料,已拍照存档。",
    "第二次见面,分歧缩小,约定周末再谈。",
    "邻居愿意作证,已做笔录。",
    "现场已拍照,测量数据记在村部台账。",
    "对方在外务工,改用视频通话沟通。",
    "已告知诉讼途径和时效,当事人表示先调解。",
    "天黑前到现场复看,无新情况。",
    "协议初稿已念给双方听,个别措辞再改。",
];

const CALLS: [&str; 8] = [
    "询问进展,答复已约双方见面。",
    "通知明日九点到综治中心调解。",
    "反映对方又到门口争吵,已劝离。",
    "催办,承办人答复两日内办结。",
    "核实诉求,愿意接受调解。",
    "告知处理意见,表示理解。",
    "请辅警先到场看住,防止再起争执。",
    "了解家中老人情况,暂无异常。",
];

const RETURNS: [&str; 4] = [
    "不属本单位职责,建议转主管部门。",
    "当事人户籍不在本村,请重新分派。",
    "需先由派出所固定证据,暂退回。",
    "地点写错,应为邻村。",
];

const RAISES: [&str; 4] = [
    "双方再次争吵,围观增多。",
    "一方扬言要找人,存在动手可能。",
    "涉及户数增加,需镇里出面。",
    "有人受轻伤,升级处置。",
];

/// What a step is made of.
pub struct Acting<'a> {
    /// The incident before it happens.
    pub plan: &'a Plan,
    /// Names and numbers.
    pub filling: &'a Filling,
    /// Units and people.
    pub network: &'a Network,
    /// The incident as it stands; none before it is registered.
    pub incident: Option<&'a Incident>,
    /// Whether the words of a holder are entered by the duty room.
    pub on_behalf: Behalf,
    /// When.
    pub moment: Timestamp,
}

/// Who enters a holder's step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behalf {
    /// The holder.
    Own,
    /// The duty room, after a telephone call.
    Telephoned,
}

impl Acting<'_> {
    /// The act of `step`.
    pub fn of(&self, step: Step, rng: &mut Rng) -> Act {
        let case = self.plan.case;
        match step {
            Step::RegisterOpen => self.register(Answer::Nobody, rng),
            Step::Register => self.register(Answer::Author, rng),
            Step::Acknowledge => Act::Acknowledge(Acknowledge {
                episode: self.incident.map_or(1, |incident| incident.alarm.episode),
            }),
            Step::Raise => Act::Raise(Grade {
                to: Rank::Watch,
                reason: one(rng, &RAISES),
            }),
            Step::Lower => Act::Lower(Grade {
                to: match self.rank() {
                    Rank::Urgent => Rank::Watch,
                    Rank::Serious | Rank::Watch | Rank::Notice => Rank::Notice,
                },
                reason: "双方已接受方案,三日内无新情况,研判会同意降级。".to_owned(),
            }),
            Step::Assign => self.assign(self.lead(), rng),
            Step::HandOn => self.assign(self.unit(Desk::Village), rng),
            Step::Return => Act::Return(ReturnWork {
                reason: one(rng, &RETURNS),
                on_behalf: None,
            }),
            Step::Accept => Act::Accept(Accept {
                on_behalf: self.behalf(),
            }),
            Step::Call => self.call(rng),
            Step::Note => self.note(rng),
            Step::Finish => Act::Finish(FinishWork {
                outcome: if rng.chance(94) {
                    Outcome::Resolved
                } else {
                    Outcome::Unresolved
                },
                method: Some(case.method),
                text: self.filling.fill(&case.done),
                on_behalf: self.behalf(),
            }),
            Step::SendBack => Act::SendBack(Reason {
                reason: "协议缺一方签字,请补齐后再报。".to_owned(),
            }),
            Step::Verify => Act::Verify(words("已核对协议和现场照片,属实。")),
            Step::FollowUpMissed => {
                follow_up(FollowUpOutcome::NotReached, "电话无人接听,改日再访。")
            }
            Step::FollowUpBad => follow_up(
                FollowUpOutcome::Dissatisfied,
                "反映约定的款项未按时付,要求继续处理。",
            ),
            Step::FollowUp => {
                if rng.chance(82) {
                    follow_up(FollowUpOutcome::Satisfied, "回访双方,协议已履行,表示满意。")
                } else {
                    follow_up(
                        FollowUpOutcome::MostlySatisfied,
                        "基本满意,希望以后早点上门。",
                    )
                }
            }
            Step::Propose => Act::ProposeStrikeOff(words("四要素齐全,已回访,提请销号。")),
            Step::Sign => Act::SignStrikeOff(words("同意销号。")),
            Step::Snooze => Act::Snooze(SnoozeUntil {
                until: self.moment.saturating_add(Minutes(60)),
                reason: "当事人下地,晚点再联系。".to_owned(),
            }),
        }
    }

    fn register(&self, answer: Answer, rng: &mut Rng) -> Act {
        let case = self.plan.case;
        let filling = self.filling;
        let [low, high] = case.people.map(u64::from);
        let (parties, sealed) = self.parties(rng);
        let usual = [
            Channel::Telephone,
            Channel::Telephone,
            Channel::Grid,
            Channel::Patrol,
            Channel::Visit,
        ];
        let channel = case
            .source
            .or_else(|| rng.pick(&usual).copied())
            .unwrap_or(Channel::Telephone);
        let ago = Minutes(u32::try_from(rng.between(5, 180)).unwrap_or(5));
        Act::Register(Box::new(Register {
            area: self.plan.area,
            category: case.category,
            rank: self.plan.rank,
            title: filling.fill(&case.title),
            place: filling.fill(&case.place),
            summary: filling.fill(&case.summary),
            scale: Some(case.scale),
            people_count: u32::try_from(rng.between(low, high)).ok(),
            occurred_at: Some(self.moment.saturating_sub(ago)),
            source: Source {
                channel,
                name: filling.first.clone(),
                phone: names::phone(rng),
            },
            parties,
            sealed,
            answer,
        }))
    }

    fn parties(&self, rng: &mut Rng) -> (Vec<Party>, Vec<SealedParty>) {
        let adult = |name: &str, part: &str, rng: &mut Rng| Party {
            name: name.to_owned(),
            age: AgeClass::Adult,
            phone: names::phone(rng),
            part: part.to_owned(),
        };
        let mut parties = vec![
            adult(&self.filling.first, "申请人", rng),
            adult(&self.filling.second, "对方", rng),
        ];
        let mut sealed = Vec::new();
        // No document number has a month 00: nobody's can look like this.
        if self.plan.rank > Rank::Notice && rng.chance(30) {
            sealed.push(SealedParty {
                party: 0,
                name: String::new(),
                doc_no: format!("4206001900000{:05}", rng.below(100_000)),
            });
        }
        if self.plan.case.category.code() == "0501" {
            let mut name = names::person(rng);
            name.truncate(name.char_indices().nth(2).map_or(name.len(), |(at, _)| at));
            parties.push(Party {
                name,
                age: AgeClass::Minor,
                phone: String::new(),
                part: "学生".to_owned(),
            });
        }
        (parties, sealed)
    }

    fn assign(&self, lead: Option<&UnitRef>, rng: &mut Rng) -> Act {
        let case = self.plan.case;
        let holder = |unit: &UnitRef| HolderId {
            unit: unit.id,
            person: self.network.head(unit.id).map(|person| person.id),
        };
        let lead = lead
            .or_else(|| self.unit(Desk::TownMediation))
            .or_else(|| self.unit(Desk::Petitions));
        let assist = case
            .assist
            .filter(|_| rng.chance(60))
            .and_then(|desk| self.unit(desk))
            .filter(|unit| Some(unit.id) != lead.map(|lead| lead.id));
        let owner = lead.and_then(|unit| self.network.head(unit.id));
        Act::Assign(Box::new(Assign {
            lead: lead.map_or_else(
                || HolderId {
                    unit: crate::domain::ids::UnitId::new(uuid::Uuid::nil()),
                    person: None,
                },
                holder,
            ),
            assist: assist.map(holder).into_iter().collect(),
            copies: Vec::new(),
            elements: FourElements {
                task: self.filling.fill(&case.task),
                schedule: vec![
                    "当日首次联系".to_owned(),
                    "三日内见面调解".to_owned(),
                    "时限内办结并反馈".to_owned(),
                ],
                path: case.path.replace(';', " → "),
                owner: owner.map(|person| person.name.clone()).unwrap_or_default(),
            },
            due: None,
            words: "请尽快联系双方,按时限反馈。".to_owned(),
        }))
    }

    /// Who leads: work goes one level down. A town does not give its own work to
    /// itself, nor to a department of the district, which helps then; and the
    /// district gives a village's work to its town, which hands it on.
    fn lead(&self) -> Option<&UnitRef> {
        match (self.plan.case.lead, self.plan.origin) {
            (Desk::TownCentre, Origin::Town) => self.unit(Desk::Village),
            (Desk::Village, Origin::District) => self.unit(Desk::TownCentre),
            (desk, Origin::District) => self.unit(desk),
            (desk, Origin::Town) => self
                .unit(desk)
                .filter(|unit| unit.area.town().is_some())
                .or_else(|| self.unit(Desk::TownMediation)),
        }
    }

    fn unit(&self, desk: Desk) -> Option<&UnitRef> {
        self.network.desk(desk, self.plan.area)
    }

    fn rank(&self) -> Rank {
        self.incident
            .map_or(self.plan.rank, |incident| incident.alarm.rank)
    }

    fn behalf(&self) -> Option<OnBehalf> {
        let holder = &self.incident?.step.holder;
        let of = holder
            .person
            .as_ref()
            .map_or(&holder.unit.name, |person| &person.name);
        (self.on_behalf == Behalf::Telephoned).then(|| OnBehalf {
            of: of.clone(),
            by: "电话".to_owned(),
        })
    }

    fn note(&self, rng: &mut Rng) -> Act {
        let first = self
            .incident
            .is_some_and(|incident| incident.counts.notes == 0);
        Act::Note(Note {
            entry: RecordId::new(ids::next(rng, self.moment)),
            text: if first {
                self.filling.fill(&self.plan.case.note)
            } else {
                one(rng, &NOTES)
            },
            corrects: None,
        })
    }

    fn call(&self, rng: &mut Rng) -> Act {
        let (direction, with) = if rng.chance(40) {
            (Direction::In, self.filling.first.clone())
        } else {
            let holder = self.incident.map(|incident| &incident.step.holder);
            let person = holder.and_then(|holder| holder.person.as_ref());
            let with =
                person.map_or_else(|| self.filling.second.clone(), |person| person.name.clone());
            (Direction::Out, with)
        };
        let outcome = match (direction, rng.below(100)) {
            (Direction::Out, 0..8) => CallOutcome::NoAnswer,
            (Direction::Out, 8..11) => CallOutcome::Busy,
            _ => CallOutcome::Answered,
        };
        Act::Call(CallLogged {
            entry: RecordId::new(ids::next(rng, self.moment)),
            call: Call {
                direction,
                with,
                phone: names::phone(rng),
                outcome,
            },
            text: match outcome {
                CallOutcome::Answered => one(rng, &CALLS),
                CallOutcome::NoAnswer | CallOutcome::Busy | CallOutcome::DeadNumber => {
                    String::new()
                }
            },
        })
    }
}

fn words(text: &str) -> Words {
    Words {
        text: text.to_owned(),
    }
}

fn follow_up(outcome: FollowUpOutcome, text: &str) -> Act {
    Act::FollowUp(FollowUp {
        outcome,
        text: text.to_owned(),
    })
}

fn one(rng: &mut Rng, from: &[&str]) -> String {
    rng.pick(from)
        .map(|text| (*text).to_owned())
        .unwrap_or_default()
}
