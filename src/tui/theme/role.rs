//! What a colour means: the closed set of roles a theme gives looks to.

use std::str::FromStr;

use ratatui::style::Modifier;

macro_rules! roles {
    ($($(#[$doc:meta])* $variant:ident $name:literal $fallback:expr;)+) => {
        /// A meaning that is drawn in one look everywhere.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role { $($(#[$doc])* $variant,)+ }

        impl Role {
            /// Every role.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in theme files.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What takes the colour's place where colours are missing, so
            /// that nothing is told by colour alone. Never blinking.
            #[must_use]
            #[allow(clippy::match_same_arms, reason = "one arm for each row of the table")]
            pub const fn without_colour(self) -> Modifier {
                match self { $(Self::$variant => $fallback,)+ }
            }
        }
    };
}

const PLAIN: Modifier = Modifier::empty();
const BOLD: Modifier = Modifier::BOLD;
const REVERSE: Modifier = Modifier::REVERSED;
const UNDERLINE: Modifier = Modifier::UNDERLINED;

roles! {
    /// Ordinary text, and the ground of the whole screen.
    Text "text" PLAIN;
    /// What matters less: units, explanations.
    Dim "dim" PLAIN;
    /// The name of a screen or popup.
    Title "title" BOLD;
    /// The two lines of frame at the top.
    Frame "frame" PLAIN;
    /// The board that is open, among the boards of the frame.
    FrameActive "frame-active" REVERSE;
    /// Column headings.
    Header "header" UNDERLINE;
    /// Lines around popups and panes.
    Border "border" PLAIN;
    /// The row under the highlight.
    Selection "selection" REVERSE;
    /// The sign before the row under the highlight.
    Marker "marker" BOLD;
    /// What was found by a filter, inside a text.
    Match "match" UNDERLINE;
    /// An alarm of the gravest rank; the only red.
    AlarmUrgent "alarm-urgent" BOLD.union(REVERSE);
    /// An alarm of the rank below, where a county has four.
    AlarmSerious "alarm-serious" BOLD.union(UNDERLINE);
    /// An alarm of the middle rank.
    AlarmWatch "alarm-watch" BOLD;
    /// An alarm of the lightest rank.
    AlarmNotice "alarm-notice" PLAIN;
    /// The lightest rank where the county calls it green.
    AlarmCalm "alarm-calm" PLAIN;
    /// A deadline that has passed.
    Overdue "overdue" BOLD.union(UNDERLINE);
    /// Done here and not yet answered by the centre.
    Pending "pending" UNDERLINE;
    /// Refused by the centre: the officer has to act.
    Refused "refused" BOLD.union(UNDERLINE);
    /// The link is up.
    Online "online" PLAIN;
    /// The link is slow, or the data are old.
    Degraded "degraded" BOLD;
    /// The link is down.
    Offline "offline" BOLD.union(REVERSE);
    /// This is a demonstration.
    Demo "demo" BOLD;
    /// Something went wrong, or was typed wrongly.
    Error "error" BOLD.union(UNDERLINE);
    /// What has just succeeded.
    Done "done" PLAIN;
    /// The name of a field.
    Label "label" PLAIN;
    /// A field without the focus.
    Input "input" PLAIN;
    /// The field with the focus.
    InputFocus "input-focus" UNDERLINE;
    /// What stands in an empty field to help.
    Placeholder "placeholder" PLAIN;
    /// A key in the hint line.
    HintKey "hint-key" BOLD;
    /// What the key does.
    HintText "hint-text" PLAIN;
    /// A key that does not work just now.
    HintDenied "hint-denied" PLAIN;
    /// A banner that is no alarm.
    Banner "banner" REVERSE;
    /// The banner of a new alarm of the gravest rank.
    BannerUrgent "banner-urgent" BOLD.union(REVERSE);
}

/// No role has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no role is called {0:?}")]
pub struct UnknownRole(pub String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|role| role.name() == text)
            .ok_or_else(|| UnknownRole(text.to_owned()))
    }
}
