//! The service's master key, and what it protects: the keys of the desks'
//! stores in escrow and the officers' secrets on their desks.
//!
//! The key lies in a file of its own beside the database, so that a copy of
//! the database alone opens no desk. A backup must keep both, apart.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use uuid::Uuid;

use crate::domain::time::Timestamp;
use crate::text::bounded::read_text;
use crate::wire::proof::{Digest, HASH_BYTES, Mac};

/// The file's name in the data folder.
pub const MASTER_KEY_FILE: &str = "master.key";
/// The most bytes of the file: the key's digits, and room for a stray line.
const MASTER_KEY_BYTES_MAX: usize = 1_024;
/// Hexadecimal digits of a key's hash that name the key.
const KEY_ID_DIGITS: usize = 16;

/// What the key of the readers' words is derived for.
const WORDS_PURPOSE: &[u8] = b"zhiban-feed-words-1";

/// Why a secret could not be made, protected or opened.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The key file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// The key file does not hold 64 hexadecimal digits.
    #[error("{}: expected 64 hexadecimal digits", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
    },
    /// The database was made under another key.
    #[error("{}: this is not the key that the database was made under", path.display())]
    Foreign {
        /// Which file.
        path: PathBuf,
    },
    /// The machine gives no random numbers.
    #[error("the machine gives no random numbers")]
    Random,
    /// What was protected was changed, or belongs to something else.
    #[error("a protected secret does not open")]
    Sealed,
}

/// Fills bytes at random: the only chance of the service, so that a simulation
/// can decide it.
pub type Random = Arc<dyn Fn(&mut [u8]) -> Result<(), SecretError> + Send + Sync>;

/// Protects secrets at rest.
pub struct MasterKey {
    key: LessSafeKey,
    words: hmac::Key,
    id: String,
    random: Random,
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MasterKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl MasterKey {
    /// Makes a key and its file, readable by its owner only; a file that is
    /// there already is read and never overwritten.
    ///
    /// # Errors
    /// When the file cannot be written, or is there and malformed.
    pub fn create(folder: &Path, random: &Random) -> Result<Self, SecretError> {
        let path = folder.join(MASTER_KEY_FILE);
        if path.exists() {
            return Self::read(path, random);
        }
        let bytes: [u8; HASH_BYTES] = random_bytes(random)?;
        write_private(&path, format!("{}\n", Digest(bytes)).as_bytes())
            .map_err(|source| SecretError::File { path, source })?;
        Self::from_bytes(&bytes, random)
    }

    /// Reads the key and checks that it is the one with this name.
    ///
    /// # Errors
    /// When the file is missing, malformed, or holds another key.
    pub fn open(folder: &Path, id: &str, random: &Random) -> Result<Self, SecretError> {
        let path = folder.join(MASTER_KEY_FILE);
        let key = Self::read(path.clone(), random)?;
        if key.id == id {
            Ok(key)
        } else {
            Err(SecretError::Foreign { path })
        }
    }

    fn read(path: PathBuf, random: &Random) -> Result<Self, SecretError> {
        let text = match read_text(&path, MASTER_KEY_BYTES_MAX) {
            Ok(text) => text,
            Err(source) => return Err(SecretError::File { path, source }),
        };
        let bytes: Digest = text
            .trim()
            .parse()
            .map_err(|_| SecretError::Malformed { path })?;
        Self::from_bytes(&bytes.0, random)
    }

    fn from_bytes(bytes: &[u8; HASH_BYTES], random: &Random) -> Result<Self, SecretError> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, bytes).map_err(|_| SecretError::Sealed)?;
        let mut id = Digest::of(bytes).to_string();
        id.truncate(KEY_ID_DIGITS);
        let words = Mac::of(bytes, WORDS_PURPOSE);
        Ok(Self {
            key: LessSafeKey::new(key),
            words: hmac::Key::new(hmac::HMAC_SHA256, &words.0),
            id,
            random: Arc::clone(random),
        })
    }

    /// The key's name.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A feed's chain as readers get it. The chain itself is taken over whole
    /// texts, sealed parts too: whoever knows all but a few digits of such a
    /// text could try them against the bare hash, and not against this.
    #[must_use]
    pub fn word(&self, chain: &Digest) -> Digest {
        let tag = hmac::sign(&self.words, &chain.0);
        let mut word = Digest::ZERO;
        for (to, from) in word.0.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        word
    }

    /// Protects `plain`; `owner` says whose it is, and must be said again to
    /// open it.
    ///
    /// # Errors
    /// When the machine gives no random numbers.
    pub fn seal(&self, owner: &str, plain: &[u8]) -> Result<Vec<u8>, SecretError> {
        let nonce: [u8; NONCE_LEN] = random_bytes(&self.random)?;
        let mut body = plain.to_vec();
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(owner.as_bytes()),
                &mut body,
            )
            .map_err(|_| SecretError::Sealed)?;
        let mut sealed = nonce.to_vec();
        sealed.append(&mut body);
        Ok(sealed)
    }

    /// Opens what [`MasterKey::seal`] protected: 32 bytes, as all secrets here.
    ///
    /// # Errors
    /// When it was changed, or is somebody else's.
    pub fn open_secret(&self, owner: &str, sealed: &[u8]) -> Result<[u8; HASH_BYTES], SecretError> {
        let (nonce, body) = sealed
            .split_at_checked(NONCE_LEN)
            .ok_or(SecretError::Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SecretError::Sealed)?;
        let mut body = body.to_vec();
        let plain = self
            .key
            .open_in_place(nonce, Aad::from(owner.as_bytes()), &mut body)
            .map_err(|_| SecretError::Sealed)?;
        (&*plain).try_into().map_err(|_| SecretError::Sealed)
    }
}

/// The machine's own chance.
#[must_use]
pub fn system_random() -> Random {
    let random = SystemRandom::new();
    Arc::new(move |bytes| random.fill(bytes).map_err(|_| SecretError::Random))
}

/// Random bytes.
///
/// # Errors
/// When there are none to be had.
pub fn random_bytes<const N: usize>(random: &Random) -> Result<[u8; N], SecretError> {
    let mut bytes = [0; N];
    random(&mut bytes)?;
    Ok(bytes)
}

/// A new version 7 id of this moment.
///
/// # Errors
/// When there are no random bytes to be had.
pub fn new_uuid(at: Timestamp, random: &Random) -> Result<Uuid, SecretError> {
    let millis = u64::try_from(at.as_millis()).unwrap_or_default();
    let bytes = random_bytes(random)?;
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
}

/// Writes a new file that only its owner may read.
pub(super) fn write_private(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_opens_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let key = MasterKey::create(folder.path(), &system_random()).unwrap();
        let sealed = key.seal("device 1", &[7; 32]).unwrap();
        assert_eq!(key.open_secret("device 1", &sealed).unwrap(), [7; 32]);
        assert!(key.open_secret("device 2", &sealed).is_err());
        let mut torn = sealed.clone();
        torn[20] ^= 1;
        assert!(key.open_secret("device 1", &torn).is_err());
        assert!(key.open_secret("device 1", &sealed[..5]).is_err());
    }

    #[test]
    fn a_key_file_is_read_back_and_another_one_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let key = MasterKey::create(folder.path(), &system_random()).unwrap();
        assert!(MasterKey::open(folder.path(), key.id(), &system_random()).is_ok());
        assert!(matches!(
            MasterKey::open(folder.path(), "0000000000000000", &system_random()),
            Err(SecretError::Foreign { .. })
        ));
        let again = MasterKey::create(folder.path(), &system_random()).unwrap();
        assert_eq!(again.id(), key.id(), "never overwritten");
    }
}
