//! Why an act is not done. Every refusal names what an officer needs to know
//! to go on; the words are in the i18n resources.

use serde::{Deserialize, Serialize};

use super::conflict::Way;
use super::ending::CaseRef;
use super::field::Field;
use super::stage::{Stage, Supervision};
use super::{Element, LastAct};
use crate::domain::act::AnyVerb;
use crate::domain::alarm::Rank;
use crate::domain::roster::refusal::Why;
use crate::domain::time::Timestamp;
use crate::domain::unit::{OfficerRef, UnitRef};

/// A rule that stands against an act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Refusal {
    /// No role of this officer may do this in this area.
    #[error("no role of this officer may {verb} here")]
    NotPermitted {
        /// What was tried.
        verb: AnyVerb,
    },
    /// The role may do it only to work of the own unit.
    #[error("{verb}: only for work that the own unit holds, made or helps with")]
    NotOwnWork {
        /// What was tried.
        verb: AnyVerb,
    },
    /// Only the holder acts.
    #[error("only the holder may do this: {}", holder.name)]
    NotHolder {
        /// Who holds it.
        holder: UnitRef,
    },
    /// Only the unit that registered it may do this.
    #[error("only the unit that registered it may do this: {}", creator.name)]
    NotCreator {
        /// Who registered it.
        creator: UnitRef,
    },
    /// A second person is needed.
    #[error("{verb} needs a second person")]
    SamePerson {
        /// What was tried.
        verb: AnyVerb,
    },
    /// An act for somebody else must say for whom and by which way.
    #[error("an act on behalf of {} must say who said it and how", holder.name)]
    BehalfUnsaid {
        /// Who holds it.
        holder: UnitRef,
    },
    /// The verb does not work at this stage.
    #[error("{verb} does not work at stage {}", stage.name())]
    WrongStage {
        /// What was tried.
        verb: AnyVerb,
        /// Where the incident stands.
        stage: Stage,
        /// What brought it there.
        last: Option<LastAct>,
    },
    /// Somebody was faster: stage or holder are not what the officer saw.
    #[error("meanwhile {} by {}", last.verb, last.by.name)]
    Stale {
        /// What was tried.
        verb: AnyVerb,
        /// The stage that the officer saw.
        seen: Stage,
        /// Where the incident stands.
        stage: Stage,
        /// Who holds it now.
        holder: UnitRef,
        /// What brought it there.
        last: LastAct,
    },
    /// Somebody changed the same field.
    #[error("field {} was changed meanwhile", field.name())]
    FieldClash {
        /// Which field.
        field: Field,
        /// What it says now.
        theirs: String,
        /// What the officer wanted.
        yours: String,
    },
    /// A field must be filled.
    #[error("field {} must be filled", field.name())]
    Empty {
        /// Which field.
        field: Field,
    },
    /// A field is too long or a list has too many items.
    #[error("field {} may have at most {max}", field.name())]
    TooLong {
        /// Which field.
        field: Field,
        /// The most characters or items.
        max: u32,
    },
    /// A value makes no sense here.
    #[error("field {} has a value that does not fit", field.name())]
    Unfit {
        /// Which field.
        field: Field,
    },
    /// Nothing of this case is masked.
    #[error("nothing of this case is masked")]
    NothingMasked,
    /// A reason for looking must not say what was looked at: it is shown to
    /// everybody who sees the case.
    #[error("the reason says what is masked")]
    ReasonTells,
    /// The four elements are not complete.
    #[error("elements missing: {missing:?}")]
    ElementsMissing {
        /// Which of the four.
        missing: Vec<Element>,
    },
    /// This rank may not be put off.
    #[error("rank {rank} may not be snoozed")]
    NoSnooze {
        /// The rank.
        rank: Rank,
    },
    /// The snooze ends too early or too late.
    #[error("a snooze must end after now and before {latest:?}")]
    SnoozeRange {
        /// The latest end.
        latest: Timestamp,
    },
    /// The new rank is not above (raise) or not just below (lower) the present.
    #[error("{verb} from {from} to {to} is no step the rules know")]
    RankStep {
        /// What was tried.
        verb: AnyVerb,
        /// The present rank.
        from: Rank,
        /// The rank asked for.
        to: Rank,
    },
    /// There is nobody to give it back to.
    #[error("nobody gave this out, so it cannot be returned")]
    NobodyToReturnTo,
    /// A unit or person is not known.
    #[error("field {} names somebody who is not known here", field.name())]
    UnknownHolder {
        /// In which field.
        field: Field,
    },
    /// Two acts that met wait for a person's ruling; nothing ends before it.
    #[error("{verb}: a conflict is open")]
    OpenConflict {
        /// What was tried.
        verb: AnyVerb,
    },
    /// There is no such card.
    #[error("no such conflict")]
    NoConflict,
    /// Somebody else has ruled already.
    #[error("the conflict was settled by {}", by.name)]
    Settled {
        /// Who.
        by: OfficerRef,
        /// When.
        at: Timestamp,
        /// Which of the three ways.
        way: Way,
    },
    /// Levels are skipped only in an emergency.
    #[error("{verb} to {} would skip a level", unit.name)]
    SkipsLevel {
        /// What was tried.
        verb: AnyVerb,
        /// To whom.
        unit: UnitRef,
    },
    /// The unit is not on the side that the verb leads to.
    #[error("{verb} does not lead to {}", unit.name)]
    OutOfLine {
        /// What was tried.
        verb: AnyVerb,
        /// To whom.
        unit: UnitRef,
    },
    /// What a field names is there already.
    #[error("what field {} names is there already", field.name())]
    Already {
        /// Which field.
        field: Field,
    },
    /// The own unit was not told.
    #[error("no copy was sent to this unit")]
    NotInformed,
    /// The own unit was not called, or has come already.
    #[error("no call waits for this unit")]
    NotCalled,
    /// Nothing that the own unit called for can be rated.
    #[error("nothing can be rated")]
    NothingToRate,
    /// Work of a superior is not supervised from below.
    #[error("a superior holds it: {}", holder.name)]
    HeldBySuperior {
        /// Who holds it.
        holder: UnitRef,
    },
    /// Somebody has worked on it: only a leader may still void it.
    #[error("somebody has worked on it")]
    WorkedOn {
        /// What was done last.
        last: LastAct,
    },
    /// Supervision only rises.
    #[error("supervision only rises, from {} not to {}", from.name(), to.name())]
    SupervisionStep {
        /// The present level.
        from: Supervision,
        /// The level asked for.
        to: Supervision,
    },
    /// It is not supervised.
    #[error("it is not supervised")]
    NotSupervised,
    /// Nobody has asked for more time.
    #[error("nobody has asked for more time")]
    NoRequest,
    /// Somebody else has answered already.
    #[error("the request was answered by {}", by.name)]
    Answered {
        /// Who.
        by: OfficerRef,
        /// When.
        at: Timestamp,
    },
    /// Too few or too many days.
    #[error("1 to {max} days")]
    DaysRange {
        /// The most.
        max: u16,
    },
    /// It is folded into another case, which is where the work goes on.
    #[error("it is folded into {}", into.name())]
    Merged {
        /// Into which.
        into: CaseRef,
    },
    /// Others are folded into it; it cannot be folded itself.
    #[error("other cases are folded into it")]
    HasMerged,
    /// The two cases do not belong together.
    #[error("{verb}: the two cases do not belong together")]
    NotJoined {
        /// What was tried.
        verb: AnyVerb,
    },
    /// The outgoing officer has signed another handover since.
    #[error("the handover was signed anew by {}", by.name)]
    HandoverChanged {
        /// Who.
        by: OfficerRef,
        /// When.
        at: Timestamp,
    },
    /// Somebody was faster, and what they did stands against it.
    #[error("{verb}: meanwhile {did} by {}", by.name)]
    Overtaken {
        /// What was tried.
        verb: AnyVerb,
        /// What was done.
        did: AnyVerb,
        /// By whom.
        by: OfficerRef,
        /// When.
        at: Timestamp,
    },
    /// Matters that must be ticked are not.
    #[error("{left} matters are not ticked")]
    Unticked {
        /// How many.
        left: u32,
    },
    /// A rule of the roster.
    #[error("roster: {roster}")]
    Roster {
        /// Which.
        roster: Why,
    },
    /// There is already a record with this id.
    #[error("this record exists already")]
    Exists,
    /// There is no such record, or not for this officer.
    #[error("no such record")]
    NotFound,
    /// The targets do not fit the verb.
    #[error("these are not the targets of {verb}")]
    Targets {
        /// What was tried.
        verb: AnyVerb,
    },
    /// The area is outside the feed or too wide.
    #[error("the area does not belong to this feed")]
    AreaOutside,
}

/// The outcome of asking whether an act would be allowed.
pub type Verdict = Result<(), Refusal>;
