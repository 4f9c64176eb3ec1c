//! Words that the command line shares with the workstation.

use crate::domain::incident::refusal::Refusal;
use crate::wire::command::Refused;

/// A rule that stands against an act.
pub fn refusal(rule: &Refusal) -> String {
    rule.to_string()
}

/// Why an act was refused.
pub fn refused(why: &Refused) -> String {
    match why {
        Refused::Rule { rule } => refusal(rule),
        Refused::Mac => crate::i18n::text("refusal.mac").into_owned(),
        Refused::Author => crate::i18n::text("refusal.author").into_owned(),
        Refused::Feed => crate::i18n::text("refusal.feed").into_owned(),
        Refused::Policy => crate::i18n::text("refusal.policy").into_owned(),
    }
}
