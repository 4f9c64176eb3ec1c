//! Serving: in the foreground for `zhiban serve`, beside something else for
//! the demonstration and for tests.

use std::fs::{File, TryLockError};
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use super::core::Stopping;
use super::{Service, ServiceError, http, tls, watch};

/// The file that the serving process holds a lock on.
const LOCK_FILE: &str = "service.lock";
/// Threads that serve beside something else.
const BESIDE_THREADS: usize = 2;

/// Where to listen, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listen {
    /// Plain on loopback, TLS elsewhere. Refused elsewhere without a
    /// certificate.
    At(SocketAddr),
    /// TLS everywhere.
    TlsAt(SocketAddr),
}

impl Listen {
    /// A free port that only this machine can reach.
    #[must_use]
    pub fn loopback() -> Self {
        Self::At((Ipv4Addr::LOCALHOST, 0).into())
    }
}

/// A service that serves beside something else. Stops when it is dropped.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    url: String,
    service: Service,
    thread: Option<JoinHandle<()>>,
}

impl Service {
    /// Serves until `until` is done, then stops gracefully. `ready` is told
    /// the URL once the listener is bound.
    ///
    /// # Errors
    /// When the address cannot be used, others could reach it without TLS, or
    /// another process serves from this folder.
    pub async fn serve(
        &self,
        listen: Listen,
        ready: impl FnOnce(&str),
        until: impl Future<Output = ()>,
    ) -> Result<(), ServiceError> {
        let _lock = self.lock()?;
        let (server, url) = self.bind(listen)?;
        ready(&url);
        let core = Arc::clone(&self.core);
        let serving = http::serve(
            server,
            http::router(Arc::clone(&core)),
            core.stopping.subscribe(),
        );
        let stop = async {
            until.await;
            self.stop();
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = serving => Ok(()),
            () = watch::run(Arc::clone(&self.core)) => Ok(()),
            () = stop => Ok(()),
        }
    }

    /// Serves on threads of its own and returns at once.
    ///
    /// # Errors
    /// As [`Service::serve`].
    pub fn spawn(&self, listen: Listen) -> Result<Running, ServiceError> {
        let lock = self.lock()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(BESIDE_THREADS)
            .thread_name("zhiban-service")
            .enable_all()
            .build()
            .map_err(ServiceError::Start)?;
        // Binding needs the runtime's reactor.
        let (server, addr, url) = {
            let _inside = runtime.enter();
            let (server, url) = self.bind(listen)?;
            let addr = server.addr().map_err(ServiceError::Start)?;
            (server, addr, url)
        };
        let core = Arc::clone(&self.core);
        let thread = std::thread::Builder::new()
            .name("zhiban-service".to_owned())
            .spawn(move || {
                let _lock = lock;
                let stopping = core.stopping.subscribe();
                let watching = Arc::clone(&core);
                runtime.block_on(async {
                    tokio::select! {
                        () = http::serve(server, http::router(core), stopping) => {}
                        () = watch::run(watching) => {}
                    }
                });
                runtime.shutdown_background();
            })
            .map_err(ServiceError::Start)?;
        Ok(Running {
            addr,
            url,
            service: self.clone(),
            thread: Some(thread),
        })
    }

    /// Asks whatever serves to stop: streams say `bye`.
    pub fn stop(&self) {
        self.core.stopping.send_replace(Stopping::Now);
    }

    fn bind(&self, listen: Listen) -> Result<(http::Server, String), ServiceError> {
        let (addr, must) = match listen {
            Listen::At(addr) => (addr, !addr.ip().is_loopback()),
            Listen::TlsAt(addr) => (addr, true),
        };
        let folder = &self.core.folder;
        let tls = if must {
            if !tls::exists(folder) {
                return Err(ServiceError::PlainRemote {
                    addr,
                    folder: folder.clone(),
                });
            }
            Some(tls::server_config(folder)?)
        } else {
            None
        };
        let scheme = if tls.is_some() { "https" } else { "http" };
        let listen_error = |source| ServiceError::Listen { addr, source };
        let server = http::Server::bind(addr, tls).map_err(listen_error)?;
        let bound = server.addr().map_err(listen_error)?;
        self.core.stopping.send_replace(Stopping::NotYet);
        Ok((server, format!("{scheme}://{bound}")))
    }

    fn lock(&self) -> Result<File, ServiceError> {
        let lock = lock(&self.core.folder)?;
        // Nobody else can be reading what an earlier run left behind.
        http::sweep(&self.core.folder).map_err(|source| ServiceError::File {
            path: self.core.folder.clone(),
            source,
        })?;
        Ok(lock)
    }
}

/// Two processes on one folder would not hear of each other's changes.
pub(super) fn lock(folder: &Path) -> Result<File, ServiceError> {
    let path = folder.join(LOCK_FILE);
    let failed = |source| ServiceError::File {
        path: path.clone(),
        source,
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ServiceError::InUse {
            path: folder.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

impl Running {
    /// Where it listens, as a workstation wants it: `http://127.0.0.1:40001`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address and port.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The service itself.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Stops and waits for the end. Blocks, for a bounded time.
    pub fn stop(mut self) {
        self.wind_down();
    }

    fn wind_down(&mut self) {
        self.service.stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the serving thread panicked");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.wind_down();
    }
}
