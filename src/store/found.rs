//! The calls about what was found wrong with this desk's files.

use super::error::StoreError;
use super::handle::Store;
use super::salvage::notes::Notes;
use super::salvage::{Finding, Numbering, Teller};

impl Store {
    /// What was found wrong with this desk's files, at this start or an earlier
    /// one, and `teller` has not told yet.
    #[must_use]
    pub fn findings(&self, teller: Teller) -> Vec<Finding> {
        let mut findings = Notes::read(&self.inner.dir).untold(teller);
        for found in &self.inner.found {
            // Those that could not be written down.
            if Notes::read(&self.inner.dir).lacks(found) {
                findings.push(found.clone());
            }
        }
        findings
    }

    /// Notes that `teller` has told these findings; they do not come again.
    ///
    /// # Errors
    /// Failures of the disk.
    pub fn findings_told(&self, findings: &[Finding], teller: Teller) -> Result<(), StoreError> {
        Ok(Notes::change(&self.inner.dir, |notes| {
            notes.mark_told(findings, teller);
        })?)
    }

    /// Whether the numbers of this desk's acts can go on from the outbox. When
    /// acts were lost they cannot, until the desk is enrolled anew.
    #[must_use]
    pub fn numbering(&self) -> Numbering {
        Notes::read(&self.inner.dir).numbering
    }
}
