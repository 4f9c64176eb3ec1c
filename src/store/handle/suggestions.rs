//! What the screen suggests besides what it was asked for.

use super::Store;
use crate::domain::ids::{RecordId, UnitId};
use crate::domain::incident::alike::Matter;
use crate::domain::unit::{Directory, UnitRef};
use crate::store::alike::{self, Suggestion};
use crate::store::picks::Known;
use crate::store::ticket::Ticket;

impl Store {
    /// The unit to which that one answers, by the confirmed records; none where
    /// it has no superior, or none that is known here.
    pub fn superior(&self, of: UnitId) -> Ticket<Option<UnitRef>> {
        self.inner.exec.read(move |reader| {
            let known = Known(&reader.dbs.replica);
            Ok(known.parent(of).and_then(|parent| known.unit(parent)))
        })
    }

    /// Incidents that may be the same matter as `one`, without `except`, the
    /// best reasons first. A suggestion, by the policy in force.
    pub fn alike(&self, one: Matter, except: Option<RecordId>) -> Ticket<Vec<Suggestion>> {
        let rule = self.policy().1.duplicates;
        self.inner
            .exec
            .read(move |reader| alike::alike(&reader.dbs.replica, &one, except, rule))
    }
}
