//! The one binary: parses arguments and turns an error into an exit code.

fn main() {}
