//! Secrecy: nobody gets a record who has no business with it, by any route
//! (`routes`) or by watching (`streams`), and what is sensitive in a record
//! stays masked wherever it comes out (`matrix`, `raw_files`).
//!
//! Every test looks at bytes: the whole answer, its head included, and what
//! it says once it is unpacked.

#![cfg(all(unix, feature = "service"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod beside;
mod desk;
mod expected;
mod http;
mod matrix;
mod own_words;
mod pages;
mod people;
mod program;
mod purge;
mod raw_files;
mod reveal;
mod routes;
mod scene;
mod streams;
#[path = "../support/mod.rs"]
mod support;
#[path = "../pty/term.rs"]
#[allow(dead_code, reason = "shared with the tests in a terminal")]
mod term;
