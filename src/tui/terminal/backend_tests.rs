//! The backend against a terminal that somebody else wrote: whatever is drawn,
//! the terminal shows the buffer.

use std::io::{self, Write};
use std::num::NonZeroU16;

use proptest::prelude::*;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect, Size};
use ratatui::style::{Color, Modifier, Style};

use super::backend::{Fenced, OutputError, TerminalBackend};
use super::colour::ColourDepth;
use super::flow::{Fence, FenceRule};
use super::painter::{Painter, mend_wide_glyphs};
use super::profile::{Profile, ScrollRegions, SizeSource, SynchronisedUpdate, WidthTrust};
use super::sgr::SEEN_ON_BLANKS;
use crate::text::width::{Ambiguous, display_width};

const PROFILE: Profile = Profile {
    colour: ColourDepth::True,
    ambiguous: Ambiguous::Narrow,
    widths: WidthTrust::Trusted,
    synchronised: SynchronisedUpdate::Missing,
    scrolling: ScrollRegions::Supported,
};

fn backend(width: u16, height: u16, profile: Profile) -> TerminalBackend<Vec<u8>> {
    let size = SizeSource::Fixed(Size::new(width, height));
    TerminalBackend::new(Vec::new(), profile, size)
}

fn seen_colour(colour: vt100::Color) -> Color {
    match colour {
        vt100::Color::Default => Color::Reset,
        vt100::Color::Idx(index) => Color::Indexed(index),
        vt100::Color::Rgb(r, g, b) => Color::Rgb(r, g, b),
    }
}

fn by_index(colour: Color) -> Color {
    match colour {
        Color::Red => Color::Indexed(1),
        Color::LightBlue => Color::Indexed(12),
        other => other,
    }
}

/// Compares what is seen; the colour of a glyph that is not there is not.
fn check(screen: &vt100::Screen, buffer: &Buffer) -> Result<(), TestCaseError> {
    for y in 0..buffer.area.height {
        let mut x = 0;
        while x < buffer.area.width {
            let cell = &buffer[(x, y)];
            let shown = screen.cell(y, x).expect("inside");
            let width = u16::try_from(display_width(cell.symbol())).expect("small");
            let text = if shown.has_contents() {
                shown.contents()
            } else {
                " "
            };
            prop_assert_eq!(text, cell.symbol(), "at {},{}", x, y);
            prop_assert_eq!(
                seen_colour(shown.bgcolor()),
                by_index(cell.bg),
                "ground at {},{}",
                x,
                y
            );
            let mut seen = Modifier::empty();
            for (on, modifier) in [
                (shown.bold(), Modifier::BOLD),
                (shown.dim(), Modifier::DIM),
                (shown.italic(), Modifier::ITALIC),
                (shown.underline(), Modifier::UNDERLINED),
                (shown.inverse(), Modifier::REVERSED),
            ] {
                seen.set(modifier, on);
            }
            let blank = cell.symbol() == " ";
            let both = Modifier::BOLD | Modifier::DIM;
            let matters = if blank {
                SEEN_ON_BLANKS
            } else if cell.modifier.contains(both) {
                // The other terminal knows one of them at a time only.
                Modifier::all() - both
            } else {
                Modifier::all()
            };
            prop_assert_eq!(
                seen & matters,
                cell.modifier & matters,
                "attributes at {},{}",
                x,
                y
            );
            if !blank || cell.modifier.contains(Modifier::REVERSED) {
                prop_assert_eq!(
                    seen_colour(shown.fgcolor()),
                    by_index(cell.fg),
                    "text at {},{}",
                    x,
                    y
                );
            }
            prop_assert_eq!(shown.is_wide(), width == 2, "width at {},{}", x, y);
            x += width.max(1);
        }
    }
    Ok(())
}

const WIDTH: u16 = 17;
const HEIGHT: u16 = 5;

#[derive(Clone, Debug)]
struct Piece {
    gap: u16,
    text: String,
    style: Style,
}

fn style() -> impl Strategy<Value = Style> {
    let colour = || {
        prop_oneof![
            4 => Just(Color::Reset),
            1 => Just(Color::Red),
            1 => Just(Color::LightBlue),
            1 => Just(Color::Indexed(120)),
            1 => Just(Color::Rgb(1, 2, 3)),
        ]
    };
    let modifier = prop_oneof![
        4 => Just(Modifier::empty()),
        1 => Just(Modifier::BOLD),
        1 => Just(Modifier::DIM | Modifier::ITALIC),
        1 => Just(Modifier::UNDERLINED),
        1 => Just(Modifier::REVERSED | Modifier::BOLD),
    ];
    (colour(), colour(), modifier)
        .prop_map(|(fg, bg, modifier)| Style::new().fg(fg).bg(bg).add_modifier(modifier))
}

fn row() -> impl Strategy<Value = Vec<Piece>> {
    let piece = (0_u16..4, "[a-c 宅基地，─“①\u{2A6A5}]{0,7}", style())
        .prop_map(|(gap, text, style)| Piece { gap, text, style });
    proptest::collection::vec(piece, 0..4)
}

fn picture() -> impl Strategy<Value = Buffer> {
    let rows = proptest::collection::vec(row(), usize::from(HEIGHT));
    let highlight = proptest::option::of((0..HEIGHT, style()));
    (rows, highlight).prop_map(|(rows, highlight)| {
        let mut buffer = Buffer::empty(Rect::new(0, 0, WIDTH, HEIGHT));
        for (y, row) in (0..).zip(rows) {
            let mut x = 0;
            for piece in row {
                x += piece.gap;
                if x >= WIDTH {
                    break;
                }
                let room = usize::from(WIDTH - x);
                x = buffer.set_stringn(x, y, piece.text, room, piece.style).0;
            }
        }
        if let Some((y, style)) = highlight {
            buffer.set_style(Rect::new(0, y, WIDTH, 1), style);
        }
        mend_wide_glyphs(&mut buffer);
        buffer
    })
}

fn profile() -> impl Strategy<Value = Profile> {
    (
        prop_oneof![Just(WidthTrust::Trusted), Just(WidthTrust::Untrusted)],
        prop_oneof![
            Just(SynchronisedUpdate::Supported),
            Just(SynchronisedUpdate::Missing)
        ],
    )
        .prop_map(|(widths, synchronised)| Profile {
            widths,
            synchronised,
            ..PROFILE
        })
}

fn size(cells: u16) -> NonZeroU16 {
    NonZeroU16::new(cells).expect("not zero")
}

proptest! {
    #[test]
    fn the_terminal_shows_what_was_drawn(
        pictures in proptest::collection::vec(picture(), 1..6),
        profile in profile(),
        caret in proptest::option::of((0..WIDTH, 0..HEIGHT)),
    ) {
        let size_of = SizeSource::Fixed(Size::new(WIDTH, HEIGHT));
        let mut painter = Painter::new(Vec::new(), profile, size_of);
        let mut terminal = vt100::Parser::new(size(HEIGHT), size(WIDTH), 0);
        let mut sent = 0;
        for picture in pictures {
            painter
                .paint(|_, buffer| {
                    buffer.merge(&picture);
                    caret.map(Position::from)
                })
                .expect("a vector takes all");
            terminal.process(&painter.writer()[sent..]);
            sent = painter.writer().len();
            check(terminal.screen(), &picture)?;
            prop_assert_eq!(terminal.screen().hide_cursor(), caret.is_none());
            if let Some((x, y)) = caret {
                prop_assert_eq!(terminal.screen().cursor_position(), (y, x));
            }
        }
        prop_assert_eq!(painter.bytes_written(), u64::try_from(sent).expect("small"));
    }
}

proptest! {
    #[test]
    fn rows_that_the_terminal_moved_are_where_they_were_drawn(
        lines in proptest::collection::vec(row(), 40),
        tops in proptest::collection::vec(0_u16..26, 2..6),
        profile in profile(),
    ) {
        const ROWS: u16 = 14;
        let list = |first: u16| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, WIDTH, ROWS));
            buffer.set_string(0, 0, "head", Style::new());
            for y in 1..ROWS - 1 {
                let mut x = 0;
                for piece in &lines[usize::from(first + y)] {
                    x += piece.gap;
                    if x < WIDTH {
                        let room = usize::from(WIDTH - x);
                        x = buffer.set_stringn(x, y, &piece.text, room, piece.style).0;
                    }
                }
            }
            buffer.set_style(Rect::new(0, 5, WIDTH, 1), Style::new().bg(Color::Red));
            buffer.set_string(0, ROWS - 1, "foot", Style::new());
            mend_wide_glyphs(&mut buffer);
            buffer
        };
        let area = SizeSource::Fixed(Size::new(WIDTH, ROWS));
        let mut painter = Painter::new(Vec::new(), profile, area);
        let mut terminal = vt100::Parser::new(size(ROWS), size(WIDTH), 0);
        let mut sent = 0;
        for top in tops {
            let picture = list(top);
            painter
                .paint(|_, buffer| {
                    buffer.merge(&picture);
                    None
                })
                .expect("a vector takes all");
            terminal.process(&painter.writer()[sent..]);
            sent = painter.writer().len();
            check(terminal.screen(), &picture)?;
        }
    }
}

/// Draws `before`, then `after`, and gives the bytes of the second frame.
fn bytes_between(before: &Buffer, after: &Buffer, profile: Profile) -> String {
    let size = SizeSource::Fixed(before.area.as_size());
    let mut painter = Painter::new(Vec::new(), profile, size);
    painter.repaint_next();
    let mut sent = 0;
    for picture in [before, after] {
        sent = painter.writer().len();
        painter
            .paint(|_, buffer| {
                buffer.merge(picture);
                None
            })
            .expect("a vector takes all");
    }
    String::from_utf8_lossy(&painter.writer()[sent..]).into_owned()
}

fn queue(current: u16) -> Buffer {
    let mut lines = Vec::new();
    for row in 0..24_u16 {
        let marker = if row == current { '>' } else { ' ' };
        lines.push(format!(
            "{marker}■红 超{row:02}分 石桥镇 邻里 宅基地边界起争执,现场约二十人到场围观 待签收 陈立明 黄集镇政府"
        ));
    }
    let mut buffer = Buffer::with_lines(lines);
    mend_wide_glyphs(&mut buffer);
    buffer
}

#[test]
fn moving_a_marker_by_a_row_takes_nine_bytes_at_most() {
    let bytes = bytes_between(&queue(3), &queue(4), PROFILE);
    assert!(bytes.len() <= 9, "{} {bytes:?}", bytes.len());
}

#[test]
fn a_list_that_moves_by_a_row_is_moved_by_the_terminal() {
    let page = |first: u16| {
        let mut lines = vec!["值班台".to_owned()];
        for row in 0..22_u16 {
            let marker = if row == 21 { '>' } else { ' ' };
            let (number, own) = (first + row, "甲乙丙丁戊己庚辛".chars().cycle());
            let name: String = own.skip(usize::from(number)).take(4).collect();
            lines.push(format!(
                "{marker}■红 超{number:02}分 {name} 邻里 宅基地边界起争执,现场约二十人 待签收"
            ));
        }
        let mut buffer = Buffer::with_lines(lines);
        mend_wide_glyphs(&mut buffer);
        buffer
    };
    let bytes = bytes_between(&page(0), &page(1), PROFILE);
    assert!(bytes.len() <= 150, "{} {bytes:?}", bytes.len());
    let without = Profile {
        scrolling: ScrollRegions::Missing,
        ..PROFILE
    };
    let drawn = bytes_between(&page(0), &page(1), without);
    assert!(!drawn.contains('r') && drawn.len() > 400, "{drawn:?}");
}

#[test]
fn a_frame_asks_when_enough_has_gone() {
    let size = SizeSource::Fixed(Size::new(20, 1));
    let mut painter = Painter::new(Vec::new(), PROFILE, size);
    painter.set_fence(Some(FenceRule {
        fence: Fence::Status,
        from_bytes: 40,
    }));
    let mut asked = Vec::new();
    for text in ["aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc", "dddddddddd"] {
        let sent = painter.paint(|_, buffer| {
            buffer.set_string(0, 0, text, Style::new());
            None
        });
        asked.push(sent.expect("a vector takes all").fenced == Fenced::Yes);
    }
    let sent = String::from_utf8_lossy(painter.writer()).into_owned();
    let count = asked.iter().filter(|asked| **asked).count();
    assert_eq!(sent.matches("\x1b[5n").count(), count, "{sent:?}");
    assert!(!asked[0] && count == 1, "{asked:?}");
}

#[test]
fn a_trusted_page_costs_hardly_more_than_its_text() {
    let page = queue(0);
    let empty = Buffer::empty(page.area);
    let text: usize = page.content.iter().map(|c| c.symbol().len()).sum();
    let trusted = bytes_between(&empty, &page, PROFILE).len();
    let untrusted = bytes_between(
        &empty,
        &page,
        Profile {
            widths: WidthTrust::Untrusted,
            ..PROFILE
        },
    )
    .len();
    assert!(trusted < text + 24 * 8, "{trusted} for {text}");
    assert!(untrusted > trusted, "{untrusted} {trusted}");
}

#[test]
fn an_unchanged_frame_sends_nothing() {
    assert_eq!(bytes_between(&queue(3), &queue(3), PROFILE), "");
}

#[test]
fn a_long_frame_is_one_synchronised_update_with_the_cursor_last() {
    let profile = Profile {
        synchronised: SynchronisedUpdate::Supported,
        ..PROFILE
    };
    let size = SizeSource::Fixed(Size::new(80, 24));
    let mut painter = Painter::new(Vec::new(), profile, size);
    painter
        .paint(|area, buffer| {
            buffer.merge(&Buffer::filled(area, Cell::new("x")));
            Some(Position::new(5, 6))
        })
        .expect("drawn");
    let bytes = String::from_utf8_lossy(painter.writer()).into_owned();
    assert_eq!(bytes.matches("\x1b[?2026h").count(), 1);
    assert!(bytes.starts_with("\x1b[?2026h"));
    assert!(
        bytes.ends_with("\x1b[7;6H\x1b[?25h\x1b[?2026l"),
        "{:?}",
        &bytes[bytes.len().saturating_sub(40)..]
    );
}

#[test]
fn colours_are_left_out_where_there_are_none() {
    let mut coloured = Buffer::empty(Rect::new(0, 0, 4, 1));
    let style = Style::new()
        .fg(Color::Rgb(250, 0, 0))
        .add_modifier(Modifier::BOLD);
    coloured.set_string(0, 0, "红", style);
    let empty = Buffer::empty(coloured.area);
    for (colour, bytes) in [
        (ColourDepth::Mono, "\x1b[1m红"),
        (ColourDepth::Sixteen, "\x1b[1;91m红"),
        (ColourDepth::Palette, "\x1b[1;38;5;196m红"),
        (ColourDepth::True, "\x1b[1;38;2;250;0;0m红"),
    ] {
        let profile = Profile { colour, ..PROFILE };
        assert_eq!(bytes_between(&empty, &coloured, profile), bytes);
    }
}

#[test]
fn what_would_steer_the_terminal_never_reaches_it() {
    let mut cells = [Cell::default(), Cell::default(), Cell::default()];
    cells[0].set_symbol("\u{9b}2J");
    cells[1].set_symbol("\x1b]0;x\x07");
    // A wide glyph with one cell left would wrap into the next row.
    cells[2].set_symbol("宅");
    let mut backend = backend(3, 1, PROFILE);
    let content = (0..).zip(&cells).map(|(x, cell)| (x, 0, cell));
    backend.draw(content);
    backend.send().expect("a vector takes all");
    let sent = String::from_utf8_lossy(backend.writer());
    assert_eq!(sent, "\x1b[?25l\x1b[H\x1b[m?? ");
}

struct Broken(i32);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::Error::from_raw_os_error(self.0))
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_dead_terminal_is_told_from_other_failures() {
    let size = SizeSource::Fixed(Size::new(4, 1));
    let gone = rustix::io::Errno::IO.raw_os_error();
    let full = rustix::io::Errno::NOSPC.raw_os_error();
    for (errno, is_gone) in [(gone, true), (full, false)] {
        let mut backend = TerminalBackend::new(Broken(errno), PROFILE, size);
        backend.clear();
        let error = backend.send().expect_err("written to a broken terminal");
        assert_eq!(matches!(error, OutputError::Gone(_)), is_gone, "{error}");
    }
}
