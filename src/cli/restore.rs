//! `zhiban admin restore`

use std::path::Path;

use super::exit::{Exit, Trouble};
use super::setting::Setting;
use super::{output, service};
use crate::i18n::t;
use crate::service::{
    Before, Consent, Fork, RestoreError, Service, ServiceError, ServiceOptions, tls,
};
use crate::wire::feed::FeedId;

/// Restores, and says what is lost at most and what the desks will do.
pub fn run(setting: &Setting, from: &Path, consent: Consent) -> Result<Exit, Trouble> {
    let folder = service::folder(setting);
    let restored = match Service::restore(&folder, from, &ServiceOptions::default(), consent) {
        Ok(restored) => restored,
        Err(error) => {
            if let ServiceError::Restore(RestoreError::GivesUp(before)) = &error {
                for line in lines(before) {
                    eprintln!("{line}");
                }
            }
            return Err(service::trouble(error));
        }
    };
    output::line(&t!("cli.restore.done", file = from.display()))?;
    for line in lines(&restored.before) {
        output::line(&line)?;
    }
    if let Some(aside) = &restored.aside {
        output::line(&t!("cli.restore.aside", file = aside.display()))?;
    }
    output::line(&t!("cli.restore.epoch", epoch = restored.epoch))?;
    output::line(&t!("cli.restore.desks"))?;
    output::line(&t!("cli.restore.enrol"))?;
    if !tls::exists(&folder) {
        output::line(&t!("cli.restore.no-certificate"))?;
    }
    output::line(&t!("cli.restore.next"))?;
    Ok(Exit::Done)
}

/// What is given up, a line a feed that loses something or is of an area.
fn lines(before: &Before) -> Vec<String> {
    match before {
        Before::Nothing => Vec::new(),
        Before::Unreadable => vec![t!("cli.restore.unreadable").into_owned()],
        Before::Service(forks) => forks
            .iter()
            .filter(|fork| fork.lost() > 0 || matches!(fork.feed, FeedId::Area(_)))
            .map(line)
            .collect(),
    }
}

fn line(fork: &Fork) -> String {
    t!(
        "cli.restore.feed",
        feed = fork.feed,
        before = fork.before,
        after = fork.after,
        common = fork.common,
        lost = fork.lost()
    )
    .into_owned()
}

/// Why a file is not restored, in the user's words.
pub fn trouble(error: &RestoreError) -> Trouble {
    match error {
        RestoreError::Foreign { path } => {
            Trouble::new(Exit::Failed, t!("cli.restore.foreign")).at(path.display())
        }
        RestoreError::Damaged { path } => Trouble::new(Exit::Failed, t!("cli.restore.damaged"))
            .at(path.display())
            .mend(t!("cli.restore.other-backup")),
        RestoreError::Itself { path } => {
            Trouble::new(Exit::Failed, t!("cli.restore.itself")).at(path.display())
        }
        RestoreError::OtherDistrict { found, here } => Trouble::new(
            Exit::Failed,
            t!("cli.restore.other-district", found = found, here = here),
        ),
        RestoreError::GivesUp(_) => {
            Trouble::new(Exit::Refused, t!("cli.restore.gives-up")).mend(t!("cli.restore.yes"))
        }
    }
}
