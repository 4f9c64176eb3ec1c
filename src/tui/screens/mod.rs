//! Screens: pure drawing of a model. Nothing here changes anything, waits for
//! anything or reads a clock.
//!
//! Start at [`render`]. [`layout`] says what lies where, also to `update`, which
//! needs to know how many rows a page has.

mod boxes;
mod command;
mod confirm;
mod detail;
mod fields;
mod found;
mod frame;
mod gate;
mod handover;
mod help;
mod log;
mod network;
mod outbox;
mod panes;
mod queue;
mod roster;
mod search;
mod steering;
mod tel;
mod town_map;
mod wall;
mod warnings;
mod which_key;

#[cfg(test)]
mod budget_tests;
#[cfg(test)]
mod found_tests;
#[cfg(test)]
mod look_tests;
#[cfg(test)]
mod scenes;
#[cfg(test)]
mod scenes_more;
#[cfg(test)]
mod size_tests;
#[cfg(test)]
mod tel_tests;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::i18n::t;
use crate::tui::app::model::{Board, Layer, Model, SCREEN_MIN};
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;

/// Rows of the frame at the top, and of the line at the bottom.
const FRAME_ROWS: u16 = 2;
const HINT_ROWS: u16 = 1;
/// Rows of the queue that hold no incident: headings, and the line that says
/// how the list is narrowed and what waits above.
const QUEUE_CHROME_ROWS: u16 = 2;
/// The queue's share of a wide screen, in percent, and its least width.
const QUEUE_PERCENT: u16 = 60;
const QUEUE_COLUMNS_MIN: u16 = 72;

/// What lies where on the screen of an open desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    pub frame: Rect,
    pub banner: Option<Rect>,
    pub body: Rect,
    pub hint: Rect,
    /// The pane beside the queue.
    pub side: Option<Rect>,
}

/// Lays the screen out.
pub fn layout(model: &Model, screen: Rect) -> Layout {
    if let Some(wall) = &model.wall {
        let parts = wall::parts(wall, screen);
        return Layout {
            frame: parts.frame,
            banner: None,
            body: parts.body,
            hint: parts.hint,
            side: None,
        };
    }
    let frame = Rect {
        height: FRAME_ROWS.min(screen.height),
        ..screen
    };
    let hint = Rect {
        y: screen.bottom().saturating_sub(HINT_ROWS).max(screen.y),
        height: HINT_ROWS.min(screen.height),
        ..screen
    };
    let ringing = model
        .desk
        .as_ref()
        .is_some_and(|desk| desk.alarms.banner().is_some());
    let top = frame.bottom();
    let banner = ringing.then_some(Rect {
        y: top,
        height: 1,
        ..screen
    });
    let top = top + u16::from(ringing);
    let mut body = Rect {
        y: top,
        height: hint.y.saturating_sub(top),
        ..screen
    };
    let beside = model.is_split()
        && model.desk.as_ref().is_some_and(|desk| {
            match desk.board {
                Board::Queue
                | Board::Warnings
                | Board::Roster
                | Board::Log
                | Board::Handover
                | Board::Outbox => true,
                // The whole of one incident; the network has a card of its own.
                Board::Detail | Board::Network => false,
            }
        });
    let side = beside.then(|| {
        let (list, side) = split(body);
        body = list;
        side
    });
    Layout {
        frame,
        banner,
        body,
        hint,
        side,
    }
}

/// A list, and the pane beside it.
fn split(body: Rect) -> (Rect, Rect) {
    let width = (body.width * QUEUE_PERCENT / 100).max(QUEUE_COLUMNS_MIN);
    let list = Rect { width, ..body };
    let side = Rect {
        x: body.x + width,
        width: body.width.saturating_sub(width),
        ..body
    };
    (list, side)
}

fn screen_of(model: &Model) -> Rect {
    Rect::new(0, 0, model.size.width, model.size.height)
}

/// Incidents that a page of the queue shows.
pub fn queue_rows(model: &Model) -> usize {
    let body = layout(model, screen_of(model)).body;
    usize::from(body.height.saturating_sub(QUEUE_CHROME_ROWS))
}

/// Lines of the list of warnings that fit.
pub fn warning_rows(model: &Model) -> usize {
    let layout = layout(model, screen_of(model));
    warnings::rows(model, layout.body, layout.side)
}

/// Rows of the text that scrolls here.
pub fn text_rows(model: &Model) -> u16 {
    u16::try_from(text_extent(model).1).unwrap_or(1)
}

/// Lines of the text that scrolls here, and rows that show it.
pub fn text_extent(model: &Model) -> (usize, usize) {
    let layout = layout(model, screen_of(model));
    let pen = Pen::new(&model.setup.theme, model.setup.ambiguous);
    let on_top = model.desk.as_ref().and_then(|desk| desk.layers.last());
    if let Some(Layer::Help { context, .. }) = on_top {
        return help::extent(model, pen, layout, *context);
    }
    match layout.side {
        Some(side) => detail::extent(model, pen, side, detail::Place::Beside),
        None => detail::extent(model, pen, layout.body, detail::Place::Whole),
    }
}

/// What lies between frame and hints, with the pane beside the queue.
fn whole_body(layout: Layout) -> Rect {
    layout
        .side
        .map_or(layout.body, |side| layout.body.union(side))
}

/// Hits that a page of the search shows.
pub fn search_rows(model: &Model) -> usize {
    search::rows(model, whole_body(layout(model, screen_of(model))))
}

/// Rows of the list that is open over a dialog.
pub fn picker_rows(model: &Model) -> usize {
    match model.desk.as_ref().and_then(|desk| desk.layers.last()) {
        Some(Layer::Picker(picker)) => boxes::picker_rows(model, picker, screen_of(model)),
        _ => 1,
    }
}

/// Cells of the field that has the focus.
pub fn field_width(model: &Model) -> u16 {
    boxes::field_width(model, screen_of(model))
}

/// Draws into a buffer and says where the hardware cursor belongs: input
/// methods draw there.
pub fn render(model: &Model, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let pen = Pen::new(&model.setup.theme, model.setup.ambiguous);
    pen.clear(buf, area, Role::Text);
    if area.width < SCREEN_MIN.width || area.height < SCREEN_MIN.height {
        let words = t!(
            "screen.too-small",
            width = SCREEN_MIN.width,
            height = SCREEN_MIN.height
        );
        pen.text(buf, area.as_position(), area.width, &words, Role::Text);
        return None;
    }
    if let Some(gate) = &model.gate
        && !gate::is_over_desk(gate)
    {
        return gate::draw(model, gate, pen, area, buf);
    }
    let layout = layout(model, area);
    if let Some(wall) = &model.wall {
        wall::draw(model, wall, pen, area, buf);
        // It may want its password again.
        let gate = model.gate.as_ref();
        return gate.and_then(|gate| gate::draw(model, gate, pen, area, buf));
    }
    frame::draw(model, pen, layout.frame, buf);
    if let Some(row) = layout.banner {
        frame::draw_banner(model, pen, row, buf);
    }
    let mut cursor = board(model, pen, layout, buf);
    if let Some(desk) = &model.desk {
        for layer in &desk.layers {
            cursor = match layer {
                Layer::Dialog(dialog) => boxes::draw_dialog(model, dialog, pen, layout, buf),
                Layer::Picker(picker) => boxes::draw_picker(model, picker, pen, area, buf),
                Layer::Confirm(question) => confirm::draw(question, pen, area, buf),
                Layer::Search(search) => {
                    search::draw(model, desk, search, pen, whole_body(layout), buf)
                }
                // In place of the hints, over everything.
                Layer::Command(_) => None,
                Layer::Help { scroll, context } => {
                    help::draw(model, pen, layout, buf, (*context, *scroll));
                    None
                }
            };
        }
    }
    if let Some(gate) = &model.gate {
        cursor = gate::draw(model, gate, pen, area, buf);
    }
    frame::draw_hints(model, pen, layout.hint, buf);
    if let Some(Layer::Command(line)) = model.desk.as_ref().and_then(|desk| desk.layers.last()) {
        cursor = command::draw(model, line, pen, layout, buf);
    }
    which_key::draw(model, pen, layout, buf);
    cursor
}

fn board(model: &Model, pen: Pen<'_>, layout: Layout, buf: &mut Buffer) -> Option<Position> {
    let desk = model.desk.as_ref()?;
    match desk.board {
        Board::Queue => {
            // A blank between the last column and the line of the pane.
            let gap = u16::from(layout.side.is_some());
            let list = Rect {
                width: layout.body.width.saturating_sub(gap),
                ..layout.body
            };
            let cursor = queue::draw(model, desk, pen, list, buf);
            if let Some(side) = layout.side {
                detail::draw(model, desk, pen, side, buf, detail::Place::Beside);
            }
            cursor
        }
        Board::Detail => {
            detail::draw(model, desk, pen, layout.body, buf, detail::Place::Whole);
            None
        }
        Board::Roster => {
            roster::draw(model, desk, pen, layout.body, buf);
            if let Some(side) = layout.side {
                roster::draw_side(desk, pen, side, buf);
            }
            None
        }
        Board::Network => {
            network::draw(model, desk, pen, layout.body, buf);
            None
        }
        Board::Outbox => {
            outbox::draw(model, desk, pen, (layout.body, layout.side), buf);
            None
        }
        Board::Warnings => {
            warnings::draw(model, desk, pen, (layout.body, layout.side), buf);
            None
        }
        Board::Log => {
            log::draw(model, desk, pen, (layout.body, layout.side), buf);
            None
        }
        Board::Handover => {
            handover::draw(model, desk, pen, (layout.body, layout.side), buf);
            None
        }
    }
}
