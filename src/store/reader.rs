//! What the reading worker holds.

use std::sync::Arc;

use super::db::Dbs;
use super::find::hits::Asker;
use super::shared::Shared;
use crate::domain::officer::Officer;

/// Connections that only read, and for whom.
pub(super) struct Reader {
    pub(super) dbs: Dbs,
    pub(super) officer: Officer,
    /// Asks the search index.
    pub(super) asker: Asker,
    pub(super) shared: Arc<Shared>,
}

impl Reader {
    pub(super) fn new(dbs: Dbs, officer: Officer, asker: Asker, shared: Arc<Shared>) -> Self {
        Self {
            dbs,
            officer,
            asker,
            shared,
        }
    }
}
