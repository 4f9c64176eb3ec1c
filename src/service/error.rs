//! What can go wrong when the service is set up, opened or run.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::restore::RestoreError;
use super::secrets::SecretError;
use super::storage::StorageError;
use super::tls::TlsError;
use crate::domain::policy::PolicyError;

/// Why the service does not do what was asked of it.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// A file or folder cannot be used.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// There is no service in this folder yet.
    #[error("{}: no service here yet; run `zhiban admin init`", path.display())]
    NotInitialised {
        /// Which folder.
        path: PathBuf,
    },
    /// There is a service in this folder already.
    #[error("{}: there is a service here already", path.display())]
    AlreadyInitialised {
        /// Which folder.
        path: PathBuf,
    },
    /// Another process serves from this folder.
    #[error("{}: another process serves from this folder", path.display())]
    InUse {
        /// Which folder.
        path: PathBuf,
    },
    /// The area of a service is a district's code.
    #[error("{0} is no district; a service is set up for a six-digit district code")]
    NoDistrict(crate::domain::area::AreaCode),
    /// An account's particulars do not fit.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// A record that is to be seeded is not newer than what is there.
    #[error("record {0} is not newer than what is stored")]
    StaleSeed(crate::domain::ids::RecordId),
    /// The policy cannot be used.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A listener that others can reach needs TLS.
    #[error(
        "{addr} can be reached from other machines, and there is no certificate in {}; \
         `zhiban admin init` makes one",
        folder.display()
    )]
    PlainRemote {
        /// The address asked for.
        addr: SocketAddr,
        /// Where the certificate should be.
        folder: PathBuf,
    },
    /// The address cannot be listened on.
    #[error("{addr}: {source}")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What went wrong.
        source: std::io::Error,
    },
    /// The threads that serve could not be started.
    #[error("cannot start serving: {0}")]
    Start(std::io::Error),
    /// The certificate cannot be made or used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A secret cannot be made, protected or opened.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A file is not restored.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why an account cannot be made or changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// The name is empty, too long, or has other than letters, digits, `.`,
    /// `-` and `_`.
    #[error("account name `{0}`: 1 to 64 letters, digits, `.`, `-` or `_`")]
    Name(String),
    /// The name is taken.
    #[error("there is an account `{0}` already")]
    Taken(String),
    /// There is no such account.
    #[error("no account `{0}`")]
    Unknown(String),
    /// The password is too short or too long.
    #[error("a password has {min} to {max} bytes")]
    Password {
        /// At least.
        min: usize,
        /// At most.
        max: usize,
    },
    /// The unit is not known here.
    #[error("no unit {0}")]
    Unit(crate::domain::ids::UnitId),
    /// The password could not be hashed.
    #[error("the password could not be hashed")]
    Hash,
}
