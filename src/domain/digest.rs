//! SHA-256 hashes and chains of them, the same at both ends.

use std::fmt;
use std::str::FromStr;

use ring::digest;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

/// Bytes of a SHA-256 hash, of an HMAC-SHA256, and of the secrets here.
pub const HASH_BYTES: usize = 32;

/// A type of 32 bytes that is hexadecimal in text.
macro_rules! hex_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(pub [u8; HASH_BYTES]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = $crate::domain::digest::HexError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::domain::digest::from_hex(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

pub(crate) use hex_type;

hex_type! {
    /// A SHA-256 hash, in hexadecimal on the wire.
    Digest
}

/// The text is not 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 64 hexadecimal digits")]
pub struct HexError;

pub(crate) fn from_hex(text: &str) -> Result<[u8; HASH_BYTES], HexError> {
    let digits = text.as_bytes();
    if digits.len() != HASH_BYTES * 2 {
        return Err(HexError);
    }
    let mut bytes = [0; HASH_BYTES];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Ok(bytes)
}

fn nibble(digit: u8) -> Result<u8, HexError> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        b'A'..=b'F' => Ok(digit - b'A' + 10),
        _ => Err(HexError),
    }
}

impl Digest {
    /// What stands before the first link of a chain.
    pub const ZERO: Self = Self([0; HASH_BYTES]);

    /// The hash of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(sized(digest::digest(&digest::SHA256, bytes).as_ref()))
    }

    /// The next link of a chain: the hash of this link and `bytes`.
    #[must_use]
    pub fn link(&self, bytes: &[u8]) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(&self.0);
        context.update(bytes);
        Self(sized(context.finish().as_ref()))
    }

    /// A UUID (version 8) of the hash, for what several programs make without asking each
    /// other and must be one thing.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.0[..16]);
        Uuid::new_v8(bytes)
    }
}

/// SHA-256 gives 32 bytes; a shorter slice would leave zeros, never a panic.
pub(crate) fn sized(bytes: &[u8]) -> [u8; HASH_BYTES] {
    let mut out = [0; HASH_BYTES];
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = *from;
    }
    out
}
