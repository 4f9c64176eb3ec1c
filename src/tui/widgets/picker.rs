//! A list to pick from, filtered while one types.
//!
//! The caller finds the rows that match the filter and hands their ids over;
//! the picker keeps what is typed, where the highlight is and what is marked.
//! The highlight stays on its record while the rows change.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::input::InputState;
use super::input_view::{Focus, draw_line};
use super::pen::Pen;
use super::scroll::{Step, following};
use super::table::{Cell, Column, Header, Highlight, Table};
use crate::tui::theme::Role;

/// A filter is at most this long.
pub const FILTER_CHARS_MAX: usize = 100;

/// How many rows may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// One.
    One,
    /// Several, marked one by one.
    Several,
}

/// What is typed, highlighted and marked.
#[derive(Clone, Debug)]
pub struct PickerState<Id> {
    /// The line that filters.
    pub filter: InputState,
    choice: Choice,
    rows: Vec<Id>,
    highlighted: Option<Id>,
    marked: Vec<Id>,
    first: usize,
}

impl<Id: Clone + PartialEq> PickerState<Id> {
    /// A picker with no rows yet.
    #[must_use]
    pub fn new(choice: Choice) -> Self {
        Self {
            filter: InputState::line(FILTER_CHARS_MAX),
            choice,
            rows: Vec::new(),
            highlighted: None,
            marked: Vec::new(),
            first: 0,
        }
    }

    /// Takes the rows that match now, best first. The highlight stays on its
    /// record, or goes to the first row when that is gone.
    pub fn set_rows(&mut self, rows: Vec<Id>) {
        self.rows = rows;
        if self.highlighted_index().is_none() {
            self.highlighted = self.rows.first().cloned();
            self.first = 0;
        }
    }

    /// The rows that match, as they were handed over.
    #[must_use]
    pub fn rows(&self) -> &[Id] {
        &self.rows
    }

    /// The record under the highlight.
    #[must_use]
    pub const fn highlighted(&self) -> Option<&Id> {
        self.highlighted.as_ref()
    }

    /// Moves the highlight, and the window of `height` rows after it.
    pub fn step(&mut self, step: Step, height: usize) {
        let index = step.from(self.highlighted_index().unwrap_or(0), self.rows.len());
        self.highlighted = self.rows.get(index).cloned();
        self.first = following(self.first, index, self.rows.len(), height);
    }

    /// Puts the highlight on the row with that number, counted from 1, among
    /// the visible ones.
    pub fn choose(&mut self, number: usize, height: usize) -> Option<&Id> {
        let id = self.visible(height).get(number.checked_sub(1)?)?.clone();
        self.highlighted = Some(id);
        self.highlighted.as_ref()
    }

    /// Marks or unmarks the highlighted row where several may be chosen.
    pub fn toggle(&mut self) {
        let (Choice::Several, Some(id)) = (self.choice, self.highlighted.clone()) else {
            return;
        };
        if self.marked.contains(&id) {
            self.marked.retain(|marked| *marked != id);
        } else {
            self.marked.push(id);
        }
    }

    /// What is chosen: the marked rows, or the highlighted one when none is
    /// marked.
    #[must_use]
    pub fn chosen(&self) -> Vec<Id> {
        if self.marked.is_empty() {
            self.highlighted.iter().cloned().collect()
        } else {
            self.marked.clone()
        }
    }

    /// Whether a row is marked.
    #[must_use]
    pub fn is_marked(&self, id: &Id) -> bool {
        self.marked.contains(id)
    }

    /// The ids of the rows that are visible in a window of `height` rows.
    #[must_use]
    pub fn visible(&self, height: usize) -> &[Id] {
        let first = self.first_visible(height);
        let end = self.rows.len().min(first.saturating_add(height));
        &self.rows[first..end]
    }

    fn first_visible(&self, height: usize) -> usize {
        following(
            self.first,
            self.highlighted_index().unwrap_or(0),
            self.rows.len(),
            height,
        )
    }

    fn highlighted_index(&self) -> Option<usize> {
        let highlighted = self.highlighted.as_ref()?;
        self.rows.iter().position(|id| id == highlighted)
    }

    /// How many rows a picker shows in an area.
    #[must_use]
    pub const fn height_in(area: Rect) -> usize {
        area.height.saturating_sub(1) as usize
    }

    /// Draws the filter line and under it the visible rows, which `row` makes
    /// from their ids. Returns where the hardware cursor belongs.
    pub fn draw<'a>(
        &self,
        pen: Pen<'_>,
        area: Rect,
        buf: &mut Buffer,
        (placeholder, columns, highlight): (&str, &[Column<'a>], Highlight),
        mut row: impl FnMut(&Id) -> Vec<Cell<'a>>,
    ) -> Option<Position> {
        let line = Rect {
            height: area.height.min(1),
            ..area
        };
        pen.clear(buf, line, Role::Text);
        let cursor = draw_line(pen, line, buf, (&self.filter, Focus::Here), placeholder);
        let list = Rect {
            y: area.y.saturating_add(1),
            height: area.height.saturating_sub(1),
            ..area
        };
        let height = usize::from(list.height);
        let visible = self.visible(height);
        let rows: Vec<Vec<Cell<'a>>> = visible.iter().map(&mut row).collect();
        let under_cursor = visible
            .iter()
            .position(|id| Some(id) == self.highlighted.as_ref());
        let table = Table {
            columns,
            rows: &rows,
            cursor: under_cursor,
            highlight,
            header: Header::Absent,
        };
        table.draw(pen, list, buf);
        cursor
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::width::Ambiguous;
    use crate::tui::theme::{ColourDepth, Theme};
    use crate::tui::widgets::dump;
    use crate::tui::widgets::table::Width;

    #[test]
    fn the_highlight_follows_its_record_while_one_types() {
        let mut picker = PickerState::new(Choice::One);
        picker.set_rows(vec![1, 2, 3, 4]);
        picker.step(Step::Down(2), 2);
        assert_eq!(picker.highlighted(), Some(&3));
        picker.set_rows(vec![2, 3]);
        assert_eq!(picker.highlighted(), Some(&3));
        picker.set_rows(vec![4, 1]);
        assert_eq!(picker.highlighted(), Some(&4));
        picker.set_rows(Vec::new());
        assert_eq!(picker.chosen(), Vec::<i32>::new());
        picker.step(Step::Down(1), 2);
        assert_eq!(picker.visible(2), &[] as &[i32]);
    }

    #[test]
    fn several_are_chosen_by_marks_in_the_order_of_marking() {
        let mut picker = PickerState::new(Choice::Several);
        picker.set_rows(vec![1, 2, 3]);
        assert_eq!(picker.chosen(), [1], "without marks the highlighted one");
        picker.step(Step::Last, 3);
        picker.toggle();
        picker.step(Step::First, 3);
        picker.toggle();
        assert_eq!(picker.chosen(), [3, 1]);
        picker.toggle();
        assert_eq!(picker.chosen(), [3]);
        picker.set_rows(vec![2]);
        assert_eq!(picker.chosen(), [3], "a mark outlives the filter");
    }

    #[test]
    fn filter_and_rows_are_drawn() {
        let theme = Theme::shipped(ColourDepth::Mono);
        let mut picker = PickerState::new(Choice::One);
        picker.filter.paste("wxm");
        picker.set_rows(vec!["王秀梅", "吴小明", "魏新民"]);
        picker.step(Step::Down(2), 2);
        let mut buf = Buffer::empty(Rect::new(0, 0, 12, 3));
        let pen = Pen::new(&theme, Ambiguous::Narrow);
        let columns = [Column::new("", Width::Flex(1))];
        let cursor = picker.draw(
            pen,
            buf.area,
            &mut buf,
            ("", &columns, Highlight::Row),
            |name| vec![Cell::new(*name, Role::Text)],
        );
        assert_eq!(dump::lines(&buf), ["wxm", " 吴小明", ">魏新民"]);
        assert_eq!(cursor, Some(Position::new(3, 0)));
    }
}
