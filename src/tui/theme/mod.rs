//! Colours by meaning.
