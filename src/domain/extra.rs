//! What a program does not know it keeps.

/// Fields of a document that this program does not know. They are written back
/// as they came.
pub type Extra = serde_json::Map<String, serde_json::Value>;
