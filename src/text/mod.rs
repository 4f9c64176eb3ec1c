//! Widths, truncation and neutralising of text; a leaf.
