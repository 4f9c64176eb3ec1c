//! MACs that both ends compute; hashes and chains are in
//! [`crate::domain::digest`].

use std::fmt;
use std::str::FromStr;

use ring::hmac;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use crate::domain::digest::{Digest, HASH_BYTES, HexError};
use crate::domain::digest::{hex_type, sized};

hex_type! {
    /// An HMAC-SHA256, in hexadecimal on the wire.
    Mac
}

impl Mac {
    /// The MAC of `bytes` under `secret`.
    #[must_use]
    pub fn of(secret: &[u8; HASH_BYTES], bytes: &[u8]) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        Self(sized(hmac::sign(&key, bytes).as_ref()))
    }

    /// Whether this is the MAC of `bytes` under `secret`; takes the same time
    /// wherever they differ.
    #[must_use]
    pub fn holds(&self, secret: &[u8; HASH_BYTES], bytes: &[u8]) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        hmac::verify(&key, bytes, &self.0).is_ok()
    }
}
