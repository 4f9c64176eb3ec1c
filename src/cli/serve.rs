//! `zhiban serve`

use super::args::ServeArgs;
use super::exit::{Exit, Trouble};
use super::output;
use super::service;
use super::setting::Setting;
use crate::i18n::t;
use crate::service::{Listen, ServiceError};

/// Serves until asked to stop, then says `bye` to whoever is connected.
pub fn run(setting: &Setting, args: &ServeArgs) -> Result<Exit, Trouble> {
    service::log_to_stderr();
    let opened = service::open(setting)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| service::trouble(ServiceError::Start(error)))?;
    let ready = |url: &str| {
        // Whoever closed our output does not want to read it.
        let _ = output::line(&t!("cli.serve.ready", url = url));
    };
    runtime
        .block_on(opened.serve(Listen::At(args.listen), ready, service::asked_to_stop()))
        .map_err(service::trouble)?;
    output::line(&t!("cli.serve.stopped"))?;
    Ok(Exit::Done)
}
