//! TLS: a self-signed certificate that workstations pin.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::secrets::write_private;
use crate::wire::proof::Digest;

/// The certificate's file in the data folder.
pub const CERT_FILE: &str = "tls-cert.pem";
/// The private key's file in the data folder.
pub const KEY_FILE: &str = "tls-key.pem";

/// Why the certificate cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// A file holds no certificate or no key.
    #[error("{}: nothing usable in it", path.display())]
    Empty {
        /// Which file.
        path: PathBuf,
    },
    /// The certificate cannot be made.
    #[error("certificate: {0}")]
    Make(#[from] rcgen::Error),
    /// Certificate and key do not fit.
    #[error("TLS: {0}")]
    Fit(#[from] rustls::Error),
}

/// Makes ring the process's cryptography for TLS. Once is enough, more often
/// does no harm.
pub fn install_provider() {
    // An error only says that there is a provider already.
    let _already = rustls::crypto::ring::default_provider().install_default();
}

/// Makes a certificate for `names` (host names and addresses) and its key.
/// Files that are there already stay.
///
/// # Errors
/// When it cannot be made or written.
pub fn create(folder: &Path, names: &[String]) -> Result<(), TlsError> {
    let cert_path = folder.join(CERT_FILE);
    let key_path = folder.join(KEY_FILE);
    if cert_path.exists() && key_path.exists() {
        return Ok(());
    }
    let mut all = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    all.extend(names.iter().cloned());
    let made = rcgen::generate_simple_self_signed(all)?;
    for (path, text) in [
        (key_path, made.signing_key.serialize_pem()),
        (cert_path, made.cert.pem()),
    ] {
        write_private(&path, text.as_bytes()).map_err(|source| TlsError::File { path, source })?;
    }
    Ok(())
}

/// Whether there is a certificate with its key.
#[must_use]
pub fn exists(folder: &Path) -> bool {
    folder.join(CERT_FILE).exists() && folder.join(KEY_FILE).exists()
}

/// The pin that a workstation is given: SHA-256 of the certificate's DER form,
/// in hexadecimal.
///
/// # Errors
/// When the certificate cannot be read.
pub fn pin(folder: &Path) -> Result<Digest, TlsError> {
    let certs = certificates(folder)?;
    certs
        .first()
        .map(|cert| Digest::of(cert))
        .ok_or_else(|| TlsError::Empty {
            path: folder.join(CERT_FILE),
        })
}

/// The server's side of TLS.
///
/// # Errors
/// When the files are missing or do not fit.
pub fn server_config(folder: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let certs = certificates(folder)?;
    let key = private_key(folder)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(certs, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn certificates(folder: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let path = folder.join(CERT_FILE);
    let mut reader = open(&path)?;
    rustls_pemfile::certs(&mut reader)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|source| TlsError::File { path, source })
}

fn private_key(folder: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let path = folder.join(KEY_FILE);
    let mut reader = open(&path)?;
    match rustls_pemfile::private_key(&mut reader) {
        Ok(Some(key)) => Ok(key),
        Ok(None) => Err(TlsError::Empty { path }),
        Err(source) => Err(TlsError::File { path, source }),
    }
}

fn open(path: &Path) -> Result<BufReader<File>, TlsError> {
    File::open(path)
        .map(BufReader::new)
        .map_err(|source| TlsError::File {
            path: path.to_owned(),
            source,
        })
}
