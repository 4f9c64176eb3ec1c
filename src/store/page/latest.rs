//! Of several questions of one screen only the latest is answered: whoever types
//! on does not wait for what was asked a letter before.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::store::error::StoreError;

/// Numbers the questions of one list.
#[derive(Clone, Debug, Default)]
pub struct Questions(Arc<AtomicU64>);

impl Questions {
    /// Asks anew: what was asked before is not wanted any more.
    #[must_use]
    pub fn ask(&self) -> Latest {
        let mine = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        Latest {
            now: Some(Arc::clone(&self.0)),
            mine,
        }
    }
}

/// Whether an answer is still wanted.
#[derive(Clone, Debug)]
pub struct Latest {
    now: Option<Arc<AtomicU64>>,
    mine: u64,
}

impl Latest {
    /// An answer that is always wanted.
    #[must_use]
    pub fn always() -> Self {
        Self { now: None, mine: 0 }
    }

    /// An error where a later question was asked.
    pub(in crate::store) fn check(&self) -> Result<(), StoreError> {
        match &self.now {
            Some(now) if now.load(Ordering::Relaxed) != self.mine => Err(StoreError::Superseded),
            _ => Ok(()),
        }
    }
}
