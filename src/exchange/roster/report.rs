//! What is wrong with a file, in words: where, what, and how to mend it.

use super::{Fault, Namesake, Wrong};
use crate::i18n::t;
use crate::text::mask::mask_phone;

/// A fault as one line, with its cell.
#[must_use]
pub fn fault(fault: &Fault) -> String {
    let what = wrong(&fault.what);
    match fault.spot {
        Some(spot) => t!(
            "roster.import.at",
            cell = spot.name(),
            row = spot.row + 1,
            what = what
        )
        .into_owned(),
        None => what,
    }
}

fn wrong(what: &Wrong) -> String {
    let text = match what {
        Wrong::NoDays => t!("roster.import.no-days"),
        Wrong::NoNames => t!("roster.import.no-names"),
        Wrong::NoMonth => t!("roster.import.no-month"),
        Wrong::OtherMonth { month } => t!("roster.import.other-month", month = month),
        Wrong::NoDay { text } => t!("roster.import.no-day", text = text),
        Wrong::DoubleDay { day } => t!("roster.import.double-day", day = day),
        Wrong::NoCode { text } => t!("roster.import.no-code", text = text),
        Wrong::Nameless => t!("roster.import.nameless"),
        Wrong::Unknown { name } => t!("roster.import.unknown", name = name),
        Wrong::Namesakes { name, are } => {
            let are: Vec<String> = are.iter().map(namesake).collect();
            t!("roster.import.namesakes", name = name, are = are.join("; "))
        }
        Wrong::Other { name, whose } => t!("roster.import.other", name = name, whose = whose),
        Wrong::NoPost { post } => t!("roster.import.no-post", post = post),
        Wrong::WhichPost { name } => t!("roster.import.which-post", name = name),
        Wrong::Twice { name, first } => {
            t!("roster.import.twice", name = name, cell = first.name())
        }
        Wrong::NoPostColumn => t!("roster.import.no-post-column"),
        Wrong::NoLines => t!("roster.import.no-lines"),
    };
    text.into_owned()
}

fn namesake(one: &Namesake) -> String {
    format!("{} {} {}", one.where_at, mask_phone(&one.phone), one.id)
}
