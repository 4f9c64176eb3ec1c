//! Reading a file that somebody else may have written, within a bound.

use std::fs::File;
use std::io::{Error, ErrorKind, Read as _, Result};
use std::path::Path;

/// Reads a text file of at most `bytes_max` bytes. What the system says of the
/// file's size is not believed: a device has none, and a file may grow.
///
/// # Errors
/// Those of the system; [`ErrorKind::FileTooLarge`] beyond the bound and
/// [`ErrorKind::InvalidData`] for what is not UTF-8.
pub fn read_text(path: &Path, bytes_max: usize) -> Result<String> {
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    File::open(path)?
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if bytes.len() > bytes_max {
        let what = format!("larger than {bytes_max} bytes");
        return Err(Error::new(ErrorKind::FileTooLarge, what));
    }
    String::from_utf8(bytes).map_err(|error| Error::new(ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        const MAX: usize = 1_000;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for (bytes, fits) in [(0, true), (MAX - 1, true), (MAX, true), (MAX + 1, false)] {
            std::fs::write(&path, "x".repeat(bytes)).unwrap();
            let read = read_text(&path, MAX);
            assert_eq!(read.as_ref().is_ok_and(|text| text.len() == bytes), fits);
            if let Err(error) = read {
                assert_eq!(error.kind(), ErrorKind::FileTooLarge);
                assert!(error.to_string().contains("1000 bytes"), "{error}");
            }
        }
        std::fs::write(&path, b"\xff").unwrap();
        let error = read_text(&path, MAX).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_without_an_end_is_given_up() {
        let error = read_text(Path::new("/dev/zero"), 4_096).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
    }
}
