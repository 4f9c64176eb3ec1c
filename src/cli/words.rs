//! Words that the command line shares with the workstation, so that a rule is
//! put the same way on the screen and in a script's log.

use super::desk::OpenDesk;
use crate::domain::incident::refusal::Refusal;
use crate::tui::app::words::refusal as shared;
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
