//! Words that the command line shares with the workstation, so that a rule is
//! put the same way on the screen and in a script's log.

use super::desk::OpenDesk;
use crate::domain::alarm::Rank;
use crate::domain::incident::refusal::Refusal;
pub use crate::tui::app::words::names::{number, standing, title, verb};
use crate::tui::app::words::{names, refusal as shared};
use crate::wire::command::Refused;

/// A rule that stands against an act.
pub fn refusal(desk: &OpenDesk, rule: &Refusal) -> String {
    let (_, policy) = desk.store.policy();
    shared::refusal(rule, &policy, desk.now())
}

/// Why an act was refused.
pub fn refused(desk: &OpenDesk, why: &Refused) -> String {
    let (_, policy) = desk.store.policy();
    shared::refused(why, &policy, desk.now())
}

/// The county's word for a rank.
pub fn rank(desk: &OpenDesk, rank: Rank) -> String {
    let (_, policy) = desk.store.policy();
    names::rank(rank, &policy)
}
