//! The built-in rules: overdue to accept or handle, the same place and kind of
//! matter again and again, many people.
//!
//! Pure: records, a moment and the county's policy in, acts out. The service
//! runs them on its records, a workstation without a line on its own. They
//! never ask who a party is.

use std::collections::BTreeMap;

use ring::digest;
use uuid::Uuid;

use super::act::{Act, Lift, Raise};
use super::{CASES_NAMED_MAX, Ground, Source, Subject, Warning, Why};
use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::domain::codes::Category;
use crate::domain::ids::{OfficerId, RecordId};
use crate::domain::incident::Incident;
use crate::domain::incident::alike::{self, PlaceKey};
use crate::domain::incident::ending::{CaseRef, Ending};
use crate::domain::incident::stage::Stage;
use crate::domain::policy::{Policy, WarningRules};
use crate::domain::time::Timestamp;

/// Nobody accepted or handled a case in time.
pub const OVERDUE: &str = "overdue";
/// The same place and kind of matter again and again.
pub const REPEATED: &str = "repeated";
/// Many people are involved.
pub const PEOPLE: &str = "people";
/// The edition of these rules.
pub const RULES_VERSION: u32 = 1;

/// What the rules need of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Which, and what people call it.
    pub name: CaseRef,
    /// Where it belongs.
    pub area: AreaCode,
    /// What it is about, as places and kinds are compared.
    pub matter: PlaceKey,
    /// How far it is.
    pub stage: Stage,
    /// How grave.
    pub rank: Rank,
    /// How many people.
    pub people: u32,
    /// Until when it shall move on.
    pub due: Option<Timestamp>,
    /// When it came in.
    pub registered_at: Timestamp,
    /// When somebody worked on it last.
    pub touched_at: Timestamp,
    /// Whether it was a matter of its own.
    pub own: Own,
}

/// Whether a report was a matter of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// Yes.
    Yes,
    /// It was registered in error, or is told in another case.
    No,
}

impl Case {
    /// What the rules need of an incident; its place's words are folded by
    /// `fold`, as in [`alike`].
    #[must_use]
    pub fn of(
        id: RecordId,
        area: AreaCode,
        incident: &Incident,
        fold: impl FnOnce(&str) -> String,
    ) -> Self {
        let own = match incident.ended() {
            Some(Ending::Voided { .. } | Ending::Merged { .. }) => Own::No,
            Some(Ending::StruckOff | Ending::ReturnedToPolice { .. }) | None => Own::Yes,
        };
        Self {
            name: CaseRef {
                id,
                number: incident.number,
            },
            area,
            matter: alike::place_key(area, &fold(&incident.place), incident.category),
            stage: incident.stage(),
            rank: incident.alarm.rank,
            people: incident.people_count.unwrap_or(0),
            due: incident.deadline.as_ref().map(|deadline| deadline.at),
            registered_at: incident.registered_at,
            touched_at: incident.last.at,
            own,
        }
    }

    /// Whether somebody still works on it, so that a rule may speak of it.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !matches!(self.stage, Stage::Closed)
    }

    /// Why it is overdue at `now`, if nobody accepted or handled it in time.
    #[must_use]
    pub fn overdue(&self, now: Timestamp) -> Option<Why> {
        let waits = match self.stage {
            Stage::New | Stage::Assigned | Stage::Handling => true,
            Stage::PendingCheck
            | Stage::Verified
            | Stage::FollowedUp
            | Stage::AwaitingSignature
            | Stage::Closed => false,
        };
        let due = self.due.filter(|due| waits && *due < now)?;
        Some(Why::Overdue {
            stage: self.stage,
            due,
        })
    }

    /// As [`Case::overdue`], while it is early enough to warn of.
    fn late(&self, rules: &WarningRules, now: Timestamp) -> Option<Why> {
        let recent = self
            .due
            .is_some_and(|due| now <= due.saturating_add(rules.overdue_within));
        self.overdue(now).filter(|_| recent)
    }

    /// Why its number of people is worth a warning. A case that is as grave as
    /// the rule would have it says so itself, and rings already.
    #[must_use]
    pub fn crowd(&self, rules: &WarningRules) -> Option<Why> {
        let tells = self.is_open() && self.people >= rules.people_from;
        (tells && self.rank < rules.people_rank).then_some(Why::People {
            count: self.people,
            from: rules.people_from,
        })
    }
}

/// An act that a rule wants done.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// On which warning.
    pub on: RecordId,
    /// The case that shows it, if it is about one.
    pub case: Option<RecordId>,
    /// What.
    pub act: Act,
}

/// The id of what a rule raises about a subject. It does not name the moment or
/// the edition: there is one warning for a rule and its subject, whoever raises
/// it, and a cause that comes back rings it anew.
#[must_use]
pub fn record_id(rule: &str, subject: &str) -> RecordId {
    RecordId::new(uuid_of(&format!("zhiban-warning-1\n{rule}\n{subject}")))
}

/// An id made of what it stands for.
#[must_use]
pub fn uuid_of(text: &str) -> Uuid {
    let hash = digest::digest(&digest::SHA256, text.as_bytes());
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hash.as_ref()) {
        *to = *from;
    }
    Uuid::new_v8(bytes)
}

/// The account that the rules act by at the centre; it is in no table, and nobody
/// signs in by it.
#[must_use]
pub fn account() -> OfficerId {
    OfficerId::new(uuid_of("zhiban-account-rules-1"))
}

/// What the id of a raise must be, by its own words; none for one by hand,
/// which has an id of its own.
#[must_use]
pub fn id_of(args: &Raise) -> Option<RecordId> {
    let Source::Rule { rule, .. } = &args.source else {
        return None;
    };
    let subject = match (&args.subject, &args.why) {
        (Subject::Case { case } | Subject::Deadline { case }, _) => case.id.to_string(),
        // The words differ from one report to the next, what they mean does
        // not: the key travels as the rule's subject.
        (Subject::Place { place }, Why::Repeated { category, .. }) => {
            place_subject(args.area, place, *category)
        }
        (Subject::Place { place }, _) => format!("{}\n{place}", args.area),
    };
    Some(record_id(rule, &subject))
}

fn place_subject(area: AreaCode, place: &str, category: Category) -> String {
    format!("{area}\n{place}\n{}", category.code())
}

fn of_rule(rule: &str) -> Source {
    Source::Rule {
        rule: rule.to_owned(),
        version: RULES_VERSION,
    }
}

/// The lowest and the highest rank that a county uses.
#[must_use]
pub fn ranks(policy: &Policy) -> (Rank, Rank) {
    let used = || policy.levels.iter().map(|level| level.rank);
    let lowest = used().min().unwrap_or(Rank::Notice);
    (lowest, used().max().unwrap_or(Rank::Urgent))
}

/// What the rules say of one case at `now`.
#[must_use]
pub fn of_case(case: &Case, policy: &Policy, now: Timestamp) -> Vec<Proposal> {
    let rules = &policy.warnings;
    if now < case.registered_at {
        return Vec::new();
    }
    let found = [
        case.late(rules, now).map(|why| (OVERDUE, case.rank, why)),
        case.crowd(rules)
            .map(|why| (PEOPLE, rules.people_rank, why)),
    ];
    found
        .into_iter()
        .flatten()
        .map(|(rule, rank, why)| {
            let subject = match &why {
                Why::Overdue { .. } => Subject::Deadline { case: case.name },
                Why::Repeated { .. } | Why::People { .. } | Why::Said { .. } => {
                    Subject::Case { case: case.name }
                }
            };
            let args = Raise {
                area: case.area,
                rank: policy.level(rank).rank,
                subject,
                why,
                source: of_rule(rule),
            };
            Proposal {
                on: record_id(rule, &case.name.id.to_string()),
                case: Some(case.name.id),
                act: Act::Raise(Box::new(args)),
            }
        })
        .collect()
}

/// What the rules say of places: the same kind of matter again and again within
/// the county's time, counted back from the newest. Cases may come in any order.
#[must_use]
pub fn of_places<'a>(
    cases: impl IntoIterator<Item = &'a Case>,
    policy: &Policy,
    now: Timestamp,
) -> Vec<Proposal> {
    let rules = &policy.warnings;
    let oldest = now.saturating_sub(rules.repeat_within);
    let mut places: BTreeMap<&PlaceKey, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        let counts = case.own == Own::Yes && case.matter.is_a_place();
        if counts && (oldest..=now).contains(&case.registered_at) {
            places.entry(&case.matter).or_default().push(case);
        }
    }
    let mut proposals = Vec::new();
    for (key, mut cases) in places {
        if cases.len() < usize::from(rules.repeat_times) {
            continue;
        }
        cases.sort_by_key(|case| (case.registered_at, case.name.id));
        let Some(newest) = cases.last() else { continue };
        let named = cases.iter().rev().take(CASES_NAMED_MAX);
        let args = Raise {
            area: key.area,
            rank: policy.level(rules.repeat_rank).rank,
            subject: Subject::Place {
                place: key.words.clone(),
            },
            why: Why::Repeated {
                category: key.category,
                times: u32::try_from(cases.len()).unwrap_or(u32::MAX),
                within: rules.repeat_within,
                newest: newest.registered_at,
                cases: named.map(|case| case.name).collect(),
            },
            source: of_rule(REPEATED),
        };
        proposals.push(Proposal {
            on: record_id(REPEATED, &place_subject(key.area, &key.words, key.category)),
            case: None,
            act: Act::Raise(Box::new(args)),
        });
    }
    proposals
}

/// What is left to be done of a proposal, given the warning that stands under
/// its id: nothing when it is known already.
#[must_use]
pub fn is_news(proposal: &Proposal, known: Option<&Warning>) -> bool {
    let Act::Raise(args) = &proposal.act else {
        return true;
    };
    known.is_none_or(|known| args.why.outgrows(&known.why))
}

/// The lifting of a warning whose cause is no more; none while it stands, or
/// where only a person can tell. `case` is the case that it is about, as it is.
#[must_use]
pub fn ended(
    on: RecordId,
    warning: &Warning,
    case: &Case,
    policy: &Policy,
    now: Timestamp,
) -> Option<Proposal> {
    if !warning.is_open() || warning.subject.case().map(|own| own.id) != Some(case.name.id) {
        return None;
    }
    stands(warning.rule()?, case, policy, now)
        .is_some_and(|stands| !stands)
        .then(|| Proposal {
            on,
            case: Some(case.name.id),
            act: Act::Lift(Lift {
                episode: warning.alarm.episode,
                rank: warning.alarm.rank,
                ground: Ground::Ended,
                reason: String::new(),
            }),
        })
}

/// Whether what a rule looks for is still so; `None` of a rule that this
/// program does not know, or that speaks of more than one case.
#[must_use]
pub fn stands(rule: &str, case: &Case, policy: &Policy, now: Timestamp) -> Option<bool> {
    match rule {
        OVERDUE => Some(case.overdue(now).is_some()),
        PEOPLE => Some(case.crowd(&policy.warnings).is_some()),
        _ => None,
    }
}
