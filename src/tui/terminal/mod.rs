//! The terminal itself: entering and leaving it, its signals, what it can do,
//! what it sends and what it is sent.
//!
//! It owns raw mode, the alternate screen and every other mode ([`guard`]); the
//! process's signals ([`signals`]); bytes into keys ([`decode`], [`input`]);
//! the one batched question to the terminal ([`probe`]); cells into bytes
//! ([`painter`], [`backend`], [`scroll`]); and how fast those go out ([`line`],
//! [`flow`]). It must not know a screen, a key's meaning or a record.
//!
//! Order of use: [`guard::Session::enter`], [`input::Keyboard::open`],
//! [`probe::probe`], [`line::Line`], [`painter::Painter`], then
//! [`input::Keyboard::spawn`] and [`signals::spawn`].

pub mod backend;
mod blanks;
pub mod colour;
mod cursor;
pub mod decode;
mod decode_csi;
pub mod flow;
mod glyph;
pub mod guard;
pub mod input;
pub mod line;
pub mod painter;
pub mod probe;
pub mod profile;
pub mod refusal;
pub mod scroll;
mod sequences;
mod sgr;
pub mod signals;

#[cfg(test)]
mod backend_tests;
