//! Keys that must not be printed and do not stay in memory.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

/// Bytes of every secret here.
pub const SECRET_BYTES: usize = 32;

/// The text is not 32 bytes in base64, or no random bytes could be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a key of {SECRET_BYTES} bytes")]
pub struct SecretError;

macro_rules! secret_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(Zeroizing<[u8; SECRET_BYTES]>);

        impl $name {
            /// Wraps the bytes.
            #[must_use]
            pub fn new(bytes: [u8; SECRET_BYTES]) -> Self {
                Self(Zeroizing::new(bytes))
            }

            /// The bytes.
            #[must_use]
            pub fn bytes(&self) -> &[u8; SECRET_BYTES] {
                &self.0
            }

            /// Reads base64, as it travels.
            ///
            /// # Errors
            /// When it is not 32 bytes.
            pub fn from_base64(text: &str) -> Result<Self, SecretError> {
                let bytes = Zeroizing::new(STANDARD.decode(text).map_err(|_| SecretError)?);
                let bytes = <[u8; SECRET_BYTES]>::try_from(bytes.as_slice());
                bytes.map(Self::new).map_err(|_| SecretError)
            }

            /// Writes base64, as it travels.
            #[must_use]
            pub fn to_base64(&self) -> String {
                STANDARD.encode(self.0.as_slice())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

secret_type! {
    /// The random key of a desk's store; one a desk.
    StoreKey
}
secret_type! {
    /// An officer's secret on one device: the key of the command MACs.
    DeviceSecret
}

impl StoreKey {
    /// A new random key.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn random() -> Result<Self, SecretError> {
        let mut bytes = [0; SECRET_BYTES];
        SystemRandom::new()
            .fill(&mut bytes)
            .map_err(|_| SecretError)?;
        Ok(Self::new(bytes))
    }

    /// The statement that gives a connection this key, raw.
    pub(super) fn pragma(&self) -> Zeroizing<String> {
        use fmt::Write as _;
        let mut text = Zeroizing::new(String::with_capacity(90));
        text.push_str("PRAGMA key = \"x'");
        for byte in self.bytes() {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text.push_str("'\"");
        text
    }
}
