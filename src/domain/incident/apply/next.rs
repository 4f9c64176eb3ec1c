//! Where a step leads, in terms of the table.

use crate::domain::incident::stage::Stage;

/// Where a step leads.
pub enum Next {
    /// The stage stays.
    Stay,
    /// The only way that the table gives.
    Only,
    /// One of several ways.
    Way(Stage),
}
