//! The calls about what is half written, and about an act that ends it.

use super::{Store, Ticket};
use crate::domain::time::Timestamp;
use crate::store::drafts::{self, Draft};
use crate::store::error::SubmitError;
use crate::store::submit::{self, NewAct, Submitted};

impl Store {
    /// As [`Store::submit`], for an act that was written in the draft of that
    /// key: either the act is stored and the draft is gone, or neither.
    pub fn submit_draft(&self, act: NewAct, key: String) -> Ticket<Submitted, SubmitError> {
        self.inner.exec.write_telling(move |writer, early| {
            submit::submit(writer, &act, Some(&key), |done| early.tell(done))
        })
    }

    /// Keeps unfinished input. Each officer has their own.
    pub fn save_draft(&self, key: &str, json: String, at: Timestamp) -> Ticket<()> {
        let key = key.to_owned();
        self.inner
            .exec
            .write(move |writer| drafts::save(writer, &key, &json, at))
    }

    /// The draft of that key.
    pub fn draft(&self, key: &str) -> Ticket<Option<Draft>> {
        let key = key.to_owned();
        self.inner
            .exec
            .read(move |reader| drafts::one(reader, &key))
    }

    /// All drafts of the officer, latest first.
    pub fn drafts(&self) -> Ticket<Vec<Draft>> {
        self.inner.exec.read(|reader| drafts::all(reader))
    }

    /// Forgets a draft.
    pub fn delete_draft(&self, key: &str) -> Ticket<()> {
        let key = key.to_owned();
        self.inner
            .exec
            .write(move |writer| drafts::delete(writer, &key))
    }
}
