//! Server-sent events out of bytes, however the network cut them.
//!
//! The WHATWG format as far as a feed needs it: `event`, `data`, `id`,
//! comments; LF, CRLF and CR. Lines and events are bounded: a stream that goes
//! beyond is given up, and what it carried is pulled instead.

/// The most bytes of one event, its longest line included. A change travels in
/// one line, and one change alone may be larger than a page.
pub const EVENT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The most bytes of an event's name and of a stream's id. Each event carries
/// both along, so a long one would be copied with every event that follows.
pub const NAME_BYTES_MAX: usize = 256;

/// An event of the stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SseEvent {
    /// The event's name; empty for the default, `message`.
    pub name: String,
    /// Its data, lines joined by LF.
    pub data: String,
    /// The last id that was set on the stream.
    pub id: String,
}

/// The stream cannot be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SseError {
    /// A line or an event goes beyond its bound.
    #[error("an event of the stream is larger than {EVENT_BYTES_MAX} bytes")]
    TooLarge,
    /// A name or an id goes beyond its bound.
    #[error("a name or an id in the stream is longer than {NAME_BYTES_MAX} bytes")]
    LongName,
    /// A line is not UTF-8.
    #[error("the stream is not UTF-8")]
    Encoding,
}

/// Collects bytes into events.
#[derive(Debug, Default)]
pub struct SseParser {
    line: Vec<u8>,
    event: SseEvent,
    has_data: Data,
    // A CR ended the last line: an LF right after it belongs to it.
    after_cr: After,
    begun: Begun,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Data {
    #[default]
    None,
    Some,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum After {
    #[default]
    Other,
    CarriageReturn,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Begun {
    #[default]
    No,
    Yes,
}

const BYTE_ORDER_MARK: &str = "\u{feff}";

impl SseParser {
    /// Takes the next bytes and gives the events that they complete.
    ///
    /// # Errors
    /// When a bound is passed or a line is not UTF-8; the stream is then to be
    /// closed.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<SseEvent>, SseError> {
        let mut events = Vec::new();
        let mut rest = bytes;
        if self.after_cr == After::CarriageReturn && !rest.is_empty() {
            self.after_cr = After::Other;
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            self.extend(&rest[..end])?;
            let ended_by = rest[end];
            rest = &rest[end + 1..];
            if ended_by == b'\r' {
                match rest.first() {
                    Some(b'\n') => rest = &rest[1..],
                    Some(_) => {}
                    None => self.after_cr = After::CarriageReturn,
                }
            }
            if let Some(event) = self.end_line()? {
                events.push(event);
            }
        }
        self.extend(rest)?;
        Ok(events)
    }

    fn extend(&mut self, bytes: &[u8]) -> Result<(), SseError> {
        let held = self.line.len() + self.event.data.len();
        if held + bytes.len() > EVENT_BYTES_MAX {
            return Err(SseError::TooLarge);
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    fn end_line(&mut self) -> Result<Option<SseEvent>, SseError> {
        let taken = std::mem::take(&mut self.line);
        let mut line = std::str::from_utf8(&taken).map_err(|_| SseError::Encoding)?;
        if self.begun == Begun::No {
            self.begun = Begun::Yes;
            line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        }
        if line.is_empty() {
            return Ok(self.end_event());
        }
        let (field, value) = match line.split_once(':') {
            // A comment: it only shows that the line is alive.
            Some(("", _)) => return Ok(None),
            Some((field, value)) => (field, value.strip_prefix(' ').unwrap_or(value)),
            None => (line, ""),
        };
        if matches!(field, "event" | "id") && value.len() > NAME_BYTES_MAX {
            return Err(SseError::LongName);
        }
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "data" => {
                if self.has_data == Data::Some {
                    self.event.data.push('\n');
                }
                self.has_data = Data::Some;
                self.event.data.push_str(value);
            }
            "id" if !value.contains('\0') => value.clone_into(&mut self.event.id),
            // `retry` and whatever a newer service says: `bye` tells when to
            // come back.
            _ => {}
        }
        Ok(None)
    }

    fn end_event(&mut self) -> Option<SseEvent> {
        let has_data = std::mem::take(&mut self.has_data);
        let id = self.event.id.clone();
        let event = std::mem::replace(
            &mut self.event,
            SseEvent {
                id,
                ..SseEvent::default()
            },
        );
        (has_data == Data::Some).then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(text: &[u8]) -> Vec<SseEvent> {
        SseParser::default().push(text).unwrap()
    }

    fn event(name: &str, data: &str, id: &str) -> SseEvent {
        SseEvent {
            name: name.to_owned(),
            data: data.to_owned(),
            id: id.to_owned(),
        }
    }

    #[test]
    fn fields_comments_and_line_ends_are_read() {
        let cases: [(&str, Vec<SseEvent>); 9] = [
            ("", vec![]),
            (": beat\n\n", vec![]),
            ("data: a\n\n", vec![event("", "a", "")]),
            ("data:a\ndata: b\n\n", vec![event("", "a\nb", "")]),
            ("data\n\n", vec![event("", "", "")]),
            ("event: x\n\ndata: y\n\n", vec![event("", "y", "")]),
            (
                "id: 7\r\nevent: change\r\ndata: {}\r\n\r\ndata: z\r\n\r\n",
                vec![event("change", "{}", "7"), event("", "z", "7")],
            ),
            ("event: e\rdata: 1\r\r", vec![event("e", "1", "")]),
            (
                "\u{feff}data: 值班\n\ndata: cut",
                vec![event("", "值班", "")],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(whole(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_not_utf8_is_given_up() {
        let mut parser = SseParser::default();
        assert_eq!(parser.push(b"data: \xff\n"), Err(SseError::Encoding));
    }

    #[test]
    fn an_endless_line_or_event_is_given_up() {
        let mut line = SseParser::default();
        let chunk = vec![b'x'; 1024 * 1024];
        let outcome = (0..9).try_for_each(|_| line.push(&chunk).map(|_| ()));
        assert_eq!(outcome, Err(SseError::TooLarge));
        let mut event = SseParser::default();
        let mut lines = b"data: ".to_vec();
        lines.extend_from_slice(&chunk);
        lines.push(b'\n');
        let outcome = (0..9).try_for_each(|_| event.push(&lines).map(|_| ()));
        assert_eq!(outcome, Err(SseError::TooLarge));
    }

    #[test]
    fn an_event_ends_at_its_limit() {
        // `data:` and the words, in two lines: what is held counts.
        for (bytes, fits) in [
            (EVENT_BYTES_MAX - 1, true),
            (EVENT_BYTES_MAX, true),
            (EVENT_BYTES_MAX + 1, false),
        ] {
            let mut parser = SseParser::default();
            let mut line = b"data:".to_vec();
            line.resize(bytes, b'x');
            let outcome = parser.push(&line).and_then(|_| parser.push(b"\n\n"));
            assert_eq!(outcome.is_ok(), fits, "{bytes}");
        }
    }

    #[test]
    fn names_and_ids_end_at_their_limit() {
        for field in ["id", "event"] {
            for (bytes, outcome) in [
                (NAME_BYTES_MAX - 1, Ok(1)),
                (NAME_BYTES_MAX, Ok(1)),
                (NAME_BYTES_MAX + 1, Err(SseError::LongName)),
            ] {
                let text = format!("{field}: {}\ndata: 1\n\n", "x".repeat(bytes));
                let read = SseParser::default().push(text.as_bytes());
                assert_eq!(read.map(|events| events.len()), outcome, "{field} {bytes}");
            }
        }
    }

    fn stream() -> impl Strategy<Value = Vec<u8>> {
        let line = prop_oneof![
            Just("data: 事件 one"),
            Just("data:"),
            Just("event: change"),
            Just("id: 12"),
            Just(": comment"),
            Just("data"),
            Just(""),
            Just(""),
        ];
        let end = prop_oneof![Just("\n"), Just("\r\n"), Just("\r")];
        prop::collection::vec((line, end), 0..40).prop_map(|lines| {
            lines
                .into_iter()
                .flat_map(|(line, end)| [line, end])
                .collect::<String>()
                .into_bytes()
        })
    }

    proptest! {
        #[test]
        fn chunking_changes_nothing(text in stream(), cuts in prop::collection::vec(0usize..4096, 0..20)) {
            let mut at: Vec<usize> = cuts.into_iter().map(|cut| cut % (text.len() + 1)).collect();
            at.extend([0, text.len()]);
            at.sort_unstable();
            let mut parser = SseParser::default();
            let mut events = Vec::new();
            for pair in at.windows(2) {
                events.extend(parser.push(&text[pair[0]..pair[1]]).unwrap());
            }
            prop_assert_eq!(events, whole(&text));
        }

        #[test]
        fn no_bytes_make_it_panic(text in prop::collection::vec(any::<u8>(), 0..500)) {
            let _ = SseParser::default().push(&text);
        }
    }
}
