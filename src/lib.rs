//! Zhiban 值班台: one library behind one binary.
//!
//! Reading order, from the floor up. A room may know only rooms above it in
//! this list that ARCHITECTURE.md allows; `tests/tidy.rs` checks the arrows.
//!
//! 1. [`domain`]: what a governance centre is and does. Pure.
//! 2. [`text`]: widths, truncation, and making foreign text harmless.
//! 3. [`wire`]: what crosses the network.
//! 4. [`store`], [`sync`]: the workstation's encrypted copy and its engine.
//! 5. `service`: the central service; [`exchange`]: files in and out.
//! 6. [`tui`], [`cli`]: the faces.
//!
//! The invariants that every change must keep are listed in ARCHITECTURE.md.

rust_i18n::i18n!("src/i18n", fallback = "zh-CN");

pub mod cli;
pub mod config;
#[cfg(feature = "service")]
pub mod demo;
pub mod domain;
pub mod exchange;
pub mod fault;
pub mod i18n;
#[cfg(feature = "service")]
pub mod service;
pub mod store;
pub mod sync;
pub mod text;
pub mod tui;
pub mod wire;
