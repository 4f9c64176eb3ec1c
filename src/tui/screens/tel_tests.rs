//! The code of a number, read back from the screen as a camera reads it.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier};
use rqrr::PreparedImage;

use super::{render, tel};
use crate::i18n::t;
use crate::text::colour_depth::ColourDepth;
use crate::text::width::Ambiguous;
use crate::tui::app::testing::desk;
use crate::tui::theme::{Theme, shipped};
use crate::tui::widgets::{Pen, dump};

/// Pixels of half a row of the screen, and of the width of a cell: cells are
/// twice as high as wide.
const HALF_PIXELS: usize = 8;
/// Light modules that cameras want around a code (ISO/IEC 18004).
const QUIET_MODULES: usize = 4;

/// What is at least so bright is light.
const LIGHT: u8 = 200;

const NUMBERS: [(&str, &str); 3] = [
    ("10012345678", "tel:10012345678"),
    ("0710-345 6789", "tel:07103456789"),
    ("+86 710 3456789", "tel:+867103456789"),
];

/// How bright a colour is on a terminal with a dark ground.
fn shade(colour: Color, own: u8) -> u8 {
    match colour {
        Color::Black => 0,
        Color::White => 230,
        Color::Rgb(red, green, blue) => {
            let sum = u16::from(red) + u16::from(green) + u16::from(blue);
            u8::try_from(sum / 3).unwrap()
        }
        Color::Reset => own,
        _ => 120,
    }
}

/// The upper and the lower half of a cell.
fn halves(cell: &Cell) -> [u8; 2] {
    let (mut fg, mut bg) = (shade(cell.fg, 210), shade(cell.bg, 20));
    if cell.modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut fg, &mut bg);
    }
    match cell.symbol() {
        " " => [bg, bg],
        "█" => [fg, fg],
        "▀" => [fg, bg],
        "▄" => [bg, fg],
        // A sign is a bit of both.
        _ => [fg.midpoint(bg); 2],
    }
}

/// What a camera sees of the screen.
struct Picture {
    width: usize,
    pixels: Vec<u8>,
}

impl Picture {
    fn of(buf: &Buffer) -> Self {
        let area = buf.area;
        let mut pixels = Vec::new();
        for y in area.y..area.bottom() {
            for half in 0..2 {
                let line: Vec<u8> = (area.x..area.right())
                    .flat_map(|x| {
                        let cell = buf.cell(Position::new(x, y)).unwrap();
                        [halves(cell)[half]; HALF_PIXELS]
                    })
                    .collect();
                for _ in 0..HALF_PIXELS {
                    pixels.extend(&line);
                }
            }
        }
        Self {
            width: usize::from(area.width) * HALF_PIXELS,
            pixels,
        }
    }

    fn at(&self, x: usize, y: usize) -> u8 {
        self.pixels[y * self.width + x]
    }

    /// What the one code in it says, of modules of so many pixels, and with its
    /// quiet zone.
    fn read(&self, module: usize) -> Result<String, String> {
        let height = self.pixels.len() / self.width;
        let mut image =
            PreparedImage::prepare_from_greyscale(self.width, height, |x, y| self.at(x, y));
        let grids = image.detect_grids();
        let [grid] = grids.as_slice() else {
            return Err(format!("{} codes", grids.len()));
        };
        let (meta, text) = grid.decode().map_err(|error| error.to_string())?;
        let side = meta.version.to_size() * module;
        let corner = |at: fn(&rqrr::Point) -> i32| {
            let first = grid.bounds.iter().map(at).min().unwrap();
            usize::try_from(first).unwrap()
        };
        // Its other corners lie beyond the code.
        let (left, top) = (corner(|point| point.x), corner(|point| point.y));
        let (right, bottom) = (left + side, top + side);
        // The decoder rounds: half a module less on either side.
        let (slack, quiet) = (module / 2, QUIET_MODULES * module - module / 2);
        for y in top.saturating_sub(quiet)..bottom + quiet {
            for x in left.saturating_sub(quiet)..right + quiet {
                let inside = (left.saturating_sub(slack)..right + slack).contains(&x)
                    && (top.saturating_sub(slack)..bottom + slack).contains(&y);
                if !inside && self.at(x, y) < LIGHT {
                    return Err(format!("{x},{y} is dark in the quiet zone"));
                }
            }
        }
        Ok(text)
    }
}

/// The box over a desk's screen in this theme.
fn drawn(theme: &Theme, ambiguous: Ambiguous, (width, height): (u16, u16), number: &str) -> Buffer {
    let mut model = desk(width, height);
    model.setup.theme = std::sync::Arc::new(theme.clone());
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    render(&model, area, &mut buf);
    let pen = Pen::new(theme, ambiguous);
    tel::draw("王知川", number, pen, area, 40, &mut buf);
    buf
}

#[test]
fn a_camera_reads_the_number_off_an_80x24_screen_in_every_theme() {
    let depths = [
        ColourDepth::True,
        ColourDepth::Palette,
        ColourDepth::Sixteen,
        ColourDepth::Mono,
    ];
    for named in shipped::SHIPPED.iter().map(|theme| theme.name) {
        for depth in depths {
            let theme = Theme::named(named, None, depth).unwrap();
            for (number, wanted) in NUMBERS {
                let buf = drawn(&theme, Ambiguous::Narrow, (80, 24), number);
                let read = Picture::of(&buf).read(HALF_PIXELS);
                let screen = dump::lines(&buf).join("\n");
                assert_eq!(
                    read.as_deref(),
                    Ok(wanted),
                    "{named} {depth:?} {number}\n{screen}"
                );
                assert!(!screen.contains(&*t!("network.tel-no-room")), "{screen}");
            }
        }
    }
}

#[test]
fn a_camera_reads_it_where_half_blocks_are_two_cells_wide_and_there_is_room() {
    for named in ["default", "mono"] {
        let theme = Theme::named(named, None, ColourDepth::True).unwrap();
        for (number, wanted) in NUMBERS {
            let buf = drawn(&theme, Ambiguous::Wide, (120, 40), number);
            let read = Picture::of(&buf).read(2 * HALF_PIXELS);
            let screen = dump::lines(&buf).join("\n");
            assert_eq!(read.as_deref(), Ok(wanted), "{named} {number}\n{screen}");
        }
        // 24 rows are too few for it, and the box says so.
        let buf = drawn(&theme, Ambiguous::Wide, (80, 24), NUMBERS[0].0);
        let screen = dump::lines(&buf).join("\n");
        assert!(screen.contains(&*t!("network.tel-no-room")), "{screen}");
    }
}
