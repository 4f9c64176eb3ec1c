//! `desk.json`: who may open this desk, and how their password opens it.
//!
//! The file holds no word of any record. Per officer it has the account name,
//! the parameters of the key derivation, and one sealed box with the keys. The
//! suite has a name, so that another set of ciphers (SM3, SM4) can stand beside
//! this one later.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use super::anew::Quarantine;
use crate::domain::ids::DeviceId;
use crate::domain::officer::Officer;
use crate::domain::time::{Minutes, Timestamp};
use crate::store::secret::{DeviceSecret, SECRET_BYTES, StoreKey};

/// The form of `desk.json` that this program writes.
pub(super) const FORM: u32 = 1;
/// The ciphers that this program knows.
pub(super) const SUITE: &str = "argon2id+chacha20poly1305+ed25519";

/// Blocks (of 1 KiB) that are reserved for a derivation; those that it does not
/// use are never touched. When an allocation of up to 32 MiB goes back, glibc
/// takes its size as the measure of what it keeps for itself from then on
/// (mallopt(3), `M_MMAP_THRESHOLD`), and the workstation would stay larger by
/// megabytes for as long as it runs; a larger one teaches it nothing.
const BLOCKS_RESERVED_MIN: usize = 33 * 1024;

/// Memory of one key derivation, in KiB (OWASP's lowest for argon2id).
const KDF_MEMORY_KIB: u32 = 19 * 1024;
/// Passes of one key derivation.
const KDF_PASSES: u32 = 2;
/// Lanes of one key derivation.
const KDF_LANES: u32 = 1;
/// Bytes of a salt.
const SALT_BYTES: usize = 16;
/// The most memory that a file may ask of a derivation, in KiB: a changed file
/// must not exhaust the machine.
const KDF_MEMORY_KIB_MAX: u32 = 256 * 1024;
/// The most passes that a file may ask for.
const KDF_PASSES_MAX: u32 = 16;
/// The most memory times passes, in KiB: about a second of an office machine.
const KDF_WORK_KIB_MAX: u64 = 1024 * 1024;
/// The most lanes that a file may ask for.
const KDF_LANES_MAX: u32 = 16;
/// The longest salt that a file may have, in bytes.
const SALT_BYTES_MAX: usize = 64;

/// The file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct DeskFile {
    pub(super) desk: u32,
    pub(super) suite: String,
    pub(super) device: DeviceId,
    pub(super) name: String,
    pub(super) service: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pin: Option<String>,
    /// The desk's own key pair, PKCS#8. It proves the desk and no officer, and
    /// opens nothing: an officer who is new to the desk needs it before any
    /// password of this desk has been typed.
    pub(super) device_key: String,
    /// Why nothing of this identity is taken any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) quarantine: Option<Quarantine>,
    #[serde(default)]
    pub(super) officers: Vec<Entry>,
}

/// One officer of the desk.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) account: String,
    pub(super) kdf: Kdf,
    pub(super) nonce: String,
    pub(super) sealed: String,
    /// Names the officer's copy, as its file's name does; absent in a file of
    /// an older program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) copy: Option<String>,
    /// The identity of the desk that the box is bound to and the secret in it
    /// was issued to, where the desk has another one by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) issued_to: Option<DeviceId>,
    /// Wrong passwords since the last right one.
    #[serde(default)]
    pub(super) tries: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) wait_until: Option<Timestamp>,
}

/// How a password becomes a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kdf {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
}

/// What is in the box.
#[derive(Clone)]
pub(super) struct Keys {
    pub(super) store_key: StoreKey,
    pub(super) device_secret: DeviceSecret,
    pub(super) officer: Officer,
    pub(super) last_online_at: Timestamp,
    pub(super) offline_window: Minutes,
}

/// The box as JSON. Secrets cannot be serialised by themselves, so that none
/// slips into a file.
#[derive(Serialize, Deserialize)]
struct Packed {
    store_key: String,
    device_secret: String,
    officer: Officer,
    last_online_at: Timestamp,
    offline_window: Minutes,
}

impl Drop for Packed {
    fn drop(&mut self) {
        self.store_key.zeroize();
        self.device_secret.zeroize();
    }
}

impl Keys {
    fn pack(&self) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
        let packed = Packed {
            store_key: self.store_key.to_base64(),
            device_secret: self.device_secret.to_base64(),
            officer: self.officer.clone(),
            last_online_at: self.last_online_at,
            offline_window: self.offline_window,
        };
        serde_json::to_vec(&packed)
            .map(Zeroizing::new)
            .map_err(|_| KeyringError::Malformed)
    }

    fn unpack(bytes: &[u8]) -> Result<Self, KeyringError> {
        let packed: Packed = serde_json::from_slice(bytes).map_err(|_| KeyringError::Malformed)?;
        let malformed = |_| KeyringError::Malformed;
        Ok(Self {
            store_key: StoreKey::from_base64(&packed.store_key).map_err(malformed)?,
            device_secret: DeviceSecret::from_base64(&packed.device_secret).map_err(malformed)?,
            officer: packed.officer.clone(),
            last_online_at: packed.last_online_at,
            offline_window: packed.offline_window,
        })
    }
}

/// A password's key, kept while the officer is signed in so that the box can
/// be filled anew.
#[derive(Clone)]
pub(super) struct WrapKey {
    pub(super) kdf: Kdf,
    key: Zeroizing<[u8; SECRET_BYTES]>,
}

/// Why a box could not be made or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// The password is wrong, or the box was changed; the two cannot be told
    /// apart.
    #[error("the password does not open it")]
    DoesNotOpen,
    /// What the file says of keys makes no sense.
    #[error("the keys in the file are malformed")]
    Malformed,
    /// The file asks for a derivation that would exhaust the machine.
    #[error(
        "desk.json asks for {memory_kib} KiB, {passes} passes and {lanes} lanes to open a password; \
         at most {KDF_MEMORY_KIB_MAX}, {KDF_PASSES_MAX} and {KDF_LANES_MAX} are given. \
         Put the right desk.json back, or forget this officer and sign in with the network"
    )]
    TooCostly {
        /// The memory that it asks for.
        memory_kib: u32,
        /// The passes that it asks for.
        passes: u32,
        /// The lanes that it asks for.
        lanes: u32,
    },
    /// The system gave no random bytes, or the derivation no memory.
    #[error("keys could not be made")]
    Unavailable,
}

impl Kdf {
    /// Fresh parameters with a random salt.
    pub(super) fn fresh() -> Result<Self, KeyringError> {
        let mut salt = [0; SALT_BYTES];
        fill(&mut salt)?;
        Ok(Self {
            memory_kib: KDF_MEMORY_KIB,
            passes: KDF_PASSES,
            lanes: KDF_LANES,
            salt: STANDARD.encode(salt),
        })
    }

    /// The password's key. Takes tens of milliseconds, on purpose.
    pub(super) fn derive(&self, password: &str) -> Result<WrapKey, KeyringError> {
        let costly = self.memory_kib > KDF_MEMORY_KIB_MAX
            || self.passes > KDF_PASSES_MAX
            || u64::from(self.memory_kib) * u64::from(self.passes) > KDF_WORK_KIB_MAX
            || self.lanes > KDF_LANES_MAX;
        if costly {
            return Err(KeyringError::TooCostly {
                memory_kib: self.memory_kib,
                passes: self.passes,
                lanes: self.lanes,
            });
        }
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(SECRET_BYTES))
            .map_err(|_| KeyringError::Malformed)?;
        let salt = decode(&self.salt)?;
        if salt.len() > SALT_BYTES_MAX {
            return Err(KeyringError::Malformed);
        }
        let mut key = Zeroizing::new([0; SECRET_BYTES]);
        let blocks = params.block_count();
        let mut memory = Vec::with_capacity(blocks.max(BLOCKS_RESERVED_MIN));
        memory.resize(blocks, Block::new());
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(
                password.as_bytes(),
                &salt,
                key.as_mut_slice(),
                &mut memory,
            )
            .map_err(|_| KeyringError::Unavailable)?;
        Ok(WrapKey {
            kdf: self.clone(),
            key,
        })
    }
}

impl WrapKey {
    fn cipher(&self) -> Result<LessSafeKey, KeyringError> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, self.key.as_slice())
            .map_err(|_| KeyringError::Malformed)?;
        Ok(LessSafeKey::new(key))
    }

    /// Seals the keys for an account of a device: nonce and box, in base64.
    pub(super) fn seal(
        &self,
        keys: &Keys,
        device: DeviceId,
        account: &str,
    ) -> Result<(String, String), KeyringError> {
        let mut nonce = [0; NONCE_LEN];
        fill(&mut nonce)?;
        let mut bytes = keys.pack()?;
        self.cipher()?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(bound_to(device, account)),
                &mut *bytes,
            )
            .map_err(|_| KeyringError::Unavailable)?;
        Ok((STANDARD.encode(nonce), STANDARD.encode(&*bytes)))
    }

    /// Opens an officer's box.
    pub(super) fn open(&self, entry: &Entry, device: DeviceId) -> Result<Keys, KeyringError> {
        let nonce = <[u8; NONCE_LEN]>::try_from(decode(&entry.nonce)?)
            .map_err(|_| KeyringError::Malformed)?;
        let mut bytes = Zeroizing::new(decode(&entry.sealed)?);
        let opened = self
            .cipher()?
            .open_in_place(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(bound_to(device, &entry.account)),
                &mut bytes,
            )
            .map_err(|_| KeyringError::DoesNotOpen)?;
        Keys::unpack(opened)
    }
}

/// A box moved to another officer or desk does not open.
fn bound_to(device: DeviceId, account: &str) -> String {
    format!("zhiban-desk-{FORM}\n{SUITE}\n{device}\n{account}")
}

pub(super) fn decode(text: &str) -> Result<Vec<u8>, KeyringError> {
    STANDARD.decode(text).map_err(|_| KeyringError::Malformed)
}

pub(super) fn fill(bytes: &mut [u8]) -> Result<(), KeyringError> {
    SystemRandom::new()
        .fill(bytes)
        .map_err(|_| KeyringError::Unavailable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(memory_kib: u32, passes: u32, lanes: u32, salt: usize) -> Result<(), KeyringError> {
        let kdf = Kdf {
            memory_kib,
            passes,
            lanes,
            salt: STANDARD.encode(vec![7; salt]),
        };
        kdf.derive("password").map(|_| ())
    }

    #[test]
    fn a_foreign_file_cannot_ask_for_the_whole_machine() {
        let max = KDF_MEMORY_KIB_MAX;
        for (memory, passes, lanes, fits) in [
            (max - 1, 1, 1, true),
            (max, 1, 1, true),
            (max + 1, 1, 1, false),
            (max, 4, 1, true),
            (max, 5, 1, false),
            (8, KDF_PASSES_MAX - 1, 1, true),
            (8, KDF_PASSES_MAX, 1, true),
            (8, KDF_PASSES_MAX + 1, 1, false),
            (512, 1, KDF_LANES_MAX - 1, true),
            (512, 1, KDF_LANES_MAX, true),
            (512, 1, KDF_LANES_MAX + 1, false),
            (u32::MAX, u32::MAX, u32::MAX, false),
        ] {
            let outcome = derived(memory, passes, lanes, SALT_BYTES);
            assert_eq!(outcome.is_ok(), fits, "{memory} {passes} {lanes}");
            if let Err(error) = outcome {
                let words = error.to_string();
                assert!(words.contains(&memory.to_string()), "{words}");
            }
        }
        for (bytes, fits) in [
            (SALT_BYTES_MAX - 1, true),
            (SALT_BYTES_MAX, true),
            (SALT_BYTES_MAX + 1, false),
        ] {
            assert_eq!(derived(8, 1, 1, bytes).is_ok(), fits, "salt of {bytes}");
        }
        for nonsense in [(0, 1, 1), (8, 0, 1), (8, 1, 0), (7, 1, 1)] {
            let (memory, passes, lanes) = nonsense;
            let outcome = derived(memory, passes, lanes, SALT_BYTES);
            assert_eq!(outcome, Err(KeyringError::Malformed), "{nonsense:?}");
        }
    }
}
