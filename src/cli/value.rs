//! Values on the command line, read once into the domain's types.

use serde::de::DeserializeOwned;

use super::exit::Trouble;
use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::domain::codes::Category;
use crate::domain::time::Timestamp;
use crate::i18n::t;

/// A rank: `urgent`, `serious`, `watch`, `notice`.
pub fn rank(text: &str) -> Result<Rank, Trouble> {
    named(text).ok_or_else(|| Trouble::usage(t!("cli.value.rank", value = text)))
}

/// A division code.
pub fn area(text: &str) -> Result<AreaCode, Trouble> {
    text.parse()
        .map_err(|error| Trouble::usage(t!("cli.value.area", value = text)).because(error))
}

/// A category of GB/T 31000.
pub fn category(text: &str) -> Result<Category, Trouble> {
    text.parse()
        .map_err(|error| Trouble::usage(t!("cli.value.category", value = text)).because(error))
}

/// A moment in RFC 3339.
pub fn moment(text: &str) -> Result<Timestamp, Trouble> {
    text.parse()
        .map_err(|error| Trouble::usage(t!("cli.value.moment", value = text)).because(error))
}

/// A value that the API writes as this word.
pub fn named<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::from(text)).ok()
}

/// As [`named`], with the option's name in the complaint.
pub fn of_option<T: DeserializeOwned>(option: &str, text: &str) -> Result<T, Trouble> {
    named(text)
        .ok_or_else(|| Trouble::usage(t!("cli.usage.wrong-value", arg = option, value = text)))
}
