//! The live bus: what was just committed, to every open stream. A hint only;
//! whoever falls behind is told to pull.

use std::sync::Arc;

use tokio::sync::broadcast;

use super::super::storage::StoredChange;
use crate::domain::ids::OfficerId;

/// What travels on the bus.
#[derive(Clone, Debug)]
pub enum Told {
    /// Changes of one transaction in one feed, in order.
    Changes(Arc<[StoredChange]>),
    /// This officer's grants or account changed: streams that were opened
    /// under the old ones end.
    Officer(OfficerId),
}

/// A bounded broadcast. A cheap clone.
#[derive(Clone, Debug)]
pub struct Bus {
    sender: broadcast::Sender<Told>,
}

impl Bus {
    /// A bus that keeps `capacity` messages for slow readers.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let (sender, _) = broadcast::channel(capacity.max(1));
        Self { sender }
    }

    /// Tells every listener. Nobody listening is no error.
    pub fn tell(&self, told: Told) {
        let _nobody = self.sender.send(told);
    }

    /// Listens from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Told> {
        self.sender.subscribe()
    }

    /// How many listen.
    #[must_use]
    pub fn listeners(&self) -> usize {
        self.sender.receiver_count()
    }
}
