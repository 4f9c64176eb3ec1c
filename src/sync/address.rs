//! Where the service is: its URL, and which certificate it must show.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::wire::proof::Digest;

/// The base URL of a service: `https`, or `http` on this machine only, because
/// passwords and cases travel on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceUrl(Url);

/// Why a text is no address of a service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not a URL.
    #[error("not a URL such as https://centre.example:8443")]
    Shape,
    /// Neither http nor https.
    #[error("a service's URL begins with https:// (or http:// on this machine)")]
    Scheme,
    /// Unprotected, and not on this machine.
    #[error("http:// is allowed only to this machine itself; use https://")]
    Unprotected,
    /// With an account, a query or a fragment.
    #[error("a service's URL has no account, query or fragment")]
    Extras,
}

/// Whether an address is on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// A loopback address.
    ThisMachine,
    /// Anything else.
    Elsewhere,
}

impl ServiceUrl {
    /// The URL of a path below the base.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0.as_str().trim_end_matches('/'))
    }

    /// Whether the service is on this machine.
    #[must_use]
    pub fn whereabouts(&self) -> Whereabouts {
        let host = self.0.host_str().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let loopback = bare.eq_ignore_ascii_case("localhost")
            || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        if loopback {
            Whereabouts::ThisMachine
        } else {
            Whereabouts::Elsewhere
        }
    }

    /// Whether the line is protected by TLS.
    #[must_use]
    pub fn has_tls(&self) -> bool {
        self.0.scheme() == "https"
    }
}

impl FromStr for ServiceUrl {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url: Url = text.trim().parse().map_err(|_| AddressError::Shape)?;
        if url.host_str().is_none_or(str::is_empty) {
            return Err(AddressError::Shape);
        }
        let extras = !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some();
        if extras {
            return Err(AddressError::Extras);
        }
        let address = Self(url);
        match (address.0.scheme(), address.whereabouts()) {
            ("https", _) | ("http", Whereabouts::ThisMachine) => Ok(address),
            ("http", Whereabouts::Elsewhere) => Err(AddressError::Unprotected),
            (_, _) => Err(AddressError::Scheme),
        }
    }
}

impl fmt::Display for ServiceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl Serialize for ServiceUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ServiceUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

/// The SHA-256 of the one certificate that the service may show, as 64
/// hexadecimal digits; colons and blanks between them are ignored, because
/// people read it aloud and copy it from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin(pub Digest);

/// The text is no pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a pin has 64 hexadecimal digits")]
pub struct PinError;

impl FromStr for Pin {
    type Err = PinError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: String = text
            .trim()
            .trim_start_matches("sha256:")
            .chars()
            .filter(|letter| !matches!(letter, ':' | ' ' | '-'))
            .collect();
        digits.parse().map(Self).map_err(|_| PinError)
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Pin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Pin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_protected_or_local_services_are_taken() {
        let cases: [(&str, Result<&str, AddressError>); 11] = [
            (
                "https://centre.example:8443/",
                Ok("https://centre.example:8443"),
            ),
            ("https://10.0.0.5/zb/", Ok("https://10.0.0.5/zb")),
            ("http://127.0.0.1:9000", Ok("http://127.0.0.1:9000")),
            ("http://[::1]:9000", Ok("http://[::1]:9000")),
            ("http://localhost:9000", Ok("http://localhost:9000")),
            ("http://10.0.0.5:9000", Err(AddressError::Unprotected)),
            (
                "http://localhost.evil.example",
                Err(AddressError::Unprotected),
            ),
            ("ftp://127.0.0.1", Err(AddressError::Scheme)),
            ("https://a:b@centre.example", Err(AddressError::Extras)),
            ("https://centre.example/?x=1", Err(AddressError::Extras)),
            ("centre", Err(AddressError::Shape)),
        ];
        for (text, expected) in cases {
            let got = text.parse().map(|url: ServiceUrl| url.to_string());
            assert_eq!(got, expected.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn a_path_below_the_base_keeps_the_base() {
        let url: ServiceUrl = "https://10.0.0.5/zb/".parse().unwrap();
        assert_eq!(url.join("/v1/feeds"), "https://10.0.0.5/zb/v1/feeds");
    }

    #[test]
    fn a_pin_is_read_however_it_was_written_down() {
        let plain = "ab".repeat(32);
        let colons = vec!["AB"; 32].join(":");
        let wanted: Pin = plain.parse().unwrap();
        assert_eq!(colons.parse(), Ok(wanted));
        assert_eq!(format!(" sha256:{plain}").parse(), Ok(wanted));
        assert_eq!(wanted.to_string(), plain);
        assert_eq!("ab".repeat(31).parse::<Pin>(), Err(PinError));
    }
}
