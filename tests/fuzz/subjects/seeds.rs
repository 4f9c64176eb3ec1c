//! Valid documents of every kind, as trees, each made once.

use std::sync::LazyLock;

use serde_json::Value;

use zhiban::domain::policy::Policy;

use super::make;
use super::world::{self, Step};

/// One incident's way.
pub fn steps() -> &'static [Step] {
    static ONCE: LazyLock<Vec<Step>> = LazyLock::new(world::steps);
    &ONCE
}

macro_rules! once {
    ($($name:ident: $kind:ty,)*) => {
        $(
            pub fn $name() -> &'static $kind {
                static ONCE: LazyLock<$kind> = LazyLock::new(make::$name);
                &ONCE
            }
        )*
    };
}

once! {
    made: Vec<Value>,
    events: Vec<Value>,
    commands: Vec<Value>,
    policy: Policy,
    policy_tree: Value,
    records: Vec<Value>,
    changes: Vec<Value>,
    page: Value,
    feeds: Value,
    problem: Value,
    header: Value,
    line: Value,
    sign_in: Value,
    signed_in: Value,
    push: Value,
    push_reply: Value,
    beat: Value,
    stream_change: Value,
    stream_feed: Value,
    bye: Value,
    stream_request: Value,
    new_incident: Value,
}
