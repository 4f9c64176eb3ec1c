//! The line to the service, its certificate, and the clock beside its clock.

use std::sync::Arc;
use std::time::Instant;

use super::super::opening::{pin_of, service_of};
use super::super::setting::Setting;
use super::finding::{Finding, State};
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::store::desk::Desk;
use crate::sync::address::{Pin, ServiceUrl};
use crate::sync::api::{Api, ApiError};
use crate::sync::clock::{Clock, SystemClock};
use crate::sync::handle::block_on;
use crate::sync::http::Http;
use crate::sync::transport::{Transport, TransportError};

/// A clock that is further off is told; acts are still stamped rightly,
/// because the desk corrects for it.
const OFFSET_MS_WISHED: u64 = 5_000;
/// One that is further off than this is set wrong.
const OFFSET_MS_MAX: u64 = 300_000;

/// Looks at service and clock.
pub fn look(setting: &Setting) -> Vec<Finding> {
    let Some((address, pin)) = address(setting) else {
        let mend = t!("cli.doctor.no-service");
        return vec![
            Finding::other("service", State::Attention, "-", mend),
            zone(),
        ];
    };
    let clock = SystemClock::new();
    let asked = Instant::now();
    match ask(Arc::new(Http::new(address, pin))) {
        Ok(at) => {
            let took = asked.elapsed().as_millis();
            let mut findings = vec![Finding::good("service", format!("{took} ms"))];
            if let Some(at) = at {
                findings.push(offset(at, clock.now()));
            }
            findings.push(zone());
            findings
        }
        Err((found, broken)) => {
            let mend = match broken {
                Broken::Certificate => t!("cli.doctor.certificate"),
                Broken::Other => t!("cli.doctor.unreachable"),
            };
            vec![Finding::other("service", State::Bad, found, mend), zone()]
        }
    }
}

/// The service of the command line, of the desk, of the settings.
fn address(setting: &Setting) -> Option<(ServiceUrl, Option<Pin>)> {
    if setting.desk.service.is_none()
        && let Ok(Some(desk)) = Desk::open(&setting.folders.data)
    {
        let pin = desk.pin().and_then(|pin| pin.parse().ok());
        return Some((desk.service().parse().ok()?, pin));
    }
    let service = service_of(setting).ok()??;
    Some((service, pin_of(setting).ok().flatten()))
}

/// What is broken.
#[derive(Clone, Copy)]
enum Broken {
    Certificate,
    Other,
}

/// Asks for the time. The words of an error may name the address, so that only
/// its kind is told.
fn ask(transport: Arc<dyn Transport>) -> Result<Option<Timestamp>, (&'static str, Broken)> {
    match block_on(Api::new(transport).time()) {
        Ok(Ok(at)) => Ok(at),
        Ok(Err(ApiError::Transport(error))) => Err(match error {
            TransportError::PinMismatch { .. } => ("pin", Broken::Certificate),
            TransportError::Tls(_) => ("TLS", Broken::Certificate),
            TransportError::TimedOut => ("time out", Broken::Other),
            TransportError::Unreachable(_)
            | TransportError::Broken(_)
            | TransportError::TooLarge
            | TransportError::Request(_) => ("-", Broken::Other),
        }),
        Ok(Err(_)) | Err(_) => Err(("-", Broken::Other)),
    }
}

fn offset(service: Timestamp, own: Timestamp) -> Finding {
    let millis = service.since(own).0;
    let found = format!(
        "{:+}.{} s",
        millis / 1000,
        millis.unsigned_abs() % 1000 / 100
    );
    if millis.unsigned_abs() <= OFFSET_MS_WISHED {
        Finding::good("clock", found)
    } else if millis.unsigned_abs() <= OFFSET_MS_MAX {
        Finding::other("clock", State::Attention, found, t!("cli.doctor.clock"))
    } else {
        Finding::other("clock", State::Bad, found, t!("cli.doctor.clock"))
    }
}

/// The screen always shows the time of Shanghai; a machine set to another zone
/// shows another time elsewhere.
fn zone() -> Finding {
    let zone = jiff::tz::TimeZone::system();
    let offset = zone.to_offset(jiff::Timestamp::now());
    let found = format!("UTC{offset}");
    if offset == jiff::tz::offset(8) {
        Finding::good("zone", found)
    } else {
        Finding::other("zone", State::Attention, found, t!("cli.doctor.zone"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_by_table() {
        let own = Timestamp::from_millis(1_800_000_000_000);
        for (millis, state, found) in [
            (0, State::Good, "+0.0 s"),
            (-4_900, State::Good, "-4.9 s"),
            (61_000, State::Attention, "+61.0 s"),
            (-3_600_000, State::Bad, "-3600.0 s"),
        ] {
            let service = Timestamp::from_millis(own.as_millis() + millis);
            let seen = offset(service, own);
            assert_eq!((seen.state, seen.found.as_str()), (state, found));
        }
    }
}
