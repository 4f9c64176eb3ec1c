//! What the screen suggests besides what it was asked for.

use super::Store;
use crate::domain::ids::RecordId;
use crate::domain::incident::alike::Matter;
use crate::store::alike::{self, Suggestion};
use crate::store::ticket::Ticket;

impl Store {
    /// Incidents that may be the same matter as `one`, without `except`, the
    /// best reasons first. A suggestion, by the policy in force.
    pub fn alike(&self, one: Matter, except: Option<RecordId>) -> Ticket<Vec<Suggestion>> {
        let rule = self.policy().1.duplicates;
        self.inner
            .exec
            .read(move |reader| alike::alike(&reader.dbs.replica, &one, except, rule))
    }
}
