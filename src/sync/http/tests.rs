use std::future::Future;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::sync::address::AddressError;

fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(test)
}

fn get(path: &str) -> Request {
    Request {
        method: Method::Get,
        path: path.to_owned(),
        token: Some("secret-token".to_owned()),
        body: None,
    }
}

/// Reads one request head and answers it with `answer`, then closes.
async fn answer_once<S>(mut line: S, answer: Vec<u8>) -> String
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        match line.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(count) => head.extend_from_slice(&buffer[..count]),
        }
    }
    let _ = line.write_all(&answer).await;
    let _ = line.shutdown().await;
    String::from_utf8_lossy(&head).into_owned()
}

async fn plain(answer: &str) -> (Result<Response, TransportError>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let http = Http::new(url.parse().unwrap(), None);
    let answer = answer.as_bytes().to_vec();
    let server = tokio::spawn(async move {
        let (line, _) = listener.accept().await.unwrap();
        answer_once(line, answer).await
    });
    let got = http.request(get("/v1/feeds")).await;
    (got, server.await.unwrap())
}

#[test]
fn an_answer_comes_with_its_head() {
    let (got, asked) = run(plain(
        "HTTP/1.1 503 Busy\r\nContent-Type: Application/JSON; charset=utf-8\r\n\
         Retry-After: 7\r\nDate: Mon, 23 Nov 2026 07:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}",
    ));
    let got = got.unwrap();
    assert_eq!(got.head.status, 503);
    assert_eq!(got.head.content_type, "application/json");
    assert_eq!(got.head.retry_after, Some(Duration::from_secs(7)));
    assert_eq!(got.head.date, "2026-11-23T07:00:00Z".parse().ok());
    assert_eq!(got.body, b"{}");
    assert!(asked.starts_with("GET /v1/feeds HTTP/1.1\r\n"), "{asked}");
    assert!(
        asked.contains("authorization: Bearer secret-token"),
        "{asked}"
    );
}

#[test]
fn a_truncated_answer_is_broken_not_short() {
    let (got, _) = run(plain(
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\"",
    ));
    let error = got.unwrap_err();
    assert!(matches!(error, TransportError::Broken(_)), "{error:?}");
    assert!(error.is_transient());
}

#[test]
fn an_answer_is_read_up_to_its_limit() {
    for (bytes, fits) in [
        (REPLY_BYTES_MAX - 1, true),
        (REPLY_BYTES_MAX, true),
        (REPLY_BYTES_MAX + 1, false),
    ] {
        let body = "x".repeat(bytes);
        let (got, _) = run(plain(&format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\n\r\n{body}"
        )));
        match got {
            Ok(got) => assert!(fits && got.body.len() == bytes, "{bytes}"),
            Err(TransportError::TooLarge) => assert!(!fits, "{bytes}"),
            Err(error) => panic!("{bytes}: {error:?}"),
        }
    }
}

#[test]
fn what_is_packed_is_not_unpacked() {
    // "{}" as gzip: taken as it is, so that no answer can be a bomb.
    let packed = "\u{1f}x";
    let (got, asked) = run(plain(&format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{packed}"
    )));
    assert_eq!(got.unwrap().body, packed.as_bytes());
    assert!(
        !asked.to_ascii_lowercase().contains("accept-encoding"),
        "{asked}"
    );
}

#[test]
fn a_redirection_is_not_followed() {
    let (got, _) = run(plain(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    ));
    assert_eq!(got.unwrap().head.status, 302);
}

#[test]
fn a_closed_port_is_unreachable() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let http = Http::new(url.parse().unwrap(), None);
        let error = http.request(get("/")).await.unwrap_err();
        assert!(matches!(error, TransportError::Unreachable(_)), "{error:?}");
    });
}

#[test]
fn an_unprotected_service_elsewhere_is_not_even_tried() {
    let refused = "http://10.1.2.3".parse::<ServiceUrl>();
    assert_eq!(refused, Err(AddressError::Unprotected));
}

#[test]
fn a_token_is_not_shown_to_logs() {
    let shown = format!("{:?}", get("/v1/feeds"));
    assert!(!shown.contains("secret-token"), "{shown}");
}

#[cfg(feature = "service")]
mod tls {
    use std::sync::Arc;

    use rcgen::CertifiedKey;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use tokio_rustls::TlsAcceptor;

    use super::*;
    use crate::wire::proof::Digest;

    fn certificate() -> CertifiedKey<rcgen::KeyPair> {
        // The name is not the one that is dialled: the pin decides alone.
        rcgen::generate_simple_self_signed(vec!["centre.example".to_owned()]).unwrap()
    }

    fn pin_of(der: &CertificateDer<'_>) -> Pin {
        Pin(Digest::of(der))
    }

    /// Serves `shown` with the key of `key` once, to a client with `pin`.
    async fn dial(
        shown: CertificateDer<'static>,
        key: PrivateKeyDer<'static>,
        pin: Option<Pin>,
    ) -> Result<Response, TransportError> {
        install_provider();
        let resolver = OneCertificate(Arc::new(rustls::sign::CertifiedKey::new(
            vec![shown],
            rustls::crypto::ring::sign::any_supported_type(&key).unwrap(),
        )));
        let config = rustls::ServerConfig::builder()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(resolver));
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let http = Http::new(url.parse().unwrap(), pin);
        tokio::spawn(async move {
            let (line, _) = listener.accept().await.unwrap();
            if let Ok(line) = acceptor.accept(line).await {
                let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_vec();
                answer_once(line, answer).await;
            }
        });
        http.request(get("/v1/feeds")).await
    }

    #[derive(Debug)]
    struct OneCertificate(Arc<rustls::sign::CertifiedKey>);

    impl rustls::server::ResolvesServerCert for OneCertificate {
        fn resolve(
            &self,
            _hello: rustls::server::ClientHello<'_>,
        ) -> Option<Arc<rustls::sign::CertifiedKey>> {
            Some(Arc::clone(&self.0))
        }
    }

    fn key_of(certified: &CertifiedKey<rcgen::KeyPair>) -> PrivateKeyDer<'static> {
        PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap()
    }

    #[test]
    fn the_pinned_certificate_is_trusted() {
        let own = certificate();
        let pin = pin_of(own.cert.der());
        let got = run(dial(own.cert.der().clone(), key_of(&own), Some(pin)));
        assert_eq!(got.unwrap().head.status, 200);
    }

    #[test]
    fn another_certificate_is_a_mismatch() {
        let (own, other) = (certificate(), certificate());
        let pin = pin_of(other.cert.der());
        let got = run(dial(own.cert.der().clone(), key_of(&own), Some(pin)));
        let error = got.unwrap_err();
        assert!(
            matches!(error, TransportError::PinMismatch { pinned } if pinned == pin.0),
            "{error:?}"
        );
        assert!(!error.is_transient());
    }

    #[test]
    fn showing_the_certificate_without_its_key_is_not_enough() {
        let (own, thief) = (certificate(), certificate());
        let pin = pin_of(own.cert.der());
        let got = run(dial(own.cert.der().clone(), key_of(&thief), Some(pin)));
        let error = got.unwrap_err();
        assert!(matches!(error, TransportError::Tls(_)), "{error:?}");
    }

    #[test]
    fn without_a_pin_a_self_made_certificate_is_not_trusted() {
        let own = certificate();
        let got = run(dial(own.cert.der().clone(), key_of(&own), None));
        assert!(matches!(got, Err(TransportError::Tls(_))), "{got:?}");
    }
}
