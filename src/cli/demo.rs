//! `zhiban demo`

use std::path::PathBuf;

use serde::Serialize;

use super::args::DemoArgs;
use super::exit::{Exit, Trouble};
use super::setting::Setting;
use super::timing::Timings;
use super::{output, service};
use crate::demo::prepare::{Access, Earlier, PrepareError, Prepared, Wanted, prepare};
use crate::demo::trickle::Trickle;
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::service::{Listen, Running, ServiceError};
use crate::wire::feed::FeedId;

/// The demonstration's folder within the program's own, where `--data` names
/// none.
const FOLDER: &str = "demo";

/// The first line of `--prepare-only`.
#[derive(Serialize)]
struct Ready<'a> {
    service: &'a str,
    feed: FeedId,
    accounts: &'a [Access],
}

/// A demonstration that serves.
pub struct Demo {
    /// Where the workstation keeps its data.
    pub desk: PathBuf,
    /// Who can sign in; the first is the demo officer.
    pub accounts: Vec<Access>,
    running: Running,
    trickle: Trickle,
}

impl Demo {
    /// Where the service is.
    pub fn url(&self) -> &str {
        self.running.url()
    }

    fn stop(self) {
        drop(self.trickle);
        self.running.stop();
    }
}

/// Prepares the demonstration and opens it.
pub fn run(setting: &Setting, args: &DemoArgs, now: Timestamp) -> Result<Exit, Trouble> {
    service::log_to_stderr();
    let mut timings = Timings::start(setting.common.trace_timings);
    let demo = start(setting, args, now, &mut timings)?;
    let exit = if args.prepare_only {
        serve_alone(&demo)
    } else {
        super::workstation::open_demo(setting, &demo.desk, demo.url(), demo.accounts.first())
    };
    demo.stop();
    timings.print();
    exit
}

fn start(
    setting: &Setting,
    args: &DemoArgs,
    now: Timestamp,
    timings: &mut Timings,
) -> Result<Demo, Trouble> {
    let folder = match &setting.common.data {
        Some(named) => named.clone(),
        None => setting.folders.data.join(FOLDER),
    };
    eprintln!("{}", t!("cli.demo.preparing", folder = folder.display()));
    let wanted = Wanted {
        seed: args.seed,
        incidents: args.incidents,
        people: args.people,
        earlier: if args.fresh {
            Earlier::Discard
        } else {
            Earlier::Use
        },
        now,
    };
    let Prepared {
        service,
        desk,
        mark,
    } = prepare(&folder, wanted).map_err(trouble)?;
    timings.stage("demo-prepare");
    let running = service
        .spawn(Listen::loopback())
        .map_err(service::trouble)?;
    let trickle = Trickle::start(&service, mark.seed).map_err(service::trouble)?;
    timings.stage("demo-serve");
    Ok(Demo {
        desk,
        accounts: mark.accounts,
        running,
        trickle,
    })
}

/// Tells programs where to go, and serves until asked to stop.
fn serve_alone(demo: &Demo) -> Result<Exit, Trouble> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| service::trouble(ServiceError::Start(error)))?;
    output::json(&Ready {
        service: demo.url(),
        feed: demo.running.service().feed(),
        accounts: &demo.accounts,
    })?;
    runtime.block_on(service::asked_to_stop());
    Ok(Exit::Done)
}

fn trouble(error: PrepareError) -> Trouble {
    match error {
        PrepareError::ForeignFolder(path) => Trouble::new(Exit::Failed, t!("cli.demo.foreign"))
            .at(path.display())
            .mend(t!("cli.demo.other-folder")),
        PrepareError::Other { found } => {
            let what = t!(
                "cli.demo.other",
                incidents = found.incidents,
                people = found.people,
                seed = found.seed
            );
            Trouble::usage(what).mend(t!("cli.demo.fresh"))
        }
        PrepareError::File { path, source } => {
            Trouble::failed(t!("cli.file.unusable"), source).at(path.display())
        }
        PrepareError::Service(error) => service::trouble(error),
        PrepareError::History(error) => Trouble::failed(t!("cli.demo.failed"), error),
    }
}
