//! What a step costs on the line to the terminal.

use ratatui::layout::Size;

use super::render;
use crate::text::colour_depth::ColourDepth;
use crate::text::width::Ambiguous;
use crate::tui::app::message::Message;
use crate::tui::app::model::{LineState, Model};
use crate::tui::app::testing::{desk, press};
use crate::tui::app::update::update;
use crate::tui::terminal::flow::Speed;
use crate::tui::terminal::painter::Painter;
use crate::tui::terminal::profile::{
    Profile, ScrollRegions, SizeSource, SynchronisedUpdate, WidthTrust,
};
use crate::tui::theme::Theme;
use crate::tui::widgets::dump;

/// One row down by the marker, and where the whole row is shown.
const MARKER_BYTES_MAX: u64 = 30;
const ROW_BYTES_MAX: u64 = 300;

fn line(model: &mut Model, speed: Speed, minute_bytes: Option<u64>) {
    update(
        model,
        Message::Line(LineState {
            speed,
            minute_bytes,
        }),
    );
}

/// The same may be done to each row: on a fast line the hints follow the
/// record, and are no part of what a row costs.
fn alike(model: &mut Model) {
    let rows = &mut model.desk.as_mut().expect("a desk").queue.rows;
    let first = rows.first().expect("a row").1.incident.clone();
    for (_, row) in rows {
        row.incident.status = first.status;
        row.incident.step = first.step.clone();
        row.incident.alarm = first.alarm.clone();
    }
}

/// What steps down cost, the cheapest first.
fn steps(model: &mut Model, colour: ColourDepth) -> Vec<u64> {
    let profile = Profile {
        colour,
        ambiguous: Ambiguous::Narrow,
        widths: WidthTrust::Trusted,
        synchronised: SynchronisedUpdate::Missing,
        scrolling: ScrollRegions::Supported,
    };
    model.setup.theme = std::sync::Arc::new(Theme::shipped(colour));
    let size = SizeSource::Fixed(Size::new(80, 24));
    let mut painter = Painter::new(Vec::new(), profile, size);
    let mut paint = |model: &Model| {
        let sent = painter.paint(|area, buf| render(model, area, buf));
        sent.expect("a vector takes all").bytes
    };
    paint(model);
    let mut steps: Vec<u64> = (0..5)
        .map(|_| {
            press(model, "j");
            paint(model)
        })
        .filter(|bytes| *bytes > 0)
        .collect();
    steps.sort_unstable();
    steps
}

#[test]
fn a_step_costs_what_its_line_can_carry() {
    for (speed, colour, budget) in [
        (Speed::Thin, ColourDepth::Mono, MARKER_BYTES_MAX),
        (Speed::Thin, ColourDepth::Palette, MARKER_BYTES_MAX),
        (Speed::Broad, ColourDepth::Sixteen, ROW_BYTES_MAX),
    ] {
        let mut model = desk(80, 24);
        line(&mut model, speed, None);
        if speed == Speed::Broad {
            alike(&mut model);
        }
        let steps = steps(&mut model, colour);
        println!("{speed:?} {colour:?}: {steps:?} bytes");
        let bytes = *steps.last().expect("the cursor moves");
        assert!(bytes <= budget, "{speed:?} {colour:?}: {bytes}");
    }
}

#[test]
fn a_thin_line_is_told_with_its_bytes() {
    let mut model = desk(80, 24);
    let last = |model: &Model| -> String {
        let area = ratatui::layout::Rect::new(0, 0, 80, 24);
        let mut buf = ratatui::buffer::Buffer::empty(area);
        render(model, area, &mut buf);
        dump::lines(&buf).pop().expect("a line")
    };
    assert!(!last(&model).contains("窄线"));
    line(&mut model, Speed::Thin, None);
    assert!(last(&model).contains("窄线 "), "{}", last(&model));
    line(&mut model, Speed::Thin, Some(1_234));
    assert!(last(&model).contains("窄线 1.3KB/分"), "{}", last(&model));
    line(&mut model, Speed::Broad, Some(1_234));
    assert!(!last(&model).contains("窄线"));
}
