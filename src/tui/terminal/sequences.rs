//! The byte sequences that are fixed, in one place each.

/// Alternate screen, cleared; bracketed paste on; cursor hidden.
pub(super) const ENTER: &[u8] = b"\x1b[?1049h\x1b[m\x1b[2J\x1b[H\x1b[?2004h\x1b[?25l";

/// Ends whatever a session, or a part of it that we do not know of, may have
/// switched on: an open synchronised update first, or nothing below is seen;
/// mouse in all its kinds, focus reports, bracketed paste, the pen, line
/// wrapping, the cursor's shape; then the main screen, and there the cursor.
pub(super) const LEAVE: &[u8] = b"\x1b[?2026l\
    \x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\
    \x1b[?1004l\x1b[?2004l\x1b[m\x1b[?7h\x1b[0 q\
    \x1b[?1049l\x1b[?25h";

/// Between these two the terminal shows nothing of what it is told.
pub(super) const BEGIN_UPDATE: &[u8] = b"\x1b[?2026h";
/// See [`BEGIN_UPDATE`].
pub(super) const END_UPDATE: &[u8] = b"\x1b[?2026l";

pub(super) const SHOW_CURSOR: &[u8] = b"\x1b[?25h";
pub(super) const HIDE_CURSOR: &[u8] = b"\x1b[?25l";

/// Sounds the bell.
pub(super) const BELL: &[u8] = b"\x07";

/// The end of a bracketed paste, as the terminal sends it.
pub(super) const PASTE_END: &[u8] = b"\x1b[201~";
