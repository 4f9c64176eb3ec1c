//! Frames: when one may go, and what the line to the terminal makes of it.

use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Runner;
use super::timings::Span;
use crate::tui::app::message::Message;
use crate::tui::app::model::LineState;
use crate::tui::screens;
use crate::tui::terminal::backend::OutputError;
use crate::tui::terminal::decode::Answer;
use crate::tui::terminal::flow::{Fence, Flow, Gate, Written};
use crate::tui::terminal::guard::set_under_way;
use crate::tui::terminal::line::Line;
use crate::tui::terminal::painter::Painter;

/// The terminal as it is painted on.
pub struct Canvas {
    pub painter: Painter<Line>,
    pub flow: Flow,
    /// A frame waits for the line until then.
    owed: Option<Instant>,
    /// The clock's minute, and the bytes that had gone when it began.
    minute: (i64, u64),
}

impl Canvas {
    pub fn new(painter: Painter<Line>, flow: Flow) -> Self {
        Self {
            painter,
            flow,
            owed: None,
            minute: (0, 0),
        }
    }

    /// How long until a frame that waits may be tried again.
    pub fn patience(&self) -> Option<Duration> {
        let owed = self.owed?;
        Some(owed.saturating_duration_since(Instant::now()))
    }

    /// Whether the wait for the line is over.
    pub fn is_due(&self) -> bool {
        self.owed.is_some_and(|owed| owed <= Instant::now())
    }

    fn frame(
        &mut self,
        draw: impl FnOnce(Rect, &mut Buffer) -> Option<Position>,
    ) -> Result<(), OutputError> {
        self.painter.set_fence(self.flow.rule());
        let sent = self.painter.paint(draw)?;
        let written = if self.painter.writer().is_written() {
            Written::Yes
        } else {
            Written::NotYet
        };
        self.flow.sent(sent, written, Instant::now());
        set_under_way(self.flow.is_under_way());
        Ok(())
    }

    /// The line as the model is told of it; the bytes are those of the last
    /// whole minute, so that telling them costs next to nothing.
    fn state(&mut self, now_minute: i64, before: LineState) -> LineState {
        let (minute, begun_at) = self.minute;
        let written = self.painter.bytes_written();
        let bytes = if minute == now_minute {
            before.minute_bytes
        } else {
            self.minute = (now_minute, written);
            (minute != 0).then(|| written - begun_at)
        };
        LineState {
            speed: self.flow.speed(),
            minute_bytes: bytes,
        }
    }
}

impl Runner {
    /// Paints what has changed, if the line is free.
    pub(super) fn paint(&mut self) -> Result<(), OutputError> {
        if let Gate::Until(at) = self.canvas.flow.gate(Instant::now()) {
            self.canvas.owed = Some(at);
            return Ok(());
        }
        self.canvas.owed = None;
        set_under_way(false);
        let minute = self.model.now.as_millis().div_euclid(60_000);
        let line = self.canvas.state(minute, self.model.line);
        if line != self.model.line {
            self.message(Message::Line(line));
        }
        let started = Instant::now();
        let model = &self.model;
        self.canvas
            .frame(|area, buffer| screens::render(model, area, buffer))?;
        if std::mem::take(&mut self.bell_due) {
            self.canvas.painter.ring()?;
        }
        self.timings.note(Span::Paint, started.elapsed());
        if let Some(at) = self.key_at.take() {
            self.timings.note(Span::Key, at.elapsed());
        }
        Ok(())
    }

    /// The terminal has come to a question.
    pub(super) fn line_answered(&mut self, answer: Answer) {
        let fence = match answer {
            Answer::Ready => Fence::Status,
            Answer::DeviceAttributes => Fence::Attributes,
            Answer::CursorAt { .. } | Answer::Mode { .. } | Answer::Other => return,
        };
        self.canvas.flow.answered(fence, Instant::now());
    }
}
