//! Somebody who writes at the worst moment: while the centre reads what a desk
//! missed that is opening its stream. Whoever listens first and reads then
//! loses nothing by it.

use std::sync::{Arc, Mutex};

use super::world::Dice;

/// Answers of the centre's disk that opening a stream takes: who asks, the
/// first heartbeat, and a page for each feed.
const PAUSES_MAX: u64 = 6;

/// Waits for a desk to open its stream, then counts what the centre reads.
#[derive(Clone, Default)]
pub struct Meddler(Arc<Mutex<Plan>>);

#[derive(Default)]
struct Plan {
    /// Whose stream, and at which read after it.
    waits_for: Option<(String, u64)>,
    /// Reads that are left.
    left: Option<u64>,
}

impl Meddler {
    /// The next stream of this desk will be met.
    pub fn wait_for(&self, desk: &str, dice: &mut Dice) {
        let pauses = dice.between(1, PAUSES_MAX);
        self.0.lock().unwrap().waits_for = Some((desk.to_owned(), pauses));
    }

    /// A desk opens its stream.
    pub fn opens(&self, desk: &str) {
        let mut plan = self.0.lock().unwrap();
        if plan
            .waits_for
            .as_ref()
            .is_some_and(|(name, _)| name == desk)
        {
            plan.left = plan.waits_for.take().map(|(_, pauses)| pauses);
        }
    }

    /// The centre has read something that is not yet answered; whether now is
    /// the moment.
    pub fn is_now(&self) -> bool {
        let mut plan = self.0.lock().unwrap();
        plan.left = plan.left.map(|left| left - 1);
        let now = plan.left == Some(0);
        if now {
            plan.left = None;
        }
        now
    }
}
