//! Where the terminal's cursor stands, and the shortest way from there.

use std::io::Write;

use ratatui::layout::Position;

/// What is known of the cursor's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Exactly there.
    At(Position),
    /// In this row: a glyph of uncertain width, or the right edge, was drawn.
    Row(u16),
    /// Nothing.
    Unknown,
}

/// Steps that are cheaper as single bytes than as a sequence with a number.
const SINGLE_STEPS_MAX: u16 = 4;

/// Appends the shortest way to `to`. Relies on raw mode: a line feed moves
/// down and nothing else.
pub(super) fn move_cursor(out: &mut Vec<u8>, from: Place, to: Position) {
    if from == Place::At(to) {
        return;
    }
    let mut best = absolute(to);
    let mut offer = |way: Vec<u8>| {
        if way.len() < best.len() {
            best = way;
        }
    };
    match from {
        Place::At(at) => {
            if at.x == to.x {
                offer(vertical(at.y, to.y));
            }
            if at.y == to.y {
                offer(horizontal(at.x, to.x));
            }
            offer(by_margin(at.y, to));
        }
        Place::Row(y) => {
            if y == to.y {
                offer(sequence(to.x + 1, b'G'));
            }
            offer(by_margin(y, to));
        }
        Place::Unknown => {}
    }
    out.append(&mut best);
}

fn absolute(to: Position) -> Vec<u8> {
    let mut way = Vec::with_capacity(10);
    // Writing into a vector cannot fail.
    let _ = match (to.x, to.y) {
        (0, 0) => write!(way, "\x1b[H"),
        (0, y) => write!(way, "\x1b[{}H", y + 1),
        (x, 0) => write!(way, "\x1b[;{}H", x + 1),
        (x, y) => write!(way, "\x1b[{};{}H", y + 1, x + 1),
    };
    way
}

/// To the left margin, then down or up, then right.
fn by_margin(from_row: u16, to: Position) -> Vec<u8> {
    let mut way = vec![b'\r'];
    way.append(&mut vertical(from_row, to.y));
    way.append(&mut horizontal(0, to.x));
    way
}

fn vertical(from: u16, to: u16) -> Vec<u8> {
    if to >= from {
        let steps = to - from;
        if steps <= SINGLE_STEPS_MAX {
            return vec![b'\n'; usize::from(steps)];
        }
        return sequence(steps, b'B');
    }
    sequence(from - to, b'A')
}

fn horizontal(from: u16, to: u16) -> Vec<u8> {
    if to >= from {
        return sequence(to - from, b'C');
    }
    let steps = from - to;
    if steps <= SINGLE_STEPS_MAX {
        return vec![0x08; usize::from(steps)];
    }
    sequence(steps, b'D')
}

fn sequence(count: u16, command: u8) -> Vec<u8> {
    let mut way = Vec::with_capacity(8);
    // Writing into a vector cannot fail.
    let _ = match count {
        0 => Ok(()),
        1 => write!(way, "\x1b["),
        _ => write!(way, "\x1b[{count}"),
    };
    if count > 0 {
        way.push(command);
    }
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_by_table() {
        let at = |x, y| Place::At(Position::new(x, y));
        for (from, to, way) in [
            (at(3, 3), (3, 3), ""),
            (Place::Unknown, (0, 0), "\x1b[H"),
            (Place::Unknown, (0, 4), "\x1b[5H"),
            (Place::Unknown, (9, 0), "\x1b[;10H"),
            (Place::Unknown, (9, 4), "\x1b[5;10H"),
            (at(1, 5), (0, 6), "\r\n"),
            (at(7, 5), (0, 5), "\r"),
            (at(7, 5), (5, 5), "\x08\x08"),
            (at(7, 5), (8, 5), "\x1b[C"),
            (at(0, 5), (40, 5), "\x1b[40C"),
            (at(7, 5), (7, 6), "\n"),
            (at(7, 5), (7, 4), "\x1b[A"),
            (Place::Row(5), (12, 5), "\x1b[13G"),
            (Place::Row(5), (0, 6), "\r\n"),
            (Place::Row(5), (0, 0), "\x1b[H"),
        ] {
            let mut out = Vec::new();
            move_cursor(&mut out, from, Position::new(to.0, to.1));
            assert_eq!(String::from_utf8_lossy(&out), way, "{from:?} {to:?}");
        }
    }
}
