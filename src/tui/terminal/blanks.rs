//! Which cells of the terminal are known to be blank.

use ratatui::layout::Size;

use super::colour::Paint;
use super::scroll::Scroll;

/// What the terminal shows in a cell, as far as it helps to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A blank on that ground, with nothing that shows on blanks.
    Blank(Paint),
    /// Anything.
    Unknown,
}

/// Which cells of the terminal are blank.
#[derive(Debug, Default)]
pub(super) struct BlankGrid {
    pub(super) size: Size,
    cells: Vec<Content>,
}

impl BlankGrid {
    /// Another size makes everything unknown: terminals move lines about.
    pub(super) fn fit(&mut self, size: Size) {
        if size != self.size {
            self.size = size;
            self.cells.clear();
            let count = usize::from(size.width) * usize::from(size.height);
            self.cells.resize(count, Content::Unknown);
        }
    }

    pub(super) fn fill(&mut self, content: Content) {
        self.cells.fill(content);
    }

    fn index(&self, x: u16, y: u16) -> usize {
        usize::from(y) * usize::from(self.size.width) + usize::from(x)
    }

    pub(super) fn at(&self, x: u16, y: u16) -> Content {
        let cell = self.cells.get(self.index(x, y)).copied();
        cell.unwrap_or(Content::Unknown)
    }

    pub(super) fn set(&mut self, x: u16, y: u16, content: Content) {
        let index = self.index(x, y);
        if let Some(cell) = self.cells.get_mut(index) {
            *cell = content;
        }
    }

    /// Moves rows as the terminal moved them.
    pub(super) fn scroll(&mut self, scroll: Scroll) {
        let width = self.size.width;
        scroll.walk(|to, from| {
            for x in 0..width {
                let content = from.map_or(Content::Blank(Paint::Default), |from| self.at(x, from));
                self.set(x, to, content);
            }
        });
    }
}
