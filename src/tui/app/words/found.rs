//! What was found wrong with this desk's files, and what was done about it.

use crate::i18n::t;
use crate::store::salvage::{Fault, Finding, Lost, What};

/// The lines about one finding: what it is, what was saved and lost, where the
/// old file lies.
pub fn lines(finding: &Finding) -> Vec<String> {
    let mut lines = vec![what(finding)];
    match finding.what {
        What::DeskFile => lines.push(match finding.lost_acts {
            Lost::Nothing => t!("found.desk-restored").into_owned(),
            Lost::Rows(_) | Lost::Unknown => t!("found.desk-anew").into_owned(),
        }),
        What::Outbox => lines.extend(outbox(finding)),
        What::Copy => lines.push(t!("found.copy-anew").into_owned()),
    }
    if let Some(name) = &finding.aside {
        lines.push(t!("found.aside", name = name).into_owned());
    }
    lines
}

fn what(finding: &Finding) -> String {
    let at = finding.at.stamp();
    match (finding.what, finding.fault) {
        (What::DeskFile, Fault::Damaged | Fault::Behind) => t!("found.desk-damaged", at = at),
        (What::DeskFile, Fault::Foreign) => t!("found.desk-foreign", at = at),
        (What::DeskFile, Fault::Missing) => t!("found.desk-missing", at = at),
        (What::Outbox, Fault::Damaged) => t!("found.outbox-damaged", at = at),
        (What::Outbox, Fault::Behind) => t!("found.outbox-behind", at = at),
        (What::Outbox, Fault::Foreign) => t!("found.outbox-foreign", at = at),
        (What::Outbox, Fault::Missing) => t!("found.outbox-missing", at = at),
        (What::Copy, Fault::Damaged | Fault::Behind) => t!("found.copy-damaged", at = at),
        (What::Copy, Fault::Foreign) => t!("found.copy-foreign", at = at),
        (What::Copy, Fault::Missing) => t!("found.copy-missing", at = at),
    }
    .into_owned()
}

fn outbox(finding: &Finding) -> Vec<String> {
    let mut lines = Vec::new();
    if matches!(finding.fault, Fault::Damaged) {
        let saved = finding.saved;
        lines.push(
            t!(
                "found.saved",
                waiting = saved.waiting,
                refused = saved.refused,
                drafts = saved.drafts
            )
            .into_owned(),
        );
    }
    match finding.lost_acts {
        Lost::Nothing => {}
        Lost::Rows(n) => lines.push(t!("found.lost-acts", n = n).into_owned()),
        Lost::Unknown => lines.push(t!("found.lost-acts-unknown").into_owned()),
    }
    match finding.lost_drafts {
        Lost::Nothing => {}
        Lost::Rows(n) => lines.push(t!("found.lost-drafts", n = n).into_owned()),
        Lost::Unknown => lines.push(t!("found.lost-drafts-unknown").into_owned()),
    }
    lines
}
