//! What text looks like on a screen, and how foreign text is made harmless; a
//! leaf that knows no other room.
//!
//! It owns display widths, cutting and wrapping, neutralising at exits,
//! substitution for terminals that draw ambiguous characters two cells wide,
//! folding of full-width forms, and masking. It must not know what a text
//! means, and it never changes what is stored: everything here happens on the
//! way out, or on the way into a comparison.
//!
//! Start reading at [`width`]: no other place may measure text. The order on
//! the way to a screen is [`neutral`], then [`ambiguous`], then [`truncate`] or
//! [`wrap`].

pub mod aloud;
pub mod ambiguous;
pub mod bounded;
pub mod colour_depth;
pub mod cuts;
pub mod day_span;
pub mod fold;
pub mod fuzzy;
pub mod mask;
pub mod neutral;
pub mod pinyin;
pub mod problem;
pub mod profile_name;
pub mod spoken;
pub mod truncate;
pub mod width;
pub mod wrap;
