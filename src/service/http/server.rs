//! The listener: plain on loopback, TLS elsewhere, HTTP/1.1 and 2 on either.
//! Stops gracefully: streams say `bye`, requests that run are finished, and
//! after a deadline the rest is cut.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

use super::super::core::Stopping;
use super::greeting::Greeted;
use super::limits;
use super::stall::{Stalling, WRITE_STALL_S};

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 4_096;
/// Connections that are served at the same time.
const CONNECTIONS_MAX: usize = 16_384;
/// How long a TLS handshake may take, in seconds.
const HANDSHAKE_TIMEOUT_S: u64 = 10;
/// How long a request's head may take, and a kept connection may idle, in
/// seconds. Longer than workstations keep theirs, so that it is they who close
/// and no request meets a closing door.
const HEAD_TIMEOUT_S: u64 = 60;
/// How long requests that run may take once the service stops, in seconds.
const STOP_TIMEOUT_S: u64 = 10;
/// How long to wait after a failure to accept (no free descriptors, say), in
/// milliseconds.
const ACCEPT_PAUSE_MS: u64 = 50;
/// The most header lines that HTTP/1 reads; the routes refuse fewer, with a
/// problem document.
const HEADERS_READ_MAX: usize = 2 * limits::HEADERS_MAX;
/// The most bytes of a request's head that HTTP/1 reads, and of those that
/// HTTP/2 unpacks, before the routes are asked.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// Requests that one HTTP/2 connection may have under way.
const CONNECTION_STREAMS_MAX: u32 = 64;
/// Requests of one HTTP/2 connection that were taken back before they were
/// looked at; beyond, the connection is closed (CVE-2023-44487).
const RESETS_MAX: usize = 20;
/// Requests of one HTTP/2 connection that ended in an error of the peer's;
/// beyond, the connection is closed (CVE-2025-8671).
const ERROR_RESETS_MAX: usize = 256;
/// Bytes of a request's body that HTTP/2 takes in before they are read.
const WINDOW_BYTES: u32 = 64 * 1024;
/// The same for a whole connection: its streams share it.
const CONNECTION_WINDOW_BYTES: u32 = 1024 * 1024;
/// Bytes of an answer that a connection keeps for a slow reader.
const SEND_BYTES_MAX: usize = 256 * 1024;
/// From one HTTP/2 ping to the next, in seconds.
const PING_S: u64 = 20;

/// A bound listener.
pub struct Server {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
}

impl Server {
    /// Binds the address.
    ///
    /// # Errors
    /// When it is taken or not ours.
    pub fn bind(addr: SocketAddr, tls: Option<Arc<rustls::ServerConfig>>) -> std::io::Result<Self> {
        let socket = match addr {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        socket.set_reuseaddr(true)?;
        socket.bind(addr)?;
        Ok(Self {
            listener: socket.listen(BACKLOG)?,
            tls: tls.map(TlsAcceptor::from),
        })
    }

    /// The address that was bound, with its real port.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Serves until `stopping` says so, then winds down.
pub async fn serve(server: Server, router: Router, mut stopping: watch::Receiver<Stopping>) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let (socket, permit) = tokio::select! {
            accepted = accept(&server.listener, &places) => match accepted {
                Some(accepted) => accepted,
                None => continue,
            },
            _ = stopping.wait_for(|state| *state == Stopping::Now) => break,
        };
        let router = router.clone();
        let tls = server.tls.clone();
        let watcher = graceful.watcher();
        tokio::spawn(async move {
            let _permit = permit;
            match tls {
                None => connection(socket, router, watcher).await,
                Some(tls) => {
                    let limit = Duration::from_secs(HANDSHAKE_TIMEOUT_S);
                    match tokio::time::timeout(limit, tls.accept(socket)).await {
                        Ok(Ok(socket)) => connection(socket, router, watcher).await,
                        Ok(Err(error)) => tracing::debug!(%error, "TLS handshake failed"),
                        Err(_) => tracing::debug!("TLS handshake took too long"),
                    }
                }
            }
        });
    }
    drop(server);
    let limit = Duration::from_secs(STOP_TIMEOUT_S);
    if tokio::time::timeout(limit, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some connections were cut at the stop");
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    // The semaphore is never closed.
    let permit = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((socket, _)) => {
            // Small answers must not wait for more to send.
            let _best_effort = socket.set_nodelay(true);
            Some((socket, permit))
        }
        Err(error) => {
            tracing::warn!(%error, "cannot accept");
            tokio::time::sleep(Duration::from_millis(ACCEPT_PAUSE_MS)).await;
            None
        }
    }
}

async fn connection<S>(socket: S, router: Router, watcher: hyper_util::server::graceful::Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(HEAD_TIMEOUT_S))
        .max_headers(HEADERS_READ_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .keep_alive(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(CONNECTION_STREAMS_MAX)
        .max_header_list_size(u32::try_from(HEAD_BYTES_MAX).unwrap_or(u32::MAX))
        .max_pending_accept_reset_streams(RESETS_MAX)
        .max_local_error_reset_streams(ERROR_RESETS_MAX)
        .initial_stream_window_size(WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .max_send_buf_size(SEND_BYTES_MAX)
        .keep_alive_interval(Duration::from_secs(PING_S))
        .keep_alive_timeout(Duration::from_secs(PING_S));
    let socket = Greeted::new(socket, Duration::from_secs(HEAD_TIMEOUT_S));
    let socket = Stalling::new(socket, Duration::from_secs(WRITE_STALL_S));
    let serving = builder
        .serve_connection_with_upgrades(TokioIo::new(socket), TowerToHyperService::new(router));
    if let Err(error) = watcher.watch(serving.into_owned()).await {
        tracing::debug!(error = %error, "connection ended");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
    use tokio::time::{Instant, sleep, timeout};

    /// Longer than any of the bounds here.
    const FOR_EVER: Duration = Duration::from_hours(1);

    /// A peer's end of a connection that is served.
    fn connect() -> DuplexStream {
        let (near, far) = tokio::io::duplex(64 * 1024);
        tokio::spawn(async move {
            let graceful = GracefulShutdown::new();
            connection(near, Router::new(), graceful.watcher()).await;
        });
        far
    }

    /// Reads until the service closes, and says after how many seconds.
    async fn closed_after(mut far: DuplexStream) -> u64 {
        let began = Instant::now();
        let mut heard = Vec::new();
        // An error is an end as well.
        let _end = timeout(FOR_EVER, far.read_to_end(&mut heard))
            .await
            .expect("the service closes");
        began.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn who_never_says_what_they_want_is_let_go() {
        // Nothing; the beginning of what begins HTTP/2; a head without an end.
        for said in [
            "",
            "P",
            "PRI * HTTP/2.0\r\n",
            "GET / HTTP/1.1\r\nhost: x\r\n",
        ] {
            let mut far = connect();
            far.write_all(said.as_bytes()).await.unwrap();
            assert_eq!(closed_after(far).await, HEAD_TIMEOUT_S, "{said:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_handshake_that_never_ends_is_cut() {
        use super::super::super::tls;

        let folder = tempfile::tempdir().unwrap();
        tls::create(folder.path(), &[]).unwrap();
        let config = tls::server_config(folder.path()).unwrap();
        let server = Server::bind("127.0.0.1:0".parse().unwrap(), Some(config)).unwrap();
        let addr = server.addr().unwrap();
        let (_stop, stopping) = watch::channel(Stopping::NotYet);
        tokio::spawn(serve(server, Router::new(), stopping));
        let mut peer = TcpStream::connect(addr).await.unwrap();
        let began = Instant::now();
        let mut heard = Vec::new();
        let _end = peer.read_to_end(&mut heard).await;
        assert_eq!(began.elapsed().as_secs(), HANDSHAKE_TIMEOUT_S);
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_trickles_ends() {
        for said in ["PRI * HTTP/2.0\r\n\r\nSM", "GET / HTTP/1.1\r\nx: "] {
            let (mut reader, mut writer) = tokio::io::split(connect());
            let trickle = async {
                for byte in said.bytes().chain(std::iter::repeat(b'x')) {
                    sleep(Duration::from_secs(7)).await;
                    if writer.write_all(&[byte]).await.is_err() {
                        break;
                    }
                }
            };
            let began = Instant::now();
            let mut heard = Vec::new();
            let end = async { reader.read_to_end(&mut heard).await };
            tokio::select! {
                _ = end => {}
                () = trickle => {}
                () = sleep(FOR_EVER) => panic!("{said:?} holds its place"),
            }
            // The clock of a head begins with its first byte at the latest.
            assert!(began.elapsed().as_secs() <= HEAD_TIMEOUT_S + 7, "{said:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_been_answered_may_idle_as_long_as_a_head_may_take() {
        let mut far = connect();
        far.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .unwrap();
        assert_eq!(closed_after(far).await, HEAD_TIMEOUT_S);
    }

    #[tokio::test(start_paused = true)]
    async fn http2_without_an_answer_to_pings_ends() {
        let mut far = connect();
        // The preface, and empty settings.
        far.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
            .await
            .unwrap();
        assert!(closed_after(far).await <= 2 * PING_S);
    }
}
