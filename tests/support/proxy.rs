//! A line that can be cut: a TCP proxy between desks and service that can
//! refuse connections, swallow answers, and deliver what it saw again.
//!
//! It understands just enough HTTP/1.1 to tell one request from the next.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The request whose answers can be swallowed and which is kept for replay.
const PUSH: &str = "POST /v1/commands ";

/// What of a truncated snapshot's answer comes through: its head, and some of
/// the compressed frame.
const SNAPSHOT_KEPT_BYTES: usize = 500;

/// A captive portal: its page, whatever was asked for.
pub const PORTAL: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 19\r\n\
    Connection: close\r\n\r\n<html>log in</html>";
/// A balancer without a service behind it.
pub const BUSY: &str = "HTTP/1.1 503 Busy\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\
    Retry-After: 2\r\nConnection: close\r\n\r\n";

/// See the module.
pub struct Proxy {
    shared: Arc<Shared>,
    addr: SocketAddr,
    accepting: Option<JoinHandle<()>>,
}

struct Shared {
    service: Mutex<SocketAddr>,
    /// Who answers in the service's place, if anybody.
    impostor: Mutex<Option<&'static str>>,
    /// Snapshots that are still to be cut after [`SNAPSHOT_KEPT_BYTES`].
    truncate: AtomicUsize,
    /// The line as it is now; a cut line has none.
    open: AtomicBool,
    /// Connections of the present line, to be broken with it.
    lines: Mutex<Vec<TcpStream>>,
    /// Answers to pushes that are still to be swallowed.
    swallow: AtomicUsize,
    swallowed: AtomicUsize,
    /// Requests that went through, by their first line.
    seen: Mutex<Vec<String>>,
    /// Pushes as they were sent.
    pushes: Mutex<Vec<Vec<u8>>>,
    /// Live streams end as soon as their head has come.
    kills_streams: AtomicBool,
}

impl Proxy {
    /// A line to `service` that is whole.
    pub fn to(service: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            service: Mutex::new(service),
            impostor: Mutex::default(),
            truncate: AtomicUsize::new(0),
            open: AtomicBool::new(true),
            lines: Mutex::default(),
            swallow: AtomicUsize::new(0),
            swallowed: AtomicUsize::new(0),
            seen: Mutex::default(),
            pushes: Mutex::default(),
            kills_streams: AtomicBool::new(false),
        });
        let mut proxy = Self {
            shared,
            addr,
            accepting: None,
        };
        proxy.accept_on(listener);
        proxy
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Breaks every connection and takes no new one.
    pub fn cut(&mut self) {
        self.shared.open.store(false, Ordering::SeqCst);
        // Wakes the accepting thread, which then lets the port go.
        drop(TcpStream::connect(self.addr));
        if let Some(accepting) = self.accepting.take() {
            accepting.join().unwrap();
        }
        for line in self.shared.lines.lock().unwrap().drain(..) {
            let _ = line.shutdown(Shutdown::Both);
        }
    }

    /// Makes a cut line whole again, at the same address.
    pub fn mend(&mut self) {
        self.shared.open.store(true, Ordering::SeqCst);
        self.accept_on(TcpListener::bind(self.addr).unwrap());
    }

    /// Swallows the answers to the next pushes: the service has done the work
    /// and the desk does not hear of it.
    pub fn swallow_answers(&self, count: usize) {
        self.shared.swallow.store(count, Ordering::SeqCst);
    }

    pub fn swallowed(&self) -> usize {
        self.shared.swallowed.load(Ordering::SeqCst)
    }

    /// From now on live streams end as soon as they begin.
    pub fn kill_streams(&self) {
        self.shared.kills_streams.store(true, Ordering::SeqCst);
    }

    /// Somebody else answers from now on, or the service again.
    pub fn impostor(&self, answer: Option<&'static str>) {
        *self.shared.impostor.lock().unwrap() = answer;
        for line in self.shared.lines.lock().unwrap().drain(..) {
            let _ = line.shutdown(Shutdown::Both);
        }
    }

    /// The next snapshots end in the middle.
    pub fn truncate_snapshots(&self, count: usize) {
        self.shared.truncate.store(count, Ordering::SeqCst);
    }

    /// The service is somewhere else from now on.
    pub fn retarget(&self, service: SocketAddr) {
        *self.shared.service.lock().unwrap() = service;
    }

    /// How many requests began with this.
    pub fn count(&self, beginning: &str) -> usize {
        let seen = self.shared.seen.lock().unwrap();
        seen.iter()
            .filter(|line| line.starts_with(beginning))
            .count()
    }

    /// Every push as it was sent.
    pub fn pushes(&self) -> Vec<Vec<u8>> {
        self.shared.pushes.lock().unwrap().clone()
    }

    /// Sends these bytes to the service once more; the answer's body.
    pub fn replay(&self, request: &[u8]) -> String {
        let mut line = TcpStream::connect(*self.shared.service.lock().unwrap()).unwrap();
        line.set_read_timeout(Some(super::PATIENCE)).unwrap();
        line.write_all(request).unwrap();
        let answer = read_message(&mut line).unwrap();
        let text = String::from_utf8(answer).unwrap();
        let (_, body) = text.split_once("\r\n\r\n").unwrap();
        body.to_owned()
    }

    fn accept_on(&mut self, listener: TcpListener) {
        let shared = Arc::clone(&self.shared);
        self.accepting = Some(thread::spawn(move || {
            for line in listener.incoming() {
                if !shared.open.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(line) = line else { continue };
                let shared = Arc::clone(&shared);
                thread::spawn(move || shared.carry(line));
            }
        }));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.cut();
    }
}

impl Shared {
    /// Carries one connection: request by request towards the service, bytes
    /// as they come towards the desk.
    fn carry(&self, desk: TcpStream) -> Option<()> {
        let target = *self.service.lock().unwrap();
        let service = TcpStream::connect(target).ok()?;
        desk.set_nodelay(true).ok()?;
        service.set_nodelay(true).ok()?;
        {
            let mut lines = self.lines.lock().unwrap();
            lines.push(desk.try_clone().ok()?);
            lines.push(service.try_clone().ok()?);
        }
        let swallowing = Arc::new(AtomicBool::new(false));
        // How many bytes towards the desk come through.
        let room = Arc::new(AtomicUsize::new(usize::MAX));
        let back = {
            let (swallowing, room) = (Arc::clone(&swallowing), Arc::clone(&room));
            let (mut from, mut to) = (service.try_clone().ok()?, desk.try_clone().ok()?);
            thread::spawn(move || {
                let mut buffer = [0; 16 * 1024];
                while let Ok(count @ 1..) = from.read(&mut buffer) {
                    let kept = count.min(room.load(Ordering::SeqCst));
                    if swallowing.load(Ordering::SeqCst)
                        || to.write_all(&buffer[..kept]).is_err()
                        || kept < count
                    {
                        break;
                    }
                }
                let _ = to.shutdown(Shutdown::Both);
                let _ = from.shutdown(Shutdown::Both);
            })
        };
        let (mut from, mut to) = (desk, service);
        while let Some(request) = read_message(&mut from) {
            let first = String::from_utf8_lossy(&request);
            let first = first.lines().next().unwrap_or_default().to_owned();
            if let Some(answer) = *self.impostor.lock().unwrap() {
                self.seen.lock().unwrap().push(first);
                let _ = from.write_all(answer.as_bytes());
                break;
            }
            if first.contains("/snapshot ") && take_one(&self.truncate) {
                room.store(SNAPSHOT_KEPT_BYTES, Ordering::SeqCst);
            }
            if first.starts_with(PUSH) {
                self.pushes.lock().unwrap().push(request.clone());
                if take_one(&self.swallow) {
                    swallowing.store(true, Ordering::SeqCst);
                    self.swallowed.fetch_add(1, Ordering::SeqCst);
                }
            }
            let is_stream = first.starts_with("POST /v1/stream ");
            self.seen.lock().unwrap().push(first);
            if to.write_all(&request).is_err() {
                break;
            }
            if is_stream && self.kills_streams.load(Ordering::SeqCst) {
                // Long enough for the head of the answer to pass.
                from.set_read_timeout(Some(Duration::from_millis(50)))
                    .ok()?;
                let _ = from.read(&mut [0; 1]);
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
        let _ = from.shutdown(Shutdown::Both);
        back.join().ok()
    }
}

fn take_one(counter: &AtomicUsize) -> bool {
    counter
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            left.checked_sub(1)
        })
        .is_ok()
}

/// Reads one message with a `Content-Length`, or without a body.
fn read_message(from: &mut TcpStream) -> Option<Vec<u8>> {
    let mut message = Vec::new();
    let mut byte = [0; 1];
    while !message.ends_with(b"\r\n\r\n") {
        match from.read(&mut byte) {
            Ok(1) => message.push(byte[0]),
            Ok(_) | Err(_) => return None,
        }
    }
    let head = String::from_utf8_lossy(&message).to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .map_or(0, |length| length.trim().parse().unwrap());
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    message.extend(body);
    Some(message)
}
