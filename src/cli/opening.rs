//! Opening a script's desk: by its own keys where it knows the officer, at the
//! service otherwise.

use std::path::Path;
use std::sync::Arc;

use super::desk::{desk_trouble, sign_in_trouble};
use super::exit::{Exit, Trouble};
use super::password;
use super::setting::Setting;
use crate::domain::policy::Policy;
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::store::desk::{Desk, DeskError, Unlocked};
use crate::sync::address::{Pin, ServiceUrl};
use crate::sync::api::Api;
use crate::sync::clock::{Clock, SystemClock};
use crate::sync::handle::block_on;
use crate::sync::http::Http;
use crate::sync::session::sign_in;
use crate::sync::transport::Transport;
use crate::wire::session::{SignedIn, Station};

/// A folder that is being opened.
pub struct Opening<'a> {
    /// The desk's.
    pub folder: &'a Path,
    /// The own clock.
    pub clock: &'a SystemClock,
}

/// What opens the store, the sign-in if there was one, and the line.
pub type Opened = (Unlocked, Option<SignedIn>, Arc<dyn Transport>);

impl Opening<'_> {
    /// A first desk: enrolled by whoever is named.
    pub fn enrol(
        &self,
        setting: &Setting,
        service: Option<ServiceUrl>,
        pin: Option<Pin>,
    ) -> Result<Opened, Trouble> {
        let service = service.ok_or_else(|| self.nobody())?;
        let account = setting.desk.account.clone().ok_or_else(|| self.nobody())?;
        let password = password::present()?;
        let transport = connect(&service, pin);
        let name = t!("cli.desk.script-name");
        let pin = pin.map(|pin| pin.to_string());
        let enrolment = Desk::enrol_new(self.folder, &name, &service.to_string(), pin)
            .map_err(|error| desk_trouble(self.folder, error))?;
        let at = self.service_time(&transport);
        let station = enrolment
            .station(&account, at)
            .map_err(|error| desk_trouble(self.folder, error))?;
        let signed_in = ask(&transport, &account, &password, station)?;
        let window = Policy::shipped().offline_window;
        let (_, unlocked) = enrolment
            .finish(&signed_in, &password, signed_in.server_time, window)
            .map_err(|error| desk_trouble(self.folder, error))?;
        Ok((unlocked, Some(signed_in), transport))
    }

    /// A desk that is there: opened by the own keys, or by the service.
    pub fn unlock(&self, setting: &Setting, mut desk: Desk) -> Result<Opened, Trouble> {
        let account = account_of(setting, &desk)?;
        let password = password::present()?;
        let transport = transport_of(&desk)?;
        match desk.unlock(&account, &password, self.clock.now()) {
            Ok(unlocked) => Ok((unlocked, None, transport)),
            // The service knows better: a new officer, a new password, or too
            // long a time without it.
            Err(
                local @ (DeskError::UnknownAccount
                | DeskError::WrongPassword { .. }
                | DeskError::Expired { .. }),
            ) => {
                let at = self.service_time(&transport);
                let station = desk
                    .station(&account, at)
                    .map_err(|error| desk_trouble(self.folder, error))?;
                let Ok(signed_in) = ask(&transport, &account, &password, station) else {
                    return Err(desk_trouble(self.folder, local));
                };
                let window = Policy::shipped().offline_window;
                let unlocked = desk
                    .remember(&signed_in, &password, signed_in.server_time, window)
                    .map_err(|error| desk_trouble(self.folder, error))?;
                Ok((unlocked, Some(signed_in), transport))
            }
            Err(error) => Err(desk_trouble(self.folder, error)),
        }
    }

    /// Nobody has signed in here.
    pub fn nobody(&self) -> Trouble {
        Trouble::new(Exit::NotSignedIn, t!("cli.desk.nobody"))
            .at(self.folder.display())
            .mend(t!("cli.desk.sign-in"))
    }

    /// The service's clock, for what is signed; the own one where it is silent.
    pub fn service_time(&self, transport: &Arc<dyn Transport>) -> Timestamp {
        let api = Api::new(Arc::clone(transport));
        match block_on(api.time()) {
            Ok(Ok(Some(at))) => at,
            Ok(Ok(None) | Err(_)) | Err(_) => self.clock.now(),
        }
    }
}

/// The line to the desk's service.
pub fn transport_of(desk: &Desk) -> Result<Arc<dyn Transport>, Trouble> {
    let service = desk
        .service()
        .parse()
        .map_err(|error| Trouble::failed(t!("cli.desk.address", url = desk.service()), error))?;
    Ok(connect(
        &service,
        desk.pin().and_then(|pin| pin.parse().ok()),
    ))
}

/// Who signs in: whoever is named, else the desk's only officer.
pub fn account_of(setting: &Setting, desk: &Desk) -> Result<String, Trouble> {
    if let Some(account) = &setting.desk.account {
        return Ok(account.clone());
    }
    let mut officers = desk.officers();
    match (officers.next(), officers.next()) {
        (Some(only), None) => Ok(only.to_owned()),
        _ => Err(
            Trouble::new(Exit::NotSignedIn, t!("cli.desk.which-officer"))
                .mend(t!("cli.desk.name-account")),
        ),
    }
}

/// The service that is named.
pub fn service_of(setting: &Setting) -> Result<Option<ServiceUrl>, Trouble> {
    match &setting.desk.service {
        Some(text) => text
            .parse()
            .map(Some)
            .map_err(|error| Trouble::usage(t!("cli.desk.address", url = text)).because(error)),
        None => Ok(setting.config.service.clone()),
    }
}

/// The certificate that is named.
pub fn pin_of(setting: &Setting) -> Result<Option<Pin>, Trouble> {
    match &setting.desk.pin {
        Some(text) => text
            .parse()
            .map(Some)
            .map_err(|error| Trouble::usage(t!("cli.desk.pin", pin = text)).because(error)),
        None => Ok(setting.config.pin),
    }
}

fn connect(service: &ServiceUrl, pin: Option<Pin>) -> Arc<dyn Transport> {
    Arc::new(Http::new(service.clone(), pin))
}

fn ask(
    transport: &Arc<dyn Transport>,
    account: &str,
    password: &str,
    station: Station,
) -> Result<SignedIn, Trouble> {
    let api = Api::new(Arc::clone(transport));
    block_on(sign_in(&api, account, password, Some(station)))
        .map_err(|error| Trouble::failed(t!("cli.sync.failed"), error))?
        .map_err(sign_in_trouble)
}
