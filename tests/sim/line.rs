//! A desk's line to the centre: the product's `Transport` over the simulated
//! network, with everything on the way that can answer wrongly, twice, late or
//! not at all. What the network itself does (partitions, delays, holding) is
//! the night's.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::sync::oneshot;

use zhiban::domain::time::Timestamp;
use zhiban::sync::transport::{
    Chunks, Head, Method, REPLY_BYTES_MAX, Request, Response, Streaming, Transport, TransportError,
};

use super::meddler::Meddler;
use super::world::{Dice, SharedDice, Time, Trace, digest_of};

/// Where the service listens in the simulation.
pub const CENTRE: &str = "centre";
pub const PORT: u16 = 8420;
/// As the product's own transport has it.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);
/// An answer that comes when nobody waits any more.
const TOO_LATE: Duration = Duration::from_secs(25);

/// What stands between desk and centre now; a chance is of a thousand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// A portal answers everything with its page.
    pub portal: bool,
    /// Somebody answers so, in so many of a thousand cases, and asks for so
    /// many seconds of patience.
    pub storm: Option<(u16, u64, Option<u64>)>,
    /// A request is delivered a second time, at once or a while later.
    pub duplicate: u64,
    /// The service does the work and its answer is lost.
    pub swallow: u64,
    /// The service's answer comes after the desk has given up.
    pub late: u64,
    /// An answer ends in the middle, with or without an error.
    pub truncate: u64,
    /// A request waits so many milliseconds at most before it is sent, so that
    /// others overtake it.
    pub reorder_ms: u64,
    /// Bytes of a stream are held back until there are so many of them.
    pub buffer_bytes: usize,
}

/// What was done to requests, by kind.
pub type Tally = Arc<Mutex<BTreeMap<&'static str, u64>>>;

/// One desk's line.
#[derive(Clone)]
pub struct Line {
    pub desk: String,
    pub way: Arc<Mutex<Way>>,
    pub dice: SharedDice,
    pub time: Time,
    pub trace: Trace,
    pub tally: Tally,
    pub meddler: Meddler,
    /// When requests were sent, in milliseconds of the night.
    pub sent: Arc<Mutex<Vec<u64>>>,
}

/// What happens to one exchange.
#[derive(Clone, Copy, Debug, Default)]
struct Fate {
    duplicate_after: Option<Duration>,
    swallow: bool,
    late: bool,
    keep_bytes: Option<usize>,
    cut_is_error: bool,
    wait: Duration,
}

impl Line {
    fn way(&self) -> Way {
        self.way.lock().unwrap().clone()
    }

    fn roll<T>(&self, roll: impl FnOnce(&mut Dice) -> T) -> T {
        roll(&mut self.dice.lock().unwrap())
    }

    fn did(&self, what: &'static str) {
        *self.tally.lock().unwrap().entry(what).or_default() += 1;
        self.trace.line(&self.desk, what);
    }

    /// Somebody else answers, or nobody does it for now.
    async fn impostor(&self) -> Option<Response> {
        let way = self.way();
        let chance = self.roll(|dice| (dice.below(1_000), dice.between(5, 400)));
        let (answer, what) = if way.portal {
            (portal(), "portal answers")
        } else {
            let (status, of_a_thousand, after) = way.storm?;
            if chance.0 >= of_a_thousand {
                return None;
            }
            (busy(status, after), "storm answers")
        };
        tokio::time::sleep(Duration::from_millis(chance.1)).await;
        self.did(what);
        Some(answer)
    }

    fn fate(&self, path: &str) -> Fate {
        let way = self.way();
        let fate = self.roll(|dice| Fate {
            duplicate_after: dice.permille(way.duplicate).then(|| {
                let longest = if dice.permille(500) { 50 } else { 20_000 };
                Duration::from_millis(dice.below(longest))
            }),
            swallow: dice.permille(way.swallow),
            late: dice.permille(way.late),
            keep_bytes: dice.permille(way.truncate).then(|| {
                // Most answers are short; a snapshot may be cut further in.
                let longest = if path.contains("/snapshot") {
                    6_000
                } else {
                    400
                };
                usize::try_from(dice.below(longest)).unwrap_or(0)
            }),
            cut_is_error: dice.permille(500),
            wait: Duration::from_millis(dice.below(way.reorder_ms + 1)),
        });
        if fate.wait > Duration::from_millis(50) {
            self.did("request held back");
        }
        fate
    }

    async fn exchange(
        &self,
        request: &Request,
        gone: Option<oneshot::Receiver<()>>,
    ) -> Result<(Head, Incoming), TransportError> {
        let connecting = turmoil::net::TcpStream::connect((CENTRE, PORT));
        let stream = tokio::time::timeout(CONNECT_TIMEOUT, connecting)
            .await
            .map_err(|_| TransportError::Unreachable("no answer to connecting".into()))?
            .map_err(|error| TransportError::Unreachable(error.into()))?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| TransportError::Broken(error.into()))?;
        tokio::spawn(async move {
            match gone {
                // Whoever asked keeps the other end as long as it listens.
                Some(gone) => {
                    tokio::select! {
                        biased;
                        _ = gone => {}
                        _ = connection => {}
                    }
                }
                None => drop(connection.await),
            }
        });
        let answer = sender
            .send_request(prepare(request)?)
            .await
            .map_err(|error| TransportError::Broken(error.into()))?;
        let (parts, body) = answer.into_parts();
        Ok((head_of(parts.status.as_u16(), &parts.headers), body))
    }

    async fn whole(&self, request: &Request, fate: Fate) -> Result<Response, TransportError> {
        tokio::time::sleep(fate.wait).await;
        let (_listens, gone) = oneshot::channel();
        let (head, mut body) = self.exchange(request, Some(gone)).await?;
        let mut bytes = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| TransportError::Broken(error.into()))?;
            if let Some(data) = frame.data_ref() {
                bytes.extend_from_slice(data);
            }
            if bytes.len() > REPLY_BYTES_MAX {
                return Err(TransportError::TooLarge);
            }
        }
        if fate.late {
            tokio::time::sleep(TOO_LATE).await;
        }
        if fate.swallow {
            self.did("answer swallowed");
            return Err(TransportError::Broken("swallowed".into()));
        }
        if let Some(kept) = fate.keep_bytes.filter(|kept| *kept < bytes.len()) {
            self.did("answer truncated");
            if fate.cut_is_error {
                return Err(TransportError::Broken("truncated".into()));
            }
            bytes.truncate(kept);
        }
        Ok(Response { head, body: bytes })
    }

    /// The same bytes reach the service a second time.
    fn duplicate(&self, request: &Request, after: Duration) {
        let (line, request) = (self.clone(), request.clone());
        tokio::spawn(async move {
            tokio::time::sleep(after).await;
            line.did("request delivered again");
            let answered = tokio::time::timeout(REQUEST_TIMEOUT, async {
                let (head, body) = line.exchange(&request, None).await.ok()?;
                // A stream that was opened twice is listened to by nobody.
                if !request.path.ends_with("/stream") {
                    drop(body.collect().await);
                }
                Some(head.status)
            });
            let status = answered.await.ok().flatten();
            line.trace
                .line(&line.desk, &format!("again {} {status:?}", request.path));
        });
    }

    fn asked(&self, request: &Request) -> Fate {
        self.sent.lock().unwrap().push(self.time.now_ms());
        let body = request.body.as_deref().unwrap_or_default();
        self.trace.line(
            &self.desk,
            &format!("→ {} {}", request.path, digest_of(body)),
        );
        self.fate(&request.path)
    }

    fn answered(&self, path: &str, answer: &Result<Response, TransportError>) {
        let text = match answer {
            Ok(answer) => format!("{} {}", answer.head.status, digest_of(&answer.body)),
            Err(error) => error.to_string(),
        };
        self.trace.line(&self.desk, &format!("← {path} {text}"));
    }

    async fn ask(&self, request: Request) -> Result<Response, TransportError> {
        let fate = self.asked(&request);
        if let Some(answer) = self.impostor().await {
            return Ok(answer);
        }
        if let Some(after) = fate.duplicate_after {
            self.duplicate(&request, after);
        }
        if fate.late {
            self.did("answer comes too late");
        }
        tokio::time::timeout(REQUEST_TIMEOUT, self.whole(&request, fate))
            .await
            .unwrap_or(Err(TransportError::TimedOut))
    }

    async fn ask_stream(&self, request: Request) -> Result<Streaming, TransportError> {
        let fate = self.asked(&request);
        if let Some(answer) = self.impostor().await {
            return Ok(Streaming {
                head: answer.head,
                chunks: Box::new(Page(Some(answer.body))),
            });
        }
        if let Some(after) = fate.duplicate_after {
            self.duplicate(&request, after);
        }
        if request.path.ends_with("/stream") {
            self.meddler.opens(&self.desk);
        }
        let (listens, gone) = oneshot::channel();
        let exchange = async {
            tokio::time::sleep(fate.wait).await;
            self.exchange(&request, Some(gone)).await
        };
        let (head, body) = tokio::time::timeout(REQUEST_TIMEOUT, exchange)
            .await
            .unwrap_or(Err(TransportError::TimedOut))?;
        if fate.swallow || fate.late {
            self.did("stream lost at once");
            return Err(TransportError::Broken("the stream is lost".into()));
        }
        self.trace
            .line(&self.desk, &format!("⇐ {} {}", request.path, head.status));
        Ok(Streaming {
            head,
            chunks: Box::new(Pieces {
                line: self.clone(),
                body,
                left: fate.keep_bytes,
                cut_is_error: fate.cut_is_error,
                held: Vec::new(),
                _listens: listens,
            }),
        })
    }
}

impl Transport for Line {
    fn request(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            let path = request.path.clone();
            let answer = self.ask(request).await;
            self.answered(&path, &answer);
            answer
        })
    }

    fn open(&self, request: Request) -> BoxFuture<'_, Result<Streaming, TransportError>> {
        Box::pin(self.ask_stream(request))
    }
}

/// A body in one piece.
struct Page(Option<Vec<u8>>);

impl Chunks for Page {
    fn next(&mut self) -> BoxFuture<'_, Option<Result<Vec<u8>, TransportError>>> {
        let page = self.0.take();
        Box::pin(async move { page.map(Ok) })
    }
}

/// A body piece by piece, as far as it comes.
struct Pieces {
    line: Line,
    body: Incoming,
    left: Option<usize>,
    cut_is_error: bool,
    held: Vec<u8>,
    _listens: oneshot::Sender<()>,
}

impl Pieces {
    async fn piece(&mut self) -> Option<Result<Vec<u8>, TransportError>> {
        if self.left == Some(0) {
            self.line.did("stream truncated");
            let error = TransportError::Broken("truncated".into());
            return self.cut_is_error.then_some(Err(error));
        }
        loop {
            let Some(frame) = self.body.frame().await else {
                let held = std::mem::take(&mut self.held);
                return (!held.is_empty()).then_some(Ok(held));
            };
            let data = match frame {
                Ok(frame) => frame.into_data().unwrap_or_default(),
                Err(error) => return Some(Err(TransportError::Broken(error.into()))),
            };
            self.held.extend_from_slice(&data);
            let way = self.line.way();
            if self.held.len() < way.buffer_bytes {
                self.line.did("stream bytes held back");
                continue;
            }
            let mut piece = std::mem::take(&mut self.held);
            if let Some(left) = &mut self.left {
                piece.truncate(*left);
                *left -= piece.len();
            }
            return Some(Ok(piece));
        }
    }
}

impl Chunks for Pieces {
    fn next(&mut self) -> BoxFuture<'_, Option<Result<Vec<u8>, TransportError>>> {
        Box::pin(async move {
            let piece = self.piece().await;
            let text = match &piece {
                Some(Ok(bytes)) => format!("{} bytes {}", bytes.len(), digest_of(bytes)),
                Some(Err(error)) => error.to_string(),
                None => "end".to_owned(),
            };
            self.line.trace.line(&self.line.desk, &format!("⇐ {text}"));
            piece
        })
    }
}

fn prepare(request: &Request) -> Result<hyper::Request<Full<Bytes>>, TransportError> {
    let method = match request.method {
        Method::Get => hyper::Method::GET,
        Method::Post => hyper::Method::POST,
        Method::Delete => hyper::Method::DELETE,
    };
    let mut builder = hyper::Request::builder()
        .method(method)
        .uri(&request.path)
        .header("host", CENTRE);
    if let Some(token) = &request.token {
        builder = builder.header("authorization", format!("Bearer {token}"));
    }
    let body = request.body.clone().unwrap_or_default();
    if !body.is_empty() {
        builder = builder.header("content-type", "application/json");
    }
    builder
        .body(Full::new(Bytes::from(body)))
        .map_err(|error| TransportError::Request(error.into()))
}

fn head_of(status: u16, headers: &hyper::HeaderMap) -> Head {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let media = text("content-type").and_then(|value| value.split(';').next());
    Head {
        status,
        content_type: media.unwrap_or_default().trim().to_ascii_lowercase(),
        retry_after: text("retry-after")
            .and_then(|value| value.trim().parse().ok())
            .map(Duration::from_secs),
        // The simulated service states milliseconds here, cut to the second.
        date: text("date")
            .and_then(|value| value.parse::<i64>().ok())
            .map(|ms| Timestamp::from_millis(ms / 1_000 * 1_000)),
    }
}

fn portal() -> Response {
    Response {
        head: Head {
            status: 200,
            content_type: "text/html".to_owned(),
            ..Head::default()
        },
        body: b"<html>log in</html>".to_vec(),
    }
}

fn busy(status: u16, retry_after_s: Option<u64>) -> Response {
    Response {
        head: Head {
            status,
            content_type: "text/html".to_owned(),
            retry_after: retry_after_s.map(Duration::from_secs),
            date: None,
        },
        body: Vec::new(),
    }
}
