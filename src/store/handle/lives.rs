//! The calls about the service's lives: what the desk holds against what the
//! service has, and where that went backwards.

use super::{Store, Ticket};
use crate::domain::ids::DeviceId;
use crate::store::cursor;
use crate::store::life::{self, Frozen, Witness};
use crate::store::renumber;
use crate::wire::feed::{Epoch, FeedId, Stated};

impl Store {
    /// As [`Store::cursor`], with the service's word for that place.
    pub fn stated(&self, feed: FeedId) -> Ticket<Option<Stated>> {
        self.inner
            .exec
            .read(move |reader| cursor::stated(&reader.dbs.replica, feed))
    }

    /// What the desk holds of its feeds, to be compared with the service.
    pub fn witnesses(&self) -> Ticket<Vec<Witness>> {
        self.inner.exec.read(|reader| life::witnesses(reader))
    }

    /// The life of the service to which the acts' states belong.
    pub fn life(&self) -> Ticket<Option<Epoch>> {
        self.inner
            .exec
            .read(|reader| life::of(&reader.dbs.replica, &reader.dbs.outbox))
    }

    /// The identity under which the acts have their numbers. It is another one
    /// than this store was opened for when another program has enrolled the desk
    /// anew since.
    pub fn numbered_for(&self) -> Ticket<Option<DeviceId>> {
        self.inner
            .exec
            .read(|reader| renumber::numbered_for(&reader.dbs.outbox))
    }

    /// Notes that the service has forgotten, in that epoch, what this desk has
    /// seen. Only a snapshot of another epoch takes it back.
    pub fn freeze(&self, frozen: Frozen) -> Ticket<()> {
        self.inner
            .exec
            .write(move |writer| life::freeze(writer, frozen))
    }

    /// Where the service has forgotten what this desk has seen.
    pub fn frozen(&self) -> Ticket<Vec<Frozen>> {
        self.inner.exec.read(|reader| life::frozen(reader))
    }
}
