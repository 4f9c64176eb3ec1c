//! One connection between a desk and the service.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::Shared;
use super::fault::Fault;
use super::message::{Body, read_head, read_message};
use super::pipe::Pipe;
use super::weather::Way;

/// How much is read at a time.
const BUFFER_BYTES: usize = 16 * 1024;

/// See the module.
pub struct Connection {
    desk: Arc<TcpStream>,
    service: Arc<TcpStream>,
    up: Arc<Pipe>,
    down: Arc<Pipe>,
    /// What is done to the next answer.
    next_answer: Mutex<Option<Fault>>,
    /// The desk's end goes with a reset.
    resets: AtomicBool,
}

/// Whether a connection goes on.
#[derive(PartialEq, Eq)]
enum Then {
    GoOn,
    Close,
}

impl Connection {
    pub fn open(desk: TcpStream, shared: &Shared) -> std::io::Result<Arc<Self>> {
        let service = TcpStream::connect(shared.service())?;
        desk.set_nodelay(true)?;
        service.set_nodelay(true)?;
        let (desk, service) = (Arc::new(desk), Arc::new(service));
        let pipe = |out: &Arc<TcpStream>, way| {
            Pipe::into(Arc::clone(out), way, Arc::clone(&shared.sky), shared.draw())
        };
        Ok(Arc::new(Self {
            up: pipe(&service, Way::Up),
            down: pipe(&desk, Way::Down),
            desk,
            service,
            next_answer: Mutex::default(),
            resets: AtomicBool::new(false),
        }))
    }

    /// Carries requests one by one and answers as they come.
    pub fn carry(self: &Arc<Self>, shared: &Arc<Shared>) {
        let back = {
            let (this, shared) = (Arc::clone(self), Arc::clone(shared));
            thread::spawn(move || this.carry_answers(&shared))
        };
        while let Some(request) = read_message(&mut &*self.desk) {
            if self.request(&request, shared) == Then::Close {
                break;
            }
        }
        self.close();
        let _ = back.join();
    }

    /// Ends it as a dead line does.
    pub fn close(&self) {
        self.up.break_off();
        self.down.break_off();
        // Closing for writing would end it politely before the reset.
        let how = if self.resets.load(Ordering::SeqCst) {
            Shutdown::Read
        } else {
            Shutdown::Both
        };
        let _ = self.desk.shutdown(how);
        let _ = self.service.shutdown(Shutdown::Both);
    }

    fn request(&self, request: &[u8], shared: &Shared) -> Then {
        let text = String::from_utf8_lossy(request);
        let first = text.lines().next().unwrap_or_default().to_owned();
        let fault = shared.note(&first, request);
        match fault {
            Some(Fault::Answer(answer)) => {
                self.down.send(answer.as_bytes());
                self.down.drain();
                return Then::Close;
            }
            Some(Fault::Twice) => {
                let (request, service) = (request.to_vec(), shared.service());
                thread::spawn(move || deliver_again(&request, service));
            }
            Some(fault) => *self.next_answer.lock().unwrap() = Some(fault),
            None => {}
        }
        if self.up.send(request) {
            Then::GoOn
        } else {
            Then::Close
        }
    }

    fn carry_answers(&self, shared: &Shared) {
        let mut buffer = [0; BUFFER_BYTES];
        while let Ok(count @ 1..) = (&*self.service).read(&mut buffer) {
            let fault = self.next_answer.lock().unwrap().take();
            let then = match fault {
                None => self.pass(&buffer[..count], shared),
                Some(fault) => self.tampered(fault, &buffer[..count], shared),
            };
            if then == Then::Close {
                break;
            }
        }
        if !self.resets.load(Ordering::SeqCst) {
            self.down.end();
            self.down.drain();
        }
        self.close();
    }

    fn pass(&self, bytes: &[u8], shared: &Shared) -> Then {
        let count = u64::try_from(bytes.len()).unwrap();
        shared.bytes_down.fetch_add(count, Ordering::Relaxed);
        if self.down.send(bytes) {
            Then::GoOn
        } else {
            Then::Close
        }
    }

    fn tampered(&self, fault: Fault, begun: &[u8], shared: &Shared) -> Then {
        let mut answer = begun.chain(&*self.service);
        match fault {
            Fault::DropAnswer => {}
            Fault::Reset => {
                let linger = Some(Duration::ZERO);
                let _ = socket2::SockRef::from(&*self.desk).set_linger(linger);
                self.resets.store(true, Ordering::SeqCst);
            }
            Fault::CutShort(bytes) | Fault::CutWhole(bytes) => {
                let Some(head) = read_head(&mut answer) else {
                    return Then::Close;
                };
                let body = Body::of(&head, answer).take(bytes);
                let told = match fault {
                    Fault::CutWhole(_) => super::message::with_length(&head, body.len()),
                    // A length that it never reaches.
                    _ => super::message::with_length(&head, body.len() + 1_000_000),
                };
                self.pass(&told, shared);
                self.pass(&body, shared);
            }
            Fault::EndAfterHead => {
                let Some(head) = read_head(&mut answer) else {
                    return Then::Close;
                };
                self.pass(&head, shared);
            }
            Fault::HoldBack(lot) => {
                let mut held = begun.to_vec();
                let mut buffer = [0; BUFFER_BYTES];
                loop {
                    if held.len() >= lot
                        && self.pass(&std::mem::take(&mut held), shared) == Then::Close
                    {
                        break;
                    }
                    match (&*self.service).read(&mut buffer) {
                        Ok(count @ 1..) => held.extend_from_slice(&buffer[..count]),
                        Ok(_) | Err(_) => break,
                    }
                }
                self.pass(&held, shared);
            }
            // Done with the request.
            Fault::Twice | Fault::Answer(_) => return self.pass(begun, shared),
        }
        Then::Close
    }
}

/// Delivers a request on a connection of its own and hears its answer to the
/// end, as nobody else does.
fn deliver_again(request: &[u8], service: SocketAddr) -> Option<()> {
    let mut line = TcpStream::connect(service).ok()?;
    line.set_read_timeout(Some(super::DOUBLE_PATIENCE)).ok()?;
    line.write_all(request).ok()?;
    let head = read_head(&mut line)?;
    Body::of(&head, &mut line).take(usize::MAX);
    Some(())
}
