//! Compiles the disk that can be full.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The library, made in that folder; whoever preloads it has such a disk.
pub fn compiled(into: &Path) -> PathBuf {
    let library = into.join("disk_shim.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/disk_shim.c");
    let status = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
        .arg(&library)
        .arg(source)
        .args(["-ldl", "-lpthread"])
        .status()
        .unwrap();
    assert!(status.success(), "cc: {status}");
    library
}
