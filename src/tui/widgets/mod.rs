//! Things drawn on a screen: plain values drawn per frame, their state apart.
//!
//! A widget draws with a [`Pen`], which is the only way text reaches a cell:
//! it neutralises, substitutes and cuts. Widgets know roles, never colours,
//! and nothing of records or screens.
//!
//! Start reading at [`pen`], then [`table`] and [`input`].

pub mod badge;
pub mod banner;
pub mod dump;
pub mod form;
pub mod input;
pub mod input_view;
pub mod pen;
pub mod picker;
pub mod popup;
pub mod scroll;
pub mod status;
pub mod table;

pub use badge::{AlarmColour, Badge, Shape};
pub use input::{Change, Edit, InputState};
pub use pen::Pen;
