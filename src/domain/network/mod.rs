//! The mediation network: whom one may ask to settle a dispute, when they can
//! be rung, and who is nearest.
//!
//! Its people are the `person` records and its tree the `unit` records of
//! [`super::unit`]: 区 → 镇街 → 村(社区) → 组 → 十户, with committees of the
//! trades, tribunals and law firms beside it (domain.md §6). Nobody here is
//! scored or ranked: people are put in the order of how near they are, and the
//! reason is shown.
//!
//! Start at [`nearest`]; [`verb`] lists what officers do to a contact, and
//! [`apply`] is how it is done.

pub mod act;
pub mod apply;
pub mod availability;
pub mod nearest;
pub mod verb;

#[cfg(test)]
mod apply_tests;
#[cfg(test)]
mod tests;
