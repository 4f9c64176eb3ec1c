//! Things drawn on a screen.
