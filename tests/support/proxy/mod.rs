//! A line that can be anything between desks and service, for whole programs:
//! slow, narrow, lossy, cut, silent in one direction, buffered, taken over by
//! a portal, and with single requests and answers lost, cut, doubled or reset.
//!
//! `weather` says how the line is, `pipe` carries one direction through it,
//! `fault` names what happens to single requests, `connection` does it,
//! `message` reads just enough HTTP/1.1 for that. What is drawn comes from a
//! seed. Losses are what TCP makes of them: waits, never missing bytes.

pub mod fault;
pub mod message;
pub mod weather;

mod connection;
mod pipe;

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use connection::Connection;
use fault::{Fault, PlanId, Plans};

use socket2::{Domain, Socket, Type};
use weather::{Dice, Sky, Way, Weather};

/// The request whose answers can be swallowed and which is kept for replay.
pub const PUSH: &str = "POST /v1/commands ";
/// The live stream's request.
pub const STREAM: &str = "POST /v1/stream ";
/// What stands in the request for a snapshot.
pub const SNAPSHOT: &str = "/snapshot ";

/// What of a truncated snapshot comes through: some of the compressed frame.
const SNAPSHOT_KEPT_BYTES: usize = 300;
/// Connections that wait to be taken.
const BACKLOG_MAX: i32 = 128;
/// How long a request's double may take to be answered.
const DOUBLE_PATIENCE: Duration = Duration::from_secs(30);

/// See the module.
pub struct Proxy {
    shared: Arc<Shared>,
    addr: SocketAddr,
    /// Keeps the port while the line is cut, without listening.
    _port: Socket,
    accepting: Option<JoinHandle<()>>,
    swallowing: Mutex<Vec<PlanId>>,
}

struct Shared {
    service: Mutex<SocketAddr>,
    sky: Arc<Sky>,
    dice: Mutex<Dice>,
    /// Who answers in the service's place, if anybody.
    impostor: Mutex<Option<&'static str>>,
    /// The line as it is now; a cut line has none.
    open: AtomicBool,
    /// Connections of the present line, to be broken with it.
    lines: Mutex<Vec<Weak<Connection>>>,
    plans: Mutex<Plans>,
    /// Requests that came, by their first line.
    seen: Mutex<Vec<String>>,
    /// Pushes as they were sent.
    pushes: Mutex<Vec<Vec<u8>>>,
    bytes_down: AtomicU64,
}

impl Proxy {
    /// A line to `service` that is whole.
    pub fn to(service: SocketAddr) -> Self {
        Self::seeded(service, 0)
    }

    /// A line whose losses and jitter come from this seed.
    pub fn seeded(service: SocketAddr, seed: u64) -> Self {
        let port = bound(([127, 0, 0, 1], 0).into());
        let addr = port.local_addr().unwrap().as_socket().unwrap();
        let shared = Arc::new(Shared {
            service: Mutex::new(service),
            sky: Arc::default(),
            dice: Mutex::new(Dice::new(seed)),
            impostor: Mutex::default(),
            open: AtomicBool::new(true),
            lines: Mutex::default(),
            plans: Mutex::default(),
            seen: Mutex::default(),
            pushes: Mutex::default(),
            bytes_down: AtomicU64::new(0),
        });
        let mut proxy = Self {
            shared,
            addr,
            _port: port,
            accepting: None,
            swallowing: Mutex::default(),
        };
        proxy.accept_on(listening(addr));
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
        self.shared.break_lines();
    }

    /// Makes a cut line whole again, at the same address.
    pub fn mend(&mut self) {
        self.shared.open.store(true, Ordering::SeqCst);
        self.accept_on(listening(self.addr));
    }

    /// Both directions are like this from now on.
    pub fn weather(&self, weather: Weather) {
        for way in [Way::Up, Way::Down] {
            self.shared.sky.set(way, weather);
        }
    }

    /// One direction is like this from now on.
    pub fn weather_of(&self, way: Way, weather: Weather) {
        self.shared.sky.set(way, weather);
    }

    /// Bytes in that direction are kept and nothing is closed.
    pub fn stall(&self, way: Way) {
        self.shared
            .sky
            .change(way, |weather| weather.stalled = true);
    }

    /// What was kept goes on.
    pub fn unstall(&self, way: Way) {
        self.shared
            .sky
            .change(way, |weather| weather.stalled = false);
    }

    /// The next requests whose first line holds `pattern` meet this.
    pub fn plan(&self, pattern: &'static str, fault: Fault, times: usize) -> PlanId {
        self.shared.plans.lock().unwrap().add(pattern, fault, times)
    }

    /// How many requests have met a plan.
    pub fn met(&self, plan: PlanId) -> usize {
        self.shared.plans.lock().unwrap().met(plan)
    }

    /// Nothing is planned any more, the weather is fine, nobody else answers,
    /// and a cut line is whole.
    pub fn heal(&mut self) {
        self.shared.plans.lock().unwrap().clear();
        self.weather(Weather::default());
        self.impostor(None);
        if self.accepting.is_none() {
            self.mend();
        }
    }

    /// Bytes of answers that went towards desks.
    pub fn bytes_down(&self) -> u64 {
        self.shared.bytes_down.load(Ordering::Relaxed)
    }

    /// Swallows the answers to the next pushes: the service has done the work
    /// and the desk does not hear of it.
    pub fn swallow_answers(&self, count: usize) {
        let plan = self.plan(PUSH, Fault::DropAnswer, count);
        self.swallowing.lock().unwrap().push(plan);
    }

    pub fn swallowed(&self) -> usize {
        let swallowing = self.swallowing.lock().unwrap();
        swallowing.iter().map(|plan| self.met(*plan)).sum()
    }

    /// From now on live streams end as soon as they begin.
    pub fn kill_streams(&self) {
        self.plan(STREAM, Fault::EndAfterHead, usize::MAX);
    }

    /// Somebody else answers from now on, or the service again.
    pub fn impostor(&self, answer: Option<&'static str>) {
        *self.shared.impostor.lock().unwrap() = answer;
        self.shared.break_lines();
    }

    /// The next snapshots end in the middle.
    pub fn truncate_snapshots(&self, count: usize) {
        self.plan(SNAPSHOT, Fault::CutShort(SNAPSHOT_KEPT_BYTES), count);
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
        let mut line = TcpStream::connect(self.shared.service()).unwrap();
        line.set_read_timeout(Some(DOUBLE_PATIENCE)).unwrap();
        line.write_all(request).unwrap();
        let answer = message::read_message(&mut line).unwrap();
        let text = String::from_utf8(answer).unwrap();
        let (_, body) = text.split_once("\r\n\r\n").unwrap();
        body.to_owned()
    }

    fn accept_on(&mut self, listener: TcpListener) {
        let shared = Arc::clone(&self.shared);
        self.accepting = Some(thread::spawn(move || {
            for desk in listener.incoming() {
                if !shared.open.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(desk) = desk else { continue };
                let shared = Arc::clone(&shared);
                thread::spawn(move || shared.take(desk));
            }
        }));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.cut();
    }
}

/// A socket that shares its port with others of this proxy alone.
fn bound(addr: SocketAddr) -> Socket {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_reuse_port(true).unwrap();
    socket.bind(&addr.into()).unwrap();
    socket
}

fn listening(addr: SocketAddr) -> TcpListener {
    let socket = bound(addr);
    socket.listen(BACKLOG_MAX).unwrap();
    socket.into()
}

impl Shared {
    fn service(&self) -> SocketAddr {
        *self.service.lock().unwrap()
    }

    fn draw(&self) -> u64 {
        self.dice.lock().unwrap().below(u64::MAX)
    }

    fn take(self: &Arc<Self>, desk: TcpStream) {
        let Ok(connection) = Connection::open(desk, self) else {
            return;
        };
        {
            let mut lines = self.lines.lock().unwrap();
            lines.retain(|line| line.strong_count() > 0);
            lines.push(Arc::downgrade(&connection));
        }
        if self.open.load(Ordering::SeqCst) {
            connection.carry(self);
        } else {
            connection.close();
        }
    }

    fn break_lines(&self) {
        let lines = std::mem::take(&mut *self.lines.lock().unwrap());
        for line in lines.iter().filter_map(Weak::upgrade) {
            line.close();
        }
    }

    /// Notes a request that came; what shall be done to it.
    fn note(&self, first: &str, request: &[u8]) -> Option<Fault> {
        self.seen.lock().unwrap().push(first.to_owned());
        if let Some(answer) = *self.impostor.lock().unwrap() {
            return Some(Fault::Answer(answer));
        }
        if first.starts_with(PUSH) {
            self.pushes.lock().unwrap().push(request.to_vec());
        }
        self.plans.lock().unwrap().take(first)
    }
}
