//! Just enough HTTP/1.1 to tell one message from the next.

use std::io::Read;

/// A captive portal: its page, whatever was asked for.
pub const PORTAL: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 19\r\n\
    Connection: close\r\n\r\n<html>log in</html>";
/// A balancer without a service behind it.
pub const BUSY: &str = "HTTP/1.1 503 Busy\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\
    Retry-After: 2\r\nConnection: close\r\n\r\n";
/// A balancer that has had enough of this desk.
pub const TOO_MANY: &str = "HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/plain\r\n\
    Content-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";

/// The head of a message, with its empty line.
pub fn read_head(from: &mut impl Read) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    let mut byte = [0; 1];
    while !head.ends_with(b"\r\n\r\n") {
        match from.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            Ok(_) | Err(_) => return None,
        }
    }
    Some(head)
}

/// One message with a `Content-Length`, or without a body.
pub fn read_message(from: &mut impl Read) -> Option<Vec<u8>> {
    let mut message = read_head(from)?;
    let length = field(&message, "content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    message.extend(body);
    Some(message)
}

/// A field of a head, by its lower-case name.
pub fn field(head: &[u8], name: &str) -> Option<String> {
    let head = String::from_utf8_lossy(head);
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().to_ascii_lowercase())
    })
}

/// The head with another length in it, whatever it said before.
pub fn with_length(head: &[u8], length: usize) -> Vec<u8> {
    let text = String::from_utf8_lossy(head);
    let kept = text.lines().filter(|line| {
        let name = line.split(':').next().unwrap_or_default();
        !line.is_empty()
            && !name.eq_ignore_ascii_case("content-length")
            && !name.eq_ignore_ascii_case("transfer-encoding")
    });
    let mut head: String = kept.flat_map(|line| [line, "\r\n"]).collect();
    head.push_str("Content-Length: ");
    head.push_str(&length.to_string());
    head.push_str("\r\n\r\n");
    head.into_bytes()
}

/// The body of an answer, byte by byte, whichever way its end is told.
pub struct Body<R> {
    from: R,
    left: Left,
}

enum Left {
    Bytes(usize),
    /// In chunks; so many bytes of the present one.
    Chunked(usize),
    UntilClosed,
}

impl<R: Read> Body<R> {
    pub fn of(head: &[u8], from: R) -> Self {
        let chunked = field(head, "transfer-encoding").is_some_and(|how| how.contains("chunked"));
        let left = match field(head, "content-length") {
            _ if chunked => Left::Chunked(0),
            Some(length) => Left::Bytes(length.parse().unwrap()),
            None => Left::UntilClosed,
        };
        Self { from, left }
    }

    /// At most `most` bytes of what it carries; fewer where it ends.
    pub fn take(&mut self, most: usize) -> Vec<u8> {
        let mut got = Vec::new();
        while got.len() < most {
            let Some(byte) = self.next_byte() else { break };
            got.push(byte);
        }
        got
    }

    fn next_byte(&mut self) -> Option<u8> {
        match &mut self.left {
            Left::Bytes(0) => return None,
            Left::Bytes(left) => *left -= 1,
            Left::UntilClosed => {}
            Left::Chunked(0) => {
                let size = self.chunk_size()?;
                if size == 0 {
                    return None;
                }
                self.left = Left::Chunked(size);
                return self.next_byte();
            }
            Left::Chunked(left) => {
                *left -= 1;
                let last = *left == 0;
                let byte = self.raw()?;
                if last {
                    // The line's end after a chunk.
                    self.raw()?;
                    self.raw()?;
                }
                return Some(byte);
            }
        }
        self.raw()
    }

    fn chunk_size(&mut self) -> Option<usize> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.push(self.raw()?);
        }
        let text = String::from_utf8_lossy(&line);
        let digits = text.trim().split(';').next()?;
        usize::from_str_radix(digits, 16).ok()
    }

    fn raw(&mut self) -> Option<u8> {
        let mut byte = [0; 1];
        (self.from.read(&mut byte).ok()? == 1).then_some(byte[0])
    }
}
