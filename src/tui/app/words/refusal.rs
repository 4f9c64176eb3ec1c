//! A refusal in words: what stands against an act, and who did what when.

use super::{names, time};
use crate::domain::incident::LastAct;
use crate::domain::incident::refusal::Refusal;
use crate::domain::policy::Policy;
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::wire::command::Refused;

/// Who was faster, with what.
fn overtaken(refusal: &Refusal, now: Timestamp) -> String {
    let Refusal::Overtaken { verb, did, by, at } = refusal else {
        return String::new();
    };
    t!(
        "refusal.overtaken",
        verb = names::verb(*verb),
        did = names::verb(*did),
        by = names::by(by),
        at = time::moment(*at, now)
    )
    .into_owned()
}

/// A rule of the domain.
pub fn refusal(refusal: &Refusal, policy: &Policy, now: Timestamp) -> String {
    match refusal {
        Refusal::Roster { roster } => return super::roster::why(roster),
        Refusal::NotPermitted { verb } => t!("refusal.not-permitted", verb = names::verb(*verb)),
        Refusal::NotOwnWork { verb } => t!("refusal.not-own-work", verb = names::verb(*verb)),
        Refusal::NotHolder { holder } => t!("refusal.not-holder", holder = holder.name),
        Refusal::NotCreator { creator } => t!("refusal.not-creator", creator = creator.name),
        Refusal::SamePerson { verb } => t!("refusal.same-person", verb = names::verb(*verb)),
        Refusal::BehalfUnsaid { holder } => t!("refusal.behalf-unsaid", holder = holder.name),
        Refusal::WrongStage { verb, stage, last } => {
            let base = t!(
                "refusal.wrong-stage",
                verb = names::verb(*verb),
                stage = names::stage(*stage)
            );
            match last {
                Some(last) => return format!("{base}{}", last_act(last, now)),
                None => base,
            }
        }
        Refusal::Stale {
            verb,
            seen,
            stage,
            holder,
            last,
        } => t!(
            "refusal.stale",
            verb = names::verb(*verb),
            seen = names::stage(*seen),
            stage = names::stage(*stage),
            holder = holder.name,
            last = last_act(last, now)
        ),
        Refusal::FieldClash {
            field,
            theirs,
            yours,
        } => t!(
            "refusal.field-clash",
            field = names::field(*field),
            theirs = theirs,
            yours = yours
        ),
        Refusal::Empty { field } => t!("refusal.empty", field = names::field(*field)),
        Refusal::TooLong { field, max } => {
            t!("refusal.too-long", field = names::field(*field), max = max)
        }
        Refusal::Unfit { field } => t!("refusal.unfit", field = names::field(*field)),
        Refusal::NothingMasked => t!("refusal.nothing-masked"),
        Refusal::ReasonTells => t!("refusal.reason-tells"),
        Refusal::ElementsMissing { missing } => {
            let missing: Vec<String> = missing.iter().copied().map(names::element).collect();
            t!(
                "refusal.elements-missing",
                missing = missing.join(&t!("screen.list-comma"))
            )
        }
        Refusal::NoSnooze { rank } => t!("refusal.no-snooze", rank = names::rank(*rank, policy)),
        Refusal::SnoozeRange { latest } => {
            t!("refusal.snooze-range", latest = time::moment(*latest, now))
        }
        Refusal::RankStep { verb, from, to } => t!(
            "refusal.rank-step",
            verb = names::verb(*verb),
            from = names::rank(*from, policy),
            to = names::rank(*to, policy)
        ),
        Refusal::NobodyToReturnTo => t!("refusal.nobody-to-return-to"),
        Refusal::UnknownHolder { field } => {
            t!("refusal.unknown-holder", field = names::field(*field))
        }
        Refusal::Exists => t!("refusal.exists"),
        Refusal::Overtaken { .. } => overtaken(refusal, now).into(),
        Refusal::NotFound => t!("refusal.not-found"),
        Refusal::Targets { verb } => t!("refusal.targets", verb = names::verb(*verb)),
        Refusal::AreaOutside => t!("refusal.area-outside"),
        Refusal::OpenConflict { .. }
        | Refusal::NoConflict
        | Refusal::Settled { .. }
        | Refusal::SkipsLevel { .. }
        | Refusal::OutOfLine { .. }
        | Refusal::Already { .. }
        | Refusal::NotInformed
        | Refusal::NotCalled
        | Refusal::NothingToRate
        | Refusal::HeldBySuperior { .. }
        | Refusal::WorkedOn { .. }
        | Refusal::SupervisionStep { .. }
        | Refusal::NotSupervised
        | Refusal::NoRequest
        | Refusal::Answered { .. }
        | Refusal::DaysRange { .. }
        | Refusal::Merged { .. }
        | Refusal::HasMerged
        | Refusal::NotJoined { .. }
        | Refusal::HandoverChanged { .. }
        | Refusal::Unticked { .. } => return steering(refusal, now),
    }
    .into_owned()
}

/// The rules of conflicts, and of the acts that steer the work.
fn steering(refusal: &Refusal, now: Timestamp) -> String {
    match refusal {
        Refusal::OpenConflict { verb } => {
            t!("refusal.open-conflict", verb = names::verb(*verb))
        }
        Refusal::NoConflict => t!("refusal.no-conflict"),
        Refusal::Settled { by, at, way } => t!(
            "refusal.settled",
            by = by.name,
            at = time::moment(*at, now),
            way = names::way(*way)
        ),
        Refusal::SkipsLevel { verb, unit } => t!(
            "refusal.skips-level",
            verb = names::verb(*verb),
            unit = unit.name
        ),
        Refusal::OutOfLine { verb, unit } => t!(
            "refusal.out-of-line",
            verb = names::verb(*verb),
            unit = unit.name
        ),
        Refusal::Already { field } => t!("refusal.already", field = names::field(*field)),
        Refusal::NotInformed => t!("refusal.not-informed"),
        Refusal::NotCalled => t!("refusal.not-called"),
        Refusal::NothingToRate => t!("refusal.nothing-to-rate"),
        Refusal::HeldBySuperior { holder } => {
            t!("refusal.held-by-superior", holder = holder.name)
        }
        Refusal::WorkedOn { last } => t!("refusal.worked-on", last = last_act(last, now)),
        Refusal::SupervisionStep { from, to } => t!(
            "refusal.supervision-step",
            from = names::supervision(*from),
            to = names::supervision(*to)
        ),
        Refusal::NotSupervised => t!("refusal.not-supervised"),
        Refusal::NoRequest => t!("refusal.no-request"),
        Refusal::Answered { by, at } => t!(
            "refusal.answered",
            by = by.name,
            at = time::moment(*at, now)
        ),
        Refusal::DaysRange { max } => t!("refusal.days-range", max = max),
        Refusal::Merged { into } => t!("refusal.merged", into = names::case(into)),
        Refusal::HasMerged => t!("refusal.has-merged"),
        Refusal::HandoverChanged { by, at } => t!(
            "refusal.handover-changed",
            by = by.name,
            at = time::moment(*at, now)
        ),
        Refusal::Unticked { left } => t!("refusal.unticked", n = left),
        Refusal::NotJoined { verb } => t!("refusal.not-joined", verb = names::verb(*verb)),
        // The others are put in words before.
        _ => return String::new(),
    }
    .into_owned()
}

/// Why the service refused.
pub fn refused(why: &Refused, policy: &Policy, now: Timestamp) -> String {
    match why {
        Refused::Rule { rule } => refusal(rule, policy, now),
        Refused::Mac => t!("refusal.mac").into_owned(),
        Refused::Author => t!("refusal.author").into_owned(),
        Refused::Feed => t!("refusal.feed").into_owned(),
        Refused::Policy => t!("refusal.policy").into_owned(),
    }
}

/// Who did what last, and when.
fn last_act(last: &LastAct, now: Timestamp) -> String {
    t!(
        "refusal.last-act",
        by = last.by.name,
        at = time::moment(last.at, now),
        verb = names::verb(last.verb)
    )
    .into_owned()
}
