//! What the reading worker holds.

use super::db::Dbs;
use crate::domain::officer::Officer;

/// Connections that only read, and for whom.
pub(super) struct Reader {
    pub(super) dbs: Dbs,
    pub(super) officer: Officer,
}

impl Reader {
    pub(super) fn new(dbs: Dbs, officer: Officer) -> Self {
        Self { dbs, officer }
    }
}
