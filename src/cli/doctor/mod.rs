//! `zhiban doctor`: what this terminal, this desk, the line to the service and
//! the clock are like, and how to mend what is not in order.
//!
//! It needs no password and tells nothing of any person: no account, no text
//! of a record, no address.

mod desk;
mod finding;
mod service;
mod terminal;

use self::finding::{Finding, State};
use super::args::DoctorArgs;
use super::exit::{Exit, Trouble};
use super::output;
use super::setting::Setting;
use crate::i18n::t;

/// Looks at everything and tells it, a line each. What cannot work ends with
/// another code.
pub fn run(setting: &Setting, args: DoctorArgs) -> Result<Exit, Trouble> {
    let mut findings = terminal::look(args.widths);
    findings.extend(desk::look(&setting.folders.data));
    findings.extend(service::look(setting));
    let worst = findings.iter().map(|finding| finding.state).max();
    if args.json.json {
        output::json(&findings)?;
    } else {
        for finding in &findings {
            finding.tell()?;
        }
        let (attention, bad) = (
            count(&findings, State::Attention),
            count(&findings, State::Bad),
        );
        output::line(&t!("cli.doctor.sum", attention = attention, bad = bad))?;
    }
    Ok(match worst {
        Some(State::Bad) => Exit::Failed,
        Some(State::Good | State::Attention) | None => Exit::Done,
    })
}

fn count(findings: &[Finding], state: State) -> usize {
    findings
        .iter()
        .filter(|finding| finding.state == state)
        .count()
}
