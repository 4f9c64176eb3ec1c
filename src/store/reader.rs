//! What the reading worker holds.

use super::db::Dbs;
use super::find::hits::Asker;
use crate::domain::officer::Officer;

/// Connections that only read, and for whom.
pub(super) struct Reader {
    pub(super) dbs: Dbs,
    pub(super) officer: Officer,
    /// Asks the search index.
    pub(super) asker: Asker,
}

impl Reader {
    pub(super) fn new(dbs: Dbs, officer: Officer, asker: Asker) -> Self {
        Self {
            dbs,
            officer,
            asker,
        }
    }
}
