//! Requests as bytes, and answers as bytes: nothing between the wire and the
//! eye of the test drops a header or a malformed line.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// How long an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// The magic number of a zstd frame.
const ZSTD: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// A request to be sent.
pub struct Request<'a> {
    pub method: &'a str,
    pub path: String,
    pub token: Option<&'a str>,
    pub headers: Vec<(&'a str, String)>,
    pub body: Option<String>,
}

/// Everything that came back.
pub struct Answer {
    pub status: u16,
    /// As it came.
    raw: Vec<u8>,
    /// The body without chunks and compression.
    pub body: Vec<u8>,
}

/// A line on which something comes in.
pub struct Line {
    socket: TcpStream,
    raw: Vec<u8>,
    ended: bool,
}

impl<'a> Request<'a> {
    pub fn new(method: &'a str, path: impl Into<String>, token: Option<&'a str>) -> Self {
        Self {
            method,
            path: path.into(),
            token,
            headers: Vec::new(),
            body: None,
        }
    }

    pub fn header(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sends it and leaves the line open.
    pub fn begin(&self, to: SocketAddr) -> Line {
        let body = self.body.as_deref().unwrap_or_default();
        let mut head = format!(
            "{} {} HTTP/1.1\r\nhost: {to}\r\nconnection: close\r\n",
            self.method, self.path
        );
        if let Some(token) = self.token {
            head.extend(["authorization: Bearer ", token, "\r\n"]);
        }
        for (name, value) in &self.headers {
            head.extend([*name, ": ", value.as_str(), "\r\n"]);
        }
        if self.body.is_some() {
            head += "content-type: application/json\r\n";
        }
        let length = body.len().to_string();
        head.extend(["content-length: ", length.as_str(), "\r\n\r\n"]);
        let mut socket = TcpStream::connect(to).unwrap();
        socket.write_all(head.as_bytes()).unwrap();
        socket.write_all(body.as_bytes()).unwrap();
        Line {
            socket,
            raw: Vec::new(),
            ended: false,
        }
    }

    /// Sends it and waits for the end of the answer.
    pub fn send(&self, to: SocketAddr) -> Answer {
        let mut line = self.begin(to);
        line.read_until("the answer's end", |_| false);
        line.answer()
    }
}

impl Line {
    /// Reads until the bytes are enough, or the service ends the line.
    pub fn read_until(&mut self, what: &str, enough: impl Fn(&str) -> bool) {
        let began = Instant::now();
        let mut buffer = [0; 16 * 1024];
        while !self.ended && !enough(&String::from_utf8_lossy(&self.raw)) {
            let left = PATIENCE.checked_sub(began.elapsed());
            let left = left.filter(|left| !left.is_zero());
            let left = left.unwrap_or_else(|| panic!("waited in vain: {what}"));
            self.socket.set_read_timeout(Some(left)).unwrap();
            match self.socket.read(&mut buffer) {
                Ok(0) => self.ended = true,
                Ok(count) => self.raw.extend(&buffer[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => panic!("{what}: {error}"),
            }
        }
    }

    pub fn ended(&self) -> bool {
        self.ended
    }

    pub fn answer(self) -> Answer {
        let split = find(&self.raw, b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&self.raw[..split]).to_ascii_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut body = self.raw[split + 4..].to_vec();
        if head.contains("transfer-encoding: chunked") {
            body = unchunked(&body);
        }
        if body.starts_with(&ZSTD) {
            body = zstd::stream::decode_all(&body[..]).unwrap();
        }
        Answer {
            status,
            raw: self.raw,
            body,
        }
    }
}

impl Answer {
    /// Whether these words came back, anywhere.
    pub fn holds(&self, words: &str) -> bool {
        let words = words.as_bytes();
        find(&self.raw, words).is_some() || find(&self.body, words).is_some()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("{error}: {} {}", self.status, self.text());
        })
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = String::from_utf8_lossy(&self.raw);
        let (head, _) = head.split_once("\r\n\r\n")?;
        head.lines().find_map(|line| {
            let (own, value) = line.split_once(':')?;
            own.eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        })
    }
}

pub fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|part| part == needle)
}

/// What lies in the chunks; of a stream that was left, what has come.
fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = find(rest, b"\r\n") {
        let size = String::from_utf8_lossy(&rest[..end]).into_owned();
        let Ok(size) = usize::from_str_radix(size.trim(), 16) else {
            break;
        };
        let begin = end + 2;
        let stop = (begin + size).min(rest.len());
        body.extend(&rest[begin..stop]);
        rest = rest.get(stop + 2..).unwrap_or_default();
    }
    body
}
