//! One batch of questions to the terminal, asked once before the first frame.
//!
//! It asks how wide the terminal draws `─` and a Han glyph, and whether it can
//! hold back a frame; device attributes close the batch, because every terminal
//! answers those. What is not answered in time gets a safe default, and an
//! answer that comes later is swallowed by [`super::decode`]. It must not run
//! beside the keyboard's thread.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use super::colour::{ColourDepth, colour_depth};
use super::decode::Answer;
use super::flow::Fence;
use super::input::Keyboard;
use super::profile::{Profile, ScrollRegions, SynchronisedUpdate, WidthTrust};
use crate::text::width::Ambiguous;

/// Wait for answers on a local terminal.
const LOCAL_MS_MAX: u64 = 100;
/// Wait for answers over SSH.
const REMOTE_MS_MAX: u64 = 1000;

/// Whether the terminal answered the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// The closing answer came.
    Yes,
    /// It did not come in time, or nobody asked.
    No,
}

/// What is known of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// How it draws characters of open width.
    pub ambiguous: Ambiguous,
    /// Whether Han glyphs came out two cells wide.
    pub widths: WidthTrust,
    /// Colours, by the environment.
    pub colour: ColourDepth,
    /// Whether it can hold back a frame.
    pub synchronised: SynchronisedUpdate,
    /// Whether it moves rows when asked to.
    pub scrolling: ScrollRegions,
    /// How many cells a Han glyph took, if it said so.
    pub han_cells: Option<u16>,
    /// Whether it answered at all.
    pub answered: Answered,
    /// A question that it answers when it has drawn what came before.
    pub fence: Option<Fence>,
    /// From the questions to the last answer.
    pub round_trip: Duration,
}

impl Capabilities {
    /// What is assumed of a terminal that was not asked or did not answer.
    #[must_use]
    pub fn assumed(lookup: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            ambiguous: Ambiguous::Narrow,
            widths: WidthTrust::Untrusted,
            colour: colour_depth(&lookup),
            synchronised: SynchronisedUpdate::Missing,
            scrolling: scroll_regions(&lookup("TERM").unwrap_or_default()),
            han_cells: None,
            answered: Answered::No,
            fence: None,
            round_trip: Duration::ZERO,
        }
    }

    /// How frames are to be written for it.
    #[must_use]
    pub fn profile(&self) -> Profile {
        Profile {
            colour: self.colour,
            ambiguous: self.ambiguous,
            widths: self.widths,
            synchronised: self.synchronised,
            scrolling: self.scrolling,
        }
    }
}

/// Asks the terminal. Call it inside the session, before the first frame and
/// before the keyboard's thread; where nobody shall ask, use
/// [`Capabilities::assumed`].
///
/// # Errors
/// When the terminal is gone. Silence is no error.
pub fn probe(
    out: &mut impl Write,
    keyboard: &mut Keyboard,
    lookup: impl Fn(&str) -> Option<String>,
) -> io::Result<Capabilities> {
    let asked = Instant::now();
    out.write_all(&questions())?;
    out.flush()?;
    let answers = keyboard.answers(patience(&lookup))?;
    Ok(Capabilities {
        round_trip: asked.elapsed(),
        ..interpret(&answers, Capabilities::assumed(lookup))
    })
}

/// Measures how many cells the terminal gives each sample; `None` where it does
/// not say. For a terminal that has answered before.
///
/// # Errors
/// When the terminal is gone.
pub fn measure(
    out: &mut impl Write,
    keyboard: &mut Keyboard,
    samples: &[&str],
    lookup: impl Fn(&str) -> Option<String>,
) -> io::Result<Vec<Option<u16>>> {
    let mut batch = String::new();
    for sample in samples {
        batch.push_str("\x1b[2;1H");
        batch.push_str(sample);
        batch.push_str("\x1b[6n");
    }
    batch.push_str("\x1b[2;1H\x1b[J\x1b[c");
    out.write_all(batch.as_bytes())?;
    out.flush()?;
    let answers = keyboard.answers(patience(&lookup))?;
    let mut columns = answers.iter().filter_map(|answer| match answer {
        Answer::CursorAt { column, .. } => Some(column.saturating_sub(1)),
        _ => None,
    });
    Ok(samples.iter().map(|_| columns.next()).collect())
}

/// The sample of common Han glyphs.
const HAN_SAMPLE: char = '\u{6C49}';
/// The sample of open width: what borders are made of.
const AMBIGUOUS_SAMPLE: char = '─';

/// All questions in one write. They stand in row 2, because a report of row 1
/// can be mistaken for a function key. Whatever a terminal prints instead of
/// understanding is erased at the end.
fn questions() -> Vec<u8> {
    let mut batch = Vec::with_capacity(64);
    let row = "\x1b[2;1H";
    let report = "\x1b[6n";
    for part in [
        "\x1b[?2026$p",
        row,
        &AMBIGUOUS_SAMPLE.to_string(),
        report,
        row,
        &HAN_SAMPLE.to_string(),
        report,
        row,
        "\x1b[J\x1b[5n",
        "\x1b[c",
        "\x1b[H\x1b[K",
    ] {
        batch.extend_from_slice(part.as_bytes());
    }
    batch
}

/// Terminals that move rows when asked to, by the beginnings of their names.
const SCROLLING: [&str; 17] = [
    "xterm",
    "screen",
    "tmux",
    "linux",
    "vt100",
    "vt102",
    "vt2",
    "vt3",
    "vt4",
    "vt5",
    "rxvt",
    "alacritty",
    "foot",
    "konsole",
    "wezterm",
    "gnome",
    "st-",
];

fn scroll_regions(terminal: &str) -> ScrollRegions {
    if SCROLLING.iter().any(|name| terminal.starts_with(name)) {
        ScrollRegions::Supported
    } else {
        ScrollRegions::Missing
    }
}

fn patience(lookup: &impl Fn(&str) -> Option<String>) -> Duration {
    let remote = ["SSH_CONNECTION", "SSH_TTY"]
        .iter()
        .any(|name| lookup(name).is_some());
    Duration::from_millis(if remote { REMOTE_MS_MAX } else { LOCAL_MS_MAX })
}

/// Reads the answers. The first two cursor reports belong to the two samples;
/// terminals answer in order.
fn interpret(answers: &[Answer], assumed: Capabilities) -> Capabilities {
    let mut found = assumed;
    let mut widths = Vec::new();
    for answer in answers {
        match answer {
            Answer::CursorAt { column, .. } => widths.push(column.saturating_sub(1)),
            Answer::DeviceAttributes => {
                found.answered = Answered::Yes;
                // Whatever has device attributes was made after the VT100.
                found.scrolling = ScrollRegions::Supported;
                found.fence.get_or_insert(Fence::Attributes);
            }
            Answer::Ready => found.fence = Some(Fence::Status),
            Answer::Mode {
                number: 2026,
                state: 1..=3,
            } => found.synchronised = SynchronisedUpdate::Supported,
            Answer::Mode { .. } | Answer::Other => {}
        }
    }
    if found.answered == Answered::No {
        // Asked, and silent: what is drawn then must be right on either kind.
        found.ambiguous = Ambiguous::Wide;
    }
    found.han_cells = widths.get(1).copied();
    if widths.first() == Some(&2) {
        found.ambiguous = Ambiguous::Wide;
    }
    if matches!(widths[..], [1 | 2, 2]) {
        found.widths = WidthTrust::Trusted;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing(_: &str) -> Option<String> {
        None
    }

    fn at(column: u16) -> Answer {
        Answer::CursorAt { row: 2, column }
    }

    #[test]
    fn answers_by_table() {
        let fence = Answer::DeviceAttributes;
        let mode = |state| Answer::Mode {
            number: 2026,
            state,
        };
        let narrow = Ambiguous::Narrow;
        let missing = SynchronisedUpdate::Missing;
        for (answers, ambiguous, widths, synchronised, answered) in [
            (
                vec![],
                Ambiguous::Wide,
                WidthTrust::Untrusted,
                missing,
                Answered::No,
            ),
            (
                vec![mode(2), at(2), at(3), fence],
                narrow,
                WidthTrust::Trusted,
                SynchronisedUpdate::Supported,
                Answered::Yes,
            ),
            (
                vec![mode(0), at(3), at(3), fence],
                Ambiguous::Wide,
                WidthTrust::Trusted,
                missing,
                Answered::Yes,
            ),
            // Bytes drawn one by one: the terminal does not speak UTF-8.
            (
                vec![at(4), at(4), fence],
                narrow,
                WidthTrust::Untrusted,
                missing,
                Answered::Yes,
            ),
            (
                vec![fence],
                narrow,
                WidthTrust::Untrusted,
                missing,
                Answered::Yes,
            ),
            (
                vec![at(2)],
                Ambiguous::Wide,
                WidthTrust::Untrusted,
                missing,
                Answered::No,
            ),
        ] {
            let found = interpret(&answers, Capabilities::assumed(nothing));
            assert_eq!(
                (
                    found.ambiguous,
                    found.widths,
                    found.synchronised,
                    found.answered
                ),
                (ambiguous, widths, synchronised, answered),
                "{answers:?}"
            );
        }
    }

    #[test]
    fn the_questions_leave_an_empty_screen() {
        let mut terminal = vt100::Parser::default();
        terminal.process(&questions());
        assert_eq!(terminal.screen().contents().trim(), "");
        assert_eq!(terminal.screen().cursor_position(), (0, 0));
    }

    #[test]
    fn slow_lines_get_more_time() {
        let remote = |name: &str| (name == "SSH_TTY").then(|| "/dev/pts/1".to_owned());
        assert_eq!(patience(&nothing), Duration::from_millis(LOCAL_MS_MAX));
        assert_eq!(patience(&remote), Duration::from_millis(REMOTE_MS_MAX));
    }
}
