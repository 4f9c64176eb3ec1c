//! Names of areas. Codes change yearly and local groups have local names, so
//! names are records in the feed and not a table in the program.

use serde::{Deserialize, Serialize};

use super::extra::Extra;

/// What people call an area; its code is the record's area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The name within the next wider area (`石桥镇`, `三岔村`).
    pub name: String,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}
