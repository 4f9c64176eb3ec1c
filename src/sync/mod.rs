//! The workstation's engine: connect, catch up, stream, push, back off.
//!
//! It knows the store, never a screen. Start at [`status`] for what it tells
//! others and at [`transport`] for the door to the network; below them lie
//! pure parts ([`backoff`], [`offset`], [`sse`]) that know no I/O.

pub mod address;
pub mod anew;
pub mod api;
pub mod backoff;
pub mod clock;
pub mod engine;
pub mod entropy;
pub mod error;
pub mod handle;
pub mod http;
mod lock;
pub mod offset;
mod pin;
pub mod plan;
pub mod seat;
pub mod session;
pub mod snapshot;
pub mod sse;
pub mod status;
pub mod transport;
