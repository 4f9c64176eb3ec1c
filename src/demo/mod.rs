//! The demonstration: a district at the scale of a real one, made up from a
//! seed. Making it is pure: [`district`] is where to start. [`prepare`] puts it
//! into a service, [`trickle`] lets more come in.
//!
//! Nobody in it exists. Names are combined from tables, telephone numbers begin
//! with 100, which no subscriber's does, and villages below the real towns are
//! invented. Figures on any screen are counted from the records; none is
//! written here.

pub mod acting;
pub mod case;
pub mod cast;
mod contacts;
pub mod crowd;
pub mod district;
mod duty;
pub mod history;
mod ids;
pub mod names;
pub mod network;
pub mod places;
pub mod plan;
pub mod prepare;
pub mod rng;
pub mod roster;
pub mod trickle;
mod warnings;

pub use district::{Detail, District};
pub use plan::{INCIDENTS_DEFAULT, INCIDENTS_MAX, Shape};
