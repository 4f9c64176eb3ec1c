//! The calls about the mediation network.

use super::Store;
use crate::domain::area::AreaCode;
use crate::domain::codes::Category;
use crate::domain::ids::RecordId;
use crate::domain::time::Timestamp;
use crate::store::network::{self, PersonMark};
use crate::store::ticket::Ticket;
use crate::store::view::{Branch, Near, Pick, Shown};

impl Store {
    /// The units under one; without it those at the top.
    pub fn branches(&self, under: Option<RecordId>) -> Ticket<Vec<Branch>> {
        self.inner
            .exec
            .read(move |reader| network::branches(&reader.dbs.replica, under))
    }

    /// The units above one, the highest first, and itself; empty for one that
    /// is not here.
    pub fn way_to(&self, unit: RecordId) -> Ticket<Vec<RecordId>> {
        self.inner
            .exec
            .read(move |reader| network::way(&reader.dbs.replica, unit))
    }

    /// The unit that answers for an area.
    pub fn unit_at(&self, area: AreaCode) -> Ticket<Option<RecordId>> {
        self.inner
            .exec
            .read(move |reader| network::unit_at(&reader.dbs.replica, area))
    }

    /// The people of a unit, by name.
    pub fn contacts(&self, unit: RecordId) -> Ticket<Vec<Shown>> {
        self.inner
            .exec
            .read(move |reader| network::contacts(&reader.dbs.replica, unit))
    }

    /// At most so many people within an area, or of all that the officer sees,
    /// by area and name, from behind a place on; with the place of the last.
    pub fn people_page(
        &self,
        within: Option<AreaCode>,
        after: Option<PersonMark>,
        most: usize,
    ) -> Ticket<(Vec<Pick>, Option<PersonMark>)> {
        self.inner.exec.read(move |reader| {
            network::people_page(&reader.dbs.replica, within, after.as_ref(), most)
        })
    }

    /// Who is nearest to a case of this category in this area at that time.
    pub fn near(
        &self,
        area: AreaCode,
        category: Option<Category>,
        now: Timestamp,
    ) -> Ticket<Vec<Near>> {
        self.inner
            .exec
            .read(move |reader| network::near(&reader.dbs.replica, area, category, now))
    }
}
