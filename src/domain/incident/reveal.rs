//! What is masked of an incident, and what it takes to see it whole.
//!
//! Telephone numbers are masked wherever an incident is shown; identity
//! numbers and the names of minors are sealed. Here they are named and, for
//! whoever has revealed them, given whole. A revealing leaves an entry that
//! says who, when, at what and why, and never what was seen.

use serde::{Deserialize, Serialize};

use super::Incident;
use super::party::SealedParty;
use super::refusal::{Refusal, Verdict};
use crate::domain::record::{Record, Sealed};

/// The shortest number that a reason may not say, in digits and letters: a
/// shorter one (110) is nobody's own.
const NUMBER_TOLD_CHARS_MIN: usize = 7;
/// The shortest name that a reason may not say, in characters.
const NAME_TOLD_CHARS_MIN: usize = 2;

/// Something that is masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// What it is.
    pub what: What,
    /// Whose: a party, counted from 0 in the open list; nobody of them for who
    /// told of the incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<u32>,
}

/// What is masked of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// 电话.
    Phone,
    /// 证件号码.
    DocNo,
    /// 未成年人姓名.
    Name,
}

/// A part with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole<'a> {
    /// Which.
    pub part: Part,
    /// What it says.
    pub value: &'a str,
}

/// What is masked of an incident, with the values: of who told of it first,
/// then party by party.
#[must_use]
pub fn wholes<'a>(incident: &'a Incident, sealed: Option<&'a Sealed>) -> Vec<Whole<'a>> {
    let mut all = vec![whole(What::Phone, None, &incident.source.phone)];
    for (at, party) in incident.parties.iter().enumerate() {
        let index = u32::try_from(at).unwrap_or(u32::MAX);
        all.push(whole(What::Phone, Some(index), &party.phone));
        if let Some(kept) = of_party(sealed, index) {
            all.push(whole(What::DocNo, Some(index), &kept.doc_no));
            all.push(whole(What::Name, Some(index), &kept.name));
        }
    }
    all.retain(|whole| !whole.value.trim().is_empty());
    all
}

fn whole(what: What, party: Option<u32>, value: &str) -> Whole<'_> {
    Whole {
        part: Part { what, party },
        value,
    }
}

/// What of a party is sealed.
#[must_use]
pub fn of_party(sealed: Option<&Sealed>, party: u32) -> Option<&SealedParty> {
    sealed?.parties.iter().find(|kept| kept.party == party)
}

/// What is masked of a record, by name.
#[must_use]
pub fn parts(record: &Record) -> Vec<Part> {
    record.incident().map_or_else(Vec::new, |incident| {
        wholes(incident, record.sealed.as_ref())
            .into_iter()
            .map(|whole| whole.part)
            .collect()
    })
}

/// Whether there is something to be seen, and the reason does not say it.
///
/// # Errors
/// The rule that stands against it.
pub fn check(record: &Record, reason: &str) -> Verdict {
    let Some(incident) = record.incident() else {
        return Err(Refusal::NothingMasked);
    };
    let wholes = wholes(incident, record.sealed.as_ref());
    if wholes.is_empty() {
        return Err(Refusal::NothingMasked);
    }
    let said = folded(reason);
    if wholes.iter().any(|whole| tells(&said, whole)) {
        return Err(Refusal::ReasonTells);
    }
    Ok(())
}

/// Whether a folded text has the value in it, however it is spaced.
fn tells(said: &str, whole: &Whole<'_>) -> bool {
    let value = folded(whole.value);
    let least = match whole.part.what {
        What::Phone | What::DocNo => NUMBER_TOLD_CHARS_MIN,
        What::Name => NAME_TOLD_CHARS_MIN,
    };
    value.chars().count() >= least && said.contains(&value)
}

/// Letters and digits alone, full-width ones as the usual ones.
fn folded(text: &str) -> String {
    const FULL_WIDTH: std::ops::RangeInclusive<char> = '！'..='～';
    const FULL_WIDTH_SHIFT: u32 = 0xFEE0;
    text.chars()
        .map(|c| {
            if FULL_WIDTH.contains(&c) {
                char::from_u32(u32::from(c) - FULL_WIDTH_SHIFT).unwrap_or(c)
            } else {
                c
            }
        })
        .filter(|c| c.is_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests;
