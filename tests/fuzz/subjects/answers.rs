//! Whatever answers in the service's place: every answer is a document of the
//! right kind or an error, and what an error asks for is bounded.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::Value;

use zhiban::domain::ids::DeviceId;
use zhiban::domain::time::Timestamp;
use zhiban::sync::api::{Api, ApiError};
use zhiban::sync::backoff::{Backoff, CAP_MS, RETRY_AFTER_CAP_MS};
use zhiban::sync::clock::Mono;
use zhiban::sync::transport::{
    Chunks, Head, Request, Response, Streaming, Transport, TransportError,
};
use zhiban::wire::command::Push;
use zhiban::wire::feed::{Cursor, Seq, Stated};
use zhiban::wire::problem::PROBLEM_JSON;
use zhiban::wire::session::SignIn;

use super::draw::Draw;
use super::{seeds, shape, world};

const MEDIA: [&str; 5] = [
    "application/json",
    PROBLEM_JSON,
    "text/html",
    "text/event-stream",
    "",
];

static RUNTIME: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
});

pub fn run(data: &[u8]) {
    let mut draw = Draw::new(data);
    let question = draw.below(7);
    let status = match draw.below(4) {
        0 => 200,
        1 => 200 + u16::from(draw.byte()),
        2 => draw.of(&[201, 204, 302, 401, 403, 404, 408, 410, 425, 429, 500, 503]),
        _ => u16::from_be_bytes([draw.byte(), draw.byte()]),
    };
    let asked = draw.byte();
    let media = draw.of(&MEDIA);
    let head = Head {
        status,
        content_type: media.to_owned(),
        retry_after: match asked {
            0 => None,
            1 => Some(Duration::from_secs(u64::MAX)),
            seconds => Some(Duration::from_secs(u64::from(seconds))),
        },
        date: (asked % 2 == 1).then_some(Timestamp::from_millis(i64::MIN)),
    };
    let documents = documents(question);
    let body = shape::text(&mut draw, &documents);
    let line = Line {
        head: head.clone(),
        body,
    };
    let error = RUNTIME.block_on(ask(&Api::new(Arc::new(line)), question));
    judge(&head, question, error.as_ref());
}

/// What the service would answer.
fn documents(question: usize) -> Vec<Value> {
    let right = match question {
        0 | 6 => seeds::feeds(),
        1 => seeds::push_reply(),
        2 => seeds::page(),
        3 => seeds::signed_in(),
        _ => seeds::problem(),
    };
    vec![right.clone(), seeds::problem().clone()]
}

/// Asks one question; the error, if the answer is none.
async fn ask(api: &Api, question: usize) -> Option<ApiError> {
    let after = Stated {
        cursor: Cursor {
            feed: world::feed(),
            epoch: world::epoch(),
            seq: Seq(3),
        },
        chain: None,
    };
    let push = Push {
        device: DeviceId::new(world::uuid(0xD)),
        commands: Vec::new(),
    };
    let sign_in = SignIn {
        account: "duty".to_owned(),
        password: Some("p".to_owned()),
        resume: None,
        station: None,
    };
    match question {
        0 => api.feeds("t", &[]).await.err(),
        1 => api.push("t", &push).await.err(),
        2 => api.changes("t", after, 100).await.err(),
        3 => api.sign_in(&sign_in).await.err(),
        4 => api.sign_out("t").await.err(),
        5 => api.stream("t", vec![after]).await.err(),
        _ => api.snapshot("t", world::feed()).await.err(),
    }
}

fn judge(head: &Head, question: usize, error: Option<&ApiError>) {
    let Some(error) = error else {
        let fine = match question {
            4 => (200..300).contains(&head.status),
            5 => head.status == 200 && head.content_type == "text/event-stream",
            6 => head.status == 200,
            _ => (200..300).contains(&head.status) && head.content_type == "application/json",
        };
        assert!(fine, "{head:?} was taken for an answer");
        return;
    };
    let stated = error.problem().is_some();
    assert!(
        !stated || head.content_type == PROBLEM_JSON,
        "{head:?} is no problem document of the service"
    );
    // However long it asks to be left alone, and whatever it says.
    let mut backoff = Backoff::default();
    for now in 0..3 {
        let wait = backoff.fail(error.setback(), Mono(now), u64::MAX);
        assert!(wait <= Duration::from_millis(RETRY_AFTER_CAP_MS + CAP_MS));
    }
    let _transient = error.is_transient();
    assert!(!error.to_string().is_empty());
}

/// Gives the same answer to everything.
struct Line {
    head: Head,
    body: Vec<u8>,
}

impl Transport for Line {
    fn request(&self, _request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async {
            Ok(Response {
                head: self.head.clone(),
                body: self.body.clone(),
            })
        })
    }

    fn open(&self, _request: Request) -> BoxFuture<'_, Result<Streaming, TransportError>> {
        Box::pin(async {
            Ok(Streaming {
                head: self.head.clone(),
                chunks: Box::new(Pieces {
                    left: self.body.clone(),
                }),
            })
        })
    }
}

/// A body in pieces of a few bytes.
struct Pieces {
    left: Vec<u8>,
}

impl Chunks for Pieces {
    fn next(&mut self) -> BoxFuture<'_, Option<Result<Vec<u8>, TransportError>>> {
        let piece: Vec<u8> = self.left.drain(..self.left.len().min(97)).collect();
        Box::pin(async move { (!piece.is_empty()).then_some(Ok(piece)) })
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for question in 0..7 {
        // Right, a problem, and a portal.
        all.push(vec![question, 0, 0, 0, 1, 0, 0]);
        all.push(vec![question, 2, 9, 1, 1, 1, 1, 0]);
        all.push(vec![
            question, 0, 0, 2, 0, b'<', b'h', b't', b'm', b'l', b'>',
        ]);
    }
    all
}
