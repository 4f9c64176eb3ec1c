//! The terminal: its name, its size, its colours, what it answers, and how wide
//! it draws what this program draws.

use std::io::IsTerminal;

use super::finding::{Finding, State};
use crate::i18n::t;
use crate::text::colour_depth::ColourDepth;
use crate::text::width::{Ambiguous, drawn_width};
use crate::tui::terminal::flow::Fence;
use crate::tui::terminal::guard::{self, Session};
use crate::tui::terminal::input::Keyboard;
use crate::tui::terminal::probe::{Answered, Capabilities, measure, probe};
use crate::tui::terminal::profile::{ScrollRegions, SynchronisedUpdate, WidthTrust};
use crate::tui::terminal::refusal::{self, Insist, other_encoding};

/// The least size that the workstation draws.
const SIZE_MIN: (u16, u16) = (60, 16);
/// The size that it is made for.
const SIZE_WISHED: (u16, u16) = (80, 24);

/// Characters whose widths terminals get differently: borders, punctuation,
/// signs, letters and what people paste.
const SAMPLES: [&str; 22] = [
    "─",
    "│",
    "“",
    "”",
    "…",
    "—",
    "·",
    "①",
    "℃",
    "×",
    "●",
    "■",
    "▲",
    "→",
    "█",
    "±",
    "Ⅲ",
    "\u{6C49}",
    "，",
    "\u{20000}",
    "🙂",
    "é",
];

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Looks at the terminal; `widths` measures the samples, too.
pub fn look(widths: bool) -> Vec<Finding> {
    let mut findings = vec![locale()];
    let name = environment("TERM").unwrap_or_default();
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        let mend = t!("cli.doctor.no-terminal");
        findings.push(Finding::other("terminal", State::Attention, name, mend));
        return findings;
    }
    if refusal::by_name(&environment, Insist::No).is_err() {
        let mend = t!("cli.doctor.dumb");
        findings.push(Finding::other("terminal", State::Bad, name, mend));
        return findings;
    }
    findings.push(Finding::good("terminal", name));
    findings.push(size());
    match ask(widths) {
        Ok((found, measured)) => {
            findings.extend(of_answers(&found));
            if widths {
                findings.extend(of_widths(found.ambiguous, &measured));
            }
        }
        Err(error) => {
            let mend = t!("cli.doctor.unaskable");
            findings.push(Finding::other("answers", State::Bad, error, mend));
        }
    }
    findings
}

/// Asks, on a screen of its own, so that nothing is left on the officer's.
fn ask(widths: bool) -> Result<(Capabilities, Vec<Option<u16>>), String> {
    let session = Session::enter().map_err(|error| error.to_string())?;
    let mut keyboard = Keyboard::open().map_err(|error| error.to_string())?;
    let mut out = session.output().map_err(|error| error.to_string())?;
    let found = probe(&mut out, &mut keyboard, environment).map_err(|error| error.to_string())?;
    let measured = if widths && found.answered == Answered::Yes {
        measure(&mut out, &mut keyboard, &SAMPLES, environment)
            .map_err(|error| error.to_string())?
    } else {
        Vec::new()
    };
    Ok((found, measured))
}

fn locale() -> Finding {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .filter_map(|name| environment(name))
        .find(|value| !value.is_empty())
        .unwrap_or_default();
    match other_encoding(&environment) {
        Some(_) => Finding::other("locale", State::Bad, locale, t!("cli.doctor.encoding")),
        None => Finding::good("locale", locale),
    }
}

fn size() -> Finding {
    let size = guard::terminal_size();
    let found = format!("{}x{}", size.width, size.height);
    let fits = |(width, height): (u16, u16)| size.width >= width && size.height >= height;
    if fits(SIZE_WISHED) {
        Finding::good("size", found)
    } else if fits(SIZE_MIN) {
        Finding::other("size", State::Attention, found, t!("cli.doctor.small"))
    } else {
        Finding::other("size", State::Bad, found, t!("cli.doctor.too-small"))
    }
}

fn of_answers(found: &Capabilities) -> Vec<Finding> {
    let colours = match found.colour {
        ColourDepth::Mono => "1",
        ColourDepth::Sixteen => "16",
        ColourDepth::Palette => "256",
        ColourDepth::True => "16777216",
    };
    let mut findings = vec![Finding::good("colours", colours)];
    findings.push(match found.answered {
        Answered::Yes => Finding::good("answers", format!("{} ms", found.round_trip.as_millis())),
        Answered::No => {
            let mend = t!("cli.doctor.silent");
            Finding::other("answers", State::Attention, "-", mend)
        }
    });
    let cells = found
        .han_cells
        .map_or("-".to_owned(), |cells| cells.to_string());
    findings.push(match (found.widths, found.answered) {
        (WidthTrust::Trusted, _) => Finding::good("han", cells),
        (WidthTrust::Untrusted, Answered::No) => {
            Finding::other("han", State::Attention, cells, t!("cli.doctor.han-unknown"))
        }
        (WidthTrust::Untrusted, Answered::Yes) => {
            Finding::other("han", State::Bad, cells, t!("cli.doctor.han-wrong"))
        }
    });
    let ambiguous = match found.ambiguous {
        Ambiguous::Narrow => "1",
        Ambiguous::Wide => "2",
    };
    findings.push(Finding::good("ambiguous", ambiguous));
    let can = [
        (found.synchronised == SynchronisedUpdate::Supported, "2026"),
        (found.scrolling == ScrollRegions::Supported, "DECSTBM"),
        (found.fence == Some(Fence::Status), "DSR"),
        (found.fence == Some(Fence::Attributes), "DA"),
    ];
    let can: Vec<&str> = can
        .iter()
        .filter(|(can, _)| *can)
        .map(|(_, name)| *name)
        .collect();
    findings.push(Finding::good("abilities", can.join(" ")));
    findings
}

/// What was measured against what layout counts on.
fn of_widths(ambiguous: Ambiguous, measured: &[Option<u16>]) -> Vec<Finding> {
    let widths: Vec<(usize, &str, Option<u16>)> = SAMPLES
        .iter()
        .zip(measured.iter().copied().chain(std::iter::repeat(None)))
        .map(|(sample, cells)| (drawn_width(sample, ambiguous), *sample, cells))
        .collect();
    let told = widths.iter().map(|(_, sample, cells)| {
        let cells = cells.map_or("-".to_owned(), |cells| cells.to_string());
        format!("{sample}={cells}")
    });
    let found = told.collect::<Vec<String>>().join(" ");
    let wrong: Vec<&str> = widths
        .iter()
        .filter(|(expected, _, cells)| cells.is_some_and(|cells| usize::from(cells) != *expected))
        .map(|(_, sample, _)| *sample)
        .collect();
    if measured.is_empty() {
        let mend = t!("cli.doctor.silent");
        return vec![Finding::other("widths", State::Attention, "-", mend)];
    }
    if wrong.is_empty() {
        return vec![Finding::good("widths", found)];
    }
    let mend = t!("cli.doctor.widths-wrong", signs = wrong.join(" "));
    vec![Finding::other("widths", State::Attention, found, mend)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_that_differ_are_named() {
        let right: Vec<Option<u16>> = SAMPLES
            .iter()
            .map(|sample| u16::try_from(drawn_width(sample, Ambiguous::Narrow)).ok())
            .collect();
        let good = of_widths(Ambiguous::Narrow, &right);
        assert_eq!(good[0].state, State::Good, "{good:?}");
        let mut wrong = right;
        wrong[4] = Some(2);
        let found = of_widths(Ambiguous::Narrow, &wrong);
        assert_eq!(found[0].state, State::Attention);
        assert!(found[0].mend.as_ref().unwrap().contains('…'), "{found:?}");
        assert_eq!(of_widths(Ambiguous::Narrow, &[])[0].state, State::Attention);
    }
}
