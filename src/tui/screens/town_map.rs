//! The district's towns as tiles, about where they lie, with the gravest colour
//! that is open in each and how many; and the warnings of the last day by hour.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::alarm::RANKS;
use crate::domain::area::{AreaCode, Level};
use crate::domain::policy::Policy;
use crate::i18n::t;
use crate::store::warnings::{SPARK_HOURS, TownCount};
use crate::text::width::Ambiguous;
use crate::tui::app::model::Desk;
use crate::tui::app::words::{names, warning as words};
use crate::tui::theme::Role;
use crate::tui::widgets::{Badge, Pen};

/// Tiles of a row, rows of tiles, and cells of a tile with the gap after it.
const TILE_COLUMNS: usize = 5;
const TILE_ROWS: usize = 5;
const TILE_CELLS: u16 = 13;
/// A map over the whole of a wide screen is drawn wider, up to this.
const TILE_CELLS_WIDE: u16 = 23;
const WIDE_COLUMNS_MIN: u16 = TILE_CELLS_WIDE * 5;
/// Cells of a town's name, and of its count.
const NAME_CELLS: u16 = 6;
/// The most that a tile counts one by one.
const COUNT_MAX: u64 = 99;
/// Rows of the map with the line of hours under it, and the least width.
pub const ROWS: u16 = 6;
pub const COLUMNS_MIN: u16 = TILE_CELLS * 5;
/// Bars of the hours, the lowest first.
const BARS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// Where the towns of Xiangzhou (domain.md §1.5, NBS 2023) lie to each other,
/// north at the top: river towns east, the city in the middle, the hills south.
/// Another district's are put in the order of their codes.
const XIANGZHOU: [[Option<&str>; TILE_COLUMNS]; TILE_ROWS] = [
    [
        Some("420607101"),
        Some("420607102"),
        Some("420607500"),
        Some("420607104"),
        Some("420607105"),
    ],
    [
        Some("420607100"),
        Some("420607103"),
        Some("420607570"),
        Some("420607002"),
        Some("420607106"),
    ],
    [
        None,
        Some("420607004"),
        Some("420607001"),
        Some("420607003"),
        Some("420607107"),
    ],
    [
        None,
        Some("420607005"),
        Some("420607006"),
        Some("420607111"),
        Some("420607108"),
    ],
    [
        None,
        None,
        Some("420607402"),
        Some("420607110"),
        Some("420607109"),
    ],
];
/// The tile for what lies in no town.
const DISTRICT_TILE: (usize, usize) = (TILE_ROWS - 1, 0);

/// What stands on a tile.
type Tile = Option<AreaCode>;

/// The tiles, row by row.
pub fn tiles(desk: &Desk) -> [[Tile; TILE_COLUMNS]; TILE_ROWS] {
    let mut tiles = [[None; TILE_COLUMNS]; TILE_ROWS];
    let district = desk.officer.unit.area.district();
    let parsed = |code: &str| code.parse::<AreaCode>().ok();
    let known = XIANGZHOU[0][0]
        .and_then(parsed)
        .and_then(AreaCode::district);
    if district.is_some() && district == known {
        for (row, codes) in tiles.iter_mut().zip(XIANGZHOU) {
            for (tile, code) in row.iter_mut().zip(codes) {
                *tile = code.and_then(parsed);
            }
        }
    } else {
        let within = |area: &AreaCode| {
            area.level() == Level::Town && district.is_none_or(|district| district.contains(*area))
        };
        let mut towns = desk.places.keys().copied().filter(within);
        let free = tiles.iter_mut().flatten().enumerate();
        for (_, tile) in free.filter(|(nth, _)| *nth != DISTRICT_TILE.0 * TILE_COLUMNS) {
            *tile = towns.next();
        }
    }
    tiles[DISTRICT_TILE.0][DISTRICT_TILE.1] = district;
    tiles
}

/// Draws the map and the hours.
pub fn draw(desk: &Desk, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
    pen.clear(buf, area, Role::Text);
    let step = if area.width < WIDE_COLUMNS_MIN {
        TILE_CELLS
    } else {
        TILE_CELLS_WIDE
    };
    let mut rows = area.rows();
    for (tiles, row) in tiles(desk).iter().zip(rows.by_ref().take(TILE_ROWS)) {
        let mut x = row.x + 1;
        for tile in tiles {
            if let Some(town) = tile {
                draw_tile(desk, pen, Position::new(x, row.y), *town, buf);
            }
            x += step;
        }
    }
    if let Some(row) = rows.next() {
        draw_hours(desk, pen, row, buf);
    }
}

fn draw_tile(desk: &Desk, pen: Pen<'_>, at: Position, town: AreaCode, buf: &mut Buffer) {
    let count = desk.warnings.board.towns.get(&town);
    let quiet = count.is_none_or(|count| count.open() == 0);
    let name = words::town_short(town, &desk.places);
    let role = if quiet { Role::Dim } else { Role::Text };
    pen.text(buf, at, NAME_CELLS, &name, role);
    let at = Position::new(at.x + NAME_CELLS, at.y);
    let Some((badge, open)) = count.and_then(|count| worst(count, &desk.policy)) else {
        pen.text(buf, at, Badge::CELLS, pen.glyphs().dot, Role::Dim);
        return;
    };
    let used = pen.text(buf, at, Badge::CELLS, &badge.text(pen), badge.role());
    let words = if open > COUNT_MAX {
        format!("{COUNT_MAX}+")
    } else {
        open.to_string()
    };
    let at = Position::new(at.x + used, at.y);
    let room = TILE_CELLS - NAME_CELLS - used;
    let used = pen.text(buf, at, room, &words, Role::Text);
    if count.is_some_and(|count| count.unacknowledged > 0) {
        let at = Position::new(at.x + used, at.y);
        pen.text(buf, at, room - used, "!", Role::Title);
    }
}

/// The gravest rank that is open in a town, and how many are open in all.
fn worst<'p>(count: &TownCount, policy: &'p Policy) -> Option<(Badge<'p>, u64)> {
    let of = |severity: u8| count.open_by_severity[usize::from(severity) - 1];
    let rank = RANKS
        .into_iter()
        .rev()
        .find(|rank| of(rank.severity()) > 0)?;
    Some((names::badge(rank, policy), count.open()))
}

/// One sign an hour, the present one last.
fn draw_hours(desk: &Desk, pen: Pen<'_>, row: Rect, buf: &mut Buffer) {
    let hours = &desk.warnings.board.raised_by_hour;
    let all: u64 = hours.iter().sum();
    let line = t!(
        "warning.hours",
        hours = SPARK_HOURS,
        bars = bars(hours, pen.ambiguous()),
        n = all
    );
    let at = Position::new(row.x + 1, row.y);
    pen.text(buf, at, row.width.saturating_sub(1), &line, Role::Label);
}

/// Bars as high as the hour's count; digits where a bar would break the columns.
fn bars(hours: &[u64; SPARK_HOURS], ambiguous: Ambiguous) -> String {
    let most = hours.iter().copied().max().unwrap_or(0).max(1);
    let top = u64::try_from(BARS.len() - 1).unwrap_or(0);
    let bar = |count: u64| match ambiguous {
        Ambiguous::Narrow => {
            let step = (count * top).div_ceil(most);
            BARS[usize::try_from(step).unwrap_or(0).min(BARS.len() - 1)].to_owned()
        }
        Ambiguous::Wide => match count {
            0 => ".".to_owned(),
            1..=9 => count.to_string(),
            _ => "+".to_owned(),
        },
    };
    hours.iter().map(|count| bar(*count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hours_tell_none_from_some_in_every_mode() {
        let mut hours = [0; SPARK_HOURS];
        hours[0] = 1;
        hours[22] = 12;
        hours[23] = 3;
        let blank = "▁".repeat(21);
        assert_eq!(bars(&hours, Ambiguous::Narrow), format!("▂{blank}█▃"));
        let blank = ".".repeat(21);
        assert_eq!(bars(&hours, Ambiguous::Wide), format!("1{blank}+3"));
        assert_eq!(
            bars(&[0; SPARK_HOURS], Ambiguous::Narrow),
            "▁".repeat(SPARK_HOURS)
        );
    }

    #[test]
    fn every_town_has_one_tile() {
        let mut codes: Vec<&str> = XIANGZHOU.iter().flatten().flatten().copied().collect();
        assert_eq!(codes.len(), 21);
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), 21);
        assert!(codes.iter().all(|code| code.parse::<AreaCode>().is_ok()));
        let (row, column) = DISTRICT_TILE;
        assert_eq!(
            XIANGZHOU[row][column], None,
            "free for what lies in no town"
        );
    }
}
