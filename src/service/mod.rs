//! The central service: the authority that applies commands in order, numbers
//! what follows, and tells everybody who may know.
//!
//! Start at [`Service`]: [`Service::init`] sets one up in a folder,
//! [`Service::open`] opens it, [`Service::serve`] serves it. Within:
//! [`feed::sequencer`] is the only writer, [`feed::audience`] decides who sees
//! what, [`commands`] keeps each desk's order, [`auth`] says who calls, `http`
//! has one file per resource, [`storage`] is the only place with SQL.
//!
//! The service never knows the workstation's rooms.

pub mod accounts;
pub mod auth;
pub mod commands;
pub mod core;
pub mod error;
pub mod feed;
mod http;
mod late;
mod pace;
mod restore;
pub mod running;
pub mod secrets;
pub mod seed;
pub mod setup;
pub mod storage;
pub mod tls;
pub mod watch;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::{Arc, RwLock};

use tokio::sync::watch as signal;

use self::auth::password::Passwords;
use self::core::{Core, Stopping};
use self::feed::bus::Bus;
use self::secrets::MasterKey;
use self::storage::Storage;
use crate::domain::area::AreaCode;
use crate::domain::time::Timestamp;
use crate::wire::feed::{Epoch, FeedId};

pub use self::accounts::{AccountLine, NewAccount};
pub use self::auth::password::Cost;
pub use self::core::{Clock, Pause, ServiceOptions, Work};
pub use self::error::{AccountError, ServiceError};
pub use self::restore::{Before, Consent, Fork, RestoreError, Restored};
pub use self::running::{Listen, Running};
pub use self::seed::{ActOutcome, Seed};
pub use self::setup::{Init, Initialised};
pub use self::storage::Standing;

/// The database's file in the data folder.
pub const DATABASE_FILE: &str = "service.db";

/// A service in its folder. A cheap clone.
#[derive(Clone)]
pub struct Service {
    core: Arc<Core>,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service")
            .field("folder", &self.core.folder)
            .field("district", &self.core.district)
            .finish_non_exhaustive()
    }
}

impl Service {
    /// Opens the service in `folder`.
    ///
    /// # Errors
    /// [`ServiceError::NotInitialised`] before [`Service::init`]; when the
    /// database is newer than this program, or its master key is not there.
    pub fn open(folder: &Path, options: ServiceOptions) -> Result<Self, ServiceError> {
        let path = folder.join(DATABASE_FILE);
        restore::adopt(folder, (options.clock)())?;
        let missing = || ServiceError::NotInitialised {
            path: folder.to_owned(),
        };
        if !path.exists() {
            return Err(missing());
        }
        let storage = Storage::open(&path)?;
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "a path to the method fixes the lifetime that must stay open"
        )]
        let meta = storage.read(|view| view.meta())?.ok_or_else(missing)?;
        let master = MasterKey::open(folder, &meta.master_key_id, &options.random)?;
        let passwords = Passwords::new(&options)?;
        Ok(Self::assemble(
            folder,
            storage,
            &meta,
            (master, passwords),
            options,
        ))
    }

    fn assemble(
        folder: &Path,
        storage: Storage,
        meta: &storage::Meta,
        (master, passwords): (MasterKey, Passwords),
        options: ServiceOptions,
    ) -> Self {
        let (stopping, _) = signal::channel(Stopping::NotYet);
        let core = Arc::new_cyclic(|myself| Core {
            folder: folder.to_owned(),
            storage,
            master,
            passwords,
            bus: Bus::new(options.bus_messages_max),
            options,
            district: meta.district,
            centre: meta.centre,
            snapshots: core::SnapshotPlaces::default(),
            paces: pace::Paces::default(),
            stopping,
            epoch: RwLock::new(meta.epoch),
            myself: myself.clone(),
        });
        Self { core }
    }

    /// All routes of the service, to be served on a listener of the caller's.
    pub fn router(&self) -> axum::Router {
        http::router(Arc::clone(&self.core))
    }

    /// Method and path of every route, as the router has them.
    #[must_use]
    pub fn routes() -> Vec<(&'static str, &'static str)> {
        http::routes()
    }

    /// The district's feed.
    #[must_use]
    pub fn feed(&self) -> FeedId {
        FeedId::Area(self.core.district)
    }

    /// The district that is served.
    #[must_use]
    pub fn district(&self) -> AreaCode {
        self.core.district
    }

    /// Which life of the service this is.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.core.epoch()
    }

    /// The service's time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.core.now()
    }

    /// Open streams, for tests and for health.
    #[must_use]
    pub fn streams(&self) -> usize {
        self.core.bus.listeners()
    }
}
