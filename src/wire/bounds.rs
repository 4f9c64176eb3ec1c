//! How far what comes over the network may go, whatever it says: nesting and
//! counters. The bounds of size stand beside what they bound.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};

use crate::domain::counter::counter;

/// The deepest nesting of JSON from outside, in levels of `[` and `{`. What
/// both ends write has at most a dozen; the rest is room for newer programs.
/// Below the 128 of the parser, so that what was read can be wrapped and read
/// again.
pub const JSON_DEPTH_MAX: usize = 64;

/// The JSON nests too deeply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "byte {at} nests deeper than {JSON_DEPTH_MAX} levels; \
     what this program reads has fewer than a dozen"
)]
pub struct TooDeep {
    /// The byte that opens the level too many, from 0.
    pub at: usize,
}

/// Whether the text stays within [`JSON_DEPTH_MAX`]. Says nothing about
/// whether it is JSON; looks at each byte once and never recurses, also where
/// a parser would skip the text unread.
///
/// # Errors
/// [`TooDeep`] at the first level too many.
pub fn check_depth(text: &[u8]) -> Result<(), TooDeep> {
    let mut depth = 0_usize;
    let mut bytes = text.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'[' | b'{' if depth == JSON_DEPTH_MAX => return Err(TooDeep { at }),
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => {
                while let Some((_, inside)) = bytes.next() {
                    match inside {
                        b'\\' => drop(bytes.next()),
                        b'"' => break,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Reads JSON that came over the network.
///
/// # Errors
/// When it nests too deeply or is not of this form.
pub fn from_json<T: DeserializeOwned>(text: &[u8]) -> Result<T, serde_json::Error> {
    check_depth(text).map_err(serde_json::Error::custom)?;
    serde_json::from_slice(text)
}

/// For `deserialize_with`: a counter that is no type of its own.
pub(super) fn read_counter<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    counter(u64::deserialize(from)?).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn nested(levels: usize) -> String {
        let half = levels / 2;
        let objects = format!("{}1{}", "{\"a\":".repeat(half), "}".repeat(half));
        let arrays = levels - half;
        format!("{}{objects}{}", "[".repeat(arrays), "]".repeat(arrays))
    }

    #[test]
    fn depth_ends_at_its_limit_and_the_place_is_named() {
        for (levels, fits) in [
            (0, true),
            (JSON_DEPTH_MAX - 1, true),
            (JSON_DEPTH_MAX, true),
            (JSON_DEPTH_MAX + 1, false),
            (1_000_000, false),
        ] {
            let text = nested(levels);
            assert_eq!(check_depth(text.as_bytes()).is_ok(), fits, "{levels}");
            let read: Result<Value, _> = from_json(text.as_bytes());
            assert_eq!(read.is_ok(), fits, "{levels}");
        }
        let text = "[".repeat(JSON_DEPTH_MAX + 1);
        let error = check_depth(text.as_bytes()).unwrap_err();
        assert_eq!(error, TooDeep { at: JSON_DEPTH_MAX });
        assert!(error.to_string().contains("byte 64"), "{error}");
    }

    #[test]
    fn brackets_inside_strings_do_not_count() {
        let words = "[{\\\"[".repeat(JSON_DEPTH_MAX);
        let text = format!("[\"{words}\"]");
        assert_eq!(check_depth(text.as_bytes()), Ok(()));
        assert!(from_json::<Value>(text.as_bytes()).is_ok());
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::from),
            "[\\\\\"\\[\\]{}a]{0,9}".prop_map(Value::from),
        ];
        leaf.prop_recursive(8, 60, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec(("[\"\\[{]{0,3}", inner), 0..5)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    fn depth(value: &Value) -> usize {
        match value {
            Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
            Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
            _ => 0,
        }
    }

    proptest! {
        #[test]
        fn the_scan_agrees_with_the_parsed_tree(value in value(), wrapped in 50usize..70) {
            let text = format!("{}{value}{}", "[".repeat(wrapped), "]".repeat(wrapped));
            let fits = wrapped + depth(&value) <= JSON_DEPTH_MAX;
            prop_assert_eq!(check_depth(text.as_bytes()).is_ok(), fits);
        }
    }
}
